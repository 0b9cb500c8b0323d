//! Sessions that have ended lately, in memory, so that their access tokens are refused without a round trip.
//!
//! They come from the nodes that end them: at once by pub/sub, and from the store at the start, after each subscription
//! and every 30 seconds. A message that is lost costs at most that long.

use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::Duration,
};

use application_shared::{PortError, PubSub};
use application_user::{EndedSessions, SessionRepository};
use chrono::{DateTime, TimeDelta, Utc};
use domain_shared::{Clock, SessionId};
use futures::StreamExt;
use serde::Deserialize;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep, timeout};

/// On this channel nodes tell each other what happens to sessions.
pub const SESSION_EVENTS_CHANNEL: &str = "session.events";

/// The reason of a session of which only the store has told.
const FROM_STORE: &str = "session-ended";

/// So many sessions are kept, some 5 MiB; the oldest go first.
const CAPACITY: usize = 100_000;
/// Clocks of nodes may differ by as much.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(1);
/// How often the store is asked for what no message told.
const RELOAD: Duration = Duration::from_secs(30);
/// How long to wait before subscribing again.
const RETRY: Duration = Duration::from_secs(1);
/// How long subscribing, or reading the store, may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Keeps the sessions that have ended lately.
pub struct RecentlyEndedSessions {
    clock: Arc<dyn Clock>,
    lifetime: TimeDelta,
    ended: RwLock<Ended>,
}

#[derive(Default)]
struct Ended {
    sessions: HashSet<SessionId>,
    // In the order in which they came, with the time until which each is kept.
    order: VecDeque<(DateTime<Utc>, SessionId)>,
}

/// `{"event": "session.ended", "session_id": .., "reason": .., ..}`; other events are passed over.
#[derive(Deserialize)]
struct Event {
    event: String,
    session_id: Option<SessionId>,
    reason: Option<String>,
}

/// Does something about sessions that are newly known to have ended.
pub trait EndedSessionsListener: Send + Sync {
    /// They have ended for this reason, such as `banned`.
    fn ended(&self, sessions: Vec<SessionId>, reason: &str) -> impl Future<Output = ()> + Send;
}

impl RecentlyEndedSessions {
    /// Keeps each for `lifetime`: as long as anything may be shown that a session was good for.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, lifetime: TimeDelta) -> Self {
        Self { clock, lifetime: lifetime + CLOCK_SKEW, ended: RwLock::default() }
    }

    /// Keeps a session. Tells whether it is news.
    pub fn remember(&self, session: SessionId) -> bool {
        let now = self.clock.now();
        let mut ended = self.write();
        ended.forget_old(now);
        if !ended.sessions.insert(session) {
            return false;
        }
        ended.order.push_back((now + self.lifetime, session));
        true
    }

    /// Follows what other nodes tell, for ever.
    pub async fn follow(
        &self,
        pub_sub: &dyn PubSub,
        sessions: &dyn SessionRepository,
        listener: &impl EndedSessionsListener,
    ) {
        loop {
            match timeout(PATIENCE, pub_sub.subscribe(SESSION_EVENTS_CHANNEL)).await {
                Ok(Ok(mut events)) => {
                    // What happened before the subscription is in the store.
                    self.reload(sessions, listener).await;
                    let mut reload = interval_at(Instant::now() + RELOAD, RELOAD);
                    reload.set_missed_tick_behavior(MissedTickBehavior::Delay);
                    loop {
                        tokio::select! {
                            biased;
                            _ = reload.tick() => self.reload(sessions, listener).await,
                            event = events.next() => match event {
                                Some(payload) => self.heard(&payload, listener).await,
                                None => break,
                            },
                        }
                    }
                }
                Ok(Err(error)) => {
                    tracing::warn!(%error, "ended sessions are not heard of, only read");
                    self.reload(sessions, listener).await;
                }
                Err(_) => {
                    tracing::warn!("ended sessions are not heard of in time, only read");
                    self.reload(sessions, listener).await;
                }
            }
            sleep(RETRY).await;
        }
    }

    async fn heard(&self, payload: &[u8], listener: &impl EndedSessionsListener) {
        match serde_json::from_slice::<Event>(payload) {
            Ok(Event { event, session_id: Some(session), reason }) if event == "session.ended" => {
                if self.remember(session) {
                    listener.ended(vec![session], reason.as_deref().unwrap_or(FROM_STORE)).await;
                }
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "a message on {SESSION_EVENTS_CHANNEL} is not understood"),
        }
    }

    async fn reload(&self, sessions: &dyn SessionRepository, listener: &impl EndedSessionsListener) {
        let since = self.clock.now() - self.lifetime;
        let read = timeout(PATIENCE, sessions.ended_since(since)).await;
        match read.unwrap_or_else(|late| Err(PortError::unavailable(late))) {
            Ok(ended) => {
                // They come newest first; the oldest are to be forgotten first.
                let news: Vec<_> = ended.into_iter().rev().filter(|session| self.remember(*session)).collect();
                if !news.is_empty() {
                    listener.ended(news, FROM_STORE).await;
                }
            }
            Err(error) => tracing::warn!(%error, "ended sessions cannot be read"),
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Ended> {
        self.ended.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Ended> {
        self.ended.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ended {
    fn forget_old(&mut self, now: DateTime<Utc>) {
        while let Some((until, session)) = self.order.front().copied() {
            if until > now && self.order.len() < CAPACITY {
                return;
            }
            self.order.pop_front();
            self.sessions.remove(&session);
        }
    }
}

impl EndedSessions for RecentlyEndedSessions {
    fn is_ended(&self, session: SessionId) -> bool {
        self.read().sessions.contains(&session)
    }
}

#[cfg(test)]
#[path = "ended_sessions_tests.rs"]
mod tests;
