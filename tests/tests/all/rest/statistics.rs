//! What goes on, in numbers.

use chrono::TimeDelta;
use serde_json::json;

use super::{
    app::{Client, TestApp},
    backends::{Backend, world},
};

#[tokio::test]
async fn administrators_and_backends_with_the_scope_are_told_what_goes_on() {
    let (app, anon, root, ann) = world().await;
    let live = ann.create_meeting("Live").await;
    ann.post_nothing(&format!("/meetings/{live}/join")).await;
    root.post_nothing(&format!("/meetings/{live}/join")).await;
    let held = ann.create_meeting("Held").await;
    ann.post_nothing(&format!("/meetings/{held}/join")).await;
    app.clock.advance(TimeDelta::minutes(10));
    ann.post_nothing(&format!("/meetings/{held}/end")).await;
    ann.create_meeting("Scheduled").await;
    let backend = Backend::with_key(&anon, &root, &["stats:read", "rooms:write", "tokens:issue"]).await;
    app.clock.advance(TimeDelta::seconds(1));
    for name in ["daily", "waits"] {
        backend.post("/rooms", json!({"room_name": name, "creator": "u1"})).await;
    }
    backend.post("/participants/join", json!({"room_name": "daily", "uid": "u1"})).await;
    let told = backend.get("/stats").await;
    insta::assert_json_snapshot!(told.data(), @r#"
    {
      "held": {
        "day": {
          "meetings": 1,
          "minutes": 10
        },
        "month": {
          "meetings": 1,
          "minutes": 10
        },
        "week": {
          "meetings": 1,
          "minutes": 10
        }
      },
      "meetings": {
        "cancelled": 0,
        "ended": 1,
        "live": 1,
        "scheduled": 1
      },
      "node": {
        "connections": 5,
        "consumers": 9,
        "peers": 4,
        "producers": 3,
        "rooms": 1
      },
      "people": {
        "live": 2,
        "peak_day": 3
      },
      "rooms": {
        "active": 1,
        "cancelled": 0,
        "ended": 0,
        "people": 1,
        "waiting": 1
      },
      "users": {
        "active": 2,
        "total": 2
      }
    }
    "#);
    assert_eq!(root.get("/stats").await.data(), told.data());

    let rooms = backend.get("/rooms/stats").await;
    assert_eq!(rooms.data()["total"], 2);
    let [bare, room] = [0, 1].map(|at| &rooms.data()["items"][at]);
    assert_eq!((&bare["room_name"], &bare["people"]), (&json!("daily"), &json!(1)));
    assert_eq!((&room["room_id"], &room["people"], &room["room_name"]), (&json!(live), &json!(2), &json!(null)));
    assert_eq!((&room["producers"], &room["consumers"]), (&json!(1), &json!(0)));
    assert_eq!(root.get("/rooms/stats").await.data(), rooms.data());
}

#[tokio::test]
async fn nobody_else_is_told() {
    let (_app, anon, root, ann) = world().await;
    let backend = Backend::with_key(&anon, &root, &["webhooks:manage"]).await;
    for path in ["/stats", "/rooms/stats"] {
        assert_eq!(ann.get(path).await.error(), "auth.forbidden", "{path}");
        assert_eq!(backend.get(path).await.error(), "api_key.scope_missing", "{path}");
        assert_eq!(anon.get(path).await.error(), "auth.required", "{path}");
    }
}

#[tokio::test]
async fn an_empty_house_counts_nothing() {
    let (app, anon) = TestApp::empty().await;
    let root = anon.sign_up("root").await;
    app.make_administrator("root").await;
    assert_eq!(root.get("/rooms/stats").await.data(), &json!({"items": [], "total": 0}));
    assert_eq!(root.get("/stats").await.data()["people"], json!({"live": 0, "peak_day": 0}));
}
