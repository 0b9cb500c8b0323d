//! Creates a meeting.

use std::sync::Arc;

use application_shared::{FieldError, PortError};
use chrono::{DateTime, Utc};
use domain_meeting::{
    MaxParticipants, Meeting, MeetingCode, MeetingDescription, MeetingSettings, MeetingTitle, NewMeeting, Passcode,
    Schedule,
};
use domain_shared::{Clock, IdGenerator, MeetingId, UserId};
use secrecy::SecretString;
use thiserror::Error;

use crate::{
    InsertMeetingError, MeetingRepository, MeetingView, PasscodeHasher, SettingsChange,
    meeting_fields::{self, Mistakes, Plan},
};

/// How many codes are tried before giving up. One is enough but for one time in billions.
const CODE_ATTEMPTS: usize = 5;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct CreateMeetingCommand {
    /// Who creates it.
    pub creator_id: UserId,
    /// Its title: 1 to 200 characters.
    pub title: String,
    /// What it is about: up to 5,000 characters.
    pub description: Option<String>,
    /// The planned start.
    pub start_time: Option<DateTime<Utc>>,
    /// The planned end, after the start.
    pub end_time: Option<DateTime<Utc>>,
    /// The time zone in which it is planned: a name of the IANA database. An empty one is none.
    pub time_zone: Option<String>,
    /// How it recurs (RFC 5545, 3.3.10), from the planned start on, by the clocks of the time zone. An empty rule is none.
    pub recurrence: Option<String>,
    /// How many may be present at once: 2 to 1,000, by default 100.
    pub max_participants: Option<i64>,
    /// What is to be different from the settings that meetings have.
    pub settings: SettingsChange,
    /// A passcode: 4 to 32 visible ASCII characters. An empty one is none.
    pub passcode: Option<SecretString>,
}

/// No meeting was created.
#[derive(Debug, Error)]
pub enum CreateMeetingError {
    /// Some fields cannot be accepted.
    #[error("invalid meeting")]
    Invalid(Vec<FieldError>),
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Creates a meeting.
pub struct CreateMeeting {
    meetings: Arc<dyn MeetingRepository>,
    passcodes: Arc<dyn PasscodeHasher>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdGenerator>,
}

impl CreateMeeting {
    /// The use case on these ports.
    #[must_use]
    pub fn new(
        meetings: Arc<dyn MeetingRepository>,
        passcodes: Arc<dyn PasscodeHasher>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdGenerator>,
    ) -> Self {
        Self { meetings, passcodes, clock, ids }
    }

    /// Creates the meeting.
    ///
    /// # Errors
    /// [`CreateMeetingError`].
    pub async fn execute(&self, command: CreateMeetingCommand) -> Result<MeetingView, CreateMeetingError> {
        let now = self.clock.now();
        let parsed = Parsed::parse(&command, now).map_err(CreateMeetingError::Invalid)?;
        let passcode_hash = meeting_fields::hash(&self.passcodes, parsed.passcode.as_ref()).await?;
        let settings = command.settings.apply(MeetingSettings::default());
        let id = MeetingId::from_uuid(self.ids.next());
        for _ in 0..CODE_ATTEMPTS {
            let Some(code) = MeetingCode::from_random(&self.ids.random_bytes(MeetingCode::RANDOM_BYTES)) else {
                continue;
            };
            let Parsed { title, description, schedule, max_participants, .. } = parsed.clone();
            let (creator_id, passcode_hash) = (command.creator_id, passcode_hash.clone());
            let new = NewMeeting {
                id,
                code,
                title,
                description,
                creator_id,
                schedule,
                max_participants,
                settings,
                passcode_hash,
            };
            let mut meeting = Meeting::create(new, now);
            match self.meetings.insert(&mut meeting).await {
                Ok(()) => return Ok(MeetingView::from(&meeting)),
                Err(InsertMeetingError::CodeTaken) => {}
                Err(InsertMeetingError::Port(error)) => return Err(error.into()),
            }
        }
        Err(PortError::unavailable("no free meeting code found").into())
    }
}

/// The fields that need parsing, parsed.
#[derive(Clone)]
struct Parsed {
    title: MeetingTitle,
    description: Option<MeetingDescription>,
    schedule: Schedule,
    max_participants: MaxParticipants,
    passcode: Option<Passcode>,
}

impl Parsed {
    /// Parses every field, and tells of all that are wrong.
    fn parse(command: &CreateMeetingCommand, now: DateTime<Utc>) -> Result<Self, Vec<FieldError>> {
        let mut mistakes = Mistakes::default();
        let title = mistakes.keep(meeting_fields::title(&command.title));
        let description = mistakes.keep(meeting_fields::description(command.description.as_deref()));
        let plan = Plan {
            start: command.start_time,
            end: command.end_time,
            time_zone: command.time_zone.as_deref(),
            recurrence: command.recurrence.as_deref(),
        };
        let schedule = plan.parse(now, &mut mistakes);
        let max_participants = mistakes.keep(meeting_fields::max_participants(command.max_participants));
        let passcode = mistakes.keep(meeting_fields::passcode(command.passcode.as_ref()));
        let parsed = title.zip(description).zip(schedule).zip(max_participants).zip(passcode);
        mistakes.into_result(parsed.map(|((((title, description), schedule), max_participants), passcode)| Self {
            title,
            description,
            schedule,
            max_participants,
            passcode,
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use domain_meeting::MeetingStatusKind;

    use super::*;
    use crate::testing::{World, at, user};

    fn use_case(world: &World) -> CreateMeeting {
        CreateMeeting::new(world.meetings.clone(), world.passcodes.clone(), world.clock.clone(), world.ids.clone())
    }

    fn command() -> CreateMeetingCommand {
        CreateMeetingCommand {
            creator_id: user(1),
            title: " Weekly ".into(),
            description: None,
            start_time: None,
            end_time: None,
            time_zone: None,
            recurrence: None,
            max_participants: None,
            settings: SettingsChange::default(),
            passcode: None,
        }
    }

    #[tokio::test]
    async fn creates_a_meeting_with_defaults() {
        let world = World::new();
        let view = use_case(&world).execute(command()).await.unwrap();
        assert_eq!((view.title.as_str(), view.max_participants, view.description.as_deref()), ("Weekly", 100, None));
        assert_eq!((view.status, view.creator_id, view.created_at), (MeetingStatusKind::Scheduled, user(1), at(0)));
        assert_eq!((view.started_at, view.ended_at, view.start_time, view.end_time), (None, None, None, None));
        assert!(MeetingCode::parse(&view.code).is_ok());
        assert_eq!(world.meeting().id(), view.id);
    }

    #[tokio::test]
    async fn keeps_what_is_asked_for() {
        let world = World::new();
        let wanted = CreateMeetingCommand {
            description: Some("About\nthis".into()),
            start_time: Some(at(60)),
            end_time: Some(at(120)),
            max_participants: Some(2),
            settings: SettingsChange { guests_allowed: Some(true), ..SettingsChange::default() },
            passcode: Some("4711".into()),
            ..command()
        };
        let view = use_case(&world).execute(wanted).await.unwrap();
        assert_eq!((view.description.as_deref(), view.max_participants), (Some("About\nthis"), 2));
        assert_eq!((view.start_time, view.end_time), (Some(at(60)), Some(at(120))));
        assert!(view.settings.guests_allowed && view.has_passcode);
    }

    #[tokio::test]
    async fn a_meeting_recurs_in_its_time_zone() {
        let world = World::new();
        let wanted = CreateMeetingCommand {
            start_time: Some(at(60)),
            time_zone: Some("Europe/Berlin".into()),
            recurrence: Some("rrule:count=3;freq=daily".into()),
            ..command()
        };
        let view = use_case(&world).execute(wanted.clone()).await.unwrap();
        assert_eq!(view.time_zone.as_deref(), Some("Europe/Berlin"));
        assert_eq!(view.recurrence.as_deref(), Some("FREQ=DAILY;COUNT=3"));
        let empty =
            CreateMeetingCommand { recurrence: Some(" ".into()), time_zone: Some(String::new()), ..wanted.clone() };
        let view = use_case(&world).execute(empty).await.unwrap();
        assert_eq!((view.time_zone, view.recurrence), (None, None));
        let none = |start_time, time_zone: &str, recurrence: &str| CreateMeetingCommand {
            start_time,
            time_zone: Some(time_zone.into()),
            recurrence: Some(recurrence.into()),
            ..command()
        };
        for (wrong, expected) in [
            (none(None, "", "FREQ=DAILY"), vec![("start_time", "required"), ("time_zone", "required")]),
            (none(Some(at(60)), "Mars/Olympus", "FREQ=DAILY"), vec![("time_zone", "unknown_value")]),
            (none(Some(at(60)), "UTC", "FREQ=HOURLY"), vec![("recurrence", "unsupported")]),
            (none(Some(at(60)), "UTC", "FREQ=DAILY;COUNT=0"), vec![("recurrence", "out_of_range")]),
            (none(Some(at(60)), "UTC", "FREQ=WEEKLY;BYDAY=SU"), vec![("recurrence", "start_mismatch")]),
            (none(Some(at(-3_601)), "UTC", "FREQ=DAILY"), vec![("start_time", "in_past")]),
        ] {
            let Err(CreateMeetingError::Invalid(errors)) = use_case(&world).execute(wrong).await else {
                panic!("must be refused: {expected:?}")
            };
            assert_eq!(errors.iter().map(|e| (e.field, e.code)).collect::<Vec<_>>(), expected);
        }
    }

    #[tokio::test]
    async fn tells_of_every_field_that_is_wrong() {
        let world = World::new();
        let wrong = CreateMeetingCommand {
            title: " ".into(),
            description: Some("x".repeat(5_001)),
            start_time: Some(at(60)),
            end_time: Some(at(60)),
            max_participants: Some(1),
            ..command()
        };
        let Err(CreateMeetingError::Invalid(errors)) = use_case(&world).execute(wrong).await else {
            panic!("must be refused")
        };
        assert_eq!(
            errors.iter().map(|e| (e.field, e.code)).collect::<Vec<_>>(),
            [
                ("title", "required"),
                ("description", "too_long"),
                ("end_time", "not_after_start"),
                ("max_participants", "out_of_range"),
            ]
        );
        let wrong = CreateMeetingCommand { start_time: Some(DateTime::<Utc>::MAX_UTC), ..command() };
        let Err(CreateMeetingError::Invalid(errors)) = use_case(&world).execute(wrong).await else {
            panic!("must be refused")
        };
        assert_eq!((errors[0].field, errors[0].code), ("start_time", "out_of_range"));
        assert_eq!(world.meetings.inserts.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn takes_another_code_when_one_is_taken_but_not_for_ever() {
        let world = World::new();
        world.meetings.codes_taken.store(4, Ordering::Relaxed);
        assert!(use_case(&world).execute(command()).await.is_ok());
        assert_eq!(world.meetings.inserts.load(Ordering::Relaxed), 5);

        world.meetings.codes_taken.store(5, Ordering::Relaxed);
        let failed = use_case(&world).execute(command()).await;
        assert!(matches!(failed, Err(CreateMeetingError::Port(PortError::Unavailable(_)))));
    }

    #[tokio::test]
    async fn gives_up_when_no_code_can_be_made() {
        struct Dull;
        impl IdGenerator for Dull {
            fn next(&self) -> uuid::Uuid {
                uuid::Uuid::nil()
            }
            fn random_bytes(&self, len: usize) -> Vec<u8> {
                vec![255; len]
            }
        }
        let world = World::new();
        let dull =
            CreateMeeting::new(world.meetings.clone(), world.passcodes.clone(), world.clock.clone(), Arc::new(Dull));
        assert!(matches!(dull.execute(command()).await, Err(CreateMeetingError::Port(_))));
    }

    #[tokio::test]
    async fn tells_that_the_repository_failed() {
        let world = World::new();
        world.fail();
        assert!(matches!(use_case(&world).execute(command()).await, Err(CreateMeetingError::Port(_))));
    }
}
