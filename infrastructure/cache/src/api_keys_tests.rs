//! A key that is shown often is looked up seldom, and a revocation is known on every node at once.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use application_shared::Subscription;
use domain_integration::{ApiKeyHash, ApiKeyName, NewApiKey, Scopes};
use domain_shared::UserId;
use futures::StreamExt;
use tokio::sync::broadcast;
use uuid::Uuid;

use super::*;

/// A store of one key that counts reads, and can lose its answers.
struct OneKey {
    key: Mutex<ApiKey>,
    reads: AtomicU64,
    loses_answers: AtomicBool,
}

const ADMIN: UserId = UserId::from_uuid(Uuid::from_u128(9));

fn prefix() -> ApiKeyPrefix {
    ApiKeyPrefix::parse("abcdefghij").unwrap()
}

impl OneKey {
    fn new() -> Arc<Self> {
        let new = NewApiKey {
            id: ApiKeyId::from_uuid(Uuid::from_u128(1)),
            name: ApiKeyName::parse("Clinic").unwrap(),
            prefix: prefix(),
            hash: ApiKeyHash::from_bytes([7; 32]),
            scopes: Scopes::parse(["rooms:read"]).unwrap(),
            created_by: ADMIN,
            expires_at: None,
        };
        let key = Mutex::new(ApiKey::create(new, DateTime::UNIX_EPOCH).unwrap());
        Arc::new(Self { key, reads: AtomicU64::new(0), loses_answers: AtomicBool::new(false) })
    }

    fn reads(&self) -> u64 {
        self.reads.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl ApiKeyReader for OneKey {
    async fn find_by_prefix(&self, wanted: &ApiKeyPrefix) -> Result<Option<ApiKey>, PortError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        Ok((*wanted == prefix()).then(|| self.key.lock().unwrap().clone()))
    }
}

#[async_trait]
impl ApiKeyRepository for OneKey {
    async fn find(&self, _: ApiKeyId) -> Result<Option<ApiKey>, PortError> {
        Ok(Some(self.key.lock().unwrap().clone()))
    }

    async fn insert(&self, key: &mut ApiKey) -> Result<(), InsertApiKeyError> {
        Ok(self.update(key).await?)
    }

    async fn update(&self, key: &mut ApiKey) -> Result<(), PortError> {
        *self.key.lock().unwrap() = key.clone();
        if self.loses_answers.load(Ordering::SeqCst) { Err(PortError::unavailable("lost")) } else { Ok(()) }
    }

    async fn note_use(&self, _: ApiKeyId, _: DateTime<Utc>) -> Result<(), PortError> {
        Ok(())
    }

    async fn count_good(&self, _: DateTime<Utc>) -> Result<u64, PortError> {
        Ok(1)
    }

    async fn page(&self, _: Option<ApiKeyCursor>, _: PageLimit) -> Result<Page<ApiKey, ApiKeyCursor>, PortError> {
        Ok(Page { items: vec![self.key.lock().unwrap().clone()], next: None })
    }
}

/// Pub/sub inside the process.
struct Channel(broadcast::Sender<Vec<u8>>);

#[async_trait]
impl PubSub for Channel {
    async fn publish(&self, channel: &str, payload: Vec<u8>) -> Result<(), PortError> {
        assert_eq!(channel, "cache.api-keys");
        self.0.send(payload).map(drop).map_err(PortError::unavailable)
    }

    async fn subscribe(&self, _: &str) -> Result<Subscription, PortError> {
        let messages = futures::stream::unfold(self.0.subscribe(), |mut receiver| async move {
            receiver.recv().await.ok().map(|message| (message, receiver))
        });
        Ok(messages.boxed())
    }
}

/// Two nodes on one store; the first one writes.
struct Nodes {
    store: Arc<OneKey>,
    caches: [Arc<ApiKeyCache>; 2],
    readers: [CachedApiKeyReader; 2],
    writer: ForgettingApiKeyRepository,
    channel: Arc<Channel>,
}

impl Nodes {
    fn new() -> Self {
        let (store, channel) = (OneKey::new(), Arc::new(Channel(broadcast::channel(16).0)));
        let caches = [0, 1].map(|_| Arc::new(ApiKeyCache::new(CacheOptions::API_KEYS)));
        let readers = caches.each_ref().map(|cache| CachedApiKeyReader::new(store.clone(), cache.clone()));
        let writer = ForgettingApiKeyRepository::new(store.clone(), caches[0].clone(), channel.clone());
        Self { store, caches, readers, writer, channel }
    }

    async fn is_good(&self, node: usize) -> bool {
        let found = self.readers[node].find_by_prefix(&prefix()).await.unwrap().unwrap();
        found.is_good(DateTime::UNIX_EPOCH)
    }

    async fn revoke(&self) -> Result<(), PortError> {
        let mut key = self.store.key.lock().unwrap().clone();
        assert!(key.revoke(ADMIN, DateTime::UNIX_EPOCH));
        self.writer.update(&mut key).await
    }
}

#[tokio::test]
async fn a_key_is_looked_up_once_and_none_every_time() {
    let nodes = Nodes::new();
    for _ in 0..3 {
        assert!(nodes.is_good(0).await);
    }
    assert_eq!(nodes.store.reads(), 1);
    let unknown = ApiKeyPrefix::parse("zzzzzzzzzz").unwrap();
    for _ in 0..2 {
        assert_eq!(nodes.readers[0].find_by_prefix(&unknown).await.unwrap(), None);
    }
    assert_eq!(nodes.store.reads(), 3);
    assert_eq!(nodes.caches[0].counts(), CacheCounts { hits: 2, misses: 3 });
}

#[tokio::test]
async fn a_revocation_is_known_here_at_once_also_when_its_answer_was_lost() {
    for loses_answers in [false, true] {
        let nodes = Nodes::new();
        assert!(nodes.is_good(0).await);
        nodes.store.loses_answers.store(loses_answers, Ordering::SeqCst);
        assert_eq!(nodes.revoke().await.is_err(), loses_answers);
        assert!(!nodes.is_good(0).await);
    }
}

#[tokio::test]
async fn a_revocation_is_told_to_the_other_nodes() {
    let nodes = Nodes::new();
    let listening = nodes.caches[1].clone().listen(&*nodes.channel).await.unwrap();
    let listening = tokio::spawn(listening);
    assert!(nodes.is_good(1).await);
    nodes.channel.0.send(b"not understood".to_vec()).unwrap();
    nodes.revoke().await.unwrap();
    while nodes.caches[1].0.keeps(&prefix()) {
        tokio::task::yield_now().await;
    }
    assert!(!nodes.is_good(1).await);
    listening.abort();
}

#[tokio::test]
async fn what_was_read_while_nobody_listened_is_forgotten() {
    let nodes = Nodes::new();
    assert!(nodes.is_good(1).await);
    nodes.revoke().await.unwrap();
    assert!(nodes.is_good(1).await, "nobody has told");
    let _listening = nodes.caches[1].clone().listen(&*nodes.channel).await.unwrap();
    assert!(!nodes.is_good(1).await);
}

#[tokio::test]
async fn everything_else_goes_through() {
    let nodes = Nodes::new();
    let mut key = nodes.store.key.lock().unwrap().clone();
    nodes.writer.insert(&mut key).await.unwrap();
    assert!(nodes.writer.find(key.id()).await.unwrap().is_some());
    nodes.writer.note_use(key.id(), DateTime::UNIX_EPOCH).await.unwrap();
    assert_eq!(nodes.writer.count_good(DateTime::UNIX_EPOCH).await.unwrap(), 1);
    assert_eq!(nodes.writer.page(None, PageLimit::DEFAULT).await.unwrap().items.len(), 1);
}
