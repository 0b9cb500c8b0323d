//! Tokens in mailed links: authenticated, and bound to the state of the account (docs/adr/0012).

use std::fmt;

use application_user::{AccountLinks, LinkPurpose};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use domain_shared::UserId;
use domain_user::User;
use secrecy::{ExposeSecret, SecretBox, SecretString};
use subtle::{Choice, ConstantTimeEq};
use uuid::Uuid;

use crate::jwt::hmac_sha256;

/// The parts of a token, in bytes: the account, the end (seconds since 1970, big-endian), the HMAC of both and of what is
/// not told.
const USER: usize = 16;
const END: usize = 8;
const MAC: usize = 32;
const TOKEN: usize = USER + END + MAC;
/// Its length in base64url without padding (RFC 4648, section 5).
const TEXT: usize = TOKEN * 4 / 3 + 1;

/// Makes and checks tokens of 75 characters of base64url. Nothing is stored: a token is good as long as its time has not
/// come and the account is as it was.
pub struct HmacAccountLinks {
    key: Key,
    former: Vec<Key>,
}

type Key = SecretBox<[u8; 32]>;

struct Token {
    user_id: UserId,
    end: i64,
    mac: [u8; MAC],
}

impl Token {
    fn parse(text: &str) -> Option<Self> {
        if text.len() != TEXT {
            return None;
        }
        let bytes: [u8; TOKEN] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (user, rest) = bytes.split_first_chunk::<USER>()?;
        let (end, rest) = rest.split_first_chunk::<END>()?;
        Some(Self {
            user_id: UserId::from_uuid(Uuid::from_bytes(*user)),
            end: i64::from_be_bytes(*end),
            mac: rest.try_into().ok()?,
        })
    }
}

impl HmacAccountLinks {
    /// Derives the keys from the server's secret, which signs, and from those before it, whose tokens are still good.
    #[must_use]
    pub fn new(secret: &SecretString, former: &[SecretString]) -> Self {
        Self { key: derive(secret), former: former.iter().map(derive).collect() }
    }
}

fn derive(secret: &SecretString) -> Key {
    let key = hmac_sha256(secret.expose_secret().as_bytes(), b"open-meeting account links");
    SecretBox::new(Box::new(key))
}

fn authenticate(key: &Key, purpose: LinkPurpose, user: &User, end: i64) -> [u8; MAC] {
    let mut message = Vec::new();
    // The parts before the last cannot be mistaken for one another: a name without NUL and its end, then fixed lengths.
    message.extend_from_slice(purpose.as_str().as_bytes());
    message.push(0);
    message.extend_from_slice(user.id().as_uuid().as_bytes());
    message.extend_from_slice(&end.to_be_bytes());
    message.extend_from_slice(purpose.state_of(user).as_bytes());
    hmac_sha256(key.expose_secret(), &message)
}

impl fmt::Debug for HmacAccountLinks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacAccountLinks([redacted])")
    }
}

impl AccountLinks for HmacAccountLinks {
    fn issue(&self, purpose: LinkPurpose, user: &User, expires_at: DateTime<Utc>) -> SecretString {
        let end = expires_at.timestamp();
        let mut bytes = Vec::with_capacity(TOKEN);
        bytes.extend_from_slice(user.id().as_uuid().as_bytes());
        bytes.extend_from_slice(&end.to_be_bytes());
        bytes.extend_from_slice(&authenticate(&self.key, purpose, user, end));
        URL_SAFE_NO_PAD.encode(bytes).into()
    }

    fn owner(&self, token: &str) -> Option<UserId> {
        Token::parse(token).map(|token| token.user_id)
    }

    fn verify(&self, purpose: LinkPurpose, token: &str, user: &User, now: DateTime<Utc>) -> bool {
        let Some(token) = Token::parse(token) else { return false };
        // Every key is tried, so that the time taken does not tell which one fits.
        let authentic = std::iter::once(&self.key).chain(&self.former).fold(Choice::from(0), |authentic, key| {
            authentic | authenticate(key, purpose, user, token.end).ct_eq(&token.mac)
        });
        bool::from(authentic) && token.user_id == user.id() && now.timestamp() < token.end
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use domain_user::{Email, Language, PasswordChangeMeans, PasswordHash, RegisterAccount, Username};

    use super::*;

    const PURPOSES: [LinkPurpose; 2] = [LinkPurpose::VerifyEmail, LinkPurpose::ResetPassword];

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_000_000_000 + seconds, 0).unwrap()
    }

    fn hash(text: &str) -> PasswordHash {
        PasswordHash::parse(&format!("$argon2id$v=19$m=1,t=1,p=1$c2FsdA${text}")).unwrap()
    }

    fn user(n: u128) -> User {
        let account = RegisterAccount {
            id: UserId::from_uuid(Uuid::from_u128(n)),
            username: Username::parse("ann").unwrap(),
            email: Email::parse("ann@example.com").unwrap(),
            password_hash: hash("aGFzaA"),
            nickname: None,
            language: Language::English,
        };
        User::register(account, at(0))
    }

    fn links() -> HmacAccountLinks {
        HmacAccountLinks::new(&"the secret".into(), &[])
    }

    fn issue(purpose: LinkPurpose, user: &User) -> String {
        links().issue(purpose, user, at(60)).expose_secret().to_owned()
    }

    #[test]
    fn a_token_names_its_account_and_is_good_until_its_end() {
        for purpose in PURPOSES {
            let token = issue(purpose, &user(1));
            assert_eq!(token.len(), TEXT);
            assert!(token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{token}");
            assert_eq!(links().owner(&token), Some(user(1).id()));
            for (seconds, good) in [(-1_000, true), (0, true), (59, true), (60, false), (61, false)] {
                assert_eq!(links().verify(purpose, &token, &user(1), at(seconds)), good, "{seconds}");
            }
            let part_of_a_second = links().issue(purpose, &user(1), at(60) + TimeDelta::milliseconds(999));
            assert!(!links().verify(purpose, part_of_a_second.expose_secret(), &user(1), at(60)));
        }
    }

    #[test]
    fn a_token_with_any_byte_changed_is_not_good() {
        let token = issue(LinkPurpose::ResetPassword, &user(1));
        for position in 0..token.len() {
            for replacement in [b'A', b'B', b'_', b'=', b' '] {
                let mut changed = token.clone().into_bytes();
                if changed[position] == replacement {
                    continue;
                }
                changed[position] = replacement;
                let changed = String::from_utf8(changed).unwrap();
                assert!(!links().verify(LinkPurpose::ResetPassword, &changed, &user(1), at(0)), "{changed}");
            }
        }
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for bit in 0..TOKEN * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let changed = URL_SAFE_NO_PAD.encode(changed);
            assert!(!links().verify(LinkPurpose::ResetPassword, &changed, &user(1), at(0)), "bit {bit}");
        }
    }

    #[test]
    fn a_token_is_for_one_purpose_and_one_account() {
        let token = issue(LinkPurpose::VerifyEmail, &user(1));
        assert!(!links().verify(LinkPurpose::ResetPassword, &token, &user(1), at(0)));
        // The other one has the same address and the same hash.
        assert!(!links().verify(LinkPurpose::VerifyEmail, &token, &user(2), at(0)));
    }

    #[test]
    fn a_token_is_good_once() {
        let mut ann = user(1);
        let (verify, reset) = (issue(LinkPurpose::VerifyEmail, &ann), issue(LinkPurpose::ResetPassword, &ann));
        assert!(ann.verify_email(at(1)));
        assert!(!links().verify(LinkPurpose::VerifyEmail, &verify, &ann, at(2)));
        assert!(links().verify(LinkPurpose::ResetPassword, &reset, &ann, at(2)), "the password is as it was");
        ann.change_password(hash("b3RoZXI"), PasswordChangeMeans::MailedLink, at(3));
        assert!(!links().verify(LinkPurpose::ResetPassword, &reset, &ann, at(4)));
    }

    #[test]
    fn keys_can_be_replaced() {
        let ours = issue(LinkPurpose::VerifyEmail, &user(1));
        let with = |secret: &str, former: &[&str]| {
            let former: Vec<SecretString> = former.iter().map(|secret| (*secret).into()).collect();
            HmacAccountLinks::new(&secret.into(), &former).verify(LinkPurpose::VerifyEmail, &ours, &user(1), at(0))
        };
        assert!(with("new", &["the secret"]) && with("new", &["older", "the secret"]));
        assert!(!with("new", &[]) && !with("new", &["older"]));
        let rotated = HmacAccountLinks::new(&"new".into(), &["the secret".into()]);
        let new = rotated.issue(LinkPurpose::VerifyEmail, &user(1), at(60));
        assert!(!links().verify(LinkPurpose::VerifyEmail, new.expose_secret(), &user(1), at(0)), "the new one signs");
    }

    #[test]
    fn what_is_no_token_has_no_owner() {
        let token = issue(LinkPurpose::VerifyEmail, &user(1));
        let overlong = [format!("{token}A"), format!("{token}="), "A".repeat(10_000_000), format!("{token}{token}")];
        let short = ["", "A", &token[1..], &token[..TEXT - 1]].map(str::to_owned);
        // Bits beyond the last byte must be unset: one token, one text.
        let second_text = format!("{}B", "A".repeat(TEXT - 1));
        let foreign = ["+/+/".repeat(18) + "+/+", "é".repeat(37) + "a", second_text];
        for text in overlong.into_iter().chain(short).chain(foreign) {
            assert_eq!(links().owner(&text), None);
            assert!(!links().verify(LinkPurpose::VerifyEmail, &text, &user(1), at(0)));
        }
        // Well-formed, but not ours.
        let zeros = "A".repeat(TEXT);
        assert_eq!(links().owner(&zeros), Some(UserId::from_uuid(Uuid::nil())));
        assert!(!links().verify(LinkPurpose::VerifyEmail, &zeros, &user(0), at(0)));
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", links()), "HmacAccountLinks([redacted])");
    }
}
