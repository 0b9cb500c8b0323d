//! What operators and developers look at.

use super::app::{Client, TestApp};

#[tokio::test]
async fn health_says_that_the_process_is_up() {
    let (app, anon) = TestApp::empty().await;
    insta::assert_json_snapshot!(app.get("/health").await.snapshot_without(&["version"]), @r#"
    {
      "body": {
        "code": 200,
        "data": {
          "status": "up",
          "version": "[version]"
        },
        "message": "success",
        "timestamp": "[timestamp]"
      },
      "status": 200
    }
    "#);
    assert_eq!(anon.get("/health").await.body["data"], app.get("/health").await.body["data"]);
}

#[tokio::test]
async fn ready_when_everything_is_up() {
    let (app, _anon) = TestApp::empty().await;
    insta::assert_json_snapshot!(app.get("/ready").await.snapshot(), @r#"
    {
      "body": {
        "code": 200,
        "data": {
          "components": [
            {
              "name": "database",
              "status": "up"
            },
            {
              "name": "media",
              "status": "up"
            }
          ],
          "status": "up"
        },
        "message": "success",
        "timestamp": "[timestamp]"
      },
      "status": 200
    }
    "#);
}

#[tokio::test]
async fn not_ready_when_something_is_down() {
    let (app, _anon) = TestApp::empty().await;
    app.media.fail();
    insta::assert_json_snapshot!(app.get("/ready").await.snapshot(), @r#"
    {
      "body": {
        "code": 503,
        "error": {
          "details": [
            {
              "code": "down",
              "field": "media",
              "message": "cannot do its work"
            }
          ],
          "type": "service.unavailable"
        },
        "message": "the service is not available, try again later",
        "timestamp": "[timestamp]"
      },
      "status": 503
    }
    "#);
}

#[tokio::test]
async fn metrics_are_shown_and_requests_counted_by_route() {
    let (app, anon, user) = TestApp::with_user().await;
    let meeting = user.create_meeting("Planning").await;
    user.get(&format!("/meetings/{meeting}")).await;
    anon.get("/nowhere/1").await;
    let answer = app.get("/metrics").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    let counted = app.counted();
    for line in ["POST /api/v1/register 201", "GET /api/v1/meetings/{id} 200", "GET unmatched 404", "GET /metrics 200"]
    {
        assert!(counted.iter().any(|counted| counted == line), "{line} is not among {counted:?}");
    }
    assert!(!counted.iter().any(|line| line.contains(&meeting) || line.contains("nowhere")));
}

#[tokio::test]
async fn the_document_is_served_and_can_be_read() {
    let (app, _anon) = TestApp::empty().await;
    let answer = app.get("/openapi.json").await;
    assert_eq!(answer.status, 200);
    let printed: serde_json::Value = serde_json::from_str(&interfaces_rest::openapi_document()).unwrap();
    assert_eq!(answer.body, printed);
    let answer = app.get("/docs").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
    let policy = answer.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("connect-src 'self'"), "{policy}");
}
