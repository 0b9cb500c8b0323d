//! Tells a user something.

use std::sync::Arc;

use application_shared::{Notice, Notifier, PortError, PubSub};
use async_trait::async_trait;
use domain_notification::{Notification, NotificationContent, NotificationKind};
use domain_shared::{Clock, IdGenerator, NotificationId, UserId};
use serde_json::Value;

use crate::{
    FeedEvent, NotificationPorts, NotificationRepository, NotificationView, PreferenceStore, feed_message::tell,
};

/// Tells users of what happens in other modules: keeps a notification, and pushes it to the devices that listen.
pub struct Notify {
    notifications: Arc<dyn NotificationRepository>,
    preferences: Arc<dyn PreferenceStore>,
    pub_sub: Arc<dyn PubSub>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdGenerator>,
}

impl Notify {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &NotificationPorts) -> Self {
        Self {
            notifications: Arc::clone(&ports.notifications),
            preferences: Arc::clone(&ports.preferences),
            pub_sub: Arc::clone(&ports.pub_sub),
            clock: Arc::clone(&ports.clock),
            ids: Arc::clone(&ports.ids),
        }
    }
}

/// What the module that asks has to say.
fn content(kind: &str, data: Value) -> Result<NotificationContent, PortError> {
    let Value::Object(mut fields) = data else {
        return Err(PortError::corrupt("notice", "its data is no object"));
    };
    fields.insert("kind".to_owned(), kind.into());
    serde_json::from_value(Value::Object(fields)).map_err(|error| PortError::corrupt("notice", error))
}

fn known(kind: &str) -> Result<NotificationKind, PortError> {
    kind.parse().map_err(|error| PortError::corrupt("notice", error))
}

#[async_trait]
impl Notifier for Notify {
    async fn notify(&self, notice: Notice) -> Result<(), PortError> {
        let Notice { source, user_id, kind, data } = notice;
        let content = content(kind, data)?;
        if !self.preferences.find(user_id).await?.of(content.kind()).in_app {
            return Ok(());
        }
        let id = NotificationId::from_uuid(self.ids.next());
        let notification = Notification::new(id, user_id, source, content, self.clock.now());
        if self.notifications.insert(&notification).await? {
            let event = FeedEvent::Created { notification: NotificationView::from(&notification) };
            tell(&*self.pub_sub, user_id, event).await;
        }
        Ok(())
    }

    async fn wants_mail(&self, user: UserId, kind: &str) -> Result<bool, PortError> {
        let kind = known(kind)?;
        Ok(self.preferences.find(user).await?.of(kind).email)
    }
}

#[cfg(test)]
mod tests {
    use domain_notification::{Channels, NotificationPreferences};
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::test_support::{World, user};

    fn notice(n: u128, source: u128) -> Notice {
        let data = json!({
            "meeting_id": Uuid::from_u128(7), "meeting_code": "abc-defg-hij", "title": "Weekly", "starts_at": null,
        });
        Notice { source: Uuid::from_u128(source), user_id: user(n), kind: "meeting-reminder", data }
    }

    #[tokio::test]
    async fn a_user_is_told_of_an_event_once() {
        let world = World::new();
        let notify = Notify::new(&world.ports);
        for (who, source) in [(1, 10), (1, 10), (1, 11), (2, 10)] {
            notify.notify(notice(who, source)).await.unwrap();
        }
        assert_eq!(world.of(1).len(), 2);
        assert_eq!(world.of(2).len(), 1);
        assert_eq!(world.of(1)[0].kind(), NotificationKind::MeetingReminder);
        let told = world.published();
        assert_eq!(told.iter().map(|(user, _)| *user).collect::<Vec<_>>(), [user(1), user(1), user(2)]);
        let FeedEvent::Created { notification } = &told[0].1 else { panic!("{told:?}") };
        assert_eq!(*notification, NotificationView::from(&world.of(1)[0]));
    }

    #[tokio::test]
    async fn nobody_is_told_who_does_not_want_to_be() {
        let world = World::new();
        let quiet = Channels { in_app: false, email: true };
        let preferences = NotificationPreferences::new([(NotificationKind::MeetingReminder, quiet)]);
        world.ports.preferences.save(user(1), &preferences).await.unwrap();
        let notify = Notify::new(&world.ports);
        notify.notify(notice(1, 10)).await.unwrap();
        assert!(world.of(1).is_empty() && world.published().is_empty());
        assert!(notify.wants_mail(user(1), "meeting-reminder").await.unwrap());
        let silent = Channels { in_app: false, email: false };
        let preferences = NotificationPreferences::new([(NotificationKind::MeetingReminder, silent)]);
        world.ports.preferences.save(user(1), &preferences).await.unwrap();
        assert!(!notify.wants_mail(user(1), "meeting-reminder").await.unwrap());
        assert!(notify.wants_mail(user(1), "meeting-changed").await.unwrap());
        assert!(notify.wants_mail(user(2), "meeting-reminder").await.unwrap());
    }

    #[tokio::test]
    async fn what_cannot_be_pushed_is_kept_all_the_same() {
        let world = World::new();
        world.pub_sub.fail();
        Notify::new(&world.ports).notify(notice(1, 10)).await.unwrap();
        assert_eq!(world.of(1).len(), 1);
    }

    #[tokio::test]
    async fn what_makes_no_sense_is_an_error_and_so_is_a_store_that_is_away() {
        let world = World::new();
        let notify = Notify::new(&world.ports);
        for (kind, data) in [
            ("meeting-reminder", json!(null)),
            ("meeting-reminder", json!({})),
            ("meeting-unheard-of", notice(1, 10).data),
        ] {
            let error = notify.notify(Notice { kind, data, ..notice(1, 10) }).await.unwrap_err();
            assert!(matches!(error, PortError::Corrupt { .. }), "{error}");
        }
        assert!(notify.wants_mail(user(1), "meeting-unheard-of").await.is_err());
        world.fail();
        assert!(notify.notify(notice(1, 10)).await.is_err());
        assert!(notify.wants_mail(user(1), "meeting-reminder").await.is_err());
    }
}
