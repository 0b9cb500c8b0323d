//! The contract of remembered requests.

use std::time::Duration;

use application_shared::{Begun, IdempotencyStore, StoredAnswer};

use crate::support::{RedisServer, eventually};

const HOUR: Duration = Duration::from_secs(3600);

fn answer() -> StoredAnswer {
    StoredAnswer { status: 201, body: br#"{"title": "two words"}"#.to_vec() }
}

#[tokio::test]
async fn a_request_is_begun_once_and_its_answer_remembered() {
    let server = RedisServer::start();
    let (one, two) = (server.connect().await, server.connect().await);
    let (store, other_node) = (one.idempotency_store(), two.idempotency_store());
    assert_eq!(store.begin("key", "print", HOUR).await.unwrap(), Begun::New);
    assert_eq!(other_node.begin("key", "print", HOUR).await.unwrap(), Begun::Running);
    store.complete("key", "print", &answer(), HOUR).await.unwrap();
    for store in [&store, &other_node] {
        assert_eq!(store.begin("key", "print", HOUR).await.unwrap(), Begun::Done(answer()));
        assert_eq!(store.begin("key", "other", HOUR).await.unwrap(), Begun::Mismatch);
        assert_eq!(store.begin("key", "print", HOUR).await.unwrap(), Begun::Done(answer()));
    }
}

#[tokio::test]
async fn of_many_at_once_one_begins() {
    let server = RedisServer::start();
    let redis = server.connect().await;
    let store = redis.idempotency_store();
    let begun = futures::future::join_all((0..20).map(|_| store.begin("key", "print", HOUR))).await;
    assert_eq!(begun.iter().filter(|begun| matches!(begun, Ok(Begun::New))).count(), 1);
    assert_eq!(begun.iter().filter(|begun| matches!(begun, Ok(Begun::Running))).count(), 19);
}

#[tokio::test]
async fn what_was_not_done_can_be_begun_anew() {
    let server = RedisServer::start();
    let redis = server.connect().await;
    let store = redis.idempotency_store();
    assert_eq!(store.begin("key", "print", HOUR).await.unwrap(), Begun::New);
    store.abandon("key").await.unwrap();
    assert_eq!(store.begin("key", "other", HOUR).await.unwrap(), Begun::New);
    store.abandon("never begun").await.unwrap();
}

#[tokio::test]
async fn leases_and_answers_end() {
    let server = RedisServer::start();
    let redis = server.connect().await;
    let store = redis.idempotency_store();
    let soon = Duration::from_millis(50);
    assert_eq!(store.begin("key", "print", soon).await.unwrap(), Begun::New);
    eventually(async || (store.begin("key", "other", soon).await.unwrap() == Begun::New).then_some(())).await;
    store.complete("key", "other", &answer(), soon).await.unwrap();
    eventually(async || (store.begin("key", "third", HOUR).await.unwrap() == Begun::New).then_some(())).await;
}

#[tokio::test]
async fn fails_while_redis_is_away() {
    let mut server = RedisServer::start();
    let redis = server.connect().await;
    let store = redis.idempotency_store();
    server.stop();
    assert!(store.begin("key", "print", HOUR).await.is_err());
    assert!(store.complete("key", "print", &answer(), HOUR).await.is_err());
    assert!(store.abandon("key").await.is_err());
}
