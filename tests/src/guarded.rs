//! A server that cannot outlive the test process.

use std::{
    fs,
    io::Write,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use nix::unistd::{Uid, User};

/// Starts the server, waits for the end of its input, which comes when the test process closes it or is no more, then
/// stops the server at once and deletes its folder. $0 is the folder, the rest is the server's command line.
const GUARD: &str = r#"
trap '' HUP INT TERM
"$@" >"$0/log" 2>&1 </dev/null &
server=$!
cat >/dev/null
kill -KILL "$server" 2>/dev/null
wait "$server" 2>/dev/null
cd /
for attempt in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$0" 2>/dev/null && break; sleep 0.1; done
"#;

/// A running server with a folder of its own. Stopped when dropped, or when this process ends in whatever way.
pub struct Guarded {
    guard: Child,
    folder: PathBuf,
}

/// A new folder that belongs to whom servers run as: `postgres` when we are root, since PostgreSQL refuses root.
pub fn new_folder(kind: &str) -> PathBuf {
    let folder = tempfile::Builder::new()
        .prefix(&format!("open-meeting-{kind}-"))
        .tempdir_in("/tmp")
        .expect("a folder for the server")
        .keep();
    if let Some(user) = unprivileged() {
        chown(&folder, Some(user.uid.as_raw()), Some(user.gid.as_raw())).expect("giving the folder away");
    }
    folder
}

/// A command that runs in `folder`, as whom servers run as, in a process group of its own, so that Ctrl-C in the
/// terminal does not reach it before the tests have ended.
pub fn command(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C.UTF-8").process_group(0);
    if let Some(user) = unprivileged() {
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    }
    command
}

fn unprivileged() -> Option<User> {
    if !Uid::effective().is_root() {
        return None;
    }
    let user = User::from_name("postgres").expect("the users of this machine");
    Some(user.unwrap_or_else(|| panic!("running as root needs the user `postgres`: run `apt-get install postgresql`")))
}

impl Guarded {
    /// Starts `program` with `arguments`; its output goes to `log` in `folder`, which is deleted at the end.
    pub fn start(program: &Path, arguments: &[String], folder: PathBuf) -> Self {
        let guard = command(Path::new("/bin/sh"), &folder)
            .args(["-c", GUARD])
            .arg(&folder)
            .arg(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{} did not start: {error}", program.display()));
        Self { guard, folder }
    }

    /// What the server has said.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        if let Some(mut input) = self.guard.stdin.take() {
            input.flush().ok();
        }
        self.guard.wait().ok();
    }
}
