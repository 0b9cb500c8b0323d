//! Which addresses clients are offered for media, and the ICE candidates made from them.
//!
//! A worker listens on one port. mediasoup can announce one address per socket and only the bound port; here any number
//! of addresses with ports of their own are announced, which an ICE-lite server need not know about (RFC 8445).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use mediasoup::prelude::{IceCandidate, Protocol};
use mediasoup::types::data_structures::{IceCandidateTcpType, IceCandidateType};

use crate::options::MediasoupEngineOptions;
use crate::workers::worker_count;

/// An address that clients are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncedAddress {
    /// An IP address or a host name.
    pub address: String,
    /// The first worker's port as seen from outside, where that differs (port forwarding); each further worker's is one higher.
    pub port: Option<u16>,
}

/// An address and port that clients are offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedAddress {
    /// Which worker listens there, from 0.
    pub worker: usize,
    /// An IP address or a host name.
    pub address: String,
    /// The port, for UDP and TCP; 0: whichever the worker got.
    pub port: u16,
}

/// The addresses that clients are offered, the preferred first, with the announced port of the first worker.
pub(crate) fn announced(options: &MediasoupEngineOptions) -> Vec<AnnouncedAddress> {
    if !options.announced_addresses.is_empty() {
        return options.announced_addresses.clone();
    }
    let mut addresses = Vec::new();
    for ip in &options.listen_ips {
        if ip.is_unspecified() {
            addresses.extend(own_addresses(ip.is_ipv6()));
        } else {
            addresses.push(*ip);
        }
    }
    addresses.into_iter().map(|ip| AnnouncedAddress { address: ip.to_string(), port: None }).collect()
}

/// What clients are offered by an engine with these options, for every worker.
#[must_use]
pub fn offered_addresses(options: &MediasoupEngineOptions) -> Vec<OfferedAddress> {
    let announced = announced(options);
    (0..worker_count(options))
        .flat_map(|worker| {
            let offset = u16::try_from(worker).unwrap_or(u16::MAX);
            announced.iter().map(move |announced| OfferedAddress {
                worker,
                address: announced.address.clone(),
                port: match (announced.port, options.port_base) {
                    (Some(port), _) => port.saturating_add(offset),
                    (None, 0) => 0,
                    (None, base) => base.saturating_add(offset),
                },
            })
        })
        .collect()
}

/// This machine's addresses of one family: those that reach out first, loopback only when there is nothing else.
fn own_addresses(ipv6: bool) -> Vec<IpAddr> {
    let mut found = Vec::new();
    match nix::ifaddrs::getifaddrs() {
        Ok(interfaces) => {
            for interface in interfaces {
                let Some(address) = interface.address else { continue };
                let ip = if let Some(v4) = address.as_sockaddr_in() {
                    IpAddr::V4(v4.ip())
                } else if let Some(v6) = address.as_sockaddr_in6() {
                    IpAddr::V6(v6.ip())
                } else {
                    continue;
                };
                if interface.flags.contains(nix::net::if_::InterfaceFlags::IFF_UP) && ip.is_ipv6() == ipv6 {
                    found.push(ip);
                }
            }
        }
        Err(error) => tracing::warn!(%error, "cannot list the network interfaces"),
    }
    usable(found, ipv6)
}

/// Without link-local addresses, which only work on one link, and without loopback unless it is all there is.
fn usable(mut found: Vec<IpAddr>, ipv6: bool) -> Vec<IpAddr> {
    found.retain(|ip| match ip {
        IpAddr::V4(v4) => !v4.is_link_local() && !v4.is_loopback() && !v4.is_unspecified(),
        IpAddr::V6(v6) => !v6.is_unicast_link_local() && !v6.is_loopback() && !v6.is_unspecified(),
    });
    found.dedup();
    if found.is_empty() {
        found.push(if ipv6 { Ipv6Addr::LOCALHOST.into() } else { Ipv4Addr::LOCALHOST.into() });
    }
    found
}

/// Candidates for every announced address, UDP before TCP, from those that mediasoup gives for the sockets it has bound.
/// Addresses of a family that no socket listens on are left out; a host name takes the first socket's port.
/// An announced port is as far above the first worker's as the bound one is above `port_base`.
pub(crate) fn ice_candidates(
    bound: &[IceCandidate],
    announced: &[AnnouncedAddress],
    port_base: u16,
) -> Vec<IceCandidate> {
    let mut candidates = Vec::new();
    for (protocol, highest_preference) in [(Protocol::Udp, 65_535_u32), (Protocol::Tcp, 32_767)] {
        for (index, announced) in announced.iter().enumerate() {
            let family = announced.address.parse::<IpAddr>().ok().map(|ip| ip.is_ipv6());
            let socket = bound.iter().find(|candidate| {
                candidate.protocol == protocol
                    && family
                        .is_none_or(|ipv6| candidate.address.parse::<IpAddr>().is_ok_and(|ip| ip.is_ipv6() == ipv6))
            });
            let Some(socket) = socket else { continue };
            let shift = if port_base == 0 { 0 } else { socket.port.saturating_sub(port_base) };
            let preference = highest_preference.saturating_sub(u32::try_from(index).unwrap_or(u32::MAX));
            candidates.push(IceCandidate {
                foundation: format!("{}{index}", if protocol == Protocol::Udp { "udp" } else { "tcp" }),
                priority: priority(preference),
                address: announced.address.clone(),
                protocol,
                port: announced.port.map_or(socket.port, |port| port.saturating_add(shift)),
                r#type: IceCandidateType::Host,
                tcp_type: (protocol == Protocol::Tcp).then_some(IceCandidateTcpType::Passive),
            });
        }
    }
    candidates
}

/// Priority of a host candidate's only component (RFC 8445, section 5.1.2.1).
const fn priority(local_preference: u32) -> u32 {
    (126 << 24) + (local_preference << 8) + 255
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(address: &str, protocol: Protocol, port: u16) -> IceCandidate {
        IceCandidate {
            foundation: "x".to_owned(),
            priority: 1,
            address: address.to_owned(),
            protocol,
            port,
            r#type: IceCandidateType::Host,
            tcp_type: None,
        }
    }

    fn announce(address: &str, port: Option<u16>) -> AnnouncedAddress {
        AnnouncedAddress { address: address.to_owned(), port }
    }

    #[test]
    fn offers_every_announced_address_udp_before_tcp() {
        let sockets = [bound("127.0.0.1", Protocol::Udp, 40_001), bound("127.0.0.1", Protocol::Tcp, 40_001)];
        let announced =
            [announce("203.0.113.5", Some(50_000)), announce("192.0.2.7", None), announce("media.example.org", None)];
        let candidates = ice_candidates(&sockets, &announced, 40_000);
        let summary: Vec<_> = candidates
            .iter()
            .map(|c| (c.address.as_str(), c.port, c.protocol == Protocol::Udp, c.tcp_type.is_some()))
            .collect();
        assert_eq!(
            summary,
            [
                ("203.0.113.5", 50_001, true, false),
                ("192.0.2.7", 40_001, true, false),
                ("media.example.org", 40_001, true, false),
                ("203.0.113.5", 50_001, false, true),
                ("192.0.2.7", 40_001, false, true),
                ("media.example.org", 40_001, false, true),
            ]
        );
        assert!(candidates.windows(2).all(|pair| pair[0].priority > pair[1].priority));
        let mut foundations: Vec<_> = candidates.iter().map(|c| c.foundation.clone()).collect();
        foundations.sort();
        foundations.dedup();
        assert_eq!(foundations.len(), candidates.len());
    }

    #[test]
    fn leaves_out_a_family_that_nothing_listens_on() {
        let sockets = [bound("127.0.0.1", Protocol::Udp, 40_000)];
        assert!(ice_candidates(&sockets, &[announce("2001:db8::1", None)], 40_000).is_empty());
    }

    #[test]
    fn loopback_is_the_last_resort() {
        let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let lan = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));
        assert_eq!(usable(vec![loopback, lan], false), [lan]);
        assert_eq!(usable(vec![loopback], false), [loopback]);
    }
}
