//! Tells all nodes of sessions that start and end and of new and banned accounts, and ends the calls of sessions that
//! have ended.

use std::sync::Arc;

use application_room::LiveRooms;
use application_shared::{EventHandler, HandlerError, OutboxMessage, PubSub};
use async_trait::async_trait;
use domain_shared::SessionId;
use infrastructure_cache::{EndedSessionsListener, SESSION_EVENTS_CHANNEL};

const NAME: &str = "publish-session-events";

/// Publishes what happens to sessions (`{"event": "session.ended", ..}`, as their module serialises it), for whoever keeps something about them in memory.
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
        &["session.started", "session.ended", "user.registered", "user.banned"]
    }

    async fn handle(&self, message: &OutboxMessage) -> Result<(), HandlerError> {
        let payload = message.payload.to_string().into_bytes();
        let published = self.pub_sub.publish(SESSION_EVENTS_CHANNEL, payload).await;
        published.map_err(|error| HandlerError { handler: NAME, source: error.into() })
    }
}

/// Makes those leave the rooms of this process whose login session has ended.
pub(super) struct EndCalls {
    rooms: Option<LiveRooms>,
}

impl EndCalls {
    /// Without rooms there is nothing to do.
    pub(super) fn new(rooms: Option<LiveRooms>) -> Self {
        Self { rooms }
    }
}

impl EndedSessionsListener for EndCalls {
    async fn ended(&self, sessions: Vec<SessionId>, reason: &str) {
        if let Some(rooms) = &self.rooms {
            rooms.end_sessions(sessions, reason).await;
        }
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
            handled_by: Vec::new(),
        };
        assert!(handler.handles().contains(&message.name.as_str()));
        handler.handle(&message).await.unwrap();
        let (channel, bytes) = published.0.lock().unwrap()[0].clone();
        assert_eq!(channel, SESSION_EVENTS_CHANNEL);
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&bytes).unwrap(), payload);
        let error = handler.handle(&message).await.unwrap_err();
        assert_eq!(error.handler, NAME);
    }
}
