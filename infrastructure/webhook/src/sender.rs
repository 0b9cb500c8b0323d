//! One attempt to tell a receiver: a connection of its own, one request, and as little of the answer as there needs to be.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use application_integration::{DeliveryProblem, OutgoingWebhook, WebhookSender};
use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    Request, Response,
    body::Incoming,
    client::conn::http1,
    header::{CONNECTION, CONTENT_TYPE, HOST, HeaderValue, USER_AGENT},
};
use hyper_util::rt::TokioIo;
use thiserror::Error;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName},
    },
};
use tokio_util::task::AbortOnDropHandle;

use crate::{CheckedTargets, signature::sign, targets::Target};

/// The longest head of an answer that is read, and the most headers in it.
const MAX_HEAD_BYTES: usize = 16 * 1024;
const MAX_HEADERS: usize = 100;
/// How much of the body of an answer is read, and for how long: a receiver with a short one gets to say it.
const MAX_BODY_BYTES: usize = 4 * 1024;
const BODY_TIME: Duration = Duration::from_secs(1);

/// The certificates of this machine cannot be used.
#[derive(Debug, Error)]
#[error("TLS cannot be set up: {0}")]
pub struct WebhookSetupError(#[source] tokio_rustls::rustls::Error);

/// Sends over HTTP/1.1, each time on a new connection.
pub struct HttpWebhookSender {
    targets: CheckedTargets,
    time: Duration,
    tls: TlsConnector,
    user_agent: HeaderValue,
}

impl HttpWebhookSender {
    /// Sends where `targets` lets it, and gives a receiver `time` to answer. Reads the certificates of this machine, which
    /// say whom to trust.
    ///
    /// # Errors
    /// [`WebhookSetupError`].
    pub fn new(targets: CheckedTargets, time: Duration) -> Result<Self, WebhookSetupError> {
        let trusted = rustls_native_certs::load_native_certs().certs;
        if trusted.is_empty() {
            tracing::warn!("this machine trusts no certificates: no webhook can be told over https");
        }
        Self::trusting(targets, time, trusted.iter().map(|certificate| certificate.to_vec()))
    }

    /// The same, trusting these certificates (X.509 in DER) instead of this machine's. One that cannot be read is left out.
    ///
    /// # Errors
    /// [`WebhookSetupError`].
    pub fn trusting(
        targets: CheckedTargets,
        time: Duration,
        certificates: impl IntoIterator<Item = Vec<u8>>,
    ) -> Result<Self, WebhookSetupError> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(certificates.into_iter().map(CertificateDer::from));
        let mut tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(WebhookSetupError)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        let user_agent = HeaderValue::from_static(concat!("open-meeting/", env!("CARGO_PKG_VERSION")));
        Ok(Self { targets, time, tls: TlsConnector::from(Arc::new(tls)), user_agent })
    }

    fn request(&self, webhook: &OutgoingWebhook<'_>, target: &Target) -> Result<Request<Full<Bytes>>, DeliveryProblem> {
        let (id, timestamp) = (webhook.id.to_string(), webhook.at.timestamp());
        let signature = sign(webhook.secret, &id, timestamp, webhook.body).ok_or(DeliveryProblem::SecretUnreadable)?;
        Request::post(&target.path_and_query)
            .header(HOST, &target.authority)
            .header(USER_AGENT, &self.user_agent)
            .header(CONTENT_TYPE, "application/json")
            .header(CONNECTION, "close")
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signature)
            .body(Full::new(Bytes::copy_from_slice(webhook.body.as_bytes())))
            .map_err(|_| DeliveryProblem::TargetRefused)
    }

    /// From the name of the host to the head of its answer. The connection lives as long as the second part.
    async fn exchange(&self, webhook: &OutgoingWebhook<'_>) -> Result<Exchange, DeliveryProblem> {
        let target = self.targets.parse(webhook.url).map_err(|_| DeliveryProblem::TargetRefused)?;
        let request = self.request(webhook, &target)?;
        let addresses = self.targets.addresses(&target).await?;
        let stream = connect(&addresses, self.time).await?;
        if !target.https {
            return converse(stream, request).await;
        }
        let name = match &target.host {
            url::Host::Domain(name) => ServerName::try_from(name.clone()).map_err(|_| DeliveryProblem::Tls)?,
            url::Host::Ipv4(address) => ServerName::from(std::net::IpAddr::V4(*address)),
            url::Host::Ipv6(address) => ServerName::from(std::net::IpAddr::V6(*address)),
        };
        let stream = self.tls.connect(name, stream).await.map_err(|_| DeliveryProblem::Tls)?;
        converse(stream, request).await
    }
}

/// The head of an answer, and the connection on which the rest of it comes.
struct Exchange {
    response: Response<Incoming>,
    connection: AbortOnDropHandle<()>,
}

/// Each address in turn gets a part of the time, so that one that does not answer leaves some to the others.
async fn connect(addresses: &[SocketAddr], time: Duration) -> Result<TcpStream, DeliveryProblem> {
    let share = time / u32::try_from(addresses.len() + 1).unwrap_or(u32::MAX);
    let mut problem = DeliveryProblem::Unreachable;
    for address in addresses {
        match timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(_)) => problem = DeliveryProblem::Unreachable,
            Err(_) => problem = DeliveryProblem::Timeout,
        }
    }
    Err(problem)
}

async fn converse<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Exchange, DeliveryProblem>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let mut builder = http1::Builder::new();
    builder.max_buf_size(MAX_HEAD_BYTES).max_headers(MAX_HEADERS);
    let (mut sender, connection) =
        builder.handshake(TokioIo::new(stream)).await.map_err(|_| DeliveryProblem::Protocol)?;
    let connection = AbortOnDropHandle::new(tokio::spawn(async move {
        // What goes wrong on it is told to whoever waits for the answer.
        let _ = connection.await;
    }));
    let response = sender.send_request(request).await.map_err(|_| DeliveryProblem::Protocol)?;
    Ok(Exchange { response, connection })
}

/// Reads the beginning of a body, and throws it away.
async fn drain(mut body: Incoming) {
    let mut read = 0;
    while let Some(Ok(frame)) = body.frame().await {
        read += frame.data_ref().map_or(0, Bytes::len);
        if read >= MAX_BODY_BYTES {
            return;
        }
    }
}

#[async_trait]
impl WebhookSender for HttpWebhookSender {
    async fn send(&self, webhook: OutgoingWebhook<'_>) -> Result<u16, DeliveryProblem> {
        let exchange = timeout(self.time, self.exchange(&webhook)).await.unwrap_or(Err(DeliveryProblem::Timeout))?;
        let Exchange { response, connection } = exchange;
        let status = response.status().as_u16();
        // The status is what counts: nothing that comes after it changes the outcome.
        let _ = timeout(BODY_TIME, drain(response.into_body())).await;
        drop(connection);
        Ok(status)
    }
}
