//! Limits of what can be abused.

use std::time::Duration;

use application_shared::RateLimit;
use interfaces_rest::RestLimits;
use reqwest::Method;
use serde_json::json;

use super::app::{Answer, Client, PASSWORD, TestApp, unlimited};

/// Two at once, then none for an hour.
const TWO: RateLimit = RateLimit { burst: 2, period: Duration::from_secs(3_600) };

fn header(answer: &Answer, name: &str) -> u64 {
    answer.headers.get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap().parse().unwrap()
}

fn refused(answer: &Answer) {
    assert_eq!(answer.error(), "rate.limited");
    assert_eq!(header(answer, "ratelimit-limit"), 2);
    assert_eq!(header(answer, "ratelimit-remaining"), 0);
    assert!((1..=3_600).contains(&header(answer, "retry-after")));
    assert!((1..=3_600).contains(&header(answer, "ratelimit-reset")));
}

#[tokio::test]
async fn logins_from_one_address_are_limited() {
    let (_app, anon) =
        TestApp::empty_configured(|config| config.limits = RestLimits { login_per_address: TWO, ..unlimited() }).await;
    let try_it = |name: &'static str| anon.post("/login", json!({"username": name, "password": "wrong password"}));
    let first = try_it("a-one").await;
    assert_eq!(first.error(), "auth.invalid_credentials");
    assert_eq!((header(&first, "ratelimit-limit"), header(&first, "ratelimit-remaining")), (2, 1));
    assert_eq!(try_it("b-two").await.status, 401);
    let third = try_it("c-three").await;
    refused(&third);
    insta::assert_json_snapshot!(third.snapshot(), @r#"
    {
      "body": {
        "code": 429,
        "error": {
          "details": [],
          "type": "rate.limited"
        },
        "message": "too many requests, try again later",
        "timestamp": "[timestamp]"
      },
      "status": 429
    }
    "#);
}

#[tokio::test]
async fn logins_under_one_name_are_limited_wherever_they_come_from() {
    let (_app, anon, _user) = TestApp::configured(|config| {
        config.limits = RestLimits { login_per_account: TWO, ..unlimited() };
        config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    let try_it = |name: &'static str, address: &'static str, password: &'static str| {
        let request = anon.request(Method::POST, "/login").header("x-forwarded-for", address);
        anon.send(request.json(&json!({"username": name, "password": password})))
    };
    // One login has been spent by signing the user in.
    assert_eq!(try_it("ann", "192.0.2.1", "wrong password").await.status, 401);
    refused(&try_it(" ANN", "192.0.2.2", PASSWORD).await);
    assert_eq!(try_it("bob", "192.0.2.2", "wrong password").await.status, 401);
}

#[tokio::test]
async fn addresses_behind_a_trusted_proxy_are_counted_apart_and_others_cannot_pretend() {
    let limits = RestLimits { login_per_address: TWO, ..unlimited() };
    for (trusted, statuses) in [(vec!["127.0.0.0/8".parse().unwrap()], [401, 401, 401]), (vec![], [401, 401, 429])] {
        let (_app, anon) = TestApp::empty_configured(|config| {
            config.limits = limits;
            config.trusted_proxies = trusted;
        })
        .await;
        let mut seen = [0; 3];
        for (status, address) in seen.iter_mut().zip(["192.0.2.1", "192.0.2.2", "192.0.2.3"]) {
            let request = anon.request(Method::POST, "/login").header("x-forwarded-for", address);
            *status = anon.send(request.json(&json!({"username": "nobody", "password": "wrong"}))).await.status;
        }
        assert_eq!(seen, statuses);
    }
}

#[tokio::test]
async fn registrations_are_limited_before_they_are_looked_at() {
    let (_app, anon) =
        TestApp::empty_configured(|config| config.limits = RestLimits { register_per_address: TWO, ..unlimited() })
            .await;
    assert_eq!(anon.register("ann", "ann@example.org").await.status, 201);
    assert_eq!(anon.post("/register", json!({})).await.status, 422);
    refused(&anon.register("bob", "bob@example.org").await);
}

#[tokio::test]
async fn what_one_user_does_is_limited_operation_by_operation() {
    let (_app, anon, user) =
        TestApp::configured(|config| config.limits = RestLimits { user_per_operation: TWO, ..unlimited() }).await;
    assert_eq!([user.get("/profile").await.status, user.get("/profile").await.status], [200, 200]);
    refused(&user.get("/profile").await);
    assert_eq!(user.get("/meetings").await.status, 200, "another operation has its own limit");
    assert_eq!(anon.sign_up("bob").await.get("/profile").await.status, 200, "and so has another user");
}

#[tokio::test]
async fn guessing_the_password_in_a_session_is_limited() {
    let (_app, _anon, user) =
        TestApp::configured(|config| config.limits = RestLimits { password_per_account: TWO, ..unlimited() }).await;
    let guess = || user.post("/change-password", json!({"old_password": "a wrong guess", "new_password": PASSWORD}));
    assert_eq!([guess().await.status, guess().await.status], [403, 403]);
    refused(&guess().await);
}

#[tokio::test]
async fn mails_to_one_address_are_limited_whether_it_is_known_or_not() {
    let (_app, anon, _user) =
        TestApp::configured(|config| config.limits = RestLimits { password_reset_per_account: TWO, ..unlimited() })
            .await;
    for email in ["ann@example.org", "nobody@example.org"] {
        let ask = || anon.post("/password-reset", json!({"email": email}));
        assert_eq!([ask().await.status, ask().await.status], [200, 200]);
        refused(&ask().await);
    }
}

#[tokio::test]
async fn refreshes_are_limited() {
    let (_app, anon) =
        TestApp::empty_configured(|config| config.limits = RestLimits { refresh_per_address: TWO, ..unlimited() })
            .await;
    assert_eq!(anon.refresh("x").await.status, 401);
    assert_eq!(anon.refresh("x").await.status, 401);
    refused(&anon.refresh("x").await);
}
