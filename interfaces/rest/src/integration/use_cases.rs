//! The use cases that the operations drive.

use std::sync::Arc;

use application_integration::{
    AuthenticateApiKey, ChangeWebhook, CreateApiKey, CreateWebhook, DeleteWebhook, IntegrationPorts, ListApiKeys,
    ListDeliveries, ListWebhooks, ReadWebhook, Redeliver, RevokeApiKey, TestWebhook,
};

/// The use cases of API keys and webhooks.
pub struct IntegrationUseCases {
    /// Finds out which backend is asking.
    pub authenticate: Arc<AuthenticateApiKey>,
    /// Those of API keys.
    pub api_keys: ApiKeyUseCases,
    /// Those of webhooks.
    pub webhooks: WebhookUseCases,
}

/// The use cases of API keys.
pub struct ApiKeyUseCases {
    /// Makes one.
    pub create: CreateApiKey,
    /// Shows them.
    pub list: ListApiKeys,
    /// Makes one useless.
    pub revoke: RevokeApiKey,
}

/// The use cases of webhooks.
pub struct WebhookUseCases {
    /// Registers one.
    pub create: CreateWebhook,
    /// Shows them.
    pub list: ListWebhooks,
    /// Shows one.
    pub read: ReadWebhook,
    /// Changes one.
    pub change: ChangeWebhook,
    /// Deletes one.
    pub delete: DeleteWebhook,
    /// Shows what was told.
    pub deliveries: ListDeliveries,
    /// Tells something again.
    pub redeliver: Redeliver,
    /// Tries one out.
    pub test: TestWebhook,
}

impl IntegrationUseCases {
    /// All of them, on these ports.
    #[must_use]
    pub fn new(ports: &IntegrationPorts) -> Self {
        Self {
            authenticate: Arc::new(AuthenticateApiKey::new(ports)),
            api_keys: ApiKeyUseCases {
                create: CreateApiKey::new(ports),
                list: ListApiKeys::new(ports),
                revoke: RevokeApiKey::new(ports),
            },
            webhooks: WebhookUseCases {
                create: CreateWebhook::new(ports),
                list: ListWebhooks::new(ports),
                read: ReadWebhook::new(ports),
                change: ChangeWebhook::new(ports),
                delete: DeleteWebhook::new(ports),
                deliveries: ListDeliveries::new(ports),
                redeliver: Redeliver::new(ports),
                test: TestWebhook::new(ports),
            },
        }
    }
}
