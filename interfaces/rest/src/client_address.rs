//! Where a request comes from: the peer, or what trusted proxies say about it.

use std::{
    net::{IpAddr, Ipv6Addr},
    str::FromStr,
};

use poem::{Request, http::HeaderMap};
use thiserror::Error;

/// A range of addresses in CIDR notation (RFC 4632, RFC 4291), such as `10.0.0.0/8`, `::1` or `fd00::/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// The text is not a range of addresses.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("not an address or a range of addresses such as 10.0.0.0/8")]
pub struct NetworkError;

impl Network {
    /// Whether `address` is in the range.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, canonical(address)) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.prefix)).unwrap_or(0);
                network.to_bits() & mask == address.to_bits() & mask
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.prefix)).unwrap_or(0);
                network.to_bits() & mask == address.to_bits() & mask
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse().map_err(|_| NetworkError)?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NetworkError)?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(longest);
        if prefix > longest {
            return Err(NetworkError);
        }
        Ok(Self { address, prefix })
    }
}

/// An IPv4 address that is written as an IPv6 one (`::ffff:192.0.2.1`) is the IPv4 address.
fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// The client's address: the peer's, unless the peer is a trusted proxy. Then `X-Forwarded-For` is read from its end, where
/// the proxies that we trust have written, up to the first address that is not one of them. `None` when the peer has no
/// address (a Unix socket, a test).
#[must_use]
pub fn client_address(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[Network]) -> Option<IpAddr> {
    let peer = canonical(peer?);
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(peer) {
        return Some(peer);
    }
    let hops: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let mut nearest = peer;
    for hop in hops.iter().rev() {
        // A hop that cannot be read ends what can be believed.
        let Ok(address) = hop.trim().parse::<IpAddr>().map(canonical) else { break };
        nearest = address;
        if !is_trusted(address) {
            break;
        }
    }
    Some(nearest)
}

/// The address at the other end of the connection.
#[must_use]
pub fn peer(request: &Request) -> Option<IpAddr> {
    request.remote_addr().as_socket_addr().map(|peer| peer.ip())
}

/// Whether the peer is a proxy whose `X-Forwarded-*` headers may be believed.
#[must_use]
pub fn is_trusted(peer: Option<IpAddr>, trusted: &[Network]) -> bool {
    peer.is_some_and(|peer| trusted.iter().any(|network| network.contains(peer)))
}

/// What limits count by: an IPv4 address, or an IPv6 network of 64 bits, which is what one customer gets.
#[must_use]
pub fn limit_key(address: Option<IpAddr>) -> String {
    match address {
        None => "unknown".to_owned(),
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;

    use super::*;

    fn address_of(peer: &str, forwarded: &[&'static str], trusted: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_static(value));
        }
        let trusted: Vec<Network> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        client_address(Some(peer.parse().unwrap()), &headers, &trusted).map(|address| address.to_string())
    }

    #[test]
    fn believes_only_trusted_proxies() {
        let peer = "198.51.100.7";
        assert_eq!(address_of(peer, &["203.0.113.9"], &[]).as_deref(), Some("198.51.100.7"));
        assert_eq!(address_of(peer, &["203.0.113.9"], &["10.0.0.0/8"]).as_deref(), Some("198.51.100.7"));
        assert_eq!(address_of(peer, &["203.0.113.9"], &["198.51.100.0/24"]).as_deref(), Some("203.0.113.9"));
        assert_eq!(address_of(peer, &[], &["198.51.100.7"]).as_deref(), Some("198.51.100.7"));
    }

    #[test]
    fn reads_from_the_end_what_trusted_proxies_wrote() {
        let trusted = &["10.0.0.0/8"];
        for forwarded in [&["1.1.1.1, 203.0.113.9, 10.0.0.2"][..], &["1.1.1.1", "203.0.113.9", "10.0.0.2"]] {
            assert_eq!(address_of("10.0.0.1", forwarded, trusted).as_deref(), Some("203.0.113.9"));
        }
        assert_eq!(address_of("10.0.0.1", &["garbage, 10.0.0.2"], trusted).as_deref(), Some("10.0.0.2"));
        assert_eq!(address_of("::ffff:10.0.0.1", &["203.0.113.9"], trusted).as_deref(), Some("203.0.113.9"));
    }

    #[test]
    fn knows_ranges() {
        let contains =
            |network: &str, address: &str| network.parse::<Network>().unwrap().contains(address.parse().unwrap());
        assert!(contains("0.0.0.0/0", "8.8.8.8"));
        assert!(contains("192.0.2.0/25", "192.0.2.127"));
        assert!(!contains("192.0.2.0/25", "192.0.2.128"));
        assert!(contains("fd00::/8", "fd12::1"));
        assert!(!contains("fd00::/8", "fe80::1"));
        assert!(!contains("::/0", "8.8.8.8"));
        for bad in ["", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/x", "host"] {
            assert_eq!(bad.parse::<Network>(), Err(NetworkError), "{bad}");
        }
    }

    #[test]
    fn one_customer_has_one_key() {
        let key = |address: &str| limit_key(Some(address.parse().unwrap()));
        assert_eq!(key("192.0.2.1"), "192.0.2.1");
        assert_eq!(key("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(limit_key(None), "unknown");
    }
}
