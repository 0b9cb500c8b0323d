//! The contract of `BareRoomRepository` and `BareRoomReader`.

use std::sync::Arc;

use application_room::{
    BareRoomCursor, BareRoomFilter, BareRoomPorts, BareRoomReader, BareRoomRef, BareRoomRepository, BareRoomView,
    ChangeBareRoomError, DeleteOldRooms, EndEmptyRooms, InsertBareRoomError,
};
use chrono::TimeDelta;
use domain_room::{
    BareRoom, BareRoomError, BareRoomStatusKind, CallType, EmptyRoomTimeout, EndReason, NewBareRoom, Newcomer,
    ParticipantStatus, RoomMetadata, RoomName, RoomPlaces, SourceChannel, SourceChannelType, Uid,
};
use domain_shared::{FixedClock, PageLimit, RoomId, SequentialIds};
use futures::future::join_all;
use infrastructure_postgres::{PgBareRoomReader, PgBareRoomRepository};
use infrastructure_security::{JwtKeys, JwtRoomTokens};
use open_meeting_tests::TestDatabase;
use secrecy::SecretString;
use uuid::Uuid;

use super::{at, outbox, user_id};

fn uid(n: u128) -> Uid {
    Uid::parse(&format!("用户 {n}")).unwrap()
}

fn room_name(text: &str) -> RoomName {
    RoomName::parse(text).unwrap()
}

/// Room number `n`, created at that second.
pub(super) fn room(n: u128, name: &str, seconds: i64) -> BareRoom {
    let call_type = if n.is_multiple_of(2) { CallType::Audio } else { CallType::Video };
    let new = NewBareRoom {
        id: RoomId::from_uuid(Uuid::from_u128(n)),
        name: room_name(name),
        call_type,
        invite_on: false,
        source_channel: SourceChannel {
            id: Some(Uid::parse("channel \"1\"").unwrap()),
            kind: SourceChannelType::parse(0),
        },
        creator: uid(1),
        max_participants: RoomPlaces::parse(10).unwrap(),
        empty_timeout: EmptyRoomTimeout::parse(600).unwrap(),
        departure_timeout: EmptyRoomTimeout::parse(60).unwrap(),
        metadata: RoomMetadata::parse("{\"a\": \"王\"}").unwrap(),
    };
    BareRoom::create(new, at(seconds))
}

fn who(n: u128) -> Newcomer {
    Newcomer { uid: uid(n), user_id: user_id(n), name: None, role: None, grants: None }
}

fn by_name(name: &str) -> BareRoomRef {
    BareRoomRef::Name(room_name(name))
}

#[tokio::test]
async fn a_room_is_read_as_it_was_stored() {
    let database = TestDatabase::new().await;
    let rooms = PgBareRoomRepository::new(database.pool());
    let mut first = room(1, "daily", 0);
    first.join(who(2), at(1)).unwrap();
    rooms.insert(&mut first).await.unwrap();
    assert_eq!(first.version(), 1);
    let found = rooms.find(&by_name("daily")).await.unwrap().unwrap();
    assert_eq!(found, first);
    assert_eq!(rooms.find(&BareRoomRef::Id(first.id())).await.unwrap().as_ref(), Some(&first));
    assert!(rooms.find(&by_name("other")).await.unwrap().is_none());

    let mut change = |room: &mut BareRoom| {
        room.grant(who(3), at(2))?;
        room.set_participant_status(&uid(2), ParticipantStatus::Banned, at(3)).map(drop)
    };
    let changed = rooms.change(&by_name("daily"), &mut change).await.unwrap();
    assert_eq!(rooms.find(&by_name("daily")).await.unwrap(), Some(changed.clone()));
    assert_eq!((changed.version(), changed.participants().len()), (2, 2));
    assert_eq!(
        BareRoomView::from(&changed),
        PgBareRoomReader::new(database.pool()).read(changed.name()).await.unwrap().unwrap()
    );
    let stated = [
        "room.created",
        "room.status-changed",
        "room.participant-joined",
        "room.participant-invited",
        "room.tokens-revoked",
        "room.participant-left",
        "room.participant-status-changed",
    ];
    assert_eq!(outbox(&database).await, stated);

    let nothing = rooms.change(&by_name("daily"), &mut |_| Ok(())).await.unwrap();
    assert_eq!(nothing.version(), 2);
    let refused = rooms.change(&by_name("daily"), &mut |room| room.join(who(2), at(4)).map(drop)).await;
    assert!(matches!(refused, Err(ChangeBareRoomError::Refused(BareRoomError::Banned))));
    let nowhere = rooms.change(&by_name("other"), &mut |_| Ok(())).await;
    assert!(matches!(nowhere, Err(ChangeBareRoomError::NotFound)));
}

#[tokio::test]
async fn a_name_is_free_when_its_room_is_over_and_leads_to_the_newest() {
    let database = TestDatabase::new().await;
    let rooms = PgBareRoomRepository::new(database.pool());
    rooms.insert(&mut room(1, "daily", 0)).await.unwrap();
    let taken = rooms.insert(&mut room(2, "daily", 1)).await;
    assert!(matches!(taken, Err(InsertBareRoomError::NameTaken)));
    rooms.insert(&mut room(3, "Daily", 1)).await.unwrap();
    rooms.change(&by_name("daily"), &mut |room| room.end(EndReason::EndedByBackend, at(2))).await.unwrap();
    let over = rooms.find(&by_name("daily")).await.unwrap().unwrap();
    assert_eq!(over.status().ended_at(), Some(at(2)));
    rooms.insert(&mut room(4, "daily", 3)).await.unwrap();
    let newest = rooms.find(&by_name("daily")).await.unwrap().unwrap();
    assert_eq!(newest.id().as_uuid(), Uuid::from_u128(4));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_rooms_of_one_name_created_at_once_one_is() {
    let database = TestDatabase::new().await;
    let rooms = PgBareRoomRepository::new(database.pool());
    let outcomes = join_all((1..=50).map(|n| {
        let rooms = rooms.clone();
        tokio::spawn(async move { rooms.insert(&mut room(n, "daily", 0)).await })
    }))
    .await;
    let (mut created, mut taken) = (0, 0);
    for outcome in outcomes {
        match outcome.unwrap() {
            Ok(()) => created += 1,
            Err(InsertBareRoomError::NameTaken) => taken += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!((created, taken), (1, 49));
    assert_eq!(outbox(&database).await, ["room.created"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn forty_who_come_at_once_by_word_and_by_token_share_ten_places() {
    let database = TestDatabase::new().await;
    // Two nodes with pools of their own.
    let nodes = [(); 2].map(|()| Arc::new(PgBareRoomRepository::new(database.pool())));
    nodes[0].insert(&mut room(1, "daily", 0)).await.unwrap();
    nodes[0]
        .change(&by_name("daily"), &mut |room| (0..20).try_for_each(|n| room.grant(who(n), at(0)).map(drop)))
        .await
        .unwrap();
    let outcomes = join_all((0..40_u128).map(|n| {
        let rooms = Arc::clone(&nodes[usize::from(n.is_multiple_of(2))]);
        tokio::spawn(async move {
            let mut come = |room: &mut BareRoom| {
                if n < 20 { room.enter(user_id(n), at(0), at(1)) } else { room.join(who(n), at(1)) }.map(drop)
            };
            rooms.change(&by_name("daily"), &mut come).await
        })
    }))
    .await;
    let (mut inside, mut refused) = (0, 0);
    for outcome in outcomes {
        match outcome.unwrap() {
            Ok(_) => inside += 1,
            Err(ChangeBareRoomError::Refused(BareRoomError::Full)) => refused += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!((inside, refused), (10, 30));
    let stored = nodes[0].find(&by_name("daily")).await.unwrap().unwrap();
    assert_eq!(stored.present(), 10);
    let joined = outbox(&database).await.iter().filter(|name| *name == "room.participant-joined").count();
    assert_eq!(joined, 10);
}

#[tokio::test]
async fn lists_are_paged_and_filtered() {
    let database = TestDatabase::new().await;
    let (rooms, reader) = (PgBareRoomRepository::new(database.pool()), PgBareRoomReader::new(database.pool()));
    for n in 1..=5 {
        // Two of one instant.
        rooms.insert(&mut room(n, &format!("room-{n}"), i64::try_from(n / 2).unwrap())).await.unwrap();
    }
    rooms.change(&by_name("room-3"), &mut |room| room.join(who(2), at(9)).map(drop)).await.unwrap();
    rooms.change(&by_name("room-4"), &mut |room| room.end(EndReason::EndedByBackend, at(9))).await.unwrap();
    let limit = PageLimit::parse(2).unwrap();
    let (mut names, mut after) = (Vec::new(), None);
    loop {
        let page = reader.list(&BareRoomFilter::default(), after, limit).await.unwrap();
        names.extend(page.items.iter().map(|view| view.room_name.clone()));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(names, ["room-5", "room-4", "room-3", "room-2", "room-1"]);
    let shown = async |filter: BareRoomFilter| {
        let after = Some(BareRoomCursor { created_at: at(100), id: RoomId::from_uuid(Uuid::max()) });
        let page = reader.list(&filter, after, PageLimit::DEFAULT).await.unwrap();
        page.items.into_iter().map(|view| view.room_name).collect::<Vec<_>>()
    };
    let all = BareRoomFilter::default;
    assert_eq!(shown(BareRoomFilter { status: Some(BareRoomStatusKind::Active), ..all() }).await, ["room-3"]);
    assert_eq!(shown(BareRoomFilter { call_type: Some(CallType::Audio), ..all() }).await, ["room-4", "room-2"]);
    assert_eq!(shown(BareRoomFilter { name: Some(room_name("room-1")), ..all() }).await, ["room-1"]);
    let channel = |text: &str| BareRoomFilter { source_channel_id: Some(Uid::parse(text).unwrap()), ..all() };
    assert_eq!((shown(channel("channel \"1\"")).await.len(), shown(channel("x")).await.len()), (5, 0));

    rooms
        .change(&by_name("room-1"), &mut |room| {
            (2..=6).try_for_each(|n| room.invite(uid(n), user_id(n), at(7)).map(drop))
        })
        .await
        .unwrap();
    rooms.change(&by_name("room-1"), &mut |room| room.join(who(4), at(8)).map(drop)).await.unwrap();
    let id = RoomId::from_uuid(Uuid::from_u128(1));
    let (mut uids, mut after) = (Vec::new(), None);
    loop {
        let page = reader.participants(id, None, after, limit).await.unwrap();
        uids.extend(page.items.iter().map(|view| view.uid.clone()));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(uids, (2..=6).map(|n| uid(n).as_str().to_owned()).collect::<Vec<_>>());
    let joined = reader.participants(id, Some(ParticipantStatus::Joined), None, limit).await.unwrap();
    assert_eq!(joined.items.iter().map(|view| view.user_id).collect::<Vec<_>>(), [user_id(4)]);
}

/// The ports of a node.
fn ports(database: &TestDatabase, clock: Arc<FixedClock>) -> BareRoomPorts {
    let ids = Arc::new(SequentialIds::default());
    let keys = Arc::new(JwtKeys::new(&SecretString::from("a secret of more than 32 bytes, for tests"), &[]).unwrap());
    BareRoomPorts {
        rooms: Arc::new(PgBareRoomRepository::new(database.pool())),
        reader: Arc::new(PgBareRoomReader::new(database.pool())),
        tokens: Arc::new(JwtRoomTokens::new(keys, TimeDelta::minutes(5), ids.clone())),
        clock,
        ids,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_workers_each_empty_room_is_ended_by_one() {
    let database = TestDatabase::new().await;
    let rooms = PgBareRoomRepository::new(database.pool());
    for n in 1..=120 {
        rooms.insert(&mut room(n, &format!("room-{n}"), 0)).await.unwrap();
    }
    let change = async |name: &str, change: &mut (dyn FnMut(&mut BareRoom) -> Result<(), BareRoomError> + Send)| {
        rooms.change(&by_name(name), change).await.unwrap();
    };
    change("room-1", &mut |room| room.join(who(1), at(1)).map(drop)).await;
    change("room-2", &mut |room| room.end(EndReason::EndedByBackend, at(1))).await;
    change("room-3", &mut |room| {
        room.join(who(1), at(1))?;
        room.leave(&uid(1), at(550)).map(drop)
    })
    .await;
    assert_eq!(rooms.expired(at(599), 1_000).await.unwrap(), []);
    let first = rooms.expired(at(609), 1_000).await.unwrap();
    assert_eq!(
        first.len(),
        117,
        "but the one that is over, the one with somebody in it, and the one that they just left"
    );
    let due = rooms.expired(at(610), 1_000).await.unwrap();
    assert_eq!((due.len(), due[117].as_uuid()), (118, Uuid::from_u128(3)), "the longest overdue first");
    assert_eq!(rooms.expired(at(610), 2).await.unwrap(), due[..2]);

    database.execute("DELETE FROM outbox").await;
    let clock = Arc::new(FixedClock::at(at(610)));
    let outcomes = join_all((0..2).map(|_| {
        let ports = ports(&database, clock.clone());
        tokio::spawn(async move { EndEmptyRooms::new(&ports).execute().await.unwrap() })
    }))
    .await;
    assert_eq!(outcomes.into_iter().map(Result::unwrap).sum::<u64>(), 118);
    assert_eq!(rooms.expired(at(610), 1_000).await.unwrap(), []);
    let told =
        database.query("SELECT payload->>'reason', count(*) FROM outbox WHERE name = 'room.ended' GROUP BY 1").await;
    let mut told: Vec<(String, i64)> = told.iter().map(|row| (row.get(0), row.get(1))).collect();
    told.sort();
    assert_eq!(told, [("everybody-left".to_owned(), 1), ("nobody-came".to_owned(), 117)]);
    let left = rooms.find(&by_name("room-1")).await.unwrap().unwrap();
    assert_eq!((left.present(), left.status().kind()), (1, BareRoomStatusKind::Active));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn somebody_enters_or_the_room_is_over_but_never_both() {
    let database = TestDatabase::new().await;
    let rooms = PgBareRoomRepository::new(database.pool());
    let clock = Arc::new(FixedClock::at(at(600)));
    for n in 1..=20 {
        let name = format!("room-{n}");
        rooms.insert(&mut room(n, &name, 0)).await.unwrap();
        let ports = ports(&database, clock.clone());
        let ending = tokio::spawn(async move { EndEmptyRooms::new(&ports).execute().await.unwrap() });
        let entered = rooms.change(&by_name(&name), &mut |room| room.join(who(2), at(600)).map(drop)).await;
        let ended = ending.await.unwrap();
        let stored = rooms.find(&by_name(&name)).await.unwrap().unwrap();
        assert_eq!((stored.present(), ended), if entered.is_ok() { (1, 0) } else { (0, 1) });
        assert_eq!(stored.status().kind().is_over(), ended == 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_over_for_long_is_deleted_with_everything() {
    let database = TestDatabase::new().await;
    let rooms = PgBareRoomRepository::new(database.pool());
    for n in 1..=60 {
        let name = format!("room-{n}");
        rooms.insert(&mut room(n, &name, 0)).await.unwrap();
        let ended_at = at(if n <= 50 { 10 } else { 20 });
        rooms
            .change(&by_name(&name), &mut |room| {
                room.join(who(1), at(1))?;
                room.end(EndReason::EndedByBackend, ended_at)
            })
            .await
            .unwrap();
    }
    rooms.insert(&mut room(61, "open", 0)).await.unwrap();
    database
        .execute(
            "INSERT INTO chat_messages (room_id, id, sender_id, sender_name, text, sent_at)
             SELECT id, gen_random_uuid(), id, 'Somebody', 'Hello', created_at FROM rooms",
        )
        .await;
    assert_eq!(rooms.prune(at(10), 100).await.unwrap(), 0, "the one that ended then is not older");
    assert_eq!(rooms.prune(at(11), 7).await.unwrap(), 7);
    let clock = Arc::new(FixedClock::at(at(11) + TimeDelta::days(30)));
    let outcomes = join_all((0..2).map(|_| {
        let ports = ports(&database, clock.clone());
        tokio::spawn(async move { DeleteOldRooms::new(&ports, TimeDelta::days(30)).execute().await.unwrap() })
    }))
    .await;
    // Either may stop early where the other is at work, and leave the rest for the next time.
    let deleted: u64 = outcomes.into_iter().map(Result::unwrap).sum();
    assert_eq!(deleted + rooms.prune(at(11), 100).await.unwrap(), 43);
    let count = async |table: &str| -> i64 { database.query(&format!("SELECT count(*) FROM {table}")).await[0].get(0) };
    assert_eq!((count("rooms").await, count("room_participants").await, count("chat_messages").await), (11, 10, 11));
}
