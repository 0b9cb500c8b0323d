//! Other backends: what they need behind the interface, and how they ask.

use std::{io, net::IpAddr, sync::Arc};

use application_integration::{IntegrationPorts, NodeStatistics, RoomTracks, StatisticsPorts, ThisNode};
use async_trait::async_trait;
use domain_shared::{FixedClock, RoomId};
use infrastructure_cache::{ApiKeyCache, CacheOptions, CachedApiKeyReader, ForgettingApiKeyRepository};
use infrastructure_postgres::{
    PgAdministrators, PgApiKeyRepository, PgStatisticsReader, PgWebhookDeliveries, PgWebhookRepository,
};
use infrastructure_security::{OpaqueApiKeys, SealedWebhookSecrets};
use infrastructure_system::UuidV7Generator;
use infrastructure_webhook::{CheckedTargets, Resolver, TargetOptions};
use reqwest::RequestBuilder;
use secrecy::SecretString;
use serde_json::json;

use super::{
    app::{Anonymous, Client, TestApp, User},
    stores::Stores,
};

/// Every name leads to a public address but `private.example`.
struct Names;

#[async_trait]
impl Resolver for Names {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let address = if host == "private.example" { [10, 0, 0, 1] } else { [8, 8, 8, 8] };
        Ok(vec![address.into()])
    }
}

/// What API keys and webhooks need.
pub fn ports(
    secret: &SecretString,
    stores: &Stores,
    clock: &Arc<FixedClock>,
    ids: &Arc<UuidV7Generator>,
) -> IntegrationPorts {
    let cache = Arc::new(ApiKeyCache::new(CacheOptions::API_KEYS));
    let keys = Arc::new(PgApiKeyRepository::new(stores.pool.clone()));
    let deliveries = Arc::new(PgWebhookDeliveries::new(stores.pool.clone()));
    IntegrationPorts {
        administrators: Arc::new(PgAdministrators::new(stores.pool.clone())),
        api_keys: Arc::new(ForgettingApiKeyRepository::new(keys.clone(), cache.clone(), stores.pub_sub.clone())),
        api_key_reader: Arc::new(CachedApiKeyReader::new(keys, cache)),
        api_key_secrets: Arc::new(OpaqueApiKeys),
        webhooks: Arc::new(PgWebhookRepository::new(stores.pool.clone())),
        webhook_secrets: Arc::new(SealedWebhookSecrets::new(secret, &[])),
        webhook_targets: Arc::new(CheckedTargets::new(TargetOptions::default(), Arc::new(Names))),
        delivery_queue: deliveries.clone(),
        delivery_log: deliveries,
        clock: clock.clone(),
        ids: ids.clone(),
    }
}

/// What statistics need, on a node on which rooms are open.
pub fn statistics(integration: &IntegrationPorts, stores: &Stores) -> StatisticsPorts {
    StatisticsPorts {
        administrators: integration.administrators.clone(),
        reader: Arc::new(PgStatisticsReader::new(stores.pool.clone())),
        node: Arc::new(OneNode),
        clock: integration.clock.clone(),
    }
}

/// A node on which every room is open, with one track.
struct OneNode;

impl ThisNode for OneNode {
    fn statistics(&self) -> Option<NodeStatistics> {
        Some(NodeStatistics { connections: 5, rooms: 1, peers: 4, producers: 3, consumers: 9 })
    }

    fn tracks(&self, _: RoomId) -> Option<RoomTracks> {
        Some(RoomTracks { producers: 1, consumers: 0 })
    }
}

/// Another backend, which shows its key.
pub struct Backend {
    anon: Anonymous,
    /// Its key's identifier.
    pub id: String,
    /// All of its key.
    pub key: String,
}

impl Client for Backend {
    fn http(&self) -> &reqwest::Client {
        self.anon.http()
    }

    fn base(&self) -> &str {
        self.anon.base()
    }

    fn identify(&self, request: RequestBuilder) -> RequestBuilder {
        request.bearer_auth(&self.key)
    }
}

impl Backend {
    /// One with a key for these scopes, made by an administrator.
    pub async fn with_key(anon: &Anonymous, root: &User, scopes: &[&str]) -> Self {
        let created = root.post("/admin/api-keys", json!({"name": "Clinic", "scopes": scopes})).await;
        let id = created.data()["api_key"]["id"].as_str().unwrap().to_owned();
        Self { anon: anon.clone(), id, key: created.text("key") }
    }

    /// One that shows this as its key.
    pub fn that_shows(anon: &Anonymous, key: &str) -> Self {
        Self { anon: anon.clone(), id: String::new(), key: key.to_owned() }
    }
}

/// With the administrator `root`, and `ann`.
pub async fn world() -> (TestApp, Anonymous, User, User) {
    let (app, anon, ann) = TestApp::with_user().await;
    let root = anon.sign_up("root").await;
    app.make_administrator("root").await;
    (app, anon, root, ann)
}
