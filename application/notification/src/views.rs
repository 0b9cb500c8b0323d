//! Notifications as they are shown.

use chrono::{DateTime, Utc};
use domain_notification::{Notification, NotificationContent, NotificationKind};
use domain_shared::NotificationId;
use serde::{Deserialize, Serialize};

/// A notification, as its user sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationView {
    /// Its identifier.
    pub id: NotificationId,
    /// What it says.
    pub content: NotificationContent,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was read, if it was.
    pub read_at: Option<DateTime<Utc>>,
}

impl NotificationView {
    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> NotificationKind {
        self.content.kind()
    }
}

impl From<&Notification> for NotificationView {
    fn from(notification: &Notification) -> Self {
        Self {
            id: notification.id(),
            content: notification.content().clone(),
            created_at: notification.created_at(),
            read_at: notification.read_at(),
        }
    }
}
