//! A media worker in a child process, seen from the parent.
//!
//! The child is this program with the subcommand `media-worker`. Its standard input is one end of a pair of sockets; over the
//! other the parent drives it. It has nothing of the parent's environment, and so none of its secrets: what it takes from
//! the network is read by a large body of C++.

use std::{
    io,
    os::{
        fd::OwnedFd,
        unix::{net::UnixStream as StdUnixStream, process::CommandExt},
    },
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use application_shared::BoxError;
use async_trait::async_trait;
use infrastructure_media_rpc::{ConnectionLimits, RemoteMediaEngine, Worker, WorkerSource};
use tokio::{io::AsyncReadExt, net::UnixStream, time::timeout};

use super::{
    WorkerOptions,
    worker::{READY, REFUSED},
};
use crate::processes;

/// How long a worker may take to start.
const START: Duration = Duration::from_secs(30);
/// How long it may take to end when its connection has ended.
const END: Duration = Duration::from_secs(3);
/// How often it is looked whether it has ended.
const POLL: Duration = Duration::from_millis(5);
/// The longest first line.
const LINE_BYTES: u64 = 4096;

/// Starts one worker after the other.
pub(super) struct ChildSource {
    name: String,
    options: WorkerOptions,
}

impl ChildSource {
    pub(super) fn new(options: WorkerOptions) -> Self {
        Self { name: options.index.to_string(), options }
    }

    fn start(&self) -> Result<(Process, UnixStream), BoxError> {
        let (ours, theirs) = StdUnixStream::pair()?;
        ours.set_nonblocking(true)?;
        // This very program, even when its file has been replaced by a newer one meanwhile.
        let program = PathBuf::from("/proc/self/exe");
        let program = if program.exists() { program } else { std::env::current_exe()? };
        let mut command = Command::new(program);
        command
            .arg0("open-meeting")
            .args(["media-worker", "--options", &serde_json::to_string(&self.options)?])
            .env_clear()
            .current_dir("/")
            // Ctrl-C at the terminal reaches the program first, which ends its workers in order.
            .process_group(0)
            .stdin(OwnedFd::from(theirs))
            .stdout(Stdio::null());
        let process = Process(Some(processes::spawn(command)?));
        Ok((process, UnixStream::from_std(ours)?))
    }
}

#[async_trait]
impl WorkerSource for ChildSource {
    fn name(&self) -> &str {
        &self.name
    }

    async fn reach(&self) -> Result<Worker, BoxError> {
        let (mut process, mut stream) = self.start()?;
        let (pid, worker) = (process.id(), self.options.index);
        let failed = |reason: String| BoxError::from(format!("media worker {worker} does not start: {reason}"));
        match timeout(START, first_line(&mut stream)).await {
            Err(_) => return Err(failed("it takes too long".to_owned())),
            Ok(Err(error)) => return Err(failed(format!("{error} ({})", process.how_it_ended()))),
            Ok(Ok(line)) if line == READY => {}
            Ok(Ok(line)) => return Err(line.strip_prefix(REFUSED).unwrap_or(&line).to_owned().into()),
        }
        let engine = RemoteMediaEngine::over(stream, ConnectionLimits::default()).await?;
        tracing::debug!(worker, pid, "a media worker has started");
        let end = Box::pin(async move {
            let ending = tokio::task::spawn_blocking(move || process.end());
            match ending.await {
                Ok(how) => tracing::debug!(worker, pid, how, "a media worker has ended"),
                Err(error) => tracing::error!(worker, pid, %error, "a media worker was not waited for"),
            }
        });
        Ok(Worker { engine, end })
    }
}

/// The line that the worker says before it is driven. Not a byte more is taken.
async fn first_line(stream: &mut UnixStream) -> io::Result<String> {
    let mut line = Vec::new();
    let mut limited = stream.take(LINE_BYTES);
    loop {
        match limited.read_u8().await? {
            b'\n' => return Ok(String::from_utf8_lossy(&line).into_owned()),
            byte => line.push(byte),
        }
    }
}

/// The process, which ends by force when this is dropped, and is waited for in any case.
struct Process(Option<Child>);

impl Process {
    fn id(&self) -> u32 {
        self.0.as_ref().map_or(0, Child::id)
    }

    /// Waits for its end, by force when it takes too long. Blocks.
    fn end(&mut self) -> String {
        let Some(mut child) = self.0.take() else { return String::new() };
        let start = Instant::now();
        while matches!(child.try_wait(), Ok(None)) && start.elapsed() < END {
            thread::sleep(POLL);
        }
        // It may just have ended by itself.
        let _ = child.kill();
        child.wait().map_or_else(|error| error.to_string(), |status| status.to_string())
    }

    /// What became of it, if it has ended.
    fn how_it_ended(&mut self) -> String {
        match self.0.as_mut().map(Child::try_wait) {
            Some(Ok(Some(status))) => status.to_string(),
            _ => "it closed its connection".to_owned(),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(mut child) = self.0.take() {
            // After the signal the wait is short.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
