//! Meetings on PostgreSQL.

use application_meeting::{ChangeMeetingError, InsertMeetingError, MeetingChange, MeetingRepository};
use application_shared::PortError;
use async_trait::async_trait;
use diesel::{AsChangeset, ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper, result::Error};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use domain_meeting::{Meeting, MeetingRef};
use uuid::Uuid;

use crate::{
    PgPool,
    error::{broken_unique_constraint, port_error},
    locked_change::{ChangeFailure, settle},
    meeting_rows::{MeetingRow, ParticipantRow, UpsertParticipants, UpsertStays},
    meeting_sessions::UpsertSessions,
    one_statement::OneStatement,
    outbox_writer::InsertEvents,
    schema::{meetings, participants},
    versioned_update::VersionedUpdate,
};

/// Keeps meetings in PostgreSQL. Whoever changes a meeting holds the lock of its row, so that simultaneous joins come
/// one after the other; the version guards against writers that do not.
#[derive(Debug, Clone)]
pub struct PgMeetingRepository {
    pool: PgPool,
}

impl PgMeetingRepository {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl MeetingRepository for PgMeetingRepository {
    async fn find(&self, meeting: &MeetingRef) -> Result<Option<Meeting>, PortError> {
        let mut connection = self.pool.get().await?;
        // One statement, so that meeting and participants are of the same moment.
        let select = meetings::table
            .left_join(participants::table)
            .order(participants::ordinal)
            .select((MeetingRow::as_select(), Option::<ParticipantRow>::as_select()));
        let rows: Vec<(MeetingRow, Option<ParticipantRow>)> = match meeting {
            MeetingRef::Id(id) => select.filter(meetings::id.eq(id.as_uuid())).load(&mut connection).await,
            MeetingRef::Code(code) => select.filter(meetings::code.eq(code.as_str())).load(&mut connection).await,
        }
        .map_err(port_error)?;
        drop(connection);
        let (mut found, mut participants) = (None, Vec::with_capacity(rows.len()));
        for (row, participant) in rows {
            found.get_or_insert(row);
            participants.extend(participant);
        }
        found.map(|row| row.into_meeting(participants)).transpose()
    }

    async fn insert(&self, meeting: &mut Meeting) -> Result<(), InsertMeetingError> {
        let version = 1;
        let snapshot = meeting.to_snapshot();
        let row = MeetingRow::of(&snapshot, version)?;
        let joined = UpsertParticipants::changed(&[], &snapshot)?;
        let stays = UpsertStays::changed(&[], &snapshot);
        let sessions = UpsertSessions::of(meeting.id(), meeting.pending_events());
        let events = InsertEvents::of(meeting.pending_events())?;
        let mut connection = self.pool.get().await?;
        OneStatement::new(diesel::insert_into(meetings::table).values(&row))
            .beside(joined.statement())
            .beside(stays.statement())
            .beside(sessions.statement())
            .beside(events.statement())
            .execute(&mut connection)
            .await
            .map_err(|error| match broken_unique_constraint(&error) {
                Some("meetings_code_key") => InsertMeetingError::CodeTaken,
                Some("meetings_pkey") => PortError::Conflict.into(),
                _ => port_error(error).into(),
            })?;
        meeting.mark_stored(version);
        self.pool.signal().raise_for(&events);
        Ok(())
    }

    async fn change(&self, meeting: &MeetingRef, change: MeetingChange<'_>) -> Result<Meeting, ChangeMeetingError> {
        let mut connection = self.pool.get().await?;
        let changed = connection
            .transaction(async |conn| {
                let row = lock_row(conn, meeting).await?.ok_or(ChangeFailure::NotFound)?;
                let participants = load_participants(conn, row.id).await?;
                let mut meeting = row.into_meeting(participants)?;
                let before = meeting.to_snapshot();
                change(&mut meeting).map_err(ChangeFailure::Refused)?;
                let after = meeting.to_snapshot();
                if after == before && meeting.pending_events().is_empty() {
                    return Ok((meeting, None));
                }
                let version = before.version + 1;
                let row = MeetingRow::of(&after, version)?;
                let joined = UpsertParticipants::changed(&before.participants, &after)?;
                let stays = UpsertStays::changed(&before.participants, &after);
                let sessions = UpsertSessions::of(meeting.id(), meeting.pending_events());
                let events = InsertEvents::of(meeting.pending_events())?;
                VersionedUpdate::new("meetings", row.id, before.version, (&row).as_changeset(), &events)
                    .beside(joined.statement())
                    .beside(stays.statement())
                    .beside(sessions.statement())
                    .write(conn)
                    .await?;
                Ok::<_, ChangeFailure<_>>((meeting, Some((version, events))))
            })
            .await;
        settle(&self.pool, changed, Meeting::mark_stored, ChangeMeetingError::NotFound)
    }
}

/// The row, locked until the transaction ends. Participants are to be read afterwards, in a statement of their own:
/// then it sees what was committed while this one waited.
async fn lock_row(conn: &mut AsyncPgConnection, meeting: &MeetingRef) -> Result<Option<MeetingRow>, Error> {
    let select = meetings::table.select(MeetingRow::as_select());
    let row = match meeting {
        MeetingRef::Id(id) => select.find(id.as_uuid()).for_update().first(conn).await,
        MeetingRef::Code(code) => select.filter(meetings::code.eq(code.as_str())).for_update().first(conn).await,
    };
    row.optional()
}

async fn load_participants(conn: &mut AsyncPgConnection, meeting_id: Uuid) -> Result<Vec<ParticipantRow>, Error> {
    participants::table
        .filter(participants::meeting_id.eq(meeting_id))
        .order(participants::ordinal)
        .select(ParticipantRow::as_select())
        .load(conn)
        .await
}
