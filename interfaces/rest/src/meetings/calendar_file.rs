//! A meeting as a file that calendars read.

use poem::{
    IntoResponse, Response,
    http::{HeaderMap, StatusCode, header},
};
use poem_openapi::{
    ApiResponse,
    registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry},
    types::Type,
};
use sha2::{Digest, Sha256};

use crate::entity_tag::has_tag;

/// The file, with its tag.
pub enum CalendarFile {
    /// The file.
    File(String, String),
    /// The client has it.
    Unchanged(String),
}

/// It may change at any time, and who has it may ask whether it did.
const ASK_EACH_TIME: &str = "private, no-cache";
const TEXT_CALENDAR: &str = "text/calendar; charset=utf-8";

impl CalendarFile {
    /// The answer to a request with these headers.
    pub fn new(headers: &HeaderMap, file: String) -> Self {
        let digest = Sha256::digest(file.as_bytes());
        let half: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let tag = format!("\"{half}\"");
        if has_tag(headers, &tag) { Self::Unchanged(tag) } else { Self::File(tag, file) }
    }
}

impl IntoResponse for CalendarFile {
    fn into_response(self) -> Response {
        let response = Response::builder().header(header::CACHE_CONTROL, ASK_EACH_TIME);
        match self {
            Self::File(tag, file) => response
                .header(header::ETAG, tag)
                .header(header::CONTENT_DISPOSITION, "attachment; filename=\"meeting.ics\"")
                .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
                .content_type(TEXT_CALENDAR)
                .body(file),
            Self::Unchanged(tag) => response.header(header::ETAG, tag).status(StatusCode::NOT_MODIFIED).finish(),
        }
    }
}

impl ApiResponse for CalendarFile {
    fn meta() -> MetaResponses {
        let header = |name: &str, description: &str| MetaHeader {
            name: name.to_owned(),
            description: Some(description.to_owned()),
            required: true,
            deprecated: false,
            schema: String::schema_ref(),
        };
        let answer = |status, description, content| MetaResponse {
            description,
            status: Some(status),
            status_range: None,
            content,
            headers: vec![
                header("ETag", "Names this version of the file."),
                header("Cache-Control", "It may be kept, and is to be asked for each time."),
            ],
        };
        let schema = MetaSchemaRef::Inline(Box::new(MetaSchema::new("string")));
        let file = MetaMediaType { content_type: "text/calendar", schema };
        MetaResponses {
            responses: vec![
                answer(200, "The file (RFC 5545).", vec![file]),
                answer(304, "The file that `If-None-Match` names.", vec![]),
            ],
        }
    }

    fn register(_: &mut Registry) {}
}
