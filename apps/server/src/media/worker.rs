//! A media worker in a process of its own, seen from inside: the subcommand `media-worker`.
//!
//! It lives as long as its connection. SIGTERM and SIGINT do not end it: whoever stops a service tells all its processes, and
//! calls are to end in the order that the parent has for it.

use std::{
    io,
    os::{fd::AsFd, unix::net::UnixStream as StdUnixStream},
    sync::Arc,
};

use infrastructure_media_rpc::{ConnectionError, ConnectionLimits, serve};
use infrastructure_mediasoup::{MediasoupEngine, StartError};
use nix::sys::{prctl::set_pdeathsig, signal::Signal};
use thiserror::Error;
use tokio::{io::AsyncWriteExt, net::UnixStream};

use super::WorkerOptions;
use crate::signals::EndSignals;

/// What a worker says when it can be driven.
pub(super) const READY: &str = "ready";
/// What a worker says before the reason why it cannot.
pub(super) const REFUSED: &str = "refused: ";

/// Why a worker ends before it should.
#[derive(Debug, Error)]
pub enum WorkerError {
    /// Somebody else than the program has started it.
    #[error(
        "`open-meeting media-worker` is started by `serve` and `dev` themselves, which drive it over its standard input"
    )]
    Alone,
    /// The system refuses something.
    #[error("the media worker cannot run: {0}")]
    System(#[from] io::Error),
    /// The engine does not start.
    #[error("{0}")]
    Start(#[from] StartError),
    /// The connection has broken.
    #[error("{0}")]
    Connection(#[from] ConnectionError),
    /// The C++ of the worker has given up.
    #[error("the media worker's thread has ended")]
    Died,
}

/// Runs the worker, until its connection ends.
///
/// # Errors
/// [`WorkerError`]
pub async fn run(options: &WorkerOptions) -> Result<(), WorkerError> {
    let mut stream = connection()?;
    // The end of the connection tells a worker that its parent is gone. One that hangs does not hear it.
    set_pdeathsig(Signal::SIGKILL).map_err(io::Error::from)?;
    let mut signals = EndSignals::listen()?;
    let started = MediasoupEngine::start(options.engine()).await;
    let engine = match started {
        Ok(engine) => Arc::new(engine),
        Err(error) => {
            stream.write_all(format!("{REFUSED}{error}\n").as_bytes()).await?;
            return Err(error.into());
        }
    };
    stream.write_all(format!("{READY}\n").as_bytes()).await?;
    let limits = ConnectionLimits::default();
    let serving = serve(engine.clone(), stream, &limits);
    let lost = engine.worker_lost();
    tokio::pin!(serving, lost);
    loop {
        tokio::select! {
            served = &mut serving => {
                engine.shutdown().await;
                return Ok(served?);
            }
            // What it had open, its port included, stays open in this process: only its end gives it back.
            () = &mut lost => return Err(WorkerError::Died),
            () = signals.next() => tracing::debug!(worker = options.index, "a media worker ends with its parent"),
        }
    }
}

/// Standard input, which is a socket when the program has started this.
fn connection() -> Result<UnixStream, WorkerError> {
    let stream = StdUnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    stream.peer_addr().map_err(|_| WorkerError::Alone)?;
    stream.set_nonblocking(true)?;
    Ok(UnixStream::from_std(stream)?)
}
