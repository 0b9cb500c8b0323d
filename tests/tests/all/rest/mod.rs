//! The REST interface through a real socket, on a real PostgreSQL and Redis: what clients send and get.
//!
//! Every answer is also held against the OpenAPI document: a status or an `error.type` that the operation does not
//! document fails the test that got it.

mod account;
mod account_life;
mod admin;
mod api_keys;
pub mod app;
mod attacks;
mod authentication;
mod avatars;
mod backends;
mod bad_input;
mod contract;
mod cookies;
mod ended_sessions;
mod http;
mod idempotency;
mod invitations;
mod limits;
mod media;
mod meeting_life;
mod meetings;
mod messages;
mod notifications;
mod occurrences;
mod operators;
mod paging;
mod redaction;
mod room_participants;
mod rooms;
mod sessions;
mod shared_files;
mod statistics;
mod stores;
mod webhooks;
