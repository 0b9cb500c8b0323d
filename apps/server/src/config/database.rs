//! The section `database`: the PostgreSQL that keeps everything that must not be lost.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{
    Mistakes,
    section::{Key, Section, within},
};

/// The PostgreSQL that keeps everything that must not be lost.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSection {
    /// `postgres://user:password@host:port/database`. Secret, since it bears the password.
    pub url: SecretString,
    /// Most connections held at once.
    pub pool_size: u16,
    /// Longest time to get a connection, in milliseconds.
    pub connect_timeout_ms: u64,
}

impl DatabaseSection {
    /// Longest time to get a connection.
    #[must_use]
    pub const fn connect_timeout(&self) -> Duration {
        Duration::from_millis(self.connect_timeout_ms)
    }
}

impl Section for DatabaseSection {
    const NAME: &'static str = "database";
    const ABOUT: &'static str = "The PostgreSQL (14 or newer) that keeps everything that must not be lost.";
    const KEYS: &'static [Key] = &[
        Key::secret("url", "`postgres://user:password@host:port/database`. Short name: `DATABASE_URL`."),
        Key::value("pool_size", "Most connections held at once (2 to 500)."),
        Key::value("connect_timeout_ms", "Longest time to get a connection, in milliseconds (100 to 60000)."),
    ];

    fn validate(&self, mistakes: &mut Mistakes) {
        let url = self.url.expose_secret();
        if url.is_empty() {
            mistakes.add("database.url", "is missing; set DATABASE_URL=postgres://user:password@host:5432/database");
        } else if !["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
            mistakes.add("database.url", "must begin with `postgres://`");
        }
        within(mistakes, "database.pool_size", u64::from(self.pool_size), 2, 500);
        within(mistakes, "database.connect_timeout_ms", self.connect_timeout_ms, 100, 60_000);
    }
}
