//! Names every request, so that an answer, a log line and a trace can be brought together.

use domain_shared::IdGenerator;
use poem::http::{HeaderMap, HeaderName, HeaderValue};

/// The header that carries it, in requests and in answers.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const MAX_LENGTH: usize = 128;

/// The client's own name for the request when it is sane (1 to 128 visible ASCII characters), else a new one.
pub fn request_id(headers: &HeaderMap, ids: &dyn IdGenerator) -> HeaderValue {
    match headers.get(X_REQUEST_ID) {
        Some(sent) if is_sane(sent.as_bytes()) => sent.clone(),
        _ => HeaderValue::from_str(&ids.next().to_string()).unwrap_or(HeaderValue::from_static("unknown")),
    }
}

fn is_sane(id: &[u8]) -> bool {
    (1..=MAX_LENGTH).contains(&id.len()) && id.iter().all(u8::is_ascii_graphic)
}

#[cfg(test)]
mod tests {
    use domain_shared::SequentialIds;

    use super::*;

    fn id_for(sent: Option<&[u8]>) -> String {
        let mut headers = HeaderMap::new();
        if let Some(sent) = sent {
            headers.insert(X_REQUEST_ID, HeaderValue::from_bytes(sent).unwrap());
        }
        request_id(&headers, &SequentialIds::default()).to_str().unwrap().to_owned()
    }

    #[test]
    fn keeps_a_sane_one() {
        assert_eq!(id_for(Some(b"abc-123")), "abc-123");
        assert_eq!(id_for(Some(&[b'x'; 128])), "x".repeat(128));
    }

    #[test]
    fn makes_one_otherwise() {
        let new = "00000000-0000-0000-0000-000000000001";
        for odd in [None, Some(&b""[..]), Some(b"two words"), Some(b"caf\xc3\xa9"), Some(&[b'x'; 129])] {
            assert_eq!(id_for(odd), new, "{odd:?}");
        }
    }
}
