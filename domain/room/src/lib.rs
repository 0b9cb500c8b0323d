//! The room: who is in it and what they may do.

mod bare;
mod chat;
mod event;
mod grants;
mod media;
mod peer;
mod reaction;
mod role;
mod room;

pub use bare::*;
pub use chat::{
    ChatContent, ChatMessage, ChatMessageParts, ChatText, ChatTextError, DeleteMessageError, Deletion, Recipient,
};
pub use event::{CloseReason, LeaveReason, RoomEvent};
pub use grants::{Grants, RoomPolicy};
pub use media::{MediaKind, MediaSource};
pub use peer::{DisplayName, DisplayNameError, Peer, PeerSessionId};
pub use reaction::{Reaction, UnknownReaction};
pub use role::ParticipantRole;
pub use room::{AccessError, Admission, Capacity, JoinError, PublishError, Room, RoomState, UnknownSession};
