//! From the database's errors to those of the ports.

use application_shared::PortError;
use diesel::result::{DatabaseErrorKind, Error};

/// What diesel says, as a port's failure. Stored data that does not have the column's type is corrupt, everything else
/// is a database that did not do its work.
pub fn port_error(error: Error) -> PortError {
    match error {
        Error::DeserializationError(source) => PortError::corrupt("row", source),
        other => PortError::unavailable(other),
    }
}

/// The unique constraint that a write would have broken.
pub fn broken_unique_constraint(error: &Error) -> Option<&str> {
    match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, information) => information.constraint_name(),
        _ => None,
    }
}

/// Why a transaction did not come about.
#[derive(Debug)]
pub enum StoreError {
    /// The database refused or failed.
    Database(Error),
    /// What is stored makes no sense, or was changed meanwhile.
    Port(PortError),
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

impl From<PortError> for StoreError {
    fn from(error: PortError) -> Self {
        Self::Port(error)
    }
}

impl From<StoreError> for PortError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Database(error) => port_error(error),
            StoreError::Port(error) => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_corrupt_data_from_a_database_that_fails() {
        let corrupt = port_error(Error::DeserializationError("no uuid".into()));
        assert!(matches!(corrupt, PortError::Corrupt { .. }));
        assert!(matches!(port_error(Error::BrokenTransactionManager), PortError::Unavailable(_)));
        assert!(matches!(PortError::from(StoreError::from(PortError::Conflict)), PortError::Conflict));
        assert!(matches!(PortError::from(StoreError::from(Error::NotFound)), PortError::Unavailable(_)));
    }

    #[test]
    fn finds_the_constraint_only_in_unique_violations() {
        assert_eq!(broken_unique_constraint(&Error::NotFound), None);
        let other = Error::DatabaseError(DatabaseErrorKind::CheckViolation, Box::new("x".to_owned()));
        assert_eq!(broken_unique_constraint(&other), None);
    }
}
