//! Which other sites' pages may call the API (Fetch Standard, section 3.3). None unless configured.

use poem::http::{HeaderMap, HeaderValue, Method, header};

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, DELETE, OPTIONS");
const REQUEST_HEADERS: HeaderValue = HeaderValue::from_static(
    "authorization, content-type, idempotency-key, x-csrf-token, x-request-id, x-requested-with",
);
const EXPOSED_HEADERS: HeaderValue =
    HeaderValue::from_static("x-request-id, retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset");
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// The origins that may call.
#[derive(Debug)]
pub struct Cors {
    allowed: Vec<HeaderValue>,
}

impl Cors {
    /// Allows these origins, written as browsers send them. Those that no browser can send are left out.
    #[must_use]
    pub fn new(origins: &[String]) -> Self {
        Self { allowed: origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()).collect() }
    }

    /// Whether this is a browser's question whether it may send the real request.
    #[must_use]
    pub fn is_preflight(&self, method: &Method, headers: &HeaderMap) -> bool {
        !self.allowed.is_empty()
            && method == Method::OPTIONS
            && headers.contains_key(header::ORIGIN)
            && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
    }

    /// Adds what the browser must know to let the page read the answer.
    pub fn decorate(&self, origin: Option<&HeaderValue>, preflight: bool, answer: &mut HeaderMap) {
        if self.allowed.is_empty() {
            return;
        }
        answer.append(header::VARY, HeaderValue::from_static("origin"));
        let Some(origin) = origin.filter(|origin| self.allowed.contains(origin)) else { return };
        answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        answer.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        if preflight {
            answer.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
            answer.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS);
            answer.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        } else {
            answer.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED_HEADERS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: HeaderValue = HeaderValue::from_static("https://app.example.org");
    const OTHER: HeaderValue = HeaderValue::from_static("https://evil.example");

    fn decorated(cors: &Cors, origin: Option<&HeaderValue>, preflight: bool) -> HeaderMap {
        let mut headers = HeaderMap::new();
        cors.decorate(origin, preflight, &mut headers);
        headers
    }

    #[test]
    fn allows_nobody_by_default() {
        assert!(decorated(&Cors::new(&[]), Some(&OURS), false).is_empty());
    }

    #[test]
    fn allows_only_configured_origins() {
        let cors = Cors::new(&["https://app.example.org".to_owned()]);
        assert_eq!(decorated(&cors, Some(&OURS), false)[header::ACCESS_CONTROL_ALLOW_ORIGIN], OURS);
        assert!(decorated(&cors, Some(&OURS), true).contains_key(header::ACCESS_CONTROL_ALLOW_METHODS));
        for other in [None, Some(&OTHER)] {
            let headers = decorated(&cors, other, true);
            assert!(!headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN));
            assert_eq!(headers[header::VARY], "origin");
        }
    }

    #[test]
    fn tells_a_preflight_from_other_requests() {
        let cors = Cors::new(&["https://app.example.org".to_owned()]);
        let mut headers = HeaderMap::from_iter([(header::ORIGIN, OURS)]);
        assert!(!cors.is_preflight(&Method::OPTIONS, &headers));
        headers.insert(header::ACCESS_CONTROL_REQUEST_METHOD, HeaderValue::from_static("POST"));
        assert!(cors.is_preflight(&Method::OPTIONS, &headers));
        assert!(!cors.is_preflight(&Method::POST, &headers));
        assert!(!Cors::new(&[]).is_preflight(&Method::OPTIONS, &headers));
    }
}
