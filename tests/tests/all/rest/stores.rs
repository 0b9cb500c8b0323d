//! The stores of one test: a database of its own, and keys of its own in a Redis that all tests of REST share.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use application_shared::{IdempotencyStore, PubSub, RateLimiter};
use infrastructure_postgres::{PgChatStore, PgPool};
use infrastructure_redis::{Redis, RedisOptions};
use open_meeting_tests::{TestDatabase, TestRedis};
use tokio::sync::OnceCell;

static REDIS: OnceCell<TestRedis> = OnceCell::const_new();
static NEXT: AtomicU64 = AtomicU64::new(1);

/// What the interface needs behind its ports.
pub struct Stores {
    /// The database.
    pub pool: PgPool,
    /// What is written in rooms.
    pub chat: Arc<PgChatStore>,
    /// Counts uses.
    pub rate_limiter: Arc<dyn RateLimiter>,
    /// Carries messages between nodes. All tests share its channels.
    pub pub_sub: Arc<dyn PubSub>,
    /// Remembers requests.
    pub idempotency: Arc<dyn IdempotencyStore>,
    _database: TestDatabase,
}

impl Stores {
    /// New and empty ones.
    pub async fn start() -> Self {
        let database = TestDatabase::new().await;
        // Many tests run at once: together they must not ask for more connections than the server has.
        let mut options = database.options();
        options.size = 4;
        let pool = PgPool::new(options).expect("a pool");
        let server = REDIS.get_or_init(TestRedis::new).await;
        let mut options = RedisOptions::new(server.url().into());
        options.prefix = format!("test-{}:", NEXT.fetch_add(1, Ordering::Relaxed));
        options.pool_size = 1;
        let redis = Redis::connect(&options).await.expect("Redis answers");
        Self {
            chat: Arc::new(PgChatStore::new(pool.clone())),
            pool,
            rate_limiter: Arc::new(redis.rate_limiter()),
            pub_sub: Arc::new(redis.pub_sub()),
            idempotency: Arc::new(redis.idempotency_store()),
            _database: database,
        }
    }
}
