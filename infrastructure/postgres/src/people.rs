//! Users by what others call them, on PostgreSQL.

use application_meeting::{People, Person};
use application_shared::{BoxError, PortError};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl};
use diesel_async::RunQueryDsl;
use domain_shared::{Email, UserId};
use uuid::Uuid;

use crate::{PgPool, error::port_error, schema::users};

diesel::define_sql_function! {
    /// A text in lower case, as the unique indexes of `users` have it.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// Finds users in PostgreSQL.
#[derive(Debug, Clone)]
pub struct PgPeople {
    pool: PgPool,
}

impl PgPeople {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

/// Identifier, username, nickname, address, when it was proved, language.
type Row = (Uuid, String, String, String, Option<DateTime<Utc>>, String);

const COLUMNS: (users::id, users::username, users::nickname, users::email, users::email_verified_at, users::language) =
    (users::id, users::username, users::nickname, users::email, users::email_verified_at, users::language);

fn person((id, username, name, email, email_verified_at, language): Row) -> Result<Person, PortError> {
    Ok(Person {
        user_id: UserId::from_uuid(id),
        username,
        name,
        email: Email::parse(&email).map_err(corrupt)?,
        email_verified: email_verified_at.is_some(),
        language,
    })
}

fn corrupt(source: impl Into<BoxError>) -> PortError {
    PortError::corrupt("user", source)
}

#[async_trait]
impl People for PgPeople {
    async fn find(&self, user: UserId) -> Result<Option<Person>, PortError> {
        let mut connection = self.pool.get().await?;
        let select = users::table.find(user.as_uuid()).filter(users::deleted_at.is_null()).select(COLUMNS);
        let row: Option<Row> = select.first(&mut connection).await.optional().map_err(port_error)?;
        row.map(person).transpose()
    }

    async fn by_usernames(&self, usernames: &[String]) -> Result<Vec<Person>, PortError> {
        let wanted: Vec<String> = usernames.iter().map(|name| name.to_ascii_lowercase()).collect();
        let mut connection = self.pool.get().await?;
        let rows: Vec<Row> = users::table
            .filter(lower(users::username).eq_any(wanted))
            .filter(users::deleted_at.is_null())
            .select(COLUMNS)
            .load(&mut connection)
            .await
            .map_err(port_error)?;
        rows.into_iter().map(person).collect()
    }

    async fn by_emails(&self, emails: &[Email]) -> Result<Vec<Person>, PortError> {
        let wanted: Vec<&str> = emails.iter().map(Email::as_str).collect();
        let mut connection = self.pool.get().await?;
        let rows: Vec<Row> = users::table
            .filter(lower(users::email).eq_any(wanted))
            .filter(users::email_verified_at.is_not_null())
            .filter(users::deleted_at.is_null())
            .select(COLUMNS)
            .load(&mut connection)
            .await
            .map_err(port_error)?;
        rows.into_iter().map(person).collect()
    }
}
