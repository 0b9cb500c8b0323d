//! The messages of `GET /ws/signaling`, as types and as one JSON schema document.
//!
//! Every frame is one flat JSON object with `type` first. Field names are snake_case; objects that mediasoup-client
//! makes or takes (RTP, DTLS, ICE and SCTP parameters) pass verbatim. Unknown fields are ignored.

mod answer;
mod client;
mod close_code;
mod common;
mod error_code;
mod event;
mod schema;

pub use answer::*;
pub use client::*;
pub use close_code::CloseCode;
pub use common::*;
pub use error_code::ErrorCode;
pub use event::*;
pub use schema::schema;

/// The largest frame a client may send, in bytes.
pub const MAX_FRAME_BYTES: usize = 256 * 1024;
/// The largest request `id`: what a double holds exactly, less one (ECMA-262, `Number.MAX_SAFE_INTEGER`).
pub const MAX_REQUEST_ID: u64 = (1 << 53) - 1;
/// The longest chat message, in characters.
pub const MAX_CHAT_CHARS: usize = 4000;
