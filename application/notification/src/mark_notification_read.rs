//! Takes note that a user has read a notification.

use std::sync::Arc;

use application_shared::{PortError, PubSub};
use domain_shared::{Clock, NotificationId, UserId};
use thiserror::Error;

use crate::{FeedEvent, NotificationPorts, NotificationRepository, NotificationView, feed_message::tell};

/// It was not noted.
#[derive(Debug, Error)]
pub enum MarkNotificationReadError {
    /// The user has no such notification.
    #[error("no such notification")]
    NotFound,
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Takes note that a user has read a notification, and tells their other devices. Reading it again is no error.
pub struct MarkNotificationRead {
    notifications: Arc<dyn NotificationRepository>,
    pub_sub: Arc<dyn PubSub>,
    clock: Arc<dyn Clock>,
}

impl MarkNotificationRead {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &NotificationPorts) -> Self {
        Self {
            notifications: Arc::clone(&ports.notifications),
            pub_sub: Arc::clone(&ports.pub_sub),
            clock: Arc::clone(&ports.clock),
        }
    }

    /// Notes that `user_id` has read `id`.
    ///
    /// # Errors
    /// [`MarkNotificationReadError`].
    pub async fn execute(
        &self,
        user_id: UserId,
        id: NotificationId,
    ) -> Result<NotificationView, MarkNotificationReadError> {
        let found = self.notifications.find(id).await?.filter(|notification| notification.user_id() == user_id);
        let mut notification = found.ok_or(MarkNotificationReadError::NotFound)?;
        if notification.mark_read(self.clock.now()) {
            self.notifications.update(&notification).await?;
            tell(&*self.pub_sub, user_id, FeedEvent::Read { id }).await;
        }
        Ok(NotificationView::from(&notification))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{World, user};

    #[tokio::test]
    async fn only_its_user_reads_it_and_once() {
        let world = World::new();
        let id = world.tell(1, 10).await;
        let read = MarkNotificationRead::new(&world.ports);
        for (who, which) in [(2, id), (1, NotificationId::from_uuid(uuid::Uuid::nil()))] {
            let refused = read.execute(user(who), which).await;
            assert!(matches!(refused, Err(MarkNotificationReadError::NotFound)), "{refused:?}");
        }
        assert_eq!(world.of(1)[0].read_at(), None);
        let seen = read.execute(user(1), id).await.unwrap();
        assert_eq!(seen.read_at, Some(world.ports.clock.now()));
        world.clock.advance(chrono::TimeDelta::seconds(1));
        assert_eq!(read.execute(user(1), id).await.unwrap(), seen);
        assert_eq!(world.published(), [(user(1), FeedEvent::Read { id })], "told once");
        world.fail();
        assert!(matches!(read.execute(user(1), id).await, Err(MarkNotificationReadError::Port(_))));
    }
}
