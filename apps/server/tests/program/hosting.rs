//! What hosts do, through the whole program: REST, outbox, messages between nodes, rooms and signalling.

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::{
    call::Call,
    process::{Place, Running, sign_in},
};

/// Asks with or without a token, and demands that it is done.
async fn ask(url: &str, token: Option<&str>, method: Method, path: &str, body: Value) -> Value {
    let mut request = Client::new().request(method, format!("{url}/api/v1{path}")).json(&body);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    request.send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn a_guest_knocks_is_let_in_muted_and_sent_out_for_good() {
    let place = Place::new();
    let mut dev = Running::start(place.dev());
    let url = dev.ready();
    let host = sign_in(&url).await;
    let settings = json!({"lobby": "guests", "guests_allowed": true, "unmute": false});
    let meeting = json!({"title": "Open door", "settings": settings});
    let meeting = ask(&url, Some(&host), Method::POST, "/meetings", meeting).await["data"]["code"].clone();
    let path = format!("/meetings/{}", meeting.as_str().unwrap());
    let joined = ask(&url, Some(&host), Method::POST, &format!("{path}/join"), json!({})).await;
    let mut ada = Call::enter(&url, &joined["data"]).await;

    let knock = json!({"display_name": "Gus"});
    let waiting = ask(&url, None, Method::POST, &format!("{path}/join-as-guest"), knock).await["data"].clone();
    assert!(waiting["participant"].is_null(), "{waiting}");
    let mut lobby = Call::enter(&url, &waiting).await;
    let knocked = ada.hear("lobby-waiting").await;
    assert_eq!((&knocked["display_name"], &knocked["guest"]), (&json!("Gus"), &json!(true)));
    lobby.say(json!({"type": "chat", "id": 2, "text": "hello?"})).await;
    assert_eq!(lobby.hear("error").await["code"], "signaling.not_joined");

    // The page is loaded anew. What is told of a meeting comes in order: Ada hears of the next guest, and before that nothing.
    drop(lobby);
    let guest = waiting["waiting"]["user_id"].clone();
    let back = json!({"display_name": "Gus", "guest_pass": waiting["guest_pass"]});
    let reloaded = ask(&url, None, Method::POST, &format!("{path}/join-as-guest"), back.clone()).await["data"].clone();
    assert_eq!(reloaded["waiting"]["user_id"], guest, "the same place: {reloaded}");
    let mut lobby = Call::enter(&url, &reloaded).await;
    ask(&url, None, Method::POST, &format!("{path}/join-as-guest"), json!({"display_name": "Gil"})).await;
    let next = ada.hear_any(&["lobby-waiting", "lobby-left"]).await;
    assert_eq!((&next["type"], &next["display_name"]), (&json!("lobby-waiting"), &json!("Gil")), "Gus knocked once");
    let lobby_list = ask(&url, Some(&host), Method::GET, &format!("{path}/lobby"), json!({})).await;
    let names: Vec<_> = lobby_list["data"]["items"].as_array().unwrap().iter().map(|w| &w["display_name"]).collect();
    assert_eq!(names, ["Gus", "Gil"]);

    ada.say(json!({"type": "admit", "id": 2, "target": guest})).await;
    ada.hear("lobby-left").await;
    lobby.hear("lobby-admitted").await;
    let inside = ask(&url, None, Method::POST, &format!("{path}/join-as-guest"), back.clone()).await["data"].clone();
    assert_eq!(inside["participant"]["user_id"], guest, "{inside}");
    let mut gus = Call::enter(&url, &inside).await;
    ada.hear("user-joined").await;

    gus.say(json!({"type": "raise-hand", "id": 2})).await;
    assert_eq!(ada.hear("hand-raised").await["user_id"], guest);
    ada.say(json!({"type": "mute", "id": 3, "target": guest})).await;
    gus.hear("muted").await;
    gus.say(json!({"type": "kick", "id": 3, "target": knocked["user_id"]})).await;
    assert_eq!(gus.hear("error").await["code"], "permission.denied");
    ask(&url, Some(&host), Method::PUT, &path, json!({"settings": {"chat": false}})).await;
    assert_eq!(gus.hear("grants-changed").await["grants"]["can_chat"], false);

    ada.say(json!({"type": "kick", "id": 4, "target": guest, "ban": true})).await;
    assert_eq!(gus.hear("kicked").await["reason"], "banned");
    assert_eq!(gus.closed().await, 4008);
    assert_eq!(ada.hear("user-left").await["reason"], "kicked");
    let mut again = Call::knock(&url, &inside).await;
    assert_eq!(again.hear("error").await["code"], "token.invalid", "the token is useless");
    let banned = ask(&url, None, Method::POST, &format!("{path}/join-as-guest"), back).await;
    assert_eq!(banned["error"]["type"], "meeting.banned");

    ask(&url, Some(&host), Method::POST, &format!("{path}/lock"), json!({})).await;
    assert_eq!(ada.hear("room-locked").await["locked"], true);
    ada.say(json!({"type": "end", "id": 5})).await;
    ada.hear("room-ended").await;
    assert_eq!(ada.closed().await, 4004);
    dev.stop();
}
