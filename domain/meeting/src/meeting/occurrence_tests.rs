//! Tests of meetings that recur.

use chrono::TimeDelta;

use super::{
    tests::{HOST, at, come, meeting, name, names, user},
    *,
};
use crate::{
    Attendee, Entry, HostLeaves, Joining, LobbyMode, MeetingStatusKind, PasscodeHash, PasscodeOffer, RecurrenceError,
    Standing, TimeZone,
};

/// Of user 1, ten places, a minute each time from `at(60)` on.
pub(super) fn recurring(rule: &str) -> Meeting {
    let mut meeting = meeting(10);
    let schedule = meeting.schedule().clone().in_time_zone(Some(TimeZone::UTC)).recurring(rule, at(0)).unwrap();
    meeting.edit(user(HOST), MeetingEdit { schedule: Some(schedule), ..MeetingEdit::default() }, at(0)).unwrap();
    meeting.mark_stored(2);
    meeting
}

const DAY: i64 = 86_400;

fn start(meeting: &Meeting) -> DateTime<Utc> {
    meeting.schedule().start().unwrap()
}

#[test]
fn what_ends_is_planned_again_until_the_last_time() {
    let mut meeting = recurring("FREQ=DAILY;COUNT=2");
    assert_eq!(meeting.end(user(HOST), at(1)), Err(MeetingError::Ended), "nothing takes place");
    come(&mut meeting, HOST, "Ada", 60).unwrap();
    come(&mut meeting, 2, "Bob", 61).unwrap();
    meeting.lock(user(HOST), true, at(62)).unwrap();
    meeting.mark_stored(3);
    meeting.end(user(HOST), at(90)).unwrap();
    assert_eq!((meeting.status(), meeting.present(), meeting.is_locked()), (MeetingStatus::Scheduled, 0, false));
    assert_eq!((start(&meeting), meeting.schedule().length()), (at(60 + DAY), Some(TimeDelta::seconds(60))));
    let (meeting_id, ended_by, next_start) = (meeting.id(), user(HOST), Some(at(60 + DAY)));
    let ended = MeetingEvent::Ended { meeting_id, ended_by, started_at: Some(at(60)), next_start, at: at(90) };
    assert_eq!(meeting.pending_events(), [ended]);
    assert_eq!(meeting.end(user(HOST), at(91)), Err(MeetingError::Ended), "said twice");

    come(&mut meeting, 2, "Bob", DAY + 60).unwrap();
    assert_eq!(meeting.status(), MeetingStatus::Live { started_at: at(DAY + 60) });
    meeting.end(user(HOST), at(DAY + 70)).unwrap();
    assert_eq!(meeting.status(), MeetingStatus::Ended { started_at: Some(at(DAY + 60)), at: at(DAY + 70) });
    assert_eq!(start(&meeting), at(60 + DAY), "the last time that it took place");
}

#[test]
fn who_was_there_another_time_is_asked_again_and_who_is_banned_stays_so() {
    let mut meeting = recurring("FREQ=DAILY");
    for (who, called) in [(HOST, "Ada"), (2, "Bob"), (3, "Cleo"), (4, "Dan")] {
        come(&mut meeting, who, called, 60).unwrap();
    }
    meeting.set_role(user(HOST), user(3), ParticipantRole::CoHost, at(61)).unwrap();
    meeting.remove(user(HOST), user(4), true, at(61)).unwrap();
    let settings = MeetingSettings { lobby: LobbyMode::Everyone, ..meeting.settings() };
    let passcode_hash = Some(PasscodeHash::parse("$hash"));
    let edit = MeetingEdit { settings: Some(settings), passcode_hash, ..MeetingEdit::default() };
    meeting.edit(user(HOST), edit, at(62)).unwrap();
    meeting.leave(user(2), at(63));
    assert!(come(&mut meeting, 2, "Bob", 64).is_ok(), "a reload");
    let knock =
        Joining { attendee: Attendee::account(user(5)), display_name: name("Eve"), passcode: PasscodeOffer::Matches };
    assert_eq!(meeting.join(knock, at(65)), Ok(Entry::Waiting));
    meeting.end(user(HOST), at(90)).unwrap();
    assert!(meeting.waiting().is_empty());

    let joining = |who, passcode| Joining { passcode, ..Joining::account(user(who), name("x")) };
    assert_eq!(meeting.join(joining(2, PasscodeOffer::None), at(DAY)), Err(MeetingError::PasscodeRequired));
    assert_eq!(meeting.join(joining(2, PasscodeOffer::Matches), at(DAY)), Ok(Entry::Waiting));
    assert_eq!(meeting.join(joining(3, PasscodeOffer::None), at(DAY)), Ok(Entry::In), "roles stay");
    assert_eq!(meeting.join(joining(4, PasscodeOffer::Matches), at(DAY)), Err(MeetingError::Banned));
    assert_eq!(meeting.participant(user(4)).unwrap().standing(), Standing::Banned);
}

#[test]
fn a_time_to_which_nobody_came_is_past_when_it_is_over() {
    let mut meeting = recurring("FREQ=DAILY;COUNT=3");
    assert_eq!(meeting.advance_at(), Some(at(120)));
    assert!(!meeting.advance(at(119)));
    assert!(meeting.advance(at(120)) && !meeting.advance(at(120)), "once");
    assert_eq!((start(&meeting), names(&meeting)), (at(60 + DAY), vec!["meeting.advanced"]));
    let mut late = meeting.clone();
    assert!(late.advance(at(120 + 2 * DAY)));
    assert_eq!(late.status(), MeetingStatus::Ended { started_at: None, at: at(120 + 2 * DAY) });
    assert!(meeting.advance(at(119 + 2 * DAY)) && meeting.status() == MeetingStatus::Scheduled);
    assert_eq!(start(&meeting), at(60 + 2 * DAY));
    let mut once = super::tests::meeting(3);
    assert!(once.advance_at().is_none() && !once.advance(at(DAY)), "what takes place once stays as it is");
}

#[test]
fn what_all_have_left_ends_by_itself_when_its_time_is_over() {
    let mut meeting = recurring("FREQ=DAILY");
    come(&mut meeting, 2, "Bob", 61).unwrap();
    assert_eq!(meeting.advance_at(), None, "it goes on as long as somebody is there");
    assert!(!meeting.advance(at(DAY)));
    let mut early = meeting.clone();
    early.leave(user(2), at(62));
    assert_eq!(early.advance_at(), Some(at(62 + 300)), "they may come back");
    assert!(early.advance(at(62 + 300)));
    assert_eq!((early.status().kind(), start(&early)), (MeetingStatusKind::Scheduled, at(60 + DAY)));
    let Some(MeetingEvent::Ended { started_at, .. }) = early.pending_events().last() else { panic!() };
    assert_eq!(*started_at, Some(at(61)));
}

#[test]
fn who_looks_in_early_does_not_use_the_time_up() {
    let mut meeting = recurring("FREQ=DAILY;COUNT=1");
    come(&mut meeting, HOST, "Ada", 1).unwrap();
    let mut ended = meeting.clone();
    ended.end(user(HOST), at(59)).unwrap();
    assert_eq!((ended.status(), start(&ended)), (MeetingStatus::Scheduled, at(60)));
    // However late it is noticed.
    let start_later = meeting.schedule().start().unwrap() + TimeDelta::days(1);
    let schedule = Schedule::parse(Some(start_later), None, at(0)).unwrap().in_time_zone(Some(TimeZone::UTC));
    let schedule = schedule.recurring("FREQ=DAILY;COUNT=1", at(1)).unwrap();
    meeting.edit(user(HOST), MeetingEdit { schedule: Some(schedule), ..MeetingEdit::default() }, at(2)).unwrap();
    meeting.leave(user(HOST), at(3));
    assert_eq!(meeting.advance_at(), Some(at(303)));
    assert!(meeting.advance(at(DAY + 61)));
    assert_eq!((meeting.status(), start(&meeting)), (MeetingStatus::Scheduled, at(60 + DAY)));
}

#[test]
fn a_meeting_that_ends_with_its_host_is_planned_again() {
    let mut meeting = recurring("FREQ=DAILY");
    let settings = MeetingSettings { host_leaves: HostLeaves::End, ..meeting.settings() };
    let edit = MeetingEdit { settings: Some(settings), ..MeetingEdit::default() };
    meeting.edit(user(HOST), edit, at(1)).unwrap();
    come(&mut meeting, HOST, "Ada", 60).unwrap();
    come(&mut meeting, 2, "Bob", 61).unwrap();
    meeting.leave(user(HOST), at(70));
    assert_eq!((meeting.status(), meeting.present(), start(&meeting)), (MeetingStatus::Scheduled, 0, at(60 + DAY)));
}

#[test]
fn single_times_are_called_off_and_then_the_whole() {
    let mut meeting = recurring("FREQ=DAILY;COUNT=4");
    let day = |n: i64| at(60 + n * DAY);
    assert_eq!(meeting.skip(user(2), day(1), at(1)), Err(MeetingError::NotHost));
    for none in [at(61), day(-1), day(4)] {
        assert_eq!(meeting.skip(user(HOST), none, at(1)), Err(MeetingError::NoSuchOccurrence));
    }
    assert_eq!(meeting.skip(user(HOST), day(1), at(1)), Ok(()));
    assert_eq!(start(&meeting), day(0), "a later one");
    assert_eq!(meeting.skip(user(HOST), day(1), at(1)), Err(MeetingError::NoSuchOccurrence), "twice");
    assert_eq!(meeting.skip(user(HOST), day(0), at(1)), Ok(()));
    assert_eq!(start(&meeting), day(2), "the next one");
    assert_eq!(names(&meeting), ["meeting.occurrence-skipped", "meeting.occurrence-skipped", "meeting.advanced"]);
    come(&mut meeting, HOST, "Ada", 60 + 2 * DAY).unwrap();
    assert_eq!(meeting.skip(user(HOST), day(2), day(2)), Err(MeetingError::NoSuchOccurrence), "it takes place");
    meeting.end(user(HOST), day(2)).unwrap();
    let mut cancelled = meeting.clone();
    cancelled.cancel(user(HOST), day(2)).unwrap();
    assert_eq!(cancelled.status().kind(), MeetingStatusKind::Cancelled, "what is left of it, as a whole");
    assert_eq!(meeting.skip(user(HOST), day(3), day(2)), Ok(()));
    assert_eq!(meeting.status().kind(), MeetingStatusKind::Ended, "nothing is left");
    assert_eq!(meeting.skip(user(HOST), day(3), day(2)), Err(MeetingError::Ended));
    let mut once = super::tests::meeting(3);
    assert_eq!(once.skip(user(HOST), at(60), at(1)), Err(MeetingError::NotRecurring));
}

#[test]
fn the_next_time_may_be_called_off_while_somebody_looks_in() {
    let mut meeting = recurring("FREQ=DAILY;COUNT=2");
    come(&mut meeting, HOST, "Ada", 1).unwrap();
    assert_eq!(meeting.skip(user(HOST), at(60), at(2)), Ok(()));
    assert_eq!((start(&meeting), meeting.present()), (at(60 + DAY), 1));
    assert_eq!(meeting.skip(user(HOST), at(60 + DAY), at(3)), Ok(()));
    assert_eq!((meeting.status().kind(), meeting.present()), (MeetingStatusKind::Ended, 0));
}

#[test]
fn a_new_start_is_a_new_series_and_none_is_the_end_of_it() {
    let mut meeting = recurring("FREQ=DAILY");
    meeting.skip(user(HOST), at(60 + DAY), at(1)).unwrap();
    let moved = Schedule::parse(Some(at(90)), None, at(0)).unwrap().in_time_zone(TimeZone::parse("Asia/Tokyo").ok());
    assert_eq!(moved.clone().recurring("FREQ=WEEKLY;BYDAY=XX", at(1)).map_err(|e| e.code()), Err("malformed"));
    assert_eq!(moved.clone().recurring("FREQ=DAILY", at(90 + 3_600)), Err(RecurrenceError::Past));
    let edit = |schedule| MeetingEdit { schedule: Some(schedule), ..MeetingEdit::default() };
    let again = moved.clone().recurring("FREQ=DAILY", at(1)).unwrap();
    assert_eq!(meeting.edit(user(HOST), edit(again), at(2)), Ok(true));
    assert_eq!(meeting.schedule().series().unwrap().excluded().count(), 0);
    assert_eq!(meeting.schedule().next_start(at(91)), Some(at(90 + DAY)));
    assert_eq!(meeting.edit(user(HOST), edit(moved), at(3)), Ok(true));
    assert_eq!((meeting.schedule().next_start(at(91)), meeting.advance_at()), (None, None));
    assert_eq!(meeting.schedule().time_zone(), TimeZone::parse("Asia/Tokyo").ok());
}

#[test]
fn a_snapshot_brings_the_series_back() {
    let mut original = recurring("FREQ=DAILY");
    original.skip(user(HOST), at(60 + DAY), at(1)).unwrap();
    original.mark_stored(3);
    let snapshot = original.to_snapshot();
    assert_eq!(snapshot.advance_at, Some(at(120)));
    assert_eq!(Meeting::from_snapshot(snapshot.clone()), Ok(original));
    let without_zone = MeetingSnapshot { time_zone: None, ..snapshot.clone() };
    assert!(matches!(Meeting::from_snapshot(without_zone), Err(CorruptMeeting::Recurrence(_))));
    let mut wrong = snapshot;
    wrong.series.as_mut().unwrap().rule = "FREQ=NEVER".to_owned();
    assert!(matches!(Meeting::from_snapshot(wrong), Err(CorruptMeeting::Recurrence(_))));
}
