//! Tokens that prove that a request comes from a page of ours.

use domain_shared::SessionId;
use secrecy::SecretString;

/// Makes and checks CSRF tokens. A browser sends cookies along with whatever another site makes it send, but only our own
/// pages know the token that goes with the session (docs/adr/0014).
pub trait CsrfTokens: Send + Sync {
    /// A token for requests in this session; another one each time, and all of them are good.
    fn issue(&self, session: SessionId) -> SecretString;
    /// Whether `token` was made for this session. The time it takes does not tell how much of it is right.
    fn verify(&self, session: SessionId, token: &str) -> bool;
}
