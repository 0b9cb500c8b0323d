//! Lets meetings that recur go on to their next time, for as long as the process runs.

use std::time::Duration;

use application_meeting::AdvanceMeetings;
use tokio::time::sleep;

/// How often it is looked whose time is over. A meeting goes on late by so much at most.
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
