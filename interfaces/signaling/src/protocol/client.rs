//! What a client may send.
//!
//! A message with `id` is a request and gets exactly one answer with the same `id`. Without `id` there is no answer,
//! except an `error` when it could not be done.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Kind, Parameters, Source};

/// Enters a room. The first message of every connection.
#[derive(Clone, Deserialize, JsonSchema)]
pub struct JoinRequest {
    /// The room token that the REST API handed out. Never put it into a URL.
    #[schemars(length(min = 1, max = 8192))]
    pub token: String,
    /// The room; must be the token's.
    pub room_id: Uuid,
}

/// Leaves the room; the server answers, then closes the connection.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct LeaveRequest {}

/// Tells that the client lives; answered by `pong`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct PingRequest {}

/// An SDP offer for another participant, relayed to it with `from`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct OfferRequest {
    /// The `user_id` of the participant it is for.
    pub target: Uuid,
    /// The session description.
    pub sdp: String,
}

/// An SDP answer for another participant, relayed to it with `from`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct AnswerRequest {
    /// The `user_id` of the participant it is for.
    pub target: Uuid,
    /// The session description.
    pub sdp: String,
}

/// An ICE candidate for another participant, relayed to it with `from`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct CandidateRequest {
    /// The `user_id` of the participant it is for.
    pub target: Uuid,
    /// `RTCIceCandidateInit`, or null for the end of candidates.
    pub candidate: serde_json::Value,
}

/// Asks for the router's RTP capabilities (after `room-moved`; otherwise `welcome` has them).
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct GetRouterCapabilitiesRequest {}

/// Whether the client sends or receives over a transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// From the client to the server.
    Send,
    /// From the server to the client.
    Recv,
}

/// Makes a WebRTC transport.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct CreateTransportRequest {
    /// Sending or receiving.
    pub direction: Direction,
    /// `{numStreams: {OS, MIS}}` when data channels are wanted.
    #[serde(default)]
    pub sctp_capabilities: Option<Parameters>,
}

/// Connects a transport with the client's DTLS parameters.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ConnectTransportRequest {
    /// Which transport.
    pub transport_id: String,
    /// mediasoup-client's `dtlsParameters`.
    pub dtls_parameters: Parameters,
}

/// Asks for new ICE credentials of a transport, after a change of network.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct RestartIceRequest {
    /// Which transport.
    pub transport_id: String,
}

/// Starts to send a track.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ProduceRequest {
    /// A transport of direction `send`.
    pub transport_id: String,
    /// Audio or video; must fit the source.
    pub kind: Kind,
    /// Where the track comes from.
    pub source: Source,
    /// mediasoup-client's `rtpParameters`.
    pub rtp_parameters: Parameters,
    /// Whether it starts paused.
    #[serde(default)]
    pub paused: bool,
}

/// Stops forwarding a track of one's own for a while.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct PauseProducerRequest {
    /// Which producer.
    pub producer_id: String,
}

/// Goes on forwarding a track of one's own.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ResumeProducerRequest {
    /// Which producer.
    pub producer_id: String,
}

/// Ends a track of one's own.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct CloseProducerRequest {
    /// Which producer.
    pub producer_id: String,
}

/// Starts to receive somebody's track. It starts paused: send `resume-consumer` when the client is ready.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ConsumeRequest {
    /// A transport of direction `recv`.
    pub transport_id: String,
    /// Whose track.
    pub producer_id: String,
    /// mediasoup-client's `device.rtpCapabilities`.
    pub rtp_capabilities: Parameters,
}

/// Goes on receiving a track.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ResumeConsumerRequest {
    /// Which consumer.
    pub consumer_id: String,
}

/// Stops receiving a track for a while.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct PauseConsumerRequest {
    /// Which consumer.
    pub consumer_id: String,
}

/// Ends receiving a track.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct CloseConsumerRequest {
    /// Which consumer.
    pub consumer_id: String,
}

/// Asks for at most these layers of a simulcast or SVC stream.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct SetPreferredLayersRequest {
    /// Which consumer.
    pub consumer_id: String,
    /// Resolution layer, 0 the lowest.
    #[schemars(range(max = 7))]
    pub spatial_layer: u8,
    /// Frame-rate layer, 0 the lowest; the highest when absent.
    #[serde(default)]
    #[schemars(range(max = 7))]
    pub temporal_layer: Option<u8>,
}

/// Asks the sender of a video track for a key frame.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct RequestKeyframeRequest {
    /// Which consumer.
    pub consumer_id: String,
}

/// What statistics are asked of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StatsKind {
    /// A transport.
    Transport,
    /// A producer.
    Producer,
    /// A consumer.
    Consumer,
}

/// Asks for statistics of something of one's own.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct GetStatsRequest {
    /// What kind of thing.
    pub target: StatsKind,
    /// Which one.
    pub target_id: String,
}

/// Writes to everybody in the room, or to one other alone. The `chat` event comes to all, or to these two: the writer
/// included, in the same order. It is kept, and can be read by `chat-history`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ChatRequest {
    /// What to say: 1 to 4000 characters, not only white space.
    #[schemars(length(min = 1, max = 4000))]
    pub text: String,
    /// The `user_id` of the one participant it is for; everybody when absent.
    #[serde(default)]
    pub to: Option<Uuid>,
}

/// Asks for what was written in the room earlier, the newest first: private messages only of one's own.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ChatHistoryRequest {
    /// Only what was written before this message: the `before` of the answer that came last.
    #[serde(default)]
    pub before: Option<Uuid>,
    /// How many messages, at most; 50 when absent.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    pub limit: Option<u16>,
}

/// Deletes a message for good: one's own, or as host or co-host any that one sees.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct DeleteMessageRequest {
    /// Which message.
    pub message_id: Uuid,
}

/// Raises one's hand.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct RaiseHandRequest {}

/// Lowers one's hand, or as host or co-host somebody else's.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct LowerHandRequest {
    /// Whose; one's own when absent.
    #[serde(default)]
    pub target: Option<Uuid>,
}

/// How people show what they feel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReactionKind {
    /// A thumb up.
    ThumbsUp,
    /// Applause.
    Clap,
    /// A heart.
    Heart,
    /// Laughter.
    Laugh,
    /// Surprise.
    Surprised,
    /// A celebration.
    Party,
    /// A waving hand.
    Wave,
    /// Doubt.
    Thinking,
}

/// Shows everybody how one feels.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ReactionRequest {
    /// How.
    pub reaction: ReactionKind,
}

/// Shows somebody large to everybody, as host or co-host.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct SpotlightRequest {
    /// Whom; nobody in particular when absent or null.
    #[serde(default)]
    pub target: Option<Uuid>,
}

/// Takes another name, or as host or co-host gives somebody of a lower role one.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct SetProfileRequest {
    /// Who; oneself when absent.
    #[serde(default)]
    pub target: Option<Uuid>,
    /// The name: 1 to 64 characters.
    #[schemars(length(min = 1, max = 64))]
    pub display_name: String,
}

/// Turns microphones off, as host or co-host.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct MuteRequest {
    /// Whose; those of all of a lower role when absent.
    #[serde(default)]
    pub target: Option<Uuid>,
}

/// Asks somebody to turn the microphone on, as host or co-host. They may then.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct AskToUnmuteRequest {
    /// Whom.
    pub target: Uuid,
}

/// Sends somebody out, as host or co-host. Their room token is useless then.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct KickRequest {
    /// Whom.
    pub target: Uuid,
    /// Whether they may not come back.
    #[serde(default)]
    pub ban: bool,
}

/// A role that can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GivenRole {
    /// Hosts the meeting.
    Host,
    /// Helps the host.
    CoHost,
    /// Takes part.
    Participant,
}

/// Gives somebody another role, as host.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct SetRoleRequest {
    /// Whom.
    pub target: Uuid,
    /// Which.
    pub role: GivenRole,
}

/// Lets people in who wait in the lobby, as host or co-host.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct AdmitRequest {
    /// Who; all when absent.
    #[serde(default)]
    pub target: Option<Uuid>,
}

/// Sends people away who wait in the lobby, as host or co-host.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct DenyRequest {
    /// Who; all when absent.
    #[serde(default)]
    pub target: Option<Uuid>,
}

/// Lets nobody new in, as host or co-host.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct LockRequest {}

/// Lets new people in again, as host or co-host.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct UnlockRequest {}

/// Ends the meeting for everybody, as host.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct EndRequest {}

/// Declares the message types once: the enum, its parser, and the table that the schema is made from.
macro_rules! client_messages {
    ($($kind:literal => $variant:ident($body:ident) -> $answer:ident),+ $(,)?) => {
        /// Any message of a client, parsed.
        #[derive(Clone)]
        pub enum ClientMessage {
            $(#[doc = concat!("`", $kind, "`")] $variant($body),)+
        }

        /// A field of a message is missing, of a wrong type or out of range.
        #[derive(Debug, thiserror::Error)]
        #[error("{0}")]
        pub struct FieldProblem(#[from] serde_path_to_error::Error<serde_json::Error>);

        impl ClientMessage {
            /// The types of messages there are.
            pub const TYPES: &'static [&'static str] = &[$($kind),+];

            /// Reads the body of a message of type `kind`. `None`: there is no such type.
            pub fn from_value(kind: &str, body: serde_json::Value) -> Option<Result<Self, FieldProblem>> {
                match kind {
                    $($kind => Some(serde_path_to_error::deserialize(body).map(Self::$variant).map_err(FieldProblem)),)+
                    _ => None,
                }
            }

            /// The message's type.
            #[must_use]
            pub const fn kind(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $kind,)+
                }
            }
        }

        /// Type, definition's name, schema, and name of the answer's definition of every message.
        pub(super) fn schemas(generator: &mut schemars::SchemaGenerator)
            -> Vec<(&'static str, &'static str, schemars::Schema, &'static str)>
        {
            vec![$(($kind, stringify!($body), $body::json_schema(generator), stringify!($answer))),+]
        }
    };
}

client_messages! {
    "join" => Join(JoinRequest) -> WelcomeAnswer,
    "leave" => Leave(LeaveRequest) -> OkAnswer,
    "ping" => Ping(PingRequest) -> PongAnswer,
    "offer" => Offer(OfferRequest) -> OkAnswer,
    "answer" => Answer(AnswerRequest) -> OkAnswer,
    "candidate" => Candidate(CandidateRequest) -> OkAnswer,
    "get-router-capabilities" => GetRouterCapabilities(GetRouterCapabilitiesRequest) -> RouterCapabilitiesAnswer,
    "create-transport" => CreateTransport(CreateTransportRequest) -> CreateTransportAnswer,
    "connect-transport" => ConnectTransport(ConnectTransportRequest) -> OkAnswer,
    "restart-ice" => RestartIce(RestartIceRequest) -> RestartIceAnswer,
    "produce" => Produce(ProduceRequest) -> ProduceAnswer,
    "pause-producer" => PauseProducer(PauseProducerRequest) -> OkAnswer,
    "resume-producer" => ResumeProducer(ResumeProducerRequest) -> OkAnswer,
    "close-producer" => CloseProducer(CloseProducerRequest) -> OkAnswer,
    "consume" => Consume(ConsumeRequest) -> ConsumeAnswer,
    "resume-consumer" => ResumeConsumer(ResumeConsumerRequest) -> OkAnswer,
    "pause-consumer" => PauseConsumer(PauseConsumerRequest) -> OkAnswer,
    "close-consumer" => CloseConsumer(CloseConsumerRequest) -> OkAnswer,
    "set-preferred-layers" => SetPreferredLayers(SetPreferredLayersRequest) -> OkAnswer,
    "request-keyframe" => RequestKeyframe(RequestKeyframeRequest) -> OkAnswer,
    "get-stats" => GetStats(GetStatsRequest) -> StatsAnswer,
    "chat" => Chat(ChatRequest) -> OkAnswer,
    "chat-history" => ChatHistory(ChatHistoryRequest) -> ChatHistoryAnswer,
    "delete-message" => DeleteMessage(DeleteMessageRequest) -> OkAnswer,
    "raise-hand" => RaiseHand(RaiseHandRequest) -> OkAnswer,
    "lower-hand" => LowerHand(LowerHandRequest) -> OkAnswer,
    "reaction" => Reaction(ReactionRequest) -> OkAnswer,
    "spotlight" => Spotlight(SpotlightRequest) -> OkAnswer,
    "set-profile" => SetProfile(SetProfileRequest) -> OkAnswer,
    "mute" => Mute(MuteRequest) -> OkAnswer,
    "ask-to-unmute" => AskToUnmute(AskToUnmuteRequest) -> OkAnswer,
    "kick" => Kick(KickRequest) -> OkAnswer,
    "set-role" => SetRole(SetRoleRequest) -> OkAnswer,
    "admit" => Admit(AdmitRequest) -> OkAnswer,
    "deny" => Deny(DenyRequest) -> OkAnswer,
    "lock" => Lock(LockRequest) -> OkAnswer,
    "unlock" => Unlock(UnlockRequest) -> OkAnswer,
    "end" => End(EndRequest) -> OkAnswer,
}
