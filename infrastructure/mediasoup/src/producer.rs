//! Producers: tracks that come in.

use application_room::{MediaError, ProduceRequest, ProducerId, TransportDirection, TransportId};
use domain_room::MediaSource;
use mediasoup::prelude::{MediaKind, ProducerOptions, RtpObserver, RtpObserverAddProducerOptions, Transport};

use crate::engine::Inner;
use crate::errors::{answer, produce_error};
use crate::registry::ProducerEntry;
use crate::validation;

/// At least this long between two requests for a key frame to the same client, in milliseconds.
const KEY_FRAME_INTERVAL: u32 = 500;

impl Inner {
    pub async fn produce(&self, transport_id: &TransportId, request: ProduceRequest) -> Result<ProducerId, MediaError> {
        let kind = match request.kind {
            domain_room::MediaKind::Audio => MediaKind::Audio,
            domain_room::MediaKind::Video => MediaKind::Video,
        };
        if request.source.kind() != request.kind {
            return Err(MediaError::Rejected {
                field: "kind".to_owned(),
                reason: "does not fit the source".to_owned(),
            });
        }
        let rtp_parameters = validation::rtp_parameters(&request.rtp_parameters, kind)?;
        let (transport, router_id, audio_levels, active_speaker) = {
            let registry = self.registry();
            let entry = registry.transport(transport_id)?;
            if entry.direction != TransportDirection::Send {
                return Err(MediaError::WrongState("the transport is for receiving"));
            }
            if entry.producers.len() >= self.options.limits.producers_per_transport {
                return Err(MediaError::LimitReached("producers per transport"));
            }
            let router = registry.router(&entry.router)?;
            (entry.transport.clone(), entry.router.clone(), router.audio_levels.clone(), router.active_speaker.clone())
        };
        let mut options = ProducerOptions::new(kind, rtp_parameters);
        options.paused = request.paused;
        options.key_frame_request_delay = if kind == MediaKind::Video { KEY_FRAME_INTERVAL } else { 0 };
        let producer = answer(transport.produce(options), produce_error).await?;

        let mediasoup_id = producer.id();
        let id = ProducerId(mediasoup_id.to_string());
        let entry = ProducerEntry {
            producer,
            transport: transport_id.clone(),
            router: router_id,
            consumers: Default::default(),
        };
        let added = self.registry().add_producer(id.clone(), entry, &self.options.limits);
        added.map_err(|refused| refused.0)?;

        // Sound that is shared with a screen is not a person who speaks.
        if request.source == MediaSource::Microphone {
            let observed = RtpObserverAddProducerOptions::new(mediasoup_id);
            let added = async {
                audio_levels.add_producer(observed.clone()).await?;
                active_speaker.add_producer(observed).await
            };
            if let Err(error) = added.await {
                // It was closed meanwhile, or it goes without being observed.
                tracing::debug!(producer = %id, %error, "a producer is not observed");
            }
        }
        Ok(id)
    }
}
