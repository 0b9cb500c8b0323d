//! The contract of `MeetingRepository`.

use application_meeting::{ChangeMeetingError, InsertMeetingError, MeetingRepository};
use application_shared::PortError;
use domain_meeting::{
    Attendee, HostLeaves, Joining, LobbyMode, Meeting, MeetingEdit, MeetingError, MeetingRef, MeetingSettings,
    MeetingStatus, ParticipantPermissions, PasscodeHash, PasscodeOffer, Standing,
};
use infrastructure_postgres::PgMeetingRepository;
use open_meeting_tests::TestDatabase;

use super::{at, code, meeting, meeting_id, name, outbox, user_id};

async fn repository() -> (TestDatabase, PgMeetingRepository) {
    let database = TestDatabase::new().await;
    let repository = PgMeetingRepository::new(database.pool());
    (database, repository)
}

async fn join(meetings: &PgMeetingRepository, n: u128, who: u128, seconds: i64) -> Meeting {
    let meeting = MeetingRef::Id(meeting_id(n));
    let display_name = name(&format!("User {who}"));
    meetings
        .change(&meeting, &mut |m| m.join(Joining::account(user_id(who), display_name.clone()), at(seconds)).map(drop))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_meeting_comes_back_as_it_was_stored_with_its_event() {
    let (database, meetings) = repository().await;
    let mut stored = meeting(1, at(0));
    meetings.insert(&mut stored).await.unwrap();
    assert_eq!((stored.version(), stored.pending_events().len()), (1, 0));
    for reference in [MeetingRef::Id(meeting_id(1)), MeetingRef::Code(code(1))] {
        assert_eq!(meetings.find(&reference).await.unwrap().as_ref(), Some(&stored));
    }
    for reference in [MeetingRef::Id(meeting_id(2)), MeetingRef::Code(code(2))] {
        assert_eq!(meetings.find(&reference).await.unwrap(), None);
        let changed = meetings.change(&reference, &mut |_| Ok(())).await;
        assert!(matches!(changed, Err(ChangeMeetingError::NotFound)), "{changed:?}");
    }
    assert_eq!(outbox(&database).await, ["meeting.created"]);
    let payload = database.query("SELECT payload->>'event', payload->>'code', aggregate_id::text FROM outbox").await;
    let told: (String, String, String) = (payload[0].get(0), payload[0].get(1), payload[0].get(2));
    assert_eq!(told, ("meeting.created".into(), code(1).to_string(), meeting_id(1).to_string()));
}

#[tokio::test]
async fn a_code_is_given_once() {
    let (database, meetings) = repository().await;
    meetings.insert(&mut meeting(1, at(0))).await.unwrap();
    let mut other = meeting(1, at(0)).to_snapshot();
    other.id = meeting_id(2);
    let taken = meetings.insert(&mut Meeting::from_snapshot(other).unwrap()).await;
    assert!(matches!(taken, Err(InsertMeetingError::CodeTaken)), "{taken:?}");
    let mut other = meeting(2, at(0)).to_snapshot();
    other.id = meeting_id(1);
    let taken = meetings.insert(&mut Meeting::from_snapshot(other).unwrap()).await;
    assert!(matches!(taken, Err(InsertMeetingError::Port(PortError::Conflict))), "{taken:?}");
    assert_eq!(outbox(&database).await, ["meeting.created"]);
}

#[tokio::test]
async fn a_meeting_with_participants_can_be_stored_at_once() {
    let (database, meetings) = repository().await;
    let mut stored = meeting(1, at(0));
    stored.join(Joining::account(user_id(2), name("Bob")), at(1)).unwrap();
    stored.join(Joining::account(user_id(1), name("Ada")), at(2)).unwrap();
    meetings.insert(&mut stored).await.unwrap();
    assert_eq!(meetings.find(&meeting_id(1).into()).await.unwrap().as_ref(), Some(&stored));
    assert_eq!(
        outbox(&database).await,
        ["meeting.created", "meeting.started", "meeting.participant-joined", "meeting.participant-joined"]
    );
}

#[tokio::test]
async fn every_change_is_stored_with_its_events_in_order() {
    let (database, meetings) = repository().await;
    let reference = MeetingRef::Code(code(1));
    meetings.insert(&mut meeting(1, at(0))).await.unwrap();
    join(&meetings, 1, 7, 1).await;
    join(&meetings, 1, 1, 2).await;
    meetings
        .change(&reference, &mut |m| {
            m.leave(user_id(7), at(3));
            Ok(())
        })
        .await
        .unwrap();
    let back = join(&meetings, 1, 7, 4).await;
    assert_eq!((back.version(), back.pending_events().len()), (5, 0));
    assert_eq!(meetings.find(&reference).await.unwrap().as_ref(), Some(&back));
    assert_eq!(back.participants().iter().map(|p| p.user_id()).collect::<Vec<_>>(), [user_id(7), user_id(1)]);

    let ended = meetings.change(&reference, &mut |m| m.end(user_id(1), at(5))).await.unwrap();
    assert_eq!(ended.status(), MeetingStatus::Ended { started_at: Some(at(1)), at: at(5) });
    assert_eq!(meetings.find(&reference).await.unwrap(), Some(ended));
    assert_eq!(
        outbox(&database).await,
        [
            "meeting.created",
            "meeting.started",
            "meeting.participant-joined",
            "meeting.participant-joined",
            "meeting.participant-left",
            "meeting.participant-joined",
            "meeting.ended",
        ]
    );
    let mut cancelled = meeting(2, at(0));
    cancelled.cancel(user_id(1), at(9)).unwrap();
    meetings.insert(&mut cancelled).await.unwrap();
    assert_eq!(meetings.find(&meeting_id(2).into()).await.unwrap(), Some(cancelled));
}

#[tokio::test]
async fn what_is_refused_or_changes_nothing_is_not_stored() {
    let (database, meetings) = repository().await;
    let reference = MeetingRef::Id(meeting_id(1));
    let mut stored = meeting(1, at(0));
    meetings.insert(&mut stored).await.unwrap();

    let refused = meetings
        .change(&reference, &mut |m| {
            m.join(Joining::account(user_id(2), name("Bob")), at(1))?;
            m.end(user_id(2), at(2))
        })
        .await;
    assert!(matches!(refused, Err(ChangeMeetingError::Refused(MeetingError::NotHost))), "{refused:?}");
    let unchanged = meetings.change(&reference, &mut |_| Ok(())).await.unwrap();
    assert_eq!(unchanged, stored);
    assert_eq!(meetings.find(&reference).await.unwrap(), Some(stored));
    assert_eq!(outbox(&database).await, ["meeting.created"]);
}

#[tokio::test]
async fn events_are_there_only_when_the_rows_are() {
    let (database, meetings) = repository().await;
    meetings.insert(&mut meeting(1, at(0))).await.unwrap();
    // The outbox refuses, so nothing of the change may stay.
    database.execute("ALTER TABLE outbox ADD CONSTRAINT refuse CHECK (name <> 'meeting.participant-joined')").await;
    let failed = meetings
        .change(&meeting_id(1).into(), &mut |m| m.join(Joining::account(user_id(2), name("Bob")), at(1)).map(drop))
        .await;
    assert!(matches!(failed, Err(ChangeMeetingError::Port(PortError::Unavailable(_)))), "{failed:?}");
    let found = meetings.find(&meeting_id(1).into()).await.unwrap().unwrap();
    assert_eq!((found.version(), found.participants().len()), (1, 0));
    assert_eq!(outbox(&database).await, ["meeting.created"]);

    // And the other way round: the rows refuse, so nothing is stated.
    database
        .execute(
            "ALTER TABLE outbox DROP CONSTRAINT refuse;
             ALTER TABLE participants ADD CONSTRAINT refuse CHECK (display_name <> 'Bob')",
        )
        .await;
    let failed = meetings
        .change(&meeting_id(1).into(), &mut |m| m.join(Joining::account(user_id(2), name("Bob")), at(1)).map(drop))
        .await;
    assert!(matches!(failed, Err(ChangeMeetingError::Port(PortError::Unavailable(_)))), "{failed:?}");
    assert_eq!(outbox(&database).await, ["meeting.created"]);
    assert_eq!(join(&meetings, 1, 3, 2).await.version(), 2, "the connection is fit for the next one");
}

#[tokio::test]
async fn a_writer_that_does_not_take_the_lock_is_noticed() {
    let (database, meetings) = repository().await;
    meetings.insert(&mut meeting(1, at(0))).await.unwrap();
    // Whatever is written gets another version than the one that was read.
    database
        .execute(
            "CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
             CREATE TRIGGER skip BEFORE UPDATE ON meetings FOR EACH ROW EXECUTE FUNCTION skip()",
        )
        .await;
    let conflict = meetings
        .change(&meeting_id(1).into(), &mut |m| m.join(Joining::account(user_id(2), name("Bob")), at(1)).map(drop))
        .await;
    assert!(matches!(conflict, Err(ChangeMeetingError::Port(PortError::Conflict))), "{conflict:?}");
    assert_eq!(outbox(&database).await, ["meeting.created"]);
}

#[tokio::test]
async fn what_makes_no_sense_is_corrupt() {
    let (database, meetings) = repository().await;
    let mut stored = meeting(1, at(0));
    stored.join(Joining::account(user_id(2), name("Bob")), at(1)).unwrap();
    meetings.insert(&mut stored).await.unwrap();
    for (spoil, repair) in [
        ("UPDATE meetings SET title = E'a\\nb'", "UPDATE meetings SET title = 'a'"),
        ("UPDATE meetings SET status = 'asleep'", "UPDATE meetings SET status = 'live'"),
        ("UPDATE meetings SET ended_at = now()", "UPDATE meetings SET ended_at = NULL"),
        ("UPDATE meetings SET max_participants = 70000", "UPDATE meetings SET max_participants = 10"),
        (
            "ALTER TABLE participants DROP CONSTRAINT participants_role_known; UPDATE participants SET role = 'king'",
            "UPDATE participants SET role = 'participant'",
        ),
    ] {
        database.execute(spoil).await;
        let found = meetings.find(&meeting_id(1).into()).await;
        assert!(matches!(found, Err(PortError::Corrupt { .. })), "{spoil}: {found:?}");
        let changed = meetings.change(&meeting_id(1).into(), &mut |_| Ok(())).await;
        assert!(matches!(changed, Err(ChangeMeetingError::Port(PortError::Corrupt { .. }))), "{spoil}: {changed:?}");
        database.execute(repair).await;
        assert!(meetings.find(&meeting_id(1).into()).await.unwrap().is_some(), "it was that and nothing else: {spoil}");
    }
}

#[tokio::test]
async fn settings_lobby_and_standing_come_back_as_they_were_stored() {
    let (database, meetings) = repository().await;
    meetings.insert(&mut meeting(1, at(0))).await.unwrap();
    let reference = MeetingRef::Id(meeting_id(1));
    let settings = MeetingSettings {
        lobby: LobbyMode::Guests,
        guests_allowed: true,
        mute_on_entry: true,
        permissions: ParticipantPermissions { share_screen: false, chat: false, unmute: false, record: true },
        host_leaves: HostLeaves::End,
    };
    let passcode_hash = PasscodeHash::parse("$hash");
    let edit = MeetingEdit { settings: Some(settings), passcode_hash: Some(passcode_hash), ..MeetingEdit::default() };
    meetings.change(&reference, &mut |m| m.edit(user_id(1), edit.clone(), at(1)).map(drop)).await.unwrap();
    let come = |attendee| Joining { attendee, display_name: name("Kim"), passcode: PasscodeOffer::Matches };
    for (nth, attendee) in [Attendee::account(user_id(2)), Attendee::guest(user_id(3)), Attendee::guest(user_id(4))]
        .into_iter()
        .enumerate()
    {
        let seconds = 2 + nth as i64;
        meetings.change(&reference, &mut |m| m.join(come(attendee), at(seconds)).map(drop)).await.unwrap();
    }
    meetings.change(&reference, &mut |m| m.admit(user_id(1), user_id(3), at(5)).map(drop)).await.unwrap();
    meetings.change(&reference, &mut |m| m.join(come(Attendee::guest(user_id(3))), at(6)).map(drop)).await.unwrap();
    meetings.change(&reference, &mut |m| m.remove(user_id(1), user_id(2), true, at(7)).map(drop)).await.unwrap();
    let stored = meetings.change(&reference, &mut |m| m.lock(user_id(1), true, at(8)).map(drop)).await.unwrap();
    let found = meetings.find(&reference).await.unwrap().unwrap();
    assert_eq!(found, stored);
    assert_eq!((found.settings(), found.is_locked(), found.waiting().len()), (settings, true, 1));
    assert_eq!(found.passcode_hash().map(PasscodeHash::as_str), Some("$hash"));
    assert!(found.participant(user_id(3)).unwrap().is_guest());
    assert_eq!(found.participant(user_id(2)).unwrap().standing(), Standing::Banned);
    let stays = "SELECT count(*) FROM stays";
    assert_eq!(database.count(stays).await, 2);
}

#[tokio::test]
async fn every_stay_is_kept() {
    let (database, meetings) = repository().await;
    meetings.insert(&mut meeting(1, at(0))).await.unwrap();
    for seconds in [1, 5] {
        join(&meetings, 1, 2, seconds).await;
        let leave = &mut |m: &mut Meeting| {
            m.leave(user_id(2), at(seconds + 2));
            Ok(())
        };
        meetings.change(&meeting_id(1).into(), leave).await.unwrap();
    }
    join(&meetings, 1, 2, 9).await;
    join(&meetings, 1, 3, 9).await;
    let kept = database
        .query(
            "SELECT extract(epoch FROM joined_at - min(joined_at) OVER ())::int, \
             extract(epoch FROM left_at - joined_at)::int FROM stays ORDER BY joined_at, user_id",
        )
        .await;
    let kept: Vec<(i32, Option<i32>)> = kept.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(kept, [(0, Some(2)), (4, Some(2)), (8, None), (8, None)]);
}
