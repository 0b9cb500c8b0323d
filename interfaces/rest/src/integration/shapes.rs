//! What the operations of API keys and webhooks take and answer with.

use application_integration::{
    ApiKeyView, CreatedApiKey as CreatedKey, CreatedWebhook as CreatedHook, DeliveryProblem, DeliveryView, WebhookView,
};
use chrono::{DateTime, Utc};
use domain_integration::{DisableReason, EventFilter};
use poem_openapi::{Enum, Object};
use secrecy::ExposeSecret;
use serde::Serialize;
use uuid::Uuid;

use crate::json::{Fields, FromFields};

/// The most scopes that may be named.
const MAX_SCOPES: usize = 32;

/// An API key to be made.
#[derive(Debug, Object)]
pub struct CreateApiKeyRequest {
    /// What it is called.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
    /// What it is good for: `rooms:read`, `rooms:write`, `tokens:issue`, `webhooks:manage`, `stats:read`. None includes
    /// another.
    #[oai(validator(min_items = 1, max_items = 32))]
    pub scopes: Vec<String>,
    /// Until when it is good; for ever when absent.
    #[oai(nullable)]
    pub expires_at: Option<DateTime<Utc>>,
}

impl FromFields for CreateApiKeyRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self {
            name: fields.text("name"),
            scopes: fields.texts("scopes", MAX_SCOPES),
            expires_at: fields.optional_time("expires_at"),
        }
    }
}

/// An API key.
#[derive(Debug, Serialize, Object)]
pub struct ApiKey {
    /// Its identifier.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// How it begins: `om_` and ten characters.
    pub prefix: String,
    /// What it is good for.
    pub scopes: Vec<String>,
    /// The administrator who made it.
    pub created_by: Uuid,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Until when it is good; for ever when null.
    #[oai(nullable)]
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, give or take a minute.
    #[oai(nullable)]
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    #[oai(nullable)]
    pub revoked_at: Option<DateTime<Utc>>,
    /// The administrator who revoked it.
    #[oai(nullable)]
    pub revoked_by: Option<Uuid>,
}

impl From<ApiKeyView> for ApiKey {
    fn from(view: ApiKeyView) -> Self {
        Self {
            id: view.id.as_uuid(),
            name: view.name,
            prefix: view.prefix,
            scopes: view.scopes.into_iter().map(str::to_owned).collect(),
            created_by: view.created_by.as_uuid(),
            created_at: view.created_at,
            expires_at: view.expires_at,
            last_used_at: view.last_used_at,
            revoked_at: view.revoked.map(|revoked| revoked.at),
            revoked_by: view.revoked.map(|revoked| revoked.by.as_uuid()),
        }
    }
}

/// The key that was revoked.
#[derive(Debug, Serialize, Object)]
pub struct ApiKeyAnswer {
    /// The key.
    pub api_key: ApiKey,
}

/// The key that was made.
#[derive(Serialize, Object)]
pub struct CreatedApiKey {
    /// What is known of it from now on.
    pub api_key: ApiKey,
    /// All of it, to be sent as `Authorization: Bearer om_...`. A secret that is not told again.
    pub key: String,
}

impl From<CreatedKey> for CreatedApiKey {
    fn from(created: CreatedKey) -> Self {
        Self { api_key: created.view.into(), key: created.key.expose_secret().to_owned() }
    }
}

/// A page of API keys, newest first.
#[derive(Debug, Serialize, Object)]
pub struct ApiKeyPage {
    /// The keys.
    pub items: Vec<ApiKey>,
    /// Where to go on; null at the end.
    #[oai(nullable)]
    pub next_cursor: Option<String>,
}

/// A webhook to be registered.
#[derive(Object)]
pub struct CreateWebhookRequest {
    /// Where it is told: `https://`, without a name or a password, and leading to a public address.
    #[oai(validator(min_length = 1, max_length = 2048))]
    pub url: String,
    /// The event types that it is told of, such as `meeting.ended`; `*` alone stands for all.
    #[oai(validator(min_items = 1, max_items = 64))]
    pub events: Vec<String>,
}

impl FromFields for CreateWebhookRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self { url: fields.text("url"), events: fields.texts("events", EventFilter::MAX) }
    }
}

/// What is to be another way about a webhook. What is absent stays.
#[derive(Object)]
pub struct ChangeWebhookRequest {
    /// Where it is told.
    #[oai(validator(min_length = 1, max_length = 2048), nullable)]
    pub url: Option<String>,
    /// The event types that it is told of; `*` alone stands for all.
    #[oai(validator(min_items = 1, max_items = 64), nullable)]
    pub events: Option<Vec<String>>,
    /// Whether it is told anything.
    #[oai(nullable)]
    pub enabled: Option<bool>,
}

impl FromFields for ChangeWebhookRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self {
            url: fields.optional_text("url"),
            events: fields.optional_texts("events", EventFilter::MAX),
            enabled: fields.optional_flag("enabled"),
        }
    }
}

/// Why a webhook is told nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Enum)]
#[serde(rename_all = "kebab-case")]
#[oai(rename_all = "kebab-case")]
pub enum WebhookDisabledReason {
    /// Somebody has switched it off.
    Manual,
    /// Its receiver has answered that it is gone for good (410).
    Gone,
}

impl From<DisableReason> for WebhookDisabledReason {
    fn from(reason: DisableReason) -> Self {
        match reason {
            DisableReason::Manual => Self::Manual,
            DisableReason::Gone => Self::Gone,
        }
    }
}

/// A webhook.
#[derive(Serialize, Object)]
pub struct Webhook {
    /// Its identifier.
    pub id: Uuid,
    /// The API key whose it is; null when it is the administrators'.
    #[oai(nullable)]
    pub api_key_id: Option<Uuid>,
    /// Where it is told.
    pub url: String,
    /// The event types that it is told of.
    pub events: Vec<String>,
    /// Whether it is told anything.
    pub enabled: bool,
    /// Since when not.
    #[oai(nullable)]
    pub disabled_at: Option<DateTime<Utc>>,
    /// Why not.
    #[oai(nullable)]
    pub disabled_reason: Option<WebhookDisabledReason>,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// When anything about it changed last.
    pub updated_at: DateTime<Utc>,
}

impl From<WebhookView> for Webhook {
    fn from(view: WebhookView) -> Self {
        Self {
            id: view.id.as_uuid(),
            api_key_id: view.owner.api_key().map(|key| key.as_uuid()),
            url: view.url,
            events: view.events,
            enabled: view.disabled.is_none(),
            disabled_at: view.disabled.map(|disabled| disabled.at),
            disabled_reason: view.disabled.map(|disabled| disabled.reason.into()),
            created_at: view.created_at,
            updated_at: view.updated_at,
        }
    }
}

/// The webhook that was read or changed.
#[derive(Serialize, Object)]
pub struct WebhookAnswer {
    /// The webhook.
    pub webhook: Webhook,
}

/// The webhook that was registered.
#[derive(Serialize, Object)]
pub struct CreatedWebhook {
    /// What is known of it from now on.
    pub webhook: Webhook,
    /// What signs its deliveries: `whsec_` and 32 bytes in base64 (Standard Webhooks). A secret that is not told again.
    pub secret: String,
}

impl From<CreatedHook> for CreatedWebhook {
    fn from(created: CreatedHook) -> Self {
        Self { webhook: created.view.into(), secret: created.secret.expose_secret().to_owned() }
    }
}

/// A page of webhooks, newest first.
#[derive(Serialize, Object)]
pub struct WebhookPage {
    /// The webhooks.
    pub items: Vec<Webhook>,
    /// Where to go on; null at the end.
    #[oai(nullable)]
    pub next_cursor: Option<String>,
}

/// What has become of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Enum)]
#[serde(rename_all = "lowercase")]
#[oai(rename_all = "lowercase")]
pub enum DeliveryStatus {
    /// It is to be sent, for the first time or again.
    Pending,
    /// Its receiver has taken it.
    Delivered,
    /// It was given up.
    Failed,
}

impl From<application_integration::DeliveryStatus> for DeliveryStatus {
    fn from(status: application_integration::DeliveryStatus) -> Self {
        use application_integration::DeliveryStatus as Status;
        match status {
            Status::Pending => Self::Pending,
            Status::Delivered => Self::Delivered,
            Status::Failed => Self::Failed,
        }
    }
}

impl From<DeliveryStatus> for application_integration::DeliveryStatus {
    fn from(status: DeliveryStatus) -> Self {
        match status {
            DeliveryStatus::Pending => Self::Pending,
            DeliveryStatus::Delivered => Self::Delivered,
            DeliveryStatus::Failed => Self::Failed,
        }
    }
}

/// What was, or is to be, told to a webhook.
#[derive(Debug, Serialize, Object)]
pub struct WebhookDelivery {
    /// Names it; the receiver gets it as `webhook-id`.
    pub id: Uuid,
    /// To which webhook.
    pub webhook_id: Uuid,
    /// Of which event.
    pub event_id: Uuid,
    /// The event type.
    pub r#type: String,
    /// What has become of it.
    pub status: DeliveryStatus,
    /// How many attempts have begun.
    pub attempts: u32,
    /// The HTTP status that was answered last.
    #[oai(nullable)]
    pub response_status: Option<u16>,
    /// What went wrong last: `target_refused`, `unresolved`, `unreachable`, `tls`, `timeout`, `protocol`, `status`,
    /// `disabled` or `secret_unreadable`.
    #[oai(nullable)]
    pub error: Option<String>,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// When an attempt began last.
    #[oai(nullable)]
    pub last_attempt_at: Option<DateTime<Utc>>,
    /// When the next one begins at the earliest; null unless it is pending.
    #[oai(nullable)]
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When it was taken or given up.
    #[oai(nullable)]
    pub finished_at: Option<DateTime<Utc>>,
}

impl From<DeliveryView> for WebhookDelivery {
    fn from(view: DeliveryView) -> Self {
        Self {
            id: view.id.as_uuid(),
            webhook_id: view.webhook_id.as_uuid(),
            event_id: view.event_id.as_uuid(),
            r#type: view.kind,
            status: view.status.into(),
            attempts: view.attempts,
            response_status: view.response_status,
            error: view.problem.map(DeliveryProblem::as_str).map(str::to_owned),
            created_at: view.created_at,
            last_attempt_at: view.last_attempt_at,
            next_attempt_at: view.next_attempt_at,
            finished_at: view.finished_at,
        }
    }
}

/// The delivery that was queued.
#[derive(Debug, Serialize, Object)]
pub struct WebhookDeliveryAnswer {
    /// The delivery.
    pub delivery: WebhookDelivery,
}

/// A page of deliveries, newest first.
#[derive(Debug, Serialize, Object)]
pub struct WebhookDeliveryPage {
    /// The deliveries.
    pub items: Vec<WebhookDelivery>,
    /// Where to go on; null at the end.
    #[oai(nullable)]
    pub next_cursor: Option<String>,
}
