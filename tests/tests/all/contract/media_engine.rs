//! The contract of `MediaEngine`: on mediasoup in this process, at the other end of a pair of Unix sockets, on another host
//! with TLS on both sides, and in a pool of workers.

use std::{
    net::{IpAddr, Ipv4Addr, TcpListener},
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use application_room::{
    ConsumerInfo, Layers, MediaEngine, MediaError, MediaEvent, MediaEventSink, MediaUsage, ProduceRequest, ProducerId,
    RouterInfo, StatsTarget, TransportDirection, TransportId, TransportInfo,
};
use domain_room::{MediaKind, MediaSource};
use domain_shared::RoomId;
use infrastructure_media_rpc::{ConnectionLimits, MediaPool, RemoteMediaEngine, TlsFiles, TlsNode, TlsPeer, serve};
use infrastructure_mediasoup::{MediasoupEngine, MediasoupEngineOptions, WorkerLogLevel};
use open_meeting_tests::wait_until;
use rstest::rstest;
use serde_json::{Value, json};
use tokio::{net::UnixStream, task::JoinSet};
use uuid::Uuid;

use crate::signaling::parameters::{camera, dtls, microphone, sctp};

/// How an engine is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reached {
    Directly,
    OverUnixSocket,
    OverTls,
    InPool,
}

/// An engine, with what serves it.
struct Place {
    engine: Arc<dyn MediaEngine>,
    mediasoup: Arc<MediasoupEngine>,
    // Ends when it is dropped.
    servers: JoinSet<()>,
}

/// One worker on loopback, on any free ports, which may have three routers.
async fn place(reached: Reached) -> Place {
    let mut options = MediasoupEngineOptions::new();
    options.workers = 1;
    options.listen_ips = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
    options.port_base = 0;
    options.log_level = WorkerLogLevel::None;
    options.limits.routers = 3;
    options.limits.transports_per_router = 4;
    let mediasoup = Arc::new(MediasoupEngine::start(options).await.unwrap());
    let mut servers = JoinSet::new();
    let engine: Arc<dyn MediaEngine> = match reached {
        Reached::Directly => mediasoup.clone(),
        Reached::OverUnixSocket => Arc::new(over_unix_socket(&mediasoup, &mut servers).await),
        Reached::OverTls => {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            listener.set_nonblocking(true).unwrap();
            let address = listener.local_addr().unwrap().to_string();
            servers.spawn(TlsNode::new(listener, &certificates()).unwrap().serve(mediasoup.clone()));
            Arc::new(TlsPeer::new("node", &address, &certificates()).unwrap().connect().await.unwrap())
        }
        Reached::InPool => {
            let pool = MediaPool::new(Duration::ZERO);
            pool.add("worker", Arc::new(over_unix_socket(&mediasoup, &mut servers).await));
            Arc::new(pool)
        }
    };
    Place { engine, mediasoup, servers }
}

async fn over_unix_socket(engine: &Arc<MediasoupEngine>, servers: &mut JoinSet<()>) -> RemoteMediaEngine {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let engine = engine.clone();
    servers.spawn(async move {
        serve(engine, theirs, &ConnectionLimits::default()).await.unwrap();
    });
    RemoteMediaEngine::over(ours, ConnectionLimits::default()).await.unwrap()
}

fn certificates() -> TlsFiles {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infrastructure/media-rpc/tests/remote/certificates");
    TlsFiles {
        authority: folder.join("ours-authority.pem"),
        certificate: folder.join("ours-node.pem"),
        key: folder.join("ours-node.key"),
    }
}

/// Events as they came.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<MediaEvent>>>);

impl Heard {
    fn sink(&self) -> MediaEventSink {
        let heard = self.0.clone();
        Arc::new(move |event| heard.lock().unwrap().push(event))
    }

    fn has(&self, event: &MediaEvent) -> bool {
        let event = format!("{event:?}");
        self.0.lock().unwrap().iter().any(|heard| format!("{heard:?}") == event)
    }
}

fn room() -> RoomId {
    RoomId::from_uuid(Uuid::from_u128(7))
}

fn wanted(source: MediaSource, rtp_parameters: Value) -> ProduceRequest {
    ProduceRequest { kind: source.kind(), source, rtp_parameters, paused: false }
}

/// A room with somebody who sends and somebody who receives.
struct Call {
    heard: Heard,
    router: RouterInfo,
    send: TransportInfo,
    receive: TransportInfo,
}

impl Call {
    async fn begin(engine: &dyn MediaEngine) -> Self {
        let heard = Heard::default();
        let router = engine.open_router(room(), heard.sink()).await.unwrap();
        let send = engine.create_transport(&router.id, TransportDirection::Send, Some(sctp())).await.unwrap();
        let receive = engine.create_transport(&router.id, TransportDirection::Receive, None).await.unwrap();
        Self { heard, router, send, receive }
    }

    async fn consume(&self, engine: &dyn MediaEngine, producer: &ProducerId) -> Result<ConsumerInfo, MediaError> {
        engine.consume(&self.receive.id, producer, self.router.rtp_capabilities.clone()).await
    }
}

#[rstest]
#[tokio::test]
async fn media_is_made_changed_and_closed(
    #[values(Reached::Directly, Reached::OverUnixSocket, Reached::OverTls, Reached::InPool)] reached: Reached,
) {
    let place = place(reached).await;
    let engine = &*place.engine;
    let call = Call::begin(engine).await;
    assert!(call.router.rtp_capabilities["codecs"].as_array().is_some_and(|codecs| !codecs.is_empty()));
    assert!(call.send.ice_parameters["usernameFragment"].is_string());
    assert!(call.send.ice_candidates.as_array().is_some_and(|candidates| !candidates.is_empty()));
    assert!(call.send.dtls_parameters["fingerprints"].is_array());
    assert!(call.send.sctp_parameters.as_ref().is_some_and(|sctp| sctp["port"].is_u64()));
    assert!(call.receive.sctp_parameters.is_none());
    engine.connect_transport(&call.send.id, dtls()).await.unwrap();
    let restarted = engine.restart_ice(&call.send.id).await.unwrap();
    assert_ne!(restarted["usernameFragment"], call.send.ice_parameters["usernameFragment"]);

    let voice = engine.produce(&call.send.id, wanted(MediaSource::Microphone, microphone(0))).await.unwrap();
    let picture = engine.produce(&call.send.id, wanted(MediaSource::Camera, camera(1))).await.unwrap();
    let heard = call.consume(engine, &voice).await.unwrap();
    let seen = call.consume(engine, &picture).await.unwrap();
    assert_eq!((seen.kind, &seen.producer_id, seen.consumer_type.as_str()), (MediaKind::Video, &picture, "simulcast"));
    assert_eq!((heard.kind, heard.consumer_type.as_str(), heard.producer_paused), (MediaKind::Audio, "simple", false));
    assert!(seen.rtp_parameters["codecs"].is_array());

    engine.resume_consumer(&seen.id).await.unwrap();
    engine.set_preferred_layers(&seen.id, Layers { spatial: 1, temporal: Some(0) }).await.unwrap();
    engine.set_preferred_layers(&seen.id, Layers { spatial: 255, temporal: None }).await.unwrap();
    engine.request_key_frame(&seen.id).await.unwrap();
    engine.pause_consumer(&seen.id).await.unwrap();
    engine.pause_producer(&voice).await.unwrap();
    wait_until("the pause is told", async || call.heard.has(&MediaEvent::ConsumerPaused(heard.id.clone()))).await;
    engine.resume_producer(&voice).await.unwrap();
    wait_until("its end is told", async || call.heard.has(&MediaEvent::ConsumerResumed(heard.id.clone()))).await;
    for target in [
        StatsTarget::Transport(call.receive.id.clone()),
        StatsTarget::Producer(picture.clone()),
        StatsTarget::Consumer(seen.id.clone()),
    ] {
        assert!(engine.stats(&target).await.unwrap().is_array(), "{target:?}");
    }

    let usage = MediaUsage { workers: 1, routers: 1, transports: 2, producers: 2, consumers: 2 };
    assert_eq!(engine.usage().await, usage);
    engine.close_consumer(&heard.id).await;
    engine.close_producer(&voice).await;
    engine.close_transport(&call.send.id).await;
    wait_until("the end of the picture is told", async || {
        call.heard.has(&MediaEvent::ProducerClosed(picture.clone()))
            && call.heard.has(&MediaEvent::ConsumerClosed(seen.id.clone()))
    })
    .await;
    assert!(!call.heard.has(&MediaEvent::ConsumerClosed(heard.id.clone())), "it was closed by its owner");
    assert_eq!(engine.usage().await, MediaUsage { transports: 1, producers: 0, consumers: 0, ..usage });
    engine.close_router(&call.router.id).await;
    assert_eq!(engine.usage().await, MediaUsage { workers: 1, ..MediaUsage::default() });
    assert!(!call.heard.has(&MediaEvent::RouterClosed), "whoever closes it need not be told");
}

#[rstest]
#[tokio::test]
async fn what_cannot_be_is_refused_with_the_reason(
    #[values(Reached::Directly, Reached::OverUnixSocket, Reached::OverTls, Reached::InPool)] reached: Reached,
) {
    let place = place(reached).await;
    let engine = &*place.engine;
    let call = Call::begin(engine).await;
    let voice = engine.produce(&call.send.id, wanted(MediaSource::Microphone, microphone(0))).await.unwrap();
    let refusal = |result: Result<(), MediaError>| result.unwrap_err().to_string();

    let rejected = engine.produce(&call.send.id, wanted(MediaSource::Camera, microphone(1))).await;
    assert!(
        matches!(&rejected, Err(MediaError::Rejected { field, reason }) if field == "rtp_parameters.codecs[0].mimeType" && !reason.is_empty()),
        "{rejected:?}"
    );
    let rejected = engine.connect_transport(&call.send.id, json!({"fingerprints": []})).await;
    assert!(matches!(&rejected, Err(MediaError::Rejected { .. })), "{rejected:?}");
    let deaf = json!({"codecs": [{"kind": "video", "mimeType": "video/VP8", "clockRate": 90000}]});
    let deaf = engine.consume(&call.receive.id, &voice, deaf).await;
    assert!(matches!(deaf, Err(MediaError::CannotConsume)), "{deaf:?}");

    engine.connect_transport(&call.send.id, dtls()).await.unwrap();
    let states = [
        refusal(engine.connect_transport(&call.send.id, dtls()).await),
        refusal(engine.produce(&call.receive.id, wanted(MediaSource::Microphone, microphone(2))).await.map(drop)),
        refusal(engine.consume(&call.send.id, &voice, call.router.rtp_capabilities.clone()).await.map(drop)),
    ];
    let heard = call.consume(engine, &voice).await.unwrap();
    let layers = refusal(engine.set_preferred_layers(&heard.id, Layers { spatial: 0, temporal: None }).await);
    assert_eq!(
        (states, layers.as_str()),
        (
            [
                "not in this state: the transport is connected already".to_owned(),
                "not in this state: the transport is for receiving".to_owned(),
                "not in this state: the transport is for sending".to_owned(),
            ],
            "not in this state: this consumer has no layers"
        )
    );

    for _ in 0..2 {
        engine.create_transport(&call.router.id, TransportDirection::Send, None).await.unwrap();
    }
    let fifth = refusal(engine.create_transport(&call.router.id, TransportDirection::Send, None).await.map(drop));
    assert_eq!(fifth, "limit reached: transports per room");
    let (other, _) = (Call::begin(engine).await, Call::begin(engine).await);
    let fourth = refusal(engine.open_router(room(), Heard::default().sink()).await.map(drop));
    assert_eq!(fourth, "limit reached: routers");
    // A room cannot receive what another sends.
    assert_eq!(refusal(other.consume(engine, &voice).await.map(drop)), "no such producer");

    // What is closed is not there, and closing it again is nothing.
    for _ in 0..2 {
        engine.close_consumer(&heard.id).await;
        engine.close_producer(&voice).await;
        engine.close_transport(&call.send.id).await;
        engine.close_router(&call.router.id).await;
    }
    let gone = [
        refusal(engine.create_transport(&call.router.id, TransportDirection::Send, None).await.map(drop)),
        refusal(engine.restart_ice(&call.send.id).await.map(drop)),
        refusal(engine.connect_transport(&TransportId("nothing".to_owned()), dtls()).await),
        refusal(engine.pause_producer(&voice).await),
        refusal(engine.resume_consumer(&heard.id).await),
        refusal(engine.stats(&StatsTarget::Consumer(heard.id.clone())).await.map(drop)),
    ];
    let of = ["router", "transport", "transport", "producer", "consumer", "consumer"];
    assert_eq!(gone, of.map(|what| format!("no such {what}")));
}

#[rstest]
#[tokio::test]
async fn a_room_is_told_when_its_worker_is_gone(
    #[values(Reached::OverUnixSocket, Reached::OverTls, Reached::InPool)] reached: Reached,
) {
    let mut place = place(reached).await;
    let call = Call::begin(&*place.engine).await;
    place.servers.shutdown().await;
    wait_until("the room is told", async || call.heard.has(&MediaEvent::RouterClosed)).await;
    let late = place.engine.create_transport(&call.router.id, TransportDirection::Send, None).await;
    assert!(matches!(late, Err(MediaError::Unavailable(_))), "{late:?}");
    let late = place.engine.open_router(room(), call.heard.sink()).await;
    assert!(matches!(late, Err(MediaError::Unavailable(_))));
    assert_eq!(place.engine.usage().await, MediaUsage::default());
    wait_until("what nobody drives is closed", async || place.mediasoup.usage().await.routers == 0).await;
}
