//! Many engines as one: rooms are placed on the least loaded, and everything of a room stays where it is.
//!
//! Names of routers, transports, producers and consumers begin with the name of their worker, so that whoever has one knows
//! where it is, and what belonged to a worker that is gone is not found.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use application_room::{
    ConsumerId, ConsumerInfo, Layers, MediaEngine, MediaError, MediaEvent, MediaEventSink, MediaUsage, ProduceRequest,
    ProducerId, RouterId, RouterInfo, StatsTarget, TransportDirection, TransportId, TransportInfo,
};
use async_trait::async_trait;
use domain_shared::RoomId;
use futures::future::join_all;
use serde_json::Value;
use tokio::sync::watch;

use crate::RemoteMediaEngine;

/// What parts the name of a worker from that of something on it.
const SEPARATOR: char = '.';

/// Many engines as one. Clones are the same pool.
#[derive(Clone)]
pub struct MediaPool {
    inner: Arc<Inner>,
}

struct Inner {
    workers: Mutex<BTreeMap<String, Member>>,
    /// Tells that there is a further worker.
    added: watch::Sender<()>,
    patience: Duration,
}

struct Member {
    engine: Arc<RemoteMediaEngine>,
    /// As it was told last.
    usage: MediaUsage,
    /// Routers that were opened since.
    opened: usize,
}

impl Member {
    /// Work on the worker, about proportional to its packets. Routers that were just opened are going to be used.
    const fn load(&self) -> usize {
        let usage = &self.usage;
        usage.routers + usage.transports + 4 * (usage.producers + usage.consumers) + 8 * self.opened
    }
}

impl MediaPool {
    /// A pool without workers. `patience` is how long a router waits to be opened while there is none.
    #[must_use]
    pub fn new(patience: Duration) -> Self {
        let inner = Inner { workers: Mutex::default(), added: watch::Sender::new(()), patience };
        Self { inner: Arc::new(inner) }
    }

    /// Takes a worker in. No two may ever have the same name, not even one after the other; it has no `.` in it.
    pub fn add(&self, name: &str, engine: Arc<RemoteMediaEngine>) {
        debug_assert!(!name.contains(SEPARATOR), "a worker's name");
        let member = Member { engine, usage: MediaUsage::default(), opened: 0 };
        self.workers().insert(name.to_owned(), member);
        self.inner.added.send_replace(());
    }

    /// Lets a worker go. Nothing is placed on it any more, and what was on it is not found.
    pub fn remove(&self, name: &str) {
        self.workers().remove(name);
    }

    /// Takes note of how much there is on a worker.
    pub fn note(&self, name: &str, usage: MediaUsage) {
        if let Some(member) = self.workers().get_mut(name) {
            member.usage = usage;
            member.opened = 0;
        }
    }

    fn workers(&self) -> MutexGuard<'_, BTreeMap<String, Member>> {
        self.inner.workers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The worker with the least to do, which gets a router.
    fn least_loaded(&self) -> Option<Place> {
        let mut workers = self.workers();
        let living = workers.iter_mut().filter(|(_, member)| !member.engine.is_closed());
        let (name, member) = living.min_by_key(|(_, member)| member.load())?;
        member.opened += 1;
        Some(Place { name: name.clone(), engine: member.engine.clone() })
    }

    async fn place(&self) -> Result<Place, MediaError> {
        let mut added = self.inner.added.subscribe();
        let waiting = async {
            loop {
                if let Some(place) = self.least_loaded() {
                    return place;
                }
                if added.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        };
        let late = |_| MediaError::Unavailable("no media worker is running".into());
        tokio::time::timeout(self.inner.patience, waiting).await.map_err(late)
    }

    /// Where something is, and its name there.
    fn find(&self, id: &str, what: &'static str) -> Result<(Place, String), MediaError> {
        let (name, id) = id.split_once(SEPARATOR).ok_or(MediaError::NotFound(what))?;
        let workers = self.workers();
        let member = workers.get(name).ok_or(MediaError::NotFound(what))?;
        Ok((Place { name: name.to_owned(), engine: member.engine.clone() }, id.to_owned()))
    }

    fn router(&self, id: &RouterId) -> Result<(Place, RouterId), MediaError> {
        self.find(&id.0, "router").map(|(place, id)| (place, RouterId(id)))
    }

    fn transport(&self, id: &TransportId) -> Result<(Place, TransportId), MediaError> {
        self.find(&id.0, "transport").map(|(place, id)| (place, TransportId(id)))
    }

    fn producer(&self, id: &ProducerId) -> Result<(Place, ProducerId), MediaError> {
        self.find(&id.0, "producer").map(|(place, id)| (place, ProducerId(id)))
    }

    fn consumer(&self, id: &ConsumerId) -> Result<(Place, ConsumerId), MediaError> {
        self.find(&id.0, "consumer").map(|(place, id)| (place, ConsumerId(id)))
    }
}

/// A worker.
struct Place {
    name: String,
    engine: Arc<RemoteMediaEngine>,
}

impl Place {
    fn named(&self, id: &str) -> String {
        named(&self.name, id)
    }
}

/// The name of something as everybody knows it.
fn named(worker: &str, id: &str) -> String {
    format!("{worker}{SEPARATOR}{id}")
}

/// An event with names as everybody knows them.
fn named_event(worker: &str, event: MediaEvent) -> MediaEvent {
    let producer = |id: ProducerId| ProducerId(named(worker, &id.0));
    let consumer = |id: ConsumerId| ConsumerId(named(worker, &id.0));
    match event {
        MediaEvent::ActiveSpeaker(speaker) => MediaEvent::ActiveSpeaker(speaker.map(producer)),
        MediaEvent::AudioLevels(levels) => {
            MediaEvent::AudioLevels(levels.into_iter().map(|(id, level)| (producer(id), level)).collect())
        }
        MediaEvent::ProducerClosed(id) => MediaEvent::ProducerClosed(producer(id)),
        MediaEvent::ConsumerClosed(id) => MediaEvent::ConsumerClosed(consumer(id)),
        MediaEvent::ConsumerPaused(id) => MediaEvent::ConsumerPaused(consumer(id)),
        MediaEvent::ConsumerResumed(id) => MediaEvent::ConsumerResumed(consumer(id)),
        MediaEvent::ConsumerLayers(id, layers) => MediaEvent::ConsumerLayers(consumer(id), layers),
        MediaEvent::ConsumerScore { consumer: id, score, producer_score } => {
            MediaEvent::ConsumerScore { consumer: consumer(id), score, producer_score }
        }
        MediaEvent::TransportDisconnected(id) => MediaEvent::TransportDisconnected(TransportId(named(worker, &id.0))),
        MediaEvent::RouterClosed => MediaEvent::RouterClosed,
    }
}

#[async_trait]
impl MediaEngine for MediaPool {
    async fn open_router(&self, room: RoomId, events: MediaEventSink) -> Result<RouterInfo, MediaError> {
        let place = self.place().await?;
        let name = place.name.clone();
        let events: MediaEventSink = Arc::new(move |event| events(named_event(&name, event)));
        let info = place.engine.open_router(room, events).await?;
        Ok(RouterInfo { id: RouterId(place.named(&info.id.0)), ..info })
    }

    async fn close_router(&self, router: &RouterId) {
        if let Ok((place, id)) = self.router(router) {
            place.engine.close_router(&id).await;
        }
    }

    async fn create_transport(
        &self,
        router: &RouterId,
        direction: TransportDirection,
        sctp_capabilities: Option<Value>,
    ) -> Result<TransportInfo, MediaError> {
        let (place, id) = self.router(router)?;
        let info = place.engine.create_transport(&id, direction, sctp_capabilities).await?;
        Ok(TransportInfo { id: TransportId(place.named(&info.id.0)), ..info })
    }

    async fn connect_transport(&self, transport: &TransportId, dtls_parameters: Value) -> Result<(), MediaError> {
        let (place, id) = self.transport(transport)?;
        place.engine.connect_transport(&id, dtls_parameters).await
    }

    async fn restart_ice(&self, transport: &TransportId) -> Result<Value, MediaError> {
        let (place, id) = self.transport(transport)?;
        place.engine.restart_ice(&id).await
    }

    async fn close_transport(&self, transport: &TransportId) {
        if let Ok((place, id)) = self.transport(transport) {
            place.engine.close_transport(&id).await;
        }
    }

    async fn produce(&self, transport: &TransportId, request: ProduceRequest) -> Result<ProducerId, MediaError> {
        let (place, id) = self.transport(transport)?;
        let producer = place.engine.produce(&id, request).await?;
        Ok(ProducerId(place.named(&producer.0)))
    }

    async fn pause_producer(&self, producer: &ProducerId) -> Result<(), MediaError> {
        let (place, id) = self.producer(producer)?;
        place.engine.pause_producer(&id).await
    }

    async fn resume_producer(&self, producer: &ProducerId) -> Result<(), MediaError> {
        let (place, id) = self.producer(producer)?;
        place.engine.resume_producer(&id).await
    }

    async fn close_producer(&self, producer: &ProducerId) {
        if let Ok((place, id)) = self.producer(producer) {
            place.engine.close_producer(&id).await;
        }
    }

    async fn consume(
        &self,
        transport: &TransportId,
        producer: &ProducerId,
        rtp_capabilities: Value,
    ) -> Result<ConsumerInfo, MediaError> {
        let (place, transport) = self.transport(transport)?;
        let (producers, producer) = self.producer(producer)?;
        if producers.name != place.name {
            return Err(MediaError::NotFound("producer"));
        }
        let info = place.engine.consume(&transport, &producer, rtp_capabilities).await?;
        let (id, producer_id) = (ConsumerId(place.named(&info.id.0)), ProducerId(place.named(&info.producer_id.0)));
        Ok(ConsumerInfo { id, producer_id, ..info })
    }

    async fn pause_consumer(&self, consumer: &ConsumerId) -> Result<(), MediaError> {
        let (place, id) = self.consumer(consumer)?;
        place.engine.pause_consumer(&id).await
    }

    async fn resume_consumer(&self, consumer: &ConsumerId) -> Result<(), MediaError> {
        let (place, id) = self.consumer(consumer)?;
        place.engine.resume_consumer(&id).await
    }

    async fn close_consumer(&self, consumer: &ConsumerId) {
        if let Ok((place, id)) = self.consumer(consumer) {
            place.engine.close_consumer(&id).await;
        }
    }

    async fn set_preferred_layers(&self, consumer: &ConsumerId, layers: Layers) -> Result<(), MediaError> {
        let (place, id) = self.consumer(consumer)?;
        place.engine.set_preferred_layers(&id, layers).await
    }

    async fn request_key_frame(&self, consumer: &ConsumerId) -> Result<(), MediaError> {
        let (place, id) = self.consumer(consumer)?;
        place.engine.request_key_frame(&id).await
    }

    async fn stats(&self, target: &StatsTarget) -> Result<Value, MediaError> {
        match target {
            StatsTarget::Transport(id) => {
                let (place, id) = self.transport(id)?;
                place.engine.stats(&StatsTarget::Transport(id)).await
            }
            StatsTarget::Producer(id) => {
                let (place, id) = self.producer(id)?;
                place.engine.stats(&StatsTarget::Producer(id)).await
            }
            StatsTarget::Consumer(id) => {
                let (place, id) = self.consumer(id)?;
                place.engine.stats(&StatsTarget::Consumer(id)).await
            }
        }
    }

    async fn usage(&self) -> MediaUsage {
        let engines: Vec<_> = self.workers().values().map(|member| member.engine.clone()).collect();
        let usages = join_all(engines.iter().map(|engine| engine.usage())).await;
        usages.into_iter().fold(MediaUsage::default(), |sum, one| MediaUsage {
            workers: sum.workers + one.workers,
            routers: sum.routers + one.routers,
            transports: sum.transports + one.transports,
            producers: sum.producers + one.producers,
            consumers: sum.consumers + one.consumers,
        })
    }
}
