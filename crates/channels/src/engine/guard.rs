//! Where calls may go: to public addresses by https, and to the sandbox if there is one. Names are judged when they
//! are resolved for the connection itself, so that a name cannot change its mind in between.

use std::{
    error::Error,
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Origin, Url};

/// The ports besides that of https itself; any other is some service's that is not for the public.
const PORTS: [u16; 1] = [8443];

/// An address that no call may go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the address is not a public one")]
pub(crate) struct Forbidden;

/// Judges addresses.
#[derive(Clone)]
pub(crate) struct Guard {
    sandbox: Option<(Origin, String)>,
}

impl Guard {
    pub(crate) fn new(sandbox: Option<&Url>) -> Self {
        let sandbox = sandbox.and_then(|url| Some((url.origin(), url.host_str()?.to_ascii_lowercase())));
        Self { sandbox }
    }

    /// Whether a call may go to this address, as far as can be told before its name is resolved.
    pub(crate) fn check(&self, url: &Url) -> Result<(), Forbidden> {
        if self
            .sandbox
            .as_ref()
            .is_some_and(|(origin, _)| *origin == url.origin())
        {
            return Ok(());
        }
        let is_named = match url.host() {
            Some(Host::Domain(name)) => !self.is_sandbox(name),
            Some(Host::Ipv4(address)) => is_public(address.into()),
            Some(Host::Ipv6(address)) => is_public(address.into()),
            None => false,
        };
        let is_plain = url.scheme() == "https"
            && url.port().is_none_or(|port| PORTS.contains(&port))
            && url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none();
        if is_named && is_plain {
            Ok(())
        } else {
            Err(Forbidden)
        }
    }

    fn is_sandbox(&self, name: &str) -> bool {
        self.sandbox
            .as_ref()
            .is_some_and(|(_, host)| host.eq_ignore_ascii_case(name))
    }

    /// The addresses that a call to `name` may go to.
    fn allowed(&self, name: &str, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Forbidden> {
        if self.is_sandbox(name) {
            return Ok(found);
        }
        let is_fit = !found.is_empty() && found.iter().all(|address| is_public(address.ip()));
        if is_fit { Ok(found) } else { Err(Forbidden) }
    }
}

/// Whether an address is one of the public network.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_shared = a == 100 && (64..128).contains(&b);
    let is_benchmark = a == 198 && (b == 18 || b == 19);
    let is_protocol = (a, b, c) == (192, 0, 0) || (a, b, c) == (192, 88, 99);
    !(a == 0
        || a >= 224
        || is_shared
        || is_benchmark
        || is_protocol
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    // Only the global unicast block is public, and within it not what tunnels or translates other addresses.
    let [first, second, ..] = parts;
    (0x2000..0x4000).contains(&first)
        && first != 0x2002
        && !(first == 0x2001 && (second < 0x0200 || second == 0x0db8))
        && first != 0x3fff
}

/// Finds the addresses of a name; tests bring their own.
pub(crate) type Lookup = Arc<dyn Fn(&str) -> std::io::Result<Vec<SocketAddr>> + Send + Sync>;

/// Resolves names for connections, and refuses those that lead to private addresses.
pub(crate) struct GuardedResolver {
    pub(crate) guard: Guard,
    pub(crate) lookup: Lookup,
}

impl fmt::Debug for GuardedResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GuardedResolver(..)")
    }
}

/// The resolver of the system.
pub(crate) fn system_lookup() -> Lookup {
    Arc::new(|name| std::net::ToSocketAddrs::to_socket_addrs(&(name, 0)).map(Iterator::collect))
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, lookup) = (self.guard.clone(), Arc::clone(&self.lookup));
        Box::pin(async move {
            let name = name.as_str().to_owned();
            let asked = name.clone();
            let found = tokio::task::spawn_blocking(move || lookup(&asked)).await??;
            let allowed = guard.allowed(&name, found)?;
            let addresses: Addrs = Box::new(allowed.into_iter());
            Ok::<_, Box<dyn Error + Send + Sync>>(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_public() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.8.8.8",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:8.8.8.8",
            "::ffff:127.0.0.1",
            "::7f00:1",
            "64:ff9b::8.8.8.8",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "3fff::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.0.1",
            "100.128.0.1",
            "172.32.0.1",
            "193.0.0.1",
            "2606:4700::1",
            "2a00:1450::5",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn exactly_the_origin_of_the_sandbox_is_exempt() {
        let sandbox = Url::parse("http://127.0.0.1:9090/").unwrap();
        let with = Guard::new(Some(&sandbox));
        let named = Guard::new(Some(&Url::parse("http://sandbox:9090").unwrap()));
        let without = Guard::new(None);
        for (guard, url, allowed) in [
            (&without, "https://api.channel.example/v1", true),
            (&without, "http://api.channel.example/v1", false),
            (&without, "https://user:word@api.channel.example/v1", false),
            (&without, "https://api.channel.example:443/v1", true),
            (&without, "https://api.channel.example:8443/v1", true),
            (&without, "https://api.channel.example:22/v1", false),
            (&without, "https://api.channel.example:6443/v1", false),
            (&without, "https://api.channel.example:0/v1", false),
            (&without, "https://api.channel.example/v1#other", false),
            (&without, "https://127.0.0.1/v1", false),
            (&without, "https://127.1/v1", false),
            (&without, "https://[64:ff9b::7f00:1]/v1", false),
            (&without, "https://127.0.0.1./v1", false),
            (&without, "https://１２７.0.0.1/v1", false),
            (&without, "https://[::1]/v1", false),
            (&without, "https://[::ffff:10.0.0.1]/v1", false),
            (&without, "https://2130706433/v1", false),
            (&without, "https://0x7f.1/v1", false),
            (&without, "https://8.8.8.8/v1", true),
            (&without, "ftp://api.channel.example/", false),
            (&without, "http://127.0.0.1:9090/hostaway", false),
            (&with, "http://127.0.0.1:9090/hostaway/v1", true),
            (&with, "http://127.0.0.1:9091/hostaway/v1", false),
            (&with, "https://127.0.0.1:9090/hostaway/v1", false),
            (&with, "https://api.channel.example/v1", true),
            (&named, "http://sandbox:9090/x", true),
            (&named, "https://sandbox/x", false),
            (&named, "https://SANDBOX:9090/x", false),
            (&named, "http://sandbox.:9090/x", false),
            (&named, "http://user@sandbox:9091/x", false),
        ] {
            assert_eq!(guard.check(&Url::parse(url).unwrap()).is_ok(), allowed, "{url}");
        }
    }

    #[test]
    fn a_name_with_one_private_address_is_refused_whole() {
        let guard = Guard::new(Some(&Url::parse("http://sandbox:9090").unwrap()));
        let found = |addresses: &[&str]| {
            addresses
                .iter()
                .map(|address| SocketAddr::new(address.parse().unwrap(), 0))
                .collect::<Vec<_>>()
        };
        for (name, addresses, allowed) in [
            ("a.example", found(&["8.8.8.8"]), true),
            ("a.example", found(&["8.8.8.8", "10.0.0.1"]), false),
            ("a.example", found(&["::1"]), false),
            ("a.example", found(&[]), false),
            ("sandbox", found(&["172.18.0.3"]), true),
            ("sandbox.", found(&["172.18.0.3"]), false),
            ("localhost.", found(&["127.0.0.1"]), false),
        ] {
            assert_eq!(guard.allowed(name, addresses).is_ok(), allowed, "{name}");
        }
    }
}
