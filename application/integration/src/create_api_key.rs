//! Makes an API key.

use std::sync::Arc;

use application_shared::{FieldError, PortError};
use chrono::{DateTime, Utc};
use domain_integration::{ApiKey, ApiKeyName, NewApiKey, Scopes};
use domain_shared::{ApiKeyId, Clock, IdGenerator, UserId};
use secrecy::SecretString;
use thiserror::Error;

use crate::{
    ATTEMPTS, Administrators, ApiKeyError, ApiKeyRepository, ApiKeySecrets, ApiKeyView, InsertApiKeyError,
    IntegrationPorts, api_key_access::administrator,
};

/// How many keys may be good at once. Several who make one at the same moment may together make a few more.
pub const MAX_API_KEYS: u64 = 500;

/// The key that is wanted.
#[derive(Debug, Clone)]
pub struct CreateApiKeyCommand {
    /// Who wants it.
    pub by: UserId,
    /// What it is to be called.
    pub name: String,
    /// What it is to be good for.
    pub scopes: Vec<String>,
    /// Until when; for ever when absent.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A key that was made.
#[derive(Debug, Clone)]
pub struct CreatedApiKey {
    /// The key, as it is shown from now on.
    pub view: ApiKeyView,
    /// All of it. Nobody is told again.
    pub key: SecretString,
}

/// Why no key was made.
#[derive(Debug, Error)]
pub enum CreateApiKeyError {
    /// Something filled in breaks a rule.
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    /// There are [`MAX_API_KEYS`] keys already.
    #[error("there are too many API keys")]
    LimitReached,
    /// Whoever asks may not do that.
    #[error("only administrators may do that")]
    Forbidden,
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl From<ApiKeyError> for CreateApiKeyError {
    fn from(error: ApiKeyError) -> Self {
        match error {
            ApiKeyError::Forbidden | ApiKeyError::NotFound => Self::Forbidden,
            ApiKeyError::Port(error) => Self::Port(error),
        }
    }
}

/// Makes API keys.
pub struct CreateApiKey {
    administrators: Arc<dyn Administrators>,
    keys: Arc<dyn ApiKeyRepository>,
    secrets: Arc<dyn ApiKeySecrets>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdGenerator>,
}

impl CreateApiKey {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &IntegrationPorts) -> Self {
        Self {
            administrators: Arc::clone(&ports.administrators),
            keys: Arc::clone(&ports.api_keys),
            secrets: Arc::clone(&ports.api_key_secrets),
            clock: Arc::clone(&ports.clock),
            ids: Arc::clone(&ports.ids),
        }
    }

    /// Makes a key and tells all of it, once.
    ///
    /// # Errors
    /// [`CreateApiKeyError`].
    pub async fn execute(&self, command: CreateApiKeyCommand) -> Result<CreatedApiKey, CreateApiKeyError> {
        let now = self.clock.now();
        administrator(&*self.administrators, command.by, now).await?;
        let (name, scopes) = parse(&command, now)?;
        if self.keys.count_good(now).await? >= MAX_API_KEYS {
            return Err(CreateApiKeyError::LimitReached);
        }
        for _ in 0..ATTEMPTS {
            let generated = self.secrets.generate();
            let new = NewApiKey {
                id: ApiKeyId::from_uuid(self.ids.next()),
                name: name.clone(),
                prefix: generated.prefix,
                hash: generated.hash,
                scopes: scopes.clone(),
                created_by: command.by,
                expires_at: command.expires_at,
            };
            let mut key = ApiKey::create(new, now).map_err(|error| in_the_past(&error))?;
            match self.keys.insert(&mut key).await {
                Ok(()) => {
                    tracing::info!(api_key = %key.id(), by = %command.by, "API key created");
                    return Ok(CreatedApiKey { view: ApiKeyView::from(&key), key: generated.key });
                }
                Err(InsertApiKeyError::PrefixTaken) => {}
                Err(InsertApiKeyError::Port(error)) => return Err(error.into()),
            }
        }
        Err(PortError::Conflict.into())
    }
}

fn in_the_past(error: &dyn std::error::Error) -> CreateApiKeyError {
    CreateApiKeyError::Invalid(vec![FieldError::new("expires_at", "in_the_past", error.to_string())])
}

/// Name and scopes, or everything that is wrong with what was filled in.
fn parse(command: &CreateApiKeyCommand, now: DateTime<Utc>) -> Result<(ApiKeyName, Scopes), CreateApiKeyError> {
    let mut wrong = Vec::new();
    let name = ApiKeyName::parse(&command.name)
        .map_err(|error| wrong.push(FieldError::new("name", error.code(), error.to_string())));
    let scopes = Scopes::parse(command.scopes.iter().map(String::as_str))
        .map_err(|error| wrong.push(FieldError::new("scopes", error.code(), error.to_string())));
    if command.expires_at.is_some_and(|at| at <= now) {
        wrong.push(FieldError::new("expires_at", "in_the_past", "must lie in the future"));
    }
    match (name, scopes) {
        (Ok(name), Ok(scopes)) if wrong.is_empty() => Ok((name, scopes)),
        _ => Err(CreateApiKeyError::Invalid(wrong)),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::test_support::{ADMIN, NOBODY, World, at};

    fn command() -> CreateApiKeyCommand {
        CreateApiKeyCommand {
            by: ADMIN,
            name: " Clinic ".to_owned(),
            scopes: vec!["rooms:write".to_owned(), "rooms:read".to_owned()],
            expires_at: None,
        }
    }

    #[tokio::test]
    async fn a_key_is_told_once_and_found_by_its_prefix() {
        let world = World::new();
        let created = CreateApiKey::new(&world.ports).execute(command()).await.unwrap();
        assert_eq!((created.view.name.as_str(), &created.view.scopes), ("Clinic", &vec!["rooms:read", "rooms:write"]));
        let key = created.key.expose_secret();
        assert!(key.starts_with(&format!("{}_", created.view.prefix)), "{key}");
        assert!(!format!("{created:?}").contains(key), "not shown by Debug");
        assert_eq!(world.api_keys.events(), ["api-key.created"]);
    }

    #[tokio::test]
    async fn everything_that_is_wrong_is_told_at_once() {
        let world = World::new();
        let use_case = CreateApiKey::new(&world.ports);
        let bad = CreateApiKeyCommand { name: " ".into(), scopes: vec![], expires_at: Some(at(0)), ..command() };
        let Err(CreateApiKeyError::Invalid(fields)) = use_case.execute(bad).await else { panic!("refused") };
        let told: Vec<_> = fields.iter().map(|error| (error.field, error.code)).collect();
        assert_eq!(told, [("name", "empty"), ("scopes", "empty"), ("expires_at", "in_the_past")]);
        assert_eq!(world.api_keys.events(), [""; 0]);
    }

    #[tokio::test]
    async fn only_administrators_make_keys_and_not_too_many() {
        let world = World::new();
        let use_case = CreateApiKey::new(&world.ports);
        let refused = use_case.execute(CreateApiKeyCommand { by: NOBODY, ..command() }).await;
        assert!(matches!(refused, Err(CreateApiKeyError::Forbidden)));
        world.api_keys.pretend(MAX_API_KEYS);
        assert!(matches!(use_case.execute(command()).await, Err(CreateApiKeyError::LimitReached)));
    }

    #[tokio::test]
    async fn a_prefix_that_is_taken_is_made_anew() {
        let world = World::new();
        let use_case = CreateApiKey::new(&world.ports);
        let first = use_case.execute(command()).await.unwrap();
        world.secrets.repeat_last();
        let second = use_case.execute(command()).await.unwrap();
        assert_ne!(first.view.prefix, second.view.prefix);
    }
}
