//! Present values for `/metrics`.

use std::sync::Arc;

use application_room::RoomStats;
use infrastructure_postgres::PgPoolStatus;
use infrastructure_telemetry::Metrics;

use super::adapters::Adapters;

/// A gauge: its name (or its label), its help, and how it is read.
type Reading<T> = (&'static str, &'static str, fn(T) -> usize);

/// Shows rooms and what is in them, WebSocket connections, the database pool, the caches and memory.
pub(super) fn register(metrics: &Metrics, adapters: &Arc<Adapters>) {
    let count = |value: usize| u64::try_from(value).unwrap_or(u64::MAX);

    let rooms: [Reading<RoomStats>; 4] = [
        ("rooms", "Open rooms", |stats| stats.rooms),
        ("peers", "Participants in rooms", |stats| stats.peers),
        ("producers", "Tracks that participants send", |stats| stats.producers),
        ("consumers", "Tracks that participants receive", |stats| stats.consumers),
    ];
    for (name, help, read) in rooms {
        let adapters = Arc::clone(adapters);
        metrics.gauge(name, help, &[], move || adapters.live_rooms.as_ref().map(|rooms| count(read(rooms.stats()))));
    }

    let help = "Connections to the database";
    let connections: [Reading<PgPoolStatus>; 2] = [
        ("idle", help, |status| status.available),
        ("in_use", help, |status| status.size.saturating_sub(status.available)),
    ];
    for (state, help, read) in connections {
        let adapters = Arc::clone(adapters);
        metrics
            .gauge("db_connections", help, &[("state", state)], move || Some(count(read(adapters.database.status()))));
    }
    let pool: [Reading<PgPoolStatus>; 2] = [
        ("db_connections_max", "The most connections to the database", |status| status.max_size),
        ("db_connection_waiters", "Tasks that wait for a connection to the database", |status| status.waiting),
    ];
    for (name, help, read) in pool {
        let adapters = Arc::clone(adapters);
        metrics.gauge(name, help, &[], move || Some(count(read(adapters.database.status()))));
    }

    let cache = [("hit", true), ("miss", false)];
    for (result, hit) in cache {
        let adapters = Arc::clone(adapters);
        let users = Arc::clone(&adapters);
        metrics.counter("user_cache_requests", "Reads of accounts by their owners", &[("result", result)], move || {
            let counts = users.user_cache.counts();
            Some(if hit { counts.hits } else { counts.misses })
        });
        let keys = Arc::clone(&adapters);
        metrics.counter("api_key_cache_requests", "Requests with an API key", &[("result", result)], move || {
            let counts = keys.integration.api_key_cache.counts();
            Some(if hit { counts.hits } else { counts.misses })
        });
        let statistics = Arc::clone(&adapters);
        metrics.counter("statistics_cache_requests", "Reads of statistics", &[("result", result)], move || {
            let counts = statistics.statistics_cache.counts();
            Some(if hit { counts.hits } else { counts.misses })
        });
        metrics.counter("meeting_cache_requests", "Reads of single meetings", &[("result", result)], move || {
            let counts = adapters.meeting_cache.counts();
            Some(if hit { counts.hits } else { counts.misses })
        });
    }

    let listening = Arc::clone(adapters);
    metrics.gauge("notification_streams", "Devices that listen to notifications", &[], move || {
        Some(count(listening.notification_feed.streams()))
    });

    metrics.gauge("process_resident_memory_bytes", "Memory that the process holds", &[], resident_memory);
}

/// Resident memory in bytes, where the system tells (proc(5), `VmRSS`).
fn resident_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    #[test]
    fn memory_is_told() {
        assert!(super::resident_memory().is_some_and(|bytes| bytes > 1024 * 1024));
    }
}
