//! Sends to webhooks over HTTP, signed as Standard Webhooks says (<https://www.standardwebhooks.com>).
//!
//! Architecture Invariant: addresses come from outside and must not lead inside. A name is resolved here, every address is
//! looked at, and the connection goes to the very address that was looked at: a name that leads elsewhere a moment later
//! gains nothing. No redirection is followed, no proxy of the environment is used, and no connection serves twice.

mod addresses;
mod resolver;
mod sender;
mod signature;
mod targets;

pub use addresses::is_public;
pub use resolver::{Resolver, SystemResolver};
pub use sender::{HttpWebhookSender, WebhookSetupError};
pub use targets::{CheckedTargets, TargetOptions};
