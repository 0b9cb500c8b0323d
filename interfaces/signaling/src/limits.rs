//! Bounds of a signalling connection.

use std::time::Duration;

use tokio::time::Instant;

/// The bounds. [`SignalingLimits::default`] has the documented values.
#[derive(Debug, Clone)]
pub struct SignalingLimits {
    /// Connections on this node; a further one gets 503.
    pub connections: usize,
    /// How long a connection may stay without being in a room.
    pub join_timeout: Duration,
    /// How often the server sends a WebSocket ping, and a client should send something.
    pub heartbeat_interval: Duration,
    /// After so much silence the client is dropped.
    pub heartbeat_timeout: Duration,
    /// Messages that may come at once.
    pub message_burst: u32,
    /// Messages per second after that.
    pub messages_per_second: u32,
    /// Malformed, oversized and rate-limited messages that may come at once before the connection is closed.
    pub fault_burst: u32,
    /// How many of them are forgiven per second.
    pub faults_per_second: u32,
    /// How long the client may take to accept what is written.
    pub write_timeout: Duration,
    /// How long the client may take to answer a close frame.
    pub close_timeout: Duration,
}

impl Default for SignalingLimits {
    fn default() -> Self {
        Self {
            connections: 50_000,
            join_timeout: Duration::from_secs(10),
            heartbeat_interval: Duration::from_secs(15),
            heartbeat_timeout: Duration::from_secs(45),
            message_burst: 500,
            messages_per_second: 100,
            fault_burst: 500,
            faults_per_second: 10,
            write_timeout: Duration::from_secs(10),
            close_timeout: Duration::from_secs(2),
        }
    }
}

/// A token bucket: `burst` at once, then so many per second.
#[derive(Debug)]
pub(crate) struct TokenBucket {
    burst: f64,
    per_second: f64,
    tokens: f64,
    filled_at: Instant,
}

impl TokenBucket {
    pub(crate) fn new(burst: u32, per_second: u32, now: Instant) -> Self {
        let burst = f64::from(burst);
        Self { burst, per_second: f64::from(per_second), tokens: burst, filled_at: now }
    }

    /// Takes a token; `false`: there is none.
    pub(crate) fn take(&mut self, now: Instant) -> bool {
        let elapsed = now.saturating_duration_since(self.filled_at).as_secs_f64();
        self.tokens = elapsed.mul_add(self.per_second, self.tokens).min(self.burst);
        self.filled_at = now;
        let there_is_one = self.tokens >= 1.0;
        if there_is_one {
            self.tokens -= 1.0;
        }
        there_is_one
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let start = Instant::now();
        let mut bucket = TokenBucket::new(2, 10, start);
        assert!(bucket.take(start) && bucket.take(start));
        assert!(!bucket.take(start));
        assert!(!bucket.take(start + Duration::from_millis(50)));
        assert!(bucket.take(start + Duration::from_millis(150)));
        assert!(!bucket.take(start + Duration::from_millis(150)));
        let later = start + Duration::from_secs(60);
        assert!(bucket.take(later) && bucket.take(later));
        assert!(!bucket.take(later), "never more than the burst");
    }
}
