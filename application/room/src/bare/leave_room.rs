//! Lets somebody out of a bare room by the backend's word.

use std::sync::Arc;

use application_shared::FieldError;
use domain_shared::Clock;
use thiserror::Error;

use super::{BareRoomPorts, BareRoomRef, BareRoomRepository, ChangeBareRoomError, fields::Wrong};

/// Nobody was let out.
#[derive(Debug, Error)]
pub enum LeaveRoomError {
    /// Something filled in breaks a rule.
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    /// The room refuses it, or is not there.
    #[error(transparent)]
    Change(#[from] ChangeBareRoomError),
}

/// Lets people out of bare rooms.
pub struct LeaveRoom {
    rooms: Arc<dyn BareRoomRepository>,
    clock: Arc<dyn Clock>,
}

impl LeaveRoom {
    /// The use case on these ports.
    #[must_use]
    pub fn new(ports: &BareRoomPorts) -> Self {
        Self { rooms: ports.rooms.clone(), clock: ports.clock.clone() }
    }

    /// Lets them out; their tokens are useless from now on. Who is not in is none the worse for it.
    ///
    /// # Errors
    /// [`LeaveRoomError`].
    pub async fn execute(&self, room_name: &str, uid: &str) -> Result<(), LeaveRoomError> {
        let mut wrong = Wrong::default();
        let (name, uid) = (wrong.room_name(room_name), wrong.uid("uid", uid));
        let (Some(name), Some(uid)) = (name, uid) else { return Err(LeaveRoomError::Invalid(wrong.into_inner())) };
        let now = self.clock.now();
        self.rooms.change(&BareRoomRef::Name(name), &mut |room| room.leave(&uid, now).map(drop)).await?;
        Ok(())
    }
}
