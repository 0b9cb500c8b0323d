//! Why a subcommand fails, in words for the person at the terminal.

use std::{io, path::PathBuf};

use infrastructure_postgres::MigrationError;
use infrastructure_telemetry::{MetricsError, TelemetryError};
use thiserror::Error;

use crate::{
    config::Mistakes,
    embedded::{EmbeddedError, PortTaken},
    media::WorkerError,
    server::StartError,
};

/// Why a subcommand fails.
#[derive(Debug, Error)]
pub enum CommandError {
    /// The configuration has mistakes.
    #[error(transparent)]
    Configuration(#[from] Mistakes),
    /// The embedded services.
    #[error(transparent)]
    Embedded(#[from] EmbeddedError),
    /// The server does not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// A media port is taken.
    #[error(transparent)]
    MediaPort(#[from] PortTaken),
    /// The schema cannot be changed.
    #[error("cannot bring the database's schema up to date: {0}")]
    Migration(#[from] MigrationError),
    /// A media worker ends before it should.
    #[error(transparent)]
    MediaWorker(#[from] WorkerError),
    /// What a media worker is told cannot be read.
    #[error("--options: {0}")]
    MediaWorkerOptions(#[from] serde_json::Error),
    /// Logs and traces.
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    /// Metrics.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
    /// The web client has not been built.
    #[error(
        "there is no built web client in `{}`; build it with `make build-web` (or `npm ci && npm run build`), name its \
         folder with `--web <folder>`, or do without it with `--no-web`", path.display()
    )]
    WebClient {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The demo user cannot be made.
    #[error("cannot make the demo user: {0}")]
    DemoUser(String),
    /// A role cannot be given.
    #[error("cannot change the role: {0}")]
    Role(String),
    /// The server has ended although nobody asked it to.
    #[error("the server has ended by itself; its last log lines tell why")]
    Ended,
    /// Asked to end before it was ready.
    #[error("asked to end before it was ready")]
    Interrupted,
    /// Generated files are stale.
    #[error("not up to date: {}; write them with `make openapi`", files.join(", "))]
    Stale {
        /// Which.
        files: Vec<String>,
    },
    /// The system refuses something.
    #[error("cannot {what}: {source}")]
    Io {
        /// What.
        what: String,
        /// Why.
        source: io::Error,
    },
}

impl CommandError {
    /// Wraps an error of the system.
    pub(super) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}
