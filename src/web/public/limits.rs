//! How many submissions a minute are taken: by device first, by address last, so that an office or a mobile network behind one
//! address is not locked out by one busy device. A device that we know is not held up by strangers behind its address.
//!
//! Devices and addresses are held in memory for a minute or two and go nowhere else. Several servers therefore do not tell each
//! other who came: each takes its equal share of every limit. The machine interface asks here too.

use crate::web::App;
use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};
use hmac::{Hmac, KeyInit, Mac};
use ipnet::IpNet;
use rand::Rng;
use sha2::{Digest, Sha256};
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

/// The cookie that tells one device from another, set with the first accepted submission.
pub const DEVICE_COOKIE: &str = "hailong_device";

/// Devices that we know may send this many times as often as strangers from one address: no office comes near that, and a machine
/// that collects tokens does not get past it.
const CEILING_PER_ADDRESS: u32 = 10;

/// Receipts may be looked up this many times as often as submissions are taken from one address.
const LOOKUPS_PER_SUBMISSION: u32 = 2;

/// Whoever has been quiet long enough to be free again is forgotten this often.
const FORGET_EVERY: Duration = Duration::from_secs(60);

/// A random token that stands for a device. It is signed, so that nobody can make up new devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DeviceToken([u8; 16]);

impl DeviceToken {
    /// A new one.
    pub fn fresh() -> Self {
        let mut random = [0; 16];
        rand::rng().fill_bytes(&mut random);
        Self(random)
    }

    /// Reads a cookie's value; nothing if we did not make it.
    pub fn parse(value: &str, secret: &[u8]) -> Option<Self> {
        let bytes: [u8; 32] = hex::decode(value).ok()?.try_into().ok()?;
        let token: [u8; 16] = bytes[..16].try_into().ok()?;
        mac(&token, secret)?.verify_truncated_left(&bytes[16..]).ok()?;
        Some(Self(token))
    }

    /// The token of a device that another system names in its own words.
    pub fn named(name: &str) -> Self {
        let mut token = [0; 16];
        token.copy_from_slice(&Sha256::digest(name)[..16]);
        Self(token)
    }

    /// The device of a request.
    pub fn of(request: &HttpRequest, secret: &[u8]) -> Option<Self> {
        request.cookie(DEVICE_COOKIE).and_then(|cookie| Self::parse(cookie.value(), secret))
    }

    /// The cookie: for the browser's session, out of reach of scripts.
    pub fn cookie(self, app: &App) -> Cookie<'static> {
        let mut bytes = self.0.to_vec();
        if let Some(mac) = mac(&self.0, &app.secret) {
            bytes.extend_from_slice(&mac.finalize().into_bytes()[..16]);
        }
        Cookie::build(DEVICE_COOKIE, hex::encode(bytes))
            .path("/")
            .same_site(SameSite::Lax)
            .http_only(true)
            .secure(app.is_secure())
            .finish()
    }
}

fn mac(token: &[u8; 16], secret: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(b"device");
    mac.update(token);
    Some(mac)
}

/// One limit: at most so many a minute for each key.
struct Limit<K: Hash + Eq + Clone>(Option<(DefaultKeyedRateLimiter<K>, NonZeroU32)>);

impl<K: Hash + Eq + Clone> Limit<K> {
    /// 0: no limit.
    fn per_minute(most: u32) -> Self {
        Self(NonZeroU32::new(most).map(|n| (DefaultKeyedRateLimiter::keyed(Quota::per_minute(n)), n)))
    }

    /// Takes one on one of so many servers; otherwise the seconds until there is one again. One taken here counts as one taken on
    /// each of them, so that all together keep to the limit, whatever their number becomes.
    fn take(&self, key: &K, servers: NonZeroU32) -> Result<(), u64> {
        let Some((limiter, most)) = &self.0 else { return Ok(()) };
        match limiter.check_key_n(key, servers.min(*most)) {
            // The second cannot be: no more is asked for than there is at the most.
            Ok(Ok(())) | Err(_) => Ok(()),
            Ok(Err(until)) => Err(until.wait_time_from(DefaultClock::default().now()).as_secs() + 1),
        }
    }

    fn forget_quiet(&self) {
        if let Some((limiter, _)) = &self.0 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

/// The limits that the service keeps, made when they are first needed.
#[derive(Default)]
pub struct Limits(OnceLock<Arc<Kept>>);

struct Kept {
    devices: Limit<DeviceToken>,
    addresses: Limit<IpAddr>,
    ceilings: Limit<IpAddr>,
    lookups: Limit<IpAddr>,
}

fn kept(app: &App) -> &Kept {
    app.public.limits.0.get_or_init(|| {
        let kept = Arc::new(Kept {
            devices: Limit::per_minute(app.limit_per_device),
            addresses: Limit::per_minute(app.limit_per_address),
            ceilings: Limit::per_minute(app.limit_per_address.saturating_mul(CEILING_PER_ADDRESS)),
            lookups: Limit::per_minute(app.limit_per_address.saturating_mul(LOOKUPS_PER_SUBMISSION)),
        });
        actix_web::rt::spawn(forget(Arc::downgrade(&kept)));
        kept
    })
}

/// Forgets the quiet ones again and again, for as long as there is anything to forget them from.
async fn forget(kept: Weak<Kept>) {
    loop {
        tokio::time::sleep(FORGET_EVERY).await;
        let Some(kept) = kept.upgrade() else { return };
        kept.devices.forget_quiet();
        kept.addresses.forget_quiet();
        kept.ceilings.forget_quiet();
        kept.lookups.forget_quiet();
    }
}

/// Takes one submission from a person's browser; otherwise the seconds to wait. A device with a token of ours is counted by that;
/// a first visit is counted by its address.
pub fn check_request(app: &App, request: &HttpRequest) -> Result<(), u64> {
    let (kept, servers) = (kept(app), app.presence.servers());
    let address = address_of(request, &app.trusted_proxies).map(network);
    let limit = match DeviceToken::of(request, &app.secret) {
        Some(device) => {
            kept.devices.take(&device, servers)?;
            &kept.ceilings
        }
        None => &kept.addresses,
    };
    address.map_or(Ok(()), |address| limit.take(&address, servers))
}

/// The same for a request of another system. It may name the device in its header, but anybody may write that: its address
/// counts as well.
pub fn check_system(app: &App, request: &HttpRequest) -> Result<(), u64> {
    let (kept, servers) = (kept(app), app.presence.servers());
    let named = request.headers().get("x-device").and_then(|v| v.to_str().ok()).filter(|name| !name.is_empty());
    if let Some(name) = named {
        kept.devices.take(&DeviceToken::named(name), servers)?;
    }
    let address = address_of(request, &app.trusted_proxies).map(network);
    address.map_or(Ok(()), |address| kept.addresses.take(&address, servers))
}

/// Takes one look at a receipt from the address of a request; otherwise the seconds to wait.
pub fn check_lookup(app: &App, request: &HttpRequest) -> Result<(), u64> {
    let address = address_of(request, &app.trusted_proxies).map(network);
    address.map_or(Ok(()), |address| kept(app).lookups.take(&address, app.presence.servers()))
}

/// The address a request comes from: the other end of the connection. When that is this machine itself or a proxy that we were
/// told to trust, the last address in `X-Forwarded-For` that is neither counts; from anywhere else that header is ignored.
fn address_of(request: &HttpRequest, proxies: &[IpNet]) -> Option<IpAddr> {
    let is_proxy = |address: &IpAddr| address.is_loopback() || proxies.iter().any(|net| net.contains(address));
    let peer = request.peer_addr()?.ip().to_canonical();
    let lines = request.headers().get_all("x-forwarded-for").filter_map(|line| line.to_str().ok());
    let passed: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    let mut from = peer;
    for address in passed.into_iter().rev() {
        if !is_proxy(&from) {
            break;
        }
        let Ok(before) = address.parse::<IpAddr>() else { break };
        from = before.to_canonical();
    }
    Some(from)
}

/// What one subscriber holds: an IPv4 address, or a /64 of IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    const ONE: NonZeroU32 = NonZeroU32::MIN;

    #[test]
    fn a_device_is_believed_only_when_we_made_it() {
        let token = DeviceToken([7; 16]);
        let signature = mac(&token.0, b"secret").unwrap().finalize().into_bytes();
        let value = hex::encode([token.0.as_slice(), &signature[..16]].concat());
        assert_eq!(DeviceToken::parse(&value, b"secret"), Some(token));
        assert_eq!(DeviceToken::parse(&value, b"other"), None);
        assert_eq!(DeviceToken::parse(&hex::encode([7; 32]), b"secret"), None);
        assert_eq!(DeviceToken::parse("x", b"secret"), None);
    }

    #[test]
    fn a_limit_is_kept_for_each_key_and_tells_how_long_to_wait() {
        let limit = Limit::per_minute(2);
        assert_eq!((limit.take(&1, ONE), limit.take(&1, ONE)), (Ok(()), Ok(())));
        let wait = limit.take(&1, ONE).unwrap_err();
        assert!((1..=31).contains(&wait), "{wait}");
        assert_eq!(limit.take(&2, ONE), Ok(()));
        let none = Limit::per_minute(0);
        assert!((0..1000).all(|_| none.take(&1, ONE).is_ok()));
    }

    #[test]
    fn servers_together_keep_to_a_limit() {
        let taken = |limit: u32, servers: u32| {
            let limit = Limit::per_minute(limit);
            (0..100).filter(|_| limit.take(&1, NonZeroU32::new(servers).unwrap()).is_ok()).count()
        };
        assert_eq!((taken(10, 1), taken(10, 2), taken(10, 3)), (10, 5, 3));
        assert_eq!(taken(10, 50), 1, "nobody is locked out where there are more servers than the limit");
        assert_eq!(taken(0, 3), 100);
    }

    #[test]
    fn only_a_proxy_that_is_trusted_may_name_another_address() {
        let proxies = ["10.0.0.0/8".parse().unwrap()];
        let from = |peer: &str, forwarded: &str| {
            let request = TestRequest::default().peer_addr(peer.parse().unwrap());
            let request = request.insert_header(("x-forwarded-for", forwarded)).to_http_request();
            address_of(&request, &proxies).unwrap().to_string()
        };
        assert_eq!(from("127.0.0.1:5", "6.6.6.6, 203.0.113.9"), "203.0.113.9");
        assert_eq!(from("127.0.0.1:5", "nonsense"), "127.0.0.1");
        assert_eq!(from("198.51.100.7:5", "203.0.113.9"), "198.51.100.7");
        assert_eq!(from("10.1.2.3:5", "6.6.6.6, 203.0.113.9, 10.9.9.9"), "203.0.113.9");
        assert_eq!(from("10.1.2.3:5", ""), "10.1.2.3");
        assert_eq!(network("2001:db8:1:2:3:4:5:6".parse().unwrap()).to_string(), "2001:db8:1:2::");
    }
}
