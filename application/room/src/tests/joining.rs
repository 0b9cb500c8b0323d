//! Coming in, being replaced, going, and what must not be in the way of it.

use std::time::Duration;

use domain_room::{Grants, LeaveReason, MediaSource};

use super::house::*;
use crate::*;

#[tokio::test]
async fn two_meet_and_part() {
    let house = House::new();
    let mut ada = house.join(1).await;
    assert_eq!(ada.joined.picture.others, []);
    assert_eq!(ada.joined.picture.room_id, room_id());
    let bob = house.join(2).await;
    let others: Vec<_> = bob.joined.picture.others.iter().map(|other| other.user).collect();
    assert_eq!(others, [user_id(1)]);
    assert!(matches!(ada.event().await, PeerEvent::UserJoined { user, .. } if user == user_id(2)));
    assert_eq!(house.rooms.stats(), RoomStats { rooms: 1, peers: 2, producers: 0, consumers: 0 });
    assert_eq!(house.rooms.stats_of(room_id()), Some(house.rooms.stats()));
    assert_eq!(house.rooms.stats_of(domain_shared::RoomId::from_uuid(uuid::Uuid::nil())), None);

    let Guest { joined, .. } = bob;
    joined.session.leave(LeaveReason::Left).await;
    assert_eq!(ada.event().await, PeerEvent::UserLeft { user: user_id(2), reason: LeaveReason::Left });
    assert_eq!(soon(joined.ended).await, Ok(SessionEnd::Left));
    drop(ada);
    house.empty().await;
}

#[tokio::test]
async fn dropping_the_session_lets_the_participant_go_with_everything() {
    let house = House::new();
    let mut ada = house.join(1).await;
    let bob = house.join(2).await;
    let send = bob.transport(TransportDirection::Send).await;
    let camera = bob.produce(&send, MediaSource::Camera).await;
    let receive = ada.transport(TransportDirection::Receive).await;
    let consumer = ada.consume(&receive, &camera).await;
    assert_eq!(house.rooms.stats(), RoomStats { rooms: 1, peers: 2, producers: 1, consumers: 1 });
    drop(bob);
    let events = [ada.event().await, ada.event().await, ada.event().await, ada.event().await, ada.event().await];
    assert!(matches!(&events[0], PeerEvent::UserJoined { .. }));
    assert!(matches!(&events[1], PeerEvent::NewProducer { track, .. } if track.producer == camera));
    assert_eq!(events[2], PeerEvent::ConsumerClosed(consumer));
    assert_eq!(events[3], PeerEvent::ProducerClosed { user: user_id(2), producer: camera });
    assert_eq!(events[4], PeerEvent::UserLeft { user: user_id(2), reason: LeaveReason::Disconnected });
    eventually("bob's media is closed", || house.engine.open_things() == (1, 1, 0, 0)).await;
    drop(ada);
    house.empty().await;
}

#[tokio::test]
async fn who_comes_later_is_told_what_is_sent() {
    let house = House::new();
    let ada = house.join(1).await;
    let send = ada.transport(TransportDirection::Send).await;
    let camera = ada.produce(&send, MediaSource::Camera).await;
    let microphone = ada.produce(&send, MediaSource::Microphone).await;
    ada.ask(PeerRequest::PauseProducer(microphone.clone())).await.unwrap();
    let bob = house.join(2).await;
    let tracks = &bob.joined.picture.others[0].tracks;
    let told: Vec<_> = tracks.iter().map(|track| (track.producer.clone(), track.source, track.paused)).collect();
    assert_eq!(told, [(camera, MediaSource::Camera, false), (microphone, MediaSource::Microphone, true)]);
}

#[tokio::test]
async fn a_second_join_replaces_the_first() {
    let house = House::new();
    let running = house.run();
    let mut ada = house.join(1).await;
    let mut first = house.join(2).await;
    let send = first.transport(TransportDirection::Send).await;
    let camera = first.produce(&send, MediaSource::Camera).await;
    let second = house.join(2).await;
    assert_eq!(second.joined.picture.others.len(), 1);

    assert_eq!(first.event().await, PeerEvent::SessionReplaced);
    assert_eq!(first.maybe_event().await, None);
    assert!(matches!(first.ask(chat("still here?")).await, Err(RoomError::NotInRoom)));
    let events = ada.events_so_far().await;
    assert!(matches!(&events[0], PeerEvent::UserJoined { .. }));
    assert!(matches!(&events[1], PeerEvent::NewProducer { .. }));
    assert_eq!(events[2], PeerEvent::ProducerClosed { user: user_id(2), producer: camera });
    assert_eq!(events[3], PeerEvent::UserLeft { user: user_id(2), reason: LeaveReason::Replaced });
    assert!(matches!(&events[4], PeerEvent::UserJoined { user, .. } if *user == user_id(2)));
    assert_eq!(events.len(), 5);
    eventually("the first one's media is closed", || house.engine.open_things() == (1, 0, 0, 0)).await;

    // That the first one's connection ends now changes nothing.
    assert_eq!(first.end().await, SessionEnd::Replaced);
    assert!(second.ask(chat("here")).await.is_ok());
    assert_eq!(house.rooms.stats().peers, 2);
    drop((ada, second));
    house.empty().await;
    house.rooms.shutdown(Duration::ZERO).await;
    soon(running).await.unwrap();
    let told: Vec<_> = house.pub_sub.published(ROOM_EVENTS_CHANNEL).iter().map(|e| e["event"].clone()).collect();
    let expected = ["opened", "peer-joined", "peer-joined", "peer-left", "peer-left", "closed"];
    assert_eq!(told, expected.map(|name| format!("room.{name}")), "the identity never left in between");
}

#[tokio::test]
async fn whoever_gives_up_waiting_for_the_answer_is_not_left_in_the_room() {
    let house = House::new();
    house.engine.shut();
    let rooms = house.rooms.clone();
    let waiting = tokio::spawn(async move { rooms.join(claims(1)).await });
    house.engine.held_back(1).await;
    waiting.abort();
    let _ = waiting.await;
    house.engine.open();
    house.empty().await;
}

#[tokio::test]
async fn a_full_room_takes_nobody_else() {
    let house = House::with(RoomLimits { peers_per_room: 1, ..limits() });
    let ada = house.join(1).await;
    assert!(matches!(house.join_with(claims(2)).await, Err(JoinRoomError::Full)));
    assert!(house.join_with(claims(1)).await.is_ok(), "whoever is in may come in again");
    drop(ada);
}

#[tokio::test]
async fn a_full_node_takes_no_more_rooms() {
    let house = House::with(RoomLimits { rooms: 1, ..limits() });
    let _ada = house.join(1).await;
    let elsewhere = RoomClaims { room_id: domain_shared::RoomId::from_uuid(uuid::Uuid::from_u128(2)), ..claims(2) };
    assert!(matches!(house.join_with(elsewhere).await, Err(JoinRoomError::TooManyRooms)));
    assert!(house.join_with(claims(2)).await.is_ok());
}

#[tokio::test]
async fn without_a_router_nobody_is_let_in_and_nothing_stays() {
    let house = House::new();
    house.engine.fail_routers(1);
    assert!(matches!(house.join_with(claims(1)).await, Err(JoinRoomError::MediaUnavailable(_))));
    house.empty().await;
    assert!(house.join_with(claims(1)).await.is_ok(), "the next one finds a worker");
}

#[tokio::test]
async fn observers_are_not_seen() {
    let house = House::new();
    let mut ada = house.join(1).await;
    let observer = house.join_with(claims_with(9, Grants { hidden: true, ..Grants::full() })).await.unwrap();
    assert_eq!(observer.joined.picture.others.len(), 1);
    let bob = house.join(2).await;
    assert_eq!(bob.joined.picture.others.len(), 1, "bob sees ada only");
    let signal = PeerRequest::Signal { target: user_id(9), signal: PeerSignal::Offer("sdp".into()) };
    assert!(matches!(bob.ask(signal).await, Err(RoomError::TargetNotFound)));
    drop(observer);
    eventually("the observer is gone", || house.rooms.stats().peers == 2).await;
    let events = ada.events_so_far().await;
    assert!(matches!(&events[..], [PeerEvent::UserJoined { user, .. }] if *user == user_id(2)), "{events:?}");
}

#[tokio::test]
async fn a_full_mailbox_refuses_rather_than_grows() {
    let house = House::with(RoomLimits { mailbox: 2, ..limits() });
    house.engine.shut();
    // The actor opens its router and reads nothing: its mailbox holds the first join and one more.
    let join = |user| {
        let rooms = house.rooms.clone();
        tokio::spawn(async move { rooms.join(claims(user)).await })
    };
    let first = join(1);
    house.engine.held_back(1).await;
    let second = join(2);
    // The second may not have been handed in yet; from then on everybody is refused.
    let refused = async {
        let mut user = 3;
        loop {
            match tokio::time::timeout(Duration::from_millis(5), house.rooms.join(claims(user))).await {
                Ok(outcome) => return outcome.map(drop),
                Err(_) => user += 1,
            }
        }
    };
    assert!(matches!(soon(refused).await, Err(JoinRoomError::Busy)));
    house.engine.open();
    let first = soon(first).await.unwrap().unwrap();
    drop((first, soon(second).await.unwrap()));
    house.empty().await;
}

/// The last one leaves while the next one comes, over and over: nobody is lost between the actors, whatever the timing.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn joins_never_fall_between_a_closing_room_and_the_next() {
    let house = House::new();
    let running = house.run();
    let mut tasks = Vec::new();
    for user in 0..8 {
        let rooms = house.rooms.clone();
        tasks.push(tokio::spawn(async move {
            for round in 0..100 {
                let joined = rooms.join(claims(user)).await.expect("nobody may be refused");
                let answer = joined.session.request(PeerRequest::RouterCapabilities).await;
                assert!(answer.is_ok(), "round {round}: {answer:?}");
                if round % 2 == 0 { drop(joined) } else { joined.session.leave(LeaveReason::Left).await }
            }
        }));
    }
    for task in tasks {
        soon(task).await.unwrap();
    }
    house.empty().await;
    house.rooms.shutdown(Duration::ZERO).await;
    soon(running).await.unwrap();
    // Openings and closings alternate: a successor's opening never comes before the closing.
    let events = house.pub_sub.published(ROOM_EVENTS_CHANNEL);
    let lives: Vec<_> = events
        .iter()
        .filter_map(|event| event["event"].as_str())
        .filter(|name| matches!(*name, "room.opened" | "room.closed"))
        .collect();
    assert!(lives.len() >= 2 && lives.len() % 2 == 0);
    for pair in lives.chunks(2) {
        assert_eq!(pair, ["room.opened", "room.closed"]);
    }
}
