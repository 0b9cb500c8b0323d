//! What the server tells without being asked. Every event carries `seq`: 1, 2, 3, ... per session, without gaps.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{GrantsInfo, Kind, ReactionKind, Source, UserInfo};

/// Somebody has joined.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UserJoinedEvent {
    /// Who.
    pub user_id: Uuid,
    /// How to show them.
    pub user_info: UserInfo,
    /// When.
    pub joined_at: DateTime<Utc>,
}

/// Why somebody is not in the room any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LeaveReason {
    /// They left.
    Left,
    /// Their connection was lost.
    Disconnected,
    /// They joined again with another connection; `user-joined` follows.
    Replaced,
    /// They could not read fast enough.
    TooSlow,
    /// They were made to leave.
    Kicked,
}

/// Somebody has left. `producer-closed` came before for each of their producers.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UserLeftEvent {
    /// Who.
    pub user_id: Uuid,
    /// Why.
    pub reason: LeaveReason,
}

/// Somebody sends a new track.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NewProducerEvent {
    /// Names it in `consume`.
    pub producer_id: String,
    /// Who sends it.
    pub user_id: Uuid,
    /// Audio or video.
    pub kind: Kind,
    /// Where it comes from.
    pub source: Source,
    /// Whether it is paused now.
    pub paused: bool,
}

/// A track was paused by its sender.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ProducerPausedEvent {
    /// Which.
    pub producer_id: String,
    /// Whose.
    pub user_id: Uuid,
}

/// A track goes on.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ProducerResumedEvent {
    /// Which.
    pub producer_id: String,
    /// Whose.
    pub user_id: Uuid,
}

/// A track has ended.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ProducerClosedEvent {
    /// Which.
    pub producer_id: String,
    /// Whose.
    pub user_id: Uuid,
}

/// The producer of a consumer of yours was paused.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ConsumerPausedEvent {
    /// Which consumer.
    pub consumer_id: String,
}

/// The producer of a consumer of yours goes on.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ConsumerResumedEvent {
    /// Which consumer.
    pub consumer_id: String,
}

/// A consumer of yours has ended.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ConsumerClosedEvent {
    /// Which consumer.
    pub consumer_id: String,
}

/// The layers that a consumer of yours gets now. Both absent: none, for lack of bandwidth.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ConsumerLayersEvent {
    /// Which consumer.
    pub consumer_id: String,
    /// Resolution layer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spatial_layer: Option<u8>,
    /// Frame-rate layer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temporal_layer: Option<u8>,
}

/// Quality from 0 (worst) to 10.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ConsumerScoreEvent {
    /// Which consumer of yours.
    pub consumer_id: String,
    /// Of what the server sends you.
    pub score: u8,
    /// Of what the server gets from the sender.
    pub producer_score: u8,
}

/// Who speaks loudest has changed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ActiveSpeakerEvent {
    /// Who; null: silence.
    pub user_id: Option<Uuid>,
}

/// How loud somebody is.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AudioLevel {
    /// Who.
    pub user_id: Uuid,
    /// -127 (silence) to 0 (loudest), in dBov.
    pub level: i8,
}

/// Levels of the loudest participants.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AudioLevelsEvent {
    /// Loudest first.
    pub levels: Vec<AudioLevel>,
}

/// An SDP offer of another participant for you.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OfferEvent {
    /// Whose.
    pub from: Uuid,
    /// The session description.
    pub sdp: String,
}

/// An SDP answer of another participant for you.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AnswerEvent {
    /// Whose.
    pub from: Uuid,
    /// The session description.
    pub sdp: String,
}

/// An ICE candidate of another participant for you.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CandidateEvent {
    /// Whose.
    pub from: Uuid,
    /// `RTCIceCandidateInit`, or null for the end of candidates.
    pub candidate: Value,
}

/// Somebody (perhaps you) has written.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ChatEvent {
    /// Names the message.
    pub message_id: Uuid,
    /// Who.
    pub from: Uuid,
    /// How to show them.
    pub user_info: UserInfo,
    /// Who it is for alone, besides its writer; absent: everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Uuid>,
    /// What.
    pub text: String,
    /// When, by the server's clock.
    pub at: DateTime<Utc>,
}

/// A message is gone, its text for good.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ChatDeletedEvent {
    /// Which message.
    pub message_id: Uuid,
    /// Who deleted it.
    pub by: Uuid,
}

/// Somebody has another name or role.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UserUpdatedEvent {
    /// Who.
    pub user_id: Uuid,
    /// How to show them now.
    pub user_info: UserInfo,
}

/// You may do other things now. What you may not send any more has ended.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GrantsChangedEvent {
    /// What you may do now.
    pub grants: GrantsInfo,
}

/// Somebody has raised their hand.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HandRaisedEvent {
    /// Who.
    pub user_id: Uuid,
    /// When: the order in which they want to speak.
    pub at: DateTime<Utc>,
}

/// A hand is down again.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HandLoweredEvent {
    /// Whose.
    pub user_id: Uuid,
}

/// Somebody (perhaps you) reacts.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReactionEvent {
    /// Who.
    pub from: Uuid,
    /// How.
    pub reaction: ReactionKind,
}

/// Your microphone was turned off.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MutedEvent {
    /// By which host or co-host.
    pub by: Uuid,
}

/// You are asked to turn your microphone on, and may.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UnmuteRequestedEvent {
    /// By which host or co-host.
    pub by: Uuid,
}

/// Who is shown large to everybody has changed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SpotlightEvent {
    /// Who; null: nobody in particular.
    pub user_id: Option<Uuid>,
}

/// Whether somebody new is let in has changed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RoomLockedEvent {
    /// Whether nobody new is.
    pub locked: bool,
}

/// Somebody waits in the lobby. Only hosts and co-hosts are told.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LobbyWaitingEvent {
    /// Who.
    pub user_id: Uuid,
    /// What they are called.
    pub display_name: String,
    /// Whether they have no account.
    pub guest: bool,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// Somebody waits no more: they went, were let in, or were sent away. Only hosts and co-hosts are told.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LobbyLeftEvent {
    /// Who.
    pub user_id: Uuid,
}

/// You waited, and may come in: join the meeting again by the REST API, then enter with the new token.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LobbyAdmittedEvent {}

/// You waited, and are sent away; the connection is closed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LobbyDeniedEvent {}

/// You have joined with another connection; this one is closed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SessionReplacedEvent {}

/// You are made to leave; the connection is closed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct KickedEvent {
    /// Why: `kicked` by a host or co-host, `banned` from the meeting or the server, `signed-out`, `password-changed` or
    /// another reason for which the login session has ended, or `session-ended`.
    pub reason: String,
}

/// The room has ended; the connection is closed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RoomEndedEvent {
    /// Why: `meeting-ended`, `server-shutdown`, `media-unavailable`, or what the one who ended it gave.
    pub reason: String,
}

/// This server is about to stop; join again soon, through another node.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ServerDrainingEvent {}

/// A transport of yours has lost its connection; `restart-ice` may bring it back.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TransportDisconnectedEvent {
    /// Which transport.
    pub transport_id: String,
}

/// The room's media moved to another worker: all transports, producers and consumers are gone. Ask for the router's
/// capabilities, make transports and produce again; `new-producer` tells what the others send again.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RoomMovedEvent {}

macro_rules! events {
    ($($kind:literal => $variant:ident($body:ident)),+ $(,)?) => {
        /// Any event.
        #[derive(Debug, Clone, Serialize)]
        #[serde(untagged)]
        pub enum Event {
            $(#[doc = concat!("`", $kind, "`")] $variant($body),)+
        }

        impl Event {
            /// The event's `type`.
            #[must_use]
            pub const fn kind(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $kind,)+
                }
            }
        }

        /// Type, definition's name and schema of every event.
        pub(super) fn schemas(generator: &mut schemars::SchemaGenerator)
            -> Vec<(&'static str, &'static str, schemars::Schema)>
        {
            vec![$(($kind, stringify!($body), $body::json_schema(generator))),+]
        }
    };
}

events! {
    "user-joined" => UserJoined(UserJoinedEvent),
    "user-left" => UserLeft(UserLeftEvent),
    "new-producer" => NewProducer(NewProducerEvent),
    "producer-paused" => ProducerPaused(ProducerPausedEvent),
    "producer-resumed" => ProducerResumed(ProducerResumedEvent),
    "producer-closed" => ProducerClosed(ProducerClosedEvent),
    "consumer-paused" => ConsumerPaused(ConsumerPausedEvent),
    "consumer-resumed" => ConsumerResumed(ConsumerResumedEvent),
    "consumer-closed" => ConsumerClosed(ConsumerClosedEvent),
    "consumer-layers" => ConsumerLayers(ConsumerLayersEvent),
    "consumer-score" => ConsumerScore(ConsumerScoreEvent),
    "active-speaker" => ActiveSpeaker(ActiveSpeakerEvent),
    "audio-levels" => AudioLevels(AudioLevelsEvent),
    "offer" => Offer(OfferEvent),
    "answer" => Answer(AnswerEvent),
    "candidate" => Candidate(CandidateEvent),
    "chat" => Chat(ChatEvent),
    "chat-deleted" => ChatDeleted(ChatDeletedEvent),
    "user-updated" => UserUpdated(UserUpdatedEvent),
    "grants-changed" => GrantsChanged(GrantsChangedEvent),
    "hand-raised" => HandRaised(HandRaisedEvent),
    "hand-lowered" => HandLowered(HandLoweredEvent),
    "reaction" => Reaction(ReactionEvent),
    "muted" => Muted(MutedEvent),
    "unmute-requested" => UnmuteRequested(UnmuteRequestedEvent),
    "spotlight" => Spotlight(SpotlightEvent),
    "room-locked" => RoomLocked(RoomLockedEvent),
    "lobby-waiting" => LobbyWaiting(LobbyWaitingEvent),
    "lobby-left" => LobbyLeft(LobbyLeftEvent),
    "lobby-admitted" => LobbyAdmitted(LobbyAdmittedEvent),
    "lobby-denied" => LobbyDenied(LobbyDeniedEvent),
    "session-replaced" => SessionReplaced(SessionReplacedEvent),
    "kicked" => Kicked(KickedEvent),
    "room-ended" => RoomEnded(RoomEndedEvent),
    "server-draining" => ServerDraining(ServerDrainingEvent),
    "transport-disconnected" => TransportDisconnected(TransportDisconnectedEvent),
    "room-moved" => RoomMoved(RoomMovedEvent),
}
