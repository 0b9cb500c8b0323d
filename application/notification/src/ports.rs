//! What the use cases of notifications need from outside.

use std::sync::Arc;

use application_shared::{PortError, PubSub};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain_notification::{Notification, NotificationPreferences};
use domain_shared::{Clock, IdGenerator, NotificationId, Page, PageLimit, UserId};

use crate::NotificationView;

/// Keeps notifications.
#[async_trait]
pub trait NotificationRepository: Send + Sync {
    /// Stores one, unless its user was told of its event before; of the user's, no more than
    /// [`Notification::MAX_PER_USER`] are kept, the newest. Tells whether it was stored.
    async fn insert(&self, notification: &Notification) -> Result<bool, PortError>;
    /// The notification of that identifier.
    async fn find(&self, id: NotificationId) -> Result<Option<Notification>, PortError>;
    /// Stores that it was read. It stays read when somebody else has stored that before.
    async fn update(&self, notification: &Notification) -> Result<(), PortError>;
    /// All of a user's that were made until `now` are read. Tells how many were not.
    async fn mark_all_read(&self, user: UserId, now: DateTime<Utc>) -> Result<u64, PortError>;
    /// Deletes all of a user's.
    async fn delete_of(&self, user: UserId) -> Result<(), PortError>;
    /// Deletes those made before `before`; tells how many.
    async fn prune(&self, before: DateTime<Utc>) -> Result<u64, PortError>;
}

/// Which notifications a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NotificationFilter {
    /// Only those that were not read.
    pub unread_only: bool,
}

/// Where a list of notifications goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotificationCursor {
    /// When the last one of the page before was made.
    pub created_at: DateTime<Utc>,
    /// Its identifier.
    pub id: NotificationId,
}

/// Reads notifications for showing.
#[async_trait]
pub trait NotificationReader: Send + Sync {
    /// Notifications of a user, newest first (`created_at`, then `id`, both descending).
    async fn list(
        &self,
        user: UserId,
        filter: NotificationFilter,
        after: Option<NotificationCursor>,
        limit: PageLimit,
    ) -> Result<Page<NotificationView, NotificationCursor>, PortError>;
    /// How many of a user's were not read.
    async fn unread(&self, user: UserId) -> Result<u32, PortError>;
}

/// Keeps how users want to be told.
#[async_trait]
pub trait PreferenceStore: Send + Sync {
    /// What a user has chosen.
    async fn find(&self, user: UserId) -> Result<NotificationPreferences, PortError>;
    /// Stores it in the place of what was chosen before.
    async fn save(&self, user: UserId, preferences: &NotificationPreferences) -> Result<(), PortError>;
    /// Deletes it.
    async fn delete_of(&self, user: UserId) -> Result<(), PortError>;
}

/// The ports of all use cases of notifications, so that each can take those it needs.
#[derive(Clone)]
pub struct NotificationPorts {
    /// Keeps notifications.
    pub notifications: Arc<dyn NotificationRepository>,
    /// Reads them for showing.
    pub reader: Arc<dyn NotificationReader>,
    /// Keeps how users want to be told.
    pub preferences: Arc<dyn PreferenceStore>,
    /// Carries what is pushed to the nodes where somebody listens.
    pub pub_sub: Arc<dyn PubSub>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes identifiers.
    pub ids: Arc<dyn IdGenerator>,
}
