//! The cache of statistics: hot data, kept for ten seconds. Nothing makes it forgotten; it grows old.

use std::{sync::Arc, time::Duration};

use application_integration::{LiveRoomList, Statistics, StatisticsReader};
use application_shared::PortError;
use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::aside::{Aside, CacheCounts, CacheOptions};

impl CacheOptions {
    /// What suits hot data.
    pub const HOT: Self = Self::new(1, Duration::from_secs(10));
}

/// Statistics as they were read last.
pub struct StatisticsCache {
    numbers: Aside<(), Statistics>,
    rooms: Aside<(), LiveRoomList>,
}

impl StatisticsCache {
    /// An empty cache.
    #[must_use]
    pub fn new(options: CacheOptions) -> Self {
        Self { numbers: Aside::new(options), rooms: Aside::new(options) }
    }

    /// How often it had the answer so far.
    #[must_use]
    pub fn counts(&self) -> CacheCounts {
        let (numbers, rooms) = (self.numbers.counts(), self.rooms.counts());
        CacheCounts { hits: numbers.hits + rooms.hits, misses: numbers.misses + rooms.misses }
    }
}

/// Answers from the cache.
pub struct CachedStatisticsReader {
    inner: Arc<dyn StatisticsReader>,
    cache: Arc<StatisticsCache>,
}

impl CachedStatisticsReader {
    /// `inner`, with `cache` before it.
    #[must_use]
    pub fn new(inner: Arc<dyn StatisticsReader>, cache: Arc<StatisticsCache>) -> Self {
        Self { inner, cache }
    }
}

#[async_trait]
impl StatisticsReader for CachedStatisticsReader {
    async fn read(&self, now: DateTime<Utc>) -> Result<Statistics, PortError> {
        let read = async { self.inner.read(now).await.map(Some) };
        Ok(self.cache.numbers.read(&(), |_| true, read).await?.unwrap_or_default())
    }

    async fn live_rooms(&self) -> Result<LiveRoomList, PortError> {
        let read = async { self.inner.live_rooms().await.map(Some) };
        Ok(self.cache.rooms.read(&(), |_| true, read).await?.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// Counts its reads.
    #[derive(Default)]
    struct Counting(AtomicU64);

    #[async_trait]
    impl StatisticsReader for Counting {
        async fn read(&self, _: DateTime<Utc>) -> Result<Statistics, PortError> {
            let users = self.0.fetch_add(1, Ordering::SeqCst);
            if users == 0 {
                Err(PortError::unavailable("away"))
            } else {
                Ok(Statistics { users, ..Statistics::default() })
            }
        }

        async fn live_rooms(&self) -> Result<LiveRoomList, PortError> {
            Ok(LiveRoomList { rooms: Vec::new(), total: self.0.fetch_add(1, Ordering::SeqCst) })
        }
    }

    async fn twice(options: CacheOptions) -> (Vec<u64>, CacheCounts) {
        let cache = Arc::new(StatisticsCache::new(options));
        let reader = CachedStatisticsReader::new(Arc::new(Counting::default()), cache.clone());
        let now = DateTime::UNIX_EPOCH;
        assert!(reader.read(now).await.is_err(), "a failure is not kept");
        let mut told = Vec::new();
        for _ in 0..2 {
            told.push(reader.read(now).await.unwrap().users);
            told.push(reader.live_rooms().await.unwrap().total);
        }
        (told, cache.counts())
    }

    #[tokio::test]
    async fn what_was_read_is_told_again() {
        let (told, counts) = twice(CacheOptions::HOT).await;
        assert_eq!((told, counts), (vec![1, 2, 1, 2], CacheCounts { hits: 2, misses: 3 }));
    }

    #[tokio::test]
    async fn what_is_old_is_read_anew() {
        let (told, counts) = twice(CacheOptions::new(1, Duration::ZERO)).await;
        assert_eq!((told, counts), (vec![1, 2, 3, 4], CacheCounts { hits: 0, misses: 5 }));
    }
}
