//! API keys: made, listed and revoked by administrators, and what they open.

use std::time::Duration;

use application_shared::RateLimit;
use chrono::TimeDelta;
use domain_shared::Clock;
use interfaces_rest::RestLimits;
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    app::{Answer, Client, TestApp, unlimited},
    backends::{Backend, world},
};

fn names(answer: &Answer) -> Vec<String> {
    let items = answer.data()["items"].as_array().unwrap();
    items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_key_is_told_once() {
    let (app, _anon, root, _ann) = world().await;
    let body =
        json!({"name": " Clinic ", "scopes": ["rooms:write", "rooms:read"], "expires_at": "2030-01-01T00:00:00Z"});
    let created = root.post("/admin/api-keys", body).await;
    assert_eq!(created.status, 201);
    let key = created.text("key");
    let mut shown = created.data()["api_key"].clone();
    assert!(key.starts_with(&format!("{}_", shown["prefix"].as_str().unwrap())) && key.len() == 57, "{key}");
    assert_eq!(shown["created_by"], root.id.as_str());
    let listed = root.get("/admin/api-keys").await;
    assert_eq!(listed.data()["items"], json!([shown]));
    assert!(!listed.body.to_string().contains(&key[14..]), "nobody is told again");
    for field in ["id", "created_by", "created_at", "prefix"] {
        shown[field] = format!("[{field}]").into();
    }
    insta::assert_json_snapshot!(shown, @r#"
    {
      "created_at": "[created_at]",
      "created_by": "[created_by]",
      "expires_at": "2030-01-01T00:00:00Z",
      "id": "[id]",
      "last_used_at": null,
      "name": "Clinic",
      "prefix": "[prefix]",
      "revoked_at": null,
      "revoked_by": null,
      "scopes": [
        "rooms:read",
        "rooms:write"
      ]
    }
    "#);
    app.hand_on_events().await;
    let record = root.get("/admin/audit-log?action=api-key.created").await;
    let entry = &record.data()["items"][0];
    assert_eq!((&entry["actor"]["username"], &entry["details"]["name"]), (&json!("root"), &json!("Clinic")));
}

#[tokio::test]
async fn a_key_that_was_asked_for_twice_is_made_once() {
    let (_app, _anon, root, _ann) = world().await;
    let create = |body: Value| {
        root.send(root.request(Method::POST, "/admin/api-keys").header("idempotency-key", "key-1").json(&body))
    };
    let first = create(json!({"name": "Clinic", "scopes": ["rooms:read"]})).await;
    let again = create(json!({"name": "Clinic", "scopes": ["rooms:read"]})).await;
    assert_eq!(
        (first.status, again.status, &first.body),
        (201, 201, &again.body),
        "the client missed the first answer"
    );
    assert_eq!(again.headers["idempotency-replayed"], "true");
    let other = create(json!({"name": "School", "scopes": ["rooms:read"]})).await;
    assert_eq!(other.error(), "request.idempotency_mismatch");
    assert_eq!(names(&root.get("/admin/api-keys").await), ["Clinic"]);
}

#[tokio::test]
async fn keys_are_paged_newest_first() {
    let (app, _anon, root, _ann) = world().await;
    for name in ["a", "b", "c"] {
        app.clock.advance(TimeDelta::seconds(1));
        root.post("/admin/api-keys", json!({"name": name, "scopes": ["rooms:read"]})).await;
    }
    let first = root.get("/admin/api-keys?limit=2").await;
    assert_eq!(names(&first), ["c", "b"]);
    let next = root.get(&format!("/admin/api-keys?limit=2&cursor={}", first.text("next_cursor"))).await;
    assert_eq!((names(&next), &next.data()["next_cursor"]), (vec!["a".to_owned()], &Value::Null));
    for bad in ["limit=0", "limit=101", "limit=x", "cursor=x", &format!("cursor={}", "x".repeat(65))] {
        assert_eq!(root.get(&format!("/admin/api-keys?{bad}")).await.error(), "request.invalid", "{bad}");
    }
}

#[tokio::test]
async fn only_administrators_manage_keys() {
    let (_app, anon, root, ann) = world().await;
    let backend = Backend::with_key(&anon, &root, &["webhooks:manage"]).await;
    let id = &backend.id;
    for (method, path, body) in [
        (Method::POST, "/admin/api-keys".to_owned(), json!({"name": "x", "scopes": ["rooms:read"]})),
        (Method::GET, "/admin/api-keys".to_owned(), Value::Null),
        (Method::DELETE, format!("/admin/api-keys/{id}"), Value::Null),
    ] {
        let refused = ann.send(ann.request(method.clone(), &path).json(&body)).await;
        assert_eq!((refused.status, refused.error()), (403, "auth.forbidden"), "{method} {path}");
        let refused = anon.send(anon.request(method.clone(), &path).json(&body)).await;
        assert_eq!((refused.status, refused.error()), (401, "auth.required"), "{method} {path}");
        let refused = backend.send(backend.request(method.clone(), &path).json(&body)).await;
        assert_eq!((refused.status, refused.error()), (401, "auth.required"), "a key manages no keys: {method} {path}");
    }
    for nobody in ["00000000-0000-7000-8000-000000000000", "x", "' OR 1=1"] {
        let refused = root.delete(&format!("/admin/api-keys/{nobody}")).await;
        assert_eq!((refused.status, refused.error()), (404, "api_key.not_found"), "{nobody}");
    }
}

#[tokio::test]
async fn keys_with_bad_fields() {
    let (_app, _anon, root, _ann) = world().await;
    for (body, expected) in [
        (json!({}), vec![("name", "required"), ("scopes", "required")]),
        (json!({"name": 1, "scopes": "rooms:read"}), vec![("name", "wrong_type"), ("scopes", "wrong_type")]),
        (json!({"name": "x", "scopes": ["rooms:read", 1]}), vec![("scopes[1]", "wrong_type")]),
        (json!({"name": "x", "scopes": vec!["rooms:read"; 33]}), vec![("scopes", "too_many")]),
        (json!({"name": " ", "scopes": []}), vec![("name", "empty"), ("scopes", "empty")]),
        (json!({"name": "x".repeat(101), "scopes": ["*"]}), vec![("name", "too_long"), ("scopes", "unknown_value")]),
        (json!({"name": "a\u{0}b", "scopes": ["rooms:read"]}), vec![("name", "forbidden_character")]),
        (
            json!({"name": "x", "scopes": ["rooms:read"], "expires_at": "2000-01-01T00:00:00Z"}),
            vec![("expires_at", "in_the_past")],
        ),
        (json!({"name": "x", "scopes": ["rooms:read"], "expires_at": "soon"}), vec![("expires_at", "wrong_type")]),
    ] {
        let refused = root.post("/admin/api-keys", body.clone()).await;
        assert_eq!(refused.error(), "request.invalid", "{body}");
        let details = refused.body["error"]["details"].as_array().unwrap();
        let told: Vec<_> =
            details.iter().map(|d| (d["field"].as_str().unwrap(), d["code"].as_str().unwrap())).collect();
        assert_eq!(told, expected, "{body}");
    }
    assert_eq!(names(&root.get("/admin/api-keys").await), [""; 0]);
}

#[tokio::test]
async fn a_key_opens_what_its_scopes_name_until_it_is_revoked() {
    let (app, anon, root, _ann) = world().await;
    let backend = Backend::with_key(&anon, &root, &["webhooks:manage"]).await;
    assert_eq!(backend.get("/webhooks").await.status, 200);
    let used = root.get("/admin/api-keys").await.data()["items"][0]["last_used_at"].clone();
    assert_eq!(used, app.clock.now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
    let reads = Backend::with_key(&anon, &root, &["rooms:read", "stats:read"]).await;
    assert_eq!(reads.get("/webhooks").await.error(), "api_key.scope_missing");
    for path in ["/profile", "/meetings", "/sessions", "/admin/users"] {
        assert_eq!(backend.get(path).await.error(), "auth.required", "a key is no user: {path}");
    }

    let revoked = root.delete(&format!("/admin/api-keys/{}", backend.id)).await;
    assert_eq!(revoked.data()["api_key"]["revoked_by"], root.id.as_str());
    let refused = backend.get("/webhooks").await;
    assert_eq!((refused.status, refused.error()), (401, "api_key.invalid"), "at once");
    assert_eq!(refused.headers["www-authenticate"], r#"Bearer realm="open-meeting""#);
    let again = root.delete(&format!("/admin/api-keys/{}", backend.id)).await;
    assert_eq!(again.body["data"], revoked.body["data"], "twice is no error");
}

#[tokio::test]
async fn whatever_is_no_good_key_opens_nothing() {
    let (_app, anon, root, _ann) = world().await;
    let backend = Backend::with_key(&anon, &root, &["webhooks:manage"]).await;
    let key = &backend.key;
    let mut guessed = key.clone();
    guessed.replace_range(56.., if key.ends_with('A') { "B" } else { "A" });
    for bad in [
        "om_",
        "om_abcdefghij",
        "om_' OR '1'='1",
        &guessed,
        &key[..56],
        &format!("{key}A"),
        &format!("om_aaaaaaaaaa{}", &key[13..]),
        &format!("om_{}", "x".repeat(5_000)),
    ] {
        let refused = Backend::that_shows(&anon, bad).get("/webhooks").await;
        assert_eq!((refused.status, refused.error()), (401, "api_key.invalid"), "{bad}");
    }
    let refused = anon.send(anon.request(Method::GET, "/webhooks").basic_auth("om", Some(key))).await;
    assert_eq!(refused.error(), "auth.required");
}

#[tokio::test]
async fn an_expired_key_opens_nothing() {
    let (app, anon, root, _ann) = world().await;
    let in_an_hour = (app.clock.now() + TimeDelta::hours(1)).to_rfc3339();
    let body = json!({"name": "Clinic", "scopes": ["webhooks:manage"], "expires_at": in_an_hour});
    let key = root.post("/admin/api-keys", body).await.text("key");
    let backend = Backend::that_shows(&anon, &key);
    assert_eq!(backend.get("/webhooks").await.status, 200);
    app.clock.advance(TimeDelta::hours(1));
    assert_eq!(backend.get("/webhooks").await.error(), "api_key.invalid");
}

#[tokio::test]
async fn each_key_may_do_only_so_much() {
    let two = RateLimit { burst: 2, period: Duration::from_secs(3_600) };
    let (app, anon, _ann) =
        TestApp::configured(|config| config.limits = RestLimits { api_key_per_operation: two, ..unlimited() }).await;
    let root = anon.sign_up("root").await;
    app.make_administrator("root").await;
    let (one, other) = (
        Backend::with_key(&anon, &root, &["webhooks:manage"]).await,
        Backend::with_key(&anon, &root, &["webhooks:manage"]).await,
    );
    assert_eq!(one.get("/webhooks").await.headers["ratelimit-remaining"], "1");
    assert_eq!(one.get("/webhooks").await.status, 200);
    let refused = one.get("/webhooks").await;
    assert_eq!((refused.status, refused.error()), (429, "rate.limited"));
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(other.get("/webhooks").await.status, 200, "others are not held back");
}
