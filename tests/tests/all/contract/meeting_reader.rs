//! The contract of `MeetingReader`.

use application_meeting::{
    MeetingCursor, MeetingFilter, MeetingReader, MeetingRepository, MeetingView, ParticipantView,
};
use application_shared::PortError;
use domain_meeting::{Joining, MeetingRef, MeetingStatusKind};
use domain_shared::{PageLimit, UserId};
use infrastructure_postgres::{PgMeetingReader, PgMeetingRepository};
use open_meeting_tests::TestDatabase;

use super::{at, code, meeting, meeting_id, meeting_of, name, user_id};

async fn ports() -> (TestDatabase, PgMeetingRepository, PgMeetingReader) {
    let database = TestDatabase::new().await;
    let pool = database.pool();
    (database, PgMeetingRepository::new(pool.clone()), PgMeetingReader::new(pool))
}

/// The numbers of all meetings that `user` is shown, page by page of `limit`; checks that pages are full.
async fn all(reader: &PgMeetingReader, user: UserId, filter: MeetingFilter, limit: i64) -> Vec<u128> {
    let (mut numbers, mut after) = (Vec::new(), None);
    loop {
        let page = reader.list(user, filter, after, PageLimit::parse(limit).unwrap()).await.unwrap();
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
        let everything = MeetingFilter::default();
        assert_eq!(all(&reader, user_id(1), everything, limit).await, [9, 7, 5, 4, 3, 2, 1], "pages of {limit}");
        assert_eq!(all(&reader, user_id(2), everything, limit).await, [8, 6, 4, 2]);
        assert_eq!(all(&reader, user_id(3), everything, limit).await, []);
        let live = MeetingFilter { status: Some(MeetingStatusKind::Live) };
        assert_eq!(all(&reader, user_id(1), live, limit).await, [4, 3, 2]);
        let scheduled = MeetingFilter { status: Some(MeetingStatusKind::Scheduled) };
        assert_eq!(all(&reader, user_id(1), scheduled, limit).await, [9, 7, 5, 1]);
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
