//! The contract of rate limits, kept by the limiter in Redis and by the one in memory.

use std::{sync::Arc, time::Duration};

use application_shared::{PortError, RateDecision, RateLimit, RateLimiter};
use chrono::{DateTime, TimeDelta};
use domain_shared::FixedClock;
use infrastructure_redis::{
    FallbackRateLimiter, LeasedRateLimiter, LocalRateLimiter, Redis, Reservation, ReservingRateLimiter,
};

use crate::support::{RedisServer, eventually};

const HOUR: Duration = Duration::from_secs(3600);

/// Two clients that share their budgets, and what they need to live.
struct Limiters {
    one: Arc<dyn RateLimiter>,
    two: Arc<dyn RateLimiter>,
    /// Moves the clock on, where the limiter does not take the time from Redis.
    clock: Option<Arc<FixedClock>>,
    _alive: Option<(RedisServer, Redis, Redis)>,
}

impl Limiters {
    async fn in_redis() -> Self {
        let server = RedisServer::start();
        let (one, two) = (server.connect().await, server.connect().await);
        let limiters = (Arc::new(one.rate_limiter()), Arc::new(two.rate_limiter()));
        Self { one: limiters.0, two: limiters.1, clock: None, _alive: Some((server, one, two)) }
    }

    async fn in_memory() -> Self {
        let clock = Arc::new(FixedClock::at(DateTime::from_timestamp(1_000_000_000, 0).unwrap()));
        let limiter: Arc<dyn RateLimiter> = Arc::new(LocalRateLimiter::new(Arc::clone(&clock) as _));
        Self { one: Arc::clone(&limiter), two: limiter, clock: Some(clock), _alive: None }
    }

    async fn check(&self, key: &str, burst: u32, period: Duration) -> RateDecision {
        self.one.check(key, RateLimit { burst, period }).await.unwrap()
    }
}

macro_rules! contract {
    ($($test:ident),+ $(,)?) => {
        mod in_redis {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $test() {
                super::$test(super::Limiters::in_redis().await).await;
            }
        )+}

        mod in_memory {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $test() {
                super::$test(super::Limiters::in_memory().await).await;
            }
        )+}
    };
}

contract! {
    a_burst_is_allowed_and_then_no_more,
    a_use_is_possible_again_after_a_while,
    keys_have_budgets_of_their_own,
    two_clients_share_a_budget,
    many_at_once_get_the_burst_and_not_one_more,
    limits_that_make_no_sense_do_no_harm,
    a_limit_that_was_lowered_holds_at_once,
}

async fn a_burst_is_allowed_and_then_no_more(limiters: Limiters) {
    for used in 1..=5 {
        let decision = limiters.check("key", 5, HOUR).await;
        assert_eq!((decision.allowed, decision.limit, decision.remaining), (true, 5, 5 - used));
        assert_eq!(decision.retry_after, None);
        assert!(decision.reset_after > Duration::ZERO && decision.reset_after <= HOUR / 5 * used, "{decision:?}");
    }
    for _ in 0..20 {
        let refused = limiters.check("key", 5, HOUR).await;
        assert_eq!((refused.allowed, refused.limit, refused.remaining), (false, 5, 0));
        assert!(refused.retry_after.is_some_and(|wait| wait > Duration::ZERO && wait <= HOUR / 5), "{refused:?}");
        // Refused uses are not counted: the burst is whole again no later for them.
        assert!(refused.reset_after <= HOUR, "{refused:?}");
    }
}

async fn a_use_is_possible_again_after_a_while(limiters: Limiters) {
    let period = Duration::from_secs(1);
    // Redis' own clock runs on between the checks, so a use may become possible before the burst is seen to be used up.
    eventually(async || (!limiters.check("key", 2, period).await.allowed).then_some(())).await;
    let decision = eventually(async || {
        if let Some(clock) = &limiters.clock {
            clock.advance(TimeDelta::milliseconds(10));
        }
        Some(limiters.check("key", 2, period).await).filter(|decision| decision.allowed)
    })
    .await;
    assert_eq!(decision.limit, 2);
}

async fn keys_have_budgets_of_their_own(limiters: Limiters) {
    let long = "k".repeat(100_000);
    for key in ["", "a", "A", "a ", "a\r\nb", "login:王小明", "{slot}", "*", long.as_str(), &format!("{long}!")] {
        assert!(limiters.check(key, 1, HOUR).await.allowed, "{key:.20}");
        assert!(!limiters.check(key, 1, HOUR).await.allowed, "{key:.20}");
    }
}

async fn two_clients_share_a_budget(limiters: Limiters) {
    let limit = RateLimit { burst: 4, period: HOUR };
    let mut seen = Vec::new();
    for limiter in [&limiters.one, &limiters.two].into_iter().cycle().take(5) {
        let decision = limiter.check("shared", limit).await.unwrap();
        seen.push((decision.allowed, decision.remaining));
    }
    assert_eq!(seen, [(true, 3), (true, 2), (true, 1), (true, 0), (false, 0)]);
}

async fn many_at_once_get_the_burst_and_not_one_more(limiters: Limiters) {
    let limit = RateLimit { burst: 10, period: HOUR };
    let checks = (0..50).map(|n| {
        let limiter = Arc::clone(if n % 2 == 0 { &limiters.one } else { &limiters.two });
        tokio::spawn(async move { limiter.check("crowd", limit).await.unwrap() })
    });
    let decisions: Vec<_> = futures::future::try_join_all(checks).await.unwrap();
    let mut remaining: Vec<_> = decisions.iter().filter(|d| d.allowed).map(|d| d.remaining).collect();
    remaining.sort_unstable();
    assert_eq!(remaining, (0..10).collect::<Vec<_>>());
}

async fn limits_that_make_no_sense_do_no_harm(limiters: Limiters) {
    assert!(limiters.check("none", 0, HOUR).await.allowed);
    assert!(!limiters.check("none", 0, HOUR).await.allowed);
    assert!(limiters.check("for ever", 1, Duration::MAX).await.allowed);
    assert!(!limiters.check("for ever", 1, Duration::MAX).await.allowed);
    for _ in 0..100 {
        assert!(limiters.check("no limit", u32::MAX, Duration::ZERO).await.allowed);
    }
}

async fn a_limit_that_was_lowered_holds_at_once(limiters: Limiters) {
    for _ in 0..100 {
        assert!(limiters.check("key", 100, 24 * HOUR).await.allowed);
    }
    // What was used under the old limit keeps nobody out for longer than the new one's period.
    let refused = limiters.check("key", 2, HOUR).await;
    assert!(!refused.allowed && refused.reset_after <= HOUR, "{refused:?}");
    assert!(refused.retry_after.is_some_and(|wait| wait <= HOUR / 2), "{refused:?}");
}

#[tokio::test]
async fn keys_in_redis_are_hashed_bounded_and_expire() {
    let server = RedisServer::start();
    let redis = server.connect().await;
    let limit = RateLimit { burst: 3, period: HOUR };
    redis.rate_limiter().check("alice@example.com", limit).await.unwrap();
    let keys = server.command("KEYS *");
    let key = keys.lines().nth(2).unwrap();
    assert!(key.starts_with("open-meeting:rate:") && key.len() == 18 + 64 && !keys.contains("alice"), "{keys}");
    let ttl: u64 = server.command(&format!("PTTL {key}")).trim().trim_start_matches(':').parse().unwrap();
    assert!((1..=1_200_000).contains(&ttl), "{ttl}");
}

#[tokio::test]
async fn the_script_is_sent_again_when_redis_has_forgotten_it() {
    let server = RedisServer::start();
    let redis = server.connect().await;
    let (limiter, limit) = (redis.rate_limiter(), RateLimit { burst: 3, period: HOUR });
    for remaining in [2, 1, 0] {
        assert_eq!(limiter.check("key", limit).await.unwrap().remaining, remaining);
        assert_eq!(server.command("SCRIPT FLUSH"), "+OK\r\n");
    }
}

#[tokio::test]
async fn what_is_stored_and_makes_no_sense_is_taken_for_a_whole_burst() {
    let server = RedisServer::start();
    let redis = server.connect().await;
    let (limiter, limit) = (redis.rate_limiter(), RateLimit { burst: 3, period: HOUR });
    limiter.check("key", limit).await.unwrap();
    let key = server.command("KEYS *").lines().nth(2).unwrap().to_owned();
    assert_eq!(server.command(&format!("SET {key} nonsense")), "+OK\r\n");
    assert_eq!(limiter.check("key", limit).await.unwrap().remaining, 2);
}

#[tokio::test]
async fn limits_hold_on_while_redis_is_away_and_are_shared_again_afterwards() {
    let mut server = RedisServer::start();
    let redis = server.connect().await;
    let clock = Arc::new(FixedClock::at(DateTime::UNIX_EPOCH));
    let limiter = FallbackRateLimiter::new(Arc::new(redis.rate_limiter()), LocalRateLimiter::new(clock));
    let limit = RateLimit { burst: 2, period: HOUR };
    assert!(limiter.check("before", limit).await.unwrap().allowed && !limiter.is_away());
    server.stop();
    let shared = redis.rate_limiter();
    let error = eventually(async || shared.check("probe", limit).await.err()).await;
    assert!(matches!(error, PortError::Unavailable(_)), "{error:?}");
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push((limiter.check("key", limit).await.unwrap().allowed, limiter.is_away()));
    }
    assert_eq!(seen, [(true, true), (true, true), (false, true)]);
    assert!(server.start_again());
    eventually(async || {
        limiter.check("probe", limit).await.unwrap();
        (!limiter.is_away()).then_some(())
    })
    .await;
    assert!(limiter.check("key", limit).await.unwrap().allowed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_take_uses_in_advance_never_allow_more_than_the_burst() {
    let server = RedisServer::start();
    let (one, two) = (server.connect().await, server.connect().await);
    let clock = Arc::new(FixedClock::at(DateTime::UNIX_EPOCH));
    let nodes = [&one, &two]
        .map(|redis| Arc::new(LeasedRateLimiter::new(Arc::new(redis.rate_limiter()), Arc::clone(&clock) as _)));
    let limit = RateLimit { burst: 200, period: 24 * HOUR };
    let checks = (0..1_000).map(|n| {
        let node = Arc::clone(&nodes[n % 2]);
        tokio::spawn(async move { node.check("crowd", limit).await.unwrap().allowed })
    });
    let checks = futures::future::try_join_all(checks).await.unwrap();
    let mut allowed = checks.into_iter().filter(|allowed| *allowed).count();
    assert!(allowed <= 200, "{allowed}");
    // Some were refused while another one of the same node was on its way with more. Nothing of that is lost.
    for node in &nodes {
        while node.check("crowd", limit).await.unwrap().allowed {
            allowed += 1;
        }
    }
    assert_eq!(allowed, 200);
}

#[tokio::test]
async fn several_uses_are_counted_at_once_and_no_more_than_are_left() {
    let server = RedisServer::start();
    let redis = server.connect().await;
    let (limiter, limit) = (redis.rate_limiter(), RateLimit { burst: 10, period: HOUR });
    let mut seen = Vec::new();
    for uses in [4, 4, 4, 1] {
        let Reservation { granted, decision } = limiter.reserve("key", limit, uses).await.unwrap();
        seen.push((granted, decision.allowed, decision.remaining));
    }
    assert_eq!(seen, [(4, true, 6), (4, true, 2), (2, true, 0), (0, false, 0)]);
}
