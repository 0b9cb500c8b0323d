//! The pool of connections to PostgreSQL.

use std::{fmt, sync::Arc, time::Duration};

use application_shared::{HealthCheck, PortError};
use async_trait::async_trait;
use diesel::{ConnectionError, ConnectionResult, IntoSql, sql_types::Integer};
use diesel_async::{
    AsyncPgConnection, RunQueryDsl,
    pooled_connection::{
        AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
        deadpool::{Object, Pool},
    },
};
use futures::FutureExt;
use thiserror::Error;
use tokio::time::timeout;
use tokio_postgres::{Config, NoTls};

use crate::{error::port_error, outbox_signal::OutboxSignal};

/// How to reach the database, and what may be spent on it.
#[derive(Clone)]
#[non_exhaustive]
pub struct PgOptions {
    /// The server, the database and who we are.
    config: Config,
    /// The most connections.
    pub size: usize,
    /// How long a caller waits for a free connection.
    pub acquire_timeout: Duration,
    /// How long the server works on one statement.
    pub statement_timeout: Duration,
    /// How long making a connection may take.
    pub connect_timeout: Duration,
    /// What the server shows us as.
    pub application_name: String,
}

/// The address of the database cannot be used. The address itself is not told, since it may hold a password.
#[derive(Debug, Error)]
pub enum PgOptionsError {
    /// It is no `postgres://user:password@host:port/database`.
    #[error("not a PostgreSQL connection string")]
    Malformed(#[source] tokio_postgres::Error),
    /// It asks for a pool without connections.
    #[error("the pool needs at least one connection")]
    EmptyPool,
}

impl PgOptions {
    /// The usual limits for the database at `url` (`postgres://…`, or `key=value` pairs as libpq takes them).
    /// Connections are not encrypted: the database is meant to be near, or behind a tunnel.
    ///
    /// # Errors
    /// [`PgOptionsError::Malformed`].
    pub fn new(url: &str) -> Result<Self, PgOptionsError> {
        Ok(Self {
            config: url.parse().map_err(PgOptionsError::Malformed)?,
            size: 10,
            acquire_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(5),
            application_name: "open-meeting".to_owned(),
        })
    }

    /// What the driver needs to connect.
    pub(crate) fn driver_config(&self) -> Config {
        let mut config = self.config.clone();
        config.application_name(&self.application_name).connect_timeout(self.connect_timeout);
        let timeouts = format!("-c statement_timeout={}", self.statement_timeout.as_millis());
        match config.get_options().map(str::to_owned) {
            Some(given) => config.options(format!("{given} {timeouts}")),
            None => config.options(timeouts),
        };
        config
    }
}

impl fmt::Debug for PgOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PgOptions")
            .field("database", &self.config.get_dbname())
            .field("size", &self.size)
            .field("acquire_timeout", &self.acquire_timeout)
            .field("statement_timeout", &self.statement_timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("application_name", &self.application_name)
            .finish_non_exhaustive()
    }
}

/// Connections to PostgreSQL, shared by all repositories. Made when needed, kept, and replaced when they break.
#[derive(Clone)]
pub struct PgPool {
    pool: Pool<AsyncPgConnection>,
    options: Arc<PgOptions>,
    signal: Arc<OutboxSignal>,
}

/// How busy the pool is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PgPoolStatus {
    /// How many connections there are, at most [`PgPoolStatus::max_size`].
    pub size: usize,
    /// The most connections.
    pub max_size: usize,
    /// How many of them are idle.
    pub available: usize,
    /// How many callers wait for one.
    pub waiting: usize,
}

impl PgPool {
    /// A pool. No connection is made yet: [`HealthCheck::check`] does. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`PgOptionsError::EmptyPool`].
    pub fn new(options: PgOptions) -> Result<Self, PgOptionsError> {
        if options.size == 0 {
            return Err(PgOptionsError::EmptyPool);
        }
        let (config, limit) = (options.driver_config(), options.connect_timeout);
        let mut manager = ManagerConfig::<AsyncPgConnection>::default();
        // A closed connection is noticed without asking the server.
        manager.recycling_method = RecyclingMethod::Fast;
        manager.custom_setup = Box::new(move |_| {
            let config = config.clone();
            async move { timeout(limit, connect(config)).await.unwrap_or_else(|_| Err(too_slow())) }.boxed()
        });
        let pool = Pool::builder(AsyncDieselConnectionManager::new_with_config(String::new(), manager))
            .max_size(options.size)
            .build()
            .map_err(|_| PgOptionsError::EmptyPool)?;
        let signal = OutboxSignal::start(pool.clone());
        Ok(Self { pool, options: Arc::new(options), signal })
    }

    /// A connection, as soon as one is free.
    pub(crate) async fn get(&self) -> Result<Object<AsyncPgConnection>, PortError> {
        timeout(self.options.acquire_timeout, self.pool.get())
            .await
            .map_err(|_| PortError::unavailable("no database connection became free in time"))?
            .map_err(PortError::unavailable)
    }

    /// How busy the pool is.
    #[must_use]
    pub fn status(&self) -> PgPoolStatus {
        let status = self.pool.status();
        PgPoolStatus {
            size: status.size,
            max_size: status.max_size,
            available: status.available,
            waiting: status.waiting,
        }
    }

    /// Closes the pool: who waits for a connection gets an error, and those in use are closed when given back.
    pub fn close(&self) {
        self.pool.close();
    }

    pub(crate) fn options(&self) -> &PgOptions {
        &self.options
    }

    /// What tells the readers of the outbox that there is something to read.
    pub(crate) fn signal(&self) -> &Arc<OutboxSignal> {
        &self.signal
    }
}

#[async_trait]
impl HealthCheck for PgPool {
    fn name(&self) -> &'static str {
        "database"
    }

    async fn check(&self) -> Result<(), PortError> {
        let mut connection = self.get().await?;
        diesel::select(1_i32.into_sql::<Integer>())
            .get_result::<i32>(&mut connection)
            .await
            .map(drop)
            .map_err(port_error)
    }
}

impl fmt::Debug for PgPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PgPool").field("options", &self.options).field("status", &self.status()).finish()
    }
}

pub async fn connect(config: Config) -> ConnectionResult<AsyncPgConnection> {
    let (client, connection) = config.connect(NoTls).await.map_err(|e| bad_connection(&e))?;
    AsyncPgConnection::try_from_client_and_connection(client, connection).await
}

/// The driver's message says only "error connecting to server"; why stands in its source.
fn bad_connection(error: &tokio_postgres::Error) -> ConnectionError {
    match std::error::Error::source(error) {
        Some(source) => ConnectionError::BadConnection(format!("{error}: {source}")),
        None => ConnectionError::BadConnection(error.to_string()),
    }
}

fn too_slow() -> ConnectionError {
    ConnectionError::BadConnection("connecting took too long".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_driver_gets_name_and_timeouts_beside_what_the_url_asks_for() {
        let mut options = PgOptions::new("postgres://me:secret@localhost/meet?options=-c%20search_path%3Dx").unwrap();
        options.statement_timeout = Duration::from_millis(1_500);
        let config = options.driver_config();
        assert_eq!(config.get_options(), Some("-c search_path=x -c statement_timeout=1500"));
        assert_eq!(config.get_application_name(), Some("open-meeting"));
        assert_eq!(config.get_connect_timeout(), Some(&Duration::from_secs(5)));
        assert_eq!(config.get_dbname(), Some("meet"));
    }

    #[test]
    fn never_shows_the_password() {
        let options = PgOptions::new("postgres://me:secret@localhost/meet").unwrap();
        assert!(!format!("{options:?}").contains("secret"));
        let error = PgOptions::new("postgres://me:secret@localhost:99999999/meet").unwrap_err();
        assert!(!format!("{error:?} {error}").contains("secret"));
    }

    #[tokio::test]
    async fn a_pool_needs_connections() {
        let mut options = PgOptions::new("postgres://localhost/meet").unwrap();
        options.size = 0;
        assert!(matches!(PgPool::new(options), Err(PgOptionsError::EmptyPool)));
    }

    #[tokio::test]
    async fn says_why_the_server_cannot_be_reached() {
        // Port 1 of the loopback interface: nothing listens there.
        let pool = PgPool::new(PgOptions::new("postgres://me:secret@127.0.0.1:1/meet").unwrap()).unwrap();
        let error = pool.check().await.unwrap_err();
        assert!(matches!(error, PortError::Unavailable(_)));
        assert!(error.to_string().contains("refused"), "{error}");
        assert_eq!(pool.name(), "database");
        assert!(!format!("{error:?} {pool:?}").contains("secret"));
        assert_eq!(pool.status().max_size, 10);
        pool.close();
        assert!(pool.check().await.is_err());
    }
}
