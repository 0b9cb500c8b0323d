//! Rows of accounts, and how they become accounts.

use application_shared::{BoxError, PortError};
use chrono::{DateTime, Utc};
use diesel::{
    pg::Pg,
    prelude::{AsChangeset, Insertable, Queryable, Selectable},
};
use domain_shared::UserId;
use domain_user::{Ban, Closing, Language, PasswordHash, User, UserRole, UserSnapshot};
use uuid::Uuid;

use crate::schema::users;

/// A row of `users`.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = users, check_for_backend(Pg), treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct UserRow {
    pub id: Uuid,
    username: String,
    email: String,
    password_hash: String,
    nickname: String,
    avatar_url: Option<String>,
    role: String,
    banned_at: Option<DateTime<Utc>>,
    ban_reason: Option<String>,
    language: String,
    email_verified_at: Option<DateTime<Utc>>,
    banned_until: Option<DateTime<Utc>>,
    closing_at: Option<DateTime<Utc>>,
    purge_at: Option<DateTime<Utc>>,
    deleted_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i64,
}

impl UserRow {
    /// The row of an account that is to be stored as `version`.
    pub fn of(snapshot: UserSnapshot, version: i64) -> Self {
        let (banned_at, banned_until, ban_reason) = match snapshot.ban {
            None => (None, None, None),
            Some(Ban { at, until, reason }) => (Some(at), until, Some(reason)),
        };
        Self {
            id: snapshot.id.as_uuid(),
            username: snapshot.username,
            email: snapshot.email,
            password_hash: snapshot.password_hash.as_str().to_owned(),
            nickname: snapshot.nickname,
            avatar_url: snapshot.avatar_url,
            role: snapshot.role.as_str().to_owned(),
            banned_at,
            ban_reason,
            language: snapshot.language.as_str().to_owned(),
            email_verified_at: snapshot.email_verified_at,
            banned_until,
            closing_at: snapshot.closing.map(|closing| closing.at),
            purge_at: snapshot.closing.map(|closing| closing.purge_at),
            deleted_at: snapshot.deleted_at,
            created_at: snapshot.created_at,
            updated_at: snapshot.updated_at,
            version,
        }
    }

    /// Whether it is an administrator's, and stays.
    pub fn administers(&self) -> bool {
        self.role == UserRole::Admin.as_str() && self.closing_at.is_none() && self.deleted_at.is_none()
    }

    /// The account.
    pub fn into_user(self) -> Result<User, PortError> {
        let ban = match (self.banned_at, self.ban_reason) {
            (None, None) => None,
            (Some(at), Some(reason)) => Some(Ban { at, until: self.banned_until, reason }),
            _ => return Err(corrupt("half a ban")),
        };
        let closing = match (self.closing_at, self.purge_at) {
            (None, None) => None,
            (Some(at), Some(purge_at)) => Some(Closing { at, purge_at }),
            _ => return Err(corrupt("half a closing")),
        };
        User::from_snapshot(UserSnapshot {
            id: UserId::from_uuid(self.id),
            username: self.username,
            email: self.email,
            password_hash: PasswordHash::parse(&self.password_hash).map_err(corrupt)?,
            nickname: self.nickname,
            avatar_url: self.avatar_url,
            language: Language::parse(&self.language).map_err(corrupt)?,
            role: UserRole::parse(&self.role).map_err(corrupt)?,
            email_verified_at: self.email_verified_at,
            ban,
            closing,
            deleted_at: self.deleted_at,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        })
        .map_err(corrupt)
    }
}

fn corrupt(source: impl Into<BoxError>) -> PortError {
    PortError::corrupt("user", source)
}
