//! An e-mail address.

use std::fmt;

use thiserror::Error;

/// A valid e-mail address as HTML defines it (HTML Living Standard, 4.10.5.1.5), at most 254 characters (RFC 5321, section
/// 4.5.3.1 with erratum 1690), kept in lower case. Names of domains beyond ASCII are written in their `xn--` form.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

/// Why a text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EmailError {
    /// More than [`Email::MAX`] characters, or more than 64 before the `@`.
    #[error("must have at most {max} characters", max = Email::MAX)]
    TooLong,
    /// Not of the form `name@domain`.
    #[error("must be an e-mail address such as name@example.com")]
    Malformed,
}

impl EmailError {
    /// The stable code of the error.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::Malformed => "malformed",
        }
    }
}

impl Email {
    /// The most characters.
    pub const MAX: usize = 254;
    const LOCAL_MAX: usize = 64;
    const LABEL_MAX: usize = 63;

    /// Takes an address from outside; blanks around it are dropped.
    ///
    /// # Errors
    /// [`EmailError`] when `text` breaks one of the rules.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        if text.len() > Self::MAX {
            return Err(EmailError::TooLong);
        }
        let (local, domain) = text.split_once('@').ok_or(EmailError::Malformed)?;
        if local.len() > Self::LOCAL_MAX {
            return Err(EmailError::TooLong);
        }
        if local.is_empty() || !local.chars().all(is_local) || !domain.split('.').all(is_label) {
            return Err(EmailError::Malformed);
        }
        Ok(Self(text.to_ascii_lowercase()))
    }

    /// The address in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_local(c: char) -> bool {
    c.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c)
}

fn is_label(label: &str) -> bool {
    (1..=Email::LABEL_MAX).contains(&label.len())
        && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_addresses_and_puts_them_in_lower_case() {
        for (good, kept) in [
            ("a@b", "a@b"),
            ("Alice@Example.COM", "alice@example.com"),
            ("  alice@example.com\t", "alice@example.com"),
            ("o'neill+tag@mail.example.co.uk", "o'neill+tag@mail.example.co.uk"),
            ("x@xn--bcher-kva.example", "x@xn--bcher-kva.example"),
        ] {
            assert_eq!(Email::parse(good).map(|email| email.to_string()), Ok(kept.to_owned()));
        }
        let longest = format!("{}@{}.{}.{}", "l".repeat(64), "d".repeat(63), "e".repeat(63), "f".repeat(61));
        assert_eq!((longest.len(), Email::parse(&longest).is_ok()), (254, true));
    }

    #[test]
    fn refuses_everything_else() {
        let local = format!("{}@example.com", "l".repeat(65));
        let whole = format!("l@{}.{}.{}.{}", "d".repeat(63), "e".repeat(63), "f".repeat(63), "g".repeat(61));
        let label = format!("l@{}", "d".repeat(64));
        for (bad, error) in [
            ("", EmailError::Malformed),
            ("alice", EmailError::Malformed),
            ("@example.com", EmailError::Malformed),
            ("alice@", EmailError::Malformed),
            ("a@b@c", EmailError::Malformed),
            ("alice@example..com", EmailError::Malformed),
            ("alice@.example.com", EmailError::Malformed),
            ("alice@example.com.", EmailError::Malformed),
            ("alice@-example.com", EmailError::Malformed),
            ("alice@example-.com", EmailError::Malformed),
            ("al ice@example.com", EmailError::Malformed),
            ("alice@exam ple.com", EmailError::Malformed),
            ("alice\r\nbcc:b@example.com", EmailError::Malformed),
            ("alice\0@example.com", EmailError::Malformed),
            ("älice@example.com", EmailError::Malformed),
            ("alice@bücher.example", EmailError::Malformed),
            ("alice＠example.com", EmailError::Malformed),
            (label.as_str(), EmailError::Malformed),
            (local.as_str(), EmailError::TooLong),
            (whole.as_str(), EmailError::TooLong),
        ] {
            assert_eq!(Email::parse(bad).err(), Some(error), "{bad:?}");
        }
    }

    #[test]
    fn errors_have_stable_codes() {
        assert_eq!([EmailError::TooLong, EmailError::Malformed].map(EmailError::code), ["too_long", "malformed"]);
    }
}
