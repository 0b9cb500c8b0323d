//! Shows somebody their own account.

use std::sync::Arc;

use application_shared::PortError;
use domain_shared::{Clock, UserId};
use thiserror::Error;

use crate::{AccountPorts, UserReader, UserView};

/// Why there is nothing to show.
#[derive(Debug, Error)]
pub enum ReadProfileError {
    /// There is no such account (any more).
    #[error("there is no such account")]
    NotFound,
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Shows somebody their own account.
pub struct ReadProfile {
    users: Arc<dyn UserReader>,
    clock: Arc<dyn Clock>,
}

impl ReadProfile {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self { users: Arc::clone(&ports.user_reader), clock: Arc::clone(&ports.clock) }
    }

    /// Reads the account.
    ///
    /// # Errors
    /// [`ReadProfileError`].
    pub async fn execute(&self, user_id: UserId) -> Result<UserView, ReadProfileError> {
        self.users.read(user_id, self.clock.now()).await?.ok_or(ReadProfileError::NotFound)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use uuid::Uuid;

    use super::*;
    use crate::test_support::World;

    #[tokio::test]
    async fn shows_the_account() {
        let (world, id) = World::with_alice().await;
        let use_case = ReadProfile::new(&world.ports);
        assert_eq!(use_case.execute(id).await.unwrap().username, "Alice");
        assert!(matches!(use_case.execute(Uuid::nil().into()).await, Err(ReadProfileError::NotFound)));
        world.users.troubles.away.store(true, Ordering::SeqCst);
        assert!(matches!(use_case.execute(id).await, Err(ReadProfileError::Port(PortError::Unavailable(_)))));
    }
}
