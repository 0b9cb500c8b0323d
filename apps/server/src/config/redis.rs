//! The section `redis`: messages between nodes and rate limits.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{
    Mistakes,
    section::{Key, Section, within},
};

/// Messages between nodes and rate limits.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedisSection {
    /// `redis://:password@host:port/0`. Secret, since it bears the password.
    pub url: SecretString,
    /// Connections held.
    pub pool_size: u16,
    /// Longest time to connect, in milliseconds.
    pub connect_timeout_ms: u64,
}

impl RedisSection {
    /// Longest time to connect.
    #[must_use]
    pub const fn connect_timeout(&self) -> Duration {
        Duration::from_millis(self.connect_timeout_ms)
    }
}

impl Section for RedisSection {
    const NAME: &'static str = "redis";
    const ABOUT: &'static str = "The Redis (7 or newer) that carries messages between nodes and counts rate limits.";
    const KEYS: &'static [Key] = &[
        Key::secret("url", "`redis://user:password@host:port/0`. Short name: `REDIS_URL`."),
        Key::value("pool_size", "Connections held (1 to 100)."),
        Key::value("connect_timeout_ms", "Longest time to connect, in milliseconds (100 to 60000)."),
    ];

    fn validate(&self, mistakes: &mut Mistakes) {
        let url = self.url.expose_secret();
        if url.is_empty() {
            mistakes.add("redis.url", "is missing; set REDIS_URL=redis://:password@host:6379/0");
        } else if !url.starts_with("redis://") {
            mistakes.add("redis.url", "must begin with `redis://`");
        }
        within(mistakes, "redis.pool_size", u64::from(self.pool_size), 1, 100);
        within(mistakes, "redis.connect_timeout_ms", self.connect_timeout_ms, 100, 60_000);
    }
}
