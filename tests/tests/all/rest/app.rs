//! The interface on a socket of its own, on private stores, and the people who use it.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use application_integration::IntegrationPorts;
use application_meeting::{InvitationPorts, MeetingPorts};
use application_notification::{NotificationFeed, NotificationPorts, Notify};
use application_room::{BareRoomPorts, StoredChat};
use application_shared::{
    HealthCheck, HttpMetrics, MetricsRenderer, OutboxRelay, OutboxRelayOptions, PortError, RateLimit,
};
use application_user::{AccessTokens, AccountPorts, AssignRole, LinkPurpose, RecordAuditEntry};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta};
use domain_shared::{FixedClock, SessionId};
use domain_user::{Email, UserRole};
use infrastructure_cache::{EndedSessionsListener, RecentlyEndedSessions};
use infrastructure_calendar::ICalendarWriter;
use infrastructure_images::ImageAvatarRenderer;
use infrastructure_postgres::{
    PgAuditLog, PgAvatarStore, PgBareRoomReader, PgBareRoomRepository, PgChatStore, PgInvitationReader,
    PgInvitationRepository, PgMeetingReader, PgMeetingRepository, PgMeetingTimes, PgNotificationReader,
    PgNotificationRepository, PgOutboxReader, PgPeople, PgPreferenceStore, PgReminderPlans, PgSessionRepository,
    PgUserReader, PgUserRepository,
};
use infrastructure_security::{
    Argon2Limits, Argon2PasscodeHasher, Argon2PasswordHasher, HmacAccountLinks, HmacCsrfTokens, HmacGuestPasses,
    HmacInvitationTokens, JwtAccessTokens, JwtKeys, JwtRoomTokens, OpaqueRefreshTokens, SealedIdempotencyStore,
};
use infrastructure_system::UuidV7Generator;
use interfaces_rest::{
    AccountUseCases, AdminUseCases, AvatarUseCases, IntegrationUseCases, InvitationUseCases, MediaUseCases,
    MeetingUseCases, MessageUseCases, NotificationUseCases, OccurrenceUseCases, RestConfig, RestDeps, RestLimits,
    RoomUseCases, StatisticsUseCases, api,
};
use open_meeting::server::RoomMessages;
use poem::{
    Server,
    listener::{Acceptor, Listener, TcpListener},
};
use reqwest::{Method, RequestBuilder, header::HeaderMap};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::{backends, contract::assert_documented, redaction::redacted, shared_files::SharedFiles, stores::Stores};

/// Everybody's password.
pub const PASSWORD: &str = "a long enough passphrase";
/// The key of its tokens.
pub const SECRET: &str = "a secret of more than 32 bytes, for tests";
const START: i64 = 1_800_000_000;

/// The interface, running.
pub struct TestApp {
    /// Where it listens.
    pub address: SocketAddr,
    /// The time that it goes by.
    pub clock: Arc<FixedClock>,
    /// Its access tokens.
    pub access_tokens: Arc<dyn AccessTokens>,
    /// Something that it depends on.
    pub media: Arc<Component>,
    /// Its accounts, past the interface.
    pub accounts: AccountPorts,
    /// Its meetings, past the interface.
    pub meetings: MeetingPorts,
    /// Its invitations, past the interface.
    pub invitations: InvitationPorts,
    /// Its notifications, past the interface.
    pub notifications: NotificationPorts,
    /// Its API keys and webhooks, past the interface.
    pub integration: IntegrationPorts,
    /// Its files, past the interface.
    pub files: SharedFiles,
    /// What it pushes.
    pub feed: Arc<NotificationFeed>,
    /// What was written in its meetings, past the interface.
    pub chat: Arc<PgChatStore>,
    metrics: Arc<Counted>,
    http: reqwest::Client,
    base: String,
    tasks: [JoinHandle<()>; 3],
    stores: Stores,
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl TestApp {
    /// With nobody in it.
    pub async fn empty() -> (Self, Anonymous) {
        Self::empty_configured(|_| {}).await
    }

    /// With nobody in it, and other settings.
    pub async fn empty_configured(configure: impl FnOnce(&mut RestConfig)) -> (Self, Anonymous) {
        Self::start(SECRET, configure).await
    }

    /// With nobody in it, and another secret for its tokens.
    pub async fn empty_with_secret(secret: &str) -> (Self, Anonymous) {
        Self::start(secret, |_| {}).await
    }

    /// With `ann` in it, signed in.
    pub async fn with_user() -> (Self, Anonymous, User) {
        Self::configured(|_| {}).await
    }

    /// With `ann` in it, signed in, and other settings.
    pub async fn configured(configure: impl FnOnce(&mut RestConfig)) -> (Self, Anonymous, User) {
        let (app, anon) = Self::empty_configured(configure).await;
        let user = anon.sign_up("ann").await;
        (app, anon, user)
    }

    async fn start(secret: &str, configure: impl FnOnce(&mut RestConfig)) -> (Self, Anonymous) {
        let stores = Stores::start().await;
        let clock = Arc::new(FixedClock::at(DateTime::from_timestamp(START, 0).expect("a time")));
        let ids = Arc::new(UuidV7Generator::new(clock.clone()));
        let secret = SecretString::from(secret);
        let keys = Arc::new(JwtKeys::new(&secret, &[]).expect("keys"));
        let access_tokens: Arc<dyn AccessTokens> = Arc::new(JwtAccessTokens::new(keys.clone(), TimeDelta::minutes(15)));
        let passwords = Arc::new(Argon2PasswordHasher::new(Argon2Limits::default()).expect("a hasher"));
        let accounts = AccountPorts {
            users: Arc::new(PgUserRepository::new(stores.pool.clone())),
            sessions: Arc::new(PgSessionRepository::new(stores.pool.clone())),
            user_reader: Arc::new(PgUserReader::new(stores.pool.clone())),
            links: Arc::new(HmacAccountLinks::new(&secret, &[])),
            audit_log: Arc::new(PgAuditLog::new(stores.pool.clone())),
            avatars: Arc::new(PgAvatarStore::new(stores.pool.clone())),
            avatar_renderer: Arc::new(ImageAvatarRenderer::default()),
            passwords: passwords.clone(),
            access_tokens: access_tokens.clone(),
            refresh_tokens: Arc::new(OpaqueRefreshTokens::new(&secret)),
            clock: clock.clone(),
            ids: ids.clone(),
            session_lifetime: TimeDelta::days(30),
        };
        let ended_sessions = Arc::new(RecentlyEndedSessions::new(clock.clone(), TimeDelta::minutes(15)));
        let following = tokio::spawn({
            let (ended, pub_sub, sessions) =
                (ended_sessions.clone(), stores.pub_sub.clone(), accounts.sessions.clone());
            async move { ended.follow(&*pub_sub, &*sessions, &NoCalls).await }
        });
        let notifications = NotificationPorts {
            notifications: Arc::new(PgNotificationRepository::new(stores.pool.clone())),
            reader: Arc::new(PgNotificationReader::new(stores.pool.clone())),
            preferences: Arc::new(PgPreferenceStore::new(stores.pool.clone())),
            pub_sub: stores.pub_sub.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
        };
        let feed: Arc<NotificationFeed> = Arc::default();
        let pushing = tokio::spawn({
            let (feed, pub_sub) = (feed.clone(), stores.pub_sub.clone());
            async move { feed.follow(&*pub_sub).await }
        });
        let room_tokens = Arc::new(JwtRoomTokens::new(keys, TimeDelta::minutes(5), ids.clone()));
        let meeting = MeetingPorts {
            meetings: Arc::new(PgMeetingRepository::new(stores.pool.clone())),
            reader: Arc::new(PgMeetingReader::new(stores.pool.clone())),
            times: Arc::new(PgMeetingTimes::new(stores.pool.clone())),
            tokens: room_tokens.clone(),
            passcodes: Arc::new(Argon2PasscodeHasher::new(passwords)),
            guests: Arc::new(HmacGuestPasses::new(&secret, &[])),
            messages: Arc::new(RoomMessages::new(StoredChat::new(stores.chat.clone(), clock.clone()))),
            pub_sub: stores.pub_sub.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
        };
        let invitations = InvitationPorts {
            meetings: meeting.meetings.clone(),
            invitations: Arc::new(PgInvitationRepository::new(stores.pool.clone())),
            reader: Arc::new(PgInvitationReader::new(stores.pool.clone())),
            people: Arc::new(PgPeople::new(stores.pool.clone())),
            tokens: Arc::new(HmacInvitationTokens::new(&secret, &[])),
            reminders: Arc::new(PgReminderPlans::new(stores.pool.clone())),
            clock: clock.clone(),
            ids: ids.clone(),
        };
        let calendar = ICalendarWriter::new("https://meet.example.org", "meet@example.org").expect("addresses");
        let integration = backends::ports(&secret, &stores, &clock, &ids);
        let rooms = BareRoomPorts {
            rooms: Arc::new(PgBareRoomRepository::new(stores.pool.clone())),
            reader: Arc::new(PgBareRoomReader::new(stores.pool.clone())),
            tokens: room_tokens,
            clock: clock.clone(),
            ids: ids.clone(),
        };
        let files = SharedFiles::new(&stores.pool, &secret, &clock, ids.clone());
        let media = Component::working("media");
        let metrics = Arc::new(Counted::default());
        let mut config = RestConfig { limits: unlimited(), ..RestConfig::default() };
        configure(&mut config);
        let deps = RestDeps {
            account: AccountUseCases::new(&accounts),
            avatars: AvatarUseCases::new(&accounts),
            admin: AdminUseCases::new(&accounts),
            meetings: MeetingUseCases::new(&meeting),
            occurrences: OccurrenceUseCases::new(&meeting, &invitations, Arc::new(calendar)),
            messages: MessageUseCases::new(&meeting),
            invitations: InvitationUseCases::new(&invitations),
            notifications: NotificationUseCases::new(&notifications, feed.clone()),
            integration: IntegrationUseCases::new(&integration),
            rooms: RoomUseCases::new(&rooms),
            media: MediaUseCases::new(&files.ports),
            statistics: StatisticsUseCases::new(&backends::statistics(&integration, &stores)),
            access_tokens: access_tokens.clone(),
            ended_sessions: ended_sessions.clone(),
            csrf_tokens: Arc::new(HmacCsrfTokens::new(&secret, &[])),
            rate_limiter: stores.rate_limiter.clone(),
            idempotency: Arc::new(SealedIdempotencyStore::new(stores.idempotency.clone(), &secret, &[])),
            clock: clock.clone(),
            ids,
            health_checks: vec![Component::working("database"), media.clone()],
            http_metrics: metrics.clone(),
            metrics: metrics.clone(),
            config,
            fallback: None,
        };
        let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.expect("a free port");
        let address = acceptor.local_addr().remove(0).as_socket_addr().copied().expect("an address");
        let server = tokio::spawn(async move {
            Server::new_with_acceptor(acceptor).run(api(deps)).await.expect("the server runs");
        });
        let http = reqwest::Client::new();
        let anon = Anonymous { http: http.clone(), base: format!("http://{address}/api/v1") };
        let base = format!("http://{address}");
        let tasks = [server, following, pushing];
        let app = Self {
            address,
            clock,
            access_tokens,
            media,
            accounts,
            meetings: meeting,
            invitations,
            notifications,
            integration,
            files,
            feed,
            chat: stores.chat.clone(),
            metrics,
            http,
            base,
            tasks,
            stores,
        };
        (app, anon)
    }

    /// Tells all nodes something, as the worker does.
    pub async fn tell(&self, channel: &str, event: &Value) {
        self.stores.pub_sub.publish(channel, event.to_string().into_bytes()).await.expect("Redis answers");
    }

    /// What tells users of what happens.
    pub fn notifier(&self) -> Notify {
        Notify::new(&self.notifications)
    }

    /// Gives somebody the role of an administrator, as it is done at the server.
    pub async fn make_administrator(&self, username: &str) {
        let assign = AssignRole::new(self.accounts.users.clone(), self.accounts.clock.clone());
        assert!(assign.execute(username, UserRole::Admin).await.expect("a role"));
    }

    /// Hands every event on to the record.
    pub async fn hand_on_events(&self) {
        let outbox = Arc::new(PgOutboxReader::new(self.stores.pool.clone()));
        let record = Arc::new(RecordAuditEntry::new(self.accounts.audit_log.clone()));
        let relay = OutboxRelay::new(outbox, vec![record], self.clock.clone(), OutboxRelayOptions::default());
        relay.run(std::future::ready(())).await;
    }

    /// The token in a mailed link to somebody.
    pub async fn mailed(&self, purpose: LinkPurpose, email: &str) -> String {
        let email = Email::parse(email).expect("an address");
        let user = self.accounts.users.find_by_email(&email).await.expect("users").expect("somebody");
        let expires_at = self.accounts.clock.now() + purpose.lifetime();
        self.accounts.links.issue(purpose, &user, expires_at).expose_secret().to_owned()
    }

    /// What has been counted: method, route and status of each request.
    pub fn counted(&self) -> Vec<String> {
        self.metrics.0.lock().unwrap().clone()
    }
}

/// Nobody is in a room here.
struct NoCalls;

impl EndedSessionsListener for NoCalls {
    async fn ended(&self, _: Vec<SessionId>, _: &str) {}
}

/// Limits that no test reaches by chance.
pub fn unlimited() -> RestLimits {
    let many = RateLimit { burst: 10_000, period: Duration::from_secs(1) };
    RestLimits {
        login_per_address: many,
        login_per_account: many,
        register_per_address: many,
        refresh_per_address: many,
        password_reset_per_address: many,
        password_reset_per_account: many,
        email_verification_per_account: many,
        password_per_account: many,
        avatar_upload_per_account: many,
        media_upload_per_account: many,
        join_per_account: many,
        join_per_address: many,
        invitation_per_account: many,
        invitation_link_per_address: many,
        user_per_operation: many,
        api_key_per_operation: many,
    }
}

/// Something that the interface depends on, and that can fail.
pub struct Component {
    name: &'static str,
    works: AtomicBool,
}

impl Component {
    fn working(name: &'static str) -> Arc<Self> {
        Arc::new(Self { name, works: AtomicBool::new(true) })
    }

    /// Fails from now on.
    pub fn fail(&self) {
        self.works.store(false, Ordering::Relaxed);
    }
}

#[async_trait]
impl HealthCheck for Component {
    fn name(&self) -> &'static str {
        self.name
    }

    async fn check(&self) -> Result<(), PortError> {
        if self.works.load(Ordering::Relaxed) { Ok(()) } else { Err(PortError::unavailable("it was told to fail")) }
    }
}

#[derive(Default)]
struct Counted(Mutex<Vec<String>>);

impl HttpMetrics for Counted {
    fn started(&self) {}

    fn finished(&self, method: &'static str, route: &str, status: u16, _: Duration) {
        self.0.lock().unwrap().push(format!("{method} {route} {status}"));
    }
}

impl MetricsRenderer for Counted {
    fn render(&self) -> String {
        "# TYPE requests counter\n".to_owned()
    }
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body: as JSON when it is, else as text; null when it is empty.
    pub body: Value,
}

impl Answer {
    /// The data of a request that was done.
    pub fn data(&self) -> &Value {
        assert!(self.status < 300, "{}", self.body);
        &self.body["data"]
    }

    /// A text in the data.
    pub fn text(&self, field: &str) -> String {
        self.data()[field].as_str().unwrap_or_else(|| panic!("no {field} in {}", self.body)).to_owned()
    }

    /// The code of a request that was not done.
    pub fn error(&self) -> &str {
        self.body["error"]["type"].as_str().unwrap_or_else(|| panic!("{} was done: {}", self.status, self.body))
    }

    /// Status and body, without what differs from run to run.
    pub fn snapshot(&self) -> Value {
        json!({"status": self.status, "body": redacted(&self.body)})
    }

    /// The same, with these fields of the data taken out as well.
    pub fn snapshot_without(&self, fields: &[&str]) -> Value {
        let mut snapshot = self.snapshot();
        for field in fields {
            snapshot["body"]["data"][*field] = format!("[{field}]").into();
        }
        snapshot
    }
}

/// Somebody who sends requests.
pub trait Client: Sync {
    /// The connection.
    fn http(&self) -> &reqwest::Client;
    /// What every path is relative to.
    fn base(&self) -> &str;
    /// Shows who is asking.
    fn identify(&self, request: RequestBuilder) -> RequestBuilder {
        request
    }

    /// Begins a request.
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.identify(self.http().request(method, format!("{}{path}", self.base())))
    }

    /// Sends it, and holds the answer against the document.
    fn send(&self, request: RequestBuilder) -> impl Future<Output = Answer> + Send {
        let http = self.http().clone();
        async move {
            let request = request.build().expect("a request that can be sent");
            let (method, path) = (request.method().to_string(), request.url().path().to_owned());
            let response = http.execute(request).await.expect("an answer");
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let text = response.text().await.expect("a body that is text");
            let is_json = headers.get("content-type").is_some_and(|value| value == "application/json");
            let body = match (text.is_empty(), is_json) {
                (true, _) => Value::Null,
                (false, true) => serde_json::from_str(&text).expect("JSON"),
                (false, false) => Value::String(text),
            };
            assert!(headers.contains_key("x-request-id"), "{method} {path}: no request id");
            assert!(status < 500 || status == 503, "{method} {path}: {status} {body}");
            if is_json && body.get("openapi").is_none() && method != "HEAD" {
                assert_eq!(body["code"], status, "{method} {path}: {body}");
                assert_documented(&method, &path, status, &body);
            }
            Answer { status, headers, body }
        }
    }

    /// Reads something.
    fn get(&self, path: &str) -> impl Future<Output = Answer> + Send {
        self.send(self.request(Method::GET, path))
    }

    /// Does something.
    fn post(&self, path: &str, body: Value) -> impl Future<Output = Answer> + Send {
        self.send(self.request(Method::POST, path).json(&body))
    }

    /// Does something that needs no body.
    fn post_nothing(&self, path: &str) -> impl Future<Output = Answer> + Send {
        self.send(self.request(Method::POST, path))
    }

    /// Deletes something.
    fn delete(&self, path: &str) -> impl Future<Output = Answer> + Send {
        self.send(self.request(Method::DELETE, path))
    }

    /// Replaces something.
    fn put(&self, path: &str, body: Value) -> impl Future<Output = Answer> + Send {
        self.send(self.request(Method::PUT, path).json(&body))
    }
}

/// Asks at the root, for what is not under `/api/v1`.
impl Client for TestApp {
    fn http(&self) -> &reqwest::Client {
        &self.http
    }

    fn base(&self) -> &str {
        &self.base
    }
}

/// Somebody who has not signed in.
#[derive(Clone)]
pub struct Anonymous {
    http: reqwest::Client,
    base: String,
}

impl Client for Anonymous {
    fn http(&self) -> &reqwest::Client {
        &self.http
    }

    fn base(&self) -> &str {
        &self.base
    }
}

impl Anonymous {
    /// Opens an account.
    pub async fn register(&self, username: &str, email: &str) -> Answer {
        self.post("/register", json!({"username": username, "email": email, "password": PASSWORD})).await
    }

    /// Signs in.
    pub async fn log_in(&self, username: &str) -> User {
        let answer = self.post("/login", json!({"username": username, "password": PASSWORD})).await;
        User {
            anon: self.clone(),
            id: answer.data()["user"]["id"].as_str().unwrap().to_owned(),
            access_token: answer.text("access_token"),
            refresh_token: answer.text("refresh_token"),
        }
    }

    /// Opens an account and signs in.
    pub async fn sign_up(&self, username: &str) -> User {
        let answer = self.register(username, &format!("{username}@example.org")).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        self.log_in(username).await
    }

    /// Exchanges a refresh token.
    pub async fn refresh(&self, token: &str) -> Answer {
        self.post("/refresh-token", json!({"refresh_token": token})).await
    }
}

/// Somebody who has signed in.
pub struct User {
    anon: Anonymous,
    /// Who.
    pub id: String,
    /// Their access token.
    pub access_token: String,
    /// Their refresh token.
    pub refresh_token: String,
}

impl Client for User {
    fn http(&self) -> &reqwest::Client {
        &self.anon.http
    }

    fn base(&self) -> &str {
        &self.anon.base
    }

    fn identify(&self, request: RequestBuilder) -> RequestBuilder {
        request.bearer_auth(&self.access_token)
    }
}

impl User {
    /// Creates a meeting; returns its identifier.
    pub async fn create_meeting(&self, title: &str) -> String {
        self.post("/meetings", json!({"title": title})).await.text("id")
    }
}
