//! `open-meeting media-worker`: a media worker in a process of its own, which `serve` and `dev` start.

use std::process::ExitCode;

use super::{CommandError, start_telemetry, stop_telemetry};
use crate::{
    config::TelemetrySection,
    media::{WorkerOptions, run_worker},
};

/// Threads for what it is asked. Media itself goes through a thread of mediasoup's.
const THREADS: usize = 2;

pub(super) fn run(options: &str) -> Result<ExitCode, CommandError> {
    let options: WorkerOptions = serde_json::from_str(options)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(THREADS).enable_all().build();
    runtime.map_err(CommandError::io("start the runtime"))?.block_on(async {
        // It logs to the standard error of its parent, in the same form. Spans end in the parent.
        let section = TelemetrySection {
            log_format: options.log_format,
            log_level: options.log_level.clone(),
            otlp_endpoint: None,
        };
        let (telemetry, _) = start_telemetry(&section)?;
        let ended = run_worker(&options).await;
        stop_telemetry(telemetry).await;
        ended?;
        Ok(ExitCode::SUCCESS)
    })
}
