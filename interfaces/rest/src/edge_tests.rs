//! The edge alone: what every request and every answer goes through, whatever the operation.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use application_shared::{Begun, IdempotencyStore, PortError, RateDecision, RateLimit, RateLimiter, StoredAnswer};
use application_user::{
    AccessClaims, AccessToken, AccessTokenError, AccessTokens, CsrfTokens, EndedSessions, Principal,
};
use chrono::{DateTime, Utc};
use domain_shared::{FixedClock, SequentialIds, SessionId};
use poem::{EndpointExt, IntoEndpoint, Request, endpoint::make, test::TestClient};
use poem_openapi::{OpenApi, OpenApiService, payload::PlainText};
use secrecy::SecretString;

use super::*;
use crate::{
    authentication::Authenticator,
    config::RestLimits,
    gate::{Gate, Gated},
    idempotency::Idempotency,
    rate_limits::RateLimits,
};

#[derive(Default)]
struct Recorded(Mutex<Vec<String>>);

impl HttpMetrics for Recorded {
    fn started(&self) {
        self.0.lock().unwrap().push("started".to_owned());
    }

    fn finished(&self, method: &'static str, route: &str, status: u16, _: Duration) {
        self.0.lock().unwrap().push(format!("{method} {route} {status}"));
    }
}

struct NoTokens;

impl AccessTokens for NoTokens {
    fn issue(&self, _: &AccessClaims, _: DateTime<Utc>) -> Result<AccessToken, PortError> {
        Err(PortError::unavailable("none"))
    }

    fn verify(&self, _: &str, _: DateTime<Utc>) -> Result<Principal, AccessTokenError> {
        Err(AccessTokenError::Invalid)
    }
}

struct NoSessions;

impl EndedSessions for NoSessions {
    fn is_ended(&self, _: SessionId) -> bool {
        false
    }
}

impl CsrfTokens for NoSessions {
    fn issue(&self, _: SessionId) -> SecretString {
        String::new().into()
    }

    fn verify(&self, _: SessionId, _: &str) -> bool {
        false
    }
}

struct NoLimits;

#[async_trait::async_trait]
impl RateLimiter for NoLimits {
    async fn check(&self, _: &str, _: RateLimit) -> Result<RateDecision, PortError> {
        Err(PortError::unavailable("none"))
    }
}

/// Remembers in this process.
#[derive(Default)]
struct Remembering(Mutex<HashMap<String, (String, Option<StoredAnswer>)>>);

#[async_trait::async_trait]
impl IdempotencyStore for Remembering {
    async fn begin(&self, key: &str, fingerprint: &str, _: Duration) -> Result<Begun, PortError> {
        let mut known = self.0.lock().unwrap();
        Ok(match known.get(key) {
            None => {
                known.insert(key.to_owned(), (fingerprint.to_owned(), None));
                Begun::New
            }
            Some((other, _)) if other != fingerprint => Begun::Mismatch,
            Some((_, None)) => Begun::Running,
            Some((_, Some(answer))) => Begun::Done(answer.clone()),
        })
    }

    async fn complete(
        &self,
        key: &str,
        fingerprint: &str,
        answer: &StoredAnswer,
        _: Duration,
    ) -> Result<(), PortError> {
        self.0.lock().unwrap().insert(key.to_owned(), (fingerprint.to_owned(), Some(answer.clone())));
        Ok(())
    }

    async fn abandon(&self, key: &str) -> Result<(), PortError> {
        self.0.lock().unwrap().remove(key);
        Ok(())
    }
}

/// Operations that borrow their rows from real ones, and one that has none.
#[derive(Default)]
struct Sample(AtomicU32);

#[OpenApi]
impl Sample {
    /// Panics
    #[oai(path = "/api/panic/:id", method = "get", operation_id = "health")]
    async fn panics(&self, id: poem_openapi::param::Path<String>) -> PlainText<String> {
        assert!(id.0.is_empty(), "boom");
        PlainText(id.0)
    }

    /// Answers
    #[oai(path = "/api/number", method = "get", operation_id = "ready")]
    async fn number(
        &self,
        #[oai(validator(maximum(value = "5")))] value: poem_openapi::param::Query<i64>,
    ) -> PlainText<String> {
        PlainText(value.0.to_string())
    }

    /// Needs a user
    #[oai(path = "/api/mine", method = "get", operation_id = "readProfile")]
    async fn mine(&self) -> PlainText<&'static str> {
        PlainText("mine")
    }

    /// Needs an API key, or a user
    #[oai(path = "/api/hooks", method = "get", operation_id = "listWebhooks")]
    async fn hooks(&self, who: crate::api_key_authentication::ByApiKeyOrUser) -> PlainText<String> {
        PlainText(format!("{:?}", who.0))
    }

    /// Creates something, unless it is told not to
    #[oai(path = "/api/things", method = "post", operation_id = "register")]
    async fn create(&self, body: poem_openapi::payload::PlainText<String>) -> poem::Result<PlainText<String>> {
        if body.0 == "fail" {
            return Err(Failure::new(Code::UsernameTaken).into());
        }
        Ok(PlainText(format!("{} {}", body.0, self.0.fetch_add(1, Ordering::Relaxed))))
    }

    /// Has no row in the table
    #[oai(path = "/api/forgotten", method = "get", operation_id = "forgotten")]
    async fn forgotten(&self) -> PlainText<&'static str> {
        PlainText("nobody should see this")
    }
}

fn edge(origins: &[&str]) -> (Arc<Recorded>, TestClient<impl Endpoint>) {
    let clock: Arc<dyn Clock> = Arc::new(FixedClock::at(DateTime::UNIX_EPOCH));
    let gate = Gate {
        authenticator: Arc::new(Authenticator {
            tokens: Arc::new(NoTokens),
            ended: Arc::new(NoSessions),
            csrf: Arc::new(NoSessions),
            clock: clock.clone(),
        }),
        api_keys: crate::api_key_authentication::tests::authenticator(),
        limits: Arc::new(RateLimits::new(Arc::new(NoLimits), RestLimits::default())),
        idempotency: Idempotency::new(Arc::new(Remembering::default())),
        trusted_proxies: Vec::new(),
    };
    let service = OpenApiService::new(Gated::new(Sample::default(), Arc::new(gate)), "sample", "1");
    let metrics = Arc::new(Recorded::default());
    let fallback = make(|request: Request| async move {
        if request.uri().path() == "/missing" {
            return Err(poem::Error::from(poem::error::NotFoundError));
        }
        Ok("the web client".into_response())
    });
    let edge = Edge {
        documents: Documents::new(&service),
        operations: service.into_endpoint().boxed(),
        fallback: Some(fallback.boxed()),
        metrics: metrics.clone(),
        ids: Arc::new(SequentialIds::default()),
        clock,
        cors: Cors::new(&origins.iter().map(|origin| (*origin).to_owned()).collect::<Vec<_>>()),
        strict_transport: true,
    };
    (metrics, TestClient::new(edge))
}

async fn error_type(response: poem::test::TestResponse) -> (u16, String) {
    let status = response.0.status().as_u16();
    let body: serde_json::Value = serde_json::from_str(&response.0.into_body().into_string().await.unwrap()).unwrap();
    assert_eq!(body["code"], status);
    (status, body["error"]["type"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_panic_is_a_failure_like_any_other() {
    let (metrics, client) = edge(&[]);
    let response = client.get("/api/panic/secret").send().await;
    response.assert_header("x-request-id", "00000000-0000-0000-0000-000000000001");
    assert_eq!(error_type(response).await, (500, "internal".to_owned()));
    assert_eq!(*metrics.0.lock().unwrap(), ["started", "GET unmatched 500"]);
}

#[tokio::test]
async fn an_operation_without_a_row_is_denied() {
    let (_, client) = edge(&[]);
    assert_eq!(error_type(client.get("/api/forgotten").send().await).await, (500, "internal".to_owned()));
}

#[tokio::test]
async fn an_operation_for_users_is_denied_to_others_even_when_it_does_not_ask() {
    let (metrics, client) = edge(&[]);
    let response = client.get("/api/mine").header("authorization", "Bearer x").send().await;
    assert_eq!(error_type(response).await, (401, "auth.required".to_owned()));
    assert_eq!(*metrics.0.lock().unwrap(), ["started", "GET /api/mine 401"]);
}

#[tokio::test]
async fn an_operation_for_backends_lets_in_keys_that_are_good_for_it() {
    let (_, client) = edge(&[]);
    let ask = |path: &'static str, key: &'static str| {
        client.get(path).header("authorization", format!("Bearer {key}")).send()
    };
    let response = ask("/api/hooks", "om_managehook_secret").await;
    response.assert_status_is_ok();
    response.assert_text(format!("ApiKey(ApiKeyId({}))", uuid::Uuid::from_u128(1))).await;
    for (key, status, code) in [
        ("om_readsrooms_secret", 403, "api_key.scope_missing"),
        ("om_managehook_guessed", 401, "api_key.invalid"),
        ("om_", 401, "api_key.invalid"),
        ("om_unreachable_secret", 503, "service.unavailable"),
        ("x", 401, "auth.required"),
    ] {
        assert_eq!(error_type(ask("/api/hooks", key).await).await, (status, code.to_owned()), "{key}");
    }
    assert_eq!(error_type(client.get("/api/hooks").send().await).await, (401, "auth.required".to_owned()));
    let elsewhere = ask("/api/mine", "om_managehook_secret").await;
    assert_eq!(error_type(elsewhere).await, (401, "auth.required".to_owned()), "a key is no user");
}

#[tokio::test]
async fn parameters_are_named_when_they_are_wrong() {
    let (metrics, client) = edge(&[]);
    for (value, code) in [("x", "wrong_type"), ("6", "out_of_range"), ("9999999999999999999", "wrong_type")] {
        let response = client.get("/api/number").query("value", &value).send().await;
        let body = response.0.into_body().into_string().await.unwrap();
        assert!(body.contains(&format!(r#""details":[{{"field":"value","code":"{code}""#)), "{body}");
    }
    client.get("/api/number").query("value", &5).send().await.assert_status_is_ok();
    assert_eq!(metrics.0.lock().unwrap().last().unwrap(), "GET /api/number 200");
}

#[tokio::test]
async fn paths_and_methods_that_nobody_has_are_counted_together() {
    let (metrics, client) = edge(&[]);
    for path in ["/api/a", "/api/b/c?d=e", "/api", "/health"] {
        assert_eq!(error_type(client.get(path).send().await).await, (404, "request.not_found".to_owned()), "{path}");
    }
    let response = client.request("BREW".parse().unwrap(), "/api/number").send().await;
    assert_eq!(error_type(response).await, (405, "request.method_not_allowed".to_owned()));
    let counted: Vec<_> = metrics.0.lock().unwrap().iter().filter(|line| *line != "started").cloned().collect();
    assert_eq!(counted[..4], ["GET unmatched 404", "GET unmatched 404", "GET unmatched 404", "GET unmatched 404"]);
    assert_eq!(counted[4], "OTHER unmatched 405");
}

#[tokio::test]
async fn other_methods_are_told_which_there_are() {
    let (_, client) = edge(&[]);
    let response = client.delete("/api/number").send().await;
    response.assert_header("allow", "GET, HEAD, OPTIONS");
    assert_eq!(error_type(response).await, (405, "request.method_not_allowed".to_owned()));
    let response = client.options("/api/number").send().await;
    response.assert_status(StatusCode::NO_CONTENT);
    response.assert_header("allow", "GET, HEAD, OPTIONS");
    client.head("/api/number?value=1").send().await.assert_status_is_ok();
    let response = client.post("/openapi.json").send().await;
    response.assert_header("allow", "GET, HEAD");
}

#[tokio::test]
async fn every_answer_is_hardened() {
    let (_, client) = edge(&[]);
    let response = client.get("/api/number?value=1").header("x-request-id", "mine").send().await;
    response.assert_header("x-request-id", "mine");
    response.assert_header("x-content-type-options", "nosniff");
    response.assert_header("x-frame-options", "DENY");
    response.assert_header("referrer-policy", "no-referrer");
    response.assert_header("cache-control", "no-store");
    response.assert_header("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
    response.assert_header("strict-transport-security", "max-age=31536000");
    response.assert_header_is_not_exist("access-control-allow-origin");
}

#[tokio::test]
async fn all_other_paths_are_the_fallback_s() {
    let (metrics, client) = edge(&[]);
    let response = client.get("/meetings/abc").send().await;
    response.assert_header("x-request-id", "00000000-0000-0000-0000-000000000001");
    response.assert_header_is_not_exist("content-security-policy");
    response.assert_text("the web client").await;
    assert_eq!(error_type(client.get("/missing").send().await).await, (404, "request.not_found".to_owned()));
    let recorded = metrics.0.lock().unwrap();
    assert_eq!(recorded[1], "GET other 200");
    assert_eq!(recorded[3], "GET other 404");
}

#[tokio::test]
async fn configured_origins_may_call() {
    let (_, client) = edge(&["https://app.example.org"]);
    let response = client
        .options("/api/number")
        .header("origin", "https://app.example.org")
        .header("access-control-request-method", "GET")
        .send()
        .await;
    response.assert_status(StatusCode::NO_CONTENT);
    response.assert_header("access-control-allow-origin", "https://app.example.org");
    let response = client.get("/api/mine").header("origin", "https://app.example.org").send().await;
    response.assert_header("access-control-allow-origin", "https://app.example.org");
    let response = client.get("/api/mine").header("origin", "https://evil.example").send().await;
    response.assert_header_is_not_exist("access-control-allow-origin");
}

#[tokio::test]
async fn a_client_that_goes_away_is_counted() {
    let metrics = Recorded::default();
    drop(Measured::start(&metrics, "GET"));
    assert_eq!(*metrics.0.lock().unwrap(), ["started", "GET unmatched 499"]);
}

#[tokio::test]
async fn a_request_with_a_key_is_done_once() {
    let (_, client) = edge(&[]);
    let create = |key: Option<&'static str>, body: &'static str| {
        let request = client.post("/api/things").content_type("text/plain").body(body);
        match key {
            Some(key) => request.header("idempotency-key", key),
            None => request,
        }
    };
    create(Some("one"), "thing").send().await.assert_text("thing 0").await;
    let again = create(Some("one"), "thing").send().await;
    again.assert_status_is_ok();
    again.assert_header("idempotency-replayed", "true");
    again.assert_text("thing 0").await;
    let other = create(Some("one"), "other").send().await;
    assert_eq!(error_type(other).await, (409, "request.idempotency_mismatch".to_owned()));
    create(Some("two"), "thing").send().await.assert_text("thing 1").await;
    create(None, "thing").send().await.assert_text("thing 2").await;
    assert_eq!(error_type(create(Some("no key"), "thing").send().await).await, (422, "request.invalid".to_owned()));
}

#[tokio::test]
async fn what_was_not_done_may_be_tried_again_with_the_same_key() {
    let (_, client) = edge(&[]);
    for body in ["fail", "fail", "thing"] {
        let response = client.post("/api/things").header("idempotency-key", "k").content_type("text/plain").body(body);
        assert_eq!(response.send().await.0.status().is_success(), body == "thing");
    }
}
