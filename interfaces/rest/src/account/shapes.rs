//! What the account operations take and answer with.
//!
//! Requests that hold secrets have no `Debug` output.

use application_user::{SessionView, UserView};
use chrono::{DateTime, Utc};
use domain_shared::SessionId;
use domain_user::{Language, UserRole, UserStatus};
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

/// Who signs out, and where.
#[derive(Object)]
pub struct LogOutRequest {
    /// The refresh token that was handed out last, unless it comes in the cookie.
    #[oai(validator(min_length = 1, max_length = 256), nullable)]
    pub refresh_token: Option<String>,
    /// Sign out on every device; for whoever shows an access token.
    #[oai(default)]
    pub everywhere: bool,
}

impl FromFields for LogOutRequest {
    const REQUIRED: bool = false;

    fn from_fields(fields: &mut Fields) -> Self {
        Self { refresh_token: fields.optional_text("refresh_token"), everywhere: fields.flag("everywhere") }
    }
}

impl FromFields for RefreshTokenRequest {
    const REQUIRED: bool = false;

    fn from_fields(fields: &mut Fields) -> Self {
        Self { refresh_token: fields.optional_text("refresh_token") }
    }
}

/// What to change in the profile. What is absent stays.
#[derive(Object)]
#[oai(example)]
pub struct UpdateProfileRequest {
    /// The name that others see.
    #[oai(validator(min_length = 1, max_length = 64), nullable)]
    pub nickname: Option<String>,
    /// The language of mails: `en` or `zh-CN`.
    #[oai(validator(min_length = 2, max_length = 16), nullable)]
    pub language: Option<String>,
}

impl FromFields for UpdateProfileRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self { nickname: fields.optional_text("nickname"), language: fields.optional_text("language") }
    }
}

/// Another password.
#[derive(Object)]
#[oai(example)]
pub struct ChangePasswordRequest {
    /// The password until now.
    #[oai(validator(min_length = 1, max_length = 128))]
    pub old_password: String,
    /// The password from now on, under the rules of registering.
    #[oai(validator(min_length = 8, max_length = 128))]
    pub new_password: String,
}

impl FromFields for ChangePasswordRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self { old_password: fields.text("old_password"), new_password: fields.text("new_password") }
    }
}

/// Whose password is forgotten.
#[derive(Object)]
pub struct PasswordResetRequest {
    /// The e-mail address of the account.
    #[oai(validator(min_length = 1, max_length = 254))]
    pub email: String,
}

impl FromFields for PasswordResetRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self { email: fields.text("email") }
    }
}

/// Another password, by a mailed link.
#[derive(Object)]
pub struct ConfirmPasswordResetRequest {
    /// What stands behind `#token=` in the link.
    #[oai(validator(min_length = 1, max_length = 256))]
    pub token: String,
    /// The password from now on, under the rules of registering.
    #[oai(validator(min_length = 8, max_length = 128))]
    pub new_password: String,
}

impl FromFields for ConfirmPasswordResetRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self { token: fields.text("token"), new_password: fields.text("new_password") }
    }
}

/// The proof that an address is the owner's.
#[derive(Object)]
pub struct VerifyEmailRequest {
    /// What stands behind `#token=` in the link.
    #[oai(validator(min_length = 1, max_length = 256))]
    pub token: String,
}

impl FromFields for VerifyEmailRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self { token: fields.text("token") }
    }
}

/// Whoever wants the account to be deleted.
#[derive(Object)]
pub struct CloseAccountRequest {
    /// The password.
    #[oai(validator(min_length = 1, max_length = 128))]
    pub password: String,
}

impl FromFields for CloseAccountRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self { password: fields.text("password") }
    }
}

/// An account that will be deleted.
#[derive(Debug, Serialize, Object)]
pub struct AccountClosing {
    /// When, unless its owner signs in before.
    pub purge_at: DateTime<Utc>,
}

/// A device that is signed in.
#[derive(Debug, Serialize, Object)]
#[oai(rename = "Session")]
pub struct Device {
    /// The session's identifier (UUIDv7).
    pub id: Uuid,
    /// Whether it is the one that asks.
    pub current: bool,
    /// What the device says that it is.
    #[oai(nullable)]
    pub user_agent: Option<String>,
    /// The address that it signed in from.
    #[oai(nullable)]
    pub address: Option<String>,
    /// When it signed in.
    pub created_at: DateTime<Utc>,
    /// When it last refreshed its tokens.
    pub last_used_at: DateTime<Utc>,
    /// When it is signed out unless it is used.
    pub expires_at: DateTime<Utc>,
}

impl Device {
    /// A session as somebody sees it who is in `current`.
    pub fn seen_from(current: SessionId, view: SessionView) -> Self {
        Self {
            id: view.id.as_uuid(),
            current: view.id == current,
            user_agent: view.user_agent,
            address: view.address.map(|address| address.to_string()),
            created_at: view.created_at,
            last_used_at: view.last_used_at,
            expires_at: view.expires_at,
        }
    }
}

/// Every device that is signed in, the last used first.
#[derive(Debug, Serialize, Object)]
#[oai(rename = "SessionList")]
pub struct DeviceList {
    /// The devices.
    pub items: Vec<Device>,
}

/// How many sessions were ended.
#[derive(Debug, Serialize, Object)]
pub struct EndedSessions {
    /// So many.
    pub ended: u32,
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

impl From<Role> for UserRole {
    fn from(role: Role) -> Self {
        match role {
            Role::User => Self::User,
            Role::Admin => Self::Admin,
        }
    }
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
    /// Its owner has had it deleted; until that is done, signing in keeps it.
    Closing,
    /// Nothing personal is left in it.
    Deleted,
}

impl From<UserStatus> for Status {
    fn from(status: UserStatus) -> Self {
        match status {
            UserStatus::Active => Self::Active,
            UserStatus::Banned => Self::Banned,
            UserStatus::Closing => Self::Closing,
            UserStatus::Deleted => Self::Deleted,
        }
    }
}

impl From<Status> for UserStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Active => Self::Active,
            Status::Banned => Self::Banned,
            Status::Closing => Self::Closing,
            Status::Deleted => Self::Deleted,
        }
    }
}

/// The language of mails.
#[derive(Debug, Clone, Copy, Serialize, Enum)]
#[oai(rename = "AccountLanguage")]
pub enum SpokenLanguage {
    /// English.
    #[oai(rename = "en")]
    #[serde(rename = "en")]
    English,
    /// Simplified Chinese.
    #[oai(rename = "zh-CN")]
    #[serde(rename = "zh-CN")]
    SimplifiedChinese,
}

impl From<Language> for SpokenLanguage {
    fn from(language: Language) -> Self {
        match language {
            Language::English => Self::English,
            Language::SimplifiedChinese => Self::SimplifiedChinese,
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
    /// Whether the address was proved to be the owner's.
    pub email_verified: bool,
    /// The language of mails.
    pub language: SpokenLanguage,
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
            email_verified: view.email_verified,
            language: view.language.into(),
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
    /// Send it as `Authorization: Bearer ...`. Null when it was handed over in a cookie. A secret.
    #[oai(nullable)]
    pub access_token: Option<String>,
    /// Exchanges for new tokens, once. Null when it was handed over in a cookie. A secret.
    #[oai(nullable)]
    pub refresh_token: Option<String>,
    /// Send it as `X-CSRF-Token` with every request that changes something, beside the cookies; any of this session is
    /// good. Null when the tokens are not in cookies. A secret.
    #[oai(nullable)]
    pub csrf_token: Option<String>,
    /// Always `Bearer`.
    pub token_type: TokenType,
    /// For how many seconds the access token is good.
    pub expires_in: i64,
    /// Who has signed in.
    pub user: User,
}
