//! Pages of lists: how many are wanted, and where a list goes on, as an opaque text that clients send back as it was given.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use domain_shared::PageLimit;
use uuid::Uuid;

use crate::failure::{Failure, FieldDetail};

/// Version, microseconds since 1970 and UUID.
const LENGTH: usize = 1 + 8 + 16;
const VERSION: u8 = 1;

/// The size of a page when none is asked for.
pub fn default_limit() -> i64 {
    i64::from(PageLimit::DEFAULT.get())
}

/// What bears the identifier at that time: the last thing of the page before.
pub type Position = (DateTime<Utc>, Uuid);

/// Reads the query parameters `limit` and `cursor`.
pub fn page(limit: i64, cursor: Option<&str>) -> Result<(PageLimit, Option<Position>), Failure> {
    let invalid = |field: &str, code: &str, message: String| Failure::invalid([FieldDetail::new(field, code, message)]);
    let limit = PageLimit::parse(limit).map_err(|error| invalid("limit", "out_of_range", error.to_string()))?;
    let after = match cursor.filter(|cursor| !cursor.is_empty()) {
        None => None,
        Some(text) => {
            let read = read(text);
            Some(read.ok_or_else(|| invalid("cursor", "invalid", "must be a next_cursor given before".to_owned()))?)
        }
    };
    Ok((limit, after))
}

/// Writes where a list goes on: after what bears `id` at `at`.
pub fn write(at: DateTime<Utc>, id: Uuid) -> String {
    let mut bytes = Vec::with_capacity(LENGTH);
    bytes.push(VERSION);
    bytes.extend(at.timestamp_micros().to_be_bytes());
    bytes.extend(id.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads what [`write`] has written. `None` for any other text.
fn read(text: &str) -> Option<Position> {
    let bytes: [u8; LENGTH] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
    let (version, rest) = bytes.split_first()?;
    if *version != VERSION {
        return None;
    }
    let (micros, id) = rest.split_first_chunk::<8>()?;
    // Within the years that storage and clients can write.
    let micros = i64::from_be_bytes(*micros);
    let at = DateTime::from_timestamp_micros(micros).filter(|at| (0..253_402_300_800).contains(&at.timestamp()))?;
    Some((at, Uuid::from_slice(id).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_wrote() {
        let (at, id) = (DateTime::from_timestamp_micros(1_790_000_000_123_456).unwrap(), Uuid::from_u128(7));
        assert_eq!(read(&write(at, id)), Some((at, id)));
    }

    #[test]
    fn refuses_everything_else() {
        let valid = write(DateTime::UNIX_EPOCH, Uuid::nil());
        let mut far = vec![VERSION];
        far.extend(i64::MAX.to_be_bytes());
        far.extend([0; 16]);
        let mut other_version = vec![2];
        other_version.extend([0; 24]);
        for bad in [
            "",
            "1",
            "' OR 1=1 --",
            &valid[1..],
            &format!("{valid}AA"),
            &format!("{valid}="),
            &URL_SAFE_NO_PAD.encode(far),
            &URL_SAFE_NO_PAD.encode(other_version),
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
