//! The contract of publish and subscribe.

use std::pin::Pin;

use application_shared::{PortError, PubSub, Subscription};
use futures::{FutureExt, StreamExt};
use infrastructure_redis::{FredPubSub, MAX_PAYLOAD, Redis, RedisOptions, SUBSCRIBER_QUEUE};

use crate::support::{Proxy, RedisServer, eventually, soon};

async fn next(subscription: &mut Subscription) -> Vec<u8> {
    soon(subscription.next()).await.expect("the stream goes on")
}

async fn next_text(subscription: &mut Subscription) -> String {
    String::from_utf8(next(subscription).await).unwrap()
}

async fn publish(pub_sub: &FredPubSub, channel: &str, text: &str) {
    pub_sub.publish(channel, text.as_bytes().to_vec()).await.unwrap();
}

/// Publishes probes until one arrives, then reads on to the last of them.
async fn wait_until_it_works_again(publisher: &FredPubSub, channel: &str, subscription: &mut Subscription) {
    let mut probe = 0;
    eventually(async || {
        probe += 1;
        let sent = publisher.publish(channel, format!("probe {probe}").into_bytes()).await.is_ok();
        let arrived = Pin::new(&mut *subscription).next().now_or_never().flatten();
        (sent && arrived.is_some()).then_some(())
    })
    .await;
    publish(publisher, channel, "last probe").await;
    while next_text(subscription).await != "last probe" {}
}

#[tokio::test]
async fn messages_arrive_in_order_and_unchanged() {
    let server = RedisServer::start();
    let (here, there) = (server.connect().await.pub_sub(), server.connect().await.pub_sub());
    let mut subscription = there.subscribe("room.events").await.unwrap();
    let every_byte: Vec<u8> = (0..=255).collect();
    for payload in [vec![], every_byte, "王小明".into(), vec![7; MAX_PAYLOAD]] {
        here.publish("room.events", payload.clone()).await.unwrap();
        assert_eq!(next(&mut subscription).await, payload);
    }
    for n in 0..200 {
        publish(&here, "room.events", &n.to_string()).await;
    }
    for n in 0..200 {
        assert_eq!(next_text(&mut subscription).await, n.to_string());
    }
}

#[tokio::test]
async fn every_subscriber_of_a_channel_gets_its_messages_and_no_others() {
    let server = RedisServer::start();
    let (here, there) = (server.connect().await.pub_sub(), server.connect().await.pub_sub());
    let mut subscriptions = vec![
        here.subscribe("room.one").await.unwrap(),
        here.subscribe("room.one").await.unwrap(),
        there.subscribe("room.one").await.unwrap(),
    ];
    let mut other = here.subscribe("room.two").await.unwrap();
    for text in ["a", "b"] {
        publish(&here, "room.one", text).await;
        publish(&there, "room.two", &text.to_uppercase()).await;
    }
    for subscription in &mut subscriptions {
        assert_eq!((next_text(subscription).await, next_text(subscription).await), ("a".to_owned(), "b".to_owned()));
    }
    assert_eq!((next_text(&mut other).await, next_text(&mut other).await), ("A".to_owned(), "B".to_owned()));
    assert!(server.command("PUBSUB NUMSUB open-meeting:room.one").contains(":2\r\n"));
}

#[tokio::test]
async fn a_subscription_is_in_effect_when_it_is_returned() {
    let server = RedisServer::start();
    let (here, there) = (server.connect().await.pub_sub(), server.connect().await.pub_sub());
    for n in 0..100 {
        let channel = format!("room.{n}");
        let mut subscription = there.subscribe(&channel).await.unwrap();
        publish(&here, &channel, &channel).await;
        assert_eq!(next_text(&mut subscription).await, channel);
    }
}

#[tokio::test]
async fn a_subscription_is_not_returned_before_the_server_has_heard_of_it() {
    let server = RedisServer::start();
    let proxy = Proxy::start(&server).await;
    let here = server.connect().await.pub_sub();
    let there = Redis::connect(&RedisOptions::new(proxy.url().into())).await.unwrap().pub_sub();
    proxy.hold();
    let subscribing = tokio::spawn(async move {
        let subscription = there.subscribe("room.one").await.unwrap();
        (there, subscription)
    });
    // The client does not wait for the answer to SUBSCRIBE. The adapter asks something that is answered after it.
    eventually(async || {
        let sent = proxy.sent();
        let subscribe = sent.find("SUBSCRIBE")?;
        sent[subscribe..].contains("PING").then_some(())
    })
    .await;
    assert!(!subscribing.is_finished());
    proxy.release();
    let (_there, mut subscription) = soon(subscribing).await.unwrap();
    publish(&here, "room.one", "hello").await;
    assert_eq!(next_text(&mut subscription).await, "hello");
}

#[tokio::test]
async fn a_subscription_that_is_given_up_half_way_leaves_nothing_behind() {
    let server = RedisServer::start();
    let proxy = Proxy::start(&server).await;
    let pub_sub = Redis::connect(&RedisOptions::new(proxy.url().into())).await.unwrap().pub_sub();
    proxy.hold();
    {
        let subscribing = pub_sub.subscribe("room.one");
        tokio::select! {
            _ = subscribing => panic!("the server has not heard of it"),
            () = eventually(async || proxy.sent().contains("PING").then_some(())) => {}
        }
    }
    proxy.release();
    let mut subscription = pub_sub.subscribe("room.two").await.unwrap();
    publish(&pub_sub, "room.two", "hello").await;
    assert_eq!(next_text(&mut subscription).await, "hello");
    eventually(async || server.command("PUBSUB NUMSUB open-meeting:room.one").contains(":0\r\n").then_some(())).await;
}

#[tokio::test]
async fn subscriptions_live_on_when_the_server_cuts_every_connection() {
    let server = RedisServer::start();
    let (here, there) = (server.connect().await.pub_sub(), server.connect().await.pub_sub());
    let mut one = there.subscribe("room.one").await.unwrap();
    let mut two = there.subscribe("room.two").await.unwrap();
    for _ in 0..3 {
        for kind in ["pubsub", "normal"] {
            assert!(server.command(&format!("CLIENT KILL TYPE {kind} SKIPME yes")).starts_with(':'));
        }
        wait_until_it_works_again(&here, "room.one", &mut one).await;
        wait_until_it_works_again(&here, "room.two", &mut two).await;
    }
    for text in ["a", "b", "c"] {
        publish(&here, "room.one", text).await;
    }
    for text in ["a", "b", "c"] {
        assert_eq!(next_text(&mut one).await, text);
    }
}

#[tokio::test]
async fn calls_fail_while_the_server_is_away_and_all_comes_back_with_it() {
    let mut server = RedisServer::start();
    let pub_sub = server.connect().await.pub_sub();
    let mut subscription = pub_sub.subscribe("room.one").await.unwrap();
    server.stop();
    let error = eventually(async || pub_sub.publish("room.one", vec![1]).await.err()).await;
    assert!(matches!(error, PortError::Unavailable(_)), "{error:?}");
    let error = eventually(async || pub_sub.subscribe("room.new").await.err()).await;
    assert!(matches!(error, PortError::Unavailable(_)), "{error:?}");
    assert!(server.start_again());
    wait_until_it_works_again(&pub_sub, "room.one", &mut subscription).await;
    let mut new = eventually(async || pub_sub.subscribe("room.new").await.ok()).await;
    publish(&pub_sub, "room.new", "hello").await;
    assert_eq!(next_text(&mut new).await, "hello");
}

#[tokio::test]
async fn who_has_gone_gets_nothing_and_redis_is_told_after_the_last() {
    let server = RedisServer::start();
    let pub_sub = server.connect().await.pub_sub();
    let first = pub_sub.subscribe("room.one").await.unwrap();
    let mut second = pub_sub.subscribe("room.one").await.unwrap();
    drop(first);
    publish(&pub_sub, "room.one", "still here").await;
    assert_eq!(next_text(&mut second).await, "still here");
    drop(second);
    let numbers = || server.command("PUBSUB NUMSUB open-meeting:room.one");
    eventually(async || numbers().contains(":0\r\n").then_some(())).await;
    let mut third = pub_sub.subscribe("room.one").await.unwrap();
    publish(&pub_sub, "room.one", "again").await;
    assert_eq!(next_text(&mut third).await, "again");
}

#[tokio::test]
async fn coming_and_going_at_once_loses_no_subscription() {
    let server = RedisServer::start();
    let pub_sub = server.connect().await.pub_sub();
    for round in 0..50 {
        let text = round.to_string();
        // One goes while two come, so that closing and opening the channel meet.
        let going = pub_sub.subscribe("room.one").await.unwrap();
        let (_, one, two) =
            futures::join!(async { drop(going) }, pub_sub.subscribe("room.one"), pub_sub.subscribe("room.one"));
        let (mut one, mut two) = (one.unwrap(), two.unwrap());
        publish(&pub_sub, "room.one", &text).await;
        assert_eq!((next_text(&mut one).await, next_text(&mut two).await), (text.clone(), text));
    }
}

#[tokio::test]
async fn a_slow_subscriber_misses_the_oldest_messages_and_holds_nobody_up() {
    let server = RedisServer::start();
    let pub_sub = server.connect().await.pub_sub();
    let mut slow = pub_sub.subscribe("room.one").await.unwrap();
    let mut quick = pub_sub.subscribe("room.one").await.unwrap();
    let count = SUBSCRIBER_QUEUE * 2;
    for n in 0..count {
        publish(&pub_sub, "room.one", &n.to_string()).await;
        assert_eq!(next_text(&mut quick).await, n.to_string());
    }
    for n in count - SUBSCRIBER_QUEUE..count {
        assert_eq!(next_text(&mut slow).await, n.to_string());
    }
}

#[tokio::test]
async fn a_message_that_is_too_large_is_refused() {
    let server = RedisServer::start();
    let pub_sub = server.connect().await.pub_sub();
    let mut subscription = pub_sub.subscribe("room.one").await.unwrap();
    assert!(matches!(pub_sub.publish("room.one", vec![0; MAX_PAYLOAD + 1]).await, Err(PortError::Unavailable(_))));
    publish(&pub_sub, "room.one", "small").await;
    assert_eq!(next_text(&mut subscription).await, "small");
}

#[tokio::test]
async fn a_message_that_is_too_large_from_elsewhere_is_dropped() {
    let server = RedisServer::start();
    let pub_sub = server.connect().await.pub_sub();
    let mut subscription = pub_sub.subscribe("room.one").await.unwrap();
    let script = format!("return redis.call('PUBLISH','open-meeting:room.one',string.rep('x',{}))", MAX_PAYLOAD + 1);
    assert_eq!(server.command(&format!("EVAL \"{script}\" 0")), ":1\r\n");
    publish(&pub_sub, "room.one", "small").await;
    assert_eq!(next_text(&mut subscription).await, "small");
}

#[tokio::test]
async fn subscriptions_end_with_the_adapter() {
    let server = RedisServer::start();
    let pub_sub = server.connect().await.pub_sub();
    let mut subscription = pub_sub.subscribe("room.one").await.unwrap();
    drop(pub_sub);
    assert_eq!(soon(subscription.next()).await, None);
}

#[tokio::test]
async fn deployments_with_other_prefixes_do_not_hear_each_other() {
    let server = RedisServer::start();
    let ours = server.connect().await.pub_sub();
    let mut options = server.options();
    options.prefix = "other:".to_owned();
    let theirs = Redis::connect(&options).await.unwrap().pub_sub();
    let mut subscription = ours.subscribe("room.one").await.unwrap();
    publish(&theirs, "room.one", "theirs").await;
    publish(&ours, "room.one", "ours").await;
    assert_eq!(next_text(&mut subscription).await, "ours");
}
