//! Registering, signing in, the profile.

use serde_json::json;

use super::app::{Client, PASSWORD, TestApp};

#[tokio::test]
async fn register_opens_an_account() {
    let (_app, anon) = TestApp::empty().await;
    let answer = anon
        .post(
            "/register",
            json!({"username": "Ann.Lee", "email": "Ann@Example.org", "password": PASSWORD, "nickname": " Ann "}),
        )
        .await;
    insta::assert_json_snapshot!(answer.snapshot(), @r#"
    {
      "body": {
        "code": 201,
        "data": {
          "user": {
            "avatar_url": null,
            "created_at": "[time]",
            "email": "ann@example.org",
            "email_verified": false,
            "id": "[uuid]",
            "language": "en",
            "nickname": "Ann",
            "role": "user",
            "status": "active",
            "username": "Ann.Lee"
          }
        },
        "message": "success",
        "timestamp": "[timestamp]"
      },
      "status": 201
    }
    "#);
}

#[tokio::test]
async fn the_username_is_the_nickname_when_none_is_given() {
    let (_app, anon) = TestApp::empty().await;
    let answer =
        anon.post("/register", json!({"username": "bob", "email": "bob@example.org", "password": PASSWORD})).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.data()["user"]["nickname"], "bob");
}

#[tokio::test]
async fn a_name_or_address_belongs_to_one_account_whatever_its_case() {
    let (_app, anon, _user) = TestApp::with_user().await;
    let taken = anon.register("ANN", "other@example.org").await;
    insta::assert_json_snapshot!(taken.snapshot(), @r#"
    {
      "body": {
        "code": 409,
        "error": {
          "details": [],
          "type": "user.username_taken"
        },
        "message": "the user name is taken",
        "timestamp": "[timestamp]"
      },
      "status": 409
    }
    "#);
    let taken = anon.register("other", "ANN@example.org").await;
    insta::assert_json_snapshot!(taken.snapshot(), @r#"
    {
      "body": {
        "code": 409,
        "error": {
          "details": [],
          "type": "user.email_taken"
        },
        "message": "the e-mail address is taken",
        "timestamp": "[timestamp]"
      },
      "status": 409
    }
    "#);
    assert_eq!(anon.register("other", "other@example.org").await.status, 201);
}

#[tokio::test]
async fn two_at_once_cannot_have_the_same_name() {
    let (_app, anon) = TestApp::empty().await;
    let (one, two) = tokio::join!(anon.register("ann", "one@example.org"), anon.register("Ann", "two@example.org"));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
}

#[tokio::test]
async fn log_in_hands_out_tokens() {
    let (_app, anon, _user) = TestApp::with_user().await;
    let answer = anon.post("/login", json!({"username": "ann", "password": PASSWORD})).await;
    insta::assert_json_snapshot!(answer.snapshot(), @r#"
    {
      "body": {
        "code": 200,
        "data": {
          "access_token": "[jwt]",
          "csrf_token": null,
          "expires_in": 900,
          "refresh_token": "[refresh token]",
          "token_type": "Bearer",
          "user": {
            "avatar_url": null,
            "created_at": "[time]",
            "email": "ann@example.org",
            "email_verified": false,
            "id": "[uuid]",
            "language": "en",
            "nickname": "ann",
            "role": "user",
            "status": "active",
            "username": "ann"
          }
        },
        "message": "success",
        "timestamp": "[timestamp]"
      },
      "status": 200
    }
    "#);
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert!(!answer.headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn log_in_works_with_name_or_address_in_any_case() {
    let (_app, anon, user) = TestApp::with_user().await;
    for login in ["ann", "ANN", "ann@example.org", "Ann@EXAMPLE.org", "  ann  "] {
        let answer = anon.post("/login", json!({"username": login, "password": PASSWORD})).await;
        assert_eq!(answer.status, 200, "{login}: {}", answer.body);
        assert_eq!(answer.data()["user"]["id"], user.id.as_str(), "{login}");
    }
}

#[tokio::test]
async fn nobody_learns_whether_a_name_exists() {
    let (_app, anon, _user) = TestApp::with_user().await;
    let wrong_password = anon.post("/login", json!({"username": "ann", "password": "not the passphrase"})).await;
    insta::assert_json_snapshot!(wrong_password.snapshot(), @r#"
    {
      "body": {
        "code": 401,
        "error": {
          "details": [],
          "type": "auth.invalid_credentials"
        },
        "message": "the user name or the password is wrong",
        "timestamp": "[timestamp]"
      },
      "status": 401
    }
    "#);
    let long = "x".repeat(200);
    for (username, password) in [
        ("nobody", PASSWORD),
        ("nobody@example.org", PASSWORD),
        ("", PASSWORD),
        ("\u{0}", PASSWORD),
        ("ann", ""),
        ("ann", &long),
        ("' OR '1'='1", "' OR '1'='1"),
        (&long, PASSWORD),
    ] {
        let answer = anon.post("/login", json!({"username": username, "password": password})).await;
        assert_eq!(answer.snapshot(), wrong_password.snapshot(), "{username:?} {password:?}");
    }
}

#[tokio::test]
async fn the_profile_is_the_own_account() {
    let (_app, _anon, user) = TestApp::with_user().await;
    insta::assert_json_snapshot!(user.get("/profile").await.snapshot(), @r#"
    {
      "body": {
        "code": 200,
        "data": {
          "user": {
            "avatar_url": null,
            "created_at": "[time]",
            "email": "ann@example.org",
            "email_verified": false,
            "id": "[uuid]",
            "language": "en",
            "nickname": "ann",
            "role": "user",
            "status": "active",
            "username": "ann"
          }
        },
        "message": "success",
        "timestamp": "[timestamp]"
      },
      "status": 200
    }
    "#);
}

#[tokio::test]
async fn the_nickname_can_be_changed() {
    let (_app, _anon, user) = TestApp::with_user().await;
    let answer = user.put("/profile", json!({"nickname": "  Ännchen 安 🎉 ", "username": "ignored"})).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.data()["user"]["nickname"], "Ännchen 安 🎉");
    assert_eq!(answer.data()["user"]["username"], "ann");
    assert_eq!(user.get("/profile").await.data()["user"]["nickname"], "Ännchen 安 🎉");
}
