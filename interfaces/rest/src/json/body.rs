//! The body of a request as JSON, bounded in size and time, with errors in the envelope.

use std::time::Duration;

use bytes::Bytes;
use poem::{
    Body, Request, RequestBody, Result,
    error::ReadBodyError,
    http::{HeaderMap, header},
};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, Registry},
    types::Type,
};
use serde_json::Value;

use super::{Fields, FromFields};
use crate::{code::Code, failure::Failure};

/// The largest body that is taken.
pub const MAX_BODY_BYTES: usize = 64 * 1024;

/// How long a body may take to arrive.
const MAX_BODY_TIME: Duration = Duration::from_secs(15);

/// A JSON object in the body of a request.
#[derive(Debug)]
pub struct JsonBody<T>(pub T);

impl<'a, T: Type + FromFields> ApiExtractor<'a> for JsonBody<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(MetaRequest {
            description: None,
            content: vec![MetaMediaType { content_type: "application/json", schema: T::schema_ref() }],
            required: T::REQUIRED,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> Result<Self> {
        Ok(Self(read(request, body).await?))
    }
}

async fn read<T: FromFields>(request: &Request, body: &mut RequestBody) -> Result<T, Failure> {
    let body = body.take().map_err(|error| Failure::new(Code::Internal).caused_by(error.to_string()))?;
    let bytes = read_bytes(request.headers(), body).await?;
    parse(request.content_type(), &bytes)
}

/// Reads a body, bounded in size and time.
pub async fn read_bytes(headers: &HeaderMap, body: Body) -> Result<Bytes, Failure> {
    read_bytes_within(headers, body, MAX_BODY_BYTES, MAX_BODY_TIME).await
}

/// Reads a body within other bounds than those of JSON. One that is announced as larger is not read.
pub async fn read_bytes_within(
    headers: &HeaderMap,
    body: Body,
    max_bytes: usize,
    max_time: Duration,
) -> Result<Bytes, Failure> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: usize| length > max_bytes) {
        return Err(Code::TooLarge.into());
    }
    match tokio::time::timeout(max_time, body.into_bytes_limit(max_bytes)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(ReadBodyError::PayloadTooLarge)) => Err(Code::TooLarge.into()),
        Ok(Err(_)) => Err(Code::RequestMalformed.into()),
        Err(_) => Err(Code::RequestTimeout.into()),
    }
}

fn parse<T: FromFields>(content_type: Option<&str>, bytes: &[u8]) -> Result<T, Failure> {
    let value = if bytes.is_empty() && !T::REQUIRED {
        Value::Object(serde_json::Map::new())
    } else {
        if !content_type.is_some_and(is_json) {
            return Err(Code::UnsupportedMediaType.into());
        }
        // serde_json refuses more than 127 levels of nesting, so that the stack is safe.
        serde_json::from_slice(bytes).map_err(|_| Failure::new(Code::RequestMalformed))?
    };
    Fields::read(value).map_err(Failure::invalid)
}

fn is_json(content_type: &str) -> bool {
    content_type == "application/json"
        || content_type.parse::<mime::Mime>().is_ok_and(|mime| {
            mime.type_() == mime::APPLICATION
                && (mime.subtype() == mime::JSON || mime.suffix() == Some(mime::JSON))
                && mime.get_param(mime::CHARSET).is_none_or(|charset| charset == mime::UTF_8)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Optional(Option<String>);

    impl FromFields for Optional {
        const REQUIRED: bool = false;

        fn from_fields(fields: &mut Fields) -> Self {
            Self(fields.optional_text("name"))
        }
    }

    #[derive(Debug)]
    struct Required;

    impl FromFields for Required {
        fn from_fields(_: &mut Fields) -> Self {
            Self
        }
    }

    #[test]
    fn tells_json_from_other_types() {
        for json in
            ["application/json", "application/json; charset=utf-8", "Application/JSON", "application/merge-patch+json"]
        {
            assert!(is_json(json), "{json}");
        }
        for other in
            ["", "text/plain", "application/x-www-form-urlencoded", "json", "application/json; charset=latin1", ";;;"]
        {
            assert!(!is_json(other), "{other}");
        }
    }

    #[test]
    fn an_optional_body_may_be_absent() {
        assert!(parse::<Optional>(None, b"").is_ok_and(|body| body.0.is_none()));
        assert!(parse::<Optional>(Some("application/json"), br#"{"name":"a"}"#).is_ok_and(|body| body.0.is_some()));
        assert!(parse::<Optional>(None, b"{}").is_err_and(|failure| failure.code() == Code::UnsupportedMediaType));
    }

    #[test]
    fn a_required_body_must_be_json() {
        let code = |content_type, bytes: &[u8]| parse::<Required>(content_type, bytes).unwrap_err().code();
        assert_eq!(code(None, b""), Code::UnsupportedMediaType);
        for malformed in [&b""[..], b"{", b"{'a':1}", b"\xff\xfe", b"{} {}", "[".repeat(200).as_bytes()] {
            assert_eq!(code(Some("application/json"), malformed), Code::RequestMalformed);
        }
        assert_eq!(code(Some("application/json"), b"[]"), Code::RequestInvalid);
    }
}
