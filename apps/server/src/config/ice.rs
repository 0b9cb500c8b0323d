//! The section `ice`: STUN and TURN servers that clients are told of.

use secrecy::SecretString;
use serde::Deserialize;

use super::{
    Mistakes,
    section::{Key, Section},
};

/// STUN and TURN servers that clients are told of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IceSection {
    /// The servers; none are needed when clients can reach the media ports.
    pub servers: Vec<IceServer>,
}

/// One server, in the shape of `RTCIceServer` (WebRTC, section 4.2.4).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IceServer {
    /// `stun:`, `turn:` or `turns:` addresses.
    pub urls: Vec<String>,
    /// User name of a TURN server.
    #[serde(default)]
    pub username: Option<String>,
    /// Password of a TURN server.
    #[serde(default)]
    pub credential: Option<SecretString>,
}

impl Section for IceSection {
    const NAME: &'static str = "ice";
    const ABOUT: &'static str = "STUN and TURN servers that clients are told of.";
    const KEYS: &'static [Key] = &[Key::value(
        "servers",
        "At most 16 servers, as `[{urls = [\"turn:turn.example.org:3478\"], username = \"..\", credential = \"..\"}]`. \
         None are needed when clients can reach the media ports.",
    )];

    fn validate(&self, mistakes: &mut Mistakes) {
        if self.servers.len() > 16 {
            mistakes.add("ice.servers", "at most 16 servers can be named");
        }
        for (index, server) in self.servers.iter().enumerate() {
            let key = format!("ice.servers[{index}]");
            if server.urls.is_empty() || server.urls.len() > 8 {
                mistakes.add(format!("{key}.urls"), "must hold 1 to 8 addresses");
            }
            let schemes = ["stun:", "stuns:", "turn:", "turns:"];
            if server.urls.iter().any(|url| !schemes.iter().any(|scheme| url.starts_with(scheme))) {
                mistakes.add(format!("{key}.urls"), "each must begin with `stun:`, `stuns:`, `turn:` or `turns:`");
            }
            let turn = server.urls.iter().any(|url| url.starts_with("turn"));
            if turn && (server.username.is_none() || server.credential.is_none()) {
                mistakes.add(key, "a TURN server needs `username` and `credential`");
            }
        }
    }
}
