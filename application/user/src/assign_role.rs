//! Gives an account a role on behalf of whoever sits at the server itself: how the first administrator is made.

use std::sync::Arc;

use domain_shared::Clock;
use domain_user::{UserRole, Username};

use crate::{AdministrationError, ChangeUserRoleError, UserRepository, change_role::give_role};

/// Gives an account a role without asking who asks.
pub struct AssignRole {
    users: Arc<dyn UserRepository>,
    clock: Arc<dyn Clock>,
}

impl AssignRole {
    /// Takes the ports.
    #[must_use]
    pub fn new(users: Arc<dyn UserRepository>, clock: Arc<dyn Clock>) -> Self {
        Self { users, clock }
    }

    /// Gives the account of that username the role. Tells whether it is another.
    ///
    /// # Errors
    /// [`ChangeUserRoleError`].
    pub async fn execute(&self, username: &str, role: UserRole) -> Result<bool, ChangeUserRoleError> {
        let username = Username::parse(username).map_err(|_| AdministrationError::NotFound)?;
        let user = self.users.find_by_username(&username).await?.ok_or(AdministrationError::NotFound)?;
        give_role(&*self.users, None, user.id(), role, self.clock.now()).await
    }
}
