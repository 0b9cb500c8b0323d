//! Tests of the rules of meetings.

use chrono::TimeDelta;
use domain_shared::DomainEvent;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    Attendee, DisplayName, HostLeaves, LobbyMode, MaxParticipantsError, MeetingCodeError, ParticipantSnapshot,
    ScheduleError, Standing, TextError, TimeZone,
};

pub(super) fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(1_000_000 + seconds)
}

pub(super) fn user(n: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(n))
}

pub(super) fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

pub(super) const HOST: u128 = 1;

/// A meeting of user 1 with `places`, stored.
pub(super) fn meeting(places: i64) -> Meeting {
    let mut meeting = Meeting::create(
        NewMeeting {
            id: MeetingId::from_uuid(Uuid::from_u128(99)),
            code: MeetingCode::parse("abc-defg-hij").unwrap(),
            title: MeetingTitle::parse("Weekly").unwrap(),
            description: MeetingDescription::parse("About this and that").unwrap(),
            creator_id: user(HOST),
            schedule: Schedule::parse(Some(at(60)), Some(at(120)), at(0)).unwrap(),
            max_participants: MaxParticipants::parse(places).unwrap(),
            settings: MeetingSettings::default(),
            passcode_hash: None,
        },
        at(0),
    );
    meeting.mark_stored(1);
    meeting
}

/// Somebody with an account comes, and is in.
pub(super) fn come<'a>(
    meeting: &'a mut Meeting,
    who: u128,
    called: &str,
    second: i64,
) -> Result<&'a Participant, MeetingError> {
    match meeting.join(Joining::account(user(who), name(called)), at(second))? {
        Entry::In => Ok(meeting.participant(user(who)).unwrap()),
        Entry::Waiting => panic!("{called} waits"),
    }
}

/// The settings of a meeting are other ones.
fn set(meeting: &mut Meeting, change: impl FnOnce(&mut MeetingSettings)) {
    let mut settings = meeting.settings();
    change(&mut settings);
    let edit = MeetingEdit { settings: Some(settings), ..MeetingEdit::default() };
    meeting.edit(user(HOST), edit, at(0)).unwrap();
    meeting.mark_stored(meeting.version() + 1);
}

pub(super) fn names(meeting: &Meeting) -> Vec<&'static str> {
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
            settings: MeetingSettings::default(),
            passcode_hash: None,
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
    let guest = come(&mut meeting, 2, "Bob", 5).unwrap();
    assert_eq!((guest.role(), guest.joined_at(), guest.is_present()), (ParticipantRole::Participant, at(5), true));
    assert_eq!(meeting.status(), MeetingStatus::Live { started_at: at(5) });
    assert_eq!(names(&meeting), ["meeting.started", "meeting.participant-joined"]);

    let host = come(&mut meeting, HOST, "Ada", 6).unwrap();
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
    come(&mut meeting, 2, "Bob", 1).unwrap();
    come(&mut meeting, 3, "Eve", 2).unwrap();
    let before = meeting.clone();
    assert_eq!(come(&mut meeting, 4, "Max", 3), Err(MeetingError::Full));
    assert_eq!(come(&mut meeting, HOST, "Ada", 3), Err(MeetingError::Full));
    assert_eq!(meeting, before);

    assert!(meeting.leave(user(2), at(4)));
    assert!(come(&mut meeting, 4, "Max", 5).is_ok());
    assert_eq!(come(&mut meeting, 2, "Bob", 6), Err(MeetingError::Full), "the place is gone");
    assert_eq!((meeting.present(), meeting.participants().len()), (2, 3));
}

#[test]
fn who_is_present_needs_no_further_place() {
    let mut meeting = meeting(2);
    come(&mut meeting, 2, "Bob", 1).unwrap();
    come(&mut meeting, 3, "Eve", 2).unwrap();
    meeting.mark_stored(2);

    let same = meeting.clone();
    assert_eq!(come(&mut meeting, 2, "Bob", 9).map(Participant::joined_at), Ok(at(1)));
    assert_eq!(meeting, same, "nothing to store");

    assert_eq!(come(&mut meeting, 2, "Bobby", 9).map(|p| p.display_name().as_str()), Ok("Bobby"));
    let renamed = vec!["meeting.participant-renamed"];
    assert_eq!((meeting.present(), meeting.updated_at(), names(&meeting)), (2, at(9), renamed));
}

#[test]
fn who_comes_back_keeps_the_role_and_takes_the_new_name() {
    let mut meeting = meeting(2);
    come(&mut meeting, HOST, "Ada", 1).unwrap();
    assert!(meeting.leave(user(HOST), at(2)));
    let host = meeting.participant(user(HOST)).unwrap();
    assert_eq!((host.left_at(), host.is_present(), meeting.present()), (Some(at(2)), false, 0));

    let host = come(&mut meeting, HOST, "Countess", 3).unwrap();
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
    come(&mut meeting, 2, "Bob", 1).unwrap();
    assert!(meeting.leave(user(2), at(2)));
    let left = meeting.clone();
    assert!(!meeting.leave(user(2), at(3)));
    assert_eq!(meeting, left);
}

#[test]
fn a_departure_told_late_does_not_touch_the_next_stay() {
    let mut meeting = meeting(2);
    come(&mut meeting, 2, "Bob", 1).unwrap();
    assert!(meeting.note_departure(user(2), at(2)));
    assert!(!meeting.note_departure(user(2), at(2)), "told twice");
    come(&mut meeting, 2, "Bob", 5).unwrap();
    assert!(!meeting.note_departure(user(2), at(4)), "told late");
    assert!(meeting.participant(user(2)).unwrap().is_present());
    assert!(meeting.note_departure(user(2), at(5)));
    assert!(!meeting.note_departure(user(7), at(9)), "never came");
}

#[test]
fn the_host_ends_the_meeting_for_everybody() {
    let mut meeting = meeting(3);
    come(&mut meeting, 2, "Bob", 1).unwrap();
    come(&mut meeting, 3, "Eve", 2).unwrap();
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
        [MeetingEvent::Ended {
            meeting_id: meeting.id(),
            ended_by: user(HOST),
            started_at: Some(at(1)),
            next_start: None,
            at: at(5)
        }]
    );
    assert_eq!(meeting.end(user(HOST), at(6)), Err(MeetingError::Ended));
    assert_eq!(meeting.cancel(user(HOST), at(6)), Err(MeetingError::Ended));
    assert_eq!(come(&mut meeting, 2, "Bob", 6), Err(MeetingError::Ended));
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
    come(&mut started, HOST, "Ada", 1).unwrap();
    assert_eq!(started.cancel(user(HOST), at(2)), Err(MeetingError::AlreadyStarted));

    assert_eq!(meeting.cancel(user(HOST), at(2)), Ok(()));
    assert_eq!(meeting.status(), MeetingStatus::Cancelled { at: at(2) });
    assert_eq!(names(&meeting), ["meeting.cancelled"]);
    assert_eq!(come(&mut meeting, 2, "Bob", 3), Err(MeetingError::Ended));
}

#[test]
fn a_clock_that_is_behind_does_not_turn_time_back() {
    let mut meeting = meeting(2);
    come(&mut meeting, 2, "Bob", 10).unwrap();
    meeting.leave(user(2), at(7));
    assert_eq!(meeting.participant(user(2)).unwrap().left_at(), Some(at(10)));
    meeting.end(user(HOST), at(3)).unwrap();
    assert_eq!(meeting.status().ended_at(), Some(at(10)));
}

#[test]
fn a_snapshot_brings_the_whole_meeting_back() {
    let mut original = meeting(3);
    come(&mut original, HOST, "Ada", 1).unwrap();
    come(&mut original, 2, "Bob", 2).unwrap();
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
        come(&mut meeting, 2, "Bob", 2).unwrap();
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

/// A meeting with a lobby for everyone, which user 3 runs as co-host.
fn with_lobby(lobby: LobbyMode) -> Meeting {
    let mut meeting = meeting(10);
    come(&mut meeting, HOST, "Ada", 1).unwrap();
    come(&mut meeting, 3, "Cleo", 1).unwrap();
    meeting.set_role(user(HOST), user(3), ParticipantRole::CoHost, at(1)).unwrap();
    set(&mut meeting, |settings| (settings.lobby, settings.guests_allowed) = (lobby, true));
    meeting
}

fn knock(meeting: &mut Meeting, attendee: Attendee, second: i64) -> Result<Entry, MeetingError> {
    let joining = Joining { attendee, display_name: name("Kim"), passcode: PasscodeOffer::None };
    meeting.join(joining, at(second))
}

#[test]
fn who_waits_comes_in_when_let_in_and_stays_known() {
    let mut meeting = with_lobby(LobbyMode::Everyone);
    let kim = Attendee::account(user(5));
    assert_eq!(knock(&mut meeting, kim, 2), Ok(Entry::Waiting));
    assert_eq!(knock(&mut meeting, kim, 3), Ok(Entry::Waiting), "a reload");
    assert_eq!((meeting.waiting().len(), meeting.present()), (1, 2));
    assert_eq!(meeting.admit(user(9), user(5), at(4)), Err(MeetingError::NotModerator));
    assert_eq!(meeting.admit(user(3), user(6), at(4)), Err(MeetingError::NotWaiting));
    assert_eq!(meeting.admit(user(3), user(5), at(4)), Ok(true), "a co-host may");
    assert_eq!(meeting.admit(user(HOST), user(5), at(4)), Ok(false), "the second host is late");
    assert_eq!(meeting.present(), 2, "nobody is in who has not come");
    assert_eq!(knock(&mut meeting, kim, 5), Ok(Entry::In));
    assert_eq!((meeting.waiting().len(), meeting.present()), (0, 3));
    assert!(meeting.leave(user(5), at(6)));
    assert_eq!(knock(&mut meeting, kim, 7), Ok(Entry::In), "who was here need not knock again");
    assert_eq!(
        names(&meeting),
        [
            "meeting.lobby-waiting",
            "meeting.lobby-admitted",
            "meeting.participant-joined",
            "meeting.participant-left",
            "meeting.participant-joined"
        ]
    );
}

#[test]
fn who_is_denied_may_knock_again_and_who_goes_is_gone() {
    let mut meeting = with_lobby(LobbyMode::Everyone);
    let kim = Attendee::account(user(5));
    knock(&mut meeting, kim, 2).unwrap();
    assert_eq!(meeting.deny(user(HOST), user(5), at(3)), Ok(true));
    assert_eq!(meeting.deny(user(HOST), user(5), at(3)), Err(MeetingError::NotWaiting));
    assert_eq!(knock(&mut meeting, kim, 4), Ok(Entry::Waiting));
    assert!(meeting.leave(user(5), at(5)) && !meeting.leave(user(5), at(5)));
    assert_eq!(meeting.admit(user(HOST), user(5), at(6)), Err(MeetingError::NotWaiting));
    assert_eq!(
        names(&meeting),
        ["meeting.lobby-waiting", "meeting.lobby-denied", "meeting.lobby-waiting", "meeting.lobby-left"]
    );
}

#[test]
fn who_waits_waits_on_whatever_is_decided_meanwhile() {
    let mut meeting = with_lobby(LobbyMode::Everyone);
    let kim = Attendee::account(user(5));
    knock(&mut meeting, kim, 2).unwrap();
    meeting.lock(user(HOST), true, at(3)).unwrap();
    let edit = MeetingEdit { passcode_hash: Some(PasscodeHash::parse("$hash")), ..MeetingEdit::default() };
    meeting.edit(user(HOST), edit, at(3)).unwrap();
    assert_eq!(knock(&mut meeting, kim, 4), Ok(Entry::Waiting));
    assert_eq!(knock(&mut meeting, Attendee::account(user(6)), 4), Err(MeetingError::Locked));
}

#[test]
fn a_lost_connection_ends_the_waiting_but_not_the_admission() {
    let mut meeting = with_lobby(LobbyMode::Everyone);
    knock(&mut meeting, Attendee::account(user(5)), 10).unwrap();
    assert!(!meeting.note_departure(user(5), at(9)), "told late");
    let mut admitted = meeting.clone();
    assert!(meeting.note_departure(user(5), at(10)) && meeting.waiting().is_empty());
    admitted.admit(user(HOST), user(5), at(11)).unwrap();
    assert!(!admitted.note_departure(user(5), at(12)), "they are on their way in");
    assert_eq!(knock(&mut admitted, Attendee::account(user(5)), 13), Ok(Entry::In));
}

#[test]
fn all_who_wait_are_let_in_or_sent_away_at_once() {
    let mut meeting = with_lobby(LobbyMode::Everyone);
    for who in 10..13 {
        knock(&mut meeting, Attendee::account(user(who)), 2).unwrap();
    }
    meeting.admit(user(3), user(10), at(3)).unwrap();
    let mut denying = meeting.clone();
    assert_eq!(denying.deny_all(user(3), at(4)), Ok(2));
    assert_eq!(denying.waiting().len(), 1, "who has been let in already stays so");
    assert_eq!(meeting.admit_all(user(10), at(4)), Err(MeetingError::NotModerator));
    assert_eq!(meeting.admit_all(user(HOST), at(4)), Ok(2));
    assert_eq!(meeting.admit_all(user(HOST), at(4)), Ok(0));
}

#[test]
fn a_lobby_for_guests_holds_guests_only_and_opens_with_the_settings() {
    let mut meeting = with_lobby(LobbyMode::Guests);
    assert_eq!(knock(&mut meeting, Attendee::account(user(5)), 2), Ok(Entry::In));
    assert_eq!(knock(&mut meeting, Attendee::guest(user(6)), 2), Ok(Entry::Waiting));
    set(&mut meeting, |settings| settings.lobby = LobbyMode::Off);
    assert!(meeting.waiting()[0].is_admitted(), "nobody waits for nothing");
    assert_eq!(knock(&mut meeting, Attendee::guest(user(6)), 3), Ok(Entry::In));
    assert!(meeting.participant(user(6)).unwrap().is_guest());
}

#[test]
fn guests_come_only_when_allowed() {
    let mut meeting = meeting(10);
    assert_eq!(knock(&mut meeting, Attendee::guest(user(6)), 1), Err(MeetingError::GuestsNotAllowed));
    set(&mut meeting, |settings| settings.guests_allowed = true);
    assert_eq!(knock(&mut meeting, Attendee::guest(user(6)), 1), Ok(Entry::In));
    for role in [ParticipantRole::Host, ParticipantRole::CoHost] {
        assert_eq!(meeting.set_role(user(HOST), user(6), role, at(2)), Err(MeetingError::GuestCannotHost));
    }
}

#[test]
fn the_lobby_has_an_end() {
    let mut meeting = with_lobby(LobbyMode::Everyone);
    for who in 0..Meeting::MAX_WAITING as u128 {
        knock(&mut meeting, Attendee::account(user(1_000 + who)), 2).unwrap();
    }
    assert_eq!(knock(&mut meeting, Attendee::account(user(5)), 3), Err(MeetingError::LobbyFull));
    assert_eq!(knock(&mut meeting, Attendee::account(user(1_000)), 3), Ok(Entry::Waiting));
}

#[test]
fn a_passcode_is_asked_of_strangers_only() {
    let mut meeting = meeting(10);
    let edit = MeetingEdit { passcode_hash: Some(PasscodeHash::parse("$hash")), ..MeetingEdit::default() };
    assert_eq!(meeting.edit(user(HOST), edit.clone(), at(1)), Ok(true));
    assert_eq!(meeting.edit(user(HOST), edit, at(1)), Ok(false), "the same");
    let mut offer = |passcode| {
        let joining = Joining { passcode, ..Joining::account(user(2), name("Bob")) };
        meeting.join(joining, at(2))
    };
    assert_eq!(offer(PasscodeOffer::None), Err(MeetingError::PasscodeRequired));
    assert_eq!(offer(PasscodeOffer::Differs), Err(MeetingError::WrongPasscode));
    assert_eq!(offer(PasscodeOffer::Matches), Ok(Entry::In));
    meeting.leave(user(2), at(3));
    assert!(come(&mut meeting, 2, "Bob", 4).is_ok(), "who was here is known");
    assert!(come(&mut meeting, HOST, "Ada", 4).is_ok(), "the host needs none");
}

#[test]
fn a_locked_meeting_lets_in_only_who_was_there_and_hosts() {
    let mut meeting = meeting(10);
    come(&mut meeting, 2, "Bob", 1).unwrap();
    assert_eq!(meeting.lock(user(2), true, at(1)), Err(MeetingError::NotModerator));
    assert_eq!(meeting.lock(user(HOST), true, at(1)), Ok(true));
    assert_eq!(meeting.lock(user(HOST), true, at(1)), Ok(false));
    assert_eq!(come(&mut meeting, 5, "Kim", 2).map(drop), Err(MeetingError::Locked));
    assert!(come(&mut meeting, HOST, "Ada", 2).is_ok());
    meeting.leave(user(2), at(3));
    assert!(come(&mut meeting, 2, "Bob", 4).is_ok(), "a reload is no reason to stay out");
    assert_eq!(meeting.lock(user(HOST), false, at(5)), Ok(true));
    assert!(come(&mut meeting, 5, "Kim", 6).is_ok());
}

#[test]
fn who_is_sent_out_comes_back_as_a_stranger_and_who_is_banned_not_at_all() {
    let mut meeting = meeting(10);
    for (who, called) in [(HOST, "Ada"), (2, "Bob"), (3, "Cleo")] {
        come(&mut meeting, who, called, 1).unwrap();
    }
    meeting.set_role(user(HOST), user(3), ParticipantRole::CoHost, at(2)).unwrap();
    meeting.mark_stored(9);
    assert_eq!(meeting.remove(user(2), user(3), false, at(3)), Err(MeetingError::NotModerator));
    assert_eq!(meeting.remove(user(3), user(HOST), false, at(3)), Err(MeetingError::Outranked));
    assert_eq!(meeting.remove(user(HOST), user(HOST), false, at(3)), Err(MeetingError::Outranked));
    assert_eq!(meeting.remove(user(HOST), user(8), false, at(3)), Err(MeetingError::NoSuchParticipant));
    assert_eq!(meeting.remove(user(3), user(2), false, at(3)), Ok(true));
    assert_eq!(names(&meeting), ["meeting.participant-removed", "meeting.participant-left"]);
    assert_eq!(meeting.remove(user(3), user(2), false, at(3)), Ok(false));

    meeting.lock(user(HOST), true, at(4)).unwrap();
    assert_eq!(come(&mut meeting, 2, "Bob", 4).map(drop), Err(MeetingError::Locked));
    meeting.lock(user(HOST), false, at(4)).unwrap();
    come(&mut meeting, 2, "Bob", 5).unwrap();

    assert_eq!(meeting.remove(user(HOST), user(2), true, at(6)), Ok(true));
    assert_eq!(come(&mut meeting, 2, "Bob", 7).map(drop), Err(MeetingError::Banned));
    assert_eq!(meeting.allow_back(user(2), user(2), at(8)), Err(MeetingError::NotModerator));
    assert_eq!(meeting.allow_back(user(3), user(2), at(8)), Ok(true));
    assert_eq!(meeting.allow_back(user(3), user(2), at(8)), Ok(false));
    assert!(come(&mut meeting, 2, "Bob", 9).is_ok());
}

#[test]
fn a_co_host_who_is_sent_out_is_no_co_host_any_more() {
    let mut meeting = with_lobby(LobbyMode::Everyone);
    meeting.remove(user(HOST), user(3), false, at(2)).unwrap();
    assert_eq!(meeting.role_of(user(3)), ParticipantRole::Participant);
    assert_eq!(
        meeting.set_role(user(HOST), user(3), ParticipantRole::CoHost, at(3)),
        Err(MeetingError::Outranked),
        "not before they are back"
    );
    assert_eq!(knock(&mut meeting, Attendee::account(user(3)), 4), Ok(Entry::Waiting));
}

#[test]
fn only_a_host_gives_roles_and_the_creator_keeps_theirs() {
    let mut meeting = meeting(10);
    for (who, called) in [(HOST, "Ada"), (2, "Bob"), (3, "Cleo")] {
        come(&mut meeting, who, called, 1).unwrap();
    }
    let host = ParticipantRole::Host;
    assert_eq!(meeting.set_role(user(2), user(2), host, at(2)), Err(MeetingError::NotHost));
    assert_eq!(meeting.set_role(user(HOST), user(9), host, at(2)), Err(MeetingError::NoSuchParticipant));
    assert_eq!(meeting.set_role(user(HOST), user(2), host, at(2)), Ok(true));
    assert_eq!(meeting.set_role(user(HOST), user(2), host, at(2)), Ok(false));
    let participant = ParticipantRole::Participant;
    assert_eq!(meeting.set_role(user(2), user(HOST), participant, at(3)), Err(MeetingError::Outranked));
    assert_eq!(meeting.may_act_on(user(2), user(HOST)), Err(MeetingError::Outranked), "hosts do not act on hosts");
    assert_eq!(meeting.may_act_on(user(2), user(3)), Ok(()));
    assert_eq!(meeting.may_act_on(user(2), user(2)), Ok(()));
    assert_eq!(meeting.may_moderate(user(3)), Err(MeetingError::NotModerator));
    assert_eq!(meeting.set_role(user(HOST), user(2), participant, at(3)), Ok(true));
}

#[test]
fn those_read_what_was_written_who_have_taken_part() {
    let mut meeting = meeting(10);
    for who in 2..=4 {
        come(&mut meeting, who, "x", 1).unwrap();
    }
    meeting.remove(user(HOST), user(3), false, at(2)).unwrap();
    meeting.remove(user(HOST), user(4), true, at(2)).unwrap();
    meeting.end(user(HOST), at(3)).unwrap();
    let may = [HOST, 2, 3, 4, 5].map(|who| meeting.may_read_chat(user(who)));
    let (banned, never_came) = (Err(MeetingError::Banned), Err(MeetingError::NotParticipant));
    assert_eq!(may, [Ok(()), Ok(()), Ok(()), banned, never_came]);
}

#[test]
fn the_co_host_who_was_there_longest_takes_over() {
    let mut meeting = meeting(10);
    for (who, second) in [(HOST, 1), (2, 2), (3, 3), (4, 4)] {
        come(&mut meeting, who, "x", second).unwrap();
    }
    for who in [4, 3] {
        meeting.set_role(user(HOST), user(who), ParticipantRole::CoHost, at(5)).unwrap();
    }
    meeting.mark_stored(9);
    meeting.leave(user(HOST), at(6));
    assert_eq!(meeting.role_of(user(3)), ParticipantRole::Host);
    assert_eq!(names(&meeting), ["meeting.participant-left", "meeting.role-changed"]);
    assert_eq!(come(&mut meeting, HOST, "Ada", 7).map(Participant::role), Ok(ParticipantRole::Host));
    meeting.leave(user(3), at(8));
    assert_eq!(meeting.role_of(user(4)), ParticipantRole::CoHost, "a host is there");
    meeting.leave(user(HOST), at(9));
    meeting.leave(user(4), at(10));
    assert_eq!(meeting.status().kind(), crate::MeetingStatusKind::Live, "without anybody to take over it goes on");
}

#[test]
fn a_meeting_can_end_with_its_host() {
    let mut meeting = meeting(10);
    set(&mut meeting, |settings| settings.host_leaves = HostLeaves::End);
    come(&mut meeting, HOST, "Ada", 1).unwrap();
    come(&mut meeting, 2, "Bob", 2).unwrap();
    meeting.leave(user(2), at(3));
    assert_eq!(meeting.status().ended_at(), None);
    come(&mut meeting, 2, "Bob", 4).unwrap();
    meeting.leave(user(HOST), at(5));
    assert_eq!((meeting.status().ended_at(), meeting.present()), (Some(at(5)), 0));
}

#[test]
fn people_are_called_what_they_or_their_hosts_say() {
    let mut meeting = meeting(10);
    come(&mut meeting, HOST, "Ada", 1).unwrap();
    come(&mut meeting, 2, "Bob", 1).unwrap();
    assert_eq!(meeting.rename(user(2), user(2), name("Bobby"), at(2)), Ok(true));
    assert_eq!(meeting.rename(user(2), user(2), name("Bobby"), at(2)), Ok(false));
    assert_eq!(meeting.rename(user(2), user(HOST), name("x"), at(2)), Err(MeetingError::NotModerator));
    assert_eq!(meeting.rename(user(HOST), user(2), name("Robert"), at(2)), Ok(true));
    assert_eq!(meeting.rename(user(HOST), user(9), name("x"), at(2)), Err(MeetingError::NoSuchParticipant));
}

#[test]
fn the_host_changes_what_was_decided_and_starts_when_ready() {
    let mut meeting = meeting(10);
    let edit = MeetingEdit {
        title: Some(MeetingTitle::parse("Monthly").unwrap()),
        description: Some(None),
        schedule: Some(Schedule::parse(Some(at(500)), None, at(0)).unwrap()),
        max_participants: Some(MaxParticipants::parse(3).unwrap()),
        ..MeetingEdit::default()
    };
    assert_eq!(meeting.edit(user(2), edit.clone(), at(1)), Err(MeetingError::NotHost));
    assert_eq!(meeting.edit(user(HOST), MeetingEdit::default(), at(1)), Ok(false));
    assert_eq!(meeting.edit(user(HOST), edit, at(1)), Ok(true));
    assert_eq!(
        (meeting.title().as_str(), meeting.description(), meeting.max_participants().get()),
        ("Monthly", None, 3)
    );
    assert!(matches!(meeting.pending_events(), [MeetingEvent::Updated { rescheduled: true, .. }]));
    assert_eq!(meeting.start(user(2), at(2)), Err(MeetingError::NotHost));
    assert_eq!(meeting.start(user(HOST), at(2)), Ok(true));
    assert_eq!(meeting.start(user(HOST), at(3)), Ok(false));
    assert_eq!(meeting.status(), MeetingStatus::Live { started_at: at(2) });
    assert_eq!(meeting.cancel(user(HOST), at(4)), Err(MeetingError::AlreadyStarted));
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
    let edit = MeetingEdit {
        settings: Some(MeetingSettings { lobby: LobbyMode::Everyone, ..meeting.settings() }),
        ..MeetingEdit::default()
    };
    meeting.edit(user(HOST), edit, at(0)).unwrap();
    for who in 2..5 {
        knock(&mut meeting, Attendee::account(user(who)), 0).unwrap();
    }
    meeting.admit(user(HOST), user(2), at(0)).unwrap();
    meeting.deny(user(HOST), user(3), at(0)).unwrap();
    meeting.leave(user(4), at(0));
    come(&mut meeting, 2, "Bob", 0).unwrap();
    come(&mut meeting, 2, "Bobby", 0).unwrap();
    meeting.set_role(user(HOST), user(2), ParticipantRole::CoHost, at(0)).unwrap();
    meeting.remove(user(HOST), user(2), true, at(0)).unwrap();
    meeting.allow_back(user(HOST), user(2), at(0)).unwrap();
    meeting.lock(user(HOST), true, at(0)).unwrap();
    meeting.lock(user(HOST), false, at(0)).unwrap();
    meeting.end(user(HOST), at(0)).unwrap();
    events.extend(meeting.pending_events().iter().chain(cancelled.pending_events()).cloned());
    let mut recurring = super::occurrence_tests::recurring("FREQ=DAILY");
    recurring.skip(user(HOST), recurring.schedule().start().unwrap(), at(0)).unwrap();
    events.extend(recurring.pending_events().iter().cloned());
    let different: std::collections::HashSet<_> = events.iter().map(DomainEvent::name).collect();
    assert_eq!(different.len(), 19, "{different:?}");
    for event in events {
        assert_eq!((event.aggregate_id(), event.occurred_at()), (meeting.id().as_uuid(), at(0)));
        let json = serde_json::to_value(&event).unwrap();
        assert_eq!(json["event"], event.name());
        assert_eq!(serde_json::from_value::<MeetingEvent>(json).unwrap(), event);
    }
}

#[derive(Debug, Clone)]
enum Step {
    Join(u128, bool, PasscodeOffer),
    Leave(u128),
    NoteDeparture(u128, i64),
    End(u128),
    Cancel(u128),
    Start(u128),
    Lock(u128, bool),
    Admit(u128, u128),
    AdmitAll(u128),
    Deny(u128, u128),
    DenyAll(u128),
    Remove(u128, u128, bool),
    AllowBack(u128, u128),
    SetRole(u128, u128, ParticipantRole),
    Rename(u128, u128),
    Edit(u128, LobbyMode, bool, HostLeaves, bool),
    Recur(u128, Option<&'static str>, i64),
    Skip(u128, usize),
    Advance,
    StoreAndLoad,
}

/// Rules of which the start of the meeting is one of the times.
const RULES: [&str; 4] = ["FREQ=DAILY", "FREQ=DAILY;COUNT=3", "FREQ=DAILY;BYHOUR=1,13;COUNT=6", "FREQ=WEEKLY"];

fn step() -> impl Strategy<Value = Step> {
    let who = || 1..=6_u128;
    let offer = prop_oneof![Just(PasscodeOffer::None), Just(PasscodeOffer::Matches), Just(PasscodeOffer::Differs)];
    let role = proptest::sample::select(ParticipantRole::ALL.to_vec());
    let lobby = proptest::sample::select(LobbyMode::ALL.to_vec());
    let policy = proptest::sample::select(HostLeaves::ALL.to_vec());
    prop_oneof![
        12 => (who(), offer).prop_map(|(who, offer)| Step::Join(who, who > 4, offer)),
        4 => who().prop_map(Step::Leave),
        2 => (who(), 0..40_i64).prop_map(|(who, at)| Step::NoteDeparture(who, at)),
        1 => (5..=6_u128).prop_map(Step::End),
        1 => Just(Step::End(HOST)),
        1 => who().prop_map(Step::Cancel),
        1 => who().prop_map(Step::Start),
        1 => (who(), any::<bool>()).prop_map(|(who, locked)| Step::Lock(who, locked)),
        4 => (who(), who()).prop_map(|(by, who)| Step::Admit(by, who)),
        1 => who().prop_map(Step::AdmitAll),
        1 => (who(), who()).prop_map(|(by, who)| Step::Deny(by, who)),
        1 => who().prop_map(Step::DenyAll),
        3 => (who(), who(), any::<bool>()).prop_map(|(by, who, ban)| Step::Remove(by, who, ban)),
        2 => (who(), who()).prop_map(|(by, who)| Step::AllowBack(by, who)),
        4 => (who(), who(), role).prop_map(|(by, who, role)| Step::SetRole(by, who, role)),
        1 => (who(), who()).prop_map(|(by, who)| Step::Rename(by, who)),
        3 => (Just(HOST), lobby, any::<bool>(), policy, any::<bool>())
            .prop_map(|(by, lobby, guests, policy, passcode)| Step::Edit(by, lobby, guests, policy, passcode)),
        1 => (1..=2_u128, proptest::option::of(proptest::sample::select(RULES.to_vec())), -3..9_i64)
            .prop_map(|(by, rule, days)| Step::Recur(by, rule, days)),
        3 => (1..=2_u128, 0..4_usize).prop_map(|(by, nth)| Step::Skip(by, nth)),
        6 => Just(Step::Advance),
        1 => Just(Step::StoreAndLoad),
    ]
}

/// Does a step; tells whether it was refused, or nothing came of it.
fn take(meeting: &mut Meeting, step: Step, now: DateTime<Utc>) -> bool {
    let nothing = |outcome: Result<bool, MeetingError>| !outcome.unwrap_or(false);
    let nobody = |outcome: Result<usize, MeetingError>| outcome.unwrap_or(0) == 0;
    match step {
        Step::Join(who, guest, passcode) => {
            let attendee = Attendee { user_id: user(who), guest };
            meeting.join(Joining { attendee, display_name: name("x"), passcode }, now).is_err()
        }
        Step::Leave(who) => !meeting.leave(user(who), now),
        Step::NoteDeparture(who, second) => !meeting.note_departure(user(who), at(second)),
        Step::End(who) => meeting.end(user(who), now).is_err(),
        Step::Cancel(who) => meeting.cancel(user(who), now).is_err(),
        Step::Start(who) => nothing(meeting.start(user(who), now)),
        Step::Lock(who, locked) => nothing(meeting.lock(user(who), locked, now)),
        Step::Admit(by, who) => nothing(meeting.admit(user(by), user(who), now)),
        Step::AdmitAll(by) => nobody(meeting.admit_all(user(by), now)),
        Step::Deny(by, who) => nothing(meeting.deny(user(by), user(who), now)),
        Step::DenyAll(by) => nobody(meeting.deny_all(user(by), now)),
        Step::Remove(by, who, ban) => nothing(meeting.remove(user(by), user(who), ban, now)),
        Step::AllowBack(by, who) => nothing(meeting.allow_back(user(by), user(who), now)),
        Step::SetRole(by, who, role) => nothing(meeting.set_role(user(by), user(who), role, now)),
        Step::Rename(by, who) => nothing(meeting.rename(user(by), user(who), name("y"), now)),
        Step::Edit(by, lobby, guests_allowed, host_leaves, passcode) => {
            let settings = MeetingSettings { lobby, guests_allowed, host_leaves, ..MeetingSettings::default() };
            let passcode_hash = passcode.then(|| PasscodeHash::parse("$hash")).flatten();
            let (settings, passcode_hash) = (Some(settings), Some(passcode_hash));
            nothing(meeting.edit(user(by), MeetingEdit { settings, passcode_hash, ..MeetingEdit::default() }, now))
        }
        Step::Recur(by, rule, days) => {
            let start = at(60) + TimeDelta::days(days);
            let schedule = Schedule::parse(Some(start), Some(start + TimeDelta::minutes(1)), now).unwrap();
            let schedule = schedule.in_time_zone(Some(TimeZone::UTC));
            let schedule = match rule {
                Some(rule) => match schedule.recurring(rule, now.max(meeting.updated_at())) {
                    Ok(schedule) => schedule,
                    Err(_) => return true,
                },
                None => schedule,
            };
            nothing(meeting.edit(user(by), MeetingEdit { schedule: Some(schedule), ..MeetingEdit::default() }, now))
        }
        Step::Skip(by, nth) => {
            let starts = meeting.schedule().series().map(|series| {
                let from = meeting.schedule().start().unwrap();
                series.recurrence().occurrences(from, 4)
            });
            let start = starts.and_then(|starts| starts.get(nth).copied()).unwrap_or(now);
            meeting.skip(user(by), start, now).is_err()
        }
        Step::Advance => {
            let mut nothing = true;
            while meeting.advance(now) {
                nothing = false;
            }
            let due = meeting.advance_at().is_some_and(|at| at <= now.max(meeting.updated_at()));
            assert!(!due, "what is over is past");
            nothing
        }
        Step::StoreAndLoad => {
            meeting.mark_stored(meeting.version() + 1);
            let loaded = Meeting::from_snapshot(meeting.to_snapshot()).unwrap();
            assert_eq!(loaded, *meeting);
            *meeting = loaded;
            false
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Whatever is tried, in whatever order and with whatever clock, the rules hold, also for what recurs. A tick of the
    /// clock is a second, or two hours, so that many times come and go.
    #[test]
    fn no_sequence_of_commands_breaks_the_rules(
        places in 2..5_i64,
        rule in proptest::option::of(proptest::sample::select(RULES.to_vec())),
        tick in proptest::sample::select(vec![1, 7_200_i64]),
        steps in proptest::collection::vec((step(), 0..40_i64), 0..80),
    ) {
        let mut meeting = meeting(places);
        if let Some(rule) = rule {
            let schedule = meeting.schedule().clone().in_time_zone(Some(TimeZone::UTC)).recurring(rule, at(0)).unwrap();
            meeting.edit(user(HOST), MeetingEdit { schedule: Some(schedule), ..MeetingEdit::default() }, at(0)).unwrap();
            meeting.mark_stored(2);
        }
        let mut once = rule.is_none();
        for (step, ticks) in steps {
            let before = meeting.clone();
            let (stores, moves) = (matches!(step, Step::StoreAndLoad), matches!(step, Step::Recur(..)));
            if take(&mut meeting, step, at(ticks * tick)) {
                prop_assert_eq!(&meeting, &before, "what is refused changes nothing");
            }
            prop_assert!(meeting.present() <= usize::try_from(places).unwrap());
            prop_assert!(meeting.updated_at() >= before.updated_at());
            let mut who: Vec<_> = meeting.participants().iter().map(Participant::user_id).collect();
            who.sort_unstable();
            who.dedup();
            prop_assert_eq!(who.len(), meeting.participants().len());
            for p in meeting.participants() {
                prop_assert!(p.left_at().is_none_or(|left| left >= p.joined_at()));
                prop_assert!(!p.is_present() || p.standing() == Standing::Welcome, "who was sent out is out");
                prop_assert!(p.role() == ParticipantRole::Host || p.user_id() != user(HOST), "the creator is host");
                prop_assert!(p.role() == ParticipantRole::Participant || !p.is_guest());
                prop_assert!(p.role() == ParticipantRole::Participant || p.standing() == Standing::Welcome);
                let waits = meeting.waiting().iter().any(|waiting| waiting.user_id() == p.user_id());
                prop_assert!(!(waits && p.is_present()), "nobody is in and waits");
                prop_assert!(!(waits && p.standing() == Standing::Banned));
            }
            once &= meeting.schedule().series().is_none();
            let series = meeting.schedule().series().filter(|_| meeting.status().ended_at().is_none());
            if let Some(series) = series {
                let start = meeting.schedule().start().unwrap();
                prop_assert_eq!(series.next(start), Some(start), "what is planned takes place");
                let forward = meeting.schedule().start() >= before.schedule().start();
                prop_assert!(moves || forward, "unless it is moved, a series goes forward");
            }
            match meeting.status() {
                MeetingStatus::Scheduled => {
                    prop_assert_eq!(meeting.present(), 0, "nobody is in what does not take place");
                    prop_assert!(meeting.participants().is_empty() || !once);
                    prop_assert!(!meeting.is_locked() || before.is_locked() || before.status() == meeting.status());
                }
                MeetingStatus::Live { started_at } => {
                    let mut present = meeting.participants().iter().filter(|p| p.is_present());
                    prop_assert!(present.all(|p| p.joined_at() >= started_at), "no stay is from another time");
                }
                MeetingStatus::Ended { .. } | MeetingStatus::Cancelled { .. } => {
                    prop_assert_eq!((meeting.present(), meeting.waiting().len()), (0, 0));
                }
            }
            if before.status().ended_at().is_some() && !stores {
                prop_assert_eq!(&meeting, &before, "what is over stays as it is");
            }
            let stated = |name| meeting.pending_events().iter().filter(|e| e.name() == name).count();
            prop_assert!(stated("meeting.started") <= 1 + stated("meeting.ended"));
        }
    }
}
