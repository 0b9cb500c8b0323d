//! `open-meeting dev`: one command, everything there; data stays, children do not.

use std::{fs, os::unix::fs::symlink};

use nix::sys::signal::Signal;
use reqwest::{Client, StatusCode, header};
use serde_json::{Value, json};

use crate::process::{Place, Running, alive, ask, output, sign_in, wait_until};

#[tokio::test]
async fn one_command_serves_everything_on_one_port() {
    let place = Place::new();
    let mut dev = Running::start(place.dev());
    let url = dev.ready();
    let client = Client::new();
    let get = async |path: &str| client.get(format!("{url}{path}")).send().await.unwrap();

    let page = get("/").await;
    assert_eq!((page.status(), &page.headers()[header::CACHE_CONTROL]), (StatusCode::OK, &"no-cache".parse().unwrap()));
    assert!(page.text().await.unwrap().contains("<title>Open Meeting</title>"));
    assert!(get("/meetings/abc-defg-hij").await.text().await.unwrap().contains("<title>Open Meeting</title>"));
    let script = get("/assets/app-1a2b3c.js").await;
    assert!(script.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
    assert_eq!(get("/assets/gone.js").await.status(), StatusCode::NOT_FOUND);

    assert_eq!(get("/health").await.status(), StatusCode::OK);
    let ready: Value = get("/ready").await.json().await.unwrap();
    assert_eq!(ready["code"], 200, "{ready}");
    assert_eq!(get("/docs").await.status(), StatusCode::OK);
    let unknown: Value = get("/api/v1/unknown").await.json().await.unwrap();
    assert_eq!(unknown["error"]["type"], "request.not_found");

    let token = sign_in(&url).await;
    let created = client.post(format!("{url}/api/v1/meetings")).bearer_auth(&token).json(&json!({"title": "Stand-up"}));
    let created: Value = created.send().await.unwrap().json().await.unwrap();
    let id = created["data"]["id"].as_str().unwrap();
    let joined = client.post(format!("{url}/api/v1/meetings/{id}/join")).bearer_auth(&token).json(&json!({}));
    let joined: Value = joined.send().await.unwrap().json().await.unwrap();
    let signaling = joined["data"]["signaling_url"].as_str().unwrap();
    assert_eq!(signaling, format!("{}/ws/signaling", url.replace("http", "ws")));

    let upgrade = client
        .get(format!("{url}/ws/signaling"))
        .header(header::CONNECTION, "upgrade")
        .header(header::UPGRADE, "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    assert_eq!(upgrade.send().await.unwrap().status(), StatusCode::SWITCHING_PROTOCOLS);

    let metrics = get("/metrics").await.text().await.unwrap();
    for name in [
        "http_requests_total{",
        "http_request_duration_seconds_bucket{",
        "rooms 0",
        "peers 0",
        "producers 0",
        "consumers 0",
        "websocket_connections ",
        "db_connections{state=\"idle\"}",
        "db_connections_max 16",
        "meeting_cache_requests_total{",
        "process_resident_memory_bytes ",
    ] {
        assert!(metrics.contains(name), "{name} is missing in:\n{metrics}");
    }

    let services = place.services();
    assert!(services.into_iter().all(alive));
    let said = dev.stop();
    assert!(!services.into_iter().any(alive), "PostgreSQL and Redis have ended");
    assert!(said.contains("demo / open-meeting-demo"), "{said}");
    for secret in ["jwt", "postgres", "redis"] {
        let secret = fs::read_to_string(place.data().join("secrets").join(secret)).unwrap();
        assert!(!said.contains(secret.trim()), "a secret is shown in:\n{said}");
    }

    // What was made stays, and so does the key that signed the token.
    let mut dev = Running::start(place.dev());
    let url = dev.ready();
    let (status, meeting) = ask(&url, &format!("/api/v1/meetings/{id}"), &token).await;
    assert_eq!((status, &meeting["data"]["title"]), (StatusCode::OK, &json!("Stand-up")));
    dev.stop();
}

#[tokio::test]
async fn after_a_kill_nothing_stays_and_the_next_start_works() {
    let place = Place::new();
    let mut dev = Running::start(place.dev());
    dev.ready();
    let services = place.services();
    dev.signal(Signal::SIGKILL);
    dev.end();
    wait_until("the kernel has told PostgreSQL and Redis to end", || !services.into_iter().any(alive));
    let mut dev = Running::start(place.dev());
    let url = dev.ready();
    sign_in(&url).await;
    dev.stop();
}

#[tokio::test]
async fn what_a_kill_leaves_behind_is_ended_by_the_next_start() {
    let place = Place::new();
    // Without `setpriv` nobody tells the children that their parent has died.
    let programs = place.path().join("programs");
    fs::create_dir(&programs).unwrap();
    let path = std::env::var_os("PATH").unwrap();
    let redis = std::env::split_paths(&path).map(|folder| folder.join("redis-server")).find(|path| path.exists());
    symlink(redis.unwrap(), programs.join("redis-server")).unwrap();
    let mut command = place.dev();
    command.env("PATH", &programs);
    let mut dev = Running::start(command);
    dev.ready();
    let left = place.services();
    dev.signal(Signal::SIGKILL);
    dev.end();
    assert!(left.into_iter().all(alive), "they live on");

    let mut dev = Running::start(place.dev());
    let url = dev.ready();
    assert!(!left.into_iter().any(alive), "they were ended");
    sign_in(&url).await;
    let now = place.services();
    dev.stop();
    assert!(!now.into_iter().any(alive));
}

#[test]
fn a_second_one_on_the_same_data_is_refused() {
    let place = Place::new();
    let mut dev = Running::start(place.dev());
    dev.ready();
    let (code, said) = output(place.dev());
    assert_eq!(code, Some(1));
    assert!(said.contains(&format!("another open-meeting (process {}) uses the data", dev.pid())), "{said}");
    assert!(place.services().into_iter().all(alive), "the first is not disturbed");
    dev.stop();
}

#[test]
fn a_service_that_dies_ends_the_program_with_an_error() {
    let place = Place::new();
    let mut dev = Running::start(place.dev());
    dev.ready();
    let [postgres, redis] = place.services();
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(redis), Signal::SIGKILL).unwrap();
    let (code, said) = dev.end();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("error: Redis has ended (signal: 9 (SIGKILL))"), "{said}");
    assert!(!alive(postgres) && !alive(redis));
}

#[test]
fn asked_to_end_while_it_starts_it_ends_in_order() {
    let place = Place::new();
    let dev = Running::start(place.dev());
    // Making the database takes a while.
    wait_until("the database is being made", || place.data().join("postgres.new").exists());
    dev.signal(Signal::SIGINT);
    let (code, said) = dev.end();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("asked to end before it was ready"), "{said}");
    assert!(!place.data().join("postgres.pid").exists() && !place.data().join("redis.pid").exists());
}
