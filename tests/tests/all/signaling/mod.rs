//! Signalling through real WebSockets, with the real media engine and real room tokens.

mod bare_rooms;
mod client;
mod ending;
mod hostile;
mod house;
mod joining;
mod limits;
mod media;
pub mod parameters;
mod talking;
