//! Lists who takes part in a meeting.

use std::sync::Arc;

use application_shared::PortError;
use domain_meeting::MeetingRef;
use thiserror::Error;

use crate::{MeetingReader, ParticipantView};

/// What is asked for. Whoever knows the identifier or the code may see who takes part.
#[derive(Debug, Clone)]
pub struct ListParticipantsQuery {
    /// Which meeting.
    pub meeting: MeetingRef,
}

/// The list could not be read.
#[derive(Debug, Error)]
pub enum ListParticipantsError {
    /// There is no such meeting.
    #[error("no such meeting")]
    NotFound,
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Lists who takes part in a meeting, those present first.
pub struct ListParticipants {
    meetings: Arc<dyn MeetingReader>,
}

impl ListParticipants {
    /// The use case on this port.
    #[must_use]
    pub fn new(meetings: Arc<dyn MeetingReader>) -> Self {
        Self { meetings }
    }

    /// Reads the list.
    ///
    /// # Errors
    /// [`ListParticipantsError`].
    pub async fn execute(&self, query: ListParticipantsQuery) -> Result<Vec<ParticipantView>, ListParticipantsError> {
        self.meetings.participants(&query.meeting).await?.ok_or(ListParticipantsError::NotFound)
    }
}

#[cfg(test)]
mod tests {
    use domain_meeting::Joining;

    use super::*;
    use crate::testing::{World, at, name, user};

    #[tokio::test]
    async fn lists_who_takes_part() {
        let world = World::new();
        let meeting = world.with_meeting();
        world.meetings.meetings.lock().unwrap()[0].join(Joining::account(user(2), name("Bob")), at(0)).unwrap();
        let list = ListParticipants::new(world.meetings.clone());
        let participants = list.execute(ListParticipantsQuery { meeting: meeting.clone() }).await.unwrap();
        assert_eq!(participants.iter().map(|p| p.display_name.as_str()).collect::<Vec<_>>(), ["Bob"]);
        let unknown = ListParticipantsQuery { meeting: MeetingRef::parse("zzz-zzzz-zzz").unwrap() };
        assert!(matches!(list.execute(unknown).await, Err(ListParticipantsError::NotFound)));
        world.fail();
        assert!(matches!(list.execute(ListParticipantsQuery { meeting }).await, Err(ListParticipantsError::Port(_))));
    }
}
