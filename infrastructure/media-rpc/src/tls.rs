//! Media nodes on other hosts: TCP with TLS 1.3, where both sides show a certificate of one authority.

use std::{
    fmt, io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use application_room::MediaEngine;
use application_shared::BoxError;
use async_trait::async_trait;
use thiserror::Error;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{sleep, timeout},
};
use tokio_rustls::{
    TlsAcceptor, TlsConnector,
    rustls::{
        self, ClientConfig, RootCertStore, ServerConfig,
        crypto::{CryptoProvider, ring},
        pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
        server::WebPkiClientVerifier,
        version::TLS13,
    },
};

use crate::{ConnectionLimits, RemoteMediaEngine, Worker, WorkerSource, serve};

/// How long a connection may take to be made, certificates included.
const CONNECT: Duration = Duration::from_secs(10);
/// How often the other side is asked whether it is there.
const KEEP_ALIVE: Duration = Duration::from_secs(3);
/// Nodes that drive one media node at one time.
const CONNECTIONS: usize = 64;
/// The pause after the system refused a connection, for want of files for instance.
const PAUSE: Duration = Duration::from_millis(100);

/// Files in PEM form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The authority whose certificates are trusted, and no other.
    pub authority: PathBuf,
    /// The own certificate, with what leads to the authority.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// Certificates or keys cannot be used.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A file cannot be read, or has nothing of what it should have.
    #[error("`{}`: {reason}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Certificate, key and authority do not go together.
    #[error("certificate, key and authority do not go together: {0}")]
    Config(BoxError),
    /// The address is no host with a port.
    #[error("`{0}` is no host with a port")]
    Address(String),
}

impl TlsError {
    fn config(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Config(source.into())
    }
}

impl TlsFiles {
    fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
        let wrong = |reason: String| TlsError::File { path: path.to_owned(), reason };
        let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        match read {
            Ok(certificates) if certificates.is_empty() => Err(wrong("has no certificate".to_owned())),
            Ok(certificates) => Ok(certificates),
            Err(error) => Err(wrong(error.to_string())),
        }
    }

    fn own(&self) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), TlsError> {
        let wrong =
            |error: rustls::pki_types::pem::Error| TlsError::File { path: self.key.clone(), reason: error.to_string() };
        Ok((Self::certificates(&self.certificate)?, PrivateKeyDer::from_pem_file(&self.key).map_err(wrong)?))
    }

    fn authorities(&self) -> Result<Arc<RootCertStore>, TlsError> {
        let mut store = RootCertStore::empty();
        for certificate in Self::certificates(&self.authority)? {
            store.add(certificate).map_err(TlsError::config)?;
        }
        Ok(Arc::new(store))
    }

    fn provider() -> Arc<CryptoProvider> {
        Arc::new(ring::default_provider())
    }

    fn server(&self) -> Result<ServerConfig, TlsError> {
        let (certificates, key) = self.own()?;
        let clients = WebPkiClientVerifier::builder_with_provider(self.authorities()?, Self::provider());
        let mut config = ServerConfig::builder_with_provider(Self::provider())
            .with_protocol_versions(&[&TLS13])
            .map_err(TlsError::config)?
            .with_client_cert_verifier(clients.build().map_err(TlsError::config)?)
            .with_single_cert(certificates, key)
            .map_err(TlsError::config)?;
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(config)
    }

    fn client(&self) -> Result<ClientConfig, TlsError> {
        let (certificates, key) = self.own()?;
        let mut config = ClientConfig::builder_with_provider(Self::provider())
            .with_protocol_versions(&[&TLS13])
            .map_err(TlsError::config)?
            .with_root_certificates(self.authorities()?)
            .with_client_auth_cert(certificates, key)
            .map_err(TlsError::config)?;
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(config)
    }
}

/// What bounds a connection over the network.
fn limits() -> ConnectionLimits {
    ConnectionLimits { keep_alive: Some(KEEP_ALIVE), ..ConnectionLimits::default() }
}

/// Serves an engine to nodes on other hosts.
pub struct TlsNode {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl TlsNode {
    /// Takes connections on a listener that does not block.
    ///
    /// # Errors
    /// The files cannot be used, or the listener.
    pub fn new(listener: std::net::TcpListener, files: &TlsFiles) -> Result<Self, TlsError> {
        let acceptor = TlsAcceptor::from(Arc::new(files.server()?));
        Ok(Self { listener: TcpListener::from_std(listener).map_err(TlsError::config)?, acceptor })
    }

    /// Serves for as long as it is polled. What is over a connection ends when this is dropped.
    pub async fn serve(self, engine: Arc<dyn MediaEngine>) {
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        let mut connections = tokio::task::JoinSet::new();
        loop {
            // Waits for a place before it accepts, so that what is too much waits with the system.
            let Ok(place) = places.clone().acquire_owned().await else { return };
            while connections.try_join_next().is_some() {}
            match self.listener.accept().await {
                Ok((stream, from)) => {
                    let (acceptor, engine) = (self.acceptor.clone(), engine.clone());
                    connections.spawn(async move {
                        let _place = place;
                        if let Err(error) = serve_one(&acceptor, engine, stream, from).await {
                            tracing::warn!(%from, %error, "a connection of a node was refused or has broken");
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    sleep(PAUSE).await;
                }
            }
        }
    }
}

async fn serve_one(
    acceptor: &TlsAcceptor,
    engine: Arc<dyn MediaEngine>,
    stream: TcpStream,
    from: SocketAddr,
) -> Result<(), BoxError> {
    stream.set_nodelay(true)?;
    let stream = timeout(CONNECT, acceptor.accept(stream)).await??;
    tracing::info!(%from, "a node drives media here");
    serve(engine, stream, &limits()).await?;
    tracing::info!(%from, "a node does not drive media here any more");
    Ok(())
}

/// A media node on another host, seen from those who drive it.
pub struct TlsPeer {
    name: String,
    address: String,
    server: ServerName<'static>,
    connector: TlsConnector,
}

impl fmt::Debug for TlsPeer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsPeer").field("name", &self.name).field("address", &self.address).finish_non_exhaustive()
    }
}

impl TlsPeer {
    /// The node at `address` (`host:port`), whose certificate is of that host.
    ///
    /// # Errors
    /// The files cannot be used, or the address makes no sense.
    pub fn new(name: impl Into<String>, address: &str, files: &TlsFiles) -> Result<Self, TlsError> {
        let wrong = || TlsError::Address(address.to_owned());
        let (host, port) = address.rsplit_once(':').ok_or_else(wrong)?;
        port.parse::<u16>().map_err(|_| wrong())?;
        let host = host.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(host);
        let server = ServerName::try_from(host.to_owned()).map_err(|_| wrong())?;
        let connector = TlsConnector::from(Arc::new(files.client()?));
        Ok(Self { name: name.into(), address: address.to_owned(), server, connector })
    }

    /// Connects.
    ///
    /// # Errors
    /// The node cannot be reached, or one side does not trust the other.
    pub async fn connect(&self) -> Result<RemoteMediaEngine, BoxError> {
        let connecting = async {
            let stream = TcpStream::connect(&self.address).await?;
            stream.set_nodelay(true)?;
            let stream = self.connector.connect(self.server.clone(), stream).await?;
            let engine = RemoteMediaEngine::over(stream, limits()).await?;
            // With TLS 1.3 a client hears that its certificate is refused only with the first answer.
            engine.ask_usage().await?;
            Ok::<_, BoxError>(engine)
        };
        timeout(CONNECT, connecting).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }
}

#[async_trait]
impl WorkerSource for TlsPeer {
    fn name(&self) -> &str {
        &self.name
    }

    async fn reach(&self) -> Result<Worker, BoxError> {
        Ok(Worker { engine: self.connect().await?, end: Box::pin(std::future::ready(())) })
    }
}
