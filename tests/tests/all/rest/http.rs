//! What holds for every request: paths, methods, headers, envelopes.

use reqwest::Method;
use serde_json::json;

use super::app::{Client, TestApp};

#[tokio::test]
async fn nothing_is_at_an_unknown_address() {
    let (app, anon) = TestApp::empty().await;
    insta::assert_json_snapshot!(anon.get("/nowhere").await.snapshot(), @r#"
    {
      "body": {
        "code": 404,
        "error": {
          "details": [],
          "type": "request.not_found"
        },
        "message": "there is nothing at this address",
        "timestamp": "[timestamp]"
      },
      "status": 404
    }
    "#);
    for path in
        ["/", "/api", "/api/v1", "/api/v1/", "/api/v2/meetings", "/api/v1/meetings/", "/api/v1//meetings", "/elsewhere"]
    {
        assert_eq!(app.get(path).await.error(), "request.not_found", "{path}");
    }
}

#[tokio::test]
async fn a_path_knows_its_methods() {
    let (_app, anon) = TestApp::empty().await;
    let answer = anon.send(anon.request(Method::DELETE, "/profile")).await;
    assert_eq!(answer.headers["allow"], "GET, HEAD, OPTIONS, PUT");
    insta::assert_json_snapshot!(answer.snapshot(), @r#"
    {
      "body": {
        "code": 405,
        "error": {
          "details": [],
          "type": "request.method_not_allowed"
        },
        "message": "this address does not support the method",
        "timestamp": "[timestamp]"
      },
      "status": 405
    }
    "#);
    for (method, path, allow) in [
        ("GET", "/login", "OPTIONS, POST"),
        ("HEAD", "/login", "OPTIONS, POST"),
        ("PATCH", "/meetings", "GET, HEAD, OPTIONS, POST"),
        ("PUT", "/meetings/abc-defg-hij/join", "OPTIONS, POST"),
    ] {
        let answer = anon.send(anon.request(method.parse().unwrap(), path)).await;
        assert_eq!((answer.status, answer.headers["allow"].to_str().unwrap()), (405, allow), "{method} {path}");
    }
    let answer = anon.send(anon.request("BREW".parse().unwrap(), "/meetings")).await;
    assert_eq!(answer.error(), "request.method_not_allowed");
    let answer = anon.send(anon.request(Method::OPTIONS, "/meetings")).await;
    assert_eq!((answer.status, answer.headers["allow"].to_str().unwrap()), (204, "GET, HEAD, OPTIONS, POST"));
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let (_app, _anon, user) = TestApp::with_user().await;
    let answer = user.send(user.request(Method::HEAD, "/profile")).await;
    assert_eq!(answer.status, 200);
    assert!(answer.body.is_null());
}

#[tokio::test]
async fn every_answer_bears_the_name_of_its_request() {
    let (_app, anon) = TestApp::empty().await;
    for (path, status) in [("/health", 200), ("/nowhere", 404), ("/profile", 401)] {
        let answer = anon.send(anon.request(Method::GET, path).header("x-request-id", "trace-1/2:3")).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.headers["x-request-id"], "trace-1/2:3");
    }
    for odd in [&b""[..], b"two words", &[b'x'; 129], b"caf\xe9"] {
        let answer = anon.send(anon.request(Method::GET, "/health").header("x-request-id", odd)).await;
        let id = answer.headers["x-request-id"].to_str().unwrap();
        assert_eq!(uuid::Uuid::parse_str(id).unwrap().get_version_num(), 7, "{odd:?}");
    }
}

#[tokio::test]
async fn answers_are_hardened() {
    let (_app, anon) = TestApp::empty().await;
    let answer = anon.get("/health").await;
    for (name, value) in [
        ("content-type", "application/json"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ] {
        assert_eq!(answer.headers[name], value, "{name}");
    }
    for absent in ["access-control-allow-origin", "strict-transport-security", "server"] {
        assert!(!answer.headers.contains_key(absent), "{absent}");
    }
}

#[tokio::test]
async fn only_configured_origins_may_call() {
    let (_app, anon) = TestApp::empty_configured(|config| {
        config.allowed_origins = vec!["https://app.example.org".to_owned()];
    })
    .await;
    let preflight = |origin: &'static str| {
        let request = anon.request(Method::OPTIONS, "/login").header("origin", origin);
        anon.send(request.header("access-control-request-method", "POST"))
    };
    let answer = preflight("https://app.example.org").await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.headers["access-control-allow-origin"], "https://app.example.org");
    assert!(!preflight("https://evil.example").await.headers.contains_key("access-control-allow-origin"));
    let request = anon.request(Method::POST, "/login").header("origin", "https://app.example.org");
    let answer = anon.send(request.json(&json!({"username": "nobody", "password": "x"}))).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.headers["access-control-allow-origin"], "https://app.example.org");
}
