//! What the use cases of API keys and webhooks answer.

use chrono::{DateTime, Utc};
use domain_integration::{ApiKey, Disabled, Revoked, Scope, Scopes, Webhook, WebhookOwner};
use domain_shared::{ApiKeyId, EventId, UserId, WebhookDeliveryId, WebhookId};

use crate::{DeliveryProblem, DeliveryStatus};

/// Which backend makes a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyPrincipal {
    /// The key.
    pub id: ApiKeyId,
    /// What it is called.
    pub name: String,
    /// What it is good for.
    pub scopes: Scopes,
}

impl ApiKeyPrincipal {
    /// Whether the key is good for this.
    #[must_use]
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.allow(scope)
    }
}

/// A key as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyView {
    /// The identifier.
    pub id: ApiKeyId,
    /// What it is called.
    pub name: String,
    /// How it begins: `om_<prefix>`.
    pub prefix: String,
    /// What it is good for.
    pub scopes: Vec<&'static str>,
    /// The administrator who made it.
    pub created_by: UserId,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Until when it is good; for ever when absent.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, give or take a minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// That it was revoked.
    pub revoked: Option<Revoked>,
}

impl From<&ApiKey> for ApiKeyView {
    fn from(key: &ApiKey) -> Self {
        Self {
            id: key.id(),
            name: key.name().as_str().to_owned(),
            prefix: format!("om_{}", key.prefix().as_str()),
            scopes: key.scopes().names(),
            created_by: key.created_by(),
            created_at: key.created_at(),
            expires_at: key.expires_at(),
            last_used_at: key.last_used_at(),
            revoked: key.revoked(),
        }
    }
}

/// A webhook.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookView {
    /// The identifier.
    pub id: WebhookId,
    /// Whose it is.
    pub owner: WebhookOwner,
    /// Where it is told.
    pub url: String,
    /// What it is told of.
    pub events: Vec<String>,
    /// That it is told nothing.
    pub disabled: Option<Disabled>,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// When anything about it changed last.
    pub updated_at: DateTime<Utc>,
}

/// Without the address, which may hold a secret.
impl std::fmt::Debug for WebhookView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookView").field("id", &self.id).field("owner", &self.owner).finish_non_exhaustive()
    }
}

impl From<&Webhook> for WebhookView {
    fn from(webhook: &Webhook) -> Self {
        Self {
            id: webhook.id(),
            owner: webhook.owner(),
            url: webhook.url().as_str().to_owned(),
            events: webhook.filter().names().to_vec(),
            disabled: webhook.disabled(),
            created_at: webhook.created_at(),
            updated_at: webhook.updated_at(),
        }
    }
}

/// What was, or is to be, told to a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryView {
    /// Names it; receivers get it as `webhook-id`.
    pub id: WebhookDeliveryId,
    /// To which webhook.
    pub webhook_id: WebhookId,
    /// Of which event.
    pub event_id: EventId,
    /// Its public type.
    pub kind: String,
    /// What has become of it.
    pub status: DeliveryStatus,
    /// How many attempts have begun.
    pub attempts: u32,
    /// The HTTP status that was answered last.
    pub response_status: Option<u16>,
    /// What went wrong last.
    pub problem: Option<DeliveryProblem>,
    /// When it was queued for the first time.
    pub created_at: DateTime<Utc>,
    /// When an attempt began last.
    pub last_attempt_at: Option<DateTime<Utc>>,
    /// When the next one begins at the earliest; absent unless it is pending.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When it was taken or given up.
    pub finished_at: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_does_not_show_the_address() {
        let view = WebhookView {
            id: uuid::Uuid::nil().into(),
            owner: WebhookOwner::Administrators,
            url: "https://example.org/?token=secret".to_owned(),
            events: vec![],
            disabled: None,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        };
        assert!(!format!("{view:?}").contains("secret"));
    }
}
