//! Goes on to the next time of meetings that recur.

use std::{collections::HashSet, sync::Arc};

use application_shared::PortError;
use domain_meeting::MeetingRef;
use domain_shared::Clock;

use crate::{ChangeMeetingError, MeetingPorts, MeetingRepository, MeetingTimes};

/// So many are looked at together.
const BATCH: u16 = 50;

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

    /// Does it for all whose time has come. Tells how often it did. One that cannot be read does not hold up the others.
    ///
    /// # Errors
    /// [`PortError`] when a port failed; what is left is done the next time.
    pub async fn execute(&self) -> Result<u64, PortError> {
        let (mut advanced, mut failed) = (0, HashSet::new());
        loop {
            let now = self.clock.now();
            let due = self.times.to_advance(now, BATCH).await?;
            let before = advanced;
            for id in &due {
                if failed.contains(id) {
                    continue;
                }
                let mut went_on = false;
                let changed = self
                    .meetings
                    .change(&MeetingRef::Id(*id), &mut |meeting| {
                        went_on = meeting.advance(now);
                        Ok(())
                    })
                    .await;
                match changed {
                    Ok(_) => advanced += u64::from(went_on),
                    Err(ChangeMeetingError::Port(PortError::Unavailable(error))) => {
                        return Err(PortError::Unavailable(error));
                    }
                    Err(ChangeMeetingError::NotFound | ChangeMeetingError::Refused(_)) => {}
                    Err(ChangeMeetingError::Port(error)) => {
                        tracing::error!(meeting = %id, %error, "a meeting could not go on to its next time");
                        failed.insert(*id);
                    }
                }
            }
            // Where nothing went on, others did it, or it cannot be done.
            if due.len() < usize::from(BATCH) || advanced == before {
                return Ok(advanced);
            }
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
