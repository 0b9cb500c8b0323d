//! A participant's hold on a room: what an interface has in hand while somebody is in.

use chrono::{DateTime, Utc};
use domain_room::{ChatText, DisplayName, Grants, LeaveReason, ParticipantRole, PeerSessionId, Reaction};
use domain_shared::{MessageId, PageLimit, RoomId, UserId};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use crate::{
    ChatPage, ConsumerId, ConsumerInfo, Layers, ModerationAction, PeerSignal, ProduceRequest, ProducerId, Profile,
    RoomError, SessionEvent, StatsTarget, Track, TransportDirection, TransportId, TransportInfo, mailbox::RoomMessage,
};
use domain_room::MediaSource;

/// What a participant asks of the room.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the variants' fields are named after what they hold")]
pub enum PeerRequest {
    /// The router's RTP capabilities.
    RouterCapabilities,
    /// A new transport.
    CreateTransport { direction: TransportDirection, sctp_capabilities: Option<Value> },
    /// Connects a transport.
    ConnectTransport { transport: TransportId, dtls_parameters: Value },
    /// New ICE credentials.
    RestartIce(TransportId),
    /// Starts to send a track.
    Produce { transport: TransportId, request: ProduceRequest },
    /// Pauses a track of one's own.
    PauseProducer(ProducerId),
    /// Goes on with it.
    ResumeProducer(ProducerId),
    /// Ends it.
    CloseProducer(ProducerId),
    /// Starts to receive a track.
    Consume { transport: TransportId, producer: ProducerId, rtp_capabilities: Value },
    /// Goes on receiving.
    ResumeConsumer(ConsumerId),
    /// Stops receiving for a while.
    PauseConsumer(ConsumerId),
    /// Ends receiving.
    CloseConsumer(ConsumerId),
    /// Wants at most these layers.
    SetPreferredLayers { consumer: ConsumerId, layers: Layers },
    /// Wants a key frame.
    RequestKeyFrame(ConsumerId),
    /// Wants statistics.
    Stats(StatsTarget),
    /// Says something to another participant directly.
    Signal { target: UserId, signal: PeerSignal },
    /// Writes to everybody, or to one other alone.
    Chat { text: ChatText, to: Option<UserId> },
    /// Wants what was written earlier, before `before` if given.
    ChatHistory { before: Option<MessageId>, limit: PageLimit },
    /// Deletes a message: one's own, or somebody's as host or co-host.
    DeleteMessage(MessageId),
    /// Raises one's hand, or lowers it.
    RaiseHand(bool),
    /// Lowers somebody's hand, as host or co-host.
    LowerHandOf(UserId),
    /// Shows everybody how one feels.
    React(Reaction),
    /// Shows somebody large to everybody, as host or co-host; `None`: nobody in particular.
    SetSpotlight(Option<UserId>),
    /// Turns somebody's microphone off, or those of all below oneself, as host or co-host.
    Mute(Option<UserId>),
    /// Asks somebody to turn the microphone on, as host or co-host.
    AskToUnmute(UserId),
    /// Takes another name, or gives somebody else one, as host or co-host.
    Rename { target: Option<UserId>, name: DisplayName },
    /// Does something that changes more than the room.
    Moderate(ModerationAction),
}

/// What the room answers.
#[derive(Debug, Clone)]
pub enum PeerAnswer {
    /// Done.
    Done,
    /// The router's RTP capabilities.
    RouterCapabilities(Value),
    /// A new transport.
    Transport(TransportInfo),
    /// New ICE parameters.
    IceParameters(Value),
    /// A new producer.
    Producer(ProducerId),
    /// A new consumer, paused.
    Consumer {
        /// The consumer.
        info: ConsumerInfo,
        /// Who sends.
        user: UserId,
        /// Where it comes from.
        source: MediaSource,
    },
    /// Statistics.
    Stats(Value),
    /// What was written earlier.
    ChatHistory(ChatPage),
}

/// Why a session is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    /// The participant left, or its connection was lost.
    Left,
    /// The same identity joined again.
    Replaced,
    /// The room is over.
    RoomEnded,
    /// The server stops.
    ServerStopped,
    /// Too many events piled up.
    TooSlow,
    /// The participant was made to leave.
    Kicked,
    /// Who waited was sent away.
    Denied,
}

/// Somebody who is in the room already.
#[derive(Debug, Clone, PartialEq)]
pub struct PresentPeer {
    /// Who.
    pub user: UserId,
    /// How to show them.
    pub profile: Profile,
    /// Since when.
    pub joined_at: DateTime<Utc>,
    /// What they send.
    pub tracks: Vec<Track>,
    /// Since when their hand is raised.
    pub hand_raised_at: Option<DateTime<Utc>>,
}

/// The room as the one who comes in finds it.
#[derive(Debug, Clone)]
pub struct RoomPicture {
    /// The room.
    pub room_id: RoomId,
    /// Whether only hosts may come in.
    pub locked: bool,
    /// Since when it is open.
    pub opened_at: DateTime<Utc>,
    /// The one who came in.
    pub user: UserId,
    /// Their role.
    pub role: ParticipantRole,
    /// What they may do.
    pub grants: Grants,
    /// Whether they wait in the lobby: then there is nothing else to see.
    pub waiting: bool,
    /// Who is shown large to everybody.
    pub spotlight: Option<UserId>,
    /// The others, in order of arrival; observers are not shown.
    pub others: Vec<PresentPeer>,
    /// The router's RTP capabilities.
    pub rtp_capabilities: Value,
}

/// Somebody has come in.
#[derive(Debug)]
pub struct JoinedRoom {
    /// Their hold on the room.
    pub session: PeerSession,
    /// The room as they find it.
    pub picture: RoomPicture,
    /// What they are told, from number 1 on. It ends when the session is over.
    pub events: mpsc::Receiver<SessionEvent>,
    /// Why the session is over. Dropped without a value: the room was lost by a fault.
    pub ended: oneshot::Receiver<SessionEnd>,
}

/// A participant's hold on a room. Dropping it lets them go, as if their connection was lost.
#[derive(Debug)]
pub struct PeerSession {
    id: PeerSessionId,
    room: mpsc::Sender<RoomMessage>,
    gone: bool,
}

impl PeerSession {
    pub(crate) const fn new(id: PeerSessionId, room: mpsc::Sender<RoomMessage>) -> Self {
        Self { id, room, gone: false }
    }

    /// Names the session.
    #[must_use]
    pub const fn id(&self) -> PeerSessionId {
        self.id
    }

    /// Asks the room for something.
    ///
    /// # Errors
    /// [`RoomError`]; nothing has changed then.
    pub async fn request(&self, request: PeerRequest) -> Result<PeerAnswer, RoomError> {
        let (answer, answered) = oneshot::channel();
        let message = RoomMessage::Request { session: self.id, request: Box::new(request), answer };
        match self.room.try_send(message) {
            Ok(()) => answered.await.unwrap_or(Err(RoomError::NotInRoom)),
            Err(mpsc::error::TrySendError::Full(_)) => Err(RoomError::Busy),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(RoomError::NotInRoom),
        }
    }

    /// Leaves the room. Waits for a place in the mailbox, so that it cannot be lost.
    pub async fn leave(mut self, reason: LeaveReason) {
        self.gone = true;
        // A closed mailbox means that the room is gone, and so is the session.
        let _ = self.room.send(RoomMessage::Leave { session: self.id, reason }).await;
    }
}

impl Drop for PeerSession {
    fn drop(&mut self) {
        if self.gone {
            return;
        }
        let message = RoomMessage::Leave { session: self.id, reason: LeaveReason::Disconnected };
        if let Err(mpsc::error::TrySendError::Full(message)) = self.room.try_send(message)
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let room = self.room.clone();
            runtime.spawn(async move { room.send(message).await });
        }
    }
}
