//! What one router tells, as a stream that owns it: when the stream goes, so does the router.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use application_room::{MediaEngine, MediaError, MediaEvent, MediaEventSink, RouterId};
use domain_shared::RoomId;
use futures::Stream;
use tokio::{runtime::Handle, sync::mpsc};
use tonic::Status;

use crate::{
    failure,
    generated::{RouterMessage, router_message::Message},
    wire,
};

/// Events that wait for the other end.
const EVENTS: usize = 4096;
/// Of these, kept for what must not be lost.
const KEPT: usize = 1024;

/// The stream.
pub(crate) struct RouterStream {
    engine: Arc<dyn MediaEngine>,
    router: RouterId,
    opened: Option<RouterMessage>,
    events: mpsc::Receiver<MediaEvent>,
    lost: Arc<AtomicBool>,
    over: bool,
}

impl RouterStream {
    pub(crate) async fn open(engine: Arc<dyn MediaEngine>, room: RoomId) -> Result<Self, MediaError> {
        let (sender, events) = mpsc::channel(EVENTS);
        let lost = Arc::new(AtomicBool::new(false));
        let info = engine.open_router(room, sink(sender, lost.clone())).await?;
        let opened = RouterMessage { message: Some(Message::Opened(wire::router(&info))) };
        Ok(Self { engine, router: info.id, opened: Some(opened), events, lost, over: false })
    }
}

/// Never blocks. Levels, scores and the like may get lost when the other end does not keep up; when something gets lost
/// that must not be, the stream ends, and with it the router.
fn sink(events: mpsc::Sender<MediaEvent>, lost: Arc<AtomicBool>) -> MediaEventSink {
    Arc::new(move |event| {
        let vital = event.is_vital();
        if !vital && events.capacity() <= KEPT {
            return;
        }
        if events.try_send(event).is_err() && vital {
            lost.store(true, Ordering::Release);
        }
    })
}

impl Stream for RouterStream {
    type Item = Result<RouterMessage, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.over {
            return Poll::Ready(None);
        }
        if let Some(opened) = self.opened.take() {
            return Poll::Ready(Some(Ok(opened)));
        }
        if self.lost.load(Ordering::Acquire) {
            self.over = true;
            let error = MediaError::Unavailable("the events of a router were not read in time".into());
            return Poll::Ready(Some(Err(failure::status(&error))));
        }
        let event = std::task::ready!(self.events.poll_recv(context));
        self.over = matches!(event, None | Some(MediaEvent::RouterClosed));
        Poll::Ready(event.map(|event| Ok(RouterMessage { message: Some(Message::Event(wire::event(event))) })))
    }
}

impl Drop for RouterStream {
    fn drop(&mut self) {
        let (engine, router) = (self.engine.clone(), self.router.clone());
        // Outside of a runtime the process is ending, and everything with it.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move { engine.close_router(&router).await });
        }
    }
}

#[cfg(test)]
mod tests {
    use application_room::{ConsumerId, ProducerId};

    use super::*;

    #[test]
    fn what_may_get_lost_leaves_room_for_what_must_not() {
        let (sender, mut events) = mpsc::channel(EVENTS);
        let lost = Arc::new(AtomicBool::new(false));
        let tell = sink(sender, lost.clone());
        for _ in 0..2 * EVENTS {
            tell(MediaEvent::ActiveSpeaker(None));
        }
        assert_eq!(events.len(), EVENTS - KEPT);
        for _ in 0..KEPT {
            tell(MediaEvent::ProducerClosed(ProducerId("p".to_owned())));
        }
        assert!(!lost.load(Ordering::Acquire));
        tell(MediaEvent::ConsumerClosed(ConsumerId("c".to_owned())));
        assert!(lost.load(Ordering::Acquire));
        assert!(events.try_recv().is_ok());
    }
}
