//! The limit of places holds however many come at once.

use std::sync::Arc;

use application_meeting::{
    ChangeMeetingError, JoinMeeting, JoinMeetingCommand, JoinMeetingError, Joiner, MeetingPorts, MeetingRepository,
};
use application_room::StoredChat;
use application_shared::{PortError, PubSub, Subscription};
use async_trait::async_trait;
use chrono::TimeDelta;
use domain_meeting::{Joining, MeetingError, MeetingRef};
use domain_shared::{FixedClock, SequentialIds, UserId};
use futures::future::join_all;
use infrastructure_postgres::{PgChatStore, PgMeetingReader, PgMeetingRepository, PgMeetingTimes, PgPool};
use infrastructure_security::{
    Argon2Limits, Argon2PasscodeHasher, Argon2PasswordHasher, HmacGuestPasses, JwtKeys, JwtRoomTokens,
};
use open_meeting::server::RoomMessages;
use open_meeting_tests::TestDatabase;
use secrecy::SecretString;

use super::{at, meeting_id, meeting_of, name, outbox, user_id};

/// Nobody is told anything here.
struct Silence;

#[async_trait]
impl PubSub for Silence {
    async fn publish(&self, _channel: &str, _payload: Vec<u8>) -> Result<(), PortError> {
        Ok(())
    }

    async fn subscribe(&self, _channel: &str) -> Result<Subscription, PortError> {
        Err(PortError::unavailable("not needed here"))
    }
}

fn joining_on(pool: PgPool) -> JoinMeeting {
    JoinMeeting::new(&meeting_ports(pool, Arc::new(FixedClock::at(at(2)))))
}

/// The ports of a node on this pool.
pub fn meeting_ports(pool: PgPool, clock: Arc<FixedClock>) -> MeetingPorts {
    let secret = SecretString::from("a secret of more than 32 bytes, for tests");
    let ids = Arc::new(SequentialIds::default());
    let keys = Arc::new(JwtKeys::new(&secret, &[]).unwrap());
    MeetingPorts {
        meetings: Arc::new(PgMeetingRepository::new(pool.clone())),
        reader: Arc::new(PgMeetingReader::new(pool.clone())),
        times: Arc::new(PgMeetingTimes::new(pool.clone())),
        messages: Arc::new(RoomMessages::new(StoredChat::new(Arc::new(PgChatStore::new(pool)), clock.clone()))),
        tokens: Arc::new(JwtRoomTokens::new(keys, TimeDelta::minutes(5), ids.clone())),
        passcodes: Arc::new(Argon2PasscodeHasher::new(Arc::new(
            Argon2PasswordHasher::new(Argon2Limits::default()).unwrap(),
        ))),
        guests: Arc::new(HmacGuestPasses::new(&secret, &[])),
        pub_sub: Arc::new(Silence),
        clock,
        ids,
    }
}

fn command(user_id: UserId, nickname: String) -> JoinMeetingCommand {
    JoinMeetingCommand {
        meeting: MeetingRef::Id(meeting_id(1)),
        joiner: Joiner::Account { user_id, session_id: None, nickname },
        display_name: None,
        passcode: None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_who_join_at_once_share_the_last_ten_places() {
    let database = TestDatabase::new().await;
    // Two nodes with pools of their own.
    let nodes = [(); 2].map(|()| Arc::new(joining_on(database.pool())));
    let mut meeting = meeting_of(1, user_id(1), 30, at(0));
    for n in 1..=20 {
        meeting.join(Joining::account(user_id(n), name("Early")), at(1)).unwrap();
    }
    PgMeetingRepository::new(database.pool()).insert(&mut meeting).await.unwrap();

    let outcomes = join_all((0..50).map(|n| {
        let join = Arc::clone(&nodes[n % 2]);
        tokio::spawn(async move { join.execute(command(user_id(100 + n as u128), format!("Late {n}"))).await })
    }))
    .await;

    let (mut inside, mut refused) = (0, 0);
    for outcome in outcomes {
        match outcome.unwrap() {
            Ok(_) => inside += 1,
            Err(JoinMeetingError::Change(ChangeMeetingError::Refused(MeetingError::Full))) => refused += 1,
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
    let join = joining_on(database.pool());
    for outcome in join_all((0..20).map(|_| join.execute(command(user_id(7), "Same".into())))).await {
        outcome.unwrap();
    }
    let stored = meetings.find(&meeting_id(1).into()).await.unwrap().unwrap();
    assert_eq!((stored.present(), stored.version()), (1, 2));
}
