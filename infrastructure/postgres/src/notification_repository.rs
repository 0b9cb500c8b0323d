//! Notifications on PostgreSQL.

use application_notification::NotificationRepository;
use application_shared::PortError;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper,
    sql_types::{BigInt, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, RunQueryDsl};
use domain_notification::Notification;
use domain_shared::{NotificationId, UserId};

use crate::{
    PgPool,
    error::{StoreError, port_error},
    notification_rows::NotificationRow,
    schema::notifications,
};

/// Deletes what a user ($1) has beyond the newest ($2).
const MAKE_ROOM: &str = "DELETE FROM notifications WHERE user_id = $1 AND (created_at, id) <= \
    (SELECT created_at, id FROM notifications WHERE user_id = $1 ORDER BY created_at DESC, id DESC OFFSET $2 LIMIT 1)";

/// Deletes what was made before $1, at most $2.
const PRUNE: &str = "DELETE FROM notifications WHERE id IN \
    (SELECT id FROM notifications WHERE created_at < $1 ORDER BY created_at LIMIT $2)";
const PRUNE_BATCH: i64 = 10_000;

/// Keeps notifications in PostgreSQL.
#[derive(Debug, Clone)]
pub struct PgNotificationRepository {
    pool: PgPool,
}

impl PgNotificationRepository {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl NotificationRepository for PgNotificationRepository {
    async fn insert(&self, notification: &Notification) -> Result<bool, PortError> {
        let row = NotificationRow::of(notification)?;
        let mut connection = self.pool.get().await?;
        let inserted = connection
            .transaction(async |conn| {
                let inserted = diesel::insert_into(notifications::table)
                    .values(&row)
                    .on_conflict((notifications::user_id, notifications::source))
                    .do_nothing()
                    .execute(conn)
                    .await?;
                if inserted > 0 {
                    diesel::sql_query(MAKE_ROOM)
                        .bind::<SqlUuid, _>(notification.user_id().as_uuid())
                        .bind::<BigInt, _>(i64::from(Notification::MAX_PER_USER))
                        .execute(conn)
                        .await?;
                }
                Ok::<_, StoreError>(inserted > 0)
            })
            .await?;
        Ok(inserted)
    }

    async fn find(&self, id: NotificationId) -> Result<Option<Notification>, PortError> {
        let mut connection = self.pool.get().await?;
        let select = notifications::table.find(id.as_uuid()).select(NotificationRow::as_select());
        let row = select.first(&mut connection).await.optional().map_err(port_error)?;
        row.map(NotificationRow::into_notification).transpose()
    }

    async fn update(&self, notification: &Notification) -> Result<(), PortError> {
        let mut connection = self.pool.get().await?;
        let unread = notifications::table.find(notification.id().as_uuid()).filter(notifications::read_at.is_null());
        diesel::update(unread)
            .set(notifications::read_at.eq(notification.read_at()))
            .execute(&mut connection)
            .await
            .map(drop)
            .map_err(port_error)
    }

    async fn mark_all_read(&self, user: UserId, now: DateTime<Utc>) -> Result<u64, PortError> {
        let mut connection = self.pool.get().await?;
        let unread = notifications::table
            .filter(notifications::user_id.eq(user.as_uuid()))
            .filter(notifications::read_at.is_null())
            .filter(notifications::created_at.le(now));
        let read = diesel::update(unread)
            .set(notifications::read_at.eq(now))
            .execute(&mut connection)
            .await
            .map_err(port_error)?;
        Ok(read as u64)
    }

    async fn delete_of(&self, user: UserId) -> Result<(), PortError> {
        let mut connection = self.pool.get().await?;
        diesel::delete(notifications::table.filter(notifications::user_id.eq(user.as_uuid())))
            .execute(&mut connection)
            .await
            .map(drop)
            .map_err(port_error)
    }

    async fn prune(&self, before: DateTime<Utc>) -> Result<u64, PortError> {
        let mut connection = self.pool.get().await?;
        let mut pruned = 0;
        loop {
            let deleted = diesel::sql_query(PRUNE)
                .bind::<Timestamptz, _>(before)
                .bind::<BigInt, _>(PRUNE_BATCH)
                .execute(&mut connection)
                .await
                .map_err(port_error)? as u64;
            pruned += deleted;
            if deleted < PRUNE_BATCH.unsigned_abs() {
                return Ok(pruned);
            }
        }
    }
}
