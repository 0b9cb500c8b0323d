//! What a bare room allows and refuses, and what it states.

use chrono::{DateTime, TimeDelta, Utc};
use domain_shared::{DomainEvent, RoomId, UserId};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{DisplayName, Grants, MediaSource, ParticipantRole};

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + seconds, 123_456_000).unwrap()
}

fn uid(n: u128) -> Uid {
    Uid::parse(&format!("person {n}")).unwrap()
}

fn id(n: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(n))
}

fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

/// The creator is person 1.
fn room_of(call_type: CallType, invite_on: bool, places: i64) -> BareRoom {
    let new = NewBareRoom {
        id: RoomId::from_uuid(Uuid::from_u128(100)),
        name: RoomName::parse("daily").unwrap(),
        call_type,
        invite_on,
        source_channel: SourceChannel { id: Some(Uid::parse("c1").unwrap()), kind: SourceChannelType::parse(2) },
        creator: uid(1),
        max_participants: RoomPlaces::parse(places).unwrap(),
        empty_timeout: EmptyRoomTimeout::parse(60).unwrap(),
        departure_timeout: EmptyRoomTimeout::parse(20).unwrap(),
        metadata: None,
    };
    BareRoom::create(new, at(0))
}

fn room() -> BareRoom {
    room_of(CallType::Video, false, 2)
}

fn who(n: u128) -> Newcomer {
    Newcomer { uid: uid(n), user_id: id(n), name: None, role: None, grants: None }
}

fn status(room: &BareRoom, n: u128) -> ParticipantStatus {
    room.participant(&uid(n)).unwrap().status()
}

fn token(room: &BareRoom, n: u128) -> DateTime<Utc> {
    room.participant(&uid(n)).unwrap().tokens_since()
}

/// The names of what was stated since the last time.
fn stated(room: &mut BareRoom) -> Vec<&'static str> {
    let names = room.pending_events().iter().map(DomainEvent::name).collect();
    room.mark_stored(room.version() + 1);
    names
}

#[test]
fn names_are_safe_in_addresses_and_uids_are_kept_as_they_are() {
    for good in ["a", "meeting_001", "A.b-c~d", &"x".repeat(128)] {
        assert_eq!(RoomName::parse(good).unwrap().as_str(), good);
    }
    for (bad, code) in [
        ("", "empty"),
        (" a", "forbidden_character"),
        ("a/b", "forbidden_character"),
        ("a%2Fb", "forbidden_character"),
        ("房间", "forbidden_character"),
        ("a\0", "forbidden_character"),
        (".", "reserved"),
        ("..", "reserved"),
        ("stats", "reserved"),
        (&"x".repeat(129), "too_long"),
    ] {
        assert_eq!(RoomName::parse(bad).unwrap_err().code(), code, "{bad:?}");
    }
    assert_eq!(Uid::parse(" 用户/1 ").unwrap().as_str(), " 用户/1 ");
    for (bad, code) in [("", "empty"), ("  ", "empty"), ("a\nb", "forbidden_character"), (&"é".repeat(129), "too_long")]
    {
        assert_eq!(Uid::parse(bad).unwrap_err().code(), code, "{bad:?}");
    }
    assert_eq!(RoomMetadata::parse(""), Ok(None));
    assert_eq!(RoomMetadata::parse("{\"a\":\n1}").unwrap().unwrap().as_str(), "{\"a\":\n1}");
    assert_eq!(RoomMetadata::parse("\0"), Err("forbidden_character"));
    assert_eq!(RoomMetadata::parse(&"x".repeat(4_097)), Err("too_long"));
    assert_eq!([1, 2, 1_000, 1_001].map(|n| RoomPlaces::parse(n).is_ok()), [false, true, true, false]);
    assert_eq!([-1, 0, 32_767, 32_768].map(|n| SourceChannelType::parse(n).is_some()), [false, true, true, false]);
    assert_eq!(DisplayName::of_uid(&"x".repeat(70)).as_str(), "x".repeat(64));
}

#[test]
fn stable_names_lead_back() {
    for call_type in CallType::ALL {
        assert_eq!(CallType::parse(call_type.as_str()), Ok(call_type));
    }
    for kind in BareRoomStatusKind::ALL {
        assert_eq!(BareRoomStatusKind::parse(kind.as_str()), Ok(kind));
    }
    for status in ParticipantStatus::ALL {
        assert_eq!(ParticipantStatus::parse(status.as_str()), Ok(status));
    }
    assert!(CallType::parse("Video").is_err() && BareRoomStatusKind::parse("over").is_err());
    assert_eq!(ParticipantStatus::parse("gone"), Err(UnknownParticipantStatus));
}

#[test]
fn a_room_begins_with_the_first_and_ends_for_all() {
    let mut room = room();
    assert_eq!(stated(&mut room), ["room.created"]);
    room.join(who(1), at(1)).unwrap();
    assert_eq!(room.status(), BareRoomStatus::Active { started_at: at(1) });
    assert_eq!(stated(&mut room), ["room.status-changed", "room.participant-joined"]);
    room.end(EndReason::EndedByBackend, at(2)).unwrap();
    assert_eq!(room.status(), BareRoomStatus::Ended { started_at: Some(at(1)), at: at(2) });
    assert_eq!(stated(&mut room), ["room.participant-left", "room.status-changed", "room.ended"]);
    assert_eq!(room.join(who(2), at(3)).unwrap_err(), BareRoomError::Ended);
    assert_eq!(room.enter(id(1), token(&room, 1), at(3)).unwrap_err(), BareRoomError::Ended);
    assert_eq!(room.end(EndReason::EndedByBackend, at(3)), Err(BareRoomError::Ended));
}

#[test]
fn the_backend_sets_the_status_forwards_only() {
    use BareRoomStatusKind::{Active, Cancelled, Ended, Waiting};
    let mut called_off = room();
    assert_eq!(called_off.set_status(Waiting, at(1)), Ok(false));
    assert_eq!(called_off.set_status(Cancelled, at(1)), Ok(true));
    assert_eq!(called_off.set_status(Cancelled, at(2)), Ok(false), "twice is no error");
    assert_eq!(called_off.set_status(Active, at(2)), Err(BareRoomError::Ended));
    let mut room = room();
    assert_eq!(room.set_status(Active, at(1)), Ok(true));
    assert_eq!(room.set_status(Waiting, at(2)), Err(BareRoomError::WrongStatus));
    assert_eq!(room.set_status(Cancelled, at(2)), Err(BareRoomError::AlreadyStarted));
    assert_eq!(room.set_status(Ended, at(2)), Ok(true));
}

#[test]
fn a_room_that_stays_empty_is_over() {
    let mut never = room();
    assert_eq!(never.expires_at(), Some(at(60)));
    assert!(!never.expire(at(59)));
    assert!(never.expire(at(60)) && !never.expire(at(61)));
    assert_eq!(never.status(), BareRoomStatus::Ended { started_at: None, at: at(60) });
    assert!(matches!(never.pending_events().last(), Some(BareRoomEvent::Ended { reason: EndReason::NobodyCame, .. })));
    let mut begun = room();
    begun.set_status(BareRoomStatusKind::Active, at(30)).unwrap();
    assert_eq!(begun.expires_at(), Some(at(90)), "the backend says that it goes on now");
    begun.grant(who(3), at(31)).unwrap();
    assert_eq!(begun.expires_at(), Some(at(90)), "who was only asked has not come");

    let mut room = room();
    room.join(who(1), at(50)).unwrap();
    assert!(room.expires_at().is_none() && !room.expire(at(1_000)), "somebody is there");
    room.join(who(2), at(51)).unwrap();
    room.note_departure(id(1), at(1_000));
    assert_eq!(room.expires_at(), None);
    room.set_participant_status(&uid(2), ParticipantStatus::Kicked, at(1_001)).unwrap();
    assert_eq!(room.expires_at(), Some(at(1_021)));
    room.join(who(1), at(1_020)).unwrap();
    room.leave(&uid(1), at(1_030)).unwrap();
    assert!(!room.expire(at(1_049)) && room.expire(at(1_050)));
    let reason = EndReason::EverybodyLeft;
    assert!(matches!(room.pending_events().last(), Some(BareRoomEvent::Ended { reason: told, .. }) if *told == reason));
    assert_eq!(room.join(who(1), at(1_051)).unwrap_err(), BareRoomError::Ended);
    assert_eq!([9, 10, 2_592_000, 2_592_001].map(|n| EmptyRoomTimeout::parse(n).is_ok()), [false, true, true, false]);
}

#[test]
fn the_limit_holds_and_who_is_in_needs_no_further_place() {
    let mut room = room();
    room.join(who(1), at(1)).unwrap();
    room.join(who(2), at(1)).unwrap();
    assert_eq!(room.join(who(3), at(1)).unwrap_err(), BareRoomError::Full);
    room.join(who(2), at(2)).unwrap();
    room.grant(who(3), at(2)).unwrap();
    assert_eq!(room.enter(id(3), token(&room, 3), at(2)).unwrap_err(), BareRoomError::Full, "also at the door");
    assert_eq!(room.note_arrival(id(3), at(2)), Err(BareRoomError::Full));
    assert!(room.note_departure(id(2), at(3)));
    assert!(room.enter(id(3), token(&room, 3), at(4)).is_ok());
    assert_eq!(room.present(), 2);
}

#[test]
fn only_the_invited_come_in_when_inviting_is_on() {
    let mut room = room_of(CallType::Video, true, 10);
    assert!(room.join(who(1), at(1)).is_ok(), "the creator needs no invitation");
    assert_eq!(room.join(who(2), at(1)).unwrap_err(), BareRoomError::NotInvited);
    assert_eq!(room.invite(uid(2), id(2), at(1)), Ok(Invitation::Invited));
    assert!(room.join(who(2), at(2)).is_ok());
    assert_eq!(room.invite(uid(2), id(9), at(2)), Ok(Invitation::Skipped(ParticipantStatus::Joined)));
    room.grant(who(3), at(2)).unwrap();
    assert!(room.join(who(3), at(2)).is_ok(), "a token is an invitation");
    room.set_participant_status(&uid(3), ParticipantStatus::Kicked, at(3)).unwrap();
    assert_eq!(room.join(who(3), at(4)).unwrap_err(), BareRoomError::NotInvited);
}

#[test]
fn being_made_to_leave_makes_tokens_useless() {
    let mut room = room();
    room.join(who(2), at(1)).unwrap();
    let old = token(&room, 2);
    stated(&mut room);
    assert_eq!(room.set_participant_status(&uid(2), ParticipantStatus::Kicked, at(1)), Ok(true));
    let kicked = ["room.tokens-revoked", "room.participant-left", "room.participant-status-changed"];
    assert_eq!(stated(&mut room), kicked);
    assert_eq!(room.enter(id(2), old, at(2)).unwrap_err(), BareRoomError::Revoked);
    assert_eq!(room.note_arrival(id(2), at(2)), Err(BareRoomError::Revoked), "slipped in meanwhile");
    room.grant(who(2), at(3)).unwrap();
    assert_eq!(room.enter(id(2), old, at(3)).unwrap_err(), BareRoomError::Revoked, "a new one does not mend the old");
    assert!(room.enter(id(2), token(&room, 2), at(3)).is_ok());

    let old = token(&room, 2);
    assert_eq!(room.leave(&uid(2), at(3)), Ok(true));
    assert_eq!(room.enter(id(2), old, at(4)).unwrap_err(), BareRoomError::Revoked);
    assert_eq!(room.leave(&uid(2), at(4)), Ok(false), "again is no error");
    assert_eq!(room.leave(&uid(7), at(4)), Err(BareRoomError::NoSuchParticipant));

    assert_eq!(room.set_participant_status(&uid(2), ParticipantStatus::Banned, at(5)), Ok(true));
    assert_eq!(room.grant(who(2), at(6)).unwrap_err(), BareRoomError::Banned);
    assert_eq!(room.join(who(2), at(6)).unwrap_err(), BareRoomError::Banned);
    assert_eq!(room.invite(uid(2), id(2), at(6)), Ok(Invitation::Skipped(ParticipantStatus::Banned)));
    let banned = room.set_participant_status(&uid(2), ParticipantStatus::Kicked, at(6));
    assert_eq!(banned, Err(BareRoomError::WrongParticipantStatus));
    assert_eq!(room.set_participant_status(&uid(2), ParticipantStatus::Invited, at(7)), Ok(true));
    assert!(room.join(who(2), at(8)).is_ok(), "forgiven");
}

#[test]
fn a_closed_tab_leaves_the_token_good_and_news_of_earlier_stays_changes_nothing() {
    let mut room = room();
    room.join(who(2), at(10)).unwrap();
    assert!(!room.note_departure(id(2), at(9)), "an earlier stay");
    assert!(room.note_departure(id(2), at(11)));
    assert!(!room.note_departure(id(2), at(12)), "told twice");
    assert_eq!(room.note_arrival(id(2), at(10)), Ok(false), "an earlier stay");
    assert_eq!(room.note_arrival(id(2), at(12)), Ok(true), "went and came again at once");
    assert!(room.note_departure(id(2), at(13)));
    assert!(room.enter(id(2), token(&room, 2), at(14)).is_ok());
    assert_eq!(room.participants().len(), 1, "one for each person");
    assert_eq!(room.note_arrival(id(9), at(14)), Err(BareRoomError::NoSuchParticipant));
}

#[test]
fn an_audio_room_grants_no_picture() {
    let mut room = room_of(CallType::Audio, false, 2);
    let participant = room.join(Newcomer { grants: Some(Grants::full()), ..who(1) }, at(1)).unwrap();
    let grants = participant.grants().under(crate::RoomPolicy::ALL);
    for source in MediaSource::ALL {
        assert_eq!(grants.may_publish(source), source.kind() == crate::MediaKind::Audio, "{source:?}");
    }
    assert!(!grants.can_publish_sources.contains(&MediaSource::Screen));
}

#[test]
fn hosts_moderate_and_others_do_not() {
    let mut room = room_of(CallType::Video, false, 10);
    for n in 1..=4 {
        room.join(who(n), at(1)).unwrap();
    }
    assert_eq!(room.participant(&uid(1)).unwrap().role(), ParticipantRole::Host, "the creator");
    assert_eq!(room.set_role(id(2), id(3), ParticipantRole::CoHost, at(2)), Err(BareRoomError::NotHost));
    assert_eq!(room.set_role(id(1), id(2), ParticipantRole::CoHost, at(2)), Ok(true));
    assert_eq!(room.kick(id(3), id(4), false, at(2)), Err(BareRoomError::NotModerator));
    assert_eq!(room.kick(id(2), id(1), false, at(2)), Err(BareRoomError::Outranked));
    assert_eq!(room.kick(id(1), id(1), false, at(2)), Err(BareRoomError::Outranked));
    assert_eq!(room.kick(id(2), id(9), false, at(2)), Err(BareRoomError::NoSuchParticipant));
    assert_eq!(room.kick(id(2), id(4), true, at(2)), Ok(true));
    assert_eq!(status(&room, 4), ParticipantStatus::Banned);
    assert_eq!(room.kick(id(2), id(4), false, at(2)), Ok(false), "stays banned");
    assert_eq!(room.rename(id(3), id(3), name("Eve"), at(3)), Ok(true));
    assert_eq!(room.rename(id(3), id(2), name("Bob"), at(3)), Err(BareRoomError::NotModerator));
    assert_eq!(room.lock(id(2), true, at(3)), Ok(true));
    assert_eq!(room.join(who(5), at(4)).unwrap_err(), BareRoomError::Locked);
    room.note_departure(id(3), at(4));
    assert!(room.enter(id(3), token(&room, 3), at(5)).is_ok(), "was there");
    assert_eq!(room.end_by(id(2), at(6)), Err(BareRoomError::NotHost));
    assert_eq!(room.end_by(id(1), at(6)), Ok(()));
}

#[derive(Debug, Clone)]
enum Step {
    Invite(u128),
    Grant(u128, Option<ParticipantRole>),
    Join(u128),
    Enter(u128, i64),
    Arrive(u128, i64),
    Depart(u128, i64),
    Leave(u128),
    Stand(u128, ParticipantStatus),
    Status(BareRoomStatusKind),
    Kick(u128, u128, bool),
    Role(u128, u128, ParticipantRole),
    Lock(u128, bool),
    End(u128),
    Expire(i64),
    StoreAndLoad,
}

fn step() -> impl Strategy<Value = Step> {
    let who = || 1..=5_u128;
    let roles = vec![ParticipantRole::Host, ParticipantRole::CoHost, ParticipantRole::Participant];
    let role = || proptest::sample::select(roles.clone());
    let statuses = vec![BareRoomStatusKind::Waiting, BareRoomStatusKind::Active, BareRoomStatusKind::Cancelled];
    prop_oneof![
        3 => who().prop_map(Step::Invite),
        4 => (who(), proptest::option::of(role())).prop_map(|(who, role)| Step::Grant(who, role)),
        8 => who().prop_map(Step::Join),
        6 => (who(), 0..3_i64).prop_map(|(who, ago)| Step::Enter(who, ago)),
        4 => (who(), 0..40_i64).prop_map(|(who, at)| Step::Arrive(who, at)),
        4 => (who(), 0..40_i64).prop_map(|(who, at)| Step::Depart(who, at)),
        3 => who().prop_map(Step::Leave),
        5 => (who(), proptest::sample::select(ParticipantStatus::ALL.to_vec()))
            .prop_map(|(who, status)| Step::Stand(who, status)),
        1 => proptest::sample::select(statuses).prop_map(Step::Status),
        3 => (who(), who(), any::<bool>()).prop_map(|(by, who, ban)| Step::Kick(by, who, ban)),
        2 => (who(), who(), role()).prop_map(|(by, who, role)| Step::Role(by, who, role)),
        1 => (who(), any::<bool>()).prop_map(|(by, locked)| Step::Lock(by, locked)),
        1 => (4..=5_u128).prop_map(Step::End),
        1 => (0..90_i64).prop_map(Step::Expire),
        1 => Just(Step::StoreAndLoad),
    ]
}

/// Does a step; tells whether it was refused, or nothing came of it.
fn take(room: &mut BareRoom, step: Step, now: DateTime<Utc>) -> bool {
    let nothing = |outcome: Result<bool, BareRoomError>| !outcome.unwrap_or(false);
    match step {
        Step::Invite(n) => {
            let before = room.clone();
            room.invite(uid(n), id(n), now).is_err() || *room == before
        }
        Step::Grant(n, role) => room.grant(Newcomer { role, ..who(n) }, now).is_err(),
        Step::Join(n) => room.join(who(n), now).is_err(),
        Step::Enter(n, ago) => {
            let since = room.participant(&uid(n)).map_or(now, BareParticipant::tokens_since);
            room.enter(id(n), since - TimeDelta::microseconds(ago), now).is_err()
        }
        Step::Arrive(n, second) => nothing(room.note_arrival(id(n), at(second))),
        Step::Depart(n, second) => !room.note_departure(id(n), at(second)),
        // Also who is not there loses their tokens.
        Step::Leave(n) => room.leave(&uid(n), now).is_err(),
        Step::Stand(n, status) => nothing(room.set_participant_status(&uid(n), status, now)),
        Step::Status(status) => nothing(room.set_status(status, now)),
        Step::Kick(by, n, ban) => nothing(room.kick(id(by), id(n), ban, now)),
        Step::Role(by, n, role) => nothing(room.set_role(id(by), id(n), role, now)),
        Step::Lock(by, locked) => nothing(room.lock(id(by), locked, now)),
        Step::End(by) => room.end_by(id(by), now).is_err(),
        Step::Expire(second) => {
            let (present, due) = (room.present(), room.expires_at());
            let over = room.expire(at(second));
            assert_eq!(over, present == 0 && due.is_some_and(|due| due <= at(second)));
            !over
        }
        Step::StoreAndLoad => {
            room.mark_stored(room.version() + 1);
            let loaded = BareRoom::from_snapshot(room.to_snapshot()).unwrap();
            assert_eq!(loaded, *room);
            *room = loaded;
            false
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Whatever is tried, in whatever order and with whatever clock, the rules hold.
    #[test]
    fn no_sequence_of_commands_breaks_the_rules(
        places in 2..4_i64,
        invite_on in any::<bool>(),
        steps in proptest::collection::vec((step(), 0..40_i64), 0..80),
    ) {
        let mut room = room_of(CallType::Audio, invite_on, places);
        for (step, second) in steps {
            let before = room.clone();
            let stores = matches!(step, Step::StoreAndLoad);
            if take(&mut room, step, at(second)) {
                prop_assert_eq!(&room, &before, "what is refused changes nothing");
            }
            prop_assert!(room.present() <= usize::try_from(places).unwrap());
            prop_assert!(room.updated_at() >= before.updated_at());
            let mut ids: Vec<_> = room.participants().iter().map(BareParticipant::user_id).collect();
            ids.sort_unstable();
            ids.dedup();
            prop_assert_eq!(ids.len(), room.participants().len(), "one for each person");
            for p in room.participants() {
                let earlier = before.participant(p.uid());
                prop_assert!(!p.is_present() || (p.joined_at().is_some() && p.left_at().is_none()));
                prop_assert!(p.left_at().is_none_or(|left| p.joined_at().is_some_and(|joined| left >= joined)));
                prop_assert!(MediaSource::ALL.iter().all(|s| !p.grants().may_publish(*s) || s.kind() == crate::MediaKind::Audio));
                prop_assert!(!p.status().is_removed() || p.role() == ParticipantRole::Participant);
                if let Some(earlier) = earlier {
                    prop_assert!(p.tokens_since() >= earlier.tokens_since());
                    let thrown_out = p.status().is_removed() && !earlier.status().is_removed();
                    prop_assert!(!thrown_out || p.tokens_since() > earlier.tokens_since());
                    let forgiven = earlier.status() == ParticipantStatus::Banned && p.status() != earlier.status();
                    prop_assert!(!forgiven || p.status() == ParticipantStatus::Invited);
                }
            }
            let over = room.status().kind().is_over();
            prop_assert!(!over || room.present() == 0);
            prop_assert!(room.status() != BareRoomStatus::Waiting || room.present() == 0);
            if before.status().kind().is_over() && !stores {
                prop_assert_eq!(&room, &before, "what is over stays as it is");
            }
            let ends = room.pending_events().iter().filter(|e| e.name() == "room.ended").count();
            prop_assert!(ends <= 1);
        }
    }
}
