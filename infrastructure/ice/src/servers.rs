//! The servers of the configuration, as each session is told of them.

use std::{sync::Arc, time::Duration};

use application_room::{IceServer, IceServers};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain_room::PeerSessionId;
use domain_shared::Clock;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha1::{Digest, Sha1};

/// How clients sign in to a TURN server.
#[derive(Debug, Clone)]
pub enum TurnLogin {
    /// All with the same name and password.
    Fixed {
        /// The name.
        username: String,
        /// The password.
        credential: SecretString,
    },
    /// Each session with its own, made from a secret that is shared with the server (coturn's `use-auth-secret` with
    /// `static-auth-secret`; draft-uberti-behave-turn-rest-00). Nobody is signed out when it ends: the server only lets
    /// nobody new in with it.
    Shared {
        /// The secret.
        secret: SecretString,
        /// How long a password is good.
        lifetime: Duration,
    },
}

/// One server, or several that are told together.
#[derive(Debug, Clone)]
pub struct ConfiguredServer {
    /// Their addresses.
    pub urls: Vec<String>,
    /// None for STUN.
    pub login: Option<TurnLogin>,
}

/// Tells every session of the same servers, each with a login of its own where the server knows such.
pub struct ConfiguredIceServers {
    servers: Vec<ConfiguredServer>,
    clock: Arc<dyn Clock>,
}

impl ConfiguredIceServers {
    /// Takes the servers in the order in which clients are to be told of them.
    #[must_use]
    pub fn new(servers: Vec<ConfiguredServer>, clock: Arc<dyn Clock>) -> Self {
        Self { servers, clock }
    }
}

impl IceServers for ConfiguredIceServers {
    fn for_session(&self, session: PeerSessionId) -> Vec<IceServer> {
        let now = self.clock.now().timestamp();
        let tell = |server: &ConfiguredServer| {
            let login = server.login.as_ref().map(|login| login.issue(&session.to_string(), now));
            let (username, credential) = login.unzip();
            IceServer { urls: server.urls.clone(), username, credential }
        };
        self.servers.iter().map(tell).collect()
    }
}

impl TurnLogin {
    /// A name and a password for `user` that are good from `now` (in seconds since 1970).
    #[must_use]
    pub fn issue(&self, user: &str, now: i64) -> (String, SecretString) {
        match self {
            Self::Fixed { username, credential } => (username.clone(), credential.clone()),
            Self::Shared { secret, lifetime } => {
                let until = now.saturating_add(i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX));
                let username = format!("{until}:{user}");
                let password = STANDARD.encode(hmac_sha1(secret.expose_secret().as_bytes(), username.as_bytes()));
                (username, password.into())
            }
        }
    }
}

/// HMAC (RFC 2104) with SHA-1, which is the scheme's; used so it is not broken. Keys longer than a block are hashed, shorter
/// ones are padded with zeros.
fn hmac_sha1(key: &[u8], message: &[u8]) -> [u8; 20] {
    let mut block = [0; 64];
    if key.len() > block.len() {
        block[..20].copy_from_slice(&Sha1::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    Hmac::<Sha1>::new(&block.into()).chain_update(message).finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use domain_shared::FixedClock;
    use uuid::Uuid;

    use super::*;

    fn servers(login: Option<TurnLogin>) -> ConfiguredIceServers {
        let clock = Arc::new(FixedClock::at(DateTime::from_timestamp(1_700_000_000, 0).unwrap()));
        let server = ConfiguredServer { urls: vec!["turn:turn.example.org".to_owned()], login };
        ConfiguredIceServers::new(vec![server], clock)
    }

    fn told(servers: &ConfiguredIceServers, session: u128) -> (String, String) {
        let told = servers.for_session(PeerSessionId::from(Uuid::from_u128(session))).remove(0);
        (told.username.unwrap(), told.credential.unwrap().expose_secret().to_owned())
    }

    #[test]
    fn each_session_has_a_login_of_its_own_that_ends() {
        let lifetime = Duration::from_secs(3_600);
        let servers = servers(Some(TurnLogin::Shared { secret: "north".into(), lifetime }));
        let (username, credential) = told(&servers, 1);
        assert_eq!(username, "1700003600:00000000-0000-0000-0000-000000000001");
        // printf '1700003600:00000000-0000-0000-0000-000000000001' | openssl dgst -sha1 -hmac north -binary | base64
        assert_eq!(credential, "jElNw0e2yG/TqWX/IVqqTrpM7kk=");
        assert_ne!(told(&servers, 2), (username, credential));
    }

    #[test]
    fn a_fixed_login_is_told_as_it_is_and_stun_needs_none() {
        let fixed = servers(Some(TurnLogin::Fixed { username: "ann".to_owned(), credential: "pass".into() }));
        assert_eq!(told(&fixed, 1), ("ann".to_owned(), "pass".to_owned()));
        let told = servers(None).for_session(PeerSessionId::from(Uuid::nil()));
        assert!(told.iter().all(|server| server.username.is_none() && server.credential.is_none()));
    }

    #[test]
    fn no_secret_is_shown() {
        let login = TurnLogin::Shared { secret: "north".into(), lifetime: Duration::from_secs(60) };
        let told = servers(Some(login.clone())).for_session(PeerSessionId::from(Uuid::nil()));
        let (_, password) = login.issue("ann", 0);
        let shown = format!("{login:?} {told:?}");
        assert!(!shown.contains("north") && !shown.contains(password.expose_secret()), "{shown}");
    }
}
