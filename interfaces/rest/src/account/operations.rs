//! The account operations.

use std::sync::Arc;

use application_user::{
    AccountPorts, ChangePassword, ChangePasswordCommand, CloseAccount, CloseAccountCommand, ConfirmPasswordReset,
    ConfirmPasswordResetCommand, CsrfTokens, EndAllSessions, EndSession, ListSessions, LogIn, LogInCommand, LogOut,
    LogOutCommand, ReadProfile, RefreshSession, RefreshSessionCommand, RegisterUser, RegisterUserCommand,
    RequestEmailVerification, RequestPasswordReset, UpdateProfile, UpdateProfileCommand, VerifyEmail,
};
use domain_shared::Clock;
use domain_user::Language;
use poem::{
    Request,
    http::{HeaderMap, Method, header},
};
use poem_openapi::{OpenApi, param::Path};
use uuid::Uuid;

use super::{
    shapes::{
        AccountClosing, ChangePasswordRequest, CloseAccountRequest, ConfirmPasswordResetRequest, Device, DeviceList,
        EndedSessions, LogInRequest, LogOutRequest, PasswordResetRequest, Profile, RefreshTokenRequest,
        RegisterRequest, TokenDelivery, Tokens, UpdateProfileRequest, VerifyEmailRequest,
    },
    tokens::{by_https, hand_over, offered},
};
use crate::{
    answer::{Answer, Created, Empty},
    authentication::{Authenticator, SignedIn},
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
    /// Changes the password.
    pub change_password: ChangePassword,
    /// Asks for a mail with which another password can be chosen.
    pub request_password_reset: RequestPasswordReset,
    /// Changes the password by such a mail.
    pub confirm_password_reset: ConfirmPasswordReset,
    /// Asks for the mail that proves the address.
    pub request_email_verification: RequestEmailVerification,
    /// Takes the proof.
    pub verify_email: VerifyEmail,
    /// Shows where somebody is signed in.
    pub list_sessions: ListSessions,
    /// Signs out there.
    pub end_session: EndSession,
    /// Signs out on every device.
    pub end_all_sessions: EndAllSessions,
    /// Has the account deleted.
    pub close_account: CloseAccount,
}

impl AccountUseCases {
    /// All of them, on these ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self {
            register: RegisterUser::new(ports),
            log_in: LogIn::new(ports),
            refresh: RefreshSession::new(ports),
            log_out: LogOut::new(ports),
            read_profile: ReadProfile::new(ports),
            update_profile: UpdateProfile::new(ports),
            change_password: ChangePassword::new(ports),
            request_password_reset: RequestPasswordReset::new(ports),
            confirm_password_reset: ConfirmPasswordReset::new(ports),
            request_email_verification: RequestEmailVerification::new(ports),
            verify_email: VerifyEmail::new(ports),
            list_sessions: ListSessions::new(ports),
            end_session: EndSession::new(ports),
            end_all_sessions: EndAllSessions::new(ports),
            close_account: CloseAccount::new(ports),
        }
    }
}

/// The operations of this area.
pub struct AccountApi {
    /// What they drive.
    pub use_cases: AccountUseCases,
    /// Counts logins.
    pub limits: Arc<RateLimits>,
    /// Finds out who signs out.
    pub authenticator: Arc<Authenticator>,
    /// Makes CSRF tokens.
    pub csrf: Arc<dyn CsrfTokens>,
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
        if !Authenticator::is_asked(headers) {
            return Ok(None);
        }
        match self.authenticator.authenticate(&Method::POST, headers) {
            Ok(user) => Ok(Some(user)),
            // Signing out twice is no error.
            Err(failure) if failure.code() == Code::SessionEnded => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Account")]
impl AccountApi {
    /// Open an account
    #[oai(path = "/register", method = "post", operation_id = "register")]
    async fn register(&self, request: &Request, body: JsonBody<RegisterRequest>) -> Result<Created<Profile>, Failure> {
        let RegisterRequest { username, email, password, nickname } = body.0;
        let language = Language::preferred(request.header(header::ACCEPT_LANGUAGE).unwrap_or_default());
        let command = RegisterUserCommand { username, email, password: password.into(), nickname, language };
        let user = self.use_cases.register.execute(command).await?;
        Ok(Answer::new(Profile { user: user.into() }, self.clock.now()))
    }

    /// Sign in
    ///
    /// With the user name or the e-mail address. A wrong password and an unknown name get the same answer. With
    /// `"token_delivery": "cookie"` the tokens are handed over in the cookies `om_access` and `om_refresh` (HttpOnly,
    /// SameSite=Strict), which JavaScript cannot read; every request that changes something then has to bring
    /// `csrf_token` in the header `X-CSRF-Token`.
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
        hand_over(signed_in, token_delivery, &*self.csrf, self.by_https(request), self.clock.now())
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
            Ok(signed_in) => hand_over(signed_in, offered.delivery, &*self.csrf, secure, self.clock.now()),
            Err(error) => {
                let failure = Failure::from(error);
                let useless = matches!(failure.code(), Code::SessionEnded | Code::TokenReused | Code::Banned);
                let cookies = if useless && offered.delivery == TokenDelivery::Cookie {
                    cookies::take_back(secure)
                } else {
                    Vec::new()
                };
                Err(cookies
                    .into_iter()
                    .fold(failure, |failure, cookie| failure.with_header(header::SET_COOKIE, cookie)))
            }
        }
    }

    /// Sign out
    ///
    /// Ends the session of the access token, of the refresh token in the body, and of the one in the cookie (together with
    /// the header `X-Requested-With: open-meeting`), whichever are sent; with `"everywhere": true` those of all devices.
    /// Signing out twice is no error.
    #[oai(path = "/logout", method = "post", operation_id = "logout")]
    async fn log_out(&self, request: &Request, body: JsonBody<LogOutRequest>) -> Result<Answer<Empty>, Failure> {
        let headers = request.headers();
        let LogOutRequest { refresh_token, everywhere } = body.0;
        let offered = offered(RefreshTokenRequest { refresh_token }, headers)?;
        let session_id = match self.session_of(headers) {
            Ok(Some(SignedIn(principal))) => {
                if everywhere {
                    self.use_cases.end_all_sessions.execute(principal.user_id, None).await?;
                }
                Some(principal.session_id)
            }
            Ok(None) if everywhere => return Err(Code::AuthRequired.into()),
            Ok(None) => None,
            // The refresh token is enough.
            Err(_) if offered.is_some() && !everywhere => None,
            Err(failure) => return Err(failure),
        };
        let refresh_token = offered.map(|offered| offered.token);
        self.use_cases.log_out.execute(LogOutCommand { session_id, refresh_token }).await?;
        let answer = Answer::new(Empty {}, self.clock.now());
        if cookies::refresh_token(headers).is_none() && cookies::access_token(headers).is_none() {
            return Ok(answer);
        }
        let cookies = cookies::take_back(self.by_https(request));
        Ok(cookies.into_iter().fold(answer, |answer, cookie| answer.with_header(header::SET_COOKIE, cookie)))
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
        let UpdateProfileRequest { nickname, language } = body.0;
        let command = UpdateProfileCommand { user_id: user.0.user_id, nickname, language };
        let user = self.use_cases.update_profile.execute(command).await?;
        Ok(Answer::new(Profile { user: user.into() }, self.clock.now()))
    }

    /// Change the password
    ///
    /// All other sessions end.
    #[oai(path = "/change-password", method = "post", operation_id = "changePassword")]
    async fn change_password(
        &self,
        user: SignedIn,
        body: JsonBody<ChangePasswordRequest>,
    ) -> Result<Answer<Empty>, Failure> {
        let ChangePasswordRequest { old_password, new_password } = body.0;
        let command = ChangePasswordCommand {
            user_id: user.0.user_id,
            session_id: user.0.session_id,
            old_password: old_password.into(),
            new_password: new_password.into(),
        };
        self.use_cases.change_password.execute(command).await?;
        Ok(Answer::new(Empty {}, self.clock.now()))
    }

    /// Ask for a mail to choose another password
    ///
    /// The answer is the same whether or not there is such an account.
    #[oai(path = "/password-reset", method = "post", operation_id = "requestPasswordReset")]
    async fn request_password_reset(&self, body: JsonBody<PasswordResetRequest>) -> Result<Answer<Empty>, Failure> {
        self.limits.count_password_reset(&body.0.email).await?;
        self.use_cases.request_password_reset.execute(&body.0.email).await?;
        Ok(Answer::new(Empty {}, self.clock.now()))
    }

    /// Choose another password by a mailed link
    ///
    /// The link is good once, and for an hour. All sessions end.
    #[oai(path = "/password-reset/confirm", method = "post", operation_id = "confirmPasswordReset")]
    async fn confirm_password_reset(
        &self,
        body: JsonBody<ConfirmPasswordResetRequest>,
    ) -> Result<Answer<Empty>, Failure> {
        let ConfirmPasswordResetRequest { token, new_password } = body.0;
        let command = ConfirmPasswordResetCommand { token, new_password: new_password.into() };
        self.use_cases.confirm_password_reset.execute(command).await?;
        Ok(Answer::new(Empty {}, self.clock.now()))
    }

    /// Prove the e-mail address by a mailed link
    #[oai(path = "/verify-email", method = "post", operation_id = "verifyEmail")]
    async fn verify_email(&self, body: JsonBody<VerifyEmailRequest>) -> Result<Answer<Empty>, Failure> {
        self.use_cases.verify_email.execute(&body.0.token).await?;
        Ok(Answer::new(Empty {}, self.clock.now()))
    }

    /// Ask for the mail that proves the address once more
    #[oai(path = "/verify-email/request", method = "post", operation_id = "requestEmailVerification")]
    async fn request_email_verification(&self, user: SignedIn) -> Result<Answer<Empty>, Failure> {
        self.use_cases.request_email_verification.execute(user.0.user_id).await?;
        Ok(Answer::new(Empty {}, self.clock.now()))
    }

    /// List the devices that are signed in
    #[oai(path = "/sessions", method = "get", operation_id = "listSessions")]
    async fn list_sessions(&self, user: SignedIn) -> Result<Answer<DeviceList>, Failure> {
        let sessions = self.use_cases.list_sessions.execute(user.0.user_id).await?;
        let items = sessions.into_iter().map(|view| Device::seen_from(user.0.session_id, view)).collect();
        Ok(Answer::new(DeviceList { items }, self.clock.now()))
    }

    /// Sign out on one device
    #[oai(path = "/sessions/:id", method = "delete", operation_id = "endSession")]
    async fn end_session(
        &self,
        user: SignedIn,
        /// The session's identifier.
        id: Path<String>,
    ) -> Result<Answer<Empty>, Failure> {
        let id: Uuid = id.0.parse().map_err(|_| Code::SessionNotFound)?;
        self.use_cases.end_session.execute(user.0.user_id, id.into()).await?;
        Ok(Answer::new(Empty {}, self.clock.now()))
    }

    /// Sign out on all other devices
    #[oai(path = "/sessions", method = "delete", operation_id = "endOtherSessions")]
    async fn end_other_sessions(&self, user: SignedIn) -> Result<Answer<EndedSessions>, Failure> {
        let ended = self.use_cases.end_all_sessions.execute(user.0.user_id, Some(user.0.session_id)).await?;
        Ok(Answer::new(EndedSessions { ended }, self.clock.now()))
    }

    /// Have the account deleted
    ///
    /// It is done after 14 days; whoever signs in before keeps the account. All sessions end.
    #[oai(path = "/account", method = "delete", operation_id = "closeAccount")]
    async fn close_account(
        &self,
        user: SignedIn,
        body: JsonBody<CloseAccountRequest>,
    ) -> Result<Answer<AccountClosing>, Failure> {
        let command = CloseAccountCommand { user_id: user.0.user_id, password: body.0.password.into() };
        let purge_at = self.use_cases.close_account.execute(command).await?;
        Ok(Answer::new(AccountClosing { purge_at }, self.clock.now()))
    }
}
