//! The cache of API keys for whoever shows one: cache-aside around `ApiKeyReader`, forgotten by a decorator of
//! `ApiKeyRepository`.
//!
//! A revocation is told to the other nodes by pub/sub, at most once; what is missed there is over after the time to live.

use std::{sync::Arc, time::Duration};

use application_integration::{ApiKeyCursor, ApiKeyReader, ApiKeyRepository, InsertApiKeyError};
use application_shared::{PortError, PubSub};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain_integration::{ApiKey, ApiKeyPrefix};
use domain_shared::{ApiKeyId, Page, PageLimit};
use serde::{Deserialize, Serialize};

use crate::{
    aside::{Aside, CacheCounts, CacheOptions},
    telling::{Teller, listen},
};

/// On this channel nodes tell each other which key they have written.
const CHANNEL: &str = "cache.api-keys";

impl CacheOptions {
    /// What suits API keys.
    pub const API_KEYS: Self = Self::new(1_000, Duration::from_secs(10));
}

/// Keys as they were read last.
pub struct ApiKeyCache(Aside<ApiKeyPrefix, ApiKey>);

#[derive(Serialize, Deserialize)]
struct Written {
    prefix: String,
}

impl ApiKeyCache {
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
        let heard = move |Written { prefix }: Written| {
            if let Ok(prefix) = ApiKeyPrefix::parse(&prefix) {
                cache.0.forget(&prefix);
            }
        };
        let listening = listen(pub_sub, CHANNEL, heard).await?;
        self.0.forget_all();
        Ok(listening)
    }
}

/// Finds keys in the cache, and there is none in it that was not found.
pub struct CachedApiKeyReader {
    inner: Arc<dyn ApiKeyReader>,
    cache: Arc<ApiKeyCache>,
}

impl CachedApiKeyReader {
    /// `inner`, with `cache` before it.
    #[must_use]
    pub fn new(inner: Arc<dyn ApiKeyReader>, cache: Arc<ApiKeyCache>) -> Self {
        Self { inner, cache }
    }
}

#[async_trait]
impl ApiKeyReader for CachedApiKeyReader {
    async fn find_by_prefix(&self, prefix: &ApiKeyPrefix) -> Result<Option<ApiKey>, PortError> {
        self.cache.0.read(prefix, |_| true, self.inner.find_by_prefix(prefix)).await
    }
}

/// Forgets a key here and on the other nodes when it has been written.
pub struct ForgettingApiKeyRepository {
    inner: Arc<dyn ApiKeyRepository>,
    cache: Arc<ApiKeyCache>,
    others: Teller,
}

impl ForgettingApiKeyRepository {
    /// `inner`, whose writes are forgotten by `cache` and told on `pub_sub`.
    #[must_use]
    pub fn new(inner: Arc<dyn ApiKeyRepository>, cache: Arc<ApiKeyCache>, pub_sub: Arc<dyn PubSub>) -> Self {
        Self { inner, cache, others: Teller::new(pub_sub, CHANNEL) }
    }
}

#[async_trait]
impl ApiKeyRepository for ForgettingApiKeyRepository {
    async fn find(&self, id: ApiKeyId) -> Result<Option<ApiKey>, PortError> {
        self.inner.find(id).await
    }

    async fn insert(&self, key: &mut ApiKey) -> Result<(), InsertApiKeyError> {
        // Nobody can have read a key that was not there: only found keys are kept.
        self.inner.insert(key).await
    }

    async fn update(&self, key: &mut ApiKey) -> Result<(), PortError> {
        let outcome = self.inner.update(key).await;
        // Also after a failure: nobody knows whether the write stands when its answer was lost.
        self.cache.0.forget(key.prefix());
        self.others.tell(&Written { prefix: key.prefix().as_str().to_owned() });
        outcome
    }

    async fn note_use(&self, id: ApiKeyId, at: DateTime<Utc>) -> Result<(), PortError> {
        // Whoever shows a key need not know when it was used.
        self.inner.note_use(id, at).await
    }

    async fn count_good(&self, now: DateTime<Utc>) -> Result<u64, PortError> {
        self.inner.count_good(now).await
    }

    async fn page(
        &self,
        after: Option<ApiKeyCursor>,
        limit: PageLimit,
    ) -> Result<Page<ApiKey, ApiKeyCursor>, PortError> {
        self.inner.page(after, limit).await
    }
}

#[cfg(test)]
#[path = "api_keys_tests.rs"]
mod tests;
