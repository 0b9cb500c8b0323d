//! Who is asking: the access token in `Authorization: Bearer ...` (RFC 6750), or in a browser's cookie together with the
//! CSRF token that goes with its session (docs/adr/0014).

use std::sync::Arc;

use application_user::{AccessTokenError, AccessTokens, CsrfTokens, EndedSessions, Principal};
use domain_shared::Clock;
use poem::{
    Request, RequestBody, Result,
    http::{HeaderMap, Method, header},
};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaSecurityScheme, Registry},
};

use crate::{code::Code, cookies, failure::Failure};

/// The name of the security scheme in the OpenAPI document.
pub const SCHEME: &str = "bearer";

/// The signed-in user, for operations that the table marks so.
#[derive(Debug, Clone)]
pub struct SignedIn(pub Principal);

/// Finds out who is asking.
pub struct Authenticator {
    /// Verifies access tokens.
    pub tokens: Arc<dyn AccessTokens>,
    /// Knows whose session has ended since.
    pub ended: Arc<dyn EndedSessions>,
    /// Verifies what a page of ours sends beside a cookie.
    pub csrf: Arc<dyn CsrfTokens>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl Authenticator {
    /// Whether there is anything to find out from.
    #[must_use]
    pub fn is_asked(headers: &HeaderMap) -> bool {
        headers.contains_key(header::AUTHORIZATION) || cookies::access_token(headers).is_some()
    }

    /// Reads who is asking from the headers. A header comes before a cookie, for no other site can send it.
    ///
    /// # Errors
    /// 401 when it is nobody, or somebody whose session has ended; 403 when it may be another site that is asking.
    pub fn authenticate(&self, method: &Method, headers: &HeaderMap) -> Result<SignedIn, Failure> {
        let by_cookie = !headers.contains_key(header::AUTHORIZATION);
        let token = if by_cookie { cookies::access_token(headers) } else { bearer(headers) };
        let principal = match self.tokens.verify(token.ok_or(Code::AuthRequired)?, self.clock.now()) {
            Ok(principal) => principal,
            Err(AccessTokenError::Expired) => return Err(Code::AuthTokenExpired.into()),
            Err(AccessTokenError::Invalid) => return Err(Code::AuthRequired.into()),
        };
        if self.ended.is_ended(principal.session_id) {
            return Err(Code::SessionEnded.into());
        }
        // Safe methods change nothing (RFC 9110, section 9.2.1), and what they answer other sites cannot read.
        if by_cookie && !method.is_safe() {
            let token = cookies::csrf_token(headers).ok_or(Code::CsrfTokenRequired)?;
            if !self.csrf.verify(principal.session_id, token) {
                return Err(Code::CsrfTokenRequired.into());
            }
        }
        Ok(SignedIn(principal))
    }
}

/// What stands in `Authorization: Bearer ...`.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

impl<'a> ApiExtractor<'a> for SignedIn {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        registry.create_security_scheme(
            SCHEME,
            MetaSecurityScheme {
                ty: "http",
                description: Some("The access token that login and refresh-token answer with."),
                name: None,
                key_in: None,
                scheme: Some("bearer"),
                bearer_format: Some("JWT"),
                flows: None,
                openid_connect_url: None,
            },
        );
    }

    fn security_schemes() -> Vec<&'static str> {
        vec![SCHEME]
    }

    async fn from_request(
        request: &'a Request,
        _body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> Result<Self> {
        // The gate has put it there. Nobody is signed in where the table says that nobody needs to be.
        request.data::<Self>().cloned().ok_or_else(|| Failure::new(Code::AuthRequired).into())
    }
}

#[cfg(test)]
mod tests {
    use application_shared::PortError;
    use application_user::{AccessClaims, AccessToken};
    use chrono::{DateTime, Utc};
    use domain_shared::{FixedClock, SessionId};
    use domain_user::UserRole;
    use poem::http::HeaderValue;
    use secrecy::SecretString;
    use uuid::Uuid;

    use super::*;

    fn session(n: u128) -> SessionId {
        SessionId::from_uuid(Uuid::from_u128(n))
    }

    /// The token `n` is one of session `n`, and so is the CSRF token `csrf-n`. Session 9 has ended.
    struct Numbers;

    impl AccessTokens for Numbers {
        fn issue(&self, _: &AccessClaims, _: DateTime<Utc>) -> Result<AccessToken, PortError> {
            Err(PortError::unavailable("none"))
        }

        fn verify(&self, token: &str, _: DateTime<Utc>) -> Result<Principal, AccessTokenError> {
            let number = token.parse().map_err(|_| AccessTokenError::Invalid)?;
            if number == 0 {
                return Err(AccessTokenError::Expired);
            }
            let (user_id, session_id) = (Uuid::from_u128(number).into(), session(number));
            Ok(Principal { user_id, session_id, role: UserRole::User, nickname: String::new() })
        }
    }

    impl EndedSessions for Numbers {
        fn is_ended(&self, ended: SessionId) -> bool {
            ended == session(9)
        }
    }

    impl CsrfTokens for Numbers {
        fn issue(&self, _: SessionId) -> SecretString {
            String::new().into()
        }

        fn verify(&self, wanted: SessionId, token: &str) -> bool {
            token.strip_prefix("csrf-").and_then(|number| number.parse().ok()).map(session) == Some(wanted)
        }
    }

    fn headers(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        fields.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    fn who(method: &Method, fields: &[(&'static str, &'static str)]) -> Result<SessionId, Code> {
        let authenticator = Authenticator {
            tokens: Arc::new(Numbers),
            ended: Arc::new(Numbers),
            csrf: Arc::new(Numbers),
            clock: Arc::new(FixedClock::at(DateTime::UNIX_EPOCH)),
        };
        let found = authenticator.authenticate(method, &headers(fields));
        found.map(|user| user.0.session_id).map_err(|failure| failure.code())
    }

    #[test]
    fn a_header_comes_before_a_cookie_also_when_it_is_bad() {
        let cookie = ("cookie", "om_access=2");
        for method in [Method::GET, Method::POST] {
            assert_eq!(who(&method, &[("authorization", "Bearer 1"), cookie]), Ok(session(1)));
            assert_eq!(who(&method, &[("authorization", "Bearer x"), cookie]), Err(Code::AuthRequired));
            assert_eq!(who(&method, &[("authorization", "Basic 1"), cookie]), Err(Code::AuthRequired));
            assert_eq!(who(&method, &[]), Err(Code::AuthRequired));
            assert_eq!(who(&method, &[("authorization", "Bearer 0")]), Err(Code::AuthTokenExpired));
            assert_eq!(who(&method, &[("authorization", "Bearer 9")]), Err(Code::SessionEnded));
        }
        assert!(Authenticator::is_asked(&headers(&[cookie])));
        assert!(!Authenticator::is_asked(&headers(&[("cookie", "om_refresh=2")])));
    }

    #[test]
    fn a_cookie_changes_something_only_with_the_token_of_its_session() {
        let cookie = ("cookie", "a=b; om_access=2");
        for safe in [Method::GET, Method::HEAD, Method::OPTIONS] {
            assert_eq!(who(&safe, &[cookie]), Ok(session(2)));
        }
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            assert_eq!(who(&method, &[cookie, ("x-csrf-token", "csrf-2")]), Ok(session(2)));
            assert_eq!(who(&method, &[cookie]), Err(Code::CsrfTokenRequired));
            for wrong in ["", "csrf-1", "2"] {
                assert_eq!(who(&method, &[cookie, ("x-csrf-token", wrong)]), Err(Code::CsrfTokenRequired), "{wrong}");
            }
        }
        assert_eq!(who(&Method::POST, &[("cookie", "om_access=9")]), Err(Code::SessionEnded));
    }

    #[test]
    fn takes_the_token_from_the_header() {
        let token = |value: &'static str| {
            let headers = HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_static(value))]);
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(token("Bearer abc").as_deref(), Some("abc"));
        assert_eq!(token("bearer  abc ").as_deref(), Some("abc"));
        for none in ["", "Bearer", "Bearer ", "Basic abc", "abc"] {
            assert_eq!(token(none), None, "{none}");
        }
        assert_eq!(bearer(&HeaderMap::new()), None);
    }
}
