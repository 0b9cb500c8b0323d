//! Tells a webhook again what it was told, or what was given up.

use std::sync::Arc;

use application_shared::PortError;
use domain_shared::{Clock, WebhookDeliveryId, WebhookId};
use thiserror::Error;

use crate::{
    Administrators, DeliveryLog, DeliveryView, IntegrationPorts, Redelivery, WebhookError, WebhookManager,
    WebhookRepository, webhook_access::Admitted,
};

/// Why nothing was queued.
#[derive(Debug, Error)]
pub enum RedeliverError {
    /// The webhook is told nothing now.
    #[error("the webhook is disabled")]
    Disabled,
    /// The webhook has no such delivery.
    #[error("there is no such delivery")]
    NotFound,
    /// It is still to be sent anyway.
    #[error("the delivery is pending")]
    Pending,
    /// It may not be done, or there is no such webhook.
    #[error(transparent)]
    Access(#[from] WebhookError),
}

impl From<PortError> for RedeliverError {
    fn from(error: PortError) -> Self {
        Self::Access(error.into())
    }
}

/// Tells a webhook something again.
pub struct Redeliver {
    administrators: Arc<dyn Administrators>,
    webhooks: Arc<dyn WebhookRepository>,
    log: Arc<dyn DeliveryLog>,
    clock: Arc<dyn Clock>,
}

impl Redeliver {
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

    /// Queues the delivery again, behind all that is queued already. It keeps its name, so that its receiver can tell that
    /// it is the same.
    ///
    /// # Errors
    /// [`RedeliverError`].
    pub async fn execute(
        &self,
        manager: WebhookManager,
        webhook: WebhookId,
        delivery: WebhookDeliveryId,
    ) -> Result<DeliveryView, RedeliverError> {
        let now = self.clock.now();
        let who = Admitted::admit(manager, &*self.administrators, now).await?;
        if who.find(&*self.webhooks, webhook).await?.disabled().is_some() {
            return Err(RedeliverError::Disabled);
        }
        match self.log.redeliver(webhook, delivery, now).await? {
            Redelivery::Queued(view) => Ok(*view),
            Redelivery::Pending => Err(RedeliverError::Pending),
            Redelivery::NotFound => Err(RedeliverError::NotFound),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        ChangeWebhook, ChangeWebhookCommand, DeliveryStatus,
        test_support::{KEY, OTHER_KEY, World},
    };

    #[tokio::test]
    async fn what_is_done_with_is_queued_again() {
        let world = World::new();
        let webhook = world.register_for(KEY).await;
        world.queue(1, 1).await;
        let delivery = world.deliveries.all()[0].id;
        let use_case = Redeliver::new(&world.ports);
        let mine = WebhookManager::ApiKey(KEY);
        assert!(matches!(use_case.execute(mine, webhook, delivery).await, Err(RedeliverError::Pending)));
        world.deliveries.finish(delivery, DeliveryStatus::Failed);
        let view = use_case.execute(mine, webhook, delivery).await.unwrap();
        assert_eq!((view.id, view.status), (delivery, DeliveryStatus::Pending));
        let unknown = use_case.execute(mine, webhook, Uuid::nil().into()).await;
        assert!(matches!(unknown, Err(RedeliverError::NotFound)));
        let other = use_case.execute(WebhookManager::ApiKey(OTHER_KEY), webhook, delivery).await;
        assert!(matches!(other, Err(RedeliverError::Access(WebhookError::NotFound))));
    }

    #[tokio::test]
    async fn a_disabled_webhook_is_told_nothing() {
        let world = World::new();
        let (id, manager) = (world.register_for(KEY).await, WebhookManager::ApiKey(KEY));
        let off = ChangeWebhookCommand { manager, id, url: None, events: None, enabled: Some(false) };
        ChangeWebhook::new(&world.ports).execute(off).await.unwrap();
        let refused = Redeliver::new(&world.ports).execute(manager, id, Uuid::nil().into()).await;
        assert!(matches!(refused, Err(RedeliverError::Disabled)));
    }
}
