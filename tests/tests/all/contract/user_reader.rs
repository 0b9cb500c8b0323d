//! The contract of `UserReader`.

use application_user::{SessionRepository, UserFilter, UserReader, UserRepository};
use chrono::TimeDelta;
use domain_shared::PageLimit;
use domain_user::{BanReason, SessionEndReason, UserRole, UserStatus};
use infrastructure_postgres::{PgSessionRepository, PgUserReader, PgUserRepository};
use open_meeting_tests::TestDatabase;

use super::{at, session, user, user_id};

struct World {
    _database: TestDatabase,
    users: PgUserRepository,
    sessions: PgSessionRepository,
    reader: PgUserReader,
}

/// Alice and four others, all opened at the same moment.
async fn world() -> World {
    let database = TestDatabase::new().await;
    let pool = database.pool();
    let (users, sessions) = (PgUserRepository::new(pool.clone()), PgSessionRepository::new(pool.clone()));
    for (n, name) in [(1, "Alice"), (2, "bob"), (3, "carol_c"), (4, "dave"), (5, "eve")] {
        users.insert(&mut user(n, name, &format!("{name}@example.com"))).await.unwrap();
    }
    World { _database: database, users, sessions, reader: PgUserReader::new(pool) }
}

impl World {
    async fn found(&self, filter: UserFilter, seconds: i64) -> Vec<u128> {
        let page = self.reader.search(&filter, None, PageLimit::DEFAULT, at(seconds)).await.unwrap();
        page.items.iter().map(|view| view.user.id.as_uuid().as_u128()).collect()
    }
}

#[tokio::test]
async fn shows_what_is_stored_with_the_status_of_that_moment() {
    let world = world().await;
    let mut alice = world.users.find(user_id(1)).await.unwrap().unwrap();
    alice.ban(&BanReason::parse("spam").unwrap(), Some(at(100)), user_id(2), at(1)).unwrap();
    world.users.update(&mut alice).await.unwrap();
    let mut ended = session(1);
    world.sessions.insert(&mut ended).await.unwrap();
    ended.end(SessionEndReason::Banned, at(1));
    world.sessions.update(&mut ended).await.unwrap();
    world.sessions.insert(&mut session(2)).await.unwrap();

    let status = async |seconds| world.reader.read(user_id(1), at(seconds)).await.unwrap().unwrap().status;
    assert_eq!((status(99).await, status(100).await), (UserStatus::Banned, UserStatus::Active));
    let view = world.reader.read_for_admin(user_id(1), at(50)).await.unwrap().unwrap();
    assert_eq!((view.live_sessions, view.last_seen_at, view.ban), (1, Some(at(0)), alice.last_ban().cloned()));
    assert_eq!(world.reader.read(user_id(9), at(0)).await.unwrap(), None);
    assert_eq!(world.reader.read_for_admin(user_id(9), at(0)).await.unwrap(), None);
}

#[tokio::test]
async fn finds_by_text_role_and_status() {
    let world = world().await;
    let change = async |n, change: &dyn Fn(&mut domain_user::User)| {
        let mut account = world.users.find(user_id(n)).await.unwrap().unwrap();
        change(&mut account);
        world.users.update(&mut account).await.unwrap();
    };
    let spam = BanReason::parse("spam").unwrap();
    change(2, &|bob| bob.ban(&spam, None, user_id(1), at(1)).unwrap()).await;
    change(3, &|carol| assert!(carol.close(TimeDelta::days(1), at(1)))).await;
    change(4, &|dave| assert!(dave.close(TimeDelta::seconds(1), at(1)) && dave.purge(at(2)))).await;
    change(5, &|eve| assert!(eve.change_role(UserRole::Admin, None, at(1)).unwrap())).await;

    let by_text = |text: &str| UserFilter { text: Some(text.to_owned()), ..UserFilter::default() };
    assert_eq!(world.found(by_text("ALICE"), 5).await, [1]);
    assert_eq!(world.found(by_text("example.com"), 5).await, [5, 3, 2, 1]);
    assert_eq!(world.found(by_text("l_c"), 5).await, [3], "`_` and `%` mean themselves");
    assert!(world.found(by_text("%"), 5).await.is_empty());
    assert!(world.found(by_text("' OR '1'='1"), 5).await.is_empty());
    let by_role = UserFilter { role: Some(UserRole::Admin), ..UserFilter::default() };
    assert_eq!(world.found(by_role, 5).await, [5]);
    for (status, found) in [
        (UserStatus::Active, vec![5, 1]),
        (UserStatus::Banned, vec![2]),
        (UserStatus::Closing, vec![3]),
        (UserStatus::Deleted, vec![4]),
    ] {
        let filter = UserFilter { status: Some(status), ..UserFilter::default() };
        assert_eq!(world.found(filter, 5).await, found, "{status:?}");
    }
}

#[tokio::test]
async fn pages_tell_everybody_once() {
    let world = world().await;
    let (mut after, mut told) = (None, Vec::new());
    loop {
        let limit = PageLimit::parse(2).unwrap();
        let page = world.reader.search(&UserFilter::default(), after, limit, at(9)).await.unwrap();
        told.extend(page.items.iter().map(|view| view.user.id.as_uuid().as_u128()));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(told, [5, 4, 3, 2, 1]);
}
