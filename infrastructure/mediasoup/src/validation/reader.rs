//! Reads JSON values strictly, and knows at every point which field it is in.

use application_room::MediaError;
use serde_json::{Map, Value};

/// A value and where it stands.
#[derive(Clone)]
pub struct Field<'a> {
    value: &'a Value,
    path: String,
}

/// An object and where it stands.
pub struct Object<'a> {
    map: &'a Map<String, Value>,
    path: String,
}

/// Which characters a string may have.
#[derive(Clone, Copy)]
pub enum Charset {
    /// Letters, digits, `-`, `_`: RID (RFC 8851).
    Rid,
    /// Token of RFC 4566: MID (RFC 5888), names of parameters, MIME types without the slash.
    Token,
    /// Visible ASCII and space.
    Text,
}

impl Charset {
    fn allows(self, byte: u8) -> bool {
        match self {
            Self::Rid => byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_',
            Self::Token => byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`{|}~".contains(&byte),
            Self::Text => byte == b' ' || byte.is_ascii_graphic(),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Rid => "letters, digits, '-' and '_'",
            Self::Token => "token characters (RFC 4566)",
            Self::Text => "visible ASCII characters",
        }
    }
}

/// Says what is wrong with a field.
pub fn rejected(path: impl Into<String>, reason: impl Into<String>) -> MediaError {
    MediaError::Rejected { field: path.into(), reason: reason.into() }
}

impl<'a> Field<'a> {
    /// The outermost value, called `name` in errors.
    pub fn root(value: &'a Value, name: &str) -> Self {
        Self { value, path: name.to_owned() }
    }

    /// Where it stands.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// An error about this field.
    pub fn reject(&self, reason: impl Into<String>) -> MediaError {
        rejected(self.path.clone(), reason)
    }

    /// As an object.
    pub fn object(self) -> Result<Object<'a>, MediaError> {
        match self.value {
            Value::Object(map) => Ok(Object { map, path: self.path }),
            _ => Err(self.reject("must be an object")),
        }
    }

    /// As a list of at most `most` values.
    pub fn list(self, most: usize) -> Result<Vec<Self>, MediaError> {
        let Value::Array(values) = self.value else {
            return Err(self.reject("must be a list"));
        };
        if values.len() > most {
            return Err(self.reject(format!("must have at most {most} entries")));
        }
        Ok(values
            .iter()
            .enumerate()
            .map(|(index, value)| Self { value, path: format!("{}[{index}]", self.path) })
            .collect())
    }

    /// As an integer within bounds, both inclusive.
    pub fn integer(&self, least: u64, most: u64) -> Result<u64, MediaError> {
        self.value
            .as_u64()
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| self.reject(format!("must be an integer from {least} to {most}")))
    }

    /// As an integer that fits `u8`, within bounds.
    pub fn small(&self, least: u8, most: u8) -> Result<u8, MediaError> {
        let number = self.integer(u64::from(least), u64::from(most))?;
        u8::try_from(number).map_err(|_| self.reject("is too large"))
    }

    /// As an SSRC (RFC 3550): 32 bits; 0 means "none" to the worker and is refused.
    pub fn ssrc(&self) -> Result<u32, MediaError> {
        let number = self.integer(1, u64::from(u32::MAX))?;
        u32::try_from(number).map_err(|_| self.reject("is too large"))
    }

    /// As a boolean.
    pub fn boolean(&self) -> Result<bool, MediaError> {
        self.value.as_bool().ok_or_else(|| self.reject("must be true or false"))
    }

    /// As a string of `least` to `most` characters out of `charset`, which is within ASCII.
    pub fn string(&self, least: usize, most: usize, charset: Charset) -> Result<&'a str, MediaError> {
        let Value::String(text) = self.value else {
            return Err(self.reject("must be a string"));
        };
        if text.len() < least || text.len() > most {
            return Err(self.reject(format!("must have {least} to {most} characters")));
        }
        if !text.bytes().all(|byte| charset.allows(byte)) {
            return Err(self.reject(format!("may have only {}", charset.name())));
        }
        Ok(text)
    }

    /// Its JSON value, for what has more than one form.
    pub fn value(&self) -> &'a Value {
        self.value
    }
}

impl<'a> Object<'a> {
    /// Where it stands.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// A field that may be missing; `null` counts as missing.
    pub fn optional(&self, name: &str) -> Option<Field<'a>> {
        match self.map.get(name) {
            None | Some(Value::Null) => None,
            Some(value) => Some(Field { value, path: format!("{}.{name}", self.path) }),
        }
    }

    /// A field that must be there.
    pub fn required(&self, name: &str) -> Result<Field<'a>, MediaError> {
        self.optional(name).ok_or_else(|| rejected(format!("{}.{name}", self.path), "is missing"))
    }

    /// Every field, at most `most` of them.
    pub fn entries(&self, most: usize) -> Result<impl Iterator<Item = (&'a str, Field<'a>)>, MediaError> {
        if self.map.len() > most {
            return Err(rejected(self.path.clone(), format!("must have at most {most} fields")));
        }
        let path = self.path.clone();
        Ok(self
            .map
            .iter()
            .map(move |(name, value)| (name.as_str(), Field { value, path: format!("{path}.{}", shown(name)) })))
    }
}

/// A field's name as it may stand in an error: hostile names are cut and made printable.
fn shown(name: &str) -> String {
    name.chars().take(64).map(|c| if c.is_ascii_graphic() { c } else { '?' }).collect()
}
