//! Shows one account to administrators.

use std::sync::Arc;

use domain_shared::{Clock, UserId};
use domain_user::Permission;

use crate::{
    AccountPorts, AdminUserView, AdministrationError, UserReader, UserRepository, administration::administrator,
};

/// Shows one account to administrators.
pub struct ReadUser {
    users: Arc<dyn UserRepository>,
    reader: Arc<dyn UserReader>,
    clock: Arc<dyn Clock>,
}

impl ReadUser {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self {
            users: Arc::clone(&ports.users),
            reader: Arc::clone(&ports.user_reader),
            clock: Arc::clone(&ports.clock),
        }
    }

    /// The account `id`.
    ///
    /// # Errors
    /// [`AdministrationError`].
    pub async fn execute(&self, asked_by: UserId, id: UserId) -> Result<AdminUserView, AdministrationError> {
        let now = self.clock.now();
        administrator(&*self.users, asked_by, Permission::ManageUsers, now).await?;
        self.reader.read_for_admin(id, now).await?.ok_or(AdministrationError::NotFound)
    }
}
