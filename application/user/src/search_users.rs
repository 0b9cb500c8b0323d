//! Shows accounts to administrators.

use std::sync::Arc;

use domain_shared::{Clock, Page, PageLimit, UserId};
use domain_user::Permission;

use crate::{
    AccountPorts, AdminUserView, AdministrationError, UserCursor, UserFilter, UserReader, UserRepository,
    administration::administrator,
};

/// Which accounts are asked for.
#[derive(Debug, Clone)]
pub struct SearchUsersQuery {
    /// Who asks.
    pub asked_by: UserId,
    /// Which.
    pub filter: UserFilter,
    /// Where to go on.
    pub after: Option<UserCursor>,
    /// How many at most.
    pub limit: PageLimit,
}

/// Shows accounts to administrators.
pub struct SearchUsers {
    users: Arc<dyn UserRepository>,
    reader: Arc<dyn UserReader>,
    clock: Arc<dyn Clock>,
}

impl SearchUsers {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self {
            users: Arc::clone(&ports.users),
            reader: Arc::clone(&ports.user_reader),
            clock: Arc::clone(&ports.clock),
        }
    }

    /// A page of accounts.
    ///
    /// # Errors
    /// [`AdministrationError`].
    pub async fn execute(
        &self,
        query: SearchUsersQuery,
    ) -> Result<Page<AdminUserView, UserCursor>, AdministrationError> {
        let now = self.clock.now();
        administrator(&*self.users, query.asked_by, Permission::ManageUsers, now).await?;
        Ok(self.reader.search(&query.filter, query.after, query.limit, now).await?)
    }
}
