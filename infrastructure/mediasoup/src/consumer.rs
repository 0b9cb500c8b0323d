//! Consumers: tracks that go out.

use std::sync::Arc;

use application_room::{
    ConsumerId, ConsumerInfo, Layers, MediaError, MediaEvent, MediaEventSink, ProducerId, TransportDirection,
    TransportId,
};
use mediasoup::consumer::{Consumer, ConsumerType};
use mediasoup::prelude::{ConsumerLayers, ConsumerOptions, MediaKind, Transport};
use serde_json::Value;

use crate::engine::Inner;
use crate::errors::{answer, consume_error, gone_or_unavailable};
use crate::registry::ConsumerEntry;
use crate::validation;

/// No stream has more layers than this.
const HIGHEST_LAYER: u8 = 7;

impl Inner {
    pub async fn consume(
        &self,
        transport_id: &TransportId,
        producer_id: &ProducerId,
        rtp_capabilities: Value,
    ) -> Result<ConsumerInfo, MediaError> {
        let rtp_capabilities = validation::rtp_capabilities(&rtp_capabilities)?;
        let (transport, mediasoup_producer_id, router, events) = {
            let registry = self.registry();
            let entry = registry.transport(transport_id)?;
            if entry.direction != TransportDirection::Receive {
                return Err(MediaError::WrongState("the transport is for sending"));
            }
            if entry.consumers.len() >= self.options.limits.consumers_per_transport {
                return Err(MediaError::LimitReached("consumers per transport"));
            }
            let producer = registry.producer(producer_id)?;
            if producer.router != entry.router {
                return Err(MediaError::NotFound("producer"));
            }
            let router = registry.router(&entry.router)?;
            (entry.transport.clone(), producer.producer.id(), router.router.clone(), Arc::clone(&router.events))
        };
        if !router.can_consume(&mediasoup_producer_id, &rtp_capabilities) {
            return Err(MediaError::CannotConsume);
        }
        let mut options = ConsumerOptions::new(mediasoup_producer_id, rtp_capabilities);
        options.paused = true;
        let consumer = answer(transport.consume(options), consume_error).await?;

        let id = ConsumerId(consumer.id().to_string());
        let info = ConsumerInfo {
            id: id.clone(),
            producer_id: producer_id.clone(),
            kind: match consumer.kind() {
                MediaKind::Audio => domain_room::MediaKind::Audio,
                MediaKind::Video => domain_room::MediaKind::Video,
            },
            rtp_parameters: serde_json::to_value(consumer.rtp_parameters())
                .map_err(|error| MediaError::Unavailable(error.into()))?,
            consumer_type: match consumer.r#type() {
                ConsumerType::Simple => "simple",
                ConsumerType::Simulcast => "simulcast",
                ConsumerType::Svc => "svc",
                ConsumerType::Pipe => "pipe",
            }
            .to_owned(),
            producer_paused: consumer.producer_paused(),
        };
        tell_changes(&consumer, &id, &events);
        let entry = ConsumerEntry { consumer, transport: transport_id.clone(), producer: producer_id.clone() };
        let added = self.registry().add_consumer(id, entry, &self.options.limits);
        added.map_err(|refused| refused.0)?;
        Ok(info)
    }

    pub async fn set_preferred_layers(&self, id: &ConsumerId, layers: Layers) -> Result<(), MediaError> {
        let handle = self.registry().consumer(id)?.consumer.clone();
        if !matches!(handle.r#type(), ConsumerType::Simulcast | ConsumerType::Svc) {
            return Err(MediaError::WrongState("this consumer has no layers"));
        }
        let layers = ConsumerLayers {
            spatial_layer: layers.spatial.min(HIGHEST_LAYER),
            temporal_layer: layers.temporal.map(|temporal| temporal.min(HIGHEST_LAYER)),
        };
        answer(handle.set_preferred_layers(layers), gone_or_unavailable("consumer")).await
    }
}

fn tell_changes(consumer: &Consumer, id: &ConsumerId, events: &MediaEventSink) {
    let tell = || (id.clone(), Arc::clone(events));
    let (paused, events) = tell();
    consumer.on_producer_pause(move || events(MediaEvent::ConsumerPaused(paused.clone()))).detach();
    let (resumed, events) = tell();
    consumer.on_producer_resume(move || events(MediaEvent::ConsumerResumed(resumed.clone()))).detach();
    let (changed, events) = tell();
    consumer
        .on_layers_change(move |layers| {
            let layers = layers.map(|layers| Layers { spatial: layers.spatial_layer, temporal: layers.temporal_layer });
            events(MediaEvent::ConsumerLayers(changed.clone(), layers));
        })
        .detach();
    let (scored, events) = tell();
    consumer
        .on_score(move |score| {
            events(MediaEvent::ConsumerScore {
                consumer: scored.clone(),
                score: score.score,
                producer_score: score.producer_score,
            });
        })
        .detach();
}
