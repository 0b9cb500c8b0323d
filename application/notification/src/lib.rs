//! Use cases of notifications: one file each, the ports they need, and the feed by which they are pushed.

mod delete_notifications;
mod feed;
mod feed_message;
mod list_notifications;
mod mark_all_notifications_read;
mod mark_notification_read;
mod notify;
mod ports;
mod read_preferences;
#[cfg(test)]
mod test_support;
mod update_preferences;
mod views;

pub use delete_notifications::DeleteNotifications;
pub use feed::{FeedError, MAX_STREAMS, MAX_STREAMS_PER_USER, NotificationFeed, NotificationStream};
pub use feed_message::{FeedEvent, NOTIFICATION_EVENTS};
pub use list_notifications::{ListNotifications, ListNotificationsQuery, NotificationPage};
pub use mark_all_notifications_read::MarkAllNotificationsRead;
pub use mark_notification_read::{MarkNotificationRead, MarkNotificationReadError};
pub use notify::Notify;
pub use ports::{
    NotificationCursor, NotificationFilter, NotificationPorts, NotificationReader, NotificationRepository,
    PreferenceStore,
};
pub use read_preferences::ReadPreferences;
pub use update_preferences::{UpdatePreferences, UpdatePreferencesCommand};
pub use views::NotificationView;
