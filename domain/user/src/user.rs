//! The account.

use chrono::{DateTime, TimeDelta, Utc};
use domain_shared::{Events, UserId};
use thiserror::Error;

use crate::{
    BanReason, Email, EmailError, Language, Nickname, NicknameError, PasswordChangeMeans, PasswordHash, UserEvent,
    Username, UsernameError,
};

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
mod tests {
    use chrono::TimeDelta;
    use domain_shared::DomainEvent;
    use uuid::Uuid;

    use super::*;

    fn account(nickname: Option<&str>) -> RegisterAccount {
        RegisterAccount {
            id: UserId::from_uuid(Uuid::from_u128(1)),
            username: Username::parse("Alice").unwrap(),
            email: Email::parse("alice@example.com").unwrap(),
            password_hash: PasswordHash::parse("$hash").unwrap(),
            nickname: nickname.map(|name| Nickname::parse(name).unwrap()),
            language: Language::English,
        }
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn a_new_account_is_active_and_states_that_it_was_registered() {
        let user = User::register(account(Some("Alice S.")), at(5));
        assert_eq!(
            (user.role(), user.status(at(5)), user.is_banned(at(5))),
            (UserRole::User, UserStatus::Active, false)
        );
        assert_eq!((user.created_at(), user.version(), user.avatar_url()), (at(5), 0, None));
        assert_eq!(user.nickname().as_str(), "Alice S.");
        let [event] = user.pending_events() else { panic!("one event") };
        assert_eq!(
            (event.name(), event.aggregate_id(), event.occurred_at()),
            ("user.registered", Uuid::from_u128(1), at(5))
        );
        assert_eq!(*event, UserEvent::Registered { user_id: user.id(), username: "Alice".to_owned(), at: at(5) });
    }

    #[test]
    fn who_gives_no_nickname_is_called_by_the_username() {
        assert_eq!(User::register(account(None), at(0)).nickname().as_str(), "Alice");
    }

    #[test]
    fn a_rename_is_told_from_none() {
        let mut user = User::register(account(Some("Al")), at(0));
        assert!(!user.rename(Nickname::parse("Al").unwrap(), at(9)));
        assert_eq!(user.to_snapshot().updated_at, at(0));
        assert!(user.rename(Nickname::parse("Bob").unwrap(), at(9)));
        assert_eq!((user.nickname().as_str(), user.to_snapshot().updated_at), ("Bob", at(9)));
    }

    #[test]
    fn a_stronger_hash_changes_nothing_else() {
        let mut user = User::register(account(None), at(0));
        let before = user.to_snapshot();
        let hash = PasswordHash::parse("$stronger").unwrap();
        user.strengthen_password_hash(hash.clone());
        assert_eq!(user.password_hash(), &hash);
        assert_eq!(user.to_snapshot(), UserSnapshot { password_hash: hash, ..before });
    }

    #[test]
    fn storing_hands_the_events_over_and_counts_the_version() {
        let mut user = User::register(account(None), at(0));
        user.mark_stored(1);
        assert_eq!((user.version(), user.pending_events()), (1, [].as_slice()));
    }

    #[test]
    fn a_snapshot_brings_the_same_account_back() {
        let snapshot = UserSnapshot {
            id: UserId::from_uuid(Uuid::from_u128(9)),
            username: "Bob".to_owned(),
            email: "bob@example.com".to_owned(),
            password_hash: PasswordHash::parse("$hash").unwrap(),
            nickname: "Bobby".to_owned(),
            avatar_url: Some("/media/1".to_owned()),
            language: Language::SimplifiedChinese,
            role: UserRole::Admin,
            email_verified_at: Some(at(2)),
            ban: Some(Ban { at: at(3), until: Some(at(9)), reason: "spam".to_owned() }),
            closing: Some(Closing { at: at(4), purge_at: at(90) }),
            deleted_at: None,
            created_at: at(1),
            updated_at: at(2),
            version: 4,
        };
        let user = User::from_snapshot(snapshot.clone()).unwrap();
        assert_eq!(user.to_snapshot(), snapshot);
        assert_eq!(
            (user.is_banned(at(8)), user.avatar_url(), user.pending_events().len()),
            (true, Some("/media/1"), 0)
        );
        assert_eq!((user.username().as_str(), user.email().as_str()), ("Bob", "bob@example.com"));
        for (broken, message) in [
            (UserSnapshot { username: "b".to_owned(), ..snapshot.clone() }, "username must have at least 3 characters"),
            (
                UserSnapshot { email: "b".to_owned(), ..snapshot.clone() },
                "email must be an e-mail address such as name@example.com",
            ),
            (UserSnapshot { nickname: String::new(), ..snapshot }, "nickname must not be empty"),
        ] {
            assert_eq!(User::from_snapshot(broken).map_err(|error| error.to_string()).err().as_deref(), Some(message));
        }
    }

    #[test]
    fn roles_and_statuses_have_stable_names() {
        for role in [UserRole::User, UserRole::Admin] {
            assert_eq!(UserRole::parse(role.as_str()), Ok(role));
        }
        assert_eq!(UserRole::parse("Admin"), Err(UnknownRole));
        for status in [UserStatus::Active, UserStatus::Banned, UserStatus::Closing, UserStatus::Deleted] {
            assert_eq!(UserStatus::parse(status.as_str()), Ok(status));
        }
        assert_eq!(UserStatus::parse("Active"), Err(UnknownStatus));
    }

    fn stored(nickname: Option<&str>) -> User {
        let mut user = User::register(account(nickname), at(0));
        user.mark_stored(1);
        user
    }

    fn names(user: &User) -> Vec<&'static str> {
        user.pending_events().iter().map(DomainEvent::name).collect()
    }

    fn admin() -> UserId {
        UserId::from_uuid(Uuid::from_u128(99))
    }

    #[test]
    fn an_address_is_proved_once() {
        let mut user = stored(None);
        assert!(user.request_email_verification(at(1)) && user.verify_email(at(2)));
        assert_eq!(user.email_verified_at(), Some(at(2)));
        assert!(!user.verify_email(at(3)) && !user.request_email_verification(at(3)));
        assert_eq!(names(&user), ["user.email-verification-requested", "user.email-verified"]);
    }

    #[test]
    fn a_password_changed_by_mail_proves_the_address() {
        let hash = PasswordHash::parse("$other").unwrap();
        let mut user = stored(None);
        user.change_password(hash.clone(), PasswordChangeMeans::OldPassword, at(1));
        assert_eq!((user.password_hash(), user.email_verified_at()), (&hash, None));
        assert!(user.request_password_reset(at(2)));
        user.change_password(hash, PasswordChangeMeans::MailedLink, at(3));
        assert_eq!(user.email_verified_at(), Some(at(3)));
        assert_eq!(
            names(&user),
            ["user.password-changed", "user.password-reset-requested", "user.password-changed", "user.email-verified"]
        );
    }

    #[test]
    fn a_ban_holds_until_its_end_or_until_it_is_taken_back() {
        let reason = BanReason::parse("spam").unwrap();
        let mut user = stored(None);
        assert_eq!(user.ban(&reason, Some(at(1)), admin(), at(1)), Err(BanError::EndsInThePast));
        user.ban(&reason, Some(at(10)), admin(), at(1)).unwrap();
        assert_eq!((user.status(at(9)), user.status(at(10))), (UserStatus::Banned, UserStatus::Active));
        assert!(!user.request_password_reset(at(9)));
        user.ban(&reason, None, admin(), at(11)).unwrap();
        assert!(user.is_banned(at(1_000_000)));
        assert!(user.unban(admin(), at(12)) && !user.unban(admin(), at(13)));
        assert_eq!(user.status(at(12)), UserStatus::Active);
        assert_eq!(names(&user), ["user.banned", "user.banned", "user.unbanned"]);
    }

    #[test]
    fn administrators_lose_their_role_before_they_are_banned() {
        let reason = BanReason::parse("spam").unwrap();
        let mut user = stored(None);
        assert_eq!(user.change_role(UserRole::Admin, None, at(1)), Ok(true));
        assert_eq!(user.change_role(UserRole::Admin, None, at(1)), Ok(false));
        assert_eq!(user.ban(&reason, None, admin(), at(2)), Err(BanError::Administrator));
        assert_eq!(user.change_role(UserRole::User, Some(admin()), at(3)), Ok(true));
        user.ban(&reason, None, admin(), at(4)).unwrap();
        assert_eq!(user.change_role(UserRole::Admin, None, at(5)), Err(ChangeRoleError::NotActive));
        assert_eq!(names(&user), ["user.role-changed", "user.role-changed", "user.banned"]);
    }

    #[test]
    fn a_closed_account_can_be_kept_until_its_time() {
        let mut user = stored(None);
        assert!(user.close(TimeDelta::seconds(100), at(1)) && !user.close(TimeDelta::seconds(100), at(2)));
        assert_eq!((user.status(at(2)), user.closing().unwrap().purge_at), (UserStatus::Closing, at(101)));
        assert!(!user.purge(at(100)));
        assert!(user.reopen(at(50)) && !user.reopen(at(51)));
        assert_eq!(user.status(at(51)), UserStatus::Active);
        assert!(!user.purge(at(1_000)), "it is kept");
    }

    #[test]
    fn a_deleted_account_has_nothing_personal_left() {
        let mut user = stored(Some("Alice S."));
        user.show_avatar(Some("/a".to_owned()), at(1));
        user.verify_email(at(1));
        user.ban(&BanReason::parse("Alice was rude").unwrap(), None, admin(), at(1)).unwrap();
        user.close(TimeDelta::seconds(10), at(1));
        user.mark_stored(2);
        assert!(user.purge(at(11)) && !user.purge(at(12)));
        assert_eq!((user.status(at(11)), names(&user)), (UserStatus::Deleted, vec!["user.deleted"]));
        let left = format!("{:?}", user.to_snapshot());
        for personal in ["lice", "example.com", "$hash", "/a", "rude"] {
            assert!(!left.contains(personal), "{personal} in {left}");
        }
        User::from_snapshot(user.to_snapshot()).unwrap();
        assert_eq!(user.ban(&BanReason::parse("x").unwrap(), None, admin(), at(12)), Err(BanError::Deleted));
        assert!(!user.reopen(at(12)) && !user.request_password_reset(at(12)) && !user.verify_email(at(12)));
    }

    #[test]
    fn language_and_picture_can_be_changed() {
        let mut user = stored(None);
        assert!(user.speak(Language::SimplifiedChinese, at(1)) && !user.speak(Language::SimplifiedChinese, at(2)));
        user.show_avatar(Some("/a".to_owned()), at(3));
        assert_eq!((user.language(), user.avatar_url()), (Language::SimplifiedChinese, Some("/a")));
    }
}
