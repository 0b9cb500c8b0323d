//! Fakes of the ports, in memory, for the tests of the use cases.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use application_shared::PortError;
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain_integration::{
    ApiKey, ApiKeyEvent, ApiKeyHash, ApiKeyPrefix, ApiKeySnapshot, SealedSecret, Webhook, WebhookEvent, WebhookOwner,
    WebhookSnapshot, WebhookUrl,
};
use domain_shared::{
    ApiKeyId, Clock, DomainEvent, EventId, FixedClock, Page, PageLimit, SequentialIds, UserId, WebhookDeliveryId,
    WebhookId,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::watch;
use uuid::Uuid;

use crate::*;

pub(crate) const ADMIN: UserId = UserId::from_uuid(Uuid::from_u128(0xad));
pub(crate) const NOBODY: UserId = UserId::from_uuid(Uuid::from_u128(0x0b));
pub(crate) const KEY: ApiKeyId = ApiKeyId::from_uuid(Uuid::from_u128(0x11));
pub(crate) const OTHER_KEY: ApiKeyId = ApiKeyId::from_uuid(Uuid::from_u128(0x22));

pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
}

/// Everybody is nobody but [`ADMIN`].
struct OneAdministrator;

#[async_trait]
impl Administrators for OneAdministrator {
    async fn may_manage_integrations(&self, user: UserId, _: DateTime<Utc>) -> Result<bool, PortError> {
        Ok(user == ADMIN)
    }
}

/// A prefix that counts, and as hash the first bytes of the key.
#[derive(Default)]
pub(crate) struct CountingKeys {
    next: AtomicU64,
}

impl CountingKeys {
    /// The next key has the prefix of the last one.
    pub fn repeat_last(&self) {
        self.next.fetch_sub(1, Ordering::SeqCst);
    }
}

fn hash_of(key: &str) -> ApiKeyHash {
    let mut bytes = [0; 32];
    for (at, byte) in key.bytes().enumerate() {
        bytes[at % 32] ^= byte;
    }
    ApiKeyHash::from_bytes(bytes)
}

impl ApiKeySecrets for CountingKeys {
    fn generate(&self) -> GeneratedApiKey {
        let prefix = format!("prefix{:04}", self.next.fetch_add(1, Ordering::SeqCst));
        let key = format!("om_{prefix}_secret");
        let hash = hash_of(&key);
        GeneratedApiKey { key: key.into(), prefix: ApiKeyPrefix::parse(&prefix).unwrap(), hash }
    }

    fn prefix_of(&self, key: &str) -> Option<ApiKeyPrefix> {
        let (prefix, _) = key.strip_prefix("om_")?.split_once('_')?;
        ApiKeyPrefix::parse(prefix).ok()
    }

    fn verify(&self, key: &str, hash: &ApiKeyHash) -> bool {
        hash_of(key) == *hash
    }
}

#[derive(Default)]
pub(crate) struct FakeApiKeys {
    rows: Mutex<HashMap<ApiKeyId, ApiKeySnapshot>>,
    events: Mutex<Vec<ApiKeyEvent>>,
    noted: Mutex<Vec<(ApiKeyId, DateTime<Utc>)>>,
    pretended: AtomicU64,
    conflict: AtomicBool,
    notes_fail: AtomicBool,
}

impl FakeApiKeys {
    pub fn events(&self) -> Vec<&'static str> {
        self.events.lock().unwrap().iter().map(DomainEvent::name).collect()
    }

    pub fn noted(&self) -> Vec<(ApiKeyId, DateTime<Utc>)> {
        self.noted.lock().unwrap().clone()
    }

    /// There are so many more.
    pub fn pretend(&self, count: u64) {
        self.pretended.store(count, Ordering::SeqCst);
    }

    /// Somebody is faster with the next update.
    pub fn conflict_once(&self) {
        self.conflict.store(true, Ordering::SeqCst);
    }

    /// Uses cannot be noted any more.
    pub fn break_notes(&self) {
        self.notes_fail.store(true, Ordering::SeqCst);
    }

    fn store(&self, key: &mut ApiKey, version: i64) {
        self.events.lock().unwrap().extend_from_slice(key.pending_events());
        key.mark_stored(version);
        self.rows.lock().unwrap().insert(key.id(), key.to_snapshot());
    }
}

#[async_trait]
impl ApiKeyRepository for FakeApiKeys {
    async fn find(&self, id: ApiKeyId) -> Result<Option<ApiKey>, PortError> {
        Ok(self.rows.lock().unwrap().get(&id).cloned().map(ApiKey::from_snapshot))
    }

    async fn insert(&self, key: &mut ApiKey) -> Result<(), InsertApiKeyError> {
        if self.rows.lock().unwrap().values().any(|row| row.prefix == *key.prefix()) {
            return Err(InsertApiKeyError::PrefixTaken);
        }
        self.store(key, 1);
        Ok(())
    }

    async fn update(&self, key: &mut ApiKey) -> Result<(), PortError> {
        if self.conflict.swap(false, Ordering::SeqCst) {
            return Err(PortError::Conflict);
        }
        self.store(key, key.version() + 1);
        Ok(())
    }

    async fn note_use(&self, id: ApiKeyId, at: DateTime<Utc>) -> Result<(), PortError> {
        if self.notes_fail.load(Ordering::SeqCst) {
            return Err(PortError::unavailable("away"));
        }
        self.noted.lock().unwrap().push((id, at));
        Ok(())
    }

    async fn count_good(&self, now: DateTime<Utc>) -> Result<u64, PortError> {
        let rows = self.rows.lock().unwrap();
        let good = rows.values().filter(|row| ApiKey::from_snapshot((*row).clone()).is_good(now)).count();
        Ok(good as u64 + self.pretended.load(Ordering::SeqCst))
    }

    async fn page(&self, _: Option<ApiKeyCursor>, limit: PageLimit) -> Result<Page<ApiKey, ApiKeyCursor>, PortError> {
        let rows = self.rows.lock().unwrap();
        let items = rows.values().take(limit.get().into()).cloned().map(ApiKey::from_snapshot).collect();
        Ok(Page { items, next: None })
    }
}

#[async_trait]
impl ApiKeyReader for FakeApiKeys {
    async fn find_by_prefix(&self, prefix: &ApiKeyPrefix) -> Result<Option<ApiKey>, PortError> {
        let rows = self.rows.lock().unwrap();
        Ok(rows.values().find(|row| row.prefix == *prefix).cloned().map(ApiKey::from_snapshot))
    }
}

#[derive(Default)]
pub(crate) struct FakeWebhooks {
    rows: Mutex<HashMap<WebhookId, WebhookSnapshot>>,
    events: Mutex<Vec<WebhookEvent>>,
    conflict: AtomicBool,
}

impl FakeWebhooks {
    pub fn events(&self) -> Vec<&'static str> {
        self.events.lock().unwrap().iter().map(DomainEvent::name).collect()
    }

    pub fn only(&self, id: WebhookId) -> WebhookSnapshot {
        self.rows.lock().unwrap()[&id].clone()
    }

    /// Somebody is faster with the next write.
    pub fn conflict_once(&self) {
        self.conflict.store(true, Ordering::SeqCst);
    }

    fn check(&self) -> Result<(), PortError> {
        if self.conflict.swap(false, Ordering::SeqCst) { Err(PortError::Conflict) } else { Ok(()) }
    }

    fn store(&self, webhook: &mut Webhook, version: i64) {
        self.events.lock().unwrap().extend_from_slice(webhook.pending_events());
        webhook.mark_stored(version);
        self.rows.lock().unwrap().insert(webhook.id(), webhook.to_snapshot());
    }
}

#[async_trait]
impl WebhookRepository for FakeWebhooks {
    async fn find(&self, id: WebhookId) -> Result<Option<Webhook>, PortError> {
        Ok(self.rows.lock().unwrap().get(&id).cloned().map(Webhook::from_snapshot))
    }

    async fn insert(&self, webhook: &mut Webhook) -> Result<(), PortError> {
        self.store(webhook, 1);
        Ok(())
    }

    async fn update(&self, webhook: &mut Webhook) -> Result<(), PortError> {
        self.check()?;
        self.store(webhook, webhook.version() + 1);
        Ok(())
    }

    async fn delete(&self, webhook: &mut Webhook) -> Result<(), PortError> {
        self.check()?;
        self.store(webhook, webhook.version() + 1);
        self.rows.lock().unwrap().remove(&webhook.id());
        Ok(())
    }

    async fn count_of(&self, owner: WebhookOwner) -> Result<u64, PortError> {
        Ok(self.rows.lock().unwrap().values().filter(|row| row.owner == owner).count() as u64)
    }

    async fn page(
        &self,
        of: Option<ApiKeyId>,
        _: Option<WebhookCursor>,
        limit: PageLimit,
    ) -> Result<Page<Webhook, WebhookCursor>, PortError> {
        let seen = |row: &&WebhookSnapshot| of.is_none() || row.owner.api_key() == of;
        let mut rows: Vec<_> = self.rows.lock().unwrap().values().filter(seen).cloned().collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.created_at, row.id)));
        let items = rows.into_iter().take(limit.get().into()).map(Webhook::from_snapshot).collect();
        Ok(Page { items, next: None })
    }
}

/// Secrets that count, sealed by the name of their webhook.
#[derive(Default)]
pub(crate) struct CountingSecrets(AtomicU64);

impl WebhookSecrets for CountingSecrets {
    fn generate(&self) -> SecretString {
        format!("whsec_{}", self.0.fetch_add(1, Ordering::SeqCst)).into()
    }

    fn seal(&self, webhook: WebhookId, secret: &SecretString) -> Result<SealedSecret, PortError> {
        Ok(SealedSecret::from_bytes(format!("{webhook} {}", secret.expose_secret()).into_bytes()))
    }

    fn open(&self, webhook: WebhookId, sealed: &SealedSecret) -> Result<SecretString, PortError> {
        let text = String::from_utf8(sealed.as_bytes().to_vec()).unwrap();
        let opened = text.strip_prefix(&format!("{webhook} "));
        opened.map(Into::into).ok_or_else(|| PortError::corrupt("webhook secret", "of another webhook"))
    }
}

/// Everything is fine but `private.example`.
struct PublicTargets;

#[async_trait]
impl WebhookTargets for PublicTargets {
    async fn check(&self, url: &WebhookUrl) -> Result<(), TargetRefusal> {
        if url.as_str().contains("private.example") { Err(TargetRefusal::Private) } else { Ok(()) }
    }
}

/// A delivery as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub id: WebhookDeliveryId,
    pub webhook: WebhookId,
    pub new: NewDelivery,
    pub status: DeliveryStatus,
    pub attempts: u32,
    pub attempts_before: u32,
    pub queued_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub leased_until: Option<DateTime<Utc>>,
    pub last: Option<Settlement>,
}

impl Kept {
    fn view(&self) -> DeliveryView {
        let pending = self.status == DeliveryStatus::Pending;
        DeliveryView {
            id: self.id,
            webhook_id: self.webhook,
            event_id: self.new.event_id,
            kind: self.new.kind.clone(),
            status: self.status,
            attempts: self.attempts,
            response_status: self.last.and_then(|last| last.response_status),
            problem: self.last.and_then(|last| last.problem),
            created_at: self.queued_at,
            last_attempt_at: None,
            next_attempt_at: pending.then_some(self.due_at),
            finished_at: self.last.map(|last| last.at).filter(|_| !pending),
        }
    }
}

/// Queue and log in memory.
pub(crate) struct FakeDeliveries {
    webhooks: Arc<FakeWebhooks>,
    kept: Mutex<Vec<Kept>>,
    broken: AtomicU64,
    /// How often somebody has looked.
    pub looks: watch::Sender<u64>,
    news: tokio::sync::Notify,
}

impl FakeDeliveries {
    pub fn all(&self) -> Vec<Kept> {
        self.kept.lock().unwrap().clone()
    }

    pub fn change(&self, id: WebhookDeliveryId, change: impl FnOnce(&mut Kept)) {
        change(self.kept.lock().unwrap().iter_mut().find(|kept| kept.id == id).unwrap());
    }

    pub fn finish(&self, id: WebhookDeliveryId, status: DeliveryStatus) {
        self.change(id, |kept| kept.status = status);
    }

    /// Nothing works any more.
    pub fn break_down(&self) {
        self.broken.store(u64::MAX, Ordering::SeqCst);
    }

    /// The next calls fail.
    pub fn fail(&self, count: u64) {
        self.broken.store(count, Ordering::SeqCst);
    }

    /// Somebody is to look again.
    pub fn wake(&self) {
        self.news.notify_one();
    }

    fn check(&self) -> Result<(), PortError> {
        let told = self.broken.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        if told { Err(PortError::unavailable("away")) } else { Ok(()) }
    }

    fn add(&self, webhook: WebhookId, new: &NewDelivery, now: DateTime<Utc>) -> Option<DeliveryView> {
        let mut kept = self.kept.lock().unwrap();
        if kept.iter().any(|other| other.webhook == webhook && other.new.event_id == new.event_id) {
            return None;
        }
        let delivery = Kept {
            id: WebhookDeliveryId::from_uuid(Uuid::from_u128(0xde_0000 + kept.len() as u128)),
            webhook,
            new: new.clone(),
            status: DeliveryStatus::Pending,
            attempts: 0,
            attempts_before: 0,
            queued_at: now,
            due_at: now,
            leased_until: None,
            last: None,
        };
        let view = delivery.view();
        kept.push(delivery);
        self.news.notify_one();
        Some(view)
    }
}

#[async_trait]
impl DeliveryQueue for FakeDeliveries {
    async fn queue(&self, delivery: &NewDelivery, now: DateTime<Utc>) -> Result<u64, PortError> {
        self.check()?;
        let wanting: Vec<WebhookId> = {
            let rows = self.webhooks.rows.lock().unwrap();
            let wants = |row: &&WebhookSnapshot| row.disabled.is_none() && row.filter.wants(&delivery.kind);
            rows.values().filter(wants).map(|row| row.id).collect()
        };
        Ok(wanting.into_iter().filter_map(|webhook| self.add(webhook, delivery, now)).count() as u64)
    }

    async fn queue_for(
        &self,
        webhook: WebhookId,
        delivery: &NewDelivery,
        now: DateTime<Utc>,
    ) -> Result<Option<DeliveryView>, PortError> {
        self.check()?;
        Ok(self.add(webhook, delivery, now))
    }

    async fn claim(
        &self,
        limits: ClaimLimits,
        lease: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<Vec<ClaimedDelivery>, PortError> {
        self.looks.send_modify(|looks| *looks += 1);
        self.check()?;
        let mut kept = self.kept.lock().unwrap();
        let mut claimed = Vec::new();
        for at in 0..kept.len() {
            let this = kept[at].clone();
            let pending = |other: &Kept| other.status == DeliveryStatus::Pending && other.webhook == this.webhook;
            let earlier = kept[..at].iter().any(|other| pending(other) && other.new.subject_id == this.new.subject_id);
            let leased = |other: &Kept| other.leased_until.is_some_and(|until| until > now);
            let on_their_way = kept.iter().filter(|other| pending(other) && leased(other)).count();
            let due = pending(&this) && !leased(&this) && this.due_at <= now;
            if !due || earlier || on_their_way >= limits.per_webhook.into() || claimed.len() >= limits.overall.into() {
                continue;
            }
            kept[at].attempts += 1;
            kept[at].leased_until = Some(now + lease);
            let webhook = self.webhooks.only(this.webhook);
            claimed.push(ClaimedDelivery {
                id: this.id,
                webhook_id: this.webhook,
                url: webhook.url,
                secret: webhook.secret,
                active: webhook.disabled.is_none(),
                body: this.new.body,
                attempt: this.attempts + 1,
                attempt_since_queued: this.attempts + 1 - this.attempts_before,
                queued_at: this.queued_at,
            });
        }
        drop(kept);
        self.looks.send_modify(|looks| *looks += 1);
        Ok(claimed)
    }

    async fn settle(&self, id: WebhookDeliveryId, attempt: u32, settlement: Settlement) -> Result<bool, PortError> {
        self.check()?;
        let mut kept = self.kept.lock().unwrap();
        let Some(kept) = kept.iter_mut().find(|kept| kept.id == id && kept.attempts == attempt) else {
            return Ok(false);
        };
        kept.status = settlement.status;
        kept.due_at = settlement.retry_at.unwrap_or(kept.due_at);
        kept.leased_until = None;
        kept.last = Some(settlement);
        Ok(true)
    }

    async fn wait(&self) {
        self.news.notified().await;
    }
}

#[async_trait]
impl DeliveryLog for FakeDeliveries {
    async fn page(
        &self,
        webhook: WebhookId,
        status: Option<DeliveryStatus>,
        _: Option<DeliveryCursor>,
        _: PageLimit,
    ) -> Result<Page<DeliveryView, DeliveryCursor>, PortError> {
        let wanted = |kept: &&Kept| kept.webhook == webhook && status.is_none_or(|status| kept.status == status);
        let items = self.kept.lock().unwrap().iter().filter(wanted).map(Kept::view).collect();
        Ok(Page { items, next: None })
    }

    async fn redeliver(
        &self,
        webhook: WebhookId,
        delivery: WebhookDeliveryId,
        now: DateTime<Utc>,
    ) -> Result<Redelivery, PortError> {
        let mut kept = self.kept.lock().unwrap();
        let found = kept.iter_mut().find(|kept| kept.webhook == webhook && kept.id == delivery);
        Ok(match found {
            None => Redelivery::NotFound,
            Some(kept) if kept.status == DeliveryStatus::Pending => Redelivery::Pending,
            Some(kept) => {
                (kept.status, kept.queued_at, kept.due_at) = (DeliveryStatus::Pending, now, now);
                kept.attempts_before = kept.attempts;
                Redelivery::Queued(Box::new(kept.view()))
            }
        })
    }

    async fn prune(&self, _: DateTime<Utc>) -> Result<u64, PortError> {
        Ok(0)
    }
}

/// All ports, and what stands behind them.
pub(crate) struct World {
    pub api_keys: Arc<FakeApiKeys>,
    pub secrets: Arc<CountingKeys>,
    pub webhooks: Arc<FakeWebhooks>,
    pub deliveries: Arc<FakeDeliveries>,
    pub clock: Arc<FixedClock>,
    pub ports: IntegrationPorts,
}

impl World {
    pub fn new() -> Self {
        let (api_keys, secrets) = (Arc::new(FakeApiKeys::default()), Arc::new(CountingKeys::default()));
        let (webhooks, clock) = (Arc::new(FakeWebhooks::default()), Arc::new(FixedClock::at(at(100))));
        let deliveries = Arc::new(FakeDeliveries {
            webhooks: webhooks.clone(),
            kept: Mutex::default(),
            broken: AtomicU64::new(0),
            looks: watch::Sender::new(0),
            news: tokio::sync::Notify::new(),
        });
        let ports = IntegrationPorts {
            administrators: Arc::new(OneAdministrator),
            api_keys: api_keys.clone(),
            api_key_reader: api_keys.clone(),
            api_key_secrets: secrets.clone(),
            webhooks: webhooks.clone(),
            webhook_secrets: Arc::new(CountingSecrets::default()),
            webhook_targets: Arc::new(PublicTargets),
            delivery_queue: deliveries.clone(),
            delivery_log: deliveries.clone(),
            clock: clock.clone(),
            ids: Arc::new(SequentialIds::default()),
        };
        Self { api_keys, secrets, webhooks, deliveries, clock, ports }
    }

    pub async fn create_key(&self, scopes: &[&str]) -> CreatedApiKey {
        self.create(scopes, None).await
    }

    pub async fn create_key_until(&self, expires_at: Option<DateTime<Utc>>) -> CreatedApiKey {
        self.create(&["rooms:read"], expires_at).await
    }

    async fn create(&self, scopes: &[&str], expires_at: Option<DateTime<Utc>>) -> CreatedApiKey {
        let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        let command = CreateApiKeyCommand { by: ADMIN, name: "Clinic".to_owned(), scopes, expires_at };
        CreateApiKey::new(&self.ports).execute(command).await.unwrap()
    }

    /// A webhook of [`KEY`] that wants these events.
    pub async fn register(&self, events: &str) -> WebhookId {
        self.register_as(KEY, events).await
    }

    /// A webhook that wants everything.
    pub async fn register_for(&self, key: ApiKeyId) -> WebhookId {
        self.register_as(key, "*").await
    }

    async fn register_as(&self, key: ApiKeyId, events: &str) -> WebhookId {
        let command = CreateWebhookCommand {
            manager: WebhookManager::ApiKey(key),
            url: "https://example.org/hook".to_owned(),
            events: vec![events.to_owned()],
        };
        CreateWebhook::new(&self.ports).execute(command).await.unwrap().view.id
    }

    /// Something has happened to a subject.
    pub async fn queue(&self, event: u128, subject: u128) {
        let delivery = NewDelivery {
            event_id: EventId::from_uuid(Uuid::from_u128(event)),
            subject_id: Uuid::from_u128(subject),
            kind: "meeting.ended".to_owned(),
            body: format!("event {event} of {subject}"),
        };
        self.deliveries.queue(&delivery, self.clock.now()).await.unwrap();
    }
}
