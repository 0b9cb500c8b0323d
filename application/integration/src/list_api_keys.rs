//! Shows API keys to administrators.

use std::sync::Arc;

use domain_shared::{Clock, Page, PageLimit, UserId};

use crate::{
    Administrators, ApiKeyCursor, ApiKeyError, ApiKeyRepository, ApiKeyView, IntegrationPorts,
    api_key_access::administrator,
};

/// Which keys are asked for.
#[derive(Debug, Clone, Copy)]
pub struct ListApiKeysQuery {
    /// Who asks.
    pub asked_by: UserId,
    /// Where to go on.
    pub after: Option<ApiKeyCursor>,
    /// How many at most.
    pub limit: PageLimit,
}

/// Shows API keys to administrators.
pub struct ListApiKeys {
    administrators: Arc<dyn Administrators>,
    keys: Arc<dyn ApiKeyRepository>,
    clock: Arc<dyn Clock>,
}

impl ListApiKeys {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &IntegrationPorts) -> Self {
        Self {
            administrators: Arc::clone(&ports.administrators),
            keys: Arc::clone(&ports.api_keys),
            clock: Arc::clone(&ports.clock),
        }
    }

    /// A page of keys, newest first, those that are not good any more included.
    ///
    /// # Errors
    /// [`ApiKeyError`].
    pub async fn execute(&self, query: ListApiKeysQuery) -> Result<Page<ApiKeyView, ApiKeyCursor>, ApiKeyError> {
        administrator(&*self.administrators, query.asked_by, self.clock.now()).await?;
        let page = self.keys.page(query.after, query.limit).await?;
        Ok(Page { items: page.items.iter().map(ApiKeyView::from).collect(), next: page.next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{ADMIN, NOBODY, World};

    #[tokio::test]
    async fn only_administrators_see_keys() {
        let world = World::new();
        let key = world.create_key(&["rooms:read"]).await;
        let use_case = ListApiKeys::new(&world.ports);
        let query = ListApiKeysQuery { asked_by: ADMIN, after: None, limit: PageLimit::DEFAULT };
        assert_eq!(use_case.execute(query).await.unwrap().items, [key.view]);
        let refused = use_case.execute(ListApiKeysQuery { asked_by: NOBODY, ..query }).await;
        assert!(matches!(refused, Err(ApiKeyError::Forbidden)));
    }
}
