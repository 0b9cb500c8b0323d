//! Handing an object to somebody who has nothing but an address.

use std::{fmt::Write, time::Duration};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::ObjectKey;

/// How an object is handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// What the file is to be called, in any script.
    pub file_name: String,
    /// What it is.
    pub media_type: String,
    /// Whether a browser may show it; otherwise it saves it.
    pub inline: bool,
    /// How long the address is good: at most seven days.
    pub expires_in: Duration,
}

/// What stands in an address of ours, once it has been found to be good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DownloadTicket {
    /// The object.
    pub key: ObjectKey,
    /// See [`Download`].
    pub file_name: String,
    /// See [`Download`].
    pub media_type: String,
    /// See [`Download`].
    pub inline: bool,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
}

/// Why an address is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TicketError {
    /// It is none of ours.
    #[error("not a ticket of ours")]
    Invalid,
    /// Its time is over.
    #[error("the ticket has expired")]
    Expired,
}

/// Reads the addresses that lead to this server. Whether one is ours is found out in a time that does not depend on where
/// it differs.
pub trait DownloadTickets: Send + Sync {
    /// What stands in the ticket.
    ///
    /// # Errors
    /// [`TicketError`].
    fn open(&self, ticket: &str, now: DateTime<Utc>) -> Result<DownloadTicket, TicketError>;
}

/// The value of the header `Content-Disposition` (RFC 6266): the name in any script, and what is left of it in ASCII for
/// those who cannot read that.
fn disposition(file_name: &str, inline: bool) -> String {
    let kind = if inline { "inline" } else { "attachment" };
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%' | ';') || c == ' ';
    let plain: String = file_name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let mut value = format!("{kind}; filename=\"{plain}\"");
    if plain != file_name {
        value.push_str("; filename*=UTF-8''");
        for byte in file_name.bytes() {
            // RFC 8187, section 3.2.1: attr-char.
            if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
                value.push(char::from(byte));
            } else {
                // Writing to a String cannot fail.
                let _ = write!(value, "%{byte:02X}");
            }
        }
    }
    value
}

impl Download {
    /// The value of the header `Content-Disposition`.
    #[must_use]
    pub fn content_disposition(&self) -> String {
        disposition(&self.file_name, self.inline)
    }
}

impl DownloadTicket {
    /// The value of the header `Content-Disposition`.
    #[must_use]
    pub fn content_disposition(&self) -> String {
        disposition(&self.file_name, self.inline)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_any_script_stand_in_a_header() {
        for (name, inline, expected) in [
            ("minutes.pdf", false, "attachment; filename=\"minutes.pdf\""),
            ("a b.png", true, "inline; filename=\"a b.png\""),
            ("\"x\"; y.txt", false, "attachment; filename=\"_x__ y.txt\"; filename*=UTF-8''%22x%22%3B%20y.txt"),
            ("王.png", true, "inline; filename=\"_.png\"; filename*=UTF-8''%E7%8E%8B.png"),
            ("a\r\nb", false, "attachment; filename=\"a__b\"; filename*=UTF-8''a%0D%0Ab"),
        ] {
            assert_eq!(disposition(name, inline), expected);
            assert!(disposition(name, inline).bytes().all(|byte| (0x20..0x7f).contains(&byte)));
        }
    }
}
