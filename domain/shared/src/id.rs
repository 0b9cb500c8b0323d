//! The port of identity. Aggregates get their identifiers from outside, so that tests can foresee them.

use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

/// Makes identifiers. Implementations return UUIDv7 (RFC 9562, section 5.7): unique, and ordered by time of creation.
pub trait IdGenerator: Send + Sync {
    /// A new identifier.
    fn next(&self) -> Uuid;
    /// `len` bytes from a cryptographically secure source, for meeting codes and the like. At most 64 bytes are given.
    fn random_bytes(&self, len: usize) -> Vec<u8>;
}

/// Identifiers 1, 2, 3, ... for tests.
#[derive(Debug, Default)]
pub struct SequentialIds(AtomicU64);

impl IdGenerator for SequentialIds {
    fn next(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.0.fetch_add(1, Ordering::Relaxed)) + 1)
    }

    fn random_bytes(&self, len: usize) -> Vec<u8> {
        let seed = self.0.fetch_add(1, Ordering::Relaxed);
        (0..len.min(64) as u64).map(|i| (seed.wrapping_mul(31).wrapping_add(i) % 256) as u8).collect()
    }
}
