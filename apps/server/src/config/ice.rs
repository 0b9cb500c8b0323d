//! The section `ice`: STUN and TURN servers that clients are told of.

use std::time::Duration;

use infrastructure_ice::{ConfiguredServer, IceAddress, TurnLogin};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{
    Mistakes,
    section::{Key, Section},
};

/// The shortest secret that is taken: one that is guessed lets everybody relay.
const MIN_SECRET: usize = 8;

/// STUN and TURN servers that clients are told of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IceSection {
    /// The servers; none are needed when clients can reach the media ports.
    pub servers: Vec<IceServer>,
    /// How long a password made from a `secret` is good, in seconds.
    pub credential_lifetime_s: u64,
}

/// One server, in the shape of `RTCIceServer` (WebRTC, section 4.2.4).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IceServer {
    /// `stun:`, `stuns:`, `turn:` or `turns:` addresses.
    pub urls: Vec<String>,
    /// User name of a TURN server.
    #[serde(default)]
    pub username: Option<String>,
    /// Password of a TURN server.
    #[serde(default)]
    pub credential: Option<SecretString>,
    /// Instead of both: what the server and we know, so that every session gets a password of its own that ends
    /// (coturn's `static-auth-secret`).
    #[serde(default)]
    pub secret: Option<SecretString>,
}

impl IceSection {
    /// The servers as clients are to be told of them.
    #[must_use]
    pub fn configured(&self) -> Vec<ConfiguredServer> {
        let lifetime = Duration::from_secs(self.credential_lifetime_s);
        let configured = |server: &IceServer| {
            let login = match (&server.secret, &server.username, &server.credential) {
                (Some(secret), _, _) => Some(TurnLogin::Shared { secret: secret.clone(), lifetime }),
                (None, Some(username), Some(credential)) => {
                    Some(TurnLogin::Fixed { username: username.clone(), credential: credential.clone() })
                }
                _ => None,
            };
            ConfiguredServer { urls: server.urls.clone(), login }
        };
        self.servers.iter().map(configured).collect()
    }
}

impl Section for IceSection {
    const NAME: &'static str = "ice";
    const ABOUT: &'static str = "STUN and TURN servers that clients are told of.";
    const KEYS: &'static [Key] = &[
        Key::value(
            "servers",
            "At most 16 servers, as `[{urls = [\"turn:turn.example.org:3478\", \"turns:turn.example.org:443\"], secret = \"..\"}]`. \
             `secret` is coturn's `static-auth-secret`; a server with a fixed login has `username` and `credential` instead. \
             None are needed when clients can reach the media ports.",
        ),
        Key::value(
            "credential_lifetime_s",
            "For how long a password made from a `secret` lets somebody in, in seconds: 300 to 604800. Longer than your \
             longest meeting saves people on other networks from being asked anew.",
        ),
    ];

    fn validate(&self, mistakes: &mut Mistakes) {
        if self.servers.len() > 16 {
            mistakes.add("ice.servers", "at most 16 servers can be named");
        }
        if !(300..=604_800).contains(&self.credential_lifetime_s) {
            mistakes.add("ice.credential_lifetime_s", "must be 300 to 604800");
        }
        for (index, server) in self.servers.iter().enumerate() {
            server.validate(format!("ice.servers[{index}]"), mistakes);
        }
    }
}

impl IceServer {
    fn validate(&self, key: String, mistakes: &mut Mistakes) {
        if self.urls.is_empty() || self.urls.len() > 8 {
            mistakes.add(format!("{key}.urls"), "must hold 1 to 8 addresses");
        }
        let mut relays = false;
        for (index, url) in self.urls.iter().enumerate() {
            match url.parse::<IceAddress>() {
                Ok(address) => relays |= address.scheme.relays(),
                Err(error) => mistakes.add(format!("{key}.urls[{index}]"), error.to_string()),
            }
        }
        if self.secret.as_ref().is_some_and(|secret| secret.expose_secret().len() < MIN_SECRET) {
            mistakes.add(format!("{key}.secret"), "must have at least 8 characters");
        }
        let fixed = self.username.is_some() || self.credential.is_some();
        if self.secret.is_some() && fixed {
            mistakes.add(key, "`secret` makes user name and password: name either it or those");
        } else if relays && self.secret.is_none() && (self.username.is_none() || self.credential.is_none()) {
            mistakes.add(key, "a TURN server needs `secret`, or `username` and `credential`");
        }
    }
}
