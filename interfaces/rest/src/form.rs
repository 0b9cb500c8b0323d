//! Forms (`multipart/form-data`, RFC 7578): what all of them have in common.

use poem::{Body, Request, RequestBody};
use poem_openapi::registry::{MetaMediaType, MetaRequest, MetaSchema, MetaSchemaRef};

use crate::{code::Code, failure::Failure};

/// The part that bears what is uploaded.
pub(crate) const FILE: &str = "file";

/// The body of a request that has to be a form.
///
/// # Errors
/// [`Code::UnsupportedMediaType`] for everything else.
pub(crate) fn take_body(request: &Request, body: &mut RequestBody) -> Result<Body, Failure> {
    let body = body.take().map_err(|error| Failure::new(Code::Internal).caused_by(error.to_string()))?;
    if request.content_type().is_some_and(is_form) { Ok(body) } else { Err(Code::UnsupportedMediaType.into()) }
}

fn is_form(content_type: &str) -> bool {
    content_type.parse::<mime::Mime>().is_ok_and(|mime| mime.essence_str() == mime::MULTIPART_FORM_DATA)
}

/// How a form that has to have the part [`FILE`] is told in the OpenAPI document.
pub(crate) fn meta_request(
    description: &'static str,
    properties: Vec<(&'static str, MetaSchemaRef)>,
) -> Option<MetaRequest> {
    let schema = MetaSchema { required: vec![FILE], properties, ..MetaSchema::new("object") };
    Some(MetaRequest {
        description: Some(description),
        content: vec![MetaMediaType {
            content_type: "multipart/form-data",
            schema: MetaSchemaRef::Inline(Box::new(schema)),
        }],
        required: true,
    })
}

/// How that part is told.
pub(crate) fn meta_file(description: &'static str) -> MetaSchemaRef {
    MetaSchemaRef::Inline(Box::new(MetaSchema {
        format: Some("binary"),
        description: Some(description),
        ..MetaSchema::new("string")
    }))
}

/// Forms as clients send them.
#[cfg(test)]
pub(crate) mod testing {
    pub(crate) const BOUNDARY: &str = "0a1b2c";

    /// What stands after `form-data; ` in the header of each part, and its content.
    pub(crate) fn form(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut form = Vec::new();
        for (header, content) in parts {
            form.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {header}\r\n\r\n").bytes());
            form.extend_from_slice(content);
            form.extend(b"\r\n");
        }
        form.extend(format!("--{BOUNDARY}--\r\n").bytes());
        form
    }

    pub(crate) fn form_type() -> String {
        format!("multipart/form-data; boundary={BOUNDARY}")
    }
}
