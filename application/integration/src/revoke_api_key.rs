//! Makes an API key useless.

use std::sync::Arc;

use application_shared::PortError;
use domain_shared::{ApiKeyId, Clock, UserId};

use crate::{
    ATTEMPTS, Administrators, ApiKeyError, ApiKeyRepository, ApiKeyView, IntegrationPorts,
    api_key_access::administrator,
};

/// Makes API keys useless.
pub struct RevokeApiKey {
    administrators: Arc<dyn Administrators>,
    keys: Arc<dyn ApiKeyRepository>,
    clock: Arc<dyn Clock>,
}

impl RevokeApiKey {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &IntegrationPorts) -> Self {
        Self {
            administrators: Arc::clone(&ports.administrators),
            keys: Arc::clone(&ports.api_keys),
            clock: Arc::clone(&ports.clock),
        }
    }

    /// Makes the key useless; one that is so already is no error. Its webhooks are told nothing from then on.
    ///
    /// # Errors
    /// [`ApiKeyError`].
    pub async fn execute(&self, by: UserId, id: ApiKeyId) -> Result<ApiKeyView, ApiKeyError> {
        let now = self.clock.now();
        administrator(&*self.administrators, by, now).await?;
        for _ in 0..ATTEMPTS {
            let mut key = self.keys.find(id).await?.ok_or(ApiKeyError::NotFound)?;
            if !key.revoke(by, now) {
                return Ok(ApiKeyView::from(&key));
            }
            match self.keys.update(&mut key).await {
                Ok(()) => {
                    tracing::info!(api_key = %id, %by, "API key revoked");
                    return Ok(ApiKeyView::from(&key));
                }
                Err(PortError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(PortError::Conflict.into())
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use domain_shared::FixedClock;
    use uuid::Uuid;

    use super::*;
    use crate::test_support::{ADMIN, NOBODY, World};

    fn later(clock: &FixedClock) {
        clock.advance(TimeDelta::seconds(1));
    }

    #[tokio::test]
    async fn a_key_is_revoked_once() {
        let world = World::new();
        let key = world.create_key(&["rooms:read"]).await;
        let use_case = RevokeApiKey::new(&world.ports);
        world.api_keys.conflict_once();
        let revoked = use_case.execute(ADMIN, key.view.id).await.unwrap();
        assert_eq!(revoked.revoked.unwrap().by, ADMIN);
        later(&world.clock);
        assert_eq!(use_case.execute(ADMIN, key.view.id).await.unwrap(), revoked, "twice is no error");
        assert_eq!(world.api_keys.events(), ["api-key.created", "api-key.revoked"]);
    }

    #[tokio::test]
    async fn only_administrators_revoke_and_only_what_there_is() {
        let world = World::new();
        let key = world.create_key(&["rooms:read"]).await;
        let use_case = RevokeApiKey::new(&world.ports);
        assert!(matches!(use_case.execute(NOBODY, key.view.id).await, Err(ApiKeyError::Forbidden)));
        assert!(matches!(use_case.execute(ADMIN, Uuid::nil().into()).await, Err(ApiKeyError::NotFound)));
    }
}
