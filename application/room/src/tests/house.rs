//! What every test needs: rooms on fakes, somebody who joins, and waiting for a condition.

use std::{sync::Arc, time::Duration};

use chrono::DateTime;
use domain_room::{ChatText, DisplayName, Grants, MediaSource, ParticipantRole};
use domain_shared::{FixedClock, RoomId, SequentialIds, SessionId, UserId};
use serde_json::json;
use uuid::Uuid;

use super::{
    fake_chat::FakeChatStore,
    fake_engine::FakeEngine,
    fake_ports::{FakeAdmissions, FakeModeration},
    fake_pub_sub::FakePubSub,
};
use crate::*;

/// How long a condition may take before a test is given up; no test asserts on time.
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits for a condition.
pub(super) async fn eventually(what: &str, condition: impl Fn() -> bool) {
    let wait = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("never: {what}"));
}

/// Waits for something that must come.
pub(super) async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("something that must come never came")
}

/// Rooms on fakes.
pub(super) struct House {
    pub(super) rooms: LiveRooms,
    pub(super) engine: Arc<FakeEngine>,
    pub(super) pub_sub: Arc<FakePubSub>,
    pub(super) admissions: Arc<FakeAdmissions>,
    pub(super) moderation: Arc<FakeModeration>,
    pub(super) chat: Arc<FakeChatStore>,
}

pub(super) fn limits() -> RoomLimits {
    RoomLimits {
        router_retry: Duration::from_millis(1),
        subscribe_retry: Duration::from_millis(1),
        chat_retry: Duration::from_millis(1),
        lobby_grace: Duration::from_millis(20),
        ..RoomLimits::default()
    }
}

impl House {
    pub(super) fn new() -> Self {
        Self::with(limits())
    }

    pub(super) fn with(limits: RoomLimits) -> Self {
        let (engine, pub_sub) = (Arc::new(FakeEngine::default()), Arc::new(FakePubSub::default()));
        let (admissions, moderation) = (Arc::<FakeAdmissions>::default(), Arc::<FakeModeration>::default());
        let chat = Arc::<FakeChatStore>::default();
        let rooms = LiveRooms::new(LiveRoomsDeps {
            engine: engine.clone(),
            pub_sub: pub_sub.clone(),
            admissions: admissions.clone(),
            moderation: moderation.clone(),
            chat: chat.clone(),
            clock: Arc::new(FixedClock::at(DateTime::from_timestamp(1_800_000_000, 0).unwrap())),
            ids: Arc::new(SequentialIds::default()),
            limits,
        });
        Self { rooms, engine, pub_sub, admissions, moderation, chat }
    }

    /// Starts what publishes and follows commands.
    pub(super) fn run(&self) -> tokio::task::JoinHandle<()> {
        let rooms = self.rooms.clone();
        tokio::spawn(async move { rooms.run().await })
    }

    pub(super) async fn join(&self, user: u128) -> Guest {
        self.join_with(claims(user)).await.unwrap()
    }

    pub(super) async fn join_with(&self, claims: RoomClaims) -> Result<Guest, JoinRoomError> {
        let user = claims.user_id;
        let joined = soon(self.rooms.join(claims)).await?;
        Ok(Guest { user, joined, seq: 0 })
    }

    /// Returns when no room is left and everything is closed.
    pub(super) async fn empty(&self) {
        eventually("no room is left", || self.rooms.stats() == RoomStats::default()).await;
        self.engine.all_closed().await;
    }
}

pub(super) fn room_id() -> RoomId {
    RoomId::from_uuid(Uuid::from_u128(77))
}

pub(super) fn user_id(n: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(1_000_000 + n))
}

pub(super) fn login(n: u128) -> SessionId {
    SessionId::from_uuid(Uuid::from_u128(2_000_000 + n))
}

pub(super) fn claims(user: u128) -> RoomClaims {
    RoomClaims {
        kind: crate::RoomKind::Meeting,
        room_id: room_id(),
        user_id: user_id(user),
        session_id: Some(login(user)),
        display_name: DisplayName::parse(&format!("user {user}")).unwrap(),
        role: ParticipantRole::Participant,
        grants: Grants::full(),
        stay: None,
        expires_at: DateTime::from_timestamp(1_900_000_000, 0).unwrap(),
    }
}

pub(super) fn claims_with(user: u128, grants: Grants) -> RoomClaims {
    RoomClaims { grants, ..claims(user) }
}

pub(super) fn chat(text: &str) -> PeerRequest {
    PeerRequest::Chat { text: ChatText::parse(text.into()).unwrap(), to: None }
}

pub(super) fn produce(transport: &TransportId, source: MediaSource) -> PeerRequest {
    let request = ProduceRequest { kind: source.kind(), source, rtp_parameters: json!({}), paused: false };
    PeerRequest::Produce { transport: transport.clone(), request }
}

/// What opens the lobby only.
pub(super) fn lobby_claims(user: u128) -> RoomClaims {
    let nothing = Grants { can_publish: false, can_subscribe: false, can_chat: false, ..Grants::full() };
    claims_with(user, Grants { lobby: true, hidden: true, ..nothing })
}

/// Somebody who moderates.
pub(super) fn claims_as(user: u128, role: ParticipantRole) -> RoomClaims {
    RoomClaims { role, ..claims(user) }
}

/// Somebody in a room.
pub(super) struct Guest {
    pub(super) user: UserId,
    pub(super) joined: JoinedRoom,
    seq: u64,
}

impl Guest {
    pub(super) async fn ask(&self, request: PeerRequest) -> Result<PeerAnswer, RoomError> {
        soon(self.joined.session.request(request)).await
    }

    /// The next event; its number must follow the one before.
    pub(super) async fn event(&mut self) -> PeerEvent {
        self.maybe_event().await.expect("the session is over")
    }

    /// The next event, or `None` at the end.
    pub(super) async fn maybe_event(&mut self) -> Option<PeerEvent> {
        let event = soon(self.joined.events.recv()).await?;
        self.seq += 1;
        assert_eq!(event.seq, self.seq, "numbers have no gaps");
        Some(event.notification.event().clone())
    }

    /// All events that have come since, up to a chat message that the guest writes to itself.
    pub(super) async fn events_so_far(&mut self) -> Vec<PeerEvent> {
        self.ask(chat("so far")).await.unwrap();
        let mut events = Vec::new();
        loop {
            match self.event().await {
                PeerEvent::Chat { text, from, .. } if text.as_str() == "so far" && from == self.user => return events,
                event => events.push(event),
            }
        }
    }

    /// Forgets all events up to a chat message.
    pub(super) async fn skip_to_chat(&mut self, wanted: &str) {
        while !matches!(self.event().await, PeerEvent::Chat { text, .. } if text.as_str() == wanted) {}
    }

    pub(super) async fn transport(&self, direction: TransportDirection) -> TransportId {
        match self.ask(PeerRequest::CreateTransport { direction, sctp_capabilities: None }).await.unwrap() {
            PeerAnswer::Transport(info) => info.id,
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn produce(&self, transport: &TransportId, source: MediaSource) -> ProducerId {
        match self.ask(produce(transport, source)).await.unwrap() {
            PeerAnswer::Producer(id) => id,
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn consume(&self, transport: &TransportId, producer: &ProducerId) -> ConsumerId {
        match self.ask(consume(transport, producer)).await.unwrap() {
            PeerAnswer::Consumer { info, .. } => info.id,
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn end(self) -> SessionEnd {
        soon(self.joined.ended).await.expect("the room was lost")
    }
}

pub(super) fn consume(transport: &TransportId, producer: &ProducerId) -> PeerRequest {
    PeerRequest::Consume { transport: transport.clone(), producer: producer.clone(), rtp_capabilities: json!({}) }
}
