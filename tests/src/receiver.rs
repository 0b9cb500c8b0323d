//! A receiver of webhooks for one test: speaks as much HTTP as it needs to on a port of its own, keeps what it is sent, and
//! does what the test tells it to, good or bad.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

/// A request that has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedWebhook {
    /// The method, and what was asked for.
    pub line: String,
    /// The headers, names in lower case.
    pub headers: HashMap<String, String>,
    /// The body.
    pub body: String,
}

impl ReceivedWebhook {
    /// The header `webhook-id`.
    #[must_use]
    pub fn id(&self) -> &str {
        self.headers.get("webhook-id").map_or("", String::as_str)
    }
}

/// What the receiver does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receives {
    /// Answers with this status, and nothing else.
    Answer(u16),
    /// Sends these bytes, and closes the connection.
    Send(&'static str),
    /// Sends these bytes, and nothing more, ever.
    SendAndHang(&'static str),
    /// Sends these bytes first, and then the second ones for ever.
    SendForEver(&'static str, &'static str),
    /// Closes the connection.
    HangUp,
}

struct State {
    usual: Mutex<Receives>,
    exceptions: Mutex<HashMap<String, Receives>>,
    received: Mutex<Vec<ReceivedWebhook>>,
    connections: Mutex<usize>,
    at_once: Mutex<HashMap<String, (usize, usize)>>,
    hung_up_on: Mutex<usize>,
    changes: watch::Sender<u64>,
}

/// The receiver.
pub struct TestReceiver {
    address: SocketAddr,
    state: Arc<State>,
    task: JoinHandle<()>,
}

impl Drop for TestReceiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl TestReceiver {
    /// One that takes everything.
    pub async fn start() -> Self {
        Self::that(Receives::Answer(204)).await
    }

    /// One that usually does this.
    pub async fn that(usual: Receives) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let state = Arc::new(State {
            usual: Mutex::new(usual),
            exceptions: Mutex::default(),
            received: Mutex::default(),
            connections: Mutex::default(),
            at_once: Mutex::default(),
            hung_up_on: Mutex::default(),
            changes: watch::Sender::new(0),
        });
        let serving = state.clone();
        let task = tokio::spawn(async move {
            // Ends every conversation with the receiver.
            let mut conversations = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                *serving.connections.lock().expect("nobody panicked") += 1;
                let state = serving.clone();
                // A client that goes away has said all it had to say.
                conversations.spawn(async move { converse(stream, &state).await.ok() });
            }
        });
        Self { address, state, task }
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What is below `/` there.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    /// From now on, usually does this.
    pub fn usually(&self, does: Receives) {
        *self.state.usual.lock().expect("nobody panicked") = does;
    }

    /// From now on, does this with whatever holds `part` in its body.
    pub fn when(&self, part: &str, does: Receives) {
        self.state.exceptions.lock().expect("nobody panicked").insert(part.to_owned(), does);
    }

    /// What has arrived, in order.
    #[must_use]
    pub fn received(&self) -> Vec<ReceivedWebhook> {
        self.state.received.lock().expect("nobody panicked").clone()
    }

    /// The bodies of what has arrived, in order.
    #[must_use]
    pub fn bodies(&self) -> Vec<String> {
        self.received().into_iter().map(|webhook| webhook.body).collect()
    }

    /// How many connections there were.
    #[must_use]
    pub fn connections(&self) -> usize {
        *self.state.connections.lock().expect("nobody panicked")
    }

    /// How often somebody hung up on it while it was still sending.
    #[must_use]
    pub fn hung_up_on(&self) -> usize {
        *self.state.hung_up_on.lock().expect("nobody panicked")
    }

    /// How many requests of one `webhook-id` were in its hands at once, at most.
    #[must_use]
    pub fn most_at_once(&self) -> usize {
        let at_once = self.state.at_once.lock().expect("nobody panicked");
        at_once.values().map(|(_, most)| *most).max().unwrap_or_default()
    }

    /// Until so many requests have arrived.
    pub async fn arrived(&self, count: usize) {
        let mut changes = self.state.changes.subscribe();
        let arrived = changes.wait_for(|_| self.received().len() >= count);
        // The sender lives as long as the receiver.
        drop(tokio::time::timeout(crate::wait::PATIENCE, arrived).await.expect("requests that arrive"));
    }
}

async fn converse(stream: TcpStream, state: &State) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let request = read(&mut stream).await?;
    let id = request.id().to_owned();
    {
        let mut at_once = state.at_once.lock().expect("nobody panicked");
        let (now, most) = at_once.entry(id.clone()).or_default();
        *now += 1;
        *most = (*most).max(*now);
    }
    let exception = {
        let exceptions = state.exceptions.lock().expect("nobody panicked");
        exceptions.iter().find(|(part, _)| request.body.contains(part.as_str())).map(|(_, does)| *does)
    };
    let does = exception.unwrap_or(*state.usual.lock().expect("nobody panicked"));
    state.received.lock().expect("nobody panicked").push(request);
    state.changes.send_modify(|changes| *changes += 1);
    // Others get a chance to come with the same.
    tokio::task::yield_now().await;
    let outcome = act(stream.get_mut(), does).await;
    if outcome.is_err() {
        *state.hung_up_on.lock().expect("nobody panicked") += 1;
    }
    if let Some((now, _)) = state.at_once.lock().expect("nobody panicked").get_mut(&id) {
        *now -= 1;
    }
    outcome
}

async fn act(stream: &mut TcpStream, does: Receives) -> std::io::Result<()> {
    match does {
        Receives::Answer(status) => {
            let answer = format!("HTTP/1.1 {status} Whatever\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await
        }
        Receives::Send(bytes) => stream.write_all(bytes.as_bytes()).await,
        Receives::SendAndHang(bytes) => {
            stream.write_all(bytes.as_bytes()).await?;
            // Until the client has had enough.
            let mut rest = [0; 64];
            while stream.read(&mut rest).await? > 0 {}
            Err(std::io::ErrorKind::ConnectionAborted.into())
        }
        Receives::SendForEver(first, then) => {
            stream.write_all(first.as_bytes()).await?;
            loop {
                stream.write_all(then.as_bytes()).await?;
            }
        }
        Receives::HangUp => Ok(()),
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> std::io::Result<ReceivedWebhook> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let line = lines.remove(0);
    let headers: HashMap<String, String> = lines
        .iter()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or_default();
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok(ReceivedWebhook { line, headers, body: String::from_utf8_lossy(&body).into_owned() })
}
