//! The room: who is in it and what they may do.

mod media;

pub use media::{MediaKind, MediaSource};
