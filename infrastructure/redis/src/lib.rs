//! Pub/sub and rate limits on Redis (6.0 or newer), and what stands in for them while it is away.
//!
//! Architecture Invariant: nothing that must survive is kept here. When Redis is away, calls fail within the command
//! timeout; when it is back, connections and subscriptions come back by themselves.

mod connection;
mod fallback_rate_limiter;
mod gcra;
mod health;
mod idempotency_store;
mod leased_rate_limiter;
mod local_rate_limiter;
mod pub_sub;
mod rate_limiter;

pub use connection::{Redis, RedisConnectError, RedisOptions};
pub use fallback_rate_limiter::FallbackRateLimiter;
pub use health::RedisHealth;
pub use idempotency_store::FredIdempotencyStore;
pub use leased_rate_limiter::{LeasedRateLimiter, Reservation, ReservingRateLimiter};
pub use local_rate_limiter::LocalRateLimiter;
pub use pub_sub::{FredPubSub, MAX_PAYLOAD, SUBSCRIBER_QUEUE};
pub use rate_limiter::FredRateLimiter;
