//! The contract of `UserRepository`.

use application_shared::PortError;
use application_user::{InsertUserError, KeepAdministratorError, UserRepository};
use chrono::TimeDelta;
use domain_user::{BanReason, Email, Language, Nickname, UserRole, Username};
use infrastructure_postgres::PgUserRepository;
use open_meeting_tests::TestDatabase;

use super::{at, outbox, user, user_id};

async fn repository() -> (TestDatabase, PgUserRepository) {
    let database = TestDatabase::new().await;
    let repository = PgUserRepository::new(database.pool());
    (database, repository)
}

#[tokio::test]
async fn an_account_comes_back_as_it_was_stored_with_its_event() {
    let (database, users) = repository().await;
    let mut alice = user(1, "Alice", "Alice@Example.com");
    users.insert(&mut alice).await.unwrap();
    assert_eq!((alice.version(), alice.pending_events().len()), (1, 0));

    let found = users.find(user_id(1)).await.unwrap().unwrap();
    assert_eq!(found, alice);
    assert_eq!(found.username().as_str(), "Alice", "the username is shown as it was chosen");
    for written in ["alice", "ALICE", "Alice"] {
        let username = Username::parse(written).unwrap();
        assert_eq!(users.find_by_username(&username).await.unwrap().as_ref(), Some(&alice));
    }
    let email = Email::parse("ALICE@example.COM").unwrap();
    assert_eq!(users.find_by_email(&email).await.unwrap().as_ref(), Some(&alice));
    assert_eq!(outbox(&database).await, ["user.registered"]);
}

#[tokio::test]
async fn nobody_is_found_who_is_not_there() {
    let (_database, users) = repository().await;
    assert_eq!(users.find(user_id(1)).await.unwrap(), None);
    assert_eq!(users.find_by_username(&Username::parse("alice").unwrap()).await.unwrap(), None);
    assert_eq!(users.find_by_email(&Email::parse("a@b").unwrap()).await.unwrap(), None);
}

#[tokio::test]
async fn names_and_addresses_are_taken_whatever_their_case() {
    let (database, users) = repository().await;
    users.insert(&mut user(1, "Alice", "alice@example.com")).await.unwrap();

    let mut same_name = user(2, "aLICE", "other@example.com");
    let taken = users.insert(&mut same_name).await;
    assert!(matches!(taken, Err(InsertUserError::UsernameTaken)), "{taken:?}");
    let taken = users.insert(&mut user(2, "bob", "ALICE@example.com")).await;
    assert!(matches!(taken, Err(InsertUserError::EmailTaken)), "{taken:?}");
    let taken = users.insert(&mut user(1, "bob", "bob@example.com")).await;
    assert!(matches!(taken, Err(InsertUserError::Port(PortError::Conflict))), "{taken:?}");

    assert_eq!((same_name.version(), same_name.pending_events().len()), (0, 1), "what failed may be tried again");
    assert_eq!(outbox(&database).await, ["user.registered"], "what is not stored states nothing");
    users.insert(&mut user(2, "bob", "bob@example.com")).await.unwrap();
}

#[tokio::test]
async fn of_two_changes_at_once_one_conflicts() {
    let (_database, users) = repository().await;
    users.insert(&mut user(1, "alice", "alice@example.com")).await.unwrap();
    let (mut first, mut second) =
        (users.find(user_id(1)).await.unwrap().unwrap(), users.find(user_id(1)).await.unwrap().unwrap());
    first.rename(Nickname::parse("First").unwrap(), at(1));
    second.rename(Nickname::parse("Second").unwrap(), at(2));

    users.update(&mut first).await.unwrap();
    assert_eq!(first.version(), 2);
    assert!(matches!(users.update(&mut second).await, Err(PortError::Conflict)));
    assert_eq!(second.version(), 1);
    assert_eq!(users.find(user_id(1)).await.unwrap(), Some(first));
    assert!(matches!(users.update(&mut user(9, "nobody", "n@b")).await, Err(PortError::Conflict)), "never stored");
}

#[tokio::test]
async fn a_ban_is_kept() {
    let (database, users) = repository().await;
    users.insert(&mut user(1, "alice", "alice@example.com")).await.unwrap();
    let mut alice = users.find(user_id(1)).await.unwrap().unwrap();
    alice.ban(&BanReason::parse("spam").unwrap(), Some(at(100)), user_id(9), at(5)).unwrap();
    users.update(&mut alice).await.unwrap();
    assert_eq!(outbox(&database).await, ["user.registered", "user.banned"]);
    let mut alice = users.find(user_id(1)).await.unwrap().unwrap();
    assert!(alice.is_banned(at(99)) && !alice.is_banned(at(100)));
    alice.rename(Nickname::parse("Other").unwrap(), at(9));
    users.update(&mut alice).await.unwrap();
    assert_eq!(users.find(user_id(1)).await.unwrap(), Some(alice));
}

#[tokio::test]
async fn what_makes_no_sense_is_corrupt() {
    let (database, users) = repository().await;
    users.insert(&mut user(1, "alice", "alice@example.com")).await.unwrap();
    for spoil in [
        "ALTER TABLE users DROP CONSTRAINT users_role_known; UPDATE users SET role = 'king'",
        "UPDATE users SET role = 'user', password_hash = 'plain text'",
        "UPDATE users SET password_hash = '$x', email = 'no address'",
        "UPDATE users SET email = 'a@b', nickname = E'a\\nb'",
        "UPDATE users SET nickname = 'a', language = 'xx'",
        "ALTER TABLE users DROP CONSTRAINT users_ban_complete; UPDATE users SET language = 'en', banned_at = now()",
    ] {
        database.execute(spoil).await;
        let found = users.find(user_id(1)).await;
        assert!(matches!(found, Err(PortError::Corrupt { what: "user", .. })), "{spoil}: {found:?}");
    }
    database.execute("UPDATE users SET banned_at = NULL").await;
    assert!(users.find(user_id(1)).await.unwrap().is_some(), "it was that and nothing else");
}

#[tokio::test]
async fn everything_that_can_happen_to_an_account_is_kept() {
    let (_database, users) = repository().await;
    let mut alice = user(1, "alice", "alice@example.com");
    users.insert(&mut alice).await.unwrap();
    alice.speak(Language::SimplifiedChinese, at(1));
    alice.verify_email(at(2));
    alice.show_avatar(Some("/api/v1/avatars/x".to_owned()), at(3));
    alice.close(TimeDelta::days(14), at(4));
    users.update(&mut alice).await.unwrap();
    assert_eq!(users.find(user_id(1)).await.unwrap().as_ref(), Some(&alice));

    let due = at(4) + TimeDelta::days(14);
    assert_eq!(users.due_for_purge(due - TimeDelta::seconds(1), 10).await.unwrap(), []);
    assert_eq!(users.due_for_purge(due, 10).await.unwrap(), [user_id(1)]);
    assert!(alice.purge(due));
    users.update(&mut alice).await.unwrap();
    assert_eq!(users.find(user_id(1)).await.unwrap().as_ref(), Some(&alice));
    assert_eq!(users.due_for_purge(due, 10).await.unwrap(), []);
    users.insert(&mut user(2, "alice", "alice@example.com")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_administrators_who_dismiss_each_other_one_stays() {
    let (_database, users) = repository().await;
    for (n, name) in [(1, "alice"), (2, "bob")] {
        let mut account = user(n, name, &format!("{name}@example.com"));
        users.insert(&mut account).await.unwrap();
        account.change_role(UserRole::Admin, None, at(1)).unwrap();
        users.update_keeping_an_administrator(&mut account).await.unwrap();
    }
    let dismiss = async |n: u128| {
        let mut account = users.find(user_id(n)).await.unwrap().unwrap();
        account.change_role(UserRole::User, None, at(2)).unwrap();
        users.update_keeping_an_administrator(&mut account).await
    };
    let outcomes = tokio::join!(dismiss(1), dismiss(2));
    let refused = [&outcomes.0, &outcomes.1]
        .into_iter()
        .filter(|outcome| matches!(outcome, Err(KeepAdministratorError::LastAdministrator)))
        .count();
    assert_eq!(refused, 1, "{outcomes:?}");

    let last = if outcomes.0.is_err() { 1 } else { 2 };
    let mut account = users.find(user_id(last)).await.unwrap().unwrap();
    assert_eq!(account.role(), UserRole::Admin);
    account.close(TimeDelta::days(1), at(3));
    let closing = users.update_keeping_an_administrator(&mut account).await;
    assert!(matches!(closing, Err(KeepAdministratorError::LastAdministrator)));
    let mut stale = users.find(user_id(last)).await.unwrap().unwrap();
    stale.rename(Nickname::parse("Other").unwrap(), at(4));
    users.update(&mut stale).await.unwrap();
    let mut stale = account;
    stale.reopen(at(5));
    let conflict = users.update_keeping_an_administrator(&mut stale).await;
    assert!(matches!(conflict, Err(KeepAdministratorError::Port(PortError::Conflict))), "{conflict:?}");
}
