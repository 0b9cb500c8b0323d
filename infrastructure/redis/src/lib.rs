//! Pub/sub and rate limits on Redis.
