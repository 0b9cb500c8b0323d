//! With what guests of a meeting are known again.

use std::fmt;

use application_meeting::GuestPasses;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain_shared::{MeetingId, UserId};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use subtle::{Choice, ConstantTimeEq};
use uuid::Uuid;

use crate::jwt::hmac_sha256;

/// The parts of a pass, in bytes: the guest, the HMAC of meeting and guest.
const GUEST: usize = 16;
const MAC: usize = 32;
/// Its length in base64url without padding (RFC 4648, section 5): 48 bytes need none.
const TEXT: usize = (GUEST + MAC) / 3 * 4;

type Key = SecretBox<[u8; 32]>;

/// Makes and checks passes of 64 characters of base64url. Nothing is stored: a pass is good for its meeting only.
pub struct HmacGuestPasses {
    key: Key,
    former: Vec<Key>,
}

impl HmacGuestPasses {
    /// Derives the keys from the server's secret, which signs, and from those before it, whose passes are still good.
    #[must_use]
    pub fn new(secret: &SecretString, former: &[SecretString]) -> Self {
        Self { key: derive(secret), former: former.iter().map(derive).collect() }
    }
}

fn derive(secret: &SecretString) -> Key {
    let key = hmac_sha256(secret.expose_secret().as_bytes(), b"open-meeting guest passes");
    SecretBox::new(Box::new(key))
}

fn authenticate(key: &Key, meeting: MeetingId, guest: Uuid) -> [u8; MAC] {
    let mut message = [0; 32];
    message[..16].copy_from_slice(meeting.as_uuid().as_bytes());
    message[16..].copy_from_slice(guest.as_bytes());
    hmac_sha256(key.expose_secret(), &message)
}

impl fmt::Debug for HmacGuestPasses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacGuestPasses([redacted])")
    }
}

impl GuestPasses for HmacGuestPasses {
    fn issue(&self, meeting: MeetingId, guest: UserId) -> SecretString {
        let guest = guest.as_uuid();
        let mut bytes = Vec::with_capacity(GUEST + MAC);
        bytes.extend_from_slice(guest.as_bytes());
        bytes.extend_from_slice(&authenticate(&self.key, meeting, guest));
        URL_SAFE_NO_PAD.encode(bytes).into()
    }

    fn verify(&self, meeting: MeetingId, pass: &str) -> Option<UserId> {
        if pass.len() != TEXT {
            return None;
        }
        let bytes: [u8; GUEST + MAC] = URL_SAFE_NO_PAD.decode(pass).ok()?.try_into().ok()?;
        let (guest, mac) = bytes.split_first_chunk::<GUEST>()?;
        let guest = Uuid::from_bytes(*guest);
        let good = std::iter::once(&self.key)
            .chain(&self.former)
            .fold(Choice::from(0), |good, key| good | authenticate(key, meeting, guest).ct_eq(mac));
        bool::from(good).then(|| UserId::from_uuid(guest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(secret: &str, former: &[&str]) -> HmacGuestPasses {
        let former: Vec<SecretString> = former.iter().map(|secret| (*secret).into()).collect();
        HmacGuestPasses::new(&secret.into(), &former)
    }

    #[test]
    fn a_pass_is_good_for_its_guest_and_meeting_only() {
        let (meeting, guest) = (MeetingId::from_uuid(Uuid::from_u128(1)), UserId::from_uuid(Uuid::from_u128(2)));
        let passes_now = passes("one", &[]);
        let pass = passes_now.issue(meeting, guest);
        let pass = pass.expose_secret();
        assert_eq!(passes_now.verify(meeting, pass), Some(guest));
        assert_eq!(passes_now.verify(MeetingId::from_uuid(Uuid::from_u128(3)), pass), None);
        assert_eq!(passes("two", &["one"]).verify(meeting, pass), Some(guest), "the key has changed");
        assert_eq!(passes("two", &[]).verify(meeting, pass), None);
        for at in 0..pass.len() {
            let mut forged = pass.to_owned().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(passes_now.verify(meeting, std::str::from_utf8(&forged).unwrap()), None, "{at}");
        }
        for bad in ["", "x", &"A".repeat(64), &"=".repeat(64), &pass[1..]] {
            assert_eq!(passes_now.verify(meeting, bad), None, "{bad}");
        }
        assert_eq!(format!("{passes_now:?}"), "HmacGuestPasses([redacted])");
    }
}
