//! The account.

use chrono::{DateTime, Utc};
use domain_shared::{Events, UserId};
use thiserror::Error;

use crate::{Email, EmailError, Nickname, NicknameError, PasswordHash, UserEvent, Username, UsernameError};

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserStatus {
    /// It may.
    Active,
    /// It may not: nobody can sign in or refresh a session.
    Banned {
        /// Since when.
        at: DateTime<Utc>,
        /// Why, for administrators.
        reason: String,
    },
}

impl UserStatus {
    /// The stable name: `active` or `banned`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Banned { .. } => "banned",
        }
    }
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
    role: UserRole,
    status: UserStatus,
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
    /// What the account may do.
    pub role: UserRole,
    /// Whether it may be used.
    pub status: UserStatus,
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
        let RegisterAccount { id, username, email, password_hash, nickname } = account;
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
            role: UserRole::User,
            status: UserStatus::Active,
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

    /// Whether the account may not be used.
    #[must_use]
    pub const fn is_banned(&self) -> bool {
        matches!(self.status, UserStatus::Banned { .. })
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

    /// Whether it may be used.
    #[must_use]
    pub const fn status(&self) -> &UserStatus {
        &self.status
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
            role: self.role,
            status: self.status.clone(),
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
            role: snapshot.role,
            status: snapshot.status,
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
        }
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn a_new_account_is_active_and_states_that_it_was_registered() {
        let user = User::register(account(Some("Alice S.")), at(5));
        assert_eq!((user.role(), user.status(), user.is_banned()), (UserRole::User, &UserStatus::Active, false));
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
            role: UserRole::Admin,
            status: UserStatus::Banned { at: at(3), reason: "spam".to_owned() },
            created_at: at(1),
            updated_at: at(2),
            version: 4,
        };
        let user = User::from_snapshot(snapshot.clone()).unwrap();
        assert_eq!(user.to_snapshot(), snapshot);
        assert_eq!((user.is_banned(), user.avatar_url(), user.pending_events().len()), (true, Some("/media/1"), 0));
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
        assert_eq!(UserStatus::Active.as_str(), "active");
        assert_eq!(UserStatus::Banned { at: at(0), reason: String::new() }.as_str(), "banned");
    }
}
