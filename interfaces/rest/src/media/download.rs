//! The answer with the bytes of an object, or some of them.

use application_file::OpenedDownload;
use application_shared::ByteStream;
use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use poem::{
    Body, IntoResponse, Response,
    http::{HeaderName, HeaderValue, StatusCode, header},
};
use poem_openapi::{
    ApiResponse,
    registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry},
    types::Type,
};

use super::ranges::{Representation, Wanted};
use crate::{code::Code, failure::Failure};

/// Nothing in a file that is shown may run, or fetch anything.
const POLICY: &str =
    "sandbox; default-src 'none'; img-src *; media-src *; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// An object on its way to whoever has its address.
pub struct Handed {
    opened: OpenedDownload,
    representation: Representation,
    wanted: Wanted,
    content: Option<ByteStream>,
    now: DateTime<Utc>,
}

impl Handed {
    /// What is known of the object, as conditions are held against it.
    pub fn representation(opened: &OpenedDownload) -> Representation {
        let object = &opened.object;
        Representation { tag: format!("\"{}\"", object.etag), modified_at: object.modified_at, size: object.size }
    }

    /// The answer that is wanted, with its content if it has one.
    ///
    /// # Errors
    /// 412 or 416, when nothing can be handed over.
    pub fn new(
        opened: OpenedDownload,
        representation: Representation,
        wanted: Wanted,
        content: Option<ByteStream>,
        now: DateTime<Utc>,
    ) -> Result<Self, Failure> {
        match wanted {
            Wanted::PreconditionFailed => Err(Code::PreconditionFailed.into()),
            Wanted::Unsatisfiable => {
                let size = HeaderValue::from_str(&format!("bytes */{}", representation.size));
                let size = size.map_err(|error| Failure::new(Code::Internal).caused_by(error))?;
                Err(Failure::new(Code::RangeNotSatisfiable).with_header(header::CONTENT_RANGE, size))
            }
            Wanted::Whole | Wanted::Part(_) | Wanted::Unchanged => {
                Ok(Self { opened, representation, wanted, content, now })
            }
        }
    }
}

impl IntoResponse for Handed {
    fn into_response(self) -> Response {
        let Self { opened, representation, wanted, content, now } = self;
        // What an address leads to never changes; only its owner's browser keeps it, as long as the address is good.
        let seconds = (opened.ticket.expires_at - now).num_seconds().max(0);
        let mut response = Response::builder()
            .header(header::ETAG, &representation.tag)
            .header(header::LAST_MODIFIED, representation.last_modified())
            .header(header::CACHE_CONTROL, format!("private, max-age={seconds}"));
        let length = match wanted {
            Wanted::Part(range) => {
                let last = range.start + range.length - 1;
                response = response
                    .status(StatusCode::PARTIAL_CONTENT)
                    .header(header::CONTENT_RANGE, format!("bytes {}-{last}/{}", range.start, representation.size));
                range.length
            }
            Wanted::Unchanged => return response.status(StatusCode::NOT_MODIFIED).finish(),
            _ => representation.size,
        };
        let response = response
            .header(header::ACCEPT_RANGES, "bytes")
            .header(header::CONTENT_LENGTH, length)
            .header(header::CONTENT_DISPOSITION, opened.ticket.content_disposition())
            .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
            .header(header::CONTENT_SECURITY_POLICY, POLICY)
            .content_type(&opened.ticket.media_type);
        match content {
            // The connection is cut when the rest cannot be read: nobody takes what came for all of it.
            Some(content) => response.body(Body::from_bytes_stream(content.map_err(std::io::Error::other))),
            None => response.finish(),
        }
    }
}

fn told(name: HeaderName, description: &str) -> MetaHeader {
    MetaHeader {
        name: name.to_string(),
        description: Some(description.to_owned()),
        required: true,
        deprecated: false,
        schema: String::schema_ref(),
    }
}

impl ApiResponse for Handed {
    fn meta() -> MetaResponses {
        let tag = || told(header::ETAG, "Names the content.");
        let content = || {
            let file = MetaSchema { format: Some("binary"), ..MetaSchema::new("string") };
            let schema = MetaSchemaRef::Inline(Box::new(file));
            vec![MetaMediaType { content_type: "application/octet-stream", schema }]
        };
        let answer = |status, description, content, headers| MetaResponse {
            description,
            status: Some(status),
            status_range: None,
            content,
            headers,
        };
        let range = told(header::CONTENT_RANGE, "Which bytes, and of how many.");
        MetaResponses {
            responses: vec![
                answer(200, "The file, as what it is.", content(), vec![tag()]),
                answer(206, "The bytes that `Range` names.", content(), vec![tag(), range]),
                answer(304, "The file that `If-None-Match` names.", vec![], vec![tag()]),
            ],
        }
    }

    fn register(_: &mut Registry) {}
}
