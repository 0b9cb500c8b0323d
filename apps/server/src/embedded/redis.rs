//! The embedded Redis.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    path::Path,
    process::Stdio,
    time::Duration,
};

use nix::sys::signal::Signal;
use secrecy::{ExposeSecret, SecretString};

use super::{
    DataFolder, EmbeddedError,
    child::{ServiceChild, Stopped},
    orphans, ports,
    spawner::Launcher,
};

const NAME: &str = "Redis";
const READY_LIMIT: Duration = Duration::from_secs(60);
const STOP: &[(Signal, Duration)] =
    &[(Signal::SIGTERM, Duration::from_secs(5)), (Signal::SIGKILL, Duration::from_secs(2))];
const ATTEMPTS: u32 = 3;

/// A running Redis.
#[derive(Debug)]
pub(super) struct Redis {
    child: ServiceChild,
    port: u16,
    password: SecretString,
}

impl Redis {
    /// Starts the server on a free loopback port.
    pub(super) fn start(
        folder: &DataFolder,
        data: &Path,
        program: &Path,
        launcher: &Launcher,
    ) -> Result<Self, EmbeddedError> {
        let name = program.file_name().map_or_else(|| "redis-server".into(), |name| name.to_string_lossy());
        let pid_files = [folder.pid_file("redis")];
        orphans::end_left_behind(NAME, &name, data, &pid_files, Signal::SIGTERM, Duration::from_secs(5))?;
        let password = folder.secret("redis")?;
        let mut attempt = 1;
        loop {
            match Self::try_start(folder, data, program, launcher, &password) {
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
        program: &Path,
        launcher: &Launcher,
        password: &SecretString,
    ) -> Result<Self, EmbeddedError> {
        let port = ports::free_port().map_err(EmbeddedError::folder("127.0.0.1:0"))?;
        let (log, file) = folder.log("redis")?;
        let copy = file.try_clone().map_err(EmbeddedError::folder(&log))?;
        let mut command = launcher.command(program, Some("TERM"));
        // The configuration comes through standard input: the password is neither in a file nor in the process list.
        command.arg("-").stdin(Stdio::piped()).stdout(file).stderr(copy);
        let mut child = ServiceChild::start(NAME, command, log, folder.pid_file("redis"), STOP)?;
        if let Some(mut stdin) = child.take_stdin() {
            // When Redis has ended already, that is told below.
            let _ = stdin.write_all(configuration(data, port, password).as_bytes());
        }
        child.wait_until(READY_LIMIT, || answers(port, password).unwrap_or(false))?;
        Ok(Self { child, port, password: password.clone() })
    }

    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn url(&self) -> SecretString {
        format!("redis://:{}@127.0.0.1:{}/0", self.password.expose_secret(), self.port).into()
    }

    pub(super) fn failed(&mut self) -> Option<EmbeddedError> {
        self.child.failed()
    }

    pub(super) fn stop(&mut self) -> Stopped {
        self.child.stop()
    }
}

fn configuration(data: &Path, port: u16, password: &SecretString) -> String {
    let folder = data.to_string_lossy().replace('\\', "\\\\").replace('"', "\\\"");
    let password = password.expose_secret();
    format!(
        "bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir \"{folder}\"\ndaemonize no\nlogfile \"\"\n\
         appendonly yes\nappendfsync everysec\nsave \"\"\n"
    )
}

/// Whether the server answers a `PING` after an `AUTH`.
fn answers(port: u16, password: &SecretString) -> io::Result<bool> {
    let limit = Duration::from_millis(500);
    let mut stream = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), limit)?;
    stream.set_read_timeout(Some(limit))?;
    stream.set_write_timeout(Some(limit))?;
    stream.write_all(format!("AUTH {}\r\nPING\r\n", password.expose_secret()).as_bytes())?;
    let mut lines = BufReader::new(stream).lines();
    let mut next = || lines.next().transpose().map(Option::unwrap_or_default);
    Ok(next()? == "+OK" && next()? == "+PONG")
}
