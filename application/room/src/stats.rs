//! Counts of what is live, for metrics.

use std::sync::atomic::{AtomicUsize, Ordering};

/// What is live on this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RoomStats {
    /// Rooms.
    pub rooms: usize,
    /// Participants in them.
    pub peers: usize,
    /// Tracks that are sent.
    pub producers: usize,
    /// Tracks that are received.
    pub consumers: usize,
}

/// One room's counts: written by its actor, read by whoever wants to know.
#[derive(Debug, Default)]
pub(crate) struct RoomCounters {
    peers: AtomicUsize,
    producers: AtomicUsize,
    consumers: AtomicUsize,
}

impl RoomCounters {
    pub(crate) fn set(&self, peers: usize, producers: usize, consumers: usize) {
        self.peers.store(peers, Ordering::Relaxed);
        self.producers.store(producers, Ordering::Relaxed);
        self.consumers.store(consumers, Ordering::Relaxed);
    }

    pub(crate) fn add_to(&self, stats: &mut RoomStats) {
        stats.rooms += 1;
        stats.peers += self.peers.load(Ordering::Relaxed);
        stats.producers += self.producers.load(Ordering::Relaxed);
        stats.consumers += self.consumers.load(Ordering::Relaxed);
    }
}
