//! What other backends use: API keys and their cache, webhooks, and what sends to them.

use std::sync::Arc;

use application_integration::{DispatchWebhooks, IntegrationPorts};
use application_shared::PubSub;
use domain_shared::{Clock, IdGenerator};
use infrastructure_cache::{ApiKeyCache, CacheOptions, CachedApiKeyReader, ForgettingApiKeyRepository};
use infrastructure_postgres::{PgAdministrators, PgApiKeyRepository, PgPool, PgWebhookDeliveries, PgWebhookRepository};
use infrastructure_security::{OpaqueApiKeys, SealedWebhookSecrets};
use infrastructure_webhook::{CheckedTargets, HttpWebhookSender, SystemResolver};

use super::StartError;
use crate::config::{Config, Role};

/// The adapters of this module.
pub(super) struct Integration {
    pub(super) ports: IntegrationPorts,
    pub(super) api_key_cache: Arc<ApiKeyCache>,
    targets: CheckedTargets,
}

impl Integration {
    /// Makes them.
    pub(super) fn new(
        config: &Config,
        database: &PgPool,
        pub_sub: &Arc<dyn PubSub>,
        clock: &Arc<dyn Clock>,
        ids: &Arc<dyn IdGenerator>,
    ) -> Self {
        let api_key_cache = Arc::new(ApiKeyCache::new(CacheOptions::API_KEYS));
        let stored = Arc::new(PgApiKeyRepository::new(database.clone()));
        let keys = ForgettingApiKeyRepository::new(stored.clone(), api_key_cache.clone(), pub_sub.clone());
        let deliveries = Arc::new(PgWebhookDeliveries::new(database.clone()));
        let targets = CheckedTargets::new(config.webhooks.targets(), Arc::new(SystemResolver));
        let ports = IntegrationPorts {
            administrators: Arc::new(PgAdministrators::new(database.clone())),
            api_keys: Arc::new(keys),
            api_key_reader: Arc::new(CachedApiKeyReader::new(stored, api_key_cache.clone())),
            api_key_secrets: Arc::new(OpaqueApiKeys),
            webhooks: Arc::new(PgWebhookRepository::new(database.clone())),
            webhook_secrets: Arc::new(SealedWebhookSecrets::new(
                &config.auth.jwt_secret,
                &config.auth.former_jwt_secrets,
            )),
            webhook_targets: Arc::new(targets.clone()),
            delivery_queue: deliveries.clone(),
            delivery_log: deliveries,
            clock: clock.clone(),
            ids: ids.clone(),
        };
        Self { ports, api_key_cache, targets }
    }

    /// What sends to webhooks, if this process is to send anything.
    ///
    /// # Errors
    /// [`StartError::Setting`] when TLS cannot be set up here.
    pub(super) fn dispatcher(&self, config: &Config) -> Result<Option<DispatchWebhooks>, StartError> {
        if !config.roles.plays(Role::Worker) {
            return Ok(None);
        }
        let sender = HttpWebhookSender::new(self.targets.clone(), config.webhooks.timeout());
        let sender = sender.map_err(|error| StartError::setting("webhooks")(&error))?;
        Ok(Some(DispatchWebhooks::new(&self.ports, Arc::new(sender), config.webhooks.dispatch())))
    }
}
