//! What can go wrong with the embedded services, each with its remedy.

use std::{io, path::PathBuf};

use thiserror::Error;

/// The embedded services could not be started or have failed. The text is for the person at the terminal.
#[derive(Debug, Error)]
pub enum EmbeddedError {
    /// A file or folder cannot be used.
    #[error("cannot use `{}`: {source}", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another process holds the lock of the data folder.
    #[error(
        "another open-meeting{} uses the data in `{}`; stop it, or choose another folder with `--data <folder>`",
        pid.map(|pid| format!(" (process {pid})")).unwrap_or_default(),
        path.display()
    )]
    InUse {
        /// The folder.
        path: PathBuf,
        /// The process that holds it, when it has said so.
        pid: Option<u32>,
    },
    /// The data belongs to somebody else.
    #[error("`{}` belongs to the user with the id {owner}; run as that user or as root, or choose another folder with `--data <folder>`", path.display())]
    ForeignData {
        /// Which folder.
        path: PathBuf,
        /// Whose it is.
        owner: u32,
    },
    /// There is no user to run the services as.
    #[error(
        "PostgreSQL refuses to run as root, and there is neither a user `postgres` nor `nobody`; run open-meeting as an ordinary user"
    )]
    NoAccount,
    /// A program is not installed.
    #[error("{name} is not installed (looked for `{program}` in {places}); install it with `{remedy}`")]
    Missing {
        /// What it is called.
        name: &'static str,
        /// The program looked for.
        program: &'static str,
        /// Where it was looked for.
        places: String,
        /// How to get it.
        remedy: &'static str,
    },
    /// Only versions are installed that are too old.
    #[error("PostgreSQL {found} is too old, at least 14 is needed; install a newer one (`apt-get install postgresql`)")]
    TooOld {
        /// The newest that was found.
        found: u32,
    },
    /// The data was made by a version that is not installed.
    #[error(
        "the data in `{}` was made by PostgreSQL {wanted}, which is not installed (`apt-get install postgresql-{wanted}`); \
         or choose another folder with `--data <folder>`", path.display()
    )]
    WrongVersion {
        /// The data folder of PostgreSQL.
        path: PathBuf,
        /// The version that made it.
        wanted: u32,
    },
    /// A program could not be run at all.
    #[error("cannot run `{}`: {source}", program.display())]
    Run {
        /// The program.
        program: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A program that makes something ready has failed.
    #[error("`{}` has failed:{output}", program.display())]
    Failed {
        /// The program.
        program: PathBuf,
        /// What it said.
        output: String,
    },
    /// A service has ended although it should run.
    #[error("{name} has ended ({status}); its log is `{}`:{lines}", log.display())]
    Ended {
        /// Which service.
        name: &'static str,
        /// How it ended.
        status: String,
        /// Its log.
        log: PathBuf,
        /// The end of its log.
        lines: String,
    },
    /// A service does not get ready.
    #[error("{name} has not become ready within {seconds} s; its log is `{}`:{lines}", log.display())]
    Timeout {
        /// Which service.
        name: &'static str,
        /// How long was waited.
        seconds: u64,
        /// Its log.
        log: PathBuf,
        /// The end of its log.
        lines: String,
    },
    /// A service that an earlier run left behind cannot be ended.
    #[error("{name} of an earlier run (process {pid}) does not end; end it with `kill -9 {pid}` and start again")]
    Orphan {
        /// Which service.
        name: &'static str,
        /// Its process.
        pid: i32,
    },
    /// The service runs, but what was asked of it failed.
    #[error("{name} cannot be set up: {reason}")]
    Setup {
        /// Which service.
        name: &'static str,
        /// What it answered.
        reason: String,
    },
    /// A service had to be ended by force.
    #[error("{name} did not end in time and was ended by force")]
    Forced {
        /// Which service.
        name: &'static str,
    },
}

impl EmbeddedError {
    /// Wraps an error about a path.
    pub(super) fn folder(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Folder { path, source }
    }
}
