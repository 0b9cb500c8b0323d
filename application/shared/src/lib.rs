//! Ports and errors that the use cases of every module share.

mod errors;
mod field_error;
mod health;
mod idempotency;
mod metrics;
mod outbox;
mod outbox_relay;
mod pub_sub;
mod rate_limiter;

pub use errors::{BoxError, PortError};
pub use field_error::FieldError;
pub use health::HealthCheck;
pub use idempotency::{Begun, IdempotencyStore, StoredAnswer};
pub use metrics::{HttpMetrics, MetricsRenderer};
pub use outbox::{EventHandler, HandlerError, OutboxMessage, OutboxReader, Rejection};
pub use outbox_relay::{OutboxRelay, OutboxRelayOptions};
pub use pub_sub::{PubSub, Subscription};
pub use rate_limiter::{RateDecision, RateLimit, RateLimiter};
