//! The cache of single meetings: cache-aside around `MeetingReader`, forgotten by a decorator of `MeetingRepository`.
//!
//! A write is told to the other nodes by pub/sub, at most once; what is missed there grows old by the time to live, so an
//! answer is never older than that.

use std::{sync::Arc, time::Duration};

use application_meeting::{
    ChangeMeetingError, InsertMeetingError, MeetingChange, MeetingCursor, MeetingFilter, MeetingReader,
    MeetingRepository, MeetingView, ParticipantView, StayView,
};
use application_shared::{PortError, PubSub};
use async_trait::async_trait;
use domain_meeting::{Meeting, MeetingCode, MeetingRef};
use domain_shared::{MeetingId, Page, PageLimit, UserId};
use serde::{Deserialize, Serialize};

use crate::{
    aside::{Aside, CacheCounts, CacheOptions},
    telling::{Teller, listen},
};

/// On this channel nodes tell each other which meeting they have written.
const CHANNEL: &str = "cache.meetings";

impl CacheOptions {
    /// What suits single meetings.
    pub const MEETINGS: Self = Self::new(10_000, Duration::from_secs(300));
}

/// Single meetings as they were read last.
pub struct MeetingCache(Aside<MeetingRef, MeetingView>);

#[derive(Serialize, Deserialize)]
struct Written {
    id: MeetingId,
    code: String,
}

impl MeetingCache {
    /// An empty cache.
    #[must_use]
    pub fn new(options: CacheOptions) -> Self {
        Self(Aside::new(options))
    }

    /// How often it had the answer so far.
    #[must_use]
    pub fn counts(&self) -> CacheCounts {
        self.0.counts()
    }

    /// Forgets what other nodes write, until the returned future is dropped, and at first everything. It ends only with
    /// the subscription.
    ///
    /// # Errors
    /// [`PortError`] when the channel cannot be subscribed to.
    pub async fn listen(self: Arc<Self>, pub_sub: &dyn PubSub) -> Result<impl Future<Output = ()> + use<>, PortError> {
        let cache = Arc::clone(&self);
        let heard = move |Written { id, code }: Written| cache.forget(id, MeetingCode::parse(&code).ok());
        let listening = listen(pub_sub, CHANNEL, heard).await?;
        // What was told while nobody listened here was missed.
        self.0.forget_all();
        Ok(listening)
    }

    fn forget(&self, id: MeetingId, code: Option<MeetingCode>) {
        for key in std::iter::once(MeetingRef::Id(id)).chain(code.map(MeetingRef::Code)) {
            self.0.forget(&key);
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
        self.cache.0.read(meeting, |_| true, self.inner.read(meeting)).await
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

    async fn stays(&self, meeting: MeetingId) -> Result<Vec<StayView>, PortError> {
        self.inner.stays(meeting).await
    }
}

/// Forgets a meeting here and on the other nodes when it has been written.
pub struct ForgettingMeetingRepository {
    inner: Arc<dyn MeetingRepository>,
    cache: Arc<MeetingCache>,
    others: Teller,
}

impl ForgettingMeetingRepository {
    /// `inner`, whose writes are forgotten by `cache` and told on `pub_sub`.
    #[must_use]
    pub fn new(inner: Arc<dyn MeetingRepository>, cache: Arc<MeetingCache>, pub_sub: Arc<dyn PubSub>) -> Self {
        Self { inner, cache, others: Teller::new(pub_sub, CHANNEL) }
    }

    /// Forgets here at once, and tells the others.
    fn tell(&self, meeting: &Meeting) {
        self.cache.forget(meeting.id(), Some(meeting.code().clone()));
        self.others.tell(&Written { id: meeting.id(), code: meeting.code().as_str().to_owned() });
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
        let changed = self.inner.change(meeting, change).await;
        match &changed {
            Ok(meeting) => self.tell(meeting),
            // It may have been stored all the same.
            Err(ChangeMeetingError::Port(_)) => self.cache.0.forget_all(),
            Err(ChangeMeetingError::NotFound | ChangeMeetingError::Refused(_)) => {}
        }
        changed
    }
}

#[cfg(test)]
#[path = "meetings_tests.rs"]
mod tests;
