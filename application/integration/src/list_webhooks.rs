//! Shows webhooks.

use std::sync::Arc;

use domain_shared::{Clock, Page, PageLimit};

use crate::{
    Administrators, IntegrationPorts, WebhookCursor, WebhookError, WebhookManager, WebhookRepository, WebhookView,
    webhook_access::Admitted,
};

/// Which webhooks are asked for.
#[derive(Debug, Clone, Copy)]
pub struct ListWebhooksQuery {
    /// Who asks: a key sees its own, an administrator all.
    pub manager: WebhookManager,
    /// Where to go on.
    pub after: Option<WebhookCursor>,
    /// How many at most.
    pub limit: PageLimit,
}

/// Shows webhooks.
pub struct ListWebhooks {
    administrators: Arc<dyn Administrators>,
    webhooks: Arc<dyn WebhookRepository>,
    clock: Arc<dyn Clock>,
}

impl ListWebhooks {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &IntegrationPorts) -> Self {
        Self {
            administrators: Arc::clone(&ports.administrators),
            webhooks: Arc::clone(&ports.webhooks),
            clock: Arc::clone(&ports.clock),
        }
    }

    /// A page of webhooks, newest first.
    ///
    /// # Errors
    /// [`WebhookError`].
    pub async fn execute(&self, query: ListWebhooksQuery) -> Result<Page<WebhookView, WebhookCursor>, WebhookError> {
        let who = Admitted::admit(query.manager, &*self.administrators, self.clock.now()).await?;
        let page = self.webhooks.page(who.sees(), query.after, query.limit).await?;
        Ok(Page { items: page.items.iter().map(WebhookView::from).collect(), next: page.next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{ADMIN, KEY, NOBODY, OTHER_KEY, World};

    #[tokio::test]
    async fn a_key_sees_its_own_and_an_administrator_all() {
        let world = World::new();
        let (mine, theirs) = (world.register_for(KEY).await, world.register_for(OTHER_KEY).await);
        let use_case = ListWebhooks::new(&world.ports);
        for (manager, seen) in [
            (WebhookManager::ApiKey(KEY), vec![mine]),
            (WebhookManager::ApiKey(OTHER_KEY), vec![theirs]),
            (WebhookManager::User(ADMIN), vec![theirs, mine]),
        ] {
            let query = ListWebhooksQuery { manager, after: None, limit: PageLimit::DEFAULT };
            let page = use_case.execute(query).await.unwrap();
            assert_eq!(page.items.iter().map(|view| view.id).collect::<Vec<_>>(), seen);
        }
        let nobody =
            ListWebhooksQuery { manager: WebhookManager::User(NOBODY), after: None, limit: PageLimit::DEFAULT };
        assert!(matches!(use_case.execute(nobody).await, Err(WebhookError::Forbidden)));
    }
}
