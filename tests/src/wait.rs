//! Waiting for a condition.

use std::time::{Duration, Instant};

/// How long a condition may take to come true. Far more than it ever does: only a test that would hang fails by it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
const STEP: Duration = Duration::from_millis(10);

/// Waits until `condition` holds; fails the test when it never does. `what` says what was waited for.
pub async fn wait_until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let begin = Instant::now();
    while !condition().await {
        assert!(begin.elapsed() < PATIENCE, "waited in vain until {what}");
        tokio::time::sleep(STEP).await;
    }
}
