//! Calls one time off of a meeting that recurs.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain_meeting::MeetingRef;
use domain_shared::{Clock, UserId};

use crate::{ChangeMeetingError, MeetingRepository, MeetingView};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct SkipOccurrenceCommand {
    /// Which meeting.
    pub meeting: MeetingRef,
    /// Who asks for it.
    pub by: UserId,
    /// The start of the time that is not to take place.
    pub start_time: DateTime<Utc>,
}

/// Calls one time off.
pub struct SkipOccurrence {
    meetings: Arc<dyn MeetingRepository>,
    clock: Arc<dyn Clock>,
}

impl SkipOccurrence {
    /// The use case on these ports.
    #[must_use]
    pub fn new(meetings: Arc<dyn MeetingRepository>, clock: Arc<dyn Clock>) -> Self {
        Self { meetings, clock }
    }

    /// Calls it off. Who may come is told by whoever handles the event.
    ///
    /// # Errors
    /// [`ChangeMeetingError`].
    pub async fn execute(&self, command: SkipOccurrenceCommand) -> Result<MeetingView, ChangeMeetingError> {
        let SkipOccurrenceCommand { meeting, by, start_time } = command;
        let now = self.clock.now();
        let changed = self.meetings.change(&meeting, &mut |meeting| meeting.skip(by, start_time, now)).await;
        Ok(MeetingView::from(&changed?))
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use domain_meeting::MeetingError;

    use super::*;
    use crate::testing::{HOST, World, at, user};

    #[tokio::test]
    async fn the_host_calls_one_time_off() {
        let world = World::new();
        let meeting = world.with_meeting();
        let use_case = SkipOccurrence::new(world.meetings.clone(), world.clock.clone());
        let command = |by| SkipOccurrenceCommand { meeting: meeting.clone(), by: user(by), start_time: at(60) };
        let refused = async |by| match use_case.execute(command(by)).await {
            Err(ChangeMeetingError::Refused(error)) => error,
            other => panic!("{other:?}"),
        };
        assert_eq!(refused(HOST).await, MeetingError::NotRecurring);
        world.recur("FREQ=DAILY");
        assert_eq!(refused(2).await, MeetingError::NotHost);
        let view = use_case.execute(command(HOST)).await.unwrap();
        assert_eq!(view.start_time, Some(at(60) + TimeDelta::days(1)));
        assert_eq!(refused(HOST).await, MeetingError::NoSuchOccurrence);
    }
}
