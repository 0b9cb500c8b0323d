//! Invitations: the host asks people to come, and they answer, with an account or without.

mod errors;
mod operations;
mod shapes;

pub use operations::{InvitationUseCases, InvitationsApi};
