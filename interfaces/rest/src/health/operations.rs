//! The health operations.

use std::sync::Arc;

use application_shared::MetricsRenderer;
use domain_shared::Clock;
use poem::{IntoResponse, Response};
use poem_openapi::{
    ApiResponse, OpenApi,
    registry::{MetaMediaType, MetaResponse, MetaResponses, Registry},
    types::Type,
};

use super::{
    Readiness,
    shapes::{Health, Ready, State},
};
use crate::{answer::Answer, failure::Failure, tags::Tag};

/// The operations of this area.
pub struct HealthApi {
    /// What the server depends on.
    pub readiness: Readiness,
    /// The counters.
    pub metrics: Arc<dyn MetricsRenderer>,
    /// Dates the answers.
    pub clock: Arc<dyn Clock>,
}

impl HealthApi {
    fn up(&self) -> Answer<Health> {
        let health = Health { status: State::Up, version: env!("CARGO_PKG_VERSION").to_owned() };
        Answer::new(health, self.clock.now())
    }
}

#[OpenApi(tag = "Tag::Health")]
impl HealthApi {
    /// Whether the process is up
    ///
    /// For a supervisor: a process that does not answer should be restarted. It asks nothing else.
    #[oai(path = "/health", method = "get", operation_id = "health")]
    async fn health(&self) -> Result<Answer<Health>, Failure> {
        Ok(self.up())
    }

    /// Whether the process is up
    ///
    /// The same as `/health`, for clients that know only the API's base path.
    #[oai(path = "/api/v1/health", method = "get", operation_id = "apiHealth")]
    async fn api_health(&self) -> Result<Answer<Health>, Failure> {
        Ok(self.up())
    }

    /// Whether the server can do its work
    ///
    /// For a load balancer: asks the database, Redis and the media workers, each for a bounded time. When any of them is
    /// down, the answer is 503 and `error.details` names it.
    #[oai(path = "/ready", method = "get", operation_id = "ready")]
    async fn ready(&self) -> Result<Answer<Ready>, Failure> {
        Ok(Answer::new(self.readiness.ask().await?, self.clock.now()))
    }

    /// What the server has counted
    ///
    /// In Prometheus' text format.
    #[oai(path = "/metrics", method = "get", operation_id = "metrics")]
    async fn metrics(&self) -> Result<Metrics, Failure> {
        Ok(Metrics(self.metrics.render()))
    }
}

/// Counters in Prometheus' text exposition format.
struct Metrics(String);

const EXPOSITION: &str = "text/plain; version=0.0.4; charset=utf-8";

impl IntoResponse for Metrics {
    fn into_response(self) -> Response {
        self.0.with_content_type(EXPOSITION).into_response()
    }
}

impl ApiResponse for Metrics {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![MetaResponse {
                description: "The counters.",
                status: Some(200),
                status_range: None,
                content: vec![MetaMediaType { content_type: EXPOSITION, schema: String::schema_ref() }],
                headers: vec![],
            }],
        }
    }

    fn register(_: &mut Registry) {}
}
