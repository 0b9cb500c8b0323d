//! Coming in, with what is in one's token, and going.

use std::{sync::Arc, time::Duration};

use application_meeting::{RoomGrant, RoomTokens};
use application_room::{ROOM_EVENTS_CHANNEL, RoomLimits};
use application_shared::{PubSub, ROOM_COMMANDS, RoomCommand};
use chrono::TimeDelta;
use domain_shared::{RoomId, UserId};
use futures::StreamExt;
use infrastructure_ice::{ConfiguredServer, TurnLogin};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    client::soon,
    house::{House, LocalPubSub, Wishes, grant, now, room_id, tokens, user_id},
};

#[tokio::test]
async fn the_welcome_tells_everything_a_client_needs() {
    let house = House::new().await;
    let mut ada = house.join(1).await;
    let mut bob = house.connect().await;
    let mut welcome = bob.join(&house.token(&grant(2)), room_id()).await;
    assert!(welcome["session_id"].as_str().is_some_and(|id| Uuid::parse_str(id).is_ok()));
    let codecs = welcome["router_rtp_capabilities"]["codecs"].as_array().unwrap().len();
    assert!(codecs > 4, "{codecs} codecs");
    for name in ["session_id", "router_rtp_capabilities"] {
        welcome.as_object_mut().unwrap().remove(name);
    }
    assert_eq!(
        welcome,
        json!({
            "type": "welcome", "id": 1, "seq": 0, "user_id": user_id(2), "role": "participant", "resumed": false,
            "grants": {
                "can_publish": true, "can_publish_sources": ["microphone", "camera", "screen", "screen-audio"],
                "can_subscribe": true, "can_chat": true, "can_unmute": true, "can_record": true, "hidden": false,
            },
            "waiting": false,
            "room": { "id": room_id(), "locked": false, "opened_at": now(), "spotlight": null },
            "participants": [{
                "user_id": user_id(1), "user_info": { "display_name": "User 1", "role": "participant" },
                "joined_at": now(), "producers": [], "hand_raised_at": null,
            }],
            "ice_servers": [{ "urls": ["stun:stun.example.org"] }],
            "heartbeat": { "interval_ms": 15_000, "timeout_ms": 45_000 },
        })
    );
    assert_eq!(
        ada.event().await,
        json!({
            "type": "user-joined", "seq": 1, "user_id": user_id(2), "joined_at": now(),
            "user_info": { "display_name": "User 2", "role": "participant" },
        })
    );
}

#[tokio::test]
async fn each_session_has_a_password_of_its_own_for_the_turn_server() {
    let login = TurnLogin::Shared { secret: "north".into(), lifetime: Duration::from_secs(3_600) };
    let turn = ConfiguredServer { urls: vec!["turns:turn.example.org:443".into()], login: Some(login.clone()) };
    let house = House::with(Wishes { ice_servers: vec![turn], ..Wishes::default() }).await;
    let (mut ada, mut bob) = (house.connect().await, house.connect().await);
    let mut names = Vec::new();
    for (person, number) in [(&mut ada, 1), (&mut bob, 2)] {
        let welcome = person.join(&house.token(&grant(number)), room_id()).await;
        let session = welcome["session_id"].as_str().unwrap();
        let (username, credential) = login.issue(session, now().timestamp());
        let told = json!([{
            "urls": ["turns:turn.example.org:443"], "username": username, "credential": credential.expose_secret(),
        }]);
        assert_eq!(welcome["ice_servers"], told);
        let made = person.done(json!({ "type": "create-transport", "direction": "send" })).await;
        let restarted = person.done(json!({ "type": "restart-ice", "transport_id": made["transport_id"] })).await;
        assert_eq!(restarted["ice_servers"], told);
        names.push(username);
    }
    assert_ne!(names[0], names[1]);
}

#[tokio::test]
async fn leaving_and_closing_are_told_and_leave_nothing() {
    let house = House::new().await;
    let (mut ada, mut bob, eve) = (house.join(1).await, house.join(2).await, house.join(3).await);
    ada.next_is("user-joined").await;
    ada.next_is("user-joined").await;
    bob.done(json!({ "type": "leave" })).await;
    assert_eq!(bob.closed().await, (1000, "left".to_owned()));
    let left = ada.next_is("user-left").await;
    assert_eq!((&left["user_id"], &left["reason"]), (&json!(user_id(2)), &json!("left")));
    eve.close().await;
    assert_eq!(ada.next_is("user-left").await["user_id"], json!(user_id(3)));
    // A connection that breaks without a word.
    let lost = house.join(4).await;
    ada.next_is("user-joined").await;
    drop(lost);
    assert_eq!(ada.next_is("user-left").await["reason"], "disconnected");
    ada.close().await;
    house.empty().await;
}

#[tokio::test]
async fn the_first_message_is_join_and_the_only_one() {
    let house = House::new().await;
    let mut ada = house.connect().await;
    for request in [
        json!({ "type": "chat", "text": "hello" }),
        json!({ "type": "leave" }),
        json!({ "type": "create-transport", "direction": "send" }),
    ] {
        ada.refused(request, "signaling.not_joined").await;
    }
    let token = house.token(&grant(1));
    assert_eq!(ada.join(&token, room_id()).await["type"], "welcome");
    ada.refused(json!({ "type": "join", "token": token, "room_id": room_id() }), "signaling.already_joined").await;
    ada.done(json!({ "type": "chat", "text": "still here" })).await;
}

#[tokio::test]
async fn only_a_good_token_of_this_room_lets_in() {
    let house = House::new().await;
    let mut ada = house.connect().await;
    let good = house.token(&grant(1));
    let forged = tokens("another secret, which is not the server's").issue(&grant(1), now()).unwrap();
    let mut tampered = good.clone();
    tampered.replace_range(good.len() - 8..good.len() - 4, "AAAA");
    let unsigned = format!("{}.", good.rsplit_once('.').unwrap().0);
    for token in [forged.expose_secret(), &tampered, &unsigned, "", "a.b.c", &"x".repeat(100_000)] {
        ada.refused(json!({ "type": "join", "token": token, "room_id": room_id() }), "token.invalid").await;
    }
    let expired = house.token_at(&grant(1), now() - TimeDelta::minutes(6));
    ada.refused(json!({ "type": "join", "token": expired, "room_id": room_id() }), "token.expired").await;
    let elsewhere = RoomId::from_uuid(Uuid::from_u128(5));
    ada.refused(json!({ "type": "join", "token": good, "room_id": elsewhere }), "room.mismatch").await;
    assert_eq!(house.rooms.stats().rooms, 0);
    assert_eq!(ada.join(&good, room_id()).await["type"], "welcome", "a refused join does no harm");
}

#[tokio::test]
async fn a_second_join_of_the_same_identity_replaces_the_first() {
    let house = House::new().await;
    let (mut ada, mut first) = (house.join(1).await, house.join(2).await);
    ada.next_is("user-joined").await;
    let mut second = house.join(2).await;
    first.next_is("session-replaced").await;
    assert_eq!(first.closed().await, (4003, "session-replaced".to_owned()));
    assert_eq!(ada.next_is("user-left").await["reason"], "replaced");
    ada.next_is("user-joined").await;
    second.done(json!({ "type": "chat", "text": "here" })).await;
    ada.next_is("chat").await;
    drop(first);
    assert!(ada.events_so_far().await.is_empty(), "that the first connection ends is told nobody");
    drop((ada, second));
    house.empty().await;
}

#[tokio::test]
async fn a_full_room_says_so() {
    let mut wishes = super::house::Wishes::default();
    wishes.rooms.peers_per_room = 1;
    let house = House::with(wishes).await;
    let _ada = house.join(1).await;
    let mut bob = house.connect().await;
    let request = json!({ "type": "join", "token": house.token(&grant(2)), "room_id": room_id() });
    bob.refused(request, "room.full").await;
}

#[tokio::test]
async fn what_the_token_does_not_grant_is_denied() {
    let house = House::new().await;
    let listener = RoomGrant { can_publish: false, can_chat: false, ..grant(1) };
    let mut listener = house.join_with(&listener).await;
    listener.refused(json!({ "type": "create-transport", "direction": "send" }), "permission.denied").await;
    listener.refused(json!({ "type": "chat", "text": "psst" }), "permission.denied").await;
    let mut deaf = house.join_with(&RoomGrant { can_subscribe: false, ..grant(2) }).await;
    deaf.refused(json!({ "type": "create-transport", "direction": "recv" }), "permission.denied").await;
}

#[tokio::test]
async fn observers_come_unseen() {
    let house = House::new().await;
    let mut ada = house.join(1).await;
    let mut observer = house.join_with(&RoomGrant { hidden: true, ..grant(9) }).await;
    ada.done(json!({ "type": "chat", "text": "alone?" })).await;
    observer.next_is("chat").await;
    ada.next_is("chat").await;
    drop(observer);
    ada.refused(json!({ "type": "offer", "target": user_id(9), "sdp": "v=0" }), "target.not_found").await;
    assert!(ada.events_so_far().await.is_empty());
}

#[tokio::test]
async fn who_waits_and_loads_the_page_anew_waits_on() {
    let pub_sub: Arc<dyn PubSub> = Arc::new(LocalPubSub::default());
    let mut events = pub_sub.subscribe(ROOM_EVENTS_CHANNEL).await.unwrap();
    // However long the browser takes.
    let rooms = RoomLimits { lobby_grace: Duration::from_secs(3_600), ..RoomLimits::default() };
    let house = House::with(Wishes { rooms, pub_sub: pub_sub.clone(), ..Wishes::default() }).await;
    let ada = house.join(1).await;
    let waits = RoomGrant { lobby: true, ..grant(2) };
    let mut gus = house.connect().await;
    assert_eq!(gus.join(&house.token(&waits), room_id()).await["waiting"], true);
    drop(gus);
    let mut gus = house.connect().await;
    let welcome = gus.join(&house.token(&waits), room_id()).await;
    assert_eq!((&welcome["type"], &welcome["waiting"]), (&json!("welcome"), &json!(true)), "{welcome}");

    let admitted =
        RoomCommand::LobbyLeft { room_id: room_id(), user_id: UserId::from_uuid(user_id(2)), admitted: Some(true) };
    let admitted = serde_json::to_vec(&admitted).unwrap();
    // The server subscribes beside the joins; until it has, nobody hears the command.
    let admitting = async {
        loop {
            pub_sub.publish(ROOM_COMMANDS, admitted.clone()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        () = admitting => {}
        _ = gus.next_is("lobby-admitted") => {}
    }
    gus.done(json!({ "type": "leave" })).await;
    drop((ada, gus));
    let mut told = Vec::new();
    while told.last().is_none_or(|name| name != "room.closed") {
        let event: Value = serde_json::from_slice(&soon(events.next()).await.unwrap()).unwrap();
        told.push(event["event"].as_str().unwrap().to_owned());
    }
    assert_eq!(told.iter().filter(|name| *name == "room.lobby-left").count(), 1, "gone only when they went: {told:?}");
    house.empty().await;
}
