//! How clients reach this server: as configured, or as the request says.

use std::str::FromStr;

use poem::{
    Request,
    http::{header, uri::Authority, uri::Scheme},
};
use thiserror::Error;

use crate::{
    client_address::{Network, is_trusted, peer},
    config::RestConfig,
    failure::{Failure, FieldDetail},
};

/// The address under which clients reach the server, such as `https://meet.example.org`. It has no path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    https: bool,
    authority: Authority,
}

/// The text is not such an address.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("not an address such as https://meet.example.org (http or https, host, perhaps a port, no path)")]
pub struct PublicUrlError;

impl FromStr for PublicUrl {
    type Err = PublicUrlError;

    fn from_str(text: &str) -> Result<Self, PublicUrlError> {
        let (https, rest) = match text.split_once("://") {
            Some(("https", rest)) => (true, rest),
            Some(("http", rest)) => (false, rest),
            _ => return Err(PublicUrlError),
        };
        let authority = parse_authority(rest.strip_suffix('/').unwrap_or(rest)).ok_or(PublicUrlError)?;
        Ok(Self { https, authority })
    }
}

impl PublicUrl {
    /// Whether clients come by TLS.
    #[must_use]
    pub const fn is_https(&self) -> bool {
        self.https
    }

    /// The address of the signalling WebSocket.
    #[must_use]
    pub fn signaling_url(&self) -> String {
        let scheme = if self.https { "wss" } else { "ws" };
        format!("{scheme}://{}/ws/signaling", self.authority)
    }

    /// The address that `request` was sent to, for servers to which none is configured.
    #[must_use]
    pub fn of_request(request: &Request, trusted: &[Network]) -> Option<Self> {
        let headers = request.headers();
        let behind_proxy = is_trusted(peer(request), trusted);
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let https = match text("x-forwarded-proto").filter(|_| behind_proxy) {
            Some(proto) => proto.eq_ignore_ascii_case("https"),
            None => *request.scheme() == Scheme::HTTPS,
        };
        let authority = text("x-forwarded-host")
            .filter(|_| behind_proxy)
            .or_else(|| text(header::HOST.as_str()))
            .or_else(|| request.original_uri().authority().map(Authority::as_str))
            .and_then(parse_authority)
            .or_else(|| parse_authority(&request.local_addr().as_socket_addr()?.to_string()))?;
        Some(Self { https, authority })
    }
}

/// The address of signalling, for whoever sent `request`: as configured, or as they reached this server.
///
/// # Errors
/// [`Failure`] when neither names a host.
pub fn signaling_url(config: &RestConfig, request: &Request) -> Result<String, Failure> {
    let url = match &config.public_url {
        Some(url) => Some(url.signaling_url()),
        None => PublicUrl::of_request(request, &config.trusted_proxies).map(|url| url.signaling_url()),
    };
    url.ok_or_else(|| Failure::invalid([FieldDetail::new("Host", "required", "must name the host")]))
}

fn parse_authority(text: &str) -> Option<Authority> {
    let authority: Authority = text.parse().ok()?;
    // `user@host` would point clients elsewhere than it seems.
    (!authority.host().is_empty() && !text.contains('@')).then_some(authority)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_where_signalling_is() {
        let url = |text: &str| text.parse::<PublicUrl>().map(|url| url.signaling_url());
        assert_eq!(url("https://meet.example.org"), Ok("wss://meet.example.org/ws/signaling".into()));
        assert_eq!(url("http://127.0.0.1:8080/"), Ok("ws://127.0.0.1:8080/ws/signaling".into()));
        for bad in ["", "meet.example.org", "ftp://x", "https://", "https://a/b", "https://a@b", "https://a b"] {
            assert_eq!(url(bad), Err(PublicUrlError), "{bad}");
        }
    }

    #[test]
    fn takes_the_request_s_host_when_it_makes_sense() {
        let of = |host: &str| {
            let request = Request::builder().header("host", host).finish();
            PublicUrl::of_request(&request, &[]).map(|url| url.signaling_url())
        };
        assert_eq!(of("meet.local:8080").as_deref(), Some("ws://meet.local:8080/ws/signaling"));
        for bad in ["evil@host", "a/b", ""] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }

    #[test]
    fn believes_forwarded_headers_of_nobody_by_default() {
        let request = Request::builder()
            .header("host", "inside")
            .header("x-forwarded-host", "evil.example")
            .header("x-forwarded-proto", "https")
            .finish();
        let url = PublicUrl::of_request(&request, &[]).map(|url| url.signaling_url());
        assert_eq!(url.as_deref(), Some("ws://inside/ws/signaling"));
    }
}
