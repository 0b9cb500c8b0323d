//! Deletes what deleted accounts were told.

use std::sync::Arc;

use application_shared::{EventHandler, HandlerError, OutboxMessage, PortError};
use async_trait::async_trait;
use domain_shared::UserId;

use crate::{NotificationPorts, NotificationRepository, PreferenceStore};

const NAME: &str = "delete-notifications-of-deleted-accounts";

/// Deletes the notifications and the preferences of an account when it is deleted.
pub struct DeleteNotifications {
    notifications: Arc<dyn NotificationRepository>,
    preferences: Arc<dyn PreferenceStore>,
}

impl DeleteNotifications {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &NotificationPorts) -> Self {
        Self { notifications: Arc::clone(&ports.notifications), preferences: Arc::clone(&ports.preferences) }
    }

    async fn delete_of(&self, user: UserId) -> Result<(), PortError> {
        self.notifications.delete_of(user).await?;
        self.preferences.delete_of(user).await
    }
}

#[async_trait]
impl EventHandler for DeleteNotifications {
    fn name(&self) -> &'static str {
        NAME
    }

    fn handles(&self) -> &'static [&'static str] {
        &["user.deleted"]
    }

    async fn handle(&self, message: &OutboxMessage) -> Result<(), HandlerError> {
        let user = UserId::from_uuid(message.aggregate_id);
        self.delete_of(user).await.map_err(|error| HandlerError { handler: NAME, source: error.into() })
    }
}

#[cfg(test)]
mod tests {
    use domain_notification::{Channels, NotificationKind, NotificationPreferences};
    use domain_shared::EventId;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::test_support::{World, user};

    #[tokio::test]
    async fn only_that_account_is_forgotten() {
        let world = World::new();
        let quiet = Channels { in_app: true, email: false };
        let preferences = NotificationPreferences::new([(NotificationKind::MeetingChanged, quiet)]);
        for who in [1, 2] {
            world.tell(who, 10).await;
            world.ports.preferences.save(user(who), &preferences).await.unwrap();
        }
        let handler = DeleteNotifications::new(&world.ports);
        assert_eq!((handler.name(), handler.handles()), (NAME, ["user.deleted"].as_slice()));
        let message = OutboxMessage {
            id: EventId::from_uuid(Uuid::from_u128(1)),
            name: "user.deleted".into(),
            aggregate_id: user(1).as_uuid(),
            payload: json!({}),
            occurred_at: world.ports.clock.now(),
            attempts: 0,
            handled_by: Vec::new(),
        };
        for _ in 0..2 {
            handler.handle(&message).await.unwrap();
            assert_eq!((world.of(1).len(), world.of(2).len()), (0, 1));
        }
        assert_eq!(world.ports.preferences.find(user(1)).await.unwrap(), NotificationPreferences::default());
        assert_eq!(world.ports.preferences.find(user(2)).await.unwrap(), preferences);
        world.fail();
        assert_eq!(handler.handle(&message).await.unwrap_err().handler, NAME);
    }
}
