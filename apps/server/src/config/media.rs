//! The section `media`: media workers and the addresses that clients send their media to.

use std::{fmt, net::IpAddr};

use serde::{Deserialize, Deserializer, Serialize, de};

use super::{
    Mistakes,
    section::{Key, Section, within},
};

/// Media workers and the addresses that clients send their media to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MediaSection {
    /// Workers; 0 for one per core.
    pub workers: u16,
    /// Whether each worker is a process of its own.
    pub processes: bool,
    /// Address to bind.
    pub listen_ip: IpAddr,
    /// Addresses offered to clients; the interfaces' own when empty.
    pub announced_addresses: Vec<AnnouncedAddress>,
    /// Port of the first worker, UDP and TCP; worker `i` takes `port_base + i`.
    pub port_base: u16,
    /// Most bits per second from one client.
    pub max_incoming_bitrate: u32,
    /// Most bits per second to one client.
    pub max_outgoing_bitrate: u32,
    /// Log level of the media workers.
    pub log_level: MediaLogLevel,
}

/// An address that clients are offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncedAddress {
    /// IP address or DNS name.
    pub address: String,
    /// Port of the first worker as clients see it, when a router or container maps ports; worker `i` is at `port + i`.
    pub port: Option<u16>,
}

/// Log level of the media workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaLogLevel {
    /// Everything.
    Debug,
    /// What is unusual, and errors.
    Warn,
    /// Errors.
    Error,
    /// Nothing.
    None,
}

impl MediaSection {
    /// How many workers are started: the number asked for, or one per core.
    #[must_use]
    pub fn worker_count(&self) -> usize {
        match self.workers {
            0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            asked => usize::from(asked),
        }
    }

    /// The ports that the workers bind, UDP and TCP each; none when any will do.
    pub fn ports(&self) -> impl Iterator<Item = u16> + use<> {
        let base = self.port_base;
        let count = if base == 0 { 0 } else { self.worker_count() };
        (0..count).filter_map(move |worker| u16::try_from(worker).ok().and_then(|n| base.checked_add(n)))
    }
}

/// Takes `"203.0.113.7"`, `"203.0.113.7:50000"`, `"[2001:db8::7]:50000"` or `{address = "203.0.113.7", port = 50000}`.
impl<'de> Deserialize<'de> for AnnouncedAddress {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = AnnouncedAddress;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`\"address\"`, `\"address:port\"` or `{address = \"..\", port = ..}`")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                if text.parse::<IpAddr>().is_ok() {
                    return Ok(AnnouncedAddress { address: text.to_owned(), port: None });
                }
                let (address, port) = match text.rsplit_once(':') {
                    Some((address, port)) => {
                        (address, Some(port.parse().map_err(|_| E::custom(format!("`{port}` is not a port")))?))
                    }
                    None => (text, None),
                };
                let address = address.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(address);
                Ok(AnnouncedAddress { address: address.to_owned(), port })
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                #[derive(Deserialize)]
                #[serde(deny_unknown_fields)]
                struct Table {
                    address: String,
                    port: Option<u16>,
                }

                let table = Table::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(AnnouncedAddress { address: table.address, port: table.port })
            }
        }

        input.deserialize_any(Visitor)
    }
}

/// Whether `text` is an IP address or could be a DNS name (RFC 1123, section 2.1).
fn is_host(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
        || (text.len() <= 253
            && !text.is_empty()
            && text.split('.').all(|label| {
                (1..=63).contains(&label.len())
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            }))
}

impl Section for MediaSection {
    const NAME: &'static str = "media";
    const ABOUT: &'static str = "Media workers and the addresses that clients send their media to.";
    const KEYS: &'static [Key] = &[
        Key::value("workers", "Media workers, each of which can use one core (0 to 256). 0: one per core."),
        Key::value(
            "processes",
            "Whether each media worker runs in a process of its own, whose death costs its rooms a moment of media and \
             nobody else anything (`true`), or as a thread of this process, whose death may end the program (`false`).",
        ),
        Key::text("listen_ip", "Address that the media workers bind; `0.0.0.0` or `::` for all."),
        Key::value(
            "announced_addresses",
            "Addresses that clients are offered, as `[\"203.0.113.7\", \"meet.example.org:50000\", \
             {address = \"192.168.1.5\", port = 40000}]`; a port is that of the first worker as clients see it, when it \
             differs from the bound one. Empty: the addresses of this machine's interfaces. `open-meeting doctor` shows \
             the result.",
        ),
        Key::value(
            "port_base",
            "Port of the first media worker, for UDP and TCP (1024 to 65535); worker `i` takes `port_base + i`. \
             Open these in the firewall. 0: any free ports, for tests.",
        ),
        Key::value("max_incoming_bitrate", "Most bits per second taken from one client (100000 to 1000000000)."),
        Key::value("max_outgoing_bitrate", "Most bits per second sent to one client (100000 to 1000000000)."),
        Key::text("log_level", "Log level of the media workers: `debug`, `warn`, `error` or `none`."),
    ];

    fn validate(&self, mistakes: &mut Mistakes) {
        within(mistakes, "media.workers", u64::from(self.workers), 0, 256);
        if self.port_base != 0 {
            within(mistakes, "media.port_base", u64::from(self.port_base), 1024, 65_535);
        }
        if self.port_base != 0 && usize::from(self.port_base) + self.worker_count() > 65_536 {
            let count = self.worker_count();
            mistakes.add("media.port_base", format!("leaves no room for {count} workers below port 65536"));
        }
        for (index, announced) in self.announced_addresses.iter().enumerate() {
            let key = format!("media.announced_addresses[{index}]");
            if !is_host(&announced.address) {
                mistakes.add(&key, "must be an IP address or a DNS name");
            } else if announced.address.parse::<IpAddr>().is_ok_and(|ip| ip.is_unspecified()) {
                mistakes.add(&key, "is no address that a client could reach");
            }
            if announced.port == Some(0) {
                mistakes.add(&key, "the port must not be 0");
            }
        }
        let bitrates =
            [("max_incoming_bitrate", self.max_incoming_bitrate), ("max_outgoing_bitrate", self.max_outgoing_bitrate)];
        for (name, bitrate) in bitrates {
            within(mistakes, &format!("media.{name}"), u64::from(bitrate), 100_000, 1_000_000_000);
        }
    }
}
