//! STUN and TURN: what the probe finds at a real server, and that the passwords that clients are told let them in.

use std::{net::UdpSocket, time::Duration};

use domain_shared::Clock;
use infrastructure_ice::{IceAddress, IceProbe, ProbeError, ProbeLogin, Probed, TurnLogin};
use infrastructure_system::SystemClock;
use open_meeting_tests::TestTurn;

const SECRET: &str = "only we and the TURN server know";

fn login(secret: &str, ends_in: i64) -> ProbeLogin {
    let login = TurnLogin::Shared { secret: secret.into(), lifetime: Duration::ZERO };
    let (username, credential) = login.issue("ann", SystemClock.now().timestamp() + ends_in);
    ProbeLogin { username, credential }
}

async fn ask(url: &str, login: Option<ProbeLogin>) -> Result<Probed, ProbeError> {
    let address: IceAddress = url.parse().unwrap();
    IceProbe::new(Duration::from_secs(10)).unwrap().ask(&address, login.as_ref()).await
}

#[tokio::test]
async fn a_password_made_from_the_secret_lets_one_in_over_udp_and_tcp() {
    let server = TestTurn::new(SECRET).await;
    for url in [server.url(), format!("{}?transport=tcp", server.url())] {
        let probed = ask(&url, Some(login(SECRET, 600))).await.unwrap();
        let relayed = probed.relayed.expect("a relayed address");
        assert!(relayed.ip().is_loopback() && relayed.port() > 0, "{url}: {probed:?}");
        assert!(probed.seen_as.expect("where it sees us").ip().is_loopback(), "{url}: {probed:?}");
    }
}

#[tokio::test]
async fn nobody_else_is_let_in() {
    let server = TestTurn::new(SECRET).await;
    for (who, login) in [
        ("another secret", Some(login("guessed", 600))),
        ("an old password", Some(login(SECRET, -600))),
        ("nobody", None),
    ] {
        let refused = ask(&server.url(), login).await;
        assert!(matches!(refused, Err(ProbeError::Refused { code: 401, .. })), "{who}: {refused:?}");
    }
}

#[tokio::test]
async fn a_stun_server_tells_where_one_comes_from() {
    let server = TestTurn::new(SECRET).await;
    let probed = ask(&server.url().replace("turn:", "stun:"), None).await.unwrap();
    assert!(probed.seen_as.is_some() && probed.relayed.is_none(), "{probed:?}");
}

#[tokio::test]
async fn servers_that_are_away_or_silent_are_told_apart() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let away = ask(&format!("turn:{closed}?transport=tcp"), None).await;
    assert!(matches!(away, Err(ProbeError::Unreachable(_))), "{away:?}");
    let nowhere = ask("turn:turn.invalid", None).await;
    assert!(matches!(nowhere, Err(ProbeError::Unresolved(_))), "{nowhere:?}");

    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address: IceAddress = format!("stun:{}", silent.local_addr().unwrap()).parse().unwrap();
    let impatient = IceProbe::new(Duration::from_millis(50)).unwrap();
    assert!(matches!(impatient.ask(&address, None).await, Err(ProbeError::Silent(_))));
}

#[tokio::test]
async fn what_is_no_stun_is_nonsense() {
    use tokio::io::AsyncWriteExt;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        stream
    });
    let answer = ask(&format!("turn:{address}?transport=tcp"), None).await;
    assert!(matches!(answer, Err(ProbeError::Nonsense)), "{answer:?}");
    server.await.unwrap();
}
