//! Goes on to the next time of meetings that recur.

use std::sync::Arc;

use application_shared::{DueWork, PortError, do_due_work};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain_meeting::MeetingRef;
use domain_shared::{Clock, MeetingId};

use crate::{ChangeMeetingError, MeetingPorts, MeetingRepository, MeetingTimes};

/// Goes on with each meeting that recurs whose time is over and to which nobody came, or which all have left, once,
/// whatever other nodes do: the meeting decides, while nobody else can change it.
pub struct AdvanceMeetings {
    meetings: Arc<dyn MeetingRepository>,
    times: Arc<dyn MeetingTimes>,
    clock: Arc<dyn Clock>,
}

impl AdvanceMeetings {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &MeetingPorts) -> Self {
        let MeetingPorts { meetings, times, clock, .. } = ports.clone();
        Self { meetings, times, clock }
    }

    /// Does it for all whose time has come. Tells how often it did.
    ///
    /// # Errors
    /// [`PortError`] when a port failed; what is left is done the next time.
    pub async fn execute(&self) -> Result<u64, PortError> {
        do_due_work(self, &*self.clock).await
    }
}

#[async_trait]
impl DueWork for AdvanceMeetings {
    type Id = MeetingId;
    const NAME: &'static str = "meetings go on to their next time";

    async fn due(&self, now: DateTime<Utc>, limit: u16) -> Result<Vec<MeetingId>, PortError> {
        self.times.to_advance(now, limit).await
    }

    async fn act(&self, id: MeetingId, now: DateTime<Utc>) -> Result<bool, PortError> {
        let mut went_on = false;
        let advance = &mut |meeting: &mut domain_meeting::Meeting| {
            went_on = meeting.advance(now);
            Ok(())
        };
        match self.meetings.change(&MeetingRef::Id(id), advance).await {
            Ok(_) => Ok(went_on),
            Err(ChangeMeetingError::NotFound | ChangeMeetingError::Refused(_)) => Ok(false),
            Err(ChangeMeetingError::Port(error)) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use domain_meeting::MeetingStatusKind;

    use super::*;
    use crate::testing::{World, at};

    #[tokio::test]
    async fn what_nobody_came_to_is_past_when_it_is_over() {
        let world = World::new();
        world.with_meeting();
        let use_case = AdvanceMeetings::new(&world.ports());
        assert_eq!(use_case.execute().await.unwrap(), 0);
        world.recur("FREQ=DAILY;COUNT=2");
        assert_eq!(use_case.execute().await.unwrap(), 0, "it is to come");
        world.clock.advance(TimeDelta::seconds(60) + TimeDelta::hours(1));
        assert_eq!(use_case.execute().await.unwrap(), 1);
        assert_eq!(use_case.execute().await.unwrap(), 0, "once");
        assert_eq!(world.meeting().schedule().start(), Some(at(60) + TimeDelta::days(1)));
        world.clock.advance(TimeDelta::days(1));
        assert_eq!(use_case.execute().await.unwrap(), 1);
        assert_eq!(world.meeting().status().kind(), MeetingStatusKind::Ended);
        world.fail();
        assert!(use_case.execute().await.is_err());
    }
}
