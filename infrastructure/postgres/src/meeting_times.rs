//! When meetings take place and were held, on PostgreSQL.

use application_meeting::{MeetingTimes, PlannedMeeting, SessionView, StayView};
use application_shared::{BoxError, PortError};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, QueryDsl, QueryableByName,
    sql_types::{Array, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain_meeting::Schedule;
use domain_shared::{MeetingId, UserId};
use uuid::Uuid;

use crate::{
    PgPool,
    error::port_error,
    meeting_rows::series_of,
    schema::{meeting_sessions, meetings, stays},
};

/// The most times that are told of one meeting.
const MAX_SESSIONS: i64 = 1_000;
/// The most stays that are told of one of them.
const MAX_STAYS: i64 = 20_000;

/// The meetings of a user ($1) that take place once, or were held, from $2 on and before $3; and those that recur and begin
/// before $3. Each part of `mine` is read by an index.
const PLANNED: &str = "
    WITH mine AS MATERIALIZED (
        SELECT m.id, m.code, m.title, m.status, m.start_time, m.end_time, m.started_at, m.ended_at, m.created_at, m.time_zone,
               m.recurrence, m.series_start, m.excluded,
               m.creator_id = $1 OR EXISTS (
                   SELECT FROM participants p WHERE p.meeting_id = m.id AND p.user_id = $1 AND p.role = 'host'
               ) AS is_host
          FROM meetings m
         WHERE m.id IN (
                   SELECT c.id FROM meetings c WHERE c.creator_id = $1
                   UNION SELECT p.meeting_id FROM participants p WHERE p.user_id = $1
                   UNION SELECT i.meeting_id FROM invitations i WHERE i.user_id = $1 AND i.status IN ('pending', 'accepted')
               )
           AND CASE WHEN m.recurrence IS NULL
                   THEN coalesce(m.start_time, m.started_at) >= $2 AND coalesce(m.start_time, m.started_at) < $3
                   ELSE m.series_start < $3
               END
    )
    (SELECT * FROM mine WHERE recurrence IS NULL ORDER BY coalesce(start_time, started_at), id LIMIT 1000)
    UNION ALL
    (SELECT * FROM mine WHERE recurrence IS NOT NULL ORDER BY start_time DESC, id LIMIT 300)";

/// Reads from PostgreSQL, one statement for each question.
#[derive(Debug, Clone)]
pub struct PgMeetingTimes {
    pool: PgPool,
}

impl PgMeetingTimes {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[derive(QueryableByName)]
struct PlannedRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    start_time: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    end_time: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    started_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    ended_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    time_zone: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    recurrence: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    series_start: Option<DateTime<Utc>>,
    #[diesel(sql_type = Array<Timestamptz>)]
    excluded: Vec<DateTime<Utc>>,
    #[diesel(sql_type = Bool)]
    is_host: bool,
}

impl PlannedRow {
    fn into_view(self) -> Result<PlannedMeeting, PortError> {
        let corrupt = |what: &'static str| move |source: BoxError| PortError::corrupt(what, source);
        let (zone, series) = series_of(self.time_zone, self.recurrence, self.series_start, self.excluded)?;
        let schedule = Schedule::parse(self.start_time, self.end_time, self.created_at);
        let schedule = schedule.map_err(|e| corrupt("schedule")(e.into()))?;
        Ok(PlannedMeeting {
            id: MeetingId::from_uuid(self.id),
            code: self.code,
            title: self.title,
            status: self
                .status
                .parse()
                .map_err(|e: domain_meeting::UnknownMeetingStatus| corrupt("meeting status")(e.into()))?,
            schedule: schedule.restore(zone, series).map_err(|e| corrupt("recurrence")(e.into()))?,
            started_at: self.started_at,
            ended_at: self.ended_at,
            is_host: self.is_host,
        })
    }
}

#[async_trait]
impl MeetingTimes for PgMeetingTimes {
    async fn planned(
        &self,
        user: UserId,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<PlannedMeeting>, PortError> {
        let mut connection = self.pool.get().await?;
        let rows: Vec<PlannedRow> = diesel::sql_query(PLANNED)
            .bind::<SqlUuid, _>(user.as_uuid())
            .bind::<Timestamptz, _>(from)
            .bind::<Timestamptz, _>(until)
            .load(&mut connection)
            .await
            .map_err(port_error)?;
        drop(connection);
        rows.into_iter().map(PlannedRow::into_view).collect()
    }

    async fn sessions(&self, meeting: MeetingId) -> Result<Vec<SessionView>, PortError> {
        let mut connection = self.pool.get().await?;
        let rows: Vec<(DateTime<Utc>, Option<DateTime<Utc>>)> = meeting_sessions::table
            .filter(meeting_sessions::meeting_id.eq(meeting.as_uuid()))
            .order(meeting_sessions::started_at.desc())
            .limit(MAX_SESSIONS)
            .select((meeting_sessions::started_at, meeting_sessions::ended_at))
            .load(&mut connection)
            .await
            .map_err(port_error)?;
        Ok(rows.into_iter().map(|(started_at, ended_at)| SessionView { started_at, ended_at }).collect())
    }

    async fn stays(&self, meeting: MeetingId, session: SessionView) -> Result<Vec<StayView>, PortError> {
        let until = session.ended_at.unwrap_or(DateTime::<Utc>::from_timestamp_nanos(i64::MAX));
        let mut connection = self.pool.get().await?;
        let rows: Vec<(Uuid, DateTime<Utc>, Option<DateTime<Utc>>)> = stays::table
            .filter(stays::meeting_id.eq(meeting.as_uuid()))
            .filter(stays::joined_at.ge(session.started_at).and(stays::joined_at.le(until)))
            .order((stays::joined_at, stays::user_id))
            .limit(MAX_STAYS)
            .select((stays::user_id, stays::joined_at, stays::left_at))
            .load(&mut connection)
            .await
            .map_err(port_error)?;
        let view = |(user, joined_at, left_at)| StayView { user_id: UserId::from_uuid(user), joined_at, left_at };
        Ok(rows.into_iter().map(view).collect())
    }

    async fn to_advance(&self, now: DateTime<Utc>, limit: u16) -> Result<Vec<MeetingId>, PortError> {
        let mut connection = self.pool.get().await?;
        let due: Vec<Uuid> = meetings::table
            .filter(meetings::advance_at.le(now))
            .order((meetings::advance_at, meetings::id))
            .limit(i64::from(limit))
            .select(meetings::id)
            .load(&mut connection)
            .await
            .map_err(port_error)?;
        Ok(due.into_iter().map(MeetingId::from_uuid).collect())
    }
}
