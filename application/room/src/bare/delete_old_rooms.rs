//! Deletes bare rooms that have been over for long.

use std::sync::Arc;

use application_shared::PortError;
use chrono::TimeDelta;
use domain_shared::Clock;

use super::{BareRoomPorts, BareRoomRepository};

/// So many are deleted together: each may have thousands of participants and messages.
const BATCH: u16 = 20;

/// Deletes them with who was asked into them and what was written in them.
pub struct DeleteOldRooms {
    rooms: Arc<dyn BareRoomRepository>,
    clock: Arc<dyn Clock>,
    keep: TimeDelta,
}

impl DeleteOldRooms {
    /// Rooms are kept for so long when they are over.
    #[must_use]
    pub fn new(ports: &BareRoomPorts, keep: TimeDelta) -> Self {
        Self { rooms: ports.rooms.clone(), clock: ports.clock.clone(), keep }
    }

    /// Deletes all whose time has come. Tells how many.
    ///
    /// # Errors
    /// [`PortError`] when a port failed; what is left is done the next time.
    pub async fn execute(&self) -> Result<u64, PortError> {
        let before = self.clock.now() - self.keep;
        let mut all = 0;
        loop {
            let deleted = self.rooms.prune(before, BATCH).await?;
            all += deleted;
            if deleted < u64::from(BATCH) {
                return Ok(all);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain_room::{CallType, EndReason};

    use super::*;
    use crate::bare::testing::{World, at};

    #[tokio::test]
    async fn what_is_over_is_kept_for_a_while() {
        let world = World::new();
        world.with_room("daily", CallType::Video);
        let use_case = DeleteOldRooms::new(&world.ports(), TimeDelta::days(30));
        world.clock.advance(TimeDelta::days(60));
        assert_eq!(use_case.execute().await.unwrap(), 0, "it is not over");
        world.change(|room| room.end(EndReason::EndedByBackend, at(60 * 86_400)));
        world.clock.advance(TimeDelta::days(30));
        assert_eq!(use_case.execute().await.unwrap(), 0, "not for longer than that");
        world.clock.advance(TimeDelta::seconds(1));
        assert_eq!(use_case.execute().await.unwrap(), 1);
        assert_eq!(use_case.execute().await.unwrap(), 0);
    }
}
