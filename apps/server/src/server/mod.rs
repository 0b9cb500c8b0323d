//! The composition root: makes the adapters, hands them to the use cases and the interfaces, and runs and ends it all.

mod adapters;
mod advancing;
mod background;
mod error;
mod files;
mod gauges;
mod http;
mod integration;
mod listener;
mod mailer;
mod messages;
mod moderation;
mod reminders;
mod room_events;
mod session_events;
mod signaling;
mod statistics;

use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use application_shared::HealthCheck;
use application_user::{AssignRole, RegisterUser, RegisterUserCommand, RegisterUserError};
use domain_user::{Language, UserRole};
use infrastructure_postgres::{Migrator, PgOptions, PgPool, PgUserRepository};
use infrastructure_system::SystemClock;
use infrastructure_telemetry::Metrics;
use tokio::{sync::oneshot, task::JoinHandle, time::timeout};

use self::{adapters::Adapters, background::Background};
pub use self::{
    adapters::database_options, adapters::redis_options, error::StartError, files::Storage, messages::RoomMessages,
};
use crate::{
    config::{Config, Role},
    media::Media,
};

/// Binds the HTTP port.
///
/// # Errors
/// [`StartError::Listen`] when it cannot be had.
pub fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    let listener = TcpListener::bind(address).map_err(|source| StartError::Listen { address, source })?;
    listener.set_nonblocking(true).map_err(|source| StartError::Listen { address, source })?;
    Ok(listener)
}

/// Starts servers.
pub struct Server;

/// A server while it runs. Dropping it without [`RunningServer::shutdown`] ends it without order.
pub struct RunningServer {
    address: SocketAddr,
    adapters: Arc<Adapters>,
    background: Background,
    http: JoinHandle<std::io::Result<()>>,
    stop_http: oneshot::Sender<()>,
    limit: Duration,
}

impl Server {
    /// Connects to everything the configuration names, and serves on `listener`. The schema must be up to date.
    ///
    /// # Errors
    /// [`StartError`], for the person at the terminal.
    pub async fn start(
        config: &Config,
        listener: TcpListener,
        metrics: Arc<Metrics>,
    ) -> Result<RunningServer, StartError> {
        let address =
            listener.local_addr().map_err(|source| StartError::Listen { address: config.server.listen, source })?;
        check_schema(&database_options(config)?).await?;
        let adapters = Arc::new(Adapters::connect(config).await?);
        gauges::register(&metrics, &adapters);
        let mailer = mailer::mailer(config, address, &adapters.clock)?;
        let webhooks = adapters.integration.dispatcher(config)?;
        let background = Background::start(config, &adapters, mailer, webhooks);
        let endpoint = http::endpoint(config, address, &adapters, &metrics)?;
        let acceptor = listener::PatientAcceptor::new(listener, address)?;
        let (stop_http, stopped) = oneshot::channel::<()>();
        let limit = config.server.shutdown_timeout();
        let http = tokio::spawn(http::serve(acceptor, endpoint, stopped, limit));
        tracing::info!(%address, roles = %config.roles, "serving");
        Ok(RunningServer { address, adapters, background, http, stop_http, limit })
    }
}

impl RunningServer {
    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What clients are offered for their media, as `address:port`, for every worker.
    #[must_use]
    pub fn offered_addresses(&self) -> Vec<String> {
        let offered = self.adapters.media.as_ref().map(Media::offered_addresses).unwrap_or_default();
        offered.iter().map(|offered| format!("{}:{}", offered.address, offered.port)).collect()
    }

    /// Opens an account unless there is one of that name, and lets it administer.
    ///
    /// # Errors
    /// Why it cannot be opened.
    pub async fn ensure_administrator(
        &self,
        username: &str,
        email: &str,
        password: &str,
        nickname: &str,
    ) -> Result<(), String> {
        let command = RegisterUserCommand {
            username: username.to_owned(),
            email: email.to_owned(),
            password: password.into(),
            nickname: Some(nickname.to_owned()),
            language: Language::English,
        };
        let account = &self.adapters.account;
        match RegisterUser::new(account).execute(command).await {
            Ok(_) => {}
            // Whatever role it was given since, stays.
            Err(RegisterUserError::UsernameTaken) => return Ok(()),
            Err(RegisterUserError::Invalid(fields)) => return Err(format!("{fields:?}")),
            Err(error) => return Err(error.to_string()),
        }
        let assign = AssignRole::new(account.users.clone(), account.clock.clone());
        assign.execute(username, UserRole::Admin).await.map(drop).map_err(|error| error.to_string())
    }

    /// Returns when the server has ended by itself.
    pub async fn ended(&mut self) {
        if let Err(error) = (&mut self.http).await {
            tracing::error!(%error, "the HTTP server has panicked");
        }
    }

    /// Ends in order, within the configured time: takes no more connections, tells clients, closes rooms, records who
    /// has left, hands the last events on, and closes its connections. Tells whether the time was enough.
    pub async fn shutdown(self) -> bool {
        let limit = self.limit;
        let in_time = timeout(limit, self.end()).await.is_ok();
        if !in_time {
            tracing::warn!(seconds = limit.as_secs(), "the shutdown took too long and was cut short");
        }
        in_time
    }

    async fn end(self) {
        let Self { adapters, background, http, stop_http, limit, .. } = self;
        // Nobody listens any more only when the server has ended by itself.
        let _ = stop_http.send(());
        // Streams would go on for as long as their clients listen.
        adapters.notification_feed.close();
        if let Some(rooms) = &adapters.live_rooms {
            rooms.shutdown(limit / 4).await;
        }
        // A task that was waited for already must not be waited for again.
        if !http.is_finished()
            && let Err(error) = http.await
        {
            tracing::error!(%error, "the HTTP server has panicked");
        }
        background.stop(&adapters).await;
        adapters.close().await;
        tracing::info!("stopped");
    }
}

/// Gives an account a role, on the database of the configuration. Tells whether it is another.
///
/// # Errors
/// Why it cannot be given.
pub async fn change_role(config: &Config, username: &str, role: UserRole) -> Result<bool, String> {
    let options = database_options(config).map_err(|error| error.to_string())?;
    check_schema(&options).await.map_err(|error| error.to_string())?;
    let database = PgPool::new(options).map_err(|error| error.to_string())?;
    let users = Arc::new(PgUserRepository::new(database.clone()));
    let changed = AssignRole::new(users, Arc::new(SystemClock)).execute(username, role).await;
    database.close();
    changed.map_err(|error| error.to_string())
}

async fn check_schema(options: &PgOptions) -> Result<(), StartError> {
    let status = Migrator::new(options).status().await.map_err(StartError::database)?;
    if status.pending.is_empty() {
        return Ok(());
    }
    Err(StartError::Schema { pending: status.pending })
}

/// What `/ready` asks.
fn health_checks(config: &Config, adapters: &Adapters) -> Vec<Arc<dyn HealthCheck>> {
    let mut checks: Vec<Arc<dyn HealthCheck>> =
        vec![Arc::new(adapters.database.clone()), Arc::new(adapters.redis.health())];
    checks.extend(adapters.storage.health.clone());
    if let (true, Some(media)) = (config.roles.plays(Role::Media), &adapters.media) {
        checks.push(Arc::new(adapters::MediaHealth::new(media.engine())));
    }
    checks
}
