//! Which part of an object a client wants, and whether it has it already (RFC 9110, sections 13 and 14).

use application_shared::ByteRange;
use chrono::{DateTime, Timelike, Utc};
use poem::http::{HeaderMap, HeaderName, header};

use crate::entity_tag::has_tag;

/// What the conditions of a request are held against.
#[derive(Debug, Clone)]
pub struct Representation {
    /// The entity tag, with its quotes. It is a strong one.
    pub tag: String,
    /// When it was written.
    pub modified_at: DateTime<Utc>,
    /// In bytes.
    pub size: u64,
}

/// What a request is to be answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// All of it.
    Whole,
    /// Some of it; at least one byte, all of them there.
    Part(ByteRange),
    /// Nothing: the client has it.
    Unchanged,
    /// Nothing: it is not what the client thinks it is.
    PreconditionFailed,
    /// Nothing of what is wanted is there.
    Unsatisfiable,
}

impl Representation {
    /// The value of `Last-Modified`.
    pub fn last_modified(&self) -> String {
        self.modified_at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }

    /// What the headers ask for, in the order of precedence (RFC 9110, section 13.2.2).
    pub fn wanted(&self, headers: &HeaderMap) -> Wanted {
        // Dates have no fractions of a second.
        let modified_at = self.modified_at.with_nanosecond(0).unwrap_or(self.modified_at);
        let precondition = if headers.contains_key(header::IF_MATCH) {
            self.is_named(headers)
        } else {
            date(headers, header::IF_UNMODIFIED_SINCE).is_none_or(|since| modified_at <= since)
        };
        if !precondition {
            return Wanted::PreconditionFailed;
        }
        let unchanged = if headers.contains_key(header::IF_NONE_MATCH) {
            has_tag(headers, &self.tag)
        } else {
            date(headers, header::IF_MODIFIED_SINCE).is_some_and(|since| modified_at <= since)
        };
        if unchanged {
            return Wanted::Unchanged;
        }
        if !self.continues(headers) {
            return Wanted::Whole;
        }
        match one(headers, header::RANGE) {
            Some(range) => self.part(range),
            None => Wanted::Whole,
        }
    }

    /// Whether `If-Match` names it, by strong comparison.
    fn is_named(&self, headers: &HeaderMap) -> bool {
        let tags = headers.get_all(header::IF_MATCH).into_iter().filter_map(|tags| tags.to_str().ok());
        tags.flat_map(|tags| tags.split(',')).map(str::trim).any(|tag| tag == "*" || tag == self.tag)
    }

    /// Whether what the client has a part of is this, as far as it says so: by a strong tag or by the very date.
    fn continues(&self, headers: &HeaderMap) -> bool {
        match one(headers, header::IF_RANGE) {
            Some(known) => known == self.tag || known == self.last_modified(),
            None => !headers.contains_key(header::IF_RANGE),
        }
    }

    /// One range of bytes. Whatever is none, and several at once, which nobody is obliged to answer, are passed over.
    fn part(&self, range: &str) -> Wanted {
        let Some((first, last)) = range_of(range) else { return Wanted::Whole };
        let (start, end) = match (first, last) {
            (Some(first), Some(last)) if first > last => return Wanted::Whole,
            (Some(first), last) => (first, last.map_or(self.size, |last| last.saturating_add(1).min(self.size))),
            (None, Some(length)) => (self.size.saturating_sub(length), self.size),
            (None, None) => return Wanted::Whole,
        };
        if start >= end { Wanted::Unsatisfiable } else { Wanted::Part(ByteRange { start, length: end - start }) }
    }
}

/// The numbers of `bytes=first-last`, each of which may be missing. One too large for any object is the largest there is.
fn range_of(text: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (unit, range) = text.split_once('=')?;
    let (first, last) = range.trim().split_once('-')?;
    let number = |text: &str| match text {
        "" => Some(None),
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => Some(Some(digits.parse().unwrap_or(u64::MAX))),
        _ => None,
    };
    unit.eq_ignore_ascii_case("bytes").then_some(())?;
    Some((number(first)?, number(last)?))
}

/// The value of a header that may come once.
fn one(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).into_iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then(|| value.trim())
}

fn date(headers: &HeaderMap, name: HeaderName) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc2822(one(headers, name)?).ok().map(|at| at.to_utc())
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;

    use super::*;

    const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const EARLIER: &str = "Sun, 06 Nov 1994 08:49:36 GMT";

    fn wanted(fields: &[(HeaderName, &'static str)]) -> Wanted {
        let modified_at = DateTime::from_timestamp_millis(784_111_777_500).unwrap();
        let representation = Representation { tag: "\"abc\"".to_owned(), modified_at, size: 100 };
        assert_eq!(representation.last_modified(), DATE);
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(name, HeaderValue::from_static(value));
        }
        representation.wanted(&headers)
    }

    fn part(start: u64, length: u64) -> Wanted {
        Wanted::Part(ByteRange { start, length })
    }

    #[test]
    fn one_range_is_answered() {
        for (range, expected) in [
            ("bytes=0-0", part(0, 1)),
            ("bytes=0-99", part(0, 100)),
            ("bytes=10-", part(10, 90)),
            ("bytes=-10", part(90, 10)),
            ("bytes=-200", part(0, 100)),
            ("bytes=90-1000", part(90, 10)),
            ("bytes=90-99999999999999999999999", part(90, 10)),
            ("Bytes=1-2", part(1, 2)),
            ("bytes=100-", Wanted::Unsatisfiable),
            ("bytes=99999999999999999999999-", Wanted::Unsatisfiable),
            ("bytes=-0", Wanted::Unsatisfiable),
        ] {
            assert_eq!(wanted(&[(header::RANGE, range)]), expected, "{range}");
        }
    }

    #[test]
    fn what_is_no_range_is_passed_over() {
        for range in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=2-1",
            "bytes=0-1,5-6",
            "items=0-1",
            "bytes=1",
            "bytes=+1-2",
            "bytes=0x1-2",
            "bytes=1-2-3",
            "bytes= - ",
        ] {
            assert_eq!(wanted(&[(header::RANGE, range)]), Wanted::Whole, "{range}");
        }
        assert_eq!(wanted(&[(header::RANGE, "bytes=0-1"), (header::RANGE, "bytes=2-3")]), Wanted::Whole);
    }

    #[test]
    fn a_part_goes_on_only_from_the_same_thing() {
        for (condition, expected) in [
            ("\"abc\"", part(0, 1)),
            (DATE, part(0, 1)),
            ("\"other\"", Wanted::Whole),
            ("W/\"abc\"", Wanted::Whole),
            (EARLIER, Wanted::Whole),
            ("", Wanted::Whole),
        ] {
            assert_eq!(wanted(&[(header::RANGE, "bytes=0-0"), (header::IF_RANGE, condition)]), expected, "{condition}");
        }
    }

    #[test]
    fn conditions_come_in_their_order() {
        use Wanted::{PreconditionFailed, Unchanged, Whole};
        for (fields, expected) in [
            (&[(header::IF_NONE_MATCH, "\"abc\"")][..], Unchanged),
            (&[(header::IF_NONE_MATCH, "\"x\", W/\"abc\"")], Unchanged),
            (&[(header::IF_NONE_MATCH, "\"x\""), (header::IF_MODIFIED_SINCE, DATE)], Whole),
            (&[(header::IF_MODIFIED_SINCE, DATE)], Unchanged),
            (&[(header::IF_MODIFIED_SINCE, EARLIER)], Whole),
            (&[(header::IF_MODIFIED_SINCE, "yesterday")], Whole),
            (&[(header::IF_MATCH, "\"abc\"")], Whole),
            (&[(header::IF_MATCH, "*")], Whole),
            (&[(header::IF_MATCH, "W/\"abc\"")], PreconditionFailed),
            (&[(header::IF_MATCH, "\"x\""), (header::IF_NONE_MATCH, "\"abc\"")], PreconditionFailed),
            (&[(header::IF_UNMODIFIED_SINCE, DATE)], Whole),
            (&[(header::IF_UNMODIFIED_SINCE, EARLIER)], PreconditionFailed),
            (&[(header::RANGE, "bytes=0-0"), (header::IF_NONE_MATCH, "\"abc\"")], Unchanged),
        ] {
            assert_eq!(wanted(fields), expected, "{fields:?}");
        }
    }
}
