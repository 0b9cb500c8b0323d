//! Accounts for showing.

use application_shared::PortError;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain_shared::{Page, PageLimit, UserId};
use domain_user::{Ban, Closing, UserRole, UserStatus};

use crate::UserView;

/// An account as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminUserView {
    /// What its owner sees.
    pub user: UserView,
    /// The last ban, unless it was taken back.
    pub ban: Option<Ban>,
    /// That it is to be deleted.
    pub closing: Option<Closing>,
    /// When a session was last used.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// How many devices are signed in.
    pub live_sessions: u32,
}

/// Which accounts are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserFilter {
    /// Username, e-mail address or nickname contains this, without regard to case.
    pub text: Option<String>,
    /// Only those.
    pub status: Option<UserStatus>,
    /// Only those.
    pub role: Option<UserRole>,
}

/// Where a list of accounts goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserCursor {
    /// When the last account of the page before was opened.
    pub created_at: DateTime<Utc>,
    /// Its identifier.
    pub id: UserId,
}

/// Reads accounts for showing.
#[async_trait]
pub trait UserReader: Send + Sync {
    /// The account as its owner sees it, with the status it has at `now`.
    async fn read(&self, id: UserId, now: DateTime<Utc>) -> Result<Option<UserView>, PortError>;
    /// The account as administrators see it.
    async fn read_for_admin(&self, id: UserId, now: DateTime<Utc>) -> Result<Option<AdminUserView>, PortError>;
    /// Accounts, newest first (`created_at`, then `id`, both descending).
    async fn search(
        &self,
        filter: &UserFilter,
        after: Option<UserCursor>,
        limit: PageLimit,
        now: DateTime<Utc>,
    ) -> Result<Page<AdminUserView, UserCursor>, PortError>;
}
