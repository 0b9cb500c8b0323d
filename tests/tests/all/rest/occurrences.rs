//! Meetings that recur: made, held again and again, called off one by one, listed, and told to other calendars.

use application_meeting::AdvanceMeetings;
use chrono::{DateTime, TimeDelta, Utc};
use domain_shared::Clock;
use reqwest::{Method, header};
use serde_json::{Value, json};

use super::app::{Answer, Client, TestApp, User};

/// The clock of the test goes to that moment.
fn go_to(app: &TestApp, at: &str) {
    let at: DateTime<Utc> = at.parse().unwrap();
    app.clock.advance(at - app.clock.now());
}

fn weekly() -> Value {
    json!({
        "title": "Weekly", "start_time": "2027-10-18T07:00:00Z", "end_time": "2027-10-18T07:30:00Z",
        "time_zone": "Europe/Berlin", "recurrence": "FREQ=WEEKLY;BYDAY=MO",
    })
}

fn planned(answer: &Answer) -> (String, String, String) {
    (answer.text("status"), answer.text("start_time"), answer.text("end_time"))
}

fn at(status: &str, start: &str, end: &str) -> (String, String, String) {
    (status.to_owned(), start.to_owned(), end.to_owned())
}

fn fields(answer: &Answer) -> Vec<(String, String)> {
    let details = answer.body["error"]["details"].as_array().unwrap();
    let text = |detail: &Value, name: &str| detail[name].as_str().unwrap().to_owned();
    details.iter().map(|detail| (text(detail, "field"), text(detail, "code"))).collect()
}

/// When the meetings of somebody take place, and in which state.
async fn occurrences(user: &User, from: &str, to: &str) -> Vec<(String, String)> {
    let listed = user.get(&format!("/meetings/occurrences?from={from}&to={to}")).await;
    let items = listed.data()["items"].as_array().unwrap().clone();
    let text = |item: &Value, name: &str| item[name].as_str().unwrap().to_owned();
    items.iter().map(|item| (text(item, "start_time"), text(item, "status"))).collect()
}

#[tokio::test]
async fn a_weekly_meeting_keeps_nine_o_clock_across_the_end_of_october() {
    let (app, anon, _) = TestApp::with_user().await;
    go_to(&app, "2027-10-01T00:00:00Z");
    let host = anon.log_in("ann").await;
    let created = host.post("/meetings", weekly()).await;
    assert_eq!(
        (created.status, created.text("time_zone").as_str(), created.text("recurrence").as_str()),
        (201, "Europe/Berlin", "FREQ=WEEKLY;BYDAY=MO")
    );
    let path = format!("/meetings/{}", created.text("id"));
    let listed = occurrences(&host, "2027-10-18T00:00:00Z", "2027-11-09T00:00:00Z").await;
    let expected = ["2027-10-18T07:00:00Z", "2027-10-25T07:00:00Z", "2027-11-01T08:00:00Z", "2027-11-08T08:00:00Z"];
    assert_eq!(listed, expected.map(|start| (start.to_owned(), "scheduled".to_owned())));

    for (come, end, next) in [
        ("2027-10-18T06:58:00Z", "2027-10-18T07:40:00Z", ("2027-10-25T07:00:00Z", "2027-10-25T07:30:00Z")),
        ("2027-10-25T07:01:00Z", "2027-10-25T07:20:00Z", ("2027-11-01T08:00:00Z", "2027-11-01T08:30:00Z")),
    ] {
        go_to(&app, come);
        let host = anon.log_in("ann").await;
        assert_eq!(host.post_nothing(&format!("{path}/join")).await.status, 200);
        assert_eq!(host.get(&path).await.text("status"), "live");
        go_to(&app, end);
        let host = anon.log_in("ann").await;
        let ended = host.post_nothing(&format!("{path}/end")).await;
        assert_eq!(planned(&ended), at("scheduled", next.0, next.1));
        assert_eq!((&ended.data()["started_at"], &ended.data()["ended_at"]), (&Value::Null, &Value::Null));
        assert_eq!(host.post_nothing(&format!("{path}/end")).await.error(), "meeting.ended", "said twice");
        assert_eq!(planned(&host.get(&path).await), at("scheduled", next.0, next.1));
    }
    let host = anon.log_in("ann").await;
    let listed = occurrences(&host, "2027-10-18T00:00:00Z", "2027-11-02T00:00:00Z").await;
    assert_eq!(listed.iter().map(|one| one.1.as_str()).collect::<Vec<_>>(), ["ended", "ended", "scheduled"]);

    let report = host.get(&format!("{path}/report")).await;
    assert_eq!(
        report.data()["sessions"],
        json!([
            {"started_at": "2027-10-25T07:01:00Z", "ended_at": "2027-10-25T07:20:00Z", "peak": 1},
            {"started_at": "2027-10-18T06:58:00Z", "ended_at": "2027-10-18T07:40:00Z", "peak": 1},
        ])
    );
    assert_eq!(report.data()["attendances"][0]["stays"].as_array().unwrap().len(), 2);
    let one = host.get(&format!("{path}/report?session=2027-10-18T06:58:00Z")).await;
    assert_eq!(one.data()["attendances"][0]["duration_s"], 42 * 60);
    assert_eq!((&one.data()["peak_participants"], one.data()["sessions"].as_array().unwrap().len()), (&json!(1), 2));
    let none = host.get(&format!("{path}/report?session=2027-10-18T06:59:00Z")).await;
    assert_eq!(fields(&none), [("session".to_owned(), "unknown_value".to_owned())]);
}

#[tokio::test]
async fn what_nobody_came_to_is_past_when_a_worker_has_looked() {
    let (app, anon, _) = TestApp::with_user().await;
    go_to(&app, "2027-10-01T00:00:00Z");
    let host = anon.log_in("ann").await;
    let path = format!("/meetings/{}", host.post("/meetings", weekly()).await.text("id"));
    let worker = AdvanceMeetings::new(&app.meetings);
    go_to(&app, "2027-10-18T07:29:59Z");
    assert_eq!(worker.execute().await.unwrap(), 0);
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(worker.execute().await.unwrap(), 1);
    assert_eq!(worker.execute().await.unwrap(), 0);
    let host = anon.log_in("ann").await;
    assert_eq!(planned(&host.get(&path).await), at("scheduled", "2027-10-25T07:00:00Z", "2027-10-25T07:30:00Z"));
    go_to(&app, "2027-11-01T08:30:00Z");
    assert_eq!(worker.execute().await.unwrap(), 1, "two times at once");
    let host = anon.log_in("ann").await;
    assert_eq!(planned(&host.get(&path).await), at("scheduled", "2027-11-08T08:00:00Z", "2027-11-08T08:30:00Z"));
}

#[tokio::test]
async fn rules_that_cannot_be_kept_are_refused_field_by_field() {
    let (_app, _anon, host) = TestApp::with_user().await;
    let with = |name: &str, value: Value| {
        let mut body = weekly();
        body[name] = value;
        body
    };
    for (body, expected) in [
        (with("recurrence", json!("FREQ=HOURLY")), ("recurrence", "unsupported")),
        (with("recurrence", json!("weekly")), ("recurrence", "malformed")),
        (with("recurrence", json!("FREQ=DAILY;COUNT=5000")), ("recurrence", "out_of_range")),
        (with("recurrence", json!("FREQ=DAILY;UNTIL=20270101T000000Z")), ("recurrence", "not_after_start")),
        (with("recurrence", json!("FREQ=WEEKLY;BYDAY=TU")), ("recurrence", "start_mismatch")),
        (with("recurrence", json!("X".repeat(1_001))), ("recurrence", "too_long")),
        (with("recurrence", json!(7)), ("recurrence", "wrong_type")),
        (with("time_zone", json!("Mars/Olympus")), ("time_zone", "unknown_value")),
        (with("time_zone", Value::Null), ("time_zone", "required")),
        (
            json!({
                "title": "Past", "start_time": "2020-01-06T08:00:00Z", "time_zone": "UTC", "recurrence": "FREQ=WEEKLY",
            }),
            ("start_time", "in_past"),
        ),
    ] {
        let answer = host.post("/meetings", body).await;
        assert_eq!(fields(&answer)[0], (expected.0.to_owned(), expected.1.to_owned()));
    }
    let mut without_start = weekly();
    without_start.as_object_mut().unwrap().retain(|name, _| !name.ends_with("_time"));
    assert_eq!(fields(&host.post("/meetings", without_start).await)[0].0, "start_time");

    let created = host.post("/meetings", json!({"title": "Once", "time_zone": "Asia/Tokyo"})).await;
    assert_eq!((created.text("time_zone").as_str(), &created.data()["recurrence"]), ("Asia/Tokyo", &Value::Null));
    let path = format!("/meetings/{}", created.text("id"));
    let refused = host.put(&path, json!({"recurrence": "FREQ=DAILY"})).await;
    assert_eq!(fields(&refused), [("start_time".to_owned(), "required".to_owned())]);
    let begun = host.put(&path, json!({"start_time": "2030-01-07T00:00:00Z", "recurrence": "FREQ=DAILY"})).await;
    assert_eq!(begun.text("recurrence"), "FREQ=DAILY");
    assert_eq!(host.put(&path, json!({"title": "Daily"})).await.text("recurrence"), "FREQ=DAILY");
    for none in [Value::Null, json!("")] {
        let ended = host.put(&path, json!({"recurrence": none})).await;
        assert_eq!((&ended.data()["recurrence"], ended.text("time_zone").as_str()), (&Value::Null, "Asia/Tokyo"));
        host.put(&path, json!({"recurrence": "FREQ=DAILY"})).await;
    }
}

#[tokio::test]
async fn single_times_are_called_off_by_the_host() {
    let (app, anon, _) = TestApp::with_user().await;
    go_to(&app, "2027-10-01T00:00:00Z");
    let (host, bob) = (anon.log_in("ann").await, anon.sign_up("bob").await);
    let path = format!("/meetings/{}", host.post("/meetings", weekly()).await.text("id"));
    let skip = |start: &str| json!({"start_time": start});
    let url = format!("{path}/occurrences/skip");
    assert_eq!(bob.post(&url, skip("2027-10-25T07:00:00Z")).await.error(), "meeting.forbidden");
    for none in ["2027-10-25T08:00:00Z", "2027-10-11T07:00:00Z"] {
        assert_eq!(host.post(&url, skip(none)).await.error(), "meeting.occurrence_not_found");
    }
    for (body, code) in [(json!({}), "required"), (json!({"start_time": "soon"}), "wrong_type")] {
        assert_eq!(fields(&host.post(&url, body).await), [("start_time".to_owned(), code.to_owned())]);
    }
    let later = host.post(&url, skip("2027-10-25T07:00:00Z")).await;
    assert_eq!(later.text("start_time"), "2027-10-18T07:00:00Z");
    assert_eq!(host.post(&url, skip("2027-10-25T07:00:00Z")).await.error(), "meeting.occurrence_not_found");
    let next = host.post(&url, skip("2027-10-18T07:00:00Z")).await;
    assert_eq!(planned(&next), at("scheduled", "2027-11-01T08:00:00Z", "2027-11-01T08:30:00Z"));
    let listed = occurrences(&host, "2027-10-01T00:00:00Z", "2027-11-09T00:00:00Z").await;
    assert_eq!(listed.len(), 2);

    let file = host.get(&format!("{path}/calendar.ics")).await;
    assert_eq!(
        (file.status, &file.headers[header::CONTENT_TYPE]),
        (200, &"text/calendar; charset=utf-8".parse().unwrap())
    );
    let text = file.body.as_str().unwrap().to_owned();
    for line in [
        "METHOD:PUBLISH",
        "TZID:Europe/Berlin",
        "DTSTART;TZID=Europe/Berlin:20271018T090000",
        "DTEND;TZID=Europe/Berlin:20271018T093000",
        "RRULE:FREQ=WEEKLY;BYDAY=MO",
        "EXDATE;TZID=Europe/Berlin:20271018T090000",
        "EXDATE;TZID=Europe/Berlin:20271025T090000",
    ] {
        assert!(text.lines().any(|one| one == line), "{line} in {text}");
    }
    let tag = file.headers[header::ETAG].to_str().unwrap().to_owned();
    let again = || {
        let request = host.request(Method::GET, &format!("{path}/calendar.ics"));
        host.send(request.header(header::IF_NONE_MATCH, tag.clone()))
    };
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(again().await.status, 304, "as long as nothing changes");
    host.post(&url, skip("2027-11-01T08:00:00Z")).await;
    let changed = again().await;
    let sequence =
        |text: &str| -> u64 { text.lines().find_map(|line| line.strip_prefix("SEQUENCE:")).unwrap().parse().unwrap() };
    let uid = |text: &str| text.lines().find(|line| line.starts_with("UID:")).unwrap().to_owned();
    let new = changed.body.as_str().unwrap();
    assert!(sequence(new) > sequence(&text) && uid(new) == uid(&text), "{new}");

    assert_eq!(host.delete(&path).await.text("status"), "cancelled", "the whole series");
    assert_eq!(host.post(&url, skip("2027-11-08T08:00:00Z")).await.error(), "meeting.ended");
    let gone = host.get(&format!("{path}/calendar.ics")).await;
    assert!(gone.body.as_str().unwrap().contains("STATUS:CANCELLED"));
    let once = host.create_meeting("Once").await;
    let refused = host.post(&format!("/meetings/{once}/occurrences/skip"), skip("2027-11-08T08:00:00Z")).await;
    assert_eq!(refused.error(), "meeting.not_recurring");
    assert_eq!(host.get(&format!("/meetings/{once}/calendar.ics")).await.error(), "meeting.not_planned");
    assert_eq!(host.get("/meetings/zzz-zzzz-zzz/calendar.ics").await.error(), "meeting.not_found");
    assert_eq!(anon.get(&format!("{path}/calendar.ics")).await.status, 401);
}

#[tokio::test]
async fn the_calendar_of_a_user_is_a_window() {
    let (app, anon, host) = TestApp::with_user().await;
    let bob = anon.sign_up("bob").await;
    let (from, to) = ("2027-10-18T00:00:00Z", "2027-12-19T00:00:00Z");
    let created = host.post("/meetings", weekly()).await;
    let listed = host.get(&format!("/meetings/occurrences?from={from}&to={to}&limit=2")).await;
    assert_eq!(
        listed.data()["items"][0],
        json!({
            "meeting_id": created.text("id"), "code": created.text("code"), "title": "Weekly", "status": "scheduled",
            "start_time": "2027-10-18T07:00:00Z", "end_time": "2027-10-18T07:30:00Z", "recurring": true, "is_host": true,
        })
    );
    assert_eq!(listed.data()["items"].as_array().unwrap().len(), 2);
    assert_eq!(occurrences(&bob, from, to).await, []);
    let invite = format!("/meetings/{}/invitations", created.text("id"));
    assert_eq!(host.post(&invite, json!({"invitees": ["bob"]})).await.status, 201);
    assert_eq!(occurrences(&bob, from, to).await.len(), 9, "who is invited sees it");
    let instant = host.create_meeting("Now").await;
    assert_eq!(bob.post_nothing(&format!("/meetings/{instant}/join")).await.status, 200);
    let now = app.clock.now();
    let (from, to) = (now.format("%Y-%m-%dT%H:%M:%SZ").to_string(), "2027-02-01T00:00:00Z");
    assert_eq!(occurrences(&bob, &from, to).await, [(from.clone(), "live".to_owned())], "when it was held");

    let refused = async |query: &str| {
        let answer = host.get(&format!("/meetings/occurrences?{query}")).await;
        assert_eq!((answer.status, answer.error()), (422, "request.invalid"), "{query}");
        fields(&answer).remove(0)
    };
    let field = |field: &str, code: &str| (field.to_owned(), code.to_owned());
    let window = |from: &str, to: &str| format!("from={from}&to={to}");
    assert_eq!(refused(&window("2027-01-02T00:00:00Z", "2027-01-02T00:00:00Z")).await, field("to", "not_after_start"));
    assert_eq!(refused(&window("2027-01-01T00:00:00Z", "2027-03-05T00:00:00Z")).await, field("to", "out_of_range"));
    assert_eq!(refused(&window("1969-01-01T00:00:00Z", "1969-01-02T00:00:00Z")).await, field("from", "out_of_range"));
    for query in
        ["", "from=2027-01-01T00:00:00Z", "from=x&to=y", "from=2027-01-01T00:00:00Z&to=2027-01-02T00:00:00Z&limit=0"]
    {
        refused(query).await;
    }
    assert_eq!(anon.get("/meetings/occurrences?from=2027-01-01T00:00:00Z&to=2027-01-02T00:00:00Z").await.status, 401);
}
