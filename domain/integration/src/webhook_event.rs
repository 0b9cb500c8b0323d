//! What webhooks state about themselves.

use chrono::{DateTime, Utc};
use domain_shared::{ApiKeyId, DomainEvent, UserId, WebhookId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::DisableReason;

/// A fact about a webhook. Its address is not told: it may hold a secret. Serialised with its stable name under `event`;
/// fields are only ever added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event")]
pub enum WebhookEvent {
    /// It was registered.
    #[serde(rename = "webhook.created")]
    Created {
        /// The webhook.
        webhook_id: WebhookId,
        /// Whose it is; the administrators' when absent.
        api_key_id: Option<ApiKeyId>,
        /// The administrator who did; absent when a key did.
        by: Option<UserId>,
        /// When.
        at: DateTime<Utc>,
    },
    /// Address, filter or whether it is told anything was changed.
    #[serde(rename = "webhook.changed")]
    Changed {
        /// The webhook.
        webhook_id: WebhookId,
        /// Whether it is told anything now.
        enabled: bool,
        /// The administrator who did; absent when a key did.
        by: Option<UserId>,
        /// When.
        at: DateTime<Utc>,
    },
    /// The server has stopped telling it anything.
    #[serde(rename = "webhook.disabled")]
    Disabled {
        /// The webhook.
        webhook_id: WebhookId,
        /// Why.
        reason: DisableReason,
        /// When.
        at: DateTime<Utc>,
    },
    /// It is no more, and neither is what was told to it.
    #[serde(rename = "webhook.deleted")]
    Deleted {
        /// The webhook.
        webhook_id: WebhookId,
        /// The administrator who did; absent when a key did.
        by: Option<UserId>,
        /// When.
        at: DateTime<Utc>,
    },
}

impl WebhookEvent {
    const fn parts(&self) -> (&'static str, WebhookId, DateTime<Utc>) {
        match self {
            Self::Created { webhook_id, at, .. } => ("webhook.created", *webhook_id, *at),
            Self::Changed { webhook_id, at, .. } => ("webhook.changed", *webhook_id, *at),
            Self::Disabled { webhook_id, at, .. } => ("webhook.disabled", *webhook_id, *at),
            Self::Deleted { webhook_id, at, .. } => ("webhook.deleted", *webhook_id, *at),
        }
    }
}

impl DomainEvent for WebhookEvent {
    fn name(&self) -> &'static str {
        self.parts().0
    }

    fn aggregate_id(&self) -> Uuid {
        self.parts().1.as_uuid()
    }

    fn occurred_at(&self) -> DateTime<Utc> {
        self.parts().2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_in_json_is_the_name_of_the_event() {
        let (webhook_id, at) = (WebhookId::from_uuid(Uuid::from_u128(1)), DateTime::UNIX_EPOCH);
        let (api_key_id, by) = (Some(Uuid::from_u128(2).into()), Some(Uuid::from_u128(3).into()));
        for event in [
            WebhookEvent::Created { webhook_id, api_key_id, by: None, at },
            WebhookEvent::Changed { webhook_id, enabled: false, by, at },
            WebhookEvent::Disabled { webhook_id, reason: DisableReason::Gone, at },
            WebhookEvent::Deleted { webhook_id, by, at },
        ] {
            let json = serde_json::to_value(&event).unwrap();
            assert_eq!(json["event"], event.name());
            assert_eq!((event.aggregate_id(), event.occurred_at()), (webhook_id.as_uuid(), at));
            assert_eq!(serde_json::from_value::<WebhookEvent>(json).unwrap(), event);
        }
    }
}
