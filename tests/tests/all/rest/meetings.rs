//! Meetings: create, read, join, leave, end, participants.

use reqwest::Method;
use serde_json::json;

use super::app::{Client, TestApp};

#[tokio::test]
async fn create_a_meeting() {
    let (_app, _anon, user) = TestApp::with_user().await;
    let answer = user
        .post(
            "/meetings",
            json!({
                "title": " Weekly planning ", "description": "What we do next week.", "max_participants": 25,
                "start_time": "2030-01-31T13:00:00+01:00", "end_time": "2030-01-31T13:00:00Z",
            }),
        )
        .await;
    insta::assert_json_snapshot!(answer.snapshot(), @r#"
    {
      "body": {
        "code": 201,
        "data": {
          "code": "[meeting code]",
          "created_at": "[time]",
          "creator_id": "[uuid]",
          "description": "What we do next week.",
          "end_time": "2030-01-31T13:00:00Z",
          "ended_at": null,
          "has_passcode": false,
          "id": "[uuid]",
          "locked": false,
          "max_participants": 25,
          "recurrence": null,
          "settings": {
            "chat": true,
            "guests_allowed": false,
            "host_leaves": "hand-over",
            "lobby": "off",
            "mute_on_entry": false,
            "record": false,
            "share_screen": true,
            "unmute": true
          },
          "start_time": "2030-01-31T12:00:00Z",
          "started_at": null,
          "status": "scheduled",
          "time_zone": null,
          "title": "Weekly planning",
          "updated_at": "[time]"
        },
        "message": "success",
        "timestamp": "[timestamp]"
      },
      "status": 201
    }
    "#);
    assert_eq!(answer.data()["creator_id"], user.id.as_str());
}

#[tokio::test]
async fn a_title_is_enough() {
    let (_app, _anon, user) = TestApp::with_user().await;
    let answer = user.post("/meetings", json!({"title": "T"})).await;
    insta::assert_json_snapshot!(answer.snapshot(), @r#"
    {
      "body": {
        "code": 201,
        "data": {
          "code": "[meeting code]",
          "created_at": "[time]",
          "creator_id": "[uuid]",
          "description": null,
          "end_time": null,
          "ended_at": null,
          "has_passcode": false,
          "id": "[uuid]",
          "locked": false,
          "max_participants": 100,
          "recurrence": null,
          "settings": {
            "chat": true,
            "guests_allowed": false,
            "host_leaves": "hand-over",
            "lobby": "off",
            "mute_on_entry": false,
            "record": false,
            "share_screen": true,
            "unmute": true
          },
          "start_time": null,
          "started_at": null,
          "status": "scheduled",
          "time_zone": null,
          "title": "T",
          "updated_at": "[time]"
        },
        "message": "success",
        "timestamp": "[timestamp]"
      },
      "status": 201
    }
    "#);
}

#[tokio::test]
async fn read_a_meeting_by_identifier_or_code() {
    let (_app, anon, user) = TestApp::with_user().await;
    let other = anon.sign_up("bob").await;
    let created = user.post("/meetings", json!({"title": "Planning"})).await;
    let by_id = other.get(&format!("/meetings/{}", created.text("id"))).await;
    insta::assert_json_snapshot!(by_id.snapshot(), @r#"
    {
      "body": {
        "code": 200,
        "data": {
          "code": "[meeting code]",
          "created_at": "[time]",
          "creator_id": "[uuid]",
          "description": null,
          "end_time": null,
          "ended_at": null,
          "has_passcode": false,
          "id": "[uuid]",
          "locked": false,
          "max_participants": 100,
          "recurrence": null,
          "settings": {
            "chat": true,
            "guests_allowed": false,
            "host_leaves": "hand-over",
            "lobby": "off",
            "mute_on_entry": false,
            "record": false,
            "share_screen": true,
            "unmute": true
          },
          "start_time": null,
          "started_at": null,
          "status": "scheduled",
          "time_zone": null,
          "title": "Planning",
          "updated_at": "[time]"
        },
        "message": "success",
        "timestamp": "[timestamp]"
      },
      "status": 200
    }
    "#);
    let code = created.text("code");
    for written in [code.clone(), code.to_uppercase(), created.text("id").to_uppercase()] {
        let answer = other.get(&format!("/meetings/{written}")).await;
        assert_eq!(answer.body["data"], created.body["data"], "{written}");
    }
}

#[tokio::test]
async fn a_meeting_that_is_not_there() {
    let (_app, _anon, user) = TestApp::with_user().await;
    insta::assert_json_snapshot!(user.get("/meetings/abc-defg-hij").await.snapshot(), @r#"
    {
      "body": {
        "code": 404,
        "error": {
          "details": [],
          "type": "meeting.not_found"
        },
        "message": "meeting not found",
        "timestamp": "[timestamp]"
      },
      "status": 404
    }
    "#);
    for id in [
        "0199a1b2-0000-7000-8000-000000000000",
        "x",
        "%00",
        "..%2f..%2fetc",
        "'%20OR%201=1",
        "abc-defg-hi1",
        "%F0%9F%8E%89",
    ] {
        for (method, action) in [
            (Method::GET, ""),
            (Method::GET, "/participants"),
            (Method::POST, "/join"),
            (Method::POST, "/leave"),
            (Method::POST, "/end"),
        ] {
            let answer = user.send(user.request(method.clone(), &format!("/meetings/{id}{action}"))).await;
            assert_eq!(answer.error(), "meeting.not_found", "{method} {id}{action}");
        }
    }
}

#[tokio::test]
async fn a_path_that_is_no_text() {
    let (_app, _anon, user) = TestApp::with_user().await;
    assert_eq!(user.get("/meetings/%ff%fe").await.error(), "request.not_found");
}

#[tokio::test]
async fn join_gives_what_opens_the_room() {
    let (app, anon, host) = TestApp::with_user().await;
    let guest = anon.sign_up("bob").await;
    let meeting = host.create_meeting("Planning").await;
    let answer = guest.post(&format!("/meetings/{meeting}/join"), json!({"display_name": "Bob B."})).await;
    assert_eq!(answer.data()["signaling_url"], format!("ws://{}/ws/signaling", app.address));
    assert_eq!(answer.text("room_id"), meeting);
    insta::assert_json_snapshot!(answer.snapshot_without(&["signaling_url"]), @r#"
    {
      "body": {
        "code": 200,
        "data": {
          "guest_pass": null,
          "mute_on_entry": false,
          "participant": {
            "display_name": "Bob B.",
            "guest": false,
            "joined_at": "[time]",
            "left_at": null,
            "role": "participant",
            "standing": "welcome",
            "user_id": "[uuid]"
          },
          "room_id": "[uuid]",
          "room_token": "[jwt]",
          "signaling_url": "[signaling_url]",
          "waiting": null
        },
        "message": "success",
        "timestamp": "[timestamp]"
      },
      "status": 200
    }
    "#);
    let live = host.get(&format!("/meetings/{meeting}")).await;
    assert_eq!(live.text("status"), "live");
    assert!(live.data()["started_at"].is_string());
}

#[tokio::test]
async fn the_host_is_known_and_the_nickname_is_the_name() {
    let (_app, _anon, host) = TestApp::with_user().await;
    let meeting = host.create_meeting("Planning").await;
    for body in [json!({}), json!({"display_name": null}), json!({"display_name": "  "})] {
        let answer = host.post(&format!("/meetings/{meeting}/join"), body).await;
        assert_eq!(answer.data()["participant"]["role"], "host");
        assert_eq!(answer.data()["participant"]["display_name"], "ann");
    }
    let answer = host.post_nothing(&format!("/meetings/{meeting}/join")).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn the_signalling_address_is_the_configured_one() {
    let (_app, _anon, host) = TestApp::configured(|config| {
        config.public_url = Some("https://meet.example.org".parse().unwrap());
    })
    .await;
    let meeting = host.create_meeting("Planning").await;
    let answer = host.post_nothing(&format!("/meetings/{meeting}/join")).await;
    assert_eq!(answer.text("signaling_url"), "wss://meet.example.org/ws/signaling");
}

#[tokio::test]
async fn a_full_meeting_takes_nobody_until_somebody_leaves() {
    let (_app, anon, host) = TestApp::with_user().await;
    let created = host.post("/meetings", json!({"title": "Two", "max_participants": 2})).await;
    let join = format!("/meetings/{}/join", created.text("id"));
    let leave = format!("/meetings/{}/leave", created.text("id"));
    let (bob, eve) = (anon.sign_up("bob").await, anon.sign_up("eve").await);
    assert_eq!(host.post_nothing(&join).await.status, 200);
    assert_eq!(bob.post_nothing(&join).await.status, 200);
    insta::assert_json_snapshot!(eve.post_nothing(&join).await.snapshot(), @r#"
    {
      "body": {
        "code": 409,
        "error": {
          "details": [],
          "type": "meeting.full"
        },
        "message": "the meeting is full",
        "timestamp": "[timestamp]"
      },
      "status": 409
    }
    "#);
    assert_eq!(bob.post_nothing(&join).await.status, 200, "who is in may join again");
    insta::assert_json_snapshot!(bob.post_nothing(&leave).await.snapshot(), @r#"
    {
      "body": {
        "code": 200,
        "data": {},
        "message": "success",
        "timestamp": "[timestamp]"
      },
      "status": 200
    }
    "#);
    assert_eq!(bob.post_nothing(&leave).await.status, 200, "leaving twice is no error");
    assert_eq!(eve.post_nothing(&join).await.status, 200);
}

#[tokio::test]
async fn the_limit_holds_however_many_come_at_once() {
    let (_app, anon, host) = TestApp::with_user().await;
    let created = host.post("/meetings", json!({"title": "Three", "max_participants": 3})).await;
    let join = format!("/meetings/{}/join", created.text("id"));
    let mut users = Vec::new();
    for number in 0..8 {
        users.push(anon.sign_up(&format!("user{number}")).await);
    }
    let answers = futures::future::join_all(users.iter().map(|user| user.post_nothing(&join))).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 409, 409, 409, 409, 409]);
}

#[tokio::test]
async fn participants_are_listed_with_when_they_came_and_went() {
    let (_app, anon, host) = TestApp::with_user().await;
    let bob = anon.sign_up("bob").await;
    let meeting = host.create_meeting("Planning").await;
    let path = format!("/meetings/{meeting}/participants");
    assert_eq!(host.get(&path).await.data()["items"], json!([]));
    bob.post_nothing(&format!("/meetings/{meeting}/join")).await;
    host.post_nothing(&format!("/meetings/{meeting}/join")).await;
    bob.post_nothing(&format!("/meetings/{meeting}/leave")).await;
    insta::assert_json_snapshot!(host.get(&path).await.snapshot(), @r#"
    {
      "body": {
        "code": 200,
        "data": {
          "items": [
            {
              "display_name": "ann",
              "guest": false,
              "joined_at": "[time]",
              "left_at": null,
              "role": "host",
              "standing": "welcome",
              "user_id": "[uuid]"
            },
            {
              "display_name": "bob",
              "guest": false,
              "joined_at": "[time]",
              "left_at": "[time]",
              "role": "participant",
              "standing": "welcome",
              "user_id": "[uuid]"
            }
          ]
        },
        "message": "success",
        "timestamp": "[timestamp]"
      },
      "status": 200
    }
    "#);
}

#[tokio::test]
async fn only_the_host_ends_a_meeting() {
    let (_app, anon, host) = TestApp::with_user().await;
    let bob = anon.sign_up("bob").await;
    let meeting = host.create_meeting("Planning").await;
    bob.post_nothing(&format!("/meetings/{meeting}/join")).await;
    let end = format!("/meetings/{meeting}/end");
    insta::assert_json_snapshot!(bob.post_nothing(&end).await.snapshot(), @r#"
    {
      "body": {
        "code": 403,
        "error": {
          "details": [],
          "type": "meeting.forbidden"
        },
        "message": "only the host may do this",
        "timestamp": "[timestamp]"
      },
      "status": 403
    }
    "#);
    assert_eq!(host.get(&format!("/meetings/{meeting}")).await.text("status"), "live");
    insta::assert_json_snapshot!(host.post_nothing(&end).await.snapshot(), @r#"
    {
      "body": {
        "code": 200,
        "data": {
          "code": "[meeting code]",
          "created_at": "[time]",
          "creator_id": "[uuid]",
          "description": null,
          "end_time": null,
          "ended_at": "[time]",
          "has_passcode": false,
          "id": "[uuid]",
          "locked": false,
          "max_participants": 100,
          "recurrence": null,
          "settings": {
            "chat": true,
            "guests_allowed": false,
            "host_leaves": "hand-over",
            "lobby": "off",
            "mute_on_entry": false,
            "record": false,
            "share_screen": true,
            "unmute": true
          },
          "start_time": null,
          "started_at": "[time]",
          "status": "ended",
          "time_zone": null,
          "title": "Planning",
          "updated_at": "[time]"
        },
        "message": "success",
        "timestamp": "[timestamp]"
      },
      "status": 200
    }
    "#);
}

#[tokio::test]
async fn an_ended_meeting_stays_ended() {
    let (_app, anon, host) = TestApp::with_user().await;
    let bob = anon.sign_up("bob").await;
    let meeting = host.create_meeting("Planning").await;
    host.post_nothing(&format!("/meetings/{meeting}/end")).await;
    let join = bob.post_nothing(&format!("/meetings/{meeting}/join")).await;
    insta::assert_json_snapshot!(join.snapshot(), @r#"
    {
      "body": {
        "code": 409,
        "error": {
          "details": [],
          "type": "meeting.ended"
        },
        "message": "the meeting has ended",
        "timestamp": "[timestamp]"
      },
      "status": 409
    }
    "#);
    assert_eq!(host.post_nothing(&format!("/meetings/{meeting}/end")).await.error(), "meeting.ended");
    assert_eq!(host.get(&format!("/meetings/{meeting}")).await.text("status"), "ended");
    assert_eq!(bob.post_nothing(&format!("/meetings/{meeting}/leave")).await.status, 200);
}
