//! What was written is kept: history, private messages, deletion, and a store that is away.

use std::{sync::atomic::Ordering, time::Duration};

use application_shared::{PubSub, ROOM_COMMANDS, RoomCommand};
use domain_room::{ChatText, Grants, ParticipantRole};
use domain_shared::{MessageId, PageLimit};
use uuid::Uuid;

use super::{fake_chat::UNSTORABLE, house::*};
use crate::*;

fn private(text: &str, to: u128) -> PeerRequest {
    PeerRequest::Chat { text: ChatText::parse(text.into()).unwrap(), to: Some(user_id(to)) }
}

/// The texts of a page in order, and where the page before goes on.
async fn history(guest: &Guest, before: Option<MessageId>, limit: i64) -> (Vec<String>, Option<MessageId>) {
    let limit = PageLimit::parse(limit).unwrap();
    match guest.ask(PeerRequest::ChatHistory { before, limit }).await.unwrap() {
        PeerAnswer::ChatHistory(page) => {
            let text = |message: &std::sync::Arc<domain_room::ChatMessage>| message.text().unwrap_or("-").to_owned();
            (page.messages.iter().map(text).collect(), page.before)
        }
        other => panic!("{other:?}"),
    }
}

/// The identifier of the next message that is told.
async fn told(guest: &mut Guest) -> MessageId {
    loop {
        if let PeerEvent::Chat { id, .. } = guest.event().await {
            return id;
        }
    }
}

#[tokio::test]
async fn who_comes_late_reads_what_was_written_page_by_page() {
    let house = House::new();
    let running = house.run();
    let ada = house.join(1).await;
    for n in 0..7 {
        ada.ask(chat(&n.to_string())).await.unwrap();
    }
    eventually("it is stored", || house.chat.texts().len() == 7).await;
    ada.ask(chat("7")).await.unwrap();
    let bob = house.join_with(claims_with(2, Grants { can_chat: false, ..Grants::full() })).await.unwrap();
    let (newest, before) = history(&bob, None, 5).await;
    assert_eq!(newest, ["3", "4", "5", "6", "7"]);
    let (first, end) = history(&bob, before, 5).await;
    assert_eq!((first, end), (vec!["0".into(), "1".into(), "2".into()], None));
    house.rooms.shutdown(Duration::ZERO).await;
    soon(running).await.unwrap();
    assert_eq!(house.chat.texts().len(), 8);
}

#[tokio::test]
async fn private_messages_are_for_two_people() {
    let house = House::new();
    let (mut ada, mut bob) = (house.join(1).await, house.join(2).await);
    let mut host = house.join_with(claims_as(3, ParticipantRole::Host)).await.unwrap();
    ada.ask(private("psst", 2)).await.unwrap();
    let id = told(&mut bob).await;
    assert_eq!(told(&mut ada).await, id);
    assert_eq!(host.events_so_far().await, []);
    assert_eq!(history(&bob, None, 9).await.0, ["psst", "so far"]);
    assert_eq!(history(&host, None, 9).await.0, ["so far"]);
    assert!(matches!(host.ask(PeerRequest::DeleteMessage(id)).await, Err(RoomError::MessageNotFound)));
    assert!(matches!(bob.ask(PeerRequest::DeleteMessage(id)).await, Err(RoomError::Denied)));
    ada.ask(PeerRequest::DeleteMessage(id)).await.unwrap();
    let gone = PeerEvent::ChatDeleted { message: id, by: user_id(1) };
    assert!(bob.events_so_far().await.contains(&gone));
    assert!(!host.events_so_far().await.contains(&gone));
    for nobody in [1, 9] {
        assert!(matches!(ada.ask(private("psst", nobody)).await, Err(RoomError::TargetNotFound)));
    }
    house.join_with(claims_with(8, Grants { hidden: true, ..Grants::full() })).await.unwrap();
    assert!(matches!(ada.ask(private("psst", 8)).await, Err(RoomError::TargetNotFound)));
}

#[tokio::test]
async fn messages_are_deleted_once_stored_or_not() {
    let house = House::new();
    let (mut ada, bob) = (house.join(1).await, house.join(2).await);
    let host = house.join_with(claims_as(3, ParticipantRole::CoHost)).await.unwrap();
    ada.ask(chat("in the queue")).await.unwrap();
    let queued = told(&mut ada).await;
    assert!(matches!(bob.ask(PeerRequest::DeleteMessage(queued)).await, Err(RoomError::Denied)));
    ada.ask(PeerRequest::DeleteMessage(queued)).await.unwrap();
    let running = house.run();
    eventually("it is stored", || house.chat.texts() == [None]).await;
    bob.ask(chat("stored")).await.unwrap();
    let stored = told(&mut ada).await;
    eventually("it is stored, too", || house.chat.texts().len() == 2).await;
    for _ in 0..2 {
        host.ask(PeerRequest::DeleteMessage(stored)).await.unwrap();
    }
    eventually("its text is gone", || house.chat.texts() == [None, None]).await;
    assert_eq!(ada.events_so_far().await, [PeerEvent::ChatDeleted { message: stored, by: user_id(3) }]);
    let unknown = PeerRequest::DeleteMessage(MessageId::from_uuid(Uuid::from_u128(9)));
    assert!(matches!(ada.ask(unknown).await, Err(RoomError::MessageNotFound)));
    running.abort();
}

#[tokio::test]
async fn the_room_hears_of_messages_deleted_elsewhere() {
    let house = House::new();
    let running = house.run();
    let (mut ada, mut bob) = (house.join(1).await, house.join(2).await);
    ada.event().await;
    let message_id = MessageId::from_uuid(Uuid::from_u128(9));
    let deleted = |recipient_id| RoomCommand::MessageDeleted {
        room_id: room_id(),
        message_id,
        by: user_id(1),
        sender_id: user_id(1),
        recipient_id,
    };
    eventually("commands are heard", || house.pub_sub.listeners(ROOM_COMMANDS) == 1).await;
    for recipient in [Some(user_id(7)), None] {
        let command = serde_json::to_vec(&deleted(recipient)).unwrap();
        house.pub_sub.publish(ROOM_COMMANDS, command).await.unwrap();
    }
    let gone = PeerEvent::ChatDeleted { message: message_id, by: user_id(1) };
    assert_eq!((ada.event().await, ada.event().await, bob.event().await), (gone.clone(), gone.clone(), gone));
    running.abort();
}

#[tokio::test]
async fn a_store_that_is_away_holds_up_nobody_until_the_queue_is_full() {
    let house = House::with(RoomLimits { unsaved_messages: 3, ..limits() });
    house.chat.away.store(true, Ordering::Relaxed);
    let running = house.run();
    let mut ada = house.join(1).await;
    for n in 0..3 {
        ada.ask(chat(&n.to_string())).await.unwrap();
        told(&mut ada).await;
    }
    assert!(matches!(ada.ask(chat("too many")).await, Err(RoomError::ChatUnavailable)));
    let limit = PageLimit::DEFAULT;
    let asked = ada.ask(PeerRequest::ChatHistory { before: None, limit }).await;
    assert!(matches!(asked, Err(RoomError::Unavailable(_))));
    house.chat.away.store(false, Ordering::Relaxed);
    eventually("all is stored", || house.chat.texts().len() == 3).await;
    eventually_chats(&ada, "goes on").await;
    house.rooms.shutdown(Duration::ZERO).await;
    soon(running).await.unwrap();
    assert_eq!(house.chat.texts().len(), 4);
}

/// The queue is emptied a moment after the store has taken its messages.
async fn eventually_chats(guest: &Guest, text: &str) {
    while let Err(error) = guest.ask(chat(text)).await {
        assert!(matches!(error, RoomError::ChatUnavailable), "{error}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_message_that_cannot_be_stored_holds_up_no_other() {
    let house = House::new();
    let ada = house.join(1).await;
    for text in ["before", UNSTORABLE, "after"] {
        ada.ask(chat(text)).await.unwrap();
    }
    let running = house.run();
    eventually("the others are stored", || house.chat.texts().len() == 2).await;
    running.abort();
}

#[tokio::test]
async fn a_store_that_stays_away_does_not_hold_up_the_shutdown() {
    let house = House::with(RoomLimits { close_timeout: Duration::from_millis(20), ..limits() });
    house.chat.away.store(true, Ordering::Relaxed);
    let running = house.run();
    let ada = house.join(1).await;
    ada.ask(chat("lost")).await.unwrap();
    drop(ada);
    house.rooms.shutdown(Duration::ZERO).await;
    soon(running).await.unwrap();
    assert!(house.chat.texts().is_empty());
}
