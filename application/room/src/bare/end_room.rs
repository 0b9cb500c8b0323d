//! Ends a bare room for everybody.

use std::sync::Arc;

use domain_room::{EndReason, RoomName};
use domain_shared::Clock;

use super::{BareRoomPorts, BareRoomRef, BareRoomRepository, BareRoomView, ChangeBareRoomError};

/// Ends bare rooms.
pub struct EndRoom {
    rooms: Arc<dyn BareRoomRepository>,
    clock: Arc<dyn Clock>,
}

impl EndRoom {
    /// The use case on these ports.
    #[must_use]
    pub fn new(ports: &BareRoomPorts) -> Self {
        Self { rooms: ports.rooms.clone(), clock: ports.clock.clone() }
    }

    /// Ends it; every token for it is useless from now on.
    ///
    /// # Errors
    /// [`ChangeBareRoomError`].
    pub async fn execute(&self, room: RoomName) -> Result<BareRoomView, ChangeBareRoomError> {
        let (room, now) = (BareRoomRef::Name(room), self.clock.now());
        let ended = self.rooms.change(&room, &mut |room| room.end(EndReason::EndedByBackend, now)).await?;
        Ok(BareRoomView::from(&ended))
    }
}
