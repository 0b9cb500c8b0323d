//! The contract of `SessionRepository`.

use application_shared::PortError;
use application_user::{SessionRepository, UserRepository};
use chrono::TimeDelta;
use domain_user::{Rotation, SessionEndReason};
use infrastructure_postgres::{PgSessionRepository, PgUserRepository};
use open_meeting_tests::TestDatabase;

use super::{at, outbox, session, token, user, user_id};

/// Sessions of user 1, who exists.
async fn repository() -> (TestDatabase, PgSessionRepository) {
    let database = TestDatabase::new().await;
    let pool = database.pool();
    PgUserRepository::new(pool.clone()).insert(&mut user(1, "alice", "alice@example.com")).await.unwrap();
    (database, PgSessionRepository::new(pool))
}

#[tokio::test]
async fn a_session_comes_back_as_it_was_stored_with_its_events() {
    let (database, sessions) = repository().await;
    let mut stored = session(1);
    sessions.insert(&mut stored).await.unwrap();
    assert_eq!((stored.version(), stored.pending_events().len()), (1, 0));
    assert_eq!(sessions.find(stored.id()).await.unwrap().as_ref(), Some(&stored));

    stored.end(SessionEndReason::SignedOut, at(5));
    sessions.update(&mut stored).await.unwrap();
    assert_eq!(stored.version(), 2);
    assert_eq!(sessions.find(stored.id()).await.unwrap().as_ref(), Some(&stored));
    assert_eq!(outbox(&database).await, ["user.registered", "session.started", "session.ended"]);
}

#[tokio::test]
async fn a_session_is_found_by_its_current_and_its_previous_token() {
    let (_database, sessions) = repository().await;
    let mut stored = session(1);
    sessions.insert(&mut stored).await.unwrap();
    sessions.insert(&mut session(7)).await.unwrap();
    assert_eq!(stored.rotate(&token(1), token(2), TimeDelta::days(30), at(5)), Ok(Rotation::Rotated));
    sessions.update(&mut stored).await.unwrap();
    for n in [1, 2] {
        assert_eq!(sessions.find_by_refresh_hash(&token(n)).await.unwrap().as_ref(), Some(&stored));
    }
    stored.rotate(&token(2), token(3), TimeDelta::days(30), at(6)).unwrap();
    sessions.update(&mut stored).await.unwrap();
    assert_eq!(sessions.find_by_refresh_hash(&token(1)).await.unwrap(), None, "too old");
    assert_eq!(sessions.find_by_refresh_hash(&token(3)).await.unwrap().as_ref(), Some(&stored));
}

#[tokio::test]
async fn of_two_changes_at_once_one_conflicts_and_states_nothing() {
    let (database, sessions) = repository().await;
    let mut first = session(1);
    sessions.insert(&mut first).await.unwrap();
    let mut second = sessions.find(first.id()).await.unwrap().unwrap();
    first.rotate(&token(1), token(2), TimeDelta::days(30), at(5)).unwrap();
    sessions.update(&mut first).await.unwrap();

    second.end(SessionEndReason::TokenReused, at(6));
    assert!(matches!(sessions.update(&mut second).await, Err(PortError::Conflict)));
    assert_eq!((second.version(), second.pending_events().len()), (1, 1));
    assert_eq!(sessions.find(first.id()).await.unwrap(), Some(first));
    assert_eq!(outbox(&database).await, ["user.registered", "session.started"]);
}

#[tokio::test]
async fn two_sessions_never_share_a_token() {
    let (_database, sessions) = repository().await;
    sessions.insert(&mut session(1)).await.unwrap();
    let again = sessions.insert(&mut session(1)).await;
    assert!(matches!(again, Err(PortError::Conflict)), "{again:?}");
}

#[tokio::test]
async fn sessions_go_with_their_account() {
    let (database, sessions) = repository().await;
    let mut stored = session(1);
    sessions.insert(&mut stored).await.unwrap();
    database.execute("DELETE FROM users").await;
    assert_eq!(sessions.find(stored.id()).await.unwrap(), None);
    let orphan = sessions.insert(&mut session(2)).await;
    assert!(matches!(orphan, Err(PortError::Unavailable(_))), "{orphan:?}");
}

#[tokio::test]
async fn what_makes_no_sense_is_corrupt() {
    let (database, sessions) = repository().await;
    let mut stored = session(1);
    sessions.insert(&mut stored).await.unwrap();
    for spoil in [
        "UPDATE sessions SET ended_at = now(), end_reason = 'boredom'",
        "UPDATE sessions SET ended_at = NULL, end_reason = NULL, address = 'next door'",
        "ALTER TABLE sessions DROP CONSTRAINT sessions_rotation_complete;
         UPDATE sessions SET address = NULL, rotated_at = now()",
        "ALTER TABLE sessions DROP CONSTRAINT sessions_refresh_hash_length;
         UPDATE sessions SET rotated_at = NULL, refresh_hash = 'short'",
    ] {
        database.execute(spoil).await;
        let found = sessions.find(stored.id()).await;
        assert!(matches!(found, Err(PortError::Corrupt { what: "session", .. })), "{spoil}: {found:?}");
    }
}

#[tokio::test]
async fn live_and_ended_sessions_are_told_apart_and_old_ones_go() {
    let (_database, sessions) = repository().await;
    let mut all: Vec<_> = (1..=3).map(session).collect();
    for stored in &mut all {
        sessions.insert(stored).await.unwrap();
    }
    all[0].rotate(&token(1), token(9), TimeDelta::days(60), at(10)).unwrap();
    sessions.update(&mut all[0]).await.unwrap();
    all[1].end(SessionEndReason::SignedOut, at(20));
    sessions.update(&mut all[1]).await.unwrap();

    let live = |seconds| sessions.live_of(user_id(1), at(seconds));
    let ids: Vec<_> = live(30).await.unwrap().iter().map(|session| session.id()).collect();
    assert_eq!(ids, [all[0].id(), all[2].id()], "the last used first");
    assert_eq!(live(31 * 86_400).await.unwrap().len(), 1, "the others have expired");
    assert!(sessions.live_of(user_id(2), at(30)).await.unwrap().is_empty());
    assert_eq!(sessions.ended_since(at(20)).await.unwrap(), [all[1].id()]);
    assert_eq!(sessions.ended_since(at(21)).await.unwrap(), []);

    assert_eq!(sessions.prune(at(20)).await.unwrap(), 0);
    assert_eq!(sessions.prune(at(21)).await.unwrap(), 1, "what ended before");
    assert_eq!(sessions.prune(at(31 * 86_400)).await.unwrap(), 1, "what expired before");
    sessions.delete_of(user_id(1)).await.unwrap();
    assert_eq!(sessions.find(all[0].id()).await.unwrap(), None);
}
