//! The port's types as messages, and back. What does not make sense in a message is told as a gRPC status.

use application_room::{
    ConsumerId, ConsumerInfo, Layers, MediaEvent, MediaUsage, ProduceRequest, ProducerId, RouterInfo, StatsTarget,
    TransportDirection, TransportId, TransportInfo,
};
use bytes::Bytes;
use domain_room::{MediaKind, MediaSource};
use serde_json::Value;
use tonic::Status;

use crate::generated as wire;

/// JSON as bytes.
pub(crate) fn bytes(value: &Value) -> Bytes {
    value.to_string().into()
}

/// Bytes as JSON. `what` is told when they are none.
pub(crate) fn json(bytes: &[u8], what: &'static str) -> Result<Value, Status> {
    serde_json::from_slice(bytes).map_err(|error| Status::internal(format!("{what}: {error}")))
}

fn missing(what: &'static str) -> Status {
    Status::internal(format!("{what} is missing"))
}

pub(crate) fn id(id: impl ToString) -> wire::Id {
    wire::Id { id: id.to_string() }
}

pub(crate) const fn kind(kind: MediaKind) -> wire::Kind {
    match kind {
        MediaKind::Audio => wire::Kind::Audio,
        MediaKind::Video => wire::Kind::Video,
    }
}

fn media_kind(kind: wire::Kind) -> Result<MediaKind, Status> {
    match kind {
        wire::Kind::Audio => Ok(MediaKind::Audio),
        wire::Kind::Video => Ok(MediaKind::Video),
        wire::Kind::Unspecified => Err(missing("kind")),
    }
}

const fn source(source: MediaSource) -> wire::Source {
    match source {
        MediaSource::Microphone => wire::Source::Microphone,
        MediaSource::Camera => wire::Source::Camera,
        MediaSource::Screen => wire::Source::Screen,
        MediaSource::ScreenAudio => wire::Source::ScreenAudio,
    }
}

fn media_source(source: wire::Source) -> Result<MediaSource, Status> {
    match source {
        wire::Source::Microphone => Ok(MediaSource::Microphone),
        wire::Source::Camera => Ok(MediaSource::Camera),
        wire::Source::Screen => Ok(MediaSource::Screen),
        wire::Source::ScreenAudio => Ok(MediaSource::ScreenAudio),
        wire::Source::Unspecified => Err(missing("source")),
    }
}

pub(crate) const fn direction(direction: TransportDirection) -> wire::Direction {
    match direction {
        TransportDirection::Send => wire::Direction::Send,
        TransportDirection::Receive => wire::Direction::Receive,
    }
}

pub(crate) fn transport_direction(direction: wire::Direction) -> Result<TransportDirection, Status> {
    match direction {
        wire::Direction::Send => Ok(TransportDirection::Send),
        wire::Direction::Receive => Ok(TransportDirection::Receive),
        wire::Direction::Unspecified => Err(missing("direction")),
    }
}

pub(crate) fn router(info: &RouterInfo) -> wire::Router {
    wire::Router { id: info.id.to_string(), rtp_capabilities: bytes(&info.rtp_capabilities) }
}

pub(crate) fn router_info(router: &wire::Router) -> Result<RouterInfo, Status> {
    Ok(RouterInfo {
        id: application_room::RouterId(router.id.clone()),
        rtp_capabilities: json(&router.rtp_capabilities, "rtp_capabilities")?,
    })
}

pub(crate) fn transport(info: &TransportInfo) -> wire::Transport {
    wire::Transport {
        id: info.id.to_string(),
        ice_parameters: bytes(&info.ice_parameters),
        ice_candidates: bytes(&info.ice_candidates),
        dtls_parameters: bytes(&info.dtls_parameters),
        sctp_parameters: info.sctp_parameters.as_ref().map(bytes),
    }
}

pub(crate) fn transport_info(transport: wire::Transport) -> Result<TransportInfo, Status> {
    Ok(TransportInfo {
        id: TransportId(transport.id),
        ice_parameters: json(&transport.ice_parameters, "ice_parameters")?,
        ice_candidates: json(&transport.ice_candidates, "ice_candidates")?,
        dtls_parameters: json(&transport.dtls_parameters, "dtls_parameters")?,
        sctp_parameters: transport.sctp_parameters.map(|sctp| json(&sctp, "sctp_parameters")).transpose()?,
    })
}

pub(crate) fn produce(transport: &TransportId, request: &ProduceRequest) -> wire::ProduceRequest {
    wire::ProduceRequest {
        transport: transport.to_string(),
        kind: kind(request.kind).into(),
        source: source(request.source).into(),
        rtp_parameters: bytes(&request.rtp_parameters),
        paused: request.paused,
    }
}

pub(crate) fn produce_request(request: &wire::ProduceRequest) -> Result<ProduceRequest, Status> {
    Ok(ProduceRequest {
        kind: media_kind(request.kind())?,
        source: media_source(request.source())?,
        rtp_parameters: json(&request.rtp_parameters, "rtp_parameters")?,
        paused: request.paused,
    })
}

pub(crate) fn consumer(info: &ConsumerInfo) -> wire::Consumer {
    wire::Consumer {
        id: info.id.to_string(),
        producer: info.producer_id.to_string(),
        kind: kind(info.kind).into(),
        rtp_parameters: bytes(&info.rtp_parameters),
        consumer_type: info.consumer_type.clone(),
        producer_paused: info.producer_paused,
    }
}

pub(crate) fn consumer_info(consumer: wire::Consumer) -> Result<ConsumerInfo, Status> {
    Ok(ConsumerInfo {
        kind: media_kind(consumer.kind())?,
        id: ConsumerId(consumer.id),
        producer_id: ProducerId(consumer.producer),
        rtp_parameters: json(&consumer.rtp_parameters, "rtp_parameters")?,
        consumer_type: consumer.consumer_type,
        producer_paused: consumer.producer_paused,
    })
}

pub(crate) fn layers(layers: Layers) -> wire::Layers {
    wire::Layers { spatial: layers.spatial.into(), temporal: layers.temporal.map(u32::from) }
}

/// Layers above what there can be are the highest.
pub(crate) fn media_layers(layers: wire::Layers) -> Layers {
    let octet = |layer: u32| u8::try_from(layer).unwrap_or(u8::MAX);
    Layers { spatial: octet(layers.spatial), temporal: layers.temporal.map(octet) }
}

pub(crate) fn stats_request(target: &StatsTarget) -> wire::GetStatsRequest {
    use wire::get_stats_request::Target;
    let target = match target {
        StatsTarget::Transport(id) => Target::Transport(id.to_string()),
        StatsTarget::Producer(id) => Target::Producer(id.to_string()),
        StatsTarget::Consumer(id) => Target::Consumer(id.to_string()),
    };
    wire::GetStatsRequest { target: Some(target) }
}

pub(crate) fn stats_target(request: wire::GetStatsRequest) -> Result<StatsTarget, Status> {
    use wire::get_stats_request::Target;
    Ok(match request.target.ok_or_else(|| missing("target"))? {
        Target::Transport(id) => StatsTarget::Transport(TransportId(id)),
        Target::Producer(id) => StatsTarget::Producer(ProducerId(id)),
        Target::Consumer(id) => StatsTarget::Consumer(ConsumerId(id)),
    })
}

pub(crate) fn usage(usage: &MediaUsage) -> wire::Usage {
    let count = |value: usize| u64::try_from(value).unwrap_or(u64::MAX);
    wire::Usage {
        workers: count(usage.workers),
        routers: count(usage.routers),
        transports: count(usage.transports),
        producers: count(usage.producers),
        consumers: count(usage.consumers),
    }
}

pub(crate) fn media_usage(usage: &wire::Usage) -> MediaUsage {
    let count = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
    MediaUsage {
        workers: count(usage.workers),
        routers: count(usage.routers),
        transports: count(usage.transports),
        producers: count(usage.producers),
        consumers: count(usage.consumers),
    }
}

pub(crate) fn event(event: MediaEvent) -> wire::Event {
    use wire::event::Event;
    let event = match event {
        MediaEvent::ActiveSpeaker(producer) => {
            Event::ActiveSpeaker(wire::ActiveSpeaker { producer: producer.map(|producer| producer.0) })
        }
        MediaEvent::AudioLevels(levels) => {
            let levels = levels.into_iter();
            let levels = levels.map(|(id, level)| wire::AudioLevel { producer: id.0, level: level.into() });
            Event::AudioLevels(wire::AudioLevels { levels: levels.collect() })
        }
        MediaEvent::ProducerClosed(producer) => Event::ProducerClosed(id(producer)),
        MediaEvent::ConsumerClosed(consumer) => Event::ConsumerClosed(id(consumer)),
        MediaEvent::ConsumerPaused(consumer) => Event::ConsumerPaused(id(consumer)),
        MediaEvent::ConsumerResumed(consumer) => Event::ConsumerResumed(id(consumer)),
        MediaEvent::ConsumerLayers(consumer, present) => {
            Event::ConsumerLayers(wire::ConsumerLayers { consumer: consumer.0, layers: present.map(layers) })
        }
        MediaEvent::ConsumerScore { consumer, score, producer_score } => Event::ConsumerScore(wire::ConsumerScore {
            consumer: consumer.0,
            score: score.into(),
            producer_score: producer_score.into(),
        }),
        MediaEvent::TransportDisconnected(transport) => Event::TransportDisconnected(id(transport)),
        MediaEvent::RouterClosed => Event::RouterClosed(wire::Done {}),
    };
    wire::Event { event: Some(event) }
}

/// `None`: an event that this version does not know.
pub(crate) fn media_event(event: wire::Event) -> Option<MediaEvent> {
    use wire::event::Event;
    let octet = |score: u32| u8::try_from(score).unwrap_or(u8::MAX);
    Some(match event.event? {
        Event::ActiveSpeaker(speaker) => MediaEvent::ActiveSpeaker(speaker.producer.map(ProducerId)),
        Event::AudioLevels(told) => {
            let level = |level: i32| i8::try_from(level.clamp(-127, 0)).unwrap_or(0);
            let levels = told.levels.into_iter().map(|told| (ProducerId(told.producer), level(told.level)));
            MediaEvent::AudioLevels(levels.collect())
        }
        Event::ProducerClosed(id) => MediaEvent::ProducerClosed(ProducerId(id.id)),
        Event::ConsumerClosed(id) => MediaEvent::ConsumerClosed(ConsumerId(id.id)),
        Event::ConsumerPaused(id) => MediaEvent::ConsumerPaused(ConsumerId(id.id)),
        Event::ConsumerResumed(id) => MediaEvent::ConsumerResumed(ConsumerId(id.id)),
        Event::ConsumerLayers(told) => {
            MediaEvent::ConsumerLayers(ConsumerId(told.consumer), told.layers.map(media_layers))
        }
        Event::ConsumerScore(told) => MediaEvent::ConsumerScore {
            consumer: ConsumerId(told.consumer),
            score: octet(told.score),
            producer_score: octet(told.producer_score),
        },
        Event::TransportDisconnected(id) => MediaEvent::TransportDisconnected(TransportId(id.id)),
        Event::RouterClosed(_) => MediaEvent::RouterClosed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_comes_back_as_it_was() {
        let (producer, consumer) = (ProducerId("p".to_owned()), ConsumerId("c".to_owned()));
        let layers = Layers { spatial: 2, temporal: Some(0) };
        for told in [
            MediaEvent::ActiveSpeaker(Some(producer.clone())),
            MediaEvent::ActiveSpeaker(None),
            MediaEvent::AudioLevels(vec![(producer.clone(), -127), (producer.clone(), 0)]),
            MediaEvent::AudioLevels(Vec::new()),
            MediaEvent::ProducerClosed(producer),
            MediaEvent::ConsumerClosed(consumer.clone()),
            MediaEvent::ConsumerPaused(consumer.clone()),
            MediaEvent::ConsumerResumed(consumer.clone()),
            MediaEvent::ConsumerLayers(consumer.clone(), Some(layers)),
            MediaEvent::ConsumerLayers(consumer.clone(), Some(Layers { spatial: 0, temporal: None })),
            MediaEvent::ConsumerLayers(consumer.clone(), None),
            MediaEvent::ConsumerScore { consumer, score: 10, producer_score: 0 },
            MediaEvent::TransportDisconnected(TransportId("t".to_owned())),
            MediaEvent::RouterClosed,
        ] {
            assert_eq!(format!("{:?}", media_event(event(told.clone()))), format!("{:?}", Some(told)));
        }
        assert!(media_event(wire::Event { event: None }).is_none());
    }

    #[test]
    fn every_source_and_kind_comes_back_as_it_was() {
        for of in MediaSource::ALL {
            assert_eq!((media_source(source(of)).unwrap(), media_kind(kind(of.kind())).unwrap()), (of, of.kind()));
        }
        assert!(media_source(wire::Source::Unspecified).is_err() && media_kind(wire::Kind::Unspecified).is_err());
    }
}
