//! Accounts on PostgreSQL.

use application_shared::{BoxError, PortError};
use application_user::{InsertUserError, UserRepository};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper,
    pg::Pg,
    prelude::{AsChangeset, Insertable, Queryable, Selectable},
};
use diesel_async::RunQueryDsl;
use domain_shared::UserId;
use domain_user::{Email, PasswordHash, User, UserRole, UserSnapshot, UserStatus, Username};
use uuid::Uuid;

use crate::{
    PgPool,
    error::{broken_unique_constraint, port_error},
    one_statement::OneStatement,
    outbox_writer::InsertEvents,
    schema::users,
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

/// A row of `users`.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = users, check_for_backend(Pg), treat_none_as_null = true, treat_none_as_default_value = false)]
struct UserRow {
    id: Uuid,
    username: String,
    email: String,
    password_hash: String,
    nickname: String,
    avatar_url: Option<String>,
    role: String,
    banned_at: Option<DateTime<Utc>>,
    ban_reason: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i64,
}

impl UserRow {
    /// The row of an account that is to be stored as `version`.
    fn of(snapshot: UserSnapshot, version: i64) -> Self {
        let (banned_at, ban_reason) = match snapshot.status {
            UserStatus::Active => (None, None),
            UserStatus::Banned { at, reason } => (Some(at), Some(reason)),
        };
        Self {
            id: snapshot.id.as_uuid(),
            username: snapshot.username,
            email: snapshot.email,
            password_hash: snapshot.password_hash.as_str().to_owned(),
            nickname: snapshot.nickname,
            avatar_url: snapshot.avatar_url,
            role: snapshot.role.as_str().to_owned(),
            banned_at,
            ban_reason,
            created_at: snapshot.created_at,
            updated_at: snapshot.updated_at,
            version,
        }
    }

    fn into_user(self) -> Result<User, PortError> {
        let status = match (self.banned_at, self.ban_reason) {
            (None, None) => UserStatus::Active,
            (Some(at), Some(reason)) => UserStatus::Banned { at, reason },
            _ => return Err(corrupt("half a ban")),
        };
        User::from_snapshot(UserSnapshot {
            id: UserId::from_uuid(self.id),
            username: self.username,
            email: self.email,
            password_hash: PasswordHash::parse(&self.password_hash).map_err(corrupt)?,
            nickname: self.nickname,
            avatar_url: self.avatar_url,
            role: UserRole::parse(&self.role).map_err(corrupt)?,
            status,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        })
        .map_err(corrupt)
    }
}

fn corrupt(source: impl Into<BoxError>) -> PortError {
    PortError::corrupt("user", source)
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
}
