//! What the engine can be told at start.

use std::net::{IpAddr, Ipv4Addr};

use crate::addresses::AnnouncedAddress;

/// How much the workers log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WorkerLogLevel {
    /// Everything.
    Debug,
    /// Warnings and errors.
    Warn,
    /// Errors.
    #[default]
    Error,
    /// Nothing.
    None,
}

/// How many of each the engine lets be open.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EngineLimits {
    /// Routers over all workers.
    pub routers: usize,
    /// Transports in one router.
    pub transports_per_router: usize,
    /// Producers on one transport.
    pub producers_per_transport: usize,
    /// Consumers on one transport.
    pub consumers_per_transport: usize,
}

impl Default for EngineLimits {
    fn default() -> Self {
        Self {
            routers: 10_000,
            transports_per_router: 2_000,
            producers_per_transport: 16,
            consumers_per_transport: 500,
        }
    }
}

/// What the engine can be told at start.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MediasoupEngineOptions {
    /// Workers, each a thread that can fill one core. 0: one per core.
    pub workers: usize,
    /// The number of the first worker in messages for people.
    pub first_worker: usize,
    /// Local addresses to listen on. The unspecified address listens on all.
    pub listen_ips: Vec<IpAddr>,
    /// Addresses that clients are told. Empty: this machine's own.
    pub announced_addresses: Vec<AnnouncedAddress>,
    /// Port of the first worker, UDP and TCP; each further worker's is one higher. A worker that replaces a dead one takes
    /// the same port if that is free, else one that is a multiple (up to 7) of the number of workers higher. 0: any free
    /// ports (for tests).
    pub port_base: u16,
    /// Most that one transport may receive from its client, in bit/s.
    pub max_incoming_bitrate: Option<u64>,
    /// Most that is sent over one transport, in bit/s.
    pub max_outgoing_bitrate: Option<u64>,
    /// What is assumed at first about a client's downlink, in bit/s.
    pub initial_outgoing_bitrate: u64,
    /// How much the workers log.
    pub log_level: WorkerLogLevel,
    /// How many of each may be open.
    pub limits: EngineLimits,
}

impl MediasoupEngineOptions {
    /// One worker per core on ports from 40000, on all IPv4 addresses.
    #[must_use]
    pub fn new() -> Self {
        Self {
            workers: 0,
            first_worker: 0,
            listen_ips: vec![IpAddr::V4(Ipv4Addr::UNSPECIFIED)],
            announced_addresses: Vec::new(),
            port_base: 40_000,
            max_incoming_bitrate: Some(4_000_000),
            max_outgoing_bitrate: None,
            initial_outgoing_bitrate: 1_000_000,
            log_level: WorkerLogLevel::default(),
            limits: EngineLimits::default(),
        }
    }
}

impl Default for MediasoupEngineOptions {
    fn default() -> Self {
        Self::new()
    }
}
