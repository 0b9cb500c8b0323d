//! What the health operations answer with.

use poem_openapi::{Enum, Object};
use serde::Serialize;

/// The state of the process.
#[derive(Debug, Clone, Copy, Serialize, Enum)]
#[serde(rename_all = "lowercase")]
#[oai(rename_all = "lowercase")]
pub enum State {
    /// It works.
    Up,
}

/// That the process is up.
#[derive(Debug, Serialize, Object)]
pub struct Health {
    /// Always `up`: a process that is not up does not answer.
    pub status: State,
    /// The version of the program.
    pub version: String,
}

/// One of the things that the server depends on.
#[derive(Debug, Serialize, Object)]
pub struct Component {
    /// Its name, such as `database`.
    pub name: String,
    /// Whether it can do its work.
    pub status: State,
}

/// That everything the server depends on can do its work.
#[derive(Debug, Serialize, Object)]
pub struct Ready {
    /// Always `up`: otherwise the answer is 503 with the components that are down in `error.details`.
    pub status: State,
    /// What was asked.
    pub components: Vec<Component>,
}
