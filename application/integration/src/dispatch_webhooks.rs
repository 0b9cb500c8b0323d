//! The dispatcher: sends what is queued for webhooks.

use std::{future::Future, pin::pin, sync::Arc, time::Duration};

use application_shared::PortError;
use chrono::{DateTime, TimeDelta, Utc};
use domain_integration::{Reception, Verdict, judge};
use domain_shared::{Clock, IdGenerator, WebhookId};
use tokio::{
    task::{JoinError, JoinSet},
    time::{sleep, timeout},
};
use tracing::{debug, error, info, warn};

use crate::{
    ATTEMPTS, ClaimLimits, ClaimedDelivery, DeliveryProblem, DeliveryQueue, DeliveryStatus, IntegrationPorts,
    OutgoingWebhook, Settlement, WebhookRepository, WebhookSecrets, WebhookSender,
};

/// How the dispatcher works.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DispatchOptions {
    /// How many deliveries this process may be at.
    pub concurrency: u16,
    /// How many may be on their way to one webhook, from all processes.
    pub per_webhook: u16,
    /// How long a claimed delivery is ours; far longer than an attempt takes. When this process dies it comes to another
    /// one afterwards.
    pub lease: TimeDelta,
    /// How long to wait when the queue itself cannot be read; twice as long each time, up to sixteenfold.
    pub pause: Duration,
}

impl DispatchOptions {
    /// The usual ones, with other bounds of how many deliveries are on their way at once.
    #[must_use]
    pub fn new(concurrency: u16, per_webhook: u16) -> Self {
        Self { concurrency, per_webhook, ..Self::default() }
    }
}

impl Default for DispatchOptions {
    fn default() -> Self {
        Self { concurrency: 64, per_webhook: 4, lease: TimeDelta::seconds(60), pause: Duration::from_secs(1) }
    }
}

/// Sends deliveries, at least once, and in order per webhook and subject. Any number of them may run on any number of nodes.
/// Each attempt is on its own, and one webhook has only so many at once, so that a receiver that hangs holds up no other.
pub struct DispatchWebhooks {
    attempts: Arc<Attempts>,
    options: DispatchOptions,
}

impl DispatchWebhooks {
    /// A dispatcher that sends with `sender`.
    #[must_use]
    pub fn new(ports: &IntegrationPorts, sender: Arc<dyn WebhookSender>, options: DispatchOptions) -> Self {
        let attempts = Attempts {
            queue: Arc::clone(&ports.delivery_queue),
            webhooks: Arc::clone(&ports.webhooks),
            secrets: Arc::clone(&ports.webhook_secrets),
            sender,
            clock: Arc::clone(&ports.clock),
            ids: Arc::clone(&ports.ids),
            longest: options.lease.to_std().unwrap_or_default() / 2,
        };
        Self { attempts: Arc::new(attempts), options }
    }

    /// Works until `shutdown` is ready; then finishes the attempts that have begun, and returns. A caller that cannot wait
    /// for that may drop the future: what was not finished is sent again when its lease has ended.
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) {
        let mut shutdown = pin!(shutdown);
        let mut running = JoinSet::new();
        let mut pause = self.options.pause;
        info!("webhook dispatcher started");
        loop {
            while let Some(finished) = running.try_join_next() {
                note(finished);
            }
            match self.begin_due(&mut running).await {
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
                    let looks = running.len() < usize::from(self.options.concurrency);
                    tokio::select! {
                        biased;
                        () = &mut shutdown => break,
                        // What it held up may be due now.
                        Some(finished) = running.join_next() => note(finished),
                        () = self.attempts.queue.wait(), if looks => {}
                    }
                }
                Err(error) => {
                    warn!(%error, "the queue of deliveries to webhooks cannot be read");
                    tokio::select! {
                        biased;
                        () = &mut shutdown => break,
                        () = sleep(pause) => {}
                    }
                    pause = pause.saturating_mul(2).min(self.options.pause.saturating_mul(16));
                }
            }
        }
        while let Some(finished) = running.join_next().await {
            note(finished);
        }
        info!("webhook dispatcher stopped");
    }

    /// Begins as many due deliveries as there is room for. Tells whether there were any: then there may be more.
    async fn begin_due(&self, running: &mut JoinSet<()>) -> Result<bool, PortError> {
        let room = usize::from(self.options.concurrency).saturating_sub(running.len());
        let overall = u16::try_from(room).unwrap_or(self.options.concurrency);
        if overall == 0 {
            return Ok(false);
        }
        let limits = ClaimLimits { overall, per_webhook: self.options.per_webhook };
        let now = self.attempts.clock.now();
        let claimed = self.attempts.queue.claim(limits, self.options.lease, now).await?;
        let some = !claimed.is_empty();
        for delivery in claimed {
            let attempts = Arc::clone(&self.attempts);
            running.spawn(async move { attempts.make(delivery).await });
        }
        Ok(some)
    }
}

/// An attempt that has panicked is made again when its lease has ended.
fn note(finished: Result<(), JoinError>) {
    if let Err(error) = finished {
        error!(%error, "a delivery to a webhook broke off");
    }
}

/// What every attempt needs.
struct Attempts {
    queue: Arc<dyn DeliveryQueue>,
    webhooks: Arc<dyn WebhookRepository>,
    secrets: Arc<dyn WebhookSecrets>,
    sender: Arc<dyn WebhookSender>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdGenerator>,
    longest: Duration,
}

impl Attempts {
    /// Makes one attempt, and writes down how it ended.
    async fn make(&self, delivery: ClaimedDelivery) {
        let settlement = if delivery.active {
            let outcome = self.send(&delivery).await;
            self.settlement(&delivery, outcome)
        } else {
            given_up(None, DeliveryProblem::Disabled, self.clock.now())
        };
        let (id, attempt) = (delivery.id, delivery.attempt);
        let problem = settlement.problem.map_or("none", DeliveryProblem::as_str);
        let status = settlement.response_status;
        debug!(delivery = %id, webhook = %delivery.webhook_id, attempt, status, problem, "told a webhook");
        match self.queue.settle(id, attempt, settlement).await {
            Ok(true) => {}
            Ok(false) => {
                warn!(delivery = %id, attempt, "an attempt took longer than its lease, or its webhook is no more")
            }
            // It is sent again when its lease has ended.
            Err(error) => warn!(%error, delivery = %id, attempt, "the end of an attempt could not be written down"),
        }
        if matches!(settlement.response_status, Some(410)) {
            self.disable(delivery.webhook_id).await;
        }
    }

    async fn send(&self, delivery: &ClaimedDelivery) -> Result<u16, DeliveryProblem> {
        let secret = self.secrets.open(delivery.webhook_id, &delivery.secret).map_err(|error| {
            error!(%error, webhook = %delivery.webhook_id, "the secret of a webhook cannot be read");
            DeliveryProblem::SecretUnreadable
        })?;
        let outgoing = OutgoingWebhook {
            id: delivery.id,
            url: &delivery.url,
            body: &delivery.body,
            secret: &secret,
            at: self.clock.now(),
        };
        // The sender keeps time itself; this is for one that does not.
        timeout(self.longest, self.sender.send(outgoing)).await.unwrap_or(Err(DeliveryProblem::Timeout))
    }

    fn settlement(&self, delivery: &ClaimedDelivery, outcome: Result<u16, DeliveryProblem>) -> Settlement {
        let (reception, response_status, problem) = match outcome {
            Ok(status) => {
                let problem = (!(200..300).contains(&status)).then_some(DeliveryProblem::Status);
                (Reception::Answered(status), Some(status), problem)
            }
            Err(problem) => (Reception::None, None, Some(problem)),
        };
        let at = self.clock.now();
        let jitter = self.ids.random_bytes(1).first().copied().unwrap_or_default();
        match judge(reception, delivery.attempt_since_queued, delivery.queued_at, at, jitter) {
            Verdict::Delivered => {
                Settlement { status: DeliveryStatus::Delivered, retry_at: None, response_status, problem, at }
            }
            Verdict::Again(retry_at) => {
                Settlement { status: DeliveryStatus::Pending, retry_at: Some(retry_at), response_status, problem, at }
            }
            Verdict::GivenUp | Verdict::Gone => {
                let problem = problem.unwrap_or(DeliveryProblem::Status);
                warn!(delivery = %delivery.id, webhook = %delivery.webhook_id, %problem, "a delivery was given up");
                given_up(response_status, problem, at)
            }
        }
    }

    /// The receiver wants nothing more. When that cannot be written, it says so again the next time.
    async fn disable(&self, id: WebhookId) {
        for _ in 0..ATTEMPTS {
            let disabled = match self.webhooks.find(id).await {
                Ok(Some(mut webhook)) => {
                    if !webhook.disable_as_gone(self.clock.now()) {
                        return;
                    }
                    self.webhooks.update(&mut webhook).await
                }
                Ok(None) => return,
                Err(error) => Err(error),
            };
            match disabled {
                Ok(()) => return info!(webhook = %id, "a webhook was disabled, since its receiver is gone"),
                Err(PortError::Conflict) => {}
                Err(error) => return warn!(%error, webhook = %id, "a webhook could not be disabled"),
            }
        }
    }
}

const fn given_up(response_status: Option<u16>, problem: DeliveryProblem, at: DateTime<Utc>) -> Settlement {
    let (status, problem) = (DeliveryStatus::Failed, Some(problem));
    Settlement { status, retry_at: None, response_status, problem, at }
}

#[cfg(test)]
#[path = "dispatch_webhooks_tests.rs"]
mod tests;
