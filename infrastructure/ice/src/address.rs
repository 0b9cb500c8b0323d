//! Addresses of STUN and TURN servers (RFC 7064, RFC 7065).

use std::{fmt, str::FromStr};

use thiserror::Error;

/// What is spoken, and whether over TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IceScheme {
    /// `stun:`.
    Stun,
    /// `stuns:`, over TLS.
    Stuns,
    /// `turn:`.
    Turn,
    /// `turns:`, over TLS.
    Turns,
}

impl IceScheme {
    /// Whether the server relays, which takes a login.
    #[must_use]
    pub const fn relays(self) -> bool {
        matches!(self, Self::Turn | Self::Turns)
    }

    /// Whether it is spoken to over TLS.
    #[must_use]
    pub const fn is_secure(self) -> bool {
        matches!(self, Self::Stuns | Self::Turns)
    }
}

/// How the server is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IceTransport {
    /// Datagrams.
    Udp,
    /// A connection, also under TLS.
    Tcp,
}

/// A text is no address of a STUN or TURN server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum IceAddressError {
    /// It begins with something else.
    #[error("must begin with `stun:`, `stuns:`, `turn:` or `turns:`")]
    Scheme,
    /// There is no host, or what stands there is none.
    #[error("must name a host, and IPv6 addresses in brackets")]
    Host,
    /// The port is none.
    #[error("the port must be 1 to 65535")]
    Port,
    /// What follows `?` is not known, or not for this scheme.
    #[error("only `?transport=udp` or `?transport=tcp` may follow, after `turn:`, and `?transport=tcp` after `turns:`")]
    Transport,
}

/// The address of a server: `turn:turn.example.org:3478?transport=tcp`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IceAddress {
    /// What is spoken.
    pub scheme: IceScheme,
    /// A name or an IP address, the latter without brackets.
    pub host: String,
    /// 3478 when it is not said, and 5349 over TLS.
    pub port: u16,
    /// UDP when it is not said, and TCP over TLS.
    pub transport: IceTransport,
}

impl FromStr for IceAddress {
    type Err = IceAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (scheme, rest) = text.split_once(':').ok_or(IceAddressError::Scheme)?;
        let scheme = match scheme {
            "stun" => IceScheme::Stun,
            "stuns" => IceScheme::Stuns,
            "turn" => IceScheme::Turn,
            "turns" => IceScheme::Turns,
            _ => return Err(IceAddressError::Scheme),
        };
        let (authority, query) = match rest.split_once('?') {
            Some((authority, query)) => (authority, Some(query)),
            None => (rest, None),
        };
        let transport = match (scheme, query) {
            (IceScheme::Stun, None) | (IceScheme::Turn, None | Some("transport=udp")) => IceTransport::Udp,
            (IceScheme::Stuns, None) | (IceScheme::Turns, None) | (_, Some("transport=tcp"))
                if scheme.relays() || query.is_none() =>
            {
                IceTransport::Tcp
            }
            _ => return Err(IceAddressError::Transport),
        };
        let (host, port) = match authority.strip_prefix('[') {
            Some(bracketed) => {
                let (host, rest) = bracketed.split_once(']').ok_or(IceAddressError::Host)?;
                host.parse::<std::net::Ipv6Addr>().map_err(|_| IceAddressError::Host)?;
                match rest {
                    "" => (host, None),
                    rest => (host, Some(rest.strip_prefix(':').ok_or(IceAddressError::Port)?)),
                }
            }
            None => match authority.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, None),
            },
        };
        let named = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_' | ':');
        if host.is_empty() || host.len() > 253 || !host.chars().all(named) {
            return Err(IceAddressError::Host);
        }
        let port = match port {
            Some(port) => port.parse().ok().filter(|port| *port > 0).ok_or(IceAddressError::Port)?,
            None if scheme.is_secure() => 5349,
            None => 3478,
        };
        Ok(Self { scheme, host: host.to_owned(), port, transport })
    }
}

impl fmt::Display for IceAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.scheme {
            IceScheme::Stun => "stun",
            IceScheme::Stuns => "stuns",
            IceScheme::Turn => "turn",
            IceScheme::Turns => "turns",
        };
        if self.host.contains(':') {
            write!(f, "{scheme}:[{}]:{}", self.host, self.port)?;
        } else {
            write!(f, "{scheme}:{}:{}", self.host, self.port)?;
        }
        match (self.scheme, self.transport) {
            (IceScheme::Turn, IceTransport::Tcp) => f.write_str("?transport=tcp"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_what_the_standards_say() {
        for (text, whole) in [
            ("stun:stun.example.org", "stun:stun.example.org:3478"),
            ("stuns:stun.example.org", "stuns:stun.example.org:5349"),
            ("turn:192.0.2.1", "turn:192.0.2.1:3478"),
            ("turn:192.0.2.1:3479?transport=udp", "turn:192.0.2.1:3479"),
            ("turn:turn.example.org?transport=tcp", "turn:turn.example.org:3478?transport=tcp"),
            ("turns:turn.example.org:443?transport=tcp", "turns:turn.example.org:443"),
            ("turn:[2001:db8::1]:80", "turn:[2001:db8::1]:80"),
            ("turns:[2001:db8::1]", "turns:[2001:db8::1]:5349"),
        ] {
            let address: IceAddress = text.parse().unwrap();
            assert_eq!(address.to_string(), whole, "{text}");
            assert_eq!(
                address.transport == IceTransport::Tcp,
                whole.contains("tcp") || address.scheme.is_secure(),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_address_says_why() {
        for (text, error) in [
            ("", IceAddressError::Scheme),
            ("turn.example.org:3478", IceAddressError::Scheme),
            ("https:turn.example.org", IceAddressError::Scheme),
            ("turn:", IceAddressError::Host),
            ("turn://turn.example.org", IceAddressError::Host),
            ("turn:user@turn.example.org", IceAddressError::Host),
            ("turn:2001:db8::1", IceAddressError::Port),
            ("turn:[2001:db8::1", IceAddressError::Host),
            ("turn:[name]", IceAddressError::Host),
            ("turn:[2001:db8::1]80", IceAddressError::Port),
            ("turn:turn.example.org:0", IceAddressError::Port),
            ("turn:turn.example.org:70000", IceAddressError::Port),
            ("turn:turn.example.org?transport=sctp", IceAddressError::Transport),
            ("turns:turn.example.org?transport=udp", IceAddressError::Transport),
            ("stun:stun.example.org?transport=tcp", IceAddressError::Transport),
        ] {
            assert_eq!(text.parse::<IceAddress>(), Err(error), "{text}");
        }
    }
}
