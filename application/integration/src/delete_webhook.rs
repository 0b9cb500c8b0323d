//! Deletes a webhook.

use std::sync::Arc;

use application_shared::PortError;
use domain_shared::{Clock, WebhookId};

use crate::{
    ATTEMPTS, Administrators, IntegrationPorts, WebhookError, WebhookManager, WebhookRepository,
    webhook_access::Admitted,
};

/// Deletes webhooks.
pub struct DeleteWebhook {
    administrators: Arc<dyn Administrators>,
    webhooks: Arc<dyn WebhookRepository>,
    clock: Arc<dyn Clock>,
}

impl DeleteWebhook {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &IntegrationPorts) -> Self {
        Self {
            administrators: Arc::clone(&ports.administrators),
            webhooks: Arc::clone(&ports.webhooks),
            clock: Arc::clone(&ports.clock),
        }
    }

    /// Deletes the webhook, with all that was or is to be told to it.
    ///
    /// # Errors
    /// [`WebhookError`].
    pub async fn execute(&self, manager: WebhookManager, id: WebhookId) -> Result<(), WebhookError> {
        let now = self.clock.now();
        let who = Admitted::admit(manager, &*self.administrators, now).await?;
        for _ in 0..ATTEMPTS {
            let mut webhook = who.find(&*self.webhooks, id).await?;
            webhook.delete(who.user(), now);
            match self.webhooks.delete(&mut webhook).await {
                Ok(()) => {
                    tracing::info!(webhook = %id, "webhook deleted");
                    return Ok(());
                }
                Err(PortError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(PortError::Conflict.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{ADMIN, KEY, OTHER_KEY, World};

    #[tokio::test]
    async fn a_webhook_is_deleted_by_its_key_or_an_administrator() {
        let world = World::new();
        let use_case = DeleteWebhook::new(&world.ports);
        for manager in [WebhookManager::ApiKey(KEY), WebhookManager::User(ADMIN)] {
            let id = world.register_for(KEY).await;
            let refused = use_case.execute(WebhookManager::ApiKey(OTHER_KEY), id).await;
            assert!(matches!(refused, Err(WebhookError::NotFound)));
            world.webhooks.conflict_once();
            use_case.execute(manager, id).await.unwrap();
            assert!(matches!(use_case.execute(manager, id).await, Err(WebhookError::NotFound)));
        }
        assert_eq!(world.webhooks.events().iter().filter(|name| **name == "webhook.deleted").count(), 2);
    }
}
