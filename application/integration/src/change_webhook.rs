//! Changes a webhook.

use std::sync::Arc;

use application_shared::FieldError;
use domain_integration::WebhookChange;
use domain_shared::{Clock, WebhookId};
use thiserror::Error;

use crate::{
    Administrators, IntegrationPorts, WebhookError, WebhookManager, WebhookRepository, WebhookTargets, WebhookView,
    webhook_access::Admitted, webhook_fields,
};

/// What is to be another way. What is absent stays.
#[derive(Clone)]
pub struct ChangeWebhookCommand {
    /// Who wants it.
    pub manager: WebhookManager,
    /// The webhook.
    pub id: WebhookId,
    /// Where it is to be told.
    pub url: Option<String>,
    /// What it is to be told of.
    pub events: Option<Vec<String>>,
    /// Whether it is to be told anything.
    pub enabled: Option<bool>,
}

/// Why a webhook was not changed.
#[derive(Debug, Error)]
pub enum ChangeWebhookError {
    /// Something filled in breaks a rule.
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    /// It may not be done, or there is none.
    #[error(transparent)]
    Access(#[from] WebhookError),
}

/// Changes webhooks.
pub struct ChangeWebhook {
    administrators: Arc<dyn Administrators>,
    webhooks: Arc<dyn WebhookRepository>,
    targets: Arc<dyn WebhookTargets>,
    clock: Arc<dyn Clock>,
}

impl ChangeWebhook {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &IntegrationPorts) -> Self {
        Self {
            administrators: Arc::clone(&ports.administrators),
            webhooks: Arc::clone(&ports.webhooks),
            targets: Arc::clone(&ports.webhook_targets),
            clock: Arc::clone(&ports.clock),
        }
    }

    /// Changes the webhook. What waits to be told to it goes to the new address; when it is switched off, that is given up.
    ///
    /// # Errors
    /// [`ChangeWebhookError`].
    pub async fn execute(&self, command: ChangeWebhookCommand) -> Result<WebhookView, ChangeWebhookError> {
        let now = self.clock.now();
        let who = Admitted::admit(command.manager, &*self.administrators, now).await?;
        // Whoever may not see it learns nothing about addresses.
        who.find(&*self.webhooks, command.id).await?;
        let mut wrong = Vec::new();
        let url = match &command.url {
            Some(url) => webhook_fields::url(url, &*self.targets, &mut wrong).await,
            None => None,
        };
        let filter = command.events.as_ref().and_then(|names| webhook_fields::filter(names, &mut wrong));
        if !wrong.is_empty() {
            return Err(ChangeWebhookError::Invalid(wrong));
        }
        let change = WebhookChange { url, filter, enabled: command.enabled };
        let changed =
            who.change(&*self.webhooks, command.id, |webhook| webhook.change(change.clone(), who.user(), now)).await?;
        Ok(WebhookView::from(&changed))
    }
}

#[cfg(test)]
mod tests {
    use domain_integration::DisableReason;

    use super::*;
    use crate::test_support::{ADMIN, KEY, OTHER_KEY, World};

    fn nothing(manager: WebhookManager, id: WebhookId) -> ChangeWebhookCommand {
        ChangeWebhookCommand { manager, id, url: None, events: None, enabled: None }
    }

    #[tokio::test]
    async fn what_is_named_is_changed_and_nothing_else() {
        let world = World::new();
        let id = world.register_for(KEY).await;
        let use_case = ChangeWebhook::new(&world.ports);
        let mine = nothing(WebhookManager::ApiKey(KEY), id);
        let before = use_case.execute(mine.clone()).await.unwrap();
        let off = ChangeWebhookCommand { enabled: Some(false), ..mine.clone() };
        world.webhooks.conflict_once();
        let view = use_case.execute(off).await.unwrap();
        assert_eq!((view.url, view.disabled.unwrap().reason), (before.url, DisableReason::Manual));
        let elsewhere = ChangeWebhookCommand {
            url: Some("https://example.net/".to_owned()),
            events: Some(vec!["*".to_owned()]),
            enabled: Some(true),
            ..nothing(WebhookManager::User(ADMIN), id)
        };
        let view = use_case.execute(elsewhere).await.unwrap();
        assert_eq!((view.url.as_str(), view.events, view.disabled), ("https://example.net/", vec!["*".into()], None));
        assert_eq!(world.webhooks.events(), ["webhook.created", "webhook.changed", "webhook.changed"]);
    }

    #[tokio::test]
    async fn what_cannot_be_changes_nothing() {
        let world = World::new();
        let id = world.register_for(KEY).await;
        let use_case = ChangeWebhook::new(&world.ports);
        let bad = ChangeWebhookCommand {
            url: Some("https://private.example/".to_owned()),
            events: Some(vec!["x".to_owned()]),
            ..nothing(WebhookManager::ApiKey(KEY), id)
        };
        let Err(ChangeWebhookError::Invalid(fields)) = use_case.execute(bad.clone()).await else { panic!("refused") };
        assert_eq!(fields.iter().map(|e| e.code).collect::<Vec<_>>(), ["private_target", "unknown_value"]);
        let other = ChangeWebhookCommand { manager: WebhookManager::ApiKey(OTHER_KEY), ..bad };
        let refused = use_case.execute(other).await;
        assert!(matches!(refused, Err(ChangeWebhookError::Access(WebhookError::NotFound))));
        assert_eq!(world.webhooks.events(), ["webhook.created"]);
    }
}
