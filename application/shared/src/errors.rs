//! How a port fails when it is not the caller's fault.

use thiserror::Error;

/// Any error, kept as the cause for logs and never shown to a client.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A port could not do its work. Errors that a caller can act on have types of their own at each operation.
#[derive(Debug, Error)]
pub enum PortError {
    /// What is behind the port cannot be reached, or is overloaded. Trying again later may help.
    #[error("unavailable: {0}")]
    Unavailable(#[source] BoxError),
    /// What is stored cannot be read as what it should be. Trying again does not help.
    #[error("corrupt {what}: {source}")]
    Corrupt {
        /// What was read.
        what: &'static str,
        /// What is wrong with it.
        #[source]
        source: BoxError,
    },
    /// Somebody else changed the aggregate since it was loaded (optimistic version). Load it again and retry.
    #[error("changed by somebody else meanwhile")]
    Conflict,
}

impl PortError {
    /// Wraps the reason why something cannot be reached.
    pub fn unavailable(source: impl Into<BoxError>) -> Self {
        Self::Unavailable(source.into())
    }

    /// Wraps the reason why stored data makes no sense.
    pub fn corrupt(what: &'static str, source: impl Into<BoxError>) -> Self {
        Self::Corrupt { what, source: source.into() }
    }
}
