//! A Redis for one test.

use std::{net::TcpListener, time::Instant};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::spawn_blocking,
};

use crate::{
    binaries::redis_server,
    guarded::{Guarded, new_folder},
    wait::PATIENCE,
};

/// A Redis server on a loopback port of its own: channels are one server's, so that tests sharing one would hear each
/// other. Stopped when dropped.
pub struct TestRedis {
    server: Option<Guarded>,
    port: u16,
}

impl TestRedis {
    /// A new, empty one.
    pub async fn new() -> Self {
        // Somebody else may take the free port before Redis does; then another one is tried.
        for _ in 0..10 {
            let port = free_port();
            let mut redis = Self { server: Some(start(port)), port };
            if redis.ready().await {
                return redis;
            }
            redis.server = None;
        }
        panic!("Redis did not start in ten attempts");
    }

    /// Its address, `redis://127.0.0.1:port`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Stops it, and forgets everything it knows.
    pub async fn stop(&mut self) {
        let server = self.server.take();
        spawn_blocking(move || drop(server)).await.expect("stopping Redis");
    }

    /// Starts it again on the same port, after [`TestRedis::stop`].
    pub async fn start(&mut self) {
        assert!(self.server.is_none(), "Redis is running");
        self.server = Some(start(self.port));
        assert!(self.ready().await, "Redis did not start again on port {}", self.port);
    }

    /// Whether our Redis, and not another process on the same port, answers; false when it has ended.
    async fn ready(&self) -> bool {
        let begin = Instant::now();
        loop {
            let log = self.server.as_ref().map(Guarded::log).unwrap_or_default();
            if log.contains("Ready to accept connections") && ping(self.port).await {
                return true;
            }
            if log.contains("Failed listening") || log.contains("bind: Address already in use") {
                return false;
            }
            assert!(begin.elapsed() < PATIENCE, "Redis did not start; it says: {log}");
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }
}

fn start(port: u16) -> Guarded {
    let folder = new_folder("redis");
    let arguments =
        ["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", "."]
            .map(str::to_owned);
    Guarded::start(&redis_server(), &arguments, folder)
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("its number").port()
}

async fn ping(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)).await else { return false };
    let mut answer = [0; 7];
    stream.write_all(b"PING\r\n").await.is_ok()
        && stream.read_exact(&mut answer).await.is_ok()
        && answer == *b"+PONG\r\n"
}
