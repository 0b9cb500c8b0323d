//! Remembers requests that have been done, for all nodes.

use std::time::Duration;

use application_shared::{Begun, IdempotencyStore, PortError, StoredAnswer};
use async_trait::async_trait;
use fred::{
    prelude::{ClientLike, Error, KeysInterface, Pool},
    types::{Expiration, SetOptions},
};
use thiserror::Error as ThisError;

use crate::connection::at_once;

/// How often a key that expires between two commands is looked at again.
const ATTEMPTS: usize = 3;

/// Keeps each request under its key: `R` and the fingerprint while it is being done, then `D`, the fingerprint, the status
/// and the body, each after a space.
pub struct FredIdempotencyStore {
    pool: Pool,
    prefix: String,
}

/// What is stored is not what this program writes.
#[derive(Debug, ThisError)]
#[error("neither a running nor a finished request")]
struct Unreadable;

impl FredIdempotencyStore {
    pub(crate) fn new(pool: Pool, prefix: &str) -> Self {
        Self { pool, prefix: format!("{prefix}idempotency:") }
    }

    fn key(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    async fn set(&self, key: &str, value: Vec<u8>, lives: Duration, only_new: bool) -> Result<bool, Error> {
        let client = self.pool.next_connected().with_options(&at_once());
        let lives = Expiration::PX(i64::try_from(lives.as_millis()).unwrap_or(i64::MAX));
        let options = only_new.then_some(SetOptions::NX);
        let set: Option<String> = client.set(self.key(key), value.as_slice(), Some(lives), options, false).await?;
        Ok(set.is_some())
    }
}

fn running(fingerprint: &str) -> Vec<u8> {
    format!("R {fingerprint}").into_bytes()
}

fn done(fingerprint: &str, answer: &StoredAnswer) -> Vec<u8> {
    let mut value = format!("D {fingerprint} {} ", answer.status).into_bytes();
    value.extend(&answer.body);
    value
}

/// What `value` says to somebody who comes with `fingerprint`.
fn read(value: &[u8], fingerprint: &str) -> Option<Begun> {
    let mut parts = value.splitn(4, |byte| *byte == b' ');
    let (state, stored) = (parts.next()?, parts.next()?);
    if !matches!(state, b"R" | b"D") {
        return None;
    }
    if stored != fingerprint.as_bytes() {
        return Some(Begun::Mismatch);
    }
    if state == b"R" {
        return Some(Begun::Running);
    }
    let status = std::str::from_utf8(parts.next()?).ok()?.parse().ok()?;
    Some(Begun::Done(StoredAnswer { status, body: parts.next()?.to_vec() }))
}

#[async_trait]
impl IdempotencyStore for FredIdempotencyStore {
    async fn begin(&self, key: &str, fingerprint: &str, lease: Duration) -> Result<Begun, PortError> {
        for _ in 0..ATTEMPTS {
            if self.set(key, running(fingerprint), lease, true).await.map_err(PortError::unavailable)? {
                return Ok(Begun::New);
            }
            let client = self.pool.next_connected().with_options(&at_once());
            let value: Option<Vec<u8>> = client.get(self.key(key)).await.map_err(PortError::unavailable)?;
            if let Some(value) = value {
                return read(&value, fingerprint).ok_or_else(|| PortError::corrupt("remembered request", Unreadable));
            }
        }
        Ok(Begun::Running)
    }

    async fn complete(
        &self,
        key: &str,
        fingerprint: &str,
        answer: &StoredAnswer,
        keep: Duration,
    ) -> Result<(), PortError> {
        self.set(key, done(fingerprint, answer), keep, false).await.map(drop).map_err(PortError::unavailable)
    }

    async fn abandon(&self, key: &str) -> Result<(), PortError> {
        let client = self.pool.next_connected().with_options(&at_once());
        client.del::<(), _>(self.key(key)).await.map_err(PortError::unavailable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_wrote() {
        let answer = StoredAnswer { status: 201, body: b"{\"a b\": [1, 2]}\n\xff".to_vec() };
        assert_eq!(read(&running("f"), "f"), Some(Begun::Running));
        assert_eq!(read(&running("f"), "g"), Some(Begun::Mismatch));
        assert_eq!(read(&done("f", &answer), "f"), Some(Begun::Done(answer.clone())));
        assert_eq!(read(&done("f", &answer), "g"), Some(Begun::Mismatch));
        let empty = StoredAnswer { status: 204, body: Vec::new() };
        assert_eq!(read(&done("f", &empty), "f"), Some(Begun::Done(empty)));
    }

    #[test]
    fn refuses_what_others_wrote() {
        for odd in [&b""[..], b"x", b"X f", b"D f", b"D f 200", b"D f many body", b"R"] {
            assert_eq!(read(odd, "f"), None, "{odd:?}");
        }
    }
}
