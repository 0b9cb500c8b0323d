//! What attackers try, through a real socket. Each test is one attack, and fails when it succeeds.

use application_user::AccessClaims;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use domain_shared::Clock;
use domain_user::UserRole;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use uuid::Uuid;

use super::app::{Anonymous, Answer, Client, PASSWORD, SECRET, TestApp, User};

/// Texts that break out of a statement, a header, a path or a page where they are not handled.
const METACHARACTERS: [&str; 10] = [
    "' OR '1'='1",
    "'; DROP TABLE users; --",
    "\" OR \"\"=\"",
    "\\'; SELECT pg_sleep(10); --",
    "1) UNION SELECT password_hash FROM users --",
    "%_%",
    "$1",
    "{{7*7}}${7*7}",
    "../../etc/passwd",
    "<script>alert(1)</script>",
];

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// What a token says.
pub fn claims(token: &str) -> Value {
    part(token, 1)
}

/// A token with any header and claims, signed with HMAC-SHA-256 under `key`.
fn forge(header: &Value, claims: &Value, key: &str) -> String {
    let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", encoded(header), encoded(claims));
    let mut block = [0; 64];
    if key.len() > block.len() {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key.as_bytes());
    }
    let signature = Hmac::<Sha256>::new(&block.into()).chain_update(message.as_bytes()).finalize().into_bytes();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

async fn profile_with(anon: &Anonymous, token: &str) -> Answer {
    anon.send(anon.request(Method::GET, "/profile").bearer_auth(token)).await
}

#[tokio::test]
async fn a_token_opens_only_as_it_was_signed() {
    let (_app, anon, user) = TestApp::with_user().await;
    let (header, claims) = (part(&user.access_token, 0), claims(&user.access_token));
    let again = forge(&header, &claims, SECRET);
    assert_eq!(profile_with(&anon, &again).await.status, 200, "the forgery is as good as the original");

    let with = |field: &str, value: Value| {
        let mut header = header.clone();
        header[field] = value;
        header
    };
    let mut bare = header.clone();
    bare.as_object_mut().unwrap().remove("kid");
    let headers = [
        // No signature asked for; another algorithm than ours, with what would be its public key; another size.
        with("alg", json!("none")),
        with("alg", json!("None")),
        with("alg", json!("RS256")),
        with("alg", json!("ES256")),
        with("alg", json!("HS384")),
        with("alg", json!("HS512")),
        with("alg", json!(null)),
        // A key of the attacker's choice.
        with("kid", json!("another")),
        with("kid", json!("../../../dev/null")),
        with("kid", json!("' UNION SELECT 'key' --")),
        bare,
    ];
    for header in headers {
        for key in [SECRET, ""] {
            assert_eq!(profile_with(&anon, &forge(&header, &claims, key)).await.error(), "auth.required", "{header}");
        }
        let unsigned = forge(&header, &claims, SECRET);
        let unsigned = &unsigned[..=unsigned.rfind('.').unwrap()];
        assert_eq!(profile_with(&anon, unsigned).await.error(), "auth.required", "{header}");
    }
    let other_key = forge(&header, &claims, "another secret of at least 32 bytes!");
    assert_eq!(profile_with(&anon, &other_key).await.error(), "auth.required");
}

#[tokio::test]
async fn a_token_opens_only_for_whom_and_when_it_was_made() {
    let (app, anon, user) = TestApp::with_user().await;
    let (header, good) = (part(&user.access_token, 0), claims(&user.access_token));
    let now = app.clock.now().timestamp();
    for (field, value, error) in [
        ("aud", json!("open-meeting/room"), "auth.required"),
        ("aud", json!(["open-meeting/room", "x"]), "auth.required"),
        ("iss", json!("another"), "auth.required"),
        ("sub", json!("admin"), "auth.required"),
        ("sid", json!(7), "auth.required"),
        ("role", json!("root"), "auth.required"),
        ("exp", json!(now), "auth.token_expired"),
        ("exp", json!(now - 1), "auth.token_expired"),
        ("exp", json!("tomorrow"), "auth.required"),
        ("iat", json!(now + 3_600), "auth.required"),
    ] {
        let mut claims = good.clone();
        claims[field] = value;
        let answer = profile_with(&anon, &forge(&header, &claims, SECRET)).await;
        assert_eq!(answer.error(), error, "{field}: {claims}");
    }
    for field in ["aud", "iss", "sub", "sid", "role", "exp", "iat"] {
        let mut claims = good.clone();
        claims.as_object_mut().unwrap().remove(field);
        let answer = profile_with(&anon, &forge(&header, &claims, SECRET)).await;
        assert_eq!(answer.error(), "auth.required", "without {field}");
    }
    let stranger = AccessClaims {
        user_id: Uuid::from_u128(1).into(),
        session_id: Uuid::from_u128(2).into(),
        role: UserRole::User,
        nickname: "nobody".into(),
        token_id: Uuid::from_u128(3),
    };
    let future = app.access_tokens.issue(&stranger, app.clock.now() + TimeDelta::hours(1)).unwrap().token;
    assert_eq!(profile_with(&anon, future.expose_secret()).await.error(), "auth.required");
}

#[tokio::test]
async fn a_room_token_opens_no_account_and_an_access_token_no_session() {
    let (_app, anon, user) = TestApp::with_user().await;
    let meeting = user.create_meeting("Planning").await;
    let joined = user.post_nothing(&format!("/meetings/{meeting}/join")).await;
    let room_token = joined.text("room_token");
    assert_eq!(profile_with(&anon, &room_token).await.error(), "auth.required");
    for token in [&room_token, &user.access_token] {
        assert_eq!(anon.refresh(token).await.error(), "auth.session_ended");
    }
}

#[tokio::test]
async fn a_stolen_refresh_token_helps_neither_the_thief_nor_the_owner() {
    let (app, anon, user) = TestApp::with_user().await;
    let thief = anon.refresh(&user.refresh_token).await;
    let thief = thief.text("refresh_token");
    app.clock.advance(TimeDelta::seconds(11));
    assert_eq!(anon.refresh(&user.refresh_token).await.error(), "auth.token_reused", "the owner is warned");
    assert_eq!(anon.refresh(&thief).await.error(), "auth.token_reused", "and the thief is out");
}

/// A browser: it keeps cookies and sends them along, whichever page makes it send a request.
struct Browser {
    anon: Anonymous,
    cookies: Vec<(String, String)>,
    csrf: String,
}

impl Browser {
    async fn signed_in(anon: &Anonymous, username: &str) -> Self {
        let mut browser = Self { anon: anon.clone(), cookies: Vec::new(), csrf: String::new() };
        browser.log_in(username).await;
        browser
    }

    async fn log_in(&mut self, username: &str) {
        let request = self.request(Method::POST, "/login");
        let body = json!({"username": username, "password": PASSWORD, "token_delivery": "cookie"});
        let answer = self.anon.send(request.json(&body)).await;
        assert!(answer.data()["access_token"].is_null() && answer.data()["refresh_token"].is_null());
        self.csrf = answer.text("csrf_token");
        self.keep(&answer);
    }

    fn keep(&mut self, answer: &Answer) {
        for set in answer.headers.get_all("set-cookie") {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.retain(|(kept, _)| kept != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }

    fn cookie(&self, name: &str) -> &str {
        &self.cookies.iter().find(|(kept, _)| kept == name).unwrap_or_else(|| panic!("no {name}")).1
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = self.anon.request(method, path);
        if cookies.is_empty() { request } else { request.header("cookie", cookies.join("; ")) }
    }

    async fn rename(&self, name: &str, csrf: Option<&str>) -> Answer {
        let mut request = self.request(Method::PUT, "/profile").json(&json!({"nickname": name}));
        if let Some(token) = csrf {
            request = request.header("x-csrf-token", token);
        }
        self.anon.send(request).await
    }

    async fn nickname(&self) -> String {
        let answer = self.anon.send(self.request(Method::GET, "/profile")).await;
        answer.data()["user"]["nickname"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn another_site_cannot_make_a_browser_change_anything() {
    let (_app, anon, _user) = TestApp::with_user().await;
    anon.sign_up("mallory").await;
    let browser = Browser::signed_in(&anon, "ann").await;
    let attacker = Browser::signed_in(&anon, "mallory").await;
    let own_page = browser.rename("Ann", Some(&browser.csrf)).await;
    assert_eq!(own_page.status, 200);
    assert_eq!(browser.cookie("om_csrf"), browser.csrf);

    let mut altered = browser.csrf.clone();
    altered.replace_range(30..31, if &altered[30..31] == "A" { "B" } else { "A" });
    let other_device = Browser::signed_in(&anon, "ann").await;
    for token in [
        None,
        Some(""),
        Some("null"),
        Some(&*altered),
        Some(&*attacker.csrf),
        Some(&*other_device.csrf),
        Some(&browser.csrf[..63]),
        Some(browser.cookie("om_access")),
    ] {
        let answer = browser.rename("Hacked", token).await;
        assert_eq!((answer.status, answer.error()), (403, "auth.csrf"), "{token:?}");
    }
    for (method, path) in
        [(Method::POST, "/meetings"), (Method::DELETE, "/sessions"), (Method::POST, "/meetings/x/end")]
    {
        let answer = anon.send(browser.request(method, path).json(&json!({"title": "Hacked"}))).await;
        assert_eq!(answer.error(), "auth.csrf", "{path}");
    }
    for path in ["/refresh-token", "/logout"] {
        let answer = anon.send(browser.request(Method::POST, path)).await;
        assert_eq!(answer.error(), "auth.csrf_header_required", "{path}");
    }
    assert_eq!(browser.nickname().await, "Ann");
}

#[tokio::test]
async fn a_header_comes_before_cookies_and_bad_ones_are_not_passed_over() {
    let (_app, anon, user) = TestApp::with_user().await;
    anon.sign_up("bob").await;
    let browser = Browser::signed_in(&anon, "bob").await;
    let native = anon
        .send(
            browser.request(Method::PUT, "/profile").bearer_auth(&user.access_token).json(&json!({"nickname": "Ann"})),
        )
        .await;
    assert_eq!(native.data()["user"]["username"], "ann", "and needs no CSRF token");
    let bad = anon.send(browser.request(Method::GET, "/profile").bearer_auth("x")).await;
    assert_eq!(bad.error(), "auth.required");
}

#[tokio::test]
async fn a_session_from_before_the_login_is_not_the_one_after_it() {
    let (_app, anon, _user) = TestApp::with_user().await;
    anon.sign_up("mallory").await;
    // The attacker has put their own cookies into the victim's browser.
    let mut browser = Browser::signed_in(&anon, "mallory").await;
    let planted: Vec<_> = browser.cookies.clone();
    let planted_session = claims(browser.cookie("om_access"))["sid"].clone();
    browser.log_in("ann").await;
    for (name, value) in &planted {
        assert_ne!(browser.cookie(name), value, "{name}");
    }
    let session = claims(browser.cookie("om_access"))["sid"].clone();
    assert_ne!(session, planted_session);
    let attacker = Browser { cookies: planted, ..Browser::signed_in(&anon, "mallory").await };
    let answer = anon.send(attacker.request(Method::GET, "/profile")).await;
    assert_eq!(answer.data()["user"]["username"], "mallory");
    // Signing in once more makes another session, too.
    browser.log_in("ann").await;
    assert_ne!(claims(browser.cookie("om_access"))["sid"], session);
}

#[tokio::test]
async fn nobody_makes_themselves_more_than_they_are() {
    let (_app, anon) = TestApp::empty().await;
    let id = Uuid::from_u128(7);
    let more = json!({
        "username": "mallory", "email": "mallory@example.org", "password": PASSWORD, "nickname": "Mallory",
        "id": id, "role": "admin", "status": "active", "email_verified": true, "email_verified_at": "2020-01-01T00:00:00Z",
        "created_at": "2001-01-01T00:00:00Z", "version": 99, "password_hash": "x", "avatar_url": "https://evil.example/",
    });
    let registered = anon.post("/register", more.clone()).await;
    let user = registered.data()["user"].clone();
    let unchanged = |seen: &Value| {
        assert_eq!(
            (&seen["role"], &seen["status"], &seen["avatar_url"]),
            (&json!("user"), &json!("active"), &json!(null))
        );
        assert_eq!(seen["email_verified"], false);
        assert_eq!((&seen["id"], &seen["created_at"]), (&user["id"], &user["created_at"]));
        assert_eq!((&seen["username"], &seen["email"]), (&json!("mallory"), &json!("mallory@example.org")));
    };
    unchanged(&user);
    assert_ne!(user["id"], json!(id));
    let mallory = anon.log_in("mallory").await;
    let mut profile = more;
    profile["username"] = json!("root");
    profile["email"] = json!("root@example.org");
    unchanged(&mallory.put("/profile", profile).await.data()["user"]);
    unchanged(&mallory.get("/profile").await.data()["user"]);
    assert_eq!(claims(&mallory.access_token)["role"], "user");
    assert_eq!(mallory.get("/admin/users").await.error(), "auth.forbidden");
}

#[tokio::test]
async fn answers_do_not_tell_who_has_an_account() {
    let (_app, anon, _user) = TestApp::with_user().await;
    let log_in = |name: &'static str| anon.post("/login", json!({"username": name, "password": "a wrong passphrase"}));
    let (known, by_mail, unknown) = (log_in("ann").await, log_in("ann@example.org").await, log_in("nobody").await);
    for answer in [&known, &by_mail] {
        assert_eq!((answer.status, &answer.body), (unknown.status, &unknown.body));
        let names = |answer: &Answer| answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(names(answer), names(&unknown));
    }
    let reset = |email: &'static str| anon.post("/password-reset", json!({"email": email}));
    let (known, unknown) = (reset("ann@example.org").await, reset("nobody@example.org").await);
    assert_eq!((known.status, &known.body), (200, &unknown.body));
    let no_address = reset("no address").await;
    assert!([200, 422].contains(&no_address.status));
}

/// Sends bytes as they are, and returns all that comes back.
async fn raw(app: &TestApp, request: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(app.address).await.unwrap();
    // The server may answer and close before it has read everything.
    let _ = stream.write_all(request.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn nothing_a_client_sends_becomes_a_header_of_the_answer() {
    let (app, anon, user) = TestApp::with_user().await;
    // An end of line within a value ends the header: what follows is a header of the request, and none of the answer.
    let request_id =
        "GET /api/v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-Id: a\r\nSet-Cookie: evil=1\r\n\r\n";
    let answer = raw(&app, request_id).await;
    assert!(answer.starts_with("HTTP/1.1 200") && !answer.to_lowercase().contains("evil"), "{answer}");
    for value in ["a\rSet-Cookie: evil=1", "a\nSet-Cookie: evil=1", "a\u{0}b", "evil\u{7f}"] {
        let request =
            format!("GET /api/v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-Id: {value}\r\n\r\n");
        let answer = raw(&app, &request).await.to_lowercase();
        assert!(!answer.contains("set-cookie") && !answer.contains("evil"), "{value:?}: {answer}");
    }
    // Nor does what is kept and shown later.
    for nickname in ["a\r\nSet-Cookie: evil=1", "a\u{0}b", "a\u{2028}b\n"] {
        let answer = user.put("/profile", json!({"nickname": nickname})).await;
        assert!(!answer.headers.contains_key("set-cookie"));
        assert!([200, 422].contains(&answer.status), "{nickname:?}");
    }
    let body = json!({"username": "ann\r\nSet-Cookie: evil=1", "password": PASSWORD, "token_delivery": "cookie"});
    let answer = anon.post("/login", body).await;
    assert!(answer.status >= 400 && !answer.headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn cookies_of_any_shape_do_no_harm() {
    let (_app, anon, user) = TestApp::with_user().await;
    let long = format!("om_access={}", "x".repeat(6_000));
    for cookie in [
        "evil=1",
        "om_access=",
        "om_access",
        "om_access=x",
        "om_access=a.b.c; om_access=d.e.f",
        "=; ;; = ; om_refresh",
        "__Host-om_access=1; om_admin=true; role=admin",
        "om_access=%0d%0aSet-Cookie:%20evil=1",
        "om_access=' OR 1=1 --",
        &*long,
    ] {
        let answer = anon.send(anon.request(Method::GET, "/profile").header("cookie", cookie)).await;
        assert_eq!(answer.error(), "auth.required", "{cookie:.60}");
        assert!(!answer.headers.contains_key("set-cookie"));
        let answer = anon.send(user.request(Method::GET, "/profile").header("cookie", cookie)).await;
        assert_eq!(answer.status, 200, "{cookie:.60}");
    }
}

#[tokio::test]
async fn bodies_beyond_the_limit_are_refused() {
    let (app, anon, user) = TestApp::with_user().await;
    let huge = "x".repeat(3 * 1024 * 1024);
    for path in ["/login", "/register", "/refresh-token", "/password-reset"] {
        let request =
            anon.request(Method::POST, path).json(&json!({"username": huge, "email": huge, "password": huge}));
        assert_eq!(anon.send(request).await.error(), "request.too_large", "{path}");
    }
    let request = user.request(Method::PUT, "/profile").json(&json!({"nickname": huge}));
    assert_eq!(anon.send(request).await.error(), "request.too_large");
    // One that only says so is not waited for.
    let request = "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n\
                   Content-Length: 99999999999\r\n\r\n{}";
    assert!(raw(&app, request).await.starts_with("HTTP/1.1 413"));
}

/// Every text that a client can send, each with a metacharacter in it.
async fn injected(anon: &Anonymous, user: &User, meeting: &str, text: &str) -> Vec<Answer> {
    let escaped = url_encoded(text);
    vec![
        anon.post("/register", json!({"username": text, "email": text, "password": text, "nickname": text})).await,
        anon.post("/register", json!({"username": "x-y", "email": text, "password": PASSWORD})).await,
        anon.post("/login", json!({"username": text, "password": text})).await,
        anon.post("/refresh-token", json!({"refresh_token": text})).await,
        anon.post("/password-reset", json!({"email": text})).await,
        anon.post("/password-reset/confirm", json!({"token": text, "new_password": PASSWORD})).await,
        anon.post("/verify-email", json!({"token": text})).await,
        user.put("/profile", json!({"nickname": text, "language": text})).await,
        user.put("/profile", json!({"nickname": text})).await,
        user.post("/change-password", json!({"old_password": text, "new_password": text})).await,
        user.post("/meetings", json!({"title": text, "description": text})).await,
        user.post("/meetings", json!({"title": "x", "start_time": text})).await,
        user.post(&format!("/meetings/{meeting}/join"), json!({"display_name": text})).await,
        user.get(&format!("/meetings/{escaped}")).await,
        user.get(&format!("/meetings?cursor={escaped}")).await,
        user.get(&format!("/meetings?status={escaped}")).await,
        user.get(&format!("/meetings?limit={escaped}")).await,
        user.get(&format!("/meetings?q={escaped}&role=host")).await,
        user.get(&format!("/admin/users?query={escaped}&status={escaped}&role={escaped}&cursor={escaped}")).await,
        user.get(&format!("/admin/audit-log?user_id={escaped}&action={escaped}&cursor={escaped}")).await,
        user.send(user.request(Method::DELETE, &format!("/sessions/{escaped}"))).await,
        user.send(
            user.request(Method::POST, "/meetings").header("idempotency-key", text).json(&json!({"title": text})),
        )
        .await,
        user.send(user.request(Method::GET, "/profile").header("user-agent", text).header("x-request-id", text)).await,
    ]
}

fn url_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn metacharacters_are_characters() {
    let (_app, anon, user) = TestApp::with_user().await;
    let meeting = user.create_meeting("Planning").await;
    for text in METACHARACTERS {
        // `send` has looked at each answer: no 5xx, and nothing that is not documented.
        for answer in injected(&anon, &user, &meeting, text).await {
            let shown = answer.body.to_string().to_lowercase();
            assert!(!shown.contains("syntax error") && !shown.contains("sqlstate"), "{shown}");
        }
    }
    // What may hold any text gives it back as it came.
    for text in METACHARACTERS {
        assert_eq!(user.put("/profile", json!({"nickname": text})).await.data()["user"]["nickname"], text);
        assert_eq!(user.post("/meetings", json!({"title": text})).await.data()["title"], text);
    }
    assert_eq!(user.get("/profile").await.data()["user"]["username"], "ann", "the tables are still there");
    assert_eq!(anon.log_in("ann").await.id, user.id);
}
