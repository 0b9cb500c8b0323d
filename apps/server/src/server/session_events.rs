//! Tells all nodes of sessions that start and end, and of new accounts.

use std::sync::Arc;

use application_shared::{EventHandler, HandlerError, OutboxMessage, PubSub};
use async_trait::async_trait;

/// The channel: the events as their module serialises them (`{"event": "session.ended", ..}`).
pub const SESSION_EVENTS: &str = "session.events";

const NAME: &str = "publish-session-events";

/// Publishes what happens to sessions, for whoever keeps something about them in memory.
pub(super) struct PublishSessionEvents {
    pub_sub: Arc<dyn PubSub>,
}

impl PublishSessionEvents {
    pub(super) fn new(pub_sub: Arc<dyn PubSub>) -> Self {
        Self { pub_sub }
    }
}

#[async_trait]
impl EventHandler for PublishSessionEvents {
    fn name(&self) -> &'static str {
        NAME
    }

    fn handles(&self) -> &'static [&'static str] {
        &["session.started", "session.ended", "user.registered"]
    }

    async fn handle(&self, message: &OutboxMessage) -> Result<(), HandlerError> {
        let payload = message.payload.to_string().into_bytes();
        let published = self.pub_sub.publish(SESSION_EVENTS, payload).await;
        published.map_err(|error| HandlerError { handler: NAME, source: error.into() })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use application_shared::{PortError, Subscription};
    use chrono::{TimeZone, Utc};
    use domain_shared::EventId;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    #[derive(Default)]
    struct Published(Mutex<Vec<(String, Vec<u8>)>>);

    #[async_trait]
    impl PubSub for Published {
        async fn publish(&self, channel: &str, payload: Vec<u8>) -> Result<(), PortError> {
            if self.0.lock().unwrap().len() == 1 {
                return Err(PortError::unavailable("away"));
            }
            self.0.lock().unwrap().push((channel.to_owned(), payload));
            Ok(())
        }

        async fn subscribe(&self, _: &str) -> Result<Subscription, PortError> {
            Err(PortError::unavailable("not here"))
        }
    }

    #[tokio::test]
    async fn session_events_are_published_and_failures_come_again() {
        let published = Arc::new(Published::default());
        let handler = PublishSessionEvents::new(published.clone());
        let payload = json!({"event": "session.ended", "session_id": Uuid::nil(), "reason": "logged-out"});
        let message = OutboxMessage {
            id: EventId::from_uuid(Uuid::nil()),
            name: "session.ended".to_owned(),
            aggregate_id: Uuid::nil(),
            payload: payload.clone(),
            occurred_at: Utc.timestamp_opt(0, 0).unwrap(),
            attempts: 0,
        };
        assert!(handler.handles().contains(&message.name.as_str()));
        handler.handle(&message).await.unwrap();
        let (channel, bytes) = published.0.lock().unwrap()[0].clone();
        assert_eq!(channel, SESSION_EVENTS);
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&bytes).unwrap(), payload);
        let error = handler.handle(&message).await.unwrap_err();
        assert_eq!(error.handler, NAME);
    }
}
