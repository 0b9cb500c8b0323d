//! The WebSocket signalling protocol.
