//! Asks a STUN or TURN server whether it would serve: what the doctor wants to know before people sit in a call.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use bytecodec::{DecodeExt, EncodeExt};
use secrecy::{ExposeSecret, SecretString};
use stun_codec::{
    Message, MessageClass, MessageDecoder, MessageEncoder, Method, TransactionId, define_attribute_enums,
    rfc5389::{
        attributes::{ErrorCode, MappedAddress, MessageIntegrity, Nonce, Realm, Software, Username, XorMappedAddress},
        methods::BINDING,
    },
    rfc5766::{
        attributes::{Lifetime, RequestedTransport, XorRelayAddress},
        methods::{ALLOCATE, REFRESH},
    },
};
use thiserror::Error;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, UdpSocket, lookup_host},
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName},
};

use crate::{IceAddress, IceTransport};

/// The protocol number of UDP, the only one that browsers relay (RFC 8656, section 18.8).
const UDP: u8 = 17;
/// The status with which a server asks for a login (RFC 8489, section 9.2).
const UNAUTHORISED: u16 = 401;
/// The nonce has aged, and the request has to be sent with the one that comes with this.
const STALE_NONCE: u16 = 438;
/// The head of every message (RFC 8489, section 5).
const HEAD_BYTES: usize = 20;
/// More than any answer to what is asked here has.
const MAX_BODY_BYTES: usize = 4 * 1024;
/// When a datagram is sent again, and doubled from there (RFC 8489, section 6.2.1).
const RETRANSMISSION: Duration = Duration::from_millis(500);

mod attributes {
    #![allow(missing_docs, clippy::all, clippy::pedantic)]
    use super::*;

    define_attribute_enums!(
        Attribute,
        AttributeDecoder,
        AttributeEncoder,
        [
            MappedAddress,
            Username,
            MessageIntegrity,
            ErrorCode,
            Realm,
            Nonce,
            XorMappedAddress,
            Software,
            Lifetime,
            XorRelayAddress,
            RequestedTransport
        ]
    );
}
use attributes::Attribute;

/// The certificates of this machine cannot be used.
#[derive(Debug, Error)]
#[error("TLS cannot be set up: {0}")]
pub struct ProbeSetupError(#[source] tokio_rustls::rustls::Error);

/// Why a server would not serve.
#[derive(Debug, Error)]
pub enum ProbeError {
    /// Its name leads nowhere.
    #[error("the name cannot be resolved: {0}")]
    Unresolved(#[source] io::Error),
    /// It cannot be reached, or broke off.
    #[error("it cannot be reached: {0}")]
    Unreachable(#[source] io::Error),
    /// It did not answer in time.
    #[error("it does not answer within {0:?}")]
    Silent(Duration),
    /// It refuses: with the status of RFC 8489 and what it says itself.
    #[error("it refuses with {code} ({reason})")]
    Refused {
        /// The status.
        code: u16,
        /// What the server says.
        reason: String,
    },
    /// It takes whoever comes: strangers can relay through it at the owner's cost.
    #[error("it relays for everybody, without a login")]
    Open,
    /// What it answers is not STUN.
    #[error("it answers with something else than STUN")]
    Nonsense,
}

/// With what to sign in.
#[derive(Debug, Clone)]
pub struct ProbeLogin {
    /// The name.
    pub username: String,
    /// The password.
    pub credential: SecretString,
}

/// What a server would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probed {
    /// Where it was reached.
    pub server: SocketAddr,
    /// From where it sees this machine come.
    pub seen_as: Option<SocketAddr>,
    /// Where it relayed to this machine for a moment; `None` for STUN.
    pub relayed: Option<SocketAddr>,
}

/// Asks servers.
pub struct IceProbe {
    tls: TlsConnector,
    limit: Duration,
}

impl IceProbe {
    /// Gives each server `limit` for everything together. Reads the certificates of this machine, which say whom to trust.
    ///
    /// # Errors
    /// [`ProbeSetupError`].
    pub fn new(limit: Duration) -> Result<Self, ProbeSetupError> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(ProbeSetupError)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { tls: TlsConnector::from(Arc::new(tls)), limit })
    }

    /// Asks a STUN server who this machine is, and lets a TURN server relay for a moment.
    ///
    /// # Errors
    /// [`ProbeError`], which never holds the password.
    pub async fn ask(&self, address: &IceAddress, login: Option<&ProbeLogin>) -> Result<Probed, ProbeError> {
        let asked = async {
            let mut line = self.connect(address).await?;
            if address.scheme.relays() { line.relay(login).await } else { line.bind().await }
        };
        timeout(self.limit, asked).await.unwrap_or(Err(ProbeError::Silent(self.limit)))
    }

    async fn connect(&self, address: &IceAddress) -> Result<Line, ProbeError> {
        let found = lookup_host((address.host.as_str(), address.port)).await.map_err(ProbeError::Unresolved)?;
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        for server in found {
            match self.open(address, server).await {
                Ok(way) => return Ok(Line { server, way }),
                Err(error) => last = error,
            }
        }
        Err(ProbeError::Unreachable(last))
    }

    async fn open(&self, address: &IceAddress, server: SocketAddr) -> io::Result<Way> {
        if address.transport == IceTransport::Udp {
            let any: IpAddr =
                if server.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
            let socket = UdpSocket::bind((any, 0)).await?;
            socket.connect(server).await?;
            return Ok(Way::Datagrams(socket));
        }
        let stream = TcpStream::connect(server).await?;
        if !address.scheme.is_secure() {
            return Ok(Way::Stream(Box::new(stream)));
        }
        let name = ServerName::try_from(address.host.clone()).map_err(io::Error::other)?;
        Ok(Way::Stream(Box::new(self.tls.connect(name, stream).await?)))
    }
}

trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

enum Way {
    Datagrams(UdpSocket),
    Stream(Box<dyn Duplex>),
}

/// The way to one server.
struct Line {
    server: SocketAddr,
    way: Way,
}

impl Line {
    async fn bind(&mut self) -> Result<Probed, ProbeError> {
        let answer = self.exchange(&request(BINDING)).await?;
        refused(&answer)?;
        Ok(Probed { server: self.server, seen_as: seen_as(&answer), relayed: None })
    }

    async fn relay(&mut self, login: Option<&ProbeLogin>) -> Result<Probed, ProbeError> {
        let mut allocate = request(ALLOCATE);
        allocate.add_attribute(RequestedTransport::new(UDP));
        let mut answer = self.exchange(&allocate).await?;
        if answer.class() == MessageClass::SuccessResponse {
            return Err(ProbeError::Open);
        }
        // The first refusal names the realm; a nonce may age between two requests.
        for expected in [UNAUTHORISED, STALE_NONCE] {
            let (Some(login), Some((realm, nonce))) = (login, challenge(&answer)) else { break };
            if code(&answer) != Some(expected) {
                break;
            }
            let mut allocate = request(ALLOCATE);
            allocate.add_attribute(RequestedTransport::new(UDP));
            sign(&mut allocate, login, &realm, &nonce)?;
            answer = self.exchange(&allocate).await?;
            if answer.class() != MessageClass::SuccessResponse {
                continue;
            }
            let probed = Probed {
                server: self.server,
                seen_as: seen_as(&answer),
                relayed: answer.get_attribute::<XorRelayAddress>().map(XorRelayAddress::address),
            };
            // Given back at once; if that fails it ends by itself in ten minutes.
            let mut refresh = request(REFRESH);
            refresh.add_attribute(Lifetime::from_u32(0));
            sign(&mut refresh, login, &realm, &nonce)?;
            let _ = self.exchange(&refresh).await;
            return if probed.relayed.is_some() { Ok(probed) } else { Err(ProbeError::Nonsense) };
        }
        refused(&answer)?;
        Err(ProbeError::Nonsense)
    }

    /// Sends a request, and waits for the answer to it.
    async fn exchange(&mut self, request: &Message<Attribute>) -> Result<Message<Attribute>, ProbeError> {
        let sent = MessageEncoder::new().encode_into_bytes(request.clone()).map_err(|_| ProbeError::Nonsense)?;
        match &mut self.way {
            Way::Datagrams(socket) => {
                let mut received = [0; HEAD_BYTES + MAX_BODY_BYTES];
                let mut pause = RETRANSMISSION;
                loop {
                    socket.send(&sent).await.map_err(ProbeError::Unreachable)?;
                    let answered = async {
                        loop {
                            let length = socket.recv(&mut received).await.map_err(ProbeError::Unreachable)?;
                            // An answer to an earlier attempt, or noise.
                            let answer = received.get(..length).and_then(|bytes| decode(bytes).ok());
                            if let Some(answer) = answer.filter(|answer| answers(answer, request)) {
                                return Ok(answer);
                            }
                        }
                    };
                    if let Ok(answer) = timeout(pause, answered).await {
                        return answer;
                    }
                    pause *= 2;
                }
            }
            Way::Stream(stream) => {
                stream.write_all(&sent).await.map_err(ProbeError::Unreachable)?;
                loop {
                    let mut received = vec![0; HEAD_BYTES];
                    stream.read_exact(&mut received).await.map_err(ProbeError::Unreachable)?;
                    let body = usize::from(u16::from_be_bytes([received[2], received[3]]));
                    if received[0] >= 0x40 || body > MAX_BODY_BYTES {
                        return Err(ProbeError::Nonsense);
                    }
                    received.resize(HEAD_BYTES + body, 0);
                    stream.read_exact(&mut received[HEAD_BYTES..]).await.map_err(ProbeError::Unreachable)?;
                    let answer = decode(&received)?;
                    if answers(&answer, request) {
                        return Ok(answer);
                    }
                }
            }
        }
    }
}

fn request(method: Method) -> Message<Attribute> {
    Message::new(MessageClass::Request, method, TransactionId::new(rand::random()))
}

fn decode(bytes: &[u8]) -> Result<Message<Attribute>, ProbeError> {
    let decoded = MessageDecoder::<Attribute>::new().decode_from_bytes(bytes).map_err(|_| ProbeError::Nonsense)?;
    decoded.map_err(|_| ProbeError::Nonsense)
}

fn answers(answer: &Message<Attribute>, request: &Message<Attribute>) -> bool {
    answer.transaction_id() == request.transaction_id() && answer.class() != MessageClass::Request
}

fn seen_as(answer: &Message<Attribute>) -> Option<SocketAddr> {
    let plain = || answer.get_attribute::<MappedAddress>().map(MappedAddress::address);
    answer.get_attribute::<XorMappedAddress>().map(XorMappedAddress::address).or_else(plain)
}

fn code(answer: &Message<Attribute>) -> Option<u16> {
    answer.get_attribute::<ErrorCode>().map(ErrorCode::code)
}

fn challenge(answer: &Message<Attribute>) -> Option<(Realm, Nonce)> {
    Some((answer.get_attribute::<Realm>()?.clone(), answer.get_attribute::<Nonce>()?.clone()))
}

fn refused(answer: &Message<Attribute>) -> Result<(), ProbeError> {
    if answer.class() == MessageClass::SuccessResponse {
        return Ok(());
    }
    let error = answer.get_attribute::<ErrorCode>().ok_or(ProbeError::Nonsense)?;
    // It comes from outside and goes to a terminal.
    let reason = error.reason_phrase().chars().filter(|character| !character.is_control()).take(100).collect();
    Err(ProbeError::Refused { code: error.code(), reason })
}

/// Long-term credentials (RFC 8489, section 9.2).
fn sign(message: &mut Message<Attribute>, login: &ProbeLogin, realm: &Realm, nonce: &Nonce) -> Result<(), ProbeError> {
    let unfit = |_| ProbeError::Refused { code: UNAUTHORISED, reason: "the user name is no user name".to_owned() };
    let username = Username::new(login.username.clone()).map_err(unfit)?;
    message.add_attribute(username.clone());
    message.add_attribute(realm.clone());
    message.add_attribute(nonce.clone());
    let password = login.credential.expose_secret();
    let integrity = MessageIntegrity::new_long_term_credential(message, &username, realm, password).map_err(unfit)?;
    message.add_attribute(integrity);
    Ok(())
}
