//! The pool: its limits, its health, and how it lives through a database that goes away.

use std::{sync::Arc, time::Duration};

use application_meeting::{MeetingReader, MeetingRepository};
use application_shared::{HealthCheck, PortError};
use infrastructure_postgres::{PgMeetingReader, PgMeetingRepository, PgPool};
use open_meeting_tests::{TestDatabase, wait_until};
use tokio::task::block_in_place;

use super::{at, meeting, meeting_id, user_id};

#[tokio::test]
async fn tells_how_busy_it_is() {
    let database = TestDatabase::new().await;
    let pool = database.pool();
    assert_eq!((pool.status().size, pool.status().max_size), (0, 10));
    pool.check().await.unwrap();
    let status = pool.status();
    assert_eq!((status.size, status.available, status.waiting), (1, 1, 0));
    let named = "SELECT count(*) FROM pg_stat_activity
                 WHERE application_name = 'open-meeting' AND datname = current_database()";
    assert_eq!(database.count(named).await, 1, "operators see whose connections they are");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_waits_too_long_for_a_connection_is_told() {
    let database = TestDatabase::new().await;
    let mut options = database.options();
    options.size = 1;
    options.acquire_timeout = Duration::from_millis(50);
    let pool = PgPool::new(options).unwrap();
    let meetings = PgMeetingRepository::new(pool.clone());
    meetings.insert(&mut meeting(1, at(0))).await.unwrap();

    // A change holds the only connection until it is let go.
    let (holding, held) = std::sync::mpsc::channel::<()>();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let holder = tokio::spawn(async move {
        meetings
            .change(&meeting_id(1).into(), &mut move |_| {
                holding.send(()).unwrap();
                block_in_place(|| released.recv()).unwrap();
                Ok(())
            })
            .await
    });
    tokio::task::spawn_blocking(move || held.recv().unwrap()).await.unwrap();
    let refused = pool.check().await;
    assert!(matches!(&refused, Err(PortError::Unavailable(_))), "{refused:?}");
    assert!(refused.unwrap_err().to_string().contains("in time"));
    release.send(()).unwrap();
    holder.await.unwrap().unwrap();
    pool.check().await.unwrap();
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_given_up() {
    let database = TestDatabase::new().await;
    let mut options = database.options();
    options.statement_timeout = Duration::from_millis(50);
    let pool = PgPool::new(options).unwrap();
    let reader = PgMeetingReader::new(pool.clone());
    database
        .execute(
            "CREATE FUNCTION slow() RETURNS boolean LANGUAGE sql AS 'SELECT pg_sleep(3600) IS NULL';
             ALTER TABLE meetings RENAME TO hidden;
             CREATE VIEW meetings AS SELECT * FROM hidden WHERE slow();
             INSERT INTO hidden (id, code, title, creator_id, status, max_participants, created_at, updated_at, version)
             VALUES (gen_random_uuid(), 'abc-defg-hij', 'x', gen_random_uuid(), 'scheduled', 2, now(), now(), 1)",
        )
        .await;
    let code = domain_meeting::MeetingCode::parse("abc-defg-hij").unwrap();
    let found = reader.read(&code.into()).await;
    assert!(matches!(found, Err(PortError::Unavailable(_))), "{found:?}");
    pool.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn works_again_after_its_connections_broke() {
    let database = TestDatabase::new().await;
    let pool = database.pool();
    let (meetings, reader) = (PgMeetingRepository::new(pool.clone()), PgMeetingReader::new(pool.clone()));
    meetings.insert(&mut meeting(1, at(0))).await.unwrap();
    assert!(database.break_connections().await >= 1);
    // A connection is given out broken as long as the program has not heard of it; each of them costs one failure.
    wait_until("the pool is well", async || pool.check().await.is_ok()).await;
    wait_until("reads work", async || matches!(reader.read(&meeting_id(1).into()).await, Ok(Some(_)))).await;
    wait_until("writes work", async || meetings.insert(&mut meeting(2, at(0))).await.is_ok()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_that_loses_its_connection_leaves_nothing_behind() {
    let database = TestDatabase::new().await;
    let pool = database.pool();
    let meetings = Arc::new(PgMeetingRepository::new(pool.clone()));
    meetings.insert(&mut meeting(1, at(0))).await.unwrap();

    let (holding, held) = std::sync::mpsc::channel::<()>();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let changing = Arc::clone(&meetings);
    let change = tokio::spawn(async move {
        changing
            .change(&meeting_id(1).into(), &mut move |m| {
                holding.send(()).unwrap();
                block_in_place(|| released.recv()).unwrap();
                m.end(user_id(1), at(1))
            })
            .await
    });
    tokio::task::spawn_blocking(move || held.recv().unwrap()).await.unwrap();
    assert!(database.break_connections().await >= 1);
    release.send(()).unwrap();
    assert!(change.await.unwrap().is_err());
    wait_until("the pool has replaced what broke", async || pool.check().await.is_ok()).await;
    let found = meetings.find(&meeting_id(1).into()).await.unwrap().unwrap();
    assert_eq!((found.version(), found.status().ended_at()), (1, None));
    assert_eq!(super::outbox(&database).await, ["meeting.created"]);
    meetings.change(&meeting_id(1).into(), &mut |m| m.end(user_id(1), at(2))).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_that_is_dropped_half_way_leaves_nothing_behind() {
    let database = TestDatabase::new().await;
    let mut options = database.options();
    options.size = 1;
    let pool = PgPool::new(options).unwrap();
    let meetings = Arc::new(PgMeetingRepository::new(pool.clone()));
    meetings.insert(&mut meeting(1, at(0))).await.unwrap();
    // Somebody else holds the row, so that the change waits in the middle of its transaction.
    let (mut client, connection) = tokio_postgres::connect(&database.url(), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let other = client.transaction().await.unwrap();
    other.execute("SELECT 1 FROM meetings FOR UPDATE", &[]).await.unwrap();
    let changing = Arc::clone(&meetings);
    let change = tokio::spawn(async move {
        changing.change(&meeting_id(1).into(), &mut |m| m.end(user_id(1), at(1))).await.map(drop)
    });
    let waits = "SELECT count(*) FROM pg_stat_activity
                 WHERE wait_event_type = 'Lock' AND datname = current_database()";
    wait_until("the change waits for the lock", async || database.count(waits).await == 1).await;
    change.abort();
    assert!(change.await.unwrap_err().is_cancelled());
    other.rollback().await.unwrap();
    pool.check().await.unwrap();
    let found = meetings.find(&meeting_id(1).into()).await.unwrap().unwrap();
    assert_eq!((found.version(), found.status().ended_at()), (1, None));
}
