//! Addresses that mean something within one network only.

use std::net::{IpAddr, Ipv4Addr};

/// What kind of address it is, where packets of the public internet cannot reach it; `None` for
/// an address that they can.
pub(crate) fn private_kind(address: IpAddr) -> Option<&'static str> {
    match address.to_canonical() {
        IpAddr::V4(address) if address.is_loopback() => Some("a loopback address"),
        IpAddr::V4(address) if address.is_link_local() => Some("a link-local address (RFC 3927)"),
        IpAddr::V4(address) if address.is_private() => Some("a private address (RFC 1918)"),
        IpAddr::V4(address) if is_shared(address) => {
            Some("an address behind a provider's NAT (RFC 6598)")
        }
        IpAddr::V6(address) if address.is_loopback() => Some("a loopback address"),
        IpAddr::V6(address) if address.is_unicast_link_local() => {
            Some("a link-local address (RFC 4291)")
        }
        IpAddr::V6(address) if address.is_unique_local() => {
            Some("a unique local address (RFC 4193)")
        }
        _ => None,
    }
}

/// Whether it is of 100.64.0.0/10 (RFC 6598).
const fn is_shared(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    first == 100 && second & 0xc0 == 0x40
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_the_internet_cannot_reach() {
        let is_private = |text: &str| private_kind(text.parse().unwrap()).is_some();
        for private in [
            "10.0.0.1",
            "172.31.255.255",
            "192.168.1.9",
            "100.64.0.1",
            "100.127.255.255",
            "169.254.7.7",
            "127.0.0.1",
            "::1",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(is_private(private), "{private}");
        }
        for public in [
            "172.32.0.1",
            "100.63.255.255",
            "100.128.0.1",
            "203.0.113.9",
            "2001:db8::1",
            "::ffff:203.0.113.9",
        ] {
            assert!(!is_private(public), "{public}");
        }
    }
}
