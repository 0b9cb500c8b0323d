//! Fakes of the ports, in memory, for the tests of the use cases.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use application_shared::{Notice, Notifier, PortError, PubSub, Subscription};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain_notification::{Notification, NotificationPreferences};
use domain_shared::{FixedClock, NotificationId, Page, PageLimit, SequentialIds, UserId};
use futures::{StreamExt, stream};
use serde_json::json;
use tokio::sync::{mpsc, watch};
use uuid::Uuid;

use crate::*;

pub(crate) fn user(n: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(n))
}

fn check(away: &AtomicBool) -> Result<(), PortError> {
    if away.load(Ordering::SeqCst) { Err(PortError::unavailable("away")) } else { Ok(()) }
}

#[derive(Default)]
pub(crate) struct FakeStore {
    pub(crate) rows: Mutex<Vec<Notification>>,
    preferences: Mutex<HashMap<UserId, NotificationPreferences>>,
    away: AtomicBool,
}

#[async_trait]
impl NotificationRepository for FakeStore {
    async fn insert(&self, notification: &Notification) -> Result<bool, PortError> {
        check(&self.away)?;
        let mut rows = self.rows.lock().unwrap();
        let event = |row: &Notification| (row.user_id(), row.to_snapshot().source);
        if rows.iter().any(|row| event(row) == event(notification)) {
            return Ok(false);
        }
        rows.push(notification.clone());
        Ok(true)
    }

    async fn find(&self, id: NotificationId) -> Result<Option<Notification>, PortError> {
        check(&self.away)?;
        Ok(self.rows.lock().unwrap().iter().find(|row| row.id() == id).cloned())
    }

    async fn update(&self, notification: &Notification) -> Result<(), PortError> {
        check(&self.away)?;
        let mut rows = self.rows.lock().unwrap();
        let row = rows.iter_mut().find(|row| row.id() == notification.id()).unwrap();
        *row = notification.clone();
        Ok(())
    }

    async fn mark_all_read(&self, user: UserId, now: DateTime<Utc>) -> Result<u64, PortError> {
        check(&self.away)?;
        let mut rows = self.rows.lock().unwrap();
        Ok(rows.iter_mut().filter(|row| row.user_id() == user).map(|row| u64::from(row.mark_read(now))).sum())
    }

    async fn delete_of(&self, user: UserId) -> Result<(), PortError> {
        check(&self.away)?;
        self.rows.lock().unwrap().retain(|row| row.user_id() != user);
        Ok(())
    }

    async fn prune(&self, _: DateTime<Utc>) -> Result<u64, PortError> {
        check(&self.away).map(|()| 0)
    }
}

#[async_trait]
impl NotificationReader for FakeStore {
    async fn list(
        &self,
        user: UserId,
        filter: NotificationFilter,
        after: Option<NotificationCursor>,
        limit: PageLimit,
    ) -> Result<Page<NotificationView, NotificationCursor>, PortError> {
        check(&self.away)?;
        let rows = self.rows.lock().unwrap();
        let mut found: Vec<_> = rows
            .iter()
            .filter(|row| row.user_id() == user && !(filter.unread_only && row.read_at().is_some()))
            .filter(|row| after.is_none_or(|after| (row.created_at(), row.id()) < (after.created_at, after.id)))
            .map(NotificationView::from)
            .collect();
        found.sort_by_key(|view| std::cmp::Reverse((view.created_at, view.id)));
        let more = found.len() > usize::from(limit.get());
        found.truncate(usize::from(limit.get()));
        let last = found.last().map(|view| NotificationCursor { created_at: view.created_at, id: view.id });
        Ok(Page { items: found, next: last.filter(|_| more) })
    }

    async fn unread(&self, user: UserId) -> Result<u32, PortError> {
        check(&self.away)?;
        let rows = self.rows.lock().unwrap();
        let unread = rows.iter().filter(|row| row.user_id() == user && row.read_at().is_none()).count();
        Ok(u32::try_from(unread).unwrap())
    }
}

#[async_trait]
impl PreferenceStore for FakeStore {
    async fn find(&self, user: UserId) -> Result<NotificationPreferences, PortError> {
        check(&self.away)?;
        Ok(self.preferences.lock().unwrap().get(&user).cloned().unwrap_or_default())
    }

    async fn save(&self, user: UserId, preferences: &NotificationPreferences) -> Result<(), PortError> {
        check(&self.away)?;
        self.preferences.lock().unwrap().insert(user, preferences.clone());
        Ok(())
    }

    async fn delete_of(&self, user: UserId) -> Result<(), PortError> {
        check(&self.away)?;
        self.preferences.lock().unwrap().remove(&user);
        Ok(())
    }
}

/// Hands on to whoever has subscribed, and keeps what was published.
pub(crate) struct FakePubSub {
    published: Mutex<Vec<Vec<u8>>>,
    subscribers: Mutex<Vec<mpsc::UnboundedSender<Vec<u8>>>>,
    subscriptions: watch::Sender<usize>,
    away: AtomicBool,
}

impl FakePubSub {
    fn new() -> Self {
        Self {
            published: Mutex::default(),
            subscribers: Mutex::default(),
            subscriptions: watch::Sender::new(0),
            away: AtomicBool::default(),
        }
    }

    /// Fails from now on.
    pub(crate) fn fail(&self) {
        self.away.store(true, Ordering::SeqCst);
    }

    /// Ends every subscription.
    pub(crate) fn break_off(&self) {
        self.subscribers.lock().unwrap().clear();
    }

    /// Waits until somebody has subscribed for the `count`th time.
    pub(crate) async fn subscribed(&self, count: usize) {
        self.subscriptions.subscribe().wait_for(|subscriptions| *subscriptions >= count).await.unwrap();
    }
}

#[async_trait]
impl PubSub for FakePubSub {
    async fn publish(&self, channel: &str, payload: Vec<u8>) -> Result<(), PortError> {
        check(&self.away)?;
        assert_eq!(channel, NOTIFICATION_EVENTS);
        self.subscribers.lock().unwrap().retain(|subscriber| subscriber.send(payload.clone()).is_ok());
        self.published.lock().unwrap().push(payload);
        Ok(())
    }

    async fn subscribe(&self, channel: &str) -> Result<Subscription, PortError> {
        check(&self.away)?;
        assert_eq!(channel, NOTIFICATION_EVENTS);
        let (sender, receiver) = mpsc::unbounded_channel();
        self.subscribers.lock().unwrap().push(sender);
        self.subscriptions.send_modify(|subscriptions| *subscriptions += 1);
        let next = |mut receiver: mpsc::UnboundedReceiver<Vec<u8>>| async move {
            receiver.recv().await.map(|payload| (payload, receiver))
        };
        Ok(stream::unfold(receiver, next).boxed())
    }
}

/// The ports of one test.
pub(crate) struct World {
    pub(crate) ports: NotificationPorts,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) pub_sub: Arc<FakePubSub>,
    store: Arc<FakeStore>,
}

impl World {
    pub(crate) fn new() -> Self {
        let (store, pub_sub) = (Arc::new(FakeStore::default()), Arc::new(FakePubSub::new()));
        let clock = Arc::new(FixedClock::at(DateTime::from_timestamp(1_800_000_000, 0).unwrap()));
        let ports = NotificationPorts {
            notifications: store.clone(),
            reader: store.clone(),
            preferences: store.clone(),
            pub_sub: pub_sub.clone(),
            clock: clock.clone(),
            ids: Arc::new(SequentialIds::default()),
        };
        Self { ports, clock, pub_sub, store }
    }

    /// Tells a user something, and forgets that it was pushed.
    pub(crate) async fn tell(&self, who: u128, source: u128) -> NotificationId {
        let id = self.tell_pushed(who, source).await;
        self.pub_sub.published.lock().unwrap().clear();
        id
    }

    /// Tells a user something.
    pub(crate) async fn tell_pushed(&self, who: u128, source: u128) -> NotificationId {
        let data = json!({
            "meeting_id": Uuid::from_u128(7), "meeting_code": "abc-defg-hij", "title": "Weekly", "starts_at": null,
        });
        let notice = Notice { source: Uuid::from_u128(source), user_id: user(who), kind: "meeting-reminder", data };
        Notify::new(&self.ports).notify(notice).await.unwrap();
        self.store.rows.lock().unwrap().last().unwrap().id()
    }

    /// What a user was told, in order.
    pub(crate) fn of(&self, who: u128) -> Vec<Notification> {
        self.store.rows.lock().unwrap().iter().filter(|row| row.user_id() == user(who)).cloned().collect()
    }

    /// What was pushed, to whom.
    pub(crate) fn published(&self) -> Vec<(UserId, FeedEvent)> {
        let published = self.pub_sub.published.lock().unwrap();
        let read = |payload: &Vec<u8>| {
            let message: crate::feed_message::FeedMessage = serde_json::from_slice(payload).unwrap();
            (message.user_id, message.event)
        };
        published.iter().map(read).collect()
    }

    /// The store fails from now on.
    pub(crate) fn fail(&self) {
        self.store.away.store(true, Ordering::SeqCst);
    }
}
