//! From the outbox over the queue on PostgreSQL to receivers on real sockets, with any number of dispatchers.

use std::{collections::HashMap, sync::Arc, time::Duration};

use application_integration::{
    DispatchOptions, DispatchWebhooks, IntegrationPorts, NewDelivery, QueueWebhookDeliveries, Redeliver, WebhookManager,
};
use application_shared::{OutboxRelay, OutboxRelayOptions};
use chrono::{DateTime, TimeDelta, Utc};
use domain_integration::{DisableReason, EventFilter, NewWebhook, Webhook, WebhookOwner, WebhookUrl};
use domain_shared::{Clock, EventId, FixedClock, UserId, WebhookId};
use domain_user::{Email, Language, PasswordHash, RegisterAccount, User, UserRole, Username};
use infrastructure_postgres::{
    PgAdministrators, PgApiKeyRepository, PgOutboxReader, PgUserRepository, PgWebhookDeliveries, PgWebhookRepository,
};
use infrastructure_security::{OpaqueApiKeys, SealedWebhookSecrets};
use infrastructure_system::UuidV7Generator;
use infrastructure_webhook::{CheckedTargets, HttpWebhookSender, SystemResolver, TargetOptions};
use open_meeting_tests::{Receives, TestDatabase, TestReceiver, wait_until};
use secrecy::SecretString;
use tokio::{sync::oneshot, task::JoinHandle};
use uuid::Uuid;

use super::sending::is_signed;

const NEVER: Duration = Duration::from_secs(3_600);
/// More than a receiver needs that answers, and little enough to wait for those that do not.
const TIME: Duration = Duration::from_secs(3);

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

/// A database, and the ports of one node on it.
struct World {
    database: TestDatabase,
    clock: Arc<FixedClock>,
    ports: IntegrationPorts,
}

/// A dispatcher at work.
struct Working {
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

impl Working {
    async fn stop(self) {
        self.stop.send(()).unwrap();
        self.running.await.unwrap();
    }
}

impl World {
    async fn new() -> Self {
        let database = TestDatabase::new().await;
        let clock = Arc::new(FixedClock::at(start()));
        let ports = ports(&database, &clock);
        Self { database, clock, ports }
    }

    /// Registers a webhook of the administrators for everything; returns what signs, too.
    async fn register(&self, receiver: &TestReceiver) -> (WebhookId, SecretString) {
        let (id, secret) = (WebhookId::from_uuid(self.ports.ids.next()), self.ports.webhook_secrets.generate());
        let new = NewWebhook {
            id,
            owner: WebhookOwner::Administrators,
            url: WebhookUrl::parse(&receiver.url("hook")).unwrap(),
            filter: EventFilter::parse(["*"], |_| true).unwrap(),
            secret: self.ports.webhook_secrets.seal(id, &secret).unwrap(),
            by: None,
        };
        self.ports.webhooks.insert(&mut Webhook::register(new, self.clock.now())).await.unwrap();
        (id, secret)
    }

    /// Something has happened in a room.
    async fn queue(&self, what: &str, room: u128) {
        let delivery = NewDelivery {
            event_id: EventId::from_uuid(self.ports.ids.next()),
            subject_id: Uuid::from_u128(room),
            kind: "meeting.ended".to_owned(),
            body: format!("{what} of room {room}"),
        };
        self.ports.delivery_queue.queue(&delivery, self.clock.now()).await.unwrap();
    }

    /// A dispatcher of a node of its own.
    fn work(&self, options: DispatchOptions) -> Working {
        let ports = ports(&self.database, &self.clock);
        let lenient = TargetOptions { allow_http: true, allow_private_targets: true };
        let targets = CheckedTargets::new(lenient, Arc::new(SystemResolver));
        let sender = HttpWebhookSender::trusting(targets, TIME, []).unwrap();
        let dispatcher = DispatchWebhooks::new(&ports, Arc::new(sender), options);
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(async move {
            dispatcher
                .run(async {
                    stopped.await.ok();
                })
                .await;
        });
        Working { stop, running }
    }

    async fn count(&self, condition: &str) -> i64 {
        self.database.count(&format!("SELECT count(*) FROM webhook_deliveries WHERE {condition}")).await
    }

    async fn until(&self, what: &str, condition: &str, count: i64) {
        wait_until(what, async || self.count(condition).await == count).await;
    }
}

fn ports(database: &TestDatabase, clock: &Arc<FixedClock>) -> IntegrationPorts {
    let pool = database.pool();
    let keys = Arc::new(PgApiKeyRepository::new(pool.clone()));
    let deliveries = Arc::new(PgWebhookDeliveries::with_poll_interval(pool.clone(), Duration::from_millis(10)));
    let secret = SecretString::from("a secret of more than 32 bytes, for tests");
    let targets = CheckedTargets::new(TargetOptions::default(), Arc::new(SystemResolver));
    IntegrationPorts {
        administrators: Arc::new(PgAdministrators::new(pool.clone())),
        api_keys: keys.clone(),
        api_key_reader: keys,
        api_key_secrets: Arc::new(OpaqueApiKeys),
        webhooks: Arc::new(PgWebhookRepository::new(pool)),
        webhook_secrets: Arc::new(SealedWebhookSecrets::new(&secret, &[])),
        webhook_targets: Arc::new(targets),
        delivery_queue: deliveries.clone(),
        delivery_log: deliveries,
        clock: clock.clone(),
        ids: Arc::new(UuidV7Generator::new(clock.clone())),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_happens_to_a_meeting_reaches_a_receiver_in_order() {
    let world = World::new().await;
    let receiver = TestReceiver::start().await;
    let (_, secret) = world.register(&receiver).await;
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    for (meeting, name) in [
        (one, "meeting.created"),
        (two, "meeting.created"),
        (one, "meeting.started"),
        (one, "meeting.participant-joined"),
        (two, "user.registered"),
        (one, "meeting.ended"),
    ] {
        let payload = format!(r#"{{"event": "{name}", "meeting_id": "{meeting}", "passcode": "hidden"}}"#);
        let insert = "INSERT INTO outbox (name, aggregate_id, payload, occurred_at)";
        world.database.execute(&format!("{insert} VALUES ('{name}', '{meeting}', '{payload}', now())")).await;
    }
    let outbox = Arc::new(PgOutboxReader::with_poll_interval(world.database.pool(), NEVER));
    let handler = Arc::new(QueueWebhookDeliveries::new(&world.ports));
    let relay = OutboxRelay::new(outbox, vec![handler], world.clock.clone(), OutboxRelayOptions::default());
    relay.run(std::future::ready(())).await;
    let working = world.work(DispatchOptions::default());
    receiver.arrived(5).await;
    world.until("everything is delivered", "status = 'delivered'", 5).await;
    working.stop().await;
    let mut of_one = Vec::new();
    for webhook in receiver.received() {
        assert!(is_signed(&webhook, &secret));
        let body: serde_json::Value = serde_json::from_str(&webhook.body).unwrap();
        assert!(!webhook.body.contains("hidden"));
        if body["data"]["meeting_id"] == one.to_string() {
            of_one.push(body["type"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(of_one, ["meeting.created", "meeting.started", "meeting.participant_joined", "meeting.ended"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_later_event_of_a_room_waits_for_the_earlier_one() {
    let world = World::new().await;
    let receiver = TestReceiver::start().await;
    world.register(&receiver).await;
    receiver.when("first of room 1", Receives::Answer(503));
    for (what, room) in [("first", 1), ("second", 1), ("third", 1), ("first", 2), ("second", 2)] {
        world.queue(what, room).await;
    }
    let working = world.work(DispatchOptions::default());
    world.until("the other room is done", "status = 'delivered'", 2).await;
    world.until("the first one has failed", "status = 'pending' AND attempts = 1 AND leased_until IS NULL", 1).await;
    for attempts in 2..5 {
        world.clock.advance(TimeDelta::minutes(2));
        let tried = format!("status = 'pending' AND attempts = {attempts} AND leased_until IS NULL");
        world.until("it was tried again", &tried, 1).await;
    }
    receiver.when("first of room 1", Receives::Answer(200));
    world.clock.advance(TimeDelta::minutes(5));
    world.until("everything is delivered", "status = 'delivered'", 5).await;
    working.stop().await;
    let of_one: Vec<String> = receiver.bodies().into_iter().filter(|body| body.ends_with("room 1")).collect();
    let first = "first of room 1";
    assert_eq!(of_one, [first, first, first, first, first, "second of room 1", "third of room 1"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn bad_receivers_hold_up_no_other() {
    let world = World::new().await;
    let bad = [
        TestReceiver::that(Receives::SendAndHang("")).await,
        TestReceiver::that(Receives::SendForEver("HTTP/1.1 500 No\r\n\r\n", "endless")).await,
        TestReceiver::that(Receives::HangUp).await,
        TestReceiver::that(Receives::Send("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\n\r\n")).await,
    ];
    for receiver in &bad {
        world.register(receiver).await;
    }
    let good = TestReceiver::start().await;
    let (id, _) = world.register(&good).await;
    for room in 0..50 {
        world.queue("something", room).await;
        world.queue("more", room).await;
    }
    let working = world.work(DispatchOptions::default());
    world.until("the good one has got everything", &format!("webhook_id = '{id}' AND status = 'delivered'"), 100).await;
    assert_eq!(good.received().len(), 100);
    assert_eq!(world.count(&format!("webhook_id <> '{id}' AND status <> 'pending'")).await, 0);
    working.stop().await;
    assert_eq!(world.count("leased_until IS NOT NULL").await, 0, "what had begun was finished");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_cannot_be_delivered_is_given_up_after_a_day_and_can_be_sent_again() {
    let world = World::new().await;
    let receiver = TestReceiver::start().await;
    let (webhook, _) = world.register(&receiver).await;
    receiver.when("first of", Receives::HangUp);
    world.queue("first", 1).await;
    world.queue("second", 1).await;
    let working = world.work(DispatchOptions::default());
    world.until("it has failed once", "attempts = 1 AND leased_until IS NULL AND problem = 'protocol'", 1).await;
    world.clock.advance(TimeDelta::hours(24));
    world.until("the first one is given up", "status = 'failed' AND attempts = 2 AND finished_at IS NOT NULL", 1).await;
    world.until("the second one is delivered", "status = 'delivered'", 1).await;

    receiver.when("first of", Receives::Answer(200));
    let root = administrator(&world).await;
    let failed = world.database.query("SELECT id::text FROM webhook_deliveries WHERE status = 'failed'").await;
    let delivery: String = failed[0].get(0);
    let redeliver = Redeliver::new(&world.ports);
    let manager = WebhookManager::User(root);
    redeliver.execute(manager, webhook, delivery.parse().unwrap()).await.unwrap();
    world.until("it is delivered", "status = 'delivered'", 2).await;
    working.stop().await;
    let ids: Vec<String> = receiver.received().iter().map(|webhook| webhook.id().to_owned()).collect();
    assert_eq!(ids.iter().filter(|id| **id == delivery).count(), 3, "the same message each time");
    assert_eq!(receiver.bodies().last().unwrap(), "first of room 1");
    assert_eq!(world.count("attempts = 3 AND attempts_before = 2").await, 1);
}

/// Opens an account that administers.
async fn administrator(world: &World) -> UserId {
    use application_user::UserRepository;
    let users = PgUserRepository::new(world.database.pool());
    let account = RegisterAccount {
        id: UserId::from_uuid(Uuid::from_u128(0xad)),
        username: Username::parse("root").unwrap(),
        email: Email::parse("root@example.org").unwrap(),
        password_hash: PasswordHash::parse("$argon2id$v=19$m=1,t=1,p=1$c2FsdA$aGFzaA").unwrap(),
        nickname: None,
        language: Language::English,
    };
    let mut user = User::register(account, world.clock.now());
    users.insert(&mut user).await.unwrap();
    let assign = application_user::AssignRole::new(Arc::new(users), world.clock.clone());
    assign.execute("root", UserRole::Admin).await.unwrap();
    user.id()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_receiver_that_is_gone_is_told_nothing_more() {
    let world = World::new().await;
    let receiver = TestReceiver::that(Receives::Answer(410)).await;
    let (id, _) = world.register(&receiver).await;
    world.queue("first", 1).await;
    world.queue("second", 1).await;
    let working = world.work(DispatchOptions::default());
    world.until("both are given up", "status = 'failed'", 2).await;
    wait_until("the webhook is disabled", async || {
        let webhook = world.ports.webhooks.find(id).await.unwrap().unwrap();
        webhook.disabled().is_some_and(|disabled| disabled.reason == DisableReason::Gone)
    })
    .await;
    world.queue("third", 1).await;
    working.stop().await;
    assert_eq!(world.count("true").await, 2, "nothing more is queued");
    assert!(receiver.bodies().len() <= 2 && receiver.bodies()[0] == "first of room 1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_dispatchers_send_each_delivery_once_and_in_order() {
    const ROOMS: u128 = 20;
    const EVENTS: u128 = 10;
    let world = World::new().await;
    let receivers = [TestReceiver::start().await, TestReceiver::start().await];
    for receiver in &receivers {
        world.register(receiver).await;
    }
    for event in 0..EVENTS {
        for room in 0..ROOMS {
            world.queue(&format!("{event:03}"), room).await;
        }
    }
    let working: Vec<_> = (0..4).map(|_| world.work(DispatchOptions::default())).collect();
    let all = i64::try_from(2 * ROOMS * EVENTS).unwrap();
    world.until("everything is delivered", "status = 'delivered'", all).await;
    for working in working {
        working.stop().await;
    }
    for receiver in &receivers {
        assert_eq!(receiver.most_at_once(), 1);
        let mut rooms: HashMap<String, Vec<String>> = HashMap::new();
        for body in receiver.bodies() {
            let (event, room) = body.split_once(" of ").unwrap();
            rooms.entry(room.to_owned()).or_default().push(event.to_owned());
        }
        let expected: Vec<String> = (0..EVENTS).map(|event| format!("{event:03}")).collect();
        assert_eq!(rooms.len() as u128, ROOMS);
        assert!(rooms.values().all(|events| *events == expected), "{rooms:?}");
    }
    assert_eq!(world.count("attempts <> 1").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_a_node_had_begun_when_it_died_is_sent_by_another_one() {
    let world = World::new().await;
    let receiver = TestReceiver::that(Receives::SendAndHang("")).await;
    world.register(&receiver).await;
    world.queue("first", 1).await;
    let dead = world.work(DispatchOptions::default());
    receiver.arrived(1).await;
    dead.running.abort();
    assert!(dead.running.await.unwrap_err().is_cancelled());
    receiver.usually(Receives::Answer(200));
    let alive = world.work(DispatchOptions::default());
    world.clock.advance(TimeDelta::seconds(60));
    world.until("it is delivered", "status = 'delivered' AND attempts = 2", 1).await;
    alive.stop().await;
    let ids: Vec<_> = receiver.received().iter().map(|webhook| webhook.id().to_owned()).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1], "its receiver can tell");
}
