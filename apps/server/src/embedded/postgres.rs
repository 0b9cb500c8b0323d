//! The embedded PostgreSQL.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use nix::sys::signal::Signal;
use secrecy::{ExposeSecret, SecretString};

use super::{
    DataFolder, EmbeddedError,
    binaries::PostgresPrograms,
    child::{ServiceChild, Stopped},
    data_folder::make_folder,
    orphans, ports,
    secrets::write_private,
    spawner::Launcher,
};

const NAME: &str = "PostgreSQL";
/// The one role, owner of everything.
const USER: &str = "open_meeting";
/// The one database; `initdb` makes it.
const DATABASE: &str = "postgres";
const READY_LIMIT: Duration = Duration::from_secs(60);
/// "Fast" ends connections and keeps everything; "immediate" recovers at the next start (PostgreSQL, section 19.5).
const STOP: &[(Signal, Duration)] = &[
    (Signal::SIGINT, Duration::from_secs(10)),
    (Signal::SIGQUIT, Duration::from_secs(3)),
    (Signal::SIGKILL, Duration::from_secs(2)),
];
/// Another program may take a free port between our looking and PostgreSQL's binding.
const ATTEMPTS: u32 = 3;

/// A running PostgreSQL.
#[derive(Debug)]
pub(super) struct Postgres {
    child: ServiceChild,
    port: u16,
    password: SecretString,
}

impl Postgres {
    /// Makes the data folder at the first time, and starts the server on a free loopback port.
    pub(super) fn start(
        folder: &DataFolder,
        data: &Path,
        programs: &PostgresPrograms,
        launcher: &Launcher,
    ) -> Result<Self, EmbeddedError> {
        let own_pid_file = data.join("postmaster.pid");
        let pid_files = [folder.pid_file("postgres"), own_pid_file.clone()];
        orphans::end_left_behind(NAME, "postgres", data, &pid_files, Signal::SIGINT, Duration::from_secs(10))?;
        // Left by a server that was killed. PostgreSQL would refuse to start if another process had its id by now.
        if own_pid_file.exists() {
            fs::remove_file(&own_pid_file).map_err(EmbeddedError::folder(&own_pid_file))?;
        }
        let password = folder.secret("postgres")?;
        if !data.join("PG_VERSION").exists() {
            initialise(folder, data, programs, launcher, &password)?;
        }
        let mut attempt = 1;
        loop {
            match Self::try_start(folder, data, programs, launcher, &password) {
                Err(EmbeddedError::Ended { lines, .. })
                    if lines.contains("Address already in use") && attempt < ATTEMPTS =>
                {
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    fn try_start(
        folder: &DataFolder,
        data: &Path,
        programs: &PostgresPrograms,
        launcher: &Launcher,
        password: &SecretString,
    ) -> Result<Self, EmbeddedError> {
        let port = ports::free_port().map_err(EmbeddedError::folder("127.0.0.1:0"))?;
        let (log, file) = folder.log("postgres")?;
        let copy = file.try_clone().map_err(EmbeddedError::folder(&log))?;
        let mut command = launcher.command(&programs.postgres, Some("INT"));
        command.arg("-D").arg(data).stdin(Stdio::null()).stdout(file).stderr(copy);
        let settings = [
            ("listen_addresses", "127.0.0.1".to_owned()),
            ("port", port.to_string()),
            ("unix_socket_directories", String::new()),
            ("max_connections", "120".to_owned()),
            ("shared_buffers", "64MB".to_owned()),
            ("password_encryption", "scram-sha-256".to_owned()),
            ("log_timezone", "UTC".to_owned()),
            ("timezone", "UTC".to_owned()),
        ];
        for (name, value) in settings {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        let mut child = ServiceChild::start(NAME, command, log, folder.pid_file("postgres"), STOP)?;
        let state = data.join("postmaster.pid");
        child.wait_until(READY_LIMIT, || is_ready(&state))?;
        Ok(Self { child, port, password: password.clone() })
    }

    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn url(&self) -> SecretString {
        let (password, port) = (self.password.expose_secret(), self.port);
        format!("postgres://{USER}:{password}@127.0.0.1:{port}/{DATABASE}").into()
    }

    pub(super) fn failed(&mut self) -> Option<EmbeddedError> {
        self.child.failed()
    }

    pub(super) fn stop(&mut self) -> Stopped {
        self.child.stop()
    }
}

/// The server writes its state into the eighth line of its pid file.
fn is_ready(state: &Path) -> bool {
    fs::read_to_string(state).is_ok_and(|text| text.lines().nth(7).is_some_and(|line| line.trim() == "ready"))
}

/// Makes the data folder beside its place and moves it there, so that a half-made one is never used.
fn initialise(
    folder: &DataFolder,
    data: &Path,
    programs: &PostgresPrograms,
    launcher: &Launcher,
    password: &SecretString,
) -> Result<(), EmbeddedError> {
    let entries = fs::read_dir(data).map_err(EmbeddedError::folder(data))?.count();
    if entries > 0 {
        return Err(EmbeddedError::Setup {
            name: NAME,
            reason: format!("`{}` holds files but no database; move them away", data.display()),
        });
    }
    let unfinished = data.with_extension("new");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(EmbeddedError::folder(&unfinished))?;
    }
    make_folder(&unfinished, 0o700)?;
    let password_file = data.with_extension("password");
    write_private(&password_file, password.expose_secret()).map_err(EmbeddedError::folder(&password_file))?;
    let _remove = RemoveFile(password_file.clone());
    if let Some(account) = launcher.account() {
        account.take_over(&unfinished)?;
        account.take_over(&password_file)?;
    }
    let mut command = launcher.command(&programs.initdb, Some("KILL"));
    command.args([
        "--username",
        USER,
        "--auth",
        "scram-sha-256",
        "--encoding",
        "UTF8",
        "--locale",
        "C",
        "--no-instructions",
    ]);
    command.arg("--pwfile").arg(&password_file).arg("--pgdata").arg(&unfinished);
    let (log, file) = folder.log("initdb")?;
    let copy = file.try_clone().map_err(EmbeddedError::folder(&log))?;
    command.stdin(Stdio::null()).stdout(file).stderr(copy);
    let mut child = crate::processes::spawn(command)
        .map_err(|source| EmbeddedError::Run { program: programs.initdb.clone(), source })?;
    let status = child.wait().map_err(|source| EmbeddedError::Run { program: programs.initdb.clone(), source })?;
    if !status.success() {
        return Err(EmbeddedError::Failed { program: programs.initdb.clone(), output: super::last_lines(&log) });
    }
    fs::rename(&unfinished, data).map_err(EmbeddedError::folder(data))
}

/// Removes a file when dropped.
struct RemoveFile(PathBuf);

impl Drop for RemoveFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
