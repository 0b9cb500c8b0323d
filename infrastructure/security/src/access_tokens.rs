//! Access tokens: JWTs for the API.

use std::{fmt, sync::Arc};

use application_shared::PortError;
use application_user::{AccessClaims, AccessToken, AccessTokenError, AccessTokens, Principal};
use chrono::{DateTime, TimeDelta, Utc};
use domain_user::UserRole;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::jwt::{Issued, JwtKeys, Timed, Times, VerifyError};

const AUDIENCE: &str = "open-meeting/api";

/// Issues and verifies access tokens: `iss` "open-meeting", `aud` "open-meeting/api", `sub` the user, `sid` the session,
/// `role`, `name` (the nickname), `iat`, `exp`, `jti`.
pub struct JwtAccessTokens {
    keys: Arc<JwtKeys>,
    lifetime: TimeDelta,
}

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    sub: Uuid,
    sid: Uuid,
    role: String,
    name: String,
    #[serde(flatten)]
    times: Times,
    jti: Uuid,
}

impl Timed for Claims {
    fn times(&self) -> &Times {
        &self.times
    }
}

impl JwtAccessTokens {
    /// Tokens that are good for `lifetime`, in whole seconds.
    #[must_use]
    pub const fn new(keys: Arc<JwtKeys>, lifetime: TimeDelta) -> Self {
        Self { keys, lifetime }
    }
}

impl fmt::Debug for JwtAccessTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtAccessTokens").field("lifetime", &self.lifetime).finish_non_exhaustive()
    }
}

impl AccessTokens for JwtAccessTokens {
    fn issue(&self, claims: &AccessClaims, now: DateTime<Utc>) -> Result<AccessToken, PortError> {
        let claims = Claims {
            sub: claims.user_id.as_uuid(),
            sid: claims.session_id.as_uuid(),
            role: claims.role.as_str().to_owned(),
            name: claims.nickname.clone(),
            times: Times::from(now, self.lifetime),
            jti: claims.token_id,
        };
        let token = self.keys.sign(&Issued::new(AUDIENCE, claims)).map_err(PortError::unavailable)?;
        Ok(AccessToken { token, expires_in: self.lifetime })
    }

    fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Principal, AccessTokenError> {
        let claims: Claims = self.keys.verify(token, AUDIENCE, now).map_err(|error| match error {
            VerifyError::Invalid => AccessTokenError::Invalid,
            VerifyError::Expired => AccessTokenError::Expired,
        })?;
        Ok(Principal {
            user_id: claims.sub.into(),
            session_id: claims.sid.into(),
            role: UserRole::parse(&claims.role).map_err(|_| AccessTokenError::Invalid)?,
            nickname: claims.name,
        })
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    use secrecy::ExposeSecret;
    use serde_json::{Value, json};

    use super::*;
    use crate::jwt::tests::{OTHER_SECRET, SECRET, forge, header, keys};

    const LIFETIME: TimeDelta = TimeDelta::minutes(15);

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_000_000_000 + seconds, 0).unwrap()
    }

    fn tokens(secret: &str) -> JwtAccessTokens {
        JwtAccessTokens::new(Arc::new(keys(secret)), LIFETIME)
    }

    fn claims() -> AccessClaims {
        AccessClaims {
            user_id: Uuid::from_u128(1).into(),
            session_id: Uuid::from_u128(2).into(),
            role: UserRole::Admin,
            nickname: "王小明".to_owned(),
            token_id: Uuid::from_u128(3),
        }
    }

    fn issue() -> String {
        tokens(SECRET).issue(&claims(), at(0)).unwrap().token.expose_secret().to_owned()
    }

    fn payload() -> Value {
        let token = issue();
        let part = token.split('.').nth(1).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    }

    #[test]
    fn says_who_in_which_session_for_how_long() {
        let issued = tokens(SECRET).issue(&claims(), at(0)).unwrap();
        assert_eq!(issued.expires_in, LIFETIME);
        let principal = tokens(SECRET).verify(issued.token.expose_secret(), at(0)).unwrap();
        let AccessClaims { user_id, session_id, role, nickname, .. } = claims();
        assert_eq!(principal, Principal { user_id, session_id, role, nickname });
    }

    #[test]
    fn has_the_claims_that_others_read() {
        assert_eq!(
            payload(),
            json!({
                "iss": "open-meeting", "aud": "open-meeting/api", "sub": Uuid::from_u128(1), "sid": Uuid::from_u128(2),
                "role": "admin", "name": "王小明", "iat": 1_000_000_000, "exp": 1_000_000_900, "jti": Uuid::from_u128(3),
            })
        );
        let header_of = |token: &str| -> Value {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap()).unwrap()
        };
        assert_eq!(header_of(&issue()), header(SECRET));
    }

    #[test]
    fn is_good_until_its_last_second_and_not_before_its_time() {
        let (tokens, token) = (tokens(SECRET), issue());
        assert!(tokens.verify(&token, at(899)).is_ok());
        assert_eq!(tokens.verify(&token, at(900)), Err(AccessTokenError::Expired));
        assert!(tokens.verify(&token, at(-60)).is_ok());
        assert_eq!(tokens.verify(&token, at(-61)), Err(AccessTokenError::Invalid));
    }

    #[test]
    fn a_changed_token_is_invalid_even_when_old() {
        let (tokens, token) = (tokens(SECRET), issue());
        for at_byte in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[at_byte] = if bytes[at_byte] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            // The last character of 43 has two bits that mean nothing; the decoder refuses them set.
            assert_eq!(tokens.verify(&changed, at(5000)), Err(AccessTokenError::Invalid), "byte {at_byte}");
        }
    }

    #[test]
    fn only_our_algorithm_key_issuer_audience_and_claims_are_taken() {
        let tokens = tokens(SECRET);
        let good = payload();
        assert!(tokens.verify(&forge(&header(SECRET), &good, SECRET), at(0)).is_ok());
        let with = |name: &str, value: Value| {
            let mut claims = good.clone();
            claims[name] = value;
            claims
        };
        let mut forged = vec![
            forge(&header(SECRET), &good, OTHER_SECRET),
            forge(&header(OTHER_SECRET), &good, OTHER_SECRET),
            forge(&json!({"alg": "HS256"}), &good, SECRET),
            forge(&json!({"alg": "HS256", "kid": 7}), &good, SECRET),
        ];
        for algorithm in ["none", "None", "HS384", "HS512", "RS256", "ES256", ""] {
            let mut header = header(SECRET);
            header["alg"] = algorithm.into();
            let token = forge(&header, &good, SECRET);
            forged.push(format!("{}.", token.rsplit_once('.').unwrap().0));
            forged.push(token);
        }
        for (name, value) in [
            ("iss", json!("somebody")),
            ("aud", json!("open-meeting/room")),
            ("aud", json!(null)),
            ("sub", json!("alice")),
            ("sid", json!(null)),
            ("role", json!("root")),
            ("exp", json!("tomorrow")),
            ("exp", json!(1e300)),
            ("iat", json!(null)),
            ("iat", json!(-1.5)),
        ] {
            forged.push(forge(&header(SECRET), &with(name, value), SECRET));
        }
        for name in ["iss", "aud", "sub", "sid", "role", "name", "exp", "iat", "jti"] {
            let mut claims = good.clone();
            claims.as_object_mut().unwrap().remove(name);
            forged.push(forge(&header(SECRET), &claims, SECRET));
        }
        for token in forged {
            assert_eq!(tokens.verify(&token, at(0)), Err(AccessTokenError::Invalid), "{token}");
        }
    }

    #[test]
    fn what_is_no_token_is_invalid() {
        let long = "a".repeat(1_000_000);
        for garbage in
            ["", ".", "..", "...", "a.b.c", "Bearer x", "\0", "é.é.é", long.as_str(), &format!("{}.x", issue())]
        {
            assert_eq!(tokens(SECRET).verify(garbage, at(0)), Err(AccessTokenError::Invalid));
        }
    }

    #[test]
    fn a_token_of_a_former_key_is_still_good() {
        let rotated = JwtKeys::new(&OTHER_SECRET.into(), &[SECRET.into()]).unwrap();
        let rotated = JwtAccessTokens::new(Arc::new(rotated), LIFETIME);
        assert!(rotated.verify(&issue(), at(0)).is_ok());
        let new = rotated.issue(&claims(), at(0)).unwrap();
        assert_eq!(tokens(SECRET).verify(new.token.expose_secret(), at(0)), Err(AccessTokenError::Invalid));
        assert!(tokens(OTHER_SECRET).verify(new.token.expose_secret(), at(0)).is_ok());
    }
}
