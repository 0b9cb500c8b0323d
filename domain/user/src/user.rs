//! The account.

use chrono::{DateTime, TimeDelta, Utc};
use domain_shared::{Events, UserId};
use thiserror::Error;

use crate::{
    Ban, BanError, BanReason, ChangeRoleError, Closing, Email, EmailError, Language, Nickname, NicknameError,
    PasswordChangeMeans, PasswordHash, UserEvent, UserRole, UserStatus, Username, UsernameError,
};

/// What is needed to open an account.
#[derive(Debug, Clone)]
pub struct RegisterAccount {
    /// A new identifier.
    pub id: UserId,
    /// The name to sign in with.
    pub username: Username,
    /// The address.
    pub email: Email,
    /// The hash of the chosen password.
    pub password_hash: PasswordHash,
    /// The name to be seen; the username when absent.
    pub nickname: Option<Nickname>,
    /// The language of mails.
    pub language: Language,
}

/// An account. Username and e-mail address are unique among all accounts, which the repository sees to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    id: UserId,
    username: Username,
    email: Email,
    password_hash: PasswordHash,
    nickname: Nickname,
    avatar_url: Option<String>,
    language: Language,
    role: UserRole,
    email_verified_at: Option<DateTime<Utc>>,
    ban: Option<Ban>,
    closing: Option<Closing>,
    deleted_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i64,
    events: Events<UserEvent>,
}

/// An account as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSnapshot {
    /// The identifier.
    pub id: UserId,
    /// The username as chosen. [`Username::key`] of it is what must be unique.
    pub username: String,
    /// The address in lower case, unique.
    pub email: String,
    /// The password's hash.
    pub password_hash: PasswordHash,
    /// The name to be seen.
    pub nickname: String,
    /// Where the picture is.
    pub avatar_url: Option<String>,
    /// The language of mails.
    pub language: Language,
    /// What the account may do.
    pub role: UserRole,
    /// When the address was proved to be the owner's.
    pub email_verified_at: Option<DateTime<Utc>>,
    /// The last ban, unless it was taken back.
    pub ban: Option<Ban>,
    /// That it is to be deleted.
    pub closing: Option<Closing>,
    /// When it was deleted.
    pub deleted_at: Option<DateTime<Utc>>,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When something that its owner can see was last changed.
    pub updated_at: DateTime<Utc>,
    /// How often it has been stored; 0: never.
    pub version: i64,
}

/// What is stored is not an account.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UserSnapshotError {
    /// The username breaks its rules.
    #[error("username {0}")]
    Username(#[from] UsernameError),
    /// The address breaks its rules.
    #[error("email {0}")]
    Email(#[from] EmailError),
    /// The nickname breaks its rules.
    #[error("nickname {0}")]
    Nickname(#[from] NicknameError),
}

impl User {
    /// Opens an account.
    #[must_use]
    pub fn register(account: RegisterAccount, now: DateTime<Utc>) -> Self {
        let RegisterAccount { id, username, email, password_hash, nickname, language } = account;
        let nickname = nickname.unwrap_or_else(|| Nickname::from(&username));
        let mut events = Events::default();
        events.record(UserEvent::Registered { user_id: id, username: username.as_str().to_owned(), at: now });
        Self {
            id,
            username,
            email,
            password_hash,
            nickname,
            avatar_url: None,
            language,
            role: UserRole::User,
            email_verified_at: None,
            ban: None,
            closing: None,
            deleted_at: None,
            created_at: now,
            updated_at: now,
            version: 0,
            events,
        }
    }

    /// Takes another name to be seen. Tells whether it is another.
    pub fn rename(&mut self, nickname: Nickname, now: DateTime<Utc>) -> bool {
        if nickname == self.nickname {
            return false;
        }
        self.nickname = nickname;
        self.updated_at = now;
        true
    }

    /// Keeps the same password under a hash of today's strength. For the owner nothing has changed.
    pub fn strengthen_password_hash(&mut self, hash: PasswordHash) {
        self.password_hash = hash;
    }

    /// Takes another language for mails. Tells whether it is another.
    pub fn speak(&mut self, language: Language, now: DateTime<Utc>) -> bool {
        if language == self.language {
            return false;
        }
        self.language = language;
        self.updated_at = now;
        true
    }

    /// Takes another picture, or none.
    pub fn show_avatar(&mut self, url: Option<String>, now: DateTime<Utc>) {
        self.avatar_url = url;
        self.updated_at = now;
    }

    /// Asks for the mail that proves the address. Tells whether there is anything to prove.
    pub fn request_email_verification(&mut self, now: DateTime<Utc>) -> bool {
        if self.email_verified_at.is_some() || self.deleted_at.is_some() {
            return false;
        }
        self.events.record(UserEvent::EmailVerificationRequested { user_id: self.id, at: now });
        true
    }

    /// The owner has proved to read what is sent to the address. Tells whether that is news.
    pub fn verify_email(&mut self, now: DateTime<Utc>) -> bool {
        if self.email_verified_at.is_some() || self.deleted_at.is_some() {
            return false;
        }
        self.email_verified_at = Some(now);
        self.updated_at = now;
        self.events.record(UserEvent::EmailVerified { user_id: self.id, at: now });
        true
    }

    /// Asks for the mail with which another password can be chosen. Tells whether the account can have one.
    pub fn request_password_reset(&mut self, now: DateTime<Utc>) -> bool {
        if self.status(now) == UserStatus::Deleted || self.is_banned(now) {
            return false;
        }
        self.events.record(UserEvent::PasswordResetRequested { user_id: self.id, at: now });
        true
    }

    /// Takes another password. Whoever uses a mailed link has proved to read what is sent to the address, too.
    pub fn change_password(&mut self, hash: PasswordHash, means: PasswordChangeMeans, now: DateTime<Utc>) {
        self.password_hash = hash;
        self.updated_at = now;
        self.events.record(UserEvent::PasswordChanged { user_id: self.id, means, at: now });
        if means == PasswordChangeMeans::MailedLink {
            self.verify_email(now);
        }
    }

    /// Shuts the account out, or changes the terms on which it is.
    ///
    /// # Errors
    /// [`BanError`].
    pub fn ban(
        &mut self,
        reason: &BanReason,
        until: Option<DateTime<Utc>>,
        by: UserId,
        now: DateTime<Utc>,
    ) -> Result<(), BanError> {
        if self.deleted_at.is_some() {
            return Err(BanError::Deleted);
        }
        if self.role == UserRole::Admin {
            return Err(BanError::Administrator);
        }
        if until.is_some_and(|until| until <= now) {
            return Err(BanError::EndsInThePast);
        }
        let reason = reason.as_str().to_owned();
        self.ban = Some(Ban { at: now, until, reason: reason.clone() });
        self.updated_at = now;
        self.events.record(UserEvent::Banned { user_id: self.id, by, reason, until, at: now });
        Ok(())
    }

    /// Lets the account in again. Tells whether it was shut out.
    pub fn unban(&mut self, by: UserId, now: DateTime<Utc>) -> bool {
        if self.ban.take().is_none() {
            return false;
        }
        self.updated_at = now;
        self.events.record(UserEvent::Unbanned { user_id: self.id, by, at: now });
        true
    }

    /// Lets the account do more or less. That one administrator is left, the repository sees to. Tells whether the role
    /// is another.
    ///
    /// # Errors
    /// [`ChangeRoleError`].
    pub fn change_role(
        &mut self,
        role: UserRole,
        by: Option<UserId>,
        now: DateTime<Utc>,
    ) -> Result<bool, ChangeRoleError> {
        if self.status(now) != UserStatus::Active {
            return Err(ChangeRoleError::NotActive);
        }
        if role == self.role {
            return Ok(false);
        }
        let (from, to) = (self.role.as_str().to_owned(), role.as_str().to_owned());
        self.role = role;
        self.updated_at = now;
        self.events.record(UserEvent::RoleChanged { user_id: self.id, by, from, to, at: now });
        Ok(true)
    }

    /// Has the account deleted after `grace`. Tells whether that had not been asked for before.
    pub fn close(&mut self, grace: TimeDelta, now: DateTime<Utc>) -> bool {
        if self.closing.is_some() || self.deleted_at.is_some() {
            return false;
        }
        let purge_at = now.checked_add_signed(grace).unwrap_or(DateTime::<Utc>::MAX_UTC);
        self.closing = Some(Closing { at: now, purge_at });
        self.updated_at = now;
        self.events.record(UserEvent::Closing { user_id: self.id, purge_at, at: now });
        true
    }

    /// Keeps an account that was to be deleted. Tells whether it was.
    pub fn reopen(&mut self, now: DateTime<Utc>) -> bool {
        if self.deleted_at.is_some() || self.closing.take().is_none() {
            return false;
        }
        self.updated_at = now;
        self.events.record(UserEvent::Reopened { user_id: self.id, at: now });
        true
    }

    /// Removes everything personal when the time has come. Tells whether it had. The identifier stays, so that what others
    /// did together with this person stays whole.
    pub fn purge(&mut self, now: DateTime<Utc>) -> bool {
        if self.deleted_at.is_some() || self.closing.is_none_or(|closing| now < closing.purge_at) {
            return false;
        }
        let name = format!("deleted-{}", self.id.as_uuid().simple().to_string().split_off(12));
        // Both keep their rules, and nobody can have them.
        if let (Ok(username), Ok(email)) = (Username::parse(&name), Email::parse(&format!("{name}@deleted.invalid"))) {
            self.username = username;
            self.email = email;
        }
        self.nickname = Nickname::deleted();
        self.password_hash = PasswordHash::unusable();
        self.avatar_url = None;
        self.email_verified_at = None;
        self.role = UserRole::User;
        if let Some(ban) = &mut self.ban {
            ban.reason.clear();
        }
        self.deleted_at = Some(now);
        self.updated_at = now;
        self.events.record(UserEvent::Deleted { user_id: self.id, at: now });
        true
    }

    /// Whether the account may be used.
    #[must_use]
    pub fn status(&self, now: DateTime<Utc>) -> UserStatus {
        if self.deleted_at.is_some() {
            UserStatus::Deleted
        } else if self.is_banned(now) {
            UserStatus::Banned
        } else if self.closing.is_some() {
            UserStatus::Closing
        } else {
            UserStatus::Active
        }
    }

    /// Whether the account is shut out.
    #[must_use]
    pub fn is_banned(&self, now: DateTime<Utc>) -> bool {
        self.ban.as_ref().is_some_and(|ban| ban.holds(now))
    }

    /// The identifier.
    #[must_use]
    pub const fn id(&self) -> UserId {
        self.id
    }

    /// The username.
    #[must_use]
    pub const fn username(&self) -> &Username {
        &self.username
    }

    /// The address.
    #[must_use]
    pub const fn email(&self) -> &Email {
        &self.email
    }

    /// The password's hash.
    #[must_use]
    pub const fn password_hash(&self) -> &PasswordHash {
        &self.password_hash
    }

    /// The name to be seen.
    #[must_use]
    pub const fn nickname(&self) -> &Nickname {
        &self.nickname
    }

    /// Where the picture is.
    #[must_use]
    pub fn avatar_url(&self) -> Option<&str> {
        self.avatar_url.as_deref()
    }

    /// What the account may do.
    #[must_use]
    pub const fn role(&self) -> UserRole {
        self.role
    }

    /// The language of mails.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// When the address was proved to be the owner's.
    #[must_use]
    pub const fn email_verified_at(&self) -> Option<DateTime<Utc>> {
        self.email_verified_at
    }

    /// The last ban, unless it was taken back.
    #[must_use]
    pub const fn last_ban(&self) -> Option<&Ban> {
        self.ban.as_ref()
    }

    /// That it is to be deleted.
    #[must_use]
    pub const fn closing(&self) -> Option<Closing> {
        self.closing
    }

    /// When it was opened.
    #[must_use]
    pub const fn created_at(&self) -> DateTime<Utc> {
        self.created_at
    }

    /// How often it has been stored; 0: never.
    #[must_use]
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// What it has stated since it was loaded, for the outbox.
    #[must_use]
    pub fn pending_events(&self) -> &[UserEvent] {
        self.events.pending()
    }

    /// The repository has stored it, with its events, as `version`.
    pub fn mark_stored(&mut self, version: i64) {
        self.version = version;
        self.events.take();
    }

    /// The account as it is to be stored.
    #[must_use]
    pub fn to_snapshot(&self) -> UserSnapshot {
        UserSnapshot {
            id: self.id,
            username: self.username.as_str().to_owned(),
            email: self.email.as_str().to_owned(),
            password_hash: self.password_hash.clone(),
            nickname: self.nickname.as_str().to_owned(),
            avatar_url: self.avatar_url.clone(),
            language: self.language,
            role: self.role,
            email_verified_at: self.email_verified_at,
            ban: self.ban.clone(),
            closing: self.closing,
            deleted_at: self.deleted_at,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        }
    }

    /// The account as it was stored.
    ///
    /// # Errors
    /// [`UserSnapshotError`] when a stored value breaks the rules of its kind.
    pub fn from_snapshot(snapshot: UserSnapshot) -> Result<Self, UserSnapshotError> {
        Ok(Self {
            id: snapshot.id,
            username: Username::parse(&snapshot.username)?,
            email: Email::parse(&snapshot.email)?,
            password_hash: snapshot.password_hash,
            nickname: Nickname::parse(&snapshot.nickname)?,
            avatar_url: snapshot.avatar_url,
            language: snapshot.language,
            role: snapshot.role,
            email_verified_at: snapshot.email_verified_at,
            ban: snapshot.ban,
            closing: snapshot.closing,
            deleted_at: snapshot.deleted_at,
            created_at: snapshot.created_at,
            updated_at: snapshot.updated_at,
            version: snapshot.version,
            events: Events::default(),
        })
    }
}

#[cfg(test)]
#[path = "user_tests.rs"]
mod tests;
