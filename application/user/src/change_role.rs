//! Lets an account do more or less.

use std::sync::Arc;

use application_shared::PortError;
use chrono::{DateTime, Utc};
use domain_shared::{Clock, UserId};
use domain_user::{Permission, UserRole};
use thiserror::Error;

use crate::{
    AccountPorts, AdminUserView, AdministrationError, KeepAdministratorError, UserReader, UserRepository,
    administration::administrator, changes::change_user_keeping_an_administrator,
};

/// Why the role was not changed.
#[derive(Debug, Error)]
pub enum ChangeUserRoleError {
    /// Nobody would be left to administer.
    #[error("no other administrator would be left")]
    LastAdministrator,
    /// The account is banned or is to be deleted.
    #[error("only an active account can have another role")]
    NotActive,
    /// It may not be done, or there is nobody.
    #[error(transparent)]
    Administration(#[from] AdministrationError),
}

impl From<KeepAdministratorError> for ChangeUserRoleError {
    fn from(error: KeepAdministratorError) -> Self {
        match error {
            KeepAdministratorError::LastAdministrator => Self::LastAdministrator,
            KeepAdministratorError::Port(error) => Self::Administration(error.into()),
        }
    }
}

impl From<PortError> for ChangeUserRoleError {
    fn from(error: PortError) -> Self {
        Self::Administration(error.into())
    }
}

/// Lets an account do more or less.
pub struct ChangeRole {
    users: Arc<dyn UserRepository>,
    reader: Arc<dyn UserReader>,
    clock: Arc<dyn Clock>,
}

impl ChangeRole {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self {
            users: Arc::clone(&ports.users),
            reader: Arc::clone(&ports.user_reader),
            clock: Arc::clone(&ports.clock),
        }
    }

    /// Gives `user_id` the role. Shows the account.
    ///
    /// # Errors
    /// [`ChangeUserRoleError`].
    pub async fn execute(
        &self,
        by: UserId,
        user_id: UserId,
        role: UserRole,
    ) -> Result<AdminUserView, ChangeUserRoleError> {
        let now = self.clock.now();
        administrator(&*self.users, by, Permission::ManageUsers, now).await?;
        give_role(&*self.users, Some(by), user_id, role, now).await?;
        Ok(self.reader.read_for_admin(user_id, now).await?.ok_or(AdministrationError::NotFound)?)
    }
}

/// Gives the role, and starts again when somebody else was faster. Tells whether it is another.
pub(crate) async fn give_role(
    users: &dyn UserRepository,
    by: Option<UserId>,
    user_id: UserId,
    role: UserRole,
    now: DateTime<Utc>,
) -> Result<bool, ChangeUserRoleError> {
    let changed = change_user_keeping_an_administrator(users, user_id, |user| {
        user.change_role(role, by, now).map_err(|_| ChangeUserRoleError::NotActive)
    });
    let (_, changed) = changed.await?.ok_or(AdministrationError::NotFound)?;
    if changed {
        tracing::info!(%user_id, role = role.as_str(), "role changed");
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AssignRole, test_support::World};

    #[tokio::test]
    async fn there_is_always_an_administrator() {
        let (world, id) = World::with_alice().await;
        let use_case = ChangeRole::new(&world.ports);
        let assign = AssignRole::new(world.ports.users.clone(), world.ports.clock.clone());
        assert!(assign.execute("aLICE", UserRole::Admin).await.unwrap());
        assert!(!assign.execute("alice", UserRole::Admin).await.unwrap());
        for nobody in ["bob", "no name at all"] {
            let unknown = assign.execute(nobody, UserRole::Admin).await;
            assert!(matches!(unknown, Err(ChangeUserRoleError::Administration(AdministrationError::NotFound))));
        }
        let last = use_case.execute(id, id, UserRole::User).await;
        assert!(matches!(last, Err(ChangeUserRoleError::LastAdministrator)));
        let other = world.add_admin("root").await;
        assert_eq!(use_case.execute(other, id, UserRole::User).await.unwrap().user.role, UserRole::User);
        let lost = use_case.execute(id, other, UserRole::User).await;
        assert!(matches!(lost, Err(ChangeUserRoleError::Administration(AdministrationError::Forbidden))));
        world.ban(id);
        let banned = use_case.execute(other, id, UserRole::Admin).await;
        assert!(matches!(banned, Err(ChangeUserRoleError::NotActive)));
    }
}
