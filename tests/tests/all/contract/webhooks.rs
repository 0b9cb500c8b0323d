//! The contract of `WebhookRepository`.

use application_integration::{ApiKeyRepository, DeliveryQueue, NewDelivery, WebhookCursor, WebhookRepository};
use application_shared::PortError;
use domain_integration::{
    DisableReason, EventFilter, NewWebhook, SealedSecret, Webhook, WebhookChange, WebhookOwner, WebhookUrl,
};
use domain_shared::{ApiKeyId, EventId, PageLimit, WebhookId};
use infrastructure_postgres::{PgApiKeyRepository, PgWebhookDeliveries, PgWebhookRepository};
use open_meeting_tests::TestDatabase;
use uuid::Uuid;

use super::{api_keys::key, at, outbox, user_id};

/// Webhook `n` of a key or of the administrators, made at `seconds`, that is told of these events.
pub fn webhook(n: u128, of: Option<u128>, seconds: i64, events: &[&str]) -> Webhook {
    let new = NewWebhook {
        id: WebhookId::from_uuid(Uuid::from_u128(n)),
        owner: WebhookOwner::from(of.map(|key| ApiKeyId::from_uuid(Uuid::from_u128(key)))),
        url: WebhookUrl::parse(&format!("https://example.org/{n}?token=x")).unwrap(),
        filter: EventFilter::parse(events.iter().copied(), |_| true).unwrap(),
        secret: SealedSecret::from_bytes(vec![0, 1, 255]),
        by: None,
    };
    Webhook::register(new, at(seconds))
}

/// With the keys 1 and 2.
async fn world() -> (TestDatabase, PgWebhookRepository) {
    let database = TestDatabase::new().await;
    let keys = PgApiKeyRepository::new(database.pool());
    for n in [1, 2] {
        keys.insert(&mut key(n, 0, None)).await.unwrap();
    }
    database.execute("DELETE FROM outbox").await;
    let webhooks = PgWebhookRepository::new(database.pool());
    (database, webhooks)
}

#[tokio::test]
async fn a_webhook_is_stored_as_it_is() {
    let (database, webhooks) = world().await;
    for (n, of) in [(1, Some(1)), (2, None)] {
        let mut webhook = webhook(n, of, 0, &["meeting.ended", "meeting.created"]);
        webhooks.insert(&mut webhook).await.unwrap();
        assert_eq!(webhook.version(), 1);
        assert_eq!(webhooks.find(webhook.id()).await.unwrap(), Some(webhook));
    }
    assert_eq!(webhooks.find(Uuid::nil().into()).await.unwrap(), None);
    assert!(matches!(webhooks.insert(&mut webhook(1, None, 0, &["*"])).await, Err(PortError::Conflict)));
    assert_eq!(outbox(&database).await, ["webhook.created", "webhook.created"]);
}

#[tokio::test]
async fn a_change_is_stored_unless_somebody_was_faster() {
    let (database, webhooks) = world().await;
    let mut first = webhook(1, Some(1), 0, &["*"]);
    webhooks.insert(&mut first).await.unwrap();
    let mut second = first.clone();
    let change = WebhookChange {
        url: Some(WebhookUrl::parse("https://example.net/").unwrap()),
        filter: Some(EventFilter::parse(["meeting.ended"], |_| true).unwrap()),
        enabled: Some(false),
    };
    assert!(first.change(change, Some(user_id(1)), at(5)) && second.disable_as_gone(at(6)));
    webhooks.update(&mut first).await.unwrap();
    assert!(matches!(webhooks.update(&mut second).await, Err(PortError::Conflict)));
    let stored = webhooks.find(first.id()).await.unwrap().unwrap();
    assert_eq!((stored.disabled().unwrap().reason, &stored), (DisableReason::Manual, &first));
    let on = WebhookChange { enabled: Some(true), ..WebhookChange::default() };
    assert!(first.change(on, None, at(7)));
    webhooks.update(&mut first).await.unwrap();
    assert_eq!(webhooks.find(first.id()).await.unwrap().unwrap().disabled(), None);
    assert_eq!(outbox(&database).await, ["webhook.created", "webhook.changed", "webhook.changed"]);
}

#[tokio::test]
async fn a_webhook_is_deleted_with_what_is_told_to_it() {
    let (database, webhooks) = world().await;
    let mut first = webhook(1, Some(1), 0, &["*"]);
    webhooks.insert(&mut first).await.unwrap();
    let delivery = NewDelivery {
        event_id: EventId::from_uuid(Uuid::from_u128(1)),
        subject_id: Uuid::from_u128(2),
        kind: "meeting.ended".to_owned(),
        body: "{}".to_owned(),
    };
    assert_eq!(PgWebhookDeliveries::new(database.pool()).queue(&delivery, at(1)).await.unwrap(), 1);
    let mut stale = first.clone();
    first.change(WebhookChange { enabled: Some(false), ..WebhookChange::default() }, None, at(2));
    webhooks.update(&mut first).await.unwrap();
    stale.delete(None, at(3));
    assert!(matches!(webhooks.delete(&mut stale).await, Err(PortError::Conflict)));
    assert!(webhooks.find(first.id()).await.unwrap().is_some());
    first.delete(Some(user_id(1)), at(3));
    webhooks.delete(&mut first).await.unwrap();
    assert_eq!(webhooks.find(first.id()).await.unwrap(), None);
    assert_eq!(database.count("SELECT count(*) FROM webhook_deliveries").await, 0);
    assert!(matches!(webhooks.delete(&mut first).await, Err(PortError::Conflict)), "it is no more");
    assert_eq!(outbox(&database).await, ["webhook.created", "webhook.changed", "webhook.deleted"]);
}

#[tokio::test]
async fn webhooks_are_counted_and_listed_by_owner() {
    let (_database, webhooks) = world().await;
    for (n, of, seconds) in [(1, Some(1), 0), (2, None, 1), (3, Some(1), 2), (4, Some(2), 2), (5, Some(1), 3)] {
        webhooks.insert(&mut webhook(n, of, seconds, &["*"])).await.unwrap();
    }
    let owner = |key: Option<u128>| WebhookOwner::from(key.map(|key| Uuid::from_u128(key).into()));
    for (key, count) in [(Some(1), 3), (Some(2), 1), (None, 1), (Some(3), 0)] {
        assert_eq!(webhooks.count_of(owner(key)).await.unwrap(), count);
    }
    let numbers = |webhooks: &[Webhook]| webhooks.iter().map(|w| w.id().as_uuid().as_u128()).collect::<Vec<_>>();
    let limit = PageLimit::parse(3).unwrap();
    let first = webhooks.page(None, None, limit).await.unwrap();
    assert_eq!(numbers(&first.items), [5, 4, 3]);
    assert_eq!(first.next, Some(WebhookCursor { created_at: at(2), id: Uuid::from_u128(3).into() }));
    let rest = webhooks.page(None, first.next, limit).await.unwrap();
    assert_eq!((numbers(&rest.items), rest.next), (vec![2, 1], None));
    let of_one = webhooks.page(Some(Uuid::from_u128(1).into()), None, limit).await.unwrap();
    assert_eq!((numbers(&of_one.items), of_one.next), (vec![5, 3, 1], None));
}
