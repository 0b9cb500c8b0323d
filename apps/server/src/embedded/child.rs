//! A service's process, while it runs.

use std::{
    fs,
    path::PathBuf,
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::{EmbeddedError, last_lines};
use crate::processes;

/// How often a state is looked at while waiting for it.
pub(super) const POLL: Duration = Duration::from_millis(10);

/// How a service ended when it was told to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stopped {
    /// As it should.
    InOrder,
    /// It took too long and was ended by force.
    ByForce,
}

/// A service's process. Dropping ends it.
#[derive(Debug)]
pub(super) struct ServiceChild {
    name: &'static str,
    child: Child,
    log: PathBuf,
    pid_file: PathBuf,
    /// Signals to end it, the gentlest first, each with the time it gets.
    stop: &'static [(Signal, Duration)],
}

impl ServiceChild {
    /// Starts the process and notes its id in `pid_file`.
    pub(super) fn start(
        name: &'static str,
        command: Command,
        log: PathBuf,
        pid_file: PathBuf,
        stop: &'static [(Signal, Duration)],
    ) -> Result<Self, EmbeddedError> {
        let program = PathBuf::from(command.get_program());
        let child = processes::spawn(command).map_err(|source| EmbeddedError::Run { program, source })?;
        let service = Self { name, child, log, pid_file, stop };
        fs::write(&service.pid_file, format!("{}\n", service.child.id()))
            .map_err(EmbeddedError::folder(&service.pid_file))?;
        Ok(service)
    }

    /// Its standard input, when it was asked for.
    pub(super) fn take_stdin(&mut self) -> Option<std::process::ChildStdin> {
        self.child.stdin.take()
    }

    /// Waits until `ready` says so.
    ///
    /// # Errors
    /// [`EmbeddedError::Ended`] when the process ends first, [`EmbeddedError::Timeout`] when it takes too long.
    pub(super) fn wait_until(&mut self, limit: Duration, mut ready: impl FnMut() -> bool) -> Result<(), EmbeddedError> {
        let start = Instant::now();
        loop {
            if let Some(error) = self.failed() {
                return Err(error);
            }
            if ready() {
                return Ok(());
            }
            if start.elapsed() > limit {
                return Err(EmbeddedError::Timeout {
                    name: self.name,
                    seconds: limit.as_secs(),
                    log: self.log.clone(),
                    lines: last_lines(&self.log),
                });
            }
            thread::sleep(POLL);
        }
    }

    /// The error that tells that it has ended, if it has.
    pub(super) fn failed(&mut self) -> Option<EmbeddedError> {
        let status = match self.child.try_wait() {
            Ok(None) => return None,
            Ok(Some(status)) => status.to_string(),
            Err(error) => error.to_string(),
        };
        let (name, log, lines) = (self.name, self.log.clone(), last_lines(&self.log));
        Some(EmbeddedError::Ended { name, status, log, lines })
    }

    /// Ends it. Safe to call again.
    pub(super) fn stop(&mut self) -> Stopped {
        let mut how = Stopped::InOrder;
        for (round, (signal, patience)) in self.stop.iter().enumerate() {
            if !matches!(self.child.try_wait(), Ok(None)) {
                break;
            }
            if round > 0 {
                how = Stopped::ByForce;
            }
            // It has not been waited for, so the id is still its own.
            if let Ok(pid) = i32::try_from(self.child.id()) {
                let _ = kill(Pid::from_raw(pid), *signal);
            }
            let start = Instant::now();
            while matches!(self.child.try_wait(), Ok(None)) && start.elapsed() < *patience {
                thread::sleep(POLL);
            }
        }
        let _ = fs::remove_file(&self.pid_file);
        how
    }
}

impl Drop for ServiceChild {
    fn drop(&mut self) {
        self.stop();
    }
}
