//! The contract of `FileRepository`, and of `MeetingMembers`.

use std::sync::Arc;

use application_file::{FileCursor, FileRepository, FileScope, InsertFileError, MeetingMembers as _, MeetingStanding};
use application_meeting::MeetingRepository;
use application_shared::PortError;
use chrono::{DateTime, Utc};
use domain_file::{Checksum, Content, File, FileName, FileState, MediaType, NewFile, Quota};
use domain_meeting::ParticipantRole;
use domain_shared::{FileId, MeetingId, PageLimit, UserId};
use futures::future::join_all;
use infrastructure_postgres::{PgFileRepository, PgMeetingMembers, PgMeetingRepository};
use open_meeting_tests::TestDatabase;
use uuid::Uuid;

use super::{at, meeting, meeting_id, outbox, user_id};

const MUCH: Quota = Quota { bytes: 1_000_000, files: 1_000 };

async fn store() -> (TestDatabase, PgFileRepository) {
    let database = TestDatabase::new().await;
    let files = PgFileRepository::new(database.pool());
    (database, files)
}

fn id(n: u128) -> FileId {
    FileId::from_uuid(Uuid::from_u128(n))
}

fn uploading(n: u128, owner: UserId, meeting: Option<MeetingId>, reserved: u64, begun: DateTime<Utc>) -> File {
    let name = FileName::parse("会议 \"1\".pdf").unwrap();
    File::begin(NewFile { id: id(n), owner_id: owner, meeting_id: meeting, name, reserved }, begun)
}

fn content() -> Content {
    let media_type = MediaType::parse("application/pdf").unwrap();
    Content { size: 70, media_type, checksum: Checksum([0xab; 32]) }
}

async fn insert(files: &PgFileRepository, mut file: File) -> File {
    files.insert(&mut file, MUCH).await.unwrap();
    file
}

/// A file that can be read.
async fn ready(files: &PgFileRepository, n: u128, owner: UserId, meeting: Option<MeetingId>, begun: i64) -> File {
    let mut file = insert(files, uploading(n, owner, meeting, 100, at(begun))).await;
    file.finish(content(), at(begun)).unwrap();
    files.update(&mut file).await.unwrap();
    file
}

#[tokio::test]
async fn a_file_comes_back_as_it_was_stored_through_its_life() {
    let (database, files) = store().await;
    let mut file = insert(&files, uploading(1, user_id(1), Some(meeting_id(2)), 100, at(0))).await;
    assert_eq!((file.version(), files.find(id(1)).await.unwrap()), (1, Some(file.clone())));
    file.finish(content(), at(1)).unwrap();
    files.update(&mut file).await.unwrap();
    assert_eq!((file.version(), files.find(id(1)).await.unwrap()), (2, Some(file.clone())));
    assert!(file.note_object(false, at(2)));
    files.update(&mut file).await.unwrap();
    assert_eq!(files.find(id(1)).await.unwrap(), Some(file.clone()));
    file.delete(user_id(1), at(3)).unwrap();
    files.update(&mut file).await.unwrap();
    assert_eq!(files.find(id(1)).await.unwrap(), Some(file));
    assert_eq!(outbox(&database).await, ["file.uploaded", "file.deleted"]);
    assert_eq!(files.find(id(2)).await.unwrap(), None);
}

#[tokio::test]
async fn of_two_changes_at_once_one_wins() {
    let (database, files) = store().await;
    let mut one = ready(&files, 1, user_id(1), None, 0).await;
    let mut other = one.clone();
    one.note_object(false, at(1));
    files.update(&mut one).await.unwrap();
    other.delete(user_id(1), at(1)).unwrap();
    assert!(matches!(files.update(&mut other).await, Err(PortError::Conflict)));
    assert_eq!(other.pending_events().len(), 1);
    assert_eq!(outbox(&database).await, ["file.uploaded"]);
}

#[tokio::test]
async fn many_at_once_never_have_more_than_the_quota() {
    let (_database, files) = store().await;
    let files = Arc::new(files);
    for (quota, expected) in [(Quota { bytes: 350, files: 100 }, 3), (Quota { bytes: 10_000, files: 7 }, 4)] {
        let begun = join_all((0..12).map(|n| {
            let files = files.clone();
            async move {
                let n = u128::from(quota.files) * 100 + n;
                files.insert(&mut uploading(n, user_id(1), None, 100, at(0)), quota).await
            }
        }));
        let (stored, refused): (Vec<_>, Vec<_>) = begun.await.into_iter().partition(Result::is_ok);
        assert_eq!(stored.len(), expected);
        assert!(refused.iter().all(|refused| matches!(refused, Err(InsertFileError::Quota(_)))));
    }
    // Others have a quota of their own.
    files.insert(&mut uploading(1, user_id(2), None, 300, at(0)), Quota { bytes: 300, files: 1 }).await.unwrap();
}

#[tokio::test]
async fn what_is_given_up_or_deleted_makes_room() {
    let (_database, files) = store().await;
    let quota = Quota { bytes: 100, files: 1 };
    let mut first = uploading(1, user_id(1), None, 100, at(0));
    files.insert(&mut first, quota).await.unwrap();
    assert!(files.insert(&mut uploading(2, user_id(1), None, 1, at(0)), quota).await.is_err());
    first.give_up().unwrap();
    files.update(&mut first).await.unwrap();
    files.insert(&mut uploading(2, user_id(1), None, 1, at(0)), quota).await.unwrap();
}

#[tokio::test]
async fn only_what_is_being_deleted_is_removed() {
    let (_database, files) = store().await;
    ready(&files, 1, user_id(1), None, 0).await;
    insert(&files, uploading(2, user_id(1), None, 1, at(0))).await;
    let mut third = ready(&files, 3, user_id(1), None, 0).await;
    third.delete(user_id(1), at(1)).unwrap();
    files.update(&mut third).await.unwrap();
    assert_eq!(files.deleting(10).await.unwrap(), [id(3)]);
    for n in [1, 2, 3, 3, 99] {
        files.remove(id(n)).await.unwrap();
    }
    let mut existing = files.existing(&[id(1), id(2), id(3), id(99)]).await.unwrap();
    existing.sort();
    assert_eq!(existing, [id(1), id(2)]);
}

#[tokio::test]
async fn lists_show_what_can_be_read_newest_first() {
    let (_database, files) = store().await;
    let shared = Some(meeting_id(7));
    for (n, owner, meeting, begun) in [(1, 1, None, 0), (2, 1, shared, 1), (3, 2, shared, 1), (4, 1, shared, 2)] {
        ready(&files, n, user_id(owner), meeting, begun).await;
    }
    insert(&files, uploading(5, user_id(1), shared, 1, at(3))).await;
    let ids = |page: domain_shared::Page<File, FileCursor>| page.items.iter().map(File::id).collect::<Vec<_>>();
    let page = |scope, after, limit| files.page(scope, after, PageLimit::parse(limit).unwrap());
    let (own, of_meeting) = (FileScope::OwnedBy(user_id(1)), FileScope::SharedWith(meeting_id(7)));
    assert_eq!(ids(page(own, None, 10).await.unwrap()), [id(4), id(2), id(1)]);
    assert_eq!(ids(page(of_meeting, None, 10).await.unwrap()), [id(4), id(3), id(2)]);
    let first = page(of_meeting, None, 2).await.unwrap();
    assert_eq!(first.next, Some(FileCursor { created_at: at(1), id: id(3) }));
    let second = page(of_meeting, first.next, 2).await.unwrap();
    assert_eq!((second.next, ids(second)), (None, vec![id(2)]));
}

#[tokio::test]
async fn whoever_cleans_up_finds_what_is_left() {
    let (_database, files) = store().await;
    for n in [3, 1, 2] {
        ready(&files, n, user_id(1), None, 0).await;
        insert(&files, uploading(10 + n, user_id(1), None, 1, at(i64::try_from(n).unwrap()))).await;
    }
    assert_eq!(files.unfinished(at(3), 10).await.unwrap(), [id(11), id(12)]);
    assert_eq!(files.unfinished(at(3), 1).await.unwrap(), [id(11)]);
    assert_eq!(files.readable(None, 2).await.unwrap(), [id(1), id(2)]);
    assert_eq!(files.readable(Some(id(2)), 2).await.unwrap(), [id(3)]);
    assert_eq!(files.readable(Some(id(3)), 2).await.unwrap(), []);
}

#[tokio::test]
async fn files_go_with_their_owner_or_their_meeting() {
    let (database, files) = store().await;
    let meetings = PgMeetingRepository::new(database.pool());
    meetings.insert(&mut meeting(7, at(0))).await.unwrap();
    ready(&files, 1, user_id(1), None, 0).await;
    ready(&files, 2, user_id(2), Some(meeting_id(7)), 0).await;
    ready(&files, 3, user_id(2), None, 0).await;
    let mut late = insert(&files, uploading(4, user_id(1), None, 1, at(0))).await;
    for _ in 0..2 {
        files.delete_of(user_id(1)).await.unwrap();
    }
    database.execute("DELETE FROM meetings").await;
    assert_eq!(files.deleting(10).await.unwrap(), [id(1), id(2), id(4)]);
    assert_eq!(files.readable(None, 10).await.unwrap(), [id(3)]);
    assert_eq!(files.find(id(1)).await.unwrap().unwrap().state(), FileState::Deleting);
    late.finish(content(), at(1)).unwrap();
    assert!(matches!(files.update(&mut late).await, Err(PortError::Conflict)));
}

#[tokio::test]
async fn standing_in_a_meeting_follows_from_who_takes_part() {
    let database = TestDatabase::new().await;
    let meetings = PgMeetingRepository::new(database.pool());
    let mut held = meeting(7, at(0));
    meetings.insert(&mut held).await.unwrap();
    for (user, role, standing) in [
        (2, ParticipantRole::CoHost, "welcome"),
        (3, ParticipantRole::Participant, "welcome"),
        (4, ParticipantRole::Participant, "removed"),
        (5, ParticipantRole::CoHost, "banned"),
    ] {
        let (meeting, user) = (meeting_id(7), user_id(user));
        let row = format!(
            "INSERT INTO participants (meeting_id, user_id, ordinal, role, display_name, joined_at, meeting_created_at, standing) \
             VALUES ('{meeting}', '{user}', 0, '{}', 'x', now(), now(), '{standing}')",
            role.as_str()
        );
        database.execute(&row).await;
    }
    let members = PgMeetingMembers::new(database.pool());
    for (user, expected) in [
        (1, MeetingStanding::Moderator),
        (2, MeetingStanding::Moderator),
        (3, MeetingStanding::Participant),
        (4, MeetingStanding::Stranger),
        (5, MeetingStanding::Stranger),
        (6, MeetingStanding::Stranger),
    ] {
        assert_eq!(members.standing(user_id(user), meeting_id(7)).await.unwrap(), Some(expected), "{user}");
    }
    assert_eq!(members.standing(user_id(1), meeting_id(8)).await.unwrap(), None);
}
