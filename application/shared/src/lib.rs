//! Ports and errors that the use cases of every module share.

mod errors;
mod field_error;
mod outbox;
mod pub_sub;
mod rate_limiter;

pub use errors::{BoxError, PortError};
pub use field_error::FieldError;
pub use outbox::{EventHandler, HandlerError, OutboxMessage, OutboxReader};
pub use pub_sub::{PubSub, Subscription};
pub use rate_limiter::{RateDecision, RateLimit, RateLimiter};
