//! The record of what administrators did and of what concerns the safety of accounts.

use application_shared::PortError;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain_shared::{EventId, Page, PageLimit, UserId};

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// Names it: the event that it records, if it records one.
    pub id: EventId,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What: the name of the event, such as `user.banned`; or `session.refused`, which changes nothing and so has no event.
    pub action: String,
    /// Who did it, if that is known.
    pub actor_id: Option<UserId>,
    /// To whose account.
    pub subject_id: Option<UserId>,
    /// The event, without a name and times that stand elsewhere.
    pub details: serde_json::Value,
}

/// An entry as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntryView {
    /// The entry.
    pub entry: AuditEntry,
    /// The username of who did it, as it is now.
    pub actor_name: Option<String>,
    /// The username of the account, as it is now.
    pub subject_name: Option<String>,
}

/// Which entries are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Those in which this account acted or was acted upon.
    pub user_id: Option<UserId>,
    /// Those of this action.
    pub action: Option<String>,
}

/// Where a list of entries goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditCursor {
    /// When the last entry of the page before happened.
    pub at: DateTime<Utc>,
    /// Its identifier.
    pub id: EventId,
}

/// Keeps the record. Entries are only added, and deleted when they are old.
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Adds an entry; one of the same identifier is there already when the event comes a second time.
    async fn record(&self, entry: &AuditEntry) -> Result<(), PortError>;
    /// Entries, newest first (`at`, then `id`, both descending).
    async fn page(
        &self,
        filter: &AuditFilter,
        after: Option<AuditCursor>,
        limit: PageLimit,
    ) -> Result<Page<AuditEntryView, AuditCursor>, PortError>;
    /// Deletes entries older than `before`; tells how many.
    async fn prune(&self, before: DateTime<Utc>) -> Result<u64, PortError>;
}
