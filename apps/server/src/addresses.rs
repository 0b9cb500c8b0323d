//! Addresses of this machine, and how far the addresses reach that clients are offered for their media.

use std::net::{IpAddr, Ipv4Addr};

use nix::{ifaddrs::getifaddrs, net::if_::InterfaceFlags};

/// Interfaces that lead to containers and virtual machines of this computer, not to clients.
const INNER: [&str; 7] = ["docker", "br-", "veth", "virbr", "cni", "flannel", "lxc"];

/// How far an address reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// This computer.
    Loopback,
    /// The local network (RFC 1918, RFC 4193, RFC 6598).
    Private,
    /// Everywhere.
    Public,
    /// A DNS name: wherever it can be resolved.
    Name,
}

/// How far `address` reaches.
#[must_use]
pub fn reach(address: &str) -> Reach {
    match address.parse::<IpAddr>() {
        Err(_) => Reach::Name,
        Ok(ip) if ip.is_loopback() => Reach::Loopback,
        Ok(IpAddr::V4(ip)) => {
            let shared = ip.octets()[0] == 100 && (64..128).contains(&ip.octets()[1]);
            if ip.is_private() || ip.is_link_local() || shared { Reach::Private } else { Reach::Public }
        }
        Ok(IpAddr::V6(ip)) => {
            if ip.is_unique_local() || ip.is_unicast_link_local() {
                Reach::Private
            } else {
                Reach::Public
            }
        }
    }
}

/// Addresses of the interfaces that are up and lead to others, and loopback.
fn interface_addresses() -> Vec<IpAddr> {
    let Ok(all) = getifaddrs() else { return Vec::new() };
    all.filter(|entry| entry.flags.contains(InterfaceFlags::IFF_UP))
        .filter(|entry| !INNER.iter().any(|prefix| entry.interface_name.starts_with(prefix)))
        .filter_map(|entry| {
            let address = entry.address?;
            let v4 = address.as_sockaddr_in().map(|v4| IpAddr::V4(v4.ip()));
            v4.or_else(|| address.as_sockaddr_in6().map(|v6| IpAddr::V6(v6.ip())))
        })
        .collect()
}

/// IPv4 addresses under which this machine can be reached, those that reach furthest first, loopback last.
#[must_use]
pub fn of_this_machine() -> Vec<IpAddr> {
    choose(interface_addresses())
}

fn choose(mut ips: Vec<IpAddr>) -> Vec<IpAddr> {
    ips.retain(|ip| matches!(ip, IpAddr::V4(ip) if !ip.is_link_local()));
    if ips.is_empty() {
        ips.push(Ipv4Addr::LOCALHOST.into());
    }
    ips.sort_by_key(|ip| std::cmp::Reverse(reach(&ip.to_string())));
    ips.dedup();
    ips
}

/// What speaks against the addresses that clients are offered, in sentences.
#[must_use]
pub fn warnings<'a>(offered: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let reaches: Vec<Reach> = offered.into_iter().map(reach).collect();
    let mut warnings = Vec::new();
    if reaches.iter().all(|reach| *reach == Reach::Loopback) {
        warnings.push("only browsers on this machine can take part: only loopback is offered".to_owned());
    } else if reaches.iter().all(|reach| *reach <= Reach::Private) {
        warnings.push(
            "only clients in the same network can take part: no public address is offered; name one in \
             media.announced_addresses"
                .to_owned(),
        );
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_reach_furthest_come_first() {
        let chosen = |ips: &[&str]| -> Vec<String> {
            choose(ips.iter().map(|ip| ip.parse().unwrap()).collect()).iter().map(ToString::to_string).collect()
        };
        let all = ["127.0.0.1", "192.168.1.5", "203.0.113.7", "169.254.1.1", "fe80::1", "2001:db8::7", "::1"];
        assert_eq!(chosen(&all), ["203.0.113.7", "192.168.1.5", "127.0.0.1"]);
        assert_eq!(chosen(&[]), ["127.0.0.1"]);
    }

    #[test]
    fn addresses_that_few_can_reach_are_warned_of() {
        assert!(warnings(["127.0.0.1"])[0].contains("loopback"));
        assert!(warnings(["127.0.0.1", "10.1.2.3"])[0].contains("same network"));
        assert!(warnings(["100.64.0.1", "fd00::1"])[0].contains("same network"));
        assert!(warnings(["10.1.2.3", "203.0.113.7"]).is_empty());
        assert!(warnings(["meet.example.org"]).is_empty());
    }

    #[test]
    fn this_machine_has_loopback() {
        assert!(of_this_machine().iter().any(IpAddr::is_loopback));
    }
}
