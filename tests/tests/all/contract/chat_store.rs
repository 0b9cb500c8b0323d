//! The contracts of `ChatStore`, `ChatRetention` and `MeetingMessages`.

use std::sync::Arc;

use application_meeting::{DeleteMessageError, MeetingMessages, MeetingRepository, ParticipantNames};
use application_room::{BareRoomRef, BareRoomRepository, ChatRetention, ChatStore, RoomsPruned, StoredChat};
use application_shared::PortError;
use domain_room::{BareRoom, ChatContent, ChatMessage, ChatMessageParts, ChatText, DisplayName, EndReason, Recipient};
use domain_shared::{FixedClock, MessageId, PageLimit, RoomId};
use infrastructure_postgres::{PgBareRoomRepository, PgChatStore, PgMeetingRepository, PgParticipantNames};
use open_meeting::server::RoomMessages;
use open_meeting_tests::TestDatabase;
use uuid::Uuid;

use super::{at, bare_rooms, meeting, user_id};

fn room(n: u128) -> RoomId {
    RoomId::from_uuid(Uuid::from_u128(n))
}

fn id(n: u128) -> MessageId {
    MessageId::from_uuid(Uuid::from_u128(n))
}

fn named(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

/// Message `n` in room 1 from user `from`, perhaps to user `to` alone.
fn message(n: u128, from: u128, to: Option<u128>) -> ChatMessage {
    ChatMessage::from(parts(n, from, to))
}

fn parts(n: u128, from: u128, to: Option<u128>) -> ChatMessageParts {
    ChatMessageParts {
        id: id(n),
        room_id: room(1),
        sender_id: user_id(from),
        sender_name: named(&format!("User {from}")),
        recipient: to.map(|to| Recipient { user_id: user_id(to), name: named(&format!("User {to}")) }),
        content: ChatContent::Text(ChatText::parse(format!("{n} – \"你好\"\n{{}},")).unwrap()),
        sent_at: at(i64::try_from(n).unwrap()),
    }
}

async fn store(store: &PgChatStore, messages: &[ChatMessage]) {
    let messages: Vec<_> = messages.iter().cloned().map(Arc::new).collect();
    store.store(&messages).await.unwrap();
}

async fn page(store: &PgChatStore, reader: u128, before: Option<u128>, limit: u16) -> Vec<ChatMessage> {
    store.page(room(1), user_id(reader), before.map(id), limit).await.unwrap()
}

#[tokio::test]
async fn messages_come_back_as_they_were_newest_first() {
    let database = TestDatabase::new().await;
    let chat = PgChatStore::new(database.pool());
    let all = [message(1, 1, None), message(2, 2, Some(3)), message(3, 3, None), message(4, 1, Some(2))];
    // In any order, and twice.
    store(&chat, &[all[3].clone(), all[0].clone()]).await;
    store(&chat, &all).await;
    store(&chat, &[]).await;
    let [one, two, three, four] = all;
    assert_eq!(page(&chat, 2, None, 9).await, [four.clone(), three.clone(), two.clone(), one.clone()]);
    assert_eq!(page(&chat, 1, None, 9).await, [four.clone(), three.clone(), one.clone()]);
    assert_eq!(page(&chat, 9, None, 9).await, [three.clone(), one.clone()]);
    assert_eq!(page(&chat, 2, Some(4), 2).await, [three, two.clone()]);
    assert_eq!(page(&chat, 2, Some(2), 2).await, [one]);
    assert_eq!(chat.page(room(2), user_id(2), None, 9).await.unwrap(), []);
    assert_eq!(chat.find(room(1), id(2)).await.unwrap(), Some(two));
    assert_eq!(chat.find(room(2), id(2)).await.unwrap(), None);
}

#[tokio::test]
async fn a_deleted_text_is_gone_and_does_not_come_back() {
    let database = TestDatabase::new().await;
    let chat = PgChatStore::new(database.pool());
    let written = message(1, 1, None);
    let (mut first, mut second) = (written.clone(), written.clone());
    first.delete(user_id(1), false, at(5)).unwrap();
    second.delete(user_id(2), true, at(6)).unwrap();
    for one in [written.clone(), first.clone(), second, written] {
        store(&chat, &[one]).await;
    }
    assert_eq!(page(&chat, 1, None, 9).await, [first]);
    assert_eq!(database.count("SELECT count(*) FROM chat_messages WHERE text IS NOT NULL").await, 0);
}

#[tokio::test]
async fn what_the_table_can_never_take_is_told_from_a_database_that_is_away() {
    let database = TestDatabase::new().await;
    database.execute("ALTER TABLE chat_messages ADD CONSTRAINT odd CHECK (sender_name <> 'User 7')").await;
    let chat = PgChatStore::new(database.pool());
    let both = [Arc::new(message(1, 1, None)), Arc::new(message(2, 7, None))];
    assert!(matches!(chat.store(&both).await, Err(PortError::Corrupt { .. })));
    assert!(page(&chat, 1, None, 9).await.is_empty(), "all or none");
    database.execute("DROP TABLE chat_messages").await;
    assert!(matches!(chat.store(&both).await, Err(PortError::Unavailable(_))));
}

#[tokio::test]
async fn deleted_accounts_lose_their_names_and_deleted_meetings_their_messages() {
    let database = TestDatabase::new().await;
    let pool = database.pool();
    let chat = PgChatStore::new(pool.clone());
    PgMeetingRepository::new(pool.clone()).insert(&mut meeting(1, at(0))).await.unwrap();
    store(&chat, &[message(1, 1, None), message(2, 2, Some(1)), message(3, 1, Some(2)), message(4, 2, None)]).await;
    let names = PgParticipantNames::new(pool);
    assert_eq!(names.rename(user_id(2), &domain_meeting::DisplayName::deleted()).await.unwrap(), 0);
    let called = |one: &ChatMessage| {
        let recipient = one.recipient().map(|one| one.name.as_str().to_owned());
        (one.sender_name().as_str().to_owned(), recipient)
    };
    let expected =
        [("Deleted user", None), ("User 1", Some("Deleted user")), ("Deleted user", Some("User 1")), ("User 1", None)];
    let expected = expected.map(|(sender, recipient)| (sender.to_owned(), recipient.map(str::to_owned)));
    assert_eq!(page(&chat, 1, None, 9).await.iter().map(called).collect::<Vec<_>>(), expected);
    database.execute("DELETE FROM meetings").await;
    assert_eq!(database.count("SELECT count(*) FROM chat_messages").await, 0);
}

#[tokio::test]
async fn old_messages_go_the_oldest_first_and_only_so_many() {
    let database = TestDatabase::new().await;
    let chat = PgChatStore::new(database.pool());
    store(&chat, &(1..=5).map(|n| message(n, 1, None)).collect::<Vec<_>>()).await;
    assert_eq!(chat.delete_sent_before(at(5), 3).await.unwrap(), 3);
    assert_eq!(page(&chat, 1, None, 9).await, [message(5, 1, None), message(4, 1, None)]);
    assert_eq!(chat.delete_sent_before(at(5), 3).await.unwrap(), 1);
    assert_eq!(chat.delete_sent_before(at(5), 3).await.unwrap(), 0, "what is as old as that stays");
}

#[tokio::test]
async fn messages_of_rooms_go_some_time_after_the_room_was_over() {
    let database = TestDatabase::new().await;
    let pool = database.pool();
    let (chat, rooms) = (PgChatStore::new(pool.clone()), PgBareRoomRepository::new(pool));
    for n in 1..=3 {
        rooms.insert(&mut bare_rooms::room(n, &format!("room-{n}"), 0)).await.unwrap();
    }
    // The first one is over, the second one later, the third one not at all; the fourth belongs to a meeting.
    for (n, second) in [(1, 10), (2, 20)] {
        let end = &mut |room: &mut BareRoom| room.end(EndReason::EndedByBackend, at(second)).map(drop);
        rooms.change(&BareRoomRef::Id(room(n)), end).await.unwrap();
    }
    let in_room = |n, of| ChatMessage::from(ChatMessageParts { room_id: room(n), ..parts(of, 1, None) });
    for n in 1..=4 {
        store(&chat, &(1..=3).map(|of| in_room(n, of)).collect::<Vec<_>>()).await;
    }
    let left = async || {
        let mut left = Vec::new();
        for n in 1..=4 {
            left.push(chat.page(room(n), user_id(1), None, 9).await.unwrap().len());
        }
        left
    };
    let prune = async |second| chat.delete_of_rooms_over_before(at(second), 2).await.unwrap();
    assert_eq!(prune(10).await, RoomsPruned { messages: 0, more: false }, "not yet");
    assert_eq!(prune(15).await, RoomsPruned { messages: 2, more: true });
    assert_eq!(left().await, [1, 3, 3, 3]);
    assert_eq!(prune(15).await, RoomsPruned { messages: 1, more: false });
    assert_eq!(left().await, [0, 3, 3, 3]);
    // A room of which nothing is left is not looked at again.
    store(&chat, &[in_room(1, 9)]).await;
    assert_eq!(prune(15).await, RoomsPruned { messages: 0, more: false });
    assert_eq!(database.count("SELECT count(*) FROM rooms WHERE NOT chat_kept").await, 1);
    while prune(30).await.more {}
    assert_eq!(left().await, [1, 0, 3, 3]);
    database.execute("DELETE FROM rooms").await;
    assert_eq!(left().await, [0, 0, 0, 3], "what was written goes with the room");
}

#[tokio::test]
async fn the_messages_of_a_meeting_are_those_of_its_room() {
    let database = TestDatabase::new().await;
    let chat = Arc::new(PgChatStore::new(database.pool()));
    store(&chat, &[message(1, 1, None), message(2, 2, Some(3)), message(3, 2, Some(1)), message(4, 3, None)]).await;
    let messages = RoomMessages::new(StoredChat::new(chat.clone(), Arc::new(FixedClock::at(at(9)))));
    let two = PageLimit::parse(2).unwrap();
    let newest = messages.page(room(1), user_id(1), None, two).await.unwrap();
    assert_eq!(newest.items.iter().map(|one| one.id).collect::<Vec<_>>(), [id(4), id(3)]);
    assert_eq!(newest.items[1].recipient, Some((user_id(1), "User 1".to_owned())));
    let first = messages.page(room(1), user_id(1), newest.next, two).await.unwrap();
    assert_eq!((first.items.len(), first.items[0].id, first.next), (1, id(1), None));

    let delete = async |n, by, moderates| messages.delete(room(1), id(n), user_id(by), moderates).await;
    for (n, by) in [(2, 1), (9, 1)] {
        assert!(matches!(delete(n, by, true).await, Err(DeleteMessageError::NotFound)));
    }
    assert!(matches!(delete(1, 2, false).await, Err(DeleteMessageError::Denied)));
    let left = delete(1, 2, true).await.unwrap();
    assert_eq!((left.text, left.deleted, left.sender_id), (None, Some((at(9), user_id(2))), user_id(1)));
    assert_eq!(delete(1, 1, false).await.unwrap().deleted, Some((at(9), user_id(2))), "the first deletion stays");
    assert_eq!(delete(3, 2, false).await.unwrap().recipient.map(|(who, _)| who), Some(user_id(1)));
    database.execute("DROP TABLE chat_messages").await;
    assert!(messages.page(room(1), user_id(1), None, two).await.is_err());
    assert!(matches!(delete(4, 3, false).await, Err(DeleteMessageError::Meeting(_))));
}
