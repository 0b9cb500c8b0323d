//! The room's state machine.

mod lobby;
mod moderation;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain_shared::{Events, RoomId, UserId};
use thiserror::Error;

use crate::{CloseReason, LeaveReason, MediaSource, Peer, PeerSessionId, RoomEvent};

/// How many may be in a room at a time, observers included: at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity(usize);

impl Capacity {
    /// A capacity of `peers`, and of 1 when that is 0.
    #[must_use]
    pub const fn of(peers: usize) -> Self {
        Self(if peers == 0 { 1 } else { peers })
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> usize {
        self.0
    }
}

/// Where a room is in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoomState {
    /// People may come in.
    Open,
    /// Over. Everything is refused.
    Closed {
        /// Since when.
        at: DateTime<Utc>,
        /// Why.
        reason: CloseReason,
    },
}

/// Why somebody may not come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum JoinError {
    /// The room is over.
    #[error("the room has ended")]
    Closed,
    /// Only hosts may come in.
    #[error("the room is locked")]
    Locked,
    /// There is no place left.
    #[error("the room is full")]
    Full,
    /// The session's name is in use.
    #[error("there is such a session already")]
    DuplicateSession,
}

/// There is no such session in the room (any more), or the room is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not in the room")]
pub struct UnknownSession;

/// Why something may not be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AccessError {
    /// Not in the room.
    #[error("not in the room")]
    NotInRoom,
    /// Not granted.
    #[error("the room token does not grant this")]
    Denied,
}

/// Why a track may not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PublishError {
    /// Not in the room.
    #[error("not in the room")]
    NotInRoom,
    /// Not granted.
    #[error("the room token does not grant sending from this source")]
    Denied,
    /// As many tracks as may be are sent already from this source.
    #[error("no more tracks may be sent from this source")]
    SourceInUse,
    /// As many tracks as may be are sent already.
    #[error("no more tracks may be sent")]
    TooMany,
}

/// Somebody came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// Their earlier stay, which this one has replaced.
    pub replaced: Option<Peer>,
}

/// A room: who is in it and what they may do. It has no life of its own; an actor drives it.
#[derive(Debug)]
pub struct Room {
    id: RoomId,
    capacity: Capacity,
    opened_at: DateTime<Utc>,
    state: RoomState,
    locked: bool,
    // By session; UUIDv7 orders them by arrival.
    peers: BTreeMap<PeerSessionId, Peer>,
    sessions: BTreeMap<UserId, PeerSessionId>,
    // Who waits in front of the room, each by one connection.
    waiting: BTreeMap<UserId, PeerSessionId>,
    // Who is shown large to everybody.
    spotlight: Option<UserId>,
    events: Events<RoomEvent>,
}

impl Room {
    /// Opens an empty room.
    #[must_use]
    pub fn open(id: RoomId, capacity: Capacity, now: DateTime<Utc>) -> Self {
        let mut events = Events::default();
        events.record(RoomEvent::Opened { room_id: id, at: now });
        Self {
            id,
            capacity,
            opened_at: now,
            state: RoomState::Open,
            locked: false,
            peers: BTreeMap::new(),
            sessions: BTreeMap::new(),
            waiting: BTreeMap::new(),
            spotlight: None,
            events,
        }
    }

    /// Lets somebody in. Somebody who is in already is replaced, even in a full or locked room.
    ///
    /// # Errors
    /// [`JoinError`] when the room is over, locked or full.
    pub fn join(&mut self, peer: Peer) -> Result<Admission, JoinError> {
        if self.is_closed() {
            return Err(JoinError::Closed);
        }
        if self.peers.contains_key(&peer.session()) {
            return Err(JoinError::DuplicateSession);
        }
        let (room_id, user_id, session, at) = (self.id, peer.user_id(), peer.session(), peer.joined_at());
        let replaced = match self.sessions.get(&user_id).copied() {
            Some(old) => {
                self.events.record(RoomEvent::PeerReplaced { room_id, user_id, old, new: session, at });
                self.peers.remove(&old)
            }
            None if self.locked && !peer.role().moderates() => return Err(JoinError::Locked),
            None if self.peers.len() >= self.capacity.get() => return Err(JoinError::Full),
            None => {
                self.events.record(RoomEvent::PeerJoined { room_id, user_id, session, at });
                None
            }
        };
        // Whoever was let in waits no more.
        self.waiting.remove(&user_id);
        self.sessions.insert(user_id, session);
        self.peers.insert(session, peer);
        Ok(Admission { replaced })
    }

    /// Lets somebody go. Their publications end.
    ///
    /// # Errors
    /// [`UnknownSession`] when they are not in (a replaced session has left already).
    pub fn leave(
        &mut self,
        session: PeerSessionId,
        reason: LeaveReason,
        now: DateTime<Utc>,
    ) -> Result<Peer, UnknownSession> {
        let peer = self.peers.remove(&session).ok_or(UnknownSession)?;
        let user_id = peer.user_id();
        self.sessions.remove(&user_id);
        if self.spotlight == Some(user_id) {
            self.spotlight = None;
        }
        self.events.record(RoomEvent::PeerLeft { room_id: self.id, user_id, session, reason, at: now });
        Ok(peer)
    }

    /// Notes that somebody starts to send a track. `limit` is the most that they may send at a time.
    ///
    /// # Errors
    /// [`PublishError`] when it is not granted or too many.
    pub fn begin_publication(
        &mut self,
        session: PeerSessionId,
        source: MediaSource,
        limit: usize,
    ) -> Result<(), PublishError> {
        let peer = self.peers.get_mut(&session).ok_or(PublishError::NotInRoom)?;
        if !peer.grants().may_publish(source) {
            return Err(PublishError::Denied);
        }
        if peer.publications_from(source) >= source.tracks_at_a_time() {
            return Err(PublishError::SourceInUse);
        }
        if peer.publications() >= limit {
            return Err(PublishError::TooMany);
        }
        peer.add_publication(source);
        Ok(())
    }

    /// Notes that a track has ended. Nothing happens when they have left.
    pub fn end_publication(&mut self, session: PeerSessionId, source: MediaSource) {
        if let Some(peer) = self.peers.get_mut(&session) {
            peer.remove_publication(source);
        }
    }

    /// Notes that all media is gone, because what carried it has failed.
    pub fn lose_media(&mut self) {
        self.peers.values_mut().for_each(Peer::clear_publications);
    }

    /// Whether somebody may receive media.
    ///
    /// # Errors
    /// [`AccessError`] when not.
    pub fn check_subscribe(&self, session: PeerSessionId) -> Result<(), AccessError> {
        self.check(session, |peer| peer.grants().can_subscribe)
    }

    /// Whether somebody may send media of any kind.
    ///
    /// # Errors
    /// [`AccessError`] when not.
    pub fn check_publish(&self, session: PeerSessionId) -> Result<(), AccessError> {
        self.check(session, |peer| peer.grants().can_publish && peer.is_visible())
    }

    /// Whether somebody may write.
    ///
    /// # Errors
    /// [`AccessError`] when not.
    pub fn check_chat(&self, session: PeerSessionId) -> Result<(), AccessError> {
        self.check(session, |peer| peer.grants().may_chat())
    }

    /// Whether somebody may speak to another participant directly: observers may not, nobody sees them.
    ///
    /// # Errors
    /// [`AccessError`] when not.
    pub fn check_signal(&self, session: PeerSessionId) -> Result<(), AccessError> {
        self.check(session, Peer::is_visible)
    }

    fn check(&self, session: PeerSessionId, granted: impl Fn(&Peer) -> bool) -> Result<(), AccessError> {
        let peer = self.peers.get(&session).ok_or(AccessError::NotInRoom)?;
        if granted(peer) { Ok(()) } else { Err(AccessError::Denied) }
    }

    /// Lets nobody else in, hosts and co-hosts excepted, or lets them in again. Tells whether that is news.
    pub fn lock(&mut self, locked: bool, now: DateTime<Utc>) -> bool {
        if self.is_closed() || std::mem::replace(&mut self.locked, locked) == locked {
            return false;
        }
        let (room_id, at) = (self.id, now);
        self.events.record(if locked {
            RoomEvent::Locked { room_id, at }
        } else {
            RoomEvent::Unlocked { room_id, at }
        });
        true
    }

    /// Closes the room if nobody is in and nobody waits. Tells whether it is closed now.
    pub fn close_if_empty(&mut self, now: DateTime<Utc>) -> bool {
        if !self.is_closed() && self.is_empty() {
            self.close(CloseReason::Empty, now);
        }
        self.is_closed()
    }

    /// Ends the room. Returns who was in; nothing is returned and nothing happens when it is over already.
    pub fn end(&mut self, reason: impl Into<String>, now: DateTime<Utc>) -> Vec<Peer> {
        if self.is_closed() {
            return Vec::new();
        }
        let peers: Vec<Peer> = std::mem::take(&mut self.peers).into_values().collect();
        self.sessions.clear();
        self.waiting.clear();
        self.spotlight = None;
        for peer in &peers {
            self.events.record(RoomEvent::PeerLeft {
                room_id: self.id,
                user_id: peer.user_id(),
                session: peer.session(),
                reason: LeaveReason::Left,
                at: now,
            });
        }
        self.close(CloseReason::Ended(reason.into()), now);
        peers
    }

    fn close(&mut self, reason: CloseReason, at: DateTime<Utc>) {
        self.events.record(RoomEvent::Closed { room_id: self.id, reason: reason.clone(), at });
        self.state = RoomState::Closed { at, reason };
    }

    /// Which room.
    #[must_use]
    pub const fn id(&self) -> RoomId {
        self.id
    }

    /// Since when it is open.
    #[must_use]
    pub const fn opened_at(&self) -> DateTime<Utc> {
        self.opened_at
    }

    /// Where it is in its life.
    #[must_use]
    pub const fn state(&self) -> &RoomState {
        &self.state
    }

    /// Whether it is over.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        matches!(self.state, RoomState::Closed { .. })
    }

    /// Whether only hosts may come in.
    #[must_use]
    pub const fn is_locked(&self) -> bool {
        self.locked
    }

    /// Who is in, in the order of arrival.
    pub fn peers(&self) -> impl Iterator<Item = &Peer> {
        self.peers.values()
    }

    /// How many are in.
    #[must_use]
    pub fn len(&self) -> usize {
        self.peers.len()
    }

    /// Whether nobody is in and nobody waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.peers.is_empty() && self.waiting.is_empty()
    }

    /// Somebody's stay.
    #[must_use]
    pub fn peer(&self, session: PeerSessionId) -> Option<&Peer> {
        self.peers.get(&session)
    }

    /// Somebody by identity.
    #[must_use]
    pub fn peer_of(&self, user: UserId) -> Option<&Peer> {
        self.sessions.get(&user).and_then(|session| self.peers.get(session))
    }

    /// Hands over what has happened since the last time.
    pub fn take_events(&mut self) -> Vec<RoomEvent> {
        self.events.take()
    }
}

#[cfg(test)]
#[path = "room_tests.rs"]
mod tests;
