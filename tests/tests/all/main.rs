//! Everything that is tested across layers, in one binary. One line for each part.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "tests fail by panicking")]

mod architecture;
mod contract;
mod ice;
mod mail;
mod rest;
mod signaling;
mod webhooks;
