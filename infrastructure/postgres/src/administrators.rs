//! Who administers, read from the accounts on PostgreSQL for modules that know accounts by identifier only.

use application_integration::Administrators;
use application_shared::PortError;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use domain_shared::UserId;
use domain_user::{Permission, UserStatus};

use crate::{PgPool, error::port_error, schema::users, user_rows::UserRow};

/// Reads from PostgreSQL who administers.
#[derive(Debug, Clone)]
pub struct PgAdministrators {
    pool: PgPool,
}

impl PgAdministrators {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl Administrators for PgAdministrators {
    async fn may_manage_integrations(&self, user: UserId, now: DateTime<Utc>) -> Result<bool, PortError> {
        let mut connection = self.pool.get().await?;
        let select = users::table.select(UserRow::as_select()).find(user.as_uuid());
        let row = select.first(&mut connection).await.optional().map_err(port_error)?;
        let Some(user) = row.map(UserRow::into_user).transpose()? else { return Ok(false) };
        Ok(user.status(now) == UserStatus::Active && user.role().may(Permission::ManageIntegrations))
    }
}
