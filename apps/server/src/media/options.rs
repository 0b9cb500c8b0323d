//! How the media workers are set up, from the configuration, and how a worker is told in another process.

use std::net::IpAddr;

use infrastructure_mediasoup::{AnnouncedAddress, MediasoupEngineOptions, WorkerLogLevel};
use serde::{Deserialize, Serialize};

use crate::config::{Config, LogFormatName, MediaLogLevel};

/// How the media workers are set up.
#[derive(Debug, Clone)]
pub struct MediaPlan {
    /// The engine's options, for all workers.
    pub options: MediasoupEngineOptions,
    /// Whether each worker is a process of its own.
    pub processes: bool,
    media_log_level: MediaLogLevel,
    log_format: LogFormatName,
    log_level: String,
}

impl MediaPlan {
    /// What the configuration says.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let media = &config.media;
        let mut options = MediasoupEngineOptions::new();
        options.workers = media.worker_count();
        options.listen_ips = vec![media.listen_ip];
        options.announced_addresses = media
            .announced_addresses
            .iter()
            .map(|announced| AnnouncedAddress { address: announced.address.clone(), port: announced.port })
            .collect();
        options.port_base = media.port_base;
        options.max_incoming_bitrate = Some(u64::from(media.max_incoming_bitrate));
        options.max_outgoing_bitrate = Some(u64::from(media.max_outgoing_bitrate));
        options.log_level = worker_log_level(media.log_level);
        Self {
            options,
            processes: media.processes,
            media_log_level: media.log_level,
            log_format: config.telemetry.log_format,
            log_level: config.telemetry.log_level.clone(),
        }
    }

    /// What each worker is told when it is a process of its own.
    pub(super) fn workers(&self) -> impl Iterator<Item = WorkerOptions> {
        (0..u16::try_from(self.options.workers).unwrap_or(u16::MAX)).map(|index| self.worker(index))
    }

    fn worker(&self, index: u16) -> WorkerOptions {
        let options = &self.options;
        // Ports count from the first worker's; a process has one.
        let own = |port: u16| if port == 0 { 0 } else { port.saturating_add(index) };
        let announced = options.announced_addresses.iter();
        WorkerOptions {
            index,
            listen_ips: options.listen_ips.clone(),
            port: own(options.port_base),
            announced: announced.map(|at| (at.address.clone(), at.port.map(own))).collect(),
            max_incoming_bitrate: options.max_incoming_bitrate,
            max_outgoing_bitrate: options.max_outgoing_bitrate,
            media_log_level: self.media_log_level,
            log_format: self.log_format,
            log_level: self.log_level.clone(),
        }
    }
}

/// What a worker in a process of its own is told: nothing that is secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkerOptions {
    /// Which one, from 0.
    pub index: u16,
    listen_ips: Vec<IpAddr>,
    port: u16,
    announced: Vec<(String, Option<u16>)>,
    max_incoming_bitrate: Option<u64>,
    max_outgoing_bitrate: Option<u64>,
    media_log_level: MediaLogLevel,
    /// How log lines look.
    pub log_format: LogFormatName,
    /// What is logged.
    pub log_level: String,
}

impl WorkerOptions {
    /// The options of its engine.
    #[must_use]
    pub fn engine(&self) -> MediasoupEngineOptions {
        let mut options = MediasoupEngineOptions::new();
        options.workers = 1;
        options.first_worker = usize::from(self.index);
        options.listen_ips.clone_from(&self.listen_ips);
        options.port_base = self.port;
        options.announced_addresses = self
            .announced
            .iter()
            .map(|(address, port)| AnnouncedAddress { address: address.clone(), port: *port })
            .collect();
        options.max_incoming_bitrate = self.max_incoming_bitrate;
        options.max_outgoing_bitrate = self.max_outgoing_bitrate;
        options.log_level = worker_log_level(self.media_log_level);
        options
    }
}

const fn worker_log_level(level: MediaLogLevel) -> WorkerLogLevel {
    match level {
        MediaLogLevel::Debug => WorkerLogLevel::Debug,
        MediaLogLevel::Warn => WorkerLogLevel::Warn,
        MediaLogLevel::Error => WorkerLogLevel::Error,
        MediaLogLevel::None => WorkerLogLevel::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(port_base: u16) -> MediaPlan {
        let mut options = MediasoupEngineOptions::new();
        options.workers = 3;
        options.port_base = port_base;
        options.announced_addresses = vec![
            AnnouncedAddress { address: "203.0.113.7".to_owned(), port: Some(50_000) },
            AnnouncedAddress { address: "meet.example.org".to_owned(), port: None },
        ];
        let (log_format, log_level) = (LogFormatName::Json, "info".to_owned());
        MediaPlan { options, processes: true, media_log_level: MediaLogLevel::Warn, log_format, log_level }
    }

    #[test]
    fn each_worker_has_its_own_port_inside_and_outside() {
        let workers: Vec<_> = plan(40_000).workers().map(|worker| worker.engine()).collect();
        let ports: Vec<_> = workers.iter().map(|worker| (worker.workers, worker.port_base)).collect();
        assert_eq!(ports, [(1, 40_000), (1, 40_001), (1, 40_002)]);
        let announced: Vec<_> = workers.iter().map(|worker| worker.announced_addresses[0].port).collect();
        assert_eq!(announced, [Some(50_000), Some(50_001), Some(50_002)]);
        assert_eq!(workers[2].announced_addresses[1].port, None);
        assert!(plan(0).workers().all(|worker| worker.engine().port_base == 0), "any free ports");
    }

    #[test]
    fn what_a_worker_is_told_arrives() {
        let told = plan(40_000).worker(1);
        let text = serde_json::to_string(&told).unwrap();
        assert_eq!(serde_json::from_str::<WorkerOptions>(&text).unwrap(), told);
    }
}
