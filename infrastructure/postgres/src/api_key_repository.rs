//! API keys on PostgreSQL.

use application_integration::{ApiKeyCursor, ApiKeyReader, ApiKeyRepository, InsertApiKeyError};
use application_shared::{BoxError, PortError};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    AsChangeset, BoolExpressionMethods, ExpressionMethods, NullableExpressionMethods, OptionalExtension, QueryDsl,
    SelectableHelper,
    pg::Pg,
    prelude::{Insertable, Queryable, Selectable},
};
use diesel_async::RunQueryDsl;
use domain_integration::{ApiKey, ApiKeyHash, ApiKeyName, ApiKeyPrefix, ApiKeySnapshot, Revoked, Scopes};
use domain_shared::{ApiKeyId, Page, PageLimit, UserId};
use uuid::Uuid;

use crate::{
    PgPool,
    error::{broken_unique_constraint, port_error},
    one_statement::OneStatement,
    outbox_writer::InsertEvents,
    schema::api_keys,
    versioned_update::VersionedUpdate,
};

/// How often at most it is written that a key was used.
const NOTE_EVERY: TimeDelta = TimeDelta::minutes(1);

/// Keeps API keys in PostgreSQL.
#[derive(Debug, Clone)]
pub struct PgApiKeyRepository {
    pool: PgPool,
}

impl PgApiKeyRepository {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

/// A row of `api_keys`.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = api_keys, check_for_backend(Pg), treat_none_as_default_value = false)]
struct ApiKeyRow {
    id: Uuid,
    name: String,
    prefix: String,
    hash: Vec<u8>,
    scopes: Vec<String>,
    created_by: Uuid,
    created_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    revoked_by: Option<Uuid>,
    version: i64,
}

/// What of a row can change, but when the key was last used.
#[derive(AsChangeset)]
#[diesel(table_name = api_keys, treat_none_as_null = true)]
struct ApiKeyChanges {
    revoked_at: Option<DateTime<Utc>>,
    revoked_by: Option<Uuid>,
    version: i64,
}

impl ApiKeyRow {
    /// The row of a key that is to be stored as `version`.
    fn of(snapshot: &ApiKeySnapshot, version: i64) -> Self {
        Self {
            id: snapshot.id.as_uuid(),
            name: snapshot.name.as_str().to_owned(),
            prefix: snapshot.prefix.as_str().to_owned(),
            hash: snapshot.hash.as_bytes().to_vec(),
            scopes: snapshot.scopes.names().into_iter().map(str::to_owned).collect(),
            created_by: snapshot.created_by.as_uuid(),
            created_at: snapshot.created_at,
            expires_at: snapshot.expires_at,
            last_used_at: snapshot.last_used_at,
            revoked_at: snapshot.revoked.map(|revoked| revoked.at),
            revoked_by: snapshot.revoked.map(|revoked| revoked.by.as_uuid()),
            version,
        }
    }

    fn into_key(self) -> Result<ApiKey, PortError> {
        let revoked = match (self.revoked_at, self.revoked_by) {
            (None, None) => None,
            (Some(at), Some(by)) => Some(Revoked { at, by: UserId::from_uuid(by) }),
            _ => return Err(corrupt("half a revocation")),
        };
        Ok(ApiKey::from_snapshot(ApiKeySnapshot {
            id: ApiKeyId::from_uuid(self.id),
            name: ApiKeyName::parse(&self.name).map_err(corrupt)?,
            prefix: ApiKeyPrefix::parse(&self.prefix).map_err(corrupt)?,
            hash: ApiKeyHash::from_slice(&self.hash).map_err(corrupt)?,
            scopes: Scopes::parse(self.scopes.iter().map(String::as_str)).map_err(corrupt)?,
            created_by: UserId::from_uuid(self.created_by),
            created_at: self.created_at,
            expires_at: self.expires_at,
            last_used_at: self.last_used_at,
            revoked,
            version: self.version,
        }))
    }
}

fn corrupt(source: impl Into<BoxError>) -> PortError {
    PortError::corrupt("API key", source)
}

fn found(row: Result<ApiKeyRow, diesel::result::Error>) -> Result<Option<ApiKey>, PortError> {
    row.optional().map_err(port_error)?.map(ApiKeyRow::into_key).transpose()
}

#[async_trait]
impl ApiKeyRepository for PgApiKeyRepository {
    async fn find(&self, id: ApiKeyId) -> Result<Option<ApiKey>, PortError> {
        let mut connection = self.pool.get().await?;
        found(api_keys::table.select(ApiKeyRow::as_select()).find(id.as_uuid()).first(&mut connection).await)
    }

    async fn insert(&self, key: &mut ApiKey) -> Result<(), InsertApiKeyError> {
        let version = 1;
        let row = ApiKeyRow::of(&key.to_snapshot(), version);
        let events = InsertEvents::of(key.pending_events())?;
        let mut connection = self.pool.get().await?;
        OneStatement::new(diesel::insert_into(api_keys::table).values(&row))
            .beside(events.statement())
            .execute(&mut connection)
            .await
            .map_err(|error| match broken_unique_constraint(&error) {
                Some("api_keys_prefix_key") => InsertApiKeyError::PrefixTaken,
                Some(_) => PortError::Conflict.into(),
                None => port_error(error).into(),
            })?;
        key.mark_stored(version);
        self.pool.signal().raise_for(&events);
        Ok(())
    }

    async fn update(&self, key: &mut ApiKey) -> Result<(), PortError> {
        let version = key.version() + 1;
        let row = ApiKeyRow::of(&key.to_snapshot(), version);
        let changes = ApiKeyChanges { revoked_at: row.revoked_at, revoked_by: row.revoked_by, version };
        let events = InsertEvents::of(key.pending_events())?;
        let mut connection = self.pool.get().await?;
        VersionedUpdate::new("api_keys", row.id, version - 1, changes.as_changeset(), &events)
            .write(&mut connection)
            .await?;
        key.mark_stored(version);
        self.pool.signal().raise_for(&events);
        Ok(())
    }

    async fn note_use(&self, id: ApiKeyId, at: DateTime<Utc>) -> Result<(), PortError> {
        let mut connection = self.pool.get().await?;
        let earlier = api_keys::last_used_at.is_null().or(api_keys::last_used_at.assume_not_null().le(at - NOTE_EVERY));
        diesel::update(api_keys::table.filter(api_keys::id.eq(id.as_uuid())).filter(earlier))
            .set(api_keys::last_used_at.eq(at))
            .execute(&mut connection)
            .await
            .map(drop)
            .map_err(port_error)
    }

    async fn count_good(&self, now: DateTime<Utc>) -> Result<u64, PortError> {
        let mut connection = self.pool.get().await?;
        let lasting = api_keys::expires_at.is_null().or(api_keys::expires_at.assume_not_null().gt(now));
        let count: i64 = api_keys::table
            .filter(api_keys::revoked_at.is_null())
            .filter(lasting)
            .count()
            .get_result(&mut connection)
            .await
            .map_err(port_error)?;
        Ok(count.unsigned_abs())
    }

    async fn page(
        &self,
        after: Option<ApiKeyCursor>,
        limit: PageLimit,
    ) -> Result<Page<ApiKey, ApiKeyCursor>, PortError> {
        let wanted = usize::from(limit.get());
        let mut query = api_keys::table
            .select(ApiKeyRow::as_select())
            .order((api_keys::created_at.desc(), api_keys::id.desc()))
            // One more than wanted tells whether there is a next page.
            .limit(i64::from(limit.get()) + 1)
            .into_boxed();
        if let Some(ApiKeyCursor { created_at, id }) = after {
            // The first bound is the one by which an index is entered.
            let next = api_keys::created_at.lt(created_at).or(api_keys::id.lt(id.as_uuid()));
            query = query.filter(api_keys::created_at.le(created_at)).filter(next);
        }
        let mut connection = self.pool.get().await?;
        let rows: Vec<ApiKeyRow> = query.load(&mut connection).await.map_err(port_error)?;
        let more = rows.len() > wanted;
        let items = rows.into_iter().take(wanted).map(ApiKeyRow::into_key).collect::<Result<Vec<_>, _>>()?;
        let last = items.last().map(|key| ApiKeyCursor { created_at: key.created_at(), id: key.id() });
        Ok(Page { items, next: last.filter(|_| more) })
    }
}

#[async_trait]
impl ApiKeyReader for PgApiKeyRepository {
    async fn find_by_prefix(&self, prefix: &ApiKeyPrefix) -> Result<Option<ApiKey>, PortError> {
        let mut connection = self.pool.get().await?;
        let select = api_keys::table.select(ApiKeyRow::as_select());
        found(select.filter(api_keys::prefix.eq(prefix.as_str())).first(&mut connection).await)
    }
}
