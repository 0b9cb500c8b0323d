//! Accounts on PostgreSQL, read for showing.

use std::collections::HashMap;

use application_shared::PortError;
use application_user::{AdminUserView, UserCursor, UserFilter, UserReader, UserView};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, NullableExpressionMethods, OptionalExtension, PgTextExpressionMethods,
    QueryDsl, SelectableHelper,
    dsl::{count_star, max},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain_shared::{Page, PageLimit, UserId};
use domain_user::{User, UserStatus};
use uuid::Uuid;

use crate::{
    PgPool,
    error::port_error,
    schema::{sessions, users},
    user_rows::UserRow,
};

/// Reads accounts from PostgreSQL.
#[derive(Debug, Clone)]
pub struct PgUserReader {
    pool: PgPool,
}

impl PgUserReader {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    async fn find(&self, id: UserId) -> Result<Option<User>, PortError> {
        let mut connection = self.pool.get().await?;
        let row = users::table.select(UserRow::as_select()).find(id.as_uuid()).first(&mut connection).await;
        row.optional().map_err(port_error)?.map(UserRow::into_user).transpose()
    }
}

/// What the sessions of an account tell.
#[derive(Default)]
struct Devices {
    last_seen_at: HashMap<Uuid, DateTime<Utc>>,
    live: HashMap<Uuid, u32>,
}

impl Devices {
    async fn of(connection: &mut AsyncPgConnection, ids: &[Uuid], now: DateTime<Utc>) -> Result<Self, PortError> {
        let seen: Vec<(Uuid, Option<DateTime<Utc>>)> = sessions::table
            .filter(sessions::user_id.eq_any(ids))
            .group_by(sessions::user_id)
            .select((sessions::user_id, max(sessions::last_used_at)))
            .load(connection)
            .await
            .map_err(port_error)?;
        let live: Vec<(Uuid, i64)> = sessions::table
            .filter(sessions::user_id.eq_any(ids))
            .filter(sessions::ended_at.is_null())
            .filter(sessions::expires_at.gt(now))
            .group_by(sessions::user_id)
            .select((sessions::user_id, count_star()))
            .load(connection)
            .await
            .map_err(port_error)?;
        Ok(Self {
            last_seen_at: seen.into_iter().filter_map(|(id, at)| Some((id, at?))).collect(),
            live: live.into_iter().map(|(id, count)| (id, u32::try_from(count).unwrap_or(u32::MAX))).collect(),
        })
    }

    fn view(&self, user: &User, now: DateTime<Utc>) -> AdminUserView {
        let id = user.id().as_uuid();
        AdminUserView {
            user: UserView::of(user, now),
            ban: user.last_ban().cloned(),
            closing: user.closing(),
            last_seen_at: self.last_seen_at.get(&id).copied(),
            live_sessions: self.live.get(&id).copied().unwrap_or(0),
        }
    }
}

/// The text as a part of what `ILIKE` finds anywhere.
fn anywhere(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

#[async_trait]
impl UserReader for PgUserReader {
    async fn read(&self, id: UserId, now: DateTime<Utc>) -> Result<Option<UserView>, PortError> {
        Ok(self.find(id).await?.map(|user| UserView::of(&user, now)))
    }

    async fn read_for_admin(&self, id: UserId, now: DateTime<Utc>) -> Result<Option<AdminUserView>, PortError> {
        let Some(user) = self.find(id).await? else { return Ok(None) };
        let mut connection = self.pool.get().await?;
        let devices = Devices::of(&mut connection, &[id.as_uuid()], now).await?;
        Ok(Some(devices.view(&user, now)))
    }

    async fn search(
        &self,
        filter: &UserFilter,
        after: Option<UserCursor>,
        limit: PageLimit,
        now: DateTime<Utc>,
    ) -> Result<Page<AdminUserView, UserCursor>, PortError> {
        let wanted = usize::from(limit.get());
        let mut query = users::table
            .select(UserRow::as_select())
            .order((users::created_at.desc(), users::id.desc()))
            // One more than wanted tells whether there is a next page.
            .limit(i64::from(limit.get()) + 1)
            .into_boxed();
        if let Some(text) = &filter.text {
            let pattern = anywhere(text);
            let named = users::username.ilike(pattern.clone()).or(users::nickname.ilike(pattern.clone()));
            query = query.filter(named.or(users::email.ilike(pattern)));
        }
        if let Some(role) = filter.role {
            query = query.filter(users::role.eq(role.as_str()));
        }
        if let Some(status) = filter.status {
            let deleted = users::deleted_at.is_not_null();
            let banned = users::banned_at
                .is_not_null()
                .and(users::banned_until.is_null().or(users::banned_until.assume_not_null().gt(now)));
            query = match status {
                UserStatus::Deleted => query.filter(deleted),
                UserStatus::Banned => query.filter(users::deleted_at.is_null()).filter(banned),
                UserStatus::Closing => query
                    .filter(users::deleted_at.is_null())
                    .filter(users::closing_at.is_not_null())
                    .filter(diesel::dsl::not(banned)),
                UserStatus::Active => query
                    .filter(users::deleted_at.is_null())
                    .filter(users::closing_at.is_null())
                    .filter(diesel::dsl::not(banned)),
            };
        }
        if let Some(UserCursor { created_at, id }) = after {
            // The first bound is the one by which an index is entered.
            let next = users::created_at.lt(created_at).or(users::id.lt(id.as_uuid()));
            query = query.filter(users::created_at.le(created_at)).filter(next);
        }
        let mut connection = self.pool.get().await?;
        let rows: Vec<UserRow> = query.load(&mut connection).await.map_err(port_error)?;
        let more = rows.len() > wanted;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let devices = Devices::of(&mut connection, &ids, now).await?;
        drop(connection);
        let users = rows.into_iter().take(wanted).map(UserRow::into_user).collect::<Result<Vec<_>, _>>()?;
        let items: Vec<_> = users.iter().map(|user| devices.view(user, now)).collect();
        let last = users.last().map(|user| UserCursor { created_at: user.created_at(), id: user.id() });
        Ok(Page { items, next: last.filter(|_| more) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_searched_for_is_taken_as_it_is() {
        assert_eq!(anywhere("50%_a\\b"), "%50\\%\\_a\\\\b%");
    }
}
