//! Shows what was, and is to be, told to a webhook.

use std::sync::Arc;

use domain_shared::{Clock, Page, PageLimit, WebhookId};

use crate::{
    Administrators, DeliveryCursor, DeliveryLog, DeliveryStatus, DeliveryView, IntegrationPorts, WebhookError,
    WebhookManager, WebhookRepository, webhook_access::Admitted,
};

/// Which deliveries are asked for.
#[derive(Debug, Clone, Copy)]
pub struct ListDeliveriesQuery {
    /// Who asks.
    pub manager: WebhookManager,
    /// To which webhook.
    pub webhook: WebhookId,
    /// Only those of which this has become.
    pub status: Option<DeliveryStatus>,
    /// Where to go on.
    pub after: Option<DeliveryCursor>,
    /// How many at most.
    pub limit: PageLimit,
}

/// Shows what was told to a webhook.
pub struct ListDeliveries {
    administrators: Arc<dyn Administrators>,
    webhooks: Arc<dyn WebhookRepository>,
    log: Arc<dyn DeliveryLog>,
    clock: Arc<dyn Clock>,
}

impl ListDeliveries {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &IntegrationPorts) -> Self {
        Self {
            administrators: Arc::clone(&ports.administrators),
            webhooks: Arc::clone(&ports.webhooks),
            log: Arc::clone(&ports.delivery_log),
            clock: Arc::clone(&ports.clock),
        }
    }

    /// A page of deliveries, newest first.
    ///
    /// # Errors
    /// [`WebhookError`].
    pub async fn execute(
        &self,
        query: ListDeliveriesQuery,
    ) -> Result<Page<DeliveryView, DeliveryCursor>, WebhookError> {
        let who = Admitted::admit(query.manager, &*self.administrators, self.clock.now()).await?;
        who.find(&*self.webhooks, query.webhook).await?;
        Ok(self.log.page(query.webhook, query.status, query.after, query.limit).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{KEY, OTHER_KEY, World};

    #[tokio::test]
    async fn only_who_sees_the_webhook_sees_what_was_told() {
        let world = World::new();
        let webhook = world.register_for(KEY).await;
        world.queue(1, 1).await;
        let query = ListDeliveriesQuery {
            manager: WebhookManager::ApiKey(KEY),
            webhook,
            status: None,
            after: None,
            limit: PageLimit::DEFAULT,
        };
        let use_case = ListDeliveries::new(&world.ports);
        assert_eq!(use_case.execute(query).await.unwrap().items.len(), 1);
        let failed = ListDeliveriesQuery { status: Some(DeliveryStatus::Failed), ..query };
        assert_eq!(use_case.execute(failed).await.unwrap().items, []);
        let other = ListDeliveriesQuery { manager: WebhookManager::ApiKey(OTHER_KEY), ..query };
        assert!(matches!(use_case.execute(other).await, Err(WebhookError::NotFound)));
    }
}
