//! The operations about when meetings take place.

use std::sync::Arc;

use application_meeting::{
    CalendarWriter, InvitationPorts, ListOccurrences, ListOccurrencesQuery, MeetingPorts, OccurrenceView,
    ReadMeetingCalendar, SkipOccurrence, SkipOccurrenceCommand,
};
use chrono::{DateTime, Utc};
use domain_shared::Clock;
use poem::Request;
use poem_openapi::{
    Object, OpenApi,
    param::{Path, Query},
};
use serde::Serialize;
use uuid::Uuid;

use super::{
    calendar_file::CalendarFile,
    operations::reference,
    shapes::{Meeting, MeetingStatus},
};
use crate::{
    answer::Answer,
    authentication::SignedIn,
    failure::Failure,
    json::{Fields, FromFields, JsonBody},
    tags::Tag,
};

/// The use cases that the operations drive.
pub struct OccurrenceUseCases {
    list: ListOccurrences,
    skip: SkipOccurrence,
    calendar: ReadMeetingCalendar,
}

impl OccurrenceUseCases {
    /// All of them on these ports.
    #[must_use]
    pub fn new(ports: &MeetingPorts, invitations: &InvitationPorts, calendar: Arc<dyn CalendarWriter>) -> Self {
        Self {
            list: ListOccurrences::new(ports.times.clone()),
            skip: SkipOccurrence::new(ports.meetings.clone(), ports.clock.clone()),
            calendar: ReadMeetingCalendar::new(invitations, calendar),
        }
    }
}

/// The operations of this area.
pub struct OccurrencesApi {
    /// What they drive.
    pub use_cases: OccurrenceUseCases,
    /// Dates the answers.
    pub clock: Arc<dyn Clock>,
}

/// A time of a meeting that is not to take place.
#[derive(Debug, Object)]
pub struct SkipOccurrenceRequest {
    /// When it would start.
    pub start_time: DateTime<Utc>,
}

impl FromFields for SkipOccurrenceRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self { start_time: fields.time("start_time") }
    }
}

/// One time that a meeting takes place, or was to.
#[derive(Debug, Serialize, Object)]
pub struct Occurrence {
    /// The meeting.
    pub meeting_id: Uuid,
    /// Its code.
    pub code: String,
    /// What it is called.
    pub title: String,
    /// The state of this time.
    pub status: MeetingStatus,
    /// When it starts; when the first one came, where no start was planned.
    pub start_time: DateTime<Utc>,
    /// When it ends, as far as is known.
    #[oai(nullable)]
    pub end_time: Option<DateTime<Utc>>,
    /// Whether the meeting recurs.
    pub recurring: bool,
    /// Whether the user hosts it.
    pub is_host: bool,
}

impl From<OccurrenceView> for Occurrence {
    fn from(view: OccurrenceView) -> Self {
        Self {
            meeting_id: view.meeting_id.as_uuid(),
            code: view.code,
            title: view.title,
            status: view.status.into(),
            start_time: view.start,
            end_time: view.end,
            recurring: view.recurring,
            is_host: view.is_host,
        }
    }
}

/// When meetings take place, by their start.
#[derive(Debug, Serialize, Object)]
pub struct OccurrenceList {
    /// The occurrences.
    pub items: Vec<Occurrence>,
}

fn most() -> i64 {
    1_000
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Meetings")]
impl OccurrencesApi {
    /// List when the own meetings take place
    ///
    /// Those that the user has created, ever joined, or is invited to and has not declined; each time of a meeting that
    /// recurs by itself. A meeting without a planned start is told when it was held.
    #[oai(path = "/meetings/occurrences", method = "get", operation_id = "listOccurrences")]
    async fn list(
        &self,
        user: SignedIn,
        /// From when on.
        from: Query<DateTime<Utc>>,
        /// Before when; at most 62 days later.
        to: Query<DateTime<Utc>>,
        /// How many at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "1000")), default = "most")]
        limit: Query<i64>,
    ) -> Result<Answer<OccurrenceList>, Failure> {
        let limit = usize::try_from(limit.0).unwrap_or(ListOccurrences::MAX);
        let query = ListOccurrencesQuery { user_id: user.0.user_id, from: from.0, until: to.0, limit };
        let occurrences = self.use_cases.list.execute(query).await?;
        let items = occurrences.into_iter().map(Occurrence::from).collect();
        Ok(Answer::new(OccurrenceList { items }, self.clock.now()))
    }

    /// Call one time off of a meeting that recurs
    ///
    /// Only its host may. It has to be one that is to come; the one that takes place now can be ended. Where it was the next
    /// one, the meeting goes on to the one after. Who is invited is told.
    #[oai(path = "/meetings/:id/occurrences/skip", method = "post", operation_id = "skipOccurrence")]
    async fn skip(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
        body: JsonBody<SkipOccurrenceRequest>,
    ) -> Result<Answer<Meeting>, Failure> {
        let start_time = body.0.start_time;
        let command = SkipOccurrenceCommand { meeting: reference(&id.0)?, by: user.0.user_id, start_time };
        let meeting = self.use_cases.skip.execute(command).await?;
        Ok(Answer::new(meeting.into(), self.clock.now()))
    }

    /// Read a meeting as a file for calendars
    ///
    /// Whoever has its identifier or its code may. All versions of it have the same `UID`.
    #[oai(path = "/meetings/:id/calendar.ics", method = "get", operation_id = "readMeetingCalendar")]
    async fn calendar(
        &self,
        request: &Request,
        _user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
    ) -> Result<CalendarFile, Failure> {
        let file = self.use_cases.calendar.execute(&reference(&id.0)?).await?;
        Ok(CalendarFile::new(request.headers(), file))
    }
}
