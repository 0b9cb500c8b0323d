//! The port of media: routers, transports, producers and consumers of a selective forwarding unit.
//!
//! RTP, DTLS and SCTP parameters pass through the core as opaque JSON in the shapes that mediasoup-client uses. The
//! adapter validates every one of them before the media process sees it: a hostile value is `Rejected`, never a crash.

use std::sync::Arc;

use application_shared::BoxError;
use async_trait::async_trait;
use domain_room::{MediaKind, MediaSource};
use domain_shared::RoomId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

macro_rules! handles {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

handles! {
    /// Names a router: one room's place on one media worker.
    RouterId,
    /// Names a WebRTC transport.
    TransportId,
    /// Names a producer: one track that a participant sends.
    ProducerId,
    /// Names a consumer: one track that a participant receives.
    ConsumerId,
}

/// Whether a participant sends or receives over a transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransportDirection {
    /// From the participant to the server.
    Send,
    /// From the server to the participant.
    Receive,
}

/// A router that was opened.
#[derive(Debug, Clone)]
pub struct RouterInfo {
    /// Its name.
    pub id: RouterId,
    /// Its RTP capabilities (ORTC `RTCRtpCapabilities`, as mediasoup-client's `Device.load` wants them).
    pub rtp_capabilities: Value,
}

/// What a client needs to set its side of a transport up.
#[derive(Debug, Clone)]
pub struct TransportInfo {
    /// Its name.
    pub id: TransportId,
    /// `{usernameFragment, password, iceLite}`.
    pub ice_parameters: Value,
    /// Candidates for every announced address, UDP before TCP.
    pub ice_candidates: Value,
    /// `{role, fingerprints}`.
    pub dtls_parameters: Value,
    /// `{port, OS, MIS, maxMessageSize}` when SCTP was asked for.
    pub sctp_parameters: Option<Value>,
}

/// What to produce.
#[derive(Debug, Clone)]
pub struct ProduceRequest {
    /// Audio or video.
    pub kind: MediaKind,
    /// Where the track comes from.
    pub source: MediaSource,
    /// ORTC `RTCRtpSendParameters`, unvalidated.
    pub rtp_parameters: Value,
    /// Whether it starts paused.
    pub paused: bool,
}

/// A consumer that was made. It starts paused: the client resumes it when it is ready, so that no key frame is lost.
#[derive(Debug, Clone)]
pub struct ConsumerInfo {
    /// Its name.
    pub id: ConsumerId,
    /// What it forwards.
    pub producer_id: ProducerId,
    /// Audio or video.
    pub kind: MediaKind,
    /// ORTC `RTCRtpReceiveParameters` for the client.
    pub rtp_parameters: Value,
    /// `simple`, `simulcast`, `svc` or `pipe`.
    pub consumer_type: String,
    /// Whether the producer is paused now.
    pub producer_paused: bool,
}

/// Spatial and temporal layer of a simulcast or SVC stream, 0 the lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layers {
    /// Resolution layer.
    pub spatial: u8,
    /// Frame-rate layer; the highest when absent.
    pub temporal: Option<u8>,
}

/// Something whose statistics can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatsTarget {
    /// A transport's.
    Transport(TransportId),
    /// A producer's.
    Producer(ProducerId),
    /// A consumer's.
    Consumer(ConsumerId),
}

/// How many of each are open, over all workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct MediaUsage {
    /// Living workers.
    pub workers: usize,
    /// Open routers.
    pub routers: usize,
    /// Open transports.
    pub transports: usize,
    /// Open producers.
    pub producers: usize,
    /// Open consumers.
    pub consumers: usize,
}

/// What the engine tells of a room without being asked.
#[derive(Debug, Clone)]
pub enum MediaEvent {
    /// Who speaks loudest has changed. `None`: silence.
    ActiveSpeaker(Option<ProducerId>),
    /// Levels of the loudest producers in dBov (-127 to 0), at most every 800 ms.
    AudioLevels(Vec<(ProducerId, i8)>),
    /// A producer was closed by the engine (its transport failed, for instance).
    ProducerClosed(ProducerId),
    /// A consumer was closed by the engine (its producer closed).
    ConsumerClosed(ConsumerId),
    /// The consumer's producer was paused.
    ConsumerPaused(ConsumerId),
    /// The consumer's producer was resumed.
    ConsumerResumed(ConsumerId),
    /// The layers that a consumer gets now; `None`: none, for lack of bandwidth.
    ConsumerLayers(ConsumerId, Option<Layers>),
    /// Quality from 0 (worst) to 10 of a consumer and of its producer.
    ConsumerScore {
        /// Which consumer.
        consumer: ConsumerId,
        /// Of what the server sends to this client.
        score: u8,
        /// Of what the server gets from the producing client.
        producer_score: u8,
    },
    /// A transport's ICE connection is lost (`disconnected`) or DTLS failed or closed; the client may restart ICE.
    TransportDisconnected(TransportId),
    /// The worker died; everything of this router is gone.
    RouterClosed,
}

impl MediaEvent {
    /// Whether a room that does not hear it has a wrong picture of its media. Levels, scores and the like come again.
    #[must_use]
    pub const fn is_vital(&self) -> bool {
        matches!(self, Self::ProducerClosed(_) | Self::ConsumerClosed(_) | Self::RouterClosed)
    }
}

/// Takes what the engine tells of one room. Called from the engine's threads: it must not block.
pub type MediaEventSink = Arc<dyn Fn(MediaEvent) + Send + Sync>;

/// Why the engine did not do what it was asked for.
#[derive(Debug, Error)]
pub enum MediaError {
    /// A parameter from the client is malformed or not supported.
    #[error("{field}: {reason}")]
    Rejected {
        /// Which parameter, such as `rtp_parameters.codecs[0].mimeType`.
        field: String,
        /// What is wrong with it, in a sentence for developers.
        reason: String,
    },
    /// There is no such router, transport, producer or consumer (any more).
    #[error("no such {0}")]
    NotFound(&'static str),
    /// The client cannot receive that producer with the capabilities it has told.
    #[error("the client cannot receive this producer")]
    CannotConsume,
    /// The transport has been connected before, or is of the other direction.
    #[error("not in this state: {0}")]
    WrongState(&'static str),
    /// A limit of the engine is reached (transports per room, producers per transport, ...).
    #[error("limit reached: {0}")]
    LimitReached(&'static str),
    /// No worker can do it now.
    #[error("media engine unavailable: {0}")]
    Unavailable(#[source] BoxError),
}

/// A selective forwarding unit. It owns all handles; closing a transport closes its producers and consumers, closing a
/// router closes everything in it. Closing what is closed already is not an error.
#[async_trait]
pub trait MediaEngine: Send + Sync {
    /// Opens a router for a room on the least-loaded worker. What happens in it is told to `events`.
    async fn open_router(&self, room: RoomId, events: MediaEventSink) -> Result<RouterInfo, MediaError>;
    /// Closes a router with everything in it.
    async fn close_router(&self, router: &RouterId);

    /// Makes a WebRTC transport. `sctp_capabilities` (`{numStreams: {OS, MIS}}`, unvalidated) asks for data channels.
    async fn create_transport(
        &self,
        router: &RouterId,
        direction: TransportDirection,
        sctp_capabilities: Option<Value>,
    ) -> Result<TransportInfo, MediaError>;
    /// Connects it with the client's DTLS parameters (unvalidated).
    async fn connect_transport(&self, transport: &TransportId, dtls_parameters: Value) -> Result<(), MediaError>;
    /// New ICE credentials, after a change of network. Returns the ICE parameters.
    async fn restart_ice(&self, transport: &TransportId) -> Result<Value, MediaError>;
    /// Closes a transport with its producers and consumers.
    async fn close_transport(&self, transport: &TransportId);

    /// Starts to receive a track.
    async fn produce(&self, transport: &TransportId, request: ProduceRequest) -> Result<ProducerId, MediaError>;
    /// Stops forwarding a producer for a while.
    async fn pause_producer(&self, producer: &ProducerId) -> Result<(), MediaError>;
    /// Goes on forwarding it.
    async fn resume_producer(&self, producer: &ProducerId) -> Result<(), MediaError>;
    /// Ends a producer and its consumers.
    async fn close_producer(&self, producer: &ProducerId);

    /// Starts to forward a producer over a transport, paused. `rtp_capabilities` are the client's, unvalidated.
    async fn consume(
        &self,
        transport: &TransportId,
        producer: &ProducerId,
        rtp_capabilities: Value,
    ) -> Result<ConsumerInfo, MediaError>;
    /// Stops forwarding to this client.
    async fn pause_consumer(&self, consumer: &ConsumerId) -> Result<(), MediaError>;
    /// Goes on forwarding to this client; asks for a key frame.
    async fn resume_consumer(&self, consumer: &ConsumerId) -> Result<(), MediaError>;
    /// Ends a consumer.
    async fn close_consumer(&self, consumer: &ConsumerId);
    /// Asks for at most these layers of a simulcast or SVC stream.
    async fn set_preferred_layers(&self, consumer: &ConsumerId, layers: Layers) -> Result<(), MediaError>;
    /// Asks the producing client for a key frame.
    async fn request_key_frame(&self, consumer: &ConsumerId) -> Result<(), MediaError>;

    /// Statistics in mediasoup's shapes (an array of objects).
    async fn stats(&self, target: &StatsTarget) -> Result<Value, MediaError>;
    /// What is open now.
    async fn usage(&self) -> MediaUsage;
}
