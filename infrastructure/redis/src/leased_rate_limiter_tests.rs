//! What is taken in advance is never more than allowed, and is not taken for each use.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use chrono::{DateTime, TimeDelta};
use domain_shared::FixedClock;
use tokio::sync::Notify;

use super::*;
use crate::gcra::Gcra;

const LIMIT: RateLimit = RateLimit { burst: 100, period: Duration::from_secs(100) };

/// Counts as Redis does, and how often it was asked.
struct Shared {
    clock: Arc<FixedClock>,
    arrivals: Mutex<HashMap<String, i64>>,
    asked: AtomicUsize,
    away: AtomicBool,
    hold: Option<Notify>,
}

#[async_trait]
impl ReservingRateLimiter for Shared {
    async fn reserve(&self, key: &str, limit: RateLimit, uses: u32) -> Result<Reservation, PortError> {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        if let Some(hold) = self.hold.as_ref().filter(|_| asked == 0) {
            hold.notified().await;
        }
        if self.away.load(Ordering::SeqCst) {
            return Err(PortError::unavailable("away"));
        }
        let (gcra, now) = (Gcra::new(limit), self.clock.now().timestamp_micros());
        let mut arrivals = self.arrivals.lock().unwrap();
        let (mut granted, mut last) = (0, gcra.count(arrivals.get(key).copied(), now));
        while last.0 && granted < uses {
            granted += 1;
            arrivals.insert(key.to_owned(), now + last.1);
            last = if granted < uses { gcra.count(arrivals.get(key).copied(), now) } else { (true, last.1) };
        }
        Ok(Reservation { granted, decision: gcra.decide(granted > 0, last.1) })
    }
}

struct Nodes {
    clock: Arc<FixedClock>,
    shared: Arc<Shared>,
    nodes: [Arc<LeasedRateLimiter>; 2],
}

impl Nodes {
    fn new(hold: bool) -> Self {
        let clock = Arc::new(FixedClock::at(DateTime::from_timestamp(1_000_000_000, 0).unwrap()));
        let shared = Arc::new(Shared {
            clock: clock.clone(),
            arrivals: Mutex::default(),
            asked: AtomicUsize::new(0),
            away: AtomicBool::new(false),
            hold: hold.then(Notify::new),
        });
        let nodes = [0, 1].map(|_| Arc::new(LeasedRateLimiter::new(shared.clone(), clock.clone())));
        Self { clock, shared, nodes }
    }

    async fn use_up(&self, node: usize, most: usize) -> usize {
        for used in 0..most {
            if !self.nodes[node].check("key", LIMIT).await.unwrap().allowed {
                return used;
            }
        }
        most
    }

    fn asked(&self) -> usize {
        self.shared.asked.swap(0, Ordering::SeqCst)
    }
}

#[tokio::test]
async fn a_burst_is_allowed_by_a_few_journeys_and_the_count_is_told() {
    let nodes = Nodes::new(false);
    for left in (0..100).rev() {
        let decision = nodes.nodes[0].check("key", LIMIT).await.unwrap();
        assert_eq!((decision.allowed, decision.limit, decision.remaining), (true, 100, left));
        assert!(decision.reset_after >= Duration::from_secs(5) && decision.retry_after.is_none());
    }
    assert_eq!(nodes.asked(), 20);
    let refused = nodes.nodes[0].check("key", LIMIT).await.unwrap();
    assert!(!refused.allowed && refused.retry_after.is_some());
}

#[tokio::test]
async fn two_nodes_never_allow_more_than_the_limit_and_what_they_had_in_hand() {
    let nodes = Nodes::new(false);
    let (mut allowed, mut seed) = (0, 7_u64);
    for round in 0..2_000 {
        // Any order of uses, pauses and nodes will do; this one is the same each time.
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let dice = usize::try_from(seed >> 33).unwrap();
        allowed += nodes.use_up(dice % 2, dice % 37).await;
        nodes.clock.advance(TimeDelta::milliseconds(i64::try_from(dice % 3_000).unwrap()));
        let passed = (nodes.clock.now().timestamp() - 1_000_000_000).unsigned_abs();
        let most = 100 + usize::try_from(passed).unwrap() + 1 + 2 * 5;
        assert!(allowed <= most, "round {round}: {allowed} > {most}");
    }
    assert!(allowed > 2_000, "{allowed}");
}

#[tokio::test]
async fn what_is_not_spent_in_time_is_lost() {
    let nodes = Nodes::new(false);
    assert_eq!((nodes.use_up(0, 1).await, nodes.asked()), (1, 1));
    nodes.clock.advance(TimeDelta::seconds(100));
    assert_eq!((nodes.use_up(0, 1).await, nodes.asked()), (1, 1));
    assert_eq!((nodes.use_up(1, 1_000).await, nodes.use_up(0, 1_000).await), (95, 4));
}

#[tokio::test]
async fn while_one_takes_a_lease_the_others_take_one_use_each() {
    let nodes = Nodes::new(true);
    let first = tokio::spawn({
        let node = nodes.nodes[0].clone();
        async move { node.check("key", LIMIT).await.unwrap() }
    });
    while nodes.shared.asked.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(nodes.use_up(0, 3).await, 3);
    assert_eq!(nodes.asked(), 4);
    nodes.shared.hold.as_ref().unwrap().notify_one();
    assert_eq!(first.await.unwrap().remaining, 96);
    assert_eq!((nodes.use_up(0, 4).await, nodes.asked()), (4, 0));
}

#[tokio::test]
async fn an_outage_is_told_and_leaves_nothing_behind() {
    let nodes = Nodes::new(false);
    assert_eq!(nodes.use_up(0, 2).await, 2);
    nodes.shared.away.store(true, Ordering::SeqCst);
    assert_eq!(nodes.use_up(0, 3).await, 3, "these were taken before");
    for _ in 0..3 {
        assert!(nodes.nodes[0].check("key", LIMIT).await.is_err());
    }
    nodes.shared.away.store(false, Ordering::SeqCst);
    nodes.asked();
    assert_eq!((nodes.use_up(0, 5).await, nodes.asked()), (5, 1));
}

#[tokio::test]
async fn small_limits_and_other_limits_are_exact() {
    let nodes = Nodes::new(false);
    let small = RateLimit { burst: 39, ..LIMIT };
    for _ in 0..39 {
        assert!(nodes.nodes[0].check("small", small).await.unwrap().allowed);
    }
    assert!(!nodes.nodes[1].check("small", small).await.unwrap().allowed);
    assert_eq!(nodes.asked(), 40);
    assert_eq!(nodes.use_up(0, 2).await, 2);
    let lowered = RateLimit { burst: 40, ..LIMIT };
    assert_eq!(nodes.nodes[0].check("key", lowered).await.unwrap().limit, 40);
    let long = "k".repeat(MAX_KEY + 1);
    nodes.asked();
    for _ in 0..3 {
        assert!(nodes.nodes[0].check(&long, LIMIT).await.unwrap().allowed);
    }
    assert_eq!(nodes.asked(), 3);
}

#[tokio::test]
async fn memory_is_bounded_however_many_keys_come() {
    let nodes = Nodes::new(false);
    for key in 0..=MAX_KEYS {
        assert!(nodes.nodes[0].check(&key.to_string(), LIMIT).await.unwrap().allowed);
    }
    assert_eq!(nodes.nodes[0].leases().len(), 1);
}
