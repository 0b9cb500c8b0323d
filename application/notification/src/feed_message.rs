//! What nodes tell each other of notifications, so that it reaches whoever listens.

use application_shared::PubSub;
use domain_shared::{NotificationId, UserId};
use serde::{Deserialize, Serialize};

use crate::NotificationView;

/// The channel on which nodes tell each other of notifications.
pub const NOTIFICATION_EVENTS: &str = "notification.events";

/// What a user's devices are told at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum FeedEvent {
    /// There is a notification more.
    Created {
        /// It.
        notification: NotificationView,
    },
    /// One was read, on this device or another.
    Read {
        /// Which.
        id: NotificationId,
    },
    /// All of them were read.
    AllRead,
    /// Something may have been missed: read the list again.
    Refresh,
}

/// What is published on [`NOTIFICATION_EVENTS`].
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FeedMessage {
    /// Whose devices are told.
    pub user_id: UserId,
    /// What.
    #[serde(flatten)]
    pub event: FeedEvent,
}

/// Tells all nodes. What cannot be told now is lost: devices read the list again when they connect.
pub(crate) async fn tell(pub_sub: &dyn PubSub, user_id: UserId, event: FeedEvent) {
    let told = match serde_json::to_vec(&FeedMessage { user_id, event }) {
        Ok(payload) => pub_sub.publish(NOTIFICATION_EVENTS, payload).await,
        Err(error) => Err(application_shared::PortError::corrupt("notification", error)),
    };
    if let Err(error) = told {
        tracing::debug!(%error, %user_id, "a notification was not pushed");
    }
}
