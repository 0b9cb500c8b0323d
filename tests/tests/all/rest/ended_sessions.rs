//! Access tokens of sessions that have ended: they are good for minutes more, and still open nothing.

use open_meeting_tests::wait_until;
use serde_json::{Value, json};

use super::app::{Client, TestApp, User};

/// The session that an access token names.
fn session(user: &User) -> Value {
    super::attacks::claims(&user.access_token)["sid"].clone()
}

#[tokio::test]
async fn a_message_from_another_node_ends_the_token_of_that_session_alone() {
    let (app, anon, user) = TestApp::with_user().await;
    let other = anon.log_in("ann").await;
    let event = json!({"event": "session.ended", "session_id": session(&user), "reason": "banned"});
    wait_until("the token is refused", async || {
        // The server subscribes beside the requests; until it has, nobody hears the message.
        app.tell("session.events", &event).await;
        user.get("/profile").await.status == 401
    })
    .await;
    for answer in [user.get("/profile").await, user.get("/meetings").await, user.put("/profile", json!({})).await] {
        assert_eq!(answer.error(), "auth.session_ended");
    }
    assert_eq!(other.get("/profile").await.status, 200);
    assert_eq!(user.post_nothing("/logout").await.status, 200, "signing out twice is no error");
    let everywhere = user.post("/logout", json!({"everywhere": true})).await;
    assert_eq!(everywhere.error(), "auth.required");
    assert_eq!(other.get("/profile").await.status, 200);
}
