//! What happens to an account after it was opened: password, address, devices, language, end.

use application_user::{CLOSING_GRACE, LinkPurpose, PurgeAccounts};
use chrono::TimeDelta;
use poem::http::Method;
use serde_json::json;

use super::app::{Client, PASSWORD, TestApp, User};

const NEW: &str = "another long passphrase";

async fn log_in(client: &impl Client, password: &str) -> u16 {
    client.post("/login", json!({"username": "ann", "password": password})).await.status
}

async fn close(user: &User, password: &str) -> super::app::Answer {
    user.send(user.request(Method::DELETE, "/account").json(&json!({"password": password}))).await
}

#[tokio::test]
async fn the_password_can_be_changed_and_only_this_device_stays() {
    let (_app, anon, here) = TestApp::with_user().await;
    let there = anon.log_in("ann").await;
    let change =
        |old: &str, new: &str| here.post("/change-password", json!({"old_password": old, "new_password": new}));

    let refused = change("not the passphrase", NEW).await;
    assert_eq!((refused.status, refused.error()), (403, "account.wrong_password"));
    let refused = change(PASSWORD, "short").await;
    assert_eq!((refused.status, &refused.body["error"]["details"][0]["field"]), (422, &json!("new_password")));
    assert_eq!(log_in(&anon, PASSWORD).await, 200);

    assert_eq!(change(PASSWORD, NEW).await.status, 200);
    assert_eq!((log_in(&anon, PASSWORD).await, log_in(&anon, NEW).await), (401, 200));
    assert_eq!(anon.refresh(&here.refresh_token).await.status, 200);
    assert_eq!(anon.refresh(&there.refresh_token).await.error(), "auth.session_ended");
}

#[tokio::test]
async fn a_forgotten_password_is_reset_by_mail_once() {
    let (app, anon, user) = TestApp::with_user().await;
    let known = anon.post("/password-reset", json!({"email": "ANN@example.org"})).await;
    for email in ["nobody@example.org", "no address", "", "' OR '1'='1"] {
        let unknown = anon.post("/password-reset", json!({"email": email})).await;
        assert_eq!(unknown.snapshot(), known.snapshot(), "{email}");
    }
    let token = app.mailed(LinkPurpose::ResetPassword, "ann@example.org").await;
    let confirm =
        |token: &str, new: &str| anon.post("/password-reset/confirm", json!({"token": token, "new_password": new}));
    assert_eq!(confirm(&token, "short").await.status, 422);
    for bad in ["x", &token[1..], &format!("{token}A"), "\u{0}", &"x".repeat(300)] {
        let refused = confirm(bad, NEW).await;
        assert_eq!((refused.status, refused.error()), (400, "account.bad_link"), "{bad}");
    }
    assert_eq!(confirm(&token, NEW).await.status, 200);
    assert_eq!(confirm(&token, "yet another passphrase").await.error(), "account.bad_link");
    assert_eq!((log_in(&anon, PASSWORD).await, log_in(&anon, NEW).await), (401, 200));
    assert_eq!(anon.refresh(&user.refresh_token).await.error(), "auth.session_ended");
    let profile = anon.post("/login", json!({"username": "ann", "password": NEW})).await;
    assert_eq!(profile.data()["user"]["email_verified"], true, "whoever got the mail has the address");

    let late = app.mailed(LinkPurpose::ResetPassword, "ann@example.org").await;
    app.clock.advance(LinkPurpose::ResetPassword.lifetime() + TimeDelta::seconds(1));
    assert_eq!(confirm(&late, PASSWORD).await.error(), "account.bad_link");
}

#[tokio::test]
async fn the_address_is_proved_by_mail() {
    let (app, anon, user) = TestApp::with_user().await;
    assert_eq!(user.get("/profile").await.data()["user"]["email_verified"], false);
    assert_eq!(user.post_nothing("/verify-email/request").await.status, 200);
    let token = app.mailed(LinkPurpose::VerifyEmail, "ann@example.org").await;
    let other = app.mailed(LinkPurpose::ResetPassword, "ann@example.org").await;
    assert_eq!(anon.post("/verify-email", json!({"token": other})).await.error(), "account.bad_link");
    assert_eq!(anon.post("/verify-email", json!({"token": token})).await.status, 200);
    assert_eq!(user.get("/profile").await.data()["user"]["email_verified"], true);
    assert_eq!(anon.post("/verify-email", json!({"token": token})).await.error(), "account.bad_link");
    let again = user.post_nothing("/verify-email/request").await;
    assert_eq!((again.status, again.error()), (409, "account.email_verified"));
}

#[tokio::test]
async fn devices_are_shown_and_signed_out() {
    let (_app, anon, here) = TestApp::with_user().await;
    let (there, elsewhere) = (anon.log_in("ann").await, anon.log_in("ann").await);
    let bob = anon.sign_up("bob").await;
    let list = here.get("/sessions").await;
    let items = list.data()["items"].as_array().unwrap().clone();
    assert_eq!(items.len(), 3);
    assert_eq!(items.iter().filter(|item| item["current"] == true).count(), 1);
    assert_eq!(items[0]["address"], "127.0.0.1");

    let theirs = bob.get("/sessions").await.data()["items"][0]["id"].as_str().unwrap().to_owned();
    for nobody in [theirs.as_str(), "00000000-0000-7000-8000-000000000000", "x", "%00"] {
        let refused = here.delete(&format!("/sessions/{nobody}")).await;
        assert_eq!((refused.status, refused.error()), (404, "session.not_found"), "{nobody}");
    }
    let there_list = there.get("/sessions").await;
    let current = there_list.data()["items"].as_array().unwrap().iter().find(|item| item["current"] == true).cloned();
    let id = current.unwrap()["id"].as_str().unwrap().to_owned();
    assert_eq!(here.delete(&format!("/sessions/{id}")).await.status, 200);
    assert_eq!(here.delete(&format!("/sessions/{id}")).await.error(), "session.not_found");
    assert_eq!(anon.refresh(&there.refresh_token).await.error(), "auth.session_ended");

    assert_eq!(here.delete("/sessions").await.data()["ended"], 1);
    assert_eq!(anon.refresh(&elsewhere.refresh_token).await.error(), "auth.session_ended");
    assert_eq!(anon.refresh(&bob.refresh_token).await.status, 200);

    let last = anon.log_in("ann").await;
    assert_eq!(here.post("/logout", json!({"everywhere": true})).await.status, 200);
    for gone in [&here, &last] {
        assert_eq!(anon.refresh(&gone.refresh_token).await.error(), "auth.session_ended");
    }
    assert_eq!(anon.post("/logout", json!({"everywhere": true})).await.status, 401);
}

#[tokio::test]
async fn mails_are_in_the_language_that_was_asked_for() {
    let (_app, anon, user) = TestApp::with_user().await;
    let body = json!({"username": "wang", "email": "wang@example.org", "password": PASSWORD});
    let request = anon.request(Method::POST, "/register").header("accept-language", "zh-CN,zh;q=0.9,en;q=0.8");
    assert_eq!(anon.send(request.json(&body)).await.data()["user"]["language"], "zh-CN");
    let changed = user.put("/profile", json!({"language": "zh-CN"})).await;
    assert_eq!(
        (&changed.data()["user"]["language"], &changed.data()["user"]["nickname"]),
        (&json!("zh-CN"), &json!("ann"))
    );
}

#[tokio::test]
async fn a_closed_account_can_be_kept_and_is_deleted_in_the_end() {
    let (app, anon, user) = TestApp::with_user().await;
    let meeting = user.create_meeting("Planning").await;
    let bob = anon.sign_up("bob").await;
    let refused = close(&user, "not the passphrase").await;
    assert_eq!((refused.status, refused.error()), (403, "account.wrong_password"));
    let closed = close(&user, PASSWORD).await;
    assert_eq!(closed.text("purge_at"), "2027-01-29T08:00:00Z");
    assert_eq!(anon.refresh(&user.refresh_token).await.error(), "auth.session_ended");

    let back = anon.post("/login", json!({"username": "ann", "password": PASSWORD})).await;
    assert_eq!(back.data()["user"]["status"], "active");
    let purge = PurgeAccounts::new(&app.accounts);
    app.clock.advance(CLOSING_GRACE);
    assert_eq!(purge.execute().await.unwrap(), 0, "it was kept");

    let user = anon.log_in("ann").await;
    assert_eq!(close(&user, PASSWORD).await.status, 200);
    app.clock.advance(CLOSING_GRACE);
    assert_eq!(purge.execute().await.unwrap(), 1);
    let bob = anon
        .log_in(
            &bob.get("/profile").await.body["data"]["user"]["username"]
                .as_str()
                .map_or("bob".to_owned(), str::to_owned),
        )
        .await;
    let unknown = anon.post("/login", json!({"username": "ann", "password": PASSWORD})).await;
    assert_eq!(unknown.error(), "auth.invalid_credentials");
    assert_eq!(
        bob.get(&format!("/meetings/{meeting}")).await.data()["title"],
        "Planning",
        "others keep their meetings"
    );
    assert_eq!(anon.register("ann", "ann@example.org").await.status, 201, "name and address are free again");
}
