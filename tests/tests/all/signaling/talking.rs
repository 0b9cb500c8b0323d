//! Chat, pings and messages from peer to peer.

use std::time::Duration;

use application_meeting::RoomGrant;
use domain_shared::RoomId;
use open_meeting_tests::wait_until;
use serde_json::json;
use uuid::Uuid;

use super::{
    client::Client,
    house::{House, Wishes, grant, now, user_id},
};
use crate::rest::app::{Client as _, TestApp, User};

#[tokio::test]
async fn chat_comes_to_all_with_numbers_without_gaps() {
    let house = House::new().await;
    let mut guests = Vec::new();
    for user in 0..5 {
        guests.push(house.join(user).await);
    }
    for n in 0..100 {
        let writer = n % guests.len();
        guests[writer].done(json!({ "type": "chat", "text": format!("message {n} \"\\\u{1F600}\n") })).await;
    }
    for (user, guest) in guests.iter_mut().enumerate() {
        // The client checks the numbers; those who came later were told by `user-joined`.
        for _ in user + 1..5 {
            guest.next_is("user-joined").await;
        }
        for n in 0..100 {
            let mut chat = guest.next_is("chat").await;
            let number = 5 - (user + 1) + n + 1;
            assert_eq!(chat["seq"].take(), number);
            assert!(chat["message_id"].take().is_string());
            assert_eq!(
                chat,
                json!({
                    "type": "chat", "seq": null, "message_id": null, "from": user_id((n % 5) as u128), "at": now(),
                    "user_info": { "display_name": format!("User {}", n % 5), "role": "participant" },
                    "text": format!("message {n} \"\\\u{1F600}\n"),
                })
            );
        }
    }
}

#[tokio::test]
async fn what_was_written_is_told_to_who_comes_late_and_can_be_deleted() {
    let house = House::new().await;
    let (mut ada, mut bob) = (house.join(1).await, house.join(2).await);
    ada.next_is("user-joined").await;
    ada.done(json!({ "type": "chat", "text": "to all" })).await;
    ada.done(json!({ "type": "chat", "text": "to Bob", "to": user_id(2) })).await;
    let (public, private) = (bob.next_is("chat").await, bob.next_is("chat").await);
    assert_eq!((public.get("to"), &private["to"]), (None, &json!(user_id(2))));
    let mut eve = house.join(3).await;
    let history = eve.done(json!({ "type": "chat-history" })).await;
    assert_eq!(
        (&history["messages"], &history["before"]),
        (
            &json!([{
                "message_id": public["message_id"], "from": user_id(1), "display_name": "User 1", "to": null,
                "to_name": null, "text": "to all", "at": now(), "deleted_by": null,
            }]),
            &json!(null)
        )
    );
    let page = bob.done(json!({ "type": "chat-history", "limit": 1 })).await;
    assert_eq!((&page["messages"][0]["to_name"], &page["before"]), (&json!("User 2"), &private["message_id"]));
    let page = bob.done(json!({ "type": "chat-history", "limit": 1, "before": page["before"] })).await;
    assert_eq!((&page["messages"][0]["text"], &page["before"]), (&json!("to all"), &json!(null)));

    let delete = |message: &serde_json::Value| json!({ "type": "delete-message", "message_id": message["message_id"] });
    eve.refused(delete(&private), "message.not_found").await;
    eve.refused(delete(&public), "permission.denied").await;
    ada.done(delete(&public)).await;
    let gone = eve.next_is("chat-deleted").await;
    assert_eq!((&gone["message_id"], &gone["by"]), (&public["message_id"], &json!(user_id(1))));
    let history = eve.done(json!({ "type": "chat-history" })).await;
    assert_eq!(history["messages"][0]["text"], json!(null));
    assert_eq!(history["messages"][0]["deleted_by"], json!(user_id(1)));
}

/// Somebody of the REST interface in the room of a meeting.
async fn in_the_room(house: &House, meeting: &str, user: &User) -> Client {
    let (room_id, user_id): (Uuid, Uuid) = (meeting.parse().unwrap(), user.id.parse().unwrap());
    let grant = RoomGrant { room_id: RoomId::from_uuid(room_id), user_id: user_id.into(), ..grant(1) };
    let mut client = house.connect().await;
    let welcome = client.join(&house.token(&grant), grant.room_id).await;
    assert_eq!(welcome["type"], "welcome", "{welcome}");
    client
}

#[tokio::test]
async fn the_room_hears_at_once_of_what_is_deleted_over_rest() {
    let (app, anon, host) = TestApp::with_user().await;
    let bob = anon.sign_up("bob").await;
    let meeting = host.create_meeting("Planning").await;
    bob.post_nothing(&format!("/meetings/{meeting}/join")).await.data();
    let (pub_sub, chat) = (app.meetings.pub_sub.clone(), app.chat.clone());
    let house = House::with(Wishes { pub_sub, chat, ..Wishes::default() }).await;
    let (mut in_room, mut listener) =
        (in_the_room(&house, &meeting, &bob).await, in_the_room(&house, &meeting, &host).await);
    in_room.done(json!({ "type": "chat", "text": "to be deleted" })).await;
    let written = listener.event_of("chat").await["message_id"].as_str().unwrap().to_owned();
    let messages = format!("/meetings/{meeting}/messages");
    wait_until("it is stored", async || host.get(&messages).await.data()["items"][0]["text"] == "to be deleted").await;
    // The server subscribes beside the joins; until it has, nobody hears. Deleting once more tells once more.
    let deleting = async {
        loop {
            host.delete(&format!("{messages}/{written}")).await.data();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        () = deleting => {}
        gone = in_room.event_of("chat-deleted") => {
            assert_eq!((&gone["message_id"], &gone["by"]), (&json!(written), &json!(host.id)));
        }
    }
    assert_eq!(listener.event_of("chat-deleted").await["message_id"], json!(written));
    let history = in_room.done(json!({ "type": "chat-history" })).await;
    assert_eq!(history["messages"][0]["text"], json!(null));
}

#[tokio::test]
async fn without_an_id_only_errors_and_pongs_come() {
    let house = House::new().await;
    let mut ada = house.join(1).await;
    ada.send_text(r#"{"type":"chat","text":"no answer wanted"}"#).await;
    // Had there been an answer, it would be the next message.
    assert_eq!(ada.event().await["text"], "no answer wanted");
    ada.send_text(r#"{"type":"chat","text":""}"#).await;
    assert_eq!(ada.stray_error().await, "signaling.invalid_field");
    let pong = ada.request(json!({ "type": "ping" })).await;
    assert_eq!(pong, json!({ "type": "pong", "id": 2, "at": now() }));
    assert_eq!(house.received(), 4);
    assert_eq!(house.refused(), 1);
}

#[tokio::test]
async fn offers_answers_and_candidates_reach_their_target_only() {
    let house = House::new().await;
    let (mut ada, mut bob, mut eve) = (house.join(1).await, house.join(2).await, house.join(3).await);
    bob.next_is("user-joined").await;
    let candidate = json!({ "candidate": "candidate:1 1 UDP 2122 192.0.2.1 5000 typ host", "sdpMid": "0" });
    for (kind, name, value) in [
        ("offer", "sdp", json!("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\n")),
        ("answer", "sdp", json!("v=0\r\n")),
        ("candidate", "candidate", candidate),
        ("candidate", "candidate", json!(null)),
    ] {
        let mut request = json!({ "type": kind, "target": user_id(2) });
        request[name] = value.clone();
        ada.done(request).await;
        let event = bob.next_is(kind).await;
        assert_eq!((&event["from"], &event[name]), (&json!(user_id(1)), &value));
    }
    assert!(eve.events_so_far().await.is_empty());
    ada.refused(json!({ "type": "offer", "target": user_id(7), "sdp": "v=0" }), "target.not_found").await;
    ada.refused(json!({ "type": "offer", "target": "bob", "sdp": "v=0" }), "signaling.invalid_field").await;
    ada.refused(json!({ "type": "candidate", "target": user_id(2) }), "signaling.invalid_field").await;
}

#[tokio::test]
async fn ids_may_be_any_integer_that_a_double_holds() {
    let house = House::new().await;
    let mut ada = house.join(1).await;
    for id in [0, 9_007_199_254_740_991_u64] {
        ada.send_text(format!(r#"{{"type":"ping","id":{id},"unknown":[{{}}]}}"#)).await;
        assert_eq!(ada.answer_to(id).await["type"], "pong");
    }
    for id in ["-1", "9007199254740992", "1.5", "\"1\"", "[]", "{}", "true"] {
        ada.send_text(format!(r#"{{"type":"ping","id":{id}}}"#)).await;
        assert_eq!(ada.stray_error().await, "signaling.invalid_field", "{id}");
    }
}
