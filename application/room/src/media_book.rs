//! Who owns which transport, producer and consumer in a room.

use std::collections::{HashMap, HashSet};

use domain_room::{MediaKind, MediaSource, PeerSessionId};
use domain_shared::UserId;

use crate::{ConsumerId, ProducerId, RoomError, StatsTarget, Track, TransportDirection, TransportId};

/// A transport of somebody's.
#[derive(Debug)]
struct TransportEntry {
    owner: PeerSessionId,
    direction: TransportDirection,
}

/// A track that somebody sends.
#[derive(Debug)]
pub(crate) struct ProducerEntry {
    pub(crate) owner: PeerSessionId,
    pub(crate) user: UserId,
    pub(crate) kind: MediaKind,
    pub(crate) source: MediaSource,
    pub(crate) paused: bool,
    consumers: HashSet<ConsumerId>,
}

/// A track that somebody receives.
#[derive(Debug)]
struct ConsumerEntry {
    owner: PeerSessionId,
    producer: ProducerId,
}

/// What one participant has. `making_*` counts what the engine is about to make.
#[derive(Debug, Default)]
struct Belongings {
    transports: HashSet<TransportId>,
    // In the order in which they were made.
    producers: Vec<ProducerId>,
    consumers: HashSet<ConsumerId>,
    making_transports: usize,
    making_consumers: usize,
}

/// A producer that is gone, with those who received it.
#[derive(Debug)]
pub(crate) struct ClosedProducer {
    pub(crate) id: ProducerId,
    pub(crate) entry: ProducerEntry,
    pub(crate) consumers: Vec<(PeerSessionId, ConsumerId)>,
}

/// The book. It knows handles only by name; the engine holds them.
#[derive(Debug, Default)]
pub(crate) struct MediaBook {
    transports: HashMap<TransportId, TransportEntry>,
    producers: HashMap<ProducerId, ProducerEntry>,
    consumers: HashMap<ConsumerId, ConsumerEntry>,
    belongings: HashMap<PeerSessionId, Belongings>,
}

impl MediaBook {
    /// Counts a transport that is about to be made.
    pub(crate) fn reserve_transport(&mut self, owner: PeerSessionId, limit: usize) -> Result<(), RoomError> {
        let belongings = self.belongings.entry(owner).or_default();
        if belongings.transports.len() + belongings.making_transports >= limit {
            return Err(RoomError::LimitReached("transports"));
        }
        belongings.making_transports += 1;
        Ok(())
    }

    /// The transport was made, or not (`None`).
    pub(crate) fn settle_transport(&mut self, owner: PeerSessionId, made: Option<(TransportId, TransportDirection)>) {
        let belongings = self.belongings.entry(owner).or_default();
        belongings.making_transports = belongings.making_transports.saturating_sub(1);
        if let Some((id, direction)) = made {
            belongings.transports.insert(id.clone());
            self.transports.insert(id, TransportEntry { owner, direction });
        }
    }

    /// Notes a producer.
    pub(crate) fn add_producer(&mut self, owner: PeerSessionId, user: UserId, track: &Track) {
        self.belongings.entry(owner).or_default().producers.push(track.producer.clone());
        let entry = ProducerEntry {
            owner,
            user,
            kind: track.kind,
            source: track.source,
            paused: track.paused,
            consumers: HashSet::new(),
        };
        self.producers.insert(track.producer.clone(), entry);
    }

    /// Counts a consumer that is about to be made.
    pub(crate) fn reserve_consumer(&mut self, owner: PeerSessionId, limit: usize) -> Result<(), RoomError> {
        let belongings = self.belongings.entry(owner).or_default();
        if belongings.consumers.len() + belongings.making_consumers >= limit {
            return Err(RoomError::LimitReached("consumers"));
        }
        belongings.making_consumers += 1;
        Ok(())
    }

    /// The consumer was made, or not (`None`). Tells whether its producer is still there.
    pub(crate) fn settle_consumer(&mut self, owner: PeerSessionId, made: Option<(ConsumerId, ProducerId)>) -> bool {
        let belongings = self.belongings.entry(owner).or_default();
        belongings.making_consumers = belongings.making_consumers.saturating_sub(1);
        let Some((id, producer)) = made else { return false };
        let Some(entry) = self.producers.get_mut(&producer) else { return false };
        entry.consumers.insert(id.clone());
        belongings.consumers.insert(id.clone());
        self.consumers.insert(id, ConsumerEntry { owner, producer });
        true
    }

    /// Whether a transport is `owner`'s.
    pub(crate) fn check_transport(&self, owner: PeerSessionId, id: &TransportId) -> Result<(), RoomError> {
        self.transport_of(owner, id).map(|_| ())
    }

    /// Whether a transport is `owner`'s and of that direction.
    pub(crate) fn check_direction(
        &self,
        owner: PeerSessionId,
        id: &TransportId,
        direction: TransportDirection,
    ) -> Result<(), RoomError> {
        if self.transport_of(owner, id)?.direction == direction {
            return Ok(());
        }
        Err(RoomError::WrongState(match direction {
            TransportDirection::Send => "the transport is for receiving",
            TransportDirection::Receive => "the transport is for sending",
        }))
    }

    fn transport_of(&self, owner: PeerSessionId, id: &TransportId) -> Result<&TransportEntry, RoomError> {
        self.transports.get(id).filter(|entry| entry.owner == owner).ok_or(RoomError::NotFound("transport"))
    }

    /// A producer of `owner`'s.
    pub(crate) fn producer_of(&self, owner: PeerSessionId, id: &ProducerId) -> Result<&ProducerEntry, RoomError> {
        self.producers.get(id).filter(|entry| entry.owner == owner).ok_or(RoomError::NotFound("producer"))
    }

    /// Anybody's producer.
    pub(crate) fn producer(&self, id: &ProducerId) -> Option<&ProducerEntry> {
        self.producers.get(id)
    }

    /// Notes whether a producer is paused; tells whether that is new.
    pub(crate) fn set_paused(&mut self, id: &ProducerId, paused: bool) -> bool {
        self.producers.get_mut(id).is_some_and(|entry| std::mem::replace(&mut entry.paused, paused) != paused)
    }

    /// Whether a consumer is `owner`'s.
    pub(crate) fn check_consumer(&self, owner: PeerSessionId, id: &ConsumerId) -> Result<(), RoomError> {
        match self.consumer_owner(id) {
            Some(session) if session == owner => Ok(()),
            _ => Err(RoomError::NotFound("consumer")),
        }
    }

    /// Who receives by a consumer.
    pub(crate) fn consumer_owner(&self, id: &ConsumerId) -> Option<PeerSessionId> {
        self.consumers.get(id).map(|entry| entry.owner)
    }

    /// Whose a transport is.
    pub(crate) fn transport_owner(&self, id: &TransportId) -> Option<PeerSessionId> {
        self.transports.get(id).map(|entry| entry.owner)
    }

    /// Whether statistics of something may be given to `owner`.
    pub(crate) fn check_stats(&self, owner: PeerSessionId, target: &StatsTarget) -> Result<(), RoomError> {
        match target {
            StatsTarget::Transport(id) => self.check_transport(owner, id),
            StatsTarget::Producer(id) => self.producer_of(owner, id).map(|_| ()),
            StatsTarget::Consumer(id) => self.check_consumer(owner, id),
        }
    }

    /// What somebody sends, in the order in which it was begun.
    pub(crate) fn tracks_of(&self, owner: PeerSessionId) -> Vec<Track> {
        let producers = self.belongings.get(&owner).map(|belongings| belongings.producers.as_slice());
        producers
            .unwrap_or_default()
            .iter()
            .filter_map(|id| {
                let entry = self.producers.get(id)?;
                Some(Track { producer: id.clone(), kind: entry.kind, source: entry.source, paused: entry.paused })
            })
            .collect()
    }

    /// Strikes a producer and all who receive it out.
    pub(crate) fn remove_producer(&mut self, id: &ProducerId) -> Option<ClosedProducer> {
        let mut entry = self.producers.remove(id)?;
        if let Some(belongings) = self.belongings.get_mut(&entry.owner) {
            belongings.producers.retain(|producer| producer != id);
        }
        let consumers = std::mem::take(&mut entry.consumers);
        let consumers = consumers.into_iter().filter_map(|id| Some((self.forget_consumer(&id)?.owner, id))).collect();
        Some(ClosedProducer { id: id.clone(), entry, consumers })
    }

    /// Strikes a consumer out; tells whose it was.
    pub(crate) fn remove_consumer(&mut self, id: &ConsumerId) -> Option<PeerSessionId> {
        let entry = self.forget_consumer(id)?;
        if let Some(producer) = self.producers.get_mut(&entry.producer) {
            producer.consumers.remove(id);
        }
        Some(entry.owner)
    }

    fn forget_consumer(&mut self, id: &ConsumerId) -> Option<ConsumerEntry> {
        let entry = self.consumers.remove(id)?;
        if let Some(belongings) = self.belongings.get_mut(&entry.owner) {
            belongings.consumers.remove(id);
        }
        Some(entry)
    }

    /// Strikes everything of somebody's out: the transports to close, and the producers with those who received them.
    pub(crate) fn remove_owner(&mut self, owner: PeerSessionId) -> (Vec<TransportId>, Vec<ClosedProducer>) {
        let Some(belongings) = self.belongings.get(&owner) else { return (Vec::new(), Vec::new()) };
        let (producers, consumers) = (belongings.producers.clone(), belongings.consumers.clone());
        let transports: Vec<_> = belongings.transports.iter().cloned().collect();
        for id in &consumers {
            self.remove_consumer(id);
        }
        let closed = producers.iter().filter_map(|id| self.remove_producer(id)).collect();
        for id in &transports {
            self.transports.remove(id);
        }
        self.belongings.remove(&owner);
        (transports, closed)
    }

    /// Strikes everything out, what is about to be made included.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// How many producers and consumers there are.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.producers.len(), self.consumers.len())
    }
}
