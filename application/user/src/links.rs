//! Links that are sent by mail: whoever follows one has proved to read what is sent to an account's address.

use chrono::{DateTime, TimeDelta, Utc};
use domain_shared::UserId;
use domain_user::User;
use secrecy::SecretString;

/// What a mailed link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkPurpose {
    /// Proves the address.
    VerifyEmail,
    /// Lets another password be chosen.
    ResetPassword,
}

impl LinkPurpose {
    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify-email",
            Self::ResetPassword => "reset-password",
        }
    }

    /// How long a link is good for.
    #[must_use]
    pub const fn lifetime(self) -> TimeDelta {
        match self {
            Self::VerifyEmail => TimeDelta::days(3),
            Self::ResetPassword => TimeDelta::hours(1),
        }
    }

    /// What the link is bound to: when it has been used this is another, so that no link works twice, and none works after
    /// the address or the password was changed in another way.
    #[must_use]
    pub fn state_of(self, user: &User) -> String {
        match self {
            Self::VerifyEmail => format!("{}\n{}", user.email().as_str(), user.email_verified_at().is_some()),
            Self::ResetPassword => format!("{}\n{}", user.email().as_str(), user.password_hash().as_str()),
        }
    }
}

/// Makes and checks the tokens in mailed links. Nothing is stored: a token is authenticated, names its account, purpose and
/// end, and is bound to [`LinkPurpose::state_of`] the account.
pub trait AccountLinks: Send + Sync {
    /// A token for the account as it is now, good until `expires_at`.
    fn issue(&self, purpose: LinkPurpose, user: &User, expires_at: DateTime<Utc>) -> SecretString;
    /// The account that a token is for, if it is a token at all. That it is good, only [`AccountLinks::verify`] tells.
    fn owner(&self, token: &str) -> Option<UserId>;
    /// Whether the token is ours, for this purpose and this account, as it is now, and has not expired.
    fn verify(&self, purpose: LinkPurpose, token: &str, user: &User, now: DateTime<Utc>) -> bool;
}
