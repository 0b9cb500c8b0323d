//! What can be done with an invitation, and what cannot.

use chrono::TimeDelta;
use domain_shared::DomainEvent;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

fn user(n: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(n))
}

fn invitation() -> Invitation {
    let new = NewInvitation {
        id: InvitationId::from_uuid(Uuid::from_u128(7)),
        meeting_id: MeetingId::from_uuid(Uuid::from_u128(8)),
        meeting_version: 3,
        invitee: Invitee::Address { email: Email::parse("Bob@Example.com").unwrap(), user_id: Some(user(2)) },
        token_hash: InvitationTokenHash::from_bytes([9; 32]),
        invited_by: user(1),
    };
    Invitation::create(new, at(0))
}

fn names(invitation: &Invitation) -> Vec<&'static str> {
    invitation.pending_events().iter().map(DomainEvent::name).collect()
}

#[test]
fn it_states_that_it_was_made() {
    let invitation = invitation();
    assert_eq!(
        (invitation.status(), invitation.is_active(), invitation.version()),
        (InvitationStatus::Pending, true, 0)
    );
    assert_eq!(invitation.invitee().email().map(Email::as_str), Some("bob@example.com"));
    assert_eq!((invitation.invitee().user_id(), invitation.invited_by()), (Some(user(2)), user(1)));
    let [event] = invitation.pending_events() else { panic!("one event") };
    assert_eq!((event.name(), event.aggregate_id()), ("meeting.invitation-created", invitation.id().as_uuid()));
    assert_eq!(event.occurred_at(), at(0));
    let written = serde_json::to_value(event).unwrap();
    assert_eq!(written["event"], "meeting.invitation-created");
    assert!(!written.to_string().contains("example.com"), "no address in an event");
}

#[test]
fn the_answer_is_given_once_and_the_same_answer_is_none() {
    use InvitationAnswer::{Accepted, Declined};
    for (answer, other, kind, active) in [
        (Accepted, Declined, InvitationStatusKind::Accepted, true),
        (Declined, Accepted, InvitationStatusKind::Declined, false),
    ] {
        let mut invitation = invitation();
        assert_eq!(invitation.answer(answer, at(5)), Ok(true));
        assert_eq!(invitation.answer(answer, at(6)), Ok(false));
        assert_eq!(invitation.answer(other, at(7)), Err(InvitationError::Answered));
        assert_eq!(invitation.status(), InvitationStatus::Answered { answer, at: at(5) });
        assert_eq!((invitation.status().kind(), invitation.is_active()), (kind, active));
        assert_eq!(names(&invitation), ["meeting.invitation-created", "meeting.invitation-answered"]);
        let written = serde_json::to_value(&invitation.pending_events()[1]).unwrap();
        assert_eq!(written["answer"], answer.as_str());
    }
}

#[test]
fn what_was_taken_back_cannot_be_answered() {
    let mut invitation = invitation();
    assert!(invitation.revoke(at(1)));
    assert!(!invitation.revoke(at(2)));
    assert_eq!(invitation.answer(InvitationAnswer::Accepted, at(3)), Err(InvitationError::Revoked));
    assert_eq!(invitation.status(), InvitationStatus::Revoked { answered: None, at: at(1) });
    assert_eq!(names(&invitation), ["meeting.invitation-created", "meeting.invitation-revoked"]);
}

#[test]
fn whoever_had_declined_is_not_told_that_it_was_taken_back() {
    let mut declined = invitation();
    declined.answer(InvitationAnswer::Declined, at(1)).unwrap();
    assert!(declined.revoke(at(2)));
    assert_eq!(names(&declined).len(), 2);
    assert_eq!(declined.status().answered(), Some((InvitationAnswer::Declined, at(1))), "the answer is kept");
    let mut accepted = invitation();
    accepted.answer(InvitationAnswer::Accepted, at(1)).unwrap();
    assert!(accepted.revoke(at(2)));
    assert_eq!(names(&accepted).len(), 3);
}

#[test]
fn each_version_of_the_meeting_is_told_once_to_those_who_may_come() {
    let mut invitation = invitation();
    assert!(!invitation.meeting_changed(3, at(1)), "it was told with the invitation");
    assert!(invitation.meeting_changed(5, at(1)));
    assert!(!invitation.meeting_changed(5, at(2)) && !invitation.meeting_changed(4, at(2)));
    assert!(invitation.meeting_cancelled(6, at(3)));
    assert!(!invitation.meeting_cancelled(6, at(4)));
    assert_eq!(names(&invitation)[1..], ["meeting.invitation-changed", "meeting.invitation-cancelled"]);
    for end in [
        |invitation: &mut Invitation| invitation.answer(InvitationAnswer::Declined, at(1)).unwrap(),
        |invitation: &mut Invitation| invitation.revoke(at(1)),
    ] {
        let mut invitation = self::invitation();
        end(&mut invitation);
        assert!(!invitation.meeting_changed(9, at(2)) && !invitation.meeting_cancelled(9, at(2)));
    }
}

#[test]
fn times_are_never_before_it_was_made() {
    let mut invitation = invitation();
    invitation.answer(InvitationAnswer::Accepted, at(-5)).unwrap();
    assert_eq!(invitation.status().answered(), Some((InvitationAnswer::Accepted, at(0))));
    let parts = at(1) + TimeDelta::nanoseconds(1_999);
    invitation.revoke(parts);
    let InvitationStatus::Revoked { at: told, .. } = invitation.status() else { panic!("revoked") };
    assert_eq!(told, at(1) + TimeDelta::microseconds(1));
}

#[test]
fn what_is_stored_comes_back_or_is_corrupt() {
    let mut stored = invitation();
    stored.answer(InvitationAnswer::Accepted, at(5)).unwrap();
    stored.mark_stored(4);
    assert_eq!(Invitation::from_snapshot(stored.to_snapshot()).as_ref(), Ok(&stored));
    let by_name = InvitationSnapshot { email: None, ..stored.to_snapshot() };
    let by_name = Invitation::from_snapshot(by_name).unwrap();
    assert_eq!((by_name.invitee(), by_name.invitee().email()), (&Invitee::User(user(2)), None));
    let nobody = InvitationSnapshot { email: None, user_id: None, ..stored.to_snapshot() };
    assert_eq!(Invitation::from_snapshot(nobody), Err(CorruptInvitation::Nobody));
    let nonsense = InvitationSnapshot { email: Some("nobody".to_owned()), ..stored.to_snapshot() };
    assert!(matches!(Invitation::from_snapshot(nonsense), Err(CorruptInvitation::Email(_))));
}

#[test]
fn names_of_states_go_both_ways() {
    for kind in InvitationStatusKind::ALL {
        assert_eq!(kind.as_str().parse(), Ok(kind));
    }
    assert_eq!("Pending".parse::<InvitationStatusKind>(), Err(UnknownInvitationStatus));
}

#[derive(Debug, Clone, Copy)]
enum Command {
    Answer(InvitationAnswer),
    Revoke,
    Changed(i64),
    Cancelled(i64),
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        Just(Command::Answer(InvitationAnswer::Accepted)),
        Just(Command::Answer(InvitationAnswer::Declined)),
        Just(Command::Revoke),
        (0..20_i64).prop_map(Command::Changed),
        (0..20_i64).prop_map(Command::Cancelled),
    ]
}

proptest! {
    /// However often what is done, the first answer stays, nothing follows the end, and each fact is stated once.
    #[test]
    fn no_sequence_of_commands_breaks_the_rules(commands in prop::collection::vec(command(), 0..30)) {
        let mut invitation = invitation();
        let mut first_answer = None;
        for (nth, command) in (1..).zip(commands) {
            let (before, stated) = (invitation.clone(), invitation.pending_events().len());
            let news = match command {
                Command::Answer(answer) => {
                    let outcome = invitation.answer(answer, at(nth));
                    if outcome == Ok(true) {
                        prop_assert_eq!(first_answer.replace(answer), None);
                    }
                    outcome.unwrap_or(false)
                }
                Command::Revoke => invitation.revoke(at(nth)),
                Command::Changed(version) => invitation.meeting_changed(version, at(nth)),
                Command::Cancelled(version) => invitation.meeting_cancelled(version, at(nth)),
            };
            prop_assert_eq!(news, invitation != before, "it says whether anything has changed");
            prop_assert_eq!(invitation.status().answered().map(|(answer, _)| answer), first_answer);
            let revoked = |invitation: &Invitation| invitation.status().kind() == InvitationStatusKind::Revoked;
            prop_assert!(!revoked(&before) || revoked(&invitation));
            let states = invitation.pending_events().len() - stated;
            prop_assert!(states <= 1);
            prop_assert!(states == 0 || before.is_active(), "nobody is told who does not come");
        }
        let mut names = names(&invitation);
        names.retain(|name| !name.ends_with("-changed") && !name.ends_with("-cancelled"));
        let count = names.len();
        names.dedup();
        prop_assert_eq!(names.len(), count);
    }
}
