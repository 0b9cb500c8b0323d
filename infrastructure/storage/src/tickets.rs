//! Addresses on this server that are good by themselves: what they lead to and until when, with an HMAC.

use std::fmt;

use application_shared::{DownloadTicket, DownloadTickets, TicketError};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

const MAC: usize = 32;
/// No ticket is longer, however long the name of the file: nothing longer is looked at.
const MAX_TEXT: usize = 4096;

type Key = SecretBox<[u8; MAC]>;

/// Makes and opens tickets: base64url of the HMAC-SHA-256 and of what it authenticates, as JSON.
pub struct HmacDownloadTickets {
    key: Key,
    former: Vec<Key>,
}

impl HmacDownloadTickets {
    /// Derives the keys from the server's secret, which signs, and from those before it, whose tickets are still good.
    #[must_use]
    pub fn new(secret: &SecretString, former: &[SecretString]) -> Self {
        Self { key: derive(secret), former: former.iter().map(derive).collect() }
    }

    /// The ticket as a text of letters, digits, `-` and `_`.
    #[must_use]
    pub fn issue(&self, ticket: &DownloadTicket) -> SecretString {
        // Texts and times can always be written.
        let told = serde_json::to_vec(ticket).unwrap_or_default();
        let mut bytes = hmac_sha256(self.key.expose_secret(), &told).to_vec();
        bytes.extend_from_slice(&told);
        URL_SAFE_NO_PAD.encode(bytes).into()
    }
}

fn derive(secret: &SecretString) -> Key {
    SecretBox::new(Box::new(hmac_sha256(secret.expose_secret().as_bytes(), b"open-meeting download tickets")))
}

/// HMAC (RFC 2104) with SHA-256. Keys longer than a block are hashed, shorter ones are padded with zeros.
fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; MAC] {
    let mut block = [0; 64];
    if key.len() > block.len() {
        block[..MAC].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    Hmac::<Sha256>::new(&block.into()).chain_update(message).finalize().into_bytes().into()
}

impl fmt::Debug for HmacDownloadTickets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacDownloadTickets([redacted])")
    }
}

impl DownloadTickets for HmacDownloadTickets {
    fn open(&self, ticket: &str, now: DateTime<Utc>) -> Result<DownloadTicket, TicketError> {
        if ticket.len() > MAX_TEXT {
            return Err(TicketError::Invalid);
        }
        let bytes = URL_SAFE_NO_PAD.decode(ticket).map_err(|_| TicketError::Invalid)?;
        let (mac, told) = bytes.split_first_chunk::<MAC>().ok_or(TicketError::Invalid)?;
        // Every key is tried, so that the time taken does not tell which one fits.
        let authentic = std::iter::once(&self.key)
            .chain(&self.former)
            .fold(Choice::from(0), |authentic, key| authentic | hmac_sha256(key.expose_secret(), told).ct_eq(mac));
        if !bool::from(authentic) {
            return Err(TicketError::Invalid);
        }
        let ticket: DownloadTicket = serde_json::from_slice(told).map_err(|_| TicketError::Invalid)?;
        if now < ticket.expires_at { Ok(ticket) } else { Err(TicketError::Expired) }
    }
}

#[cfg(test)]
mod tests {
    use application_shared::ObjectKey;
    use chrono::TimeDelta;

    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
    }

    fn ticket() -> DownloadTicket {
        DownloadTicket {
            key: ObjectKey::parse("files/1").unwrap(),
            file_name: "王 \"x\".pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            inline: false,
            expires_at: now() + TimeDelta::seconds(10),
        }
    }

    fn tickets() -> HmacDownloadTickets {
        HmacDownloadTickets::new(&"the secret".into(), &[])
    }

    #[test]
    fn a_ticket_is_good_until_its_time_is_over() {
        let text = tickets().issue(&ticket());
        assert_eq!(tickets().open(text.expose_secret(), now()), Ok(ticket()));
        for (seconds, expected) in
            [(9, Ok(ticket())), (10, Err(TicketError::Expired)), (999, Err(TicketError::Expired))]
        {
            assert_eq!(tickets().open(text.expose_secret(), now() + TimeDelta::seconds(seconds)), expected);
        }
    }

    #[test]
    fn whatever_was_changed_is_refused() {
        let text = tickets().issue(&ticket());
        let text = text.expose_secret();
        for at in 0..text.len() {
            let mut forged = text.to_owned();
            forged.replace_range(at..=at, if &text[at..=at] == "A" { "B" } else { "A" });
            assert_eq!(tickets().open(&forged, now()), Err(TicketError::Invalid), "{at}");
        }
        let long = "A".repeat(MAX_TEXT + 1);
        for forged in ["", "x", &text[1..], &format!("{text}A"), &long, "!!", "é"] {
            assert_eq!(tickets().open(forged, now()), Err(TicketError::Invalid), "{forged}");
        }
    }

    #[test]
    fn tickets_of_a_former_secret_are_good_and_those_of_another_are_not() {
        let text = tickets().issue(&ticket());
        let rotated = HmacDownloadTickets::new(&"the next one".into(), &["the secret".into()]);
        assert_eq!(rotated.open(text.expose_secret(), now()), Ok(ticket()));
        let issued = rotated.issue(&ticket());
        assert_eq!(tickets().open(issued.expose_secret(), now()), Err(TicketError::Invalid));
        assert_eq!(format!("{rotated:?}"), "HmacDownloadTickets([redacted])");
    }
}
