//! Where a webhook is told.

use std::fmt;

use thiserror::Error;

/// An address as it was given: 1 to 2,048 visible ASCII characters. Whether it can be reached, and may be, is for the
/// adapter to say that goes there. Its path or query often holds a secret, so that it is never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookUrl(String);

/// Why a text is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum WebhookUrlError {
    /// Nothing at all.
    #[error("must not be empty")]
    Empty,
    /// More than [`WebhookUrl::MAX`] characters.
    #[error("must have at most {max} characters", max = WebhookUrl::MAX)]
    TooLong,
    /// Something that must be written in another way in an address (RFC 3986, section 2.1).
    #[error("must consist of visible ASCII characters")]
    ForbiddenCharacter,
}

impl WebhookUrlError {
    /// The stable code of the error.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::ForbiddenCharacter => "forbidden_character",
        }
    }
}

impl WebhookUrl {
    /// The most characters.
    pub const MAX: usize = 2_048;

    /// Takes a text.
    ///
    /// # Errors
    /// [`WebhookUrlError`].
    pub fn parse(text: &str) -> Result<Self, WebhookUrlError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(WebhookUrlError::Empty);
        }
        if text.len() > Self::MAX {
            return Err(WebhookUrlError::TooLong);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(WebhookUrlError::ForbiddenCharacter);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookUrl([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_visible_ascii_and_not_shown() {
        let url = WebhookUrl::parse(" https://example.org/hook?token=secret ").unwrap();
        assert_eq!(url.as_str(), "https://example.org/hook?token=secret");
        assert_eq!(format!("{url:?}"), "WebhookUrl([redacted])");
        for (text, code) in [
            (" ".to_owned(), "empty"),
            (format!("https://example.org/{}", "x".repeat(2_048)), "too_long"),
            ("https://exämple.org".to_owned(), "forbidden_character"),
            ("https://a b".to_owned(), "forbidden_character"),
            ("https://a\r\nHost: b".to_owned(), "forbidden_character"),
            ("https://a\0".to_owned(), "forbidden_character"),
        ] {
            assert_eq!(WebhookUrl::parse(&text).unwrap_err().code(), code, "{text}");
        }
    }
}
