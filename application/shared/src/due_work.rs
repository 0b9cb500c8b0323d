//! Does what is due, some of it at a time.

use std::{collections::HashSet, fmt::Display, hash::Hash};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain_shared::Clock;

use crate::PortError;

/// So much is looked at together.
const BATCH: u16 = 50;

/// What is done when its time has come. Each piece is done once, whatever other nodes do at the same moment: doing it finds
/// out, while nobody else can, whether it still has to be done.
#[async_trait]
pub trait DueWork: Send + Sync {
    /// Names a piece of it.
    type Id: Copy + Eq + Hash + Display + Send + Sync;
    /// What the work is called in logs.
    const NAME: &'static str;

    /// What is due at `now`, the longest overdue first.
    async fn due(&self, now: DateTime<Utc>, limit: u16) -> Result<Vec<Self::Id>, PortError>;

    /// Does one. Tells whether there still was something to do.
    async fn act(&self, id: Self::Id, now: DateTime<Utc>) -> Result<bool, PortError>;
}

/// Does all that is due. Tells how much that was. What cannot be read does not hold up the rest.
///
/// # Errors
/// [`PortError`] when a port failed; what is left is done the next time.
pub async fn do_due_work<W: DueWork>(work: &W, clock: &dyn Clock) -> Result<u64, PortError> {
    let (mut done, mut failed) = (0, HashSet::new());
    loop {
        let now = clock.now();
        let due = work.due(now, BATCH).await?;
        let before = done;
        for id in &due {
            if failed.contains(id) {
                continue;
            }
            match work.act(*id, now).await {
                Ok(acted) => done += u64::from(acted),
                Err(PortError::Unavailable(error)) => return Err(PortError::Unavailable(error)),
                Err(error) => {
                    tracing::error!(work = W::NAME, %id, %error, "something that is due could not be done");
                    failed.insert(*id);
                }
            }
        }
        // Where nothing was done, others did it, or it cannot be done.
        if due.len() < usize::from(BATCH) || done == before {
            return Ok(done);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use domain_shared::FixedClock;

    use super::*;

    /// Numbers that are due until they are done. 3 cannot be read, and at 100 the store goes away.
    struct Numbers(Mutex<Vec<u32>>);

    impl Numbers {
        fn up_to(last: u32) -> Self {
            Self(Mutex::new((1..=last).collect()))
        }

        async fn work(&self) -> Result<u64, PortError> {
            do_due_work(self, &FixedClock::at(DateTime::UNIX_EPOCH)).await
        }
    }

    #[async_trait]
    impl DueWork for Numbers {
        type Id = u32;
        const NAME: &'static str = "counting";

        async fn due(&self, _: DateTime<Utc>, limit: u16) -> Result<Vec<u32>, PortError> {
            Ok(self.0.lock().unwrap().iter().copied().take(usize::from(limit)).collect())
        }

        async fn act(&self, id: u32, _: DateTime<Utc>) -> Result<bool, PortError> {
            match id {
                3 => Err(PortError::Conflict),
                100 => Err(PortError::unavailable("away")),
                id => {
                    self.0.lock().unwrap().retain(|other| *other != id);
                    // Somebody else was faster with the fours.
                    Ok(!id.is_multiple_of(4))
                }
            }
        }
    }

    #[tokio::test]
    async fn all_that_is_due_is_done_but_what_cannot_be() {
        let numbers = Numbers::up_to(99);
        assert_eq!(numbers.work().await.unwrap(), 99 - 99 / 4 - 1);
        assert_eq!(*numbers.0.lock().unwrap(), [3]);
        assert_eq!(numbers.work().await.unwrap(), 0);
        assert_eq!(Numbers::up_to(0).work().await.unwrap(), 0);
    }

    #[tokio::test]
    async fn a_store_that_is_away_ends_it() {
        assert!(Numbers::up_to(120).work().await.is_err());
    }
}
