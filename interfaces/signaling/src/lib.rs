//! The WebSocket signalling protocol: `GET /ws/signaling`.
//!
//! [`protocol`] has the messages and their schema, [`signaling`] the endpoint. One connection is two tasks: one reads
//! requests and asks the room, one writes. What a room tells is encoded once, however many connections it goes to.

pub mod protocol;

mod encode;
mod endpoint;
mod limits;
mod session;
mod translate;
mod writer;

pub use endpoint::{AllowedOrigins, SignalingObserver, SignalingState, signaling};
pub use limits::SignalingLimits;
