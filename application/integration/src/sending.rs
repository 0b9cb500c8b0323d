//! The ports of the way to a receiver: whether it may be gone, and going it.

use application_shared::PortError;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain_integration::WebhookUrl;
use domain_shared::WebhookDeliveryId;
use secrecy::SecretString;
use thiserror::Error;

/// Why nothing may be sent to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TargetRefusal {
    /// It is no address of a web server.
    #[error("must be an address such as https://example.org/webhook")]
    Malformed,
    /// It holds a name or a password, which would be kept and shown.
    #[error("must not hold a name or a password")]
    Credentials,
    /// It is not encrypted.
    #[error("must begin with https://")]
    HttpsRequired,
    /// It leads into a network that is not public.
    #[error("must lead to a public address")]
    Private,
}

impl TargetRefusal {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Credentials => "credentials",
            Self::HttpsRequired => "https_required",
            Self::Private => "private_target",
        }
    }
}

/// Knows where webhooks may be told.
#[async_trait]
pub trait WebhookTargets: Send + Sync {
    /// Looks whether something may be sent there, as far as that can be told now: a name that nobody knows yet is let
    /// through. Answers within some seconds.
    async fn check(&self, url: &WebhookUrl) -> Result<(), TargetRefusal>;
}

/// What went wrong with an attempt. The names are stable: they stand in the log of deliveries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DeliveryProblem {
    /// Nothing may be sent there.
    #[error("the target is refused")]
    TargetRefused,
    /// Nobody knows the host's name.
    #[error("the name of the host cannot be resolved")]
    Unresolved,
    /// Nobody answers there.
    #[error("the host cannot be reached")]
    Unreachable,
    /// There is no encrypted connection to whom the certificate names.
    #[error("the TLS connection fails")]
    Tls,
    /// No answer came in time.
    #[error("no answer came in time")]
    Timeout,
    /// What came is no answer, or the connection broke before it was one.
    #[error("the answer cannot be read")]
    Protocol,
    /// The answer is not 2xx.
    #[error("the answer is not 2xx")]
    Status,
    /// The webhook is disabled, or its key is not good any more.
    #[error("the webhook is disabled")]
    Disabled,
    /// The secret cannot be read: another server has sealed it.
    #[error("the secret cannot be read")]
    SecretUnreadable,
}

impl DeliveryProblem {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::TargetRefused,
        Self::Unresolved,
        Self::Unreachable,
        Self::Tls,
        Self::Timeout,
        Self::Protocol,
        Self::Status,
        Self::Disabled,
        Self::SecretUnreadable,
    ];

    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TargetRefused => "target_refused",
            Self::Unresolved => "unresolved",
            Self::Unreachable => "unreachable",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Protocol => "protocol",
            Self::Status => "status",
            Self::Disabled => "disabled",
            Self::SecretUnreadable => "secret_unreadable",
        }
    }

    /// Finds the problem of that stable name.
    ///
    /// # Errors
    /// [`PortError::Corrupt`] when there is none.
    pub fn parse(name: &str) -> Result<Self, PortError> {
        let found = Self::ALL.into_iter().find(|problem| problem.as_str() == name);
        found.ok_or_else(|| PortError::corrupt("webhook delivery", "an unknown problem"))
    }
}

/// Something on its way to a receiver.
#[derive(Debug)]
pub struct OutgoingWebhook<'a> {
    /// Names it, the same in every attempt: `webhook-id`.
    pub id: WebhookDeliveryId,
    /// Where it goes.
    pub url: &'a WebhookUrl,
    /// What is sent.
    pub body: &'a str,
    /// What signs, as the receiver was told.
    pub secret: &'a SecretString,
    /// When this attempt is made: `webhook-timestamp`.
    pub at: DateTime<Utc>,
}

/// Sends to receivers.
#[async_trait]
pub trait WebhookSender: Send + Sync {
    /// Sends it once, signed as Standard Webhooks says, and returns the HTTP status of the answer. Follows no redirection,
    /// goes nowhere that [`WebhookTargets`] refuses, reads no more than some KiB of the answer, and ends within the time
    /// that it was set up with, whatever the receiver does.
    async fn send(&self, webhook: OutgoingWebhook<'_>) -> Result<u16, DeliveryProblem>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_problems_and_back() {
        for problem in DeliveryProblem::ALL {
            assert_eq!(DeliveryProblem::parse(problem.as_str()).unwrap(), problem);
        }
        assert!(matches!(DeliveryProblem::parse("bad luck"), Err(PortError::Corrupt { .. })));
    }
}
