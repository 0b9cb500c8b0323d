//! The webhook: where another backend wants to be told what happens.

use chrono::{DateTime, Utc};
use domain_shared::{ApiKeyId, Events, UserId, WebhookId};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{EventFilter, SealedSecret, WebhookEvent, WebhookUrl};

/// Whose a webhook is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookOwner {
    /// A key's: it is told nothing when the key is not good any more.
    ApiKey(ApiKeyId),
    /// The administrators'.
    Administrators,
}

impl WebhookOwner {
    /// The key, if it is a key's.
    #[must_use]
    pub const fn api_key(self) -> Option<ApiKeyId> {
        match self {
            Self::ApiKey(id) => Some(id),
            Self::Administrators => None,
        }
    }
}

impl From<Option<ApiKeyId>> for WebhookOwner {
    fn from(key: Option<ApiKeyId>) -> Self {
        key.map_or(Self::Administrators, Self::ApiKey)
    }
}

/// Why a webhook is told nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DisableReason {
    /// Somebody has switched it off.
    Manual,
    /// Its receiver has answered that it is gone for good (410).
    Gone,
}

/// The text names no reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("no such reason to disable a webhook")]
pub struct UnknownDisableReason;

impl DisableReason {
    /// The stable name: `manual` or `gone`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Gone => "gone",
        }
    }

    /// Finds the reason of that stable name.
    ///
    /// # Errors
    /// [`UnknownDisableReason`] when there is none.
    pub fn parse(name: &str) -> Result<Self, UnknownDisableReason> {
        [Self::Manual, Self::Gone].into_iter().find(|reason| reason.as_str() == name).ok_or(UnknownDisableReason)
    }
}

/// That a webhook is told nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disabled {
    /// Since when.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: DisableReason,
}

/// A webhook to be registered.
#[derive(Debug, Clone)]
pub struct NewWebhook {
    /// Its identifier.
    pub id: WebhookId,
    /// Whose it is.
    pub owner: WebhookOwner,
    /// Where it is told.
    pub url: WebhookUrl,
    /// What it is told of.
    pub filter: EventFilter,
    /// What signs, sealed.
    pub secret: SealedSecret,
    /// The administrator who registers it, if one does.
    pub by: Option<UserId>,
}

/// What is to be another way. What is absent stays.
#[derive(Debug, Clone, Default)]
pub struct WebhookChange {
    /// Where it is told.
    pub url: Option<WebhookUrl>,
    /// What it is told of.
    pub filter: Option<EventFilter>,
    /// Whether it is told anything.
    pub enabled: Option<bool>,
}

/// A webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    snapshot: WebhookSnapshot,
    events: Events<WebhookEvent>,
}

/// A webhook as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookSnapshot {
    /// The identifier.
    pub id: WebhookId,
    /// Whose it is.
    pub owner: WebhookOwner,
    /// Where it is told.
    pub url: WebhookUrl,
    /// What it is told of.
    pub filter: EventFilter,
    /// What signs, sealed.
    pub secret: SealedSecret,
    /// That it is told nothing.
    pub disabled: Option<Disabled>,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// When anything about it changed last.
    pub updated_at: DateTime<Utc>,
    /// How often it has been stored; 0: never.
    pub version: i64,
}

impl Webhook {
    /// Registers a webhook. It is told what happens from now on.
    #[must_use]
    pub fn register(new: NewWebhook, now: DateTime<Utc>) -> Self {
        let NewWebhook { id, owner, url, filter, secret, by } = new;
        let mut events = Events::default();
        events.record(WebhookEvent::Created { webhook_id: id, api_key_id: owner.api_key(), by, at: now });
        let snapshot = WebhookSnapshot {
            id,
            owner,
            url,
            filter,
            secret,
            disabled: None,
            created_at: now,
            updated_at: now,
            version: 0,
        };
        Self { snapshot, events }
    }

    /// Changes it. Tells whether anything is another way than before.
    pub fn change(&mut self, change: WebhookChange, by: Option<UserId>, now: DateTime<Utc>) -> bool {
        let before = self.snapshot.clone();
        let WebhookChange { url, filter, enabled } = change;
        if let Some(url) = url {
            self.snapshot.url = url;
        }
        if let Some(filter) = filter {
            self.snapshot.filter = filter;
        }
        match (enabled, self.snapshot.disabled) {
            (Some(true), Some(_)) => self.snapshot.disabled = None,
            (Some(false), None) => {
                self.snapshot.disabled = Some(Disabled { at: now, reason: DisableReason::Manual });
            }
            _ => {}
        }
        if self.snapshot == before {
            return false;
        }
        self.snapshot.updated_at = now;
        let enabled = self.snapshot.disabled.is_none();
        self.events.record(WebhookEvent::Changed { webhook_id: self.snapshot.id, enabled, by, at: now });
        true
    }

    /// The receiver has answered that it is gone for good. Tells whether the webhook was told anything before.
    pub fn disable_as_gone(&mut self, now: DateTime<Utc>) -> bool {
        if self.snapshot.disabled.is_some() {
            return false;
        }
        let reason = DisableReason::Gone;
        self.snapshot.disabled = Some(Disabled { at: now, reason });
        self.snapshot.updated_at = now;
        self.events.record(WebhookEvent::Disabled { webhook_id: self.snapshot.id, reason, at: now });
        true
    }

    /// It is to be deleted.
    pub fn delete(&mut self, by: Option<UserId>, now: DateTime<Utc>) {
        self.events.record(WebhookEvent::Deleted { webhook_id: self.snapshot.id, by, at: now });
    }

    /// The identifier.
    #[must_use]
    pub const fn id(&self) -> WebhookId {
        self.snapshot.id
    }

    /// Whose it is.
    #[must_use]
    pub const fn owner(&self) -> WebhookOwner {
        self.snapshot.owner
    }

    /// Where it is told.
    #[must_use]
    pub const fn url(&self) -> &WebhookUrl {
        &self.snapshot.url
    }

    /// What it is told of.
    #[must_use]
    pub const fn filter(&self) -> &EventFilter {
        &self.snapshot.filter
    }

    /// That it is told nothing, if so.
    #[must_use]
    pub const fn disabled(&self) -> Option<Disabled> {
        self.snapshot.disabled
    }

    /// When it was registered.
    #[must_use]
    pub const fn created_at(&self) -> DateTime<Utc> {
        self.snapshot.created_at
    }

    /// When anything about it changed last.
    #[must_use]
    pub const fn updated_at(&self) -> DateTime<Utc> {
        self.snapshot.updated_at
    }

    /// How often it has been stored; 0: never.
    #[must_use]
    pub const fn version(&self) -> i64 {
        self.snapshot.version
    }

    /// What it has stated since it was loaded, for the outbox.
    #[must_use]
    pub fn pending_events(&self) -> &[WebhookEvent] {
        self.events.pending()
    }

    /// The repository has stored it, with its events, as `version`.
    pub fn mark_stored(&mut self, version: i64) {
        self.snapshot.version = version;
        self.events.take();
    }

    /// The webhook as it is to be stored.
    #[must_use]
    pub fn to_snapshot(&self) -> WebhookSnapshot {
        self.snapshot.clone()
    }

    /// The webhook as it was stored.
    #[must_use]
    pub fn from_snapshot(snapshot: WebhookSnapshot) -> Self {
        Self { snapshot, events: Events::default() }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use domain_shared::DomainEvent;
    use uuid::Uuid;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn url(text: &str) -> WebhookUrl {
        WebhookUrl::parse(text).unwrap()
    }

    fn filter(name: &str) -> EventFilter {
        EventFilter::parse([name], |_| true).unwrap()
    }

    /// One that is stored.
    fn webhook() -> Webhook {
        let new = NewWebhook {
            id: WebhookId::from_uuid(Uuid::from_u128(1)),
            owner: WebhookOwner::ApiKey(ApiKeyId::from_uuid(Uuid::from_u128(2))),
            url: url("https://example.org/?token=secret"),
            filter: filter("meeting.ended"),
            secret: SealedSecret::from_bytes(vec![1, 2, 3]),
            by: None,
        };
        let mut webhook = Webhook::register(new, at(0));
        assert_eq!(webhook.pending_events()[0].name(), "webhook.created");
        webhook.mark_stored(1);
        webhook
    }

    fn names(webhook: &Webhook) -> Vec<&'static str> {
        webhook.pending_events().iter().map(DomainEvent::name).collect()
    }

    #[test]
    fn what_is_absent_stays_and_no_change_is_none() {
        let mut webhook = webhook();
        let same = WebhookChange { url: Some(webhook.url().clone()), enabled: Some(true), ..WebhookChange::default() };
        for nothing in [WebhookChange::default(), same] {
            assert!(!webhook.change(nothing, None, at(5)));
        }
        assert_eq!((webhook.updated_at(), names(&webhook)), (at(0), vec![]));
        let other = WebhookChange { filter: Some(filter("*")), ..WebhookChange::default() };
        assert!(webhook.change(other, None, at(6)));
        assert_eq!((webhook.updated_at(), names(&webhook)), (at(6), vec!["webhook.changed"]));
        assert_eq!(webhook.url().as_str(), "https://example.org/?token=secret");
    }

    #[test]
    fn it_can_be_switched_off_and_on() {
        let mut webhook = webhook();
        let off = || WebhookChange { enabled: Some(false), ..WebhookChange::default() };
        assert!(webhook.change(off(), None, at(1)));
        assert_eq!(webhook.disabled(), Some(Disabled { at: at(1), reason: DisableReason::Manual }));
        assert!(!webhook.change(off(), None, at(2)), "it is off");
        assert!(!webhook.disable_as_gone(at(3)), "it was told nothing");
        assert!(webhook.change(WebhookChange { enabled: Some(true), ..off() }, None, at(4)));
        assert_eq!(webhook.disabled(), None);
        assert!(webhook.disable_as_gone(at(5)));
        assert_eq!(webhook.disabled(), Some(Disabled { at: at(5), reason: DisableReason::Gone }));
        webhook.delete(None, at(6));
        assert_eq!(names(&webhook), ["webhook.changed", "webhook.changed", "webhook.disabled", "webhook.deleted"]);
    }

    #[test]
    fn debug_shows_neither_the_address_nor_the_secret() {
        let text = format!("{:?}", webhook());
        assert!(!text.contains("token") && !text.contains("[1, 2, 3]"), "{text}");
    }

    #[test]
    fn reasons_and_owners_lead_back() {
        for reason in [DisableReason::Manual, DisableReason::Gone] {
            assert_eq!(DisableReason::parse(reason.as_str()), Ok(reason));
        }
        assert_eq!(DisableReason::parse("bored"), Err(UnknownDisableReason));
        for owner in [WebhookOwner::Administrators, WebhookOwner::ApiKey(Uuid::from_u128(1).into())] {
            assert_eq!(WebhookOwner::from(owner.api_key()), owner);
        }
    }
}
