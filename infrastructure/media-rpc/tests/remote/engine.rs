//! An engine that keeps books, and can be held back.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use application_room::*;
use async_trait::async_trait;
use domain_shared::RoomId;
use infrastructure_media_rpc::{ConnectionLimits, RemoteMediaEngine, serve};
use serde_json::{Value, json};
use tokio::{net::UnixStream, sync::watch, task::JoinHandle};

pub fn room() -> RoomId {
    "0190a5e4-3c00-7000-8000-000000000001".parse().unwrap()
}

/// Events as they came.
#[derive(Clone, Default)]
pub struct Heard(Arc<Mutex<Vec<MediaEvent>>>);

impl Heard {
    pub fn sink(&self) -> MediaEventSink {
        let heard = self.0.clone();
        Arc::new(move |event| heard.lock().unwrap().push(event))
    }

    pub fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().map(|event| format!("{event:?}")).collect()
    }
}

/// The engine.
pub struct StubEngine {
    routers: Mutex<BTreeMap<String, MediaEventSink>>,
    made: AtomicUsize,
    open: watch::Sender<bool>,
    /// Operations that are held back.
    pub waiting: AtomicUsize,
}

impl Default for StubEngine {
    fn default() -> Self {
        Self {
            routers: Mutex::default(),
            made: AtomicUsize::new(0),
            open: watch::Sender::new(true),
            waiting: AtomicUsize::new(0),
        }
    }
}

impl StubEngine {
    /// Holds everything back from now on.
    pub fn shut(&self) {
        self.open.send_replace(false);
    }

    pub fn routers(&self) -> usize {
        self.routers.lock().unwrap().len()
    }

    /// Tells something, as every router does.
    pub fn tell(&self, event: &MediaEvent) {
        let sinks: Vec<_> = self.routers.lock().unwrap().values().cloned().collect();
        sinks.iter().for_each(|sink| sink(event.clone()));
    }

    async fn pass(&self) {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let _ = self.open.subscribe().wait_for(|open| *open).await;
        self.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Serves an engine over a pair of sockets.
pub async fn remote(engine: &Arc<StubEngine>, limits: ConnectionLimits) -> (RemoteMediaEngine, JoinHandle<()>) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let engine = engine.clone();
    let server = tokio::spawn(async move {
        let _ = serve(engine, theirs, &ConnectionLimits::default()).await;
    });
    (RemoteMediaEngine::over(ours, limits).await.unwrap(), server)
}

#[async_trait]
impl MediaEngine for StubEngine {
    async fn open_router(&self, _room: RoomId, events: MediaEventSink) -> Result<RouterInfo, MediaError> {
        self.pass().await;
        let id = format!("router{}", self.made.fetch_add(1, Ordering::SeqCst));
        self.routers.lock().unwrap().insert(id.clone(), events);
        Ok(RouterInfo { id: RouterId(id), rtp_capabilities: json!({"codecs": []}) })
    }

    async fn close_router(&self, router: &RouterId) {
        self.routers.lock().unwrap().remove(&router.0);
    }

    async fn create_transport(
        &self,
        router: &RouterId,
        _direction: TransportDirection,
        sctp_capabilities: Option<Value>,
    ) -> Result<TransportInfo, MediaError> {
        self.pass().await;
        if !self.routers.lock().unwrap().contains_key(&router.0) {
            return Err(MediaError::NotFound("router"));
        }
        Ok(TransportInfo {
            id: TransportId(format!("transport-of-{router}")),
            ice_parameters: json!({"usernameFragment": "u"}),
            ice_candidates: json!([]),
            dtls_parameters: json!({"role": "auto"}),
            sctp_parameters: sctp_capabilities,
        })
    }

    async fn connect_transport(&self, _transport: &TransportId, _parameters: Value) -> Result<(), MediaError> {
        self.pass().await;
        Ok(())
    }

    async fn restart_ice(&self, _transport: &TransportId) -> Result<Value, MediaError> {
        Ok(json!({}))
    }

    async fn close_transport(&self, _transport: &TransportId) {
        self.pass().await;
    }

    async fn produce(&self, transport: &TransportId, _request: ProduceRequest) -> Result<ProducerId, MediaError> {
        Ok(ProducerId(format!("producer-of-{transport}")))
    }

    async fn pause_producer(&self, _producer: &ProducerId) -> Result<(), MediaError> {
        Ok(())
    }

    async fn resume_producer(&self, _producer: &ProducerId) -> Result<(), MediaError> {
        Ok(())
    }

    async fn close_producer(&self, _producer: &ProducerId) {}

    async fn consume(
        &self,
        transport: &TransportId,
        producer: &ProducerId,
        _rtp_capabilities: Value,
    ) -> Result<ConsumerInfo, MediaError> {
        Ok(ConsumerInfo {
            id: ConsumerId(format!("consumer-of-{transport}")),
            producer_id: producer.clone(),
            kind: domain_room::MediaKind::Audio,
            rtp_parameters: json!({}),
            consumer_type: "simple".to_owned(),
            producer_paused: false,
        })
    }

    async fn pause_consumer(&self, _consumer: &ConsumerId) -> Result<(), MediaError> {
        Ok(())
    }

    async fn resume_consumer(&self, _consumer: &ConsumerId) -> Result<(), MediaError> {
        Ok(())
    }

    async fn close_consumer(&self, _consumer: &ConsumerId) {}

    async fn set_preferred_layers(&self, _consumer: &ConsumerId, _layers: Layers) -> Result<(), MediaError> {
        Ok(())
    }

    async fn request_key_frame(&self, _consumer: &ConsumerId) -> Result<(), MediaError> {
        Ok(())
    }

    async fn stats(&self, _target: &StatsTarget) -> Result<Value, MediaError> {
        Ok(json!([]))
    }

    async fn usage(&self) -> MediaUsage {
        self.pass().await;
        MediaUsage { workers: 1, routers: self.routers(), ..MediaUsage::default() }
    }
}
