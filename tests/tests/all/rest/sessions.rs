//! Rotation of refresh tokens, their theft, and signing out.

use chrono::TimeDelta;
use serde_json::json;

use super::app::{Client, TestApp};

#[tokio::test]
async fn refresh_gives_new_tokens() {
    let (_app, anon, user) = TestApp::with_user().await;
    let answer = anon.refresh(&user.refresh_token).await;
    insta::assert_json_snapshot!(answer.snapshot(), @r#"
    {
      "body": {
        "code": 200,
        "data": {
          "access_token": "[jwt]",
          "csrf_token": null,
          "expires_in": 900,
          "refresh_token": "[refresh token]",
          "token_type": "Bearer",
          "user": {
            "avatar_url": null,
            "created_at": "[time]",
            "email": "ann@example.org",
            "email_verified": false,
            "id": "[uuid]",
            "language": "en",
            "nickname": "ann",
            "role": "user",
            "status": "active",
            "username": "ann"
          }
        },
        "message": "success",
        "timestamp": "[timestamp]"
      },
      "status": 200
    }
    "#);
    assert_ne!(answer.data()["refresh_token"], user.refresh_token.as_str());
    let again = anon.refresh(answer.data()["refresh_token"].as_str().unwrap()).await;
    assert_eq!(again.status, 200);
}

#[tokio::test]
async fn two_tabs_may_refresh_at_once() {
    let (_app, anon, user) = TestApp::with_user().await;
    let (one, two) = tokio::join!(anon.refresh(&user.refresh_token), anon.refresh(&user.refresh_token));
    assert_eq!((one.status, two.status), (200, 200));
    assert_eq!(one.data()["refresh_token"], two.data()["refresh_token"]);
    assert_eq!(anon.refresh(one.data()["refresh_token"].as_str().unwrap()).await.status, 200);
}

#[tokio::test]
async fn a_stolen_token_ends_the_session() {
    let (app, anon, user) = TestApp::with_user().await;
    let next = anon.refresh(&user.refresh_token).await;
    let next = next.data()["refresh_token"].as_str().unwrap();
    app.clock.advance(TimeDelta::seconds(11));
    let reused = anon.refresh(&user.refresh_token).await;
    insta::assert_json_snapshot!(reused.snapshot(), @r#"
    {
      "body": {
        "code": 401,
        "error": {
          "details": [],
          "type": "auth.token_reused"
        },
        "message": "the session was ended because its refresh token was used twice, sign in again",
        "timestamp": "[timestamp]"
      },
      "status": 401
    }
    "#);
    assert_eq!(anon.refresh(next).await.error(), "auth.token_reused");
}

#[tokio::test]
async fn an_unused_session_expires() {
    let (app, anon, user) = TestApp::with_user().await;
    app.clock.advance(TimeDelta::days(29));
    let next = anon.refresh(&user.refresh_token).await;
    assert_eq!(next.status, 200);
    app.clock.advance(TimeDelta::days(31));
    let answer = anon.refresh(next.data()["refresh_token"].as_str().unwrap()).await;
    assert_eq!(answer.error(), "auth.session_ended");
}

#[tokio::test]
async fn only_refresh_tokens_refresh() {
    let (_app, anon, user) = TestApp::with_user().await;
    let long = "x".repeat(10_000);
    for token in ["", "x", "\u{0}", "' OR 1=1 --", &user.access_token, &long] {
        assert_eq!(anon.refresh(token).await.error(), "auth.session_ended", "{token}");
    }
    assert_eq!(anon.post("/refresh-token", json!({})).await.error(), "auth.required");
    assert_eq!(anon.post_nothing("/refresh-token").await.error(), "auth.required");
}

#[tokio::test]
async fn log_out_ends_the_session_of_the_refresh_token() {
    let (_app, anon, user) = TestApp::with_user().await;
    let answer = anon.post("/logout", json!({"refresh_token": user.refresh_token})).await;
    insta::assert_json_snapshot!(answer.snapshot(), @r#"
    {
      "body": {
        "code": 200,
        "data": {},
        "message": "success",
        "timestamp": "[timestamp]"
      },
      "status": 200
    }
    "#);
    assert_eq!(anon.refresh(&user.refresh_token).await.error(), "auth.session_ended");
    assert_eq!(anon.post("/logout", json!({"refresh_token": user.refresh_token})).await.status, 200);
}

#[tokio::test]
async fn log_out_ends_the_session_of_the_access_token() {
    let (_app, anon, user) = TestApp::with_user().await;
    assert_eq!(user.post_nothing("/logout").await.status, 200);
    assert_eq!(anon.refresh(&user.refresh_token).await.error(), "auth.session_ended");
}

#[tokio::test]
async fn log_out_with_nothing_signs_nobody_out() {
    let (app, anon, user) = TestApp::with_user().await;
    assert_eq!(anon.post_nothing("/logout").await.status, 200);
    assert_eq!(anon.refresh(&user.refresh_token).await.status, 200);
    app.clock.advance(TimeDelta::minutes(16));
    assert_eq!(user.post_nothing("/logout").await.error(), "auth.token_expired");
}

#[tokio::test]
async fn each_device_has_a_session_of_its_own() {
    let (_app, anon, user) = TestApp::with_user().await;
    let other = anon.log_in("ann").await;
    assert_eq!(user.post_nothing("/logout").await.status, 200);
    assert_eq!(anon.refresh(&user.refresh_token).await.error(), "auth.session_ended");
    assert_eq!(anon.refresh(&other.refresh_token).await.status, 200);
}
