//! What the server answers to a request. Every answer carries the request's `id`.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{ErrorCode, GrantsInfo, IceServer, Kind, ParticipantInfo, Role, Source};

/// The room as the joining participant finds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RoomInfo {
    /// The room's id.
    pub id: Uuid,
    /// Whether nobody else may join now.
    pub locked: bool,
    /// Since when it is open.
    pub opened_at: DateTime<Utc>,
    /// Who is shown large to everybody; null: nobody in particular.
    pub spotlight: Option<Uuid>,
}

/// How often a sign of life is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HeartbeatInfo {
    /// Send something (`ping`) at least so often, in milliseconds.
    pub interval_ms: u64,
    /// After so much silence the server drops the connection, in milliseconds.
    pub timeout_ms: u64,
}

/// The client is in the room, or in its lobby.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WelcomeAnswer {
    /// Names this session.
    pub session_id: Uuid,
    /// The number of the last event that is contained in this picture: events go on from `seq + 1`.
    pub seq: u64,
    /// Who the client is, by its token.
    pub user_id: Uuid,
    /// Its role.
    pub role: Role,
    /// What it may do.
    pub grants: GrantsInfo,
    /// Whether the client waits in the lobby: then it hears `lobby-admitted` or `lobby-denied`, and nothing else is done.
    pub waiting: bool,
    /// The room.
    pub room: RoomInfo,
    /// The others in the room.
    pub participants: Vec<ParticipantInfo>,
    /// For mediasoup-client's `Device.load`.
    #[schemars(with = "super::Parameters")]
    pub router_rtp_capabilities: Value,
    /// STUN and TURN servers to use.
    pub ice_servers: Vec<IceServer>,
    /// Heartbeat rules.
    pub heartbeat: HeartbeatInfo,
    /// Whether an earlier session goes on.
    pub resumed: bool,
}

/// Done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OkAnswer {}

/// Answers `ping`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PongAnswer {
    /// The server's time.
    pub at: DateTime<Utc>,
}

/// Answers `get-router-capabilities`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RouterCapabilitiesAnswer {
    /// For mediasoup-client's `Device.load`.
    #[schemars(with = "super::Parameters")]
    pub rtp_capabilities: Value,
}

/// Answers `create-transport`: what mediasoup-client's `createSendTransport` and `createRecvTransport` take.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CreateTransportAnswer {
    /// Names the transport.
    pub transport_id: String,
    /// `{usernameFragment, password, iceLite}`.
    #[schemars(with = "super::Parameters")]
    pub ice_parameters: Value,
    /// Candidates for every announced address.
    #[schemars(with = "Vec<super::Parameters>")]
    pub ice_candidates: Value,
    /// `{role, fingerprints}`.
    #[schemars(with = "super::Parameters")]
    pub dtls_parameters: Value,
    /// `{port, OS, MIS, maxMessageSize}` when SCTP was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<super::Parameters>")]
    pub sctp_parameters: Option<Value>,
}

/// Answers `restart-ice`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RestartIceAnswer {
    /// `{usernameFragment, password, iceLite}`.
    #[schemars(with = "super::Parameters")]
    pub ice_parameters: Value,
    /// STUN and TURN servers to use from now on: the passwords of those before may have ended.
    pub ice_servers: Vec<IceServer>,
}

/// Answers `produce`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProduceAnswer {
    /// Names the producer.
    pub producer_id: String,
}

/// Answers `consume`. The consumer is paused until `resume-consumer`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ConsumeAnswer {
    /// Names the consumer.
    pub consumer_id: String,
    /// What it forwards.
    pub producer_id: String,
    /// Who sends it.
    pub user_id: Uuid,
    /// Audio or video.
    pub kind: Kind,
    /// Where it comes from.
    pub source: Source,
    /// For mediasoup-client's `transport.consume`.
    #[schemars(with = "super::Parameters")]
    pub rtp_parameters: Value,
    /// `simple`, `simulcast`, `svc` or `pipe`.
    pub consumer_type: String,
    /// Whether the producer is paused now.
    pub producer_paused: bool,
}

/// Answers `get-stats`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StatsAnswer {
    /// mediasoup's statistics.
    #[schemars(with = "Vec<super::Parameters>")]
    pub stats: Value,
}

/// A message that was written earlier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChatMessageInfo {
    /// Names the message.
    pub message_id: Uuid,
    /// Who wrote it.
    pub from: Uuid,
    /// What they were called.
    pub display_name: String,
    /// Who it is for; null: everybody.
    pub to: Option<Uuid>,
    /// What the one it is for was called.
    pub to_name: Option<String>,
    /// What; null when it was deleted.
    pub text: Option<String>,
    /// When, by the server's clock.
    pub at: DateTime<Utc>,
    /// Who deleted it.
    pub deleted_by: Option<Uuid>,
}

/// Answers `chat-history`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChatHistoryAnswer {
    /// The messages, in sending order.
    pub messages: Vec<ChatMessageInfo>,
    /// What to give as `before` for the page before this one; null: there is none.
    pub before: Option<Uuid>,
}

/// The request could not be done; nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ErrorAnswer {
    /// A stable code for programs.
    pub code: ErrorCode,
    /// A sentence for developers.
    pub message: String,
}

/// Any answer.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// To `join`.
    Welcome(Box<WelcomeAnswer>),
    /// To `ping`.
    Pong(PongAnswer),
    /// To `get-router-capabilities`.
    RouterCapabilities(RouterCapabilitiesAnswer),
    /// To `create-transport`.
    CreateTransport(CreateTransportAnswer),
    /// To `restart-ice`.
    RestartIce(RestartIceAnswer),
    /// To `produce`.
    Produce(ProduceAnswer),
    /// To `consume`.
    Consume(ConsumeAnswer),
    /// To `get-stats`.
    Stats(StatsAnswer),
    /// To `chat-history`.
    ChatHistory(ChatHistoryAnswer),
    /// Nothing was done.
    Error(ErrorAnswer),
    /// To everything else.
    Done(OkAnswer),
}

/// The frame around an answer.
#[derive(Serialize)]
struct Frame<'a> {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<u64>,
    #[serde(flatten)]
    body: &'a Answer,
}

impl Answer {
    /// An answer that says that nothing was done.
    pub fn error(code: ErrorCode, message: impl Into<String>) -> Self {
        Self::Error(ErrorAnswer { code, message: message.into() })
    }

    /// The answer's `type`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Welcome(_) => "welcome",
            Self::Pong(_) => "pong",
            Self::Error(_) => "error",
            _ => "ok",
        }
    }

    /// The answer as the text of a frame.
    ///
    /// # Errors
    /// When a value inside cannot be written as JSON, which none of ours does.
    pub fn to_text(&self, id: Option<u64>) -> Result<String, serde_json::Error> {
        serde_json::to_string(&Frame { r#type: self.kind(), id, body: self })
    }
}

/// Type, definition's name and schema of every answer.
pub(super) fn schemas(
    generator: &mut schemars::SchemaGenerator,
) -> Vec<(&'static str, &'static str, schemars::Schema)> {
    macro_rules! table {
        ($($kind:literal => $body:ident),+ $(,)?) => {
            vec![$(($kind, stringify!($body), $body::json_schema(generator))),+]
        };
    }
    table! {
        "welcome" => WelcomeAnswer,
        "pong" => PongAnswer,
        "ok" => OkAnswer,
        "ok" => RouterCapabilitiesAnswer,
        "ok" => CreateTransportAnswer,
        "ok" => RestartIceAnswer,
        "ok" => ProduceAnswer,
        "ok" => ConsumeAnswer,
        "ok" => StatsAnswer,
        "ok" => ChatHistoryAnswer,
        "error" => ErrorAnswer,
    }
}
