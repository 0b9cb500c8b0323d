//! mediasoup's errors as the port's, and what can go wrong at start.

use std::future::Future;
use std::time::Duration;

use application_room::MediaError;
use mediasoup::prelude::{ConsumeError, ProduceError};
use mediasoup::worker::RequestError;
use thiserror::Error;

/// How long a worker may take to answer one request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// Why the engine cannot start.
#[derive(Debug, Error)]
pub enum StartError {
    /// An option makes no sense.
    #[error("{option}: {reason}")]
    Option {
        /// Which one.
        option: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A worker thread did not start.
    #[error("media worker {index} did not start: {source}")]
    Worker {
        /// Which one, from 0.
        index: usize,
        /// Why.
        source: std::io::Error,
    },
    /// A worker cannot listen for media.
    #[error("media worker {index} cannot listen on port {port} (UDP and TCP): {reason}")]
    Listen {
        /// Which one, from 0.
        index: usize,
        /// On which port; 0: any.
        port: u16,
        /// Why.
        reason: String,
    },
}

/// The worker did not answer in time.
#[derive(Debug, Error)]
#[error("the media worker did not answer in time")]
struct Unanswered;

/// Waits for a worker's answer, within bounds.
pub(crate) async fn answer<T, E>(
    request: impl Future<Output = Result<T, E>> + Send,
    convert: impl FnOnce(E) -> MediaError,
) -> Result<T, MediaError> {
    match tokio::time::timeout(REQUEST_TIMEOUT, request).await {
        Ok(result) => result.map_err(convert),
        Err(_) => Err(MediaError::Unavailable(Unanswered.into())),
    }
}

/// A request that has no parameters from a client failed.
pub(crate) fn unavailable(error: RequestError) -> MediaError {
    MediaError::Unavailable(error.into())
}

/// A request about something that may have gone meanwhile failed.
pub(crate) fn gone_or_unavailable(what: &'static str) -> impl FnOnce(RequestError) -> MediaError {
    move |error| match error {
        RequestError::Response { .. } => MediaError::NotFound(what),
        error => unavailable(error),
    }
}

/// A request with parameters from a client failed: what the worker says is about them.
pub(crate) fn rejected(field: &'static str) -> impl FnOnce(RequestError) -> MediaError {
    move |error| match error {
        RequestError::Response { reason } => MediaError::Rejected { field: field.to_owned(), reason },
        error => unavailable(error),
    }
}

pub(crate) fn produce_error(error: ProduceError) -> MediaError {
    let field = "rtp_parameters";
    match error {
        ProduceError::Request(error) => rejected(field)(error),
        error => MediaError::Rejected { field: field.to_owned(), reason: error.to_string() },
    }
}

pub(crate) fn consume_error(error: ConsumeError) -> MediaError {
    let field = "rtp_capabilities";
    match error {
        ConsumeError::ProducerNotFound(_) => MediaError::NotFound("producer"),
        ConsumeError::BadConsumerRtpParameters(_) => MediaError::CannotConsume,
        ConsumeError::Request(error) => rejected(field)(error),
        error => MediaError::Rejected { field: field.to_owned(), reason: error.to_string() },
    }
}
