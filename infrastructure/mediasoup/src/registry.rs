//! Every handle of mediasoup that is open, and what belongs to what.
//!
//! Dropping a handle runs mediasoup's close handlers at once, so nothing is dropped while the registry is locked: what is
//! taken out comes back as [`Detached`] and is dropped by the caller.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use application_room::{
    ConsumerId, MediaError, MediaEvent, MediaEventSink, MediaUsage, ProducerId, RouterId, TransportDirection,
    TransportId,
};
use domain_shared::RoomId;
use mediasoup::consumer::Consumer;
use mediasoup::prelude::{ActiveSpeakerObserver, AudioLevelObserver, Producer, Router, WebRtcTransport};

use crate::options::EngineLimits;

/// One life of one worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct WorkerKey {
    /// Its place, which decides its port.
    pub index: usize,
    /// Counts how often the place was filled.
    pub generation: u64,
}

pub(crate) struct RouterEntry {
    pub room: RoomId,
    pub router: Router,
    pub worker: WorkerKey,
    pub events: MediaEventSink,
    pub audio_levels: AudioLevelObserver,
    pub active_speaker: ActiveSpeakerObserver,
    pub transports: HashSet<TransportId>,
}

pub(crate) struct TransportEntry {
    pub transport: WebRtcTransport,
    pub router: RouterId,
    pub direction: TransportDirection,
    pub connected: bool,
    pub producers: HashSet<ProducerId>,
    pub consumers: HashSet<ConsumerId>,
}

pub(crate) struct ProducerEntry {
    pub producer: Producer,
    pub transport: TransportId,
    pub router: RouterId,
    pub consumers: HashSet<ConsumerId>,
}

pub(crate) struct ConsumerEntry {
    pub consumer: Consumer,
    pub transport: TransportId,
    pub producer: ProducerId,
}

/// Handles taken out of the registry, dropped in this order: children first.
#[derive(Default)]
pub(crate) struct Detached {
    consumers: Vec<Consumer>,
    producers: Vec<Producer>,
    transports: Vec<WebRtcTransport>,
    observers: Vec<(AudioLevelObserver, ActiveSpeakerObserver)>,
    routers: Vec<Router>,
    /// What to tell about it, after the registry is unlocked.
    pub events: Vec<(MediaEventSink, MediaEvent)>,
}

impl Detached {
    /// Tells what there is to tell and drops the handles.
    pub fn finish(mut self) {
        for (events, event) in std::mem::take(&mut self.events) {
            events(event);
        }
    }
}

/// Why an entry was not taken, and the entry, whose handle must not be dropped while the registry is locked.
pub(crate) type Refused<T> = Box<(MediaError, T)>;

#[derive(Default)]
pub(crate) struct Registry {
    routers: HashMap<RouterId, RouterEntry>,
    transports: HashMap<TransportId, TransportEntry>,
    producers: HashMap<ProducerId, ProducerEntry>,
    consumers: HashMap<ConsumerId, ConsumerEntry>,
}

impl Registry {
    pub fn router(&self, id: &RouterId) -> Result<&RouterEntry, MediaError> {
        self.routers.get(id).ok_or(MediaError::NotFound("router"))
    }

    pub fn transport(&self, id: &TransportId) -> Result<&TransportEntry, MediaError> {
        self.transports.get(id).ok_or(MediaError::NotFound("transport"))
    }

    pub fn transport_mut(&mut self, id: &TransportId) -> Result<&mut TransportEntry, MediaError> {
        self.transports.get_mut(id).ok_or(MediaError::NotFound("transport"))
    }

    pub fn producer(&self, id: &ProducerId) -> Result<&ProducerEntry, MediaError> {
        self.producers.get(id).ok_or(MediaError::NotFound("producer"))
    }

    pub fn consumer(&self, id: &ConsumerId) -> Result<&ConsumerEntry, MediaError> {
        self.consumers.get(id).ok_or(MediaError::NotFound("consumer"))
    }

    pub fn router_count(&self) -> usize {
        self.routers.len()
    }

    /// Work on one worker, about proportional to its packets: consumers and producers, and a little for the rest.
    pub fn load(&self, index: usize) -> usize {
        let routers = self.routers.values().filter(|entry| entry.worker.index == index);
        routers
            .map(|entry| {
                let streams = entry
                    .transports
                    .iter()
                    .filter_map(|id| self.transports.get(id))
                    .map(|transport| 1 + 4 * (transport.producers.len() + transport.consumers.len()))
                    .sum::<usize>();
                1 + streams
            })
            .sum()
    }

    pub fn usage(&self, workers: usize) -> MediaUsage {
        MediaUsage {
            workers,
            routers: self.routers.len(),
            transports: self.transports.len(),
            producers: self.producers.len(),
            consumers: self.consumers.len(),
        }
    }

    pub fn add_router(
        &mut self,
        id: RouterId,
        entry: RouterEntry,
        limits: &EngineLimits,
    ) -> Result<(), Refused<RouterEntry>> {
        if self.routers.len() >= limits.routers {
            return Err(Box::new((MediaError::LimitReached("routers"), entry)));
        }
        self.routers.insert(id, entry);
        Ok(())
    }

    pub fn add_transport(
        &mut self,
        id: TransportId,
        entry: TransportEntry,
        limits: &EngineLimits,
    ) -> Result<(), Refused<TransportEntry>> {
        match self.routers.get_mut(&entry.router) {
            None => Err(Box::new((MediaError::NotFound("router"), entry))),
            Some(router) if router.transports.len() >= limits.transports_per_router => {
                Err(Box::new((MediaError::LimitReached("transports per room"), entry)))
            }
            Some(router) => {
                router.transports.insert(id.clone());
                self.transports.insert(id, entry);
                Ok(())
            }
        }
    }

    pub fn add_producer(
        &mut self,
        id: ProducerId,
        entry: ProducerEntry,
        limits: &EngineLimits,
    ) -> Result<(), Refused<ProducerEntry>> {
        match self.transports.get_mut(&entry.transport) {
            None => Err(Box::new((MediaError::NotFound("transport"), entry))),
            Some(transport) if transport.producers.len() >= limits.producers_per_transport => {
                Err(Box::new((MediaError::LimitReached("producers per transport"), entry)))
            }
            Some(transport) => {
                transport.producers.insert(id.clone());
                self.producers.insert(id, entry);
                Ok(())
            }
        }
    }

    pub fn add_consumer(
        &mut self,
        id: ConsumerId,
        entry: ConsumerEntry,
        limits: &EngineLimits,
    ) -> Result<(), Refused<ConsumerEntry>> {
        let Some(transport) = self.transports.get_mut(&entry.transport) else {
            return Err(Box::new((MediaError::NotFound("transport"), entry)));
        };
        if transport.consumers.len() >= limits.consumers_per_transport {
            return Err(Box::new((MediaError::LimitReached("consumers per transport"), entry)));
        }
        let Some(producer) = self.producers.get_mut(&entry.producer) else {
            return Err(Box::new((MediaError::NotFound("producer"), entry)));
        };
        transport.consumers.insert(id.clone());
        producer.consumers.insert(id.clone());
        self.consumers.insert(id, entry);
        Ok(())
    }

    /// The consumer's owner asked for it, so nobody is told.
    pub fn take_consumer(&mut self, id: &ConsumerId) -> Detached {
        let mut detached = Detached::default();
        if let Some(entry) = self.consumers.remove(id) {
            if let Some(transport) = self.transports.get_mut(&entry.transport) {
                transport.consumers.remove(id);
            }
            if let Some(producer) = self.producers.get_mut(&entry.producer) {
                producer.consumers.remove(id);
            }
            detached.consumers.push(entry.consumer);
        }
        detached
    }

    /// Whoever consumes the producer is told.
    pub fn take_producer(&mut self, id: &ProducerId) -> Detached {
        let mut detached = Detached::default();
        self.detach_producer(id, &mut detached);
        detached
    }

    /// Told: the end of its producers and of what consumes them; not told: the end of its own consumers.
    pub fn take_transport(&mut self, id: &TransportId) -> Detached {
        let mut detached = Detached::default();
        let Some(entry) = self.transports.remove(id) else {
            return detached;
        };
        if let Some(router) = self.routers.get_mut(&entry.router) {
            router.transports.remove(id);
        }
        for consumer in &entry.consumers {
            if let Some(consumer_entry) = self.consumers.remove(consumer) {
                if let Some(producer) = self.producers.get_mut(&consumer_entry.producer) {
                    producer.consumers.remove(consumer);
                }
                detached.consumers.push(consumer_entry.consumer);
            }
        }
        for producer in &entry.producers {
            self.detach_producer(producer, &mut detached);
            if let Some(router) = self.routers.get(&entry.router) {
                detached.events.push((Arc::clone(&router.events), MediaEvent::ProducerClosed(producer.clone())));
            }
        }
        detached.transports.push(entry.transport);
        detached
    }

    /// Everything in the router goes; nobody is told.
    pub fn take_router(&mut self, id: &RouterId) -> Detached {
        let mut detached = Detached::default();
        self.detach_router(id, &mut detached);
        detached
    }

    /// Everything on a worker that has died goes; its routers' rooms are told.
    pub fn take_worker(&mut self, key: WorkerKey) -> Detached {
        let mut detached = Detached::default();
        let routers: Vec<RouterId> =
            self.routers.iter().filter(|(_, entry)| entry.worker == key).map(|(id, _)| id.clone()).collect();
        for id in routers {
            if let Some(entry) = self.routers.get(&id) {
                tracing::warn!(room = %entry.room, router = %id, "a room has lost its media worker");
                detached.events.push((Arc::clone(&entry.events), MediaEvent::RouterClosed));
            }
            self.detach_router(&id, &mut detached);
        }
        detached
    }

    /// Everything there is.
    pub fn take_all(&mut self) -> Detached {
        let mut detached = Detached::default();
        let routers: Vec<RouterId> = self.routers.keys().cloned().collect();
        for id in routers {
            self.detach_router(&id, &mut detached);
        }
        detached
    }

    fn detach_router(&mut self, id: &RouterId, detached: &mut Detached) {
        let Some(entry) = self.routers.remove(id) else {
            return;
        };
        for transport in &entry.transports {
            let Some(transport) = self.transports.remove(transport) else { continue };
            detached
                .consumers
                .extend(transport.consumers.iter().filter_map(|id| self.consumers.remove(id)).map(|e| e.consumer));
            detached
                .producers
                .extend(transport.producers.iter().filter_map(|id| self.producers.remove(id)).map(|e| e.producer));
            detached.transports.push(transport.transport);
        }
        detached.observers.push((entry.audio_levels, entry.active_speaker));
        detached.routers.push(entry.router);
    }

    fn detach_producer(&mut self, id: &ProducerId, detached: &mut Detached) {
        let Some(entry) = self.producers.remove(id) else {
            return;
        };
        if let Some(transport) = self.transports.get_mut(&entry.transport) {
            transport.producers.remove(id);
        }
        for consumer in &entry.consumers {
            let Some(consumer_entry) = self.consumers.remove(consumer) else { continue };
            if let Some(transport) = self.transports.get_mut(&consumer_entry.transport) {
                transport.consumers.remove(consumer);
            }
            if let Some(router) = self.routers.get(&entry.router) {
                detached.events.push((Arc::clone(&router.events), MediaEvent::ConsumerClosed(consumer.clone())));
            }
            detached.consumers.push(consumer_entry.consumer);
        }
        detached.producers.push(entry.producer);
    }
}
