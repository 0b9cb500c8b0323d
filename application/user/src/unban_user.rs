//! Lets an account in again.

use std::sync::Arc;

use domain_shared::{Clock, UserId};
use domain_user::Permission;

use crate::{
    AccountPorts, AdminUserView, AdministrationError, UserReader, UserRepository, administration::administrator,
    changes::change_user,
};

/// Lets an account in again. One that is not shut out is no error.
pub struct UnbanUser {
    users: Arc<dyn UserRepository>,
    reader: Arc<dyn UserReader>,
    clock: Arc<dyn Clock>,
}

impl UnbanUser {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self {
            users: Arc::clone(&ports.users),
            reader: Arc::clone(&ports.user_reader),
            clock: Arc::clone(&ports.clock),
        }
    }

    /// Takes the ban of `user_id` back. Shows the account.
    ///
    /// # Errors
    /// [`AdministrationError`].
    pub async fn execute(&self, by: UserId, user_id: UserId) -> Result<AdminUserView, AdministrationError> {
        let now = self.clock.now();
        administrator(&*self.users, by, Permission::ManageUsers, now).await?;
        change_user(&*self.users, user_id, |user| Ok::<_, AdministrationError>(user.unban(by, now)))
            .await?
            .ok_or(AdministrationError::NotFound)?;
        self.reader.read_for_admin(user_id, now).await?.ok_or(AdministrationError::NotFound)
    }
}
