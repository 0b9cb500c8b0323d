//! The relay: takes events from the outbox and hands them to their handlers.

use std::{collections::HashSet, future::Future, pin::pin, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use domain_shared::{Clock, EventId};
use tokio::time::{sleep, timeout};
use tracing::{debug, error, info, warn};

use crate::{EventHandler, OutboxMessage, OutboxReader, PortError};

/// How the relay works.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct OutboxRelayOptions {
    /// How many messages are claimed at once.
    pub batch: u16,
    /// How long handled messages of a batch may wait to be acknowledged together.
    pub acknowledge_after: TimeDelta,
    /// How long a claimed message is ours. When this process dies it comes to another one afterwards.
    pub lease: TimeDelta,
    /// How long one handler may take for one message.
    pub handler_timeout: Duration,
    /// When a message comes again after its first failure; twice as long after each further one.
    pub first_retry: TimeDelta,
    /// The longest of these times.
    pub longest_retry: TimeDelta,
    /// How long to wait when the outbox itself cannot be read; twice as long each time, up to sixteenfold.
    pub pause: Duration,
    /// How long delivered messages are kept.
    pub keep: TimeDelta,
    /// How often older ones are deleted.
    pub prune_every: TimeDelta,
}

impl Default for OutboxRelayOptions {
    fn default() -> Self {
        Self {
            batch: 250,
            acknowledge_after: TimeDelta::seconds(1),
            lease: TimeDelta::seconds(60),
            handler_timeout: Duration::from_secs(20),
            first_retry: TimeDelta::seconds(1),
            longest_retry: TimeDelta::minutes(5),
            pause: Duration::from_secs(1),
            keep: TimeDelta::days(7),
            prune_every: TimeDelta::hours(1),
        }
    }
}

/// Hands events to handlers, at least once and in order per aggregate. An event that no handler wants is done with; one
/// that a handler could not handle comes again later, to all of its handlers.
pub struct OutboxRelay {
    outbox: Arc<dyn OutboxReader>,
    handlers: Vec<Arc<dyn EventHandler>>,
    clock: Arc<dyn Clock>,
    options: OutboxRelayOptions,
}

impl OutboxRelay {
    /// A relay from `outbox` to `handlers`.
    #[must_use]
    pub fn new(
        outbox: Arc<dyn OutboxReader>,
        handlers: Vec<Arc<dyn EventHandler>>,
        clock: Arc<dyn Clock>,
        options: OutboxRelayOptions,
    ) -> Self {
        Self { outbox, handlers, clock, options }
    }

    /// Works until `shutdown` is ready; then delivers what is due, and returns. A caller that cannot wait for that may
    /// drop the future: nothing is lost.
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) {
        let mut shutdown = pin!(shutdown);
        let mut pause = self.options.pause;
        let mut prune_at = self.clock.now();
        info!(handlers = self.handlers.len(), "outbox relay started");
        loop {
            // Never given up half-way: a message handled but not acknowledged would come again.
            match self.deliver_batch().await {
                Ok(true) => {
                    pause = self.options.pause;
                    tokio::select! {
                        biased;
                        () = &mut shutdown => break,
                        () = std::future::ready(()) => {}
                    }
                }
                Ok(false) => {
                    pause = self.options.pause;
                    prune_at = self.prune_when_due(prune_at).await;
                    tokio::select! {
                        biased;
                        () = &mut shutdown => break,
                        () = self.outbox.wait() => {}
                    }
                }
                Err(error) => {
                    warn!(%error, "the outbox cannot be read");
                    tokio::select! {
                        biased;
                        () = &mut shutdown => break,
                        () = sleep(pause) => {}
                    }
                    pause = pause.saturating_mul(2).min(self.options.pause.saturating_mul(16));
                }
            }
        }
        loop {
            match self.deliver_batch().await {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    warn!(%error, "the outbox could not be drained at the end");
                    break;
                }
            }
        }
        info!("outbox relay stopped");
    }

    /// Delivers some of what is due. Tells whether there was anything.
    async fn deliver_batch(&self) -> Result<bool, PortError> {
        let mut since = self.clock.now();
        let leased_until = since + self.options.lease;
        let messages = self.outbox.claim(self.options.batch, self.options.lease, since).await?;
        let (mut handled, mut failed) = (Vec::with_capacity(messages.len()), HashSet::new());
        for message in &messages {
            let now = self.clock.now();
            if now >= leased_until {
                warn!("handlers were slow: the rest of the claimed events is left to whoever claims it next");
                break;
            }
            if failed.contains(&message.aggregate_id) {
                self.put_back(message, "an earlier event of the same aggregate waits").await?;
            } else if let Err(reason) = self.deliver(message).await {
                failed.insert(message.aggregate_id);
                self.put_back(message, &reason).await?;
            } else {
                handled.push(message.id);
            }
            // A slow handler must not keep the others' work unacknowledged: it would come again if we died.
            if self.clock.now() - since >= self.options.acknowledge_after {
                self.acknowledge(&mut handled).await?;
                since = self.clock.now();
            }
        }
        self.acknowledge(&mut handled).await?;
        Ok(!messages.is_empty())
    }

    async fn acknowledge(&self, handled: &mut Vec<EventId>) -> Result<(), PortError> {
        if handled.is_empty() {
            return Ok(());
        }
        self.outbox.acknowledge(handled, self.clock.now()).await?;
        handled.clear();
        Ok(())
    }

    /// Every handler that wants the message gets it, also when another one fails.
    async fn deliver(&self, message: &OutboxMessage) -> Result<(), String> {
        let mut reasons = Vec::new();
        for handler in self.handlers.iter().filter(|h| h.handles().contains(&message.name.as_str())) {
            match timeout(self.options.handler_timeout, handler.handle(message)).await {
                Ok(Ok(())) => debug!(handler = handler.name(), event = %message.name, id = %message.id, "handled"),
                Ok(Err(error)) => reasons.push(error.to_string()),
                Err(_) => reasons.push(format!("{}: took too long", handler.name())),
            }
        }
        if reasons.is_empty() { Ok(()) } else { Err(reasons.join("; ")) }
    }

    async fn put_back(&self, message: &OutboxMessage, reason: &str) -> Result<(), PortError> {
        let retry_at = self.retry_at(message.attempts);
        error!(event = %message.name, id = %message.id, attempts = message.attempts + 1, %retry_at, reason, "not handled");
        self.outbox.reject(message.id, reason, retry_at).await
    }

    fn retry_at(&self, attempts: u32) -> DateTime<Utc> {
        let factor = 2_i32.checked_pow(attempts).unwrap_or(i32::MAX);
        let delay = self.options.first_retry.checked_mul(factor).unwrap_or(self.options.longest_retry);
        let now = self.clock.now();
        now.checked_add_signed(delay.min(self.options.longest_retry)).unwrap_or(now)
    }

    /// Deletes old messages when it is time. Returns when it is time again.
    async fn prune_when_due(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let now = self.clock.now();
        if now < at {
            return at;
        }
        match self.outbox.prune(now - self.options.keep).await {
            Ok(deleted) => debug!(deleted, "old events deleted"),
            Err(error) => warn!(%error, "old events could not be deleted"),
        }
        now + self.options.prune_every
    }
}

#[cfg(test)]
#[path = "outbox_relay_tests.rs"]
mod tests;
