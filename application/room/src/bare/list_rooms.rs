//! Shows bare rooms.

use std::sync::Arc;

use application_shared::{FieldError, PortError};
use domain_room::{BareRoomStatusKind, CallType};
use domain_shared::{Page, PageLimit};
use thiserror::Error;

use super::{BareRoomCursor, BareRoomFilter, BareRoomPorts, BareRoomReader, BareRoomView, fields::Wrong};

/// Which rooms are asked for: those that are all of this.
#[derive(Debug, Clone)]
pub struct ListRoomsQuery {
    /// In this state.
    pub status: Option<BareRoomStatusKind>,
    /// For this.
    pub call_type: Option<CallType>,
    /// From this channel.
    pub source_channel_id: Option<String>,
    /// Of this name.
    pub room_name: Option<String>,
    /// Where to go on.
    pub after: Option<BareRoomCursor>,
    /// How many at most.
    pub limit: PageLimit,
}

/// No rooms were shown.
#[derive(Debug, Error)]
pub enum ListRoomsError {
    /// No channel or no room can be called so.
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Shows bare rooms, newest first.
pub struct ListRooms {
    reader: Arc<dyn BareRoomReader>,
}

impl ListRooms {
    /// The use case on these ports.
    #[must_use]
    pub fn new(ports: &BareRoomPorts) -> Self {
        Self { reader: ports.reader.clone() }
    }

    /// A page of them.
    ///
    /// # Errors
    /// [`ListRoomsError`].
    pub async fn execute(&self, query: ListRoomsQuery) -> Result<Page<BareRoomView, BareRoomCursor>, ListRoomsError> {
        let mut wrong = Wrong::default();
        let filter = BareRoomFilter {
            status: query.status,
            call_type: query.call_type,
            source_channel_id: query.source_channel_id.as_deref().and_then(|id| wrong.uid("source_channel_id", id)),
            name: query.room_name.as_deref().and_then(|name| wrong.room_name(name)),
        };
        wrong.none().map_err(ListRoomsError::Invalid)?;
        Ok(self.reader.list(&filter, query.after, query.limit).await?)
    }
}
