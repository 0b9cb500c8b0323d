//! Says how somebody stands in a bare room; kicks and bans.

use std::sync::Arc;

use application_shared::PortError;
use domain_room::{ParticipantStatus, RoomName, Uid};
use domain_shared::Clock;

use super::{BareRoomPorts, BareRoomRef, BareRoomRepository, ChangeBareRoomError, RoomParticipantView};

/// How somebody stands.
#[derive(Debug, Clone)]
pub struct SetParticipantStatusCommand {
    /// In which room.
    pub room: RoomName,
    /// Who, for the other backend.
    pub uid: Uid,
    /// How they stand now.
    pub status: ParticipantStatus,
}

/// Says how people stand in bare rooms.
pub struct SetParticipantStatus {
    rooms: Arc<dyn BareRoomRepository>,
    clock: Arc<dyn Clock>,
}

impl SetParticipantStatus {
    /// The use case on these ports.
    #[must_use]
    pub fn new(ports: &BareRoomPorts) -> Self {
        Self { rooms: ports.rooms.clone(), clock: ports.clock.clone() }
    }

    /// Changes it.
    ///
    /// # Errors
    /// [`ChangeBareRoomError`].
    pub async fn execute(
        &self,
        command: SetParticipantStatusCommand,
    ) -> Result<RoomParticipantView, ChangeBareRoomError> {
        let SetParticipantStatusCommand { room, uid, status } = command;
        let now = self.clock.now();
        let change = &mut |room: &mut domain_room::BareRoom| room.set_participant_status(&uid, status, now).map(drop);
        let changed = self.rooms.change(&BareRoomRef::Name(room), change).await?;
        let participant = changed.participant(&uid).map(RoomParticipantView::from);
        Ok(participant.ok_or_else(|| PortError::corrupt("room", "the participant who was just changed is gone"))?)
    }
}
