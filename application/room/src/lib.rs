//! Live rooms: one actor per room, and the media engine port.

mod bare;
mod chat_log;
mod errors;
mod ice_servers;
mod limits;
mod live_rooms;
mod mailbox;
mod media_book;
mod media_engine;
mod memory;
mod moderation;
mod notification;
mod prune_chat;
mod room_actor;
mod room_channels;
mod session;
mod stats;
mod stored_chat;
mod token;

#[cfg(test)]
mod tests;

pub use bare::*;
pub use chat_log::{ChatPage, ChatStore};
pub use errors::{JoinRoomError, RoomError};
pub use ice_servers::{IceServer, IceServers};
pub use limits::RoomLimits;
pub use live_rooms::{LiveRooms, LiveRoomsDeps};
pub use media_engine::*;
pub use moderation::{ModerationAction, ModerationError, RoomModeration};
pub use notification::{EncodedEvent, PeerEvent, PeerSignal, Profile, RoomNotification, SessionEvent, Track};
pub use prune_chat::{ChatKeeping, ChatRetention, PruneChat, RoomsPruned};
pub use room_channels::{PublishedRoomEvent, ROOM_EVENTS_CHANNEL};
pub use session::{JoinedRoom, PeerAnswer, PeerRequest, PeerSession, PresentPeer, RoomPicture, SessionEnd};
pub use stats::RoomStats;
pub use stored_chat::{DeleteStoredError, StoredChat};
pub use token::{Admittance, RoomAdmissions, RoomClaims, RoomKind, RoomTokenError, RoomTokenVerifier};
