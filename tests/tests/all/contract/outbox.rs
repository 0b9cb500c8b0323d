//! The contract of `OutboxReader`, and the relay on it.

use std::{collections::HashSet, sync::Arc, time::Duration};

use application_meeting::{MeetingRepository, TellRoom};
use application_shared::{
    EventHandler, OutboxMessage, OutboxReader, OutboxRelay, OutboxRelayOptions, PortError, PubSub, ROOM_COMMANDS,
    Rejection, Subscription,
};
use async_trait::async_trait;
use chrono::TimeDelta;
use domain_meeting::{Joining, MeetingEvent};
use domain_shared::{DomainEvent, FixedClock};
use futures::future::join_all;
use infrastructure_postgres::{PgMeetingRepository, PgOutboxReader};
use open_meeting_tests::{TestDatabase, wait_until};
use tokio::sync::{mpsc, oneshot};

use super::{at, meeting, meeting_id, name, user_id};

const LEASE: TimeDelta = TimeDelta::seconds(60);
const NEVER: Duration = Duration::from_secs(3_600);

struct World {
    database: TestDatabase,
    meetings: PgMeetingRepository,
    outbox: PgOutboxReader,
}

async fn world() -> World {
    let database = TestDatabase::new().await;
    let pool = database.pool();
    World { database, meetings: PgMeetingRepository::new(pool.clone()), outbox: PgOutboxReader::new(pool) }
}

impl World {
    async fn create(&self, n: u128) {
        self.meetings.insert(&mut meeting(n, at(0))).await.unwrap();
    }

    /// What is due at `seconds`.
    async fn claim(&self, limit: u16, seconds: i64) -> Vec<OutboxMessage> {
        self.outbox.claim(limit, LEASE, at(seconds)).await.unwrap()
    }
}

/// Nobody could handle it.
fn later(reason: &str, seconds: i64) -> Rejection<'_> {
    Rejection { reason, handled_by: &[], retry_at: at(seconds) }
}

fn numbers(messages: &[OutboxMessage]) -> Vec<u128> {
    messages.iter().map(|message| message.aggregate_id.as_u128()).collect()
}

#[tokio::test]
async fn messages_come_oldest_first_once_and_with_the_event() {
    let world = world().await;
    for n in [3, 1, 2] {
        world.create(n).await;
    }
    let first = world.claim(2, 0).await;
    assert_eq!(numbers(&first), [3, 1]);
    let message = &first[0];
    assert_eq!((message.name.as_str(), message.occurred_at, message.attempts), ("meeting.created", at(0), 0));
    let event: MeetingEvent = serde_json::from_value(message.payload.clone()).unwrap();
    assert_eq!((event.name(), event.aggregate_id()), ("meeting.created", meeting_id(3).as_uuid()));

    assert_eq!(numbers(&world.claim(10, 0).await), [2], "what is claimed is not given out again");
    let ids: Vec<_> = first.iter().map(|message| message.id).collect();
    world.outbox.acknowledge(&ids, at(1)).await.unwrap();
    assert_eq!(numbers(&world.claim(10, 59).await), []);
}

#[tokio::test]
async fn a_claim_that_is_not_acknowledged_comes_again_when_the_lease_has_expired() {
    let world = world().await;
    world.create(1).await;
    let claimed = world.claim(10, 0).await;
    assert_eq!(numbers(&world.claim(10, 59).await), []);
    let again = world.claim(10, 60).await;
    assert_eq!(again, claimed);
    world.outbox.acknowledge(&[again[0].id], at(61)).await.unwrap();
    assert_eq!(numbers(&world.claim(10, 999).await), []);
}

#[tokio::test]
async fn what_was_rejected_comes_again_at_its_time_and_knows_how_often() {
    let world = world().await;
    world.create(1).await;
    let id = world.claim(10, 0).await[0].id;
    let reason = format!("no\0 {}", "x".repeat(5_000));
    let handled_by = ["the-one-that-could".to_owned()];
    let rejection = Rejection { reason: &reason, handled_by: &handled_by, retry_at: at(10) };
    world.outbox.reject(id, rejection).await.unwrap();
    assert_eq!(numbers(&world.claim(10, 9).await), []);
    let again = world.claim(10, 10).await;
    assert_eq!((again[0].id, again[0].attempts, again[0].handled_by.as_slice()), (id, 1, handled_by.as_slice()));
    world.outbox.acknowledge(&[id], at(11)).await.unwrap();
    world.outbox.reject(id, later("too late", 12)).await.unwrap();
    assert_eq!(numbers(&world.claim(10, 99).await), [], "what is delivered stays delivered");
    assert_eq!(world.database.count("SELECT count(*) FROM outbox WHERE last_error LIKE 'no xxx%'").await, 1);
}

#[tokio::test]
async fn the_messages_of_an_aggregate_come_one_after_the_other() {
    let world = world().await;
    world.create(1).await;
    world.meetings.change(&meeting_id(1).into(), &mut |m| m.end(user_id(1), at(1))).await.unwrap();
    world.create(2).await;

    let first = world.claim(10, 0).await;
    assert_eq!(numbers(&first), [1, 2], "of each aggregate the oldest");
    assert!(first.iter().all(|message| message.name == "meeting.created"));
    world.outbox.reject(first[0].id, later("later", 10)).await.unwrap();
    world.outbox.acknowledge(&[first[1].id], at(1)).await.unwrap();
    assert_eq!(numbers(&world.claim(10, 9).await), [], "the end may not overtake the beginning");

    let second = world.claim(10, 10).await;
    assert_eq!(second[0].id, first[0].id);
    assert_eq!(numbers(&world.claim(10, 11).await), [], "nor while the beginning is being delivered");
    world.outbox.acknowledge(&[second[0].id], at(11)).await.unwrap();
    assert_eq!(world.claim(10, 11).await[0].name, "meeting.ended");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_readers_never_get_the_same_message() {
    let world = world().await;
    world
        .database
        .execute(
            "INSERT INTO outbox (name, aggregate_id, payload, occurred_at)
             SELECT 'x.happened', gen_random_uuid(), '{}', now() FROM generate_series(1, 500)",
        )
        .await;
    let readers: Vec<_> = (0..4).map(|_| Arc::new(PgOutboxReader::new(world.database.pool()))).collect();
    let claimed = join_all(readers.into_iter().map(|reader| {
        tokio::spawn(async move {
            let mut mine = Vec::new();
            loop {
                let messages = reader.claim(7, LEASE, at(0)).await.unwrap();
                if messages.is_empty() {
                    return mine;
                }
                mine.extend(messages.into_iter().map(|message| message.id));
            }
        })
    }))
    .await;
    let claimed: Vec<_> = claimed.into_iter().flat_map(Result::unwrap).collect();
    assert_eq!(claimed.len(), 500);
    assert_eq!(claimed.iter().collect::<HashSet<_>>().len(), 500);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_locked_row_is_passed_over() {
    let world = world().await;
    world.create(1).await;
    world.create(2).await;
    let (mut client, connection) = tokio_postgres::connect(&world.database.url(), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let other = client.transaction().await.unwrap();
    other.execute("SELECT 1 FROM outbox ORDER BY position LIMIT 1 FOR UPDATE", &[]).await.unwrap();
    assert_eq!(numbers(&world.claim(10, 0).await), [2], "it is not waited for");
    other.rollback().await.unwrap();
    assert_eq!(numbers(&world.claim(10, 0).await), [1]);
}

#[tokio::test]
async fn old_delivered_messages_are_deleted_and_no_others() {
    let world = world().await;
    for n in 1..=3 {
        world.create(n).await;
    }
    let claimed = world.claim(2, 0).await;
    world.outbox.acknowledge(&[claimed[0].id], at(1)).await.unwrap();
    world.outbox.acknowledge(&[claimed[1].id], at(9)).await.unwrap();
    assert_eq!(world.outbox.prune(at(9)).await.unwrap(), 1);
    assert_eq!(world.outbox.prune(at(9)).await.unwrap(), 0);
    assert_eq!(world.database.count("SELECT count(*) FROM outbox").await, 2);
}

/// A reader of another node, which has a pool of its own, so that only the database can carry the news; and polling
/// comes too late for any test.
fn other_node(world: &World) -> PgOutboxReader {
    PgOutboxReader::with_poll_interval(world.database.pool(), NEVER)
}

/// Waits until there is something to claim.
async fn woken(reader: &PgOutboxReader) -> Vec<u128> {
    loop {
        let messages = reader.claim(10, LEASE, at(0)).await.unwrap();
        if !messages.is_empty() {
            return numbers(&messages);
        }
        reader.wait().await;
    }
}

#[tokio::test]
async fn a_reader_is_woken_by_what_its_own_node_writes() {
    let world = world().await;
    let pool = world.database.pool();
    let (meetings, reader) = (PgMeetingRepository::new(pool.clone()), PgOutboxReader::with_poll_interval(pool, NEVER));
    let waiting = tokio::spawn(async move { woken(&reader).await });
    meetings.insert(&mut meeting(1, at(0))).await.unwrap();
    assert_eq!(waiting.await.unwrap(), [1]);
}

#[tokio::test]
async fn a_reader_is_woken_by_what_another_node_writes() {
    let world = world().await;
    let reader = other_node(&world);
    // The first wait ends when the connection listens.
    reader.wait().await;
    let waiting = tokio::spawn(async move { woken(&reader).await });
    world.create(1).await;
    assert_eq!(waiting.await.unwrap(), [1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_reader_listens_again_after_its_connection_broke() {
    let world = world().await;
    let reader = other_node(&world);
    reader.wait().await;
    let waiting = tokio::spawn(async move {
        // Ends when it listens again, since something may have been missed.
        reader.wait().await;
        woken(&reader).await
    });
    let listeners =
        "SELECT count(*) FROM pg_stat_activity WHERE query = 'LISTEN outbox' AND datname = current_database()";
    wait_until("somebody listens", async || world.database.count(listeners).await == 1).await;
    assert!(world.database.break_connections().await >= 1);
    wait_until("somebody listens again", async || world.database.count(listeners).await == 1).await;
    world.create(1).await;
    assert_eq!(waiting.await.unwrap(), [1]);
}

/// Tells the test what is published.
struct Channel(mpsc::UnboundedSender<(String, Vec<u8>)>);

#[async_trait]
impl PubSub for Channel {
    async fn publish(&self, channel: &str, payload: Vec<u8>) -> Result<(), PortError> {
        self.0.send((channel.to_owned(), payload)).map_err(PortError::unavailable)
    }

    async fn subscribe(&self, _channel: &str) -> Result<Subscription, PortError> {
        Err(PortError::unavailable("not needed here"))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_meeting_that_ends_closes_its_room() {
    let world = world().await;
    let (publisher, mut published) = mpsc::unbounded_channel();
    let stored = Arc::new(PgMeetingRepository::new(world.database.pool()));
    let handlers: Vec<Arc<dyn EventHandler>> = vec![Arc::new(TellRoom::new(Arc::new(Channel(publisher)), stored))];
    let relay = OutboxRelay::new(
        Arc::new(world.outbox),
        handlers,
        Arc::new(FixedClock::at(at(100))),
        OutboxRelayOptions::default(),
    );
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(async move {
        relay
            .run(async {
                stopped.await.ok();
            })
            .await;
    });
    let meetings = world.meetings;
    meetings.insert(&mut meeting(1, at(0))).await.unwrap();
    meetings
        .change(&meeting_id(1).into(), &mut |m| m.join(Joining::account(user_id(1), name("Ada")), at(1)).map(drop))
        .await
        .unwrap();
    meetings.change(&meeting_id(1).into(), &mut |m| m.end(user_id(1), at(2))).await.unwrap();

    let (channel, payload) = published.recv().await.unwrap();
    assert_eq!(channel, ROOM_COMMANDS);
    let command: serde_json::Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(command["room_id"], meeting_id(1).to_string());
    stop.send(()).unwrap();
    running.await.unwrap();
    assert_eq!(world.database.count("SELECT count(*) FROM outbox WHERE delivered_at IS NULL").await, 0);
    assert_eq!(world.database.count("SELECT count(*) FROM outbox").await, 4);
}
