//! Writes a meeting as a file for calendars.

use std::sync::Arc;

use application_shared::PortError;
use domain_meeting::{MeetingRef, MeetingStatusKind};
use thiserror::Error;

use super::{InvitationPorts, People, calendar_entry};
use crate::{CalendarMethod, CalendarWriter, MeetingRepository};

/// There is no file.
#[derive(Debug, Error)]
pub enum ReadMeetingCalendarError {
    /// There is no such meeting.
    #[error("no such meeting")]
    NotFound,
    /// Nobody has planned when it starts.
    #[error("the meeting has no planned start")]
    NotPlanned,
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Writes the file. Whoever knows the identifier or the code of a meeting may read it.
pub struct ReadMeetingCalendar {
    meetings: Arc<dyn MeetingRepository>,
    people: Arc<dyn People>,
    calendar: Arc<dyn CalendarWriter>,
}

impl ReadMeetingCalendar {
    /// The use case on these ports.
    #[must_use]
    pub fn new(ports: &InvitationPorts, calendar: Arc<dyn CalendarWriter>) -> Self {
        Self { meetings: Arc::clone(&ports.meetings), people: Arc::clone(&ports.people), calendar }
    }

    /// The file. It is the same, byte by byte, until the meeting changes or its host is called something else. Of those who
    /// are invited it names nobody.
    ///
    /// # Errors
    /// [`ReadMeetingCalendarError`].
    pub async fn execute(&self, meeting: &MeetingRef) -> Result<String, ReadMeetingCalendarError> {
        let meeting = self.meetings.find(meeting).await?.ok_or(ReadMeetingCalendarError::NotFound)?;
        let host = self.people.find(meeting.creator_id()).await?;
        let host_name = host.map(|host| host.name).unwrap_or_default();
        let entry = calendar_entry(&meeting, &host_name, Vec::new(), meeting.updated_at());
        let entry = entry.ok_or(ReadMeetingCalendarError::NotPlanned)?;
        let cancelled = meeting.status().kind() == MeetingStatusKind::Cancelled;
        let method = if cancelled { CalendarMethod::Cancel } else { CalendarMethod::Publish };
        Ok(self.calendar.write(method, &entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invitations::test_support::{Invited, Mails};

    #[tokio::test]
    async fn a_planned_meeting_is_a_file() {
        let read = |world: &Invited| ReadMeetingCalendar::new(&world.ports, Arc::new(Mails::default()));
        let unplanned = Invited::without_time();
        let none = read(&unplanned).execute(&unplanned.meeting_ref).await;
        assert!(matches!(none, Err(ReadMeetingCalendarError::NotPlanned)));
        let world = Invited::new();
        assert_eq!(read(&world).execute(&world.meeting_ref).await.unwrap(), "Weekly for ");
        world.delete_meeting();
        let none = read(&world).execute(&world.meeting_ref).await;
        assert!(matches!(none, Err(ReadMeetingCalendarError::NotFound)));
        world.fail();
        assert!(matches!(read(&world).execute(&world.meeting_ref).await, Err(ReadMeetingCalendarError::Port(_))));
    }
}
