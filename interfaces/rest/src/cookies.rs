//! The refresh token in a cookie, for browsers: JavaScript cannot read it, and other sites cannot use it.

use chrono::TimeDelta;
use poem::http::{HeaderMap, HeaderValue, header};

/// The cookie's name.
pub const REFRESH_COOKIE: &str = "om_refresh";

/// The header that must come with a cookie. Other sites cannot send it without a preflight, which they fail.
const CSRF_HEADER: &str = "x-requested-with";
const CSRF_VALUE: &str = "open-meeting";

/// The refresh token that the browser sent, if any.
#[must_use]
pub fn refresh_token(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == REFRESH_COOKIE && !value.is_empty()).then_some(value))
}

/// Whether the request comes from our own pages rather than from another site's.
#[must_use]
pub fn has_csrf_header(headers: &HeaderMap) -> bool {
    headers.get(CSRF_HEADER).is_some_and(|value| value == CSRF_VALUE)
}

/// `Set-Cookie` that hands the refresh token over, for `lifetime`. `None` when the token cannot stand in a cookie.
#[must_use]
pub fn hand_over(token: &str, lifetime: TimeDelta, secure: bool) -> Option<HeaderValue> {
    set_cookie(token, lifetime.num_seconds().max(0), secure)
}

/// `Set-Cookie` that takes the refresh token back.
#[must_use]
pub fn take_back(secure: bool) -> Option<HeaderValue> {
    set_cookie("", 0, secure)
}

fn set_cookie(value: &str, max_age: i64, secure: bool) -> Option<HeaderValue> {
    // cookie-octet of RFC 6265, section 4.1.1, without those that our tokens never have.
    if !value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~+/=".contains(&byte)) {
        return None;
    }
    let secure = if secure { "; Secure" } else { "" };
    let mut header = HeaderValue::from_str(&format!(
        "{REFRESH_COOKIE}={value}; HttpOnly; SameSite=Strict; Path=/api/v1; Max-Age={max_age}{secure}"
    ))
    .ok()?;
    header.set_sensitive(true);
    Some(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_cookies(values: &[&'static str]) -> HeaderMap {
        values.iter().map(|value| (header::COOKIE, HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn finds_the_token_among_other_cookies() {
        assert_eq!(refresh_token(&with_cookies(&["om_refresh=abc"])), Some("abc"));
        assert_eq!(refresh_token(&with_cookies(&["a=1; om_refresh=abc; b=2"])), Some("abc"));
        assert_eq!(refresh_token(&with_cookies(&["not_om_refresh=abc", "om_refresh=x=y"])), Some("x=y"));
        for none in [&[][..], &["om_refresh="], &["om_refresh"], &["other=om_refresh"], &[";;="]] {
            assert_eq!(refresh_token(&with_cookies(none)), None, "{none:?}");
        }
    }

    #[test]
    fn hands_over_and_takes_back() {
        let text = |header: Option<HeaderValue>| header.and_then(|header| header.to_str().map(str::to_owned).ok());
        assert_eq!(
            text(hand_over("abc_-", TimeDelta::days(30), true)).as_deref(),
            Some("om_refresh=abc_-; HttpOnly; SameSite=Strict; Path=/api/v1; Max-Age=2592000; Secure")
        );
        assert_eq!(
            text(take_back(false)).as_deref(),
            Some("om_refresh=; HttpOnly; SameSite=Strict; Path=/api/v1; Max-Age=0")
        );
        assert_eq!(hand_over("a; Path=/", TimeDelta::days(1), false), None);
        assert!(hand_over("abc", TimeDelta::days(1), false).is_some_and(|header| header.is_sensitive()));
    }

    #[test]
    fn only_our_own_header_counts() {
        let mut headers = HeaderMap::new();
        assert!(!has_csrf_header(&headers));
        headers.insert(CSRF_HEADER, HeaderValue::from_static("XMLHttpRequest"));
        assert!(!has_csrf_header(&headers));
        headers.insert(CSRF_HEADER, HeaderValue::from_static("open-meeting"));
        assert!(has_csrf_header(&headers));
    }
}
