//! Where refresh tokens come from and how all tokens are handed over: in the body, or in cookies.

use application_user::{CsrfTokens, SignedIn};
use chrono::{DateTime, Utc};
use poem::{
    Request,
    http::{HeaderMap, header},
};
use secrecy::{ExposeSecret, SecretString};

use super::shapes::{RefreshTokenRequest, TokenDelivery, TokenType, Tokens};
use crate::{
    answer::Answer, client_address::Network, code::Code, cookies, failure::Failure, public_address::PublicUrl,
};

/// The refresh token that a client has sent, and how it wants the next one.
pub struct Offered {
    /// The token.
    pub token: SecretString,
    /// The way it came.
    pub delivery: TokenDelivery,
}

/// Finds the refresh token in the body or, failing that, in the cookie.
///
/// # Errors
/// 403 when it stands in the cookie and the header is missing that other sites cannot send.
pub fn offered(request: RefreshTokenRequest, headers: &HeaderMap) -> Result<Option<Offered>, Failure> {
    if let Some(token) = request.refresh_token {
        return Ok(Some(Offered { token: token.into(), delivery: TokenDelivery::Body }));
    }
    let Some(token) = cookies::refresh_token(headers) else { return Ok(None) };
    if !cookies::has_csrf_header(headers) {
        return Err(Code::CsrfHeaderRequired.into());
    }
    Ok(Some(Offered { token: token.into(), delivery: TokenDelivery::Cookie }))
}

/// Hands the tokens over.
pub fn hand_over(
    signed_in: SignedIn,
    delivery: TokenDelivery,
    csrf: &dyn CsrfTokens,
    secure: bool,
    now: DateTime<Utc>,
) -> Result<Answer<Tokens>, Failure> {
    let (access, refresh) = (signed_in.access.token.expose_secret(), signed_in.refresh.expose_secret());
    let tokens = Tokens {
        access_token: None,
        refresh_token: None,
        csrf_token: None,
        token_type: TokenType::Bearer,
        expires_in: signed_in.access.expires_in.num_seconds(),
        user: signed_in.user.into(),
    };
    match delivery {
        TokenDelivery::Body => {
            let (access_token, refresh_token) = (Some(access.to_owned()), Some(refresh.to_owned()));
            Ok(Answer::new(Tokens { access_token, refresh_token, ..tokens }, now))
        }
        TokenDelivery::Cookie => {
            let csrf = csrf.issue(signed_in.session_id);
            let session = cookies::BrowserSession {
                refresh,
                refresh_lifetime: signed_in.refresh_expires_at - now,
                access,
                access_lifetime: signed_in.access.expires_in,
                csrf: csrf.expose_secret(),
            };
            let unfit = || Failure::new(Code::Internal).caused_by("a token cannot stand in a cookie");
            let cookies = cookies::hand_over(&session, secure).ok_or_else(unfit)?;
            let answer = Answer::new(Tokens { csrf_token: Some(csrf.expose_secret().to_owned()), ..tokens }, now);
            Ok(cookies.into_iter().fold(answer, |answer, cookie| answer.with_header(header::SET_COOKIE, cookie)))
        }
    }
}

/// Whether cookies may be sent by TLS only: when that is how the client has come.
pub fn by_https(request: &Request, public_url: Option<&PublicUrl>, trusted: &[Network]) -> bool {
    match public_url {
        Some(url) => url.is_https(),
        None => PublicUrl::of_request(request, trusted).is_some_and(|url| url.is_https()),
    }
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;

    use super::*;

    fn offered_by(
        body: Option<&str>,
        headers: &[(&'static str, &'static str)],
    ) -> Result<Option<(String, TokenDelivery)>, Code> {
        let headers =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect();
        offered(RefreshTokenRequest { refresh_token: body.map(str::to_owned) }, &headers)
            .map(|offered| offered.map(|offered| (offered.token.expose_secret().to_owned(), offered.delivery)))
            .map_err(|failure| failure.code())
    }

    #[test]
    fn the_body_comes_first() {
        let cookie = ("cookie", "om_refresh=in-cookie");
        assert_eq!(offered_by(Some("in-body"), &[cookie]), Ok(Some(("in-body".into(), TokenDelivery::Body))));
        assert_eq!(offered_by(None, &[]), Ok(None));
    }

    #[test]
    fn a_cookie_needs_the_header_that_other_sites_cannot_send() {
        let cookie = ("cookie", "om_refresh=in-cookie");
        assert_eq!(offered_by(None, &[cookie]), Err(Code::CsrfHeaderRequired));
        assert_eq!(
            offered_by(None, &[cookie, ("x-requested-with", "open-meeting")]),
            Ok(Some(("in-cookie".into(), TokenDelivery::Cookie)))
        );
    }
}
