//! Port: the STUN and TURN servers by which clients reach media when they cannot do so by themselves.

use domain_room::PeerSessionId;
use secrecy::SecretString;

/// A server, in the shape of `RTCIceServer` (WebRTC, section 4.2.4).
#[derive(Debug, Clone)]
pub struct IceServer {
    /// `stun:`, `stuns:`, `turn:` or `turns:` addresses (RFC 7064, RFC 7065).
    pub urls: Vec<String>,
    /// The name for a TURN server.
    pub username: Option<String>,
    /// The password for a TURN server.
    pub credential: Option<SecretString>,
}

/// Knows the servers. Must answer at once: every join and every ICE restart asks.
pub trait IceServers: Send + Sync {
    /// The servers for this session, in the order in which they are to be told, with logins that are good from now.
    fn for_session(&self, session: PeerSessionId) -> Vec<IceServer>;
}
