//! Sessions that have ended while their access tokens are still good.

use domain_shared::SessionId;

/// Knows which sessions have ended lately. An access token is checked without a store and lives for minutes; whoever takes
/// one asks here as well, so that it is refused within a second after its session has ended.
///
/// An implementation answers from memory, at once. It keeps a session at least as long as an access token can outlive it.
pub trait EndedSessions: Send + Sync {
    /// Whether the session is known to have ended.
    fn is_ended(&self, session: SessionId) -> bool;
}
