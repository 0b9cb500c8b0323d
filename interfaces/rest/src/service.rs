//! Puts the interface together: operations behind their gates, behind the edge.

use std::sync::Arc;

use application_shared::{HealthCheck, HttpMetrics, IdempotencyStore, MetricsRenderer, RateLimiter};
use application_user::{AccessTokens, CsrfTokens, EndedSessions};
use domain_shared::{Clock, IdGenerator};
use poem::{EndpointExt, IntoEndpoint, endpoint::BoxEndpoint};
use poem_openapi::{LicenseObject, OpenApi, OpenApiService};

use crate::{
    account::{AccountApi, AccountUseCases, AvatarUseCases, AvatarsApi},
    admin::{AdminApi, AdminUseCases},
    api_key_authentication::ApiKeyAuthenticator,
    authentication::Authenticator,
    config::RestConfig,
    cors::Cors,
    document::{self, Documents},
    edge::Edge,
    gate::{Gate, Gated},
    health::{HealthApi, Readiness},
    idempotency::Idempotency,
    integration::{ApiKeysApi, IntegrationUseCases, WebhooksApi},
    invitations::{InvitationUseCases, InvitationsApi},
    media::{MediaApi, MediaUseCases},
    meetings::{
        MeetingUseCases, MeetingsApi, MessageUseCases, MessagesApi, ModerationApi, OccurrenceUseCases, OccurrencesApi,
    },
    notifications::{NotificationUseCases, NotificationsApi},
    public_address::PublicUrl,
    rate_limits::RateLimits,
    rooms::{RoomParticipantsApi, RoomUseCases, RoomsApi},
    statistics::{StatisticsApi, StatisticsUseCases},
};

/// What the interface needs.
pub struct RestDeps {
    /// Use cases of accounts.
    pub account: AccountUseCases,
    /// Use cases of pictures.
    pub avatars: AvatarUseCases,
    /// Use cases of administration.
    pub admin: AdminUseCases,
    /// Use cases of meetings.
    pub meetings: MeetingUseCases,
    /// Use cases about when they take place.
    pub occurrences: OccurrenceUseCases,
    /// Use cases about what was written in them.
    pub messages: MessageUseCases,
    /// Use cases of invitations.
    pub invitations: InvitationUseCases,
    /// Use cases of notifications.
    pub notifications: NotificationUseCases,
    /// Use cases of API keys and webhooks.
    pub integration: IntegrationUseCases,
    /// Use cases of rooms for other backends.
    pub rooms: RoomUseCases,
    /// Use cases of files.
    pub media: MediaUseCases,
    /// Use cases of statistics.
    pub statistics: StatisticsUseCases,
    /// Verifies access tokens.
    pub access_tokens: Arc<dyn AccessTokens>,
    /// Knows whose session has ended while the access token is still good.
    pub ended_sessions: Arc<dyn EndedSessions>,
    /// Makes and verifies what browsers send beside their cookies.
    pub csrf_tokens: Arc<dyn CsrfTokens>,
    /// Counts uses against the limits.
    pub rate_limiter: Arc<dyn RateLimiter>,
    /// Remembers requests that have been done.
    pub idempotency: Arc<dyn IdempotencyStore>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Names requests.
    pub ids: Arc<dyn IdGenerator>,
    /// What `/ready` asks.
    pub health_checks: Vec<Arc<dyn HealthCheck>>,
    /// Counts requests.
    pub http_metrics: Arc<dyn HttpMetrics>,
    /// What `/metrics` shows.
    pub metrics: Arc<dyn MetricsRenderer>,
    /// Settings.
    pub config: RestConfig,
    /// What answers every path that is not the API's: the web client and signalling. It sees the request as it came.
    /// Without it, such paths are 404.
    pub fallback: Option<BoxEndpoint<'static>>,
}

/// The interface. It answers every path: mount it at the root.
#[must_use]
pub fn api(deps: RestDeps) -> BoxEndpoint<'static> {
    let config = Arc::new(deps.config);
    let limits = Arc::new(RateLimits::new(deps.rate_limiter, config.limits));
    let authenticator = Arc::new(Authenticator {
        tokens: deps.access_tokens,
        ended: deps.ended_sessions.clone(),
        csrf: deps.csrf_tokens.clone(),
        clock: deps.clock.clone(),
    });
    let gate = Arc::new(Gate {
        authenticator: authenticator.clone(),
        api_keys: ApiKeyAuthenticator { keys: deps.integration.authenticate },
        limits: limits.clone(),
        idempotency: Idempotency::new(deps.idempotency),
        trusted_proxies: config.trusted_proxies.clone(),
    });
    let account = AccountApi {
        use_cases: deps.account,
        limits: limits.clone(),
        authenticator,
        csrf: deps.csrf_tokens,
        clock: deps.clock.clone(),
        config: config.clone(),
    };
    let avatars = AvatarsApi { use_cases: deps.avatars, clock: deps.clock.clone() };
    let moderation = ModerationApi { use_cases: deps.meetings.moderation.clone(), clock: deps.clock.clone() };
    let meetings = MeetingsApi { use_cases: deps.meetings, clock: deps.clock.clone(), config: config.clone() };
    let occurrences = OccurrencesApi { use_cases: deps.occurrences, clock: deps.clock.clone() };
    let messages = MessagesApi { use_cases: deps.messages, clock: deps.clock.clone() };
    let invitations = InvitationsApi { use_cases: deps.invitations, limits, clock: deps.clock.clone() };
    let notifications = NotificationsApi {
        use_cases: deps.notifications,
        ended_sessions: deps.ended_sessions.clone(),
        clock: deps.clock.clone(),
        heartbeat: config.stream_heartbeat,
    };
    let admin = AdminApi { use_cases: deps.admin, clock: deps.clock.clone() };
    let api_keys = ApiKeysApi { use_cases: deps.integration.api_keys, clock: deps.clock.clone() };
    let webhooks = WebhooksApi { use_cases: deps.integration.webhooks, clock: deps.clock.clone() };
    let rooms = RoomsApi { use_cases: deps.rooms.clone(), clock: deps.clock.clone() };
    let room_participants =
        RoomParticipantsApi { use_cases: deps.rooms, clock: deps.clock.clone(), config: config.clone() };
    let media = MediaApi { use_cases: deps.media, clock: deps.clock.clone() };
    let statistics = StatisticsApi { use_cases: deps.statistics, clock: deps.clock.clone() };
    let health = HealthApi {
        readiness: Readiness::new(deps.health_checks, config.health_timeout),
        metrics: deps.metrics,
        clock: deps.clock.clone(),
    };
    let operations = service((
        Gated::new(account, gate.clone()),
        Gated::new(avatars, gate.clone()),
        Gated::new(admin, gate.clone()),
        (Gated::new(meetings, gate.clone()), Gated::new(moderation, gate.clone())),
        Gated::new(occurrences, gate.clone()),
        Gated::new(messages, gate.clone()),
        Gated::new(api_keys, gate.clone()),
        Gated::new(webhooks, gate.clone()),
        Gated::new(rooms, gate.clone()),
        Gated::new(room_participants, gate.clone()),
        Gated::new(invitations, gate.clone()),
        Gated::new(notifications, gate.clone()),
        Gated::new(media, gate.clone()),
        Gated::new(statistics, gate.clone()),
        Gated::new(health, gate),
    ));
    let documents = Documents::new(&operations);
    Edge {
        documents,
        operations: operations.into_endpoint().boxed(),
        fallback: deps.fallback,
        metrics: deps.http_metrics,
        ids: deps.ids,
        clock: deps.clock,
        cors: Cors::new(&config.allowed_origins),
        strict_transport: config.public_url.as_ref().is_some_and(PublicUrl::is_https),
    }
    .boxed()
}

/// The OpenAPI document of the interface. It needs nothing that runs.
#[must_use]
pub fn openapi_document() -> String {
    document::render(&service((
        Gated::<AccountApi>::documentation(),
        Gated::<AvatarsApi>::documentation(),
        Gated::<AdminApi>::documentation(),
        (Gated::<MeetingsApi>::documentation(), Gated::<ModerationApi>::documentation()),
        Gated::<OccurrencesApi>::documentation(),
        Gated::<MessagesApi>::documentation(),
        Gated::<ApiKeysApi>::documentation(),
        Gated::<WebhooksApi>::documentation(),
        Gated::<RoomsApi>::documentation(),
        Gated::<RoomParticipantsApi>::documentation(),
        Gated::<InvitationsApi>::documentation(),
        Gated::<NotificationsApi>::documentation(),
        Gated::<MediaApi>::documentation(),
        Gated::<StatisticsApi>::documentation(),
        Gated::<HealthApi>::documentation(),
    )))
}

fn service<T: OpenApi>(operations: T) -> OpenApiService<T, ()> {
    OpenApiService::new(operations, "Open Meeting", env!("CARGO_PKG_VERSION"))
        .summary("Video meetings on your own server.")
        .description(
            "Every answer is an envelope: `{code, message, data, timestamp}` when the request was done, `{code, message, \
             error: {type, details}, timestamp}` when it was not. `error.type` is stable. Every answer carries \
             `X-Request-Id`. Times are RFC 3339 in UTC. Unknown fields are ignored.",
        )
        .license(LicenseObject::new("MIT").url("https://opensource.org/license/mit"))
        .server("/")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::authorisation::{Access, ROWS};

    fn operations() -> Vec<(String, Value)> {
        let document: Value = serde_json::from_str(&openapi_document()).unwrap();
        let paths = document["paths"].as_object().unwrap().clone();
        paths
            .into_iter()
            .flat_map(|(path, methods)| {
                methods
                    .as_object()
                    .unwrap()
                    .iter()
                    .map(|(method, operation)| (format!("{method} {path}"), operation.clone()))
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    #[test]
    fn every_operation_has_a_row_and_every_row_an_operation() {
        let documented: BTreeSet<_> = operations()
            .iter()
            .map(|(name, operation)| {
                operation["operationId"].as_str().unwrap_or_else(|| panic!("{name} has no id")).to_owned()
            })
            .collect();
        let rows: BTreeSet<_> = ROWS.iter().map(|row| row.operation.to_owned()).collect();
        assert_eq!(documented, rows);
    }

    #[test]
    fn the_document_tells_who_may_call() {
        for (name, operation) in operations() {
            let row = crate::authorisation::row_of(operation["operationId"].as_str().unwrap()).unwrap();
            let cookie = if name.starts_with("get ") {
                serde_json::json!({"accessCookie": []})
            } else {
                serde_json::json!({"accessCookie": [], "csrfToken": []})
            };
            let key = serde_json::json!({"apiKey": []});
            let expected = match row.access {
                Access::Public => continue,
                Access::SignedIn => serde_json::json!([{"bearer": []}, cookie]),
                Access::ApiKey(_) => serde_json::json!([key]),
                Access::ApiKeyOrUser(_) => serde_json::json!([{"bearer": []}, cookie, key]),
            };
            assert_eq!(operation["security"], expected, "{name}");
        }
    }

    #[test]
    fn every_operation_is_described_with_its_failures() {
        for (name, operation) in operations() {
            assert!(operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{name}");
            assert!(operation["tags"].as_array().is_some_and(|tags| tags.len() == 1), "{name}");
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.contains_key("500") && !responses.contains_key("default"), "{name}");
            for (status, response) in responses {
                if status == "304" {
                    continue;
                }
                let content = response["content"].as_object().unwrap();
                let schema = &content.values().next().unwrap()["schema"];
                if status.starts_with('2') {
                    continue;
                }
                assert_eq!(schema["$ref"], "#/components/schemas/Failure", "{name} {status}");
                assert!(response["description"].as_str().is_some_and(|text| text.contains('`')), "{name} {status}");
            }
        }
    }

    #[test]
    fn the_document_is_the_same_each_time() {
        assert_eq!(openapi_document(), openapi_document());
    }

    #[test]
    fn swagger_ui_shows_the_completed_document() {
        let documents = Documents::new(&service(Gated::<HealthApi>::documentation()));
        let answer = documents.serve("/docs", &poem::http::Method::GET).unwrap().unwrap();
        let page = futures::executor::block_on(answer.into_body().into_string()).unwrap();
        assert!(page.contains("service.unavailable"));
        assert!(documents.serve("/docs", &poem::http::Method::POST).unwrap().is_err());
        assert!(documents.serve("/other", &poem::http::Method::GET).is_none());
    }
}
