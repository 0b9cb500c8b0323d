//! The contract of `ParticipantNames`.

use application_meeting::{MeetingRepository, ParticipantNames};
use domain_meeting::{DisplayName, Joining, MeetingRef};
use infrastructure_postgres::{PgMeetingRepository, PgParticipantNames};
use open_meeting_tests::{TestDatabase, wait_until};

use super::{at, meeting, meeting_id, name, user_id};

async fn join(meetings: &PgMeetingRepository, n: u128, who: u128) {
    let display_name = name(&format!("User {who}"));
    let joining = Joining::account(user_id(who), display_name);
    meetings.change(&meeting_id(n).into(), &mut |m| m.join(joining.clone(), at(1)).map(drop)).await.unwrap();
}

async fn names_in(meetings: &PgMeetingRepository, n: u128) -> Vec<String> {
    let meeting = meetings.find(&MeetingRef::Id(meeting_id(n))).await.unwrap().unwrap();
    meeting.to_snapshot().participants.iter().map(|p| p.display_name.clone()).collect()
}

#[tokio::test]
async fn somebody_is_renamed_in_all_meetings_and_nobody_else() {
    let database = TestDatabase::new().await;
    let pool = database.pool();
    let (meetings, names) = (PgMeetingRepository::new(pool.clone()), PgParticipantNames::new(pool));
    for n in 1..=3 {
        meetings.insert(&mut meeting(n, at(0))).await.unwrap();
        join(&meetings, n, 1).await;
    }
    join(&meetings, 1, 2).await;
    join(&meetings, 2, 2).await;
    assert_eq!(names.rename(user_id(2), &DisplayName::deleted()).await.unwrap(), 2);
    assert_eq!(names_in(&meetings, 1).await, ["User 1", "Deleted user"]);
    assert_eq!(names_in(&meetings, 2).await, ["User 1", "Deleted user"]);
    assert_eq!(names_in(&meetings, 3).await, ["User 1"]);
    assert_eq!(names.rename(user_id(2), &DisplayName::deleted()).await.unwrap(), 0, "it comes a second time");
    assert_eq!(names.rename(user_id(9), &DisplayName::deleted()).await.unwrap(), 0);
}

#[tokio::test]
async fn more_meetings_than_are_held_at_a_time_are_no_hindrance() {
    let database = TestDatabase::new().await;
    let pool = database.pool();
    let (meetings, names) = (PgMeetingRepository::new(pool.clone()), PgParticipantNames::new(pool));
    for n in 1..=101 {
        meetings.insert(&mut meeting(n, at(0))).await.unwrap();
        join(&meetings, n, 2).await;
    }
    assert_eq!(names.rename(user_id(2), &DisplayName::deleted()).await.unwrap(), 101);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_of_the_meeting_at_the_same_time_does_not_bring_the_name_back() {
    let database = TestDatabase::new().await;
    let pool = database.pool();
    let (meetings, names) = (PgMeetingRepository::new(pool.clone()), PgParticipantNames::new(pool));
    meetings.insert(&mut meeting(1, at(0))).await.unwrap();
    join(&meetings, 1, 2).await;
    // Somebody holds the meeting, as every change of it does, and writes the name that they have read.
    let (mut client, connection) = tokio_postgres::connect(&database.url(), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let other = client.transaction().await.unwrap();
    other.execute("SELECT 1 FROM meetings FOR UPDATE", &[]).await.unwrap();
    let renaming = tokio::spawn(async move { names.rename(user_id(2), &DisplayName::deleted()).await });
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    wait_until("it waits for the meeting", async || database.count(waiting).await == 1).await;
    other.execute("UPDATE participants SET display_name = 'User 2', joined_at = joined_at", &[]).await.unwrap();
    other.commit().await.unwrap();
    assert_eq!(renaming.await.unwrap().unwrap(), 1);
    assert_eq!(names_in(&meetings, 1).await, ["Deleted user"]);
}
