//! Whether a client has a file already.

use poem::http::{HeaderMap, header};

/// Whether the client has what bears that tag (RFC 9110, section 13.1.2).
pub fn has_tag(headers: &HeaderMap, tag: &str) -> bool {
    let tags = headers.get_all(header::IF_NONE_MATCH).into_iter().filter_map(|tags| tags.to_str().ok());
    tags.flat_map(|tags| tags.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;

    use super::*;

    #[test]
    fn finds_the_tag_among_those_that_the_client_has() {
        let has = |tags: &'static str| {
            has_tag(&HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(tags))]), "\"a-64\"")
        };
        assert!(has("\"a-64\"") && has("W/\"a-64\"") && has("\"x\", \"a-64\"") && has("*"));
        assert!(!has("\"a-128\"") && !has("a-64") && !has(""));
        assert!(!has_tag(&HeaderMap::new(), "\"a-64\""));
    }
}
