//! Where something may be sent: which addresses are taken, and which IP addresses they may lead to.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use application_integration::{DeliveryProblem, TargetRefusal, WebhookTargets};
use async_trait::async_trait;
use domain_integration::WebhookUrl;
use tokio::time::timeout;
use url::{Host, Url};

use crate::{Resolver, addresses::is_public};

/// How long a name may take to be resolved when a webhook is registered.
const CHECK_TIME: Duration = Duration::from_secs(3);
/// At most so many addresses of a host are tried.
const MAX_ADDRESSES: usize = 4;

/// What is let through.
#[derive(Debug, Clone, Copy, Default)]
pub struct TargetOptions {
    /// Addresses that are not encrypted.
    pub allow_http: bool,
    /// Addresses of networks that are not public.
    pub allow_private_targets: bool,
}

/// Knows where something may be sent.
#[derive(Clone)]
pub struct CheckedTargets {
    options: TargetOptions,
    resolver: Arc<dyn Resolver>,
}

/// An address, taken apart. It is only ever read by the one parser (WHATWG URL), so that nobody can mean one host to the
/// check and another one to the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// Whether the connection is encrypted.
    pub https: bool,
    /// The host.
    pub host: Host<String>,
    /// The port.
    pub port: u16,
    /// Host and port as the header `Host` wants them.
    pub authority: String,
    /// What is asked for there.
    pub path_and_query: String,
}

impl Target {
    fn parse(text: &str) -> Result<Self, TargetRefusal> {
        let url = Url::parse(text).map_err(|_| TargetRefusal::Malformed)?;
        let https = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(TargetRefusal::Malformed),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(TargetRefusal::Credentials);
        }
        let host = url.host().ok_or(TargetRefusal::Malformed)?.to_owned();
        let port = url.port_or_known_default().filter(|port| *port != 0).ok_or(TargetRefusal::Malformed)?;
        let authority = url.port().map_or_else(|| host.to_string(), |port| format!("{host}:{port}"));
        let path_and_query =
            url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        Ok(Self { https, host, port, authority, path_and_query })
    }
}

impl CheckedTargets {
    /// Lets through what `options` say, and asks `resolver` for addresses.
    #[must_use]
    pub fn new(options: TargetOptions, resolver: Arc<dyn Resolver>) -> Self {
        Self { options, resolver }
    }

    /// Takes an address apart, if something may be sent there as far as its text says.
    pub(crate) fn parse(&self, url: &WebhookUrl) -> Result<Target, TargetRefusal> {
        let target = Target::parse(url.as_str())?;
        if !target.https && !self.options.allow_http {
            return Err(TargetRefusal::HttpsRequired);
        }
        Ok(target)
    }

    /// Where to connect to: never anywhere that is not let through, whatever the name leads to now.
    pub(crate) async fn addresses(&self, target: &Target) -> Result<Vec<SocketAddr>, DeliveryProblem> {
        let found: Vec<IpAddr> = match &target.host {
            Host::Ipv4(address) => vec![IpAddr::V4(*address)],
            Host::Ipv6(address) => vec![IpAddr::V6(*address)],
            Host::Domain(name) => self.resolver.resolve(name).await.map_err(|_| DeliveryProblem::Unresolved)?,
        };
        if found.is_empty() {
            return Err(DeliveryProblem::Unresolved);
        }
        let let_through = |address: &IpAddr| self.options.allow_private_targets || is_public(*address);
        let addresses: Vec<_> = found
            .into_iter()
            .filter(let_through)
            .take(MAX_ADDRESSES)
            .map(|address| SocketAddr::new(address, target.port))
            .collect();
        if addresses.is_empty() { Err(DeliveryProblem::TargetRefused) } else { Ok(addresses) }
    }
}

#[async_trait]
impl WebhookTargets for CheckedTargets {
    async fn check(&self, url: &WebhookUrl) -> Result<(), TargetRefusal> {
        let target = self.parse(url)?;
        // A name that cannot be resolved now may be known when there is something to be told.
        match timeout(CHECK_TIME, self.addresses(&target)).await {
            Ok(Err(DeliveryProblem::TargetRefused)) => Err(TargetRefusal::Private),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, io};

    use super::*;

    struct Names(HashMap<&'static str, Vec<&'static str>>);

    #[async_trait]
    impl Resolver for Names {
        async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
            let found = self.0.get(host).ok_or(io::ErrorKind::NotFound)?;
            Ok(found.iter().map(|address| address.parse().unwrap()).collect())
        }
    }

    fn targets(options: TargetOptions) -> CheckedTargets {
        let names = HashMap::from([
            ("public.example", vec!["192.0.1.1", "2606:4700::1"]),
            ("mixed.example", vec!["10.0.0.1", "192.0.1.1", "::1"]),
            ("private.example", vec!["10.0.0.1", "fd00::1"]),
            ("empty.example", vec![]),
            ("many.example", vec!["192.0.1.1"; 9]),
        ]);
        CheckedTargets::new(options, Arc::new(Names(names)))
    }

    fn url(text: &str) -> WebhookUrl {
        WebhookUrl::parse(text).unwrap()
    }

    async fn check(text: &str) -> Result<(), TargetRefusal> {
        targets(TargetOptions::default()).check(&url(text)).await
    }

    #[tokio::test]
    async fn only_encrypted_public_addresses_without_credentials_are_taken() {
        for good in [
            "https://public.example/hook?x=1",
            "https://mixed.example",
            "https://8.8.8.8:8443/",
            "https://[2606:4700::1]/",
            "https://not-known-yet.example/",
            "https://empty.example/",
        ] {
            assert_eq!(check(good).await, Ok(()), "{good}");
        }
        for (bad, refusal) in [
            ("https://", TargetRefusal::Malformed),
            ("example.org", TargetRefusal::Malformed),
            ("/hook", TargetRefusal::Malformed),
            ("ftp://public.example/", TargetRefusal::Malformed),
            ("file:///etc/passwd", TargetRefusal::Malformed),
            ("gopher://public.example:70/", TargetRefusal::Malformed),
            ("https://public.example:99999/", TargetRefusal::Malformed),
            ("https://public.example:0/", TargetRefusal::Malformed),
            ("https://me:secret@public.example/", TargetRefusal::Credentials),
            ("https://me@public.example/", TargetRefusal::Credentials),
            ("http://public.example/", TargetRefusal::HttpsRequired),
            ("https://private.example/", TargetRefusal::Private),
            ("https://127.0.0.1/", TargetRefusal::Private),
            ("https://127.1/", TargetRefusal::Private),
            ("https://2130706433/", TargetRefusal::Private),
            ("https://0x7f000001/", TargetRefusal::Private),
            ("https://0177.0.0.1/", TargetRefusal::Private),
            ("https://[::1]/", TargetRefusal::Private),
            ("https://[::ffff:10.0.0.1]/", TargetRefusal::Private),
            ("https://169.254.169.254/latest/meta-data", TargetRefusal::Private),
        ] {
            assert_eq!(check(bad).await, Err(refusal), "{bad}");
        }
    }

    #[tokio::test]
    async fn what_is_configured_is_let_through() {
        let lenient = targets(TargetOptions { allow_http: true, allow_private_targets: true });
        for good in ["http://private.example/", "http://127.0.0.1:8080/", "https://[::1]/"] {
            assert_eq!(lenient.check(&url(good)).await, Ok(()), "{good}");
        }
        let malformed = lenient.check(&url("http://a:b@127.0.0.1/")).await;
        assert_eq!(malformed, Err(TargetRefusal::Credentials));
    }

    #[tokio::test]
    async fn only_public_addresses_of_a_name_are_connected_to_and_not_too_many() {
        let targets = targets(TargetOptions::default());
        let of = async |text: &str| targets.addresses(&targets.parse(&url(text)).unwrap()).await;
        assert_eq!(of("https://mixed.example/").await, Ok(vec!["192.0.1.1:443".parse().unwrap()]));
        assert_eq!(of("https://many.example:8443/").await.unwrap().len(), 4);
        assert_eq!(of("https://private.example/").await, Err(DeliveryProblem::TargetRefused));
        assert_eq!(of("https://empty.example/").await, Err(DeliveryProblem::Unresolved));
        assert_eq!(of("https://unknown.example/").await, Err(DeliveryProblem::Unresolved));
    }

    #[test]
    fn an_address_is_taken_apart_as_it_is_asked_for() {
        let target = Target::parse("HTTPS://Exa%6Dple.ORG:443/a%20b/../c?d=e&f#g").unwrap();
        assert_eq!(target.authority, "example.org");
        assert_eq!((target.https, target.port, target.path_and_query.as_str()), (true, 443, "/c?d=e&f"));
        let target = Target::parse("http://[2001:db8::1]:8080").unwrap();
        assert_eq!((target.authority.as_str(), target.path_and_query.as_str()), ("[2001:db8::1]:8080", "/"));
        let target = Target::parse("https:\\\\public.example\\@127.0.0.1/").unwrap();
        assert_eq!(target.authority, "public.example", "as every browser reads it");
    }
}
