//! Rooms that are ended, and servers that stop.

use std::time::Duration;

use domain_room::{LeaveReason, MediaSource};

use super::house::*;
use crate::*;

#[tokio::test]
async fn an_ended_room_lets_everybody_go_and_does_not_open_again() {
    let house = House::new();
    let (mut ada, bob) = (house.join(1).await, house.join(2).await);
    let send = bob.transport(TransportDirection::Send).await;
    bob.produce(&send, MediaSource::Camera).await;
    ada.events_so_far().await;
    soon(house.rooms.end(room_id(), "meeting-ended")).await;
    assert_eq!(ada.event().await, PeerEvent::RoomEnded { reason: "meeting-ended".into() });
    assert_eq!(ada.maybe_event().await, None);
    assert!(matches!(ada.ask(chat("hello?")).await, Err(RoomError::NotInRoom)));
    assert_eq!(bob.end().await, SessionEnd::RoomEnded);
    house.empty().await;
    assert!(matches!(house.join_with(claims(1)).await, Err(JoinRoomError::Ended)));
}

#[tokio::test]
async fn a_room_that_lives_elsewhere_is_remembered_as_ended_but_not_for_ever() {
    let house = House::with(RoomLimits { ended_memory: Duration::ZERO, ..limits() });
    soon(house.rooms.end(room_id(), "meeting-ended")).await;
    assert!(house.join_with(claims(1)).await.is_ok());

    let house = House::with(RoomLimits { ended_rooms: 2, ..limits() });
    let room = |n| domain_shared::RoomId::from_uuid(uuid::Uuid::from_u128(n));
    for n in 1..=3 {
        soon(house.rooms.end(room(n), "meeting-ended")).await;
    }
    let join = async |n| house.join_with(RoomClaims { room_id: room(n), ..claims(1) }).await;
    assert!(join(1).await.is_ok(), "the oldest is forgotten");
    assert!(matches!(join(2).await, Err(JoinRoomError::Ended)));
    assert!(matches!(join(3).await, Err(JoinRoomError::Ended)));
}

#[tokio::test]
async fn reasons_are_short_and_plain() {
    let house = House::new();
    let mut ada = house.join(1).await;
    soon(house.rooms.end(room_id(), &format!("a\n{}", "b".repeat(100)))).await;
    assert_eq!(ada.event().await, PeerEvent::RoomEnded { reason: format!("a{}", "b".repeat(63)) });
}

#[tokio::test]
async fn joins_that_wait_while_the_room_is_ended_are_refused() {
    let house = House::new();
    house.engine.shut();
    let rooms = house.rooms.clone();
    let waiting = tokio::spawn(async move { rooms.join(claims(1)).await.map(drop) });
    house.engine.held_back(1).await;
    // The end stands behind the join in the mailbox, and a further join cannot get in.
    soon(house.rooms.end(room_id(), "meeting-ended")).await;
    assert!(matches!(house.join_with(claims(2)).await, Err(JoinRoomError::Ended)));
    house.engine.open();
    assert!(soon(waiting).await.unwrap().is_ok());
    house.empty().await;
}

#[tokio::test]
async fn a_server_that_stops_says_so_and_closes_everything() {
    let house = House::new();
    let running = house.run();
    let mut ada = house.join(1).await;
    let send = ada.transport(TransportDirection::Send).await;
    ada.produce(&send, MediaSource::Camera).await;
    let rooms = house.rooms.clone();
    let stopping = tokio::spawn(async move { rooms.shutdown(Duration::from_millis(20)).await });
    assert_eq!(ada.event().await, PeerEvent::ServerDraining);
    assert!(matches!(house.join_with(claims(2)).await, Err(JoinRoomError::Draining)));
    assert_eq!(ada.event().await, PeerEvent::RoomEnded { reason: "server-shutdown".into() });
    assert_eq!(ada.end().await, SessionEnd::ServerStopped);
    soon(stopping).await.unwrap();
    soon(running).await.unwrap();
    assert_eq!(house.engine.open_things(), (0, 0, 0, 0), "everything is closed when the shutdown is over");
    assert_eq!(house.rooms.stats(), RoomStats::default());
    let last = house.pub_sub.published(ROOM_EVENTS_CHANNEL).pop().unwrap();
    assert_eq!(last["event"], "room.closed");
}

#[tokio::test]
async fn a_server_whose_guests_leave_in_time_does_not_wait_for_the_bound() {
    let house = House::new();
    let mut ada = house.join(1).await;
    let rooms = house.rooms.clone();
    let stopping = tokio::spawn(async move { rooms.shutdown(Duration::from_secs(3600)).await });
    assert_eq!(ada.event().await, PeerEvent::ServerDraining);
    drop(ada);
    soon(stopping).await.unwrap();
}

#[tokio::test]
async fn an_engine_that_hangs_does_not_hold_the_shutdown_up_for_ever() {
    let house = House::with(RoomLimits { close_timeout: Duration::from_millis(20), ..limits() });
    let ada = house.join(1).await;
    house.engine.shut();
    soon(house.rooms.shutdown(Duration::ZERO)).await;
    assert_eq!(ada.end().await, SessionEnd::ServerStopped);
    house.engine.open();
    house.empty().await;
}

#[tokio::test]
async fn whoever_came_in_by_an_ended_login_has_to_leave_every_room() {
    let house = House::new();
    let elsewhere = domain_shared::RoomId::from_uuid(uuid::Uuid::from_u128(5));
    let other_device = RoomClaims { room_id: elsewhere, session_id: Some(login(9)), ..claims(1) };
    let same_device = RoomClaims { room_id: elsewhere, ..claims(2) };
    let (mut ada, mut bob) = (house.join(1).await, house.join(2).await);
    let (other_device, bob_elsewhere) =
        (house.join_with(other_device).await.unwrap(), house.join_with(same_device).await.unwrap());
    let send = bob.transport(TransportDirection::Send).await;
    let camera = bob.produce(&send, MediaSource::Camera).await;
    bob.events_so_far().await;
    ada.events_so_far().await;
    bob.skip_to_chat("so far").await;

    soon(house.rooms.end_sessions([login(2), login(77)], "banned\u{0}")).await;

    assert_eq!(ada.event().await, PeerEvent::ProducerClosed { user: user_id(2), producer: camera });
    assert_eq!(ada.event().await, PeerEvent::UserLeft { user: user_id(2), reason: LeaveReason::Kicked });
    assert_eq!(bob.event().await, PeerEvent::Kicked { reason: "banned".into() });
    assert_eq!(bob.maybe_event().await, None);
    assert_eq!((bob.end().await, bob_elsewhere.end().await), (SessionEnd::Kicked, SessionEnd::Kicked));
    assert!(ada.ask(chat("still here")).await.is_ok() && other_device.ask(chat("so am I")).await.is_ok());
    assert!(matches!(house.join_with(claims(2)).await, Err(JoinRoomError::Revoked)));
    let signed_in_again = RoomClaims { session_id: Some(login(3)), ..claims(2) };
    assert!(house.join_with(signed_in_again).await.is_ok());
    assert!(house.join_with(RoomClaims { session_id: None, ..claims(4) }).await.is_ok());
}

#[tokio::test]
async fn a_join_that_waits_while_its_login_ends_does_not_last() {
    let house = House::new();
    house.engine.shut();
    let rooms = house.rooms.clone();
    let waiting = tokio::spawn(async move { rooms.join(claims(1)).await });
    house.engine.held_back(1).await;
    soon(house.rooms.end_sessions([login(1)], "banned")).await;
    house.engine.open();
    let joined = soon(waiting).await.unwrap().unwrap();
    assert_eq!(soon(joined.ended).await.unwrap(), SessionEnd::Kicked);
    house.empty().await;
}
