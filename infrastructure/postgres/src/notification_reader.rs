//! Notifications on PostgreSQL, read for showing.

use application_notification::{NotificationCursor, NotificationFilter, NotificationReader, NotificationView};
use application_shared::PortError;
use async_trait::async_trait;
use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, SelectableHelper, dsl::count_star};
use diesel_async::RunQueryDsl;
use domain_shared::{NotificationId, Page, PageLimit, UserId};

use crate::{PgPool, error::port_error, notification_rows::NotificationRow, schema::notifications};

/// Reads notifications from PostgreSQL.
#[derive(Debug, Clone)]
pub struct PgNotificationReader {
    pool: PgPool,
}

impl PgNotificationReader {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl NotificationReader for PgNotificationReader {
    async fn list(
        &self,
        user: UserId,
        filter: NotificationFilter,
        after: Option<NotificationCursor>,
        limit: PageLimit,
    ) -> Result<Page<NotificationView, NotificationCursor>, PortError> {
        let wanted = usize::from(limit.get());
        let mut query = notifications::table
            .filter(notifications::user_id.eq(user.as_uuid()))
            .order((notifications::created_at.desc(), notifications::id.desc()))
            // One more than wanted tells whether there is a next page.
            .limit(i64::from(limit.get()) + 1)
            .select(NotificationRow::as_select())
            .into_boxed();
        if filter.unread_only {
            query = query.filter(notifications::read_at.is_null());
        }
        if let Some(NotificationCursor { created_at, id }) = after {
            // The first bound is the one by which an index is entered.
            let next = notifications::created_at.lt(created_at).or(notifications::id.lt(id.as_uuid()));
            query = query.filter(notifications::created_at.le(created_at)).filter(next);
        }
        let mut connection = self.pool.get().await?;
        let rows: Vec<NotificationRow> = query.load(&mut connection).await.map_err(port_error)?;
        drop(connection);
        let more = rows.len() > wanted;
        let last = rows.iter().take(wanted).next_back();
        let last =
            last.map(|row| NotificationCursor { created_at: row.created_at, id: NotificationId::from_uuid(row.id) });
        let items = rows.into_iter().take(wanted).map(NotificationRow::into_view).collect::<Result<Vec<_>, _>>()?;
        Ok(Page { items, next: last.filter(|_| more) })
    }

    async fn unread(&self, user: UserId) -> Result<u32, PortError> {
        let mut connection = self.pool.get().await?;
        let unread: i64 = notifications::table
            .filter(notifications::user_id.eq(user.as_uuid()))
            .filter(notifications::read_at.is_null())
            .select(count_star())
            .first(&mut connection)
            .await
            .map_err(port_error)?;
        Ok(u32::try_from(unread).unwrap_or(u32::MAX))
    }
}
