//! The subcommands, one file each.

mod configuration;
mod dev;
mod doctor;
mod error;
mod media_worker;
mod migrate;
mod openapi;
mod role;
mod serve;

use std::{
    fmt,
    io::{self, Write},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use infrastructure_telemetry::{Metrics, Telemetry, TelemetrySettings};
use nix::sys::resource::{Resource, getrlimit, setrlimit};

pub use error::CommandError;

use crate::{
    cli::{Cli, Command},
    config::{Sources, TelemetrySection},
    server::RunningServer,
    signals::EndSignals,
};

/// The version of this program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// How long the last spans may take to be sent.
const FLUSH: Duration = Duration::from_secs(5);

/// Does what the command line asks for.
///
/// # Errors
/// [`CommandError`], in words for the person at the terminal.
pub fn run(cli: Cli) -> Result<ExitCode, CommandError> {
    let mut sources = Sources::from_environment();
    sources.file = cli.config.filter(|file| !file.as_os_str().is_empty());
    match cli.command {
        Command::Serve { roles } => runtime()?.block_on(serve::run(sources, roles)),
        Command::Dev(options) => runtime()?.block_on(dev::run(sources, options)),
        Command::Migrate { action } => runtime()?.block_on(migrate::run(sources, action)),
        Command::Role { username, role } => runtime()?.block_on(role::run(sources, &username, role)),
        Command::Openapi { out, check } => openapi::run(&out, check),
        Command::Doctor { dev } => runtime()?.block_on(doctor::run(sources, dev)),
        Command::Configuration => configuration::run(),
        Command::MediaWorker { options } => media_worker::run(&options),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, CommandError> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CommandError::io("start the runtime"))
}

/// Writes a line for people. That nobody reads it any more is no reason to stop.
fn say(line: impl fmt::Display) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// Starts logs, traces and metrics.
fn start_telemetry(section: &TelemetrySection) -> Result<(Telemetry, Arc<Metrics>), CommandError> {
    let telemetry = Telemetry::start(&TelemetrySettings {
        format: section.log_format.into(),
        log_level: section.log_level.clone(),
        otlp_endpoint: section.otlp_endpoint.clone(),
        service_version: VERSION,
    })?;
    Ok((telemetry, Arc::new(Metrics::new(VERSION)?)))
}

async fn stop_telemetry(telemetry: Telemetry) {
    // Blocks until the spans are sent.
    let _ = tokio::task::spawn_blocking(move || telemetry.shutdown(FLUSH)).await;
}

/// Lets the process have as many open files as the system allows: each connection is one, and the usual default of 1024
/// would be the first limit that a busy server meets.
fn raise_file_limit() {
    let raised = getrlimit(Resource::RLIMIT_NOFILE)
        .and_then(|(soft, hard)| if soft < hard { setrlimit(Resource::RLIMIT_NOFILE, hard, hard) } else { Ok(()) });
    if let Err(error) = raised {
        tracing::warn!(%error, "the limit of open files could not be raised");
    }
}

/// Ends the server in order. A second signal ends the process at once; its children then get a signal from the kernel.
async fn shut_down(server: RunningServer, mut signals: EndSignals) -> bool {
    tokio::select! {
        in_time = server.shutdown() => in_time,
        () = signals.next() => {
            tracing::warn!("asked twice to end: ending at once");
            std::process::exit(1);
        },
    }
}
