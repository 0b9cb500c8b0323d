//! The room: who is in it and what they may do.

mod chat;
mod event;
mod grants;
mod media;
mod peer;
mod role;
mod room;

pub use chat::{ChatText, ChatTextError};
pub use event::{CloseReason, LeaveReason, RoomEvent};
pub use grants::Grants;
pub use media::{MediaKind, MediaSource};
pub use peer::{DisplayName, DisplayNameError, Peer, PeerSessionId};
pub use role::ParticipantRole;
pub use room::{AccessError, Admission, Capacity, JoinError, LockError, PublishError, Room, RoomState, UnknownSession};
