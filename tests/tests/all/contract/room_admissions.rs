//! The contract of `RoomAdmissions`: whom room tokens let in.

use application_meeting::MeetingRepository;
use application_room::{Admittance, RoomAdmissions, RoomClaims, RoomKind};
use chrono::{DateTime, Utc};
use domain_meeting::{
    Attendee, Joining, LobbyMode, Meeting, MeetingEdit, MeetingError, MeetingSettings, PasscodeOffer, TimeZone,
};
use domain_room::{DisplayName, Grants, ParticipantRole};
use domain_shared::RoomId;
use infrastructure_postgres::{PgMeetingRepository, PgRoomAdmissions};
use open_meeting_tests::TestDatabase;

use super::{at, meeting, meeting_id, name, user_id};

struct World {
    _database: TestDatabase,
    meetings: PgMeetingRepository,
    admissions: PgRoomAdmissions,
}

impl World {
    async fn new() -> Self {
        let database = TestDatabase::new().await;
        let pool = database.pool();
        let meetings = PgMeetingRepository::new(pool.clone());
        meetings.insert(&mut meeting(1, at(0))).await.unwrap();
        Self { _database: database, meetings, admissions: PgRoomAdmissions::new(pool) }
    }

    async fn change(&self, mut change: impl FnMut(&mut Meeting) -> Result<(), MeetingError> + Send) {
        self.meetings.change(&meeting_id(1).into(), &mut change).await.unwrap();
    }

    async fn join(&self, who: u128, seconds: i64) {
        let attendee = Attendee { user_id: user_id(who), guest: false };
        let joining = Joining { attendee, display_name: name("Somebody"), passcode: PasscodeOffer::None };
        self.change(|meeting| meeting.join(joining.clone(), at(seconds)).map(drop)).await;
    }

    async fn admits(&self, who: u128, stay: Option<DateTime<Utc>>, lobby: bool) -> bool {
        let claims = RoomClaims {
            kind: RoomKind::Meeting,
            room_id: RoomId::from(meeting_id(1)),
            user_id: user_id(who),
            session_id: None,
            display_name: DisplayName::parse("Somebody").unwrap(),
            role: ParticipantRole::Participant,
            grants: Grants { lobby, ..Grants::full() },
            stay,
            expires_at: at(1_000),
        };
        self.admissions.admits(&claims).await.unwrap() == Admittance::Admitted
    }
}

#[tokio::test]
async fn a_token_is_good_for_the_stay_it_was_given_for() {
    let world = World::new().await;
    world.join(2, 1).await;
    assert!(world.admits(2, Some(at(1)), false).await);
    assert!(!world.admits(2, Some(at(0)), false).await);
    assert!(!world.admits(3, Some(at(1)), false).await, "never came");
    assert!(world.admits(3, None, false).await, "of a room that keeps no stays");
    world.change(|m| m.leave(user_id(2), at(2)).then_some(()).ok_or(MeetingError::Ended)).await;
    world.join(2, 3).await;
    assert!(!world.admits(2, Some(at(1)), false).await, "that stay is over");
    assert!(world.admits(2, Some(at(3)), false).await);
}

#[tokio::test]
async fn who_was_sent_out_is_not_let_in_by_an_old_token() {
    let world = World::new().await;
    world.join(2, 1).await;
    world.change(|m| m.remove(user_id(1), user_id(2), false, at(2)).map(drop)).await;
    assert!(!world.admits(2, Some(at(1)), false).await);
    world.join(2, 2).await;
    assert!(world.admits(2, Some(at(2)), false).await && !world.admits(2, Some(at(1)), false).await);
    world.change(|m| m.remove(user_id(1), user_id(2), true, at(3)).map(drop)).await;
    assert!(!world.admits(2, Some(at(2)), false).await);
}

#[tokio::test]
async fn nobody_comes_in_when_the_meeting_is_over() {
    let world = World::new().await;
    world.join(2, 1).await;
    world.change(|m| m.end(user_id(1), at(2))).await;
    assert!(!world.admits(2, Some(at(1)), false).await);
}

#[tokio::test]
async fn the_lobby_is_open_for_who_waits() {
    let world = World::new().await;
    let settings = MeetingSettings { lobby: LobbyMode::Everyone, ..MeetingSettings::default() };
    let edit = MeetingEdit { settings: Some(settings), ..MeetingEdit::default() };
    world.change(|m| m.edit(user_id(1), edit.clone(), at(0)).map(drop)).await;
    world.join(2, 1).await;
    assert!(world.admits(2, Some(at(1)), true).await);
    assert!(!world.admits(2, Some(at(1)), false).await, "not in the room");
    assert!(!world.admits(3, Some(at(1)), true).await);
    world.change(|m| m.admit(user_id(1), user_id(2), at(2)).map(drop)).await;
    assert!(world.admits(2, Some(at(1)), true).await, "until they come");
    world.change(|m| m.deny(user_id(1), user_id(2), at(2)).map(drop)).await;
    assert!(!world.admits(2, Some(at(1)), true).await);
}

#[tokio::test]
async fn a_token_of_another_time_of_a_series_opens_nothing() {
    let world = World::new().await;
    world
        .change(|meeting| {
            let schedule = meeting.schedule().clone().in_time_zone(Some(TimeZone::UTC));
            let schedule = Some(schedule.recurring("FREQ=DAILY", at(0)).unwrap());
            meeting.edit(user_id(1), MeetingEdit { schedule, ..MeetingEdit::default() }, at(0)).map(drop)
        })
        .await;
    world.join(2, 1).await;
    assert!(world.admits(2, Some(at(1)), false).await);
    world.change(|meeting| meeting.end(user_id(1), at(2))).await;
    assert!(!world.admits(2, Some(at(1)), false).await, "nothing takes place");
    world.join(3, 3).await;
    assert!(!world.admits(2, Some(at(1)), false).await, "it takes place again");
    assert!(world.admits(3, Some(at(3)), false).await);
    world.join(2, 4).await;
    assert!(world.admits(2, Some(at(4)), false).await && !world.admits(2, Some(at(1)), false).await);
}
