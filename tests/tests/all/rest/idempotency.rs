//! Requests with an `Idempotency-Key` are done once.

use reqwest::Method;
use serde_json::{Value, json};

use super::app::{Answer, Client, PASSWORD, TestApp, User};

async fn create(user: &User, key: &str, body: Value) -> Answer {
    user.send(user.request(Method::POST, "/meetings").header("idempotency-key", key).json(&body)).await
}

async fn count(user: &User) -> usize {
    user.get("/meetings").await.data()["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn the_same_request_with_the_same_key_gets_the_first_answer() {
    let (_app, _anon, user) = TestApp::with_user().await;
    let first = create(&user, "key-1", json!({"title": "Planning"})).await;
    assert_eq!(first.status, 201);
    assert!(!first.headers.contains_key("idempotency-replayed"));
    let again = create(&user, "key-1", json!({"title": "Planning"})).await;
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(again.headers["content-type"], "application/json");
    assert_eq!(count(&user).await, 1);
}

#[tokio::test]
async fn another_request_with_the_same_key_is_refused() {
    let (_app, _anon, user) = TestApp::with_user().await;
    create(&user, "key-1", json!({"title": "Planning"})).await;
    let other = create(&user, "key-1", json!({"title": "Party"})).await;
    insta::assert_json_snapshot!(other.snapshot(), @r#"
    {
      "body": {
        "code": 409,
        "error": {
          "details": [],
          "type": "request.idempotency_mismatch"
        },
        "message": "the Idempotency-Key has been used for another request",
        "timestamp": "[timestamp]"
      },
      "status": 409
    }
    "#);
    assert_eq!(count(&user).await, 1);
}

#[tokio::test]
async fn keys_belong_to_their_user() {
    let (_app, anon, user) = TestApp::with_user().await;
    let bob = anon.sign_up("bob").await;
    let first = create(&user, "key-1", json!({"title": "Planning"})).await;
    let second = create(&bob, "key-1", json!({"title": "Planning"})).await;
    assert_eq!(second.status, 201);
    assert_ne!(first.text("id"), second.text("id"));
}

#[tokio::test]
async fn what_failed_may_be_corrected_and_tried_again() {
    let (_app, _anon, user) = TestApp::with_user().await;
    assert_eq!(create(&user, "key-1", json!({"title": ""})).await.error(), "request.invalid");
    assert_eq!(create(&user, "key-1", json!({"title": "Planning"})).await.status, 201);
}

#[tokio::test]
async fn of_many_at_once_one_creates() {
    let (_app, _anon, user) = TestApp::with_user().await;
    let answers = futures::future::join_all((0..8).map(|_| create(&user, "key-1", json!({"title": "Planning"})))).await;
    for answer in &answers {
        assert!(answer.status == 201 || answer.error() == "conflict", "{}", answer.body);
    }
    assert!(answers.iter().any(|answer| answer.status == 201));
    assert_eq!(count(&user).await, 1);
}

#[tokio::test]
async fn registering_twice_with_one_key_is_registering_once() {
    let (_app, anon) = TestApp::empty().await;
    let body = json!({"username": "ann", "email": "ann@example.org", "password": PASSWORD});
    let register = || anon.send(anon.request(Method::POST, "/register").header("idempotency-key", "k").json(&body));
    let first = register().await;
    let again = register().await;
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.body, again.body);
}

#[tokio::test]
async fn keys_that_cannot_be() {
    let (_app, _anon, user) = TestApp::with_user().await;
    for key in ["", "two words", &"x".repeat(129)] {
        let answer = create(&user, key, json!({"title": "Planning"})).await;
        assert_eq!(answer.error(), "request.invalid", "{key}");
        assert_eq!(answer.body["error"]["details"][0]["field"], "Idempotency-Key");
    }
    assert_eq!(count(&user).await, 0);
}
