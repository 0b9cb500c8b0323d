//! What has ended is known from messages and from the store, for as long as a token may outlive it.

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

use application_shared::Subscription;
use async_trait::async_trait;
use domain_shared::{FixedClock, UserId};
use domain_user::{RefreshTokenHash, Session};
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};
use uuid::Uuid;

use super::*;

fn session(n: u128) -> SessionId {
    SessionId::from_uuid(Uuid::from_u128(n))
}

/// A store that knows of ended sessions only; `None` is one that is away.
#[derive(Default)]
struct Store {
    ended: Mutex<Option<Vec<SessionId>>>,
    asked: AtomicUsize,
}

#[async_trait]
impl SessionRepository for Store {
    async fn find(&self, _: SessionId) -> Result<Option<Session>, PortError> {
        Err(PortError::unavailable("not here"))
    }

    async fn find_by_refresh_hash(&self, _: &RefreshTokenHash) -> Result<Option<Session>, PortError> {
        Err(PortError::unavailable("not here"))
    }

    async fn insert(&self, _: &mut Session) -> Result<(), PortError> {
        Err(PortError::unavailable("not here"))
    }

    async fn update(&self, _: &mut Session) -> Result<(), PortError> {
        Err(PortError::unavailable("not here"))
    }

    async fn live_of(&self, _: UserId, _: DateTime<Utc>) -> Result<Vec<Session>, PortError> {
        Err(PortError::unavailable("not here"))
    }

    async fn ended_since(&self, since: DateTime<Utc>) -> Result<Vec<SessionId>, PortError> {
        assert_eq!(since, start() - TimeDelta::minutes(16));
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.ended.lock().unwrap().clone().ok_or_else(|| PortError::unavailable("away"))
    }

    async fn delete_of(&self, _: UserId) -> Result<(), PortError> {
        Err(PortError::unavailable("not here"))
    }

    async fn prune(&self, _: DateTime<Utc>) -> Result<u64, PortError> {
        Err(PortError::unavailable("not here"))
    }
}

/// A channel of which the test holds the other end; each subscription takes one.
struct Channel(Mutex<Vec<mpsc::UnboundedReceiver<Vec<u8>>>>);

#[async_trait]
impl PubSub for Channel {
    async fn publish(&self, _: &str, _: Vec<u8>) -> Result<(), PortError> {
        Ok(())
    }

    async fn subscribe(&self, channel: &str) -> Result<Subscription, PortError> {
        assert_eq!(channel, "session.events");
        let mut messages = self.0.lock().unwrap().pop().ok_or_else(|| PortError::unavailable("away"))?;
        Ok(futures::stream::poll_fn(move |context| messages.poll_recv(context)).boxed())
    }
}

/// Keeps what it was told.
struct Told(watch::Sender<Vec<(SessionId, String)>>);

impl EndedSessionsListener for Told {
    async fn ended(&self, sessions: Vec<SessionId>, reason: &str) {
        self.0.send_modify(|told| told.extend(sessions.into_iter().map(|session| (session, reason.to_owned()))));
    }
}

fn start() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(1)
}

fn sessions() -> (Arc<FixedClock>, RecentlyEndedSessions) {
    let clock = Arc::new(FixedClock::at(start()));
    (clock.clone(), RecentlyEndedSessions::new(clock, TimeDelta::minutes(15)))
}

#[test]
fn a_session_is_forgotten_when_no_token_of_it_can_be_good_any_more() {
    let (clock, ended) = sessions();
    assert!(ended.remember(session(1)) && !ended.remember(session(1)));
    assert!(ended.is_ended(session(1)) && !ended.is_ended(session(2)));
    clock.advance(TimeDelta::minutes(15));
    ended.remember(session(2));
    assert!(ended.is_ended(session(1)));
    clock.advance(TimeDelta::minutes(1));
    ended.remember(session(3));
    assert_eq!([1, 2, 3].map(|n| ended.is_ended(session(n))), [false, true, true]);
}

#[test]
fn memory_is_bounded_and_the_oldest_go_first() {
    let (_, ended) = sessions();
    for n in 0..=CAPACITY as u128 {
        ended.remember(session(n));
    }
    assert_eq!(ended.read().sessions.len(), CAPACITY);
    assert_eq!(ended.read().order.len(), CAPACITY);
    assert!(!ended.is_ended(session(0)) && ended.is_ended(session(1)) && ended.is_ended(session(CAPACITY as u128)));
}

#[tokio::test]
async fn messages_and_the_store_tell_and_nonsense_does_no_harm() {
    let (_, ended) = sessions();
    let (sender, receiver) = mpsc::unbounded_channel();
    let channel = Channel(Mutex::new(vec![receiver]));
    let store = Store::default();
    *store.ended.lock().unwrap() = Some(vec![session(2), session(1)]);
    let told = Told(watch::Sender::default());
    let message = |value: Value| sender.send(value.to_string().into_bytes()).unwrap();
    for nonsense in
        [json!({}), json!(7), json!({"event": "session.ended"}), json!({"event": "session.ended", "session_id": 1})]
    {
        message(nonsense);
    }
    message(json!({"event": "session.started", "session_id": session(8)}));
    message(json!({"event": "user.banned", "user_id": session(8)}));
    let event = json!({"event": "session.ended", "session_id": session(3), "reason": "banned", "at": start()});
    message(event.clone());
    message(event);
    let mut seen = told.0.subscribe();
    tokio::select! {
        () = ended.follow(&channel, &store, &told) => {}
        outcome = seen.wait_for(|told| told.len() == 3) => {
            let mut told = outcome.unwrap().clone();
            told.sort();
            let stored = |n| (session(n), "session-ended".to_owned());
            assert_eq!(told, [stored(1), stored(2), (session(3), "banned".to_owned())]);
        }
    }
    assert_eq!([1, 2, 3, 8].map(|n| ended.is_ended(session(n))), [true, true, true, false]);
}

#[tokio::test]
async fn the_store_tells_while_nothing_can_be_heard() {
    let (_, ended) = sessions();
    let store = Store::default();
    *store.ended.lock().unwrap() = Some(vec![session(1)]);
    let told = Told(watch::Sender::default());
    let mut seen = told.0.subscribe();
    let nobody = Channel(Mutex::default());
    tokio::select! {
        () = ended.follow(&nobody, &store, &told) => {}
        outcome = seen.wait_for(|told| !told.is_empty()) => drop(outcome),
    }
    assert!(ended.is_ended(session(1)));
}

#[tokio::test]
async fn a_new_subscription_asks_the_store_again() {
    let (_, ended) = sessions();
    let (first, receiver) = mpsc::unbounded_channel();
    let (_second, again) = mpsc::unbounded_channel();
    let channel = Channel(Mutex::new(vec![again, receiver]));
    let store = Store::default();
    drop(first);
    let told = Told(watch::Sender::default());
    let following = ended.follow(&channel, &store, &told);
    let twice = async {
        while store.asked.load(Ordering::SeqCst) < 2 {
            // The first subscription is over at once; the second one asks anew.
            *store.ended.lock().unwrap() = Some(vec![session(4)]);
            sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), async {
        tokio::select! {
            () = following => {}
            () = twice => {}
        }
    })
    .await
    .unwrap();
    assert!(channel.0.lock().unwrap().is_empty());
}
