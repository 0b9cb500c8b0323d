//! What hosts do, what happens to meetings, and those who wait in front of a room.

use std::{sync::atomic::Ordering, time::Duration};

use application_shared::{PubSub, ROOM_COMMANDS, RoomCommand, RoomPolicy};
use chrono::DateTime;
use domain_room::{DisplayName, LeaveReason, MediaSource, ParticipantRole, Reaction};

use super::house::*;
use crate::*;

const NOTHING: RoomPolicy = RoomPolicy { share_screen: false, chat: false, unmute: false, record: false };

/// A house that hears commands.
async fn listening(limits: RoomLimits) -> House {
    let house = House::with(limits);
    house.run();
    eventually("commands are heard", || house.pub_sub.listeners(ROOM_COMMANDS) == 1).await;
    house
}

async fn tell(house: &House, command: &RoomCommand) {
    house.pub_sub.publish(ROOM_COMMANDS, serde_json::to_vec(command).unwrap()).await.unwrap();
}

/// The next event of a kind; others before it are passed over.
async fn next<T>(guest: &mut Guest, wanted: impl Fn(&PeerEvent) -> Option<T>) -> T {
    loop {
        if let Some(found) = wanted(&guest.event().await) {
            return found;
        }
    }
}

#[tokio::test]
async fn who_waits_hears_that_they_may_come_in_and_moderators_that_they_wait() {
    let house = listening(limits()).await;
    let mut host = house.join_with(claims_as(1, ParticipantRole::Host)).await.unwrap();
    let mut bob = house.join(2).await;
    host.events_so_far().await;
    let mut kim = house.join_with(lobby_claims(3)).await.unwrap();
    assert!(kim.joined.picture.waiting && kim.joined.picture.others.is_empty());
    assert!(matches!(kim.ask(chat("hello?")).await, Err(RoomError::NotInRoom)), "who waits does nothing");
    let (display_name, since) = (DisplayName::parse("Kim").unwrap(), DateTime::UNIX_EPOCH);
    let waiting = RoomCommand::LobbyWaiting {
        room_id: room_id(),
        user_id: user_id(3),
        display_name: "Kim".into(),
        guest: true,
        since,
    };
    tell(&house, &waiting).await;
    assert_eq!(host.event().await, PeerEvent::LobbyWaiting { user: user_id(3), display_name, guest: true, since });
    let admitted = RoomCommand::LobbyLeft { room_id: room_id(), user_id: user_id(3), admitted: Some(true) };
    tell(&house, &admitted).await;
    assert_eq!(host.event().await, PeerEvent::LobbyLeft { user: user_id(3) });
    assert_eq!(kim.event().await, PeerEvent::LobbyAdmitted);
    let inside = house.join(3).await;
    assert_eq!(inside.joined.picture.others.len(), 2);
    assert_eq!(kim.end().await, SessionEnd::Left, "the lobby is behind them");
    let lobby = |event: &PeerEvent| matches!(event, PeerEvent::LobbyWaiting { .. } | PeerEvent::LobbyLeft { .. });
    assert!(!bob.events_so_far().await.iter().any(lobby), "the lobby is no business of participants");
    assert_eq!(house.rooms.stats().peers, 3);
}

#[tokio::test]
async fn who_is_denied_is_told_and_hung_up_on() {
    let house = listening(limits()).await;
    let mut kim = house.join_with(lobby_claims(3)).await.unwrap();
    let denied = RoomCommand::LobbyLeft { room_id: room_id(), user_id: user_id(3), admitted: Some(false) };
    tell(&house, &denied).await;
    assert_eq!(kim.event().await, PeerEvent::LobbyDenied);
    assert_eq!(kim.end().await, SessionEnd::Denied);
    house.empty().await;
    assert!(house.pub_sub.published("room.events").iter().all(|event| event["event"] != "room.lobby-left"));
}

#[tokio::test]
async fn who_loads_the_page_anew_waits_on_and_who_goes_is_told_gone() {
    let house = listening(RoomLimits { lobby_grace: Duration::from_secs(3600), ..limits() }).await;
    let kim = house.join_with(lobby_claims(3)).await.unwrap();
    let again = house.join_with(lobby_claims(3)).await.unwrap();
    assert_eq!(kim.end().await, SessionEnd::Replaced);
    again.joined.session.leave(LeaveReason::Left).await;
    eventually("the departure is told", || {
        house.pub_sub.published("room.events").iter().any(|event| event["event"] == "room.lobby-left")
    })
    .await;
    house.empty().await;
}

#[tokio::test]
async fn a_lost_connection_may_come_back_for_a_while() {
    let house = listening(limits()).await;
    let host = house.join(1).await;
    let kim = house.join_with(lobby_claims(3)).await.unwrap();
    drop(kim);
    eventually("the departure is told", || {
        house.pub_sub.published("room.events").iter().any(|event| event["event"] == "room.lobby-left")
    })
    .await;
    drop(host);
    house.empty().await;
}

#[tokio::test]
async fn who_is_removed_is_told_why_wherever_they_are() {
    let house = listening(limits()).await;
    let (mut ada, mut bob) = (house.join(1).await, house.join(2).await);
    let mut kim = house.join_with(lobby_claims(3)).await.unwrap();
    for (user, reason) in [(2, "kicked"), (3, "banned")] {
        let (room_id, user_id, at) = (room_id(), user_id(user), DateTime::UNIX_EPOCH);
        tell(&house, &RoomCommand::Remove { room_id, user_id, reason: reason.into(), at }).await;
    }
    assert_eq!(bob.event().await, PeerEvent::Kicked { reason: "kicked".into() });
    assert_eq!(bob.end().await, SessionEnd::Kicked);
    assert_eq!(kim.event().await, PeerEvent::Kicked { reason: "banned".into() });
    assert_eq!(kim.end().await, SessionEnd::Kicked);
    let left = next(&mut ada, |event| match event {
        PeerEvent::UserLeft { user, reason } => Some((*user, *reason)),
        _ => None,
    });
    assert_eq!(left.await, (user_id(2), LeaveReason::Kicked));
}

#[tokio::test]
async fn a_token_of_somebody_unwelcome_opens_nothing() {
    let house = House::new();
    house.admissions.unwelcome.lock().unwrap().push(user_id(2));
    assert!(matches!(house.join_with(claims(2)).await, Err(JoinRoomError::Revoked)));
    assert!(house.join_with(claims(1)).await.is_ok());
    house.admissions.away.store(true, Ordering::Relaxed);
    assert!(matches!(house.join_with(claims(1)).await, Err(JoinRoomError::Unavailable(_))));
}

#[tokio::test]
async fn roles_names_locks_and_policies_reach_everybody() {
    let house = listening(limits()).await;
    let (mut ada, mut bob) = (house.join(1).await, house.join(2).await);
    let send = bob.transport(TransportDirection::Send).await;
    let screen = bob.produce(&send, MediaSource::Screen).await;
    ada.events_so_far().await;
    let (room_id, user_id) = (room_id(), user_id(2));

    tell(&house, &RoomCommand::SetPolicy { room_id, policy: NOTHING }).await;
    let grants = next(&mut bob, |event| match event {
        PeerEvent::GrantsChanged { grants } => Some(grants.clone()),
        _ => None,
    })
    .await;
    assert!(!grants.can_chat && !grants.may_publish(MediaSource::Screen));
    let closed = PeerEvent::ProducerClosed { user: user_id, producer: screen };
    next(&mut ada, |event| (*event == closed).then_some(())).await;
    assert!(matches!(bob.ask(chat("may I?")).await, Err(RoomError::Denied)));
    assert!(matches!(bob.ask(produce(&send, MediaSource::Screen)).await, Err(RoomError::Denied)));

    let role = "co-host".to_owned();
    tell(&house, &RoomCommand::SetRole { room_id, user_id, role, policy: NOTHING }).await;
    let profile = next(&mut ada, |event| match event {
        PeerEvent::UserUpdated { user, profile } if *user == user_id => Some(profile.clone()),
        _ => None,
    });
    assert_eq!(profile.await.role, ParticipantRole::CoHost);
    assert!(bob.ask(chat("I may")).await.is_ok());

    tell(&house, &RoomCommand::Rename { room_id, user_id, display_name: "Robert".into() }).await;
    let named = next(&mut ada, |event| match event {
        PeerEvent::UserUpdated { profile, .. } => Some(profile.display_name.as_str().to_owned()),
        _ => None,
    });
    assert_eq!(named.await, "Robert");

    for locked in [true, true, false] {
        tell(&house, &RoomCommand::Lock { room_id, locked }).await;
    }
    for locked in [true, false] {
        let told = PeerEvent::RoomLocked { locked };
        next(&mut ada, |event| (*event == told).then_some(())).await;
    }
    // What makes no sense does no harm.
    tell(&house, &RoomCommand::SetRole { room_id, user_id, role: "king".into(), policy: NOTHING }).await;
    tell(&house, &RoomCommand::Rename { room_id, user_id, display_name: "\u{7}".into() }).await;
    house.pub_sub.publish(ROOM_COMMANDS, br#"{"command":"teleport"}"#.to_vec()).await.unwrap();
    assert!(bob.ask(chat("still here")).await.is_ok());
}

#[tokio::test]
async fn microphones_are_turned_off_and_asked_for() {
    let house = listening(limits()).await;
    let mut host = house.join_with(claims_as(1, ParticipantRole::Host)).await.unwrap();
    let mut bob = house.join(2).await;
    let send = bob.transport(TransportDirection::Send).await;
    let microphone = bob.produce(&send, MediaSource::Microphone).await;
    tell(&house, &RoomCommand::SetPolicy { room_id: room_id(), policy: NOTHING }).await;
    next(&mut bob, |event| matches!(event, PeerEvent::GrantsChanged { .. }).then_some(())).await;

    assert!(matches!(bob.ask(PeerRequest::Mute(None)).await, Err(RoomError::Denied)));
    assert!(matches!(host.ask(PeerRequest::Mute(Some(user_id(9)))).await, Err(RoomError::TargetNotFound)));
    host.ask(PeerRequest::Mute(None)).await.unwrap();
    next(&mut bob, |event| (*event == PeerEvent::Muted { by: user_id(1) }).then_some(())).await;
    let paused = PeerEvent::ProducerPaused { user: user_id(2), producer: microphone.clone() };
    next(&mut host, |event| (*event == paused).then_some(())).await;
    assert!(matches!(bob.ask(PeerRequest::ResumeProducer(microphone.clone())).await, Err(RoomError::Denied)));

    host.ask(PeerRequest::AskToUnmute(user_id(2))).await.unwrap();
    next(&mut bob, |event| (*event == PeerEvent::UnmuteRequested { by: user_id(1) }).then_some(())).await;
    assert!(bob.ask(PeerRequest::ResumeProducer(microphone.clone())).await.is_ok());

    // The same from outside.
    tell(&house, &RoomCommand::Mute { room_id: room_id(), user_id: Some(user_id(2)), by: user_id(1) }).await;
    next(&mut bob, |event| (*event == PeerEvent::Muted { by: user_id(1) }).then_some(())).await;
    assert!(matches!(bob.ask(PeerRequest::ResumeProducer(microphone)).await, Err(RoomError::Denied)));
    assert!(matches!(bob.ask(produce(&send, MediaSource::Microphone)).await, Err(RoomError::Denied)), "nor anew");
}

#[tokio::test]
async fn hands_reactions_and_the_spotlight_are_seen_by_all() {
    let house = House::new();
    let mut host = house.join_with(claims_as(1, ParticipantRole::Host)).await.unwrap();
    let bob = house.join(2).await;
    host.events_so_far().await;
    for raised in [true, true, false] {
        bob.ask(PeerRequest::RaiseHand(raised)).await.unwrap();
    }
    bob.ask(PeerRequest::RaiseHand(true)).await.unwrap();
    bob.ask(PeerRequest::React(Reaction::Party)).await.unwrap();
    assert!(matches!(bob.ask(PeerRequest::LowerHandOf(user_id(2))).await, Err(RoomError::Denied)));
    assert!(matches!(bob.ask(PeerRequest::SetSpotlight(None)).await, Err(RoomError::Denied)));
    host.ask(PeerRequest::SetSpotlight(Some(user_id(2)))).await.unwrap();
    let late = house.join(3).await;
    assert_eq!(late.joined.picture.spotlight, Some(user_id(2)));
    assert!(late.joined.picture.others.iter().any(|other| other.hand_raised_at.is_some()));
    host.ask(PeerRequest::LowerHandOf(user_id(2))).await.unwrap();
    let seen: Vec<_> = host
        .events_so_far()
        .await
        .into_iter()
        .filter(|event| !matches!(event, PeerEvent::UserJoined { .. }))
        .map(|event| match event {
            PeerEvent::HandRaised { .. } => "raised",
            PeerEvent::HandLowered { .. } => "lowered",
            PeerEvent::Reaction { reaction, .. } => reaction.as_str(),
            PeerEvent::Spotlight(Some(_)) => "spotlight",
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(seen, ["raised", "lowered", "raised", "party", "spotlight", "lowered"]);
    drop(late);
    bob.joined.session.leave(LeaveReason::Left).await;
    next(&mut host, |event| (*event == PeerEvent::Spotlight(None)).then_some(())).await;
}

#[tokio::test]
async fn what_changes_more_than_the_room_is_decided_elsewhere() {
    let house = House::new();
    let host = house.join_with(claims_as(1, ParticipantRole::Host)).await.unwrap();
    let bob = house.join(2).await;
    let name = DisplayName::parse("Bobby").unwrap();
    let rename = |user| ModerationAction::Rename { user_id: user_id(user), name: name.clone() };
    bob.ask(PeerRequest::Rename { target: None, name: name.clone() }).await.unwrap();
    let other = PeerRequest::Rename { target: Some(user_id(1)), name: name.clone() };
    assert!(matches!(bob.ask(other).await, Err(RoomError::Denied)));
    assert!(matches!(bob.ask(PeerRequest::Moderate(ModerationAction::End)).await, Err(RoomError::Denied)));
    host.ask(PeerRequest::Moderate(ModerationAction::Lock(true))).await.unwrap();
    assert_eq!(
        *house.moderation.asked.lock().unwrap(),
        [(user_id(2), rename(2)), (user_id(1), ModerationAction::Lock(true))]
    );
    house.moderation.refusals.lock().unwrap().extend([
        ModerationError::Unavailable("away".into()),
        ModerationError::Ended,
        ModerationError::NotFound,
        ModerationError::Denied,
    ]);
    let kick = || PeerRequest::Moderate(ModerationAction::Kick { user_id: user_id(2), ban: false });
    assert!(matches!(host.ask(kick()).await, Err(RoomError::Denied)));
    assert!(matches!(host.ask(kick()).await, Err(RoomError::TargetNotFound)));
    assert!(matches!(host.ask(kick()).await, Err(RoomError::NotInRoom)));
    assert!(matches!(host.ask(kick()).await, Err(RoomError::Unavailable(_))));
}
