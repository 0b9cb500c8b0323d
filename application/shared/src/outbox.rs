//! The outbox: events that were written in the transaction of their aggregate, and are handed on afterwards.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain_shared::EventId;
use thiserror::Error;
use uuid::Uuid;

use crate::{BoxError, PortError};

/// An event on its way to the handlers.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxMessage {
    /// Names the event; handlers use it to do their work once.
    pub id: EventId,
    /// The event's stable name, such as `meeting.ended`.
    pub name: String,
    /// The aggregate that stated it.
    pub aggregate_id: Uuid,
    /// The event itself, as its module serialises it.
    pub payload: serde_json::Value,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// How many deliveries have failed so far.
    pub attempts: u32,
    /// The names of the handlers that handled it in those deliveries all the same.
    pub handled_by: Vec<String>,
}

/// Why a message comes again, and when.
#[derive(Debug, Clone, Copy)]
pub struct Rejection<'a> {
    /// For whoever looks into the table. May be cut.
    pub reason: &'a str,
    /// The names of all handlers that need not get it again.
    pub handled_by: &'a [String],
    /// When the message is due again.
    pub retry_at: DateTime<Utc>,
}

/// Reads the outbox. At least once: a message claimed but not acknowledged within the lease comes again.
#[async_trait]
pub trait OutboxReader: Send + Sync {
    /// Claims up to `limit` due messages, oldest first, for `lease`. No other reader gets them meanwhile.
    /// Of each aggregate that is never more than one message: the oldest that is not delivered.
    async fn claim(&self, limit: u16, lease: TimeDelta, now: DateTime<Utc>) -> Result<Vec<OutboxMessage>, PortError>;
    /// These messages have been handled by every handler; all of them are acknowledged, or none.
    async fn acknowledge(&self, ids: &[EventId], now: DateTime<Utc>) -> Result<(), PortError>;
    /// Not every handler could handle this message; it comes again. Nothing happens when it is delivered by now.
    async fn reject(&self, id: EventId, rejection: Rejection<'_>) -> Result<(), PortError>;
    /// Returns when there may be new messages, or when the connection that tells so needed rebuilding. It may return
    /// early, never late by more than a poll interval of the implementation's.
    async fn wait(&self);
    /// Deletes messages delivered before `before`; tells how many.
    async fn prune(&self, before: DateTime<Utc>) -> Result<u64, PortError>;
}

/// A handler could not handle an event; it comes again later.
#[derive(Debug, Error)]
#[error("{handler}: {source}")]
pub struct HandlerError {
    /// Which handler.
    pub handler: &'static str,
    /// Why.
    #[source]
    pub source: BoxError,
}

/// Does something when an event has happened. Idempotent: the same message may come more than once.
#[async_trait]
pub trait EventHandler: Send + Sync {
    /// The handler's name, a sentence such as `close-room-when-meeting-ended`.
    fn name(&self) -> &'static str;
    /// The names of the events it wants.
    fn handles(&self) -> &'static [&'static str];
    /// Does the work.
    async fn handle(&self, message: &OutboxMessage) -> Result<(), HandlerError>;
}
