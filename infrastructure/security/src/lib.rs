//! Password hashing and tokens.
//!
//! Architecture Invariant: secrets leave this crate only as [`secrecy::SecretString`], and no type of it shows one by
//! `Debug`. Every key comes from outside; there is no default.

mod access_tokens;
mod account_links;
mod api_keys;
mod csrf_tokens;
mod guest_passes;
mod invitation_tokens;
mod jwt;
mod passcode_hasher;
mod password_hasher;
mod refresh_tokens;
mod room_tokens;
mod sealed_idempotency;
mod sealing;
mod webhook_secrets;

pub use access_tokens::JwtAccessTokens;
pub use account_links::HmacAccountLinks;
pub use api_keys::OpaqueApiKeys;
pub use csrf_tokens::HmacCsrfTokens;
pub use guest_passes::HmacGuestPasses;
pub use invitation_tokens::HmacInvitationTokens;
pub use jwt::{JwtKeyError, JwtKeys};
pub use passcode_hasher::Argon2PasscodeHasher;
pub use password_hasher::{Argon2Limits, Argon2PasswordHasher};
pub use refresh_tokens::OpaqueRefreshTokens;
pub use room_tokens::JwtRoomTokens;
pub use sealed_idempotency::SealedIdempotencyStore;
pub use webhook_secrets::SealedWebhookSecrets;
