//! A mail server for one test: speaks SMTP (RFC 5321) on a port of its own, keeps what it is given, and answers what the
//! test tells it to.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

/// A mail that has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedMail {
    /// The sender of the envelope.
    pub from: String,
    /// The recipients of the envelope.
    pub to: Vec<String>,
    /// The mail itself, as it was before it was prepared for the way (RFC 5321, section 4.5.2).
    pub data: Vec<u8>,
}

/// What the server does at a step, instead of what it should.
#[derive(Debug, Clone, Copy)]
enum Whim {
    Answer(&'static str),
    Hang,
    HangUp,
}

#[derive(Default)]
struct State {
    whims: Mutex<HashMap<&'static str, Whim>>,
    mails: Mutex<Vec<ReceivedMail>>,
    commands: Mutex<Vec<String>>,
    connections: Mutex<usize>,
}

/// The server. Steps are named by their command (`EHLO`, `MAIL`, `RCPT`, `DATA`, ...); `GREETING` is what it says first and
/// `END` is the end of a mail's data.
pub struct TestSmtp {
    address: SocketAddr,
    state: Arc<State>,
    task: JoinHandle<()>,
}

impl Drop for TestSmtp {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl TestSmtp {
    /// One that takes everything.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let state = Arc::new(State::default());
        let serving = state.clone();
        let task = tokio::spawn(async move {
            // Ends every conversation with the server.
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

    /// From now on, answers `reply` at `step`.
    pub fn answer(&self, step: &'static str, reply: &'static str) {
        self.state.whims.lock().expect("nobody panicked").insert(step, Whim::Answer(reply));
    }

    /// From now on, says nothing more at `step`.
    pub fn hang(&self, step: &'static str) {
        self.state.whims.lock().expect("nobody panicked").insert(step, Whim::Hang);
    }

    /// From now on, closes the connection at `step`.
    pub fn hang_up(&self, step: &'static str) {
        self.state.whims.lock().expect("nobody panicked").insert(step, Whim::HangUp);
    }

    /// From now on, does what it should.
    pub fn behave(&self) {
        self.state.whims.lock().expect("nobody panicked").clear();
    }

    /// What has arrived, in order.
    #[must_use]
    pub fn mails(&self) -> Vec<ReceivedMail> {
        self.state.mails.lock().expect("nobody panicked").clone()
    }

    /// Every command so far, as it was given.
    #[must_use]
    pub fn commands(&self) -> Vec<String> {
        self.state.commands.lock().expect("nobody panicked").clone()
    }

    /// How many connections there were.
    #[must_use]
    pub fn connections(&self) -> usize {
        *self.state.connections.lock().expect("nobody panicked")
    }
}

/// One side of a conversation.
struct Conversation<'a> {
    stream: BufReader<TcpStream>,
    state: &'a State,
}

impl Conversation<'_> {
    /// Answers as it should, or as it was told to. Tells whether the answer was a good one.
    async fn answer(&mut self, step: &str, usual: &str) -> std::io::Result<bool> {
        let whim = self.state.whims.lock().expect("nobody panicked").get(step).copied();
        let reply = match whim {
            None => usual,
            Some(Whim::Answer(reply)) => reply,
            Some(Whim::Hang) => return std::future::pending().await,
            Some(Whim::HangUp) => return Err(std::io::ErrorKind::ConnectionAborted.into()),
        };
        self.stream.get_mut().write_all(format!("{reply}\r\n").as_bytes()).await?;
        Ok(reply.starts_with(['2', '3']))
    }

    async fn line(&mut self) -> std::io::Result<Vec<u8>> {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line).await?;
        if line.ends_with(b"\r\n") { Ok(line) } else { Err(std::io::ErrorKind::UnexpectedEof.into()) }
    }

    /// The data of a mail, without the dots that were put before its own.
    async fn data(&mut self) -> std::io::Result<Vec<u8>> {
        let mut data = Vec::new();
        loop {
            let line = self.line().await?;
            match line.strip_prefix(b".") {
                Some(b"\r\n") => return Ok(data),
                Some(rest) => data.extend_from_slice(rest),
                None => data.extend_from_slice(&line),
            }
        }
    }
}

async fn converse(stream: TcpStream, state: &State) -> std::io::Result<()> {
    let mut talk = Conversation { stream: BufReader::new(stream), state };
    let mut mail = ReceivedMail { from: String::new(), to: Vec::new(), data: Vec::new() };
    talk.answer("GREETING", "220 test.example ESMTP").await?;
    loop {
        let line = talk.line().await?;
        let command = String::from_utf8_lossy(&line).trim_end().to_owned();
        state.commands.lock().expect("nobody panicked").push(command.clone());
        let path = || command.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        match command.split(' ').next().unwrap_or_default() {
            "EHLO" => drop(talk.answer("EHLO", "250-test.example\r\n250-8BITMIME\r\n250 AUTH PLAIN").await?),
            "AUTH" => drop(talk.answer("AUTH", "235 2.7.0 Welcome").await?),
            "MAIL" => {
                if talk.answer("MAIL", "250 2.1.0 Sender fine").await? {
                    mail = ReceivedMail { from: path(), to: Vec::new(), data: Vec::new() };
                }
            }
            "RCPT" => {
                if talk.answer("RCPT", "250 2.1.5 Recipient fine").await? {
                    mail.to.push(path());
                }
            }
            "DATA" => {
                if talk.answer("DATA", "354 Go on").await? {
                    mail.data = talk.data().await?;
                    if talk.answer("END", "250 2.0.0 Taken").await? {
                        state.mails.lock().expect("nobody panicked").push(mail.clone());
                    }
                }
            }
            "NOOP" => drop(talk.answer("NOOP", "250 2.0.0 Here").await?),
            "RSET" => drop(talk.answer("RSET", "250 2.0.0 Forgotten").await?),
            "QUIT" => return talk.answer("QUIT", "221 2.0.0 Goodbye").await.map(drop),
            _ => drop(talk.answer("OTHER", "502 5.5.1 What").await?),
        }
    }
}
