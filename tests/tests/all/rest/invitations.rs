//! Inviting people, and their answers.

use application_user::LinkPurpose;
use chrono::TimeDelta;
use domain_shared::InvitationId;
use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use uuid::Uuid;

use super::app::{Anonymous, Answer, Client, TestApp, User};

/// Invites people to a meeting; returns the answer.
async fn invite(host: &User, meeting: &str, invitees: &[&str]) -> Answer {
    host.post(&format!("/meetings/{meeting}/invitations"), json!({"invitees": invitees})).await
}

/// The token of an invitation in an answer, as the mail brings it.
fn token(app: &TestApp, invitation: &Value) -> String {
    let id: InvitationId = invitation["id"].as_str().unwrap().parse().unwrap();
    app.invitations.tokens.issue(id).0.expose_secret().to_owned()
}

async fn prove_address(app: &TestApp, anon: &Anonymous, name: &str) {
    let token = app.mailed(LinkPurpose::VerifyEmail, &format!("{name}@example.org")).await;
    assert_eq!(anon.post("/verify-email", json!({"token": token})).await.status, 200);
}

#[tokio::test]
async fn the_host_invites_by_address_and_by_name() {
    let (app, anon, host) = TestApp::with_user().await;
    anon.sign_up("bob").await;
    let meeting = host.create_meeting("Weekly").await;
    let answer = invite(&host, &meeting, &["Eve@Example.com", "BOB", "eve@example.com"]).await;
    insta::assert_json_snapshot!(answer.snapshot(), @r#"
    {
      "body": {
        "code": 201,
        "data": {
          "items": [
            {
              "answered_at": null,
              "created_at": "[time]",
              "email": "eve@example.com",
              "id": "[uuid]",
              "name": null,
              "status": "pending",
              "username": null
            },
            {
              "answered_at": null,
              "created_at": "[time]",
              "email": null,
              "id": "[uuid]",
              "name": "bob",
              "status": "pending",
              "username": "bob"
            }
          ]
        },
        "message": "success",
        "timestamp": "[timestamp]"
      },
      "status": 201
    }
    "#);
    app.clock.advance(TimeDelta::seconds(1));
    invite(&host, &meeting, &["carol@example.com"]).await;
    let first = host.get(&format!("/meetings/{meeting}/invitations?limit=1")).await;
    assert_eq!(first.data()["items"][0]["email"], "carol@example.com");
    let cursor = first.text("next_cursor");
    let rest = host.get(&format!("/meetings/{meeting}/invitations?limit=5&cursor={cursor}")).await;
    assert_eq!((rest.data()["items"].as_array().unwrap().len(), &rest.data()["next_cursor"]), (2, &Value::Null));
    let code = host.get(&format!("/meetings/{meeting}")).await.text("code");
    assert_eq!(invite(&host, &code, &["dan@example.com"]).await.status, 201, "the code serves as well");
}

#[tokio::test]
async fn whoever_has_the_token_answers_once_without_an_account() {
    let (app, anon, host) = TestApp::with_user().await;
    let meeting = host
        .post(
            "/meetings",
            json!({
                "title": "Weekly", "description": "What we do.",
                "start_time": "2027-03-01T10:00:00Z", "end_time": "2027-03-01T11:00:00Z",
            }),
        )
        .await
        .text("id");
    let invited = invite(&host, &meeting, &["eve@example.com", "dan@example.com"]).await;
    let eve = token(&app, &invited.data()["items"][0]);
    let dan = token(&app, &invited.data()["items"][1]);
    insta::assert_json_snapshot!(
        anon.get(&format!("/invitations/{eve}")).await.snapshot_without(&["meeting_code"]),
        @r#"
    {
      "body": {
        "code": 200,
        "data": {
          "description": "What we do.",
          "end_time": "2027-03-01T11:00:00Z",
          "host_name": "ann",
          "meeting_code": "[meeting_code]",
          "meeting_status": "scheduled",
          "start_time": "2027-03-01T10:00:00Z",
          "status": "pending",
          "title": "Weekly"
        },
        "message": "success",
        "timestamp": "[timestamp]"
      },
      "status": 200
    }
    "#
    );
    for _ in 0..2 {
        let accepted = anon.post_nothing(&format!("/invitations/{eve}/accept")).await;
        assert_eq!(accepted.data()["status"], "accepted");
    }
    let late = anon.post_nothing(&format!("/invitations/{eve}/decline")).await;
    assert_eq!((late.status, late.error()), (409, "invitation.answered"));
    let as_host = host.post_nothing(&format!("/invitations/{eve}/decline")).await;
    assert_eq!(as_host.error(), "invitation.answered", "nobody changes an answer");
    assert_eq!(anon.post_nothing(&format!("/invitations/{dan}/decline")).await.data()["status"], "declined");
    let list = host.get(&format!("/meetings/{meeting}/invitations")).await;
    let states: Vec<&Value> = list.data()["items"].as_array().unwrap().iter().map(|item| &item["status"]).collect();
    assert_eq!(states, ["declined", "accepted"]);
    assert!(list.data()["items"].as_array().unwrap().iter().all(|item| !item["answered_at"].is_null()));
}

#[tokio::test]
async fn what_was_taken_back_or_is_over_cannot_be_answered() {
    let (app, anon, host) = TestApp::with_user().await;
    let meeting = host.create_meeting("Weekly").await;
    let invited = invite(&host, &meeting, &["eve@example.com", "dan@example.com"]).await;
    let [eve, dan] = [0, 1].map(|nth| invited.data()["items"][nth].clone());
    let path = format!("/meetings/{meeting}/invitations/{}", eve["id"].as_str().unwrap());
    for _ in 0..2 {
        assert_eq!(host.delete(&path).await.data(), &json!({}));
    }
    let eve = token(&app, &eve);
    for answer in [
        anon.get(&format!("/invitations/{eve}")).await,
        anon.post_nothing(&format!("/invitations/{eve}/accept")).await,
        anon.post_nothing(&format!("/invitations/{eve}/decline")).await,
    ] {
        assert_eq!((answer.status, answer.error()), (409, "invitation.revoked"));
    }
    host.post_nothing(&format!("/meetings/{meeting}/end")).await;
    let dan = token(&app, &dan);
    assert_eq!(anon.post_nothing(&format!("/invitations/{dan}/accept")).await.error(), "meeting.ended");
    assert_eq!(anon.get(&format!("/invitations/{dan}")).await.data()["meeting_status"], "ended");
    assert_eq!(invite(&host, &meeting, &["new@example.com"]).await.error(), "meeting.ended");
}

#[tokio::test]
async fn only_the_host_sees_and_changes_who_is_invited() {
    let (_app, anon, host) = TestApp::with_user().await;
    let bob = anon.sign_up("bob").await;
    let (meeting, other) = (host.create_meeting("Weekly").await, host.create_meeting("Other").await);
    let invited = invite(&host, &meeting, &["bob", "eve@example.com"]).await;
    let id = invited.data()["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(invite(&bob, &meeting, &["x@example.com"]).await.error(), "meeting.forbidden");
    assert_eq!(bob.get(&format!("/meetings/{meeting}/invitations")).await.error(), "meeting.forbidden");
    assert_eq!(bob.delete(&format!("/meetings/{meeting}/invitations/{id}")).await.error(), "meeting.forbidden");
    for (path, code) in [
        (format!("/meetings/{other}/invitations/{id}"), "invitation.not_found"),
        (format!("/meetings/{meeting}/invitations/{}", Uuid::nil()), "invitation.not_found"),
        (format!("/meetings/{meeting}/invitations/x"), "invitation.not_found"),
        (format!("/meetings/zzz-zzzz-zzz/invitations/{id}"), "meeting.not_found"),
        (format!("/meetings/x/invitations/{id}"), "meeting.not_found"),
    ] {
        assert_eq!(host.delete(&path).await.error(), code, "{path}");
    }
    for nothing in ["x", "zzz-zzzz-zzz", "00000000-0000-0000-0000-000000000000"] {
        assert_eq!(invite(&host, nothing, &["x@example.com"]).await.error(), "meeting.not_found");
        assert_eq!(host.get(&format!("/meetings/{nothing}/invitations")).await.error(), "meeting.not_found");
    }
    for (method, path) in [
        (Method::POST, format!("/meetings/{meeting}/invitations")),
        (Method::GET, format!("/meetings/{meeting}/invitations")),
        (Method::DELETE, format!("/meetings/{meeting}/invitations/{id}")),
    ] {
        let answer = anon.send(anon.request(method.clone(), &path)).await;
        assert_eq!(answer.error(), "auth.required", "{method} {path}");
    }
}

#[tokio::test]
async fn everything_that_is_wrong_with_invitees_is_told() {
    let (app, anon, host) = TestApp::with_user().await;
    prove_address(&app, &anon, "ann").await;
    let meeting = host.create_meeting("Weekly").await;
    let path = format!("/meetings/{meeting}/invitations");
    for (body, details) in [
        (json!({}), vec![("invitees", "required")]),
        (json!({"invitees": []}), vec![("invitees", "required")]),
        (json!({"invitees": "bob"}), vec![("invitees", "wrong_type")]),
        (
            json!({"invitees": [1, "x@example.com", null]}),
            vec![("invitees[0]", "wrong_type"), ("invitees[2]", "wrong_type")],
        ),
        (json!({"invitees": vec!["x@example.com"; 51]}), vec![("invitees", "too_many")]),
        (
            json!({"invitees": ["a@b@c", "good@example.com", "", "bcc\r\n:x", format!("{}@example.com", "x".repeat(300))]}),
            vec![
                ("invitees[0]", "malformed"),
                ("invitees[2]", "required"),
                ("invitees[3]", "malformed"),
                ("invitees[4]", "too_long"),
            ],
        ),
        (
            json!({"invitees": ["ann", "nobody", "ann@example.org"]}),
            vec![("invitees[0]", "own_account"), ("invitees[1]", "unknown_user"), ("invitees[2]", "own_account")],
        ),
    ] {
        let answer = host.post(&path, body.clone()).await;
        assert_eq!((answer.status, answer.error()), (422, "request.invalid"), "{body}");
        let told = answer.body["error"]["details"].as_array().unwrap();
        let told: Vec<_> = told.iter().map(|d| (d["field"].as_str().unwrap(), d["code"].as_str().unwrap())).collect();
        assert_eq!(told, details, "{body}");
    }
    assert_eq!(host.get(&path).await.data()["items"], json!([]));
    for (query, field) in [("limit=0", "limit"), ("cursor=x", "cursor")] {
        let answer = host.get(&format!("{path}?{query}")).await;
        assert_eq!(answer.body["error"]["details"][0]["field"], field);
    }
}

#[tokio::test]
async fn tokens_that_are_none_open_nothing() {
    let (app, anon, host) = TestApp::with_user().await;
    let meeting = host.create_meeting("Weekly").await;
    let invited = invite(&host, &meeting, &["eve@example.com"]).await;
    let good = token(&app, &invited.data()["items"][0]);
    let id = invited.data()["items"][0]["id"].as_str().unwrap().to_owned();
    let swapped: String = good.chars().rev().collect();
    for bad in [
        "x",
        &good[1..],
        &format!("{good}x"),
        &swapped,
        &id,
        &"A".repeat(43),
        &"A".repeat(5_000),
        "%00",
        "%ff",
        "..%2f",
    ] {
        for answer in [
            anon.get(&format!("/invitations/{bad}")).await,
            anon.post_nothing(&format!("/invitations/{bad}/accept")).await,
            anon.post_nothing(&format!("/invitations/{bad}/decline")).await,
        ] {
            assert_eq!(answer.status, 404, "{bad}: {}", answer.body);
        }
    }
    assert_eq!(anon.get(&format!("/invitations/{good}")).await.data()["status"], "pending");
}

#[tokio::test]
async fn limits_hold_for_hosts_and_for_whoever_tries_tokens() {
    let (app, anon, host) = TestApp::configured(|config| {
        config.limits.invitation_per_account.burst = 3;
        config.limits.invitation_per_account.period = std::time::Duration::from_secs(3_600);
        config.limits.invitation_link_per_address.burst = 2;
        config.limits.invitation_link_per_address.period = std::time::Duration::from_secs(3_600);
    })
    .await;
    let meeting = host.create_meeting("Weekly").await;
    let invited = invite(&host, &meeting, &["a@example.com", "b@example.com"]).await;
    assert_eq!(invited.status, 201);
    let refused = invite(&host, &meeting, &["c@example.com", "d@example.com"]).await;
    assert_eq!((refused.status, refused.error()), (429, "rate.limited"));
    assert!(refused.headers.contains_key("retry-after"));
    let token = token(&app, &invited.data()["items"][0]);
    assert_eq!(anon.get("/invitations/x").await.status, 404);
    assert_eq!(anon.get(&format!("/invitations/{token}")).await.status, 200);
    assert_eq!(anon.post_nothing(&format!("/invitations/{token}/accept")).await.error(), "rate.limited");
}

#[tokio::test]
async fn the_same_request_again_invites_once() {
    let (_app, _anon, host) = TestApp::with_user().await;
    let meeting = host.create_meeting("Weekly").await;
    let path = format!("/meetings/{meeting}/invitations");
    let request = || {
        let body = json!({"invitees": ["eve@example.com"]});
        host.request(Method::POST, &path).header("Idempotency-Key", "once").json(&body)
    };
    let (first, second) = (host.send(request()).await, host.send(request()).await);
    assert_eq!(first.body["data"], second.body["data"]);
    assert_eq!(second.headers["idempotency-replayed"], "true");
    let by_hand = invite(&host, &meeting, &["eve@example.com"]).await;
    assert_eq!(by_hand.data(), first.data(), "who is invited stays so");
    assert_eq!(host.get(&path).await.data()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn who_is_signed_in_answers_without_the_mailed_token() {
    let (app, anon, host) = TestApp::with_user().await;
    let (bob, carol, dan) = (anon.sign_up("bob").await, anon.sign_up("carol").await, anon.sign_up("dan").await);
    let meeting = host.create_meeting("Weekly").await;
    let path = format!("/meetings/{meeting}/invitation");
    invite(&host, &meeting, &["bob", "carol@example.org", "dan@example.org"]).await;
    insta::assert_json_snapshot!(bob.get(&path).await.snapshot(), @r#"
    {
      "body": {
        "code": 200,
        "data": {
          "answer": null,
          "id": "[uuid]",
          "invited_at": "[time]",
          "status": "pending"
        },
        "message": "success",
        "timestamp": "[timestamp]"
      },
      "status": 200
    }
    "#);
    for _ in 0..2 {
        let answered = bob.put(&path, json!({"answer": "accept"})).await;
        assert_eq!((answered.status, answered.text("status").as_str()), (200, "accepted"));
    }
    assert_eq!(bob.get(&path).await.data()["answer"], "accept");
    assert_eq!(bob.put(&path, json!({"answer": "decline"})).await.error(), "invitation.answered");

    assert_eq!(carol.get(&path).await.error(), "invitation.not_found", "the address is not proved");
    assert_eq!(carol.put(&path, json!({"answer": "accept"})).await.error(), "invitation.not_found");
    prove_address(&app, &anon, "carol").await;
    let code = host.get(&format!("/meetings/{meeting}")).await.text("code");
    let declined = carol.put(&format!("/meetings/{code}/invitation"), json!({"answer": "decline"})).await;
    assert_eq!((declined.text("status").as_str(), &declined.data()["answer"]), ("declined", &json!("decline")));
    assert_eq!(carol.get("/meetings").await.data()["items"], json!([]), "it is not in the list any more");

    let answers = host.get(&format!("/meetings/{meeting}/invitations")).await;
    let mut statuses: Vec<_> =
        answers.data()["items"].as_array().unwrap().iter().map(|item| item["status"].as_str().unwrap()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, ["accepted", "declined", "pending"]);

    prove_address(&app, &anon, "dan").await;
    let pending = answers.data()["items"].as_array().unwrap().iter().find(|item| item["status"] == "pending").unwrap();
    let revoked = format!("/meetings/{meeting}/invitations/{}", pending["id"].as_str().unwrap());
    host.send(host.request(Method::DELETE, &revoked)).await;
    assert_eq!(dan.get(&path).await.error(), "invitation.not_found");
    assert_eq!(dan.put(&path, json!({"answer": "accept"})).await.error(), "invitation.revoked");
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_is_refused() {
    let (_app, anon, host) = TestApp::with_user().await;
    let bob = anon.sign_up("bob").await;
    let meeting = host.create_meeting("Weekly").await;
    let path = format!("/meetings/{meeting}/invitation");
    for body in [json!({}), json!({"answer": "maybe"}), json!({"answer": null}), json!({"answer": 1})] {
        let refused = bob.put(&path, body).await;
        assert_eq!(refused.error(), "request.invalid");
        assert_eq!(refused.body["error"]["details"][0]["field"], "answer");
    }
    let accept = || json!({"answer": "accept"});
    assert_eq!(host.put(&path, accept()).await.error(), "invitation.not_found", "hosts are not invited");
    for unknown in ["abc-defg-hij", "x"] {
        let path = format!("/meetings/{unknown}/invitation");
        assert_eq!(bob.get(&path).await.error(), "meeting.not_found");
        assert_eq!(bob.put(&path, accept()).await.error(), "meeting.not_found");
    }
    invite(&host, &meeting, &["bob"]).await;
    host.post_nothing(&format!("/meetings/{meeting}/end")).await;
    assert_eq!(bob.put(&path, accept()).await.error(), "meeting.ended");
    assert_eq!(anon.get(&path).await.error(), "auth.required");
}
