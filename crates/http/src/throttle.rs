//! How often somebody may try to come in.
//!
//! It is counted by client, and by client and address together; never by the address alone, so that nobody can lock
//! anybody else out (C-39c). It is counted in memory, by each process for itself.

use std::{
    hash::{BuildHasher, Hash, RandomState},
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use actix_web::{HttpRequest, http::header::HeaderName};
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use innkeeper_domain::values::EmailKey;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Attempts of one client at once; after that one more each second.
const CLIENT_BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(59);
const CLIENT_EVERY: Duration = Duration::from_secs(1);
/// Attempts of one client at one address at once; after that one more every ten seconds.
const ADDRESS_BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);
const ADDRESS_EVERY: Duration = Duration::from_secs(10);
/// The most clients that are told apart. Further ones are counted together.
const MOST_KEYS: usize = 100_000;
/// After so many attempts those are forgotten that say nothing any more.
const TIDY_EVERY: u32 = 1_024;

/// The proxies whose word about a client's address counts.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Vec<(IpAddr, u8)>);

impl Proxies {
    /// Networks, each as an address and how many of its first bits count.
    pub fn new(networks: impl IntoIterator<Item = (IpAddr, u8)>) -> Self {
        Self(networks.into_iter().collect())
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0
            .iter()
            .any(|(network, bits)| within(*network, *bits, address))
    }

    /// Whose request it is: the peer, or, if that is a trusted proxy, the last address before the trusted ones that the
    /// proxies tell of. What is left of that may have been made up by the client.
    fn client(&self, peer: Option<IpAddr>, forwarded: &[&str]) -> Option<IpAddr> {
        let mut client = peer?.to_canonical();
        let hops = forwarded
            .iter()
            .rev()
            .flat_map(|value| value.rsplit(',').map(str::trim));
        for hop in hops {
            if !self.trusts(client) {
                break;
            }
            match hop.parse::<IpAddr>() {
                Ok(address) => client = address.to_canonical(),
                Err(_) => break,
            }
        }
        Some(client)
    }
}

fn within(network: IpAddr, bits: u8, address: IpAddr) -> bool {
    let same = |network: u128, address: u128, width: u32| {
        let rest = width.saturating_sub(u32::from(bits));
        network.checked_shr(rest).unwrap_or(0) == address.checked_shr(rest).unwrap_or(0)
    };
    match (network.to_canonical(), address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            same(network.to_bits().into(), address.to_bits().into(), 32)
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => same(network.to_bits(), address.to_bits(), 128),
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
    }
}

/// Whom attempts are counted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Client {
    /// One address, or, as every household has that many, 2^64 of them.
    Address(IpAddr),
    /// Everybody who cannot be told apart.
    Others,
}

impl Client {
    fn of(address: Option<IpAddr>) -> Self {
        match address {
            Some(IpAddr::V4(address)) => Self::Address(address.into()),
            Some(IpAddr::V6(address)) => {
                let network = Ipv6Addr::from_bits(address.to_bits() >> 64 << 64);
                Self::Address(network.into())
            }
            None => Self::Others,
        }
    }
}

/// Counts attempts.
#[derive(Debug)]
pub struct Throttle {
    proxies: Proxies,
    clock: DefaultClock,
    by_client: DefaultKeyedRateLimiter<Client>,
    by_address: DefaultKeyedRateLimiter<(Client, u64)>,
    hasher: RandomState,
    attempts: AtomicU32,
}

impl Throttle {
    /// Behind these proxies.
    pub fn new(proxies: Proxies) -> Self {
        let quota = |every, burst| {
            let quota = Quota::with_period(every).unwrap_or(Quota::per_second(NonZeroU32::MIN));
            quota.allow_burst(burst)
        };
        Self {
            proxies,
            clock: DefaultClock::default(),
            by_client: RateLimiter::keyed(quota(CLIENT_EVERY, CLIENT_BURST)),
            by_address: RateLimiter::keyed(quota(ADDRESS_EVERY, ADDRESS_BURST)),
            hasher: RandomState::new(),
            attempts: AtomicU32::new(0),
        }
    }

    /// Counts an attempt of the client to come in, or to be sent a link, by `email` if they named one.
    ///
    /// # Errors
    ///
    /// How long to wait, at least a second.
    pub(crate) fn count(&self, request: &HttpRequest, email: Option<&EmailKey>) -> Result<(), Duration> {
        let forwarded: Vec<&str> = request
            .headers()
            .get_all(X_FORWARDED_FOR)
            .filter_map(|value| value.to_str().ok())
            .collect();
        let peer = request.peer_addr().map(|peer| peer.ip());
        self.count_client(Client::of(self.proxies.client(peer, &forwarded)), email)
    }

    fn count_client(&self, client: Client, email: Option<&EmailKey>) -> Result<(), Duration> {
        if self
            .attempts
            .fetch_add(1, Ordering::Relaxed)
            .is_multiple_of(TIDY_EVERY)
        {
            self.by_client.retain_recent();
            self.by_address.retain_recent();
        }
        self.check(&self.by_client, client, Client::Others)?;
        match email {
            Some(email) => {
                // A hash is as good as the address, and keeps none of them in memory.
                let key = self.hasher.hash_one(email);
                self.check(&self.by_address, (client, key), (Client::Others, key))
            }
            None => Ok(()),
        }
    }

    fn check<K: Hash + Eq + Clone>(
        &self,
        limiter: &DefaultKeyedRateLimiter<K>,
        key: K,
        overflow: K,
    ) -> Result<(), Duration> {
        let key = if limiter.len() < MOST_KEYS { key } else { overflow };
        limiter.check_key(&key).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            Duration::from_secs(wait.as_secs() + 1)
        })
    }
}

#[cfg(test)]
mod tests {
    use innkeeper_domain::values::Email;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn the_client_is_the_last_address_that_a_trusted_proxy_tells_of() {
        let proxies = Proxies::new([(ip("10.0.0.0"), 8), (ip("fd00::"), 8), (ip("127.0.0.1"), 32)]);
        for (peer, forwarded, client) in [
            ("192.0.2.1", &[][..], "192.0.2.1"),
            ("192.0.2.1", &["198.51.100.9"], "192.0.2.1"),
            ("10.1.2.3", &["198.51.100.9"], "198.51.100.9"),
            ("10.1.2.3", &["203.0.113.5, 198.51.100.9"], "198.51.100.9"),
            ("10.1.2.3", &["198.51.100.9, 10.9.9.9"], "198.51.100.9"),
            ("10.1.2.3", &["203.0.113.5", "198.51.100.9"], "198.51.100.9"),
            ("10.1.2.3", &["198.51.100.9, nonsense"], "10.1.2.3"),
            ("10.1.2.3", &[], "10.1.2.3"),
            ("::ffff:10.1.2.3", &["198.51.100.9"], "198.51.100.9"),
            ("fd00::1", &["2001:db8::7"], "2001:db8::7"),
            ("fe80::1", &["2001:db8::7"], "fe80::1"),
        ] {
            let found = proxies.client(Some(ip(peer)), forwarded);
            assert_eq!(found, Some(ip(client)), "{peer} {forwarded:?}");
        }
        assert_eq!(proxies.client(None, &["198.51.100.9"]), None);
    }

    #[test]
    fn networks_of_every_width_hold_what_they_should() {
        for (network, bits, address, inside) in [
            ("0.0.0.0", 0, "255.255.255.255", true),
            ("192.0.2.128", 25, "192.0.2.127", false),
            ("192.0.2.128", 25, "192.0.2.129", true),
            ("::", 0, "2001:db8::1", true),
            ("::", 0, "192.0.2.1", false),
            ("2001:db8::", 32, "2001:db9::", false),
            ("2001:db8::1", 128, "2001:db8::1", true),
        ] {
            assert_eq!(
                within(ip(network), bits, ip(address)),
                inside,
                "{network}/{bits} {address}"
            );
        }
    }

    #[test]
    fn one_client_is_slowed_down_and_no_other() {
        let throttle = Throttle::new(Proxies::default());
        let zoe = Email::parse("zoe@example.test").unwrap();
        let client = |text: &str| Client::of(Some(ip(text)));
        let attempts = |client, count| -> Vec<bool> {
            (0..count)
                .map(|_| throttle.count_client(client, Some(zoe.key())).is_ok())
                .collect()
        };
        let first = attempts(client("192.0.2.1"), 11);
        assert_eq!(first.iter().filter(|passed| **passed).count(), 10);
        assert!(attempts(client("192.0.2.2"), 10).iter().all(|passed| *passed));
        // One household, whichever of its addresses it takes.
        let home = |n: u16| client(&format!("2001:db8:0:1:{n:x}::1"));
        let many = (0..20).filter(|n| throttle.count_client(home(*n), Some(zoe.key())).is_ok());
        assert_eq!(many.count(), 10);
        let wait = throttle
            .count_client(client("192.0.2.1"), Some(zoe.key()))
            .unwrap_err();
        assert!((1..=10).contains(&wait.as_secs()), "{wait:?}");
    }

    #[test]
    fn a_client_that_names_no_address_has_a_limit_too() {
        let throttle = Throttle::new(Proxies::default());
        let client = Client::of(Some(ip("192.0.2.1")));
        let passed = (0..200).filter(|_| throttle.count_client(client, None).is_ok());
        assert!((60..65).contains(&passed.count()));
    }
}
