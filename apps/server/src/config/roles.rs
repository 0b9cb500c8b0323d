//! The roles that a process plays. All of them by default; on several machines each process plays some.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// One role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
#[clap(rename_all = "lowercase")]
pub enum Role {
    /// The REST interface.
    Api,
    /// The WebSocket interface.
    Signaling,
    /// Media workers.
    Media,
    /// The outbox relay and what follows from events.
    Worker,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Api, Self::Signaling, Self::Media, Self::Worker];

    /// Its name in the configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Signaling => "signaling",
            Self::Media => "media",
            Self::Worker => "worker",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|role| role.name() == text)
            .ok_or_else(|| format!("`{text}` is no role; the roles are api, signaling, media and worker"))
    }
}

/// The roles of this process; never empty, and `media` goes with `signaling`, since rooms drive their media in process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles(BTreeSet<Role>);

impl Roles {
    /// Takes a list of roles.
    ///
    /// # Errors
    /// A sentence that says why these roles do not go together.
    pub fn parse(roles: impl IntoIterator<Item = Role>) -> Result<Self, String> {
        let roles: BTreeSet<Role> = roles.into_iter().collect();
        if roles.is_empty() {
            return Err("at least one role must be named".to_owned());
        }
        if roles.contains(&Role::Signaling) != roles.contains(&Role::Media) {
            return Err("`signaling` and `media` go together: rooms drive their media in the same process".to_owned());
        }
        Ok(Self(roles))
    }

    /// All roles.
    #[must_use]
    pub fn all() -> Self {
        Self(Role::ALL.into_iter().collect())
    }

    /// Whether this process plays `role`.
    #[must_use]
    pub fn plays(&self, role: Role) -> bool {
        self.0.contains(&role)
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(|role| role.name()).collect();
        f.write_str(&names.join(", "))
    }
}
