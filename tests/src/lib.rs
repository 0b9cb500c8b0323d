//! What crosses layers: port contracts, REST, signalling and architecture rules.
//!
//! This library is their harness: a PostgreSQL instance of its own for every run with a database of its own for every
//! test, and a Redis of its own for every test that wants one. Both come from the installed binaries and are gone when
//! the test process is, however it ends.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what a test needs and cannot have fails the test"
)]

mod binaries;
mod guarded;
mod postgres;
mod receiver;
mod redis;
mod s3;
mod smtp;
mod turn;
mod wait;

pub use postgres::{TestDatabase, TestRow};
pub use receiver::{ReceivedWebhook, Receives, TestReceiver};
pub use redis::TestRedis;
pub use s3::TestS3;
pub use smtp::{ReceivedMail, TestSmtp};
pub use turn::TestTurn;
pub use wait::wait_until;
