//! What was written in a meeting: who reads it, page by page, and who deletes it.

use std::sync::Arc;

use application_room::ChatStore;
use chrono::{DateTime, TimeDelta};
use domain_room::{ChatContent, ChatMessage, ChatMessageParts, ChatText, DisplayName, Recipient};
use domain_shared::{MessageId, RoomId};
use serde_json::{Value, json};
use uuid::Uuid;

use super::app::{Client, TestApp, User};

/// The identifier of message `n`.
fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0190_a5e4_3c00_7000_8000_0000_0000_0000 + n)
}

fn uuid(text: &str) -> Uuid {
    text.parse().unwrap()
}

/// Somebody has written message `n` in a meeting, perhaps to one other alone.
async fn written(app: &TestApp, meeting: &str, n: u128, from: &User, to: Option<&User>) {
    let message = ChatMessage::from(ChatMessageParts {
        id: MessageId::from_uuid(id(n)),
        room_id: RoomId::from_uuid(uuid(meeting)),
        sender_id: uuid(&from.id).into(),
        sender_name: DisplayName::parse("Writer").unwrap(),
        recipient: to.map(|to| Recipient { user_id: uuid(&to.id).into(), name: DisplayName::parse("Reader").unwrap() }),
        content: ChatContent::Text(ChatText::parse(format!("message {n}")).unwrap()),
        sent_at: DateTime::from_timestamp(1_800_000_000, 0).unwrap() + TimeDelta::seconds(i64::try_from(n).unwrap()),
    });
    app.chat.store(&[Arc::new(message)]).await.unwrap();
}

/// A meeting of Ann in which Bob and Cleo have taken part, with one public and one private message.
async fn meeting(app: &TestApp, host: &User, bob: &User, cleo: &User) -> String {
    let meeting = host.create_meeting("Planning").await;
    for user in [bob, cleo] {
        user.post_nothing(&format!("/meetings/{meeting}/join")).await.data();
    }
    written(app, &meeting, 1, bob, None).await;
    written(app, &meeting, 2, bob, Some(cleo)).await;
    meeting
}

/// What somebody reads there.
async fn texts(user: &User, meeting: &str) -> Vec<Value> {
    let page = user.get(&format!("/meetings/{meeting}/messages")).await;
    page.data()["items"].as_array().unwrap().iter().map(|item| item["text"].clone()).collect()
}

#[tokio::test]
async fn those_read_who_were_there_and_private_messages_their_two_people() {
    let (app, anon, host) = TestApp::with_user().await;
    let (bob, cleo, eve) = (anon.sign_up("bob").await, anon.sign_up("cleo").await, anon.sign_up("eve").await);
    let meeting = meeting(&app, &host, &bob, &cleo).await;
    let path = format!("/meetings/{meeting}");
    assert_eq!(texts(&host, &meeting).await, ["message 1"]);
    assert_eq!(texts(&bob, &meeting).await, ["message 2", "message 1"]);
    assert_eq!(texts(&cleo, &meeting).await, ["message 2", "message 1"]);
    assert_eq!(eve.get(&format!("{path}/messages")).await.error(), "meeting.participants_only");
    assert_eq!(eve.get("/meetings/zzz-zzzz-zzz/messages").await.error(), "meeting.not_found");
    host.post(&format!("{path}/participants/{}/kick", cleo.id), json!({"ban": true})).await.data();
    assert_eq!(cleo.get(&format!("{path}/messages")).await.error(), "meeting.banned");
    host.post_nothing(&format!("{path}/end")).await.data();
    let mut answer = bob.get(&format!("{path}/messages?limit=1")).await;
    for (field, expected) in [("id", id(2)), ("sender", uuid(&bob.id)), ("recipient", uuid(&cleo.id))] {
        let item = &mut answer.body["data"]["items"][0][field];
        let told = if item.is_object() { item["user_id"].take() } else { item.take() };
        assert_eq!(told, json!(expected), "{field}");
    }
    insta::assert_json_snapshot!(answer.snapshot(), @r#"
    {
      "body": {
        "code": 200,
        "data": {
          "items": [
            {
              "deleted_at": null,
              "deleted_by": null,
              "id": null,
              "recipient": {
                "display_name": "Reader",
                "user_id": null
              },
              "sender": {
                "display_name": "Writer",
                "user_id": null
              },
              "sent_at": "2027-01-15T08:00:02Z",
              "text": "message 2"
            }
          ],
          "next_cursor": "[cursor]"
        },
        "message": "success",
        "timestamp": "[timestamp]"
      },
      "status": 200
    }
    "#);
}

#[tokio::test]
async fn messages_come_page_by_page_newest_first() {
    let (app, _anon, host) = TestApp::with_user().await;
    let meeting = host.create_meeting("Planning").await;
    for n in 1..=5 {
        written(&app, &meeting, n, &host, None).await;
    }
    let (mut told, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = host.get(&format!("/meetings/{meeting}/messages?limit=2{cursor}")).await;
        let items = page.data()["items"].as_array().unwrap();
        told.push(items.iter().map(|item| item["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>());
        if page.data()["next_cursor"].is_null() {
            break;
        }
        cursor = format!("&cursor={}", page.text("next_cursor"));
        // What is written meanwhile disturbs no page.
        written(&app, &meeting, 10 + told.len() as u128, &host, None).await;
    }
    assert_eq!(told, [vec!["message 5", "message 4"], vec!["message 3", "message 2"], vec!["message 1"]]);
    for wrong in ["limit=0", "limit=101", "cursor=nonsense"] {
        let answer = host.get(&format!("/meetings/{meeting}/messages?{wrong}")).await;
        assert_eq!(answer.error(), "request.invalid", "{wrong}");
    }
    let empty = host.create_meeting("Silent").await;
    assert_eq!(texts(&host, &empty).await, Vec::<Value>::new());
}

#[tokio::test]
async fn authors_and_hosts_delete_what_they_see_for_good() {
    let (app, anon, host) = TestApp::with_user().await;
    let (bob, cleo, eve) = (anon.sign_up("bob").await, anon.sign_up("cleo").await, anon.sign_up("eve").await);
    let meeting = meeting(&app, &host, &bob, &cleo).await;
    let path = |n| format!("/meetings/{meeting}/messages/{}", id(n));
    assert_eq!(eve.delete(&path(1)).await.error(), "meeting.participants_only");
    assert_eq!(cleo.delete(&path(1)).await.error(), "message.forbidden");
    assert_eq!(cleo.delete(&path(2)).await.error(), "message.forbidden");
    assert_eq!(host.delete(&path(2)).await.error(), "message.not_found", "private messages of others are not seen");
    for nothing in [id(9).to_string(), "nonsense".to_owned()] {
        let answer = host.delete(&format!("/meetings/{meeting}/messages/{nothing}")).await;
        assert_eq!(answer.error(), "message.not_found");
    }
    assert_eq!(host.delete(&format!("/meetings/zzz-zzzz-zzz/messages/{}", id(1))).await.error(), "meeting.not_found");
    host.post_nothing(&format!("/meetings/{meeting}/end")).await.data();
    let mut gone = host.delete(&path(1)).await;
    assert_eq!(gone.body["data"]["deleted_by"].take(), json!(host.id));
    assert_eq!(gone.body["data"]["id"].take(), json!(id(1)));
    insta::assert_json_snapshot!(gone.snapshot(), @r#"
    {
      "body": {
        "code": 200,
        "data": {
          "deleted_at": "2027-01-15T08:00:00Z",
          "deleted_by": null,
          "id": null,
          "recipient": null,
          "sender": {
            "display_name": "Writer",
            "user_id": "[uuid]"
          },
          "sent_at": "2027-01-15T08:00:01Z",
          "text": null
        },
        "message": "success",
        "timestamp": "[timestamp]"
      },
      "status": 200
    }
    "#);
    let again = bob.delete(&path(1)).await;
    assert_eq!(again.data()["deleted_by"], json!(host.id), "the first deletion stays");
    bob.delete(&path(2)).await.data();
    assert_eq!(texts(&cleo, &meeting).await, [Value::Null, Value::Null]);
}
