//! The tokens in cookies, for browsers.

use super::app::{Answer, Client, PASSWORD, TestApp};
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;

const CSRF: (&str, &str) = ("x-requested-with", "open-meeting");

/// The cookie that the answer sets, as the browser sends it back.
fn cookie(answer: &Answer) -> String {
    let set = answer.headers["set-cookie"].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

async fn signed_in(anon: &impl Client) -> Answer {
    let body = json!({"username": "ann", "password": PASSWORD, "token_delivery": "cookie"});
    anon.post("/login", body).await
}

#[tokio::test]
async fn log_in_puts_the_refresh_token_into_a_cookie() {
    let (_app, anon, _user) = TestApp::with_user().await;
    let answer = signed_in(&anon).await;
    assert_eq!(answer.status, 200);
    assert!(answer.data()["refresh_token"].is_null());
    let set = answer.headers["set-cookie"].to_str().unwrap();
    let (pair, attributes) = set.split_once("; ").unwrap();
    assert!(pair.len() > "om_refresh=".len() + 42);
    assert_eq!(attributes, "HttpOnly; SameSite=Strict; Path=/api/v1; Max-Age=2592000");
}

#[tokio::test]
async fn the_cookie_refreshes_only_from_our_own_pages() {
    let (_app, anon, _user) = TestApp::with_user().await;
    let cookie_sent = cookie(&signed_in(&anon).await);
    let refresh = |headers: Vec<(&'static str, String)>| {
        let anon = &anon;
        async move {
            let mut request = anon.request(Method::POST, "/refresh-token");
            for (name, value) in headers {
                request = request.header(name, value);
            }
            anon.send(request).await
        }
    };
    let forged = refresh(vec![("cookie", cookie_sent.clone())]).await;
    insta::assert_json_snapshot!(forged.snapshot(), @r#"
    {
      "body": {
        "code": 403,
        "error": {
          "details": [],
          "type": "auth.csrf_header_required"
        },
        "message": "the header X-Requested-With: open-meeting is required with a cookie",
        "timestamp": "[timestamp]"
      },
      "status": 403
    }
    "#);
    let forged = refresh(vec![("cookie", cookie_sent.clone()), ("x-requested-with", "XMLHttpRequest".into())]).await;
    assert_eq!(forged.error(), "auth.csrf_header_required");
    let answer = refresh(vec![("cookie", cookie_sent.clone()), (CSRF.0, CSRF.1.into())]).await;
    assert_eq!(answer.status, 200);
    assert!(answer.data()["refresh_token"].is_null());
    assert_ne!(cookie(&answer), cookie_sent);
    let next = refresh(vec![("cookie", cookie(&answer)), (CSRF.0, CSRF.1.into())]).await;
    assert_eq!(next.status, 200);
}

#[tokio::test]
async fn log_out_takes_the_cookie_back() {
    let (_app, anon, _user) = TestApp::with_user().await;
    let cookie_sent = cookie(&signed_in(&anon).await);
    let log_out = |csrf: bool| {
        let request = anon.request(Method::POST, "/logout").header("cookie", &cookie_sent);
        let request = if csrf { request.header(CSRF.0, CSRF.1) } else { request };
        anon.send(request)
    };
    assert_eq!(log_out(false).await.error(), "auth.csrf_header_required");
    let answer = log_out(true).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["set-cookie"], "om_refresh=; HttpOnly; SameSite=Strict; Path=/api/v1; Max-Age=0");
    let request = anon.request(Method::POST, "/refresh-token").header("cookie", &cookie_sent).header(CSRF.0, CSRF.1);
    let ended = anon.send(request).await;
    assert_eq!(ended.error(), "auth.session_ended");
    assert!(ended.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
}

#[tokio::test]
async fn cookies_are_secure_where_clients_come_by_https() {
    let (_app, anon, _user) = TestApp::configured(|config| {
        config.public_url = Some("https://meet.example.org".parse().unwrap());
    })
    .await;
    let answer = signed_in(&anon).await;
    assert!(answer.headers["set-cookie"].to_str().unwrap().ends_with("; Secure"));
    assert_eq!(answer.headers["strict-transport-security"], "max-age=31536000");
}

/// All cookies that the answer sets: name, value and attributes.
fn cookies(answer: &Answer) -> Vec<(String, String, String)> {
    let set = answer.headers.get_all("set-cookie").iter().map(|set| set.to_str().unwrap());
    set.map(|set| {
        let (pair, attributes) = set.split_once("; ").unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        (name.to_owned(), value.to_owned(), attributes.to_owned())
    })
    .collect()
}

#[tokio::test]
async fn a_browser_gets_every_token_in_a_cookie_and_only_the_csrf_token_in_the_body() {
    let (_app, anon, _user) = TestApp::with_user().await;
    let answer = signed_in(&anon).await;
    let data = answer.data();
    assert!(data["access_token"].is_null() && data["refresh_token"].is_null());
    let set = cookies(&answer);
    let attributes: Vec<_> = set.iter().map(|(name, _, attributes)| (name.as_str(), attributes.as_str())).collect();
    assert_eq!(
        attributes,
        [
            ("om_refresh", "HttpOnly; SameSite=Strict; Path=/api/v1; Max-Age=2592000"),
            ("om_access", "HttpOnly; SameSite=Strict; Path=/api/v1; Max-Age=900"),
            ("om_csrf", "SameSite=Strict; Path=/; Max-Age=2592000"),
        ]
    );
    assert_eq!(data["csrf_token"], set[2].1.as_str());
    let native = anon.log_in("ann").await;
    assert!(native.get("/profile").await.headers.get("set-cookie").is_none());
}

#[tokio::test]
async fn an_expired_access_cookie_is_renewed_by_the_refresh_cookie_alone() {
    let (app, anon, _user) = TestApp::with_user().await;
    let sent = |set: &[(String, String, String)]| {
        set.iter().map(|(name, value, _)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    };
    let first = signed_in(&anon).await;
    let (before, csrf_before) = (sent(&cookies(&first)), first.text("csrf_token"));
    app.clock.advance(TimeDelta::minutes(16));
    let read = |cookies: &str| anon.send(anon.request(Method::GET, "/profile").header("cookie", cookies));
    assert_eq!(read(&before).await.error(), "auth.token_expired");
    let request = anon.request(Method::POST, "/refresh-token").header("cookie", &before).header(CSRF.0, CSRF.1);
    let renewed = anon.send(request).await;
    let (after, csrf_after) = (sent(&cookies(&renewed)), renewed.text("csrf_token"));
    assert_ne!((&before, &csrf_before), (&after, &csrf_after));
    assert_eq!(read(&after).await.status, 200);
    // Another tab may still have the one before: it is the same session.
    for csrf in [csrf_before, csrf_after] {
        let request = anon.request(Method::PUT, "/profile").header("cookie", &after).header("x-csrf-token", csrf);
        assert_eq!(anon.send(request.json(&json!({"nickname": "Ann"}))).await.status, 200);
    }
    let request = anon.request(Method::POST, "/logout").header("cookie", &after).header(CSRF.0, CSRF.1);
    let signed_out = cookies(&anon.send(request).await);
    assert_eq!(signed_out.len(), 3);
    assert!(signed_out.iter().all(|(_, value, attributes)| value.is_empty() && attributes.contains("Max-Age=0")));
}

#[tokio::test]
async fn a_browser_signs_out_everywhere_with_its_csrf_token() {
    let (_app, anon, user) = TestApp::with_user().await;
    let browser = signed_in(&anon).await;
    let cookie = format!("om_access={}", cookies(&browser)[1].1);
    let request = || anon.request(Method::POST, "/logout").header("cookie", &cookie).json(&json!({"everywhere": true}));
    assert_eq!(anon.send(request()).await.error(), "auth.csrf");
    assert_eq!(anon.refresh(&user.refresh_token).await.status, 200);
    let answer = anon.send(request().header("x-csrf-token", browser.text("csrf_token"))).await;
    assert_eq!(answer.status, 200);
    assert_eq!(anon.refresh(&user.refresh_token).await.error(), "auth.session_ended");
}
