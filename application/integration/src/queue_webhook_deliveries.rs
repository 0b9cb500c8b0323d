//! Queues what happens for the webhooks that want to be told.

use std::sync::{Arc, LazyLock};

use application_shared::{EventHandler, HandlerError, OutboxMessage};
use async_trait::async_trait;
use chrono::{DateTime, SecondsFormat, Utc};
use domain_shared::Clock;
use serde::Serialize;
use serde_json::Value;

use crate::{DeliveryQueue, IntegrationPorts, NewDelivery, PUBLIC_EVENTS, PublicEvent};

const NAME: &str = "queue-webhook-deliveries";

static EVENTS: LazyLock<Vec<&'static str>> = LazyLock::new(|| PUBLIC_EVENTS.iter().map(|row| row.event).collect());

/// Queues a delivery of each public event for each webhook that wants it.
pub struct QueueWebhookDeliveries {
    queue: Arc<dyn DeliveryQueue>,
    clock: Arc<dyn Clock>,
}

impl QueueWebhookDeliveries {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &IntegrationPorts) -> Self {
        Self { queue: Arc::clone(&ports.delivery_queue), clock: Arc::clone(&ports.clock) }
    }
}

#[async_trait]
impl EventHandler for QueueWebhookDeliveries {
    fn name(&self) -> &'static str {
        NAME
    }

    fn handles(&self) -> &'static [&'static str] {
        &EVENTS
    }

    async fn handle(&self, message: &OutboxMessage) -> Result<(), HandlerError> {
        let failed = |source| HandlerError { handler: NAME, source };
        let Some(public) = PublicEvent::of(&message.name) else { return Ok(()) };
        let data = public.data_of(&message.payload);
        let delivery = NewDelivery {
            event_id: message.id,
            subject_id: message.aggregate_id,
            kind: public.kind.to_owned(),
            body: body(public.kind, message.occurred_at, &data).map_err(|error| failed(error.into()))?,
        };
        let queued = self.queue.queue(&delivery, self.clock.now()).await.map_err(|error| failed(error.into()))?;
        if queued > 0 {
            tracing::debug!(kind = public.kind, queued, "deliveries to webhooks queued");
        }
        Ok(())
    }
}

/// What is sent, in the order that Standard Webhooks shows.
#[derive(Serialize)]
struct Body<'a> {
    r#type: &'a str,
    timestamp: String,
    data: &'a Value,
}

/// The body of a delivery: `{"type": .., "timestamp": .., "data": ..}`.
pub(crate) fn body(kind: &str, at: DateTime<Utc>, data: &Value) -> Result<String, serde_json::Error> {
    let timestamp = at.to_rfc3339_opts(SecondsFormat::Micros, true);
    serde_json::to_string(&Body { r#type: kind, timestamp, data })
}

#[cfg(test)]
mod tests {
    use domain_shared::EventId;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::test_support::{World, at};

    fn message(name: &str, payload: Value) -> OutboxMessage {
        OutboxMessage {
            id: EventId::from_uuid(Uuid::from_u128(7)),
            name: name.to_owned(),
            aggregate_id: Uuid::from_u128(8),
            payload,
            occurred_at: at(1),
            attempts: 0,
            handled_by: Vec::new(),
        }
    }

    #[tokio::test]
    async fn an_event_is_queued_as_its_public_type() {
        let world = World::new();
        let handler = QueueWebhookDeliveries::new(&world.ports);
        let payload = json!({"event": "meeting.participant-left", "meeting_id": "m", "user_id": "u", "at": "x"});
        let message = message("meeting.participant-left", payload);
        assert!(handler.handles().contains(&message.name.as_str()));
        world.register("*").await;
        handler.handle(&message).await.unwrap();
        handler.handle(&message).await.unwrap();
        let [queued] = &world.deliveries.all()[..] else { panic!("once") };
        assert_eq!((queued.new.event_id, queued.new.subject_id), (message.id, message.aggregate_id));
        assert_eq!(queued.new.kind, "meeting.participant_left");
        assert_eq!(
            queued.new.body,
            r#"{"type":"meeting.participant_left","timestamp":"1970-01-01T00:00:01.000000Z","data":{"meeting_id":"m","user_id":"u"}}"#
        );
    }

    #[tokio::test]
    async fn what_is_not_public_is_told_to_nobody_and_trouble_comes_again() {
        let world = World::new();
        world.register("*").await;
        let handler = QueueWebhookDeliveries::new(&world.ports);
        let private = message("user.registered", json!({}));
        assert!(!handler.handles().contains(&"user.registered"));
        handler.handle(&private).await.unwrap();
        assert!(world.deliveries.all().is_empty());
        world.deliveries.break_down();
        let error = handler.handle(&message("meeting.ended", json!({}))).await.unwrap_err();
        assert_eq!(error.handler, "queue-webhook-deliveries");
    }
}
