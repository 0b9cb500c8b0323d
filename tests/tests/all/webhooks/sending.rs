//! One attempt: what a receiver is sent, and that no receiver can do harm, whatever it does and wherever it is.

use std::{
    io,
    net::{IpAddr, SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use application_integration::{DeliveryProblem, OutgoingWebhook, WebhookSender, WebhookTargets};
use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::DateTime;
use domain_integration::WebhookUrl;
use domain_shared::WebhookDeliveryId;
use infrastructure_webhook::{CheckedTargets, HttpWebhookSender, Resolver, SystemResolver, TargetOptions};
use open_meeting_tests::{ReceivedWebhook, Receives, TestReceiver, wait_until};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};
use uuid::Uuid;

/// A certificate of `localhost` and 127.0.0.1 until 2126, and its key, for these tests alone.
const CERTIFICATE: &str = "MIIBmTCCAT6gAwIBAgIUf7Wujbo7og28fV2GKiRRsOnfYrUwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMDE4MzcwMFoYDzIxMjYxMDI3MTgzNzAwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASbPd0cwXxheRT6fmccmryo6fKNAtgsBDsgiDHwc1NYYD4JrWvfbvlk4cDrkUPZlM64+F28vuDOXz/Xwyps8tYXo2wwajAdBgNVHQ4EFgQUGb9iRW9ImQ3CJlj+/xc0z9TC7tgwHwYDVR0jBBgwFoAUGb9iRW9ImQ3CJlj+/xc0z9TC7tgwGgYDVR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMAwGA1UdEwEB/wQCMAAwCgYIKoZIzj0EAwIDSQAwRgIhAKwyobHZ3Iz/6vuk4KsC/2LRdvn2uCFA7PlWKvJffaWsAiEAxztMjNzFehcN78nyl5APbdg4pyLE0AZX7JsgS3DRRMY=";
const CERTIFICATE_KEY: &str = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgzlNiSzmY3uoDnQGkDqhp0frECtqnFUO5r/qNq5rqlKehRANCAASbPd0cwXxheRT6fmccmryo6fKNAtgsBDsgiDHwc1NYYD4JrWvfbvlk4cDrkUPZlM64+F28vuDOXz/Xwyps8tYX";

const BODY: &str = r#"{"type":"meeting.ended","timestamp":"2026-11-20T12:00:00.000000Z","data":{"meeting_id":"王"}}"#;
/// Far more than a receiver needs that answers.
const TIME: Duration = Duration::from_secs(30);
/// Little enough to wait for one that does not.
const LITTLE_TIME: Duration = Duration::from_millis(300);

const LENIENT: TargetOptions = TargetOptions { allow_http: true, allow_private_targets: true };
const PUBLIC_ONLY: TargetOptions = TargetOptions { allow_http: true, allow_private_targets: false };

fn secret() -> SecretString {
    format!("whsec_{}", STANDARD.encode([7; 32])).into()
}

fn sender(options: TargetOptions, resolver: Arc<dyn Resolver>) -> HttpWebhookSender {
    HttpWebhookSender::trusting(CheckedTargets::new(options, resolver), TIME, []).unwrap()
}

fn lenient() -> HttpWebhookSender {
    sender(LENIENT, Arc::new(SystemResolver))
}

/// For receivers that do not answer.
fn impatient() -> HttpWebhookSender {
    let targets = CheckedTargets::new(LENIENT, Arc::new(SystemResolver));
    HttpWebhookSender::trusting(targets, LITTLE_TIME, []).unwrap()
}

async fn send_to(sender: &HttpWebhookSender, url: &str) -> Result<u16, DeliveryProblem> {
    let (url, secret) = (WebhookUrl::parse(url).unwrap(), secret());
    let id = WebhookDeliveryId::from_uuid(Uuid::from_u128(7));
    let at = DateTime::from_timestamp(1_790_000_000, 999_000_000).unwrap();
    sender.send(OutgoingWebhook { id, url: &url, body: BODY, secret: &secret, at }).await
}

/// HMAC-SHA256 as RFC 2104 writes it, and nothing of what the program uses for it.
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let pad = |byte: u8| -> Vec<u8> {
        let mut block = [0; 64];
        block[..key.len()].copy_from_slice(key);
        block.iter().map(|b| b ^ byte).collect()
    };
    let inner = Sha256::digest([pad(0x36), message.to_vec()].concat());
    Sha256::digest([pad(0x5c), inner.to_vec()].concat()).into()
}

/// Whether a request is signed with this secret, as a receiver finds out.
pub fn is_signed(webhook: &ReceivedWebhook, secret: &SecretString) -> bool {
    let key = STANDARD.decode(secret.expose_secret().strip_prefix("whsec_").unwrap()).unwrap();
    let message = format!("{}.{}.{}", webhook.id(), webhook.headers["webhook-timestamp"], webhook.body);
    webhook.headers["webhook-signature"] == format!("v1,{}", STANDARD.encode(hmac(&key, message.as_bytes())))
}

#[tokio::test]
async fn a_receiver_gets_one_signed_request() {
    let receiver = TestReceiver::start().await;
    let outcome = send_to(&lenient(), &receiver.url("hook%20s/?token=a&b=%2F#part")).await;
    assert_eq!(outcome, Ok(204));
    let [request] = &receiver.received()[..] else { panic!("one") };
    assert_eq!((request.line.as_str(), request.body.as_str()), ("POST /hook%20s/?token=a&b=%2F HTTP/1.1", BODY));
    let expected = [
        ("host", receiver.address().to_string()),
        ("content-type", "application/json".to_owned()),
        ("connection", "close".to_owned()),
        ("content-length", BODY.len().to_string()),
        ("webhook-id", Uuid::from_u128(7).to_string()),
        ("webhook-timestamp", "1790000000".to_owned()),
    ];
    for (name, value) in expected {
        assert_eq!(request.headers[name], value);
    }
    assert!(request.headers["user-agent"].starts_with("open-meeting/"));
    assert!(is_signed(request, &secret()));
    assert!(!is_signed(request, &format!("whsec_{}", STANDARD.encode([8; 32])).into()));
    for part in ["cookie", "authorization", "referer", "accept-encoding"] {
        assert!(!request.headers.contains_key(part), "{part}");
    }
}

#[tokio::test]
async fn the_status_is_told_as_it_is() {
    let receiver = TestReceiver::start().await;
    for status in [200, 201, 299, 301, 404, 410, 429, 500, 599] {
        receiver.usually(Receives::Answer(status));
        assert_eq!(send_to(&lenient(), &receiver.url("")).await, Ok(status));
    }
}

#[tokio::test]
async fn a_receiver_that_hangs_is_left_in_time() {
    for does in [
        Receives::SendAndHang(""),
        Receives::SendAndHang("HTTP/1.1 20"),
        Receives::SendAndHang("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n"),
        Receives::SendAndHang("HTTP/1.1 100 Continue\r\n\r\n"),
        Receives::SendForEver("", "HTTP/1.1 100 Continue\r\n\r\n"),
    ] {
        let receiver = TestReceiver::that(does).await;
        assert_eq!(send_to(&impatient(), &receiver.url("")).await, Err(DeliveryProblem::Timeout), "{does:?}");
        wait_until("the connection is closed", async || receiver.hung_up_on() == 1).await;
    }
}

#[tokio::test]
async fn what_is_no_answer_is_none() {
    for does in [
        Receives::HangUp,
        Receives::Send("HTTP/1.1 200 OK\r\ncontent-le"),
        Receives::Send("220 mail.example.org ESMTP\r\n"),
        Receives::Send("HTTP/1.1 99999 Odd\r\n\r\n"),
        Receives::Send("HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n"),
        Receives::SendForEver("HTTP/1.1 200 OK\r\n", "x-more: and more\r\n"),
        Receives::SendForEver("HTTP/1.1 200 ", "OK"),
    ] {
        let receiver = TestReceiver::that(does).await;
        assert_eq!(send_to(&lenient(), &receiver.url("")).await, Err(DeliveryProblem::Protocol), "{does:?}");
    }
}

#[tokio::test]
async fn what_comes_after_the_status_changes_nothing() {
    for does in [
        Receives::Send("HTTP/1.1 200 OK\r\n\r\n"),
        Receives::Send("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\nless"),
        Receives::Send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nmore than two"),
        Receives::Send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nno chunk"),
        Receives::SendAndHang("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhe"),
        Receives::SendForEver("HTTP/1.1 200 OK\r\n\r\n", "endless"),
        Receives::SendForEver("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "4\r\nlong\r\n"),
    ] {
        let receiver = TestReceiver::that(does).await;
        assert_eq!(send_to(&lenient(), &receiver.url("")).await, Ok(200), "{does:?}");
        if !matches!(does, Receives::Send(_)) {
            wait_until("the connection is closed", async || receiver.hung_up_on() == 1).await;
        }
    }
}

#[tokio::test]
async fn no_redirection_is_followed() {
    let inside = TestReceiver::start().await;
    for status in [301, 302, 303, 307, 308] {
        let redirect =
            format!("HTTP/1.1 {status} Elsewhere\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", inside.url(""));
        let receiver = TestReceiver::that(Receives::Send(redirect.leak())).await;
        assert_eq!(send_to(&lenient(), &receiver.url("")).await, Ok(status));
    }
    assert_eq!(inside.connections(), 0);
}

/// Every name leads to one address the first time, and to another one ever after.
struct Rebinding {
    asked: AtomicUsize,
    first: Vec<IpAddr>,
    then: Vec<IpAddr>,
}

impl Rebinding {
    fn new(first: &[&str], then: &[&str]) -> Arc<Self> {
        let parse = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
        Arc::new(Self { asked: AtomicUsize::new(0), first: parse(first), then: parse(then) })
    }
}

#[async_trait]
impl Resolver for Rebinding {
    async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        let first = self.asked.fetch_add(1, Ordering::SeqCst) == 0;
        Ok(if first { self.first.clone() } else { self.then.clone() })
    }
}

#[tokio::test]
async fn nothing_is_sent_into_a_private_network() {
    let inside = TestReceiver::start().await;
    let port = inside.address().port();
    let strict = sender(PUBLIC_ONLY, Arc::new(SystemResolver));
    for host in ["127.0.0.1", "localhost", "127.1", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]", "[::1]", "0.0.0.0"] {
        let outcome = send_to(&strict, &format!("http://{host}:{port}/")).await;
        assert_eq!(outcome, Err(DeliveryProblem::TargetRefused), "{host}");
    }
    assert_eq!(inside.connections(), 0);
    assert_eq!(send_to(&lenient(), &inside.url("")).await, Ok(204), "unless it is allowed to");
}

#[tokio::test]
async fn a_name_that_leads_inside_later_gains_nothing() {
    let inside = TestReceiver::start().await;
    let url = format!("http://rebinding.example:{}/", inside.address().port());
    let resolver = Rebinding::new(&["8.8.8.8"], &["127.0.0.1", "::1", "10.0.0.1"]);
    let targets = CheckedTargets::new(PUBLIC_ONLY, resolver.clone());
    assert_eq!(targets.check(&WebhookUrl::parse(&url).unwrap()).await, Ok(()), "it was public when it was registered");
    assert_eq!(send_to(&sender(PUBLIC_ONLY, resolver), &url).await, Err(DeliveryProblem::TargetRefused));
    assert_eq!(inside.connections(), 0);
}

#[tokio::test]
async fn only_encrypted_addresses_are_used_unless_it_is_allowed() {
    let receiver = TestReceiver::start().await;
    let https_only = TargetOptions { allow_http: false, allow_private_targets: true };
    let outcome = send_to(&sender(https_only, Arc::new(SystemResolver)), &receiver.url("")).await;
    assert_eq!((outcome, receiver.connections()), (Err(DeliveryProblem::TargetRefused), 0));
}

#[tokio::test]
async fn hosts_that_are_not_there() {
    // A port that nobody listens on any more.
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(send_to(&lenient(), &format!("http://{closed}/")).await, Err(DeliveryProblem::Unreachable));
    let nobody = Rebinding::new(&[], &[]);
    let outcome = send_to(&sender(LENIENT, nobody), "http://nobody.example/").await;
    assert_eq!(outcome, Err(DeliveryProblem::Unresolved));
}

#[tokio::test]
async fn the_next_address_is_tried_when_one_does_not_answer() {
    let receiver = TestReceiver::start().await;
    let resolver = Rebinding::new(&["::1", "127.0.0.1"], &[]);
    let url = format!("http://two.example:{}/", receiver.address().port());
    assert_eq!(send_to(&sender(LENIENT, resolver), &url).await, Ok(204));
}

/// Answers 200 to whoever trusts its certificate.
async fn encrypted_receiver() -> SocketAddr {
    let certificate = STANDARD.decode(CERTIFICATE).unwrap().into();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(STANDARD.decode(CERTIFICATE_KEY).unwrap()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        while let Ok((stream, _)) = listener.accept().await {
            // Whoever does not trust it goes away here.
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
            let _ = stream.shutdown().await;
        }
    });
    address
}

#[tokio::test]
async fn a_certificate_must_be_trusted_and_bear_the_name() {
    let address = encrypted_receiver().await;
    let loopback = || Rebinding::new(&["127.0.0.1"], &["127.0.0.1"]);
    let trusting = || {
        let trusted = [STANDARD.decode(CERTIFICATE).unwrap()];
        HttpWebhookSender::trusting(CheckedTargets::new(LENIENT, loopback()), TIME, trusted).unwrap()
    };
    assert_eq!(send_to(&trusting(), &format!("https://localhost:{}/", address.port())).await, Ok(200));
    assert_eq!(send_to(&trusting(), &format!("https://127.0.0.1:{}/", address.port())).await, Ok(200));
    let another_name = send_to(&trusting(), &format!("https://other.example:{}/", address.port())).await;
    assert_eq!(another_name, Err(DeliveryProblem::Tls));
    let not_trusted = send_to(&lenient(), &format!("https://127.0.0.1:{}/", address.port())).await;
    assert_eq!(not_trusted, Err(DeliveryProblem::Tls));
    let machine = HttpWebhookSender::new(CheckedTargets::new(LENIENT, loopback()), TIME).unwrap();
    let by_this_machine = send_to(&machine, &format!("https://localhost:{}/", address.port())).await;
    assert_eq!(by_this_machine, Err(DeliveryProblem::Tls));
    let plain = TestReceiver::that(Receives::Send("HTTP/1.1 200 OK\r\n\r\n")).await;
    let outcome = send_to(&impatient(), &plain.url("").replace("http:", "https:")).await;
    assert!(matches!(outcome, Err(DeliveryProblem::Tls | DeliveryProblem::Timeout)), "{outcome:?}");
}

#[tokio::test]
async fn a_secret_that_is_none_sends_nothing() {
    let receiver = TestReceiver::start().await;
    let (url, secret) = (WebhookUrl::parse(&receiver.url("")).unwrap(), SecretString::from("none"));
    let outgoing =
        OutgoingWebhook { id: Uuid::nil().into(), url: &url, body: BODY, secret: &secret, at: DateTime::UNIX_EPOCH };
    assert_eq!(lenient().send(outgoing).await, Err(DeliveryProblem::SecretUnreadable));
    assert_eq!(receiver.connections(), 0);
}
