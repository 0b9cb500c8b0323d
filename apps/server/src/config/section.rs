//! What every section of the configuration has in common: a name, documented keys, and a check of its values.

use std::net::SocketAddr;

use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use super::Mistakes;

/// How the value of a key is read from an environment variable, and whether it may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// Text, taken as it stands.
    Text,
    /// Text that is never shown.
    Secret,
    /// A number, or a list or table in TOML's inline form.
    Value,
}

/// One key and its documentation.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its name within the section.
    pub name: &'static str,
    /// How it is read.
    pub kind: KeyKind,
    /// What it means, in one or two sentences.
    pub doc: &'static str,
}

impl Key {
    /// A key whose value is text.
    pub(super) const fn text(name: &'static str, doc: &'static str) -> Self {
        Self { name, kind: KeyKind::Text, doc }
    }

    /// A key whose value is secret text.
    pub(super) const fn secret(name: &'static str, doc: &'static str) -> Self {
        Self { name, kind: KeyKind::Secret, doc }
    }

    /// A key whose value is a number, a list or a table.
    pub(super) const fn value(name: &'static str, doc: &'static str) -> Self {
        Self { name, kind: KeyKind::Value, doc }
    }
}

/// A section of the configuration.
pub trait Section: DeserializeOwned {
    /// Its name in the file.
    const NAME: &'static str;
    /// What it is for, in one sentence.
    const ABOUT: &'static str;
    /// Its keys, in the order of the documentation.
    const KEYS: &'static [Key];

    /// Notes every value that makes no sense, each under its full key.
    fn validate(&self, mistakes: &mut Mistakes);
}

/// Reads text of which an empty one means "not set".
pub(super) fn blank_is_none<'de, D: Deserializer<'de>>(input: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(input)?;
    Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
}

/// Reads `address:port`.
pub(super) fn socket_address<'de, D: Deserializer<'de>>(input: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(input)?;
    text.trim().parse().map_err(|_| {
        serde::de::Error::custom(format!(
            "`{text}` is not an address with a port, such as `0.0.0.0:8080` or `[::]:8080`"
        ))
    })
}

/// Notes a number outside its range.
pub(super) fn within(mistakes: &mut Mistakes, key: &str, value: u64, least: u64, most: u64) {
    if !(least..=most).contains(&value) {
        mistakes.add(key, format!("must be between {least} and {most}, not {value}"));
    }
}
