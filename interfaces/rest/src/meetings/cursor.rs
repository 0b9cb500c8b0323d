//! Where a list goes on, as an opaque text: clients send back what they were given.

use application_meeting::MeetingCursor;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::DateTime;
use domain_shared::MeetingId;
use uuid::Uuid;

/// Version, microseconds since 1970 and UUID.
const LENGTH: usize = 1 + 8 + 16;
const VERSION: u8 = 1;

/// Writes a cursor.
pub fn write(cursor: MeetingCursor) -> String {
    let mut bytes = Vec::with_capacity(LENGTH);
    bytes.push(VERSION);
    bytes.extend(cursor.created_at.timestamp_micros().to_be_bytes());
    bytes.extend(cursor.id.as_uuid().as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads a cursor that [`write`] has written. `None` for any other text.
pub fn read(text: &str) -> Option<MeetingCursor> {
    let bytes: [u8; LENGTH] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
    let (version, rest) = bytes.split_first()?;
    if *version != VERSION {
        return None;
    }
    let (micros, id) = rest.split_first_chunk::<8>()?;
    // Within the years that storage and clients can write.
    let micros = i64::from_be_bytes(*micros);
    let created_at =
        DateTime::from_timestamp_micros(micros).filter(|at| (0..253_402_300_800).contains(&at.timestamp()))?;
    Some(MeetingCursor { created_at, id: MeetingId::from_uuid(Uuid::from_slice(id).ok()?) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_wrote() {
        let cursor = MeetingCursor {
            created_at: DateTime::from_timestamp_micros(1_790_000_000_123_456).unwrap(),
            id: MeetingId::from_uuid(Uuid::from_u128(7)),
        };
        assert_eq!(read(&write(cursor)), Some(cursor));
    }

    #[test]
    fn refuses_everything_else() {
        let valid = write(MeetingCursor { created_at: DateTime::UNIX_EPOCH, id: MeetingId::from_uuid(Uuid::nil()) });
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
