//! The WebSocket signalling protocol.

pub mod protocol;
