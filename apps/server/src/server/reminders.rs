//! Sends reminders of meetings, for as long as the process runs.

use std::time::Duration;

use application_meeting::FireReminders;
use tokio::time::sleep;

/// How often it is looked whose time has come. A reminder is late by so much at most.
const LOOK: Duration = Duration::from_secs(15);

/// Looks again and again. Can be cut short at any point, and is done by several nodes at once without harm: what one has
/// begun, another one finishes, and nothing is done twice.
pub(super) async fn send_reminders(reminders: FireReminders) {
    loop {
        match reminders.execute().await {
            Ok(0) => {}
            Ok(meetings) => tracing::info!(meetings, "reminders sent"),
            Err(error) => tracing::warn!(%error, "reminders could not be sent"),
        }
        sleep(LOOK).await;
    }
}
