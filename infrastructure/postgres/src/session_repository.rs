//! Sessions on PostgreSQL.

use application_shared::{BoxError, PortError};
use application_user::SessionRepository;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, NullableExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper,
    pg::Pg,
    prelude::{AsChangeset, Insertable, Queryable, Selectable},
};
use diesel_async::RunQueryDsl;
use domain_shared::{SessionId, UserId};
use domain_user::{RefreshTokenHash, Session, SessionEndReason, SessionEnded, SessionSnapshot};
use uuid::Uuid;

use crate::{
    PgPool,
    error::{broken_unique_constraint, port_error},
    one_statement::OneStatement,
    outbox_writer::InsertEvents,
    schema::sessions,
    versioned_update::VersionedUpdate,
};

/// The most sessions of one user that are read at once.
const MAX_LIVE: i64 = 1_000;
/// The most ended sessions that are told at once.
const MAX_ENDED: i64 = 100_000;

/// Keeps sessions in PostgreSQL.
#[derive(Debug, Clone)]
pub struct PgSessionRepository {
    pool: PgPool,
}

impl PgSessionRepository {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

/// A row of `sessions`.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = sessions, check_for_backend(Pg), treat_none_as_null = true, treat_none_as_default_value = false)]
struct SessionRow {
    id: Uuid,
    user_id: Uuid,
    refresh_hash: Vec<u8>,
    previous_hash: Option<Vec<u8>>,
    rotated_at: Option<DateTime<Utc>>,
    user_agent: Option<String>,
    address: Option<String>,
    created_at: DateTime<Utc>,
    last_used_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    end_reason: Option<String>,
    version: i64,
}

impl SessionRow {
    /// The row of a session that is to be stored as `version`.
    fn of(snapshot: SessionSnapshot, version: i64) -> Self {
        Self {
            id: snapshot.id.as_uuid(),
            user_id: snapshot.user_id.as_uuid(),
            refresh_hash: snapshot.refresh_hash.as_bytes().to_vec(),
            previous_hash: snapshot.previous.map(|(hash, _)| hash.as_bytes().to_vec()),
            rotated_at: snapshot.previous.map(|(_, at)| at),
            user_agent: snapshot.user_agent,
            address: snapshot.address.map(|address| address.to_string()),
            created_at: snapshot.created_at,
            last_used_at: snapshot.last_used_at,
            expires_at: snapshot.expires_at,
            ended_at: snapshot.ended.map(|ended| ended.at),
            end_reason: snapshot.ended.map(|ended| ended.reason.as_str().to_owned()),
            version,
        }
    }

    fn into_session(self) -> Result<Session, PortError> {
        let previous = match (self.previous_hash, self.rotated_at) {
            (None, None) => None,
            (Some(hash), Some(at)) => Some((RefreshTokenHash::from_slice(&hash).map_err(corrupt)?, at)),
            _ => return Err(corrupt("half a rotation")),
        };
        let ended = match (self.ended_at, self.end_reason) {
            (None, None) => None,
            (Some(at), Some(reason)) => {
                Some(SessionEnded { at, reason: SessionEndReason::parse(&reason).map_err(corrupt)? })
            }
            _ => return Err(corrupt("half an end")),
        };
        Ok(Session::from_snapshot(SessionSnapshot {
            id: SessionId::from_uuid(self.id),
            user_id: UserId::from_uuid(self.user_id),
            refresh_hash: RefreshTokenHash::from_slice(&self.refresh_hash).map_err(corrupt)?,
            previous,
            user_agent: self.user_agent,
            address: self.address.map(|address| address.parse().map_err(corrupt)).transpose()?,
            created_at: self.created_at,
            last_used_at: self.last_used_at,
            expires_at: self.expires_at,
            ended,
            version: self.version,
        }))
    }
}

fn corrupt(source: impl Into<BoxError>) -> PortError {
    PortError::corrupt("session", source)
}

fn found(row: Result<SessionRow, diesel::result::Error>) -> Result<Option<Session>, PortError> {
    row.optional().map_err(port_error)?.map(SessionRow::into_session).transpose()
}

#[async_trait]
impl SessionRepository for PgSessionRepository {
    async fn find(&self, id: SessionId) -> Result<Option<Session>, PortError> {
        let mut connection = self.pool.get().await?;
        let select = sessions::table.select(SessionRow::as_select());
        found(select.find(id.as_uuid()).first(&mut connection).await)
    }

    async fn find_by_refresh_hash(&self, hash: &RefreshTokenHash) -> Result<Option<Session>, PortError> {
        let hash = hash.as_bytes().as_slice();
        let mut connection = self.pool.get().await?;
        let select = sessions::table.select(SessionRow::as_select());
        let of_that_token = sessions::refresh_hash.nullable().eq(Some(hash)).or(sessions::previous_hash.eq(Some(hash)));
        found(select.filter(of_that_token).first(&mut connection).await)
    }

    async fn insert(&self, session: &mut Session) -> Result<(), PortError> {
        let version = 1;
        let row = SessionRow::of(session.to_snapshot(), version);
        let events = InsertEvents::of(session.pending_events())?;
        let mut connection = self.pool.get().await?;
        OneStatement::new(diesel::insert_into(sessions::table).values(&row))
            .beside(events.statement())
            .execute(&mut connection)
            .await
            .map_err(|error| match broken_unique_constraint(&error) {
                Some(_) => PortError::Conflict,
                None => port_error(error),
            })?;
        session.mark_stored(version);
        self.pool.signal().raise_for(&events);
        Ok(())
    }

    async fn update(&self, session: &mut Session) -> Result<(), PortError> {
        let version = session.version() + 1;
        let row = SessionRow::of(session.to_snapshot(), version);
        let events = InsertEvents::of(session.pending_events())?;
        let mut connection = self.pool.get().await?;
        VersionedUpdate::new("sessions", row.id, version - 1, (&row).as_changeset(), &events)
            .write(&mut connection)
            .await?;
        session.mark_stored(version);
        self.pool.signal().raise_for(&events);
        Ok(())
    }

    async fn live_of(&self, user_id: UserId, now: DateTime<Utc>) -> Result<Vec<Session>, PortError> {
        let mut connection = self.pool.get().await?;
        let rows: Vec<SessionRow> = sessions::table
            .filter(sessions::user_id.eq(user_id.as_uuid()))
            .filter(sessions::ended_at.is_null())
            .filter(sessions::expires_at.gt(now))
            .order((sessions::last_used_at.desc(), sessions::id.desc()))
            .limit(MAX_LIVE)
            .select(SessionRow::as_select())
            .load(&mut connection)
            .await
            .map_err(port_error)?;
        rows.into_iter().map(SessionRow::into_session).collect()
    }

    async fn ended_since(&self, since: DateTime<Utc>) -> Result<Vec<SessionId>, PortError> {
        let mut connection = self.pool.get().await?;
        let ids: Vec<Uuid> = sessions::table
            .filter(sessions::ended_at.ge(since))
            .order(sessions::ended_at.desc())
            .limit(MAX_ENDED)
            .select(sessions::id)
            .load(&mut connection)
            .await
            .map_err(port_error)?;
        Ok(ids.into_iter().map(SessionId::from_uuid).collect())
    }

    async fn delete_of(&self, user_id: UserId) -> Result<(), PortError> {
        let mut connection = self.pool.get().await?;
        diesel::delete(sessions::table.filter(sessions::user_id.eq(user_id.as_uuid())))
            .execute(&mut connection)
            .await
            .map(drop)
            .map_err(port_error)
    }

    async fn prune(&self, before: DateTime<Utc>) -> Result<u64, PortError> {
        let mut connection = self.pool.get().await?;
        let old = sessions::expires_at.lt(before).nullable().or(sessions::ended_at.lt(before));
        let deleted = diesel::delete(sessions::table.filter(old)).execute(&mut connection).await.map_err(port_error)?;
        Ok(deleted as u64)
    }
}
