//! Which events a webhook is told of.

use thiserror::Error;

/// Names of event types, or everything. Names are in order, and each stands once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventFilter(Vec<String>);

/// Why texts are no filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EventFilterError {
    /// There is none.
    #[error("must name at least one event type, or *")]
    Empty,
    /// More than [`EventFilter::MAX`] of them.
    #[error("must name at most {max} event types", max = EventFilter::MAX)]
    TooMany,
    /// There is no such event type.
    #[error("must hold only event types that there are, or * alone")]
    Unknown,
}

impl EventFilterError {
    /// The stable code of the error.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooMany => "too_many",
            Self::Unknown => "unknown_value",
        }
    }
}

impl EventFilter {
    /// What stands for every event type, those of later versions included.
    pub const ALL: &'static str = "*";
    /// The most names.
    pub const MAX: usize = 64;

    /// Takes names, of which `known` says whether there is such an event type.
    ///
    /// # Errors
    /// [`EventFilterError`].
    pub fn parse<'a>(
        names: impl IntoIterator<Item = &'a str>,
        known: impl Fn(&str) -> bool,
    ) -> Result<Self, EventFilterError> {
        let mut names: Vec<&str> = names.into_iter().take(Self::MAX + 1).collect();
        if names.len() > Self::MAX {
            return Err(EventFilterError::TooMany);
        }
        names.sort_unstable();
        names.dedup();
        match names.as_slice() {
            [] => Err(EventFilterError::Empty),
            [Self::ALL] => Ok(Self(vec![Self::ALL.to_owned()])),
            names if names.iter().all(|name| known(name)) => Ok(Self(names.iter().map(|&name| name.into()).collect())),
            _ => Err(EventFilterError::Unknown),
        }
    }

    /// The filter as it was stored.
    #[must_use]
    pub const fn from_stored(names: Vec<String>) -> Self {
        Self(names)
    }

    /// The names.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// Whether events of this type are wanted.
    #[must_use]
    pub fn wants(&self, kind: &str) -> bool {
        self.0.iter().any(|name| name == Self::ALL || name == kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str) -> bool {
        name.starts_with("meeting.")
    }

    #[test]
    fn names_types_or_everything() {
        let filter = EventFilter::parse(["meeting.ended", "meeting.created", "meeting.ended"], known).unwrap();
        assert_eq!(filter.names(), ["meeting.created", "meeting.ended"]);
        assert!(filter.wants("meeting.ended") && !filter.wants("meeting.started"));
        let all = EventFilter::parse(["*"], known).unwrap();
        assert!(all.wants("whatever.comes") && all == EventFilter::from_stored(vec!["*".to_owned()]));
    }

    #[test]
    fn refuses_what_is_no_type() {
        for bad in [vec!["room.created"], vec!["*", "meeting.ended"], vec![""], vec!["meeting.ended", "**"]] {
            assert_eq!(EventFilter::parse(bad.clone(), known).unwrap_err().code(), "unknown_value", "{bad:?}");
        }
        assert_eq!(EventFilter::parse([], known).unwrap_err().code(), "empty");
        assert_eq!(EventFilter::parse(vec!["meeting.ended"; 65], known).unwrap_err().code(), "too_many");
        assert!(EventFilter::parse(vec!["meeting.ended"; 64], known).is_ok());
    }
}
