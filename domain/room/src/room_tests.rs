//! Tests of the room's rules, and of what must hold after any sequence of commands.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain_shared::DomainEvent;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{DisplayName, Grants, ParticipantRole, RoomPolicy};

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
    room.lock(true, now());
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
    assert!(room.lock(true, now()) && !room.lock(true, now()));
    assert!(room.is_locked());
    assert_eq!(room.join(peer(3, 3)), Err(JoinError::Locked));
    assert_eq!(room.join(peer_with(4, 4, ParticipantRole::Guest, Grants::full())), Err(JoinError::Locked));
    assert!(room.join(peer_with(5, 5, ParticipantRole::Host, Grants::full())).is_ok());
    assert!(room.lock(false, now()) && !room.lock(false, now()));
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

const NOTHING: RoomPolicy = RoomPolicy { share_screen: false, chat: false, unmute: false, record: false };

/// A room with a host (1), a co-host (2), a participant (3) and a guest (4).
fn hosted() -> Room {
    let mut room = room(9);
    let roles = [ParticipantRole::Host, ParticipantRole::CoHost, ParticipantRole::Participant, ParticipantRole::Guest];
    for (n, role) in (1..).zip(roles) {
        room.join(peer_with(n, n, role, Grants::full())).unwrap();
    }
    room
}

#[test]
fn a_policy_binds_all_but_hosts_and_goes_with_the_role() {
    let mut room = hosted();
    assert_eq!(room.set_policy(NOTHING), [session(3), session(4)]);
    assert_eq!(room.set_policy(NOTHING), []);
    let bound = room.grants_of(session(3)).unwrap();
    assert!(!bound.can_chat && !bound.can_unmute && !bound.can_record && bound.can_publish && bound.can_subscribe);
    assert!(!bound.may_publish(MediaSource::Screen) && bound.may_publish(MediaSource::Camera));
    assert_eq!(room.grants_of(session(2)), Some(&Grants::full()));

    assert_eq!(room.set_role(user(3), ParticipantRole::CoHost, NOTHING), Some(session(3)));
    assert_eq!(room.grants_of(session(3)), Some(&Grants::full()));
    assert_eq!(room.set_role(user(3), ParticipantRole::CoHost, NOTHING), None);
    assert_eq!(room.set_role(user(3), ParticipantRole::Participant, NOTHING), Some(session(3)));
    assert_eq!(room.check_chat(session(3)), Err(AccessError::Denied));
    assert_eq!(room.set_role(user(4), ParticipantRole::Participant, NOTHING), None, "a guest stays a guest");
    assert_eq!(room.set_role(user(9), ParticipantRole::Host, NOTHING), None);
    assert_eq!(room.set_policy(RoomPolicy::ALL), [session(3), session(4)]);
}

#[test]
fn who_may_not_unmute_may_when_asked() {
    let mut room = hosted();
    assert_eq!(room.check_unmute(session(3)), Ok(()));
    room.set_policy(NOTHING);
    assert_eq!(room.check_unmute(session(3)), Err(AccessError::Denied));
    assert_eq!(room.ask_to_unmute(user(3), true), Some(session(3)));
    assert_eq!(room.check_unmute(session(3)), Ok(()));
    room.ask_to_unmute(user(3), false);
    assert_eq!(room.check_unmute(session(3)), Err(AccessError::Denied));
    assert_eq!(room.check_unmute(session(9)), Err(AccessError::NotInRoom));
}

#[test]
fn all_are_muted_who_are_below() {
    let room = hosted();
    assert_eq!(room.muted_by(user(1), None), [session(2), session(3), session(4)]);
    assert_eq!(room.muted_by(user(2), None), [session(3), session(4)]);
    assert_eq!(room.muted_by(user(3), None), []);
    assert_eq!(room.muted_by(user(9), None), [session(2), session(3), session(4)], "a host who is not in");
    assert_eq!(room.muted_by(user(2), Some(user(4))), [session(4)]);
}

#[test]
fn hands_are_raised_by_their_owners_and_lowered_by_hosts_too() {
    let mut room = hosted();
    assert_eq!(room.raise_hand(session(3), true, now()), Ok(true));
    assert_eq!(room.raise_hand(session(3), true, now()), Ok(false));
    assert_eq!(room.peer(session(3)).unwrap().hand_raised_at(), Some(now()));
    assert_eq!(room.lower_hand_of(session(4), user(3)), Err(AccessError::Denied));
    assert_eq!(room.lower_hand_of(session(2), user(3)), Ok(true));
    assert_eq!(room.lower_hand_of(session(2), user(3)), Ok(false));
    assert_eq!(room.raise_hand(session(3), false, now()), Ok(false));
}

#[test]
fn the_spotlight_is_on_somebody_who_is_there() {
    let mut room = hosted();
    assert_eq!(room.set_spotlight(session(3), Some(user(3))), Err(AccessError::Denied));
    assert_eq!(room.set_spotlight(session(1), Some(user(3))), Ok(true));
    assert_eq!((room.set_spotlight(session(2), Some(user(3))), room.spotlight()), (Ok(false), Some(user(3))));
    room.leave(session(3), LeaveReason::Left, now()).unwrap();
    assert_eq!(room.spotlight(), None);
    assert_eq!(room.set_spotlight(session(1), Some(user(9))), Ok(false), "nobody is nobody");
}

#[test]
fn people_are_renamed_once() {
    let mut room = hosted();
    let name = DisplayName::parse("Robert").unwrap();
    assert_eq!(room.rename(user(3), name.clone()), Some(session(3)));
    assert_eq!(room.rename(user(3), name.clone()), None);
    assert_eq!(room.rename(user(9), name), None);
}

#[test]
fn who_waits_keeps_the_room_open_and_is_told_from_who_is_in() {
    let mut room = room(1);
    assert_eq!(room.wait(user(5), session(50)), Ok(None));
    assert_eq!(room.wait(user(5), session(51)), Ok(Some(session(50))), "a reload");
    assert_eq!(room.stop_waiting(session(50)), None, "replaced");
    assert!(!room.close_if_empty(now()) && !room.note_gone(user(5), now()));
    assert_eq!((room.waiting(), room.waiting_of(user(5))), (1, Some(session(51))));
    room.join(peer(52, 5)).unwrap();
    assert_eq!((room.waiting(), room.stop_waiting(session(51))), (0, None), "in");
    assert!(!room.note_gone(user(5), now()));
    room.wait(user(6), session(60)).unwrap();
    assert_eq!(room.stop_waiting(session(60)), Some(user(6)));
    assert!(room.note_gone(user(6), now()));
    assert_eq!(names(&mut room), ["room.opened", "room.peer-joined", "room.lobby-left"]);
    room.end("over", now());
    assert_eq!(room.wait(user(7), session(70)), Err(JoinError::Closed));
    assert!(!room.note_gone(user(7), now()));
}

#[test]
fn only_so_many_may_wait() {
    let mut room = room(1);
    for n in 0..Room::MAX_WAITING as u128 {
        room.wait(user(n), session(n)).unwrap();
    }
    assert_eq!(room.wait(user(999), session(999)), Err(JoinError::Full));
    assert_eq!(room.wait(user(0), session(999)), Ok(Some(session(0))));
}

#[derive(Debug, Clone)]
enum Command {
    Join { user: u128, host: bool, hidden: bool },
    Leave(usize),
    Begin(usize, MediaSource),
    End(usize, MediaSource),
    Lock(bool),
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
        2 => any::<bool>().prop_map(Command::Lock),
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
        Command::Lock(locked) => ignore(Ok::<_, JoinError>(room.lock(*locked, now()))),
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
                    RoomEvent::Opened { .. }
                    | RoomEvent::LobbyLeft { .. }
                    | RoomEvent::Locked { .. }
                    | RoomEvent::Unlocked { .. } => {}
                }
            }
            let inside: BTreeMap<_, _> = room.peers().map(|peer| (peer.user_id(), peer.session())).collect();
            prop_assert_eq!(&seen, &inside, "the events tell who is in");
            prop_assert_eq!(closed, room.is_closed());
        }
    }
}
