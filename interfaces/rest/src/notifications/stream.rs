//! Notifications as server-sent events (HTML Living Standard, 9.2; docs/adr/0016).

use std::{io, sync::Arc, time::Duration};

use application_notification::{FeedEvent, NotificationStream};
use application_user::EndedSessions;
use bytes::Bytes;
use domain_shared::SessionId;
use futures::stream;
use poem::{
    Body, IntoResponse, Response,
    http::{HeaderName, header},
};
use poem_openapi::{
    ApiResponse,
    registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry},
};
use serde_json::json;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::shapes::Notification;

const MEDIA_TYPE: &str = "text/event-stream";
/// Proxies that gather answers before they pass them on shall not.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
/// How often it is looked whether the session has ended, at least.
const LOOK: Duration = Duration::from_secs(1);
/// The longest life of a stream. Who comes again has to show a token that is good then.
const MAX_LIFE: Duration = Duration::from_secs(3_600);
/// The first thing that is said, with the time after which browsers come again.
const READY: &str = "retry: 3000\nevent: ready\ndata: {}\n\n";
/// A comment, which clients pass over.
const HEARTBEAT: &str = ":\n\n";

/// One device that listens, as long as it may.
pub struct Listening {
    stream: NotificationStream,
    session: SessionId,
    ended: Arc<dyn EndedSessions>,
    look: Interval,
    heartbeat: Duration,
    last_said: Instant,
    until: Instant,
    greeted: bool,
}

impl Listening {
    /// Listens to `stream` until `session` has ended; is never silent for longer than `heartbeat`.
    pub fn new(
        stream: NotificationStream,
        session: SessionId,
        ended: Arc<dyn EndedSessions>,
        heartbeat: Duration,
    ) -> Self {
        let (now, step) = (Instant::now(), LOOK.min(heartbeat));
        let mut look = interval_at(now + step, step);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { stream, session, ended, look, heartbeat, last_said: now, until: now + MAX_LIFE, greeted: false }
    }

    /// What is said next; `None` at the end.
    async fn next(&mut self) -> Option<Bytes> {
        if !self.greeted {
            self.greeted = true;
            return Some(Bytes::from_static(READY.as_bytes()));
        }
        loop {
            tokio::select! {
                biased;
                now = self.look.tick() => {
                    if self.ended.is_ended(self.session) || now >= self.until {
                        return None;
                    }
                    if now >= self.last_said + self.heartbeat {
                        self.last_said = now;
                        return Some(Bytes::from_static(HEARTBEAT.as_bytes()));
                    }
                }
                event = self.stream.next() => {
                    self.last_said = Instant::now();
                    return event.map(written);
                }
            }
        }
    }
}

/// An event with its name, in one line of data: JSON has no line breaks of its own.
fn written(event: FeedEvent) -> Bytes {
    let (name, data) = match event {
        FeedEvent::Created { notification } => {
            let id = notification.id;
            let data = serde_json::to_value(Notification::from(notification)).unwrap_or_default();
            return format!("id: {id}\nevent: notification\ndata: {data}\n\n").into();
        }
        FeedEvent::Read { id } => ("read", json!({"id": id})),
        FeedEvent::AllRead => ("read-all", json!({})),
        FeedEvent::Refresh => ("refresh", json!({})),
    };
    format!("event: {name}\ndata: {data}\n\n").into()
}

/// An answer that goes on for as long as the device listens.
pub struct EventStream(pub Listening);

impl IntoResponse for EventStream {
    fn into_response(self) -> Response {
        let events = stream::unfold(self.0, async |mut listening| {
            let said = listening.next().await?;
            Some((Ok::<_, io::Error>(said), listening))
        });
        Response::builder()
            .content_type(MEDIA_TYPE)
            .header(ACCEL_BUFFERING, "no")
            .header(header::CACHE_CONTROL, "no-store")
            .body(Body::from_bytes_stream(events))
    }
}

impl ApiResponse for EventStream {
    fn meta() -> MetaResponses {
        let schema = MetaSchema {
            description: Some("Server-sent events: `ready`, `notification`, `read`, `read-all`, `refresh`."),
            ..MetaSchema::new("string")
        };
        MetaResponses {
            responses: vec![MetaResponse {
                description: "Events, for as long as the client listens.",
                status: Some(200),
                status_range: None,
                content: vec![MetaMediaType {
                    content_type: MEDIA_TYPE,
                    schema: MetaSchemaRef::Inline(Box::new(schema)),
                }],
                headers: vec![],
            }],
        }
    }

    fn register(_: &mut Registry) {}
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use application_notification::NotificationFeed;
    use domain_shared::{NotificationId, UserId};
    use uuid::Uuid;

    use super::*;

    #[derive(Default)]
    struct Session(AtomicBool);

    impl EndedSessions for Session {
        fn is_ended(&self, _: SessionId) -> bool {
            self.0.load(Ordering::SeqCst)
        }
    }

    fn listening(heartbeat: Duration) -> (Listening, Arc<NotificationFeed>, Arc<Session>) {
        let (feed, session) = (Arc::new(NotificationFeed::default()), Arc::new(Session::default()));
        let stream = feed.open(UserId::from_uuid(Uuid::nil())).unwrap();
        let listening = Listening::new(stream, SessionId::from_uuid(Uuid::nil()), session.clone(), heartbeat);
        (listening, feed, session)
    }

    #[tokio::test]
    async fn it_greets_breathes_and_ends_with_the_session() {
        let (mut listening, feed, session) = listening(Duration::from_millis(5));
        assert_eq!(listening.next().await.unwrap(), READY);
        assert_eq!(listening.next().await.unwrap(), HEARTBEAT);
        assert_eq!(listening.next().await.unwrap(), HEARTBEAT);
        session.0.store(true, Ordering::SeqCst);
        assert_eq!(listening.next().await, None);
        drop(listening);
        assert_eq!(feed.streams(), 0);
    }

    #[tokio::test]
    async fn it_ends_when_the_node_stops_and_after_its_longest_life() {
        let (mut first, feed, _) = listening(Duration::from_secs(60));
        assert_eq!(first.next().await.unwrap(), READY);
        feed.close();
        assert_eq!(first.next().await, None);
        let (mut second, _, _) = listening(Duration::from_millis(5));
        assert_eq!(second.next().await.unwrap(), READY);
        second.until = Instant::now();
        assert_eq!(second.next().await, None);
    }

    #[test]
    fn events_are_written_in_one_line_of_data() {
        let id = NotificationId::from_uuid(Uuid::from_u128(7));
        assert_eq!(
            written(FeedEvent::Read { id }),
            "event: read\ndata: {\"id\":\"00000000-0000-0000-0000-000000000007\"}\n\n"
        );
        assert_eq!(written(FeedEvent::AllRead), "event: read-all\ndata: {}\n\n");
        assert_eq!(written(FeedEvent::Refresh), "event: refresh\ndata: {}\n\n");
    }
}
