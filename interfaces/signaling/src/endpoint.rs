//! `GET /ws/signaling`: from an HTTP request to a session.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use application_room::{IceServers, LiveRooms, RoomTokenVerifier};
use domain_shared::Clock;
use poem::{
    Endpoint, EndpointExt, IntoResponse, Request, Response, get, handler,
    http::{StatusCode, header},
    web::{
        Data,
        websocket::{WebSocket, WebSocketConfig},
    },
};

use crate::{SignalingLimits, protocol::ErrorCode, session};

/// The largest frame that is read at all: up to here a frame too large is answered and done with, above it the
/// connection is closed as well, because the frame is not worth the memory.
const MAX_READ_BYTES: usize = 2 * 1024 * 1024;
/// What is read at once. The library's default of 128 KiB per connection would be most of a connection's memory.
const READ_BUFFER_BYTES: usize = 8 * 1024;

/// Which pages may connect. A room token is in the first message and no cookie counts, so that a foreign page gains
/// nothing by connecting; restrict it if only your own pages should.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum AllowedOrigins {
    /// All.
    #[default]
    Any,
    /// Pages of this server's own origin and of those listed (`https://meet.example.org`), and programs that send no
    /// `Origin` header.
    Listed(Vec<String>),
}

impl AllowedOrigins {
    fn allow(&self, request: &Request) -> bool {
        let Self::Listed(listed) = self else { return true };
        let Some(origin) = request.headers().get(header::ORIGIN) else { return true };
        let Ok(origin) = origin.to_str() else { return false };
        let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
        let authority = origin.split_once("://").map(|(_, authority)| authority);
        (host.is_some() && authority == host) || listed.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin))
    }
}

/// Is told what happens, for metrics. Must not block.
pub trait SignalingObserver: Send + Sync {
    /// A connection was opened.
    fn connection_opened(&self) {}
    /// A connection was closed.
    fn connection_closed(&self) {}
    /// A message of this type has come.
    fn message_received(&self, _kind: &'static str) {}
    /// A message was answered with an error.
    fn message_refused(&self, _code: ErrorCode) {}
}

/// Observes nothing.
impl SignalingObserver for () {}

/// What the endpoint needs.
pub struct SignalingState {
    /// The rooms.
    pub rooms: LiveRooms,
    /// Verifies room tokens.
    pub verifier: Arc<dyn RoomTokenVerifier>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// STUN and TURN servers that clients are told.
    pub ice_servers: Arc<dyn IceServers>,
    /// Bounds.
    pub limits: SignalingLimits,
    /// Which pages may connect.
    pub origins: AllowedOrigins,
    /// Is told what happens.
    pub observer: Arc<dyn SignalingObserver>,
}

/// What the endpoint and its connections share.
pub(crate) struct Shared {
    pub(crate) state: SignalingState,
    connections: AtomicUsize,
}

/// A connection's place. Dropping it gives the place up.
struct Place(Arc<Shared>);

impl Place {
    fn take(shared: &Arc<Shared>) -> Option<Self> {
        let limit = shared.state.limits.connections;
        let taken = shared
            .connections
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| (count < limit).then_some(count + 1));
        taken.ok().map(|_| {
            shared.state.observer.connection_opened();
            Self(shared.clone())
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::Relaxed);
        self.0.state.observer.connection_closed();
    }
}

/// The endpoint, to be put at `/ws/signaling`.
pub fn signaling(state: SignalingState) -> impl Endpoint<Output = Response> + 'static {
    get(upgrade).data(Arc::new(Shared { state, connections: AtomicUsize::new(0) })).map_to_response()
}

#[handler]
fn upgrade(request: &Request, websocket: WebSocket, shared: Data<&Arc<Shared>>) -> Response {
    if !shared.state.origins.allow(request) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let Some(place) = Place::take(&shared) else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .max_message_size(Some(MAX_READ_BYTES))
        .max_frame_size(Some(MAX_READ_BYTES));
    websocket
        .config(config)
        .on_upgrade(move |socket| async move {
            session::run(socket, place.0.clone()).await;
            drop(place);
        })
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(origin: Option<&str>) -> Request {
        let builder = Request::builder().header(header::HOST, "meet.example.org:8080");
        match origin {
            Some(origin) => builder.header(header::ORIGIN, origin).finish(),
            None => builder.finish(),
        }
    }

    #[test]
    fn origins_are_checked_when_they_are_listed() {
        let foreign = Some("https://evil.example.org");
        assert!(AllowedOrigins::Any.allow(&request(foreign)));
        let listed = AllowedOrigins::Listed(vec!["https://app.example.org".into()]);
        assert!(listed.allow(&request(None)), "programs have no origin");
        assert!(listed.allow(&request(Some("https://meet.example.org:8080"))), "the same origin");
        assert!(listed.allow(&request(Some("https://App.example.org"))));
        for other in ["https://evil.example.org", "https://app.example.org.evil.org", "null", ""] {
            assert!(!listed.allow(&request(Some(other))), "{other}");
        }
    }
}
