//! Shows a bare room.

use std::sync::Arc;

use domain_room::RoomName;

use super::{BareRoomPorts, BareRoomReader, BareRoomView, ReadBareRoomError};

/// Shows a bare room.
pub struct ReadRoom {
    reader: Arc<dyn BareRoomReader>,
}

impl ReadRoom {
    /// The use case on these ports.
    #[must_use]
    pub fn new(ports: &BareRoomPorts) -> Self {
        Self { reader: ports.reader.clone() }
    }

    /// The room of that name that is not over, or else the last that was created.
    ///
    /// # Errors
    /// [`ReadBareRoomError`].
    pub async fn execute(&self, name: &RoomName) -> Result<BareRoomView, ReadBareRoomError> {
        self.reader.read(name).await?.ok_or(ReadBareRoomError::NotFound)
    }
}
