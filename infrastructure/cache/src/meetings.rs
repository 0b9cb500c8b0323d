//! The cache of single meetings: cache-aside around `MeetingReader`, forgotten by a decorator of `MeetingRepository`.
//!
//! A write is told to the other nodes by pub/sub, at most once; what is missed there grows old by the time to live, so an
//! answer is never older than that.

use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use application_meeting::{
    ChangeMeetingError, InsertMeetingError, MeetingChange, MeetingCursor, MeetingFilter, MeetingReader,
    MeetingRepository, MeetingView, ParticipantView,
};
use application_shared::{PortError, PubSub};
use async_trait::async_trait;
use domain_meeting::{Meeting, MeetingCode, MeetingRef};
use domain_shared::{MeetingId, Page, PageLimit, UserId};
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

/// On this channel nodes tell each other which meeting they have written.
const CHANNEL: &str = "cache.meetings";

/// Writes are counted in this many places, so that a write seldom keeps an unrelated read from being cached.
const GENERATIONS: usize = 256;

/// So many messages to other nodes may be on their way at once; a Redis that is away must not pile them up.
const TELLING: usize = 256;

/// How much is kept, and for how long.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct MeetingCacheOptions {
    /// The most meetings kept; the least used go first. 0 turns the cache off.
    pub capacity: u64,
    /// How old an answer may be.
    pub time_to_live: Duration,
}

impl Default for MeetingCacheOptions {
    fn default() -> Self {
        Self { capacity: 10_000, time_to_live: Duration::from_secs(10) }
    }
}

impl MeetingCacheOptions {
    /// Keeps up to `capacity` meetings for `time_to_live` each.
    #[must_use]
    pub fn new(capacity: u64, time_to_live: Duration) -> Self {
        Self { capacity, time_to_live }
    }
}

/// How often the cache had the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CacheCounts {
    /// Answers from the cache.
    pub hits: u64,
    /// Answers that had to be read.
    pub misses: u64,
}

/// Single meetings as they were read last.
pub struct MeetingCache {
    kept: moka::sync::Cache<MeetingRef, Arc<MeetingView>>,
    generations: Vec<AtomicU64>,
    hasher: RandomState,
    hits: AtomicU64,
    misses: AtomicU64,
}

#[derive(Serialize, Deserialize)]
struct Written {
    id: MeetingId,
    code: String,
}

impl MeetingCache {
    /// An empty cache.
    #[must_use]
    pub fn new(options: MeetingCacheOptions) -> Self {
        Self {
            kept: moka::sync::Cache::builder()
                .max_capacity(options.capacity)
                .time_to_live(options.time_to_live)
                .build(),
            generations: (0..GENERATIONS).map(|_| AtomicU64::new(0)).collect(),
            hasher: RandomState::new(),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }
    }

    /// How often it had the answer so far.
    #[must_use]
    pub fn counts(&self) -> CacheCounts {
        CacheCounts { hits: self.hits.load(Ordering::Relaxed), misses: self.misses.load(Ordering::Relaxed) }
    }

    /// Forgets what other nodes write, until the returned future is dropped. It ends only with the subscription.
    ///
    /// # Errors
    /// [`PortError`] when the channel cannot be subscribed to.
    pub async fn listen(self: Arc<Self>, pub_sub: &dyn PubSub) -> Result<impl Future<Output = ()> + use<>, PortError> {
        let mut written = pub_sub.subscribe(CHANNEL).await?;
        Ok(async move {
            while let Some(message) = written.next().await {
                match serde_json::from_slice::<Written>(&message) {
                    Ok(Written { id, code }) => self.forget(id, MeetingCode::parse(&code).ok()),
                    Err(error) => tracing::warn!(%error, "a message on {CHANNEL} is not understood"),
                }
            }
        })
    }

    fn generation(&self, key: &MeetingRef) -> &AtomicU64 {
        // The index is below the length by construction.
        &self.generations[(self.hasher.hash_one(key) as usize) % GENERATIONS]
    }

    fn forget(&self, id: MeetingId, code: Option<MeetingCode>) {
        for key in std::iter::once(MeetingRef::Id(id)).chain(code.map(MeetingRef::Code)) {
            // First the count, then the entry: a read that began before this write then does not put its answer back.
            self.generation(&key).fetch_add(1, Ordering::SeqCst);
            self.kept.invalidate(&key);
        }
    }
}

/// Answers for single meetings from the cache; everything else goes through.
pub struct CachedMeetingReader {
    inner: Arc<dyn MeetingReader>,
    cache: Arc<MeetingCache>,
}

impl CachedMeetingReader {
    /// `inner`, with `cache` before it.
    #[must_use]
    pub fn new(inner: Arc<dyn MeetingReader>, cache: Arc<MeetingCache>) -> Self {
        Self { inner, cache }
    }
}

#[async_trait]
impl MeetingReader for CachedMeetingReader {
    async fn read(&self, meeting: &MeetingRef) -> Result<Option<MeetingView>, PortError> {
        let cache = &self.cache;
        if let Some(view) = cache.kept.get(meeting) {
            cache.hits.fetch_add(1, Ordering::Relaxed);
            return Ok(Some(MeetingView::clone(&view)));
        }
        cache.misses.fetch_add(1, Ordering::Relaxed);
        let generation = cache.generation(meeting);
        let before = generation.load(Ordering::SeqCst);
        let read = self.inner.read(meeting).await?;
        if let Some(view) = &read {
            if generation.load(Ordering::SeqCst) == before {
                cache.kept.insert(meeting.clone(), Arc::new(view.clone()));
            }
            // A write between the comparison and the insertion would leave the old answer behind.
            if generation.load(Ordering::SeqCst) != before {
                cache.kept.invalidate(meeting);
            }
        }
        Ok(read)
    }

    async fn list(
        &self,
        user: UserId,
        filter: MeetingFilter,
        after: Option<MeetingCursor>,
        limit: PageLimit,
    ) -> Result<Page<MeetingView, MeetingCursor>, PortError> {
        self.inner.list(user, filter, after, limit).await
    }

    async fn participants(&self, meeting: &MeetingRef) -> Result<Option<Vec<ParticipantView>>, PortError> {
        self.inner.participants(meeting).await
    }
}

/// Forgets a meeting here and on the other nodes when it has been written.
pub struct ForgettingMeetingRepository {
    inner: Arc<dyn MeetingRepository>,
    cache: Arc<MeetingCache>,
    pub_sub: Arc<dyn PubSub>,
    telling: Arc<Semaphore>,
}

impl ForgettingMeetingRepository {
    /// `inner`, whose writes are forgotten by `cache` and told on `pub_sub`.
    #[must_use]
    pub fn new(inner: Arc<dyn MeetingRepository>, cache: Arc<MeetingCache>, pub_sub: Arc<dyn PubSub>) -> Self {
        Self { inner, cache, pub_sub, telling: Arc::new(Semaphore::new(TELLING)) }
    }

    /// Forgets here at once, and tells the others without keeping the writer waiting.
    fn tell(&self, meeting: &Meeting) {
        self.cache.forget(meeting.id(), Some(meeting.code().clone()));
        let written = Written { id: meeting.id(), code: meeting.code().as_str().to_owned() };
        let (Ok(payload), Ok(permit)) = (serde_json::to_vec(&written), Arc::clone(&self.telling).try_acquire_owned())
        else {
            tracing::debug!("other nodes were not told of a write: too many messages are on their way");
            return;
        };
        let pub_sub = Arc::clone(&self.pub_sub);
        tokio::spawn(async move {
            if let Err(error) = pub_sub.publish(CHANNEL, payload).await {
                // The write stands; other nodes' answers grow old by themselves.
                tracing::debug!(%error, "other nodes were not told of a write");
            }
            drop(permit);
        });
    }
}

#[async_trait]
impl MeetingRepository for ForgettingMeetingRepository {
    async fn find(&self, meeting: &MeetingRef) -> Result<Option<Meeting>, PortError> {
        self.inner.find(meeting).await
    }

    async fn insert(&self, meeting: &mut Meeting) -> Result<(), InsertMeetingError> {
        // Nobody can have read a meeting that was not there: only found meetings are kept.
        self.inner.insert(meeting).await
    }

    async fn change(&self, meeting: &MeetingRef, change: MeetingChange<'_>) -> Result<Meeting, ChangeMeetingError> {
        let changed = self.inner.change(meeting, change).await?;
        self.tell(&changed);
        Ok(changed)
    }
}

#[cfg(test)]
#[path = "meetings_tests.rs"]
mod tests;
