//! Deletes accounts whose time has come.

use std::sync::Arc;

use application_shared::PortError;
use domain_shared::{Clock, UserId};
use thiserror::Error;

use crate::{AccountPorts, SessionRepository, UserRepository, changes::change_user};

/// Why accounts were not deleted; those before are.
#[derive(Debug, Error)]
pub enum PurgeAccountsError {
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Removes everything personal from accounts whose time has come. Pictures are deleted by whoever handles the event.
pub struct PurgeAccounts {
    users: Arc<dyn UserRepository>,
    sessions: Arc<dyn SessionRepository>,
    clock: Arc<dyn Clock>,
}

impl PurgeAccounts {
    const BATCH: u16 = 100;

    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self { users: Arc::clone(&ports.users), sessions: Arc::clone(&ports.sessions), clock: Arc::clone(&ports.clock) }
    }

    /// Deletes them. Tells how many.
    ///
    /// # Errors
    /// [`PurgeAccountsError`].
    pub async fn execute(&self) -> Result<u32, PurgeAccountsError> {
        let mut purged = 0;
        for id in self.users.due_for_purge(self.clock.now(), Self::BATCH).await? {
            purged += u32::from(self.purge(id).await?);
        }
        Ok(purged)
    }

    async fn purge(&self, id: UserId) -> Result<bool, PortError> {
        // The account last: if this is cut short, it is due again.
        self.sessions.delete_of(id).await?;
        let now = self.clock.now();
        let purged = change_user(&*self.users, id, |user| Ok::<_, PortError>(user.purge(now))).await?;
        Ok(purged.is_some_and(|(_, purged)| purged))
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use domain_user::UserStatus;

    use super::*;
    use crate::{CLOSING_GRACE, CloseAccount, CloseAccountCommand, test_support::World};

    #[tokio::test]
    async fn only_accounts_whose_time_has_come_are_deleted() {
        let (world, id) = World::with_alice().await;
        world.sign_in().await;
        let close = CloseAccountCommand { user_id: id, password: "correct horse".into() };
        CloseAccount::new(&world.ports).execute(close).await.unwrap();
        let use_case = PurgeAccounts::new(&world.ports);
        world.clock.advance(CLOSING_GRACE - TimeDelta::seconds(1));
        assert_eq!(use_case.execute().await.unwrap(), 0);
        world.clock.advance(TimeDelta::seconds(1));
        assert_eq!(use_case.execute().await.unwrap(), 1);
        assert_eq!(world.user(id).status(world.clock.now()), UserStatus::Deleted);
        assert!(world.sessions.rows.lock().unwrap().is_empty());
        assert_eq!(use_case.execute().await.unwrap(), 0);
    }
}
