//! Rooms of another backend through the whole program: REST, outbox, webhooks, messages between nodes, rooms and signalling.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    call::Call,
    process::{Place, Running, sign_in},
    webhooks::{ask, receiver, until},
};

/// Another backend.
pub struct Backend {
    url: String,
    key: String,
}

impl Backend {
    pub async fn new(url: &str) -> Self {
        let admin = sign_in(url).await;
        let scopes = ["rooms:read", "rooms:write", "tokens:issue", "webhooks:manage"];
        let wanted = json!({"name": "Clinic", "scopes": scopes});
        let (status, created) = ask(Method::POST, &format!("{url}/api/v1/admin/api-keys"), &admin, wanted).await;
        assert_eq!(status, StatusCode::CREATED, "{created}");
        Self { url: url.to_owned(), key: created["data"]["key"].as_str().unwrap().to_owned() }
    }

    /// Asks, demands that it is done, and gives the data.
    pub async fn does(&self, method: Method, path: &str, body: Value) -> Value {
        let (status, answer) = ask(method, &format!("{}/api/v1{path}", self.url), &self.key, body).await;
        assert!(status.is_success(), "{path}: {answer}");
        answer["data"].clone()
    }

    pub async fn token(&self, uid: &str) -> Value {
        self.does(Method::POST, "/rooms/daily/token", json!({"uid": uid})).await
    }

    pub async fn set(&self, uid: &str, status: &str) {
        let path = format!("/rooms/daily/participants/{uid}/status");
        self.does(Method::PUT, &path, json!({"status": status})).await;
    }

    /// How somebody stands.
    async fn status(&self, uid: &str) -> String {
        let all = self.does(Method::GET, "/rooms/daily/participants", Value::Null).await;
        let found = all["items"].as_array().unwrap().iter().find(|item| item["uid"] == uid);
        found.unwrap()["status"].as_str().unwrap().to_owned()
    }
}

/// What somebody who shows this at the door is told.
pub async fn refused(url: &str, token: &Value) -> String {
    Call::knock(url, token).await.hear("error").await["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_room_lives_and_everything_that_happens_in_it_reaches_a_receiver_in_order() {
    let place = Place::new();
    let mut dev = place.dev();
    dev.env("OPEN_MEETING__WEBHOOKS__ALLOW_HTTP", "true").env("OPEN_MEETING__WEBHOOKS__ALLOW_PRIVATE_TARGETS", "true");
    let mut dev = Running::start(dev);
    let url = dev.ready();
    let backend = Backend::new(&url).await;
    let (hook, received) = receiver().await;
    backend.does(Method::POST, "/webhooks", json!({"url": hook, "events": ["*"]})).await;

    let room = json!({"room_name": "daily", "creator": "ann", "max_participants": 3});
    let room = backend.does(Method::POST, "/rooms", room).await;
    backend.does(Method::POST, "/rooms/daily/invite", json!({"uids": ["bob"]})).await;
    let joined = backend.does(Method::POST, "/participants/join", json!({"room_name": "daily", "uid": "ann"})).await;
    assert_eq!((&joined["participant"]["role"], &joined["room_id"]), (&json!("host"), &room["id"]));
    let mut ann = Call::enter(&url, &joined).await;
    let bobs = backend.token("bob").await;
    let mut bob = Call::enter(&url, &bobs).await;
    assert_eq!(ann.hear("user-joined").await["user_id"], bobs["participant"]["id"]);
    assert_eq!(backend.status("bob").await, "joined");

    // A closed tab leaves the token good.
    bob.say(json!({"type": "leave", "id": 2})).await;
    ann.hear("user-left").await;
    until("the row follows", async || backend.status("bob").await == "left").await;
    let mut bob = Call::enter(&url, &bobs).await;
    ann.hear("user-joined").await;

    // The backend kicks: out at once, and not back by the old token, but by a new one.
    backend.set("bob", "kicked").await;
    assert_eq!(bob.hear("kicked").await["reason"], "kicked");
    assert_eq!(bob.closed().await, 4008);
    ann.hear("user-left").await;
    assert_eq!(refused(&url, &bobs).await, "token.invalid");
    let bobs = backend.token("bob").await;
    let mut bob = Call::enter(&url, &bobs).await;
    ann.hear("user-joined").await;

    // The host acts from within.
    let bob_id = bobs["participant"]["id"].clone();
    ann.say(json!({"type": "set-role", "id": 2, "target": bob_id, "role": "co-host"})).await;
    assert_eq!(ann.hear("user-updated").await["user_info"]["role"], "co-host");
    ann.say(json!({"type": "mute", "id": 3, "target": bob_id})).await;
    bob.hear("muted").await;
    ann.say(json!({"type": "lock", "id": 4})).await;
    assert_eq!(bob.hear("room-locked").await["locked"], true);
    let eves = backend.token("eve").await;
    assert_eq!(refused(&url, &eves).await, "room.locked");
    ann.say(json!({"type": "kick", "id": 5, "target": bob_id, "ban": true})).await;
    assert_eq!(bob.hear("kicked").await["reason"], "banned");
    until("the row follows", async || backend.status("bob").await == "banned").await;
    assert_eq!(refused(&url, &bobs).await, "token.invalid");

    backend.does(Method::POST, "/rooms/daily/end", Value::Null).await;
    assert_eq!(ann.hear("room-ended").await["reason"], "ended-by-backend");
    assert_eq!(ann.closed().await, 4004);
    assert_eq!(refused(&url, &joined).await, "room.ended");

    let kinds = || -> Vec<String> {
        let received = received.lock().unwrap();
        let bodies = received.iter().map(|request| request.split_once("\r\n\r\n").unwrap().1);
        let bodies = bodies.map(|body| serde_json::from_str::<Value>(body).unwrap());
        bodies
            .map(|body| {
                assert_eq!((&body["data"]["room_id"], &body["data"]["room_name"]), (&room["id"], &json!("daily")));
                let (data, kind) = (&body["data"], body["type"].as_str().unwrap());
                let about = ["uid", "reason", "status"].map(|name| data[name].as_str().unwrap_or_default());
                format!("{kind} {}", about.join(" ")).trim().to_owned()
            })
            .collect()
    };
    until("the end was told", async || kinds().last().is_some_and(|kind| kind.starts_with("room.ended"))).await;
    assert_eq!(
        kinds(),
        [
            "room.created",
            "room.participant_invited bob",
            "room.status_changed   active",
            "room.participant_joined ann",
            "room.participant_joined bob",
            "room.participant_left bob left",
            "room.participant_joined bob",
            "room.participant_left bob kicked",
            "room.participant_status_changed bob  kicked",
            "room.participant_invited bob",
            "room.participant_joined bob",
            "room.participant_invited eve",
            "room.participant_left bob banned",
            "room.participant_status_changed bob  banned",
            "room.participant_left ann room-ended",
            "room.status_changed   ended",
            "room.ended  ended-by-backend",
        ]
    );
    let said = dev.stop();
    assert!(
        !said.contains(joined["room_token"].as_str().unwrap()) && !said.contains(&backend.key),
        "no secret in a log"
    );
}
