//! Meetings on PostgreSQL, read for showing.

use application_meeting::{
    ListedRole, MeetingCursor, MeetingFilter, MeetingReader, MeetingView, ParticipantView, StayView,
};
use application_shared::PortError;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, QueryResult, SelectableHelper,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Array, BigInt, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain_meeting::MeetingRef;
use domain_shared::{MeetingId, Page, PageLimit, UserId};
use uuid::Uuid;

use crate::{
    PgPool,
    error::port_error,
    meeting_rows::{MeetingRow, ParticipantRow},
    schema::{meetings, participants, stays},
};

/// The most participants that are shown of one meeting.
const MAX_PARTICIPANTS: i64 = 1_000;

/// The most stays that are told of one meeting.
const MAX_STAYS: i64 = 20_000;

/// Reads meetings from PostgreSQL, one statement for each question.
#[derive(Debug, Clone)]
pub struct PgMeetingReader {
    pool: PgPool,
}

impl PgMeetingReader {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl MeetingReader for PgMeetingReader {
    async fn read(&self, meeting: &MeetingRef) -> Result<Option<MeetingView>, PortError> {
        let mut connection = self.pool.get().await?;
        let select = meetings::table.select(MeetingRow::as_select());
        let row = match meeting {
            MeetingRef::Id(id) => select.find(id.as_uuid()).first(&mut connection).await,
            MeetingRef::Code(code) => select.filter(meetings::code.eq(code.as_str())).first(&mut connection).await,
        };
        drop(connection);
        row.optional().map_err(port_error)?.map(MeetingRow::into_view).transpose()
    }

    async fn list(
        &self,
        user: UserId,
        filter: MeetingFilter,
        after: Option<MeetingCursor>,
        limit: PageLimit,
    ) -> Result<Page<MeetingView, MeetingCursor>, PortError> {
        let wanted = usize::from(limit.get());
        let list = ListMeetings {
            user: user.as_uuid(),
            status: filter.status.map(|kind| kind.as_str()),
            role: filter.role,
            search: filter.search,
            after: after.map(|cursor| (cursor.created_at, cursor.id.as_uuid())),
            // One more than wanted tells whether there is a next page.
            limit: i64::from(limit.get()) + 1,
        };
        let mut connection = self.pool.get().await?;
        let rows: Vec<MeetingRow> = list.load(&mut connection).await.map_err(port_error)?;
        drop(connection);
        let more = rows.len() > wanted;
        let items = rows.into_iter().take(wanted).map(MeetingRow::into_view).collect::<Result<Vec<_>, _>>()?;
        let last = items.last().map(|view| MeetingCursor { created_at: view.created_at, id: view.id });
        Ok(Page { items, next: last.filter(|_| more) })
    }

    async fn participants(&self, meeting: &MeetingRef) -> Result<Option<Vec<ParticipantView>>, PortError> {
        let mut connection = self.pool.get().await?;
        // The left join gives one row without a participant for a meeting that nobody has joined.
        let select = meetings::table
            .left_join(participants::table.on(participants::meeting_id.eq(meetings::id)))
            .order((participants::left_at.is_not_null(), participants::ordinal))
            .limit(MAX_PARTICIPANTS)
            .select(Option::<ParticipantRow>::as_select());
        let rows: Vec<Option<ParticipantRow>> = match meeting {
            MeetingRef::Id(id) => select.filter(meetings::id.eq(id.as_uuid())).load(&mut connection).await,
            MeetingRef::Code(code) => select.filter(meetings::code.eq(code.as_str())).load(&mut connection).await,
        }
        .map_err(port_error)?;
        drop(connection);
        if rows.is_empty() {
            return Ok(None);
        }
        rows.into_iter().flatten().map(ParticipantRow::into_view).collect::<Result<Vec<_>, _>>().map(Some)
    }

    async fn stays(&self, meeting: MeetingId) -> Result<Vec<StayView>, PortError> {
        let mut connection = self.pool.get().await?;
        let rows: Vec<(Uuid, DateTime<Utc>, Option<DateTime<Utc>>)> = stays::table
            .filter(stays::meeting_id.eq(meeting.as_uuid()))
            .order((stays::joined_at, stays::user_id))
            .limit(MAX_STAYS)
            .select((stays::user_id, stays::joined_at, stays::left_at))
            .load(&mut connection)
            .await
            .map_err(port_error)?;
        let view = |(user, joined_at, left_at)| StayView { user_id: UserId::from_uuid(user), joined_at, left_at };
        Ok(rows.into_iter().map(view).collect())
    }
}

/// A page of what `user` created, ever joined, or is invited to, newest first. Each of these is read from an index in the
/// order of the list, so that the cost depends on the page and not on how many meetings there are.
#[derive(Debug)]
struct ListMeetings {
    user: Uuid,
    status: Option<&'static str>,
    role: Option<ListedRole>,
    search: Option<String>,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
}

impl ListMeetings {
    /// Where what is asked for comes from.
    const fn parts(&self) -> &'static [Part] {
        match self.role {
            None => &[CREATED, JOINED, INVITED, INVITED_BY_ADDRESS],
            Some(ListedRole::Host) => &[CREATED, HOSTED],
            Some(ListedRole::Participant) => &[TOOK_PART],
            Some(ListedRole::Invited) => &[INVITED, INVITED_BY_ADDRESS],
        }
    }

    /// One part of the list.
    fn part<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>, part: &Part) -> QueryResult<()> {
        out.push_sql(part.select);
        out.push_bind_param::<SqlUuid, _>(&self.user)?;
        out.push_sql(part.rest);
        if let Some((created_at, id)) = &self.after {
            out.push_sql(part.order.after);
            out.push_bind_param::<Timestamptz, _>(created_at)?;
            out.push_sql(", ");
            out.push_bind_param::<SqlUuid, _>(id)?;
            out.push_sql(")");
        }
        if let Some(status) = &self.status {
            out.push_sql(" AND m.status = ");
            out.push_bind_param::<Text, _>(status)?;
        }
        if let Some(search) = &self.search {
            out.push_sql(" AND m.search @@ search_query(");
            out.push_bind_param::<Text, _>(search)?;
            out.push_sql(")");
        }
        out.push_sql(part.order.by);
        out.push_bind_param::<BigInt, _>(&self.limit)
    }
}

/// Meetings of one origin: a `SELECT` of identifiers and times of creation, up to where the user is named; what follows;
/// and their order.
struct Part {
    select: &'static str,
    rest: &'static str,
    order: Order,
}

/// The order of the list in the words of an index: what comes after a place, and all.
struct Order {
    after: &'static str,
    by: &'static str,
}

const BY_MEETING: Order =
    Order { after: " AND (m.created_at, m.id) < (", by: " ORDER BY m.created_at DESC, m.id DESC LIMIT " };

const BY_PARTICIPANT: Order = Order {
    after: " AND (p.meeting_created_at, p.meeting_id) < (",
    by: " ORDER BY p.meeting_created_at DESC, p.meeting_id DESC LIMIT ",
};

const BY_INVITATION: Order = Order {
    after: " AND (i.meeting_created_at, i.meeting_id) < (",
    by: " ORDER BY i.meeting_created_at DESC, i.meeting_id DESC LIMIT ",
};

const CREATED: Part =
    Part { select: "(SELECT m.id, m.created_at FROM meetings m WHERE m.creator_id = ", rest: "", order: BY_MEETING };

const JOINED: Part = Part {
    select: "(SELECT p.meeting_id, p.meeting_created_at FROM participants p JOIN meetings m ON m.id = p.meeting_id \
             WHERE p.user_id = ",
    rest: "",
    order: BY_PARTICIPANT,
};

const HOSTED: Part = Part { rest: " AND p.role = 'host'", ..JOINED };

const TOOK_PART: Part = Part { rest: " AND p.role <> 'host'", ..JOINED };

const INVITED: Part = Part {
    select: "(SELECT i.meeting_id, i.meeting_created_at FROM invitations i JOIN meetings m ON m.id = i.meeting_id \
             WHERE i.status IN ('pending', 'accepted') AND i.user_id = ",
    rest: "",
    order: BY_INVITATION,
};

const INVITED_BY_ADDRESS: Part = Part {
    select: "(SELECT i.meeting_id, i.meeting_created_at FROM invitations i JOIN meetings m ON m.id = i.meeting_id \
             WHERE i.status IN ('pending', 'accepted') AND i.user_id IS NULL AND i.email = \
             (SELECT lower(u.email) FROM users u WHERE u.email_verified_at IS NOT NULL AND u.id = ",
    rest: ")",
    order: BY_INVITATION,
};

impl QueryFragment<Pg> for ListMeetings {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "SELECT m.id, m.code, m.title, m.description, m.creator_id, m.status, m.start_time, m.end_time, \
             m.max_participants, m.started_at, m.ended_at, m.created_at, m.updated_at, m.version, \
             m.settings, m.passcode_hash, m.locked, m.lobby, m.time_zone, m.recurrence, m.series_start, m.excluded, \
             m.advance_at FROM (",
        );
        if self.search.is_some() {
            // Which index is best depends on what is searched for: a plan for this once.
            out.unsafe_to_cache_prepared();
        }
        for (at, part) in self.parts().iter().enumerate() {
            out.push_sql(if at == 0 { "" } else { ") UNION " });
            self.part(&mut out, part)?;
        }
        out.push_sql(
            ")) AS mine (id, created_at) JOIN meetings m ON m.id = mine.id \
             ORDER BY mine.created_at DESC, mine.id DESC LIMIT ",
        );
        out.push_bind_param::<BigInt, _>(&self.limit)
    }
}

impl QueryId for ListMeetings {
    // The text depends on what is asked for; prepared statements are told apart by it.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for ListMeetings {
    type SqlType = (
        SqlUuid,
        Text,
        Text,
        Nullable<Text>,
        SqlUuid,
        Text,
        Nullable<Timestamptz>,
        Nullable<Timestamptz>,
        Integer,
        Nullable<Timestamptz>,
        Nullable<Timestamptz>,
        Timestamptz,
        Timestamptz,
        BigInt,
        Jsonb,
        Nullable<Text>,
        Bool,
        Jsonb,
        Nullable<Text>,
        Nullable<Text>,
        Nullable<Timestamptz>,
        Array<Timestamptz>,
        Nullable<Timestamptz>,
    );
}
