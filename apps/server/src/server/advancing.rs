//! Lets meetings that recur go on to their next time, and ends rooms of other backends that nobody uses, for as long as the
//! process runs.

use std::time::Duration;

use application_meeting::AdvanceMeetings;
use application_room::EndEmptyRooms;
use tokio::time::sleep;

/// How often it is looked whose time is over. A meeting goes on late by so much at most, and a room ends so late.
const LOOK: Duration = Duration::from_secs(15);

/// Looks again and again. Can be cut short at any point, and is done by several nodes at once without harm: the meeting
/// decides, under the lock of its row, whether there is still something to do.
pub(super) async fn advance_meetings(meetings: AdvanceMeetings) {
    loop {
        match meetings.execute().await {
            Ok(0) => {}
            Ok(meetings) => tracing::info!(meetings, "meetings that recur went on to their next time"),
            Err(error) => tracing::warn!(%error, "meetings that recur could not go on"),
        }
        sleep(LOOK).await;
    }
}

/// The same for rooms of other backends.
pub(super) async fn end_empty_rooms(rooms: EndEmptyRooms) {
    loop {
        match rooms.execute().await {
            Ok(0) => {}
            Ok(rooms) => tracing::info!(rooms, "rooms that nobody used were ended"),
            Err(error) => tracing::warn!(%error, "rooms that nobody uses could not be ended"),
        }
        sleep(LOOK).await;
    }
}
