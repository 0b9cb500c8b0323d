//! Runs the program and looks at what it says and leaves behind.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

/// Longest wait for anything; only reached when something is broken.
pub const LIMIT: Duration = Duration::from_secs(90);

/// The program, with no environment but `PATH`.
pub fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_open-meeting"));
    command.args(arguments).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs to the end.
pub fn output(mut command: Command) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.code(), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
}

/// A folder that other users can reach, with a built web client in `web`.
pub struct Place(tempfile::TempDir);

impl Place {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let web = folder.path().join("web");
        fs::create_dir_all(web.join("assets")).unwrap();
        fs::write(web.join("index.html"), "<title>Open Meeting</title>").unwrap();
        fs::write(web.join("assets/app-1a2b3c.js"), "export {};").unwrap();
        Self(folder)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    /// `open-meeting dev` here, on free ports.
    pub fn dev(&self) -> Command {
        let (data, web) = (self.data(), self.path().join("web"));
        let (data, web) = (data.to_str().unwrap(), web.to_str().unwrap());
        program(&["dev", "--port", "0", "--media-port", "0", "--data", data, "--web", web])
    }

    /// The addresses of the services, from `data/env`.
    pub fn environment(&self) -> Vec<(String, String)> {
        let text = fs::read_to_string(self.data().join("env")).unwrap();
        text.lines()
            .map(|line| line.split_once('=').unwrap())
            .map(|(name, value)| (name.to_owned(), value.trim_matches('\'').to_owned()))
            .collect()
    }

    /// The processes of PostgreSQL and Redis.
    pub fn services(&self) -> [i32; 2] {
        ["postgres.pid", "redis.pid"]
            .map(|file| fs::read_to_string(self.data().join(file)).unwrap().trim().parse().unwrap())
    }
}

/// A process of the program that runs.
pub struct Running {
    child: Child,
    said: Arc<Mutex<String>>,
    readers: Vec<thread::JoinHandle<()>>,
}

impl Running {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let said = Arc::new(Mutex::new(String::new()));
        let outputs: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        let readers = outputs.map(|output| {
            let said = said.clone();
            thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    let mut said = said.lock().unwrap();
                    said.push_str(&line);
                    said.push('\n');
                }
            })
        });
        Self { child, said, readers: readers.into() }
    }

    pub fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    pub fn pid(&self) -> i32 {
        self.child.id().try_into().unwrap()
    }

    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.pid()), signal).unwrap();
    }

    /// Waits until it says so; panics when it ends first.
    pub fn wait_for(&mut self, text: &str) {
        let start = Instant::now();
        while !self.said().contains(text) {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none() && start.elapsed() < LIMIT, "no `{text}` ({ended:?}) in:\n{}", self.said());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until it is ready, and tells its address.
    pub fn ready(&mut self) -> String {
        self.wait_for("  Stop      Ctrl-C");
        let said = self.said();
        let line = said.lines().find_map(|line| line.strip_prefix("  Open      ")).unwrap();
        line.to_owned()
    }

    /// Waits for its end and tells its exit code, and all that it said.
    pub fn end(mut self) -> (Option<i32>, String) {
        wait_until("the process has ended", || self.child.try_wait().unwrap().is_some());
        let status = self.child.wait().unwrap();
        // Its last words may still be in the pipe.
        wait_until("all that it said was read", || self.readers.iter().all(|reader| reader.is_finished()));
        (status.code(), self.said())
    }

    /// Ends it in order, and demands that it does so without complaint.
    pub fn stop(self) -> String {
        self.signal(Signal::SIGTERM);
        let (code, said) = self.end();
        assert_eq!(code, Some(0), "{said}");
        said
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            self.signal(Signal::SIGTERM);
            let _ = self.child.wait();
        }
    }
}

pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < LIMIT, "not so: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Whether there is such a process; one that has ended and was not yet waited for counts as none.
pub fn alive(pid: i32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

/// Signs the demo user in.
pub async fn sign_in(url: &str) -> String {
    let answer = Client::new()
        .post(format!("{url}/api/v1/login"))
        .json(&json!({"username": "demo", "password": "open-meeting-demo"}))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let answer: Value = answer.json().await.unwrap();
    answer["data"]["access_token"].as_str().unwrap().to_owned()
}

/// Asks with an access token.
pub async fn ask(url: &str, path: &str, token: &str) -> (StatusCode, Value) {
    let answer = Client::new().get(format!("{url}{path}")).bearer_auth(token).send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}
