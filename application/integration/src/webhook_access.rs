//! Who may manage which webhooks: a key those of its own, administrators all.

use application_shared::PortError;
use chrono::{DateTime, Utc};
use domain_integration::{Webhook, WebhookOwner};
use domain_shared::{ApiKeyId, UserId, WebhookId};
use thiserror::Error;

use crate::{ATTEMPTS, Administrators, WebhookRepository};

/// Who manages webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookManager {
    /// A backend, by its key, which is good for it.
    ApiKey(ApiKeyId),
    /// Somebody who says to be an administrator.
    User(UserId),
}

/// Why webhooks were not shown or changed.
#[derive(Debug, Error)]
pub enum WebhookError {
    /// Whoever asks may not do that.
    #[error("only administrators may do that")]
    Forbidden,
    /// There is no such webhook, or it is another key's.
    #[error("there is no such webhook")]
    NotFound,
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Somebody who may manage webhooks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Admitted(WebhookManager);

impl Admitted {
    /// Lets keys and administrators through.
    pub(crate) async fn admit(
        manager: WebhookManager,
        administrators: &dyn Administrators,
        now: DateTime<Utc>,
    ) -> Result<Self, WebhookError> {
        if let WebhookManager::User(user) = manager
            && !administrators.may_manage_integrations(user, now).await?
        {
            return Err(WebhookError::Forbidden);
        }
        Ok(Self(manager))
    }

    /// Whose webhooks they make.
    pub(crate) const fn owner(self) -> WebhookOwner {
        match self.0 {
            WebhookManager::ApiKey(key) => WebhookOwner::ApiKey(key),
            WebhookManager::User(_) => WebhookOwner::Administrators,
        }
    }

    /// Whose webhooks they see: a key's, or everybody's.
    pub(crate) const fn sees(self) -> Option<ApiKeyId> {
        self.owner().api_key()
    }

    /// The administrator, if it is one.
    pub(crate) const fn user(self) -> Option<UserId> {
        match self.0 {
            WebhookManager::ApiKey(_) => None,
            WebhookManager::User(user) => Some(user),
        }
    }

    /// A webhook that they may see.
    pub(crate) async fn find(self, webhooks: &dyn WebhookRepository, id: WebhookId) -> Result<Webhook, WebhookError> {
        let visible = |webhook: &Webhook| self.sees().is_none() || webhook.owner() == self.owner();
        webhooks.find(id).await?.filter(visible).ok_or(WebhookError::NotFound)
    }

    /// Changes a webhook that they may see, and starts again when somebody else was faster. What changes nothing is not
    /// stored.
    pub(crate) async fn change(
        self,
        webhooks: &dyn WebhookRepository,
        id: WebhookId,
        mut change: impl FnMut(&mut Webhook) -> bool + Send,
    ) -> Result<Webhook, WebhookError> {
        for _ in 0..ATTEMPTS {
            let mut webhook = self.find(webhooks, id).await?;
            if !change(&mut webhook) {
                return Ok(webhook);
            }
            match webhooks.update(&mut webhook).await {
                Ok(()) => return Ok(webhook),
                Err(PortError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(PortError::Conflict.into())
    }
}
