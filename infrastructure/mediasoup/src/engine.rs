//! The engine: the port's face, and its life from start to shutdown.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use application_room::{
    ConsumerId, ConsumerInfo, Layers, MediaEngine, MediaError, MediaEventSink, MediaUsage, ProduceRequest, ProducerId,
    RouterId, RouterInfo, StatsTarget, TransportDirection, TransportId, TransportInfo,
};
use async_trait::async_trait;
use domain_shared::RoomId;
use mediasoup::prelude::{Router, TransportGeneric};
use serde_json::Value;

use crate::addresses::{OfferedAddress, offered_addresses};
use crate::errors::{StartError, answer, gone_or_unavailable, unavailable};
use crate::options::MediasoupEngineOptions;
use crate::registry::Registry;
use crate::workers::{WorkerPool, worker_count};

/// Most workers; more than this is a mistake in the configuration.
const MAX_WORKERS: usize = 256;

/// The media engine on mediasoup workers in this process.
pub struct MediasoupEngine {
    inner: Arc<Inner>,
}

/// What one worker holds, asked from the worker itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkerReport {
    /// Its place, from 0.
    pub index: usize,
    /// How often the place was filled.
    pub generation: u64,
    /// Routers that exist in the worker.
    pub routers: usize,
    /// Everything in the worker that can be asked something: routers, transports, producers, consumers, observers and the
    /// WebRTC server.
    pub objects: usize,
    /// Its load as used for placing routers.
    pub load: usize,
}

pub(crate) struct Inner {
    pub options: MediasoupEngineOptions,
    pub workers: WorkerPool,
    registry: Mutex<Registry>,
    closed: AtomicBool,
}

impl Inner {
    pub fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }
}

impl MediasoupEngine {
    /// Starts the workers.
    ///
    /// # Errors
    /// An option that makes no sense, a worker that does not start or cannot listen.
    pub async fn start(options: MediasoupEngineOptions) -> Result<Self, StartError> {
        let count = worker_count(&options);
        let wrong = |option, reason: &str| StartError::Option { option, reason: reason.to_owned() };
        if count > MAX_WORKERS {
            return Err(wrong("workers", "must be at most 256"));
        }
        if options.port_base != 0 && usize::from(options.port_base) + count > usize::from(u16::MAX) + 1 {
            return Err(wrong("port_base", "leaves no ports for all workers"));
        }
        if options.listen_ips.is_empty() {
            return Err(wrong("listen_ips", "must name at least one address"));
        }
        if options.announced_addresses.iter().any(|announced| announced.address.trim().is_empty()) {
            return Err(wrong("announced_addresses", "must not be empty"));
        }
        let inner = Arc::new(Inner {
            options,
            workers: WorkerPool::new(count),
            registry: Mutex::default(),
            closed: AtomicBool::new(false),
        });
        for index in 0..count {
            if let Err(error) = inner.workers.start(index, &inner, false).await {
                inner.workers.shutdown().await;
                return Err(error);
            }
        }
        Ok(Self { inner })
    }

    /// How many workers there are.
    #[must_use]
    pub fn worker_count(&self) -> usize {
        self.inner.workers.len()
    }

    /// What clients are offered, for every worker.
    #[must_use]
    pub fn offered_addresses(&self) -> Vec<OfferedAddress> {
        offered_addresses(&self.inner.options)
    }

    /// Returns when a worker has died that was alive when this was called, or after it.
    pub async fn worker_lost(&self) {
        self.inner.workers.worker_lost().await;
    }

    /// What every living worker holds.
    ///
    /// # Errors
    /// A worker does not answer.
    pub async fn worker_reports(&self) -> Result<Vec<WorkerReport>, MediaError> {
        let mut reports = Vec::new();
        for live in self.inner.workers.live() {
            let dump = answer(live.worker.dump(), unavailable).await?;
            reports.push(WorkerReport {
                index: live.key.index,
                generation: live.key.generation,
                routers: dump.router_ids.len(),
                objects: dump.channel_message_handlers.channel_request_handlers.len(),
                load: self.inner.registry().load(live.key.index),
            });
        }
        Ok(reports)
    }

    /// Closes everything and ends the workers. The engine cannot be used afterwards.
    pub async fn shutdown(&self) {
        self.inner.closed.store(true, Ordering::Release);
        let everything = self.inner.registry().take_all();
        everything.finish();
        self.inner.workers.shutdown().await;
    }

    /// mediasoup's own router, for measuring and for tests that send media without a browser.
    #[doc(hidden)]
    pub fn mediasoup_router(&self, id: &RouterId) -> Result<Router, MediaError> {
        Ok(self.inner.registry().router(id)?.router.clone())
    }

    /// mediasoup's own producer, for measuring and for tests that send media without a browser.
    #[doc(hidden)]
    pub fn mediasoup_producer_id(&self, id: &ProducerId) -> Result<mediasoup::producer::ProducerId, MediaError> {
        Ok(self.inner.registry().producer(id)?.producer.id())
    }
}

impl Drop for MediasoupEngine {
    fn drop(&mut self) {
        self.inner.closed.store(true, Ordering::Release);
        let everything = self.inner.registry().take_all();
        everything.finish();
    }
}

#[async_trait]
impl MediaEngine for MediasoupEngine {
    async fn open_router(&self, room: RoomId, events: MediaEventSink) -> Result<RouterInfo, MediaError> {
        self.inner.open_router(room, events).await
    }

    async fn close_router(&self, router: &RouterId) {
        let detached = self.inner.registry().take_router(router);
        detached.finish();
    }

    async fn create_transport(
        &self,
        router: &RouterId,
        direction: TransportDirection,
        sctp_capabilities: Option<Value>,
    ) -> Result<TransportInfo, MediaError> {
        self.inner.create_transport(router, direction, sctp_capabilities).await
    }

    async fn connect_transport(&self, transport: &TransportId, dtls_parameters: Value) -> Result<(), MediaError> {
        self.inner.connect_transport(transport, dtls_parameters).await
    }

    async fn restart_ice(&self, transport: &TransportId) -> Result<Value, MediaError> {
        self.inner.restart_ice(transport).await
    }

    async fn close_transport(&self, transport: &TransportId) {
        let detached = self.inner.registry().take_transport(transport);
        detached.finish();
    }

    async fn produce(&self, transport: &TransportId, request: ProduceRequest) -> Result<ProducerId, MediaError> {
        self.inner.produce(transport, request).await
    }

    async fn pause_producer(&self, producer: &ProducerId) -> Result<(), MediaError> {
        let handle = self.inner.registry().producer(producer)?.producer.clone();
        answer(handle.pause(), gone_or_unavailable("producer")).await
    }

    async fn resume_producer(&self, producer: &ProducerId) -> Result<(), MediaError> {
        let handle = self.inner.registry().producer(producer)?.producer.clone();
        answer(handle.resume(), gone_or_unavailable("producer")).await
    }

    async fn close_producer(&self, producer: &ProducerId) {
        let detached = self.inner.registry().take_producer(producer);
        detached.finish();
    }

    async fn consume(
        &self,
        transport: &TransportId,
        producer: &ProducerId,
        rtp_capabilities: Value,
    ) -> Result<ConsumerInfo, MediaError> {
        self.inner.consume(transport, producer, rtp_capabilities).await
    }

    async fn pause_consumer(&self, consumer: &ConsumerId) -> Result<(), MediaError> {
        let handle = self.inner.registry().consumer(consumer)?.consumer.clone();
        answer(handle.pause(), gone_or_unavailable("consumer")).await
    }

    async fn resume_consumer(&self, consumer: &ConsumerId) -> Result<(), MediaError> {
        // The worker asks for a key frame by itself.
        let handle = self.inner.registry().consumer(consumer)?.consumer.clone();
        answer(handle.resume(), gone_or_unavailable("consumer")).await
    }

    async fn close_consumer(&self, consumer: &ConsumerId) {
        let detached = self.inner.registry().take_consumer(consumer);
        detached.finish();
    }

    async fn set_preferred_layers(&self, consumer: &ConsumerId, layers: Layers) -> Result<(), MediaError> {
        self.inner.set_preferred_layers(consumer, layers).await
    }

    async fn request_key_frame(&self, consumer: &ConsumerId) -> Result<(), MediaError> {
        let handle = self.inner.registry().consumer(consumer)?.consumer.clone();
        answer(handle.request_key_frame(), gone_or_unavailable("consumer")).await
    }

    async fn stats(&self, target: &StatsTarget) -> Result<Value, MediaError> {
        let stats = match target {
            StatsTarget::Transport(id) => {
                let handle = self.inner.registry().transport(id)?.transport.clone();
                serde_json::to_value(answer(handle.get_stats(), gone_or_unavailable("transport")).await?)
            }
            StatsTarget::Producer(id) => {
                let handle = self.inner.registry().producer(id)?.producer.clone();
                serde_json::to_value(answer(handle.get_stats(), gone_or_unavailable("producer")).await?)
            }
            StatsTarget::Consumer(id) => {
                let handle = self.inner.registry().consumer(id)?.consumer.clone();
                serde_json::to_value(answer(handle.get_stats(), gone_or_unavailable("consumer")).await?)
            }
        };
        stats.map_err(|error| MediaError::Unavailable(error.into()))
    }

    async fn usage(&self) -> MediaUsage {
        let workers = self.inner.workers.live().len();
        self.inner.registry().usage(workers)
    }
}
