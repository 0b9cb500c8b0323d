//! Tests of the rules of meetings.

use chrono::TimeDelta;
use domain_shared::DomainEvent;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{MaxParticipantsError, MeetingCodeError, ParticipantSnapshot, ScheduleError, TextError};

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(1_000_000 + seconds)
}

fn user(n: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(n))
}

fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

const HOST: u128 = 1;

/// A meeting of user 1 with `places`, stored.
fn meeting(places: i64) -> Meeting {
    let mut meeting = Meeting::create(
        NewMeeting {
            id: MeetingId::from_uuid(Uuid::from_u128(99)),
            code: MeetingCode::parse("abc-defg-hij").unwrap(),
            title: MeetingTitle::parse("Weekly").unwrap(),
            description: MeetingDescription::parse("About this and that").unwrap(),
            creator_id: user(HOST),
            schedule: Schedule::parse(Some(at(60)), Some(at(120)), at(0)).unwrap(),
            max_participants: MaxParticipants::parse(places).unwrap(),
        },
        at(0),
    );
    meeting.mark_stored(1);
    meeting
}

fn names(meeting: &Meeting) -> Vec<&'static str> {
    meeting.pending_events().iter().map(DomainEvent::name).collect()
}

#[test]
fn a_new_meeting_is_scheduled_and_says_that_it_was_created() {
    let meeting = Meeting::create(
        NewMeeting {
            id: MeetingId::from_uuid(Uuid::from_u128(99)),
            code: MeetingCode::parse("abc-defg-hij").unwrap(),
            title: MeetingTitle::parse("Weekly").unwrap(),
            description: None,
            creator_id: user(HOST),
            schedule: Schedule::default(),
            max_participants: MaxParticipants::default(),
        },
        at(0) + TimeDelta::nanoseconds(1_999),
    );
    let now = at(0) + TimeDelta::microseconds(1);
    assert_eq!((meeting.status(), meeting.version(), meeting.present()), (MeetingStatus::Scheduled, 0, 0));
    assert_eq!((meeting.created_at(), meeting.updated_at()), (now, now));
    assert_eq!(
        meeting.pending_events(),
        [MeetingEvent::Created {
            meeting_id: meeting.id(),
            code: meeting.code().clone(),
            title: meeting.title().clone(),
            creator_id: user(HOST),
            at: now,
        }]
    );
}

#[test]
fn the_first_join_starts_the_meeting_and_the_creator_is_host() {
    let mut meeting = meeting(2);
    let guest = meeting.join(user(2), name("Bob"), at(5)).unwrap();
    assert_eq!((guest.role(), guest.joined_at(), guest.is_present()), (ParticipantRole::Participant, at(5), true));
    assert_eq!(meeting.status(), MeetingStatus::Live { started_at: at(5) });
    assert_eq!(names(&meeting), ["meeting.started", "meeting.participant-joined"]);

    let host = meeting.join(user(HOST), name("Ada"), at(6)).unwrap();
    assert_eq!(host.role(), ParticipantRole::Host);
    assert_eq!(meeting.status().started_at(), Some(at(5)));
    assert_eq!(names(&meeting), ["meeting.started", "meeting.participant-joined", "meeting.participant-joined"]);
    assert_eq!(
        meeting.pending_events().last(),
        Some(&MeetingEvent::ParticipantJoined {
            meeting_id: meeting.id(),
            user_id: user(HOST),
            role: ParticipantRole::Host,
            at: at(6)
        })
    );
    assert_eq!(meeting.updated_at(), at(6));
}

#[test]
fn a_full_meeting_lets_nobody_in_until_somebody_leaves() {
    let mut meeting = meeting(2);
    meeting.join(user(2), name("Bob"), at(1)).unwrap();
    meeting.join(user(3), name("Eve"), at(2)).unwrap();
    let before = meeting.clone();
    assert_eq!(meeting.join(user(4), name("Max"), at(3)), Err(MeetingError::Full));
    assert_eq!(meeting.join(user(HOST), name("Ada"), at(3)), Err(MeetingError::Full));
    assert_eq!(meeting, before);

    assert!(meeting.leave(user(2), at(4)));
    assert!(meeting.join(user(4), name("Max"), at(5)).is_ok());
    assert_eq!(meeting.join(user(2), name("Bob"), at(6)), Err(MeetingError::Full), "the place is gone");
    assert_eq!((meeting.present(), meeting.participants().len()), (2, 3));
}

#[test]
fn who_is_present_needs_no_further_place() {
    let mut meeting = meeting(2);
    meeting.join(user(2), name("Bob"), at(1)).unwrap();
    meeting.join(user(3), name("Eve"), at(2)).unwrap();
    meeting.mark_stored(2);

    let same = meeting.clone();
    assert_eq!(meeting.join(user(2), name("Bob"), at(9)).map(Participant::joined_at), Ok(at(1)));
    assert_eq!(meeting, same, "nothing to store");

    assert_eq!(meeting.join(user(2), name("Bobby"), at(9)).map(|p| p.display_name().as_str()), Ok("Bobby"));
    assert_eq!((meeting.present(), meeting.updated_at(), names(&meeting)), (2, at(9), vec![]));
}

#[test]
fn who_comes_back_keeps_the_role_and_takes_the_new_name() {
    let mut meeting = meeting(2);
    meeting.join(user(HOST), name("Ada"), at(1)).unwrap();
    assert!(meeting.leave(user(HOST), at(2)));
    let host = meeting.participant(user(HOST)).unwrap();
    assert_eq!((host.left_at(), host.is_present(), meeting.present()), (Some(at(2)), false, 0));

    let host = meeting.join(user(HOST), name("Countess"), at(3)).unwrap();
    assert_eq!((host.role(), host.joined_at(), host.left_at()), (ParticipantRole::Host, at(3), None));
    assert_eq!(host.display_name().as_str(), "Countess");
    assert_eq!(meeting.participants().len(), 1);
    assert_eq!(
        names(&meeting),
        ["meeting.started", "meeting.participant-joined", "meeting.participant-left", "meeting.participant-joined"]
    );
}

#[test]
fn leaving_twice_or_without_having_come_is_nothing() {
    let mut meeting = meeting(2);
    assert!(!meeting.leave(user(2), at(1)));
    meeting.join(user(2), name("Bob"), at(1)).unwrap();
    assert!(meeting.leave(user(2), at(2)));
    let left = meeting.clone();
    assert!(!meeting.leave(user(2), at(3)));
    assert_eq!(meeting, left);
}

#[test]
fn a_departure_told_late_does_not_touch_the_next_stay() {
    let mut meeting = meeting(2);
    meeting.join(user(2), name("Bob"), at(1)).unwrap();
    assert!(meeting.note_departure(user(2), at(2)));
    assert!(!meeting.note_departure(user(2), at(2)), "told twice");
    meeting.join(user(2), name("Bob"), at(5)).unwrap();
    assert!(!meeting.note_departure(user(2), at(4)), "told late");
    assert!(meeting.participant(user(2)).unwrap().is_present());
    assert!(meeting.note_departure(user(2), at(5)));
    assert!(!meeting.note_departure(user(7), at(9)), "never came");
}

#[test]
fn the_host_ends_the_meeting_for_everybody() {
    let mut meeting = meeting(3);
    meeting.join(user(2), name("Bob"), at(1)).unwrap();
    meeting.join(user(3), name("Eve"), at(2)).unwrap();
    meeting.leave(user(3), at(3));
    meeting.mark_stored(5);

    assert_eq!(meeting.end(user(2), at(4)), Err(MeetingError::NotHost));
    assert_eq!(meeting.end(user(HOST), at(5)), Ok(()));
    assert_eq!(meeting.status(), MeetingStatus::Ended { started_at: Some(at(1)), at: at(5) });
    assert_eq!(
        meeting.participants().iter().map(Participant::left_at).collect::<Vec<_>>(),
        [Some(at(5)), Some(at(3))],
        "who had left before keeps the time"
    );
    assert_eq!(
        meeting.pending_events(),
        [MeetingEvent::Ended { meeting_id: meeting.id(), ended_by: user(HOST), at: at(5) }]
    );
    assert_eq!(meeting.end(user(HOST), at(6)), Err(MeetingError::Ended));
    assert_eq!(meeting.cancel(user(HOST), at(6)), Err(MeetingError::Ended));
    assert_eq!(meeting.join(user(2), name("Bob"), at(6)), Err(MeetingError::Ended));
    assert!(!meeting.leave(user(2), at(6)));
}

#[test]
fn a_meeting_that_nobody_joined_can_end_too() {
    let mut meeting = meeting(2);
    assert_eq!(meeting.end(user(HOST), at(5)), Ok(()));
    assert_eq!(meeting.status(), MeetingStatus::Ended { started_at: None, at: at(5) });
}

#[test]
fn only_the_host_cancels_and_only_before_it_starts() {
    let mut meeting = meeting(2);
    assert_eq!(meeting.cancel(user(2), at(1)), Err(MeetingError::NotHost));
    let mut started = meeting.clone();
    started.join(user(HOST), name("Ada"), at(1)).unwrap();
    assert_eq!(started.cancel(user(HOST), at(2)), Err(MeetingError::AlreadyStarted));

    assert_eq!(meeting.cancel(user(HOST), at(2)), Ok(()));
    assert_eq!(meeting.status(), MeetingStatus::Cancelled { at: at(2) });
    assert_eq!(names(&meeting), ["meeting.cancelled"]);
    assert_eq!(meeting.join(user(2), name("Bob"), at(3)), Err(MeetingError::Ended));
}

#[test]
fn a_clock_that_is_behind_does_not_turn_time_back() {
    let mut meeting = meeting(2);
    meeting.join(user(2), name("Bob"), at(10)).unwrap();
    meeting.leave(user(2), at(7));
    assert_eq!(meeting.participant(user(2)).unwrap().left_at(), Some(at(10)));
    meeting.end(user(HOST), at(3)).unwrap();
    assert_eq!(meeting.status().ended_at(), Some(at(10)));
}

#[test]
fn a_snapshot_brings_the_whole_meeting_back() {
    let mut original = meeting(3);
    original.join(user(HOST), name("Ada"), at(1)).unwrap();
    original.join(user(2), name("Bob"), at(2)).unwrap();
    original.leave(user(2), at(3));
    original.mark_stored(4);
    assert_eq!(Meeting::from_snapshot(original.to_snapshot()), Ok(original.clone()));
    assert_eq!(original.version(), 4);
    assert_eq!(original.description().map(MeetingDescription::as_str), Some("About this and that"));
    assert_eq!((original.schedule().start(), original.max_participants().get()), (Some(at(60)), 3));
}

#[test]
fn a_snapshot_that_breaks_a_rule_is_corrupt() {
    let good = || {
        let mut meeting = meeting(3);
        meeting.join(user(2), name("Bob"), at(2)).unwrap();
        meeting.to_snapshot()
    };
    let corrupt = |spoil: fn(&mut MeetingSnapshot)| {
        let mut snapshot = good();
        spoil(&mut snapshot);
        Meeting::from_snapshot(snapshot).unwrap_err()
    };
    assert_eq!(corrupt(|s| s.code = "x".into()), CorruptMeeting::Code(MeetingCodeError));
    assert_eq!(corrupt(|s| s.title.clear()), CorruptMeeting::Title(TextError::Empty));
    assert_eq!(
        corrupt(|s| s.description = Some("\0".into())),
        CorruptMeeting::Description(TextError::ControlCharacter)
    );
    assert_eq!(corrupt(|s| s.end_time = s.start_time), CorruptMeeting::Schedule(ScheduleError::EndNotAfterStart));
    assert_eq!(corrupt(|s| s.max_participants = 1), CorruptMeeting::MaxParticipants(MaxParticipantsError));
    assert_eq!(corrupt(|s| s.participants[0].display_name.clear()), CorruptMeeting::DisplayName(TextError::Empty));
    let twice = |s: &mut MeetingSnapshot| {
        let again: ParticipantSnapshot = s.participants[0].clone();
        s.participants.push(again);
    };
    assert_eq!(corrupt(twice), CorruptMeeting::ParticipantTwice(user(2)));
}

#[test]
fn every_event_tells_its_name_meeting_and_time_and_survives_serialisation() {
    let mut meeting = meeting(3);
    let mut events = vec![MeetingEvent::Created {
        meeting_id: meeting.id(),
        code: meeting.code().clone(),
        title: meeting.title().clone(),
        creator_id: user(HOST),
        at: at(0),
    }];
    let mut cancelled = meeting.clone();
    cancelled.cancel(user(HOST), at(0)).unwrap();
    meeting.join(user(2), name("Bob"), at(0)).unwrap();
    meeting.leave(user(2), at(0));
    meeting.end(user(HOST), at(0)).unwrap();
    events.extend(meeting.pending_events().iter().chain(cancelled.pending_events()).cloned());
    assert_eq!(events.len(), 6);
    for event in events {
        assert_eq!((event.aggregate_id(), event.occurred_at()), (meeting.id().as_uuid(), at(0)));
        let json = serde_json::to_value(&event).unwrap();
        assert_eq!(json["event"], event.name());
        assert_eq!(serde_json::from_value::<MeetingEvent>(json).unwrap(), event);
    }
}

#[derive(Debug, Clone)]
enum Step {
    Join(u128),
    Leave(u128),
    NoteDeparture(u128, i64),
    End(u128),
    Cancel(u128),
    StoreAndLoad,
}

fn step() -> impl Strategy<Value = Step> {
    let who = 1..=6_u128;
    prop_oneof![
        6 => who.clone().prop_map(Step::Join),
        3 => who.clone().prop_map(Step::Leave),
        2 => (who.clone(), 0..40_i64).prop_map(|(who, at)| Step::NoteDeparture(who, at)),
        1 => who.clone().prop_map(Step::End),
        1 => who.prop_map(Step::Cancel),
        1 => Just(Step::StoreAndLoad),
    ]
}

proptest! {
    /// Whatever is tried, in whatever order and with whatever clock, the rules hold.
    #[test]
    fn no_sequence_of_commands_breaks_the_rules(
        places in 2..5_i64,
        steps in proptest::collection::vec((step(), 0..40_i64), 0..60),
    ) {
        let mut meeting = meeting(places);
        for (step, second) in steps {
            let before = meeting.clone();
            let now = at(second);
            let refused = match step {
                Step::Join(who) => meeting.join(user(who), name("x"), now).map(drop).is_err(),
                Step::Leave(who) => !meeting.leave(user(who), now),
                Step::NoteDeparture(who, second) => !meeting.note_departure(user(who), at(second)),
                Step::End(who) => meeting.end(user(who), now).is_err(),
                Step::Cancel(who) => meeting.cancel(user(who), now).is_err(),
                Step::StoreAndLoad => {
                    meeting.mark_stored(meeting.version() + 1);
                    let loaded = Meeting::from_snapshot(meeting.to_snapshot()).unwrap();
                    prop_assert_eq!(&loaded, &meeting);
                    meeting = loaded;
                    continue;
                }
            };
            if refused {
                prop_assert_eq!(&meeting, &before, "what is refused changes nothing");
            }
            prop_assert!(meeting.present() <= usize::try_from(places).unwrap());
            prop_assert!(meeting.updated_at() >= before.updated_at());
            let mut who: Vec<_> = meeting.participants().iter().map(Participant::user_id).collect();
            who.sort_unstable();
            who.dedup();
            prop_assert_eq!(who.len(), meeting.participants().len());
            prop_assert!(meeting.participants().iter().all(|p| p.left_at().is_none_or(|left| left >= p.joined_at())));
            for p in meeting.participants() {
                prop_assert_eq!(p.role() == ParticipantRole::Host, p.user_id() == user(HOST));
            }
            match meeting.status() {
                MeetingStatus::Scheduled | MeetingStatus::Cancelled { .. } => {
                    prop_assert!(meeting.participants().is_empty());
                }
                MeetingStatus::Live { .. } => prop_assert!(!meeting.participants().is_empty()),
                MeetingStatus::Ended { .. } => prop_assert_eq!(meeting.present(), 0),
            }
            if before.status().ended_at().is_some() {
                prop_assert_eq!(&meeting, &before, "what is over stays as it is");
            }
            let joins = meeting.pending_events().iter().filter(|e| e.name() == "meeting.started").count();
            prop_assert!(joins <= 1);
        }
    }
}
