//! What every module of the domain needs: identifiers, the ports of time and identity, domain events and paging.
//!
//! Architecture Invariant: nothing here knows a runtime, a wire format, a database or a framework. `serde` derives are
//! the one convenience, so that adapters can write events and snapshots in the format they choose.

mod clock;
mod email;
mod event;
mod id;
mod ids;
mod page;

pub use clock::{Clock, FixedClock};
pub use email::{Email, EmailError};
pub use event::{DomainEvent, Events};
pub use id::{IdGenerator, SequentialIds};
pub use ids::{
    ApiKeyId, EventId, FileId, InvitationId, MeetingId, MessageId, NotificationId, RoomId, SessionId, UserId,
    WebhookDeliveryId, WebhookId,
};
pub use page::{Page, PageLimit, PageLimitError};
