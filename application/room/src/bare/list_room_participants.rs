//! Shows who was ever asked into a bare room.

use std::sync::Arc;

use domain_room::{ParticipantStatus, RoomName};
use domain_shared::{Page, PageLimit};

use super::{BareRoomPorts, BareRoomReader, ReadBareRoomError, RoomParticipantCursor, RoomParticipantView};

/// Who is asked for.
#[derive(Debug, Clone)]
pub struct ListRoomParticipantsQuery {
    /// Of which room.
    pub room: RoomName,
    /// Only those who stand so.
    pub status: Option<ParticipantStatus>,
    /// Where to go on.
    pub after: Option<RoomParticipantCursor>,
    /// How many at most.
    pub limit: PageLimit,
}

/// Shows who was ever asked into a bare room.
pub struct ListRoomParticipants {
    reader: Arc<dyn BareRoomReader>,
}

impl ListRoomParticipants {
    /// The use case on these ports.
    #[must_use]
    pub fn new(ports: &BareRoomPorts) -> Self {
        Self { reader: ports.reader.clone() }
    }

    /// A page of them, by the first time that they were asked.
    ///
    /// # Errors
    /// [`ReadBareRoomError`].
    pub async fn execute(
        &self,
        query: ListRoomParticipantsQuery,
    ) -> Result<Page<RoomParticipantView, RoomParticipantCursor>, ReadBareRoomError> {
        let room = self.reader.read(&query.room).await?.ok_or(ReadBareRoomError::NotFound)?;
        Ok(self.reader.participants(room.id, query.status, query.after, query.limit).await?)
    }
}
