//! Addresses and networks, as people write them.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// One address, or all whose first bits are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Whether `host` is in it.
    #[must_use]
    pub fn contains(&self, host: IpAddr) -> bool {
        // An IPv4 address may stand in an IPv6 socket (RFC 4291 §2.5.5.2).
        match (self.address.to_canonical(), host.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(host)) => {
                same_start(own.to_bits().into(), host.to_bits().into(), 32, self.bits)
            }
            (IpAddr::V6(own), IpAddr::V6(host)) => {
                same_start(own.to_bits(), host.to_bits(), 128, self.bits)
            }
            _ => false,
        }
    }

    const fn width(address: IpAddr) -> u8 {
        match address {
            IpAddr::V4(_) => 32,
            IpAddr::V6(_) => 128,
        }
    }
}

/// Whether two numbers of `width` bits begin with the same `bits`.
fn same_start(one: u128, other: u128, width: u8, bits: u8) -> bool {
    let rest = u32::from(width.saturating_sub(bits));
    let start = |number: u128| number.checked_shr(rest).unwrap_or(0);
    start(one) == start(other)
}

impl FromStr for Network {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "expected an IP address or a network such as 10.0.0.0/8";
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        // `::ffff:10.0.0.1` is that IPv4 address; a length of prefix would count other bits.
        let written: IpAddr = address.parse().map_err(|_| EXPECTED)?;
        let address = if bits.is_none() {
            written.to_canonical()
        } else {
            written
        };
        let width = Self::width(address);
        let bits = match bits {
            None => width,
            Some(bits) => bits.parse().map_err(|_| EXPECTED)?,
        };
        if bits > width {
            return Err("the prefix is longer than the address");
        }
        Ok(Self { address, bits })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.bits == Self::width(self.address) {
            write!(f, "{}", self.address)
        } else {
            write!(f, "{}/{}", self.address, self.bits)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(network: &str, host: &str) -> bool {
        let network: Network = network.parse().unwrap();
        network.contains(host.parse().unwrap())
    }

    #[test]
    fn a_network_holds_the_hosts_that_begin_like_it() {
        assert!(holds("10.0.0.5", "10.0.0.5"));
        assert!(!holds("10.0.0.5", "10.0.0.4"));
        assert!(holds("10.1.0.0/16", "10.1.255.9"));
        assert!(!holds("10.1.0.0/16", "10.2.0.1"));
        assert!(holds("0.0.0.0/0", "255.255.255.255"));
        assert!(!holds("0.0.0.0/0", "::1"));
        assert!(holds("::/0", "2001:db8::1"));
        assert!(holds("2001:db8::/33", "2001:db8:7fff::1"));
        assert!(!holds("2001:db8::/33", "2001:db8:8000::1"));
        assert!(holds("10.0.0.0/8", "::ffff:10.0.0.1"));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in [
            "",
            "10.0.0",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/",
            "a/8",
            "10.0.0.0/-1",
        ] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
        let network: Network = "10.0.0.0/8".parse().unwrap();
        assert_eq!(network.to_string(), "10.0.0.0/8");
    }
}
