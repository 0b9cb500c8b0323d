//! Use cases of what other backends use: API keys, webhooks, and statistics.
//!
//! What happens is told to webhooks in two steps: a handler of the outbox queues a delivery for each webhook that wants the
//! event, and the dispatcher sends what is queued, at least once and in order per webhook and room (docs/adr/0015).

mod api_key_access;
mod authenticate_api_key;
mod change_webhook;
mod create_api_key;
mod create_webhook;
mod delete_webhook;
mod deliveries;
mod dispatch_webhooks;
mod list_api_keys;
mod list_deliveries;
mod list_webhooks;
mod ports;
mod public_events;
mod queue_webhook_deliveries;
mod read_webhook;
mod redeliver;
mod revoke_api_key;
mod sending;
mod statistics;
#[cfg(test)]
mod test_support;
mod test_webhook;
mod views;
mod webhook_access;
mod webhook_fields;

pub use api_key_access::ApiKeyError;
pub use authenticate_api_key::{AuthenticateApiKey, AuthenticateApiKeyError};
pub use change_webhook::{ChangeWebhook, ChangeWebhookCommand, ChangeWebhookError};
pub use create_api_key::{CreateApiKey, CreateApiKeyCommand, CreateApiKeyError, CreatedApiKey, MAX_API_KEYS};
pub use create_webhook::{
    CreateWebhook, CreateWebhookCommand, CreateWebhookError, CreatedWebhook, MAX_WEBHOOKS_PER_OWNER,
};
pub use delete_webhook::DeleteWebhook;
pub use deliveries::{
    ClaimLimits, ClaimedDelivery, DeliveryCursor, DeliveryLog, DeliveryQueue, DeliveryStatus, NewDelivery, Redelivery,
    Settlement, UnknownDeliveryStatus,
};
pub use dispatch_webhooks::{DispatchOptions, DispatchWebhooks};
pub use list_api_keys::{ListApiKeys, ListApiKeysQuery};
pub use list_deliveries::{ListDeliveries, ListDeliveriesQuery};
pub use list_webhooks::{ListWebhooks, ListWebhooksQuery};
pub use ports::{
    Administrators, ApiKeyCursor, ApiKeyReader, ApiKeyRepository, ApiKeySecrets, GeneratedApiKey, InsertApiKeyError,
    IntegrationPorts, WebhookCursor, WebhookRepository, WebhookSecrets,
};
pub use public_events::{PUBLIC_EVENTS, PublicEvent, TEST_EVENT, is_public};
pub use queue_webhook_deliveries::QueueWebhookDeliveries;
pub use read_webhook::ReadWebhook;
pub use redeliver::{Redeliver, RedeliverError};
pub use revoke_api_key::RevokeApiKey;
pub use sending::{DeliveryProblem, OutgoingWebhook, TargetRefusal, WebhookSender, WebhookTargets};
pub use statistics::{
    HeldMeetings, LiveRoom, LiveRoomList, MAX_LIVE_ROOMS, MeetingCounts, NodeStatistics, ReadLiveRooms, ReadStatistics,
    RoomCounts, RoomTracks, Statistics, StatisticsError, StatisticsPorts, StatisticsReader, ThisNode,
};
pub use test_webhook::{TestWebhook, TestWebhookError};
pub use views::{ApiKeyPrincipal, ApiKeyView, DeliveryView, WebhookView};
pub use webhook_access::{WebhookError, WebhookManager};

/// How often a use case starts again when somebody else changed the aggregate meanwhile.
const ATTEMPTS: usize = 5;
