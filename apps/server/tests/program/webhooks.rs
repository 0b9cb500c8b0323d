//! Other backends and the whole program: a key opens every node until it is revoked on one, and what happens reaches a
//! receiver.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    time::{sleep, timeout},
};

use crate::process::{LIMIT, Place, Running, program, sign_in};

/// A receiver that takes everything; where it listens, and what it has got.
pub async fn receiver() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, received) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
    let got = received.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (mut request, mut part) = (Vec::new(), [0; 4096]);
            // A body of JSON ends with the brace that its object began with.
            while !request.ends_with(b"}}") {
                let read = stream.read(&mut part).await.unwrap();
                request.extend_from_slice(&part[..read]);
            }
            got.lock().unwrap().push(String::from_utf8(request).unwrap());
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
        }
    });
    (format!("http://{address}/hook"), received)
}

/// The address from the log line that says `serving`.
fn address(server: &mut Running) -> String {
    server.wait_for("\"message\":\"serving\"");
    let said = server.said();
    let line = said.lines().find(|line| line.contains("\"message\":\"serving\"")).unwrap();
    let line: Value = serde_json::from_str(line).unwrap();
    format!("http://{}", line["address"].as_str().unwrap())
}

pub async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !is_so().await {
            sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(timeout(LIMIT, waiting).await.is_ok(), "not so: {what}");
}

pub async fn ask(method: Method, url: &str, token: &str, body: Value) -> (StatusCode, Value) {
    let answer = Client::new().request(method, url).bearer_auth(token).json(&body).send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

#[tokio::test]
async fn what_happens_reaches_a_receiver_and_a_key_is_revoked_on_every_node() {
    let place = Place::new();
    let mut dev = place.dev();
    dev.env("OPEN_MEETING__WEBHOOKS__ALLOW_HTTP", "true").env("OPEN_MEETING__WEBHOOKS__ALLOW_PRIVATE_TARGETS", "true");
    let mut dev = Running::start(dev);
    let one = dev.ready();
    let mut other = program(&["serve", "--roles", "api"]);
    other.envs(place.environment()).env("OPEN_MEETING__SERVER__LISTEN", "127.0.0.1:0");
    other.env("JWT_SECRET", "0123456789".repeat(4));
    let mut other = Running::start(other);
    let two = address(&mut other);

    let admin = sign_in(&one).await;
    let api = |node: &str, path: &str| format!("{node}/api/v1{path}");
    let wanted = json!({"name": "Clinic", "scopes": ["webhooks:manage"]});
    let (status, created) = ask(Method::POST, &api(&one, "/admin/api-keys"), &admin, wanted).await;
    assert_eq!(status, StatusCode::CREATED, "{created}");
    let (key, id) = (created["data"]["key"].as_str().unwrap(), created["data"]["api_key"]["id"].as_str().unwrap());

    let (hook, received) = receiver().await;
    let hook = json!({"url": hook, "events": ["meeting.created"]});
    let (status, hook) = ask(Method::POST, &api(&one, "/webhooks"), key, hook).await;
    assert_eq!(status, StatusCode::CREATED, "{hook}");
    let (_, meeting) = ask(Method::POST, &api(&one, "/meetings"), &admin, json!({"title": "Planning"})).await;
    until("the receiver was told", async || !received.lock().unwrap().is_empty()).await;
    let request = received.lock().unwrap()[0].clone();
    assert!(request.starts_with("POST /hook HTTP/1.1\r\n") && request.contains("webhook-signature: v1,"), "{request}");
    let body: Value = serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!((&body["type"], &body["data"]["meeting_id"]), (&json!("meeting.created"), &meeting["data"]["id"]));

    // A node that does not send sees what was sent, and knows the key from now on.
    let path = format!("/webhooks/{}/deliveries", hook["data"]["webhook"]["id"].as_str().unwrap());
    until("the delivery is in the log", async || {
        let (status, log) = ask(Method::GET, &api(&two, &path), key, Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{log}");
        log["data"]["items"][0]["status"] == "delivered"
    })
    .await;
    let (status, _) = ask(Method::DELETE, &api(&one, &format!("/admin/api-keys/{id}")), &admin, Value::Null).await;
    assert_eq!(status, StatusCode::OK);
    until("the key is refused", async || {
        let (status, answer) = ask(Method::GET, &api(&two, &path), key, Value::Null).await;
        status == StatusCode::UNAUTHORIZED && answer["error"]["type"] == "api_key.invalid"
    })
    .await;
    for node in [other, dev] {
        let said = node.stop();
        assert!(!said.contains(key) && !said.contains("whsec_"), "no secret in a log");
    }
}
