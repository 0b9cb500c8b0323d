//! Connections that break, engines that do not answer, clients that go.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use application_room::{MediaEngine, MediaError, MediaEvent, MediaUsage, ProducerId, TransportDirection, TransportId};
use infrastructure_media_rpc::{ConnectionLimits, RemoteMediaEngine, serve};
use serde_json::json;
use tokio::net::UnixStream;

use crate::{
    engine::{Heard, StubEngine, remote, room},
    until,
};

/// Little enough to wait for an engine that does not answer.
fn impatient() -> ConnectionLimits {
    ConnectionLimits { operation: Duration::from_millis(100), ..ConnectionLimits::default() }
}

fn why(error: &MediaError) -> String {
    match error {
        MediaError::Unavailable(source) => source.to_string(),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_lost_connection_closes_the_routers_and_fails_what_is_asked() {
    let engine = Arc::new(StubEngine::default());
    let (remote, server) = remote(&engine, ConnectionLimits::default()).await;
    let heard = [Heard::default(), Heard::default()];
    for heard in &heard {
        remote.open_router(room(), heard.sink()).await.unwrap();
    }
    engine.shut();
    let transport = TransportId("t".to_owned());
    let asked = remote.connect_transport(&transport, json!({}));
    let (asked, ()) = tokio::join!(asked, async {
        until("it was asked", async || engine.waiting.load(Ordering::SeqCst) == 1).await;
        server.abort();
    });
    // Long before its time is over.
    assert!(matches!(asked, Err(MediaError::Unavailable(_))), "{asked:?}");
    remote.closed().await;
    assert!(remote.is_closed());
    for heard in &heard {
        until("it was told", async || heard.all() == ["RouterClosed"]).await;
    }
    let error = remote.open_router(room(), heard[0].sink()).await.map(drop).unwrap_err();
    assert_eq!(why(&error), "the connection to the media worker is lost");
    assert_eq!(remote.usage().await, MediaUsage::default());
    remote.close_transport(&transport).await;
    assert_eq!(heard[0].all(), ["RouterClosed"], "told once");
}

#[tokio::test]
async fn an_engine_that_does_not_answer_holds_nobody_up_for_long() {
    let engine = Arc::new(StubEngine::default());
    engine.shut();
    let (remote, _server) = remote(&engine, impatient()).await;
    let error = remote.open_router(room(), Heard::default().sink()).await.map(drop).unwrap_err();
    assert_eq!(why(&error), "the media worker did not answer in time");
    remote.close_transport(&TransportId("t".to_owned())).await;
    assert_eq!(remote.usage().await.workers, 0);
    // What nobody waits for any more is not gone on with.
    let engine = &engine;
    until("the requests are dropped", async || remote.is_closed() || engine.routers() == 0).await;
}

#[tokio::test]
async fn operations_are_bounded_and_wait_for_their_turn_within_their_time() {
    let engine = Arc::new(StubEngine::default());
    engine.shut();
    let limits = ConnectionLimits { operations: 1, ..impatient() };
    let (remote, _server) = remote(&engine, limits).await;
    let transport = TransportId("t".to_owned());
    let (first, second) =
        tokio::join!(remote.connect_transport(&transport, json!({})), remote.connect_transport(&transport, json!({})));
    assert!(first.is_err() && second.is_err());
    assert_eq!(engine.waiting.load(Ordering::SeqCst), 1, "the second was not sent");
}

#[tokio::test]
async fn routers_go_with_those_who_drive_them() {
    let engine = Arc::new(StubEngine::default());
    let (one, _server) = remote(&engine, ConnectionLimits::default()).await;
    let (other, _server) = remote(&engine, ConnectionLimits::default()).await;
    let heard = Heard::default();
    one.open_router(room(), heard.sink()).await.unwrap();
    let kept = other.open_router(room(), heard.sink()).await.unwrap();
    assert_eq!(engine.routers(), 2);
    drop(one);
    until("its router is closed", async || engine.routers() == 1).await;
    other.create_transport(&kept.id, TransportDirection::Send, None).await.unwrap();
    other.close_router(&kept.id).await;
    assert_eq!(engine.routers(), 0);
}

#[tokio::test]
async fn a_router_tells_in_order_until_it_closes() {
    let engine = Arc::new(StubEngine::default());
    let (remote, _server) = remote(&engine, ConnectionLimits::default()).await;
    let heard = Heard::default();
    remote.open_router(room(), heard.sink()).await.unwrap();
    let told: Vec<_> = (0..1000).map(|n| MediaEvent::ProducerClosed(ProducerId(n.to_string()))).collect();
    told.iter().for_each(|event| engine.tell(event));
    engine.tell(&MediaEvent::RouterClosed);
    engine.tell(&MediaEvent::ActiveSpeaker(None));
    let expected: Vec<_> = told.iter().chain([&MediaEvent::RouterClosed]).map(|event| format!("{event:?}")).collect();
    until("all is told", async || heard.all().len() >= expected.len()).await;
    assert_eq!(heard.all(), expected);
    until("the router is closed", async || engine.routers() == 0).await;
}

#[tokio::test]
async fn what_is_too_large_is_refused_and_harms_nobody() {
    let engine = Arc::new(StubEngine::default());
    let (remote, _server) = remote(&engine, ConnectionLimits::default()).await;
    let huge = json!({"fingerprints": "x".repeat(2 * 1024 * 1024)});
    let refused = remote.connect_transport(&TransportId("t".to_owned()), huge).await;
    assert!(matches!(refused, Err(MediaError::Unavailable(_))), "{refused:?}");
    assert_eq!(remote.ask_usage().await.unwrap().workers, 1);
}

#[tokio::test]
async fn whoever_speaks_no_http_2_is_hung_up_on() {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let limits = ConnectionLimits::default();
    let served = serve(Arc::new(StubEngine::default()), theirs, &limits);
    let spoken = async {
        use tokio::io::AsyncWriteExt;
        let mut ours = ours;
        ours.write_all(b"GET / HTTP/1.1\r\nhost: media\r\n\r\n").await.unwrap();
    };
    let (served, ()) = tokio::join!(served, spoken);
    assert!(served.is_err());
    let (ours, theirs) = UnixStream::pair().unwrap();
    drop(theirs);
    let refused = RemoteMediaEngine::over(ours, ConnectionLimits::default()).await;
    if let Ok(engine) = refused {
        engine.closed().await;
    }
}
