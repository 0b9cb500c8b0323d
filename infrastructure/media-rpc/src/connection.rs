//! One HTTP/2 connection, from either end, over anything that bytes go over in both directions.

use std::{
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use application_room::MediaEngine;
use futures::future::BoxFuture;
use hyper::{body::Incoming, client::conn::http2::SendRequest, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use thiserror::Error;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::watch,
};
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tower_service::Service;

use crate::{generated::media_server::MediaServer, server::MediaService};

/// The largest message in either direction: a frame of signalling, which all parameters come from, is at most a quarter.
pub(crate) const MESSAGE_BYTES: usize = 1024 * 1024;
/// Routers (each has a stream of its own) and operations at one time on one connection.
const STREAMS: u32 = 16_384;
/// A stream's window. Events are small and read at once.
const STREAM_WINDOW: u32 = 1024 * 1024;
/// The window of all streams of a connection.
const CONNECTION_WINDOW: u32 = 16 * 1024 * 1024;

/// What bounds a connection in time.
#[derive(Debug, Clone)]
pub struct ConnectionLimits {
    /// How long one operation may take.
    pub operation: Duration,
    /// How often the other end is asked whether it is there while nothing is heard of it, and how long it has to answer.
    /// `None` where the system tells at once that the other end is gone, as between processes of one machine.
    pub keep_alive: Option<Duration>,
    /// Operations that are under way at one time; others wait, within their time.
    pub operations: usize,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self { operation: Duration::from_secs(8), keep_alive: None, operations: 1024 }
    }
}

/// A connection cannot be made.
#[derive(Debug, Error)]
#[error("the media connection cannot be made: {0}")]
pub struct ConnectionError(#[from] hyper::Error);

/// What requests go out through.
#[derive(Debug, Clone)]
pub(crate) struct Requests(SendRequest<Body>);

impl Service<http::Request<Body>> for Requests {
    type Response = http::Response<Incoming>;
    type Error = hyper::Error;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Box::pin(self.0.send_request(request))
    }
}

/// Runs what belongs to a connection until that is to end: hyper's own tasks would hold it open for as long as somebody
/// has a stream.
#[derive(Debug, Clone)]
struct Tasks(CancellationToken);

impl<Task> hyper::rt::Executor<Task> for Tasks
where
    Task: Future + Send + 'static,
    Task::Output: Send,
{
    fn execute(&self, task: Task) {
        tokio::spawn(self.0.clone().run_until_cancelled_owned(task));
    }
}

/// A connection from the end that drives. It ends when this is dropped.
pub(crate) struct Connection {
    pub(crate) requests: Requests,
    closed: watch::Receiver<bool>,
    end: CancellationToken,
}

impl Connection {
    /// Shakes hands over `io`.
    pub(crate) async fn new<Io>(io: Io, limits: &ConnectionLimits) -> Result<Self, ConnectionError>
    where
        Io: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let end = CancellationToken::new();
        let mut builder = hyper::client::conn::http2::Builder::new(Tasks(end.clone()));
        builder
            .timer(TokioTimer::new())
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW);
        if let Some(interval) = limits.keep_alive {
            builder.keep_alive_interval(interval).keep_alive_timeout(interval).keep_alive_while_idle(true);
        }
        let (requests, connection) = builder.handshake::<_, Body>(TokioIo::new(io)).await?;
        let (ended, closed) = watch::channel(false);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a media connection has ended");
            }
            // Nobody waits any more only when the engine is gone.
            let _ = ended.send(true);
        });
        Ok(Self { requests: Requests(requests), closed, end })
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.end.is_cancelled() || *self.closed.borrow() || self.requests.0.is_closed()
    }

    /// Returns when it has ended.
    pub(crate) async fn closed(&self) {
        // That the other side of the channel is gone means that the connection is, too.
        let _ = self.closed.clone().wait_for(|closed| *closed).await;
    }

    pub(crate) fn close(&self) {
        self.end.cancel();
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.close();
    }
}

/// Serves an engine to whoever is at the other end of `io`, until that one or the connection goes. Their routers are
/// closed then.
///
/// # Errors
/// The connection was broken, rather than closed.
pub async fn serve<Io>(engine: Arc<dyn MediaEngine>, io: Io, limits: &ConnectionLimits) -> Result<(), ConnectionError>
where
    Io: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = MediaServer::new(MediaService::new(engine))
        .max_decoding_message_size(MESSAGE_BYTES)
        .max_encoding_message_size(MESSAGE_BYTES);
    let mut builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_concurrent_streams(STREAMS);
    if let Some(interval) = limits.keep_alive {
        builder.keep_alive_interval(interval).keep_alive_timeout(interval);
    }
    let answer = service_fn(move |request| service.clone().call(request));
    Ok(builder.serve_connection(TokioIo::new(io), answer).await?)
}
