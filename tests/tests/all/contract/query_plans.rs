//! How PostgreSQL carries out what the adapters ask, with 100,000 meetings and 10,000 users: by which indexes, and how many
//! rows it touches. The statements are those that the adapters send: `auto_explain` writes down how each was carried out.

use std::collections::BTreeSet;

use application_integration::{ClaimLimits, DeliveryQueue, StatisticsReader};
use application_meeting::{
    InvitationReader, InvitationRepository, ListedRole, MeetingCursor, MeetingFilter, MeetingReader, MeetingRepository,
    MeetingTimes, People, ReminderPlans, SessionView,
};
use application_notification::{NotificationFilter, NotificationReader};
use application_room::{
    BareRoomCursor, BareRoomFilter, BareRoomReader, BareRoomRef, BareRoomRepository, ChatRetention, ChatStore,
};
use application_shared::OutboxReader;
use application_user::{SessionRepository, UserCursor, UserFilter, UserReader, UserRepository};
use chrono::{DateTime, TimeDelta, Utc};
use domain_meeting::{Joining, MeetingRef, MeetingStatusKind};
use domain_room::{BareRoomStatusKind, EndReason, RoomName, Uid};
use domain_shared::{Email, MessageId, PageLimit, RoomId};
use domain_user::{RefreshTokenHash, Username};
use infrastructure_postgres::{
    PgBareRoomReader, PgBareRoomRepository, PgChatStore, PgInvitationReader, PgInvitationRepository, PgMeetingReader,
    PgMeetingRepository, PgMeetingTimes, PgNotificationReader, PgOutboxReader, PgPeople, PgPool, PgReminderPlans,
    PgSessionRepository, PgStatisticsReader, PgUserReader, PgUserRepository, PgWebhookDeliveries,
};
use open_meeting_tests::{TestDatabase, wait_until};
use serde_json::Value;
use tokio::sync::{Mutex, OnceCell};

use super::{code, meeting_id, name, user_id};

/// Tables of which a statement may read only what an index gives it.
const LARGE: [&str; 14] = [
    "users",
    "sessions",
    "meetings",
    "participants",
    "stays",
    "meeting_sessions",
    "rooms",
    "room_participants",
    "invitations",
    "meeting_reminders",
    "notifications",
    "outbox",
    "webhook_deliveries",
    "chat_messages",
];

/// Writes down how every statement was carried out, from the next connection on.
const EXPLAIN: &str = "
    DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET session_preload_libraries = auto_explain', current_database());
        EXECUTE format('ALTER DATABASE %I SET auto_explain.log_min_duration = 0', current_database());
        EXECUTE format('ALTER DATABASE %I SET auto_explain.log_analyze = on', current_database());
        EXECUTE format('ALTER DATABASE %I SET auto_explain.log_timing = off', current_database());
        EXECUTE format('ALTER DATABASE %I SET auto_explain.log_format = json', current_database());
    END $$";

/// The database, filled once for all tests here. One at a time looks at its log.
static FILLED: OnceCell<Mutex<TestDatabase>> = OnceCell::const_new();

/// The latest time in the data.
fn now() -> DateTime<Utc> {
    "2026-07-01T00:00:00Z".parse().unwrap()
}

/// One step of a plan, with all its repetitions.
#[derive(Debug)]
struct Step {
    kind: String,
    relation: Option<String>,
    index: Option<String>,
    /// Rows that it gave, and rows that it had read in vain.
    touched: f64,
}

/// How a statement was carried out.
#[derive(Debug)]
struct Plan {
    /// How many rows were expected of the whole.
    expected_rows: f64,
    steps: Vec<Step>,
}

impl Plan {
    fn of(explained: &Value) -> Self {
        let mut steps = Vec::new();
        collect(&explained["Plan"], &mut steps);
        Self { expected_rows: number(&explained["Plan"], "Plan Rows"), steps }
    }

    fn indexes(&self) -> BTreeSet<&str> {
        self.steps.iter().filter_map(|step| step.index.as_deref()).collect()
    }
}

fn number(node: &Value, field: &str) -> f64 {
    node[field].as_f64().unwrap_or(0.0)
}

fn collect(node: &Value, steps: &mut Vec<Step>) {
    let text = |field: &str| node[field].as_str().map(str::to_owned);
    let removed = ["Rows Removed by Filter", "Rows Removed by Index Recheck", "Rows Removed by Join Filter"];
    let rows = number(node, "Actual Rows") + removed.iter().map(|field| number(node, field)).sum::<f64>();
    steps.push(Step {
        kind: text("Node Type").unwrap_or_default(),
        relation: text("Relation Name"),
        index: text("Index Name"),
        touched: rows * number(node, "Actual Loops"),
    });
    node["Plans"].as_array().into_iter().flatten().for_each(|child| collect(child, steps));
}

/// What was written down about statements so far.
fn explained(database: &TestDatabase) -> Vec<Value> {
    let plans = database.log().into_iter().filter_map(|message| {
        let (_, plan) = message.split_once("plan:")?;
        message.contains("duration:").then(|| serde_json::from_str::<Value>(plan).expect("a plan in JSON"))
    });
    // While it plans, PostgreSQL works out what is constant; functions of ours that it calls then are not what was asked.
    let of_function =
        |plan: &Value| plan["Query Text"].as_str().is_some_and(|text| text.contains("search_words(term)"));
    plans.filter(|plan| !of_function(plan)).collect()
}

/// What the statements of `ask` may do.
struct Bounds {
    /// How many statements it sends.
    statements: usize,
    /// Indexes that have to be used.
    indexes: &'static [&'static str],
    /// The most rows that a step may touch, and that may be expected of a statement.
    rows: u32,
}

/// Checks how the statements that `ask` sends are carried out.
async fn check(what: &str, bounds: Bounds, ask: impl AsyncFnOnce(PgPool)) {
    let filled = FILLED.get_or_init(|| async {
        let database = TestDatabase::new().await;
        database.execute(include_str!("query_plans/fill.sql")).await;
        database.execute(EXPLAIN).await;
        Mutex::new(database)
    });
    let database = filled.await.lock().await;
    let before = explained(&database).len();
    let pool = database.pool();
    ask(pool.clone()).await;
    pool.close();
    let sent = async || explained(&database).len() >= before + bounds.statements;
    wait_until(&format!("the plans of {what} are in the log"), sent).await;
    let explained = explained(&database).split_off(before);
    assert_eq!(explained.len(), bounds.statements, "{what}: {explained:#?}");

    let plans: Vec<Plan> = explained.iter().map(Plan::of).collect();
    let used: BTreeSet<&str> = plans.iter().flat_map(Plan::indexes).collect();
    for index in bounds.indexes {
        assert!(used.contains(index), "{what} does not use {index} but {used:?}: {explained:#?}");
    }
    for plan in &plans {
        for step in &plan.steps {
            let large = step.relation.as_deref().is_some_and(|relation| LARGE.contains(&relation));
            assert!(!(large && step.kind == "Seq Scan"), "{what} reads a whole table: {step:?} in {explained:#?}");
            assert!(step.touched <= f64::from(bounds.rows), "{what} touches too much: {step:?} in {explained:#?}");
        }
        assert!(plan.expected_rows <= f64::from(bounds.rows), "{what} is expected to be large: {explained:#?}");
    }
}

const fn bounds(statements: usize, indexes: &'static [&'static str], rows: u32) -> Bounds {
    Bounds { statements, indexes, rows }
}

/// Reads the first page of a user's list, and a later one.
async fn check_list(what: &str, user: u128, filter: MeetingFilter, bounds: Bounds) {
    let cursor = MeetingCursor { created_at: "2026-04-15T00:00:00Z".parse().unwrap(), id: meeting_id(50_000) };
    check(what, bounds, async |pool| {
        let reader = PgMeetingReader::new(pool);
        for after in [None, Some(cursor)] {
            reader.list(user_id(user), filter.clone(), after, PageLimit::DEFAULT).await.unwrap();
        }
    })
    .await;
}

const LISTS: &[&str] = &[
    "meetings_creator_newest_idx",
    "participants_user_newest_idx",
    "invitations_user_newest_idx",
    "invitations_address_newest_idx",
    "meetings_pkey",
];

#[tokio::test]
async fn lists_cost_as_much_as_a_page_however_many_meetings_a_user_has() {
    for (what, user) in [("an ordinary list", 5_000), ("a creator's list", 1), ("a guest's list", 3), ("a list", 4)] {
        check_list(what, user, MeetingFilter::default(), bounds(2, LISTS, 100)).await;
    }
    let ended = MeetingFilter { status: Some(MeetingStatusKind::Ended), ..MeetingFilter::default() };
    check_list("a list of one state", 1, ended, bounds(2, &["meetings_creator_newest_idx"], 200)).await;
    for (role, user, indexes) in [
        (ListedRole::Host, 1, &["meetings_creator_newest_idx"]),
        (ListedRole::Participant, 3, &["participants_user_newest_idx"]),
        (ListedRole::Invited, 4, &["invitations_user_newest_idx"]),
    ] {
        let filter = MeetingFilter { role: Some(role), ..MeetingFilter::default() };
        check_list("a list of one role", user, filter, bounds(2, indexes, 200)).await;
    }
}

#[tokio::test]
async fn a_search_reads_the_rarer_of_what_a_user_has_and_what_has_the_word() {
    let search = |text: &str| MeetingFilter { search: Some(text.to_owned()), ..MeetingFilter::default() };
    check_list("a rare word in many meetings", 1, search("zebra"), bounds(2, &["meetings_search_idx"], 25_000)).await;
    check_list("a frequent word in many", 1, search("weekl"), bounds(2, &["meetings_creator_newest_idx"], 500)).await;
    check_list("a word in few meetings", 5_000, search("项目"), bounds(2, &["meetings_creator_newest_idx"], 500)).await;
}

#[tokio::test]
async fn single_meetings_are_found_by_their_keys() {
    let (by_id, by_code) = (MeetingRef::Id(meeting_id(77_777)), MeetingRef::Code(code(77_777)));
    check("reading by identifier", bounds(1, &["meetings_pkey"], 1), async |pool| {
        assert!(PgMeetingReader::new(pool).read(&by_id).await.unwrap().is_some());
    })
    .await;
    check("reading by code", bounds(1, &["meetings_code_key"], 1), async |pool| {
        assert!(PgMeetingReader::new(pool).read(&by_code).await.unwrap().is_some());
    })
    .await;
    let indexes = &["meetings_code_key", "participants_pkey"];
    check("participants by code", bounds(1, indexes, 60), async |pool| {
        assert_eq!(PgMeetingReader::new(pool).participants(&by_code).await.unwrap().unwrap().len(), 5);
    })
    .await;
    check("loading a meeting", bounds(1, &["meetings_pkey", "participants_pkey"], 60), async |pool| {
        assert!(PgMeetingRepository::new(pool).find(&by_id).await.unwrap().is_some());
    })
    .await;
    check("stays", bounds(1, &["stays_pkey"], 60), async |pool| {
        assert_eq!(PgMeetingReader::new(pool).stays(meeting_id(77_777)).await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn joining_reads_one_meeting_and_its_participants() {
    // One that is live.
    let meeting = MeetingRef::Code(code(50_008));
    let indexes = &["meetings_code_key", "meetings_pkey", "participants_pkey"];
    check("joining", bounds(3, indexes, 60), async |pool| {
        let join = &mut |meeting: &mut domain_meeting::Meeting| {
            meeting.join(Joining::account(user_id(9_999), name("Ann")), now()).map(drop)
        };
        PgMeetingRepository::new(pool).change(&meeting, join).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn invitations_are_found_by_meeting_and_invitee() {
    let meeting = meeting_id(50_007);
    check("a host's list", bounds(1, &["invitations_newest_idx"], 60), async |pool| {
        let page = PgInvitationReader::new(pool).list(meeting, None, PageLimit::DEFAULT).await.unwrap();
        assert_eq!(page.items.len(), 2);
    })
    .await;
    let email = Email::parse("user7@example.org").unwrap();
    check("the own invitation", bounds(1, &[], 60), async |pool| {
        let found = PgInvitationRepository::new(pool).find_of(meeting, user_id(9_998), Some(&email)).await.unwrap();
        assert!(found.is_some());
    })
    .await;
    check("who is to be told", bounds(1, &[], 60), async |pool| {
        assert_eq!(PgInvitationRepository::new(pool).active_of(meeting).await.unwrap().len(), 2);
    })
    .await;
    check("users by addresses", bounds(1, &["users_email_key"], 60), async |pool| {
        assert_eq!(PgPeople::new(pool).by_emails(std::slice::from_ref(&email)).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn notifications_are_read_page_by_page() {
    for (unread_only, index) in [(false, &["notifications_newest_idx"]), (true, &["notifications_unread_idx"])] {
        check("notifications", bounds(1, index, 60), async |pool| {
            let reader = PgNotificationReader::new(pool);
            let filter = NotificationFilter { unread_only };
            // What the notifications say is not looked at.
            reader.list(user_id(5_000), filter, None, PageLimit::DEFAULT).await.ok();
        })
        .await;
    }
    check("how many are unread", bounds(1, &["notifications_unread_idx"], 60), async |pool| {
        PgNotificationReader::new(pool).unread(user_id(5_000)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_is_due_is_found_without_looking_at_the_rest() {
    check("reminders", bounds(1, &["meeting_reminders_due_idx"], 110), async |pool| {
        assert_eq!(PgReminderPlans::new(pool).due(now(), 100).await.unwrap().len(), 100);
    })
    .await;
    check("the outbox", bounds(1, &["outbox_due_idx", "outbox_aggregate_idx"], 500), async |pool| {
        let claimed = PgOutboxReader::new(pool).claim(100, TimeDelta::seconds(30), now()).await.unwrap();
        assert_eq!(claimed.len(), 100);
    })
    .await;
    let indexes = &["webhook_deliveries_due_idx", "webhook_deliveries_subject_idx", "webhook_deliveries_pkey"];
    check("webhooks", bounds(1, indexes, 1_000), async |pool| {
        let limits = ClaimLimits { overall: 32, per_webhook: 4 };
        let claimed = PgWebhookDeliveries::new(pool).claim(limits, TimeDelta::seconds(30), now()).await.unwrap();
        assert_eq!(claimed.len(), 32);
    })
    .await;
}

#[tokio::test]
async fn what_was_written_is_read_page_by_page_and_deleted_step_by_step() {
    let room = RoomId::from(meeting_id(500));
    let of = |n: u128| MessageId::from_uuid(meeting_id(n).as_uuid());
    check("a page of messages", bounds(2, &["chat_messages_pkey"], 60), async |pool| {
        let chat = PgChatStore::new(pool);
        for before in [None, Some(of(49_950))] {
            assert_eq!(chat.page(room, user_id(3), before, 21).await.unwrap().len(), 21);
        }
    })
    .await;
    check("one message", bounds(1, &["chat_messages_pkey"], 1), async |pool| {
        assert!(PgChatStore::new(pool).find(room, of(49_950)).await.unwrap().is_some());
    })
    .await;
    check("old messages", bounds(1, &["chat_messages_sent_idx"], 60), async |pool| {
        assert_eq!(PgChatStore::new(pool).delete_sent_before(now(), 50).await.unwrap(), 50);
    })
    .await;
    let indexes = &["rooms_chat_kept_idx", "chat_messages_pkey"];
    check("messages of rooms that are over", bounds(1, indexes, 210), async |pool| {
        let pruned = PgChatStore::new(pool).delete_of_rooms_over_before(now(), 50).await.unwrap();
        assert_eq!((pruned.messages, pruned.more), (50, true));
    })
    .await;
}

#[tokio::test]
async fn live_rooms_are_found_without_looking_at_the_rest() {
    check("live rooms", bounds(1, &["meetings_live_idx", "rooms_active_idx"], 8_000), async |pool| {
        assert_eq!(PgStatisticsReader::new(pool).live_rooms().await.unwrap().rooms.len(), 1_000);
    })
    .await;
}

#[tokio::test]
async fn sessions_and_accounts_are_found_by_what_shows_them() {
    let unknown = RefreshTokenHash::from_bytes([7; 32]);
    let indexes = &["sessions_refresh_hash_key", "sessions_previous_hash_idx"];
    check("a session by its token", bounds(1, indexes, 60), async |pool| {
        assert!(PgSessionRepository::new(pool).find_by_refresh_hash(&unknown).await.unwrap().is_none());
    })
    .await;
    check("the sessions of a user", bounds(1, &["sessions_user_idx"], 60), async |pool| {
        let then = "2026-02-15T00:00:00Z".parse().unwrap();
        assert!(!PgSessionRepository::new(pool).live_of(user_id(5_000), then).await.unwrap().is_empty());
    })
    .await;
    let (username, email) = (Username::parse("User5000").unwrap(), Email::parse("user5000@example.org").unwrap());
    check("an account by its name", bounds(1, &["users_username_key"], 1), async |pool| {
        PgUserRepository::new(pool).find_by_username(&username).await.ok();
    })
    .await;
    check("an account by its address", bounds(1, &["users_email_key"], 1), async |pool| {
        PgUserRepository::new(pool).find_by_email(&email).await.ok();
    })
    .await;
}

#[tokio::test]
async fn times_of_meetings_are_read_of_one_user_or_one_meeting() {
    let (from, until) = ("2026-04-01T00:00:00Z".parse().unwrap(), "2026-05-01T00:00:00Z".parse().unwrap());
    let indexes = &["meetings_creator_newest_idx", "participants_user_newest_idx", "invitations_user_newest_idx"];
    check("the occurrences of a month", bounds(1, indexes, 500), async |pool| {
        assert!(!PgMeetingTimes::new(pool).planned(user_id(5_000), from, until).await.unwrap().is_empty());
    })
    .await;
    check("the sessions of a meeting", bounds(1, &["meeting_sessions_pkey"], 60), async |pool| {
        assert_eq!(PgMeetingTimes::new(pool).sessions(meeting_id(77_771)).await.unwrap().len(), 1);
    })
    .await;
    check("the stays of a session", bounds(1, &["stays_pkey"], 60), async |pool| {
        let started_at = "2026-03-01T00:00:00Z".parse().unwrap();
        let session = SessionView { started_at, ended_at: None };
        assert_eq!(PgMeetingTimes::new(pool).stays(meeting_id(77_771), session).await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn going_on_to_the_next_time_reads_what_is_due_and_one_meeting() {
    check("what goes on", bounds(1, &["meetings_advance_idx"], 110), async |pool| {
        assert_eq!(PgMeetingTimes::new(pool).to_advance(now(), 50).await.unwrap().len(), 50);
    })
    .await;
    check("going on", bounds(3, &["meetings_pkey", "participants_pkey"], 60), async |pool| {
        let mut went_on = false;
        let meeting = MeetingRef::Id(meeting_id(50_007));
        let go_on = &mut |meeting: &mut domain_meeting::Meeting| {
            went_on = meeting.advance(now());
            Ok(())
        };
        PgMeetingRepository::new(pool).change(&meeting, go_on).await.unwrap();
        assert!(went_on);
    })
    .await;
}

fn room_name(text: &str) -> RoomName {
    RoomName::parse(text).unwrap()
}

#[tokio::test]
async fn rooms_of_other_backends_are_found_by_name_and_listed_page_by_page() {
    check("a room by name", bounds(1, &["rooms_name_newest_idx"], 60), async |pool| {
        assert!(PgBareRoomReader::new(pool).read(&room_name("room-77")).await.unwrap().is_some());
    })
    .await;
    let lists: [(BareRoomFilter, &'static [&'static str]); 5] = [
        (BareRoomFilter::default(), &["rooms_newest_idx"]),
        (
            BareRoomFilter { status: Some(BareRoomStatusKind::Active), ..BareRoomFilter::default() },
            &["rooms_status_newest_idx"],
        ),
        (
            BareRoomFilter { source_channel_id: Uid::parse("busy").ok(), ..BareRoomFilter::default() },
            &["rooms_source_channel_newest_idx"],
        ),
        (
            BareRoomFilter { source_channel_id: Uid::parse("channel-77").ok(), ..BareRoomFilter::default() },
            &["rooms_source_channel_newest_idx"],
        ),
        (BareRoomFilter { name: Some(room_name("room-77")), ..BareRoomFilter::default() }, &["rooms_name_newest_idx"]),
    ];
    for (filter, indexes) in lists {
        let after = BareRoomCursor {
            created_at: "2026-05-07T00:00:00Z".parse().unwrap(),
            id: RoomId::from_uuid(meeting_id(50_000).as_uuid()),
        };
        check(&format!("{filter:?}"), bounds(2, indexes, 100), async |pool| {
            let reader = PgBareRoomReader::new(pool);
            for after in [None, Some(after)] {
                assert!(!reader.list(&filter, after, PageLimit::DEFAULT).await.unwrap().items.is_empty());
            }
        })
        .await;
    }
    check("who was asked into a room", bounds(1, &["room_participants_first_idx"], 60), async |pool| {
        let id = RoomId::from_uuid(meeting_id(77_777).as_uuid());
        let page = PgBareRoomReader::new(pool).participants(id, None, None, PageLimit::DEFAULT).await.unwrap();
        assert_eq!(page.items.len(), 3);
    })
    .await;
    check("empty rooms", bounds(1, &["rooms_expires_idx"], 60), async |pool| {
        assert_eq!(PgBareRoomRepository::new(pool).expired(now(), 50).await.unwrap().len(), 50);
    })
    .await;
    check("old rooms", bounds(1, &["rooms_ended_idx", "rooms_pkey"], 60), async |pool| {
        assert_eq!(PgBareRoomRepository::new(pool).prune(now(), 20).await.unwrap(), 20);
    })
    .await;
    let indexes = &["rooms_name_newest_idx", "rooms_pkey"];
    check("ending a room", bounds(3, indexes, 60), async |pool| {
        let end = &mut |room: &mut domain_room::BareRoom| room.end(EndReason::EndedByBackend, now());
        PgBareRoomRepository::new(pool).change(&BareRoomRef::Name(room_name("room-78")), end).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_later_page_of_accounts_costs_as_much_as_the_first() {
    // Each page is read with the devices of its accounts.
    check("the accounts", bounds(6, &["users_newest_idx"], 100), async |pool| {
        let reader = PgUserReader::new(pool);
        let after = UserCursor { created_at: "2026-01-04T00:00:00Z".parse().unwrap(), id: user_id(4_321) };
        for after in [None, Some(after)] {
            let page = reader.search(&UserFilter::default(), after, PageLimit::DEFAULT, now()).await.unwrap();
            assert_eq!(page.items.len(), usize::from(PageLimit::DEFAULT.get()));
        }
    })
    .await;
}
