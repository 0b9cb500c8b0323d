//! The section `server`: where the program listens and how it stops.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use interfaces_rest::{Network, PublicUrl};
use serde::Deserialize;

use super::{
    Mistakes,
    section::{Key, Section, blank_is_none, socket_address, within},
};

/// Where the program listens and how it stops.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerSection {
    /// Address and port of HTTP and WebSocket.
    #[serde(deserialize_with = "socket_address")]
    pub listen: SocketAddr,
    /// The address under which clients reach the server, without a path; taken from each request when absent.
    #[serde(deserialize_with = "blank_is_none")]
    pub public_url: Option<String>,
    /// Folder with the built web client; nothing but the interfaces is served when absent.
    #[serde(deserialize_with = "blank_is_none")]
    pub web_root: Option<String>,
    /// Networks of the proxies that may be believed about the client's address.
    pub trusted_proxies: Vec<String>,
    /// Origins of other sites whose pages may call the API.
    pub allowed_origins: Vec<String>,
    /// Longest time of an orderly shutdown, in seconds.
    pub shutdown_timeout_s: u64,
}

impl ServerSection {
    /// The folder of the web client.
    #[must_use]
    pub fn web_root(&self) -> Option<PathBuf> {
        self.web_root.as_ref().map(PathBuf::from)
    }

    /// The address under which clients reach the server, parsed.
    #[must_use]
    pub fn public_url(&self) -> Option<PublicUrl> {
        self.public_url.as_ref().and_then(|url| url.parse().ok())
    }

    /// The trusted proxies, parsed.
    #[must_use]
    pub fn trusted_proxies(&self) -> Vec<Network> {
        self.trusted_proxies.iter().filter_map(|network| network.parse().ok()).collect()
    }

    /// Longest time of an orderly shutdown.
    #[must_use]
    pub const fn shutdown_timeout(&self) -> Duration {
        Duration::from_secs(self.shutdown_timeout_s)
    }
}

impl Section for ServerSection {
    const NAME: &'static str = "server";
    const ABOUT: &'static str = "Where the program listens and how it stops.";
    const KEYS: &'static [Key] = &[
        Key::text("listen", "Address and port of HTTP and WebSocket. `PORT` replaces the port alone."),
        Key::text(
            "public_url",
            "The address under which clients reach the server, such as `https://meet.example.org`, without a path. \
             Empty: taken from each request. With `https`, cookies are marked `Secure`.",
        ),
        Key::text(
            "web_root",
            "Folder with the built web client (`apps/web/dist`). Empty: only the interfaces are served.",
        ),
        Key::value(
            "trusted_proxies",
            "Networks of the reverse proxies in front, as `[\"10.0.0.0/8\", \"::1\"]`; what these say in `X-Forwarded-For` \
             and `X-Forwarded-Proto` is believed.",
        ),
        Key::value(
            "allowed_origins",
            "Origins of other sites whose pages may call the API, as `[\"https://app.example.org\"]`.",
        ),
        Key::value("shutdown_timeout_s", "Longest time of an orderly shutdown, in seconds (1 to 600)."),
    ];

    fn validate(&self, mistakes: &mut Mistakes) {
        if let Some(Err(error)) = self.public_url.as_ref().map(|url| url.parse::<PublicUrl>()) {
            mistakes.add("server.public_url", error.to_string());
        }
        for (index, network) in self.trusted_proxies.iter().enumerate() {
            if let Err(error) = network.parse::<Network>() {
                mistakes.add(format!("server.trusted_proxies[{index}]"), error.to_string());
            }
        }
        for (index, origin) in self.allowed_origins.iter().enumerate() {
            // An origin has the shape of a public address (RFC 6454), without the slash at its end.
            if origin.ends_with('/') || origin.parse::<PublicUrl>().is_err() {
                mistakes.add(
                    format!("server.allowed_origins[{index}]"),
                    "must be an origin such as `https://app.example.org`, without a slash at its end",
                );
            }
        }
        if let Some(root) = self.web_root()
            && !root.join("index.html").is_file()
        {
            mistakes.add(
                "server.web_root",
                format!("there is no index.html in `{}`; build the web client or leave this empty", root.display()),
            );
        }
        within(mistakes, "server.shutdown_timeout_s", self.shutdown_timeout_s, 1, 600);
    }
}
