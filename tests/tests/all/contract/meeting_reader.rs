//! The contract of `MeetingReader`.

use application_meeting::{
    InvitationRepository, ListedRole, MeetingCursor, MeetingFilter, MeetingReader, MeetingRepository, MeetingView,
    ParticipantView,
};
use application_shared::PortError;
use application_user::UserRepository;
use domain_meeting::{
    Invitation, InvitationAnswer, InvitationTokenHash, Invitee, Joining, MeetingDescription, MeetingEdit, MeetingRef,
    MeetingStatusKind, MeetingTitle, NewInvitation, ParticipantRole,
};
use domain_shared::{Email, InvitationId, PageLimit, UserId};
use infrastructure_postgres::{PgInvitationRepository, PgMeetingReader, PgMeetingRepository, PgUserRepository};
use open_meeting_tests::TestDatabase;
use uuid::Uuid;

use super::{at, code, meeting, meeting_id, meeting_of, name, user, user_id};

async fn ports() -> (TestDatabase, PgMeetingRepository, PgMeetingReader) {
    let database = TestDatabase::new().await;
    let pool = database.pool();
    (database, PgMeetingRepository::new(pool.clone()), PgMeetingReader::new(pool))
}

/// The numbers of all meetings that `user` is shown, page by page of `limit`; checks that pages are full.
async fn all(reader: &PgMeetingReader, user: UserId, filter: MeetingFilter, limit: i64) -> Vec<u128> {
    let (mut numbers, mut after) = (Vec::new(), None);
    loop {
        let page = reader.list(user, filter.clone(), after, PageLimit::parse(limit).unwrap()).await.unwrap();
        numbers.extend(page.items.iter().map(|view| view.id.as_uuid().as_u128()));
        match page.next {
            None => return numbers,
            Some(cursor) => {
                assert_eq!(page.items.len(), usize::try_from(limit).unwrap(), "only the last page may be short");
                after = Some(cursor);
            }
        }
    }
}

#[tokio::test]
async fn a_meeting_is_shown_as_it_was_stored() {
    let (_database, meetings, reader) = ports().await;
    let mut stored = meeting(1, at(0));
    stored.join(Joining::account(user_id(2), name("Bob")), at(1)).unwrap();
    meetings.insert(&mut stored).await.unwrap();
    for reference in [MeetingRef::Id(meeting_id(1)), MeetingRef::Code(code(1))] {
        assert_eq!(reader.read(&reference).await.unwrap(), Some(MeetingView::from(&stored)));
    }
    for reference in [MeetingRef::Id(meeting_id(2)), MeetingRef::Code(code(2))] {
        assert_eq!(reader.read(&reference).await.unwrap(), None);
        assert_eq!(reader.participants(&reference).await.unwrap(), None);
    }
}

#[tokio::test]
async fn participants_are_shown_those_present_first() {
    let (_database, meetings, reader) = ports().await;
    let mut stored = meeting(1, at(0));
    meetings.insert(&mut stored).await.unwrap();
    assert_eq!(reader.participants(&meeting_id(1).into()).await.unwrap(), Some(vec![]), "nobody yet");

    let mut second = meeting(2, at(0));
    for n in [4, 3, 2] {
        second.join(Joining::account(user_id(n), name("Somebody")), at(1)).unwrap();
    }
    second.leave(user_id(4), at(2));
    meetings.insert(&mut second).await.unwrap();
    for reference in [MeetingRef::Id(meeting_id(2)), MeetingRef::Code(code(2))] {
        let shown = reader.participants(&reference).await.unwrap().unwrap();
        let expected: Vec<_> = [3, 2, 4].map(|n| ParticipantView::from(second.participant(user_id(n)).unwrap())).into();
        assert_eq!(shown, expected);
    }
}

#[tokio::test]
async fn a_user_sees_what_they_created_and_what_they_joined_newest_first() {
    let (_database, meetings, reader) = ports().await;
    // 1..=9, of which the odd ones belong to user 1; user 1 also joined 2 and their own 3, and left 4 again. Meetings
    // 5, 6 and 7 were created in the same instant.
    for n in 1..=9_u128 {
        let created = at(if (5..=7).contains(&n) { 5 } else { i64::try_from(n).unwrap() });
        let mut stored = meeting_of(n, user_id(if n % 2 == 1 { 1 } else { 2 }), 10, created);
        if matches!(n, 2..=4) {
            stored.join(Joining::account(user_id(1), name("Ada")), at(20)).unwrap();
        }
        if n == 4 {
            stored.leave(user_id(1), at(21));
        }
        meetings.insert(&mut stored).await.unwrap();
    }
    for limit in [1, 2, 3, 7, 100] {
        let everything = MeetingFilter::default;
        assert_eq!(all(&reader, user_id(1), everything(), limit).await, [9, 7, 5, 4, 3, 2, 1], "pages of {limit}");
        assert_eq!(all(&reader, user_id(2), everything(), limit).await, [8, 6, 4, 2]);
        assert_eq!(all(&reader, user_id(3), everything(), limit).await, []);
        let live = MeetingFilter { status: Some(MeetingStatusKind::Live), ..MeetingFilter::default() };
        assert_eq!(all(&reader, user_id(1), live, limit).await, [4, 3, 2]);
        let scheduled = MeetingFilter { status: Some(MeetingStatusKind::Scheduled), ..MeetingFilter::default() };
        assert_eq!(all(&reader, user_id(1), scheduled, limit).await, [9, 7, 5, 1]);
    }
}

fn as_(role: ListedRole) -> MeetingFilter {
    MeetingFilter { role: Some(role), ..MeetingFilter::default() }
}

fn search(text: &str) -> MeetingFilter {
    MeetingFilter { search: Some(text.to_owned()), ..MeetingFilter::default() }
}

/// An invitation of somebody to a meeting.
async fn invite(database: &TestDatabase, n: u128, meeting: u128, invitee: Invitee) -> Invitation {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(&n.to_be_bytes());
    let mut new = [Invitation::create(
        NewInvitation {
            id: InvitationId::from_uuid(Uuid::from_u128(n)),
            meeting_id: meeting_id(meeting),
            meeting_version: 1,
            invitee,
            token_hash: InvitationTokenHash::from_bytes(bytes),
            invited_by: user_id(9),
        },
        at(0),
    )];
    PgInvitationRepository::new(database.pool()).insert(&mut new).await.unwrap();
    let [stored] = new;
    stored
}

#[tokio::test]
async fn a_user_sees_what_they_are_invited_to_unless_they_declined_or_it_was_taken_back() {
    let (database, meetings, reader) = ports().await;
    let invitations = PgInvitationRepository::new(database.pool());
    let mut ann = user(1, "ann", "ann@example.org");
    PgUserRepository::new(database.pool()).insert(&mut ann).await.unwrap();
    for n in 1..=7 {
        let mut stored = meeting_of(n, user_id(9), 10, at(i64::try_from(n).unwrap()));
        if n == 2 {
            stored.join(Joining::account(user_id(1), name("Ann")), at(20)).unwrap();
        }
        meetings.insert(&mut stored).await.unwrap();
    }
    let address = || Invitee::Address { email: Email::parse("ann@example.org").unwrap(), user_id: None };
    let me = || Invitee::User(user_id(1));
    let mut accepted = invite(&database, 1, 1, me()).await;
    accepted.answer(InvitationAnswer::Accepted, at(30)).unwrap();
    invite(&database, 2, 2, me()).await;
    let mut declined = invite(&database, 3, 3, me()).await;
    declined.answer(InvitationAnswer::Declined, at(30)).unwrap();
    let mut revoked = invite(&database, 4, 4, me()).await;
    revoked.revoke(at(30));
    for changed in [&mut accepted, &mut declined, &mut revoked] {
        invitations.update(changed).await.unwrap();
    }
    invite(&database, 5, 5, address()).await;
    invite(&database, 6, 6, Invitee::User(user_id(2))).await;
    // Both of the same meeting.
    invite(&database, 7, 7, me()).await;
    invite(&database, 8, 7, address()).await;

    for limit in [1, 2, 100] {
        assert_eq!(all(&reader, user_id(1), MeetingFilter::default(), limit).await, [7, 2, 1], "not proved yet");
        assert_eq!(all(&reader, user_id(1), as_(ListedRole::Invited), limit).await, [7, 2, 1]);
        assert_eq!(all(&reader, user_id(1), as_(ListedRole::Participant), limit).await, [2]);
        assert_eq!(all(&reader, user_id(1), as_(ListedRole::Host), limit).await, []);
    }
    database.execute("UPDATE users SET email_verified_at = now()").await;
    for limit in [1, 2, 100] {
        assert_eq!(all(&reader, user_id(1), MeetingFilter::default(), limit).await, [7, 5, 2, 1]);
        assert_eq!(all(&reader, user_id(1), as_(ListedRole::Invited), limit).await, [7, 5, 2, 1]);
    }
    let found = MeetingFilter { status: Some(MeetingStatusKind::Live), ..search("wöch") };
    assert_eq!(all(&reader, user_id(1), found, 1).await, [2], "filters go together");
    assert_eq!(all(&reader, user_id(2), MeetingFilter::default(), 5).await, [6]);
}

#[tokio::test]
async fn who_is_host_of_a_meeting_does_not_only_take_part() {
    let (_database, meetings, reader) = ports().await;
    for n in 1..=4 {
        let mut stored = meeting_of(n, user_id(if n == 1 { 1 } else { 9 }), 10, at(i64::try_from(n).unwrap()));
        stored.join(Joining::account(user_id(9), name("Bob")), at(20)).unwrap();
        if n != 4 {
            stored.join(Joining::account(user_id(1), name("Ann")), at(20)).unwrap();
        }
        if n == 3 {
            stored.set_role(user_id(9), user_id(1), ParticipantRole::Host, at(21)).unwrap();
        }
        meetings.insert(&mut stored).await.unwrap();
    }
    assert_eq!(all(&reader, user_id(1), as_(ListedRole::Host), 1).await, [3, 1]);
    assert_eq!(all(&reader, user_id(1), as_(ListedRole::Participant), 1).await, [2]);
    assert_eq!(all(&reader, user_id(9), as_(ListedRole::Host), 2).await, [4, 3, 2]);
    assert_eq!(all(&reader, user_id(9), as_(ListedRole::Participant), 2).await, [1]);
}

#[tokio::test]
async fn words_their_beginnings_and_parts_of_chinese_are_found_in_title_and_description() {
    let (_database, meetings, reader) = ports().await;
    let texts = [
        ("Weekly planning", "Budget of Q3/Q4, don't be late: https://wiki.example.org/agenda_2030"),
        ("每周项目会议", "讨论预算"),
        ("Совещание ПЛАНЁРКА", "Über Ärzte"),
        ("Q3会议 with (quotes) ' \" \\ & | ! :*", ""),
    ];
    for (n, (title, description)) in (1..).zip(texts) {
        let mut stored = meeting_of(n, user_id(1), 10, at(0));
        let edit = MeetingEdit {
            title: Some(MeetingTitle::parse(title).unwrap()),
            description: Some(MeetingDescription::parse(description).unwrap()),
            ..MeetingEdit::default()
        };
        stored.edit(user_id(1), edit, at(1)).unwrap();
        meetings.insert(&mut stored).await.unwrap();
    }
    for (wanted, found) in [
        ("weekly", &[1][..]),
        ("PLAN week", &[1]),
        ("lanning", &[]),
        ("planning tomorrow", &[]),
        ("budget q4", &[1]),
        ("don't", &[1]),
        ("wiki.example", &[1]),
        ("agenda_20", &[1]),
        ("项目", &[2]),
        ("目会", &[2]),
        ("目项", &[]),
        ("会议 预算", &[2]),
        ("会议", &[4, 2]),
        ("q3", &[4, 1]),
        ("Q3会", &[4]),
        ("планёр", &[3]),
        ("über äRZ", &[3]),
        ("quotes' & (", &[4]),
        ("!!!", &[]),
        ("' OR 1=1 --", &[]),
        ("\\", &[]),
    ] {
        let shown = all(&reader, user_id(1), search(wanted), 100).await;
        assert_eq!(shown, found, "{wanted}");
        assert_eq!(all(&reader, user_id(2), search(wanted), 100).await, [], "they are not theirs");
    }
}

#[tokio::test]
async fn nothing_is_skipped_or_told_twice_when_meetings_are_added() {
    let (_database, meetings, reader) = ports().await;
    for n in 1..=6 {
        meetings.insert(&mut meeting(n, at(i64::try_from(n).unwrap()))).await.unwrap();
    }
    let limit = PageLimit::parse(3).unwrap();
    let first = reader.list(user_id(1), MeetingFilter::default(), None, limit).await.unwrap();
    meetings.insert(&mut meeting(7, at(7))).await.unwrap();
    let second = reader.list(user_id(1), MeetingFilter::default(), first.next, limit).await.unwrap();
    let numbers: Vec<_> = first.items.iter().chain(&second.items).map(|v| v.id.as_uuid().as_u128()).collect();
    assert_eq!(numbers, [6, 5, 4, 3, 2, 1]);
    assert_eq!(first.next, Some(MeetingCursor { created_at: at(4), id: meeting_id(4) }));
    assert_eq!(second.next, None, "the end is known without another question");
}

#[tokio::test]
async fn what_makes_no_sense_is_corrupt() {
    let (database, meetings, reader) = ports().await;
    let mut stored = meeting(1, at(0));
    stored.join(Joining::account(user_id(1), name("Ada")), at(1)).unwrap();
    meetings.insert(&mut stored).await.unwrap();
    database
        .execute(
            "UPDATE meetings SET status = 'asleep';
             ALTER TABLE participants DROP CONSTRAINT participants_role_known; UPDATE participants SET role = 'king'",
        )
        .await;
    let reference = MeetingRef::Id(meeting_id(1));
    assert!(matches!(reader.read(&reference).await, Err(PortError::Corrupt { .. })));
    assert!(matches!(reader.participants(&reference).await, Err(PortError::Corrupt { .. })));
    let listed = reader.list(user_id(1), MeetingFilter::default(), None, PageLimit::DEFAULT).await;
    assert!(matches!(listed, Err(PortError::Corrupt { .. })));
}
