//! The embedded default of `open-meeting dev`: a PostgreSQL and a Redis of its own, as child processes, with their data
//! in one folder. They listen on loopback with passwords, end with the program, and are found and ended at the next start
//! when the program could not end them itself.

mod account;
mod binaries;
mod child;
mod data_folder;
mod error;
mod orphans;
mod ports;
mod postgres;
mod redis;
mod secrets;
mod spawner;

use std::{path::Path, sync::Arc};

use secrecy::SecretString;

pub use binaries::Search;
pub use data_folder::DataFolder;
pub use error::EmbeddedError;
pub use ports::{PortTaken, Transport, check_media_port};

use self::{account::Account, child::Stopped, postgres::Postgres, redis::Redis};

/// PostgreSQL and Redis of a data folder, while they run. Dropping ends them; [`Embedded::stop`] tells how it went.
#[derive(Debug)]
pub struct Embedded {
    // The order is the order of dropping: Redis and PostgreSQL end before the folder is unlocked.
    redis: Redis,
    postgres: Postgres,
    folder: Arc<DataFolder>,
}

impl Embedded {
    /// Ends what an earlier run left behind, and starts both on free ports. Blocks until they answer.
    ///
    /// # Errors
    /// [`EmbeddedError`], each naming what to do. What was started is ended again.
    pub fn start(folder: DataFolder, search: &Search) -> Result<Self, EmbeddedError> {
        let folder = Arc::new(folder);
        // Look for all programs before any of them is started.
        let account = Account::for_services(&folder)?;
        let places = folder.service_places(account.as_ref())?;
        let postgres_programs = binaries::find_postgres(search, &places.postgres)?;
        let redis_program = binaries::find_redis(search)?;
        let launcher = spawner::Launcher::new(search, account);

        let postgres = Postgres::start(&folder, &places.postgres, &postgres_programs, &launcher)?;
        let redis = Redis::start(&folder, &places.redis, &redis_program, &launcher)?;
        folder.write_environment(&postgres.url(), &redis.url())?;
        Ok(Self { redis, postgres, folder })
    }

    /// Where the database is.
    #[must_use]
    pub fn database_url(&self) -> SecretString {
        self.postgres.url()
    }

    /// Where Redis is.
    #[must_use]
    pub fn redis_url(&self) -> SecretString {
        self.redis.url()
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &DataFolder {
        &self.folder
    }

    /// Loopback ports of PostgreSQL and Redis, for people.
    #[must_use]
    pub const fn ports(&self) -> (u16, u16) {
        (self.postgres.port(), self.redis.port())
    }

    /// The name and the log of a service that has ended by itself, if one has.
    pub fn failed(&mut self) -> Option<EmbeddedError> {
        self.postgres.failed().or_else(|| self.redis.failed())
    }

    /// Ends both, in order; by force when they take too long. Blocks.
    ///
    /// # Errors
    /// [`EmbeddedError::Forced`] when force was needed.
    pub fn stop(mut self) -> Result<(), EmbeddedError> {
        let redis = self.redis.stop();
        let postgres = self.postgres.stop();
        for (name, stopped) in [("Redis", redis), ("PostgreSQL", postgres)] {
            if stopped == Stopped::ByForce {
                return Err(EmbeddedError::Forced { name });
            }
        }
        Ok(())
    }
}

/// The PostgreSQL that would be started for the data in `folder`, for people.
///
/// # Errors
/// [`EmbeddedError`] when there is none that fits.
pub fn postgres_in_use(search: &Search, folder: &Path) -> Result<String, EmbeddedError> {
    let programs = binaries::find_postgres(search, &folder.join("postgres"))?;
    Ok(format!("PostgreSQL {}, {}", programs.version, programs.postgres.display()))
}

/// The Redis that would be started, for people.
///
/// # Errors
/// [`EmbeddedError`] when there is none.
pub fn redis_in_use(search: &Search) -> Result<String, EmbeddedError> {
    Ok(binaries::find_redis(search)?.display().to_string())
}

/// The last lines of a log, for an error.
fn last_lines(log: &Path) -> String {
    let text = std::fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().rev().take(8).collect();
    lines.into_iter().rev().map(|line| format!("\n    {line}")).collect()
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
