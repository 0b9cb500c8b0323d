//! The signalling endpoint of this process, and what is counted about it.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use application_room::LiveRooms;
use infrastructure_ice::ConfiguredIceServers;
use infrastructure_telemetry::{EventCounter, Metrics};
use interfaces_signaling::{
    AllowedOrigins, SignalingLimits, SignalingObserver, SignalingState, protocol::ErrorCode, signaling,
};
use poem::{EndpointExt, endpoint::BoxEndpoint};

use super::adapters::Adapters;
use crate::config::Config;

/// Makes the endpoint.
pub(super) fn endpoint(
    config: &Config,
    adapters: &Adapters,
    rooms: &LiveRooms,
    metrics: &Metrics,
) -> BoxEndpoint<'static> {
    signaling(SignalingState {
        rooms: rooms.clone(),
        verifier: adapters.room_tokens.clone(),
        clock: adapters.clock.clone(),
        ice_servers: Arc::new(ConfiguredIceServers::new(config.ice.configured(), adapters.clock.clone())),
        limits: SignalingLimits::default(),
        origins: AllowedOrigins::Any,
        observer: Arc::new(Observer::new(adapters.connections.clone(), metrics)),
    })
    .boxed()
}

/// Counts connections, messages and errors.
struct Observer {
    open: Arc<AtomicU64>,
    received: EventCounter,
    refused: EventCounter,
}

impl Observer {
    fn new(open: Arc<AtomicU64>, metrics: &Metrics) -> Self {
        let shown = open.clone();
        metrics.gauge("websocket_connections", "Open signalling connections", &[], move || {
            Some(shown.load(Ordering::Relaxed))
        });
        Self {
            open,
            received: metrics.events("signaling_messages", "Messages from clients", "type"),
            refused: metrics.events("signaling_errors", "Messages that were answered with an error", "code"),
        }
    }
}

impl SignalingObserver for Observer {
    fn connection_opened(&self) {
        self.open.fetch_add(1, Ordering::Relaxed);
    }

    fn connection_closed(&self) {
        self.open.fetch_sub(1, Ordering::Relaxed);
    }

    fn message_received(&self, kind: &'static str) {
        self.received.count(kind);
    }

    fn message_refused(&self, code: ErrorCode) {
        // Its published name, which is how it is serialised.
        if let Ok(serde_json::Value::String(name)) = serde_json::to_value(code) {
            self.refused.count(name);
        }
    }
}
