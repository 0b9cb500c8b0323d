//! Reads one meeting.

use std::sync::Arc;

use application_shared::PortError;
use domain_meeting::MeetingRef;
use thiserror::Error;

use crate::{MeetingReader, MeetingView};

/// What is asked for. Whoever knows the identifier or the code may read the meeting.
#[derive(Debug, Clone)]
pub struct ReadMeetingQuery {
    /// Which meeting.
    pub meeting: MeetingRef,
}

/// The meeting could not be read.
#[derive(Debug, Error)]
pub enum ReadMeetingError {
    /// There is no such meeting.
    #[error("no such meeting")]
    NotFound,
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Reads one meeting.
pub struct ReadMeeting {
    meetings: Arc<dyn MeetingReader>,
}

impl ReadMeeting {
    /// The use case on this port.
    #[must_use]
    pub fn new(meetings: Arc<dyn MeetingReader>) -> Self {
        Self { meetings }
    }

    /// Reads the meeting.
    ///
    /// # Errors
    /// [`ReadMeetingError`].
    pub async fn execute(&self, query: ReadMeetingQuery) -> Result<MeetingView, ReadMeetingError> {
        self.meetings.read(&query.meeting).await?.ok_or(ReadMeetingError::NotFound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::World;

    #[tokio::test]
    async fn reads_what_there_is() {
        let world = World::new();
        let meeting = world.with_meeting();
        let read = ReadMeeting::new(world.meetings.clone());
        let view = read.execute(ReadMeetingQuery { meeting: meeting.clone() }).await.unwrap();
        assert_eq!(view.code, "abc-defg-hij");
        let unknown = ReadMeetingQuery { meeting: MeetingRef::parse("zzz-zzzz-zzz").unwrap() };
        assert!(matches!(read.execute(unknown).await, Err(ReadMeetingError::NotFound)));
        world.fail();
        assert!(matches!(read.execute(ReadMeetingQuery { meeting }).await, Err(ReadMeetingError::Port(_))));
    }
}
