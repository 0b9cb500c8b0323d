//! Statistics: what all nodes share, from the database, and what is live on this one.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use application_integration::{NodeStatistics, RoomTracks, StatisticsPorts, ThisNode};
use application_room::LiveRooms;
use domain_shared::RoomId;
use infrastructure_cache::CachedStatisticsReader;
use infrastructure_postgres::PgStatisticsReader;

use super::adapters::Adapters;

/// What the use cases need.
pub(super) fn ports(adapters: &Adapters) -> StatisticsPorts {
    let stored = Arc::new(PgStatisticsReader::new(adapters.database.clone()));
    let node = Node { rooms: adapters.live_rooms.clone(), connections: adapters.connections.clone() };
    StatisticsPorts {
        administrators: adapters.integration.ports.administrators.clone(),
        reader: Arc::new(CachedStatisticsReader::new(stored, adapters.statistics_cache.clone())),
        node: Arc::new(node),
        clock: adapters.clock.clone(),
    }
}

/// This process.
struct Node {
    rooms: Option<LiveRooms>,
    connections: Arc<AtomicU64>,
}

fn count(value: usize) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}

impl ThisNode for Node {
    fn statistics(&self) -> Option<NodeStatistics> {
        let stats = self.rooms.as_ref()?.stats();
        Some(NodeStatistics {
            connections: self.connections.load(Ordering::Relaxed),
            rooms: count(stats.rooms),
            peers: count(stats.peers),
            producers: count(stats.producers),
            consumers: count(stats.consumers),
        })
    }

    fn tracks(&self, room: RoomId) -> Option<RoomTracks> {
        let stats = self.rooms.as_ref()?.stats_of(room)?;
        Some(RoomTracks { producers: count(stats.producers), consumers: count(stats.consumers) })
    }
}
