//! Tests of the relay, on an outbox in memory.

use std::sync::Mutex;

use async_trait::async_trait;
use domain_shared::{EventId, FixedClock};
use tokio::sync::{Notify, oneshot, watch};
use uuid::Uuid;

use super::*;
use crate::HandlerError;

fn start() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(100)
}

/// An event and what has become of it.
#[derive(Debug, Clone)]
struct Entry {
    message: OutboxMessage,
    due: DateTime<Utc>,
    delivered: bool,
    reasons: Vec<String>,
}

/// Gives out due messages in order; can fail to be read.
struct MemoryOutbox {
    entries: Mutex<Vec<Entry>>,
    failures: Mutex<u32>,
    claims: watch::Sender<u32>,
    pruned: Mutex<Vec<DateTime<Utc>>>,
    /// How many at once, each time.
    acknowledged: Mutex<Vec<usize>>,
    news: Notify,
}

impl MemoryOutbox {
    fn of(events: &[(&str, u128)]) -> Arc<Self> {
        let entries = events.iter().enumerate().map(|(n, (name, aggregate))| Entry {
            message: OutboxMessage {
                id: EventId::from_uuid(Uuid::from_u128(n as u128)),
                name: (*name).to_owned(),
                aggregate_id: Uuid::from_u128(*aggregate),
                payload: serde_json::json!({}),
                occurred_at: start(),
                attempts: 0,
            },
            due: start(),
            delivered: false,
            reasons: Vec::new(),
        });
        Arc::new(Self {
            entries: Mutex::new(entries.collect()),
            failures: Mutex::new(0),
            claims: watch::Sender::new(0),
            pruned: Mutex::default(),
            acknowledged: Mutex::default(),
            news: Notify::new(),
        })
    }

    fn entry(&self, n: usize) -> Entry {
        self.entries.lock().unwrap()[n].clone()
    }

    fn change(&self, id: EventId, change: impl FnOnce(&mut Entry)) {
        change(self.entries.lock().unwrap().iter_mut().find(|e| e.message.id == id).unwrap());
    }
}

#[async_trait]
impl OutboxReader for MemoryOutbox {
    async fn claim(&self, limit: u16, _lease: TimeDelta, now: DateTime<Utc>) -> Result<Vec<OutboxMessage>, PortError> {
        self.claims.send_modify(|n| *n += 1);
        {
            let mut failures = self.failures.lock().unwrap();
            if *failures > 0 {
                *failures -= 1;
                return Err(PortError::unavailable("down"));
            }
        }
        let entries = self.entries.lock().unwrap();
        let due = entries.iter().filter(|e| !e.delivered && e.due <= now);
        Ok(due.take(limit.into()).map(|e| e.message.clone()).collect())
    }

    async fn acknowledge(&self, ids: &[EventId], _now: DateTime<Utc>) -> Result<(), PortError> {
        for id in ids {
            self.change(*id, |e| e.delivered = true);
        }
        self.acknowledged.lock().unwrap().push(ids.len());
        Ok(())
    }

    async fn reject(&self, id: EventId, reason: &str, retry_at: DateTime<Utc>) -> Result<(), PortError> {
        self.change(id, |e| {
            e.due = retry_at;
            e.message.attempts += 1;
            e.reasons.push(reason.to_owned());
        });
        Ok(())
    }

    async fn wait(&self) {
        self.news.notified().await;
    }

    async fn prune(&self, before: DateTime<Utc>) -> Result<u64, PortError> {
        self.pruned.lock().unwrap().push(before);
        Ok(0)
    }
}

/// Keeps what it was given; fails, or never ends, for the aggregates named.
#[derive(Default)]
struct Recorder {
    seen: Mutex<Vec<(String, u128)>>,
    fails: Mutex<HashSet<u128>>,
    hangs: Option<u128>,
}

#[async_trait]
impl EventHandler for Recorder {
    fn name(&self) -> &'static str {
        "record-what-happens"
    }

    fn handles(&self) -> &'static [&'static str] {
        &["a.happened", "b.happened"]
    }

    async fn handle(&self, message: &OutboxMessage) -> Result<(), HandlerError> {
        let aggregate = message.aggregate_id.as_u128();
        self.seen.lock().unwrap().push((message.name.clone(), aggregate));
        if self.hangs == Some(aggregate) {
            std::future::pending::<()>().await;
        }
        if self.fails.lock().unwrap().contains(&aggregate) {
            return Err(HandlerError { handler: "record-what-happens", source: "broken".into() });
        }
        Ok(())
    }
}

struct Bench {
    outbox: Arc<MemoryOutbox>,
    handler: Arc<Recorder>,
    clock: Arc<FixedClock>,
    relay: OutboxRelay,
}

fn bench(events: &[(&str, u128)], handler: Recorder) -> Bench {
    let (outbox, handler) = (MemoryOutbox::of(events), Arc::new(handler));
    let clock = Arc::new(FixedClock::at(start()));
    let options = OutboxRelayOptions {
        handler_timeout: Duration::from_millis(5),
        pause: Duration::from_millis(1),
        ..OutboxRelayOptions::default()
    };
    let relay = OutboxRelay::new(outbox.clone(), vec![handler.clone()], clock.clone(), options);
    Bench { outbox, handler, clock, relay }
}

/// Runs the relay once over what is due: it is told to stop before it starts, and drains at the end.
async fn drain(bench: &Bench) {
    bench.relay.run(std::future::ready(())).await;
}

#[tokio::test]
async fn hands_events_to_those_who_want_them_in_order() {
    let bench =
        bench(&[("a.happened", 1), ("x.happened", 1), ("b.happened", 1), ("a.happened", 2)], Recorder::default());
    drain(&bench).await;
    let seen: Vec<_> = bench.handler.seen.lock().unwrap().clone();
    assert_eq!(seen, [("a.happened".into(), 1), ("b.happened".into(), 1), ("a.happened".into(), 2)]);
    assert!((0..4).all(|n| bench.outbox.entry(n).delivered), "what nobody wants is done with, too");
}

#[tokio::test]
async fn a_failure_holds_back_its_aggregate_and_comes_again_ever_later() {
    let bench = bench(&[("a.happened", 1), ("b.happened", 1), ("a.happened", 2)], Recorder::default());
    bench.handler.fails.lock().unwrap().insert(1);
    drain(&bench).await;
    let (first, second) = (bench.outbox.entry(0), bench.outbox.entry(1));
    assert_eq!(first.reasons, ["record-what-happens: broken"]);
    assert_eq!((first.delivered, first.due), (false, start() + TimeDelta::seconds(1)));
    assert_eq!(second.reasons, ["an earlier event of the same aggregate waits"]);
    assert!(bench.outbox.entry(2).delivered, "other aggregates go on");

    for seconds in [2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
        let due = bench.outbox.entry(0).due;
        bench.clock.advance(due - bench.clock.now());
        drain(&bench).await;
        assert_eq!(bench.outbox.entry(0).due - due, TimeDelta::seconds(seconds));
    }
    bench.handler.fails.lock().unwrap().clear();
    bench.clock.advance(TimeDelta::minutes(5));
    drain(&bench).await;
    assert!(bench.outbox.entry(0).delivered && bench.outbox.entry(1).delivered);
}

#[tokio::test]
async fn what_was_handled_is_acknowledged_together() {
    let bench = bench(&[("a.happened", 1), ("a.happened", 2), ("x.happened", 3)], Recorder::default());
    bench.handler.fails.lock().unwrap().insert(2);
    drain(&bench).await;
    assert_eq!(*bench.outbox.acknowledged.lock().unwrap(), [2]);
    assert!(bench.outbox.entry(0).delivered && !bench.outbox.entry(1).delivered && bench.outbox.entry(2).delivered);
}

/// Takes that long over each event, by the clock.
struct TakesLong(Arc<FixedClock>, TimeDelta);

#[async_trait]
impl EventHandler for TakesLong {
    fn name(&self) -> &'static str {
        "take-long"
    }

    fn handles(&self) -> &'static [&'static str] {
        &["a.happened"]
    }

    async fn handle(&self, _message: &OutboxMessage) -> Result<(), HandlerError> {
        self.0.advance(self.1);
        Ok(())
    }
}

#[tokio::test]
async fn slow_handlers_are_acknowledged_as_they_go_and_nothing_is_handled_after_its_lease() {
    let lease = OutboxRelayOptions::default().lease;
    let outbox = MemoryOutbox::of(&[("a.happened", 1), ("a.happened", 2), ("a.happened", 3)]);
    let clock = Arc::new(FixedClock::at(start()));
    let slow = Arc::new(TakesLong(clock.clone(), lease / 2));
    let relay = OutboxRelay::new(outbox.clone(), vec![slow], clock.clone(), OutboxRelayOptions::default());
    assert!(relay.deliver_batch().await.unwrap());
    assert_eq!(*outbox.acknowledged.lock().unwrap(), [1, 1], "one by one");
    assert!(outbox.entry(1).delivered && !outbox.entry(2).delivered, "its lease had run out");
    assert_eq!(clock.now() - start(), lease);
    assert!(relay.deliver_batch().await.unwrap());
    assert!(outbox.entry(2).delivered);
}

#[tokio::test]
async fn a_handler_that_never_ends_is_given_up() {
    let bench = bench(&[("a.happened", 1), ("a.happened", 2)], Recorder { hangs: Some(1), ..Recorder::default() });
    drain(&bench).await;
    assert_eq!(bench.outbox.entry(0).reasons, ["record-what-happens: took too long"]);
    assert!(bench.outbox.entry(1).delivered);
}

#[tokio::test]
async fn even_the_thousandth_failure_has_a_next_time() {
    let bench = bench(&[], Recorder::default());
    for attempts in [31, 32, 1_000, u32::MAX] {
        assert_eq!(bench.relay.retry_at(attempts), start() + TimeDelta::minutes(5));
    }
}

#[tokio::test]
async fn goes_on_when_woken_survives_an_outbox_that_is_away_and_stops_when_told() {
    let bench = bench(&[("a.happened", 1)], Recorder::default());
    *bench.outbox.failures.lock().unwrap() = 3;
    let mut claims = bench.outbox.claims.subscribe();
    let (stop, stopped) = oneshot::channel::<()>();
    let Bench { outbox, handler, relay, clock } = bench;
    let running = tokio::spawn(async move {
        relay
            .run(async {
                stopped.await.ok();
            })
            .await;
    });
    // Three that fail, one that finds the event, one that finds nothing.
    claims.wait_for(|n| *n == 5).await.unwrap();
    assert!(outbox.entry(0).delivered);

    outbox.change(EventId::from_uuid(Uuid::nil()), |e| e.delivered = false);
    clock.advance(TimeDelta::hours(1));
    outbox.news.notify_one();
    claims.wait_for(|n| *n == 7).await.unwrap();
    assert_eq!(handler.seen.lock().unwrap().len(), 2);

    stop.send(()).unwrap();
    running.await.unwrap();
    let kept = TimeDelta::days(7);
    let pruned = outbox.pruned.lock().unwrap().clone();
    assert_eq!(pruned[0], start() - kept, "old events are deleted at the start");
    assert!(pruned.len() <= 2 && pruned.iter().all(|before| *before >= start() - kept));
    assert!(outbox.entry(0).delivered);
}

/// Says when it begins, and goes on when told.
struct Slow {
    begun: Notify,
    go_on: Notify,
}

#[async_trait]
impl EventHandler for Slow {
    fn name(&self) -> &'static str {
        "take-a-while"
    }

    fn handles(&self) -> &'static [&'static str] {
        &["a.happened"]
    }

    async fn handle(&self, _message: &OutboxMessage) -> Result<(), HandlerError> {
        self.begun.notify_one();
        self.go_on.notified().await;
        Ok(())
    }
}

#[tokio::test]
async fn what_has_begun_is_finished_when_told_to_stop() {
    let outbox = MemoryOutbox::of(&[("a.happened", 1)]);
    let slow = Arc::new(Slow { begun: Notify::new(), go_on: Notify::new() });
    let clock = Arc::new(FixedClock::at(start()));
    let relay = OutboxRelay::new(outbox.clone(), vec![slow.clone()], clock, OutboxRelayOptions::default());
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(async move {
        relay
            .run(async {
                stopped.await.ok();
            })
            .await;
    });
    slow.begun.notified().await;
    stop.send(()).unwrap();
    // Whoever gives the work up at the signal does so now.
    tokio::task::yield_now().await;
    slow.go_on.notify_one();
    running.await.unwrap();
    assert!(outbox.entry(0).delivered);
    assert_eq!(*outbox.claims.borrow(), 2, "handled once");
}
