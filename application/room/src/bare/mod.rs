//! Use cases of bare rooms, which other backends keep: one file each, and the ports they need.
//!
//! Where people see and hear each other are the live rooms of this crate; a bare room decides who may come, and its live
//! room hears of it (docs/adr/0021).

mod admit_at_the_door;
mod change_room_status;
mod create_room;
mod delete_old_rooms;
mod end_empty_rooms;
mod end_room;
mod fields;
mod invite_to_room;
mod issue_room_token;
mod join_room;
mod leave_room;
mod list_room_participants;
mod list_rooms;
mod moderate_room;
mod ports;
mod read_room;
mod record_presence;
mod set_participant_status;
mod tell_live_room;
#[cfg(test)]
mod testing;
mod views;

pub use admit_at_the_door::AdmitAtTheDoor;
pub use change_room_status::{ChangeRoomStatus, ChangeRoomStatusCommand};
pub use create_room::{CreateRoom, CreateRoomCommand, CreateRoomError};
pub use delete_old_rooms::DeleteOldRooms;
pub use end_empty_rooms::EndEmptyRooms;
pub use end_room::EndRoom;
pub use invite_to_room::{InviteToRoom, InviteToRoomCommand, InviteToRoomError, InvitedToRoom, MAX_INVITED_AT_ONCE};
pub use issue_room_token::{
    DEFAULT_TTL_SECONDS, IssueRoomToken, IssueRoomTokenCommand, IssueRoomTokenError, IssuedRoomToken, MAX_TTL_SECONDS,
    MIN_TTL_SECONDS, WantedGrants,
};
pub use join_room::{JoinRoom, JoinRoomCommand};
pub use leave_room::{LeaveRoom, LeaveRoomError};
pub use list_room_participants::{ListRoomParticipants, ListRoomParticipantsQuery};
pub use list_rooms::{ListRooms, ListRoomsError, ListRoomsQuery};
pub use moderate_room::ModerateRoom;
pub use ports::{
    BareRoomChange, BareRoomCursor, BareRoomFilter, BareRoomPorts, BareRoomReader, BareRoomRef, BareRoomRepository,
    ChangeBareRoomError, InsertBareRoomError, ReadBareRoomError, RoomParticipantCursor, RoomTokenIssuer,
};
pub use read_room::ReadRoom;
pub use record_presence::{Presence, RecordPresence, RecordPresenceCommand};
pub use set_participant_status::{SetParticipantStatus, SetParticipantStatusCommand};
pub use tell_live_room::TellLiveRoom;
pub use views::{BareRoomView, RoomParticipantView};
