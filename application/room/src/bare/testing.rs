//! Fakes for the tests of bare rooms.

use std::sync::{Arc, Mutex};

use application_shared::{PortError, PubSub, Subscription};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain_room::{
    BareRoom, BareRoomError, BareRoomEvent, CallType, EmptyRoomTimeout, NewBareRoom, Newcomer, ParticipantStatus,
    RoomName, RoomPlaces, SourceChannel, Uid,
};
use domain_shared::{Clock, FixedClock, Page, PageLimit, RoomId, SequentialIds, UserId};
use secrecy::SecretString;
use serde_json::Value;
use uuid::Uuid;

use super::{
    BareRoomChange, BareRoomCursor, BareRoomFilter, BareRoomPorts, BareRoomReader, BareRoomRef, BareRoomRepository,
    BareRoomView, ChangeBareRoomError, InsertBareRoomError, RoomParticipantCursor, RoomParticipantView,
    RoomTokenIssuer,
};
use crate::RoomClaims;

pub fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(1_790_000_000 + seconds)
}

pub fn uid(n: u128) -> Uid {
    Uid::parse(&format!("u{n}")).unwrap()
}

pub fn user(n: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(1_000 + n))
}

/// Rooms in memory, and what they have stated.
#[derive(Default)]
pub struct FakeRooms {
    rooms: Mutex<Vec<BareRoom>>,
    events: Mutex<Vec<BareRoomEvent>>,
}

impl FakeRooms {
    fn store(&self, room: &mut BareRoom) {
        self.events.lock().unwrap().extend_from_slice(room.pending_events());
        room.mark_stored(room.version() + 1);
    }
}

fn is(room: &BareRoom, wanted: &BareRoomRef) -> bool {
    match wanted {
        BareRoomRef::Id(id) => room.id() == *id,
        BareRoomRef::Name(name) => room.name() == name,
    }
}

#[async_trait]
impl BareRoomRepository for FakeRooms {
    async fn find(&self, wanted: &BareRoomRef) -> Result<Option<BareRoom>, PortError> {
        Ok(self.rooms.lock().unwrap().iter().find(|room| is(room, wanted)).cloned())
    }

    async fn insert(&self, room: &mut BareRoom) -> Result<(), InsertBareRoomError> {
        let mut rooms = self.rooms.lock().unwrap();
        if rooms.iter().any(|other| other.name() == room.name() && !other.status().kind().is_over()) {
            return Err(InsertBareRoomError::NameTaken);
        }
        self.store(room);
        rooms.push(room.clone());
        Ok(())
    }

    async fn change(&self, wanted: &BareRoomRef, change: BareRoomChange<'_>) -> Result<BareRoom, ChangeBareRoomError> {
        let mut rooms = self.rooms.lock().unwrap();
        let room = rooms.iter_mut().find(|room| is(room, wanted)).ok_or(ChangeBareRoomError::NotFound)?;
        let mut changed = room.clone();
        change(&mut changed)?;
        self.store(&mut changed);
        room.clone_from(&changed);
        Ok(changed)
    }

    async fn expired(&self, now: DateTime<Utc>, limit: u16) -> Result<Vec<RoomId>, PortError> {
        let rooms = self.rooms.lock().unwrap();
        let expired = rooms.iter().filter(|room| room.expires_at().is_some_and(|at| at <= now));
        Ok(expired.map(BareRoom::id).take(usize::from(limit)).collect())
    }

    async fn prune(&self, ended_before: DateTime<Utc>, limit: u16) -> Result<u64, PortError> {
        let mut deleted = 0;
        self.rooms.lock().unwrap().retain(|room| {
            let old = deleted < u64::from(limit) && room.status().ended_at().is_some_and(|at| at < ended_before);
            deleted += u64::from(old);
            !old
        });
        Ok(deleted)
    }
}

#[async_trait]
impl BareRoomReader for FakeRooms {
    async fn read(&self, name: &RoomName) -> Result<Option<BareRoomView>, PortError> {
        Ok(self.rooms.lock().unwrap().iter().find(|room| room.name() == name).map(BareRoomView::from))
    }

    async fn list(
        &self,
        _: &BareRoomFilter,
        _: Option<BareRoomCursor>,
        _: PageLimit,
    ) -> Result<Page<BareRoomView, BareRoomCursor>, PortError> {
        Err(PortError::unavailable("not needed here"))
    }

    async fn participants(
        &self,
        _: RoomId,
        _: Option<ParticipantStatus>,
        _: Option<RoomParticipantCursor>,
        _: PageLimit,
    ) -> Result<Page<RoomParticipantView, RoomParticipantCursor>, PortError> {
        Err(PortError::unavailable("not needed here"))
    }
}

/// Remembers what it was asked to sign.
#[derive(Default)]
pub struct FakeTokens(pub Mutex<Vec<RoomClaims>>);

impl RoomTokenIssuer for FakeTokens {
    fn issue_for(&self, claims: &RoomClaims, _: DateTime<Utc>) -> Result<SecretString, PortError> {
        self.0.lock().unwrap().push(claims.clone());
        Ok("token".into())
    }
}

/// Remembers what was told to whom.
#[derive(Default)]
pub struct RecordingPubSub(Mutex<Vec<(String, Value)>>);

impl RecordingPubSub {
    pub fn told(&self, channel: &str) -> Vec<Value> {
        let told = self.0.lock().unwrap();
        told.iter().filter(|(name, _)| name == channel).map(|(_, message)| message.clone()).collect()
    }
}

#[async_trait]
impl PubSub for RecordingPubSub {
    async fn publish(&self, channel: &str, payload: Vec<u8>) -> Result<(), PortError> {
        self.0.lock().unwrap().push((channel.to_owned(), serde_json::from_slice(&payload).unwrap()));
        Ok(())
    }

    async fn subscribe(&self, _: &str) -> Result<Subscription, PortError> {
        Err(PortError::unavailable("not needed here"))
    }
}

/// Everything that the use cases need.
pub struct World {
    pub rooms: Arc<FakeRooms>,
    pub tokens: Arc<FakeTokens>,
    pub pub_sub: Arc<RecordingPubSub>,
    pub clock: Arc<FixedClock>,
}

impl World {
    pub fn new() -> Self {
        Self {
            rooms: Arc::default(),
            tokens: Arc::default(),
            pub_sub: Arc::default(),
            clock: Arc::new(FixedClock::at(at(0))),
        }
    }

    pub fn ports(&self) -> BareRoomPorts {
        BareRoomPorts {
            rooms: self.rooms.clone(),
            reader: self.rooms.clone(),
            tokens: self.tokens.clone(),
            clock: self.clock.clone(),
            ids: Arc::new(SequentialIds::default()),
        }
    }

    /// A room for two, created by `u1`.
    pub fn with_room(&self, name: &str, call_type: CallType) -> RoomId {
        let new = NewBareRoom {
            id: RoomId::from_uuid(Uuid::from_u128(500)),
            name: RoomName::parse(name).unwrap(),
            call_type,
            invite_on: false,
            source_channel: SourceChannel::default(),
            creator: uid(1),
            max_participants: RoomPlaces::parse(2).unwrap(),
            empty_timeout: EmptyRoomTimeout::DEFAULT_BEFORE,
            departure_timeout: EmptyRoomTimeout::DEFAULT_AFTER,
            metadata: None,
        };
        let mut room = BareRoom::create(new, at(0));
        self.rooms.store(&mut room);
        self.rooms.rooms.lock().unwrap().push(room);
        RoomId::from_uuid(Uuid::from_u128(500))
    }

    /// Lets somebody into the only room.
    pub fn come(&self, n: u128) {
        let now = self.clock.now();
        let who = Newcomer { uid: uid(n), user_id: user(n), name: None, role: None, grants: None };
        self.change(|room| room.join(who, now).map(drop));
    }

    /// Changes the only room.
    pub fn change(&self, change: impl FnOnce(&mut BareRoom) -> Result<(), BareRoomError>) {
        let mut rooms = self.rooms.rooms.lock().unwrap();
        change(&mut rooms[0]).unwrap();
        self.rooms.store(&mut rooms[0]);
    }

    /// The only room.
    pub fn room(&self) -> BareRoom {
        self.rooms.rooms.lock().unwrap()[0].clone()
    }

    /// What was stated since the last time.
    pub fn take_events(&self) -> Vec<BareRoomEvent> {
        std::mem::take(&mut self.rooms.events.lock().unwrap())
    }
}
