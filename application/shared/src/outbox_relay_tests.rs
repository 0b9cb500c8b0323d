//! Tests of the relay, on an outbox in memory.

use std::{collections::HashSet, sync::Mutex};

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
    /// When it is given out (again).
    due: DateTime<Utc>,
    delivered: bool,
    reasons: Vec<String>,
}

impl Entry {
    fn of(n: usize, name: &str, aggregate: u128) -> Self {
        let message = OutboxMessage {
            id: EventId::from_uuid(Uuid::from_u128(n as u128)),
            name: name.to_owned(),
            aggregate_id: Uuid::from_u128(aggregate),
            payload: serde_json::json!({}),
            occurred_at: start(),
            attempts: 0,
            handled_by: Vec::new(),
        };
        Self { message, due: start(), delivered: false, reasons: Vec::new() }
    }
}

/// Gives out the oldest due message of each aggregate, in order, for the lease; can fail to be read.
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
        let entries = events.iter().enumerate().map(|(n, (name, aggregate))| Entry::of(n, name, *aggregate));
        Arc::new(Self {
            entries: Mutex::new(entries.collect()),
            failures: Mutex::new(0),
            claims: watch::Sender::new(0),
            pruned: Mutex::default(),
            acknowledged: Mutex::default(),
            news: Notify::new(),
        })
    }

    /// Another event, and word of it.
    fn add(&self, name: &str, aggregate: u128) {
        let mut entries = self.entries.lock().unwrap();
        let n = entries.len();
        entries.push(Entry::of(n, name, aggregate));
        self.news.notify_one();
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
    async fn claim(&self, limit: u16, lease: TimeDelta, now: DateTime<Utc>) -> Result<Vec<OutboxMessage>, PortError> {
        self.claims.send_modify(|n| *n += 1);
        {
            let mut failures = self.failures.lock().unwrap();
            if *failures > 0 {
                *failures -= 1;
                return Err(PortError::unavailable("down"));
            }
        }
        let mut entries = self.entries.lock().unwrap();
        let mut aggregates = HashSet::new();
        let oldest = entries.iter_mut().filter(|e| !e.delivered && aggregates.insert(e.message.aggregate_id));
        let due = oldest.filter(|e| e.due <= now).take(limit.into());
        Ok(due
            .map(|entry| {
                entry.due = now + lease;
                entry.message.clone()
            })
            .collect())
    }

    async fn acknowledge(&self, ids: &[EventId], _now: DateTime<Utc>) -> Result<(), PortError> {
        for id in ids {
            self.change(*id, |e| e.delivered = true);
        }
        self.acknowledged.lock().unwrap().push(ids.len());
        Ok(())
    }

    async fn reject(&self, id: EventId, rejection: Rejection<'_>) -> Result<(), PortError> {
        self.change(id, |e| {
            e.due = rejection.retry_at;
            e.message.attempts += 1;
            e.message.handled_by = rejection.handled_by.to_vec();
            e.reasons.push(rejection.reason.to_owned());
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

/// Keeps what it was given; fails, panics, or never ends, for the aggregates named.
#[derive(Default)]
struct Recorder {
    seen: Mutex<Vec<(String, u128)>>,
    fails: Mutex<HashSet<u128>>,
    panics: Option<u128>,
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
        assert!(self.panics != Some(aggregate), "told to");
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
    let of =
        |aggregate| seen.iter().filter(|(_, a)| *a == aggregate).map(|(name, _)| name.as_str()).collect::<Vec<_>>();
    assert_eq!((of(1), of(2), seen.len()), (vec!["a.happened", "b.happened"], vec!["a.happened"], 3));
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
    assert_eq!(second.reasons, [""; 0], "it is not even tried before the first one is done with");
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
    let bench =
        bench(&[("x.happened", 1), ("x.happened", 2), ("a.happened", 3), ("a.happened", 4)], Recorder::default());
    bench.handler.fails.lock().unwrap().insert(3);
    drain(&bench).await;
    assert_eq!(*bench.outbox.acknowledged.lock().unwrap(), [2, 1], "what nobody wants waits for no handler");
    assert!(!bench.outbox.entry(2).delivered && bench.outbox.entry(3).delivered);
}

#[tokio::test]
async fn a_handler_that_never_ends_is_given_up() {
    let bench = bench(&[("a.happened", 1), ("a.happened", 2)], Recorder { hangs: Some(1), ..Recorder::default() });
    drain(&bench).await;
    assert_eq!(bench.outbox.entry(0).reasons, ["record-what-happens: took too long"]);
    assert!(bench.outbox.entry(1).delivered);
}

#[tokio::test]
async fn a_handler_that_panics_has_failed() {
    let bench = bench(&[("a.happened", 1), ("a.happened", 2)], Recorder { panics: Some(1), ..Recorder::default() });
    drain(&bench).await;
    assert_eq!(bench.outbox.entry(0).reasons, ["record-what-happens: panicked"]);
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
    claims.wait_for(|_| outbox.entry(0).delivered).await.unwrap();
    assert!(*claims.borrow() > 4, "three failed");

    outbox.change(EventId::from_uuid(Uuid::nil()), |e| e.delivered = false);
    clock.advance(TimeDelta::hours(1));
    outbox.news.notify_one();
    claims.wait_for(|_| outbox.entry(0).delivered).await.unwrap();
    assert_eq!(handler.seen.lock().unwrap().len(), 2);

    stop.send(()).unwrap();
    running.await.unwrap();
    let kept = TimeDelta::days(7);
    let pruned = outbox.pruned.lock().unwrap().clone();
    assert_eq!(pruned[0], start() - kept, "old events are deleted at the start");
    assert!(pruned.len() <= 2 && pruned.iter().all(|before| *before >= start() - kept));
    assert!(outbox.entry(0).delivered);
}

/// Says when it begins, and goes on when told; of one aggregate.
struct Slow {
    aggregate: u128,
    begun: Notify,
    go_on: Notify,
    seen: Mutex<Vec<u128>>,
}

impl Slow {
    fn of(aggregate: u128) -> Arc<Self> {
        Arc::new(Self { aggregate, begun: Notify::new(), go_on: Notify::new(), seen: Mutex::default() })
    }
}

#[async_trait]
impl EventHandler for Slow {
    fn name(&self) -> &'static str {
        "take-a-while"
    }

    fn handles(&self) -> &'static [&'static str] {
        &["a.happened"]
    }

    async fn handle(&self, message: &OutboxMessage) -> Result<(), HandlerError> {
        let aggregate = message.aggregate_id.as_u128();
        self.seen.lock().unwrap().push(aggregate);
        if aggregate == self.aggregate {
            self.begun.notify_one();
            self.go_on.notified().await;
        }
        Ok(())
    }
}

/// A relay at work, with a clock that stands still.
struct Working {
    outbox: Arc<MemoryOutbox>,
    clock: Arc<FixedClock>,
    stop: oneshot::Sender<()>,
    running: tokio::task::JoinHandle<()>,
}

fn work(events: &[(&str, u128)], handlers: Vec<Arc<dyn EventHandler>>, options: OutboxRelayOptions) -> Working {
    let (outbox, clock) = (MemoryOutbox::of(events), Arc::new(FixedClock::at(start())));
    let relay = OutboxRelay::new(outbox.clone(), handlers, clock.clone(), options);
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(async move {
        relay
            .run(async {
                stopped.await.ok();
            })
            .await;
    });
    Working { outbox, clock, stop, running }
}

impl Working {
    /// Until the event is delivered.
    async fn delivered(&self, n: usize) {
        let mut claims = self.outbox.claims.subscribe();
        // Whatever is acknowledged is followed by another look.
        claims.wait_for(|_| self.outbox.entry(n).delivered).await.unwrap();
    }
}

#[tokio::test]
async fn what_has_begun_is_finished_when_told_to_stop() {
    let slow = Slow::of(1);
    let Working { outbox, stop, running, .. } =
        work(&[("a.happened", 1)], vec![slow.clone()], OutboxRelayOptions::default());
    slow.begun.notified().await;
    stop.send(()).unwrap();
    // Whoever gives the work up at the signal does so now.
    tokio::task::yield_now().await;
    slow.go_on.notify_one();
    running.await.unwrap();
    assert!(outbox.entry(0).delivered);
    assert_eq!(*slow.seen.lock().unwrap(), [1], "handled once");
}

#[tokio::test]
async fn a_slow_handler_delays_only_its_own_aggregate() {
    let slow = Slow::of(1);
    let events = [("a.happened", 1), ("a.happened", 1), ("a.happened", 2), ("a.happened", 2), ("x.happened", 3)];
    let working = work(&events, vec![slow.clone()], OutboxRelayOptions::default());
    slow.begun.notified().await;
    for n in [2, 3, 4] {
        working.delivered(n).await;
    }
    assert!(!working.outbox.entry(0).delivered && !working.outbox.entry(1).delivered);
    assert_eq!(*slow.seen.lock().unwrap(), [1, 2, 2]);

    // News is heard while it is at work, too.
    working.outbox.add("a.happened", 4);
    working.delivered(5).await;

    slow.go_on.notify_one();
    slow.begun.notified().await;
    slow.go_on.notify_one();
    working.delivered(1).await;
    working.stop.send(()).unwrap();
    working.running.await.unwrap();
    assert_eq!(*slow.seen.lock().unwrap(), [1, 2, 2, 4, 1]);
}

#[tokio::test]
async fn a_handler_is_at_no_more_messages_than_it_may_and_holds_nobody_else_up() {
    let (slow, quick) = (Slow::of(1), Arc::new(Recorder::default()));
    let options = OutboxRelayOptions { handler_concurrency: 1, ..OutboxRelayOptions::default() };
    let events = [("a.happened", 1), ("a.happened", 2), ("b.happened", 3)];
    let working = work(&events, vec![slow.clone(), quick.clone()], options);
    slow.begun.notified().await;
    working.delivered(2).await;
    assert_eq!(*slow.seen.lock().unwrap(), [1], "the second one waits for it");
    assert_eq!(quick.seen.lock().unwrap().len(), 3, "and another handler does not");
    slow.go_on.notify_one();
    working.delivered(1).await;
    assert!(working.outbox.entry(0).delivered);
    working.stop.send(()).unwrap();
    working.running.await.unwrap();
}

#[tokio::test]
async fn what_is_in_hand_is_limited() {
    let slow = Slow::of(1);
    let options = OutboxRelayOptions { in_hand: 1, ..OutboxRelayOptions::default() };
    let working = work(&[("a.happened", 1), ("x.happened", 2)], vec![slow.clone()], options);
    slow.begun.notified().await;
    // Whoever claims more does so now.
    tokio::task::yield_now().await;
    assert!(!working.outbox.entry(1).delivered);
    slow.go_on.notify_one();
    working.delivered(1).await;
    working.stop.send(()).unwrap();
    working.running.await.unwrap();
}

#[tokio::test]
async fn nobody_begins_with_a_message_whose_lease_is_ending() {
    let slow = Slow::of(1);
    let options = OutboxRelayOptions { handler_concurrency: 1, ..OutboxRelayOptions::default() };
    let (lease, limit) = (options.lease, options.handler_timeout);
    let working = work(&[("a.happened", 1), ("a.happened", 2)], vec![slow.clone()], options);
    slow.begun.notified().await;
    working.clock.advance(lease - TimeDelta::from_std(limit).unwrap() + TimeDelta::milliseconds(1));
    slow.go_on.notify_one();
    working.delivered(0).await;
    working.stop.send(()).unwrap();
    let Working { outbox, clock, running, .. } = working;
    running.await.unwrap();
    let late = outbox.entry(1);
    assert_eq!((late.delivered, late.message.attempts, late.due), (false, 0, start() + lease));
    assert_eq!(*slow.seen.lock().unwrap(), [1]);

    // It comes again when it is free.
    clock.advance(lease);
    let relay = OutboxRelay::new(outbox.clone(), vec![slow.clone()], clock, OutboxRelayOptions::default());
    relay.run(std::future::ready(())).await;
    assert!(outbox.entry(1).delivered);
}

#[tokio::test]
async fn only_the_handlers_that_failed_get_a_message_again() {
    let (good, bad) = (Slow::of(99), Arc::new(Recorder::default()));
    bad.fails.lock().unwrap().insert(1);
    let (outbox, clock) = (MemoryOutbox::of(&[("a.happened", 1)]), Arc::new(FixedClock::at(start())));
    let handlers: Vec<Arc<dyn EventHandler>> = vec![good.clone(), bad.clone()];
    let relay = OutboxRelay::new(outbox.clone(), handlers, clock.clone(), OutboxRelayOptions::default());
    for _ in 0..2 {
        relay.run(std::future::ready(())).await;
        assert_eq!(outbox.entry(0).message.handled_by, ["take-a-while"]);
        clock.advance(TimeDelta::minutes(5));
    }
    bad.fails.lock().unwrap().clear();
    relay.run(std::future::ready(())).await;
    assert!(outbox.entry(0).delivered);
    assert_eq!((good.seen.lock().unwrap().len(), bad.seen.lock().unwrap().len()), (1, 3));
}
