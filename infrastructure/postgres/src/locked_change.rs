//! What the repositories share whose aggregates are changed while their row is locked.

use application_shared::PortError;
use diesel::result::Error;

use crate::{PgPool, error::StoreError, outbox_writer::InsertEvents};

/// Why a change did not come about.
pub enum ChangeFailure<R> {
    /// There is no such row.
    NotFound,
    /// The aggregate's rules forbid it.
    Refused(R),
    /// The database refused or failed, or what it has makes no sense.
    Store(StoreError),
}

impl<R> From<Error> for ChangeFailure<R> {
    fn from(error: Error) -> Self {
        Self::Store(error.into())
    }
}

impl<R> From<StoreError> for ChangeFailure<R> {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl<R> From<PortError> for ChangeFailure<R> {
    fn from(error: PortError) -> Self {
        Self::Store(error.into())
    }
}

/// An aggregate after its transaction, and as which version it was stored with which events, if it was.
pub type Changed<A> = (A, Option<(i64, InsertEvents)>);

/// Lets the aggregate know that it was stored, and the readers of the outbox that there is something to read.
///
/// # Errors
/// What the change failed of, in the words of the port.
pub fn settle<A, R, E: From<R> + From<PortError>>(
    pool: &PgPool,
    changed: Result<Changed<A>, ChangeFailure<R>>,
    mark_stored: fn(&mut A, i64),
    not_found: E,
) -> Result<A, E> {
    match changed {
        Ok((mut aggregate, Some((version, events)))) => {
            mark_stored(&mut aggregate, version);
            pool.signal().raise_for(&events);
            Ok(aggregate)
        }
        Ok((aggregate, None)) => Ok(aggregate),
        Err(ChangeFailure::NotFound) => Err(not_found),
        Err(ChangeFailure::Refused(refused)) => Err(refused.into()),
        Err(ChangeFailure::Store(error)) => Err(PortError::from(error).into()),
    }
}
