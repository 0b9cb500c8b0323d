//! Tokens that open nothing.

use application_user::AccessClaims;
use chrono::TimeDelta;
use domain_shared::{Clock, SessionId};
use domain_user::UserRole;
use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::json;
use uuid::Uuid;

use super::app::{Client, TestApp};

/// Every operation that needs a user.
const GUARDED: [(&str, &str); 9] = [
    ("GET", "/profile"),
    ("PUT", "/profile"),
    ("POST", "/meetings"),
    ("GET", "/meetings"),
    ("GET", "/meetings/abc-defg-hij"),
    ("POST", "/meetings/abc-defg-hij/end"),
    ("POST", "/meetings/abc-defg-hij/join"),
    ("POST", "/meetings/abc-defg-hij/leave"),
    ("GET", "/meetings/abc-defg-hij/participants"),
];

#[tokio::test]
async fn without_a_token_nothing_opens() {
    let (_app, anon) = TestApp::empty().await;
    for (method, path) in GUARDED {
        let request = anon.request(method.parse().unwrap(), path).json(&json!({}));
        let answer = anon.send(request).await;
        assert_eq!(answer.error(), "auth.required", "{method} {path}");
        assert_eq!(answer.headers["www-authenticate"], r#"Bearer realm="open-meeting""#);
    }
    insta::assert_json_snapshot!(anon.get("/profile").await.snapshot(), @r#"
    {
      "body": {
        "code": 401,
        "error": {
          "details": [],
          "type": "auth.required"
        },
        "message": "sign in first",
        "timestamp": "[timestamp]"
      },
      "status": 401
    }
    "#);
}

#[tokio::test]
async fn garbage_opens_nothing() {
    let (_app, anon, user) = TestApp::with_user().await;
    let [head, claims, signature] = user.access_token.split('.').collect::<Vec<_>>()[..] else { panic!("no JWT") };
    let long = "a".repeat(7_000);
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    for token in [
        "",
        "x",
        "a.b.c",
        "..",
        &long,
        &format!("{head}.{claims}."),
        &format!("{head}.{claims}"),
        &format!("{head}.{claims}.{}", signature.chars().rev().collect::<String>()),
        // Unsigned, as in RFC 7519, section 6.
        &format!("{none}.{claims}."),
        &format!("{none}.{claims}.{signature}"),
        // The other token of the pair.
        &user.refresh_token,
        "' OR 1=1 --",
    ] {
        let request = anon.request(Method::GET, "/profile").header("authorization", format!("Bearer {token}"));
        assert_eq!(anon.send(request).await.error(), "auth.required", "{token}");
    }
    for header in ["", "Bearer", &format!("Basic {}", user.access_token), &user.access_token] {
        let request = anon.request(Method::GET, "/profile").header("authorization", header);
        assert_eq!(anon.send(request).await.error(), "auth.required", "{header}");
    }
    let request =
        anon.request(Method::GET, "/profile").header("authorization", format!("bearer {}", user.access_token));
    assert_eq!(anon.send(request).await.status, 200);
}

#[tokio::test]
async fn a_token_expires() {
    let (app, _anon, user) = TestApp::with_user().await;
    app.clock.advance(TimeDelta::minutes(14));
    assert_eq!(user.get("/profile").await.status, 200);
    app.clock.advance(TimeDelta::minutes(2));
    insta::assert_json_snapshot!(user.get("/profile").await.snapshot(), @r#"
    {
      "body": {
        "code": 401,
        "error": {
          "details": [],
          "type": "auth.token_expired"
        },
        "message": "the access token has expired",
        "timestamp": "[timestamp]"
      },
      "status": 401
    }
    "#);
}

#[tokio::test]
async fn a_room_token_is_no_access_token() {
    let (_app, anon, user) = TestApp::with_user().await;
    let meeting = user.create_meeting("Planning").await;
    let joined = user.post_nothing(&format!("/meetings/{meeting}/join")).await;
    let token = joined.data()["room_token"].as_str().unwrap().to_owned();
    let request = anon.request(Method::GET, "/profile").bearer_auth(token);
    assert_eq!(anon.send(request).await.error(), "auth.required");
}

#[tokio::test]
async fn a_token_of_another_server_opens_nothing() {
    let (_app, _anon, user) = TestApp::with_user().await;
    let (other, anon) = TestApp::empty_with_secret("another secret of at least 32 bytes!").await;
    let request = anon.request(Method::GET, "/profile").bearer_auth(&user.access_token);
    assert_eq!(anon.send(request).await.error(), "auth.required");
    drop(other);
}

#[tokio::test]
async fn the_token_of_an_account_that_is_gone_opens_nothing() {
    let (app, anon) = TestApp::empty().await;
    let claims = AccessClaims {
        user_id: Uuid::from_u128(1).into(),
        session_id: SessionId::from_uuid(Uuid::from_u128(2)),
        role: UserRole::User,
        nickname: "nobody".into(),
        token_id: Uuid::from_u128(3),
    };
    let token = app.access_tokens.issue(&claims, app.clock.now()).unwrap().token;
    let request = anon.request(Method::GET, "/profile").bearer_auth(token.expose_secret());
    assert_eq!(anon.send(request).await.error(), "auth.session_ended");
}
