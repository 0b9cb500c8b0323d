//! Paging by cursor: a list is read in steps of bounded size, and nothing is skipped or told twice when rows are added.

use thiserror::Error;

/// How many items a page may hold: 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageLimit(u16);

/// The limit asked for is out of range.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("the limit must be between 1 and {max}", max = PageLimit::MAX)]
pub struct PageLimitError;

impl PageLimit {
    /// The largest page.
    pub const MAX: u16 = 100;
    /// The page size when none is asked for.
    pub const DEFAULT: Self = Self(20);

    /// Takes a limit from outside.
    ///
    /// # Errors
    /// [`PageLimitError`] unless `limit` is between 1 and [`PageLimit::MAX`].
    pub fn parse(limit: i64) -> Result<Self, PageLimitError> {
        u16::try_from(limit).ok().filter(|n| (1..=Self::MAX).contains(n)).map(Self).ok_or(PageLimitError)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

/// One step of a list. `next` continues after the last item, and is `None` at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T, C> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// Where to go on.
    pub next: Option<C>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_only_limits_in_range() {
        assert_eq!(PageLimit::parse(1).map(PageLimit::get), Ok(1));
        assert_eq!(PageLimit::parse(100).map(PageLimit::get), Ok(100));
        for bad in [i64::MIN, -1, 0, 101, i64::MAX] {
            assert_eq!(PageLimit::parse(bad), Err(PageLimitError));
        }
    }
}
