//! Chat, direct signals, numbers, and readers that are too slow.

use std::sync::Arc;

use domain_room::{Grants, LeaveReason};
use serde_json::json;

use super::house::*;
use crate::*;

#[tokio::test]
async fn chat_goes_to_everybody_in_the_same_order() {
    let house = House::new();
    let (mut ada, mut bob) = (house.join(1).await, house.join(2).await);
    for n in 0..50 {
        let writer = if n % 2 == 0 { &ada } else { &bob };
        writer.ask(chat(&n.to_string())).await.unwrap();
    }
    ada.event().await;
    for n in 0..50 {
        let (seen, also) = (ada.event().await, bob.event().await);
        assert_eq!(seen, also);
        assert!(matches!(&seen, PeerEvent::Chat { text, .. } if text.as_str() == n.to_string()));
    }
}

#[tokio::test]
async fn an_event_is_encoded_once_for_all() {
    let house = House::new();
    let (mut ada, mut bob) = (house.join(1).await, house.join(2).await);
    ada.event().await;
    ada.ask(chat("hello")).await.unwrap();
    let (seen, also) = (soon(ada.joined.events.recv()).await.unwrap(), soon(bob.joined.events.recv()).await.unwrap());
    assert!(Arc::ptr_eq(&seen.notification, &also.notification));
    assert_eq!((seen.seq, also.seq), (2, 1));
    let encode = |_: &PeerEvent| EncodedEvent { head: "{".into(), tail: "}".into() };
    let first: *const _ = seen.notification.encoded(encode);
    let second: *const _ = also.notification.encoded(|_| panic!("encoded twice"));
    assert_eq!(first, second);
}

#[tokio::test]
async fn chat_needs_permission() {
    let house = House::new();
    let quiet = house.join_with(claims_with(1, Grants { can_chat: false, ..Grants::full() })).await.unwrap();
    assert!(matches!(quiet.ask(chat("psst")).await, Err(RoomError::Denied)));
}

#[tokio::test]
async fn signals_reach_their_target_only() {
    let house = House::new();
    let (ada, mut bob, mut eve) = (house.join(1).await, house.join(2).await, house.join(3).await);
    bob.event().await;
    let signals = [
        PeerSignal::Offer("offer".into()),
        PeerSignal::Answer("answer".into()),
        PeerSignal::Candidate(json!({ "candidate": "candidate:1" })),
    ];
    for signal in signals {
        ada.ask(PeerRequest::Signal { target: user_id(2), signal: signal.clone() }).await.unwrap();
        assert_eq!(bob.event().await, PeerEvent::Signal { from: user_id(1), signal });
    }
    assert_eq!(eve.events_so_far().await, []);
    let nobody = PeerRequest::Signal { target: user_id(9), signal: PeerSignal::Offer("offer".into()) };
    assert!(matches!(ada.ask(nobody).await, Err(RoomError::TargetNotFound)));
    let observer = house.join_with(claims_with(8, Grants { hidden: true, ..Grants::full() })).await.unwrap();
    let hidden = PeerRequest::Signal { target: user_id(1), signal: PeerSignal::Offer("offer".into()) };
    assert!(matches!(observer.ask(hidden).await, Err(RoomError::Denied)));
}

#[tokio::test]
async fn who_does_not_read_is_disconnected_and_holds_up_nobody() {
    let house = House::with(RoomLimits { events_per_peer: 8, ..limits() });
    let (mut ada, mut slow) = (house.join(1).await, house.join(2).await);
    ada.event().await;
    for n in 0..8 {
        ada.ask(chat(&n.to_string())).await.unwrap();
        assert!(matches!(ada.event().await, PeerEvent::Chat { .. }));
    }
    ada.ask(chat("one too many")).await.unwrap();
    assert!(matches!(ada.event().await, PeerEvent::Chat { .. }));
    assert_eq!(ada.event().await, PeerEvent::UserLeft { user: user_id(2), reason: LeaveReason::TooSlow });
    // What was queued is still there, without gaps, and then comes the end.
    for _ in 0..8 {
        assert!(matches!(slow.event().await, PeerEvent::Chat { .. }));
    }
    assert_eq!(slow.maybe_event().await, None);
    assert_eq!(slow.end().await, SessionEnd::TooSlow);
    assert_eq!(house.rooms.stats().peers, 1);
}

#[tokio::test]
async fn many_slow_readers_go_at_once() {
    let house = House::with(RoomLimits { events_per_peer: 4, ..limits() });
    let mut guests = Vec::new();
    for user in 1..=20 {
        // Everybody is told of those who come after, so that the early ones overflow while others come.
        if let Ok(guest) = house.join_with(claims(user)).await {
            guests.push(guest);
        }
    }
    let last = guests.pop().unwrap();
    last.ask(chat("hello")).await.unwrap();
    last.ask(PeerRequest::RouterCapabilities).await.unwrap();
    eventually("only quick readers are left", || house.rooms.stats().peers <= 5).await;
    drop((guests, last));
    house.empty().await;
}

#[tokio::test]
async fn an_interface_that_is_gone_is_not_taken_for_a_slow_one() {
    let house = House::new();
    let (ada, mut bob) = (house.join(1).await, house.join(2).await);
    let JoinedRoom { session, events, .. } = ada.joined;
    drop(events);
    bob.ask(chat("hello")).await.unwrap();
    assert!(matches!(bob.event().await, PeerEvent::Chat { .. }));
    session.leave(LeaveReason::Disconnected).await;
    assert_eq!(bob.event().await, PeerEvent::UserLeft { user: user_id(1), reason: LeaveReason::Disconnected });
}
