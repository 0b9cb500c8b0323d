//! What the account operations take and answer with.
//!
//! Requests that hold secrets have no `Debug` output.

use application_user::UserView;
use chrono::{DateTime, Utc};
use domain_user::{UserRole, UserStatus};
use poem_openapi::{Enum, Object};
use serde::Serialize;
use uuid::Uuid;

use crate::json::{Fields, FromFields};

/// A new account.
#[derive(Object)]
#[oai(example)]
pub struct RegisterRequest {
    /// The name to sign in with; case does not matter.
    #[oai(validator(min_length = 3, max_length = 32, pattern = "^[A-Za-z0-9_.-]+$"))]
    pub username: String,
    /// The e-mail address.
    #[oai(validator(min_length = 3, max_length = 254))]
    pub email: String,
    /// The password: not a common one, and neither the name nor the address.
    #[oai(validator(min_length = 8, max_length = 128))]
    pub password: String,
    /// The name that others see; the username when absent.
    #[oai(validator(min_length = 1, max_length = 64), nullable)]
    pub nickname: Option<String>,
}

impl FromFields for RegisterRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self {
            username: fields.text("username"),
            email: fields.text("email"),
            password: fields.text("password"),
            nickname: fields.optional_text("nickname"),
        }
    }
}

/// How refresh tokens are handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Enum)]
#[oai(rename_all = "lowercase")]
pub enum TokenDelivery {
    /// In the body, for clients that can keep a secret.
    #[default]
    Body,
    /// In an HttpOnly cookie, for browsers.
    Cookie,
}

/// Who wants to sign in.
#[derive(Object)]
#[oai(example)]
pub struct LogInRequest {
    /// The user name or the e-mail address.
    #[oai(validator(min_length = 1, max_length = 254))]
    pub username: String,
    /// The password.
    #[oai(validator(min_length = 1, max_length = 128))]
    pub password: String,
    /// Where to put the refresh token; `body` when absent.
    #[oai(default)]
    pub token_delivery: TokenDelivery,
}

impl FromFields for LogInRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self {
            username: fields.text("username"),
            password: fields.text("password"),
            token_delivery: fields.choice(
                "token_delivery",
                &[("body", TokenDelivery::Body), ("cookie", TokenDelivery::Cookie)],
                TokenDelivery::Body,
            ),
        }
    }
}

/// The refresh token, unless it comes in the cookie.
#[derive(Object)]
pub struct RefreshTokenRequest {
    /// The refresh token that was handed out last.
    #[oai(validator(min_length = 1, max_length = 256), nullable)]
    pub refresh_token: Option<String>,
}

impl FromFields for RefreshTokenRequest {
    const REQUIRED: bool = false;

    fn from_fields(fields: &mut Fields) -> Self {
        Self { refresh_token: fields.optional_text("refresh_token") }
    }
}

/// What to change in the profile.
#[derive(Object)]
#[oai(example)]
pub struct UpdateProfileRequest {
    /// The name that others see.
    #[oai(validator(min_length = 1, max_length = 64))]
    pub nickname: String,
}

impl FromFields for UpdateProfileRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self { nickname: fields.text("nickname") }
    }
}

/// What an account may do.
#[derive(Debug, Clone, Copy, Serialize, Enum)]
#[serde(rename_all = "lowercase")]
#[oai(rename_all = "lowercase", rename = "AccountRole")]
pub enum Role {
    /// Meets.
    User,
    /// Looks after the others, too.
    Admin,
}

impl From<UserRole> for Role {
    fn from(role: UserRole) -> Self {
        match role {
            UserRole::User => Self::User,
            UserRole::Admin => Self::Admin,
        }
    }
}

/// Whether an account may be used.
#[derive(Debug, Clone, Copy, Serialize, Enum)]
#[serde(rename_all = "lowercase")]
#[oai(rename_all = "lowercase", rename = "AccountStatus")]
pub enum Status {
    /// It may.
    Active,
    /// It may not.
    Banned,
}

impl From<UserStatus> for Status {
    fn from(status: UserStatus) -> Self {
        match status {
            UserStatus::Active => Self::Active,
            UserStatus::Banned { .. } => Self::Banned,
        }
    }
}

/// An account, as its owner sees it.
#[derive(Debug, Serialize, Object)]
#[oai(example)]
pub struct User {
    /// Its identifier (UUIDv7).
    pub id: Uuid,
    /// The name to sign in with.
    pub username: String,
    /// The e-mail address.
    pub email: String,
    /// The name that others see.
    pub nickname: String,
    /// Where the picture is.
    #[oai(nullable)]
    pub avatar_url: Option<String>,
    /// What it may do.
    pub role: Role,
    /// Whether it may be used.
    pub status: Status,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
}

impl From<UserView> for User {
    fn from(view: UserView) -> Self {
        Self {
            id: view.id.as_uuid(),
            username: view.username,
            email: view.email,
            nickname: view.nickname,
            avatar_url: view.avatar_url,
            role: view.role.into(),
            status: view.status.into(),
            created_at: view.created_at,
        }
    }
}

/// The account that was opened, read or changed.
#[derive(Debug, Serialize, Object)]
#[oai(example)]
pub struct Profile {
    /// The account.
    pub user: User,
}

/// The kind of an access token.
#[derive(Debug, Clone, Copy, Serialize, Enum)]
pub enum TokenType {
    /// RFC 6750.
    Bearer,
}

/// What somebody gets who has signed in, or refreshed.
#[derive(Serialize, Object)]
#[oai(example)]
pub struct Tokens {
    /// Send it as `Authorization: Bearer ...`. A secret.
    pub access_token: String,
    /// Exchanges for new tokens, once. Null when it was handed over in a cookie. A secret.
    #[oai(nullable)]
    pub refresh_token: Option<String>,
    /// Always `Bearer`.
    pub token_type: TokenType,
    /// For how many seconds the access token is good.
    pub expires_in: i64,
    /// Who has signed in.
    pub user: User,
}
