//! Lists what a user was told.

use std::sync::Arc;

use application_shared::PortError;
use domain_shared::{PageLimit, UserId};

use crate::{NotificationCursor, NotificationFilter, NotificationPorts, NotificationReader, NotificationView};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct ListNotificationsQuery {
    /// Whose.
    pub user_id: UserId,
    /// Which.
    pub filter: NotificationFilter,
    /// Where to go on.
    pub after: Option<NotificationCursor>,
    /// How many at most.
    pub limit: PageLimit,
}

/// A page of notifications, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationPage {
    /// The notifications.
    pub items: Vec<NotificationView>,
    /// Where to go on; nothing at the end.
    pub next: Option<NotificationCursor>,
    /// How many of the user's were not read, on all pages.
    pub unread: u32,
}

/// Lists what a user was told, newest first.
pub struct ListNotifications {
    reader: Arc<dyn NotificationReader>,
}

impl ListNotifications {
    /// Takes the port.
    #[must_use]
    pub fn new(ports: &NotificationPorts) -> Self {
        Self { reader: Arc::clone(&ports.reader) }
    }

    /// Reads one page.
    ///
    /// # Errors
    /// [`PortError`] when the store could not do it.
    pub async fn execute(&self, query: ListNotificationsQuery) -> Result<NotificationPage, PortError> {
        let ListNotificationsQuery { user_id, filter, after, limit } = query;
        let page = self.reader.list(user_id, filter, after, limit).await?;
        let unread = self.reader.unread(user_id).await?;
        Ok(NotificationPage { items: page.items, next: page.next, unread })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{World, user};

    #[tokio::test]
    async fn a_page_tells_how_many_were_not_read() {
        let world = World::new();
        for source in 0..3 {
            world.tell(1, source).await;
        }
        world.tell(2, 9).await;
        let list = ListNotifications::new(&world.ports);
        let limit = PageLimit::parse(2).unwrap();
        let query = |filter, after| ListNotificationsQuery { user_id: user(1), filter, after, limit };
        let first = list.execute(query(NotificationFilter::default(), None)).await.unwrap();
        assert_eq!((first.items.len(), first.unread, first.next.is_some()), (2, 3, true));
        let rest = list.execute(query(NotificationFilter::default(), first.next)).await.unwrap();
        assert_eq!((rest.items.len(), rest.unread, rest.next), (1, 3, None));
        world.ports.notifications.mark_all_read(user(1), world.ports.clock.now()).await.unwrap();
        let unread = list.execute(query(NotificationFilter { unread_only: true }, None)).await.unwrap();
        assert_eq!((unread.items.len(), unread.unread), (0, 0));
        world.fail();
        assert!(list.execute(query(NotificationFilter::default(), None)).await.is_err());
    }
}
