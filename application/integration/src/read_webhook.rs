//! Shows one webhook.

use std::sync::Arc;

use domain_shared::{Clock, WebhookId};

use crate::{
    Administrators, IntegrationPorts, WebhookError, WebhookManager, WebhookRepository, WebhookView,
    webhook_access::Admitted,
};

/// Shows one webhook.
pub struct ReadWebhook {
    administrators: Arc<dyn Administrators>,
    webhooks: Arc<dyn WebhookRepository>,
    clock: Arc<dyn Clock>,
}

impl ReadWebhook {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &IntegrationPorts) -> Self {
        Self {
            administrators: Arc::clone(&ports.administrators),
            webhooks: Arc::clone(&ports.webhooks),
            clock: Arc::clone(&ports.clock),
        }
    }

    /// The webhook.
    ///
    /// # Errors
    /// [`WebhookError`].
    pub async fn execute(&self, manager: WebhookManager, id: WebhookId) -> Result<WebhookView, WebhookError> {
        let who = Admitted::admit(manager, &*self.administrators, self.clock.now()).await?;
        Ok(WebhookView::from(&who.find(&*self.webhooks, id).await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{ADMIN, KEY, NOBODY, OTHER_KEY, World};

    #[tokio::test]
    async fn a_webhook_of_another_key_is_none() {
        let world = World::new();
        let id = world.register_for(KEY).await;
        let use_case = ReadWebhook::new(&world.ports);
        for manager in [WebhookManager::ApiKey(KEY), WebhookManager::User(ADMIN)] {
            assert_eq!(use_case.execute(manager, id).await.unwrap().id, id);
        }
        let refused = use_case.execute(WebhookManager::ApiKey(OTHER_KEY), id).await;
        assert!(matches!(refused, Err(WebhookError::NotFound)));
        let refused = use_case.execute(WebhookManager::User(NOBODY), id).await;
        assert!(matches!(refused, Err(WebhookError::Forbidden)));
    }
}
