//! What an API key is good for.

use std::collections::BTreeSet;

use thiserror::Error;

/// Something that an API key may be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// See rooms and who is in them.
    RoomsRead,
    /// Create, change and end rooms, and say who is in them.
    RoomsWrite,
    /// Issue the tokens with which people enter rooms.
    TokensIssue,
    /// Manage the webhooks of the key.
    WebhooksManage,
    /// Read statistics.
    StatsRead,
}

/// The text names no scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("no such scope")]
pub struct UnknownScope;

impl Scope {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::RoomsRead, Self::RoomsWrite, Self::TokensIssue, Self::WebhooksManage, Self::StatsRead];

    /// The stable name, such as `rooms:read`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RoomsRead => "rooms:read",
            Self::RoomsWrite => "rooms:write",
            Self::TokensIssue => "tokens:issue",
            Self::WebhooksManage => "webhooks:manage",
            Self::StatsRead => "stats:read",
        }
    }

    /// Finds the scope of that stable name.
    ///
    /// # Errors
    /// [`UnknownScope`] when there is none.
    pub fn parse(name: &str) -> Result<Self, UnknownScope> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name).ok_or(UnknownScope)
    }
}

/// What one key is good for: at least one thing. None includes another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scopes(BTreeSet<Scope>);

/// Why texts are no scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ScopesError {
    /// There is none.
    #[error("must name at least one scope")]
    Empty,
    /// One of them is none.
    #[error("must hold only rooms:read, rooms:write, tokens:issue, webhooks:manage, stats:read")]
    Unknown,
}

impl ScopesError {
    /// The stable code of the error.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Unknown => "unknown_value",
        }
    }
}

impl Scopes {
    /// Takes names; one that comes twice counts once.
    ///
    /// # Errors
    /// [`ScopesError`].
    pub fn parse<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, ScopesError> {
        let scopes = names.into_iter().map(Scope::parse).collect::<Result<BTreeSet<_>, _>>();
        let scopes = scopes.map_err(|UnknownScope| ScopesError::Unknown)?;
        if scopes.is_empty() { Err(ScopesError::Empty) } else { Ok(Self(scopes)) }
    }

    /// Whether this is among them.
    #[must_use]
    pub fn allow(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Their names, always in the same order.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        self.0.iter().map(|scope| scope.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_scopes_and_back() {
        for scope in Scope::ALL {
            assert_eq!(Scope::parse(scope.as_str()), Ok(scope));
        }
        assert_eq!(Scope::parse("rooms"), Err(UnknownScope));
    }

    #[test]
    fn a_key_is_good_for_what_was_named_and_nothing_else() {
        let scopes = Scopes::parse(["rooms:write", "rooms:read", "rooms:read"]).unwrap();
        assert_eq!(scopes.names(), ["rooms:read", "rooms:write"]);
        assert!(scopes.allow(Scope::RoomsWrite) && !scopes.allow(Scope::TokensIssue));
        let writes = Scopes::parse(["rooms:write"]).unwrap();
        assert!(!writes.allow(Scope::RoomsRead), "none includes another");
        assert_eq!(Scopes::parse([]).unwrap_err().code(), "empty");
        for bad in ["*", "Rooms:Read", "rooms:read ", ""] {
            assert_eq!(Scopes::parse(["rooms:read", bad]).unwrap_err().code(), "unknown_value", "{bad}");
        }
    }
}
