//! What the administrative operations take and answer with.

use application_user::{AdminUserView, AuditEntryView};
use chrono::{DateTime, Utc};
use domain_shared::UserId;
use domain_user::{Ban, Closing};
use poem_openapi::{Object, types::Any};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    account::shapes::{Role, User},
    json::{Fields, FromFields},
};

/// Who is to be shut out.
#[derive(Debug, Object)]
pub struct BanUserRequest {
    /// Why, for administrators.
    #[oai(validator(min_length = 1, max_length = 500))]
    pub reason: String,
    /// Until when; for ever when absent.
    #[oai(nullable)]
    pub until: Option<DateTime<Utc>>,
}

impl FromFields for BanUserRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self { reason: fields.text("reason"), until: fields.optional_time("until") }
    }
}

/// What an account is to be allowed.
#[derive(Debug, Object)]
pub struct ChangeRoleRequest {
    /// The role.
    pub role: Role,
}

impl FromFields for ChangeRoleRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self { role: fields.required_choice("role", &[("user", Role::User), ("admin", Role::Admin)], Role::User) }
    }
}

/// That an account is, or was, shut out.
#[derive(Debug, Serialize, Object)]
pub struct UserBan {
    /// Since when.
    pub at: DateTime<Utc>,
    /// Until when; for ever when null.
    #[oai(nullable)]
    pub until: Option<DateTime<Utc>>,
    /// Why.
    pub reason: String,
}

impl From<Ban> for UserBan {
    fn from(ban: Ban) -> Self {
        Self { at: ban.at, until: ban.until, reason: ban.reason }
    }
}

/// That an account is to be deleted.
#[derive(Debug, Serialize, Object)]
pub struct UserClosing {
    /// Since when.
    pub at: DateTime<Utc>,
    /// When.
    pub purge_at: DateTime<Utc>,
}

impl From<Closing> for UserClosing {
    fn from(closing: Closing) -> Self {
        Self { at: closing.at, purge_at: closing.purge_at }
    }
}

/// An account, as administrators see it.
#[derive(Debug, Serialize, Object)]
pub struct AdminUser {
    /// What its owner sees.
    #[oai(flatten)]
    #[serde(flatten)]
    pub user: User,
    /// The last ban, unless it was taken back.
    #[oai(nullable)]
    pub ban: Option<UserBan>,
    /// That it is to be deleted.
    #[oai(nullable)]
    pub closing: Option<UserClosing>,
    /// When a session of it was last used.
    #[oai(nullable)]
    pub last_seen_at: Option<DateTime<Utc>>,
    /// How many devices are signed in.
    pub live_sessions: u32,
}

impl From<AdminUserView> for AdminUser {
    fn from(view: AdminUserView) -> Self {
        Self {
            user: view.user.into(),
            ban: view.ban.map(Into::into),
            closing: view.closing.map(Into::into),
            last_seen_at: view.last_seen_at,
            live_sessions: view.live_sessions,
        }
    }
}

/// The account that was read or changed.
#[derive(Debug, Serialize, Object)]
pub struct AdminUserAnswer {
    /// The account.
    pub user: AdminUser,
}

/// A page of accounts, newest first.
#[derive(Debug, Serialize, Object)]
pub struct AdminUserPage {
    /// The accounts.
    pub items: Vec<AdminUser>,
    /// Where to go on; null at the end.
    #[oai(nullable)]
    pub next_cursor: Option<String>,
}

/// Somebody who is named in the record.
#[derive(Debug, Serialize, Object)]
pub struct AuditUser {
    /// The account's identifier.
    pub id: Uuid,
    /// Its username, as it is now; null when there is no such account.
    #[oai(nullable)]
    pub username: Option<String>,
}

fn named(id: Option<UserId>, username: Option<String>) -> Option<AuditUser> {
    id.map(|id| AuditUser { id: id.as_uuid(), username })
}

/// Something that happened.
#[derive(Debug, Serialize, Object)]
pub struct AuditLogEntry {
    /// Its identifier.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// What, such as `user.banned`.
    pub action: String,
    /// Who did it; null when nobody in particular did.
    #[oai(nullable)]
    pub actor: Option<AuditUser>,
    /// To whose account.
    #[oai(nullable)]
    pub subject: Option<AuditUser>,
    /// More about it; which fields there are depends on the action.
    pub details: Any<serde_json::Value>,
}

impl From<AuditEntryView> for AuditLogEntry {
    fn from(view: AuditEntryView) -> Self {
        let AuditEntryView { entry, actor_name, subject_name } = view;
        Self {
            id: entry.id.as_uuid(),
            at: entry.at,
            action: entry.action,
            actor: named(entry.actor_id, actor_name),
            subject: named(entry.subject_id, subject_name),
            details: Any(entry.details),
        }
    }
}

/// A page of the record, newest first.
#[derive(Debug, Serialize, Object)]
pub struct AuditLogPage {
    /// The entries.
    pub items: Vec<AuditLogEntry>,
    /// Where to go on; null at the end.
    #[oai(nullable)]
    pub next_cursor: Option<String>,
}
