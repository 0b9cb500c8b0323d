//! Every adapter against a real Redis that each test starts for itself.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod connection;
mod idempotency_store;
mod pub_sub;
mod rate_limiter;
mod support;
