//! Accounts and sessions: register, log in, refresh, log out, profile.

mod errors;
mod examples;
mod operations;
mod shapes;
mod tokens;

pub use operations::{AccountApi, AccountUseCases};
