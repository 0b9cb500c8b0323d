//! Mails about an account.

use std::net::IpAddr;

use application_shared::PortError;
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain_user::Language;
use secrecy::SecretString;
use thiserror::Error;
use uuid::Uuid;

/// What a mail says.
#[derive(Debug, Clone)]
pub enum AccountMailKind {
    /// Follow this link to prove that the address is yours.
    VerifyEmail {
        /// The token in the link.
        token: SecretString,
        /// How long it is good for.
        valid_for: TimeDelta,
    },
    /// Follow this link to choose another password.
    ResetPassword {
        /// The token in the link.
        token: SecretString,
        /// How long it is good for.
        valid_for: TimeDelta,
    },
    /// The password was changed.
    PasswordChanged {
        /// When.
        at: DateTime<Utc>,
    },
    /// A session was ended, since somebody else seems to have its refresh token.
    TokenReused {
        /// When.
        at: DateTime<Utc>,
        /// The device's `User-Agent`.
        user_agent: Option<String>,
        /// The device's address.
        address: Option<IpAddr>,
    },
    /// The account will be deleted.
    AccountClosing {
        /// When.
        purge_at: DateTime<Utc>,
    },
}

/// A mail to the owner of an account.
#[derive(Debug, Clone)]
pub struct AccountMail {
    /// Names the mail, so that one sent twice can be told: the event that caused it.
    pub id: Uuid,
    /// The address.
    pub to: String,
    /// The name to be seen; empty unless the owner has proved the address, since strangers could choose it.
    pub name: String,
    /// The language.
    pub language: Language,
    /// What it says.
    pub kind: AccountMailKind,
}

/// Why a mail was not sent.
#[derive(Debug, Error)]
pub enum MailError {
    /// The address cannot be written to, now or later.
    #[error("the mail was refused: {0}")]
    Refused(String),
    /// It can be tried again.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Writes mails in their language and hands them to a mail server.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends a mail; returns when a mail server has taken it.
    async fn send(&self, mail: &AccountMail) -> Result<(), MailError>;
}
