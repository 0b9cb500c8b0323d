//! Meetings that recur, on PostgreSQL: the contracts of `MeetingRepository` and `MeetingTimes` about them, and workers that
//! go on to the next time at once.

use std::sync::Arc;

use application_meeting::{
    AdvanceMeetings, InvitationRepository, MeetingReader, MeetingRepository, MeetingTimes, MeetingView, SessionView,
};
use application_shared::PortError;
use chrono::{DateTime, TimeDelta, Utc};
use domain_meeting::{
    Invitation, InvitationAnswer, InvitationTokenHash, Invitee, Joining, Meeting, MeetingEdit, MeetingError,
    MeetingRef, NewInvitation, TimeZone,
};
use domain_shared::{FixedClock, InvitationId, MeetingId};
use futures::future::join_all;
use infrastructure_postgres::{PgInvitationRepository, PgMeetingReader, PgMeetingRepository, PgMeetingTimes};
use open_meeting_tests::TestDatabase;
use uuid::Uuid;

use super::{at, meeting, meeting_id, meeting_of, name, outbox, simultaneous_joins::meeting_ports, user_id};

const DAY: i64 = 86_400;

struct World {
    database: TestDatabase,
    meetings: PgMeetingRepository,
    reader: PgMeetingReader,
    times: PgMeetingTimes,
}

impl World {
    async fn new() -> Self {
        let database = TestDatabase::new().await;
        let pool = database.pool();
        Self {
            meetings: PgMeetingRepository::new(pool.clone()),
            reader: PgMeetingReader::new(pool.clone()),
            times: PgMeetingTimes::new(pool),
            database,
        }
    }

    /// Stores a meeting of user 1 that begins at `at(0)` and lasts an hour, again and again.
    async fn recurring(&self, n: u128, rule: &str) -> Meeting {
        let mut stored = recurring(n, rule);
        self.meetings.insert(&mut stored).await.unwrap();
        stored
    }

    async fn change(
        &self,
        n: u128,
        mut change: impl FnMut(&mut Meeting) -> Result<(), MeetingError> + Send,
    ) -> Meeting {
        self.meetings.change(&meeting_id(n).into(), &mut change).await.unwrap()
    }

    async fn come(&self, n: u128, who: u128, seconds: i64) -> Meeting {
        let joining = Joining::account(user_id(who), name("Somebody"));
        self.change(n, |meeting| meeting.join(joining.clone(), at(seconds)).map(drop)).await
    }
}

fn recurring(n: u128, rule: &str) -> Meeting {
    let mut meeting = meeting(n, at(0));
    let zone = TimeZone::parse("Asia/Kathmandu").ok();
    let schedule = meeting.schedule().clone().in_time_zone(zone).recurring(rule, at(0)).unwrap();
    meeting.edit(user_id(1), MeetingEdit { schedule: Some(schedule), ..MeetingEdit::default() }, at(0)).unwrap();
    meeting
}

#[tokio::test]
async fn a_series_comes_back_as_it_was_stored() {
    let world = World::new().await;
    let stored = world.recurring(1, "FREQ=DAILY;COUNT=9").await;
    assert_eq!(world.meetings.find(&meeting_id(1).into()).await.unwrap().as_ref(), Some(&stored));
    let reference = MeetingRef::Id(meeting_id(1));
    assert_eq!(world.reader.read(&reference).await.unwrap(), Some(MeetingView::from(&stored)));
    let skipped = world.change(1, |meeting| meeting.skip(user_id(1), at(2 * DAY), at(1))).await;
    assert_eq!(skipped.schedule().series().unwrap().excluded().collect::<Vec<_>>(), [at(2 * DAY)]);
    assert_eq!(world.meetings.find(&reference).await.unwrap(), Some(skipped));
    let once = world
        .change(1, |meeting| {
            let schedule = Some(meeting.schedule().clone().in_time_zone(None));
            meeting.edit(user_id(1), MeetingEdit { schedule, ..MeetingEdit::default() }, at(2)).map(drop)
        })
        .await;
    assert_eq!(world.meetings.find(&reference).await.unwrap(), Some(once));
    let row = world.database.query("SELECT count(*) FROM meetings WHERE recurrence IS NULL AND excluded = '{}'").await;
    assert_eq!(row[0].get::<_, i64>(0), 1);
    world.database.execute("UPDATE meetings SET time_zone = 'Mars/Olympus'").await;
    assert!(matches!(world.meetings.find(&reference).await, Err(PortError::Corrupt { .. })));
}

#[tokio::test]
async fn each_time_that_it_is_held_is_kept_with_its_stays() {
    let world = World::new().await;
    world.recurring(1, "FREQ=DAILY;COUNT=3").await;
    for day in 0..2 {
        world.come(1, 2, day * DAY + 60).await;
        world.come(1, 3, day * DAY + 70).await;
        world.change(1, |meeting| meeting.end(user_id(1), at(day * DAY + 90))).await;
    }
    world.come(1, 3, 2 * DAY).await;
    let session = |from: i64, to: Option<i64>| SessionView { started_at: at(from), ended_at: to.map(at) };
    let (second, third) = (session(DAY + 60, Some(DAY + 90)), session(2 * DAY, None));
    assert_eq!(world.times.sessions(meeting_id(1)).await.unwrap(), [third, second, session(60, Some(90))]);
    assert_eq!(world.times.sessions(meeting_id(2)).await.unwrap(), []);
    let stays = world.times.stays(meeting_id(1), second).await.unwrap();
    let told: Vec<_> = stays.iter().map(|stay| (stay.user_id, stay.joined_at, stay.left_at)).collect();
    let left = Some(at(DAY + 90));
    assert_eq!(told, [(user_id(2), at(DAY + 60), left), (user_id(3), at(DAY + 70), left)]);
    assert_eq!(world.times.stays(meeting_id(1), third).await.unwrap().len(), 1);
    world.change(1, |meeting| meeting.end(user_id(1), at(2 * DAY + 1))).await;
    assert_eq!(world.times.sessions(meeting_id(1)).await.unwrap()[0], session(2 * DAY, Some(2 * DAY + 1)));
    // Within one change.
    let mut at_once = meeting(2, at(0));
    at_once.join(Joining::account(user_id(2), name("Bob")), at(1)).unwrap();
    at_once.end(user_id(1), at(2)).unwrap();
    world.meetings.insert(&mut at_once).await.unwrap();
    assert_eq!(world.times.sessions(meeting_id(2)).await.unwrap(), [session(1, Some(2))]);
}

#[tokio::test]
async fn the_calendar_of_a_user_has_what_is_theirs_in_the_window() {
    let world = World::new().await;
    world.recurring(1, "FREQ=DAILY").await;
    for (n, creator, created) in [(2, 1, 10), (3, 2, 20), (4, 2, 30), (5, 2, 40), (6, 1, 100_000), (7, 2, 50)] {
        world.meetings.insert(&mut meeting_of(n, user_id(creator), 10, at(created))).await.unwrap();
    }
    world.come(3, 1, 25).await;
    let invitations = PgInvitationRepository::new(world.database.pool());
    for (n, answer) in [(4, None), (5, Some(InvitationAnswer::Declined)), (7, Some(InvitationAnswer::Accepted))] {
        let mut invitation = Invitation::create(
            NewInvitation {
                id: InvitationId::from_uuid(Uuid::from_u128(n)),
                meeting_id: meeting_id(n),
                invitee: Invitee::User(user_id(1)),
                token_hash: InvitationTokenHash::from_bytes([u8::try_from(n).unwrap(); 32]),
                invited_by: user_id(2),
                meeting_version: 1,
            },
            at(60),
        );
        if let Some(answer) = answer {
            invitation.answer(answer, at(61)).unwrap();
        }
        invitations.insert(std::slice::from_mut(&mut invitation)).await.unwrap();
    }
    let planned = async |from: DateTime<Utc>, until: DateTime<Utc>| {
        let planned = world.times.planned(user_id(1), from, until).await.unwrap();
        planned.iter().map(|one| (one.id.as_uuid().as_u128(), one.is_host)).collect::<Vec<_>>()
    };
    let all = [(2, true), (3, false), (4, false), (7, false), (1, true)];
    assert_eq!(planned(at(0), at(3_600)).await, all);
    assert_eq!(planned(at(11), at(30)).await, [(3, false), (1, true)], "from its beginning on, before its end");
    assert_eq!(planned(at(0) - TimeDelta::days(2), at(0)).await, []);
    let of_three = world.times.planned(user_id(3), at(0), at(3_600)).await.unwrap();
    assert_eq!(of_three, []);
    let mut unplanned = meeting_of(8, user_id(1), 10, at(0)).to_snapshot();
    (unplanned.start_time, unplanned.end_time) = (None, None);
    world.meetings.insert(&mut Meeting::from_snapshot(unplanned).unwrap()).await.unwrap();
    assert_eq!(planned(at(0), at(3_600)).await, all, "nobody has planned it");
    world.come(8, 3, 500).await;
    assert!(planned(at(499), at(501)).await.contains(&(8, true)), "but it is held");
    let stored = world.meetings.find(&meeting_id(1).into()).await.unwrap().unwrap();
    let one = world.times.planned(user_id(1), at(0), at(1)).await.unwrap().pop().unwrap();
    assert_eq!((one.schedule, one.title.as_str()), (stored.schedule().clone(), stored.title().as_str()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_workers_each_meeting_goes_on_by_one() {
    let world = World::new().await;
    for n in 1..=120 {
        world.recurring(n, if n == 1 { "FREQ=DAILY;COUNT=1" } else { "FREQ=DAILY" }).await;
    }
    world.meetings.insert(&mut meeting(500, at(0))).await.unwrap();
    world.come(2, 7, 60).await;
    let due = async |seconds: i64| world.times.to_advance(at(seconds), 1_000).await.unwrap();
    assert_eq!(due(3_599).await, Vec::<MeetingId>::new());
    assert_eq!(due(3_600).await.len(), 119, "but the one in which somebody is, and the one that takes place once");
    world.database.execute("DELETE FROM outbox").await;
    let clock = Arc::new(FixedClock::at(at(3_600)));
    let outcomes = join_all((0..2).map(|_| {
        let ports = meeting_ports(world.database.pool(), clock.clone());
        tokio::spawn(async move { AdvanceMeetings::new(&ports).execute().await.unwrap() })
    }))
    .await;
    assert_eq!(outcomes.into_iter().map(Result::unwrap).sum::<u64>(), 119);
    assert_eq!(due(3_600).await, Vec::<MeetingId>::new());
    let mut events = outbox(&world.database).await;
    events.sort();
    assert_eq!((events.len(), events[0].as_str(), events[118].as_str()), (119, "meeting.advanced", "meeting.ended"));
}
