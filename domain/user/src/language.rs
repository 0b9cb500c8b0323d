//! The languages in which an account is spoken to.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A language in which mails are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    SimplifiedChinese,
}

/// The text names no language that is spoken here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be one of en, zh-CN")]
pub struct UnknownLanguage;

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::SimplifiedChinese];

    /// The stable name, a language tag (BCP 47): `en` or `zh-CN`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::SimplifiedChinese => "zh-CN",
        }
    }

    /// Finds the language of that stable name.
    ///
    /// # Errors
    /// [`UnknownLanguage`] when there is none.
    pub fn parse(name: &str) -> Result<Self, UnknownLanguage> {
        Self::ALL.into_iter().find(|language| language.as_str() == name).ok_or(UnknownLanguage)
    }

    /// The one that somebody likes best who sends `Accept-Language` (RFC 9110, section 12.5.4): the first named range that
    /// is spoken here, weights aside; English when none is.
    #[must_use]
    pub fn preferred(accept_language: &str) -> Self {
        let ranges = accept_language.split(',').take(20).map(|range| range.split(';').next().unwrap_or("").trim());
        for range in ranges {
            match range.split('-').next().unwrap_or("").to_ascii_lowercase().as_str() {
                "en" => return Self::English,
                "zh" => return Self::SimplifiedChinese,
                _ => {}
            }
        }
        Self::English
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_have_stable_names() {
        for language in Language::ALL {
            assert_eq!(Language::parse(language.as_str()), Ok(language));
        }
        assert_eq!(Language::parse("zh"), Err(UnknownLanguage));
    }

    #[test]
    fn the_first_language_spoken_here_is_taken() {
        for (header, language) in [
            ("", Language::English),
            ("zh-CN,zh;q=0.9,en;q=0.8", Language::SimplifiedChinese),
            ("de, ZH-TW;q=0.5", Language::SimplifiedChinese),
            ("fr;q=0.9, en-GB, zh", Language::English),
            (",;,", Language::English),
        ] {
            assert_eq!(Language::preferred(header), language, "{header}");
        }
    }
}
