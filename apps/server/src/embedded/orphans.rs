//! Finds and ends services that an earlier run left behind when it was killed.

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::{EmbeddedError, child::POLL};

/// Ends the service whose data is in `data`, if it still runs: first its main process, named by one of `pid_files`, in
/// order; then whatever is left of it, by force. A process counts only when it is that program and works in that folder:
/// ids are used again, and nobody else's process may be touched.
pub(super) fn end_left_behind(
    name: &'static str,
    program: &str,
    data: &Path,
    pid_files: &[PathBuf],
    gentle: Signal,
    patience: Duration,
) -> Result<(), EmbeddedError> {
    let main = pid_files.iter().filter_map(|file| read_pid(file)).find(|pid| is_ours(*pid, program, data));
    let left = all_of(program, data);
    if main.is_none() && left.is_empty() {
        return Ok(());
    }
    tracing::warn!("{name} of an earlier run is still there; ending it");
    if let Some(pid) = main {
        let _ = kill(Pid::from_raw(pid), gentle);
        wait_until_gone(program, data, patience);
    }
    for pid in all_of(program, data) {
        let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
    }
    wait_until_gone(program, data, Duration::from_secs(5));
    match all_of(program, data).first() {
        Some(pid) => Err(EmbeddedError::Orphan { name, pid: *pid }),
        None => Ok(()),
    }
}

fn wait_until_gone(program: &str, data: &Path, patience: Duration) {
    let start = Instant::now();
    while !all_of(program, data).is_empty() && start.elapsed() < patience {
        thread::sleep(POLL);
    }
}

/// The id in the first line of a file.
pub(super) fn read_pid(file: &Path) -> Option<i32> {
    fs::read_to_string(file).ok()?.lines().next()?.trim().parse().ok().filter(|pid| *pid > 1)
}

/// Whether the process is `program` (its name may bear a title, as in `postgres: checkpointer`) and works in `data`.
/// Both services make their data folder their working directory.
fn is_ours(pid: i32, program: &str, data: &Path) -> bool {
    let place = PathBuf::from(format!("/proc/{pid}"));
    let named = fs::read(place.join("cmdline")).is_ok_and(|line| {
        let first = line.split(|byte| *byte == 0).next().unwrap_or_default();
        let first = String::from_utf8_lossy(first);
        let word = first.split([' ', ':']).next().unwrap_or_default();
        word.rsplit('/').next() == Some(program)
    });
    named && fs::read_link(place.join("cwd")).is_ok_and(|cwd| cwd == data)
}

fn all_of(program: &str, data: &Path) -> Vec<i32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    pids.filter(|pid| is_ours(*pid, program, data)).collect()
}
