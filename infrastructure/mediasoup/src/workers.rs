//! The workers: one C++ thread each, with one WebRTC server each, and what happens when one dies.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use futures::future::BoxFuture;
use mediasoup::prelude::{
    ListenInfo, Protocol, WebRtcServer, WebRtcServerListenInfos, WebRtcServerOptions, Worker, WorkerManager,
    WorkerSettings,
};
use mediasoup::types::data_structures::SocketFlags;
use tokio::sync::watch;

use crate::engine::Inner;
use crate::errors::StartError;
use crate::options::{MediasoupEngineOptions, WorkerLogLevel};
use crate::registry::WorkerKey;

/// Wait before a worker is replaced the first time in a row, doubled each time.
const FIRST_BACKOFF: Duration = Duration::from_millis(200);
/// Longest wait before a worker is replaced.
const LONGEST_BACKOFF: Duration = Duration::from_secs(30);
/// A worker that has lived this long was not part of a series of deaths.
const HEALTHY_AFTER: Duration = Duration::from_secs(60);
/// How many port ranges are tried when a worker is replaced. A worker that died of an exception may have left its sockets
/// open in this process, so that its own port stays taken.
const PORT_ATTEMPTS: usize = 8;

/// A worker that lives.
#[derive(Clone)]
pub(crate) struct LiveWorker {
    pub key: WorkerKey,
    pub worker: Worker,
    pub server: WebRtcServer,
}

#[derive(Default)]
struct Slot {
    live: Option<LiveWorker>,
    generation: u64,
    deaths_in_a_row: u32,
}

/// All workers.
pub(crate) struct WorkerPool {
    slots: Mutex<Vec<Slot>>,
    /// Kept apart, so that it is dropped last and where waiting for threads is allowed.
    manager: Mutex<Option<WorkerManager>>,
    /// How many have died.
    deaths: watch::Sender<u64>,
}

impl WorkerPool {
    pub fn new(count: usize) -> Self {
        Self {
            slots: Mutex::new((0..count).map(|_| Slot::default()).collect()),
            manager: Mutex::new(Some(WorkerManager::new())),
            deaths: watch::Sender::new(0),
        }
    }

    /// Returns when a worker dies from now on.
    pub async fn worker_lost(&self) {
        let mut deaths = self.deaths.subscribe();
        let before = *deaths.borrow_and_update();
        // The sender lives as long as this.
        let _ = deaths.wait_for(|deaths| *deaths != before).await;
    }

    /// How many workers there should be.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// The workers that live now.
    pub fn live(&self) -> Vec<LiveWorker> {
        self.lock().iter().filter_map(|slot| slot.live.clone()).collect()
    }

    pub fn find(&self, key: WorkerKey) -> Option<LiveWorker> {
        self.lock().get(key.index)?.live.clone().filter(|live| live.key == key)
    }

    /// Starts the worker of a place that is empty.
    pub async fn start(&self, index: usize, inner: &Arc<Inner>, respawn: bool) -> Result<(), StartError> {
        let Some(manager) = self.manager.lock().unwrap_or_else(PoisonError::into_inner).clone() else {
            return Ok(());
        };
        let options = &inner.options;
        let mut settings = WorkerSettings::default();
        settings.log_level = match options.log_level {
            WorkerLogLevel::Debug => mediasoup::worker::WorkerLogLevel::Debug,
            WorkerLogLevel::Warn => mediasoup::worker::WorkerLogLevel::Warn,
            WorkerLogLevel::Error => mediasoup::worker::WorkerLogLevel::Error,
            WorkerLogLevel::None => mediasoup::worker::WorkerLogLevel::None,
        };
        let worker = manager
            .create_worker(settings)
            .await
            .map_err(|source| StartError::Worker { index: options.first_worker + index, source })?;
        let server = listen(&worker, index, options, if respawn { PORT_ATTEMPTS } else { 1 }).await?;
        let key = {
            let mut slots = self.lock();
            let Some(slot) = slots.get_mut(index) else { return Ok(()) };
            slot.generation += 1;
            WorkerKey { index, generation: slot.generation }
        };
        let weak = Arc::downgrade(inner);
        let started = tokio::time::Instant::now();
        let runtime = tokio::runtime::Handle::current();
        worker
            .on_dead(move |result| {
                tracing::error!(worker = index, ?result, "a media worker has died");
                runtime.spawn(replace(weak, key, started.elapsed()));
            })
            .detach();
        if let Some(slot) = self.lock().get_mut(index) {
            slot.live = Some(LiveWorker { key, worker, server });
        }
        Ok(())
    }

    /// Takes a dead worker out. Says how long to wait before the next, `None` when it is not this one's place any more.
    fn bury(&self, key: WorkerKey, lived: Duration) -> Option<(LiveWorker, Duration)> {
        let mut slots = self.lock();
        let slot = slots.get_mut(key.index)?;
        if slot.live.as_ref()?.key != key {
            return None;
        }
        let live = slot.live.take()?;
        self.deaths.send_modify(|deaths| *deaths += 1);
        slot.deaths_in_a_row = if lived >= HEALTHY_AFTER { 0 } else { slot.deaths_in_a_row.saturating_add(1) };
        Some((live, backoff(slot.deaths_in_a_row)))
    }

    /// Closes all workers and waits for their threads, within bounds.
    pub async fn shutdown(&self) {
        let live: Vec<LiveWorker> = self.lock().iter_mut().filter_map(|slot| slot.live.take()).collect();
        let manager = self.manager.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Dropping the manager waits for the threads.
        let closing = tokio::task::spawn_blocking(move || {
            drop(live);
            drop(manager);
        });
        if tokio::time::timeout(Duration::from_secs(5), closing).await.is_err() {
            tracing::warn!("the media workers did not end in time");
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn backoff(deaths_in_a_row: u32) -> Duration {
    FIRST_BACKOFF.saturating_mul(1 << deaths_in_a_row.saturating_sub(1).min(16)).min(LONGEST_BACKOFF)
}

/// Tells the rooms of a dead worker and puts another in its place. Boxed, since starting a worker hands this out in turn.
fn replace(inner: Weak<Inner>, key: WorkerKey, lived: Duration) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let mut wait = {
            let Some(inner) = inner.upgrade() else { return };
            let Some((dead, wait)) = inner.workers.bury(key, lived) else { return };
            let detached = inner.registry().take_worker(key);
            detached.finish();
            drop(dead);
            wait
        };
        loop {
            tokio::time::sleep(wait).await;
            let Some(inner) = inner.upgrade() else { return };
            if inner.is_closed() {
                return;
            }
            match inner.workers.start(key.index, &inner, true).await {
                Ok(()) => {
                    tracing::info!(worker = key.index, "a media worker was replaced");
                    return;
                }
                Err(error) => tracing::error!(worker = key.index, %error, "a media worker cannot be replaced"),
            }
            wait = wait.saturating_mul(2).min(LONGEST_BACKOFF);
        }
    })
}

async fn listen(
    worker: &Worker,
    index: usize,
    options: &MediasoupEngineOptions,
    attempts: usize,
) -> Result<WebRtcServer, StartError> {
    let (count, named) = (worker_count(options), options.first_worker + index);
    let mut failure =
        StartError::Listen { index: named, port: options.port_base, reason: "no address to listen on".to_owned() };
    for attempt in 0..attempts {
        let offset = u16::try_from(index + attempt * count).ok();
        let port = match options.port_base {
            0 => None,
            base => Some(offset.and_then(|offset| base.checked_add(offset)).ok_or_else(|| StartError::Option {
                option: "port_base",
                reason: "leaves no ports for all workers".to_owned(),
            })?),
        };
        let infos: Vec<ListenInfo> = options
            .listen_ips
            .iter()
            .flat_map(|ip| [Protocol::Udp, Protocol::Tcp].map(|protocol| listen_info(*ip, protocol, port)))
            .collect();
        let infos = WebRtcServerListenInfos::try_from(infos)
            .map_err(|error| StartError::Option { option: "listen_ips", reason: error.to_string() })?;
        match worker.create_webrtc_server(WebRtcServerOptions::new(infos)).await {
            Ok(server) => {
                if attempt > 0 {
                    tracing::warn!(worker = index, port, "the worker's own port is taken, so it listens on another");
                }
                return Ok(server);
            }
            Err(error) => {
                failure = StartError::Listen { index: named, port: port.unwrap_or(0), reason: error.to_string() };
            }
        }
    }
    Err(failure)
}

/// mediasoup wants an announced address for the unspecified one; clients are told others (`addresses`), so loopback
/// stands there to tell the family.
fn listen_info(ip: IpAddr, protocol: Protocol, port: Option<u16>) -> ListenInfo {
    let family = if ip.is_ipv6() { IpAddr::V6(Ipv6Addr::LOCALHOST) } else { IpAddr::V4(Ipv4Addr::LOCALHOST) };
    ListenInfo {
        protocol,
        ip,
        announced_address: ip.is_unspecified().then(|| family.to_string()),
        expose_internal_ip: false,
        port,
        port_range: None,
        flags: ip.is_ipv6().then_some(SocketFlags { ipv6_only: true, udp_reuse_port: false }),
        send_buffer_size: None,
        recv_buffer_size: None,
    }
}

/// How many workers the options ask for.
pub(crate) fn worker_count(options: &MediasoupEngineOptions) -> usize {
    match options.workers {
        0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        count => count,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_a_bound() {
        assert_eq!(backoff(0), FIRST_BACKOFF);
        assert_eq!(backoff(1), FIRST_BACKOFF);
        assert_eq!(backoff(2), FIRST_BACKOFF * 2);
        assert_eq!(backoff(u32::MAX), LONGEST_BACKOFF);
    }
}
