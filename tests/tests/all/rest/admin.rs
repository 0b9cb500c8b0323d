//! What administrators do, and what nobody else may.

use std::collections::HashSet;

use poem::http::Method;
use serde_json::{Value, json};

use super::app::{Anonymous, Client, PASSWORD, TestApp, User};

/// With the administrator `root`, and `ann`.
async fn world() -> (TestApp, Anonymous, User, User) {
    let (app, anon, ann) = TestApp::with_user().await;
    let root = anon.sign_up("root").await;
    app.make_administrator("root").await;
    (app, anon, root, ann)
}

fn names(answer: &super::app::Answer) -> Vec<String> {
    let items = answer.data()["items"].as_array().unwrap();
    items.iter().map(|item| item["username"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn nobody_else_may() {
    let (_app, anon, root, ann) = world().await;
    let id = &root.id;
    for (method, path, body) in [
        (Method::GET, "/admin/users".to_owned(), Value::Null),
        (Method::GET, format!("/admin/users/{id}"), Value::Null),
        (Method::POST, format!("/admin/users/{id}/ban"), json!({"reason": "spam"})),
        (Method::POST, format!("/admin/users/{id}/unban"), json!({})),
        (Method::PUT, format!("/admin/users/{id}/role"), json!({"role": "admin"})),
        (Method::GET, "/admin/audit-log".to_owned(), Value::Null),
    ] {
        let refused = ann.send(ann.request(method.clone(), &path).json(&body)).await;
        assert_eq!((refused.status, refused.error()), (403, "auth.forbidden"), "{method} {path}");
        let refused = anon.send(anon.request(method.clone(), &path).json(&body)).await;
        assert_eq!((refused.status, refused.error()), (401, "auth.required"), "{method} {path}");
    }
}

#[tokio::test]
async fn accounts_are_searched_and_paged() {
    let (_app, anon, root, _ann) = world().await;
    anon.sign_up("bob").await;
    assert_eq!(names(&root.get("/admin/users").await), ["bob", "root", "ann"]);
    assert_eq!(names(&root.get("/admin/users?query=AN").await), ["ann"]);
    assert_eq!(names(&root.get("/admin/users?role=admin").await), ["root"]);
    assert_eq!(names(&root.get("/admin/users?status=banned").await), [""; 0]);
    let first = root.get("/admin/users?limit=2").await;
    assert_eq!(names(&first), ["bob", "root"]);
    let next = root.get(&format!("/admin/users?limit=2&cursor={}", first.text("next_cursor"))).await;
    assert_eq!((names(&next), &next.data()["next_cursor"]), (vec!["ann".to_owned()], &Value::Null));
    for bad in ["limit=0", "limit=x", "cursor=x", "status=asleep", "role=king", &format!("query={}", "x".repeat(101))] {
        let refused = root.get(&format!("/admin/users?{bad}")).await;
        assert_eq!((refused.status, refused.error()), (422, "request.invalid"), "{bad}");
    }
    for odd in ["query=%25", "query=%27%20OR%201=1--", "query=%00", "query=%5C"] {
        assert_eq!(names(&root.get(&format!("/admin/users?{odd}")).await), [""; 0], "{odd}");
    }
}

#[tokio::test]
async fn a_ban_ends_everything_and_can_be_taken_back() {
    let (_app, anon, root, ann) = world().await;
    let path = |act: &str| format!("/admin/users/{}/{act}", ann.id);
    let banned = root.post(&path("ban"), json!({"reason": "spam", "until": "2030-01-01T00:00:00Z"})).await;
    insta::assert_json_snapshot!(banned.snapshot_without(&[])["body"]["data"]["user"]["ban"], @r#"
    {
      "at": "2027-01-15T08:00:00Z",
      "reason": "spam",
      "until": "2030-01-01T00:00:00Z"
    }
    "#);
    assert_eq!(banned.data()["user"]["status"], "banned");
    assert_eq!(anon.refresh(&ann.refresh_token).await.error(), "auth.banned");
    let refused = anon.post("/login", json!({"username": "ann", "password": PASSWORD})).await;
    assert_eq!(refused.error(), "auth.banned");
    assert_eq!(names(&root.get("/admin/users?status=banned").await), ["ann"]);

    assert_eq!(root.post_nothing(&path("unban")).await.data()["user"]["status"], "active");
    assert_eq!(root.post_nothing(&path("unban")).await.status, 200, "twice is no error");
    anon.log_in("ann").await;

    for (body, field) in [
        (json!({}), "reason"),
        (json!({"reason": " "}), "reason"),
        (json!({"reason": "x".repeat(501)}), "reason"),
        (json!({"reason": "spam", "until": "2000-01-01T00:00:00Z"}), "until"),
        (json!({"reason": "spam", "until": "soon"}), "until"),
    ] {
        let refused = root.post(&path("ban"), body.clone()).await;
        assert_eq!((refused.status, &refused.body["error"]["details"][0]["field"]), (422, &json!(field)), "{body}");
    }
    let own = root.post(&format!("/admin/users/{}/ban", root.id), json!({"reason": "bored"})).await;
    assert_eq!((own.status, own.error()), (409, "user.administrator"));
    for nobody in ["00000000-0000-7000-8000-000000000000", "x", "' OR 1=1"] {
        let refused = root.get(&format!("/admin/users/{nobody}")).await;
        assert_eq!((refused.status, refused.error()), (404, "user.not_found"), "{nobody}");
    }
}

#[tokio::test]
async fn there_is_always_an_administrator() {
    let (_app, _anon, root, ann) = world().await;
    let role = |id: &str| format!("/admin/users/{id}/role");
    let refused = root.put(&role(&root.id), json!({"role": "user"})).await;
    assert_eq!((refused.status, refused.error()), (409, "user.last_administrator"));
    let close = root.request(Method::DELETE, "/account").json(&json!({"password": PASSWORD}));
    assert_eq!(root.send(close).await.error(), "user.last_administrator");
    for bad in [json!({}), json!({"role": "king"}), json!({"role": 1})] {
        assert_eq!(root.put(&role(&ann.id), bad).await.status, 422);
    }
    assert_eq!(root.put(&role(&ann.id), json!({"role": "admin"})).await.data()["user"]["role"], "admin");
    assert_eq!(ann.get("/admin/users").await.status, 200, "at once, with the token from before");
    assert_eq!(ann.put(&role(&root.id), json!({"role": "user"})).await.status, 200);
    assert_eq!(root.get("/admin/users").await.error(), "auth.forbidden", "at once, with the token from before");
}

#[tokio::test]
async fn the_record_is_shown() {
    let (app, _anon, root, ann) = world().await;
    root.post(&format!("/admin/users/{}/ban", ann.id), json!({"reason": "spam"})).await;
    app.hand_on_events().await;
    let page = root.get(&format!("/admin/audit-log?user_id={}&action=user.banned", ann.id)).await;
    let entry = page.data()["items"][0].clone();
    assert_eq!((&entry["actor"]["username"], &entry["subject"]["username"]), (&json!("root"), &json!("ann")));
    assert_eq!((&entry["action"], &entry["details"]["reason"]), (&json!("user.banned"), &json!("spam")));
    let all = root.get(&format!("/admin/audit-log?user_id={}&limit=1", ann.id)).await;
    let next = root.get(&format!("/admin/audit-log?user_id={}&cursor={}", ann.id, all.text("next_cursor"))).await;
    let actions: HashSet<_> = [&all, &next]
        .into_iter()
        .flat_map(|page| page.data()["items"].as_array().unwrap())
        .map(|item| item["action"].as_str().unwrap())
        .collect();
    assert_eq!(actions, HashSet::from(["user.registered", "session.started", "session.ended", "user.banned"]));
    for bad in ["user_id=x", "limit=101", "cursor=%00", &format!("action={}", "x".repeat(101))] {
        assert_eq!(root.get(&format!("/admin/audit-log?{bad}")).await.status, 422, "{bad}");
    }
}
