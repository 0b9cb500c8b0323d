//! What goes out over publish and subscribe, what comes in, and what happens while the service is away.

use std::time::Duration;

use application_shared::{PubSub, ROOM_COMMANDS, RoomCommand};
use domain_room::LeaveReason;
use serde_json::json;

use super::house::*;
use crate::*;

#[tokio::test]
async fn room_events_are_published() {
    let house = House::new();
    let _running = house.run();
    let ada = house.join(1).await;
    ada.joined.session.leave(LeaveReason::Left).await;
    eventually("four events", || house.pub_sub.published(ROOM_EVENTS_CHANNEL).len() == 4).await;
    let room = room_id().to_string();
    let user = user_id(1).to_string();
    let at = "2027-01-15T08:00:00Z";
    assert_eq!(
        house.pub_sub.published(ROOM_EVENTS_CHANNEL),
        [
            json!({ "event": "room.opened", "room_id": room, "at": at }),
            json!({ "event": "room.peer-joined", "room_id": room, "user_id": user, "at": at }),
            json!({ "event": "room.peer-left", "room_id": room, "user_id": user, "at": at }),
            json!({ "event": "room.closed", "room_id": room, "at": at }),
        ]
    );
}

#[tokio::test]
async fn a_command_ends_the_room_and_nonsense_does_no_harm() {
    let house = House::new();
    let _running = house.run();
    eventually("commands are heard", || house.pub_sub.listeners(ROOM_COMMANDS) == 1).await;
    let mut ada = house.join(1).await;
    let end = json!({ "command": "end", "room_id": room_id(), "reason": "meeting-ended" }).to_string();
    for payload in ["", "{}", "[1]", r#"{"command":"explode"}"#, r#"{"command":"end","room_id":7}"#, &end] {
        house.pub_sub.publish(ROOM_COMMANDS, payload.into()).await.unwrap();
    }
    assert_eq!(ada.event().await, PeerEvent::RoomEnded { reason: "meeting-ended".into() });
    assert_eq!(ada.end().await, SessionEnd::RoomEnded);
}

#[tokio::test]
async fn rooms_go_on_while_the_service_is_away_and_hear_it_again_afterwards() {
    let house = House::with(RoomLimits { published_events: 2, ..limits() });
    let _running = house.run();
    eventually("commands are heard", || house.pub_sub.listeners(ROOM_COMMANDS) == 1).await;
    house.pub_sub.go_away();
    for user in 1..=5 {
        let guest = house.join(user).await;
        assert!(guest.ask(chat("hello")).await.is_ok());
    }
    house.empty().await;
    eventually("it was tried several times", || house.pub_sub.refused() > 5).await;
    house.pub_sub.come_back();
    eventually("commands are heard again", || house.pub_sub.listeners(ROOM_COMMANDS) == 1).await;
    let mut ada = house.join(1).await;
    eventually("events are published again", || !house.pub_sub.published(ROOM_EVENTS_CHANNEL).is_empty()).await;
    let end = serde_json::to_vec(&RoomCommand::End { room_id: room_id(), reason: "over".into() }).unwrap();
    house.pub_sub.publish(ROOM_COMMANDS, end).await.unwrap();
    assert_eq!(ada.event().await, PeerEvent::RoomEnded { reason: "over".into() });
}

#[tokio::test]
async fn running_twice_is_running_once() {
    let house = House::new();
    let first = house.run();
    eventually("commands are heard", || house.pub_sub.listeners(ROOM_COMMANDS) == 1).await;
    soon(house.rooms.run()).await;
    house.rooms.shutdown(Duration::ZERO).await;
    soon(first).await.unwrap();
}
