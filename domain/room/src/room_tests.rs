//! Tests of the room's rules, and of what must hold after any sequence of commands.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain_shared::DomainEvent;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{DisplayName, Grants, ParticipantRole};

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn room(capacity: usize) -> Room {
    Room::open(RoomId::from_uuid(Uuid::from_u128(7)), Capacity::of(capacity), now())
}

fn user(n: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(1000 + n))
}

fn session(n: u128) -> PeerSessionId {
    PeerSessionId::from(Uuid::from_u128(n))
}

fn peer_with(s: u128, u: u128, role: ParticipantRole, grants: Grants) -> Peer {
    Peer::new(session(s), user(u), DisplayName::parse(&format!("user {u}")).unwrap(), role, grants, now())
}

fn peer(s: u128, u: u128) -> Peer {
    peer_with(s, u, ParticipantRole::Participant, Grants::full())
}

fn names(room: &mut Room) -> Vec<&'static str> {
    room.take_events().iter().map(DomainEvent::name).collect()
}

#[test]
fn people_come_and_go() {
    let mut room = room(3);
    assert!(room.is_empty());
    assert_eq!(room.join(peer(1, 1)), Ok(Admission { replaced: None }));
    assert_eq!(room.join(peer(2, 2)), Ok(Admission { replaced: None }));
    assert_eq!(room.len(), 2);
    assert_eq!(room.peers().map(Peer::user_id).collect::<Vec<_>>(), [user(1), user(2)]);
    assert_eq!(room.peer_of(user(2)).map(Peer::session), Some(session(2)));
    let gone = room.leave(session(1), LeaveReason::Left, now()).unwrap();
    assert_eq!(gone.user_id(), user(1));
    assert_eq!(room.leave(session(1), LeaveReason::Left, now()), Err(UnknownSession));
    assert!(room.peer(session(1)).is_none());
    assert_eq!(names(&mut room), ["room.opened", "room.peer-joined", "room.peer-joined", "room.peer-left"]);
    assert_eq!(names(&mut room), Vec::<&str>::new());
}

#[test]
fn a_second_join_replaces_the_first_even_in_a_full_and_locked_room() {
    let mut room = room(1);
    room.join(peer_with(1, 1, ParticipantRole::Host, Grants::full())).unwrap();
    room.lock(session(1), now()).unwrap();
    room.begin_publication(session(1), MediaSource::Camera, 8).unwrap();
    let admission = room.join(peer(2, 1)).unwrap();
    assert_eq!(admission.replaced.as_ref().map(Peer::session), Some(session(1)));
    assert_eq!(room.len(), 1);
    assert_eq!(room.leave(session(1), LeaveReason::Disconnected, now()), Err(UnknownSession));
    assert_eq!(room.peer(session(2)).map(Peer::publications), Some(0));
    assert_eq!(room.join(peer(2, 1)), Err(JoinError::DuplicateSession));
    assert!(names(&mut room).contains(&"room.peer-replaced"));
}

#[test]
fn a_full_room_takes_nobody_else() {
    let mut room = room(2);
    room.join(peer(1, 1)).unwrap();
    room.join(peer(2, 2)).unwrap();
    assert_eq!(room.join(peer(3, 3)), Err(JoinError::Full));
    room.leave(session(1), LeaveReason::Left, now()).unwrap();
    assert!(room.join(peer(3, 3)).is_ok());
    assert_eq!(Capacity::of(0).get(), 1);
}

#[test]
fn a_locked_room_takes_only_hosts() {
    let mut room = room(9);
    room.join(peer_with(1, 1, ParticipantRole::CoHost, Grants::full())).unwrap();
    room.join(peer(2, 2)).unwrap();
    assert_eq!(room.lock(session(2), now()), Err(LockError::Denied));
    assert_eq!(room.lock(session(9), now()), Err(LockError::NotInRoom));
    room.lock(session(1), now()).unwrap();
    room.lock(session(1), now()).unwrap();
    assert!(room.is_locked());
    assert_eq!(room.join(peer(3, 3)), Err(JoinError::Locked));
    assert_eq!(room.join(peer_with(4, 4, ParticipantRole::Guest, Grants::full())), Err(JoinError::Locked));
    assert!(room.join(peer_with(5, 5, ParticipantRole::Host, Grants::full())).is_ok());
    assert_eq!(room.unlock(session(2), now()), Err(LockError::Denied));
    room.unlock(session(1), now()).unwrap();
    room.unlock(session(1), now()).unwrap();
    assert!(room.join(peer(3, 3)).is_ok());
    let names = names(&mut room);
    assert_eq!(names.iter().filter(|name| **name == "room.locked").count(), 1);
    assert_eq!(names.iter().filter(|name| **name == "room.unlocked").count(), 1);
}

#[test]
fn one_camera_and_one_microphone_but_several_screens() {
    let mut room = room(2);
    room.join(peer(1, 1)).unwrap();
    for source in [MediaSource::Camera, MediaSource::Microphone] {
        room.begin_publication(session(1), source, 8).unwrap();
        assert_eq!(room.begin_publication(session(1), source, 8), Err(PublishError::SourceInUse));
        room.end_publication(session(1), source);
        room.begin_publication(session(1), source, 8).unwrap();
    }
    for source in [MediaSource::Screen, MediaSource::ScreenAudio] {
        for _ in 0..3 {
            room.begin_publication(session(1), source, 8).unwrap();
        }
        assert_eq!(room.begin_publication(session(1), source, 9), Err(PublishError::SourceInUse));
    }
    room.end_publication(session(1), MediaSource::Screen);
    assert_eq!(room.begin_publication(session(1), MediaSource::Screen, 7), Err(PublishError::TooMany));
    assert_eq!(room.begin_publication(session(2), MediaSource::Screen, 8), Err(PublishError::NotInRoom));
    room.lose_media();
    assert_eq!(room.peer(session(1)).map(Peer::publications), Some(0));
    // Somebody who has left, and a track that never was: nothing happens.
    room.end_publication(session(2), MediaSource::Camera);
    room.end_publication(session(1), MediaSource::Camera);
    assert_eq!(room.peer(session(1)).map(Peer::publications), Some(0));
}

#[test]
fn grants_say_what_may_be_done() {
    let mut room = room(9);
    let listener =
        Grants { can_publish: false, can_publish_sources: Grants::all_sources(), can_chat: false, ..Grants::full() };
    let speaker = Grants { can_publish_sources: [MediaSource::Microphone].into(), ..Grants::full() };
    let observer = Grants { hidden: true, ..Grants::full() };
    let deaf = Grants { can_subscribe: false, ..Grants::full() };
    for (n, grants) in [(1, listener), (2, speaker), (3, observer), (4, deaf)] {
        room.join(peer_with(n, n, ParticipantRole::Participant, grants)).unwrap();
    }
    let denied = Err(AccessError::Denied);
    let may_send = |room: &mut Room, n| room.begin_publication(session(n), MediaSource::Microphone, 8);
    assert_eq!(may_send(&mut room, 1), Err(PublishError::Denied));
    assert_eq!(may_send(&mut room, 2), Ok(()));
    assert_eq!(may_send(&mut room, 3), Err(PublishError::Denied));
    assert_eq!(room.begin_publication(session(2), MediaSource::Camera, 8), Err(PublishError::Denied));
    assert_eq!(
        (1..=5).map(|n| room.check_publish(session(n))).collect::<Vec<_>>(),
        [denied, Ok(()), denied, Ok(()), Err(AccessError::NotInRoom)]
    );
    assert_eq!((1..=4).map(|n| room.check_subscribe(session(n))).collect::<Vec<_>>(), [Ok(()), Ok(()), Ok(()), denied]);
    assert_eq!((1..=4).map(|n| room.check_chat(session(n))).collect::<Vec<_>>(), [denied, Ok(()), denied, Ok(())]);
    assert_eq!((1..=4).map(|n| room.check_signal(session(n))).collect::<Vec<_>>(), [Ok(()), Ok(()), denied, Ok(())]);
}

#[test]
fn an_ended_room_refuses_everything() {
    let mut room = room(9);
    room.join(peer_with(1, 1, ParticipantRole::Host, Grants::full())).unwrap();
    room.join(peer(2, 2)).unwrap();
    let gone = room.end("meeting-ended", now());
    assert_eq!(gone.iter().map(Peer::user_id).collect::<Vec<_>>(), [user(1), user(2)]);
    assert!(room.is_closed() && room.is_empty());
    assert_eq!(room.state(), &RoomState::Closed { at: now(), reason: CloseReason::Ended("meeting-ended".into()) });
    assert_eq!(room.join(peer(3, 1)), Err(JoinError::Closed));
    assert_eq!(room.leave(session(1), LeaveReason::Left, now()), Err(UnknownSession));
    assert_eq!(room.lock(session(1), now()), Err(LockError::NotInRoom));
    assert_eq!(room.begin_publication(session(1), MediaSource::Camera, 8), Err(PublishError::NotInRoom));
    assert_eq!(room.check_chat(session(1)), Err(AccessError::NotInRoom));
    assert_eq!(names(&mut room).last(), Some(&"room.closed"));
    assert!(room.end("again", now()).is_empty());
    assert!(room.close_if_empty(now()));
    assert_eq!(names(&mut room), Vec::<&str>::new());
}

#[test]
fn only_an_empty_room_closes_by_itself() {
    let mut room = room(9);
    room.join(peer(1, 1)).unwrap();
    assert!(!room.close_if_empty(now()));
    room.leave(session(1), LeaveReason::Left, now()).unwrap();
    let later = now() + TimeDelta::seconds(5);
    assert!(room.close_if_empty(later));
    assert_eq!(room.state(), &RoomState::Closed { at: later, reason: CloseReason::Empty });
    assert_eq!(room.opened_at(), now());
    let events = room.take_events();
    let closed = events.last().unwrap();
    assert_eq!((closed.name(), closed.occurred_at(), closed.user_id()), ("room.closed", later, None));
    assert!(events.iter().all(|event| event.aggregate_id() == room.id().as_uuid()));
    assert_eq!(events[1].user_id(), Some(user(1)));
}

#[derive(Debug, Clone)]
enum Command {
    Join { user: u128, host: bool, hidden: bool },
    Leave(usize),
    Begin(usize, MediaSource),
    End(usize, MediaSource),
    Lock(usize, bool),
    LoseMedia,
    EndRoom,
    CloseIfEmpty,
}

fn command() -> impl Strategy<Value = Command> {
    let source = prop::sample::select(MediaSource::ALL.to_vec());
    prop_oneof![
        6 => (0u128..8, any::<bool>(), any::<bool>())
            .prop_map(|(user, host, hidden)| Command::Join { user, host, hidden }),
        4 => any::<usize>().prop_map(Command::Leave),
        6 => (any::<usize>(), source.clone()).prop_map(|(n, source)| Command::Begin(n, source)),
        3 => (any::<usize>(), source).prop_map(|(n, source)| Command::End(n, source)),
        2 => (any::<usize>(), any::<bool>()).prop_map(|(n, lock)| Command::Lock(n, lock)),
        1 => Just(Command::LoseMedia),
        1 => Just(Command::EndRoom),
        1 => Just(Command::CloseIfEmpty),
    ]
}

/// A refusal is as good as a success: the invariants must hold after both.
fn ignore<T>(_: T) {}

/// Plays a command; `sessions` are all that there ever were, so that gone ones are tried too.
fn play(room: &mut Room, sessions: &mut Vec<PeerSessionId>, command: &Command) {
    let pick = |n: usize| sessions.get(n % sessions.len().max(1)).copied().unwrap_or(session(0));
    match command {
        Command::Join { user, host, hidden } => {
            let next = sessions.len() as u128 + 1;
            let role = if *host { ParticipantRole::Host } else { ParticipantRole::Participant };
            let _ = room.join(peer_with(next, *user, role, Grants { hidden: *hidden, ..Grants::full() }));
            sessions.push(session(next));
        }
        Command::Leave(n) => ignore(room.leave(pick(*n), LeaveReason::Left, now())),
        Command::Begin(n, source) => ignore(room.begin_publication(pick(*n), *source, 5)),
        Command::End(n, source) => room.end_publication(pick(*n), *source),
        Command::Lock(n, true) => ignore(room.lock(pick(*n), now())),
        Command::Lock(n, false) => ignore(room.unlock(pick(*n), now())),
        Command::LoseMedia => room.lose_media(),
        Command::EndRoom => ignore(room.end("over", now())),
        Command::CloseIfEmpty => ignore(room.close_if_empty(now())),
    }
}

proptest! {
    #[test]
    fn invariants_hold_after_any_sequence(commands in prop::collection::vec(command(), 0..80)) {
        let mut room = room(4);
        let mut sessions = Vec::new();
        // Who is in, as somebody sees it who knows the events only.
        let mut seen: BTreeMap<UserId, PeerSessionId> = BTreeMap::new();
        let mut closed = false;
        for command in &commands {
            let was_closed = room.is_closed();
            play(&mut room, &mut sessions, command);
            prop_assert!(room.len() <= 4);
            prop_assert!(!was_closed || (room.is_closed() && room.is_empty()), "an ended room stays ended and empty");
            for peer in room.peers() {
                prop_assert_eq!(room.peer_of(peer.user_id()).map(Peer::session), Some(peer.session()));
                prop_assert!(peer.publications() <= 5);
                prop_assert!(peer.is_visible() || peer.publications() == 0);
                for source in MediaSource::ALL {
                    prop_assert!(peer.publications_from(source) <= source.tracks_at_a_time());
                }
            }
            for event in room.take_events() {
                prop_assert!(!closed, "nothing happens after the end: {event:?}");
                match event {
                    RoomEvent::PeerJoined { user_id, session, .. } => {
                        prop_assert_eq!(seen.insert(user_id, session), None);
                    }
                    RoomEvent::PeerReplaced { user_id, old, new, .. } => {
                        prop_assert_eq!(seen.insert(user_id, new), Some(old));
                    }
                    RoomEvent::PeerLeft { user_id, session, .. } => {
                        prop_assert_eq!(seen.remove(&user_id), Some(session));
                    }
                    RoomEvent::Closed { .. } => closed = true,
                    RoomEvent::Opened { .. } | RoomEvent::Locked { .. } | RoomEvent::Unlocked { .. } => {}
                }
            }
            let inside: BTreeMap<_, _> = room.peers().map(|peer| (peer.user_id(), peer.session())).collect();
            prop_assert_eq!(&seen, &inside, "the events tell who is in");
            prop_assert_eq!(closed, room.is_closed());
        }
    }
}
