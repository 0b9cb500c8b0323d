//! Deletes the pictures of accounts that are deleted.

use std::sync::Arc;

use application_shared::{EventHandler, HandlerError, OutboxMessage};
use async_trait::async_trait;
use domain_shared::UserId;

use crate::AvatarStore;

const NAME: &str = "delete-avatars-of-deleted-accounts";

/// Deletes every picture of an account when it is deleted.
pub struct DeleteAvatars {
    avatars: Arc<dyn AvatarStore>,
}

impl DeleteAvatars {
    /// Takes the port.
    #[must_use]
    pub fn new(avatars: Arc<dyn AvatarStore>) -> Self {
        Self { avatars }
    }
}

#[async_trait]
impl EventHandler for DeleteAvatars {
    fn name(&self) -> &'static str {
        NAME
    }

    fn handles(&self) -> &'static [&'static str] {
        &["user.deleted"]
    }

    async fn handle(&self, message: &OutboxMessage) -> Result<(), HandlerError> {
        let owner = UserId::from_uuid(message.aggregate_id);
        self.avatars.delete_of(owner).await.map_err(|error| HandlerError { handler: NAME, source: error.into() })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use chrono::DateTime;
    use domain_shared::{DomainEvent, EventId};
    use domain_user::UserEvent;
    use uuid::Uuid;

    use super::*;
    use crate::test_support::World;

    #[tokio::test]
    async fn only_pictures_of_that_account_are_deleted() {
        let world = World::new();
        let store = world.ports.avatars.clone();
        let (gone, stays) = (Uuid::from_u128(1).into(), Uuid::from_u128(2).into());
        store.put(Uuid::from_u128(10), gone, &[]).await.unwrap();
        store.put(Uuid::from_u128(11), gone, &[]).await.unwrap();
        store.put(Uuid::from_u128(12), stays, &[]).await.unwrap();
        let handler = DeleteAvatars::new(store);
        let event = UserEvent::Deleted { user_id: gone, at: DateTime::UNIX_EPOCH };
        assert!(handler.handles().contains(&event.name()));
        let message = OutboxMessage {
            id: EventId::from_uuid(Uuid::from_u128(7)),
            name: event.name().to_owned(),
            aggregate_id: event.aggregate_id(),
            payload: serde_json::to_value(&event).unwrap(),
            occurred_at: event.occurred_at(),
            attempts: 0,
            handled_by: Vec::new(),
        };
        world.avatars.away.store(true, Ordering::SeqCst);
        assert!(handler.handle(&message).await.is_err(), "it comes again");
        world.avatars.away.store(false, Ordering::SeqCst);
        handler.handle(&message).await.unwrap();
        handler.handle(&message).await.unwrap();
        assert_eq!(world.avatars.only().0, Uuid::from_u128(12));
    }
}
