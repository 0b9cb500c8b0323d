//! Rate limits that all nodes share.

use std::sync::Arc;

use application_shared::{PortError, RateDecision, RateLimit, RateLimiter};
use async_trait::async_trait;
use fred::{
    prelude::{ClientLike, LuaInterface, Pool},
    types::scripts::Script,
};

use crate::{
    Reservation, ReservingRateLimiter,
    gcra::{Gcra, digest},
};

/// [`Gcra::count`] for several uses at once, by the clock of Redis so that nodes with other clocks share a budget. KEYS: the
/// key; ARGV: interval and tolerance in microseconds, and how many uses are wanted. Returns how many are allowed, and how
/// many microseconds ahead the theoretical arrival time is. Microseconds since 1970 stay exact in a double until the year
/// 2255.
const SCRIPT: &str = r"
local interval, tolerance, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local arrival = tonumber(redis.call('GET', KEYS[1]) or now) or now
local ahead = math.min(math.max(arrival - now, 0), tolerance)
local allowed = math.min(wanted, math.floor((tolerance - ahead) / interval))
if allowed < 1 then
  return {0, ahead}
end
ahead = ahead + allowed * interval
redis.call('SET', KEYS[1], string.format('%.0f', now + ahead), 'PX', string.format('%.0f', math.ceil(ahead / 1000)))
return {allowed, ahead}
";

/// Keeps rate limits in Redis. Keys are hashed, so that their length is bounded and no address is stored; they live until
/// their burst is whole again.
pub struct FredRateLimiter {
    pool: Pool,
    script: Arc<Script>,
    prefix: String,
}

impl FredRateLimiter {
    pub(crate) fn new(pool: Pool, prefix: &str) -> Self {
        Self { pool, script: Arc::new(Script::from_lua(SCRIPT)), prefix: format!("{prefix}rate:") }
    }

    fn key(&self, key: &str) -> String {
        digest(key).iter().fold(self.prefix.clone(), |key, byte| key + &format!("{byte:02x}"))
    }
}

#[async_trait]
impl RateLimiter for FredRateLimiter {
    async fn check(&self, key: &str, limit: RateLimit) -> Result<RateDecision, PortError> {
        Ok(self.reserve(key, limit, 1).await?.decision)
    }
}

#[async_trait]
impl ReservingRateLimiter for FredRateLimiter {
    async fn reserve(&self, key: &str, limit: RateLimit, uses: u32) -> Result<Reservation, PortError> {
        let gcra = Gcra::new(limit);
        let (key, args) = (self.key(key), vec![gcra.interval, gcra.tolerance, i64::from(uses)]);
        let client = self.pool.next_connected();
        // Without a connection the command would wait for one.
        if !client.is_connected() {
            return Err(PortError::unavailable("no connection to Redis"));
        }
        let outcome: Result<(i64, i64), _> = match self.script.evalsha(client, key.clone(), args.clone()).await {
            Err(error) if error.details().starts_with("NOSCRIPT") => client.eval(SCRIPT, key, args).await,
            outcome => outcome,
        };
        let (allowed, ahead) = outcome.map_err(PortError::unavailable)?;
        let granted = u32::try_from(allowed).unwrap_or(0);
        Ok(Reservation { granted, decision: gcra.decide(granted > 0, ahead) })
    }
}
