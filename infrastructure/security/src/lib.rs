//! Password hashing and tokens.
//!
//! Architecture Invariant: secrets leave this crate only as [`secrecy::SecretString`], and no type of it shows one by
//! `Debug`. Every key comes from outside; there is no default.

mod access_tokens;
mod account_links;
mod csrf_tokens;
mod jwt;
mod password_hasher;
mod refresh_tokens;
mod room_tokens;

pub use access_tokens::JwtAccessTokens;
pub use account_links::HmacAccountLinks;
pub use csrf_tokens::HmacCsrfTokens;
pub use jwt::{JwtKeyError, JwtKeys};
pub use password_hasher::{Argon2Limits, Argon2PasswordHasher};
pub use refresh_tokens::OpaqueRefreshTokens;
pub use room_tokens::JwtRoomTokens;
