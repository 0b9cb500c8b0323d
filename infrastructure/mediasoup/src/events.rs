//! What a router's observers hear becomes who speaks and how loud.

use application_room::{MediaEvent, MediaEventSink, ProducerId};
use std::sync::{Mutex, PoisonError};

/// Brings the observers' reports together: the one for the active speaker never reports silence, and does not report the
/// same speaker again after it; the one for levels does report silence.
pub(crate) struct Speakers {
    events: MediaEventSink,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    dominant: Option<ProducerId>,
    speaking: bool,
}

impl Speakers {
    pub(crate) fn new(events: MediaEventSink) -> Self {
        Self { events, state: Mutex::default() }
    }

    /// The active speaker has changed.
    pub(crate) fn dominant(&self, producer: ProducerId) {
        {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            if state.speaking && state.dominant.as_ref() == Some(&producer) {
                return;
            }
            state.dominant = Some(producer.clone());
            state.speaking = true;
        }
        (self.events)(MediaEvent::ActiveSpeaker(Some(producer)));
    }

    /// Levels of those who are heard, the loudest first.
    pub(crate) fn levels(&self, levels: Vec<(ProducerId, i8)>) {
        let back = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let was_speaking = std::mem::replace(&mut state.speaking, !levels.is_empty());
            match levels.first() {
                Some((loudest, _)) if !was_speaking => {
                    let heard = state.dominant.clone().filter(|dominant| levels.iter().any(|(id, _)| id == dominant));
                    state.dominant = Some(heard.unwrap_or_else(|| loudest.clone()));
                    state.dominant.clone()
                }
                _ => None,
            }
        };
        if let Some(speaker) = back {
            (self.events)(MediaEvent::ActiveSpeaker(Some(speaker)));
        }
        (self.events)(MediaEvent::AudioLevels(levels));
    }

    /// Nobody is heard any more.
    pub(crate) fn silence(&self) {
        let was_speaking = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut state.speaking, false)
        };
        if was_speaking {
            (self.events)(MediaEvent::ActiveSpeaker(None));
            (self.events)(MediaEvent::AudioLevels(Vec::new()));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn id(name: &str) -> ProducerId {
        ProducerId(name.to_owned())
    }

    #[test]
    fn silence_ends_and_sound_brings_back_the_active_speaker() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&heard);
        let speakers = Speakers::new(Arc::new(move |event| {
            if let MediaEvent::ActiveSpeaker(speaker) = event {
                sink.lock().unwrap().push(speaker);
            }
        }));
        speakers.dominant(id("a"));
        speakers.dominant(id("a"));
        speakers.levels(vec![(id("b"), -20), (id("a"), -30)]);
        speakers.silence();
        speakers.silence();
        speakers.levels(vec![(id("b"), -20), (id("a"), -30)]);
        speakers.silence();
        speakers.levels(vec![(id("b"), -20)]);
        speakers.dominant(id("b"));
        assert_eq!(*heard.lock().unwrap(), [Some(id("a")), None, Some(id("a")), None, Some(id("b"))]);
    }
}
