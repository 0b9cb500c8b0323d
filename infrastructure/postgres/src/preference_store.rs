//! How users want to be told, on PostgreSQL.

use application_notification::PreferenceStore;
use application_shared::PortError;
use async_trait::async_trait;
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::{AsyncConnection, RunQueryDsl};
use domain_notification::{Channels, NotificationPreferences};
use domain_shared::UserId;

use crate::{
    PgPool,
    error::{StoreError, port_error},
    schema::notification_preferences,
};

/// Keeps preferences in PostgreSQL: a row for each kind that is not told in every way.
#[derive(Debug, Clone)]
pub struct PgPreferenceStore {
    pool: PgPool,
}

impl PgPreferenceStore {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl PreferenceStore for PgPreferenceStore {
    async fn find(&self, user: UserId) -> Result<NotificationPreferences, PortError> {
        let mut connection = self.pool.get().await?;
        let rows: Vec<(String, bool, bool)> = notification_preferences::table
            .filter(notification_preferences::user_id.eq(user.as_uuid()))
            .select((notification_preferences::kind, notification_preferences::in_app, notification_preferences::email))
            .load(&mut connection)
            .await
            .map_err(port_error)?;
        // A kind that this program does not know belongs to a newer one, beside which it may run.
        let chosen = rows
            .into_iter()
            .filter_map(|(kind, in_app, email)| kind.parse().ok().map(|kind| (kind, Channels { in_app, email })));
        Ok(NotificationPreferences::new(chosen))
    }

    async fn save(&self, user: UserId, preferences: &NotificationPreferences) -> Result<(), PortError> {
        use notification_preferences as table;
        let user = user.as_uuid();
        let rows: Vec<_> = preferences
            .chosen()
            .map(|(kind, Channels { in_app, email })| {
                (
                    table::user_id.eq(user),
                    table::kind.eq(kind.as_str()),
                    table::in_app.eq(in_app),
                    table::email.eq(email),
                )
            })
            .collect();
        let mut connection = self.pool.get().await?;
        let saved = connection
            .transaction(async |conn| {
                diesel::delete(table::table.filter(table::user_id.eq(user))).execute(conn).await?;
                if !rows.is_empty() {
                    diesel::insert_into(table::table).values(&rows).on_conflict_do_nothing().execute(conn).await?;
                }
                Ok::<_, StoreError>(())
            })
            .await;
        Ok(saved?)
    }

    async fn delete_of(&self, user: UserId) -> Result<(), PortError> {
        let mut connection = self.pool.get().await?;
        let of_user = notification_preferences::table.filter(notification_preferences::user_id.eq(user.as_uuid()));
        diesel::delete(of_user).execute(&mut connection).await.map(drop).map_err(port_error)
    }
}
