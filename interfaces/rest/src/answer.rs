//! A request that was done: the success envelope around the data, written without detours.

use chrono::{DateTime, Utc};
use poem::{
    IntoResponse, Response,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
};
use poem_openapi::{
    ApiResponse, Object,
    registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry},
    types::Type,
};
use serde::Serialize;

use crate::failure::JSON;

/// Nothing to tell but success.
#[derive(Debug, Default, Serialize, Object)]
pub struct Empty {}

/// What an operation answers with: `data` in the success envelope, with this HTTP status.
#[derive(Debug)]
pub struct Answer<T, const STATUS: u16 = 200> {
    data: T,
    timestamp: i64,
    headers: HeaderMap,
}

/// What creating something answers with.
pub type Created<T> = Answer<T, 201>;

impl<T, const STATUS: u16> Answer<T, STATUS> {
    /// Answers with `data`.
    pub fn new(data: T, now: DateTime<Utc>) -> Self {
        Self { data, timestamp: now.timestamp(), headers: HeaderMap::new() }
    }

    /// Adds a header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }
}

#[derive(Serialize)]
struct Envelope<'a, T> {
    code: u16,
    message: &'static str,
    data: &'a T,
    timestamp: i64,
}

impl<T: Serialize + Send, const STATUS: u16> IntoResponse for Answer<T, STATUS> {
    fn into_response(self) -> Response {
        let envelope = Envelope { code: STATUS, message: "success", data: &self.data, timestamp: self.timestamp };
        let mut body = Vec::with_capacity(512);
        if let Err(error) = serde_json::to_writer(&mut body, &envelope) {
            tracing::error!(%error, "an answer could not be written as JSON");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
        let status = StatusCode::from_u16(STATUS).unwrap_or(StatusCode::OK);
        let mut response = Response::builder().status(status).content_type(JSON).body(body);
        response.headers_mut().extend(self.headers);
        response
    }
}

fn envelope_name<T: Type>() -> String {
    format!("{}Envelope", T::name())
}

fn integer(format: &'static str, description: &'static str) -> MetaSchemaRef {
    MetaSchemaRef::Inline(Box::new(MetaSchema {
        description: Some(description),
        ..MetaSchema::new_with_format("integer", format)
    }))
}

impl<T: Type + Serialize, const STATUS: u16> ApiResponse for Answer<T, STATUS> {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![MetaResponse {
                description: if STATUS == 201 { "Created." } else { "Done." },
                status: Some(STATUS),
                status_range: None,
                content: vec![MetaMediaType {
                    content_type: JSON,
                    schema: MetaSchemaRef::Reference(envelope_name::<T>()),
                }],
                headers: vec![],
            }],
        }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
        registry.create_schema::<(T,), _>(envelope_name::<T>(), |_| MetaSchema {
            description: Some("What every request that was done is answered with."),
            required: vec!["code", "message", "data", "timestamp"],
            properties: vec![
                ("code", integer("int32", "The HTTP status, again.")),
                (
                    "message",
                    MetaSchemaRef::Inline(Box::new(MetaSchema {
                        description: Some("Always `success`."),
                        enum_items: vec!["success".into()],
                        ..MetaSchema::new("string")
                    })),
                ),
                ("data", T::schema_ref()),
                ("timestamp", integer("int64", "When it was answered, in seconds since 1970 (UTC).")),
            ],
            ..MetaSchema::new("object")
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_the_data() {
        let answer: Created<Empty> = Answer::new(Empty {}, DateTime::from_timestamp(1_678_886_400, 0).unwrap())
            .with_header(HeaderName::from_static("x-test"), HeaderValue::from_static("1"));
        let response = answer.into_response();
        assert_eq!(response.status(), StatusCode::CREATED);
        assert_eq!(response.header("x-test"), Some("1"));
        assert_eq!(response.content_type(), Some(JSON));
        let body = futures::executor::block_on(response.into_body().into_string()).unwrap();
        assert_eq!(body, r#"{"code":201,"message":"success","data":{},"timestamp":1678886400}"#);
    }
}
