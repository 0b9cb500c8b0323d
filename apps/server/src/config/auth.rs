//! The section `auth`: signing of tokens, and how long they live.

use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{
    Mistakes,
    section::{Key, Section, within},
};

/// Fewest bytes of the signing key: HS256 wants a key as long as its hash (RFC 7518, section 3.2).
pub const LEAST_SECRET_BYTES: usize = 32;

/// Signing of tokens, and how long they live.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthSection {
    /// Key of access and room tokens; at least [`LEAST_SECRET_BYTES`] bytes.
    pub jwt_secret: SecretString,
    /// Earlier keys: tokens that they signed are good until they expire.
    pub former_jwt_secrets: Vec<SecretString>,
    /// Lifetime of an access token, in seconds.
    pub access_ttl_s: u64,
    /// Time without use after which a login ends, in seconds.
    pub refresh_ttl_s: u64,
    /// Time to enter a room with its token, in seconds.
    pub room_token_ttl_s: u64,
    /// Password hashes computed at once; 0 for one per core.
    pub password_hash_concurrency: u16,
}

impl AuthSection {
    /// Lifetime of an access token.
    #[must_use]
    pub fn access_ttl(&self) -> TimeDelta {
        seconds(self.access_ttl_s)
    }

    /// Time without use after which a login ends.
    #[must_use]
    pub fn refresh_ttl(&self) -> TimeDelta {
        seconds(self.refresh_ttl_s)
    }

    /// Time to enter a room with its token.
    #[must_use]
    pub fn room_token_ttl(&self) -> TimeDelta {
        seconds(self.room_token_ttl_s)
    }
}

fn seconds(count: u64) -> TimeDelta {
    i64::try_from(count).ok().and_then(TimeDelta::try_seconds).unwrap_or(TimeDelta::MAX)
}

impl Section for AuthSection {
    const NAME: &'static str = "auth";
    const ABOUT: &'static str = "Signing of tokens, and how long they live.";
    const KEYS: &'static [Key] = &[
        Key::secret(
            "jwt_secret",
            "Key of access and room tokens, the same on every node; at least 32 bytes of random text \
             (`openssl rand -base64 48`). Short name: `JWT_SECRET`.",
        ),
        Key::value(
            "former_jwt_secrets",
            "Earlier keys, as a list of at most 4; tokens that they signed are good until they expire.",
        ),
        Key::value("access_ttl_s", "Lifetime of an access token, in seconds (60 to 3600)."),
        Key::value("refresh_ttl_s", "Time without use after which a login ends, in seconds (3600 to 31536000)."),
        Key::value("room_token_ttl_s", "Time to enter a room with its token, in seconds (30 to 3600)."),
        Key::value(
            "password_hash_concurrency",
            "Password hashes computed at once (0 to 64); each takes memory and a core. 0: one per core.",
        ),
    ];

    fn validate(&self, mistakes: &mut Mistakes) {
        let length = self.jwt_secret.expose_secret().len();
        if length == 0 {
            mistakes.add("auth.jwt_secret", "is missing; set JWT_SECRET, for instance to `openssl rand -base64 48`");
        } else if length < LEAST_SECRET_BYTES {
            mistakes.add("auth.jwt_secret", format!("must have at least {LEAST_SECRET_BYTES} bytes, not {length}"));
        }
        let short = |secret: &SecretString| secret.expose_secret().len() < LEAST_SECRET_BYTES;
        if self.former_jwt_secrets.len() > 4 || self.former_jwt_secrets.iter().any(short) {
            let problem = format!("must hold at most 4 keys, each of at least {LEAST_SECRET_BYTES} bytes");
            mistakes.add("auth.former_jwt_secrets", problem);
        }
        within(mistakes, "auth.access_ttl_s", self.access_ttl_s, 60, 3600);
        within(mistakes, "auth.refresh_ttl_s", self.refresh_ttl_s, 3600, 31_536_000);
        within(mistakes, "auth.room_token_ttl_s", self.room_token_ttl_s, 30, 3600);
        within(mistakes, "auth.password_hash_concurrency", u64::from(self.password_hash_concurrency), 0, 64);
    }
}
