//! The cookies of browsers: the tokens where JavaScript cannot read them and other sites cannot use them, and beside them
//! the CSRF token, which our pages read (docs/adr/0014).

use chrono::TimeDelta;
use poem::http::{HeaderMap, HeaderValue, header};

/// Holds the refresh token.
pub const REFRESH_COOKIE: &str = "om_refresh";
/// Holds the access token.
pub const ACCESS_COOKIE: &str = "om_access";
/// Holds the CSRF token, for pages that have just been loaded.
const CSRF_COOKIE: &str = "om_csrf";

/// The header in which the CSRF token comes.
const CSRF_TOKEN_HEADER: &str = "x-csrf-token";
/// The header that must come with the refresh cookie. Other sites cannot send it without a preflight, which they fail.
const CSRF_HEADER: &str = "x-requested-with";
const CSRF_VALUE: &str = "open-meeting";

/// Only the API gets the tokens.
const API: &str = "; HttpOnly; SameSite=Strict; Path=/api/v1";
/// Scripts of every page of ours may read it.
const PAGES: &str = "; SameSite=Strict; Path=/";

/// The refresh token that the browser sent, if any.
#[must_use]
pub fn refresh_token(headers: &HeaderMap) -> Option<&str> {
    read(headers, REFRESH_COOKIE)
}

/// The access token that the browser sent, if any.
#[must_use]
pub fn access_token(headers: &HeaderMap) -> Option<&str> {
    read(headers, ACCESS_COOKIE)
}

/// The CSRF token that the page sent, if any.
#[must_use]
pub fn csrf_token(headers: &HeaderMap) -> Option<&str> {
    headers.get(CSRF_TOKEN_HEADER)?.to_str().ok()
}

fn read<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == wanted && !value.is_empty()).then_some(value))
}

/// Whether the request comes from our own pages rather than from another site's.
#[must_use]
pub fn has_csrf_header(headers: &HeaderMap) -> bool {
    headers.get(CSRF_HEADER).is_some_and(|value| value == CSRF_VALUE)
}

/// What a browser is given.
pub struct BrowserSession<'a> {
    /// Exchanges for the next one.
    pub refresh: &'a str,
    /// For how long.
    pub refresh_lifetime: TimeDelta,
    /// Shows who is asking.
    pub access: &'a str,
    /// For how long.
    pub access_lifetime: TimeDelta,
    /// Shows that a page of ours is asking.
    pub csrf: &'a str,
}

/// Each `Set-Cookie` that hands the session over; what the browser had before is replaced. `None` when a token cannot
/// stand in a cookie.
#[must_use]
pub fn hand_over(session: &BrowserSession<'_>, secure: bool) -> Option<[HeaderValue; 3]> {
    Some([
        set_cookie(REFRESH_COOKIE, session.refresh, API, session.refresh_lifetime, secure)?,
        set_cookie(ACCESS_COOKIE, session.access, API, session.access_lifetime, secure)?,
        set_cookie(CSRF_COOKIE, session.csrf, PAGES, session.refresh_lifetime, secure)?,
    ])
}

/// Each `Set-Cookie` that takes the session back.
#[must_use]
pub fn take_back(secure: bool) -> Vec<HeaderValue> {
    [(REFRESH_COOKIE, API), (ACCESS_COOKIE, API), (CSRF_COOKIE, PAGES)]
        .into_iter()
        .filter_map(|(name, attributes)| set_cookie(name, "", attributes, TimeDelta::zero(), secure))
        .collect()
}

fn set_cookie(name: &str, value: &str, attributes: &str, lifetime: TimeDelta, secure: bool) -> Option<HeaderValue> {
    // cookie-octet of RFC 6265, section 4.1.1, without those that our tokens never have.
    if !value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~+/=".contains(&byte)) {
        return None;
    }
    let max_age = lifetime.num_seconds().max(0);
    let secure = if secure { "; Secure" } else { "" };
    let mut header = HeaderValue::from_str(&format!("{name}={value}{attributes}; Max-Age={max_age}{secure}")).ok()?;
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
    fn finds_the_tokens_among_other_cookies() {
        assert_eq!(refresh_token(&with_cookies(&["om_refresh=abc"])), Some("abc"));
        assert_eq!(refresh_token(&with_cookies(&["a=1; om_refresh=abc; b=2"])), Some("abc"));
        assert_eq!(refresh_token(&with_cookies(&["not_om_refresh=abc", "om_refresh=x=y"])), Some("x=y"));
        let both = with_cookies(&["om_access=a.b.c; om_refresh=abc"]);
        assert_eq!((access_token(&both), refresh_token(&both)), (Some("a.b.c"), Some("abc")));
        for none in [&[][..], &["om_refresh="], &["om_refresh"], &["other=om_refresh"], &[";;="], &["om_access=abc"]] {
            assert_eq!(refresh_token(&with_cookies(none)), None, "{none:?}");
        }
    }

    fn session(refresh: &str) -> BrowserSession<'_> {
        BrowserSession {
            refresh,
            refresh_lifetime: TimeDelta::days(30),
            access: "a.b.c",
            access_lifetime: TimeDelta::minutes(15),
            csrf: "def",
        }
    }

    #[test]
    fn hands_over_and_takes_back() {
        let text = |header: &HeaderValue| header.to_str().unwrap().to_owned();
        let given = hand_over(&session("abc_-"), true).unwrap();
        assert_eq!(
            given.each_ref().map(text),
            [
                "om_refresh=abc_-; HttpOnly; SameSite=Strict; Path=/api/v1; Max-Age=2592000; Secure",
                "om_access=a.b.c; HttpOnly; SameSite=Strict; Path=/api/v1; Max-Age=900; Secure",
                "om_csrf=def; SameSite=Strict; Path=/; Max-Age=2592000; Secure",
            ]
        );
        assert!(given.iter().all(HeaderValue::is_sensitive));
        assert_eq!(
            take_back(false).iter().map(text).collect::<Vec<_>>(),
            [
                "om_refresh=; HttpOnly; SameSite=Strict; Path=/api/v1; Max-Age=0",
                "om_access=; HttpOnly; SameSite=Strict; Path=/api/v1; Max-Age=0",
                "om_csrf=; SameSite=Strict; Path=/; Max-Age=0",
            ]
        );
        assert!(hand_over(&session("a; Path=/"), false).is_none());
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
