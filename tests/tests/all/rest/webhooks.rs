//! Webhooks: registered by other backends and by administrators, changed, tried out, and what was told to them.

use application_integration::{ClaimLimits, DeliveryProblem, DeliveryStatus, Settlement};
use chrono::TimeDelta;
use domain_shared::Clock;
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    app::{Answer, Client, TestApp},
    backends::{Backend, world},
};

const URL: &str = "https://example.org/hook?token=secret";

async fn register(client: &impl Client, events: &[&str]) -> Answer {
    client.post("/webhooks", json!({"url": URL, "events": events})).await
}

fn id(answer: &Answer) -> String {
    answer.data()["webhook"]["id"].as_str().unwrap().to_owned()
}

fn ids(answer: &Answer) -> Vec<&str> {
    answer.data()["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

/// Claims the only delivery that is due, and ends the attempt so.
async fn attempt(app: &TestApp, status: DeliveryStatus, problem: Option<DeliveryProblem>) {
    let (queue, now) = (&app.integration.delivery_queue, app.clock.now());
    let limits = ClaimLimits { overall: 9, per_webhook: 9 };
    let claimed = queue.claim(limits, TimeDelta::seconds(60), now).await.unwrap();
    let [claimed] = &claimed[..] else { panic!("one is due, not {}", claimed.len()) };
    let response_status = Some(if problem.is_some() { 503 } else { 204 });
    let retry_at = (status == DeliveryStatus::Pending).then(|| now + TimeDelta::seconds(5));
    let settlement = Settlement { status, retry_at, response_status, problem, at: now };
    assert!(queue.settle(claimed.id, claimed.attempt, settlement).await.unwrap());
}

#[tokio::test]
async fn a_secret_is_told_once() {
    let (_app, anon, root, _ann) = world().await;
    let backend = Backend::with_key(&anon, &root, &["webhooks:manage"]).await;
    let created = register(&backend, &["meeting.ended", "meeting.created"]).await;
    assert_eq!(created.status, 201);
    let secret = created.text("secret");
    assert!(secret.starts_with("whsec_") && secret.len() == 50, "{secret}");
    let mut shown = created.data()["webhook"].clone();
    assert_eq!(shown["api_key_id"], backend.id.as_str());
    for answer in [backend.get(&format!("/webhooks/{}", id(&created))).await, backend.get("/webhooks").await] {
        assert!(answer.body.to_string().contains(&id(&created)) && !answer.body.to_string().contains(&secret));
    }
    for field in ["id", "api_key_id", "created_at", "updated_at"] {
        shown[field] = format!("[{field}]").into();
    }
    insta::assert_json_snapshot!(shown, @r#"
    {
      "api_key_id": "[api_key_id]",
      "created_at": "[created_at]",
      "disabled_at": null,
      "disabled_reason": null,
      "enabled": true,
      "events": [
        "meeting.created",
        "meeting.ended"
      ],
      "id": "[id]",
      "updated_at": "[updated_at]",
      "url": "https://example.org/hook?token=secret"
    }
    "#);
}

#[tokio::test]
async fn a_webhook_that_was_asked_for_twice_is_registered_once_for_each_key() {
    let (_app, anon, root, _ann) = world().await;
    let one = Backend::with_key(&anon, &root, &["webhooks:manage"]).await;
    let other = Backend::with_key(&anon, &root, &["webhooks:manage"]).await;
    let body = json!({"url": URL, "events": ["*"]});
    let create = async |backend: &Backend| {
        let request = backend.request(Method::POST, "/webhooks").header("idempotency-key", "k");
        backend.send(request.json(&body)).await
    };
    let (first, again, of_other) = (create(&one).await, create(&one).await, create(&other).await);
    assert_eq!(first.body, again.body);
    assert_ne!(id(&first), id(&of_other));
    assert_eq!(ids(&one.get("/webhooks").await).len(), 1);
}

#[tokio::test]
async fn a_key_manages_its_own_and_administrators_all() {
    let (app, anon, root, ann) = world().await;
    let one = Backend::with_key(&anon, &root, &["webhooks:manage"]).await;
    let other = Backend::with_key(&anon, &root, &["webhooks:manage"]).await;
    let reads = Backend::with_key(&anon, &root, &["rooms:read"]).await;
    let of_one = id(&register(&one, &["*"]).await);
    app.clock.advance(TimeDelta::seconds(1));
    let of_other = id(&register(&other, &["*"]).await);
    app.clock.advance(TimeDelta::seconds(1));
    let of_root = register(&root, &["*"]).await;
    assert_eq!(of_root.data()["webhook"]["api_key_id"], Value::Null);
    assert_eq!(ids(&one.get("/webhooks").await), [&of_one]);
    assert_eq!(ids(&root.get("/webhooks").await), [&id(&of_root), &of_other, &of_one]);
    let page = root.get("/webhooks?limit=2").await;
    let next = root.get(&format!("/webhooks?cursor={}", page.text("next_cursor"))).await;
    assert_eq!(ids(&next), [&of_one]);

    let operations = |webhook: &str| {
        [
            (Method::GET, format!("/webhooks/{webhook}"), Value::Null),
            (Method::PUT, format!("/webhooks/{webhook}"), json!({"enabled": true})),
            (Method::GET, format!("/webhooks/{webhook}/deliveries"), Value::Null),
            (Method::POST, format!("/webhooks/{webhook}/test"), Value::Null),
            (Method::POST, format!("/webhooks/{webhook}/deliveries/{webhook}/redeliver"), Value::Null),
            (Method::DELETE, format!("/webhooks/{webhook}"), Value::Null),
        ]
    };
    let mut all = operations(&of_one).to_vec();
    all.push((Method::GET, "/webhooks".to_owned(), Value::Null));
    all.push((Method::POST, "/webhooks".to_owned(), json!({"url": URL, "events": ["*"]})));
    for (method, path, body) in all {
        for (who, status, code) in [(&ann as &dyn Ask, 403, "auth.forbidden"), (&reads, 403, "api_key.scope_missing")] {
            let refused = who.ask(method.clone(), &path, &body).await;
            assert_eq!((refused.status, refused.error()), (status, code), "{method} {path}");
        }
        assert_eq!(anon.ask(method.clone(), &path, &body).await.error(), "auth.required", "{method} {path}");
    }
    for (method, path, body) in operations(&of_one) {
        let refused = other.ask(method.clone(), &path, &body).await;
        assert_eq!((refused.status, refused.error()), (404, "webhook.not_found"), "{method} {path}");
    }
    for (method, path, body) in operations("00000000-0000-7000-8000-000000000000").into_iter().chain(operations("x")) {
        let refused = root.ask(method.clone(), &path, &body).await;
        assert_eq!((refused.status, refused.error()), (404, "webhook.not_found"), "{method} {path}");
    }
    assert_eq!(root.delete(&format!("/webhooks/{of_one}")).await.status, 200);
    assert_eq!(one.get(&format!("/webhooks/{of_one}")).await.error(), "webhook.not_found");
}

/// Asks with or without a body.
#[async_trait::async_trait]
trait Ask: Send + Sync {
    async fn ask(&self, method: Method, path: &str, body: &Value) -> Answer;
}

#[async_trait::async_trait]
impl<C: Client + Send> Ask for C {
    async fn ask(&self, method: Method, path: &str, body: &Value) -> Answer {
        let request = self.request(method, path);
        self.send(if body.is_null() { request } else { request.json(body) }).await
    }
}

#[tokio::test]
async fn a_webhook_is_changed_field_by_field() {
    let (_app, anon, root, _ann) = world().await;
    let backend = Backend::with_key(&anon, &root, &["webhooks:manage"]).await;
    let path = format!("/webhooks/{}", id(&register(&backend, &["*"]).await));
    let off = backend.put(&path, json!({"enabled": false})).await;
    let webhook = &off.data()["webhook"];
    assert_eq!((&webhook["enabled"], &webhook["disabled_reason"]), (&json!(false), &json!("manual")));
    assert_eq!((&webhook["url"], &webhook["events"]), (&json!(URL), &json!(["*"])));
    let elsewhere = json!({"url": "https://example.net/", "events": ["meeting.ended"], "enabled": true});
    let changed = backend.put(&path, elsewhere).await;
    let webhook = &changed.data()["webhook"];
    assert_eq!((&webhook["enabled"], &webhook["disabled_at"]), (&json!(true), &Value::Null));
    assert_eq!((&webhook["url"], &webhook["events"]), (&json!("https://example.net/"), &json!(["meeting.ended"])));
    let nothing = backend.put(&path, json!({})).await;
    assert_eq!(nothing.body["data"], changed.body["data"]);
}

#[tokio::test]
async fn webhooks_with_bad_fields() {
    let (_app, anon, root, _ann) = world().await;
    let backend = Backend::with_key(&anon, &root, &["webhooks:manage"]).await;
    let path = format!("/webhooks/{}", id(&register(&backend, &["*"]).await));
    let with = |field: &str, value: Value| {
        let mut body = json!({"url": URL, "events": ["*"]});
        body[field] = value;
        body
    };
    let long = format!("https://example.org/{}", "x".repeat(2_048));
    let bad = [
        (with("url", json!(1)), "url", "wrong_type"),
        (with("url", json!("")), "url", "empty"),
        (with("url", json!(long)), "url", "too_long"),
        (with("url", json!("https://exämple.org/")), "url", "forbidden_character"),
        (with("url", json!("https://a\r\nb")), "url", "forbidden_character"),
        (with("url", json!("example.org")), "url", "malformed"),
        (with("url", json!("javascript:alert(1)")), "url", "malformed"),
        (with("url", json!("file:///etc/passwd")), "url", "malformed"),
        (with("url", json!("https://me:secret@example.org/")), "url", "credentials"),
        (with("url", json!("http://example.org/")), "url", "https_required"),
        (with("url", json!("https://private.example/")), "url", "private_target"),
        (with("url", json!("https://127.0.0.1/")), "url", "private_target"),
        (with("url", json!("https://[::ffff:10.0.0.1]/")), "url", "private_target"),
        (with("url", json!("https://2130706433/")), "url", "private_target"),
        (with("url", json!("https://169.254.169.254/latest/meta-data/")), "url", "private_target"),
        (with("events", json!("*")), "events", "wrong_type"),
        (with("events", json!([])), "events", "empty"),
        (with("events", json!([1])), "events[0]", "wrong_type"),
        (with("events", json!(["*", "meeting.ended"])), "events", "unknown_value"),
        (with("events", json!(["user.registered"])), "events", "unknown_value"),
        (with("events", json!(["webhook.test"])), "events", "unknown_value"),
        (with("events", json!(vec!["meeting.ended"; 65])), "events", "too_many"),
    ];
    for (body, field, code) in bad {
        for answer in [backend.post("/webhooks", body.clone()).await, backend.put(&path, body.clone()).await] {
            assert_eq!(answer.error(), "request.invalid", "{body}");
            let detail = &answer.body["error"]["details"][0];
            assert_eq!((&detail["field"], &detail["code"]), (&json!(field), &json!(code)), "{body}");
        }
    }
    let refused = backend.post("/webhooks", json!({})).await;
    assert_eq!(refused.body["error"]["details"].as_array().unwrap().len(), 2);
    assert_eq!(backend.put(&path, json!({"enabled": "yes"})).await.error(), "request.invalid");
    assert_eq!(ids(&backend.get("/webhooks").await).len(), 1);
}

#[tokio::test]
async fn a_webhook_is_tried_out_and_told_again() {
    let (app, anon, root, _ann) = world().await;
    let backend = Backend::with_key(&anon, &root, &["webhooks:manage"]).await;
    let path = format!("/webhooks/{}", id(&register(&backend, &["meeting.ended"]).await));
    let queued = backend.post_nothing(&format!("{path}/test")).await;
    assert_eq!(queued.status, 201);
    let delivery = queued.data()["delivery"]["id"].as_str().unwrap().to_owned();
    let redeliver = format!("{path}/deliveries/{delivery}/redeliver");
    assert_eq!(backend.post_nothing(&redeliver).await.error(), "webhook.delivery_pending");

    attempt(&app, DeliveryStatus::Failed, Some(DeliveryProblem::Status)).await;
    let log = backend.get(&format!("{path}/deliveries")).await;
    let mut shown = log.data()["items"][0].clone();
    assert_eq!(shown["id"], delivery.as_str());
    for field in ["id", "webhook_id", "event_id"] {
        shown[field] = format!("[{field}]").into();
    }
    insta::assert_json_snapshot!(shown, @r#"
    {
      "attempts": 1,
      "created_at": "2027-01-15T08:00:00Z",
      "error": "status",
      "event_id": "[event_id]",
      "finished_at": "2027-01-15T08:00:00Z",
      "id": "[id]",
      "last_attempt_at": "2027-01-15T08:00:00Z",
      "next_attempt_at": null,
      "response_status": 503,
      "status": "failed",
      "type": "webhook.test",
      "webhook_id": "[webhook_id]"
    }
    "#);

    let again = backend.post_nothing(&redeliver).await;
    assert_eq!((again.status, &again.data()["delivery"]["status"]), (200, &json!("pending")));
    attempt(&app, DeliveryStatus::Delivered, None).await;
    let log = root.get(&format!("{path}/deliveries?status=delivered")).await;
    assert_eq!((ids(&log), &log.data()["items"][0]["attempts"]), (vec![delivery.as_str()], &json!(2)));
    assert_eq!(log.data()["items"][0]["error"], Value::Null);
    for bad in ["x", "00000000-0000-7000-8000-000000000000"] {
        let refused = backend.post_nothing(&format!("{path}/deliveries/{bad}/redeliver")).await;
        assert_eq!((refused.status, refused.error()), (404, "webhook.delivery_not_found"), "{bad}");
    }
    backend.put(&path, json!({"enabled": false})).await;
    for off in [format!("{path}/test"), redeliver] {
        let refused = backend.post_nothing(&off).await;
        assert_eq!((refused.status, refused.error()), (409, "webhook.disabled"), "{off}");
    }
}

#[tokio::test]
async fn the_log_is_paged_and_filtered() {
    let (app, anon, root, _ann) = world().await;
    let backend = Backend::with_key(&anon, &root, &["webhooks:manage"]).await;
    let path = format!("/webhooks/{}", id(&register(&backend, &["*"]).await));
    let mut queued = Vec::new();
    for _ in 0..3 {
        let test = backend.post_nothing(&format!("{path}/test")).await;
        queued.insert(0, test.data()["delivery"]["id"].as_str().unwrap().to_owned());
        app.clock.advance(TimeDelta::seconds(1));
    }
    let first = backend.get(&format!("{path}/deliveries?limit=2")).await;
    assert_eq!(ids(&first), queued[..2]);
    let next = backend.get(&format!("{path}/deliveries?limit=2&cursor={}", first.text("next_cursor"))).await;
    assert_eq!((ids(&next), &next.data()["next_cursor"]), (vec![queued[2].as_str()], &Value::Null));
    assert_eq!(ids(&backend.get(&format!("{path}/deliveries?status=failed")).await), [""; 0]);
    assert_eq!(ids(&backend.get(&format!("{path}/deliveries?status=pending")).await).len(), 3);
    for bad in ["limit=0", "limit=x", "cursor=x", "status=lost"] {
        let refused = backend.get(&format!("{path}/deliveries?{bad}")).await;
        assert_eq!((refused.status, refused.error()), (422, "request.invalid"), "{bad}");
    }
}

#[tokio::test]
async fn nobody_has_more_webhooks_than_they_may() {
    let (_app, anon, root, _ann) = world().await;
    let backend = Backend::with_key(&anon, &root, &["webhooks:manage"]).await;
    for _ in 0..50 {
        assert_eq!(register(&backend, &["*"]).await.status, 201);
    }
    let refused = register(&backend, &["*"]).await;
    assert_eq!((refused.status, refused.error()), (409, "webhook.limit_reached"));
    assert_eq!(register(&root, &["*"]).await.status, 201);
}
