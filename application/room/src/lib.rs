//! Live rooms: one actor per room, and the media engine port.

mod media_engine;
mod token;

pub use media_engine::*;
pub use token::{RoomClaims, RoomTokenError, RoomTokenVerifier};
