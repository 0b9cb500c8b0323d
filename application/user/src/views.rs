//! What the use cases of accounts answer.

use application_shared::PortError;
use chrono::{DateTime, Utc};
use domain_shared::{SessionId, UserId};
use domain_user::{Language, Session, User, UserRole, UserStatus};
use secrecy::SecretString;
use uuid::Uuid;

use crate::{AccessClaims, AccessToken, AccessTokens};

/// Who makes a request, as the access token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The account.
    pub user_id: UserId,
    /// The session.
    pub session_id: SessionId,
    /// What the account may do.
    pub role: UserRole,
    /// The name to be seen, as it was when the token was issued.
    pub nickname: String,
}

/// An account as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserView {
    /// The identifier.
    pub id: UserId,
    /// The name to sign in with.
    pub username: String,
    /// The address.
    pub email: String,
    /// The name to be seen.
    pub nickname: String,
    /// Where the picture is.
    pub avatar_url: Option<String>,
    /// What the account may do.
    pub role: UserRole,
    /// Whether it may be used.
    pub status: UserStatus,
    /// Whether the address was proved to be the owner's.
    pub email_verified: bool,
    /// The language of mails.
    pub language: Language,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
}

impl UserView {
    /// The account as it is at `now`.
    #[must_use]
    pub fn of(user: &User, now: DateTime<Utc>) -> Self {
        Self {
            id: user.id(),
            username: user.username().as_str().to_owned(),
            email: user.email().as_str().to_owned(),
            nickname: user.nickname().as_str().to_owned(),
            avatar_url: user.avatar_url().map(str::to_owned),
            role: user.role(),
            status: user.status(now),
            email_verified: user.email_verified_at().is_some(),
            language: user.language(),
            created_at: user.created_at(),
        }
    }
}

/// What somebody gets who has signed in or refreshed a session.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The account.
    pub user: UserView,
    /// The access token.
    pub access: AccessToken,
    /// The refresh token, good for one use.
    pub refresh: SecretString,
    /// Until when the refresh token can be used.
    pub refresh_expires_at: DateTime<Utc>,
    /// The session.
    pub session_id: SessionId,
}

impl SignedIn {
    /// Issues an access token in `session`, and hands it out with `refresh`.
    pub(crate) fn issue(
        tokens: &dyn AccessTokens,
        user: &User,
        session: &Session,
        refresh: SecretString,
        token_id: Uuid,
        now: DateTime<Utc>,
    ) -> Result<Self, PortError> {
        let claims = AccessClaims {
            user_id: user.id(),
            session_id: session.id(),
            role: user.role(),
            nickname: user.nickname().as_str().to_owned(),
            token_id,
        };
        Ok(Self {
            user: UserView::of(user, now),
            access: tokens.issue(&claims, now)?,
            refresh,
            refresh_expires_at: session.expires_at(),
            session_id: session.id(),
        })
    }
}
