//! Who waits in front of the room. Whether they may come in is decided elsewhere; here they only hear of it.

use chrono::{DateTime, Utc};
use domain_shared::UserId;

use super::{JoinError, Room};
use crate::{PeerSessionId, RoomEvent};

impl Room {
    /// How many may wait at once.
    pub const MAX_WAITING: usize = 200;

    /// Somebody waits. Gives their earlier connection, which this one replaces.
    ///
    /// # Errors
    /// [`JoinError::Closed`], [`JoinError::Full`] when too many wait.
    pub fn wait(&mut self, user_id: UserId, session: PeerSessionId) -> Result<Option<PeerSessionId>, JoinError> {
        if self.is_closed() {
            return Err(JoinError::Closed);
        }
        if self.waiting.len() >= Self::MAX_WAITING && !self.waiting.contains_key(&user_id) {
            return Err(JoinError::Full);
        }
        Ok(self.waiting.insert(user_id, session))
    }

    /// This connection waits no more. Tells whose it was; nobody's when another one has replaced it.
    pub fn stop_waiting(&mut self, session: PeerSessionId) -> Option<UserId> {
        let user_id = self.waiting.iter().find(|(_, waiting)| **waiting == session).map(|(user_id, _)| *user_id)?;
        self.waiting.remove(&user_id);
        Some(user_id)
    }

    /// Takes note that somebody went who waited, unless they wait again. Tells whether they went.
    pub fn note_gone(&mut self, user_id: UserId, now: DateTime<Utc>) -> bool {
        if self.is_closed() || self.waiting.contains_key(&user_id) || self.sessions.contains_key(&user_id) {
            return false;
        }
        self.events.record(RoomEvent::LobbyLeft { room_id: self.id, user_id, at: now });
        true
    }

    /// The connection of somebody who waits.
    #[must_use]
    pub fn waiting_of(&self, user_id: UserId) -> Option<PeerSessionId> {
        self.waiting.get(&user_id).copied()
    }

    /// How many wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }
}
