//! What the use cases of accounts need from outside.

use std::sync::Arc;

use application_shared::PortError;
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain_shared::{Clock, IdGenerator, SessionId, UserId};
use domain_user::{Email, Password, PasswordHash, RefreshTokenHash, Session, User, UserRole, Username};
use secrecy::SecretString;
use thiserror::Error;
use uuid::Uuid;

use crate::{AccountLinks, AuditLog, AvatarRenderer, AvatarStore, Principal, UserReader};

/// Why an account was not stored.
#[derive(Debug, Error)]
pub enum InsertUserError {
    /// Another account has that username (case does not matter).
    #[error("the username is taken")]
    UsernameTaken,
    /// Another account has that address.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// The store could not do it.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Why an account was not changed that may be an administrator's.
#[derive(Debug, Error)]
pub enum KeepAdministratorError {
    /// Nobody would be left to administer.
    #[error("no other administrator would be left")]
    LastAdministrator,
    /// The store could not do it.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Keeps accounts. A write stores the row, its version and the pending events in one transaction, then calls
/// [`User::mark_stored`]; when it fails, nothing is stored and the aggregate is as before.
#[async_trait]
pub trait UserRepository: Send + Sync {
    /// The account of that identifier.
    async fn find(&self, id: UserId) -> Result<Option<User>, PortError>;
    /// The account of that name, without regard to case.
    async fn find_by_username(&self, username: &Username) -> Result<Option<User>, PortError>;
    /// The account of that address.
    async fn find_by_email(&self, email: &Email) -> Result<Option<User>, PortError>;
    /// Stores a new account as version 1.
    async fn insert(&self, user: &mut User) -> Result<(), InsertUserError>;
    /// Stores a change as the next version; [`PortError::Conflict`] unless the stored one is [`User::version`].
    async fn update(&self, user: &mut User) -> Result<(), PortError>;
    /// The same for a change that may take an administrator away: refused unless another active one is left, also when
    /// two are taken away at once.
    async fn update_keeping_an_administrator(&self, user: &mut User) -> Result<(), KeepAdministratorError>;
    /// Accounts whose time to be deleted has come, at most `limit`.
    async fn due_for_purge(&self, now: DateTime<Utc>, limit: u16) -> Result<Vec<UserId>, PortError>;
}

/// Keeps sessions, under the same duties as [`UserRepository`].
#[async_trait]
pub trait SessionRepository: Send + Sync {
    /// The session of that identifier, ended or not.
    async fn find(&self, id: SessionId) -> Result<Option<Session>, PortError>;
    /// The session whose current or previous token has that hash, ended or not.
    async fn find_by_refresh_hash(&self, hash: &RefreshTokenHash) -> Result<Option<Session>, PortError>;
    /// Stores a new session as version 1.
    async fn insert(&self, session: &mut Session) -> Result<(), PortError>;
    /// Stores a change as the next version; [`PortError::Conflict`] unless the stored one is [`Session::version`].
    async fn update(&self, session: &mut Session) -> Result<(), PortError>;
    /// The sessions of a user that have neither ended nor expired, the last used first; at most 1,000.
    async fn live_of(&self, user_id: UserId, now: DateTime<Utc>) -> Result<Vec<Session>, PortError>;
    /// The sessions that ended since `since`, at most 100,000, the newest first.
    async fn ended_since(&self, since: DateTime<Utc>) -> Result<Vec<SessionId>, PortError>;
    /// Deletes every session of a user; there are no tokens for them any more.
    async fn delete_of(&self, user_id: UserId) -> Result<(), PortError>;
    /// Deletes sessions that ended or expired before `before`; tells how many.
    async fn prune(&self, before: DateTime<Utc>) -> Result<u64, PortError>;
}

/// Whether an offered password is the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordCheck {
    /// It is.
    Matches {
        /// The hash was made with parameters other than today's: make it anew.
        needs_rehash: bool,
    },
    /// It is not.
    Differs,
}

/// Hashes passwords, slowly. The work is done away from the runtime's threads, and bounded: a caller that would have to
/// wait for long gets [`PortError::Unavailable`].
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// Hashes a password under a new salt.
    async fn hash(&self, password: &Password) -> Result<PasswordHash, PortError>;
    /// Checks a password. Without a hash to check against the same work is done and the answer is
    /// [`PasswordCheck::Differs`], so that the time taken does not tell whether there is such an account.
    async fn verify(&self, password: &Password, hash: Option<&PasswordHash>) -> Result<PasswordCheck, PortError>;
}

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessClaims {
    /// Whose token it is.
    pub user_id: UserId,
    /// In which session.
    pub session_id: SessionId,
    /// What the account may do.
    pub role: UserRole,
    /// The name to be seen.
    pub nickname: String,
    /// Names the token.
    pub token_id: Uuid,
}

/// An access token for a client.
#[derive(Debug, Clone)]
pub struct AccessToken {
    /// The token.
    pub token: SecretString,
    /// How long it is good for.
    pub expires_in: TimeDelta,
}

/// Why an access token is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AccessTokenError {
    /// It was good once.
    #[error("the access token has expired")]
    Expired,
    /// It is malformed, forged, or for something else.
    #[error("the access token is not valid")]
    Invalid,
}

/// Makes and checks access tokens, without a store.
pub trait AccessTokens: Send + Sync {
    /// Signs a token that is good from `now` on.
    fn issue(&self, claims: &AccessClaims, now: DateTime<Utc>) -> Result<AccessToken, PortError>;
    /// Checks a token from a client.
    fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Principal, AccessTokenError>;
}

/// Makes refresh tokens: opaque, 256 bits that nobody can guess.
pub trait RefreshTokens: Send + Sync {
    /// A new token with its hash.
    fn generate(&self) -> (SecretString, RefreshTokenHash);
    /// The token that follows `token`, with its hash: always the same one, so that a client that asks twice gets the same
    /// answer, and nobody can foretell it who has only `token` or only what is stored.
    fn successor(&self, token: &str) -> (SecretString, RefreshTokenHash);
    /// The hash of a token from a client.
    fn hash(&self, token: &str) -> RefreshTokenHash;
}

/// The ports of all use cases of accounts, so that each can take those it needs.
#[derive(Clone)]
pub struct AccountPorts {
    /// Keeps accounts.
    pub users: Arc<dyn UserRepository>,
    /// Keeps sessions.
    pub sessions: Arc<dyn SessionRepository>,
    /// Reads accounts for showing.
    pub user_reader: Arc<dyn UserReader>,
    /// Makes the tokens in mailed links.
    pub links: Arc<dyn AccountLinks>,
    /// Keeps the record.
    pub audit_log: Arc<dyn AuditLog>,
    /// Keeps pictures.
    pub avatars: Arc<dyn AvatarStore>,
    /// Renders pictures.
    pub avatar_renderer: Arc<dyn AvatarRenderer>,
    /// Hashes passwords.
    pub passwords: Arc<dyn PasswordHasher>,
    /// Makes access tokens.
    pub access_tokens: Arc<dyn AccessTokens>,
    /// Makes refresh tokens.
    pub refresh_tokens: Arc<dyn RefreshTokens>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes identifiers.
    pub ids: Arc<dyn IdGenerator>,
    /// How long a session lasts without a refresh.
    pub session_lifetime: TimeDelta,
}
