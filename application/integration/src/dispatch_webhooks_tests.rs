//! What the dispatcher makes of receivers, good and bad, on a queue in memory.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use domain_integration::DisableReason;
use tokio::{
    sync::{Notify, oneshot},
    task::JoinHandle,
};

use super::*;
use crate::test_support::{KEY, OTHER_KEY, World};

/// What a receiver does with a body.
#[derive(Debug, Clone, Copy)]
enum Does {
    Answer(u16),
    Fail(DeliveryProblem),
    Hang,
    Panic,
}

/// Answers as it is told to, 204 otherwise, and remembers what it was sent.
#[derive(Default)]
struct Scripted {
    does: Mutex<HashMap<String, Does>>,
    seen: Mutex<Vec<String>>,
    arrived: Notify,
}

impl Scripted {
    fn when(&self, body: &str, does: Does) {
        self.does.lock().unwrap().insert(body.to_owned(), does);
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

#[async_trait]
impl WebhookSender for Scripted {
    async fn send(&self, webhook: OutgoingWebhook<'_>) -> Result<u16, DeliveryProblem> {
        self.seen.lock().unwrap().push(webhook.body.to_owned());
        self.arrived.notify_one();
        let does = self.does.lock().unwrap().get(webhook.body).copied();
        match does {
            None => Ok(204),
            Some(Does::Answer(status)) => Ok(status),
            Some(Does::Fail(problem)) => Err(problem),
            Some(Does::Hang) => std::future::pending().await,
            Some(Does::Panic) => panic!("told to"),
        }
    }
}

/// A dispatcher at work.
struct Working {
    sender: Arc<Scripted>,
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

fn options() -> DispatchOptions {
    DispatchOptions { pause: Duration::from_millis(1), ..DispatchOptions::default() }
}

fn work(world: &World, sender: Arc<Scripted>, options: DispatchOptions) -> Working {
    let dispatcher = DispatchWebhooks::new(&world.ports, sender.clone(), options);
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(async move {
        dispatcher
            .run(async {
                stopped.await.ok();
            })
            .await;
    });
    Working { sender, stop, running }
}

impl Working {
    async fn stop(self) {
        self.stop.send(()).unwrap();
        self.running.await.unwrap();
    }
}

/// Sends everything that is due: it is told to stop before it starts, and goes on while there is anything.
async fn drain(world: &World, sender: &Arc<Scripted>) {
    let dispatcher = DispatchWebhooks::new(&world.ports, sender.clone(), options());
    loop {
        let before = world.deliveries.all().iter().map(|kept| kept.attempts).sum::<u32>();
        dispatcher.run(std::future::ready(())).await;
        if world.deliveries.all().iter().map(|kept| kept.attempts).sum::<u32>() == before {
            return;
        }
    }
}

fn statuses(world: &World) -> Vec<DeliveryStatus> {
    world.deliveries.all().iter().map(|kept| kept.status).collect()
}

/// Until a look shows that the condition holds.
async fn until(world: &World, condition: impl Fn() -> bool) {
    let mut looks = world.deliveries.looks.subscribe();
    looks.wait_for(|_| condition()).await.unwrap();
}

#[tokio::test]
async fn what_happens_to_a_room_arrives_in_order_and_once() {
    let world = World::new();
    world.register_for(KEY).await;
    for (event, room) in [(1, 1), (2, 1), (3, 2), (4, 1)] {
        world.queue(event, room).await;
    }
    let sender = Arc::new(Scripted::default());
    drain(&world, &sender).await;
    let of = |room: &str| sender.seen().into_iter().filter(|body| body.ends_with(room)).collect::<Vec<_>>();
    assert_eq!(of("of 1"), ["event 1 of 1", "event 2 of 1", "event 4 of 1"]);
    assert_eq!(of("of 2"), ["event 3 of 2"]);
    assert!(statuses(&world).iter().all(|status| *status == DeliveryStatus::Delivered));
}

#[tokio::test]
async fn a_failure_holds_back_its_room_and_nothing_else_and_is_given_up_after_a_day() {
    let world = World::new();
    world.register_for(KEY).await;
    for (event, room) in [(1, 1), (2, 1), (3, 2)] {
        world.queue(event, room).await;
    }
    let sender = Arc::new(Scripted::default());
    sender.when("event 1 of 1", Does::Answer(500));
    drain(&world, &sender).await;
    let first = world.deliveries.all()[0].clone();
    assert_eq!((first.status, first.attempts), (DeliveryStatus::Pending, 1));
    let last = first.last.unwrap();
    assert_eq!((last.response_status, last.problem), (Some(500), Some(DeliveryProblem::Status)));
    let wait = first.due_at - world.clock.now();
    assert!((4..=6).contains(&wait.num_seconds()), "{wait}");
    assert_eq!(sender.seen(), ["event 1 of 1", "event 3 of 2"]);

    let begin = world.clock.now();
    while world.deliveries.all()[0].status == DeliveryStatus::Pending {
        let due = world.deliveries.all()[0].due_at;
        world.clock.advance(due - world.clock.now());
        drain(&world, &sender).await;
    }
    let first = world.deliveries.all()[0].clone();
    assert_eq!((first.status, first.last.unwrap().problem), (DeliveryStatus::Failed, Some(DeliveryProblem::Status)));
    assert!(world.clock.now() - begin <= TimeDelta::hours(24) && first.attempts > 25, "{}", first.attempts);
    assert_eq!(sender.seen().last().unwrap(), "event 2 of 1", "the room goes on");
    assert_eq!(statuses(&world)[1], DeliveryStatus::Delivered);
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_left_alone() {
    let world = World::new();
    let (gone, other) = (world.register_for(KEY).await, world.register_for(OTHER_KEY).await);
    world.queue(1, 1).await;
    world.queue(2, 1).await;
    let sender = Arc::new(Scripted::default());
    sender.when("event 1 of 1", Does::Answer(410));
    world.webhooks.conflict_once();
    drain(&world, &sender).await;
    // Both receivers got the same body, so both are gone.
    for webhook in [gone, other] {
        assert_eq!(world.webhooks.only(webhook).disabled.unwrap().reason, DisableReason::Gone);
    }
    let problems: Vec<_> = world.deliveries.all().iter().map(|kept| kept.last.unwrap().problem.unwrap()).collect();
    assert_eq!(problems.iter().filter(|problem| **problem == DeliveryProblem::Disabled).count(), 2, "{problems:?}");
    assert!(statuses(&world).iter().all(|status| *status == DeliveryStatus::Failed));
    assert_eq!(sender.seen(), ["event 1 of 1", "event 1 of 1"], "nothing is sent to whom is disabled");
}

#[tokio::test]
async fn every_way_to_fail_is_written_down_and_tried_again() {
    for problem in [DeliveryProblem::Timeout, DeliveryProblem::Tls, DeliveryProblem::TargetRefused] {
        let world = World::new();
        world.register_for(KEY).await;
        world.queue(1, 1).await;
        let sender = Arc::new(Scripted::default());
        sender.when("event 1 of 1", Does::Fail(problem));
        drain(&world, &sender).await;
        let kept = world.deliveries.all()[0].clone();
        let last = kept.last.unwrap();
        assert_eq!((kept.status, last.problem, last.response_status), (DeliveryStatus::Pending, Some(problem), None));
    }
}

#[tokio::test]
async fn a_secret_that_cannot_be_read_sends_nothing() {
    let world = World::new();
    let (first, second) = (world.register_for(KEY).await, world.register_for(OTHER_KEY).await);
    // The one's secret under the other's name.
    let stolen = world.webhooks.only(first).secret;
    let mut webhook = world.ports.webhooks.find(second).await.unwrap().unwrap().to_snapshot();
    webhook.secret = stolen;
    let mut webhook = domain_integration::Webhook::from_snapshot(webhook);
    world.ports.webhooks.update(&mut webhook).await.unwrap();
    world.queue(1, 1).await;
    let sender = Arc::new(Scripted::default());
    drain(&world, &sender).await;
    let problem_of = |id| {
        let all = world.deliveries.all();
        all.iter().find(|kept| kept.webhook == id).unwrap().last.unwrap().problem
    };
    assert_eq!((problem_of(first), problem_of(second)), (None, Some(DeliveryProblem::SecretUnreadable)));
    assert_eq!(sender.seen().len(), 1);
}

#[tokio::test]
async fn a_receiver_that_hangs_holds_up_no_other() {
    let world = World::new();
    world.register_for(KEY).await;
    let sender = Arc::new(Scripted::default());
    for room in 1..=6 {
        sender.when(&format!("event {room} of {room}"), Does::Hang);
        world.queue(room, room).await;
    }
    let working = work(&world, sender, options());
    until(&world, || world.deliveries.all().iter().filter(|kept| kept.attempts == 1).count() == 4).await;
    // Another webhook, for which there is room.
    world.register_for(OTHER_KEY).await;
    world.queue(7, 7).await;
    until(&world, || world.deliveries.all().iter().any(|kept| kept.status == DeliveryStatus::Delivered)).await;
    let delivered: Vec<_> =
        world.deliveries.all().into_iter().filter(|kept| kept.status == DeliveryStatus::Delivered).collect();
    assert_eq!((delivered.len(), delivered[0].new.body.as_str()), (1, "event 7 of 7"));
    assert_ne!(delivered[0].webhook, world.deliveries.all()[0].webhook);
    assert_eq!(world.deliveries.all().iter().filter(|kept| kept.attempts == 1).count(), 5, "four and the other one");
    working.running.abort();
}

#[tokio::test]
async fn no_more_are_sent_at_once_than_there_is_room_for() {
    let world = World::new();
    let sender = Arc::new(Scripted::default());
    for key in 1..=3 {
        world.register_for(uuid::Uuid::from_u128(key).into()).await;
    }
    sender.when("event 1 of 1", Does::Hang);
    world.queue(1, 1).await;
    let working = work(&world, sender, DispatchOptions { concurrency: 2, ..options() });
    until(&world, || world.deliveries.all().iter().filter(|kept| kept.attempts == 1).count() == 2).await;
    world.deliveries.wake();
    // Whoever claims more does so now.
    tokio::task::yield_now().await;
    assert_eq!(world.deliveries.all().iter().filter(|kept| kept.attempts == 1).count(), 2);
    working.running.abort();
}

#[tokio::test]
async fn a_sender_that_does_not_keep_time_is_given_up() {
    let world = World::new();
    world.register_for(KEY).await;
    world.queue(1, 1).await;
    let sender = Arc::new(Scripted::default());
    sender.when("event 1 of 1", Does::Hang);
    let options = DispatchOptions { lease: TimeDelta::milliseconds(2), ..options() };
    DispatchWebhooks::new(&world.ports, sender, options).run(std::future::ready(())).await;
    assert_eq!(world.deliveries.all()[0].last.unwrap().problem, Some(DeliveryProblem::Timeout));
}

#[tokio::test]
async fn what_has_begun_is_finished_when_told_to_stop_and_nothing_else_begins() {
    let world = World::new();
    world.register_for(KEY).await;
    world.queue(1, 1).await;
    world.queue(2, 1).await;
    let working = work(&world, Arc::new(Scripted::default()), options());
    working.sender.arrived.notified().await;
    working.stop().await;
    assert_eq!(statuses(&world)[0], DeliveryStatus::Delivered);
    assert!(world.deliveries.all().iter().all(|kept| kept.leased_until.is_none()), "nothing is left half done");
}

#[tokio::test]
async fn what_broke_off_comes_again_when_its_lease_has_ended() {
    let world = World::new();
    world.register_for(KEY).await;
    world.queue(1, 1).await;
    let sender = Arc::new(Scripted::default());
    sender.when("event 1 of 1", Does::Panic);
    drain(&world, &sender).await;
    assert_eq!((sender.seen().len(), statuses(&world)[0]), (1, DeliveryStatus::Pending));
    sender.when("event 1 of 1", Does::Answer(200));
    drain(&world, &sender).await;
    assert_eq!(sender.seen().len(), 1, "the lease has not ended");
    world.clock.advance(options().lease);
    drain(&world, &sender).await;
    assert_eq!((sender.seen().len(), statuses(&world)[0]), (2, DeliveryStatus::Delivered));
}

#[tokio::test]
async fn an_attempt_that_outlived_its_lease_changes_nothing() {
    let world = World::new();
    world.register_for(KEY).await;
    world.queue(1, 1).await;
    let limits = ClaimLimits { overall: 1, per_webhook: 1 };
    let lease = TimeDelta::seconds(60);
    let slow = world.deliveries.claim(limits, lease, world.clock.now()).await.unwrap().remove(0);
    world.clock.advance(lease);
    let again = world.deliveries.claim(limits, lease, world.clock.now()).await.unwrap().remove(0);
    assert_eq!((slow.attempt, again.attempt), (1, 2));
    let dispatcher = DispatchWebhooks::new(&world.ports, Arc::new(Scripted::default()), options());
    dispatcher.attempts.make(slow).await;
    assert_eq!(statuses(&world)[0], DeliveryStatus::Pending, "it is the other one's now");
    dispatcher.attempts.make(again).await;
    assert_eq!(statuses(&world)[0], DeliveryStatus::Delivered);
}

#[tokio::test]
async fn goes_on_when_the_queue_was_away_and_when_there_is_something_new() {
    let world = World::new();
    world.register_for(KEY).await;
    world.queue(1, 1).await;
    world.deliveries.fail(3);
    let working = work(&world, Arc::new(Scripted::default()), options());
    until(&world, || statuses(&world)[0] == DeliveryStatus::Delivered).await;
    assert!(*world.deliveries.looks.borrow() > 3);
    world.queue(2, 2).await;
    until(&world, || statuses(&world)[1] == DeliveryStatus::Delivered).await;
    working.stop().await;
}

#[tokio::test]
async fn what_cannot_be_written_down_is_sent_again() {
    let world = World::new();
    world.register_for(KEY).await;
    world.queue(1, 1).await;
    let delivery =
        world.deliveries.claim(ClaimLimits { overall: 1, per_webhook: 1 }, TimeDelta::seconds(60), world.clock.now());
    let delivery = delivery.await.unwrap().remove(0);
    let sender = Arc::new(Scripted::default());
    let dispatcher = DispatchWebhooks::new(&world.ports, sender.clone(), options());
    world.deliveries.fail(1);
    dispatcher.attempts.make(delivery).await;
    assert_eq!(statuses(&world)[0], DeliveryStatus::Pending);
    world.clock.advance(TimeDelta::seconds(60));
    drain(&world, &sender).await;
    assert_eq!((sender.seen().len(), statuses(&world)[0]), (2, DeliveryStatus::Delivered), "at least once");
}
