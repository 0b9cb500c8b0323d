//! The media worker dies.

use domain_room::MediaSource;

use super::house::*;
use crate::*;

#[tokio::test]
async fn the_room_moves_and_everybody_begins_anew() {
    let house = House::new();
    let (mut ada, mut bob) = (house.join(1).await, house.join(2).await);
    ada.event().await;
    let send = ada.transport(TransportDirection::Send).await;
    let camera = ada.produce(&send, MediaSource::Camera).await;
    bob.event().await;
    house.engine.fail_routers(2);
    house.engine.crash();
    assert_eq!(ada.event().await, PeerEvent::RoomMoved);
    assert_eq!(bob.event().await, PeerEvent::RoomMoved);
    assert_eq!(house.rooms.stats(), RoomStats { rooms: 1, peers: 2, producers: 0, consumers: 0 });
    assert!(matches!(ada.ask(PeerRequest::PauseProducer(camera)).await, Err(RoomError::NotFound(_))));
    let send = ada.transport(TransportDirection::Send).await;
    ada.produce(&send, MediaSource::Camera).await;
    assert!(matches!(bob.event().await, PeerEvent::NewProducer { .. }));
    assert_eq!(house.engine.open_things(), (1, 1, 1, 0));
    drop((ada, bob));
    house.empty().await;
}

#[tokio::test]
async fn while_the_room_moves_media_waits_and_the_rest_goes_on() {
    let house = House::new();
    let mut ada = house.join(1).await;
    let send = ada.transport(TransportDirection::Send).await;
    house.engine.shut();
    let pending = ada.ask(produce(&send, MediaSource::Camera));
    let (pending, ()) = tokio::join!(pending, async {
        house.engine.held_back(1).await;
        house.engine.crash();
        // The produce request, the closing of the old router and the opening of the new one.
        house.engine.held_back(3).await;
        let make = PeerRequest::CreateTransport { direction: TransportDirection::Send, sctp_capabilities: None };
        assert!(matches!(ada.joined.session.request(make).await, Err(RoomError::MediaUnavailable(_))));
        assert!(ada.joined.session.request(chat("hello")).await.is_ok());
        let bob = house.join(2).await;
        assert!(bob.joined.picture.rtp_capabilities.is_object(), "whoever comes meanwhile knows the capabilities");
        drop(bob);
        house.engine.open();
    });
    assert!(matches!(pending, Err(RoomError::MediaUnavailable(_))), "{pending:?}");
    loop {
        if ada.event().await == PeerEvent::RoomMoved {
            break;
        }
    }
    eventually("the room is on one router", || house.engine.open_things() == (1, 0, 0, 0)).await;
}

#[tokio::test]
async fn a_room_without_any_worker_ends() {
    let house = House::with(RoomLimits { router_attempts: 2, ..limits() });
    let mut ada = house.join(1).await;
    house.engine.fail_routers(2);
    house.engine.crash();
    assert_eq!(ada.event().await, PeerEvent::RoomEnded { reason: "media-unavailable".into() });
    assert_eq!(ada.maybe_event().await, None);
    assert_eq!(ada.end().await, SessionEnd::RoomEnded);
    house.empty().await;
    assert!(house.join_with(claims(1)).await.is_ok(), "a later join opens it again");
}

#[tokio::test]
async fn a_router_that_is_opened_after_the_room_ended_is_closed() {
    let house = House::new();
    let ada = house.join(1).await;
    house.engine.shut();
    house.engine.crash();
    house.engine.held_back(2).await;
    drop(ada);
    eventually("the room is gone", || house.rooms.stats().rooms == 0).await;
    house.engine.open();
    house.empty().await;
}

#[tokio::test]
async fn a_room_that_loses_vital_events_moves() {
    let house = House::with(RoomLimits { media_events: 1, ..limits() });
    let mut ada = house.join(1).await;
    // Nobody reads between two calls on one thread, so that the second one finds no place.
    house.engine.tell(MediaEvent::ActiveSpeaker(None));
    house.engine.tell(MediaEvent::ProducerClosed(ProducerId("gone".into())));
    assert_eq!(ada.event().await, PeerEvent::ActiveSpeaker(None));
    assert_eq!(ada.event().await, PeerEvent::RoomMoved);
    eventually("the old router is closed", || house.engine.open_things() == (1, 0, 0, 0)).await;
    drop(ada);
    house.empty().await;
}

#[tokio::test]
async fn what_an_earlier_router_tells_is_not_taken_for_the_present_ones() {
    let house = House::new();
    let mut ada = house.join(1).await;
    let stale = house.engine.sink();
    house.engine.crash();
    assert_eq!(ada.event().await, PeerEvent::RoomMoved);
    stale(MediaEvent::RouterClosed);
    stale(MediaEvent::ActiveSpeaker(None));
    assert_eq!(ada.events_so_far().await, []);
}
