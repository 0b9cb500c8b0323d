//! Takes note that a user has read everything.

use std::sync::Arc;

use application_shared::{PortError, PubSub};
use domain_shared::{Clock, UserId};

use crate::{FeedEvent, NotificationPorts, NotificationRepository, feed_message::tell};

/// Takes note that a user has read everything, and tells their other devices.
pub struct MarkAllNotificationsRead {
    notifications: Arc<dyn NotificationRepository>,
    pub_sub: Arc<dyn PubSub>,
    clock: Arc<dyn Clock>,
}

impl MarkAllNotificationsRead {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &NotificationPorts) -> Self {
        Self {
            notifications: Arc::clone(&ports.notifications),
            pub_sub: Arc::clone(&ports.pub_sub),
            clock: Arc::clone(&ports.clock),
        }
    }

    /// Notes it. Tells how many were not read before.
    ///
    /// # Errors
    /// [`PortError`] when the store could not do it.
    pub async fn execute(&self, user_id: UserId) -> Result<u64, PortError> {
        let read = self.notifications.mark_all_read(user_id, self.clock.now()).await?;
        if read > 0 {
            tell(&*self.pub_sub, user_id, FeedEvent::AllRead).await;
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{World, user};

    #[tokio::test]
    async fn everything_of_one_user_is_read() {
        let world = World::new();
        for (who, source) in [(1, 10), (1, 11), (2, 12)] {
            world.tell(who, source).await;
        }
        let read = MarkAllNotificationsRead::new(&world.ports);
        assert_eq!(read.execute(user(1)).await.unwrap(), 2);
        assert_eq!(read.execute(user(1)).await.unwrap(), 0);
        assert!(world.of(1).iter().all(|notification| notification.read_at().is_some()));
        assert!(world.of(2).iter().all(|notification| notification.read_at().is_none()));
        assert_eq!(world.published(), [(user(1), FeedEvent::AllRead)]);
        world.fail();
        assert!(read.execute(user(1)).await.is_err());
    }
}
