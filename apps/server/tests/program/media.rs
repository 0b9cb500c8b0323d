//! A media worker is killed while people are in a call.

use std::{fs, time::Instant};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::{
    call::Call,
    process::{Place, Running, alive, ask, sign_in, wait_until},
};

/// The media workers of a process of the program.
pub fn workers(parent: i32) -> Vec<i32> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let is_one = |pid: &i32| {
        let words = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        // The parent is the second field after the name, which stands in parentheses.
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let of = stat.rsplit(") ").next().and_then(|rest| rest.split(' ').nth(1)?.parse::<i32>().ok());
        of == Some(parent) && words.split(|byte| *byte == 0).nth(1) == Some(&b"media-worker"[..]) && alive(*pid)
    };
    pids.filter(is_one).collect()
}

/// `dev` with one media worker.
fn dev(place: &Place) -> Running {
    let mut dev = place.dev();
    // Whoever asks all the while asks often.
    dev.env("OPEN_MEETING__MEDIA__WORKERS", "1").env("OPEN_MEETING__LIMITS__USER_BURST", "1000000");
    Running::start(dev)
}

/// Lets two people join a meeting, and tells what they are answered.
pub async fn join(url: &str, token: &str) -> [Value; 2] {
    let post = async |path: &str, token: Option<&str>, body: Value| {
        let mut request = Client::new().post(format!("{url}/api/v1{path}")).json(&body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        answer["data"].clone()
    };
    let settings = json!({"guests_allowed": true});
    let meeting = post("/meetings", Some(token), json!({"title": "A call", "settings": settings})).await;
    let code = meeting["code"].as_str().unwrap();
    let ada = post(&format!("/meetings/{code}/join"), Some(token), json!({})).await;
    let bob = post(&format!("/meetings/{code}/join-as-guest"), None, json!({"display_name": "Bob"})).await;
    [ada, bob]
}

/// Two people in a meeting.
async fn two_in_a_call(url: &str, token: &str) -> [Call; 2] {
    let [ada, bob] = join(url, token).await;
    [Call::enter(url, &ada).await, Call::enter(url, &bob).await]
}

/// Makes a transport, and tells its name.
async fn transport(call: &mut Call, id: u64) -> Value {
    call.say(json!({"type": "create-transport", "id": id, "direction": "send"})).await;
    let answer = call.answer(id).await;
    assert!(answer["ice_parameters"]["usernameFragment"].is_string(), "{answer}");
    answer["transport_id"].clone()
}

#[tokio::test]
async fn a_killed_media_worker_costs_a_call_its_media_for_a_moment_and_nobody_anything_else() {
    let place = Place::new();
    let mut dev = dev(&place);
    let url = dev.ready();
    let token = sign_in(&url).await;
    let mut people = two_in_a_call(&url, &token).await;
    let mut before = Vec::new();
    for call in &mut people {
        before.push(transport(call, 10).await);
    }
    let first = workers(dev.pid());
    assert_eq!(first.len(), 1);

    // Requests go on all the while, one after the other.
    let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
    let asking = tokio::spawn({
        let (url, token) = (url.clone(), token.clone());
        async move {
            let mut answered = 0;
            while stopped.try_recv().is_err() {
                assert_eq!(ask(&url, "/api/v1/profile", &token).await.0, StatusCode::OK);
                answered += 1;
            }
            answered
        }
    });

    let killed = Instant::now();
    kill(Pid::from_raw(first[0]), Signal::SIGKILL).unwrap();
    for call in &mut people {
        call.hear("room-moved").await;
    }
    println!("both were told {} ms after the kill", killed.elapsed().as_millis());
    // The same connections: transports of old are gone, new ones work.
    for (call, old) in people.iter_mut().zip(&before) {
        call.say(json!({"type": "restart-ice", "id": 11, "transport_id": old})).await;
        assert_eq!(call.hear("error").await["code"], "media.not_found");
        call.say(json!({"type": "get-router-capabilities", "id": 12})).await;
        assert!(call.answer(12).await["rtp_capabilities"]["codecs"].is_array());
        assert_ne!(transport(call, 13).await, *old);
    }
    println!("both had new transports {} ms after the kill", killed.elapsed().as_millis());
    let [ada, bob] = &mut people;
    ada.say(json!({"type": "chat", "id": 14, "text": "still here"})).await;
    assert_eq!(bob.hear("chat").await["text"], "still here");
    stop.send(()).unwrap();
    let answered = asking.await.unwrap();
    println!("{answered} requests were answered meanwhile");

    let second = workers(dev.pid());
    assert!(second.len() == 1 && second != first, "{second:?}");
    let (status, ready) = ask(&url, "/ready", &token).await;
    assert_eq!(status, StatusCode::OK, "{ready}");
    let said = dev.stop();
    assert!(!alive(second[0]), "it ends with the program");
    assert!(said.contains("a media worker is lost"), "{said}");
}

#[tokio::test]
async fn media_workers_end_with_the_program_whatever_its_end() {
    let place = Place::new();
    let mut dev = dev(&place);
    dev.ready();
    let all = workers(dev.pid());
    // What whoever stops a service does: all its processes are told. The workers wait for their parent.
    for pid in &all {
        kill(Pid::from_raw(*pid), Signal::SIGTERM).unwrap();
        kill(Pid::from_raw(*pid), Signal::SIGINT).unwrap();
    }
    assert_eq!(workers(dev.pid()), all);
    dev.signal(Signal::SIGKILL);
    dev.end();
    wait_until("the media workers have ended", || !all.iter().any(|pid| alive(*pid)));
}

#[test]
fn a_media_worker_is_nothing_for_people() {
    let run = |options: &str| crate::process::output(crate::process::program(&["media-worker", "--options", options]));
    let (code, said) = run("{}");
    assert!(code == Some(1) && said.contains("--options: missing field"), "{said}");
    let options = json!({
        "index": 0, "listen_ips": ["127.0.0.1"], "port": 0, "announced": [], "max_incoming_bitrate": null,
        "max_outgoing_bitrate": null, "media_log_level": "error", "log_format": "json", "log_level": "info",
    });
    let (code, said) = run(&options.to_string());
    assert!(code == Some(1) && said.contains("is started by `serve` and `dev` themselves"), "{said}");
}

#[tokio::test]
async fn workers_may_be_threads_of_the_program() {
    let place = Place::new();
    let mut command = place.dev();
    command.env("OPEN_MEETING__MEDIA__PROCESSES", "false");
    let mut dev = Running::start(command);
    let url = dev.ready();
    assert!(workers(dev.pid()).is_empty());
    let token = sign_in(&url).await;
    for call in &mut two_in_a_call(&url, &token).await {
        transport(call, 10).await;
    }
    dev.stop();
}
