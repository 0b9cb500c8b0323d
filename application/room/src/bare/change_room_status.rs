//! Says what has become of a bare room.

use std::sync::Arc;

use domain_room::{BareRoomStatusKind, RoomName};
use domain_shared::Clock;

use super::{BareRoomPorts, BareRoomRef, BareRoomRepository, BareRoomView, ChangeBareRoomError};

/// What has become of it.
#[derive(Debug, Clone)]
pub struct ChangeRoomStatusCommand {
    /// Which room.
    pub room: RoomName,
    /// What it is now.
    pub status: BareRoomStatusKind,
}

/// Says what has become of a bare room.
pub struct ChangeRoomStatus {
    rooms: Arc<dyn BareRoomRepository>,
    clock: Arc<dyn Clock>,
}

impl ChangeRoomStatus {
    /// The use case on these ports.
    #[must_use]
    pub fn new(ports: &BareRoomPorts) -> Self {
        Self { rooms: ports.rooms.clone(), clock: ports.clock.clone() }
    }

    /// Changes it.
    ///
    /// # Errors
    /// [`ChangeBareRoomError`].
    pub async fn execute(&self, command: ChangeRoomStatusCommand) -> Result<BareRoomView, ChangeBareRoomError> {
        let now = self.clock.now();
        let room = BareRoomRef::Name(command.room);
        let changed = self.rooms.change(&room, &mut |room| room.set_status(command.status, now).map(drop)).await?;
        Ok(BareRoomView::from(&changed))
    }
}
