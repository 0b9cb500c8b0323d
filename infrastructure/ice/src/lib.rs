//! STUN and TURN servers: which ones clients are told of, with passwords that are good for a while only, and a probe that
//! asks a server whether it would serve.
//!
//! Media need none of them when clients reach the media ports (docs/running.md). Where they do not, a TURN server
//! (RFC 8656) relays, best over TLS on port 443, which nearly every network lets through.

mod address;
mod probe;
mod servers;

pub use address::{IceAddress, IceAddressError, IceScheme, IceTransport};
pub use probe::{IceProbe, ProbeError, ProbeLogin, ProbeSetupError, Probed};
pub use servers::{ConfiguredIceServers, ConfiguredServer, TurnLogin};
