//! Silence, floods, slow readers and strangers.

use std::time::Duration;

use interfaces_signaling::{AllowedOrigins, SignalingLimits};
use serde_json::json;
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Error, client::IntoClientRequest, http::StatusCode},
};

use super::{
    client::{deaf, soon},
    house::{House, Wishes, grant, patient, room_id, user_id},
};

fn wishes(signaling: SignalingLimits) -> Wishes {
    Wishes { signaling, ..Wishes::default() }
}

#[tokio::test]
async fn a_silent_client_is_dropped_and_one_that_answers_pings_is_not() {
    let limits = SignalingLimits {
        heartbeat_interval: Duration::from_millis(50),
        heartbeat_timeout: Duration::from_millis(1000),
        ..SignalingLimits::default()
    };
    let house = House::with(wishes(limits)).await;
    // Its reader answers pings and does nothing else.
    let mut ada = house.join(1).await;
    let silent = deaf(&house.url(), &house.token(&grant(2)), room_id()).await;
    ada.next_is("user-joined").await;
    let left = ada.next_is("user-left").await;
    assert_eq!((&left["user_id"], &left["reason"]), (&json!(user_id(2)), &json!("disconnected")));
    ada.done(json!({ "type": "chat", "text": "still here" })).await;
    drop((ada, silent));
    house.empty().await;
}

#[tokio::test]
async fn who_does_not_join_is_let_go() {
    let limits = SignalingLimits { join_timeout: Duration::from_millis(50), ..SignalingLimits::default() };
    let house = House::with(wishes(limits)).await;
    let mut stranger = house.connect().await;
    assert_eq!(stranger.closed().await, (4001, "join-timeout".to_owned()));
    house.no_connections().await;
}

#[tokio::test]
async fn a_flood_is_refused_and_then_ended() {
    let limits = SignalingLimits {
        message_burst: 20,
        messages_per_second: 1,
        fault_burst: 30,
        faults_per_second: 1,
        ..SignalingLimits::default()
    };
    let house = House::with(wishes(limits)).await;
    let (mut ada, mut flood) = (house.join(1).await, house.join(2).await);
    // The join was the first of the twenty.
    for _ in 0..19 {
        assert_eq!(flood.request(json!({ "type": "ping" })).await["type"], "pong");
    }
    flood.refused(json!({ "type": "ping" }), "signaling.rate_limited").await;
    flood.refused(json!({ "type": "chat", "text": "hello" }), "signaling.rate_limited").await;
    while flood.try_send_text(r#"{"type":"ping"}"#).await {
        if house.rooms.stats().peers < 2 {
            break;
        }
        tokio::task::yield_now().await;
    }
    // The server reads no more: whether the close frame still arrives is up to TCP.
    assert!(matches!(flood.over_somehow().await, Some(4006) | None));
    ada.event_of("user-left").await;
    assert_eq!(ada.events_so_far().await, Vec::<serde_json::Value>::new(), "what was refused was not done");
    drop((ada, flood));
    house.empty().await;
}

#[tokio::test]
async fn who_reads_too_slowly_is_disconnected_and_the_others_go_on() {
    let mut wishes = wishes(patient());
    wishes.rooms.events_per_peer = 64;
    let house = House::with(wishes).await;
    let mut ada = house.join(1).await;
    let slow = deaf(&house.url(), &house.token(&grant(2)), room_id()).await;
    ada.next_is("user-joined").await;
    // The kernel takes some megabytes before the server notices.
    let text = "界".repeat(4000);
    let left = loop {
        ada.done(json!({ "type": "chat", "text": text })).await;
        let event = ada.event().await;
        if event["type"] == "user-left" {
            break event;
        }
    };
    assert_eq!((&left["user_id"], &left["reason"]), (&json!(user_id(2)), &json!("too-slow")));
    assert_eq!(house.rooms.stats().peers, 1);
    ada.close().await;
    // Its connection is ended too, although it takes nothing.
    house.empty().await;
    drop(slow);
}

#[tokio::test]
async fn connections_are_counted_and_bounded() {
    let house = House::with(wishes(SignalingLimits { connections: 2, ..SignalingLimits::default() })).await;
    let first = house.connect().await;
    let _second = house.connect().await;
    let refused = soon(connect_async(house.url())).await;
    let Err(Error::Http(response)) = refused else { panic!("{refused:?}") };
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    first.close().await;
    open_meeting_tests::wait_until("there is a place again", async || connect_async(house.url()).await.is_ok()).await;
}

#[tokio::test]
async fn foreign_pages_are_refused_when_origins_are_listed() {
    let origins = AllowedOrigins::Listed(vec!["https://meet.example.org".into()]);
    let house = House::with(Wishes { origins, ..Wishes::default() }).await;
    for (origin, status) in [
        (Some("https://meet.example.org"), StatusCode::SWITCHING_PROTOCOLS),
        (None, StatusCode::SWITCHING_PROTOCOLS),
        (Some("https://evil.example.org"), StatusCode::FORBIDDEN),
    ] {
        let mut request = house.url().into_client_request().unwrap();
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        let answered = match soon(connect_async(request)).await {
            Ok((_, response)) => response.status(),
            Err(Error::Http(response)) => response.status(),
            Err(error) => panic!("{error}"),
        };
        assert_eq!(answered, status, "{origin:?}");
    }
}
