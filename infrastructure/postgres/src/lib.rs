//! Repositories, readers and the outbox on PostgreSQL, with the migrations that make its schema.
//!
//! Architecture Invariant: rows are plain structs of their own, mapped to and from the snapshots of aggregates; no row
//! leaves this crate. Every write of an aggregate is one transaction: rows, version, events.

mod administrators;
mod api_key_repository;
mod audit_log;
mod avatar_store;
mod bare_room_reader;
mod bare_room_repository;
mod bare_room_rows;
mod error;
mod invitation_reader;
mod invitation_repository;
mod invitation_rows;
mod meeting_reader;
mod meeting_repository;
mod meeting_rows;
mod migrate;
mod notification_reader;
mod notification_repository;
mod notification_rows;
mod one_statement;
mod outbox_reader;
mod outbox_signal;
mod outbox_writer;
mod participant_names;
mod people;
mod pool;
mod preference_store;
mod reminder_plans;
mod room_admissions;
mod schema;
mod session_repository;
mod user_reader;
mod user_repository;
mod user_rows;
mod versioned_update;
mod webhook_deliveries;
mod webhook_repository;

pub use administrators::PgAdministrators;
pub use api_key_repository::PgApiKeyRepository;
pub use audit_log::PgAuditLog;
pub use avatar_store::PgAvatarStore;
pub use bare_room_reader::PgBareRoomReader;
pub use bare_room_repository::PgBareRoomRepository;
pub use invitation_reader::PgInvitationReader;
pub use invitation_repository::PgInvitationRepository;
pub use meeting_reader::PgMeetingReader;
pub use meeting_repository::PgMeetingRepository;
pub use migrate::{MigrationError, MigrationStatus, Migrator};
pub use notification_reader::PgNotificationReader;
pub use notification_repository::PgNotificationRepository;
pub use outbox_reader::PgOutboxReader;
pub use participant_names::PgParticipantNames;
pub use people::PgPeople;
pub use pool::{PgOptions, PgOptionsError, PgPool, PgPoolStatus};
pub use preference_store::PgPreferenceStore;
pub use reminder_plans::PgReminderPlans;
pub use room_admissions::PgRoomAdmissions;
pub use session_repository::PgSessionRepository;
pub use user_reader::PgUserReader;
pub use user_repository::PgUserRepository;
pub use webhook_deliveries::PgWebhookDeliveries;
pub use webhook_repository::PgWebhookRepository;
