//! Host and co-host act at the same moment, one over REST and the other over signalling. Whatever comes of it comes of one
//! of the two orders, nobody is told of a failure of the server's, and the room is as the database says.

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    call::Call,
    process::{Place, Running, sign_in},
    webhooks::{ask, until},
};

/// How often each pair is tried: which of the two is first is for chance to say.
const TRIES: usize = 3;

/// Somebody with an account.
struct Person {
    token: String,
    url: String,
}

impl Person {
    async fn register(url: &str, name: &str) -> Self {
        let account =
            json!({"username": name, "email": format!("{name}@example.org"), "password": "a long passphrase"});
        for path in ["register", "login"] {
            let answer = Client::new().post(format!("{url}/api/v1/{path}")).json(&account).send().await.unwrap();
            if path == "login" {
                let answer: Value = answer.json().await.unwrap();
                let token = answer["data"]["access_token"].as_str().unwrap().to_owned();
                return Self { token, url: url.to_owned() };
            }
        }
        unreachable!("the second answer was the login's")
    }

    async fn asks(&self, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
        ask(method, &format!("{}/api/v1{path}", self.url), &self.token, body).await
    }

    async fn does(&self, method: Method, path: &str, body: Value) -> Value {
        let (status, answer) = self.asks(method, path, body).await;
        assert!(status.is_success(), "{path}: {answer}");
        answer["data"].clone()
    }
}

/// A live meeting: its host, a co-host and a participant are in the room.
struct Scene<'a> {
    host: &'a Person,
    path: String,
    hosts_token: Value,
    host_call: Call,
    co_host: Call,
    co_host_id: String,
    // They stay as long as they are not sent out.
    _participant: Call,
    participant_id: String,
}

impl<'a> Scene<'a> {
    async fn set(people: &'a [Person; 3]) -> Self {
        let [host, co, participant] = people;
        let meeting = host.does(Method::POST, "/meetings", json!({"title": "Two hosts"})).await;
        let path = format!("/meetings/{}", meeting["code"].as_str().unwrap());
        let join = format!("{path}/join");
        let hosts_token = host.does(Method::POST, &join, json!({})).await;
        let mut host_call = Call::enter(&host.url, &hosts_token).await;
        let mut others = Vec::new();
        for person in [co, participant] {
            let joined = person.does(Method::POST, &join, json!({})).await;
            let id = joined["participant"]["user_id"].as_str().unwrap().to_owned();
            others.push((Call::enter(&host.url, &joined).await, id));
            host_call.hear("user-joined").await;
        }
        let (participant, participant_id) = others.pop().unwrap();
        let (mut co_host, co_host_id) = others.pop().unwrap();
        let role = format!("{path}/participants/{co_host_id}/role");
        host.does(Method::PUT, &role, json!({"role": "co-host"})).await;
        while co_host.hear("user-updated").await["user_info"]["role"] != "co-host" {}
        Self { host, path, hosts_token, host_call, co_host, co_host_id, _participant: participant, participant_id }
    }

    /// What the database says: the state, whether it is locked, and who is there, as what.
    async fn stored(&self) -> Value {
        let meeting = self.host.does(Method::GET, &self.path, Value::Null).await;
        let all = self.host.does(Method::GET, &format!("{}/participants", self.path), Value::Null).await;
        let present = all["items"].as_array().unwrap().iter().filter(|item| item["left_at"].is_null());
        let role = |id: &str| {
            let found = present.clone().find(|item| item["user_id"] == id);
            found.map_or(Value::Null, |item| item["role"].clone())
        };
        let (co_host, participant) = (role(&self.co_host_id), role(&self.participant_id));
        json!({"live": meeting["status"] == "live", "locked": meeting["locked"], "co_host": co_host, "other": participant})
    }

    /// What the room says to the host, who comes in anew, in place of the connection before.
    async fn in_room(&mut self) -> Value {
        let mut call = Call::knock(&self.host.url, &self.hosts_token).await;
        let found = call.hear_any(&["welcome", "error"]).await;
        if found["type"] == "error" {
            // The stay that the token is for ended with the meeting.
            assert!(found["code"] == "token.invalid" || found["code"] == "room.ended", "{found}");
            self.host_call.hear("room-ended").await;
            return json!({"live": false, "locked": false, "co_host": null, "other": null});
        }
        self.host_call = call;
        let all = found["participants"].as_array().unwrap();
        let role = |id: &str| {
            let found = all.iter().find(|one| one["user_id"] == id);
            found.map_or(Value::Null, |one| one["user_info"]["role"].clone())
        };
        let (co_host, other) = (role(&self.co_host_id), role(&self.participant_id));
        json!({"live": true, "locked": found["room"]["locked"], "co_host": co_host, "other": other})
    }
}

/// What came of it: the answers to host and co-host, and how the meeting is now.
type Outcome = (String, String, Value);

/// The host asks `path` of the meeting, and the co-host says `said`, at once.
async fn at_once(scene: &mut Scene<'_>, method: Method, path: &str, body: Value, mut said: Value) -> Outcome {
    let path = format!("{}{path}", scene.path);
    said["id"] = json!(9);
    let asked = scene.host.asks(method, &path, body);
    let co_host = &mut scene.co_host;
    let told = async {
        co_host.say(said).await;
        co_host.outcome(9).await
    };
    let ((status, answer), told) = tokio::join!(asked, told);
    assert!(!status.is_server_error() && told != "server.unavailable", "{answer} {told}");
    let answer = answer["error"]["type"].as_str().unwrap_or("ok").to_owned();
    until("room and database agree", async || scene.in_room().await == scene.stored().await).await;
    (answer, told, scene.stored().await)
}

fn outcome(answer: &str, told: &str, live: bool, locked: bool, roles: [Option<&str>; 2]) -> Outcome {
    let [co_host, other] = roles;
    let state = json!({"live": live, "locked": locked, "co_host": co_host, "other": other});
    (answer.to_owned(), told.to_owned(), state)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_two_hosts_do_at_once_is_done_in_one_order() {
    const CO: Option<&str> = Some("co-host");
    const SOMEBODY: Option<&str> = Some("participant");
    let place = Place::new();
    let mut dev = Running::start(place.dev());
    let url = dev.ready();
    let host = Person { token: sign_in(&url).await, url: url.clone() };
    let people = [host, Person::register(&url, "cleo").await, Person::register(&url, "paul").await];
    for _ in 0..TRIES {
        let mut scene = Scene::set(&people).await;
        let (co_host, other) = (scene.co_host_id.clone(), scene.participant_id.clone());
        let kick = json!({"type": "kick", "target": other});

        // Locked and unlocked: whoever is last has their way.
        let done = at_once(&mut scene, Method::POST, "/lock", json!({}), json!({"type": "unlock"})).await;
        let orders = [true, false].map(|locked| outcome("ok", "ok", true, locked, [CO, SOMEBODY]));
        assert!(orders.contains(&done), "{done:?}");
        scene.host.does(Method::POST, &format!("{}/unlock", scene.path), json!({})).await;
        until("it is unlocked", async || scene.in_room().await["locked"] == false).await;

        // Muted and sent out: who is out is not in the room, whoever was first.
        let path = format!("/participants/{other}/mute");
        let done = at_once(&mut scene, Method::POST, &path, json!({}), kick.clone()).await;
        assert_eq!(done, outcome("ok", "ok", true, false, [CO, None]));

        // Raised above the reach of the one who sends them out, or sent out before.
        let mut scene = Scene::set(&people).await;
        let path = format!("/participants/{other}/role");
        let done = at_once(&mut scene, Method::PUT, &path, json!({"role": "co-host"}), kick.clone()).await;
        let orders = [
            outcome("ok", "permission.denied", true, false, [CO, CO]),
            outcome("meeting.outranked", "ok", true, false, [CO, None]),
        ];
        assert!(orders.contains(&done), "{done:?}");

        // Sent out by the host while sending somebody else out. The line may end before the answer comes.
        let mut scene = Scene::set(&people).await;
        let path = format!("/participants/{co_host}/kick");
        let (answer, told, state) = at_once(&mut scene, Method::POST, &path, json!({}), kick.clone()).await;
        let out = ["ok", "closed"].map(|told| outcome("ok", told, true, false, [None, None]));
        let stayed = ["permission.denied", "signaling.not_joined", "closed"]
            .map(|told| outcome("ok", told, true, false, [None, SOMEBODY]));
        let done = (answer, told, state);
        assert!(out.contains(&done) || stayed.contains(&done), "{done:?}");

        // Ended while somebody is sent out.
        let mut scene = Scene::set(&people).await;
        let done = at_once(&mut scene, Method::POST, "/end", json!({}), kick.clone()).await;
        let orders =
            ["ok", "signaling.not_joined", "closed"].map(|told| outcome("ok", told, false, false, [None, None]));
        assert!(orders.contains(&done), "{done:?}");
    }
    dev.stop();
}
