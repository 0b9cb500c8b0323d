//! Bare rooms on PostgreSQL.

use application_room::{BareRoomChange, BareRoomRef, BareRoomRepository, ChangeBareRoomError, InsertBareRoomError};
use application_shared::PortError;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{
    AsChangeset, ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper,
    result::Error,
    sql_types::{BigInt, Timestamptz},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use domain_room::BareRoom;
use domain_shared::RoomId;
use uuid::Uuid;

use crate::{
    PgPool,
    bare_room_rows::{RoomParticipantRow, RoomRow, UpsertRoomParticipants},
    error::{StoreError, broken_unique_constraint, port_error},
    locked_change::{ChangeFailure, settle},
    one_statement::OneStatement,
    outbox_writer::InsertEvents,
    schema::{room_participants, rooms},
    versioned_update::VersionedUpdate,
};

/// Participants go with their room, and so does what was written in it. Rooms that somebody else is about to delete are left
/// to them.
const PRUNE: &str = "
    WITH old AS MATERIALIZED (
        SELECT id FROM rooms WHERE ended_at < $1 ORDER BY ended_at LIMIT $2 FOR UPDATE SKIP LOCKED
    )
    DELETE FROM rooms USING old WHERE rooms.id = old.id";

/// Keeps bare rooms in PostgreSQL. Whoever changes a room holds the lock of its row, so that simultaneous joins come one
/// after the other; the version guards against writers that do not.
#[derive(Debug, Clone)]
pub struct PgBareRoomRepository {
    pool: PgPool,
}

impl PgBareRoomRepository {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl BareRoomRepository for PgBareRoomRepository {
    async fn find(&self, room: &BareRoomRef) -> Result<Option<BareRoom>, PortError> {
        let mut connection = self.pool.get().await?;
        // Room and participants are of the same moment: the lock of the row keeps writers away for that long.
        connection
            .transaction(async |conn| match lock_row(conn, room).await? {
                Some(row) => {
                    let participants = load_participants(conn, row.id).await?;
                    Ok::<_, StoreError>(Some(row.into_room(participants)?))
                }
                None => Ok(None),
            })
            .await
            .map_err(PortError::from)
    }

    async fn insert(&self, room: &mut BareRoom) -> Result<(), InsertBareRoomError> {
        let version = 1;
        let snapshot = room.to_snapshot();
        let row = RoomRow::of(&snapshot, room.expires_at(), version);
        let asked = UpsertRoomParticipants::changed(&[], &snapshot)?;
        let events = InsertEvents::of(room.pending_events())?;
        let mut connection = self.pool.get().await?;
        OneStatement::new(diesel::insert_into(rooms::table).values(&row))
            .beside(asked.statement())
            .beside(events.statement())
            .execute(&mut connection)
            .await
            .map_err(|error| match broken_unique_constraint(&error) {
                Some("rooms_open_name_key") => InsertBareRoomError::NameTaken,
                Some("rooms_pkey") => PortError::Conflict.into(),
                _ => port_error(error).into(),
            })?;
        room.mark_stored(version);
        self.pool.signal().raise_for(&events);
        Ok(())
    }

    async fn change(&self, room: &BareRoomRef, change: BareRoomChange<'_>) -> Result<BareRoom, ChangeBareRoomError> {
        let mut connection = self.pool.get().await?;
        let changed = connection
            .transaction(async |conn| {
                let row = lock_row(conn, room).await?.ok_or(ChangeFailure::NotFound)?;
                let participants = load_participants(conn, row.id).await?;
                let mut room = row.into_room(participants)?;
                let before = room.to_snapshot();
                change(&mut room).map_err(ChangeFailure::Refused)?;
                let after = room.to_snapshot();
                if after == before && room.pending_events().is_empty() {
                    return Ok((room, None));
                }
                let version = before.version + 1;
                let row = RoomRow::of(&after, room.expires_at(), version);
                let asked = UpsertRoomParticipants::changed(&before.participants, &after)?;
                let events = InsertEvents::of(room.pending_events())?;
                VersionedUpdate::new("rooms", row.id, before.version, (&row).as_changeset(), &events)
                    .beside(asked.statement())
                    .write(conn)
                    .await?;
                Ok::<_, ChangeFailure<_>>((room, Some((version, events))))
            })
            .await;
        settle(&self.pool, changed, BareRoom::mark_stored, ChangeBareRoomError::NotFound)
    }

    async fn expired(&self, now: DateTime<Utc>, limit: u16) -> Result<Vec<RoomId>, PortError> {
        let mut connection = self.pool.get().await?;
        let expired: Vec<Uuid> = rooms::table
            .filter(rooms::expires_at.le(now))
            .order((rooms::expires_at, rooms::id))
            .limit(i64::from(limit))
            .select(rooms::id)
            .load(&mut connection)
            .await
            .map_err(port_error)?;
        Ok(expired.into_iter().map(RoomId::from_uuid).collect())
    }

    async fn prune(&self, ended_before: DateTime<Utc>, limit: u16) -> Result<u64, PortError> {
        let mut connection = self.pool.get().await?;
        let deleted = diesel::sql_query(PRUNE)
            .bind::<Timestamptz, _>(ended_before)
            .bind::<BigInt, _>(i64::from(limit))
            .execute(&mut connection)
            .await
            .map_err(port_error)?;
        Ok(u64::try_from(deleted).unwrap_or(u64::MAX))
    }
}

/// The row, locked until the transaction ends. Participants are to be read afterwards, in a statement of their own:
/// then it sees what was committed while this one waited.
async fn lock_row(conn: &mut AsyncPgConnection, room: &BareRoomRef) -> Result<Option<RoomRow>, Error> {
    let select = rooms::table.select(RoomRow::as_select());
    let row = match room {
        BareRoomRef::Id(id) => select.find(id.as_uuid()).for_update().first(conn).await,
        BareRoomRef::Name(name) => {
            // At most one room of a name is not over; it is the newest, since a name is free only when the one before is over.
            let of_name = select.filter(rooms::room_name.eq(name.as_str()));
            of_name.order((rooms::created_at.desc(), rooms::id.desc())).for_update().first(conn).await
        }
    };
    row.optional()
}

async fn load_participants(conn: &mut AsyncPgConnection, room_id: Uuid) -> Result<Vec<RoomParticipantRow>, Error> {
    room_participants::table
        .filter(room_participants::room_id.eq(room_id))
        .order(room_participants::ordinal)
        .select(RoomParticipantRow::as_select())
        .load(conn)
        .await
}
