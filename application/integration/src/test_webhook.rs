//! Tries a webhook out.

use std::sync::Arc;

use application_shared::PortError;
use domain_shared::{Clock, EventId, IdGenerator, WebhookId};
use serde_json::json;
use thiserror::Error;

use crate::{
    Administrators, DeliveryQueue, DeliveryView, IntegrationPorts, NewDelivery, TEST_EVENT, WebhookError,
    WebhookManager, WebhookRepository, queue_webhook_deliveries::body, webhook_access::Admitted,
};

/// Why nothing was queued.
#[derive(Debug, Error)]
pub enum TestWebhookError {
    /// The webhook is told nothing now.
    #[error("the webhook is disabled")]
    Disabled,
    /// It may not be done, or there is none.
    #[error(transparent)]
    Access(#[from] WebhookError),
}

impl From<PortError> for TestWebhookError {
    fn from(error: PortError) -> Self {
        Self::Access(error.into())
    }
}

/// Tries webhooks out.
pub struct TestWebhook {
    administrators: Arc<dyn Administrators>,
    webhooks: Arc<dyn WebhookRepository>,
    queue: Arc<dyn DeliveryQueue>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdGenerator>,
}

impl TestWebhook {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &IntegrationPorts) -> Self {
        Self {
            administrators: Arc::clone(&ports.administrators),
            webhooks: Arc::clone(&ports.webhooks),
            queue: Arc::clone(&ports.delivery_queue),
            clock: Arc::clone(&ports.clock),
            ids: Arc::clone(&ports.ids),
        }
    }

    /// Queues `webhook.test` for the webhook, whatever its filter. The log of deliveries tells what became of it.
    ///
    /// # Errors
    /// [`TestWebhookError`].
    pub async fn execute(&self, manager: WebhookManager, id: WebhookId) -> Result<DeliveryView, TestWebhookError> {
        let now = self.clock.now();
        let who = Admitted::admit(manager, &*self.administrators, now).await?;
        if who.find(&*self.webhooks, id).await?.disabled().is_some() {
            return Err(TestWebhookError::Disabled);
        }
        // It waits for nothing else, and nothing waits for it.
        let event = self.ids.next();
        let delivery = NewDelivery {
            event_id: EventId::from_uuid(event),
            subject_id: event,
            kind: TEST_EVENT.to_owned(),
            body: body(TEST_EVENT, now, &json!({"webhook_id": id})).map_err(PortError::unavailable)?,
        };
        let queued = self.queue.queue_for(id, &delivery, now).await?;
        Ok(queued.ok_or(WebhookError::NotFound)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ChangeWebhook, ChangeWebhookCommand, DeliveryStatus,
        test_support::{KEY, OTHER_KEY, World},
    };

    #[tokio::test]
    async fn a_webhook_is_tried_out_whatever_it_wants() {
        let world = World::new();
        let (id, manager) = (world.register_for(KEY).await, WebhookManager::ApiKey(KEY));
        let use_case = TestWebhook::new(&world.ports);
        let view = use_case.execute(manager, id).await.unwrap();
        assert_eq!((view.webhook_id, view.kind.as_str(), view.status), (id, "webhook.test", DeliveryStatus::Pending));
        assert!(world.deliveries.all()[0].new.body.contains(&id.to_string()));
        let other = use_case.execute(WebhookManager::ApiKey(OTHER_KEY), id).await;
        assert!(matches!(other, Err(TestWebhookError::Access(WebhookError::NotFound))));
        let off = ChangeWebhookCommand { manager, id, url: None, events: None, enabled: Some(false) };
        ChangeWebhook::new(&world.ports).execute(off).await.unwrap();
        assert!(matches!(use_case.execute(manager, id).await, Err(TestWebhookError::Disabled)));
    }
}
