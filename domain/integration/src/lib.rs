//! What other backends use: API keys, which show who they are, and webhooks, by which they are told what happens.
//!
//! Architecture Invariant: no secret is known here in the clear. Of an API key there is a hash, of a webhook's secret what
//! an adapter has sealed.

mod api_key;
mod api_key_event;
mod api_key_name;
mod api_key_secret;
mod event_filter;
mod retry;
mod scope;
mod sealed_secret;
mod webhook;
mod webhook_event;
mod webhook_url;

pub use api_key::{ApiKey, ApiKeySnapshot, ExpiresInThePast, NewApiKey, Revoked};
pub use api_key_event::ApiKeyEvent;
pub use api_key_name::{ApiKeyName, ApiKeyNameError};
pub use api_key_secret::{ApiKeyHash, ApiKeyHashError, ApiKeyPrefix, ApiKeyPrefixError};
pub use event_filter::{EventFilter, EventFilterError};
pub use retry::{FIRST_RETRY, LONGEST_RETRY, PATIENCE, Reception, Verdict, judge};
pub use scope::{Scope, Scopes, ScopesError, UnknownScope};
pub use sealed_secret::SealedSecret;
pub use webhook::{
    DisableReason, Disabled, NewWebhook, UnknownDisableReason, Webhook, WebhookChange, WebhookOwner, WebhookSnapshot,
};
pub use webhook_event::WebhookEvent;
pub use webhook_url::{WebhookUrl, WebhookUrlError};
