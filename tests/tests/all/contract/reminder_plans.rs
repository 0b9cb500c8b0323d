//! The contract of `ReminderPlans`.

use application_meeting::{MeetingRepository, ReminderPlans};
use chrono::TimeDelta;
use domain_meeting::{PlannedReminder, ReminderEvent};
use futures::future::join_all;
use infrastructure_postgres::{PgMeetingRepository, PgReminderPlans};
use open_meeting_tests::TestDatabase;

use super::{at, meeting, meeting_id, outbox};

/// The reminder of meeting `n` that starts so many minutes later.
fn reminder(n: u128, minutes: i64) -> PlannedReminder {
    PlannedReminder { meeting_id: meeting_id(n), starts_at: at(minutes * 60) }
}

fn event(n: u128) -> ReminderEvent {
    ReminderEvent::Due { meeting_id: meeting_id(n), invitation_id: None, starts_at: at(600), at: at(0) }
}

/// With meetings 1 to 3.
async fn store() -> (TestDatabase, PgReminderPlans) {
    let database = TestDatabase::new().await;
    let meetings = PgMeetingRepository::new(database.pool());
    for n in 1..=3 {
        meetings.insert(&mut meeting(n, at(0))).await.unwrap();
    }
    database.execute("DELETE FROM outbox").await;
    let plans = PgReminderPlans::new(database.pool());
    (database, plans)
}

#[tokio::test]
async fn each_meeting_has_one_reminder_which_is_due_ten_minutes_before() {
    let (database, plans) = store().await;
    plans.plan(&reminder(1, 99)).await.unwrap();
    plans.plan(&reminder(1, 30)).await.unwrap();
    plans.plan(&reminder(2, 20)).await.unwrap();
    plans.plan(&reminder(3, 40)).await.unwrap();
    plans.plan(&reminder(9, 20)).await.unwrap();
    assert_eq!(plans.due(at(599), 10).await.unwrap(), []);
    assert_eq!(plans.due(at(600), 10).await.unwrap(), [reminder(2, 20)], "a meeting that is gone has none");
    assert_eq!(plans.due(at(3_600), 2).await.unwrap(), [reminder(2, 20), reminder(1, 30)]);
    for _ in 0..2 {
        plans.cancel(meeting_id(2)).await.unwrap();
        assert_eq!(plans.due(at(3_600), 10).await.unwrap(), [reminder(1, 30), reminder(3, 40)]);
    }
    database.execute("DELETE FROM meetings").await;
    assert_eq!(plans.due(at(3_600), 10).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_several_nodes_one_fires() {
    let (database, plans) = store().await;
    plans.plan(&reminder(1, 20)).await.unwrap();
    let outcomes = join_all((0..6).map(|_| {
        let plans = plans.clone();
        tokio::spawn(async move { plans.fire(&reminder(1, 20), None, &[event(1), event(1)]).await.unwrap() })
    }))
    .await;
    assert_eq!(outcomes.into_iter().filter(|fired| *fired.as_ref().unwrap()).count(), 1);
    assert_eq!(outbox(&database).await, ["meeting.reminder-due"; 2]);
    assert_eq!(plans.due(at(9_999), 10).await.unwrap(), []);
}

#[tokio::test]
async fn the_next_one_takes_the_place_of_the_last_and_what_was_planned_anew_is_not_fired() {
    let (database, plans) = store().await;
    plans.plan(&reminder(1, 20)).await.unwrap();
    assert!(plans.fire(&reminder(1, 20), Some(&reminder(1, 50)), &[]).await.unwrap());
    assert!(!plans.fire(&reminder(1, 20), Some(&reminder(1, 80)), &[event(1)]).await.unwrap());
    assert_eq!(outbox(&database).await, Vec::<String>::new());
    assert_eq!(plans.due(at(9_999), 10).await.unwrap(), [reminder(1, 50)]);
    assert!(plans.due(at(0) + TimeDelta::minutes(40) - TimeDelta::microseconds(1), 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_due_is_read_from_an_index() {
    let (database, _) = store().await;
    database
        .execute(
            "ALTER TABLE meeting_reminders DROP CONSTRAINT meeting_reminders_meeting_fkey; \
             INSERT INTO meeting_reminders SELECT gen_random_uuid(), now(), now() + n * interval '1 minute' \
             FROM generate_series(1, 50000) n; ANALYZE meeting_reminders",
        )
        .await;
    let plan = database
        .query(
            "EXPLAIN SELECT * FROM meeting_reminders WHERE remind_at <= now() ORDER BY remind_at, meeting_id LIMIT 100",
        )
        .await;
    let plan: Vec<String> = plan.iter().map(|row| row.get(0)).collect();
    let plan = plan.join("\n");
    assert!(plan.contains("meeting_reminders_due_idx") && !plan.contains("Seq Scan"), "{plan}");
}
