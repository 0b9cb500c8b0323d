//! The life of a meeting: changed, locked, called off; who waits, who is let in, sent out, or given another role.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use super::app::{Anonymous, Answer, Client, TestApp, User};

/// A meeting that Ann hosts, with these settings.
async fn meeting_with(host: &User, settings: Value) -> String {
    host.post("/meetings", json!({"title": "Planning", "settings": settings})).await.text("id")
}

async fn guest(anon: &Anonymous, meeting: &str, pass: Option<&str>) -> Answer {
    anon.post(&format!("/meetings/{meeting}/join-as-guest"), json!({"display_name": "Gus", "guest_pass": pass})).await
}

fn identity(joined: &Answer) -> String {
    let place = if joined.data()["participant"].is_null() { "waiting" } else { "participant" };
    joined.data()[place]["user_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_host_changes_what_was_decided() {
    let (_app, anon, host) = TestApp::with_user().await;
    let bob = anon.sign_up("bob").await;
    let meeting = meeting_with(&host, json!({})).await;
    let path = format!("/meetings/{meeting}");
    let changed = host
        .put(
            &path,
            json!({
                "title": "Retrospective", "start_time": "2030-01-31T12:00:00Z", "max_participants": 7,
                "passcode": "4711", "settings": {"lobby": "guests", "guests_allowed": true, "chat": false},
            }),
        )
        .await;
    assert_eq!(
        (changed.text("title").as_str(), changed.data()["has_passcode"].as_bool()),
        ("Retrospective", Some(true))
    );
    assert_eq!(
        changed.data()["settings"],
        json!({
            "lobby": "guests", "guests_allowed": true, "mute_on_entry": false, "share_screen": true, "chat": false,
            "unmute": true, "record": false, "host_leaves": "hand-over",
        })
    );
    let again = host.put(&path, json!({"start_time": null, "passcode": ""})).await;
    assert_eq!((&again.data()["start_time"], &again.data()["has_passcode"]), (&Value::Null, &json!(false)));
    assert_eq!(again.text("title"), "Retrospective", "what is not named stays");
    assert_eq!(bob.put(&path, json!({"title": "Mine"})).await.error(), "meeting.forbidden");
    let wrong = host
        .put(
            &path,
            json!({"title": " ", "max_participants": 1, "passcode": "1", "settings": {"lobby": "moat", "chat": 1}}),
        )
        .await;
    assert_eq!(wrong.error(), "request.invalid");
    let fields: Vec<_> =
        wrong.body["error"]["details"].as_array().unwrap().iter().map(|detail| detail["field"].clone()).collect();
    assert_eq!(fields, ["settings.lobby", "settings.chat"]);
    for (body, field) in [
        (json!({"title": " "}), "title"),
        (json!({"max_participants": 1001}), "max_participants"),
        (json!({"passcode": "密码密码"}), "passcode"),
        (json!({"start_time": "2030-01-31T12:00:00Z", "end_time": "2030-01-31T12:00:00Z"}), "end_time"),
        (json!({"settings": []}), "settings"),
    ] {
        let answer = host.put(&path, body).await;
        assert_eq!(answer.body["error"]["details"][0]["field"], field, "{:?}", answer.body);
    }
}

#[tokio::test]
async fn a_meeting_is_started_or_called_off_by_its_host() {
    let (_app, anon, host) = TestApp::with_user().await;
    let bob = anon.sign_up("bob").await;
    let meeting = host.create_meeting("Planning").await;
    let path = format!("/meetings/{meeting}");
    assert_eq!(bob.delete(&path).await.error(), "meeting.forbidden");
    assert_eq!(bob.post_nothing(&format!("{path}/start")).await.error(), "meeting.forbidden");
    assert_eq!(host.post_nothing(&format!("{path}/start")).await.text("status"), "live");
    assert_eq!(host.delete(&path).await.error(), "meeting.already_started");
    let other = host.create_meeting("Off").await;
    assert_eq!(host.delete(&format!("/meetings/{other}")).await.text("status"), "cancelled");
    assert_eq!(host.delete(&format!("/meetings/{other}")).await.error(), "meeting.ended");
    assert_eq!(bob.post_nothing(&format!("/meetings/{other}/join")).await.error(), "meeting.ended");
}

#[tokio::test]
async fn a_locked_meeting_lets_nobody_new_in() {
    let (_app, anon, host) = TestApp::with_user().await;
    let (bob, eve) = (anon.sign_up("bob").await, anon.sign_up("eve").await);
    let meeting = host.create_meeting("Planning").await;
    let path = format!("/meetings/{meeting}");
    bob.post_nothing(&format!("{path}/join")).await;
    assert_eq!(bob.post_nothing(&format!("{path}/lock")).await.error(), "meeting.moderators_only");
    assert_eq!(host.post_nothing(&format!("{path}/lock")).await.data()["locked"], true);
    assert_eq!(eve.post_nothing(&format!("{path}/join")).await.error(), "meeting.locked");
    assert_eq!(bob.post_nothing(&format!("{path}/join")).await.status, 200, "who was there comes back");
    assert_eq!(host.post_nothing(&format!("{path}/unlock")).await.data()["locked"], false);
    assert_eq!(eve.post_nothing(&format!("{path}/join")).await.status, 200);
}

#[tokio::test]
async fn a_passcode_keeps_strangers_out() {
    let (_app, anon, host) = TestApp::with_user().await;
    let bob = anon.sign_up("bob").await;
    let meeting = host.post("/meetings", json!({"title": "Secret", "passcode": "4711"})).await.text("id");
    let join = format!("/meetings/{meeting}/join");
    assert_eq!(bob.post_nothing(&join).await.error(), "meeting.passcode_required");
    for wrong in ["4712", "x", "47111111111111111111111111111111111111"] {
        assert_eq!(bob.post(&join, json!({"passcode": wrong})).await.error(), "meeting.passcode_wrong", "{wrong}");
    }
    let preview = anon.get(&format!("/meetings/{meeting}/preview")).await;
    assert_eq!(preview.data()["passcode_required"], true);
    assert!(!preview.body.to_string().contains("argon2"));
    assert_eq!(bob.post(&join, json!({"passcode": " 4711 "})).await.status, 200);
}

#[tokio::test]
async fn guests_come_where_they_are_allowed_and_are_known_again() {
    let (_app, anon, host) = TestApp::with_user().await;
    let closed = meeting_with(&host, json!({})).await;
    assert_eq!(guest(&anon, &closed, None).await.error(), "meeting.guests_not_allowed");
    let meeting = meeting_with(&host, json!({"guests_allowed": true})).await;
    insta::assert_json_snapshot!(anon.get(&format!("/meetings/{meeting}/preview")).await.snapshot(), @r#"
    {
      "body": {
        "code": 200,
        "data": {
          "code": "[meeting code]",
          "guests_allowed": true,
          "lobby": "off",
          "locked": false,
          "passcode_required": false,
          "start_time": null,
          "status": "scheduled",
          "title": "Planning"
        },
        "message": "success",
        "timestamp": "[timestamp]"
      },
      "status": 200
    }
    "#);
    let first = guest(&anon, &meeting, None).await;
    assert_eq!((&first.data()["participant"]["guest"], first.status), (&json!(true), 200));
    let again = guest(&anon, &meeting, Some(&first.text("guest_pass"))).await;
    assert_eq!(identity(&first), identity(&again));
    for bad in ["", "forged", &"A".repeat(64)] {
        assert_ne!(identity(&guest(&anon, &meeting, Some(bad)).await), identity(&first), "{bad}");
    }
    let nameless = anon.post(&format!("/meetings/{meeting}/join-as-guest"), json!({"display_name": " "})).await;
    assert_eq!(nameless.body["error"]["details"][0]["field"], "display_name");
    let role = format!("/meetings/{meeting}/participants/{}/role", identity(&first));
    assert_eq!(host.put(&role, json!({"role": "co-host"})).await.error(), "meeting.guest_role");
}

#[tokio::test]
async fn who_waits_is_seen_and_answered_by_hosts_only() {
    let (_app, anon, host) = TestApp::with_user().await;
    let (bob, eve) = (anon.sign_up("bob").await, anon.sign_up("eve").await);
    let meeting = meeting_with(&host, json!({"lobby": "everyone"})).await;
    let path = format!("/meetings/{meeting}");
    let joined = host.post_nothing(&format!("{path}/join")).await;
    assert!(joined.data()["waiting"].is_null(), "the host does not wait");
    let knocked = bob.post_nothing(&format!("{path}/join")).await;
    assert_eq!((&knocked.data()["participant"], knocked.status), (&Value::Null, 200));
    assert_eq!(knocked.data()["waiting"]["user_id"], bob.id.as_str());
    assert!(knocked.data()["room_token"].is_string());
    assert_eq!(bob.get(&format!("{path}/lobby")).await.error(), "meeting.moderators_only");
    let lobby = host.get(&format!("{path}/lobby")).await;
    assert_eq!(lobby.data()["items"].as_array().unwrap().len(), 1);
    let answer =
        async |by: &User, who: &User, word: &str| by.post_nothing(&format!("{path}/lobby/{}/{word}", who.id)).await;
    assert_eq!(answer(&eve, &bob, "admit").await.error(), "meeting.moderators_only");
    assert_eq!(answer(&host, &eve, "admit").await.error(), "lobby.not_waiting");
    assert_eq!(answer(&host, &bob, "admit").await.data()["answered"], 1);
    assert_eq!(answer(&host, &bob, "admit").await.data()["answered"], 0);
    assert_eq!(bob.post_nothing(&format!("{path}/join")).await.data()["participant"]["user_id"], bob.id.as_str());
    eve.post_nothing(&format!("{path}/join")).await;
    assert_eq!(answer(&host, &eve, "deny").await.data()["answered"], 1);
    eve.post_nothing(&format!("{path}/join")).await;
    assert_eq!(host.post_nothing(&format!("{path}/lobby/deny-all")).await.data()["answered"], 1);
    eve.post_nothing(&format!("{path}/join")).await;
    assert_eq!(host.post_nothing(&format!("{path}/lobby/admit-all")).await.data()["answered"], 1);
}

#[tokio::test]
async fn people_are_sent_out_given_roles_and_renamed_by_who_may() {
    let (_app, anon, host) = TestApp::with_user().await;
    let (bob, eve) = (anon.sign_up("bob").await, anon.sign_up("eve").await);
    let meeting = host.create_meeting("Planning").await;
    let path = format!("/meetings/{meeting}");
    let person = |who: &User, action: &str| format!("{path}/participants/{}/{action}", who.id);
    for user in [&host, &bob, &eve] {
        user.post_nothing(&format!("{path}/join")).await;
    }
    assert_eq!(bob.put(&person(&eve, "role"), json!({"role": "host"})).await.error(), "meeting.forbidden");
    assert_eq!(host.put(&person(&bob, "role"), json!({"role": "king"})).await.error(), "request.invalid");
    assert_eq!(host.put(&person(&bob, "role"), json!({"role": "co-host"})).await.status, 200);
    assert_eq!(host.put(&person(&host, "role"), json!({"role": "participant"})).await.error(), "meeting.outranked");
    assert_eq!(bob.post_nothing(&person(&host, "kick")).await.error(), "meeting.outranked");
    assert_eq!(eve.post_nothing(&person(&bob, "kick")).await.error(), "meeting.moderators_only");
    assert_eq!(bob.post_nothing(&person(&eve, "mute")).await.status, 200);
    assert_eq!(bob.post_nothing(&person(&eve, "ask-to-unmute")).await.status, 200);
    assert_eq!(eve.post_nothing(&format!("{path}/mute-all")).await.error(), "meeting.moderators_only");
    assert_eq!(host.post_nothing(&format!("{path}/mute-all")).await.status, 200);
    assert_eq!(bob.put(&person(&eve, "name"), json!({"display_name": "Eva"})).await.status, 200);
    assert_eq!(eve.put(&person(&eve, "name"), json!({"display_name": "Evi"})).await.status, 200);
    assert_eq!(eve.put(&person(&bob, "name"), json!({"display_name": "x"})).await.error(), "meeting.moderators_only");

    assert_eq!(bob.post_nothing(&person(&eve, "kick")).await.status, 200);
    assert_eq!(eve.post_nothing(&format!("{path}/join")).await.status, 200, "kicked is not banned");
    assert_eq!(bob.post(&person(&eve, "kick"), json!({"ban": true})).await.status, 200);
    assert_eq!(eve.post_nothing(&format!("{path}/join")).await.error(), "meeting.banned");
    let people = host.get(&format!("{path}/participants")).await;
    let eve_now = people.data()["items"].as_array().unwrap().iter().find(|p| p["user_id"] == eve.id.as_str()).unwrap();
    assert_eq!((&eve_now["standing"], &eve_now["display_name"]), (&json!("banned"), &json!("eve")));
    assert_eq!(host.post_nothing(&person(&eve, "allow-back")).await.status, 200);
    assert_eq!(eve.post_nothing(&format!("{path}/join")).await.status, 200);

    let nobody = "0199a1b2-0000-7000-8000-000000000000";
    for (method, action, body) in [
        (Method::POST, "kick", json!({})),
        (Method::POST, "mute", Value::Null),
        (Method::POST, "allow-back", Value::Null),
        (Method::PUT, "role", json!({"role": "co-host"})),
        (Method::PUT, "name", json!({"display_name": "x"})),
    ] {
        let request = host.request(method, &format!("{path}/participants/{nobody}/{action}"));
        let request = if body.is_null() { request } else { request.json(&body) };
        assert_eq!(host.send(request).await.error(), "participant.not_found", "{action}");
    }
}

#[tokio::test]
async fn hosts_read_who_was_there() {
    let (app, anon, host) = TestApp::with_user().await;
    let bob = anon.sign_up("bob").await;
    let meeting = host.create_meeting("Planning").await;
    let path = format!("/meetings/{meeting}");
    host.post_nothing(&format!("{path}/join")).await;
    bob.post_nothing(&format!("{path}/join")).await;
    app.clock.advance(TimeDelta::seconds(90));
    bob.post_nothing(&format!("{path}/leave")).await;
    assert_eq!(bob.get(&format!("{path}/report")).await.error(), "meeting.moderators_only");
    host.post_nothing(&format!("{path}/end")).await;
    let report = host.get(&format!("{path}/report")).await;
    assert_eq!(
        (&report.data()["peak_participants"], &report.data()["meeting"]["status"]),
        (&json!(2), &json!("ended"))
    );
    let told: Vec<_> = report.data()["attendances"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["participant"]["display_name"].clone(),
                one["stays"].as_array().unwrap().len(),
                one["duration_s"].clone(),
            )
        })
        .collect();
    assert_eq!(told, [(json!("ann"), 1, json!(90)), (json!("bob"), 1, json!(90))]);
}
