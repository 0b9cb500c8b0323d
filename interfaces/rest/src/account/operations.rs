//! The account operations.

use std::sync::Arc;

use application_user::{
    AccessTokens, LogIn, LogInCommand, LogOut, LogOutCommand, ReadProfile, RefreshSession, RefreshSessionCommand,
    RegisterUser, RegisterUserCommand, UpdateProfile, UpdateProfileCommand,
};
use domain_shared::Clock;
use poem::{
    Request,
    http::{HeaderMap, header},
};
use poem_openapi::OpenApi;

use super::{
    shapes::{
        LogInRequest, Profile, RefreshTokenRequest, RegisterRequest, TokenDelivery, Tokens, UpdateProfileRequest,
    },
    tokens::{by_https, hand_over, offered},
};
use crate::{
    answer::{Answer, Created, Empty},
    authentication::{SignedIn, authenticate},
    client_address::{client_address, peer},
    code::Code,
    config::RestConfig,
    cookies,
    failure::Failure,
    json::JsonBody,
    rate_limits::RateLimits,
    tags::Tag,
};

/// The use cases that the operations drive.
pub struct AccountUseCases {
    /// Opens accounts.
    pub register: RegisterUser,
    /// Signs in.
    pub log_in: LogIn,
    /// Exchanges refresh tokens.
    pub refresh: RefreshSession,
    /// Signs out.
    pub log_out: LogOut,
    /// Shows the profile.
    pub read_profile: ReadProfile,
    /// Changes the profile.
    pub update_profile: UpdateProfile,
}

/// The operations of this area.
pub struct AccountApi {
    /// What they drive.
    pub use_cases: AccountUseCases,
    /// Counts logins.
    pub limits: Arc<RateLimits>,
    /// Verifies the access token of somebody who signs out.
    pub tokens: Arc<dyn AccessTokens>,
    /// Dates the answers.
    pub clock: Arc<dyn Clock>,
    /// Settings.
    pub config: Arc<RestConfig>,
}

impl AccountApi {
    fn by_https(&self, request: &Request) -> bool {
        by_https(request, self.config.public_url.as_ref(), &self.config.trusted_proxies)
    }

    /// The session of whoever signs out, if the access token tells.
    fn session_of(&self, headers: &HeaderMap) -> Result<Option<SignedIn>, Failure> {
        if !headers.contains_key(header::AUTHORIZATION) {
            return Ok(None);
        }
        authenticate(headers, &*self.tokens, self.clock.now()).map(Some)
    }
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Account")]
impl AccountApi {
    /// Open an account
    #[oai(path = "/register", method = "post", operation_id = "register")]
    async fn register(&self, body: JsonBody<RegisterRequest>) -> Result<Created<Profile>, Failure> {
        let RegisterRequest { username, email, password, nickname } = body.0;
        let command = RegisterUserCommand { username, email, password: password.into(), nickname };
        let user = self.use_cases.register.execute(command).await?;
        Ok(Answer::new(Profile { user: user.into() }, self.clock.now()))
    }

    /// Sign in
    ///
    /// With the user name or the e-mail address. A wrong password and an unknown name get the same answer. With
    /// `"token_delivery": "cookie"` the refresh token is handed over in the cookie `om_refresh` (HttpOnly, SameSite=Strict),
    /// which JavaScript cannot read.
    #[oai(path = "/login", method = "post", operation_id = "login")]
    async fn log_in(&self, request: &Request, body: JsonBody<LogInRequest>) -> Result<Answer<Tokens>, Failure> {
        let LogInRequest { username, password, token_delivery } = body.0;
        self.limits.count_login(&username).await?;
        let headers = request.headers();
        let command = LogInCommand {
            login: username,
            password: password.into(),
            user_agent: headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).map(str::to_owned),
            address: client_address(peer(request), headers, &self.config.trusted_proxies),
        };
        let signed_in = self.use_cases.log_in.execute(command).await?;
        hand_over(signed_in, token_delivery, self.by_https(request), self.clock.now())
    }

    /// Exchange the refresh token for new tokens
    ///
    /// A refresh token is good for one use; using it again ends the session, since then two have it. It comes in the
    /// body, or in the cookie together with the header `X-Requested-With: open-meeting`; the next one goes the same way.
    #[oai(path = "/refresh-token", method = "post", operation_id = "refreshToken")]
    async fn refresh_token(
        &self,
        request: &Request,
        body: JsonBody<RefreshTokenRequest>,
    ) -> Result<Answer<Tokens>, Failure> {
        let offered = offered(body.0, request.headers())?.ok_or(Code::AuthRequired)?;
        let secure = self.by_https(request);
        let command = RefreshSessionCommand { refresh_token: offered.token };
        match self.use_cases.refresh.execute(command).await {
            Ok(signed_in) => hand_over(signed_in, offered.delivery, secure, self.clock.now()),
            Err(error) => {
                let failure = Failure::from(error);
                let useless = matches!(failure.code(), Code::SessionEnded | Code::Banned);
                match cookies::take_back(secure) {
                    Some(cookie) if useless && offered.delivery == TokenDelivery::Cookie => {
                        Err(failure.with_header(header::SET_COOKIE, cookie))
                    }
                    _ => Err(failure),
                }
            }
        }
    }

    /// Sign out
    ///
    /// Ends the session of the access token, of the refresh token in the body, and of the one in the cookie (together with
    /// the header `X-Requested-With: open-meeting`), whichever are sent. Signing out twice is no error.
    #[oai(path = "/logout", method = "post", operation_id = "logout")]
    async fn log_out(&self, request: &Request, body: JsonBody<RefreshTokenRequest>) -> Result<Answer<Empty>, Failure> {
        let headers = request.headers();
        let offered = offered(body.0, headers)?;
        let session_id = match self.session_of(headers) {
            Ok(user) => user.map(|SignedIn(principal)| principal.session_id),
            // The refresh token is enough.
            Err(_) if offered.is_some() => None,
            Err(failure) => return Err(failure),
        };
        let refresh_token = offered.map(|offered| offered.token);
        self.use_cases.log_out.execute(LogOutCommand { session_id, refresh_token }).await?;
        let answer = Answer::new(Empty {}, self.clock.now());
        Ok(match cookies::take_back(self.by_https(request)) {
            Some(cookie) if cookies::refresh_token(headers).is_some() => answer.with_header(header::SET_COOKIE, cookie),
            _ => answer,
        })
    }

    /// Read the own profile
    #[oai(path = "/profile", method = "get", operation_id = "readProfile")]
    async fn read_profile(&self, user: SignedIn) -> Result<Answer<Profile>, Failure> {
        let user = self.use_cases.read_profile.execute(user.0.user_id).await?;
        Ok(Answer::new(Profile { user: user.into() }, self.clock.now()))
    }

    /// Change the own profile
    #[oai(path = "/profile", method = "put", operation_id = "updateProfile")]
    async fn update_profile(
        &self,
        user: SignedIn,
        body: JsonBody<UpdateProfileRequest>,
    ) -> Result<Answer<Profile>, Failure> {
        let command = UpdateProfileCommand { user_id: user.0.user_id, nickname: Some(body.0.nickname) };
        let user = self.use_cases.update_profile.execute(command).await?;
        Ok(Answer::new(Profile { user: user.into() }, self.clock.now()))
    }
}
