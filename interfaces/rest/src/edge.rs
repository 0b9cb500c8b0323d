//! The outermost layer: names, times, traces and counts every request, and gives every answer its headers and every failure
//! its envelope.

use std::{
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use application_shared::HttpMetrics;
use domain_shared::{Clock, IdGenerator};
use futures::FutureExt;
use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    endpoint::BoxEndpoint,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
};
use poem_openapi::error::{ParseParamError, ParsePathError};
use tracing::{Instrument, Span, field};

use crate::{
    code::Code,
    cors::Cors,
    document::Documents,
    failure::{Failure, FieldDetail},
    gate::{ExtraHeaders, MatchedRoute},
    request_id::{X_REQUEST_ID, request_id},
};

/// The label of requests that no operation matched, whatever their path.
const UNMATCHED: &str = "unmatched";
/// The label of requests that are not for the API: the web client's files, signalling.
const FALLBACK: &str = "other";
/// What is counted when the client goes away before it is answered (as nginx logs it).
const CLIENT_CLOSED_REQUEST: u16 = 499;

/// See the module.
pub struct Edge {
    /// The operations.
    pub operations: BoxEndpoint<'static>,
    /// The OpenAPI document and its reader.
    pub documents: Documents,
    /// What answers all other paths: the web client, signalling.
    pub fallback: Option<BoxEndpoint<'static>>,
    /// Counts requests.
    pub metrics: Arc<dyn HttpMetrics>,
    /// Names requests.
    pub ids: Arc<dyn IdGenerator>,
    /// Dates failures.
    pub clock: Arc<dyn Clock>,
    /// Which other sites may call.
    pub cors: Cors,
    /// Whether browsers shall come by TLS only.
    pub strict_transport: bool,
}

impl Endpoint for Edge {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let method = method_label(request.method());
        let mut measured = Measured::start(&*self.metrics, method);
        let id = request_id(request.headers(), &*self.ids);
        let origin = request.headers().get(header::ORIGIN).cloned();
        let span = tracing::info_span!(
            "request",
            request_id = id.to_str().unwrap_or_default(),
            method,
            route = field::Empty,
            status = field::Empty,
        );
        let is_api = is_api(request.uri().path());
        let preflight = is_api && self.cors.is_preflight(request.method(), request.headers());
        let (mut response, route) = async {
            let (response, route) = if preflight {
                (StatusCode::NO_CONTENT.into_response(), None)
            } else {
                self.answer(request, is_api).await
            };
            let route = route.unwrap_or_else(|| if is_api { UNMATCHED } else { FALLBACK }.into());
            let status = response.status().as_u16();
            Span::current().record("route", &*route).record("status", status);
            log(status, measured.started.elapsed());
            (response, route)
        }
        .instrument(span)
        .await;
        measured.finish(&route, response.status());

        let headers = response.headers_mut();
        headers.insert(X_REQUEST_ID, id);
        if is_api {
            self.cors.decorate(origin.as_ref(), preflight, headers);
        }
        self.secure(headers, is_api);
        Ok(response)
    }
}

impl Edge {
    async fn answer(&self, request: Request, is_api: bool) -> (Response, Option<Arc<str>>) {
        let called = AssertUnwindSafe(self.dispatch(request, is_api)).catch_unwind().await;
        match called {
            Ok(Ok(response)) => {
                let route = response.data::<MatchedRoute>().map(|route| route.0.clone());
                (response, route)
            }
            Ok(Err(error)) => {
                let route = error.data::<MatchedRoute>().map(|route| route.0.clone());
                let extra = error.data::<ExtraHeaders>().cloned();
                let mut response = self.render(error);
                if let Some(ExtraHeaders(extra)) = extra {
                    for (name, value) in &extra {
                        response.headers_mut().entry(name).or_insert_with(|| value.clone());
                    }
                }
                (response, route)
            }
            Err(_) => {
                let failure = Failure::new(Code::Internal).caused_by("the operation panicked");
                (failure.render(self.clock.now()), None)
            }
        }
    }

    async fn dispatch(&self, request: Request, is_api: bool) -> Result<Response> {
        if is_api {
            if let Some(document) = self.documents.serve(request.uri().path(), request.method()) {
                return document;
            }
            return self.operations.call(request).await;
        }
        match &self.fallback {
            Some(fallback) => fallback.call(request).await,
            None => Err(Failure::new(Code::RequestNotFound).into()),
        }
    }

    /// Puts whatever went wrong into the envelope.
    fn render(&self, error: poem::Error) -> Response {
        let now = self.clock.now();
        if let Some(failure) = error.downcast_ref::<Failure>() {
            return failure.render(now);
        }
        if let Some(parameter) = error.downcast_ref::<ParseParamError>() {
            let detail = if parameter.reason.starts_with("verification failed") {
                FieldDetail::new(parameter.name, "out_of_range", "is out of range")
            } else {
                FieldDetail::new(parameter.name, "wrong_type", "is not of the expected type")
            };
            return Failure::invalid([detail]).render(now);
        }
        if error.is::<ParsePathError>() {
            return Failure::new(Code::RequestNotFound).render(now);
        }
        if error.is_from_response() {
            // Made on purpose by an endpoint, such as a file that has not been modified.
            return error.into_response();
        }
        let code = match error.status() {
            StatusCode::NOT_FOUND => Code::RequestNotFound,
            StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => Code::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType,
            status if status.is_client_error() => Code::RequestMalformed,
            _ => Code::Internal,
        };
        Failure::new(code).caused_by(error.to_string()).render(now)
    }

    fn secure(&self, headers: &mut HeaderMap, is_api: bool) {
        let mut default = |name: HeaderName, value: &'static str| {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        };
        default(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        default(header::X_FRAME_OPTIONS, "DENY");
        default(header::REFERRER_POLICY, "no-referrer");
        if is_api {
            default(header::CACHE_CONTROL, "no-store");
            default(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
        }
        if self.strict_transport {
            default(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
        }
    }
}

/// Whether the path belongs to the API. All others are the fallback's.
fn is_api(path: &str) -> bool {
    path.starts_with("/api/") || matches!(path, "/api" | "/health" | "/ready" | "/metrics" | "/openapi.json" | "/docs")
}

/// Clients can send any word as method; labels must not grow with them.
fn method_label(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "OTHER",
    }
}

fn log(status: u16, duration: Duration) {
    let milliseconds = duration.as_secs_f64() * 1_000.0;
    match status {
        500.. => tracing::warn!(status, milliseconds, "request answered"),
        400.. => tracing::info!(status, milliseconds, "request answered"),
        _ => tracing::debug!(status, milliseconds, "request answered"),
    }
}

/// Counts the request once it is over, also when the client goes away meanwhile and the work is dropped.
struct Measured<'a> {
    metrics: &'a dyn HttpMetrics,
    method: &'static str,
    started: Instant,
    finished: bool,
}

impl<'a> Measured<'a> {
    fn start(metrics: &'a dyn HttpMetrics, method: &'static str) -> Self {
        metrics.started();
        Self { metrics, method, started: Instant::now(), finished: false }
    }

    fn finish(&mut self, route: &str, status: StatusCode) {
        self.finished = true;
        self.metrics.finished(self.method, route, status.as_u16(), self.started.elapsed());
    }
}

impl Drop for Measured<'_> {
    fn drop(&mut self) {
        if !self.finished {
            self.metrics.finished(self.method, UNMATCHED, CLIENT_CLOSED_REQUEST, self.started.elapsed());
        }
    }
}

#[cfg(test)]
#[path = "edge_tests.rs"]
mod tests;
