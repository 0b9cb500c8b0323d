//! The configuration: one section per file, read in layers, checked as a whole before anything starts.

mod auth;
mod cache;
mod chat;
mod database;
mod documentation;
mod files;
mod ice;
mod layers;
mod limits;
mod mail;
mod media;
mod mistakes;
mod redis;
mod roles;
mod rooms;
mod section;
mod server;
mod storage;
mod telemetry;
mod webhooks;

pub use auth::{AuthSection, LEAST_SECRET_BYTES};
pub use cache::CacheSection;
pub use chat::ChatSection;
pub use database::DatabaseSection;
pub use documentation::documentation;
pub use files::FilesSection;
pub use ice::{IceSection, IceServer};
pub use layers::Sources;
pub use limits::LimitsSection;
pub use mail::{MailSection, SmtpSecurityName};
pub use media::{AnnouncedAddress, MediaLogLevel, MediaSection};
pub use mistakes::{Mistake, Mistakes};
pub use redis::RedisSection;
pub use roles::{Role, Roles};
pub use rooms::RoomsSection;
pub use section::{Key, KeyKind, Section};
pub use server::ServerSection;
pub use storage::{Place, StorageSection};
pub use telemetry::{LogFormatName, TelemetrySection};
pub use webhooks::WebhooksSection;

/// Everything that can be set. Its `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct Config {
    /// The roles of this process.
    pub roles: Roles,
    /// Where the program listens and how it stops.
    pub server: ServerSection,
    /// PostgreSQL.
    pub database: DatabaseSection,
    /// Redis.
    pub redis: RedisSection,
    /// Tokens.
    pub auth: AuthSection,
    /// Caches.
    pub cache: CacheSection,
    /// What is written.
    pub chat: ChatSection,
    /// Rate limits.
    pub limits: LimitsSection,
    /// Mails about accounts.
    pub mail: MailSection,
    /// Webhooks.
    pub webhooks: WebhooksSection,
    /// Rooms of other backends.
    pub rooms: RoomsSection,
    /// Where large objects are kept.
    pub storage: StorageSection,
    /// Files that people share.
    pub files: FilesSection,
    /// Media workers.
    pub media: MediaSection,
    /// STUN and TURN servers.
    pub ice: IceSection,
    /// Logs and traces.
    pub telemetry: TelemetrySection,
}
