//! The API key: how another backend shows who it is.

use chrono::{DateTime, Utc};
use domain_shared::{ApiKeyId, Events, UserId};
use thiserror::Error;

use crate::{ApiKeyEvent, ApiKeyHash, ApiKeyName, ApiKeyPrefix, Scope, Scopes};

/// A key to be made.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// Its identifier.
    pub id: ApiKeyId,
    /// What it is called.
    pub name: ApiKeyName,
    /// The part by which it is found.
    pub prefix: ApiKeyPrefix,
    /// The hash of all of it.
    pub hash: ApiKeyHash,
    /// What it is good for.
    pub scopes: Scopes,
    /// The administrator who makes it.
    pub created_by: UserId,
    /// Until when it is good; for ever when absent.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A key cannot be made that would not be good any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must lie in the future")]
pub struct ExpiresInThePast;

/// That a key was made useless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revoked {
    /// When.
    pub at: DateTime<Utc>,
    /// By which administrator.
    pub by: UserId,
}

/// An API key. It is good from when it was made until it expires or is revoked, and never again after that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    snapshot: ApiKeySnapshot,
    events: Events<ApiKeyEvent>,
}

/// A key as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeySnapshot {
    /// The identifier.
    pub id: ApiKeyId,
    /// What it is called.
    pub name: ApiKeyName,
    /// The part by which it is found.
    pub prefix: ApiKeyPrefix,
    /// The hash of all of it.
    pub hash: ApiKeyHash,
    /// What it is good for.
    pub scopes: Scopes,
    /// The administrator who made it.
    pub created_by: UserId,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Until when it is good.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, give or take a minute. Written beside the aggregate, without a version.
    pub last_used_at: Option<DateTime<Utc>>,
    /// That it was revoked.
    pub revoked: Option<Revoked>,
    /// How often it has been stored; 0: never.
    pub version: i64,
}

impl ApiKey {
    /// Makes a key.
    ///
    /// # Errors
    /// [`ExpiresInThePast`].
    pub fn create(new: NewApiKey, now: DateTime<Utc>) -> Result<Self, ExpiresInThePast> {
        let NewApiKey { id, name, prefix, hash, scopes, created_by, expires_at } = new;
        if expires_at.is_some_and(|at| at <= now) {
            return Err(ExpiresInThePast);
        }
        let mut events = Events::default();
        events.record(ApiKeyEvent::Created {
            api_key_id: id,
            name: name.as_str().to_owned(),
            scopes: scopes.names().into_iter().map(str::to_owned).collect(),
            by: created_by,
            at: now,
        });
        let snapshot = ApiKeySnapshot {
            id,
            name,
            prefix,
            hash,
            scopes,
            created_by,
            created_at: now,
            expires_at,
            last_used_at: None,
            revoked: None,
            version: 0,
        };
        Ok(Self { snapshot, events })
    }

    /// Makes it useless. Tells whether it was not before.
    pub fn revoke(&mut self, by: UserId, now: DateTime<Utc>) -> bool {
        if self.snapshot.revoked.is_some() {
            return false;
        }
        self.snapshot.revoked = Some(Revoked { at: now, by });
        let name = self.snapshot.name.as_str().to_owned();
        self.events.record(ApiKeyEvent::Revoked { api_key_id: self.snapshot.id, name, by, at: now });
        true
    }

    /// Whether it is neither revoked nor expired.
    #[must_use]
    pub fn is_good(&self, now: DateTime<Utc>) -> bool {
        self.snapshot.revoked.is_none() && self.snapshot.expires_at.is_none_or(|at| now < at)
    }

    /// Whether it is good for this.
    #[must_use]
    pub fn allows(&self, scope: Scope) -> bool {
        self.snapshot.scopes.allow(scope)
    }

    /// The identifier.
    #[must_use]
    pub const fn id(&self) -> ApiKeyId {
        self.snapshot.id
    }

    /// What it is called.
    #[must_use]
    pub const fn name(&self) -> &ApiKeyName {
        &self.snapshot.name
    }

    /// The part by which it is found.
    #[must_use]
    pub const fn prefix(&self) -> &ApiKeyPrefix {
        &self.snapshot.prefix
    }

    /// The hash of all of it.
    #[must_use]
    pub const fn hash(&self) -> &ApiKeyHash {
        &self.snapshot.hash
    }

    /// What it is good for.
    #[must_use]
    pub const fn scopes(&self) -> &Scopes {
        &self.snapshot.scopes
    }

    /// The administrator who made it.
    #[must_use]
    pub const fn created_by(&self) -> UserId {
        self.snapshot.created_by
    }

    /// When it was made.
    #[must_use]
    pub const fn created_at(&self) -> DateTime<Utc> {
        self.snapshot.created_at
    }

    /// Until when it is good; for ever when absent.
    #[must_use]
    pub const fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.snapshot.expires_at
    }

    /// When it was last used, give or take a minute.
    #[must_use]
    pub const fn last_used_at(&self) -> Option<DateTime<Utc>> {
        self.snapshot.last_used_at
    }

    /// That it was revoked, if it was.
    #[must_use]
    pub const fn revoked(&self) -> Option<Revoked> {
        self.snapshot.revoked
    }

    /// How often it has been stored; 0: never.
    #[must_use]
    pub const fn version(&self) -> i64 {
        self.snapshot.version
    }

    /// What it has stated since it was loaded, for the outbox.
    #[must_use]
    pub fn pending_events(&self) -> &[ApiKeyEvent] {
        self.events.pending()
    }

    /// The repository has stored it, with its events, as `version`.
    pub fn mark_stored(&mut self, version: i64) {
        self.snapshot.version = version;
        self.events.take();
    }

    /// The key as it is to be stored.
    #[must_use]
    pub fn to_snapshot(&self) -> ApiKeySnapshot {
        self.snapshot.clone()
    }

    /// The key as it was stored.
    #[must_use]
    pub fn from_snapshot(snapshot: ApiKeySnapshot) -> Self {
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

    fn user(n: u128) -> UserId {
        UserId::from_uuid(Uuid::from_u128(n))
    }

    fn new(expires_at: Option<DateTime<Utc>>) -> NewApiKey {
        NewApiKey {
            id: ApiKeyId::from_uuid(Uuid::from_u128(1)),
            name: ApiKeyName::parse("Clinic").unwrap(),
            prefix: ApiKeyPrefix::parse("abcdefghij").unwrap(),
            hash: ApiKeyHash::from_bytes([7; 32]),
            scopes: Scopes::parse(["rooms:read"]).unwrap(),
            created_by: user(2),
            expires_at,
        }
    }

    #[test]
    fn a_key_states_that_it_was_made_and_is_good_for_what_was_named() {
        let key = ApiKey::create(new(None), at(0)).unwrap();
        let [event] = key.pending_events() else { panic!("one event") };
        assert_eq!((event.name(), event.aggregate_id()), ("api-key.created", key.id().as_uuid()));
        assert!(key.is_good(at(999_999_999)) && key.allows(Scope::RoomsRead) && !key.allows(Scope::RoomsWrite));
        assert_eq!((key.version(), key.last_used_at(), key.revoked()), (0, None, None));
    }

    #[test]
    fn a_key_is_good_until_it_expires() {
        let key = ApiKey::create(new(Some(at(10))), at(0)).unwrap();
        assert!(key.is_good(at(9)) && !key.is_good(at(10)));
        for past in [at(0), at(-1)] {
            assert_eq!(ApiKey::create(new(Some(past)), at(0)), Err(ExpiresInThePast));
        }
    }

    #[test]
    fn a_revoked_key_is_never_good_again() {
        let mut key = ApiKey::create(new(None), at(0)).unwrap();
        key.mark_stored(1);
        assert!(key.revoke(user(3), at(5)));
        assert!(!key.revoke(user(4), at(6)), "once is enough");
        assert_eq!(key.revoked(), Some(Revoked { at: at(5), by: user(3) }));
        assert!(!key.is_good(at(5)) && !key.is_good(at(0)));
        assert_eq!(key.pending_events().len(), 1);
        let stored = ApiKey::from_snapshot(key.to_snapshot());
        assert_eq!((stored.version(), stored.pending_events().len(), stored.is_good(at(7))), (1, 0, false));
    }

    #[test]
    fn debug_shows_no_hash() {
        let key = ApiKey::create(new(None), at(0)).unwrap();
        assert!(format!("{key:?}").contains("ApiKeyHash([redacted])"));
    }
}
