//! The one HTTP endpoint: REST, signalling and the web client, as far as the roles of this process go.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use infrastructure_telemetry::Metrics;
use interfaces_rest::{
    AccountUseCases, AdminUseCases, AvatarUseCases, IntegrationUseCases, InvitationUseCases, MediaUseCases,
    MeetingUseCases, MessageUseCases, NotificationUseCases, OccurrenceUseCases, RestConfig, RestDeps, RoomUseCases,
    StatisticsUseCases,
};
use poem::{Endpoint, EndpointExt, Request, Response, Result, endpoint::BoxEndpoint, error::NotFoundError};
use tokio::sync::oneshot;

use super::{
    StartError, adapters::Adapters, health_checks, listener::PatientAcceptor, mailer::calendar_writer, signaling,
    statistics,
};
use crate::{
    config::{Config, Role},
    web_client::web_client,
};

/// Where clients open their WebSocket.
const SIGNALING: &str = "/ws/signaling";
/// What every process answers, whatever its roles: supervisors ask for it.
const ALWAYS: [&str; 4] = ["/health", "/ready", "/metrics", "/api/v1/health"];
/// A connection on which nothing is said for so long is closed. WebSockets have a heartbeat of their own.
const IDLE: Duration = Duration::from_secs(75);

/// Makes the endpoint. `address` is where it listens.
pub(super) fn endpoint(
    config: &Config,
    address: SocketAddr,
    adapters: &Arc<Adapters>,
    metrics: &Arc<Metrics>,
) -> Result<BoxEndpoint<'static>, StartError> {
    let web = match config.server.web_root().filter(|_| config.roles.plays(Role::Api)) {
        Some(root) => Some(web_client(&root).map_err(|error| StartError::setting("server.web_root")(&error))?),
        None => None,
    };
    let rooms = adapters.live_rooms.as_ref().filter(|_| config.roles.plays(Role::Signaling));
    let signaling = rooms.map(|rooms| signaling::endpoint(config, adapters, rooms, metrics));
    let others = Others { signaling, web }.boxed();
    let calendar = calendar_writer(config, address)?;
    let api = interfaces_rest::api(RestDeps {
        account: AccountUseCases::new(&adapters.account),
        avatars: AvatarUseCases::new(&adapters.account),
        admin: AdminUseCases::new(&adapters.account),
        meetings: MeetingUseCases::new(&adapters.meeting),
        occurrences: OccurrenceUseCases::new(&adapters.meeting, &adapters.invitations, calendar),
        messages: MessageUseCases::new(&adapters.meeting),
        invitations: InvitationUseCases::new(&adapters.invitations),
        notifications: NotificationUseCases::new(&adapters.notifications, adapters.notification_feed.clone()),
        integration: IntegrationUseCases::new(&adapters.integration.ports),
        rooms: RoomUseCases::new(&adapters.bare_rooms),
        media: MediaUseCases::new(&adapters.files),
        statistics: StatisticsUseCases::new(&statistics::ports(adapters)),
        access_tokens: adapters.account.access_tokens.clone(),
        ended_sessions: adapters.ended_sessions.clone(),
        csrf_tokens: adapters.csrf_tokens.clone(),
        rate_limiter: adapters.rate_limiter.clone(),
        idempotency: adapters.idempotency.clone(),
        clock: adapters.clock.clone(),
        ids: adapters.ids.clone(),
        health_checks: health_checks(config, adapters),
        http_metrics: metrics.clone(),
        metrics: metrics.clone(),
        config: RestConfig {
            public_url: config.server.public_url(),
            allowed_origins: config.server.allowed_origins.clone(),
            trusted_proxies: config.server.trusted_proxies(),
            limits: config.limits.rest(),
            ..RestConfig::default()
        },
        fallback: Some(others),
    });
    if config.roles.plays(Role::Api) {
        return Ok(api);
    }
    Ok(WithoutApi { inner: api }.boxed())
}

/// Serves until `stopped` is told or dropped; then lets requests that have begun finish, for at most `limit`.
pub(super) async fn serve(
    acceptor: PatientAcceptor,
    endpoint: BoxEndpoint<'static>,
    stopped: oneshot::Receiver<()>,
    limit: Duration,
) -> io::Result<()> {
    let stop = async {
        let _ = stopped.await;
    };
    poem::Server::new_with_acceptor(acceptor)
        .idle_timeout(IDLE)
        .run_with_graceful_shutdown(endpoint, stop, Some(limit / 2))
        .await
}

/// What is neither the API nor for operators: signalling and the web client.
struct Others {
    signaling: Option<BoxEndpoint<'static>>,
    web: Option<BoxEndpoint<'static>>,
}

impl Endpoint for Others {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let endpoint = if request.uri().path() == SIGNALING { &self.signaling } else { &self.web };
        match endpoint {
            Some(endpoint) => endpoint.call(request).await,
            None => Err(NotFoundError.into()),
        }
    }
}

/// The endpoint of a process that does not play the role `api`.
struct WithoutApi {
    inner: BoxEndpoint<'static>,
}

impl Endpoint for WithoutApi {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let path = request.uri().path();
        if ALWAYS.contains(&path) || path == SIGNALING {
            return self.inner.call(request).await;
        }
        Err(NotFoundError.into())
    }
}
