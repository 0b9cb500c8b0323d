//! `open-meeting doctor`: what works, what does not, and what clients are offered.

use crate::process::{Place, Running, output, program};

#[test]
fn a_healthy_installation() {
    let place = Place::new();
    let mut dev = Running::start(place.dev());
    dev.ready();
    let storage = tempfile::tempdir().unwrap();
    let mut command = program(&["doctor"]);
    command
        .envs(place.environment())
        .env("OPEN_MEETING__STORAGE__FOLDER", storage.path())
        .env("JWT_SECRET", "0123456789".repeat(4))
        .env("OPEN_MEETING__SERVER__LISTEN", "127.0.0.1:0")
        .env("OPEN_MEETING__MEDIA__PORT_BASE", "0")
        .env("OPEN_MEETING__MEDIA__WORKERS", "2")
        .env("OPEN_MEETING__MEDIA__ANNOUNCED_ADDRESSES", "[\"203.0.113.7:50000\", \"192.168.1.5:40000\"]");
    let (code, said) = output(command);
    assert_eq!(code, Some(0), "{said}");
    for part in [
        "ok    configuration  valid",
        "ok    database       PostgreSQL 1",
        "ok    schema         up to date",
        "redis          Redis ",
        "ok    storage        folder /",
        "ok    media          2 worker(s) in processes of their own start and open a router",
        "offered        203.0.113.7:50000 UDP and TCP, worker 0, for the internet",
        "offered        203.0.113.7:50001 UDP and TCP, worker 1, for the internet",
        "offered        192.168.1.5:40000 UDP and TCP, worker 0, for the local network",
        "Everything is fine.",
    ] {
        assert!(said.contains(part), "`{part}` is missing in:\n{said}");
    }
    dev.stop();
}

#[test]
fn nothing_is_there() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = program(&["doctor"]);
    command
        .env("DATABASE_URL", "postgres://me:hidden-password@127.0.0.1:1/meet")
        .env("REDIS_URL", "redis://:hidden-password@127.0.0.1:1")
        .env("JWT_SECRET", "0123456789".repeat(4))
        .env("OPEN_MEETING__STORAGE__S3_BUCKET", "meetings")
        .env("OPEN_MEETING__STORAGE__S3_ENDPOINT", "http://127.0.0.1:1")
        .env("OPEN_MEETING__STORAGE__S3_ACCESS_KEY", "hidden-access")
        .env("OPEN_MEETING__STORAGE__S3_SECRET_KEY", "hidden-secret")
        .env("OPEN_MEETING__SERVER__LISTEN", taken.local_addr().unwrap().to_string())
        .env("OPEN_MEETING__MEDIA__PORT_BASE", "0")
        .env("OPEN_MEETING__MEDIA__ANNOUNCED_ADDRESSES", "[\"127.0.0.1\"]");
    let (code, said) = output(command);
    assert_eq!(code, Some(1), "{said}");
    for part in [
        "FAIL  database",
        "FAIL  redis",
        "FAIL  storage        bucket meetings at http://127.0.0.1:1: unavailable: the storage cannot be reached",
        "FAIL  http",
        "warn  offered        only browsers on this machine",
        "Failed checks: 4.",
    ] {
        assert!(said.contains(part), "`{part}` is missing in:\n{said}");
    }
    assert!(!said.contains("hidden-"), "{said}");
}

#[test]
fn turn_servers_are_asked_whether_they_relay() {
    let turn = TurnServer::start("only we and the TURN server know").unwrap();
    let ask = |secret: &str| {
        let mut command = program(&["doctor"]);
        command
            .env("DATABASE_URL", "postgres://me@127.0.0.1:1/meet")
            .env("REDIS_URL", "redis://127.0.0.1:1")
            .env("JWT_SECRET", "0123456789".repeat(4))
            .env("OPEN_MEETING__SERVER__LISTEN", "127.0.0.1:0")
            .env("OPEN_MEETING__ROLES", "api")
            .env(
                "OPEN_MEETING__ICE__SERVERS",
                format!(
                    "[{{urls = [\"turn:127.0.0.1:{port}\", \"turn:127.0.0.1:{port}?transport=tcp\"], secret = \"{secret}\"}}]",
                    port = turn.port
                ),
            );
        output(command).1
    };
    let said = ask("only we and the TURN server know");
    let (udp, tcp) = (format!("turn:127.0.0.1:{}", turn.port), format!("turn:127.0.0.1:{}?transport=tcp", turn.port));
    for address in [&udp, &tcp] {
        let part = format!("ok    ice            {address} relays from 127.0.0.1, sees this machine as 127.0.0.1");
        assert!(said.contains(&part), "`{part}` is missing in:\n{said}");
    }
    let said = ask("something else");
    for address in [&udp, &tcp] {
        let part = format!("FAIL  ice            {address}: it refuses with 401");
        assert!(said.contains(&part), "`{part}` is missing in:\n{said}");
    }
    assert!(!said.contains("something else"), "{said}");
}

/// A coturn on a port of its own, stopped when dropped.
struct TurnServer {
    process: std::process::Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl TurnServer {
    fn start(secret: &str) -> Option<Self> {
        // Somebody else may take the free port first; then another one is tried.
        for _ in 0..10 {
            let folder = tempfile::tempdir().unwrap();
            let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            let port = free.local_addr().unwrap().port();
            drop(free);
            let process = std::process::Command::new("turnserver")
                .args(["-n", "--use-auth-secret", "--realm=example.org", "--no-tls", "--no-dtls", "--no-cli"])
                .args(["--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", "--relay-threads=1", "--log-file=stdout"])
                .arg(format!("--static-auth-secret={secret}"))
                .arg(format!("--listening-port={port}"))
                .arg(format!("--pidfile={}", folder.path().join("pid").display()))
                .arg(format!("--userdb={}", folder.path().join("users").display()))
                .stdout(std::process::Stdio::null())
                .stderr(std::process::Stdio::null())
                .spawn()
                .unwrap();
            let mut server = Self { process, port, _folder: folder };
            if server.ready() {
                return Some(server);
            }
        }
        None
    }

    fn ready(&mut self) -> bool {
        let begin = std::time::Instant::now();
        while begin.elapsed() < std::time::Duration::from_secs(30) {
            if self.process.try_wait().unwrap().is_some() {
                return false;
            }
            if std::net::TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return true;
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        false
    }
}

impl Drop for TurnServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_configuration_with_mistakes() {
    let (code, said) = output(program(&["doctor"]));
    assert_eq!(code, Some(1));
    for part in ["FAIL  configuration  database.url", "auth.jwt_secret", "doctor --dev"] {
        assert!(said.contains(part), "`{part}` is missing in:\n{said}");
    }
}

#[test]
fn what_dev_needs() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(&["doctor", "--dev"]);
    command.current_dir(folder.path()).env("PORT", "0").env("OPEN_MEETING__MEDIA__PORT_BASE", "0");
    let (_, said) = output(command);
    for part in [
        "ok    postgresql     PostgreSQL 1",
        "ok    redis          /",
        "data           .data will be made",
        "open a router",
    ] {
        assert!(said.contains(part), "`{part}` is missing in:\n{said}");
    }
}
