//! Accounts and sessions: register, log in, refresh, log out, profile.

mod avatar_upload;
mod avatars;
mod errors;
mod examples;
mod operations;
pub(crate) mod shapes;
mod tokens;

pub use avatars::{AvatarUseCases, AvatarsApi};
pub use operations::{AccountApi, AccountUseCases};
