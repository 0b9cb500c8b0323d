//! The ports of what is told to webhooks: the queue that the dispatcher works off, and the log that is shown.

use application_shared::PortError;
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain_integration::{SealedSecret, WebhookUrl};
use domain_shared::{EventId, Page, PageLimit, WebhookDeliveryId, WebhookId};
use thiserror::Error;
use uuid::Uuid;

use crate::{DeliveryProblem, DeliveryView};

/// What has become of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryStatus {
    /// It is to be sent, for the first time or again.
    Pending,
    /// Its receiver has taken it.
    Delivered,
    /// It was given up.
    Failed,
}

/// The text names no status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be one of pending, delivered, failed")]
pub struct UnknownDeliveryStatus;

impl DeliveryStatus {
    /// The stable name: `pending`, `delivered` or `failed`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    /// Finds the status of that stable name.
    ///
    /// # Errors
    /// [`UnknownDeliveryStatus`] when there is none.
    pub fn parse(name: &str) -> Result<Self, UnknownDeliveryStatus> {
        let all = [Self::Pending, Self::Delivered, Self::Failed];
        all.into_iter().find(|status| status.as_str() == name).ok_or(UnknownDeliveryStatus)
    }
}

/// Something to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    /// The event: each webhook is told of it once, however often it is queued.
    pub event_id: EventId,
    /// The aggregate, such as a meeting and its room: what is told of one is told in order.
    pub subject_id: Uuid,
    /// The public event type, such as `meeting.ended`.
    pub kind: String,
    /// The body, as it is sent.
    pub body: String,
}

/// How much is claimed at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimLimits {
    /// At once, by this call.
    pub overall: u16,
    /// On its way to one webhook, counting what others have claimed.
    pub per_webhook: u16,
}

/// Something that is ours to send.
#[derive(Debug, Clone)]
pub struct ClaimedDelivery {
    /// Names it.
    pub id: WebhookDeliveryId,
    /// To which webhook.
    pub webhook_id: WebhookId,
    /// Where that is.
    pub url: WebhookUrl,
    /// What signs, sealed.
    pub secret: SealedSecret,
    /// Whether the webhook is told anything: it is enabled, and its key, if it is a key's, is good.
    pub active: bool,
    /// The body.
    pub body: String,
    /// Which attempt this is, from 1. Whoever claims it later gets a higher number.
    pub attempt: u32,
    /// The same, counted from when it was queued for the last time.
    pub attempt_since_queued: u32,
    /// When it was queued, for the first time or again.
    pub queued_at: DateTime<Utc>,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settlement {
    /// What becomes of the delivery.
    pub status: DeliveryStatus,
    /// When it is sent again, if it is pending.
    pub retry_at: Option<DateTime<Utc>>,
    /// The HTTP status that was answered.
    pub response_status: Option<u16>,
    /// What went wrong.
    pub problem: Option<DeliveryProblem>,
    /// When the attempt ended.
    pub at: DateTime<Utc>,
}

/// Keeps what is to be told, across nodes.
#[async_trait]
pub trait DeliveryQueue: Send + Sync {
    /// Queues a delivery for every webhook that wants it: enabled, of a key that is good, with a filter that lets it
    /// through. A webhook for which the event was queued before gets no second one. Tells how many were queued.
    async fn queue(&self, delivery: &NewDelivery, now: DateTime<Utc>) -> Result<u64, PortError>;
    /// Queues a delivery for one webhook, whatever it wants. `None`: there is no such webhook.
    async fn queue_for(
        &self,
        webhook: WebhookId,
        delivery: &NewDelivery,
        now: DateTime<Utc>,
    ) -> Result<Option<DeliveryView>, PortError>;
    /// Claims due deliveries for `lease`, those due for longest first. Nobody else gets them meanwhile. Of each webhook and
    /// subject that is never more than one: the oldest that is pending.
    async fn claim(
        &self,
        limits: ClaimLimits,
        lease: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<Vec<ClaimedDelivery>, PortError>;
    /// Writes down how attempt number `attempt` ended, and gives the delivery back. Tells whether it was still ours: not
    /// when the lease has ended and somebody else has claimed it since, or when it is no more.
    async fn settle(&self, id: WebhookDeliveryId, attempt: u32, settlement: Settlement) -> Result<bool, PortError>;
    /// Returns when there may be something due. It may return early, never late by more than a poll interval of the
    /// implementation's.
    async fn wait(&self);
}

/// Where a list of deliveries goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryCursor {
    /// When the last delivery of the page before was made.
    pub created_at: DateTime<Utc>,
    /// Its identifier.
    pub id: WebhookDeliveryId,
}

/// What became of the wish to have something sent again.
#[derive(Debug, Clone, PartialEq)]
pub enum Redelivery {
    /// It is queued, behind all that is queued already.
    Queued(Box<DeliveryView>),
    /// It is still to be sent anyway.
    Pending,
    /// The webhook has no such delivery.
    NotFound,
}

/// Shows what was told.
#[async_trait]
pub trait DeliveryLog: Send + Sync {
    /// The deliveries of a webhook, newest first (`created_at`, then `id`, both descending).
    async fn page(
        &self,
        webhook: WebhookId,
        status: Option<DeliveryStatus>,
        after: Option<DeliveryCursor>,
        limit: PageLimit,
    ) -> Result<Page<DeliveryView, DeliveryCursor>, PortError>;
    /// Queues a delivery again that was taken or given up.
    async fn redeliver(
        &self,
        webhook: WebhookId,
        delivery: WebhookDeliveryId,
        now: DateTime<Utc>,
    ) -> Result<Redelivery, PortError>;
    /// Deletes deliveries that were taken or given up before `before`; tells how many.
    async fn prune(&self, before: DateTime<Utc>) -> Result<u64, PortError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_statuses_and_back() {
        for status in [DeliveryStatus::Pending, DeliveryStatus::Delivered, DeliveryStatus::Failed] {
            assert_eq!(DeliveryStatus::parse(status.as_str()), Ok(status));
        }
        assert_eq!(DeliveryStatus::parse("lost"), Err(UnknownDeliveryStatus));
    }
}
