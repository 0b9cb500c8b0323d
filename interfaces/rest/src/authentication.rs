//! Who is asking: the access token in `Authorization: Bearer ...` (RFC 6750).

use application_user::{AccessTokenError, AccessTokens, Principal};
use chrono::{DateTime, Utc};
use poem::{
    Request, RequestBody, Result,
    http::{HeaderMap, header},
};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaSecurityScheme, Registry},
};

use crate::{code::Code, failure::Failure};

/// The name of the security scheme in the OpenAPI document.
pub const SCHEME: &str = "bearer";

/// The signed-in user, for operations that the table marks so.
#[derive(Debug, Clone)]
pub struct SignedIn(pub Principal);

/// Reads who is asking from the headers.
pub fn authenticate(headers: &HeaderMap, tokens: &dyn AccessTokens, now: DateTime<Utc>) -> Result<SignedIn, Failure> {
    let token = bearer(headers).ok_or(Code::AuthRequired)?;
    match tokens.verify(token, now) {
        Ok(principal) => Ok(SignedIn(principal)),
        Err(AccessTokenError::Expired) => Err(Code::AuthTokenExpired.into()),
        Err(AccessTokenError::Invalid) => Err(Code::AuthRequired.into()),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
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
    use poem::http::HeaderValue;

    use super::*;

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
