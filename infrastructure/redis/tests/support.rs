//! A private Redis server for a test, and waiting for conditions.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use infrastructure_redis::{Redis, RedisOptions};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::{mpsc, watch},
};

/// What has not happened by then never will.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a condition is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// A Redis server on a free port of the loopback address, with nothing in it. It ends with this value.
pub struct RedisServer {
    port: u16,
    arguments: Vec<String>,
    directory: TempDir,
    child: Option<Child>,
}

impl RedisServer {
    /// Starts a server.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts a server with more arguments, such as `--requirepass`.
    pub fn start_with(arguments: &[&str]) -> Self {
        let directory = tempfile::tempdir().expect("a directory for Redis");
        let arguments = arguments.iter().map(ToString::to_string).collect();
        let mut server = Self { port: 0, arguments, directory, child: None };
        // Between looking for a free port and taking it somebody else may take it.
        for _ in 0..20 {
            server.port = free_port();
            if server.start_again() {
                return server;
            }
        }
        panic!("redis-server does not start");
    }

    /// Starts it where it was before, after [`Self::stop`]. Tells whether it answers.
    pub fn start_again(&mut self) -> bool {
        let mut child = Command::new("redis-server")
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .args(["--dir", &self.directory.path().display().to_string()])
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server is installed");
        let answers = wait_for(|| match child.try_wait() {
            Ok(None) => self.answers().then_some(true),
            _ => Some(false),
        });
        self.child = Some(child);
        if !answers {
            self.stop();
        }
        answers
    }

    /// Kills it.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Connects to it.
    pub async fn connect(&self) -> Redis {
        Redis::connect(&self.options()).await.expect("Redis answers")
    }

    /// The usual options for it.
    pub fn options(&self) -> RedisOptions {
        RedisOptions::new(self.url().into())
    }

    /// Sends an inline command over a connection of its own, and returns the first bytes of the answer.
    pub fn command(&self, command: &str) -> String {
        self.try_command(command).expect("Redis answers")
    }

    fn try_command(&self, command: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(format!("{command}\r\n").as_bytes())?;
        let mut answer = [0; 4096];
        let len = stream.read(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer[..len]).into_owned())
    }

    fn answers(&self) -> bool {
        // `-NOAUTH` is an answer, too; `-LOADING` is none.
        self.try_command("PING").is_ok_and(|answer| answer.starts_with("+PONG") || answer.starts_with("-NOAUTH"))
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Stands between clients and a server, and can hold back what the clients send.
pub struct Proxy {
    port: u16,
    held: watch::Sender<bool>,
    sent: Arc<Mutex<Vec<u8>>>,
}

impl Proxy {
    /// Passes everything on to `server`.
    pub async fn start(server: &RedisServer) -> Self {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        let (held, is_held) = watch::channel(false);
        let sent = Arc::new(Mutex::new(Vec::new()));
        let (upstream, seen) = ((Ipv4Addr::LOCALHOST, server.port), Arc::clone(&sent));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = tokio::net::TcpStream::connect(upstream).await else { return };
                tokio::spawn(pass_on(client, server, is_held.clone(), Arc::clone(&seen)));
            }
        });
        Self { port, held, sent }
    }

    /// From now on the server hears nothing more.
    pub fn hold(&self) {
        self.held.send_replace(true);
        self.sent.lock().expect("no panic").clear();
    }

    /// The server hears what it has missed, and all that follows.
    pub fn release(&self) {
        self.held.send_replace(false);
    }

    /// What clients have sent since the last hold.
    pub fn sent(&self) -> String {
        String::from_utf8_lossy(&self.sent.lock().expect("no panic")).into_owned()
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}

async fn pass_on(
    client: tokio::net::TcpStream,
    server: tokio::net::TcpStream,
    mut is_held: watch::Receiver<bool>,
    seen: Arc<Mutex<Vec<u8>>>,
) {
    let ((mut from_client, mut to_client), (mut from_server, mut to_server)) =
        (client.into_split(), server.into_split());
    let (waiting, mut waited) = mpsc::unbounded_channel::<Vec<u8>>();
    let reading = async {
        let mut chunk = [0; 4096];
        while let Ok(len @ 1..) = from_client.read(&mut chunk).await {
            seen.lock().expect("no panic").extend_from_slice(&chunk[..len]);
            let _ = waiting.send(chunk[..len].to_vec());
        }
    };
    let writing = async {
        while let Some(chunk) = waited.recv().await {
            let _ = is_held.wait_for(|held| !held).await;
            let _ = to_server.write_all(&chunk).await;
        }
    };
    let answering = tokio::io::copy(&mut from_server, &mut to_client);
    tokio::select! {
        () = reading => {}
        () = writing => {}
        _ = answering => {}
    }
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("its address").port()
}

fn wait_for<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(begun.elapsed() < PATIENCE, "waited in vain");
        std::thread::sleep(LOOK_AGAIN);
    }
}

/// Looks until there is something to see.
pub async fn eventually<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let waiting = async {
        loop {
            if let Some(seen) = look().await {
                return seen;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("waited in vain")
}

/// Waits for a future that must end.
pub async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("waited in vain")
}
