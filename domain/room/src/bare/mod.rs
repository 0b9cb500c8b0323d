//! The bare room: a room that another backend keeps, as it is stored, with everybody who was ever asked into it.
//!
//! Where people see and hear each other is a live [`crate::Room`] of the same identifier, as for a meeting.

mod event;
mod moderation;
mod participant;
mod presence;
mod room;
mod snapshot;
mod status;
mod values;

#[cfg(test)]
mod tests;

pub use event::{BareRoomEvent, DepartureReason, EndReason};
pub use participant::{BareParticipant, BareParticipantSnapshot, ParticipantStatus, UnknownParticipantStatus};
pub use presence::{Invitation, Newcomer};
pub use room::{BareRoom, BareRoomError, NewBareRoom};
pub use snapshot::{BareRoomSnapshot, CorruptBareRoom};
pub use status::{BareRoomStatus, BareRoomStatusKind, UnknownBareRoomStatus};
pub use values::{
    CallType, EmptyRoomTimeout, EmptyRoomTimeoutError, RoomMetadata, RoomName, RoomNameError, RoomPlaces,
    RoomPlacesError, SourceChannel, SourceChannelType, Uid, UidError, UnknownCallType,
};
