//! Ports: finding free ones for the services, and telling early when one that is needed is taken.

use std::{
    fmt, io,
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket},
};

use thiserror::Error;

/// A loopback port that nobody listens on now.
pub(super) fn free_port() -> io::Result<u16> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr().map(|address| address.port())
}

/// What a port is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// UDP.
    Udp,
    /// TCP.
    Tcp,
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
        })
    }
}

/// A media port cannot be bound.
#[derive(Debug, Error)]
#[error(
    "the media port {address} ({transport}) cannot be used: {source}; choose others with `--media-port <port>` or media.port_base"
)]
pub struct PortTaken {
    /// Where.
    pub address: SocketAddr,
    /// UDP or TCP.
    pub transport: Transport,
    /// Why.
    pub source: io::Error,
}

/// Checks that a media worker will be able to bind its port, for UDP and TCP.
///
/// # Errors
/// [`PortTaken`]
pub fn check_media_port(ip: IpAddr, port: u16) -> Result<(), PortTaken> {
    let address = SocketAddr::new(ip, port);
    UdpSocket::bind(address).map_err(|source| PortTaken { address, transport: Transport::Udp, source })?;
    TcpListener::bind(address).map_err(|source| PortTaken { address, transport: Transport::Tcp, source })?;
    Ok(())
}
