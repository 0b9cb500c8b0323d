//! Creates a meeting.

use std::sync::Arc;

use application_shared::{FieldError, PortError};
use chrono::{DateTime, Utc};
use domain_meeting::{
    MaxParticipants, Meeting, MeetingCode, MeetingDescription, MeetingTitle, NewMeeting, Schedule, ScheduleError,
};
use domain_shared::{Clock, IdGenerator, MeetingId, UserId};
use thiserror::Error;

use crate::{InsertMeetingError, MeetingRepository, MeetingView};

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
    /// How many may be present at once: 2 to 1,000, by default 100.
    pub max_participants: Option<i64>,
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
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdGenerator>,
}

impl CreateMeeting {
    /// The use case on these ports.
    #[must_use]
    pub fn new(meetings: Arc<dyn MeetingRepository>, clock: Arc<dyn Clock>, ids: Arc<dyn IdGenerator>) -> Self {
        Self { meetings, clock, ids }
    }

    /// Creates the meeting.
    ///
    /// # Errors
    /// [`CreateMeetingError`].
    pub async fn execute(&self, command: CreateMeetingCommand) -> Result<MeetingView, CreateMeetingError> {
        let now = self.clock.now();
        let parsed = Parsed::parse(&command, now).map_err(CreateMeetingError::Invalid)?;
        let id = MeetingId::from_uuid(self.ids.next());
        for _ in 0..CODE_ATTEMPTS {
            let Some(code) = MeetingCode::from_random(&self.ids.random_bytes(MeetingCode::RANDOM_BYTES)) else {
                continue;
            };
            let mut meeting = Meeting::create(parsed.clone().with(id, code, command.creator_id), now);
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
}

impl Parsed {
    /// Parses every field, and tells of all that are wrong.
    fn parse(command: &CreateMeetingCommand, now: DateTime<Utc>) -> Result<Self, Vec<FieldError>> {
        let title = MeetingTitle::parse(&command.title).map_err(|e| FieldError::new("title", e.code(), e.to_string()));
        let description = MeetingDescription::parse(command.description.as_deref().unwrap_or_default())
            .map_err(|e| FieldError::new("description", e.code(), e.to_string()));
        let schedule = Schedule::parse(command.start_time, command.end_time, now).map_err(|e| match e {
            ScheduleError::EndNotAfterStart => FieldError::new("end_time", "not_after_start", e.to_string()),
            ScheduleError::OutOfRange => FieldError::new("start_time", "out_of_range", e.to_string()),
        });
        let max_participants = command
            .max_participants
            .map_or_else(|| Ok(MaxParticipants::default()), MaxParticipants::parse)
            .map_err(|e| FieldError::new("max_participants", "out_of_range", e.to_string()));
        match (title, description, schedule, max_participants) {
            (Ok(title), Ok(description), Ok(schedule), Ok(max_participants)) => {
                Ok(Self { title, description, schedule, max_participants })
            }
            (title, description, schedule, max_participants) => {
                Err([title.err(), description.err(), schedule.err(), max_participants.err()]
                    .into_iter()
                    .flatten()
                    .collect())
            }
        }
    }

    fn with(self, id: MeetingId, code: MeetingCode, creator_id: UserId) -> NewMeeting {
        let Self { title, description, schedule, max_participants } = self;
        NewMeeting { id, code, title, description, creator_id, schedule, max_participants }
    }
}
