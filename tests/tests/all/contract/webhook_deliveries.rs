//! The contracts of `DeliveryQueue` and `DeliveryLog`.

use std::{collections::HashSet, sync::Arc, time::Duration};

use application_integration::{
    ApiKeyRepository, ClaimLimits, ClaimedDelivery, DeliveryCursor, DeliveryLog, DeliveryProblem, DeliveryQueue,
    DeliveryStatus, DeliveryView, NewDelivery, Redelivery, Settlement, WebhookRepository,
};
use chrono::TimeDelta;
use domain_integration::WebhookChange;
use domain_shared::{EventId, PageLimit, WebhookId};
use futures::future::join_all;
use infrastructure_postgres::{PgApiKeyRepository, PgWebhookDeliveries, PgWebhookRepository};
use open_meeting_tests::TestDatabase;
use uuid::Uuid;

use super::{api_keys::key, at, user_id, webhooks::webhook};

const LEASE: TimeDelta = TimeDelta::seconds(60);
const MANY: ClaimLimits = ClaimLimits { overall: 100, per_webhook: 100 };

struct World {
    database: TestDatabase,
    keys: PgApiKeyRepository,
    webhooks: PgWebhookRepository,
    deliveries: PgWebhookDeliveries,
}

impl World {
    /// With the keys 1 and 2; key 2 expires at 1,000.
    async fn new() -> Self {
        let database = TestDatabase::new().await;
        let keys = PgApiKeyRepository::new(database.pool());
        keys.insert(&mut key(1, 0, None)).await.unwrap();
        keys.insert(&mut key(2, 0, Some(1_000))).await.unwrap();
        let webhooks = PgWebhookRepository::new(database.pool());
        let deliveries = PgWebhookDeliveries::new(database.pool());
        Self { database, keys, webhooks, deliveries }
    }

    async fn register(&self, n: u128, of: Option<u128>, events: &[&str]) {
        self.webhooks.insert(&mut webhook(n, of, 0, events)).await.unwrap();
    }

    /// Queues event `event` of `subject` at `seconds`; tells for how many.
    async fn queue(&self, event: u128, subject: u128, seconds: i64) -> u64 {
        self.deliveries.queue(&delivery(event, subject), at(seconds)).await.unwrap()
    }

    async fn claim(&self, limits: ClaimLimits, seconds: i64) -> Vec<ClaimedDelivery> {
        let mut claimed = self.deliveries.claim(limits, LEASE, at(seconds)).await.unwrap();
        claimed.sort_by(|a, b| a.body.cmp(&b.body));
        claimed
    }

    /// The bodies of what is due at `seconds`.
    async fn due(&self, seconds: i64) -> Vec<String> {
        self.claim(MANY, seconds).await.into_iter().map(|delivery| delivery.body).collect()
    }

    async fn settle(&self, claimed: &ClaimedDelivery, settlement: Settlement) -> bool {
        self.deliveries.settle(claimed.id, claimed.attempt, settlement).await.unwrap()
    }

    async fn log(&self, n: u128) -> Vec<DeliveryView> {
        self.deliveries.page(id(n), None, None, PageLimit::parse(100).unwrap()).await.unwrap().items
    }
}

fn id(n: u128) -> WebhookId {
    WebhookId::from_uuid(Uuid::from_u128(n))
}

fn delivery(event: u128, subject: u128) -> NewDelivery {
    NewDelivery {
        event_id: EventId::from_uuid(Uuid::from_u128(event)),
        subject_id: Uuid::from_u128(subject),
        kind: "meeting.ended".to_owned(),
        body: format!("{{\"event\":{event},\"subject\":{subject},\"name\":\"王\"}}"),
    }
}

fn body(event: u128, subject: u128) -> String {
    delivery(event, subject).body
}

fn delivered(seconds: i64) -> Settlement {
    let status = DeliveryStatus::Delivered;
    Settlement { status, retry_at: None, response_status: Some(204), problem: None, at: at(seconds) }
}

fn again(seconds: i64, retry: i64) -> Settlement {
    Settlement {
        status: DeliveryStatus::Pending,
        retry_at: Some(at(retry)),
        response_status: Some(503),
        problem: Some(DeliveryProblem::Status),
        at: at(seconds),
    }
}

fn failed(seconds: i64) -> Settlement {
    let (status, problem) = (DeliveryStatus::Failed, Some(DeliveryProblem::Timeout));
    Settlement { status, retry_at: None, response_status: None, problem, at: at(seconds) }
}

#[tokio::test]
async fn an_event_is_queued_once_for_each_webhook_that_wants_it_and_may() {
    let world = World::new().await;
    world.register(1, None, &["*"]).await;
    world.register(2, Some(1), &["meeting.created", "meeting.ended"]).await;
    world.register(3, Some(1), &["meeting.created"]).await;
    world.register(4, Some(2), &["*"]).await;
    world.register(5, Some(1), &["*"]).await;
    let mut off = world.webhooks.find(id(5)).await.unwrap().unwrap();
    off.change(WebhookChange { enabled: Some(false), ..WebhookChange::default() }, None, at(1));
    world.webhooks.update(&mut off).await.unwrap();

    assert_eq!(world.queue(1, 1, 10).await, 3);
    assert_eq!(world.queue(1, 1, 11).await, 0, "once, however often the event comes");
    for (n, count) in [(1, 1), (2, 1), (3, 0), (4, 1), (5, 0)] {
        assert_eq!(world.log(n).await.len(), count, "{n}");
    }
    assert_eq!(world.queue(2, 1, 1_000).await, 2, "key 2 has expired");
    let mut key = world.keys.find(Uuid::from_u128(1).into()).await.unwrap().unwrap();
    key.revoke(user_id(1), at(1_001));
    world.keys.update(&mut key).await.unwrap();
    assert_eq!(world.queue(3, 1, 1_002).await, 1, "key 1 was revoked");
}

#[tokio::test]
async fn what_is_claimed_is_told_in_full_and_not_given_out_again_until_the_lease_ends() {
    let world = World::new().await;
    world.register(1, Some(1), &["*"]).await;
    world.queue(1, 1, 10).await;
    let [claimed] = &world.claim(MANY, 10).await[..] else { panic!("one") };
    let stored = world.webhooks.find(id(1)).await.unwrap().unwrap().to_snapshot();
    assert_eq!((claimed.webhook_id, &claimed.url, &claimed.secret), (id(1), &stored.url, &stored.secret));
    assert_eq!((claimed.body.as_str(), claimed.queued_at), (body(1, 1).as_str(), at(10)));
    assert_eq!((claimed.attempt, claimed.attempt_since_queued, claimed.active), (1, 1, true));
    assert_eq!(world.due(69).await, [""; 0]);
    let [late] = &world.claim(MANY, 70).await[..] else { panic!("one") };
    assert_eq!((late.id, late.attempt), (claimed.id, 2));
    assert!(!world.settle(claimed, delivered(71)).await, "it is the other one's now");
    assert!(world.settle(late, delivered(71)).await);
    assert!(!world.settle(late, failed(72)).await, "what is done stays done");
    let [view] = &world.log(1).await[..] else { panic!("one") };
    assert_eq!((view.status, view.attempts, view.response_status), (DeliveryStatus::Delivered, 2, Some(204)));
    assert_eq!((view.last_attempt_at, view.next_attempt_at, view.finished_at), (Some(at(70)), None, Some(at(71))));
    assert_eq!((view.id, view.event_id, view.created_at), (claimed.id, Uuid::from_u128(1).into(), at(10)));
}

#[tokio::test]
async fn what_is_told_of_a_subject_goes_one_after_the_other() {
    let world = World::new().await;
    world.register(1, None, &["*"]).await;
    for (event, subject) in [(1, 1), (2, 1), (3, 2), (4, 1)] {
        world.queue(event, subject, 0).await;
    }
    let first = world.claim(MANY, 0).await;
    assert_eq!(first.iter().map(|d| d.body.clone()).collect::<Vec<_>>(), [body(1, 1), body(3, 2)]);
    assert!(world.settle(&first[0], again(1, 10)).await);
    assert!(world.settle(&first[1], delivered(1)).await);
    assert_eq!(world.due(9).await, [""; 0], "a later one may not overtake it");
    world.queue(5, 1, 9).await;
    assert_eq!(world.due(9).await, [""; 0], "nor may one that comes only now");
    let waiting = "SELECT count(*) FROM webhook_deliveries w WHERE status = 'pending' \
                   AND due_at = (SELECT max(due_at) FROM webhook_deliveries)";
    assert_eq!(world.database.count(waiting).await, 4, "none of them is looked at before");

    let second = world.claim(MANY, 10).await;
    assert_eq!((second.len(), second[0].attempt), (1, 2));
    assert!(world.settle(&second[0], failed(11)).await);
    for event in [2, 4, 5] {
        let [next] = &world.claim(MANY, 11).await[..] else { panic!("one after the other") };
        assert_eq!(next.body, body(event, 1), "the room goes on");
        assert!(world.settle(next, delivered(11)).await);
    }
}

#[tokio::test]
async fn each_webhook_waits_for_itself_alone() {
    let world = World::new().await;
    world.register(1, None, &["*"]).await;
    world.register(2, None, &["*"]).await;
    world.queue(1, 1, 0).await;
    world.queue(2, 1, 0).await;
    let first = world.claim(MANY, 0).await;
    assert_eq!(first.len(), 2);
    let (bad, good) = if first[0].webhook_id == id(1) { (&first[0], &first[1]) } else { (&first[1], &first[0]) };
    world.settle(bad, again(1, 1_000)).await;
    world.settle(good, delivered(1)).await;
    let [next] = &world.claim(MANY, 2).await[..] else { panic!("one") };
    assert_eq!((next.webhook_id, next.body.clone()), (id(2), body(2, 1)));
}

#[tokio::test]
async fn no_webhook_has_more_on_their_way_than_it_may_and_those_due_for_longest_come_first() {
    let world = World::new().await;
    world.register(1, None, &["*"]).await;
    for event in 1..=10 {
        world.queue(event, event, i64::try_from(event).unwrap()).await;
    }
    world.register(2, None, &["*"]).await;
    world.queue(11, 11, 11).await;
    let limits = ClaimLimits { overall: 100, per_webhook: 3 };
    let claimed = world.claim(limits, 20).await;
    let of = |n: u128, claimed: &[ClaimedDelivery]| claimed.iter().filter(|d| d.webhook_id == id(n)).count();
    assert_eq!((of(1, &claimed), of(2, &claimed)), (3, 1));
    assert_eq!(world.claim(limits, 20).await.len(), 0, "three are on their way");
    let oldest: HashSet<String> = claimed.iter().map(|d| d.body.clone()).collect();
    assert!((1..=3).all(|event| oldest.contains(&body(event, event))), "{oldest:?}");
    world.settle(claimed.iter().find(|d| d.webhook_id == id(1)).unwrap(), delivered(21)).await;
    assert_eq!(world.claim(limits, 21).await.len(), 1);
    assert_eq!(world.claim(limits, 90).await.len(), 4, "leases that have ended count no more");
    assert_eq!(world.claim(ClaimLimits { overall: 2, per_webhook: 100 }, 90).await.len(), 2);
}

#[tokio::test]
async fn whoever_is_disabled_or_has_a_bad_key_is_marked_so() {
    let world = World::new().await;
    world.register(1, Some(1), &["*"]).await;
    world.register(2, Some(2), &["*"]).await;
    world.register(3, None, &["*"]).await;
    world.queue(1, 1, 0).await;
    let mut gone = world.webhooks.find(id(3)).await.unwrap().unwrap();
    gone.disable_as_gone(at(1));
    world.webhooks.update(&mut gone).await.unwrap();
    let mut key = world.keys.find(Uuid::from_u128(1).into()).await.unwrap().unwrap();
    key.revoke(user_id(1), at(1));
    world.keys.update(&mut key).await.unwrap();
    let claimed = world.claim(MANY, 500).await;
    let active: Vec<_> = claimed.iter().filter(|d| d.active).map(|d| d.webhook_id).collect();
    assert_eq!((claimed.len(), active), (3, vec![id(2)]));
    assert!(world.claim(MANY, 1_000).await.iter().all(|d| !d.active), "key 2 has expired");
}

#[tokio::test]
async fn one_webhook_can_be_told_alone() {
    let world = World::new().await;
    world.register(1, None, &["meeting.created"]).await;
    let view = world.deliveries.queue_for(id(1), &delivery(1, 1), at(5)).await.unwrap().unwrap();
    assert_eq!((view.status, view.attempts, view.next_attempt_at), (DeliveryStatus::Pending, 0, Some(at(5))));
    assert_eq!(world.log(1).await, [view]);
    assert_eq!(world.deliveries.queue_for(id(9), &delivery(2, 2), at(5)).await.unwrap(), None);
}

#[tokio::test]
async fn what_is_done_with_can_be_queued_again_behind_the_rest() {
    let world = World::new().await;
    world.register(1, None, &["*"]).await;
    world.register(2, None, &["meeting.created"]).await;
    world.queue(1, 1, 0).await;
    let first = world.claim(MANY, 0).await.remove(0);
    let redeliver =
        async |webhook, seconds| world.deliveries.redeliver(id(webhook), first.id, at(seconds)).await.unwrap();
    assert_eq!(redeliver(1, 1).await, Redelivery::Pending);
    world.settle(&first, failed(2)).await;
    world.queue(2, 1, 3).await;
    assert_eq!(redeliver(2, 4).await, Redelivery::NotFound, "it is another webhook's");
    let Redelivery::Queued(view) = redeliver(1, 4).await else { panic!("queued") };
    assert_eq!((view.id, view.status, view.attempts, view.created_at), (first.id, DeliveryStatus::Pending, 1, at(0)));
    assert_eq!((view.finished_at, view.next_attempt_at), (None, Some(at(4))));
    let [second] = &world.claim(MANY, 5).await[..] else { panic!("one") };
    assert_eq!(second.body, body(2, 1));
    world.settle(second, delivered(5)).await;
    let [repeated] = &world.claim(MANY, 5).await[..] else { panic!("one") };
    assert_eq!((repeated.id, repeated.queued_at), (first.id, at(4)));
    assert_eq!((repeated.attempt, repeated.attempt_since_queued), (2, 1));
    assert!(!world.settle(&first, delivered(6)).await, "an attempt from before changes nothing");
    assert!(world.settle(repeated, delivered(6)).await);
    assert!(matches!(redeliver(1, 7).await, Redelivery::Queued(_)), "also what was taken");
    let nothing = world.deliveries.redeliver(id(1), Uuid::nil().into(), at(7)).await.unwrap();
    assert_eq!(nothing, Redelivery::NotFound);
}

#[tokio::test]
async fn the_log_is_paged_filtered_and_pruned() {
    let world = World::new().await;
    world.register(1, None, &["*"]).await;
    world.register(2, None, &["meeting.created"]).await;
    for event in 1..=5 {
        world.queue(event, event, i64::try_from(event).unwrap()).await;
    }
    for (claimed, settlement) in world.claim(MANY, 10).await.iter().zip([delivered(20), failed(30), again(10, 999)]) {
        world.settle(claimed, settlement).await;
    }
    let page = async |status, after, limit| {
        world.deliveries.page(id(1), status, after, PageLimit::parse(limit).unwrap()).await.unwrap()
    };
    let events = |views: &[DeliveryView]| views.iter().map(|v| v.event_id.as_uuid().as_u128()).collect::<Vec<_>>();
    let first = page(None, None, 3).await;
    assert_eq!(events(&first.items), [5, 4, 3]);
    let last = first.items.last().unwrap();
    assert_eq!(first.next, Some(DeliveryCursor { created_at: at(3), id: last.id }));
    let rest = page(None, first.next, 3).await;
    assert_eq!((events(&rest.items), rest.next), (vec![2, 1], None));
    for (status, expected) in [
        (DeliveryStatus::Delivered, vec![1]),
        (DeliveryStatus::Failed, vec![2]),
        (DeliveryStatus::Pending, vec![5, 4, 3]),
    ] {
        assert_eq!(events(&page(Some(status), None, 10).await.items), expected, "{status:?}");
    }
    assert_eq!(page(Some(DeliveryStatus::Failed), None, 1).await.items[0].problem, Some(DeliveryProblem::Timeout));
    assert_eq!(world.log(2).await, []);

    assert_eq!(world.deliveries.prune(at(21)).await.unwrap(), 1);
    assert_eq!(world.deliveries.prune(at(9_999)).await.unwrap(), 1, "what is pending stays");
    assert_eq!(events(&page(None, None, 10).await.items), [5, 4, 3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_two_get_the_same_delivery() {
    let world = World::new().await;
    world.register(1, None, &["*"]).await;
    world
        .database
        .execute(
            "INSERT INTO webhook_deliveries (webhook_id, event_id, subject_id, kind, body, created_at, queued_at, due_at)
             SELECT id, gen_random_uuid(), gen_random_uuid(), 'x', '{}', '2020-01-01', '2020-01-01', '2020-01-01'
             FROM webhooks, generate_series(1, 500)",
        )
        .await;
    let queues: Vec<_> = (0..4).map(|_| Arc::new(PgWebhookDeliveries::new(world.database.pool()))).collect();
    let limits = ClaimLimits { overall: 7, per_webhook: 1_000 };
    let claimed = join_all(queues.into_iter().map(|queue| {
        tokio::spawn(async move {
            let mut mine = Vec::new();
            // Somebody else may be at all that was looked at: only several looks in a row that find nothing tell.
            let mut nothing = 0;
            while nothing < 20 {
                let claimed = queue.claim(limits, LEASE, at(0)).await.unwrap();
                nothing = if claimed.is_empty() { nothing + 1 } else { 0 };
                mine.extend(claimed.into_iter().map(|delivery| delivery.id));
            }
            mine
        })
    }))
    .await;
    let claimed: Vec<_> = claimed.into_iter().flat_map(Result::unwrap).collect();
    assert_eq!(claimed.iter().collect::<HashSet<_>>().len(), claimed.len());
    assert_eq!(claimed.len(), 500);
}

#[tokio::test]
async fn a_dispatcher_is_woken_by_what_its_own_node_queues() {
    let world = World::new().await;
    world.register(1, None, &["*"]).await;
    let queue = PgWebhookDeliveries::with_poll_interval(world.database.pool(), Duration::from_secs(3_600));
    let waiting = tokio::spawn({
        let queue = queue.clone();
        async move { queue.wait().await }
    });
    assert_eq!(queue.queue(&delivery(1, 1), at(0)).await.unwrap(), 1);
    waiting.await.unwrap();
    queue.queue_for(id(1), &delivery(2, 2), at(0)).await.unwrap();
    queue.wait().await;
}
