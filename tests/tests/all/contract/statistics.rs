//! The contract of `StatisticsReader`.

use application_integration::{HeldMeetings, MeetingCounts, RoomCounts, Statistics, StatisticsReader};
use chrono::{DateTime, TimeDelta, Utc};
use infrastructure_postgres::PgStatisticsReader;
use open_meeting_tests::TestDatabase;

fn hours(ago: i64) -> DateTime<Utc> {
    "2026-07-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() - TimeDelta::hours(ago)
}

/// Meetings of so many hours ago, each of 90 minutes, and people who came and left, so many hours ago.
async fn database() -> TestDatabase {
    let database = TestDatabase::new().await;
    database
        .execute(
            "CREATE FUNCTION ago(hours numeric) RETURNS timestamptz LANGUAGE sql AS
                 $$ SELECT timestamptz '2026-07-01T00:00:00Z' - hours * interval '1 hour' $$;
             INSERT INTO meetings (id, code, title, creator_id, status, max_participants, started_at, ended_at, created_at,
                                   updated_at, version)
                 SELECT gen_random_uuid(), n::text, 'T', gen_random_uuid(), status, 9, begun, ended, ago(9000), ago(9000), 1
                 FROM (VALUES (1, 'ended', ago(2.5), ago(1)), (2, 'ended', ago(50), ago(48.5)),
                              (3, 'ended', ago(300), ago(298.5)), (4, 'ended', ago(3000), ago(2998.5)),
                              (5, 'ended', NULL, ago(1)), (6, 'cancelled', NULL, ago(1)), (7, 'scheduled', NULL, NULL),
                              (8, 'live', ago(3), NULL), (9, 'live', ago(2), NULL))
                      AS given (n, status, begun, ended);
             INSERT INTO participants (meeting_id, user_id, ordinal, role, display_name, joined_at, left_at,
                                       meeting_created_at)
                 SELECT id, gen_random_uuid(), n, 'participant', 'X', ago(2), CASE WHEN n = 3 THEN ago(1) END, ago(9000)
                 FROM meetings, generate_series(1, 3) n WHERE code = '8';
             INSERT INTO stays (meeting_id, user_id, joined_at, left_at)
                 SELECT (SELECT id FROM meetings WHERE code = '8'), gen_random_uuid(), ago(j), ago(l)
                 FROM (VALUES (40, 39), (40, 38), (40, 37), (30, 20), (21, 20), (20, 10), (5, 4), (3, NULL)) AS t (j, l);
             INSERT INTO rooms (id, room_name, call_type, invite_on, creator, status, max_participants, empty_timeout_s,
                                departure_timeout_s, locked, started_at, ended_at, created_at, updated_at, version)
                 SELECT gen_random_uuid(), name, 'video', false, 'u1', status, 9, 600, 60, false, begun, ended, ago(9), ago(9), 1
                 FROM (VALUES ('a', 'waiting', NULL, NULL), ('b', 'active', ago(2.5), NULL), ('c', 'active', ago(1), NULL),
                              ('d', 'ended', ago(3), ago(1)), ('e', 'ended', NULL, ago(1)), ('f', 'cancelled', NULL, ago(1)))
                      AS given (name, status, begun, ended);
             INSERT INTO room_participants (room_id, uid, user_id, ordinal, status, role, display_name, grants, tokens_since,
                                            created_at, joined_at, left_at)
                 SELECT id, 'u' || n, gen_random_uuid(), n, CASE WHEN n = 3 THEN 'left' ELSE 'joined' END, 'participant', 'X',
                        '{}', ago(2), ago(2), ago(2), CASE WHEN n = 3 THEN ago(1) END
                 FROM rooms, generate_series(1, 3) n WHERE room_name = 'b';",
        )
        .await;
    database
}

#[tokio::test]
async fn what_goes_on_is_counted() {
    let database = database().await;
    let reader = PgStatisticsReader::new(database.pool());
    let held = |meetings| HeldMeetings { meetings, minutes: meetings * 90 };
    let expected = Statistics {
        users: 0,
        active_users: 0,
        meetings: MeetingCounts { scheduled: 1, live: 2, ended: 5, cancelled: 1 },
        people: 2,
        rooms: RoomCounts { waiting: 1, active: 2, ended: 2, cancelled: 1, people: 2 },
        // Two from the 21st to the 20th hour before, of whom one came before the day began; who comes when they leave
        // was not there with them.
        peak_people: 2,
        held_day: held(1),
        held_week: held(2),
        held_month: held(3),
    };
    assert_eq!(reader.read(hours(0)).await.unwrap(), expected);
}

#[tokio::test]
async fn live_rooms_are_told_newest_first() {
    let database = database().await;
    let list = PgStatisticsReader::new(database.pool()).live_rooms().await.unwrap();
    let told: Vec<_> = list.rooms.iter().map(|room| (room.since, room.people, room.room_name.as_deref())).collect();
    let half_past = hours(3) + TimeDelta::minutes(30);
    let expected = vec![(hours(1), 0, Some("c")), (hours(2), 0, None), (half_past, 2, Some("b")), (hours(3), 2, None)];
    assert_eq!((told, list.total), (expected, 4));
}
