//! The connections to Redis: a pool for commands, and one that listens.

use std::{fmt, time::Duration};

use fred::{
    clients::SubscriberClient,
    prelude::{Builder, ClientLike, Config, ErrorKind, Options, Pool, ReconnectPolicy},
    types::RespVersion,
};
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

use crate::{FredIdempotencyStore, FredPubSub, FredRateLimiter, RedisHealth};

/// Where Redis is, and how to use it.
#[derive(Debug, Clone)]
pub struct RedisOptions {
    /// `redis://[user:password@]host[:port][/database]`. Secret, since it may hold a password.
    pub url: SecretString,
    /// How many connections carry commands; at least 1.
    pub pool_size: usize,
    /// How long a command may take before it counts as failed.
    pub command_timeout: Duration,
    /// How long setting up a connection may take.
    pub connect_timeout: Duration,
    /// What the names of all our keys and channels begin with.
    pub prefix: String,
}

impl RedisOptions {
    /// The usual options: 4 connections, 2 s for a command, 5 s to connect, prefix `open-meeting:`.
    #[must_use]
    pub fn new(url: SecretString) -> Self {
        Self {
            url,
            pool_size: 4,
            command_timeout: Duration::from_secs(2),
            connect_timeout: Duration::from_secs(5),
            prefix: "open-meeting:".to_owned(),
        }
    }
}

/// Why there is no connection.
#[derive(Debug, Error)]
pub enum RedisConnectError {
    /// The URL is not one of Redis.
    #[error("the Redis URL must have the form redis://[user:password@]host[:port][/database]: {0}")]
    BadUrl(String),
    /// Nobody answers there.
    #[error("cannot reach Redis at {server}: {reason}")]
    Unreachable {
        /// Host and port.
        server: String,
        /// What the connection said.
        reason: String,
    },
    /// Redis answers, but does not let us in.
    #[error("Redis at {server} refuses the user or the password: {reason}")]
    Refused {
        /// Host and port.
        server: String,
        /// What Redis said.
        reason: String,
    },
}

/// Connected to Redis. Lost connections are set up anew for as long as it takes.
#[derive(Clone)]
pub struct Redis {
    pool: Pool,
    subscriber: SubscriberClient,
    prefix: String,
}

/// Delays between attempts to reconnect, with up to 250 ms of jitter.
const RECONNECT_FIRST_MS: u32 = 50;
const RECONNECT_LAST_MS: u32 = 3_000;
const RECONNECT_JITTER_MS: u32 = 250;
/// A connection that has not answered for so long is taken for dead.
const UNRESPONSIVE_AFTER: Duration = Duration::from_secs(10);
/// Commands that may wait for a connection, each; more are refused.
const MAX_WAITING_COMMANDS: usize = 10_000;
/// Messages that may wait to be handed out to subscribers.
const MAX_WAITING_MESSAGES: usize = 4_096;

impl Redis {
    /// Connects.
    ///
    /// # Errors
    /// [`RedisConnectError`] when the first connection fails.
    pub async fn connect(options: &RedisOptions) -> Result<Self, RedisConnectError> {
        let url = options.url.expose_secret();
        if !url.starts_with("redis://") {
            return Err(RedisConnectError::BadUrl("it does not begin with redis://".to_owned()));
        }
        let mut config =
            Config::from_url_centralized(url).map_err(|error| RedisConnectError::BadUrl(error.details().to_owned()))?;
        config.version = RespVersion::RESP3;
        config.fail_fast = true;
        let server =
            config.server.hosts().iter().map(|host| format!("{}:{}", host.host, host.port)).collect::<String>();
        let failed = |error: fred::error::Error| {
            let (server, reason) = (server.clone(), error.details().to_owned());
            if *error.kind() == ErrorKind::Auth {
                RedisConnectError::Refused { server, reason }
            } else {
                RedisConnectError::Unreachable { server, reason }
            }
        };
        let mut policy = ReconnectPolicy::new_exponential(0, RECONNECT_FIRST_MS, RECONNECT_LAST_MS, 2);
        policy.set_jitter(RECONNECT_JITTER_MS);
        let mut builder = Builder::from_config(config);
        builder
            .with_performance_config(|performance| {
                performance.default_command_timeout = options.command_timeout;
                performance.broadcast_channel_capacity = MAX_WAITING_MESSAGES;
            })
            .with_connection_config(|connection| {
                connection.connection_timeout = options.connect_timeout;
                connection.internal_command_timeout = options.connect_timeout;
                // A command that may have been carried out is not sent again: a message would come twice.
                connection.max_command_attempts = 1;
                connection.max_command_buffer_len = MAX_WAITING_COMMANDS;
                connection.unresponsive.max_timeout = Some(UNRESPONSIVE_AFTER);
                connection.tcp.nodelay = Some(true);
            })
            .set_policy(policy);
        let pool = builder.build_pool(options.pool_size.max(1)).map_err(&failed)?;
        let subscriber = builder.build_subscriber_client().map_err(&failed)?;
        pool.init().await.map_err(&failed)?;
        if let Err(error) = subscriber.init().await {
            let _ = pool.quit().await;
            return Err(failed(error));
        }
        Ok(Self { pool, subscriber, prefix: options.prefix.clone() })
    }

    /// Publish and subscribe. One is enough for a program: two would each listen to every channel that both want.
    #[must_use]
    pub fn pub_sub(&self) -> FredPubSub {
        FredPubSub::new(self.pool.clone(), self.subscriber.clone(), &self.prefix)
    }

    /// Rate limits that all nodes share.
    #[must_use]
    pub fn rate_limiter(&self) -> FredRateLimiter {
        FredRateLimiter::new(self.pool.clone(), &self.prefix)
    }

    /// Requests that have been done, known to all nodes.
    #[must_use]
    pub fn idempotency_store(&self) -> FredIdempotencyStore {
        FredIdempotencyStore::new(self.pool.clone(), &self.prefix)
    }

    /// Whether Redis answers.
    #[must_use]
    pub fn health(&self) -> RedisHealth {
        RedisHealth::new(self.pool.clone())
    }

    /// Closes all connections, for good. Calls fail from then on.
    pub async fn shut_down(&self) {
        let (pool, subscriber) = tokio::join!(self.pool.quit(), self.subscriber.quit());
        for error in [pool.err(), subscriber.err()].into_iter().flatten() {
            tracing::debug!(%error, "connection to Redis not closed in order");
        }
    }
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

/// For commands that must not wait for a lost connection to come back.
pub(crate) fn at_once() -> Options {
    Options { fail_fast: true, ..Options::default() }
}
