//! Live rooms: one actor per room, and the media engine port.

mod media_engine;

pub use media_engine::*;
