//! Rooms for other backends: who is asked into them, let in, let out, and made to leave.

use serde_json::{Value, json};

use super::{
    app::{Answer, Client, TestApp},
    backends::{Backend, world},
    rooms::{backend, wrong},
};

/// With a room for two, `daily`.
async fn room_for_two(more: Value) -> (TestApp, Backend) {
    let (app, anon, root, _ann) = world().await;
    let backend = backend(&anon, &root).await;
    let mut room = json!({"room_name": "daily", "creator": "u1", "max_participants": 2});
    room.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    backend.post("/rooms", room).await.data();
    (app, backend)
}

async fn join(backend: &Backend, uid: &str) -> Answer {
    backend.post("/participants/join", json!({"room_name": "daily", "uid": uid})).await
}

async fn set(backend: &Backend, uid: &str, status: &str) -> Answer {
    backend.put(&format!("/rooms/daily/participants/{uid}/status"), json!({"status": status})).await
}

#[tokio::test]
async fn somebody_who_joins_gets_what_they_need() {
    let (_app, backend) = room_for_two(json!({})).await;
    let body = json!({"room_name": "daily", "uid": "用户/2", "name": " Bob "});
    let mut joined = backend.post("/participants/join", body).await;
    let data = joined.body["data"].clone();
    assert_eq!(data["participant"], backend.get("/rooms/daily/participants").await.data()["items"][0]);
    assert_eq!(data["room_id"], backend.get("/rooms/daily").await.data()["id"]);
    assert!(data["signaling_url"].as_str().unwrap().ends_with("/ws/signaling"), "{data}");
    for (part, field) in
        [("", "room_token"), ("", "room_id"), ("", "signaling_url"), ("", "expires_at"), ("participant", "id")]
    {
        let data = &mut joined.body["data"];
        let data = if part.is_empty() { data } else { &mut data[part] };
        data[field] = format!("[{field}]").into();
    }
    for field in ["created_at", "joined_at"] {
        joined.body["data"]["participant"][field] = format!("[{field}]").into();
    }
    insta::assert_json_snapshot!(joined.body["data"], @r#"
    {
      "expires_at": "[expires_at]",
      "participant": {
        "created_at": "[created_at]",
        "id": "[id]",
        "joined_at": "[joined_at]",
        "left_at": null,
        "name": "Bob",
        "role": "participant",
        "status": "joined",
        "uid": "用户/2"
      },
      "room_id": "[room_id]",
      "room_token": "[room_token]",
      "signaling_url": "[signaling_url]"
    }
    "#);
    assert_eq!(backend.get("/rooms/daily").await.text("status"), "active");
    let again = join(&backend, "用户/2").await;
    assert_eq!(again.data()["participant"]["id"], data["participant"]["id"], "the same for ever");
    assert_eq!(set(&backend, "%E7%94%A8%E6%88%B7%2F2", "left").await.text("status"), "left");
    assert_eq!(join(&backend, "u1").await.data()["participant"]["role"], "host", "the creator");
}

#[tokio::test]
async fn people_stand_as_they_were_told_to() {
    let (_app, backend) = room_for_two(json!({})).await;
    let invited = backend.post("/rooms/daily/invite", json!({"uids": ["u2", "u3", "u4", "u2"]})).await;
    assert_eq!((invited.status, invited.data()["invited"].as_array().unwrap().len()), (201, 3));
    assert_eq!(set(&backend, "u2", "declined").await.text("status"), "declined");
    assert_eq!(set(&backend, "u2", "missed").await.error(), "participant.wrong_status");
    assert_eq!(set(&backend, "u3", "missed").await.text("status"), "missed");
    assert_eq!(set(&backend, "u3", "joined").await.error(), "participant.wrong_status");
    assert_eq!(set(&backend, "u4", "left").await.error(), "participant.wrong_status");
    assert_eq!(set(&backend, "u9", "kicked").await.error(), "participant.not_found");
    assert_eq!(set(&backend, "%0A", "kicked").await.error(), "participant.not_found");
    assert_eq!(wrong(&set(&backend, "u4", "gone").await), [("status".to_owned(), "unknown_value".to_owned())]);

    join(&backend, "u2").await.data();
    join(&backend, "u4").await.data();
    assert_eq!(join(&backend, "u3").await.error(), "room.full");
    assert_eq!(set(&backend, "u4", "banned").await.text("status"), "banned");
    assert_eq!(join(&backend, "u4").await.error(), "room.banned");
    let token = backend.post("/rooms/daily/token", json!({"uid": "u4"})).await;
    assert_eq!((token.status, token.error()), (403, "room.banned"));
    let invited = backend.post("/rooms/daily/invite", json!({"uids": ["u2", "u4", "u5"]})).await;
    let skipped = json!([{"uid": "u2", "status": "joined"}, {"uid": "u4", "status": "banned"}]);
    assert_eq!((&invited.data()["skipped"], &invited.data()["invited"][0]["uid"]), (&skipped, &json!("u5")));
    assert_eq!(set(&backend, "u4", "invited").await.text("status"), "invited");
    join(&backend, "u4").await.data();
    assert_eq!(set(&backend, "u4", "kicked").await.text("status"), "kicked");
    join(&backend, "u4").await.data();
    let leave = |uid: &str| backend.post("/participants/leave", json!({"room_name": "daily", "uid": uid}));
    assert_eq!(leave("u4").await.status, 200);
    assert_eq!(leave("u4").await.status, 200, "again is no error");
    assert_eq!(leave("u9").await.error(), "participant.not_found");
    let joined = backend.get("/rooms/daily/participants?status=joined").await;
    assert_eq!(joined.data()["items"].as_array().unwrap().len(), 1);

    backend.post_nothing("/rooms/daily/end").await.data();
    for refused in [
        join(&backend, "u2").await,
        leave("u2").await,
        set(&backend, "u2", "kicked").await,
        backend.post("/rooms/daily/invite", json!({"uids": ["u7"]})).await,
        backend.post("/rooms/daily/token", json!({"uid": "u7"})).await,
    ] {
        assert_eq!((refused.status, refused.error()), (409, "room.ended"));
    }
}

#[tokio::test]
async fn participants_come_in_pages() {
    let (_app, backend) = room_for_two(json!({})).await;
    let uids: Vec<_> = (10..15).map(|n| format!("u{n}")).collect();
    backend.post("/rooms/daily/invite", json!({"uids": uids})).await.data();
    let (mut seen, mut path) = (Vec::new(), "/rooms/daily/participants?limit=2".to_owned());
    loop {
        let page = backend.get(&path).await;
        let items = page.data()["items"].as_array().unwrap().iter();
        seen.extend(items.map(|item| item["uid"].as_str().unwrap().to_owned()));
        let Some(cursor) = page.data()["next_cursor"].as_str() else { break };
        path = format!("/rooms/daily/participants?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, uids);
    for bad in ["limit=0", "cursor=x", "status=gone"] {
        assert_eq!(backend.get(&format!("/rooms/daily/participants?{bad}")).await.error(), "request.invalid", "{bad}");
    }
    assert_eq!(backend.get("/rooms/other/participants").await.error(), "room.not_found");
}

#[tokio::test]
async fn only_the_invited_come_in_when_inviting_is_on() {
    let (_app, backend) = room_for_two(json!({"invite_on": true})).await;
    let refused = join(&backend, "u2").await;
    assert_eq!((refused.status, refused.error()), (403, "room.not_invited"));
    backend.post("/rooms/daily/invite", json!({"uids": ["u2"]})).await.data();
    assert_eq!(join(&backend, "u2").await.status, 200);
    assert_eq!(join(&backend, "u1").await.status, 200, "the creator");
}

#[tokio::test]
async fn tokens_with_bad_fields() {
    let (_app, backend) = room_for_two(json!({"call_type": "audio"})).await;
    for (body, expected) in [
        (json!({}), ("uid", "required")),
        (json!({"uid": " "}), ("uid", "empty")),
        (json!({"uid": "u2", "ttl": 9}), ("ttl", "out_of_range")),
        (json!({"uid": "u2", "ttl": 86_401}), ("ttl", "out_of_range")),
        (json!({"uid": "u2", "ttl": "60"}), ("ttl", "wrong_type")),
        (json!({"uid": "u2", "role": "king"}), ("role", "unknown_value")),
        (json!({"uid": "u2", "name": "x".repeat(65)}), ("name", "too_long")),
        (json!({"uid": "u2", "grants": {"can_chat": "no"}}), ("grants.can_chat", "wrong_type")),
        (
            json!({"uid": "u2", "grants": {"can_publish_sources": ["cinema"]}}),
            ("grants.can_publish_sources[0]", "unknown_value"),
        ),
        (
            json!({"uid": "u2", "grants": {"can_publish_sources": ["camera"]}}),
            ("grants.can_publish_sources", "not_in_audio_room"),
        ),
    ] {
        let told = wrong(&backend.post("/rooms/daily/token", body.clone()).await);
        assert_eq!(told, [(expected.0.to_owned(), expected.1.to_owned())], "{body}");
    }
    for (body, expected) in [
        (json!({"uids": []}), "empty"),
        (json!({"uids": [" "]}), "empty"),
        (json!({"uids": vec!["u"; 101]}), "too_many"),
        (json!({"uids": "u2"}), "wrong_type"),
    ] {
        let told = wrong(&backend.post("/rooms/daily/invite", body.clone()).await);
        assert_eq!(told, [("uids".to_owned(), expected.to_owned())], "{body}");
    }
    let told = wrong(&backend.post("/participants/join", json!({"room_name": "a/b", "uid": ""})).await);
    assert_eq!(told.len(), 2, "{told:?}");
    let items = backend.get("/rooms/daily/participants").await;
    assert_eq!(items.data()["items"], json!([]), "nobody came of it");
    let token = backend.post("/rooms/daily/token", json!({"uid": "u2", "ttl": 60, "role": "co-host"})).await;
    assert_eq!((token.status, &token.data()["participant"]["role"]), (201, &json!("co-host")));
}
