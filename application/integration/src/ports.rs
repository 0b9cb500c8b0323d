//! What the use cases of API keys and webhooks need from outside.

use std::sync::Arc;

use application_shared::PortError;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain_integration::{ApiKey, ApiKeyHash, ApiKeyPrefix, SealedSecret, Webhook, WebhookOwner};
use domain_shared::{ApiKeyId, Clock, IdGenerator, Page, PageLimit, UserId, WebhookId};
use secrecy::SecretString;
use thiserror::Error;

use crate::{DeliveryLog, DeliveryQueue, WebhookTargets};

/// Knows who administers: accounts are another module's.
#[async_trait]
pub trait Administrators: Send + Sync {
    /// Whether the account may manage API keys and everybody's webhooks, as it is now.
    async fn may_manage_integrations(&self, user: UserId, now: DateTime<Utc>) -> Result<bool, PortError>;
}

/// Why a key was not stored.
#[derive(Debug, Error)]
pub enum InsertApiKeyError {
    /// Another key is found by the same prefix.
    #[error("the prefix is taken")]
    PrefixTaken,
    /// The store could not do it.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Where a list of keys goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiKeyCursor {
    /// When the last key of the page before was made.
    pub created_at: DateTime<Utc>,
    /// Its identifier.
    pub id: ApiKeyId,
}

/// Keeps API keys. A write stores the row, its version and the pending events in one transaction, then calls
/// [`ApiKey::mark_stored`]; when it fails, nothing is stored and the aggregate is as before.
#[async_trait]
pub trait ApiKeyRepository: Send + Sync {
    /// The key of that identifier, revoked or not.
    async fn find(&self, id: ApiKeyId) -> Result<Option<ApiKey>, PortError>;
    /// Stores a new key as version 1.
    async fn insert(&self, key: &mut ApiKey) -> Result<(), InsertApiKeyError>;
    /// Stores a change as the next version; [`PortError::Conflict`] unless the stored one is [`ApiKey::version`]. When a
    /// key was last used is not written.
    async fn update(&self, key: &mut ApiKey) -> Result<(), PortError>;
    /// Notes that a key was used at `at`. One that was noted later, or less than a minute before, stays as it is.
    async fn note_use(&self, id: ApiKeyId, at: DateTime<Utc>) -> Result<(), PortError>;
    /// How many keys are good at `now`.
    async fn count_good(&self, now: DateTime<Utc>) -> Result<u64, PortError>;
    /// All keys, newest first (`created_at`, then `id`, both descending).
    async fn page(
        &self,
        after: Option<ApiKeyCursor>,
        limit: PageLimit,
    ) -> Result<Page<ApiKey, ApiKeyCursor>, PortError>;
}

/// Finds keys for whoever shows one. An answer may be some seconds old, but not older than a revocation that was told.
#[async_trait]
pub trait ApiKeyReader: Send + Sync {
    /// The key that is found by that prefix, revoked or not.
    async fn find_by_prefix(&self, prefix: &ApiKeyPrefix) -> Result<Option<ApiKey>, PortError>;
}

/// A key that nobody has seen yet.
#[derive(Debug)]
pub struct GeneratedApiKey {
    /// All of it: `om_<prefix>_<secret>`.
    pub key: SecretString,
    /// The part by which it is found.
    pub prefix: ApiKeyPrefix,
    /// The hash of all of it.
    pub hash: ApiKeyHash,
}

/// Makes API keys and reads them.
pub trait ApiKeySecrets: Send + Sync {
    /// A new key, of which 256 bits are random.
    fn generate(&self) -> GeneratedApiKey;
    /// The prefix of a key from a client; `None` when it is no key.
    fn prefix_of(&self, key: &str) -> Option<ApiKeyPrefix>;
    /// Whether a key from a client is the one of this hash, in a time that does not depend on where they differ.
    fn verify(&self, key: &str, hash: &ApiKeyHash) -> bool;
}

/// Where a list of webhooks goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebhookCursor {
    /// When the last webhook of the page before was registered.
    pub created_at: DateTime<Utc>,
    /// Its identifier.
    pub id: WebhookId,
}

/// Keeps webhooks, under the same duties as [`ApiKeyRepository`].
#[async_trait]
pub trait WebhookRepository: Send + Sync {
    /// The webhook of that identifier.
    async fn find(&self, id: WebhookId) -> Result<Option<Webhook>, PortError>;
    /// Stores a new webhook as version 1.
    async fn insert(&self, webhook: &mut Webhook) -> Result<(), PortError>;
    /// Stores a change as the next version; [`PortError::Conflict`] unless the stored one is [`Webhook::version`].
    async fn update(&self, webhook: &mut Webhook) -> Result<(), PortError>;
    /// Deletes a webhook and all that was or is to be told to it; [`PortError::Conflict`] as with a change.
    async fn delete(&self, webhook: &mut Webhook) -> Result<(), PortError>;
    /// How many webhooks somebody has.
    async fn count_of(&self, owner: WebhookOwner) -> Result<u64, PortError>;
    /// The webhooks of a key, or all, newest first (`created_at`, then `id`, both descending).
    async fn page(
        &self,
        of: Option<ApiKeyId>,
        after: Option<WebhookCursor>,
        limit: PageLimit,
    ) -> Result<Page<Webhook, WebhookCursor>, PortError>;
}

/// Makes the secrets with which webhooks are signed, and keeps them so that only the server can read them.
pub trait WebhookSecrets: Send + Sync {
    /// A new one, as its receiver is told: `whsec_` and at least 24 random bytes in base64 (Standard Webhooks).
    fn generate(&self) -> SecretString;
    /// What is kept of it; it can be opened for this webhook only.
    fn seal(&self, webhook: WebhookId, secret: &SecretString) -> Result<SealedSecret, PortError>;
    /// The secret again; [`PortError::Corrupt`] when it was sealed for another webhook or by another server.
    fn open(&self, webhook: WebhookId, sealed: &SealedSecret) -> Result<SecretString, PortError>;
}

/// The ports of all use cases of this module, so that each can take those it needs.
#[derive(Clone)]
pub struct IntegrationPorts {
    /// Knows who administers.
    pub administrators: Arc<dyn Administrators>,
    /// Keeps keys.
    pub api_keys: Arc<dyn ApiKeyRepository>,
    /// Finds keys for whoever shows one.
    pub api_key_reader: Arc<dyn ApiKeyReader>,
    /// Makes keys.
    pub api_key_secrets: Arc<dyn ApiKeySecrets>,
    /// Keeps webhooks.
    pub webhooks: Arc<dyn WebhookRepository>,
    /// Makes what signs.
    pub webhook_secrets: Arc<dyn WebhookSecrets>,
    /// Knows where webhooks may be told.
    pub webhook_targets: Arc<dyn WebhookTargets>,
    /// Keeps what is to be told.
    pub delivery_queue: Arc<dyn DeliveryQueue>,
    /// Shows what was told.
    pub delivery_log: Arc<dyn DeliveryLog>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes identifiers.
    pub ids: Arc<dyn IdGenerator>,
}
