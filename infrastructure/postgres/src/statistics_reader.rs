//! Statistics on PostgreSQL. Counted when asked for; a cache is to stand before it.

use application_integration::{
    HeldMeetings, LiveRoom, LiveRoomList, MAX_LIVE_ROOMS, MeetingCounts, RoomCounts, Statistics, StatisticsReader,
};
use application_shared::PortError;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain_shared::RoomId;
use uuid::Uuid;

use crate::{PgPool, error::port_error};

/// Everything as of $1, in one statement. A session counts as used while its access token is good. Who is in a meeting is
/// looked up for each live meeting: a join may read all participants that there ever were.
const READ: &str = "\
SELECT (SELECT count(*) FROM users WHERE deleted_at IS NULL) AS users,
       (SELECT count(DISTINCT s.user_id) FROM sessions s
        WHERE s.ended_at IS NULL AND s.last_used_at > $1 - interval '15 minutes') AS active_users,
       by_status.*, held.*,
       (SELECT COALESCE(sum((SELECT count(*) FROM participants p WHERE p.meeting_id = m.id AND p.left_at IS NULL)), 0)
        FROM meetings m WHERE m.status = 'live')::bigint AS people,
       (SELECT COALESCE(max(running.people), 0)::bigint FROM (
            SELECT sum(step) OVER (ORDER BY at, step) AS people FROM lately CROSS JOIN LATERAL (
                VALUES (lately.joined_at, 1), (lately.left_at, -1)
            ) AS steps (at, step) WHERE at IS NOT NULL
        ) AS running) AS peak_people,
       bare.*, (SELECT count(*) FROM room_participants WHERE status = 'joined') AS room_people
FROM (
    SELECT count(*) FILTER (WHERE status = 'scheduled') AS scheduled, count(*) FILTER (WHERE status = 'live') AS live,
           count(*) FILTER (WHERE status = 'ended') AS ended, count(*) FILTER (WHERE status = 'cancelled') AS cancelled
    FROM meetings
) AS by_status, (
    SELECT count(*) FILTER (WHERE status = 'waiting') AS rooms_waiting, count(*) FILTER (WHERE status = 'active') AS rooms_active,
           count(*) FILTER (WHERE status = 'ended') AS rooms_ended, count(*) FILTER (WHERE status = 'cancelled') AS rooms_cancelled
    FROM rooms
) AS bare, (
    SELECT count(*) FILTER (WHERE day) AS day_meetings, count(*) FILTER (WHERE week) AS week_meetings,
           count(*) AS month_meetings, COALESCE(sum(minutes) FILTER (WHERE day), 0)::bigint AS day_minutes,
           COALESCE(sum(minutes) FILTER (WHERE week), 0)::bigint AS week_minutes,
           COALESCE(sum(minutes), 0)::bigint AS month_minutes
    FROM (
        SELECT ended_at > $1 - interval '24 hours' AS day, ended_at > $1 - interval '7 days' AS week,
               floor(extract(epoch FROM ended_at - started_at) / 60) AS minutes
        FROM meetings WHERE ended_at > $1 - interval '30 days' AND started_at IS NOT NULL
    ) AS each
) AS held";

/// Stays of the last 24 hours, of which none began more than a day before: longer ones are not looked for.
const LATELY: &str = "\
WITH lately AS (
    SELECT joined_at, left_at FROM stays
    WHERE joined_at > $1 - interval '48 hours' AND (left_at IS NULL OR left_at > $1 - interval '24 hours')
)
";

/// The newest of both kinds, each by its index; who is in them is counted for those that are told.
const LIVE_ROOMS: &str = "\
SELECT id, room_name, since,
       CASE WHEN room_name IS NULL
           THEN (SELECT count(*) FROM participants p WHERE p.meeting_id = live.id AND p.left_at IS NULL)
           ELSE (SELECT count(*) FROM room_participants p WHERE p.room_id = live.id AND p.status = 'joined')
       END AS people,
       (SELECT count(*) FROM meetings WHERE status = 'live') + (SELECT count(*) FROM rooms WHERE status = 'active') AS total
FROM (
    (SELECT id, NULL AS room_name, started_at AS since FROM meetings
     WHERE status = 'live' ORDER BY started_at DESC, id DESC LIMIT $1)
    UNION ALL
    (SELECT id, room_name, started_at AS since FROM rooms
     WHERE status = 'active' ORDER BY started_at DESC, id DESC LIMIT $1)
    ORDER BY since DESC, id DESC LIMIT $1
) AS live ORDER BY since DESC, id DESC";

/// Reads statistics from PostgreSQL.
#[derive(Debug, Clone)]
pub struct PgStatisticsReader {
    pool: PgPool,
}

impl PgStatisticsReader {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    users: i64,
    #[diesel(sql_type = BigInt)]
    active_users: i64,
    #[diesel(sql_type = BigInt)]
    scheduled: i64,
    #[diesel(sql_type = BigInt)]
    live: i64,
    #[diesel(sql_type = BigInt)]
    ended: i64,
    #[diesel(sql_type = BigInt)]
    cancelled: i64,
    #[diesel(sql_type = BigInt)]
    people: i64,
    #[diesel(sql_type = BigInt)]
    peak_people: i64,
    #[diesel(sql_type = BigInt)]
    rooms_waiting: i64,
    #[diesel(sql_type = BigInt)]
    rooms_active: i64,
    #[diesel(sql_type = BigInt)]
    rooms_ended: i64,
    #[diesel(sql_type = BigInt)]
    rooms_cancelled: i64,
    #[diesel(sql_type = BigInt)]
    room_people: i64,
    #[diesel(sql_type = BigInt)]
    day_meetings: i64,
    #[diesel(sql_type = BigInt)]
    day_minutes: i64,
    #[diesel(sql_type = BigInt)]
    week_meetings: i64,
    #[diesel(sql_type = BigInt)]
    week_minutes: i64,
    #[diesel(sql_type = BigInt)]
    month_meetings: i64,
    #[diesel(sql_type = BigInt)]
    month_minutes: i64,
}

#[derive(QueryableByName)]
struct RoomRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Nullable<Text>)]
    room_name: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    since: DateTime<Utc>,
    #[diesel(sql_type = BigInt)]
    people: i64,
    #[diesel(sql_type = BigInt)]
    total: i64,
}

/// Counts are never below zero.
fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or_default()
}

const fn held(meetings: u64, minutes: u64) -> HeldMeetings {
    HeldMeetings { meetings, minutes }
}

#[async_trait]
impl StatisticsReader for PgStatisticsReader {
    async fn read(&self, now: DateTime<Utc>) -> Result<Statistics, PortError> {
        let mut connection = self.pool.get().await?;
        let row: Row = diesel::sql_query([LATELY, READ].concat())
            .bind::<Timestamptz, _>(now)
            .get_result(&mut connection)
            .await
            .map_err(port_error)?;
        Ok(Statistics {
            users: count(row.users),
            active_users: count(row.active_users),
            meetings: MeetingCounts {
                scheduled: count(row.scheduled),
                live: count(row.live),
                ended: count(row.ended),
                cancelled: count(row.cancelled),
            },
            people: count(row.people),
            peak_people: count(row.peak_people),
            rooms: RoomCounts {
                waiting: count(row.rooms_waiting),
                active: count(row.rooms_active),
                ended: count(row.rooms_ended),
                cancelled: count(row.rooms_cancelled),
                people: count(row.room_people),
            },
            held_day: held(count(row.day_meetings), count(row.day_minutes)),
            held_week: held(count(row.week_meetings), count(row.week_minutes)),
            held_month: held(count(row.month_meetings), count(row.month_minutes)),
        })
    }

    async fn live_rooms(&self) -> Result<LiveRoomList, PortError> {
        let mut connection = self.pool.get().await?;
        let rows: Vec<RoomRow> = diesel::sql_query(LIVE_ROOMS)
            .bind::<BigInt, _>(i64::from(MAX_LIVE_ROOMS))
            .load(&mut connection)
            .await
            .map_err(port_error)?;
        let total = rows.as_slice().first().map_or(0, |row| count(row.total));
        let room = |row: RoomRow| LiveRoom {
            room_id: RoomId::from_uuid(row.id),
            room_name: row.room_name,
            since: row.since,
            people: count(row.people),
        };
        Ok(LiveRoomList { rooms: rows.into_iter().map(room).collect(), total })
    }
}
