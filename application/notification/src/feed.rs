//! The feed: pushes what users are told to the devices that listen on this node.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use application_shared::PubSub;
use domain_shared::UserId;
use futures::StreamExt;
use thiserror::Error;
use tokio::{
    sync::mpsc,
    time::{sleep, timeout},
};

use crate::feed_message::{FeedEvent, FeedMessage, NOTIFICATION_EVENTS};

/// The most streams of one user on one node.
pub const MAX_STREAMS_PER_USER: usize = 8;
/// The most streams on one node.
pub const MAX_STREAMS: usize = 20_000;
/// So many events may wait for a device that does not read. With more it is cut off; it comes back and reads the list.
const BUFFER: usize = 32;
/// How long to wait before subscribing again.
const RETRY: Duration = Duration::from_secs(1);
/// How long subscribing may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// No stream was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FeedError {
    /// The user has [`MAX_STREAMS_PER_USER`] already.
    #[error("too many streams of this user")]
    TooManyOfUser,
    /// The node has [`MAX_STREAMS`] already, or is about to stop.
    #[error("this node takes no more streams")]
    Full,
}

/// Holds the streams of this node, and hands on to them what any node tells.
#[derive(Default)]
pub struct NotificationFeed(Mutex<Streams>);

#[derive(Default)]
struct Streams {
    of_user: HashMap<UserId, Vec<Seat>>,
    open: usize,
    next: u64,
    closed: bool,
}

struct Seat {
    number: u64,
    events: mpsc::Sender<FeedEvent>,
}

/// What one device is told. Dropping it makes room for another.
pub struct NotificationStream {
    feed: Arc<NotificationFeed>,
    user: UserId,
    number: u64,
    events: mpsc::Receiver<FeedEvent>,
}

impl NotificationStream {
    /// The next event. `None` when there will be none: the device did not keep up, or the node is about to stop.
    pub async fn next(&mut self) -> Option<FeedEvent> {
        self.events.recv().await
    }
}

impl Drop for NotificationStream {
    fn drop(&mut self) {
        self.feed.lock().remove(self.user, self.number);
    }
}

impl Streams {
    fn remove(&mut self, user: UserId, number: u64) {
        let Some(seats) = self.of_user.get_mut(&user) else { return };
        let before = seats.len();
        seats.retain(|seat| seat.number != number);
        self.open -= before - seats.len();
        if seats.is_empty() {
            self.of_user.remove(&user);
        }
    }

    fn hand_on(&mut self, user: UserId, event: &FeedEvent) {
        let Some(seats) = self.of_user.get_mut(&user) else { return };
        let before = seats.len();
        // Whoever cannot take it has gone, or does not keep up; without a sender their stream ends.
        seats.retain(|seat| seat.events.try_send(event.clone()).is_ok());
        self.open -= before - seats.len();
        if seats.is_empty() {
            self.of_user.remove(&user);
        }
    }
}

impl NotificationFeed {
    fn lock(&self) -> MutexGuard<'_, Streams> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a stream for a device of `user`.
    ///
    /// # Errors
    /// [`FeedError`].
    pub fn open(self: &Arc<Self>, user: UserId) -> Result<NotificationStream, FeedError> {
        let mut streams = self.lock();
        if streams.closed || streams.open >= MAX_STREAMS {
            return Err(FeedError::Full);
        }
        let number = streams.next;
        let seats = streams.of_user.entry(user).or_default();
        if seats.len() >= MAX_STREAMS_PER_USER {
            return Err(FeedError::TooManyOfUser);
        }
        let (sender, events) = mpsc::channel(BUFFER);
        seats.push(Seat { number, events: sender });
        streams.next += 1;
        streams.open += 1;
        Ok(NotificationStream { feed: Arc::clone(self), user, number, events })
    }

    /// How many streams are open.
    #[must_use]
    pub fn streams(&self) -> usize {
        self.lock().open
    }

    /// Ends all streams, and opens no more.
    pub fn close(&self) {
        let mut streams = self.lock();
        *streams = Streams { closed: true, next: streams.next, ..Streams::default() };
    }

    /// Hands on what nodes tell, for ever.
    pub async fn follow(&self, pub_sub: &dyn PubSub) {
        let mut missed = false;
        loop {
            match timeout(PATIENCE, pub_sub.subscribe(NOTIFICATION_EVENTS)).await {
                Ok(Ok(mut messages)) => {
                    if missed {
                        self.tell_everybody(&FeedEvent::Refresh);
                    }
                    while let Some(payload) = messages.next().await {
                        self.heard(&payload);
                    }
                }
                Ok(Err(error)) => tracing::warn!(%error, "notifications are not pushed"),
                Err(_) => tracing::warn!("notifications are not pushed: subscribing took too long"),
            }
            missed = true;
            sleep(RETRY).await;
        }
    }

    fn heard(&self, payload: &[u8]) {
        match serde_json::from_slice::<FeedMessage>(payload) {
            Ok(FeedMessage { user_id, event }) => self.lock().hand_on(user_id, &event),
            Err(error) => tracing::warn!(%error, "a message on {NOTIFICATION_EVENTS} is not understood"),
        }
    }

    fn tell_everybody(&self, event: &FeedEvent) {
        let mut streams = self.lock();
        let users: Vec<UserId> = streams.of_user.keys().copied().collect();
        for user in users {
            streams.hand_on(user, event);
        }
    }
}

#[cfg(test)]
mod tests {
    use domain_shared::NotificationId;
    use futures::FutureExt;
    use uuid::Uuid;

    use super::*;
    use crate::{
        NotificationView,
        feed_message::tell,
        test_support::{World, user},
    };

    fn read(n: u128) -> FeedEvent {
        FeedEvent::Read { id: NotificationId::from_uuid(Uuid::from_u128(n)) }
    }

    /// A feed that follows the messages of a world.
    fn feed(world: &World) -> Arc<NotificationFeed> {
        let feed = Arc::new(NotificationFeed::default());
        let (following, pub_sub) = (Arc::clone(&feed), world.pub_sub.clone());
        tokio::spawn(async move { following.follow(&*pub_sub).await });
        feed
    }

    #[tokio::test]
    async fn each_device_of_a_user_is_told_and_nobody_else() {
        let world = World::new();
        let feed = feed(&world);
        world.pub_sub.subscribed(1).await;
        let (mut first, mut second) = (feed.open(user(1)).unwrap(), feed.open(user(1)).unwrap());
        let mut other = feed.open(user(2)).unwrap();
        let id = world.tell_pushed(1, 10).await;
        let notification = NotificationView::from(&world.of(1)[0]);
        assert_eq!(notification.id, id);
        for event in [FeedEvent::Read { id }, FeedEvent::AllRead, FeedEvent::Refresh] {
            tell(&*world.pub_sub, user(1), event).await;
        }
        for stream in [&mut first, &mut second] {
            assert_eq!(stream.next().await, Some(FeedEvent::Created { notification: notification.clone() }));
            assert_eq!(stream.next().await, Some(FeedEvent::Read { id }));
            assert_eq!(stream.next().await, Some(FeedEvent::AllRead));
            assert_eq!(stream.next().await, Some(FeedEvent::Refresh));
        }
        assert_eq!(other.next().now_or_never(), None);
    }

    #[tokio::test]
    async fn streams_are_counted_and_bounded() {
        let feed = Arc::new(NotificationFeed::default());
        let mut streams: Vec<_> = (0..MAX_STREAMS_PER_USER).map(|_| feed.open(user(1)).unwrap()).collect();
        assert_eq!(feed.open(user(1)).err(), Some(FeedError::TooManyOfUser));
        assert!(feed.open(user(2)).is_ok(), "others are not concerned");
        streams.pop();
        let again = feed.open(user(1)).unwrap();
        assert_eq!(feed.streams(), MAX_STREAMS_PER_USER);
        drop((streams, again));
        assert_eq!(feed.streams(), 0);
        assert!(feed.lock().of_user.is_empty(), "nothing is left of users who have gone");

        let others = (0..MAX_STREAMS as u128).map(|n| feed.open(user(100 + n))).collect::<Result<Vec<_>, _>>();
        assert_eq!(feed.open(user(1)).err(), Some(FeedError::Full));
        drop(others);
        assert!(feed.open(user(1)).is_ok());
    }

    #[tokio::test]
    async fn a_device_that_does_not_keep_up_is_cut_off_and_others_are_not() {
        let feed = Arc::new(NotificationFeed::default());
        let (mut slow, mut quick) = (feed.open(user(1)).unwrap(), feed.open(user(1)).unwrap());
        for n in 0..=BUFFER as u128 {
            feed.lock().hand_on(user(1), &read(n));
            assert_eq!(quick.next().await, Some(read(n)));
        }
        assert_eq!(feed.streams(), 1);
        for n in 0..BUFFER as u128 {
            assert_eq!(slow.next().await, Some(read(n)));
        }
        assert_eq!(slow.next().await, None);
        drop(slow);
        assert_eq!(feed.streams(), 1, "it is counted out once");
    }

    #[tokio::test]
    async fn a_feed_that_is_closed_ends_its_streams_and_opens_no_more() {
        let feed = Arc::new(NotificationFeed::default());
        let mut stream = feed.open(user(1)).unwrap();
        feed.close();
        assert_eq!(stream.next().await, None);
        assert_eq!(feed.open(user(1)).err(), Some(FeedError::Full));
        drop(stream);
        assert_eq!(feed.streams(), 0);
    }

    #[tokio::test]
    async fn after_a_break_devices_are_told_to_read_the_list_again() {
        let world = World::new();
        let feed = feed(&world);
        world.pub_sub.subscribed(1).await;
        let mut stream = feed.open(user(1)).unwrap();
        world.pub_sub.publish(NOTIFICATION_EVENTS, b"nonsense".to_vec()).await.unwrap();
        world.pub_sub.break_off();
        world.pub_sub.subscribed(2).await;
        assert_eq!(stream.next().await, Some(FeedEvent::Refresh));
    }
}
