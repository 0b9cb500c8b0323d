//! Opening routers: a room's place on the least-loaded worker, with its observers.

use std::num::NonZeroU16;
use std::sync::Arc;

use application_room::{MediaError, MediaEventSink, ProducerId, RouterId, RouterInfo};
use domain_shared::RoomId;
use mediasoup::prelude::{ActiveSpeakerObserverOptions, AudioLevelObserverOptions, Router, RouterOptions};
use mediasoup::worker::CreateRouterError;

use crate::codecs::media_codecs;
use crate::engine::Inner;
use crate::errors::{answer, unavailable};
use crate::events::Speakers;
use crate::registry::{RouterEntry, WorkerKey};

/// How often levels are told, in milliseconds.
const LEVELS_INTERVAL: u16 = 800;
/// How many levels are told at most.
const LEVELS: u16 = 12;
/// Below this average, in dBov, somebody counts as silent.
const SILENCE: i8 = -60;

impl Inner {
    pub async fn open_router(&self, room: RoomId, events: MediaEventSink) -> Result<RouterInfo, MediaError> {
        if self.registry().router_count() >= self.options.limits.routers {
            return Err(MediaError::LimitReached("routers"));
        }
        let (worker, router) = self.router_on_least_loaded_worker().await?;
        let rtp_capabilities =
            serde_json::to_value(router.rtp_capabilities()).map_err(|error| MediaError::Unavailable(error.into()))?;

        let mut options = AudioLevelObserverOptions::default();
        options.max_entries = NonZeroU16::new(LEVELS).unwrap_or(NonZeroU16::MIN);
        options.threshold = SILENCE;
        options.interval = LEVELS_INTERVAL;
        let audio_levels = answer(router.create_audio_level_observer(options), unavailable).await?;
        let active_speaker =
            answer(router.create_active_speaker_observer(ActiveSpeakerObserverOptions::default()), unavailable).await?;

        let speakers = Arc::new(Speakers::new(Arc::clone(&events)));
        let (levels, silence) = (Arc::clone(&speakers), Arc::clone(&speakers));
        audio_levels
            .on_volumes(move |volumes| {
                levels.levels(
                    volumes.iter().map(|entry| (ProducerId(entry.producer.id().to_string()), entry.volume)).collect(),
                );
            })
            .detach();
        audio_levels.on_silence(move || silence.silence()).detach();
        active_speaker
            .on_dominant_speaker(move |speaker| speakers.dominant(ProducerId(speaker.producer.id().to_string())))
            .detach();

        let id = RouterId(router.id().to_string());
        let entry =
            RouterEntry { room, router, worker, events, audio_levels, active_speaker, transports: Default::default() };
        // The lock must be gone before a refused entry is dropped.
        let added = self.registry().add_router(id.clone(), entry, &self.options.limits);
        added.map_err(|refused| refused.0)?;
        if self.workers.find(worker).is_none() {
            // The worker died before the router was known, so nobody would tell.
            let detached = self.registry().take_router(&id);
            detached.finish();
            return Err(no_worker());
        }
        Ok(RouterInfo { id, rtp_capabilities })
    }

    async fn router_on_least_loaded_worker(&self) -> Result<(WorkerKey, Router), MediaError> {
        let mut live = self.workers.live();
        {
            let registry = self.registry();
            live.sort_by_cached_key(|live| (registry.load(live.key.index), live.key.index));
        }
        let least_loaded = live.into_iter().next().filter(|_| !self.is_closed()).ok_or_else(no_worker)?;
        let options = RouterOptions::new(media_codecs());
        let router = answer(least_loaded.worker.create_router(options), |error| match error {
            CreateRouterError::Request(error) => unavailable(error),
            error => MediaError::Unavailable(error.into()),
        })
        .await?;
        Ok((least_loaded.key, router))
    }
}

fn no_worker() -> MediaError {
    MediaError::Unavailable("no media worker is running".into())
}
