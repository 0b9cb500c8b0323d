//! Use cases of accounts and sessions.
//!
//! Somebody who signs in gets two tokens: an access token that lives for minutes and is checked without any store, and a
//! refresh token that lives for weeks, is used once, and can be ended.

mod log_in;
mod log_out;
mod ports;
mod read_profile;
mod refresh_session;
mod register_user;
#[cfg(test)]
mod test_support;
mod update_profile;
mod views;

pub use log_in::{LogIn, LogInCommand, LogInError};
pub use log_out::{LogOut, LogOutCommand, LogOutError};
pub use ports::{
    AccessClaims, AccessToken, AccessTokenError, AccessTokens, AccountPorts, InsertUserError, PasswordCheck,
    PasswordHasher, RefreshTokens, SessionRepository, UserRepository,
};
pub use read_profile::{ReadProfile, ReadProfileError};
pub use refresh_session::{RefreshSession, RefreshSessionCommand, RefreshSessionError};
pub use register_user::{RegisterUser, RegisterUserCommand, RegisterUserError};
pub use update_profile::{UpdateProfile, UpdateProfileCommand, UpdateProfileError};
pub use views::{Principal, SignedIn, UserView};

/// How often a use case starts again when somebody else changed the aggregate meanwhile.
const ATTEMPTS: usize = 5;
