//! A request that was not done: what the client is told, and the cause that only the log is told.

use std::fmt;

use application_shared::{BoxError, FieldError, PortError};
use chrono::{DateTime, Utc};
use poem::{
    IntoResponse, Response,
    error::ResponseError,
    http::{HeaderName, HeaderValue, StatusCode, header},
};
use poem_openapi::{
    ApiResponse, Object,
    registry::{MetaMediaType, MetaResponse, MetaResponses, Registry},
    types::Type,
};
use serde::Serialize;

use crate::code::Code;

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Object)]
pub struct FieldDetail {
    /// The field's name, as it stands in the request.
    pub field: String,
    /// A stable code, such as `required` or `too_long`.
    pub code: String,
    /// A sentence for people.
    pub message: String,
}

impl FieldDetail {
    /// Says what is wrong with `field`.
    pub fn new(field: impl Into<String>, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), code: code.into(), message: message.into() }
    }
}

impl From<FieldError> for FieldDetail {
    fn from(error: FieldError) -> Self {
        Self::new(error.field, error.code, error.message)
    }
}

/// The machine-readable part of a failure.
#[derive(Debug, Serialize, Object)]
#[oai(rename = "Error")]
pub struct ErrorBody {
    /// A stable code, such as `meeting.not_found`.
    pub r#type: String,
    /// The fields that are at fault; empty when no single field is.
    pub details: Vec<FieldDetail>,
}

/// What every request that was not done is answered with.
#[derive(Debug, Serialize, Object)]
#[oai(rename = "Failure")]
pub struct FailureBody {
    /// The HTTP status, again.
    pub code: u16,
    /// A sentence for people.
    pub message: String,
    /// For programs.
    pub error: ErrorBody,
    /// When it was answered, in seconds since 1970 (UTC).
    pub timestamp: i64,
}

/// A request that was not done.
#[derive(Debug)]
pub struct Failure {
    code: Code,
    details: Vec<FieldDetail>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<BoxError>,
}

impl Failure {
    /// Fails with `code`.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self { code, details: Vec::new(), headers: Vec::new(), cause: None }
    }

    /// Fails because of these fields.
    pub fn invalid(details: impl IntoIterator<Item = impl Into<FieldDetail>>) -> Self {
        Self { details: details.into_iter().map(Into::into).collect(), ..Self::new(Code::RequestInvalid) }
    }

    /// Names the fields at fault.
    #[must_use]
    pub fn with_details(mut self, details: Vec<FieldDetail>) -> Self {
        self.details = details;
        self
    }

    /// Keeps the cause for the log.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<BoxError>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The fields at fault.
    #[cfg(test)]
    pub fn details(&self) -> &[FieldDetail] {
        &self.details
    }

    /// Why.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// The answer. Writes the cause of a server's mistake to the log (within the request's span).
    #[must_use]
    pub fn render(&self, now: DateTime<Utc>) -> Response {
        if self.code.number() >= 500 {
            let cause = self.cause.as_deref().map(Chain);
            match cause {
                Some(cause) => tracing::error!(code = self.code.name(), %cause, "request failed"),
                None => tracing::error!(code = self.code.name(), "request failed"),
            }
        }
        let body = FailureBody {
            code: self.code.number(),
            message: self.code.message().to_owned(),
            error: ErrorBody { r#type: self.code.name().to_owned(), details: self.details.clone() },
            timestamp: now.timestamp(),
        };
        let mut response = Response::builder()
            .status(self.code.status())
            .content_type(JSON)
            .body(serde_json::to_vec(&body).unwrap_or_default());
        for (name, value) in &self.headers {
            response.headers_mut().append(name, value.clone());
        }
        if self.code.status() == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(r#"Bearer realm="open-meeting""#));
        }
        response
    }
}

/// The content type of every answer in the envelope.
pub const JSON: &str = "application/json";

/// Shows an error with everything that caused it.
struct Chain<'a>(&'a (dyn std::error::Error + Send + Sync + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.name())
    }
}

impl std::error::Error for Failure {}

impl ResponseError for Failure {
    fn status(&self) -> StatusCode {
        self.code.status()
    }

    fn as_response(&self) -> Response {
        // Only seen when the edge that renders failures is missing.
        self.code.status().into_response()
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl From<PortError> for Failure {
    fn from(error: PortError) -> Self {
        let code = match &error {
            PortError::Unavailable(_) => Code::ServiceUnavailable,
            PortError::Corrupt { .. } => Code::Internal,
            PortError::Conflict => Code::Conflict,
        };
        Self::new(code).caused_by(error)
    }
}

impl ApiResponse for Failure {
    /// Stands for every failure; the document replaces it by the statuses that each operation can have.
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![MetaResponse {
                description: "The request was not done.",
                status: None,
                status_range: None,
                content: vec![MetaMediaType { content_type: JSON, schema: FailureBody::schema_ref() }],
                headers: vec![],
            }],
        }
    }

    fn register(registry: &mut Registry) {
        FailureBody::register(registry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body_of(failure: Failure) -> serde_json::Value {
        let response = failure.render(DateTime::from_timestamp(1_678_886_400, 0).unwrap());
        let bytes = futures::executor::block_on(response.into_body().into_vec()).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn tells_the_client_code_and_fields() {
        let failure = Failure::invalid([FieldError::new("title", "too_long", "at most 200 characters")]);
        assert_eq!(
            body_of(failure),
            serde_json::json!({
                "code": 422, "message": "a value in the request is not acceptable", "timestamp": 1_678_886_400,
                "error": {"type": "request.invalid", "details": [
                    {"field": "title", "code": "too_long", "message": "at most 200 characters"}
                ]},
            })
        );
    }

    #[test]
    fn never_tells_the_cause() {
        for error in [PortError::unavailable("password=hunter2"), PortError::corrupt("user", "password=hunter2")] {
            let failure = Failure::from(error);
            assert!(failure.code().number() >= 500);
            assert!(!body_of(failure).to_string().contains("hunter2"));
        }
    }

    #[test]
    fn ports_fail_with_codes_of_their_own() {
        assert_eq!(Failure::from(PortError::unavailable("x")).code(), Code::ServiceUnavailable);
        assert_eq!(Failure::from(PortError::corrupt("x", "y")).code(), Code::Internal);
        assert_eq!(Failure::from(PortError::Conflict).code(), Code::Conflict);
    }

    #[test]
    fn unauthorised_names_the_scheme() {
        let response = Failure::new(Code::AuthRequired).render(DateTime::UNIX_EPOCH);
        assert_eq!(response.header("www-authenticate"), Some(r#"Bearer realm="open-meeting""#));
    }
}
