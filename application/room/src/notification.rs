//! What a room tells the participants without being asked.

use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use domain_room::{
    ChatText, DisplayName, Grants, LeaveReason, MediaKind, MediaSource, ParticipantRole, Peer, Reaction,
};
use domain_shared::{MessageId, UserId};
use serde_json::Value;

use crate::{ConsumerId, Layers, ProducerId, TransportId};

/// How a participant is shown to others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The name.
    pub display_name: DisplayName,
    /// The role.
    pub role: ParticipantRole,
}

impl From<&Peer> for Profile {
    fn from(peer: &Peer) -> Self {
        Self { display_name: peer.display_name().clone(), role: peer.role() }
    }
}

/// A track that a participant sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    /// Its producer.
    pub producer: ProducerId,
    /// Audio or video.
    pub kind: MediaKind,
    /// Where it comes from.
    pub source: MediaSource,
    /// Whether it is paused.
    pub paused: bool,
}

/// What one participant says to another directly, to connect peer to peer.
#[derive(Debug, Clone, PartialEq)]
pub enum PeerSignal {
    /// An SDP offer.
    Offer(String),
    /// An SDP answer.
    Answer(String),
    /// An ICE candidate, opaque.
    Candidate(Value),
}

/// Something that a participant is told.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the variants' fields are named after what they hold")]
pub enum PeerEvent {
    /// Somebody came in.
    UserJoined { user: UserId, profile: Profile, joined_at: DateTime<Utc> },
    /// Somebody left; their tracks were told closed before.
    UserLeft { user: UserId, reason: LeaveReason },
    /// Somebody sends a new track.
    NewProducer { user: UserId, track: Track },
    /// A track was paused.
    ProducerPaused { user: UserId, producer: ProducerId },
    /// A track goes on.
    ProducerResumed { user: UserId, producer: ProducerId },
    /// A track has ended.
    ProducerClosed { user: UserId, producer: ProducerId },
    /// What the participant receives was paused by its sender.
    ConsumerPaused(ConsumerId),
    /// What the participant receives goes on.
    ConsumerResumed(ConsumerId),
    /// What the participant receives has ended.
    ConsumerClosed(ConsumerId),
    /// The layers that the participant gets now; `None`: none.
    ConsumerLayers(ConsumerId, Option<Layers>),
    /// Quality from 0 to 10.
    ConsumerScore { consumer: ConsumerId, score: u8, producer_score: u8 },
    /// Who speaks loudest now; `None`: silence.
    ActiveSpeaker(Option<UserId>),
    /// Levels of the loudest in dBov, loudest first.
    AudioLevels(Vec<(UserId, i8)>),
    /// Another participant wants to connect directly.
    Signal { from: UserId, signal: PeerSignal },
    /// Somebody has written; with `to` a private message.
    Chat { id: MessageId, from: UserId, profile: Profile, to: Option<UserId>, text: ChatText, at: DateTime<Utc> },
    /// A message is gone.
    ChatDeleted { message: MessageId, by: UserId },
    /// Somebody has another name or role.
    UserUpdated { user: UserId, profile: Profile },
    /// The participant may do other things now.
    GrantsChanged { grants: Grants },
    /// Somebody has raised their hand.
    HandRaised { user: UserId, at: DateTime<Utc> },
    /// A hand is down again.
    HandLowered { user: UserId },
    /// Somebody reacts.
    Reaction { from: UserId, reaction: Reaction },
    /// The participant's microphone was turned off.
    Muted { by: UserId },
    /// The participant is asked to turn the microphone on, and may.
    UnmuteRequested { by: UserId },
    /// Who is shown large to everybody; `None`: nobody in particular.
    Spotlight(Option<UserId>),
    /// Whether somebody new is let in.
    RoomLocked { locked: bool },
    /// Somebody waits in the lobby; told to hosts and co-hosts.
    LobbyWaiting { user: UserId, display_name: DisplayName, guest: bool, since: DateTime<Utc> },
    /// Somebody waits no more; told to hosts and co-hosts.
    LobbyLeft { user: UserId },
    /// The one who waits may come in.
    LobbyAdmitted,
    /// The one who waits is sent away; this session is over.
    LobbyDenied,
    /// The same identity has joined again; this session is over.
    SessionReplaced,
    /// The participant is made to leave; this session is over.
    Kicked { reason: String },
    /// The room is over.
    RoomEnded { reason: String },
    /// The server is about to stop.
    ServerDraining,
    /// A transport of the participant has lost its connection.
    TransportDisconnected(TransportId),
    /// All media is gone, a new router is open: begin anew.
    RoomMoved,
}

/// An event as an interface writes it: the session's number stands between `head` and `tail`. Made once per event,
/// however many participants it goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedEvent {
    /// What comes before the number.
    pub head: String,
    /// What comes after it.
    pub tail: String,
}

/// An event, shared by all who are told.
#[derive(Debug)]
pub struct RoomNotification {
    event: PeerEvent,
    encoded: OnceLock<EncodedEvent>,
}

impl RoomNotification {
    /// Shares an event.
    #[must_use]
    pub fn new(event: PeerEvent) -> Arc<Self> {
        Arc::new(Self { event, encoded: OnceLock::new() })
    }

    /// The event.
    #[must_use]
    pub const fn event(&self) -> &PeerEvent {
        &self.event
    }

    /// The event in the interface's form; `encode` runs for the first who asks, and only then. One process has one
    /// interface, so the form is the same for all.
    pub fn encoded(&self, encode: impl FnOnce(&PeerEvent) -> EncodedEvent) -> &EncodedEvent {
        self.encoded.get_or_init(|| encode(&self.event))
    }
}

/// An event on its way to one participant.
#[derive(Debug, Clone)]
pub struct SessionEvent {
    /// 1, 2, 3, ... per session, without gaps.
    pub seq: u64,
    /// The event.
    pub notification: Arc<RoomNotification>,
}
