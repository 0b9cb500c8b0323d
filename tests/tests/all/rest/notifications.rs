//! What users are told: listed, read, chosen, and pushed.

use application_shared::{Notice, Notifier};
use chrono::TimeDelta;
use open_meeting_tests::wait_until;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use super::app::{Answer, Client, TestApp, User};

const MEETING: u128 = 0x0199_5b1f_0c44_7d01_8a3b_5e6f_7081_9202;

/// Tells somebody of a meeting, because of the event `source`.
async fn tell(app: &TestApp, user: &User, kind: &'static str, source: u128) {
    let mut data = json!({
        "meeting_id": Uuid::from_u128(MEETING), "meeting_code": "abc-defg-hij", "title": "Weekly",
        "starts_at": "2027-01-15T09:00:00Z",
    });
    if kind == "meeting-invitation" {
        data["host_name"] = "Ann".into();
        data["invitation_id"] = Uuid::from_u128(MEETING + 1).to_string().into();
    }
    let user_id = user.id.parse().unwrap();
    app.notifier().notify(Notice { source: Uuid::from_u128(source), user_id, kind, data }).await.unwrap();
}

fn kinds(answer: &Answer) -> Vec<String> {
    let items = answer.data()["items"].as_array().unwrap();
    items.iter().map(|item| item["kind"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_user_reads_what_they_were_told() {
    let (app, anon, ann) = TestApp::with_user().await;
    let bob = anon.sign_up("bob").await;
    tell(&app, &ann, "meeting-invitation", 1).await;
    app.clock.advance(TimeDelta::seconds(1));
    tell(&app, &ann, "meeting-reminder", 2).await;
    tell(&app, &bob, "meeting-changed", 3).await;
    insta::assert_json_snapshot!(ann.get("/notifications?limit=1").await.snapshot(), @r#"
    {
      "body": {
        "code": 200,
        "data": {
          "items": [
            {
              "created_at": "[time]",
              "data": {
                "meeting_code": "abc-defg-hij",
                "meeting_id": "01995b1f-0c44-7d01-8a3b-5e6f70819202",
                "starts_at": "2027-01-15T09:00:00Z",
                "title": "Weekly"
              },
              "id": "[uuid]",
              "kind": "meeting-reminder",
              "read_at": null
            }
          ],
          "next_cursor": "[cursor]",
          "unread_count": 2
        },
        "message": "success",
        "timestamp": "[timestamp]"
      },
      "status": 200
    }
    "#);
    let first = ann.get("/notifications?limit=1").await;
    let second = ann.get(&format!("/notifications?limit=1&cursor={}", first.text("next_cursor"))).await;
    assert_eq!(kinds(&second), ["meeting-invitation"]);
    assert_eq!(second.data()["items"][0]["data"]["host_name"], "Ann");
    assert!(second.data()["next_cursor"].is_null());

    let id = second.data()["items"][0]["id"].as_str().unwrap().to_owned();
    let read = ann.post_nothing(&format!("/notifications/{id}/read")).await;
    assert_eq!((read.data()["id"].as_str(), read.data()["read_at"].is_null()), (Some(id.as_str()), false));
    assert_eq!(ann.post_nothing(&format!("/notifications/{id}/read")).await.data(), read.data(), "again is no error");
    let unread = ann.get("/notifications?unread_only=true").await;
    assert_eq!((kinds(&unread), &unread.data()["unread_count"]), (vec!["meeting-reminder".to_owned()], &json!(1)));

    assert_eq!(ann.post_nothing("/notifications/read-all").await.data(), &json!({"read": 1}));
    assert_eq!(ann.post_nothing("/notifications/read-all").await.data(), &json!({"read": 0}));
    assert_eq!(ann.get("/notifications?unread_only=true").await.data()["items"], json!([]));
    assert_eq!(bob.get("/notifications").await.data()["unread_count"], 1);
}

#[tokio::test]
async fn nobody_reads_what_others_were_told() {
    let (app, anon, ann) = TestApp::with_user().await;
    let bob = anon.sign_up("bob").await;
    tell(&app, &ann, "meeting-reminder", 1).await;
    assert_eq!(bob.get("/notifications").await.data()["items"], json!([]));
    let id = ann.get("/notifications").await.data()["items"][0]["id"].as_str().unwrap().to_owned();
    for path in [format!("/notifications/{id}/read"), format!("/notifications/{}/read", Uuid::nil())] {
        assert_eq!(bob.post_nothing(&path).await.error(), "notification.not_found");
    }
    for nothing in ["x", "1", "%20", "..%2f"] {
        let answer = ann.post_nothing(&format!("/notifications/{nothing}/read")).await;
        assert_eq!(answer.status, 404, "{nothing}: {}", answer.body);
    }
    assert_eq!(ann.get("/notifications").await.data()["unread_count"], 1);
}

#[tokio::test]
async fn each_operation_asks_who_is_there() {
    let (_app, anon) = TestApp::empty().await;
    for (method, path) in [
        (Method::GET, "/notifications"),
        (Method::POST, "/notifications/read-all"),
        (Method::POST, "/notifications/00000000-0000-0000-0000-000000000000/read"),
        (Method::GET, "/notifications/preferences"),
        (Method::PUT, "/notifications/preferences"),
        (Method::GET, "/notifications/stream"),
    ] {
        let answer = anon.send(anon.request(method.clone(), path)).await;
        assert_eq!((answer.status, answer.error()), (401, "auth.required"), "{method} {path}");
    }
}

#[tokio::test]
async fn a_user_chooses_how_to_be_told() {
    let (app, _anon, ann) = TestApp::with_user().await;
    let all = ann.get("/notifications/preferences").await;
    insta::assert_json_snapshot!(all.snapshot()["body"]["data"], @r#"
    {
      "items": [
        {
          "email": true,
          "in_app": true,
          "kind": "meeting-invitation"
        },
        {
          "email": true,
          "in_app": true,
          "kind": "meeting-reminder"
        },
        {
          "email": true,
          "in_app": true,
          "kind": "meeting-cancelled"
        },
        {
          "email": true,
          "in_app": true,
          "kind": "meeting-changed"
        },
        {
          "email": true,
          "in_app": true,
          "kind": "invitation-answered"
        }
      ]
    }
    "#);
    let choice =
        json!({"items": [{"kind": "meeting-reminder", "in_app": false}, {"kind": "meeting-changed", "email": false}]});
    let chosen = ann.put("/notifications/preferences", choice).await;
    assert_eq!(chosen.data()["items"][1], json!({"kind": "meeting-reminder", "in_app": false, "email": true}));
    assert_eq!(chosen.data()["items"][3], json!({"kind": "meeting-changed", "in_app": true, "email": false}));
    assert_eq!(ann.get("/notifications/preferences").await.data(), chosen.data());
    tell(&app, &ann, "meeting-reminder", 1).await;
    tell(&app, &ann, "meeting-changed", 2).await;
    assert_eq!(kinds(&ann.get("/notifications").await), ["meeting-changed"]);
    let notifier = app.notifier();
    let user = ann.id.parse().unwrap();
    assert!(notifier.wants_mail(user, "meeting-reminder").await.unwrap());
    assert!(!notifier.wants_mail(user, "meeting-changed").await.unwrap());
    assert_eq!(ann.put("/notifications/preferences", json!({"items": []})).await.data(), all.data());
}

#[tokio::test]
async fn what_cannot_be_chosen_or_asked() {
    let (_app, _anon, ann) = TestApp::with_user().await;
    let item = |value: Value| json!({"items": [value]});
    for (body, field, code) in [
        (json!({}), "items", "required"),
        (json!({"items": null}), "items", "required"),
        (json!({"items": {}}), "items", "wrong_type"),
        (json!({"items": vec![json!({"kind": "meeting-changed"}); 21]}), "items", "too_many"),
        (item(json!(1)), "items[0]", "wrong_type"),
        (item(json!({})), "items[0].kind", "required"),
        (item(json!({"kind": "meeting-unheard-of"})), "items[0].kind", "unknown_value"),
        (item(json!({"kind": "meeting-changed", "email": "no"})), "items[0].email", "wrong_type"),
        (item(json!({"kind": "meeting-changed", "in_app": 0})), "items[0].in_app", "wrong_type"),
    ] {
        let answer = ann.put("/notifications/preferences", body.clone()).await;
        assert_eq!(answer.error(), "request.invalid", "{body}");
        let detail = &answer.body["error"]["details"][0];
        assert_eq!((&detail["field"], &detail["code"]), (&json!(field), &json!(code)), "{body}: {}", answer.body);
    }
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("cursor=x", "cursor"),
        ("cursor=%00", "cursor"),
        ("unread_only=perhaps", "unread_only"),
    ] {
        let answer = ann.get(&format!("/notifications?{query}")).await;
        assert_eq!(answer.error(), "request.invalid", "{query}: {}", answer.body);
        assert_eq!(answer.body["error"]["details"][0]["field"], field, "{query}");
    }
}

/// One device that listens.
struct Listener {
    response: Response,
    text: String,
}

impl Listener {
    async fn open(user: &impl Client) -> Self {
        let response = user.request(Method::GET, "/notifications/stream").send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        assert!(response.headers().contains_key("x-request-id"));
        let mut listener = Self { response, text: String::new() };
        assert_eq!(listener.event().await.unwrap(), ("ready".to_owned(), json!({})));
        listener
    }

    /// The next event and its data, comments aside; nothing at the end.
    async fn event(&mut self) -> Option<(String, Value)> {
        loop {
            while let Some(block) = self.block() {
                let field = |name: &str| {
                    let prefix = format!("{name}: ");
                    block.lines().find_map(|line| line.strip_prefix(&prefix)).map(str::to_owned)
                };
                if let Some(event) = field("event") {
                    return Some((event, serde_json::from_str(&field("data").unwrap()).unwrap()));
                }
            }
            let chunk = self.response.chunk().await.ok()??;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    fn block(&mut self) -> Option<String> {
        let end = self.text.find("\n\n")?;
        let block = self.text.drain(..end + 2).collect();
        Some(block)
    }
}

#[tokio::test]
async fn what_users_are_told_is_pushed_to_all_their_devices_and_to_nobody_else() {
    let (app, anon, ann) = TestApp::with_user().await;
    let bob = anon.sign_up("bob").await;
    let (mut phone, mut laptop) = (Listener::open(&ann).await, Listener::open(&ann).await);
    let mut other = Listener::open(&bob).await;
    // The server listens to other nodes beside the requests; until it does, nobody is told.
    let mut source = 100;
    wait_until("bob is told", async || {
        source += 1;
        tell(&app, &bob, "meeting-changed", source).await;
        tokio::select! {
            event = other.event() => event.is_some_and(|(name, _)| name == "notification"),
            () = tokio::task::yield_now() => false,
        }
    })
    .await;
    tell(&app, &ann, "meeting-reminder", 1).await;
    let listed = ann.get("/notifications").await.data()["items"][0].clone();
    for device in [&mut phone, &mut laptop] {
        assert_eq!(device.event().await.unwrap(), ("notification".to_owned(), listed.clone()));
    }
    let id = listed["id"].as_str().unwrap();
    ann.post_nothing(&format!("/notifications/{id}/read")).await;
    tell(&app, &ann, "meeting-cancelled", 2).await;
    ann.post_nothing("/notifications/read-all").await;
    for device in [&mut phone, &mut laptop] {
        assert_eq!(device.event().await.unwrap(), ("read".to_owned(), json!({"id": id})));
        assert_eq!(device.event().await.unwrap().1["kind"], "meeting-cancelled");
        assert_eq!(device.event().await.unwrap(), ("read-all".to_owned(), json!({})));
    }
}

#[tokio::test]
async fn a_stream_ends_with_its_session_and_no_other_does() {
    let (app, anon, ann) = TestApp::with_user().await;
    let other = anon.log_in("ann").await;
    let mut stays = Listener::open(&other).await;
    let mut ends = Listener::open(&ann).await;
    let session = super::attacks::claims(&ann.access_token)["sid"].clone();
    let event = json!({"event": "session.ended", "session_id": session, "reason": "signed-out"});
    wait_until("the token is refused", async || {
        app.tell("session.events", &event).await;
        ann.get("/profile").await.status == 401
    })
    .await;
    assert_eq!(ends.event().await, None);
    tell(&app, &other, "meeting-reminder", 1).await;
    assert_eq!(stays.event().await.unwrap().0, "notification");
}

#[tokio::test]
async fn a_user_has_eight_streams_and_one_that_is_closed_makes_room() {
    let (app, anon, ann) = TestApp::configured(|config| {
        config.stream_heartbeat = std::time::Duration::from_millis(20);
    })
    .await;
    let bob = anon.sign_up("bob").await;
    let mut streams = Vec::new();
    for _ in 0..8 {
        streams.push(Listener::open(&ann).await);
    }
    let refused = ann.get("/notifications/stream").await;
    assert_eq!((refused.status, refused.error()), (429, "notification.too_many_streams"));
    assert!(refused.headers.contains_key("retry-after"));
    let _others = Listener::open(&bob).await;
    streams.pop();
    // The server learns of it when it writes the next time.
    wait_until("there is room", async || app.feed.streams() < 9).await;
    streams.push(Listener::open(&ann).await);
    app.feed.close();
    for mut stream in streams {
        assert_eq!(stream.event().await, None);
    }
    assert_eq!(ann.get("/notifications/stream").await.error(), "service.unavailable");
}

#[tokio::test]
async fn browsers_listen_by_their_cookie() {
    let (app, _anon, _ann) = TestApp::with_user().await;
    let http = reqwest::Client::builder().cookie_store(true).build().unwrap();
    let base = format!("http://{}/api/v1", app.address);
    let body = json!({"username": "ann", "password": super::app::PASSWORD, "token_delivery": "cookie"});
    let login = http.post(format!("{base}/login")).json(&body).send().await.unwrap();
    assert_eq!(login.status(), 200);
    let mut response = http.get(format!("{base}/notifications/stream")).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let first = response.chunk().await.unwrap().unwrap();
    assert!(std::str::from_utf8(&first).unwrap().contains("event: ready"));
}
