//! Accepts connections: without delay of small packets, and with patience when the process is out of file descriptors.

use std::{io, net::SocketAddr, time::Duration};

use poem::{
    http::uri::Scheme,
    listener::Acceptor,
    web::{LocalAddr, RemoteAddr},
};
use tokio::net::{TcpListener, TcpStream};

use super::StartError;

/// How long to wait after a failure. Accepting again at once would only burn the core that could close connections.
const PAUSE: Duration = Duration::from_millis(50);

/// An acceptor that never gives up.
pub(super) struct PatientAcceptor {
    listener: TcpListener,
    address: SocketAddr,
}

impl PatientAcceptor {
    /// Takes a bound, non-blocking socket.
    pub(super) fn new(listener: std::net::TcpListener, address: SocketAddr) -> Result<Self, StartError> {
        let listener = TcpListener::from_std(listener).map_err(|source| StartError::Listen { address, source })?;
        Ok(Self { listener, address })
    }
}

impl Acceptor for PatientAcceptor {
    type Io = TcpStream;

    fn local_addr(&self) -> Vec<LocalAddr> {
        vec![LocalAddr(self.address.into())]
    }

    async fn accept(&mut self) -> io::Result<(Self::Io, LocalAddr, RemoteAddr, Scheme)> {
        loop {
            match self.listener.accept().await {
                Ok((stream, peer)) => {
                    // Signalling is made of small messages that must not wait for one another.
                    if let Err(error) = stream.set_nodelay(true) {
                        tracing::debug!(%error, "a connection went before it was accepted");
                        continue;
                    }
                    return Ok((stream, LocalAddr(self.address.into()), RemoteAddr(peer.into()), Scheme::HTTP));
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
}
