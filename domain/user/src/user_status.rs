//! What an account is: its role, whether it may be used, and why not.

use chrono::{DateTime, Utc};
use thiserror::Error;

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UserRole {
    /// Meets.
    User,
    /// Looks after the others, too.
    Admin,
}

/// The text names no role.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no such role")]
pub struct UnknownRole;

impl UserRole {
    /// The stable name: `user` or `admin`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
        }
    }

    /// Finds the role of that stable name.
    ///
    /// # Errors
    /// [`UnknownRole`] when there is none.
    pub fn parse(name: &str) -> Result<Self, UnknownRole> {
        [Self::User, Self::Admin].into_iter().find(|role| role.as_str() == name).ok_or(UnknownRole)
    }
}

/// Whether an account may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UserStatus {
    /// It may.
    Active,
    /// It may not: nobody can sign in or refresh a session.
    Banned,
    /// Its owner has had it deleted; until that is done, signing in keeps it.
    Closing,
    /// Nothing personal is left in it.
    Deleted,
}

/// The text names no status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be one of active, banned, closing, deleted")]
pub struct UnknownStatus;

impl UserStatus {
    /// The stable name: `active`, `banned`, `closing` or `deleted`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Banned => "banned",
            Self::Closing => "closing",
            Self::Deleted => "deleted",
        }
    }

    /// Finds the status of that stable name.
    ///
    /// # Errors
    /// [`UnknownStatus`] when there is none.
    pub fn parse(name: &str) -> Result<Self, UnknownStatus> {
        let all = [Self::Active, Self::Banned, Self::Closing, Self::Deleted];
        all.into_iter().find(|status| status.as_str() == name).ok_or(UnknownStatus)
    }
}

/// That an account is shut out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ban {
    /// Since when.
    pub at: DateTime<Utc>,
    /// Until when; for ever when absent.
    pub until: Option<DateTime<Utc>>,
    /// Why, for administrators.
    pub reason: String,
}

impl Ban {
    /// Whether it still holds.
    #[must_use]
    pub fn holds(&self, now: DateTime<Utc>) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// That the owner wants an account to be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closing {
    /// Since when.
    pub at: DateTime<Utc>,
    /// When it will be done.
    pub purge_at: DateTime<Utc>,
}

/// Why an account cannot be banned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BanError {
    /// Administrators lose their role first.
    #[error("an administrator cannot be banned")]
    Administrator,
    /// There is nobody to shut out.
    #[error("the account is deleted")]
    Deleted,
    /// It would have ended before it began.
    #[error("the end of a ban must lie in the future")]
    EndsInThePast,
}

/// Why a role cannot be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ChangeRoleError {
    /// The account cannot be used.
    #[error("only an active account can have another role")]
    NotActive,
}
