//! Ports and errors that the use cases of every module share.

mod due_work;
mod errors;
mod field_error;
mod health;
mod idempotency;
mod metrics;
mod notifier;
mod object_storage;
mod outbox;
mod outbox_relay;
mod pub_sub;
mod rate_limiter;
mod room_command;

pub use due_work::{DueWork, do_due_work};
pub use errors::{BoxError, PortError};
pub use field_error::FieldError;
pub use health::HealthCheck;
pub use idempotency::{Begun, IdempotencyStore, StoredAnswer};
pub use metrics::{HttpMetrics, MetricsRenderer};
pub use notifier::{Notice, Notifier};
pub use object_storage::{
    ByteRange, ByteStream, Download, DownloadTicket, DownloadTickets, MAX_PARTS, ObjectKey, ObjectKeyError,
    ObjectMetadata, ObjectStorage, ObjectUpload, ObjectWriter, PART_SIZE, TicketError, UploadError, UploadedPart,
    size_of_parts,
};
pub use outbox::{EventHandler, HandlerError, OutboxMessage, OutboxReader, Rejection};
pub use outbox_relay::{OutboxRelay, OutboxRelayOptions};
pub use pub_sub::{PubSub, Subscription};
pub use rate_limiter::{RateDecision, RateLimit, RateLimiter};
pub use room_command::{ROOM_COMMANDS, RoomCommand, RoomPolicy};
