//! What is generated from `proto/media.proto`: messages, the client and the server.

#![allow(clippy::all, clippy::pedantic, reason = "generated")]

include!("generated/open_meeting.media.v1.rs");
