//! The limit of places holds however many come at once.

use std::sync::Arc;

use application_meeting::{
    JoinMeeting, JoinMeetingCommand, JoinMeetingError, MeetingRepository, RoomGrant, RoomTokens,
};
use application_shared::PortError;
use chrono::{DateTime, Utc};
use domain_meeting::MeetingRef;
use domain_shared::FixedClock;
use futures::future::join_all;
use infrastructure_postgres::PgMeetingRepository;
use open_meeting_tests::TestDatabase;
use secrecy::SecretString;

use super::{at, meeting_id, meeting_of, name, outbox, user_id};

struct AnyToken;

impl RoomTokens for AnyToken {
    fn issue(&self, _grant: &RoomGrant, _now: DateTime<Utc>) -> Result<SecretString, PortError> {
        Ok(SecretString::from("token"))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_who_join_at_once_share_the_last_ten_places() {
    let database = TestDatabase::new().await;
    // Two nodes with pools of their own.
    let nodes = [PgMeetingRepository::new(database.pool()), PgMeetingRepository::new(database.pool())];
    let mut meeting = meeting_of(1, user_id(1), 30, at(0));
    for n in 1..=20 {
        meeting.join(user_id(n), name("Early"), at(1)).unwrap();
    }
    nodes[0].insert(&mut meeting).await.unwrap();

    let joins = nodes
        .map(|node| Arc::new(JoinMeeting::new(Arc::new(node), Arc::new(AnyToken), Arc::new(FixedClock::at(at(2))))));
    let outcomes = join_all((0..50).map(|n| {
        let join = Arc::clone(&joins[n % 2]);
        tokio::spawn(async move {
            let command = JoinMeetingCommand {
                meeting: MeetingRef::Id(meeting_id(1)),
                user_id: user_id(100 + n as u128),
                session_id: None,
                display_name: None,
                fallback_name: format!("Late {n}"),
            };
            join.execute(command).await
        })
    }))
    .await;

    let (mut inside, mut refused) = (0, 0);
    for outcome in outcomes {
        match outcome.unwrap() {
            Ok(_) => inside += 1,
            Err(JoinMeetingError::Full) => refused += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!((inside, refused), (10, 40));
    let stored = PgMeetingRepository::new(database.pool()).find(&meeting_id(1).into()).await.unwrap().unwrap();
    assert_eq!((stored.present(), stored.participants().len(), stored.version()), (30, 30, 11));
    let joined = outbox(&database).await.iter().filter(|name| *name == "meeting.participant-joined").count();
    assert_eq!(joined, 30);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_user_who_joins_many_times_at_once_takes_one_place() {
    let database = TestDatabase::new().await;
    let meetings = Arc::new(PgMeetingRepository::new(database.pool()));
    meetings.insert(&mut meeting_of(1, user_id(1), 2, at(0))).await.unwrap();
    let join = JoinMeeting::new(meetings.clone(), Arc::new(AnyToken), Arc::new(FixedClock::at(at(2))));
    let command = JoinMeetingCommand {
        meeting: MeetingRef::Id(meeting_id(1)),
        user_id: user_id(7),
        session_id: None,
        display_name: Some("Same".into()),
        fallback_name: String::new(),
    };
    for outcome in join_all((0..20).map(|_| join.execute(command.clone()))).await {
        outcome.unwrap();
    }
    let stored = meetings.find(&meeting_id(1).into()).await.unwrap().unwrap();
    assert_eq!((stored.present(), stored.version()), (1, 2));
}
