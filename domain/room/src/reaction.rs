//! How people show what they feel without saying a word.

use std::str::FromStr;

use thiserror::Error;

/// A reaction. A few that everybody knows, so that no text can pass for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reaction {
    /// A thumb up.
    ThumbsUp,
    /// Applause.
    Clap,
    /// A heart.
    Heart,
    /// Laughter.
    Laugh,
    /// Surprise.
    Surprised,
    /// A celebration.
    Party,
    /// A waving hand.
    Wave,
    /// Doubt.
    Thinking,
}

/// No reaction bears this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("no such reaction")]
pub struct UnknownReaction;

impl Reaction {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::ThumbsUp,
        Self::Clap,
        Self::Heart,
        Self::Laugh,
        Self::Surprised,
        Self::Party,
        Self::Wave,
        Self::Thinking,
    ];

    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ThumbsUp => "thumbs-up",
            Self::Clap => "clap",
            Self::Heart => "heart",
            Self::Laugh => "laugh",
            Self::Surprised => "surprised",
            Self::Party => "party",
            Self::Wave => "wave",
            Self::Thinking => "thinking",
        }
    }
}

impl FromStr for Reaction {
    type Err = UnknownReaction;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|reaction| reaction.as_str() == text).ok_or(UnknownReaction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        for reaction in Reaction::ALL {
            assert_eq!(reaction.as_str().parse(), Ok(reaction));
        }
        assert_eq!("👍".parse::<Reaction>(), Err(UnknownReaction));
    }
}
