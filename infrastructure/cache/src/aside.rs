//! What every cache-aside here has in common: what was read is kept, a write makes it forgotten, and a read that began
//! before the write does not put its old answer back.

use std::{
    hash::{BuildHasher, Hash, RandomState},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Writes are counted in this many places, so that a write seldom keeps an unrelated read from being cached.
const GENERATIONS: usize = 256;

/// How much is kept, and for how long.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct CacheOptions {
    /// The most entries kept; the least used go first. 0 turns the cache off.
    pub capacity: u64,
    /// How old an answer may be.
    pub time_to_live: Duration,
}

impl CacheOptions {
    /// Keeps up to `capacity` entries for `time_to_live` each.
    #[must_use]
    pub const fn new(capacity: u64, time_to_live: Duration) -> Self {
        Self { capacity, time_to_live }
    }
}

/// How often a cache had the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CacheCounts {
    /// Answers from the cache.
    pub hits: u64,
    /// Answers that had to be read.
    pub misses: u64,
}

/// Answers as they were read last.
pub(crate) struct Aside<K, V> {
    kept: moka::sync::Cache<K, Arc<V>>,
    generations: Vec<AtomicU64>,
    hasher: RandomState,
    hits: AtomicU64,
    misses: AtomicU64,
}

impl<K, V> Aside<K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    pub(crate) fn new(options: CacheOptions) -> Self {
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

    pub(crate) fn counts(&self) -> CacheCounts {
        CacheCounts { hits: self.hits.load(Ordering::Relaxed), misses: self.misses.load(Ordering::Relaxed) }
    }

    /// The answer that is kept, or else the one that `read` finds, which is kept if it `may` be. That there is none is
    /// not kept.
    pub(crate) async fn read<E>(
        &self,
        key: &K,
        may: impl Fn(&V) -> bool + Send,
        read: impl Future<Output = Result<Option<V>, E>> + Send,
    ) -> Result<Option<V>, E> {
        if let Some(value) = self.kept.get(key) {
            self.hits.fetch_add(1, Ordering::Relaxed);
            return Ok(Some(V::clone(&value)));
        }
        self.misses.fetch_add(1, Ordering::Relaxed);
        let generation = self.generation(key);
        let before = generation.load(Ordering::SeqCst);
        let found = read.await?;
        if let Some(value) = found.as_ref().filter(|value| may(value)) {
            if generation.load(Ordering::SeqCst) == before {
                self.kept.insert(key.clone(), Arc::new(value.clone()));
            }
            // A write between the comparison and the insertion would leave the old answer behind.
            if generation.load(Ordering::SeqCst) != before {
                self.kept.invalidate(key);
            }
        }
        Ok(found)
    }

    pub(crate) fn forget(&self, key: &K) {
        // First the count, then the entry: a read that began before this write then does not put its answer back.
        self.generation(key).fetch_add(1, Ordering::SeqCst);
        self.kept.invalidate(key);
    }

    pub(crate) fn forget_all(&self) {
        for generation in &self.generations {
            generation.fetch_add(1, Ordering::SeqCst);
        }
        self.kept.invalidate_all();
    }

    /// Whether there is an answer now.
    #[cfg(test)]
    pub(crate) fn keeps(&self, key: &K) -> bool {
        self.kept.contains_key(key)
    }

    fn generation(&self, key: &K) -> &AtomicU64 {
        // The index is below the length by construction.
        &self.generations[(self.hasher.hash_one(key) as usize) % GENERATIONS]
    }
}
