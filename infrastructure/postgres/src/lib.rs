//! Repositories, readers and the outbox on PostgreSQL, with the migrations that make its schema.
//!
//! Architecture Invariant: rows are plain structs of their own, mapped to and from the snapshots of aggregates; no row
//! leaves this crate. Every write of an aggregate is one transaction: rows, version, events.

mod audit_log;
mod avatar_store;
mod error;
mod meeting_reader;
mod meeting_repository;
mod meeting_rows;
mod migrate;
mod one_statement;
mod outbox_reader;
mod outbox_signal;
mod outbox_writer;
mod participant_names;
mod pool;
mod schema;
mod session_repository;
mod user_reader;
mod user_repository;
mod user_rows;
mod versioned_update;

pub use audit_log::PgAuditLog;
pub use avatar_store::PgAvatarStore;
pub use meeting_reader::PgMeetingReader;
pub use meeting_repository::PgMeetingRepository;
pub use migrate::{MigrationError, MigrationStatus, Migrator};
pub use outbox_reader::PgOutboxReader;
pub use participant_names::PgParticipantNames;
pub use pool::{PgOptions, PgOptionsError, PgPool, PgPoolStatus};
pub use session_repository::PgSessionRepository;
pub use user_reader::PgUserReader;
pub use user_repository::PgUserRepository;
