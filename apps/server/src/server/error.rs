//! Why the server does not start, in words for the person at the terminal.

use std::{error::Error, io, net::SocketAddr};

use application_shared::BoxError;
use thiserror::Error as ThisError;

/// Why the server does not start.
#[derive(Debug, ThisError)]
pub enum StartError {
    /// The HTTP port cannot be had.
    #[error(
        "cannot listen on {address}: {source}; choose another port, for instance `--port {}` (dev), `PORT={}` or \
         server.listen", other_port(*address), other_port(*address)
    )]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The database cannot be used.
    #[error("cannot use the database (database.url): {0}")]
    Database(BoxError),
    /// The schema is not up to date.
    #[error("the database lacks {} migration(s) ({}); run `open-meeting migrate` first", pending.len(), pending.join(", "))]
    Schema {
        /// What is missing.
        pending: Vec<String>,
    },
    /// Redis cannot be used.
    #[error("cannot use Redis (redis.url): {0}")]
    Redis(BoxError),
    /// The media workers cannot be started.
    #[error("cannot start the media workers: {0}")]
    Media(BoxError),
    /// A setting that passed its check is refused where it is used.
    #[error("{key}: {reason}")]
    Setting {
        /// The setting.
        key: &'static str,
        /// Why.
        reason: String,
    },
}

impl StartError {
    pub(super) fn database(source: impl Error + Send + Sync + 'static) -> Self {
        Self::Database(source.into())
    }

    pub(super) fn setting(key: &'static str) -> impl FnOnce(&dyn Error) -> Self {
        move |reason| Self::Setting { key, reason: reason.to_string() }
    }
}

fn other_port(address: SocketAddr) -> u16 {
    address.port().checked_add(1).unwrap_or(8081)
}
