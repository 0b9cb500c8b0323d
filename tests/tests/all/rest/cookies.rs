//! The refresh token in a cookie, for browsers.

use super::app::{Answer, Client, PASSWORD, TestApp};
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
