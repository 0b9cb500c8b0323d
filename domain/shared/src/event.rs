//! Domain events: facts that an aggregate states, written with it in one transaction.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A fact about one aggregate. Names are stable (`meeting.ended`): other modules and later versions read them.
pub trait DomainEvent {
    /// The stable name, `<module>.<what happened>`.
    fn name(&self) -> &'static str;
    /// The aggregate that states it.
    fn aggregate_id(&self) -> Uuid;
    /// When it happened.
    fn occurred_at(&self) -> DateTime<Utc>;
}

/// The events that an aggregate has stated since it was loaded, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Events<E>(Vec<E>);

impl<E> Events<E> {
    /// Adds a fact.
    pub fn record(&mut self, event: E) {
        self.0.push(event);
    }

    /// Hands the facts over, once.
    pub fn take(&mut self) -> Vec<E> {
        std::mem::take(&mut self.0)
    }

    /// The facts not yet handed over.
    #[must_use]
    pub fn pending(&self) -> &[E] {
        &self.0
    }
}

impl<E> Default for Events<E> {
    fn default() -> Self {
        Self(Vec::new())
    }
}
