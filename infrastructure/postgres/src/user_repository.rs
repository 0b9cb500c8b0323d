//! Accounts on PostgreSQL.

use application_shared::PortError;
use application_user::{InsertUserError, KeepAdministratorError, UserRepository};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{AsChangeset, ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::{AsyncConnection, RunQueryDsl};
use domain_shared::UserId;
use domain_user::{Email, User, UserRole, Username};
use uuid::Uuid;

use crate::{
    PgPool,
    error::{StoreError, broken_unique_constraint, port_error},
    one_statement::OneStatement,
    outbox_writer::InsertEvents,
    schema::users,
    user_rows::UserRow,
    versioned_update::VersionedUpdate,
};

diesel::define_sql_function! {
    /// A text in lower case, as the unique indexes of `users` have it.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// Keeps accounts in PostgreSQL.
#[derive(Debug, Clone)]
pub struct PgUserRepository {
    pool: PgPool,
}

impl PgUserRepository {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

fn found(row: Result<UserRow, diesel::result::Error>) -> Result<Option<User>, PortError> {
    row.optional().map_err(port_error)?.map(UserRow::into_user).transpose()
}

#[async_trait]
impl UserRepository for PgUserRepository {
    async fn find(&self, id: UserId) -> Result<Option<User>, PortError> {
        let mut connection = self.pool.get().await?;
        let select = users::table.select(UserRow::as_select());
        found(select.find(id.as_uuid()).first(&mut connection).await)
    }

    async fn find_by_username(&self, username: &Username) -> Result<Option<User>, PortError> {
        let mut connection = self.pool.get().await?;
        let select = users::table.select(UserRow::as_select());
        found(select.filter(lower(users::username).eq(username.key())).first(&mut connection).await)
    }

    async fn find_by_email(&self, email: &Email) -> Result<Option<User>, PortError> {
        let mut connection = self.pool.get().await?;
        let select = users::table.select(UserRow::as_select());
        found(select.filter(lower(users::email).eq(email.as_str())).first(&mut connection).await)
    }

    async fn insert(&self, user: &mut User) -> Result<(), InsertUserError> {
        let version = 1;
        let row = UserRow::of(user.to_snapshot(), version);
        let events = InsertEvents::of(user.pending_events())?;
        let mut connection = self.pool.get().await?;
        OneStatement::new(diesel::insert_into(users::table).values(&row))
            .beside(events.statement())
            .execute(&mut connection)
            .await
            .map_err(|error| match broken_unique_constraint(&error) {
                Some("users_username_key") => InsertUserError::UsernameTaken,
                Some("users_email_key") => InsertUserError::EmailTaken,
                Some("users_pkey") => PortError::Conflict.into(),
                _ => port_error(error).into(),
            })?;
        user.mark_stored(version);
        self.pool.signal().raise_for(&events);
        Ok(())
    }

    async fn update(&self, user: &mut User) -> Result<(), PortError> {
        let version = user.version() + 1;
        let row = UserRow::of(user.to_snapshot(), version);
        let events = InsertEvents::of(user.pending_events())?;
        let mut connection = self.pool.get().await?;
        VersionedUpdate::new("users", row.id, version - 1, (&row).as_changeset(), &events)
            .write(&mut connection)
            .await?;
        user.mark_stored(version);
        self.pool.signal().raise_for(&events);
        Ok(())
    }

    async fn update_keeping_an_administrator(&self, user: &mut User) -> Result<(), KeepAdministratorError> {
        let version = user.version() + 1;
        let row = UserRow::of(user.to_snapshot(), version);
        let events = InsertEvents::of(user.pending_events())?;
        let mut connection = self.pool.get().await?;
        let updated = connection
            .transaction(async |conn| {
                // Whoever else takes an administrator away waits here, and then no longer finds the one taken by us.
                let administrators: Vec<Uuid> = users::table
                    .filter(users::role.eq(UserRole::Admin.as_str()))
                    .filter(users::closing_at.is_null())
                    .filter(users::deleted_at.is_null())
                    .order(users::id)
                    .select(users::id)
                    .for_update()
                    .load(conn)
                    .await?;
                if !row.administers() && administrators == [row.id] {
                    return Ok::<_, StoreError>(false);
                }
                VersionedUpdate::new("users", row.id, version - 1, (&row).as_changeset(), &events).write(conn).await?;
                Ok(true)
            })
            .await
            .map_err(PortError::from)?;
        if !updated {
            return Err(KeepAdministratorError::LastAdministrator);
        }
        user.mark_stored(version);
        self.pool.signal().raise_for(&events);
        Ok(())
    }

    async fn due_for_purge(&self, now: DateTime<Utc>, limit: u16) -> Result<Vec<UserId>, PortError> {
        let mut connection = self.pool.get().await?;
        let due: Vec<Uuid> = users::table
            .filter(users::purge_at.le(now))
            .filter(users::deleted_at.is_null())
            .order(users::purge_at)
            .limit(i64::from(limit))
            .select(users::id)
            .load(&mut connection)
            .await
            .map_err(port_error)?;
        Ok(due.into_iter().map(UserId::from_uuid).collect())
    }
}
