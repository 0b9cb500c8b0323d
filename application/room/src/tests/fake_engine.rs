//! A media engine that keeps books and forwards nothing.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use domain_room::MediaKind;
use domain_shared::RoomId;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::*;

#[derive(Default)]
struct Books {
    made: usize,
    routers: HashMap<RouterId, (RoomId, MediaEventSink)>,
    transports: HashMap<TransportId, RouterId>,
    producers: HashMap<ProducerId, (TransportId, MediaKind, bool)>,
    consumers: HashMap<ConsumerId, (TransportId, ProducerId)>,
}

/// The engine. `gate` holds every operation back while it is shut; parameters that have a field `bad` are rejected.
pub(super) struct FakeEngine {
    books: Mutex<Books>,
    gate: watch::Sender<bool>,
    waiting: watch::Sender<usize>,
    fail_routers: AtomicUsize,
}

impl Default for FakeEngine {
    fn default() -> Self {
        Self {
            books: Mutex::default(),
            gate: watch::Sender::new(true),
            waiting: watch::Sender::new(0),
            fail_routers: AtomicUsize::new(0),
        }
    }
}

impl FakeEngine {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap()
    }

    fn name(&self, what: &str) -> String {
        let mut books = self.books();
        books.made += 1;
        format!("{what}-{}", books.made)
    }

    /// Holds everything back from now on.
    pub(super) fn shut(&self) {
        self.gate.send_replace(false);
    }

    /// Lets everything go on.
    pub(super) fn open(&self) {
        self.gate.send_replace(true);
    }

    /// Returns when `count` operations are held back.
    pub(super) async fn held_back(&self, count: usize) {
        self.waiting.subscribe().wait_for(|waiting| *waiting >= count).await.unwrap();
    }

    /// The next `count` routers cannot be opened.
    pub(super) fn fail_routers(&self, count: usize) {
        self.fail_routers.store(count, Ordering::SeqCst);
    }

    async fn pass(&self) {
        self.waiting.send_modify(|waiting| *waiting += 1);
        let _ = self.gate.subscribe().wait_for(|open| *open).await;
        self.waiting.send_modify(|waiting| *waiting -= 1);
    }

    /// Tells something, as the only router does.
    pub(super) fn tell(&self, event: MediaEvent) {
        self.sink()(event);
    }

    /// The only router's sink.
    pub(super) fn sink(&self) -> MediaEventSink {
        self.books().routers.values().next().map(|(_, sink)| sink.clone()).expect("a router is open")
    }

    /// Kills the worker: everything is gone, and only that is told.
    pub(super) fn crash(&self) {
        let routers = {
            let mut books = self.books();
            books.transports.clear();
            books.producers.clear();
            books.consumers.clear();
            std::mem::take(&mut books.routers)
        };
        for (_, sink) in routers.into_values() {
            sink(MediaEvent::RouterClosed);
        }
    }

    /// Everything that is open: routers, transports, producers and consumers.
    pub(super) fn open_things(&self) -> (usize, usize, usize, usize) {
        let books = self.books();
        (books.routers.len(), books.transports.len(), books.producers.len(), books.consumers.len())
    }

    /// Returns when nothing is open.
    pub(super) async fn all_closed(&self) {
        super::house::eventually("everything is closed", || self.open_things() == (0, 0, 0, 0)).await;
    }
}

fn check(value: &Value) -> Result<(), MediaError> {
    match value.get("bad") {
        Some(_) => Err(MediaError::Rejected { field: "bad".into(), reason: "is bad".into() }),
        None => Ok(()),
    }
}

/// Closes what a transport carries.
fn close_transport(books: &mut Books, id: &TransportId) {
    books.transports.remove(id);
    let producers: Vec<_> = books.producers.iter().filter(|(_, p)| p.0 == *id).map(|(id, _)| id.clone()).collect();
    for producer in producers {
        books.producers.remove(&producer);
        books.consumers.retain(|_, consumer| consumer.1 != producer);
    }
    books.consumers.retain(|_, consumer| consumer.0 != *id);
}

#[async_trait]
impl MediaEngine for FakeEngine {
    async fn open_router(&self, room: RoomId, events: MediaEventSink) -> Result<RouterInfo, MediaError> {
        self.pass().await;
        let failing = self.fail_routers.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1));
        if failing.is_ok() {
            return Err(MediaError::Unavailable("no worker".into()));
        }
        let id = RouterId(self.name("router"));
        self.books().routers.insert(id.clone(), (room, events));
        Ok(RouterInfo { id, rtp_capabilities: json!({ "codecs": [] }) })
    }

    async fn close_router(&self, router: &RouterId) {
        self.pass().await;
        let mut books = self.books();
        books.routers.remove(router);
        let transports: Vec<_> =
            books.transports.iter().filter(|(_, of)| *of == router).map(|(id, _)| id.clone()).collect();
        for transport in transports {
            close_transport(&mut books, &transport);
        }
    }

    async fn create_transport(
        &self,
        router: &RouterId,
        _direction: TransportDirection,
        sctp_capabilities: Option<Value>,
    ) -> Result<TransportInfo, MediaError> {
        self.pass().await;
        check(sctp_capabilities.as_ref().unwrap_or(&Value::Null))?;
        if !self.books().routers.contains_key(router) {
            return Err(MediaError::NotFound("router"));
        }
        let id = TransportId(self.name("transport"));
        self.books().transports.insert(id.clone(), router.clone());
        Ok(TransportInfo {
            id,
            ice_parameters: json!({}),
            ice_candidates: json!([]),
            dtls_parameters: json!({}),
            sctp_parameters: sctp_capabilities,
        })
    }

    async fn connect_transport(&self, transport: &TransportId, dtls_parameters: Value) -> Result<(), MediaError> {
        self.pass().await;
        check(&dtls_parameters)?;
        self.books().transports.get(transport).map(|_| ()).ok_or(MediaError::NotFound("transport"))
    }

    async fn restart_ice(&self, transport: &TransportId) -> Result<Value, MediaError> {
        self.pass().await;
        Ok(json!({ "usernameFragment": transport.0 }))
    }

    async fn close_transport(&self, transport: &TransportId) {
        self.pass().await;
        close_transport(&mut self.books(), transport);
    }

    async fn produce(&self, transport: &TransportId, request: ProduceRequest) -> Result<ProducerId, MediaError> {
        self.pass().await;
        check(&request.rtp_parameters)?;
        if !self.books().transports.contains_key(transport) {
            return Err(MediaError::NotFound("transport"));
        }
        let id = ProducerId(self.name("producer"));
        self.books().producers.insert(id.clone(), (transport.clone(), request.kind, request.paused));
        Ok(id)
    }

    async fn pause_producer(&self, producer: &ProducerId) -> Result<(), MediaError> {
        self.pass().await;
        self.books().producers.get_mut(producer).map(|p| p.2 = true).ok_or(MediaError::NotFound("producer"))
    }

    async fn resume_producer(&self, producer: &ProducerId) -> Result<(), MediaError> {
        self.pass().await;
        self.books().producers.get_mut(producer).map(|p| p.2 = false).ok_or(MediaError::NotFound("producer"))
    }

    async fn close_producer(&self, producer: &ProducerId) {
        self.pass().await;
        let mut books = self.books();
        books.producers.remove(producer);
        books.consumers.retain(|_, consumer| consumer.1 != *producer);
    }

    async fn consume(
        &self,
        transport: &TransportId,
        producer: &ProducerId,
        rtp_capabilities: Value,
    ) -> Result<ConsumerInfo, MediaError> {
        self.pass().await;
        check(&rtp_capabilities)?;
        if rtp_capabilities.get("none").is_some() {
            return Err(MediaError::CannotConsume);
        }
        let found = self.books().producers.get(producer).map(|p| (p.1, p.2));
        let (kind, producer_paused) = found.ok_or(MediaError::NotFound("producer"))?;
        let id = ConsumerId(self.name("consumer"));
        self.books().consumers.insert(id.clone(), (transport.clone(), producer.clone()));
        Ok(ConsumerInfo {
            id,
            producer_id: producer.clone(),
            kind,
            rtp_parameters: json!({}),
            consumer_type: "simple".into(),
            producer_paused,
        })
    }

    async fn pause_consumer(&self, consumer: &ConsumerId) -> Result<(), MediaError> {
        self.pass().await;
        self.books().consumers.get(consumer).map(|_| ()).ok_or(MediaError::NotFound("consumer"))
    }

    async fn resume_consumer(&self, consumer: &ConsumerId) -> Result<(), MediaError> {
        self.pause_consumer(consumer).await
    }

    async fn close_consumer(&self, consumer: &ConsumerId) {
        self.pass().await;
        self.books().consumers.remove(consumer);
    }

    async fn set_preferred_layers(&self, _consumer: &ConsumerId, layers: Layers) -> Result<(), MediaError> {
        self.pass().await;
        if layers.spatial > 2 {
            return Err(MediaError::WrongState("the stream has no such layer"));
        }
        Ok(())
    }

    async fn request_key_frame(&self, consumer: &ConsumerId) -> Result<(), MediaError> {
        self.pause_consumer(consumer).await
    }

    async fn stats(&self, target: &StatsTarget) -> Result<Value, MediaError> {
        tokio::time::timeout(Duration::from_secs(5), self.pass())
            .await
            .map_err(|late| MediaError::Unavailable(late.into()))?;
        Ok(json!([{ "of": format!("{target:?}") }]))
    }

    async fn usage(&self) -> MediaUsage {
        let (routers, transports, producers, consumers) = self.open_things();
        MediaUsage { workers: 1, routers, transports, producers, consumers }
    }
}
