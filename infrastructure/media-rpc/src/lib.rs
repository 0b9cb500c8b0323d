//! The media engine in other processes and on other hosts: the `MediaEngine` port over gRPC.
//!
//! [`RemoteMediaEngine`] is the port on one connection, [`serve`] the other end of it over any engine, and [`MediaPool`] the
//! port over many engines that come and go. A connection is anything that bytes go over in both directions: a pair of
//! Unix sockets between a process and its child, or TCP with TLS on both sides ([`TlsNode`], [`TlsPeer`]).

mod client;
mod connection;
mod failure;
mod generated;
mod keeper;
mod pool;
mod router_stream;
mod server;
mod tls;
mod wire;

pub use client::RemoteMediaEngine;
pub use connection::{ConnectionError, ConnectionLimits, serve};
pub use keeper::{KeepOptions, Worker, WorkerSource, keep};
pub use pool::MediaPool;
pub use tls::{TlsError, TlsFiles, TlsNode, TlsPeer};
