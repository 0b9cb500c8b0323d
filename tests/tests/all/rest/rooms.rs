//! Rooms for other backends: created, shown, changed, ended.

use chrono::TimeDelta;
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    app::{Anonymous, Answer, Client, TestApp, User},
    backends::{Backend, world},
};

/// A backend with every scope of rooms.
pub async fn backend(anon: &Anonymous, root: &User) -> Backend {
    Backend::with_key(anon, root, &["rooms:read", "rooms:write", "tokens:issue"]).await
}

/// What is wrong with which field.
pub fn wrong(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!((answer.status, answer.error()), (422, "request.invalid"), "{}", answer.body);
    let details = answer.body["error"]["details"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    details.map(|detail| (text(&detail["field"]), text(&detail["code"]))).collect()
}

fn names(answer: &Answer) -> Vec<String> {
    let items = answer.data()["items"].as_array().unwrap();
    items.iter().map(|item| item["room_name"].as_str().unwrap().to_owned()).collect()
}

async fn three_rooms() -> (TestApp, Backend) {
    let (app, anon, root, _ann) = world().await;
    let backend = backend(&anon, &root).await;
    for (name, call_type, channel) in [("a", "audio", "c1"), ("b", "video", "c1"), ("c", "video", "c2")] {
        app.clock.advance(TimeDelta::seconds(1));
        let room = json!({"room_name": name, "call_type": call_type, "source_channel_id": channel, "creator": "u1"});
        assert_eq!(backend.post("/rooms", room).await.status, 201);
    }
    (app, backend)
}

#[tokio::test]
async fn a_room_has_what_it_was_created_with() {
    let (_app, anon, root, _ann) = world().await;
    let backend = backend(&anon, &root).await;
    let room = json!({
        "source_channel_id": "channel_123", "source_channel_type": 0, "creator": "user_001", "room_name": "meeting_001",
        "call_type": "audio", "invite_on": true, "max_participants": 5, "metadata": "{\"k\":1}",
        "empty_timeout": 3600, "departure_timeout": 10,
    });
    let created = backend.post("/rooms", room).await;
    assert_eq!(created.status, 201);
    let mut shown = created.data().clone();
    assert_eq!(backend.get("/rooms/meeting_001").await.data(), &shown);
    for field in ["id", "created_at", "updated_at"] {
        shown[field] = format!("[{field}]").into();
    }
    insta::assert_json_snapshot!(shown, @r#"
    {
      "call_type": "audio",
      "created_at": "[created_at]",
      "creator": "user_001",
      "departure_timeout": 10,
      "empty_timeout": 3600,
      "ended_at": null,
      "id": "[id]",
      "invite_on": true,
      "locked": false,
      "max_participants": 5,
      "metadata": "{\"k\":1}",
      "room_name": "meeting_001",
      "source_channel_id": "channel_123",
      "source_channel_type": 0,
      "started_at": null,
      "status": "waiting",
      "updated_at": "[updated_at]"
    }
    "#);
    let plain = backend.post("/rooms", json!({"room_name": "plain", "creator": "u1"})).await;
    let plain = plain.data();
    assert_eq!((&plain["call_type"], &plain["max_participants"]), (&json!("video"), &json!(100)));
    assert_eq!((&plain["invite_on"], &plain["metadata"]), (&json!(false), &Value::Null));
    assert_eq!((&plain["empty_timeout"], &plain["departure_timeout"]), (&json!(86_400), &json!(300)));
}

#[tokio::test]
async fn of_fifty_rooms_of_one_name_created_at_once_one_is() {
    let (_app, anon, root, _ann) = world().await;
    let backend = backend(&anon, &root).await;
    let room = json!({"room_name": "daily", "creator": "u1"});
    // Connections of their own.
    let outcomes = join_all((0..50).map(|_| {
        let request = backend.request(Method::POST, "/rooms").json(&room).build().unwrap();
        async move { reqwest::Client::new().execute(request).await.unwrap() }
    }))
    .await;
    let (mut created, mut taken) = (0, 0);
    for answer in outcomes {
        match answer.status().as_u16() {
            201 => created += 1,
            409 => {
                let body: Value = answer.json().await.unwrap();
                assert_eq!(body["error"]["type"], "room.name_taken");
                taken += 1;
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!((created, taken), (1, 49));
    assert_eq!(names(&backend.get("/rooms").await), ["daily"]);
}

#[tokio::test]
async fn a_room_that_was_asked_for_twice_is_created_once() {
    let (_app, anon, root, _ann) = world().await;
    let backend = backend(&anon, &root).await;
    let create = |name: &str| {
        let room = json!({"room_name": name, "creator": "u1"});
        backend.send(backend.request(Method::POST, "/rooms").header("idempotency-key", "key-1").json(&room))
    };
    let (first, again) = (create("daily").await, create("daily").await);
    assert_eq!((first.status, again.status, &first.body), (201, 201, &again.body));
    assert_eq!(create("other").await.error(), "request.idempotency_mismatch");
}

#[tokio::test]
async fn rooms_are_listed_newest_first_in_pages_by_what_they_are() {
    let (_app, backend) = three_rooms().await;
    let first = backend.get("/rooms?limit=2").await;
    assert_eq!(names(&first), ["c", "b"]);
    let next = backend.get(&format!("/rooms?limit=2&cursor={}", first.text("next_cursor"))).await;
    assert_eq!((names(&next), &next.data()["next_cursor"]), (vec!["a".to_owned()], &Value::Null));
    backend.put("/rooms/b/status", json!({"status": "active"})).await.data();
    for (filter, expected) in [
        ("status=waiting", vec!["c", "a"]),
        ("status=active&call_type=video", vec!["b"]),
        ("call_type=audio", vec!["a"]),
        ("source_channel_id=c1", vec!["b", "a"]),
        ("source_channel_id=c1&call_type=video", vec!["b"]),
        ("room_name=c", vec!["c"]),
        ("room_name=C", vec![]),
    ] {
        assert_eq!(names(&backend.get(&format!("/rooms?{filter}")).await), expected, "{filter}");
    }
    for bad in
        ["limit=0", "limit=101", "status=over", "call_type=x", "cursor=x", "room_name=a%20b", "source_channel_id="]
    {
        assert_eq!(backend.get(&format!("/rooms?{bad}")).await.error(), "request.invalid", "{bad}");
    }
}

#[tokio::test]
async fn a_status_goes_forwards_and_a_name_is_free_again() {
    let (_app, backend) = three_rooms().await;
    let set = |name: &str, status: &str| {
        let path = format!("/rooms/{name}/status");
        let body = json!({"status": status});
        let request = backend.request(Method::PUT, &path).json(&body);
        backend.send(request)
    };
    assert_eq!(set("a", "active").await.text("status"), "active");
    assert_eq!(set("a", "active").await.status, 200, "again is no error");
    assert_eq!(set("a", "cancelled").await.error(), "room.already_started");
    assert_eq!(set("a", "waiting").await.error(), "room.wrong_status");
    let ended = backend.post_nothing("/rooms/a/end").await;
    assert_eq!((ended.text("status"), ended.data()["ended_at"].is_null()), ("ended".to_owned(), false));
    assert_eq!(backend.post_nothing("/rooms/a/end").await.error(), "room.ended");
    assert_eq!(set("a", "active").await.error(), "room.ended");
    assert_eq!(set("b", "cancelled").await.text("status"), "cancelled");
    assert_eq!(backend.get("/rooms/a").await.text("status"), "ended", "the last of the name");
    let again = backend.post("/rooms", json!({"room_name": "a", "creator": "u1"})).await;
    assert_eq!(again.status, 201);
    assert_eq!(backend.get("/rooms/a").await.data()["id"], again.data()["id"]);
    assert_eq!(names(&backend.get("/rooms?room_name=a").await), ["a", "a"]);
    assert_eq!(wrong(&set("a", "over").await), [("status".to_owned(), "unknown_value".to_owned())]);
    for nobody in ["nothing", "stats%2F", "a%2Fb", "%00", &"x".repeat(129), "房间"] {
        assert_eq!(backend.get(&format!("/rooms/{nobody}")).await.error(), "room.not_found", "{nobody}");
        assert_eq!(set(nobody, "active").await.error(), "room.not_found", "{nobody}");
        assert_eq!(backend.post_nothing(&format!("/rooms/{nobody}/end")).await.error(), "room.not_found", "{nobody}");
    }
}

#[tokio::test]
async fn rooms_with_bad_fields() {
    let (_app, anon, root, _ann) = world().await;
    let backend = backend(&anon, &root).await;
    let long = "x".repeat(129);
    for (body, expected) in [
        (json!({}), vec![("room_name", "required"), ("creator", "required")]),
        (json!({"room_name": 1, "creator": []}), vec![("room_name", "wrong_type"), ("creator", "wrong_type")]),
        (json!({"room_name": "", "creator": " "}), vec![("room_name", "empty"), ("creator", "empty")]),
        (json!({"room_name": long, "creator": long}), vec![("room_name", "too_long"), ("creator", "too_long")]),
        (
            json!({"room_name": "a b", "creator": "a\u{0}"}),
            vec![("room_name", "forbidden_character"), ("creator", "forbidden_character")],
        ),
        (json!({"room_name": "stats", "creator": "u"}), vec![("room_name", "reserved")]),
        (json!({"room_name": "a", "creator": "u", "call_type": 1}), vec![("call_type", "unknown_value")]),
        (json!({"room_name": "a", "creator": "u", "invite_on": 1}), vec![("invite_on", "wrong_type")]),
        (json!({"room_name": "a", "creator": "u", "max_participants": 1}), vec![("max_participants", "out_of_range")]),
        (
            json!({"room_name": "a", "creator": "u", "empty_timeout": 9, "departure_timeout": 2_592_001}),
            vec![("empty_timeout", "out_of_range"), ("departure_timeout", "out_of_range")],
        ),
        (
            json!({"room_name": "a", "creator": "u", "source_channel_type": -1}),
            vec![("source_channel_type", "out_of_range")],
        ),
        (json!({"room_name": "a", "creator": "u", "metadata": "é".repeat(2_049)}), vec![("metadata", "too_long")]),
        (json!({"room_name": "a", "creator": "u", "metadata": "\u{0}"}), vec![("metadata", "forbidden_character")]),
    ] {
        let told = wrong(&backend.post("/rooms", body.clone()).await);
        let told: Vec<_> = told.iter().map(|(field, code)| (field.as_str(), code.as_str())).collect();
        assert_eq!(told, expected, "{body}");
    }
    let malformed = backend.request(Method::POST, "/rooms").header("content-type", "application/json").body("{");
    assert_eq!(backend.send(malformed).await.error(), "request.malformed");
    assert_eq!(names(&backend.get("/rooms").await), [""; 0]);
}

#[tokio::test]
async fn each_operation_needs_its_scope_and_a_user_is_no_backend() {
    let (_app, anon, root, ann) = world().await;
    let all = backend(&anon, &root).await;
    all.post("/rooms", json!({"room_name": "daily", "creator": "u1"})).await.data();
    all.post("/rooms/daily/invite", json!({"uids": ["u2"]})).await.data();
    let person = json!({"room_name": "daily", "uid": "u2"});
    for (scope, method, path, body) in [
        ("rooms:write", Method::POST, "/rooms", json!({"room_name": "new", "creator": "u1"})),
        ("rooms:read", Method::GET, "/rooms", Value::Null),
        ("rooms:read", Method::GET, "/rooms/daily", Value::Null),
        ("rooms:write", Method::PUT, "/rooms/daily/status", json!({"status": "active"})),
        ("rooms:read", Method::GET, "/rooms/daily/participants", Value::Null),
        ("rooms:write", Method::POST, "/rooms/daily/invite", json!({"uids": ["u3"]})),
        ("tokens:issue", Method::POST, "/rooms/daily/token", json!({"uid": "u2"})),
        ("tokens:issue", Method::POST, "/participants/join", person.clone()),
        ("rooms:write", Method::POST, "/participants/leave", person),
        ("rooms:write", Method::PUT, "/rooms/daily/participants/u2/status", json!({"status": "kicked"})),
        ("rooms:write", Method::POST, "/rooms/daily/end", Value::Null),
    ] {
        let others = ["rooms:read", "rooms:write", "tokens:issue", "webhooks:manage", "stats:read"];
        let others: Vec<_> = others.into_iter().filter(|other| *other != scope).collect();
        let wrong = Backend::with_key(&anon, &root, &others).await;
        let refused = wrong.send(wrong.request(method.clone(), path).json(&body)).await;
        assert_eq!((refused.status, refused.error()), (403, "api_key.scope_missing"), "{method} {path}");
        for refused in [
            ann.send(ann.request(method.clone(), path).json(&body)).await,
            anon.send(anon.request(method.clone(), path).json(&body)).await,
        ] {
            assert_eq!((refused.status, refused.error()), (401, "api_key.required"), "{method} {path}");
        }
        let right = Backend::with_key(&anon, &root, &[scope]).await;
        let done = right.send(right.request(method.clone(), path).json(&body)).await;
        assert!(done.status < 300, "{method} {path}: {}", done.body);
    }
}
