//! Finds out which backend is asking.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use application_shared::PortError;
use chrono::{DateTime, TimeDelta, Utc};
use domain_shared::{ApiKeyId, Clock};
use thiserror::Error;

use crate::{ApiKeyPrincipal, ApiKeyReader, ApiKeyRepository, ApiKeySecrets, IntegrationPorts};

/// How often at most it is written down that a key was used.
const NOTE_EVERY: TimeDelta = TimeDelta::minutes(1);
/// So many notes are remembered before old ones are forgotten.
const MANY_NOTES: usize = 1_000;

/// Why nobody was recognised.
#[derive(Debug, Error)]
pub enum AuthenticateApiKeyError {
    /// It is no key, or none that is good.
    #[error("the API key is not valid")]
    Invalid,
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Finds out which backend is asking.
pub struct AuthenticateApiKey {
    reader: Arc<dyn ApiKeyReader>,
    keys: Arc<dyn ApiKeyRepository>,
    secrets: Arc<dyn ApiKeySecrets>,
    clock: Arc<dyn Clock>,
    noted: Mutex<HashMap<ApiKeyId, DateTime<Utc>>>,
}

impl AuthenticateApiKey {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &IntegrationPorts) -> Self {
        let (reader, keys) = (Arc::clone(&ports.api_key_reader), Arc::clone(&ports.api_keys));
        Self::on(reader, keys, Arc::clone(&ports.api_key_secrets), Arc::clone(&ports.clock))
    }

    /// The same, for whoever has only these ports.
    #[must_use]
    pub fn on(
        reader: Arc<dyn ApiKeyReader>,
        keys: Arc<dyn ApiKeyRepository>,
        secrets: Arc<dyn ApiKeySecrets>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { reader, keys, secrets, clock, noted: Mutex::default() }
    }

    /// Whose key it is.
    ///
    /// # Errors
    /// [`AuthenticateApiKeyError`].
    pub async fn execute(&self, key: &str) -> Result<ApiKeyPrincipal, AuthenticateApiKeyError> {
        let prefix = self.secrets.prefix_of(key).ok_or(AuthenticateApiKeyError::Invalid)?;
        let found = self.reader.find_by_prefix(&prefix).await?.ok_or(AuthenticateApiKeyError::Invalid)?;
        let now = self.clock.now();
        if !self.secrets.verify(key, found.hash()) || !found.is_good(now) {
            return Err(AuthenticateApiKeyError::Invalid);
        }
        if self.is_to_be_noted(found.id(), now)
            && let Err(error) = self.keys.note_use(found.id(), now).await
        {
            // Who asks need not wait until it can be written.
            tracing::warn!(%error, api_key = %found.id(), "the use of an API key was not noted");
        }
        Ok(ApiKeyPrincipal { id: found.id(), name: found.name().as_str().to_owned(), scopes: found.scopes().clone() })
    }

    fn is_to_be_noted(&self, id: ApiKeyId, now: DateTime<Utc>) -> bool {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.get(&id).is_some_and(|at| now - *at < NOTE_EVERY) {
            return false;
        }
        if noted.len() >= MANY_NOTES {
            noted.retain(|_, at| now - *at < NOTE_EVERY);
        }
        noted.insert(id, now);
        true
    }
}

#[cfg(test)]
mod tests {
    use domain_integration::Scope;
    use secrecy::ExposeSecret;

    use super::*;
    use crate::{
        RevokeApiKey,
        test_support::{ADMIN, World, at},
    };

    #[tokio::test]
    async fn a_good_key_is_recognised_with_its_scopes() {
        let world = World::new();
        let created = world.create_key(&["rooms:read"]).await;
        let use_case = AuthenticateApiKey::new(&world.ports);
        let principal = use_case.execute(created.key.expose_secret()).await.unwrap();
        assert_eq!(principal.id, created.view.id);
        assert!(principal.may(Scope::RoomsRead) && !principal.may(Scope::RoomsWrite));
    }

    #[tokio::test]
    async fn whatever_is_no_good_key_is_refused() {
        let world = World::new();
        let created = world.create_key(&["rooms:read"]).await;
        let key = created.key.expose_secret().to_owned();
        let use_case = AuthenticateApiKey::new(&world.ports);
        let (other, unknown) = (format!("{key}x"), key.replace(&created.view.prefix, "om_zzzzzzzzzz"));
        for bad in ["", "om_", &created.view.prefix, &other, &unknown] {
            assert!(matches!(use_case.execute(bad).await, Err(AuthenticateApiKeyError::Invalid)), "{bad}");
        }
        RevokeApiKey::new(&world.ports).execute(ADMIN, created.view.id).await.unwrap();
        assert!(matches!(use_case.execute(&key).await, Err(AuthenticateApiKeyError::Invalid)));
        assert_eq!(world.api_keys.noted(), [], "only what was let through counts as use");
    }

    #[tokio::test]
    async fn an_expired_key_is_refused() {
        let world = World::new();
        let created = world.create_key_until(Some(at(200))).await;
        let use_case = AuthenticateApiKey::new(&world.ports);
        world.clock.advance(at(199) - world.clock.now());
        assert!(use_case.execute(created.key.expose_secret()).await.is_ok());
        world.clock.advance(TimeDelta::seconds(1));
        let refused = use_case.execute(created.key.expose_secret()).await;
        assert!(matches!(refused, Err(AuthenticateApiKeyError::Invalid)));
    }

    #[tokio::test]
    async fn a_use_is_noted_once_a_minute_and_need_not_be() {
        let world = World::new();
        let created = world.create_key(&["rooms:read"]).await;
        let use_case = AuthenticateApiKey::new(&world.ports);
        let begin = world.clock.now();
        for _ in 0..4 {
            use_case.execute(created.key.expose_secret()).await.unwrap();
            world.clock.advance(TimeDelta::seconds(30));
        }
        let noted = [begin, begin + TimeDelta::seconds(60)].map(|at| (created.view.id, at));
        assert_eq!(world.api_keys.noted(), noted);
        world.api_keys.break_notes();
        world.clock.advance(TimeDelta::seconds(60));
        assert!(use_case.execute(created.key.expose_secret()).await.is_ok());
    }
}
