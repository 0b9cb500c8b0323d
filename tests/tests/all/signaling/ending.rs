//! Rooms that are ended from outside, and a server that stops.

use std::{sync::Arc, time::Duration};

use application_room::ROOM_EVENTS_CHANNEL;
use application_shared::PubSub;
use application_shared::{ROOM_COMMANDS, RoomCommand};
use futures::StreamExt;
use infrastructure_redis::{Redis, RedisOptions};
use open_meeting_tests::TestRedis;
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{
    client::soon,
    house::{House, Wishes, grant, login, room_id, user_id},
};

#[tokio::test]
async fn a_command_through_redis_ends_the_room_for_everybody() {
    let server = TestRedis::new().await;
    let redis = Redis::connect(&RedisOptions::new(SecretString::from(server.url()))).await.unwrap();
    let pub_sub: Arc<dyn PubSub> = Arc::new(redis.pub_sub());
    let mut events = pub_sub.subscribe(ROOM_EVENTS_CHANNEL).await.unwrap();
    let house = House::with(Wishes { pub_sub: pub_sub.clone(), ..Wishes::default() }).await;
    let (mut ada, mut bob) = (house.join(1).await, house.join(2).await);
    let mut heard = async || serde_json::from_slice::<Value>(&soon(events.next()).await.unwrap()).unwrap();
    for (name, user) in [("room.opened", None), ("room.peer-joined", Some(1)), ("room.peer-joined", Some(2))] {
        let event = heard().await;
        assert_eq!((&event["event"], &event["room_id"]), (&json!(name), &json!(room_id())), "{event}");
        assert_eq!(event.get("user_id"), user.map(|user| json!(user_id(user))).as_ref());
    }

    let end = RoomCommand::End { room_id: room_id(), reason: "meeting-ended".into() };
    let end = serde_json::to_vec(&end).unwrap();
    // The server subscribes beside the joins; until it has, nobody hears the command.
    let commanding = async {
        loop {
            pub_sub.publish(ROOM_COMMANDS, end.clone()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        () = commanding => {}
        event = ada.event_of("room-ended") => assert_eq!(event["reason"], "meeting-ended"),
    }
    assert_eq!(bob.event_of("room-ended").await["reason"], "meeting-ended");
    assert_eq!(ada.closed().await, (4004, "room-ended".to_owned()));
    assert_eq!(bob.closed().await, (4004, "room-ended".to_owned()));
    for name in ["room.peer-left", "room.peer-left", "room.closed"] {
        assert_eq!(heard().await["event"], name);
    }
    let mut late = house.connect().await;
    let join = json!({ "type": "join", "token": house.token(&grant(1)), "room_id": room_id() });
    late.refused(join, "room.ended").await;
    drop((ada, bob, late));
    house.empty().await;
    redis.shut_down().await;
}

#[tokio::test]
async fn redis_may_go_away_while_people_talk() {
    let mut server = TestRedis::new().await;
    let redis = Redis::connect(&RedisOptions::new(SecretString::from(server.url()))).await.unwrap();
    let house = House::with(Wishes { pub_sub: Arc::new(redis.pub_sub()), ..Wishes::default() }).await;
    let mut ada = house.join(1).await;
    server.stop().await;
    let mut bob = house.join(2).await;
    ada.next_is("user-joined").await;
    bob.done(json!({ "type": "chat", "text": "can you hear me?" })).await;
    assert_eq!(ada.next_is("chat").await["text"], "can you hear me?");
    bob.done(json!({ "type": "create-transport", "direction": "send" })).await;
    drop((ada, bob));
    house.empty().await;
    redis.shut_down().await;
}

#[tokio::test]
async fn a_server_that_stops_says_goodbye() {
    let house = House::new().await;
    let mut ada = house.join(1).await;
    let mut outside = house.connect().await;
    let rooms = house.rooms.clone();
    let stopping = tokio::spawn(async move { rooms.shutdown(Duration::from_millis(100)).await });
    ada.next_is("server-draining").await;
    let join = json!({ "type": "join", "token": house.token(&grant(2)), "room_id": room_id() });
    outside.refused(join, "server.unavailable").await;
    assert_eq!(ada.next_is("room-ended").await["reason"], "server-shutdown");
    assert_eq!(ada.closed().await, (4000, "server-draining".to_owned()));
    soon(stopping).await.unwrap();
    drop((ada, outside));
    house.empty().await;
}

#[tokio::test]
async fn whoever_came_in_by_an_ended_login_is_sent_away() {
    let house = House::new().await;
    let (mut ada, mut bob) = (house.join(1).await, house.join(2).await);
    ada.next_is("user-joined").await;
    house.rooms.end_sessions([login(2)], "banned").await;
    assert_eq!(bob.next_is("kicked").await["reason"], "banned");
    assert_eq!(bob.closed().await, (4008, "kicked".to_owned()));
    let left = ada.next_is("user-left").await;
    assert_eq!((&left["user_id"], &left["reason"]), (&json!(user_id(2)), &json!("kicked")));
    let mut again = house.connect().await;
    let join = json!({ "type": "join", "token": house.token(&grant(2)), "room_id": room_id() });
    again.refused(join, "token.invalid").await;
    ada.done(json!({ "type": "chat", "text": "still here" })).await;
    drop((ada, bob, again));
    house.empty().await;
}
