//! How services are started: as another user when root, in a process group of their own (so that Ctrl-C at the terminal
//! reaches the program first), with nothing of the program's environment, and ended by the kernel should the program die.

use std::{
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::Command,
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
