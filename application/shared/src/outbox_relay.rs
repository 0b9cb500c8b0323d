//! The relay: takes events from the outbox and hands them to their handlers.

use std::{future::Future, panic::AssertUnwindSafe, pin::pin, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use domain_shared::{Clock, EventId};
use futures::{FutureExt, future::join_all};
use tokio::{
    sync::Semaphore,
    task::{JoinError, JoinSet},
    time::{sleep, timeout},
};
use tracing::{debug, error, info, warn};

use crate::{EventHandler, OutboxMessage, OutboxReader, PortError, Rejection};

/// How the relay works.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct OutboxRelayOptions {
    /// How many messages are claimed at once.
    pub batch: u16,
    /// How many messages may be with their handlers at once; no more are claimed meanwhile.
    pub in_hand: usize,
    /// How many messages one handler may be at. The others wait for it without holding anything up but their aggregates.
    pub handler_concurrency: usize,
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
            in_hand: 1_000,
            handler_concurrency: 8,
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

/// Hands events to handlers, at least once and in order per aggregate; events of different aggregates side by side, so that
/// a slow handler delays nothing but its own aggregate. An event that no handler wants is done with; one that a handler
/// could not handle comes again later, to those handlers that have not handled it yet.
pub struct OutboxRelay {
    outbox: Arc<dyn OutboxReader>,
    handlers: Vec<Seat>,
    clock: Arc<dyn Clock>,
    options: OutboxRelayOptions,
}

/// A handler, and how many messages it may be at.
#[derive(Clone)]
struct Seat {
    handler: Arc<dyn EventHandler>,
    permits: Arc<Semaphore>,
}

/// When handlers have to begin with a message, by which clock, and how long each may take.
struct Terms {
    clock: Arc<dyn Clock>,
    begin_by: DateTime<Utc>,
    limit: Duration,
}

/// What became of a message.
enum Outcome {
    Handled,
    /// Why, and which handlers have done their part all the same.
    Failed {
        reason: String,
        handled_by: Vec<String>,
    },
    /// Its lease ended before its handlers could begin: whoever claims it next hands it out.
    Late,
}

/// What the relay has claimed and is not done with. Dropping it gives the handlers up.
#[derive(Default)]
struct InHand {
    running: JoinSet<(Arc<OutboxMessage>, Outcome)>,
    handled: Vec<EventId>,
    failed: Vec<(Arc<OutboxMessage>, String, Vec<String>)>,
}

impl InHand {
    /// Takes in what handlers have finished since the last time.
    fn collect(&mut self) {
        while let Some(finished) = self.running.try_join_next() {
            self.take_in(finished);
        }
    }

    fn take_in(&mut self, finished: Result<(Arc<OutboxMessage>, Outcome), JoinError>) {
        match finished {
            Ok((message, Outcome::Handled)) => self.handled.push(message.id),
            Ok((message, Outcome::Failed { reason, handled_by })) => self.failed.push((message, reason, handled_by)),
            Ok((message, Outcome::Late)) => {
                warn!(event = %message.name, id = %message.id, "handlers were slow: left to whoever claims it next");
            }
            // Its message comes again when its lease has ended.
            Err(error) => error!(%error, "a delivery broke off"),
        }
    }
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
        let seat = |handler| Seat { handler, permits: Arc::new(Semaphore::new(options.handler_concurrency)) };
        Self { outbox, handlers: handlers.into_iter().map(seat).collect(), clock, options }
    }

    /// Works until `shutdown` is ready; then delivers what is due, and returns. A caller that cannot wait for that may
    /// drop the future: nothing is lost.
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) {
        let mut shutdown = pin!(shutdown);
        let mut stopping = false;
        let mut in_hand = InHand::default();
        let mut pause = self.options.pause;
        let mut prune_at = self.clock.now();
        info!(handlers = self.handlers.len(), "outbox relay started");
        loop {
            // Never given up half-way: a message handled but not acknowledged would come again.
            match self.advance(&mut in_hand).await {
                Ok(true) => pause = self.options.pause,
                Ok(false) if stopping && in_hand.running.is_empty() => break,
                Ok(false) => {
                    pause = self.options.pause;
                    prune_at = self.prune_when_due(prune_at).await;
                    let looks = !stopping && self.room(&in_hand) > 0;
                    tokio::select! {
                        biased;
                        () = &mut shutdown, if !stopping => stopping = true,
                        Some(finished) = in_hand.running.join_next() => in_hand.take_in(finished),
                        () = self.outbox.wait(), if looks => {}
                        else => {}
                    }
                }
                Err(error) if stopping => {
                    warn!(%error, "the outbox could not be drained at the end");
                    break;
                }
                Err(error) => {
                    warn!(%error, "the outbox cannot be read or written");
                    tokio::select! {
                        biased;
                        () = &mut shutdown => stopping = true,
                        () = sleep(pause) => {}
                    }
                    pause = pause.saturating_mul(2).min(self.options.pause.saturating_mul(16));
                }
            }
        }
        info!("outbox relay stopped");
    }

    /// Writes down what handlers have finished, and begins what is due. Tells whether there was anything of either: then
    /// there may be more, for the next event of an aggregate is due as soon as the last one is done with.
    async fn advance(&self, in_hand: &mut InHand) -> Result<bool, PortError> {
        in_hand.collect();
        let settled = self.settle(in_hand).await?;
        let claimed = self.begin_due(in_hand).await?;
        self.settle(in_hand).await?;
        Ok(settled || claimed)
    }

    /// How many messages more may be in hand.
    fn room(&self, in_hand: &InHand) -> u16 {
        let room = self.options.in_hand.saturating_sub(in_hand.running.len());
        u16::try_from(room).map_or(self.options.batch, |room| room.min(self.options.batch))
    }

    async fn begin_due(&self, in_hand: &mut InHand) -> Result<bool, PortError> {
        let room = self.room(in_hand);
        if room == 0 {
            return Ok(false);
        }
        let now = self.clock.now();
        let limit = TimeDelta::from_std(self.options.handler_timeout).unwrap_or_default();
        let begin_by = now + self.options.lease - limit;
        let messages = self.outbox.claim(room, self.options.lease, now).await?;
        let claimed = !messages.is_empty();
        for message in messages {
            let wanting = self.handlers.iter().filter(|seat| wants(seat.handler.as_ref(), &message));
            let wanting: Vec<Seat> = wanting.cloned().collect();
            if wanting.is_empty() {
                in_hand.handled.push(message.id);
            } else {
                let terms = Terms { clock: Arc::clone(&self.clock), begin_by, limit: self.options.handler_timeout };
                in_hand.running.spawn(deliver(Arc::new(message), wanting, terms));
            }
        }
        Ok(claimed)
    }

    /// Acknowledges what was handled and puts back what was not. Tells whether there was anything. What could not be
    /// written stays in hand.
    async fn settle(&self, in_hand: &mut InHand) -> Result<bool, PortError> {
        let some = !(in_hand.handled.is_empty() && in_hand.failed.is_empty());
        if !in_hand.handled.is_empty() {
            self.outbox.acknowledge(&in_hand.handled, self.clock.now()).await?;
            in_hand.handled.clear();
        }
        while let Some((message, reason, handled_by)) = in_hand.failed.last() {
            let retry_at = self.retry_at(message.attempts);
            let attempts = message.attempts.saturating_add(1);
            error!(event = %message.name, id = %message.id, attempts, %retry_at, reason, "not handled");
            self.outbox.reject(message.id, Rejection { reason, handled_by, retry_at }).await?;
            in_hand.failed.pop();
        }
        Ok(some)
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

fn wants(handler: &dyn EventHandler, message: &OutboxMessage) -> bool {
    handler.handles().contains(&message.name.as_str()) && !message.handled_by.iter().any(|done| done == handler.name())
}

/// Every handler gets the message, also when another one fails, and none waits for another one.
async fn deliver(message: Arc<OutboxMessage>, handlers: Vec<Seat>, terms: Terms) -> (Arc<OutboxMessage>, Outcome) {
    let results = join_all(handlers.iter().map(|seat| take_turn(seat, &message, &terms))).await;
    let (mut handled_by, mut reasons, mut late) = (message.handled_by.clone(), Vec::new(), false);
    for (seat, result) in handlers.iter().zip(results) {
        match result {
            Some(Ok(())) => handled_by.push(seat.handler.name().to_owned()),
            Some(Err(reason)) => reasons.push(reason),
            None => late = true,
        }
    }
    let outcome = match (late, reasons.is_empty()) {
        (true, _) => Outcome::Late,
        (false, true) => Outcome::Handled,
        (false, false) => Outcome::Failed { reason: reasons.join("; "), handled_by },
    };
    (message, outcome)
}

/// Nothing when the handler's turn comes so late that it might not end within the lease.
async fn take_turn(seat: &Seat, message: &OutboxMessage, terms: &Terms) -> Option<Result<(), String>> {
    // The semaphore is never closed; an error would only mean that nothing limits the handler.
    let _permit = seat.permits.acquire().await.ok();
    let late = terms.clock.now() > terms.begin_by;
    if late { None } else { Some(hand_over(seat.handler.as_ref(), message, terms.limit).await) }
}

/// A handler that panics or hangs has failed like any other.
async fn hand_over(handler: &dyn EventHandler, message: &OutboxMessage, limit: Duration) -> Result<(), String> {
    let name = handler.name();
    match timeout(limit, AssertUnwindSafe(handler.handle(message)).catch_unwind()).await {
        Ok(Ok(Ok(()))) => {
            debug!(handler = name, event = %message.name, id = %message.id, "handled");
            Ok(())
        }
        Ok(Ok(Err(error))) => Err(error.to_string()),
        Ok(Err(_)) => Err(format!("{name}: panicked")),
        Err(_) => Err(format!("{name}: took too long")),
    }
}

#[cfg(test)]
#[path = "outbox_relay_tests.rs"]
mod tests;
