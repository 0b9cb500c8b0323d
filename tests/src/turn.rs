//! A TURN server for one test.

use std::{net::TcpListener, time::Instant};

use tokio::net::TcpStream;

use crate::{
    binaries::turn_server,
    guarded::{Guarded, new_folder},
    wait::PATIENCE,
};

/// A coturn on a loopback port of its own, UDP and TCP, that lets in whoever has a password made from its secret. Stopped
/// when dropped.
pub struct TestTurn {
    server: Guarded,
    port: u16,
}

impl TestTurn {
    /// A new one with this secret.
    pub async fn new(secret: &str) -> Self {
        // Somebody else may take the free port first; then another one is tried.
        for _ in 0..10 {
            let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|free| free.local_addr()).expect("a port").port();
            let server = Self { server: start(port, secret), port };
            if server.ready().await {
                return server;
            }
        }
        panic!("the TURN server did not start in ten attempts");
    }

    /// Its address for UDP; `?transport=tcp` makes it that for TCP.
    #[must_use]
    pub fn url(&self) -> String {
        format!("turn:127.0.0.1:{}", self.port)
    }

    async fn ready(&self) -> bool {
        let begin = Instant::now();
        loop {
            let log = self.server.log();
            if log.contains("Cannot bind") || log.contains("bind: Address already in use") {
                return false;
            }
            if TcpStream::connect(("127.0.0.1", self.port)).await.is_ok() {
                return true;
            }
            assert!(begin.elapsed() < PATIENCE, "the TURN server did not start; it says: {log}");
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }
}

fn start(port: u16, secret: &str) -> Guarded {
    let folder = new_folder("turn");
    let here = |name: &str| folder.join(name).display().to_string();
    let arguments = [
        "-n".to_owned(),
        "--use-auth-secret".to_owned(),
        format!("--static-auth-secret={secret}"),
        "--realm=example.org".to_owned(),
        "--listening-ip=127.0.0.1".to_owned(),
        "--relay-ip=127.0.0.1".to_owned(),
        format!("--listening-port={port}"),
        "--no-tls".to_owned(),
        "--no-dtls".to_owned(),
        "--no-cli".to_owned(),
        "--relay-threads=1".to_owned(),
        "--log-file=stdout".to_owned(),
        format!("--pidfile={}", here("pid")),
        format!("--userdb={}", here("users")),
    ];
    Guarded::start(&turn_server(), &arguments, folder)
}
