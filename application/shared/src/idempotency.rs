//! Doing a thing once, however often a client asks for it because it did not see the answer.

use std::time::Duration;

use async_trait::async_trait;

use crate::PortError;

/// What was answered to a request that has been done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// Its HTTP status.
    pub status: u16,
    /// Its body.
    pub body: Vec<u8>,
}

/// What is known about a request that is about to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// Nobody has begun it: it is ours to do, and to [`complete`](IdempotencyStore::complete) or
    /// [`abandon`](IdempotencyStore::abandon).
    New,
    /// Somebody else is doing it now.
    Running,
    /// It has been done.
    Done(StoredAnswer),
    /// The key has been used for another request.
    Mismatch,
}

/// Remembers requests by their key, across nodes. Keys and fingerprints are short texts that tell nothing about the request.
#[async_trait]
pub trait IdempotencyStore: Send + Sync {
    /// Begins the request that `fingerprint` tells from others, unless somebody has. Of several who begin it at once, one
    /// gets [`Begun::New`]. It is forgotten after `lease` unless it is completed before.
    async fn begin(&self, key: &str, fingerprint: &str, lease: Duration) -> Result<Begun, PortError>;
    /// The request has been done: remembers the answer for `keep`.
    async fn complete(
        &self,
        key: &str,
        fingerprint: &str,
        answer: &StoredAnswer,
        keep: Duration,
    ) -> Result<(), PortError>;
    /// The request was not done: it may be begun anew.
    async fn abandon(&self, key: &str) -> Result<(), PortError>;
}
