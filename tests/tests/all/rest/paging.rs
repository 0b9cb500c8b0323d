//! Lists in pages: each item once, in order.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::app::{Answer, Client, TestApp, User};

async fn pages(user: &User, query: &str) -> Vec<Answer> {
    let mut pages: Vec<Answer> = Vec::new();
    loop {
        let cursor = pages.last().map(|page| format!("&cursor={}", page.text("next_cursor"))).unwrap_or_default();
        let page = user.get(&format!("/meetings?{query}{cursor}")).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let last = page.data()["next_cursor"].is_null();
        pages.push(page);
        if last {
            return pages;
        }
    }
}

fn titles(pages: &[Answer]) -> Vec<String> {
    let items = pages.iter().flat_map(|page| page.data()["items"].as_array().unwrap());
    items.map(|item| item["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn forty_five_meetings_come_once_each_newest_first() {
    let (app, _anon, user) = TestApp::with_user().await;
    for number in 0..45 {
        user.create_meeting(&format!("Meeting {number}")).await;
        // Five at a time bear the same time: then the identifier decides.
        if number % 5 == 0 {
            app.clock.advance(TimeDelta::milliseconds(1));
        }
    }
    for (limit, count) in
        [("", 3), ("limit=20", 3), ("limit=45", 1), ("limit=44", 2), ("limit=1", 45), ("limit=100", 1)]
    {
        let pages = pages(&user, limit).await;
        assert_eq!(pages.len(), count, "{limit}");
        let titles = titles(&pages);
        assert_eq!(titles.len(), 45);
        assert_eq!(titles.iter().collect::<HashSet<_>>().len(), 45, "{limit}");
        let times = pages.iter().flat_map(|page| page.data()["items"].as_array().unwrap());
        let times: Vec<DateTime<Utc>> =
            times.map(|item| item["created_at"].as_str().unwrap().parse().unwrap()).collect();
        assert!(times.is_sorted_by(|a, b| a >= b), "{limit}");
    }
}

#[tokio::test]
async fn what_is_added_meanwhile_disturbs_no_page() {
    let (app, _anon, user) = TestApp::with_user().await;
    for number in 0..4 {
        app.clock.advance(TimeDelta::seconds(1));
        user.create_meeting(&format!("Old {number}")).await;
    }
    let first = user.get("/meetings?limit=2").await;
    app.clock.advance(TimeDelta::seconds(1));
    user.create_meeting("New").await;
    let second = user.get(&format!("/meetings?limit=2&cursor={}", first.text("next_cursor"))).await;
    assert_eq!(titles(&[first, second]), ["Old 3", "Old 2", "Old 1", "Old 0"]);
}

#[tokio::test]
async fn a_list_shows_what_the_user_created_or_joined() {
    let (_app, anon, user) = TestApp::with_user().await;
    let bob = anon.sign_up("bob").await;
    user.create_meeting("Mine").await;
    bob.create_meeting("Not mine").await;
    let joined = bob.create_meeting("Joined").await;
    user.post_nothing(&format!("/meetings/{joined}/join")).await;
    user.post_nothing(&format!("/meetings/{joined}/leave")).await;
    let mut shown = titles(&pages(&user, "").await);
    shown.sort_unstable();
    assert_eq!(shown, ["Joined", "Mine"]);
}

#[tokio::test]
async fn a_list_can_show_one_state_only() {
    let (_app, _anon, user) = TestApp::with_user().await;
    user.create_meeting("Scheduled").await;
    let live = user.create_meeting("Live").await;
    user.post_nothing(&format!("/meetings/{live}/join")).await;
    let ended = user.create_meeting("Ended").await;
    user.post_nothing(&format!("/meetings/{ended}/end")).await;
    for (status, shown) in [("scheduled", "Scheduled"), ("live", "Live"), ("ended", "Ended")] {
        assert_eq!(titles(&pages(&user, &format!("status={status}")).await), [shown]);
    }
    assert!(titles(&pages(&user, "status=cancelled").await).is_empty());
}

#[tokio::test]
async fn a_list_can_be_searched_and_show_one_role_only() {
    let (_app, anon, user) = TestApp::with_user().await;
    let bob = anon.sign_up("bob").await;
    user.create_meeting("Weekly planning").await;
    user.create_meeting("每周项目会议").await;
    let joined = bob.create_meeting("Weekly review").await;
    user.post_nothing(&format!("/meetings/{joined}/join")).await;
    let invited = bob.create_meeting("Weekly party").await;
    bob.post(&format!("/meetings/{invited}/invitations"), json!({"invitees": ["ann"]})).await;
    bob.create_meeting("Weekly secret").await;
    for (query, shown) in [
        ("q=%E9%A1%B9%E7%9B%AE", &["每周项目会议"][..]),
        ("q=plan%20WEEK&limit=1", &["Weekly planning"]),
        ("q=week&limit=1", &["Weekly party", "Weekly planning", "Weekly review"]),
        ("q=week&role=host", &["Weekly planning"]),
        ("role=host&limit=1", &["Weekly planning", "每周项目会议"]),
        ("role=participant", &["Weekly review"]),
        ("role=invited&q=%20", &["Weekly party"]),
        ("q=week&status=live", &["Weekly review"]),
        ("q=secret", &[]),
        ("q=week%00", &["Weekly party", "Weekly planning", "Weekly review"]),
    ] {
        let mut found = titles(&pages(&user, query).await);
        found.sort_unstable();
        assert_eq!(found, shown, "{query}");
    }
}

#[tokio::test]
async fn an_empty_list_has_no_next_page() {
    let (_app, _anon, user) = TestApp::with_user().await;
    insta::assert_json_snapshot!(user.get("/meetings").await.snapshot(), @r#"
    {
      "body": {
        "code": 200,
        "data": {
          "items": [],
          "next_cursor": null
        },
        "message": "success",
        "timestamp": "[timestamp]"
      },
      "status": 200
    }
    "#);
}

#[tokio::test]
async fn a_page_of_one() {
    let (_app, _anon, user) = TestApp::with_user().await;
    user.create_meeting("First").await;
    user.create_meeting("Second").await;
    insta::assert_json_snapshot!(user.get("/meetings?limit=1").await.snapshot(), @r#"
    {
      "body": {
        "code": 200,
        "data": {
          "items": [
            {
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
              "title": "Second",
              "updated_at": "[time]"
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
async fn parameters_that_make_no_sense() {
    let (_app, _anon, user) = TestApp::with_user().await;
    insta::assert_json_snapshot!(user.get("/meetings?limit=0").await.snapshot(), @r#"
    {
      "body": {
        "code": 422,
        "error": {
          "details": [
            {
              "code": "out_of_range",
              "field": "limit",
              "message": "is out of range"
            }
          ],
          "type": "request.invalid"
        },
        "message": "a value in the request is not acceptable",
        "timestamp": "[timestamp]"
      },
      "status": 422
    }
    "#);
    for (query, field) in [
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("limit=x", "limit"),
        ("limit=1.5", "limit"),
        ("limit=", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("cursor=x", "cursor"),
        ("cursor='%20OR%201=1", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "cursor"),
        (&format!("cursor={}", "A".repeat(5_000)), "cursor"),
        ("status=over", "status"),
        ("status=", "status"),
        ("role=king", "role"),
        (&format!("q={}", "x".repeat(201)), "q"),
    ] {
        let answer = user.get(&format!("/meetings?{query}")).await;
        assert_eq!(answer.error(), "request.invalid", "{query}: {}", answer.body);
        assert_eq!(answer.body["error"]["details"][0]["field"], field, "{query}");
    }
    let answer = user.get("/meetings?unknown=1&limit=5").await;
    assert_eq!(answer.data(), &json!({"items": [], "next_cursor": null}));
}
