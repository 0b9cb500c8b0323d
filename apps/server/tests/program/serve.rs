//! `open-meeting serve`, `migrate` and `openapi`, on the services of a `dev` that runs beside them.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use nix::sys::signal::Signal;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    call::Call,
    process::{LIMIT, Place, Running, ask, output, program, sign_in, wait_until},
    rooms::{Backend, refused},
};

/// A command on the services of `place`.
fn beside(place: &Place, arguments: &[&str]) -> Command {
    let mut command = program(arguments);
    command
        .envs(place.environment())
        .env("JWT_SECRET", "0123456789".repeat(4))
        .env("OPEN_MEETING__SERVER__LISTEN", "127.0.0.1:0")
        .env("OPEN_MEETING__MEDIA__PORT_BASE", "0");
    command
}

/// The address from the log line that says `serving`.
fn address(server: &mut Running) -> String {
    server.wait_for("\"message\":\"serving\"");
    let said = server.said();
    let line = said.lines().find(|line| line.contains("\"message\":\"serving\"")).unwrap();
    let line: Value = serde_json::from_str(line).unwrap();
    format!("http://{}", line["address"].as_str().unwrap())
}

#[tokio::test]
async fn roles_can_be_played_apart_and_logs_are_json() {
    let place = Place::new();
    let mut dev = Running::start(place.dev());
    dev.ready();

    let mut api = Running::start(beside(&place, &["serve", "--roles", "api"]));
    let url = address(&mut api);
    sign_in(&url).await;
    let metrics = Client::new().get(format!("{url}/metrics")).send().await.unwrap().text().await.unwrap();
    assert!(metrics.contains("db_connections_max") && !metrics.contains("\nrooms "), "it has no rooms");
    assert_eq!(Client::new().get(format!("{url}/ws/signaling")).send().await.unwrap().status(), StatusCode::NOT_FOUND);
    assert_eq!(Client::new().get(format!("{url}/")).send().await.unwrap().status(), StatusCode::NOT_FOUND);

    let mut worker = Running::start(beside(&place, &["serve", "--roles", "worker"]));
    let url = address(&mut worker);
    assert_eq!(Client::new().get(format!("{url}/ready")).send().await.unwrap().status(), StatusCode::OK);
    let profile = Client::new().get(format!("{url}/api/v1/profile")).send().await.unwrap();
    assert_eq!(profile.status(), StatusCode::NOT_FOUND, "it does not play the API");

    api.signal(Signal::SIGINT);
    for (code, said) in [api.end(), (Some(0), worker.stop())] {
        assert_eq!(code, Some(0), "{said}");
        for line in said.lines() {
            let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            assert!(line["timestamp"].is_string() && line["level"].is_string() && line["target"].is_string());
        }
    }
    dev.stop();
}

#[tokio::test]
async fn a_ban_or_a_kick_on_one_node_ends_sessions_and_calls_on_the_others() {
    let place = Place::new();
    // It has the worker, which tells the nodes.
    let mut dev = Running::start(place.dev());
    dev.ready();
    let mut nodes = [(); 2].map(|()| Running::start(beside(&place, &["serve", "--roles", "api,signaling,media"])));
    let [one, two] = nodes.each_mut().map(address);
    let post = async |path: &str, token: &str, body: Value| {
        let request = Client::new().post(format!("{one}/api/v1{path}")).bearer_auth(token).json(&body);
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        assert!(answer["code"].as_u64().is_some_and(|code| code < 300), "{path}: {answer}");
        answer["data"].clone()
    };
    let (name, password) = ("mallory", "a long enough passphrase");
    post("/register", "", json!({"username": name, "email": "mallory@example.org", "password": password})).await;
    let mallory = post("/login", "", json!({"username": name, "password": password})).await;
    let (id, token) = (mallory["user"]["id"].as_str().unwrap(), mallory["access_token"].as_str().unwrap());
    let admin = sign_in(&one).await;
    for url in [&one, &two] {
        assert_eq!(ask(url, "/api/v1/profile", token).await.0, StatusCode::OK);
    }
    let meeting = post("/meetings", token, json!({"title": "A call"})).await["id"].as_str().unwrap().to_owned();
    let joined = post(&format!("/meetings/{meeting}/join"), token, json!({})).await;
    let mut call = Call::enter(&two, &joined).await;

    post(&format!("/admin/users/{id}/ban"), &admin, json!({"reason": "spam"})).await;

    assert_eq!(call.hear("kicked").await["reason"], "banned");
    assert_eq!(call.closed().await, 4008);
    for url in [&one, &two] {
        let refused = async {
            loop {
                let (status, answer) = ask(url, "/api/v1/profile", token).await;
                if status != StatusCode::OK {
                    return answer["error"]["type"].clone();
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        assert_eq!(tokio::time::timeout(LIMIT, refused).await.unwrap(), "auth.session_ended");
        assert_eq!(ask(url, "/api/v1/profile", &admin).await.0, StatusCode::OK, "others go on");
        let metrics = Client::new().get(format!("{url}/metrics")).send().await.unwrap().text().await.unwrap();
        assert!(metrics.contains("user_cache_requests_total{result=\"hit\"}"), "{metrics}");
    }
    kicked_by_one_node_and_out_on_the_other(&one, &two).await;
    drop(nodes);
    dev.stop();
}

/// The same for a room of another backend, which kicks by its key.
async fn kicked_by_one_node_and_out_on_the_other(one: &str, two: &str) {
    let backend = Backend::new(one).await;
    backend.does(Method::POST, "/rooms", json!({"room_name": "daily", "creator": "ann"})).await;
    let (anns, bobs) = (backend.token("ann").await, backend.token("bob").await);
    let mut ann = Call::enter(two, &anns).await;
    let mut bob = Call::enter(two, &bobs).await;
    ann.hear("user-joined").await;

    backend.set("bob", "kicked").await;

    // Two nodes say so, and either may be first: the reason is not always the same (docs/open-points.md, "Rooms").
    bob.hear("kicked").await;
    assert_eq!(bob.closed().await, 4008);
    assert_eq!(ann.hear("user-left").await["user_id"], bobs["participant"]["id"]);
    for node in [one, two] {
        assert_eq!(refused(node, &bobs).await, "token.invalid");
    }
    backend.does(Method::POST, "/rooms/daily/end", Value::Null).await;
    ann.hear("room-ended").await;
}

/// A Redis of its own, which may die alone, and its address.
fn redis_alone(place: &Place) -> (tokio::process::Child, String) {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut command = tokio::process::Command::new("redis-server");
    command.kill_on_drop(true);
    command.args(["--bind", "127.0.0.1", "--port", &free.port().to_string(), "--save", "", "--appendonly", "no"]);
    let redis = command.current_dir(place.path()).stdout(Stdio::null()).spawn().unwrap();
    wait_until("Redis listens", || TcpStream::connect(free).is_ok());
    (redis, format!("redis://{free}"))
}

#[tokio::test]
async fn people_sign_in_while_redis_is_away_and_are_still_limited() {
    let place = Place::new();
    let mut dev = Running::start(place.dev());
    dev.ready();
    let (mut redis, redis_url) = redis_alone(&place);
    let mut command = beside(&place, &["serve", "--roles", "api"]);
    command.env("REDIS_URL", redis_url);
    let mut api = Running::start(command);
    let url = address(&mut api);
    sign_in(&url).await;

    redis.kill().await.unwrap();
    let token = sign_in(&url).await;
    assert_eq!(ask(&url, "/api/v1/profile", &token).await.0, StatusCode::OK);
    let wrong = json!({"username": "demo", "password": "wrong wrong wrong"});
    let limited = async {
        loop {
            let answer = Client::new().post(format!("{url}/api/v1/login")).json(&wrong).send().await.unwrap();
            match answer.status() {
                StatusCode::UNAUTHORIZED => {}
                status => return status,
            }
        }
    };
    assert_eq!(tokio::time::timeout(LIMIT, limited).await.unwrap(), StatusCode::TOO_MANY_REQUESTS);
    api.stop();
    dev.stop();
}

#[tokio::test]
async fn the_schema_is_brought_up_to_date_before_serving() {
    let place = Place::new();
    let mut dev = Running::start(place.dev());
    dev.ready();
    let migrate = |action: &str| output(beside(&place, &["migrate", action]));
    let (code, status) = migrate("status");
    assert_eq!(code, Some(0), "{status}");
    assert!(status.contains("applied ") && !status.contains("missing "), "{status}");
    let count = status.lines().filter(|line| line.starts_with("applied ")).count();
    for _ in 0..count {
        let (code, said) = migrate("revert");
        assert!(code == Some(0) && said.contains("took "), "{said}");
    }
    assert!(migrate("revert").1.contains("there is no migration to take back"));
    assert!(migrate("status").1.contains("missing "));
    let (code, said) = output(beside(&place, &["serve"]));
    assert_eq!(code, Some(1));
    assert!(said.contains("run `open-meeting migrate` first"), "{said}");
    let (code, said) = migrate("up");
    assert_eq!((code, said.lines().filter(|line| line.starts_with("applied ")).count()), (Some(0), count), "{said}");
    assert!(migrate("up").1.contains("the schema is up to date"));
    dev.stop();
}

#[test]
fn the_contract_is_written_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("client");
    let run = |arguments: &[&str]| output(program(&[&["openapi", "--out", out.to_str().unwrap()], arguments].concat()));
    let (code, said) = run(&["--check"]);
    assert_eq!(code, Some(1));
    assert!(
        said.contains("openapi.json") && said.contains("signaling.schema.json") && said.contains("make openapi"),
        "{said}"
    );
    assert_eq!(run(&[]).0, Some(0));
    assert_eq!(run(&["--check"]), (Some(0), String::new()));
    for name in ["openapi.json", "signaling.schema.json"] {
        let text = fs::read_to_string(out.join(name)).unwrap();
        assert!(serde_json::from_str::<Value>(&text).unwrap().is_object() && text.ends_with("}\n"));
    }
    fs::write(out.join("openapi.json"), "{}").unwrap();
    let (code, said) = run(&["--check"]);
    assert!(code == Some(1) && said.contains("openapi.json") && !said.contains("signaling.schema.json"), "{said}");
}

#[test]
fn the_published_contract_is_up_to_date() {
    let published = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../interfaces/client");
    let (code, said) = output(program(&["openapi", "--check", "--out", published.to_str().unwrap()]));
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn the_version_is_told() {
    let expected = format!("open-meeting {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(output(program(&["--version"])), (Some(0), expected));
}
