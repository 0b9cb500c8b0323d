//! WebRTC transports.

use std::sync::Arc;

use application_room::{MediaError, MediaEvent, RouterId, TransportDirection, TransportId, TransportInfo};
use mediasoup::prelude::{Transport, WebRtcTransport, WebRtcTransportOptions, WebRtcTransportRemoteParameters};
use mediasoup::types::data_structures::{DtlsState, IceState};
use serde::Serialize;
use serde_json::Value;

use crate::addresses::{announced, ice_candidates};
use crate::engine::Inner;
use crate::errors::{answer, gone_or_unavailable, rejected};
use crate::registry::TransportEntry;
use crate::validation;

/// Largest data-channel message, in octets, in either direction.
const MAX_MESSAGE_SIZE: u32 = 65_536;
/// Most that waits to be sent over data channels of one transport, in octets.
const SCTP_BUFFER_SIZE: u32 = 262_144;

impl Inner {
    pub async fn create_transport(
        &self,
        router_id: &RouterId,
        direction: TransportDirection,
        sctp_capabilities: Option<Value>,
    ) -> Result<TransportInfo, MediaError> {
        let sctp = sctp_capabilities.as_ref().map(validation::sctp_capabilities).transpose()?;
        let (router, worker, events) = {
            let registry = self.registry();
            let entry = registry.router(router_id)?;
            if entry.transports.len() >= self.options.limits.transports_per_router {
                return Err(MediaError::LimitReached("transports per room"));
            }
            (entry.router.clone(), entry.worker, Arc::clone(&entry.events))
        };
        let live = self.workers.find(worker).ok_or(MediaError::NotFound("router"))?;

        let mut options = WebRtcTransportOptions::new_with_server(live.server);
        options.prefer_udp = true;
        options.initial_available_outgoing_bitrate = self.options.initial_outgoing_bitrate;
        options.max_incoming_bitrate = self.options.max_incoming_bitrate;
        options.max_outgoing_bitrate = self.options.max_outgoing_bitrate;
        options.enable_sctp = sctp.is_some();
        options.max_send_message_size = MAX_MESSAGE_SIZE;
        options.max_receive_message_size = MAX_MESSAGE_SIZE;
        options.sctp_send_buffer_size = SCTP_BUFFER_SIZE;
        options.sctp_per_stream_send_queue_limit = SCTP_BUFFER_SIZE;
        let transport = answer(router.create_webrtc_transport(options), gone_or_unavailable("router")).await?;

        let id = TransportId(transport.id().to_string());
        let candidates = ice_candidates(transport.ice_candidates(), &announced(&self.options), self.options.port_base);
        let info = TransportInfo {
            id: id.clone(),
            ice_parameters: json(transport.ice_parameters())?,
            ice_candidates: json(&candidates)?,
            dtls_parameters: json(&transport.dtls_parameters())?,
            sctp_parameters: transport.sctp_parameters().map(|parameters| json(&parameters)).transpose()?,
        };
        tell_disconnection(&transport, &id, &events);

        let entry = TransportEntry {
            transport,
            router: router_id.clone(),
            direction,
            connected: false,
            producers: Default::default(),
            consumers: Default::default(),
        };
        let added = self.registry().add_transport(id, entry, &self.options.limits);
        added.map_err(|refused| refused.0)?;
        Ok(info)
    }

    pub async fn connect_transport(&self, id: &TransportId, dtls_parameters: Value) -> Result<(), MediaError> {
        let dtls_parameters = validation::dtls_parameters(&dtls_parameters)?;
        let transport = {
            let mut registry = self.registry();
            let entry = registry.transport_mut(id)?;
            if std::mem::replace(&mut entry.connected, true) {
                return Err(MediaError::WrongState("the transport is connected already"));
            }
            entry.transport.clone()
        };
        let connected =
            answer(transport.connect(WebRtcTransportRemoteParameters { dtls_parameters }), rejected("dtls_parameters"))
                .await;
        if connected.is_err()
            && let Ok(entry) = self.registry().transport_mut(id)
        {
            entry.connected = false;
        }
        connected
    }

    pub async fn restart_ice(&self, id: &TransportId) -> Result<Value, MediaError> {
        let transport = self.registry().transport(id)?.transport.clone();
        json(&answer(transport.restart_ice(), gone_or_unavailable("transport")).await?)
    }
}

fn tell_disconnection(transport: &WebRtcTransport, id: &TransportId, events: &application_room::MediaEventSink) {
    let (ice_id, ice_events) = (id.clone(), Arc::clone(events));
    transport
        .on_ice_state_change(move |state| {
            if state == IceState::Disconnected {
                ice_events(MediaEvent::TransportDisconnected(ice_id.clone()));
            }
        })
        .detach();
    let (dtls_id, dtls_events) = (id.clone(), Arc::clone(events));
    transport
        .on_dtls_state_change(move |state| {
            if matches!(state, DtlsState::Failed | DtlsState::Closed) {
                dtls_events(MediaEvent::TransportDisconnected(dtls_id.clone()));
            }
        })
        .detach();
}

fn json(value: &impl Serialize) -> Result<Value, MediaError> {
    serde_json::to_value(value).map_err(|error| MediaError::Unavailable(error.into()))
}
