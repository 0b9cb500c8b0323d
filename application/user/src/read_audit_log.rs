//! Shows the record to administrators.

use std::sync::Arc;

use domain_shared::{Clock, Page, PageLimit, UserId};
use domain_user::Permission;

use crate::{
    AccountPorts, AdministrationError, AuditCursor, AuditEntryView, AuditFilter, AuditLog, UserRepository,
    administration::administrator,
};

/// Which entries are asked for.
#[derive(Debug, Clone)]
pub struct ReadAuditLogQuery {
    /// Who asks.
    pub asked_by: UserId,
    /// Which.
    pub filter: AuditFilter,
    /// Where to go on.
    pub after: Option<AuditCursor>,
    /// How many at most.
    pub limit: PageLimit,
}

/// Shows the record to administrators.
pub struct ReadAuditLog {
    users: Arc<dyn UserRepository>,
    log: Arc<dyn AuditLog>,
    clock: Arc<dyn Clock>,
}

impl ReadAuditLog {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self { users: Arc::clone(&ports.users), log: Arc::clone(&ports.audit_log), clock: Arc::clone(&ports.clock) }
    }

    /// A page of entries, newest first.
    ///
    /// # Errors
    /// [`AdministrationError`].
    pub async fn execute(
        &self,
        query: ReadAuditLogQuery,
    ) -> Result<Page<AuditEntryView, AuditCursor>, AdministrationError> {
        administrator(&*self.users, query.asked_by, Permission::ReadAuditLog, self.clock.now()).await?;
        Ok(self.log.page(&query.filter, query.after, query.limit).await?)
    }
}
