//! Registers a webhook.

use std::sync::Arc;

use application_shared::{FieldError, PortError};
use domain_integration::{NewWebhook, Webhook};
use domain_shared::{Clock, IdGenerator, WebhookId};
use secrecy::SecretString;
use thiserror::Error;

use crate::{
    Administrators, IntegrationPorts, WebhookError, WebhookManager, WebhookRepository, WebhookSecrets, WebhookTargets,
    WebhookView, webhook_access::Admitted, webhook_fields,
};

/// How many webhooks a key may have, and the administrators together. Several who register one at the same moment may
/// together register a few more.
pub const MAX_WEBHOOKS_PER_OWNER: u64 = 50;

/// The webhook that is wanted.
#[derive(Clone)]
pub struct CreateWebhookCommand {
    /// Who wants it.
    pub manager: WebhookManager,
    /// Where it is to be told.
    pub url: String,
    /// What it is to be told of.
    pub events: Vec<String>,
}

/// A webhook that was registered.
#[derive(Debug, Clone)]
pub struct CreatedWebhook {
    /// The webhook, as it is shown from now on.
    pub view: WebhookView,
    /// What signs. Nobody is told again.
    pub secret: SecretString,
}

/// Why no webhook was registered.
#[derive(Debug, Error)]
pub enum CreateWebhookError {
    /// Something filled in breaks a rule.
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    /// There are [`MAX_WEBHOOKS_PER_OWNER`] already.
    #[error("there are too many webhooks")]
    LimitReached,
    /// It may not be done.
    #[error(transparent)]
    Access(#[from] WebhookError),
}

impl From<PortError> for CreateWebhookError {
    fn from(error: PortError) -> Self {
        Self::Access(error.into())
    }
}

/// Registers webhooks.
pub struct CreateWebhook {
    administrators: Arc<dyn Administrators>,
    webhooks: Arc<dyn WebhookRepository>,
    secrets: Arc<dyn WebhookSecrets>,
    targets: Arc<dyn WebhookTargets>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdGenerator>,
}

impl CreateWebhook {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &IntegrationPorts) -> Self {
        Self {
            administrators: Arc::clone(&ports.administrators),
            webhooks: Arc::clone(&ports.webhooks),
            secrets: Arc::clone(&ports.webhook_secrets),
            targets: Arc::clone(&ports.webhook_targets),
            clock: Arc::clone(&ports.clock),
            ids: Arc::clone(&ports.ids),
        }
    }

    /// Registers a webhook and tells its secret, once. It is told what happens from now on.
    ///
    /// # Errors
    /// [`CreateWebhookError`].
    pub async fn execute(&self, command: CreateWebhookCommand) -> Result<CreatedWebhook, CreateWebhookError> {
        let now = self.clock.now();
        let who = Admitted::admit(command.manager, &*self.administrators, now).await?;
        let mut wrong = Vec::new();
        let url = webhook_fields::url(&command.url, &*self.targets, &mut wrong).await;
        let filter = webhook_fields::filter(&command.events, &mut wrong);
        let (Some(url), Some(filter)) = (url, filter) else { return Err(CreateWebhookError::Invalid(wrong)) };
        if self.webhooks.count_of(who.owner()).await? >= MAX_WEBHOOKS_PER_OWNER {
            return Err(CreateWebhookError::LimitReached);
        }
        let (id, secret) = (WebhookId::from_uuid(self.ids.next()), self.secrets.generate());
        let sealed = self.secrets.seal(id, &secret)?;
        let new = NewWebhook { id, owner: who.owner(), url, filter, secret: sealed, by: who.user() };
        let mut webhook = Webhook::register(new, now);
        self.webhooks.insert(&mut webhook).await?;
        tracing::info!(webhook = %id, "webhook registered");
        Ok(CreatedWebhook { view: WebhookView::from(&webhook), secret })
    }
}

#[cfg(test)]
mod tests {
    use domain_integration::WebhookOwner;
    use secrecy::ExposeSecret;

    use super::*;
    use crate::test_support::{ADMIN, KEY, NOBODY, World};

    fn command(manager: WebhookManager) -> CreateWebhookCommand {
        CreateWebhookCommand {
            manager,
            url: "https://example.org/hook".to_owned(),
            events: vec!["meeting.ended".to_owned()],
        }
    }

    #[tokio::test]
    async fn a_webhook_is_its_keys_or_the_administrators_and_its_secret_is_told_once() {
        let world = World::new();
        let use_case = CreateWebhook::new(&world.ports);
        for (manager, owner) in [
            (WebhookManager::ApiKey(KEY), WebhookOwner::ApiKey(KEY)),
            (WebhookManager::User(ADMIN), WebhookOwner::Administrators),
        ] {
            let created = use_case.execute(command(manager)).await.unwrap();
            assert_eq!((created.view.owner, created.view.disabled), (owner, None));
            let stored = world.webhooks.only(created.view.id);
            let opened = world.ports.webhook_secrets.open(created.view.id, &stored.secret).unwrap();
            assert_eq!(opened.expose_secret(), created.secret.expose_secret());
            assert!(!format!("{created:?}").contains(created.secret.expose_secret()));
        }
    }

    #[tokio::test]
    async fn what_cannot_be_is_told_at_once() {
        let world = World::new();
        let use_case = CreateWebhook::new(&world.ports);
        for (url, events, expected) in [
            ("", vec!["nothing"], vec![("url", "empty"), ("events", "unknown_value")]),
            ("https://private.example/", vec!["*"], vec![("url", "private_target")]),
            ("https://example.org/", vec![], vec![("events", "empty")]),
        ] {
            let events = events.into_iter().map(str::to_owned).collect();
            let bad = CreateWebhookCommand { url: url.to_owned(), events, ..command(WebhookManager::ApiKey(KEY)) };
            let Err(CreateWebhookError::Invalid(fields)) = use_case.execute(bad).await else {
                panic!("refused: {url}")
            };
            assert_eq!(fields.iter().map(|error| (error.field, error.code)).collect::<Vec<_>>(), expected);
        }
    }

    #[tokio::test]
    async fn others_may_not_and_nobody_too_many() {
        let world = World::new();
        let use_case = CreateWebhook::new(&world.ports);
        let refused = use_case.execute(command(WebhookManager::User(NOBODY))).await;
        assert!(matches!(refused, Err(CreateWebhookError::Access(WebhookError::Forbidden))));
        for _ in 0..MAX_WEBHOOKS_PER_OWNER {
            use_case.execute(command(WebhookManager::ApiKey(KEY))).await.unwrap();
        }
        let refused = use_case.execute(command(WebhookManager::ApiKey(KEY))).await;
        assert!(matches!(refused, Err(CreateWebhookError::LimitReached)));
        assert!(use_case.execute(command(WebhookManager::User(ADMIN))).await.is_ok(), "others still may");
    }
}
