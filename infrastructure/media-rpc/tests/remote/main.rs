//! What can go wrong between two processes, with an engine that does as it is told. What an engine has to do is told by the
//! contract of the port, in the tests that cross layers.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where something is not as expected, in helpers too")]

mod engine;
mod generated;
mod loss;
mod pool;
mod tls;

use std::future::Future;
use std::time::Duration;

/// Asks until the condition holds. The bound is there only so that a test that fails ends.
pub async fn until<F, Fut>(what: &str, mut condition: F)
where
    F: FnMut() -> Fut,
    Fut: Future<Output = bool>,
{
    let waiting = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(30), waiting).await.is_ok(), "still waiting: {what}");
}
