//! Starts child processes: as another user when root, in a process group of their own (so that Ctrl-C at the terminal
//! reaches the program first), with nothing of the program's environment, and ended by the kernel should the program die.

use std::{
    io,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command},
    sync::{
        OnceLock,
        mpsc::{self, Sender},
    },
    thread,
};

use super::{Search, account::Account};

/// Knows how services are started here.
#[derive(Debug)]
pub(super) struct Launcher {
    account: Option<Account>,
    setpriv: Option<PathBuf>,
}

impl Launcher {
    /// `setpriv` (util-linux) sets the parent-death signal without unsafe code in the program; without it, what is left
    /// behind is found at the next start.
    pub(super) fn new(search: &Search, account: Option<Account>) -> Self {
        Self { account, setpriv: search.find("setpriv") }
    }

    /// The user that the services run as, when it is another one.
    pub(super) const fn account(&self) -> Option<Account> {
        self.account
    }

    /// A command for `program`. `death_signal` (`INT`, `TERM`) is sent to it when this process dies.
    pub(super) fn command(&self, program: &Path, death_signal: Option<&str>) -> Command {
        let mut command = match (&self.setpriv, death_signal) {
            (Some(setpriv), Some(signal)) => {
                let mut command = Command::new(setpriv);
                command.args(["--pdeathsig", signal]);
                // A change of user clears the parent-death signal, so `setpriv` has to do both.
                if let Some(account) = self.account {
                    command.args([
                        "--reuid",
                        &account.uid.to_string(),
                        "--regid",
                        &account.gid.to_string(),
                        "--clear-groups",
                    ]);
                }
                command.arg("--").arg(program);
                command
            }
            _ => {
                let mut command = Command::new(program);
                if let Some(account) = self.account {
                    command.uid(account.uid).gid(account.gid);
                }
                command
            }
        };
        command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C").current_dir("/").process_group(0);
        command
    }
}

type Request = (Command, Sender<io::Result<Child>>);

/// Starts a child from a thread that lives as long as the process: the kernel sends the parent-death signal when the
/// *thread* that started the child ends, and threads of the runtime come and go.
pub(super) fn spawn(command: Command) -> io::Result<Child> {
    static SPAWNER: OnceLock<Option<Sender<Request>>> = OnceLock::new();
    let spawner = SPAWNER.get_or_init(|| {
        let (sender, requests) = mpsc::channel::<Request>();
        let work = move || {
            for (mut command, answer) in requests {
                // Nobody waits any more only when the caller has panicked.
                let _ = answer.send(command.spawn());
            }
        };
        thread::Builder::new().name("spawner".to_owned()).spawn(work).ok().map(|_| sender)
    });
    let gone = || io::Error::other("the thread that starts processes is gone");
    let (answer, result) = mpsc::channel();
    spawner.as_ref().ok_or_else(gone)?.send((command, answer)).map_err(|_| gone())?;
    result.recv().map_err(|_| gone())?
}
