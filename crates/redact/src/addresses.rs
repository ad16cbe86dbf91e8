//! Stand-ins for IP and hardware addresses.
//!
//! An address keeps its kind (private, loopback, link-local, documentation and so on), since
//! findings rest on it, and every part of it keeps its length as text. Addresses that begin alike
//! have stand-ins that begin alike: hosts of one network remain so.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::permutation::{Permutations, Purpose};

/// What stands for an address.
pub(crate) fn ip(all: Permutations, address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => IpAddr::V4(v4(all, address)),
        IpAddr::V6(address) => IpAddr::V6(v6(all, address)),
    }
}

/// Octets of as many digits.
const LENGTHS: [(u8, u8); 3] = [(0, 9), (10, 99), (100, 255)];

/// The same of last octets: that of a network and that of all its hosts are no host's.
const LAST: [(u8, u8); 3] = [(1, 9), (10, 99), (100, 254)];

/// What stands for an IPv4 address: octet by octet, depending on those before.
pub(crate) fn v4(all: Permutations, address: Ipv4Addr) -> Ipv4Addr {
    if address.is_unspecified() || address.is_broadcast() {
        return address;
    }
    let octets = address.octets();
    let [first, second, third, fourth] = octets;
    let new_first = within(all, &[], first, first_ranges(first));
    let new_second = within(all, &octets[..1], second, second_ranges(first, second));
    let third_ranges: &[(u8, u8)] = match (first, second) {
        // One of these is documentation's.
        (192 | 203, 0) | (198, 51) => &[],
        _ => &LENGTHS,
    };
    let new_third = within(all, &octets[..2], third, third_ranges);
    let new_fourth = within(all, &octets[..3], fourth, &LAST);
    Ipv4Addr::new(new_first, new_second, new_third, new_fourth)
}

/// What the first octet may become. Those with special networks in them stay, so that no other
/// address becomes special, and none of these ordinary (RFC 6890).
const fn first_ranges(first: u8) -> &'static [(u8, u8)] {
    match first {
        0 | 10 | 100 | 127 | 169 | 172 | 192 | 198 | 203 => &[],
        1..=9 => &[(1, 9)],
        11..=99 => &[(11, 99)],
        101..=126 => &[(101, 126)],
        128..=168 => &[(128, 168)],
        170..=171 => &[(170, 171)],
        173..=191 => &[(173, 191)],
        193..=197 => &[(193, 197)],
        199..=202 => &[(199, 202)],
        204..=223 => &[(204, 223)],
        // Multicast, and what is reserved.
        224..=239 => &[(224, 239)],
        240..=255 => &[(240, 255)],
    }
}

/// What the second octet may become: within the special network that it is in, or outside of it.
const fn second_ranges(first: u8, second: u8) -> &'static [(u8, u8)] {
    match (first, second) {
        // RFC 1918.
        (172, 16..=31) => &[(16, 31)],
        (172, 10..=15) => &[(10, 15)],
        (172, 32..=99) => &[(32, 99)],
        (192, 168) | (169, 254..=255) => &[],
        (192, 100..=167) => &[(100, 167)],
        (192, 169..=255) => &[(169, 255)],
        (169, 100..=253) => &[(100, 253)],
        // RFC 6598.
        (100, 64..=99) => &[(64, 99)],
        (100, 10..=63) => &[(10, 63)],
        (100, 100..=127) => &[(100, 127)],
        (100, 128..=255) => &[(128, 255)],
        // Documentation and benchmarks (RFC 5737, RFC 2544).
        (192, 0) | (198, 18 | 19 | 51) | (203, 0) => &[],
        (192 | 203, 1..=9) => &[(1, 9)],
        (198, 10..=17) => &[(10, 17)],
        (198, 20..=50) => &[(20, 50)],
        (198, 52..=99) => &[(52, 99)],
        _ => &LENGTHS,
    }
}

fn within(all: Permutations, before: &[u8], octet: u8, ranges: &[(u8, u8)]) -> u8 {
    let range = ranges
        .iter()
        .find(|(first, last)| (*first..=*last).contains(&octet));
    range.map_or(octet, |range| {
        all.small(Purpose::Octet, before, *range, octet)
    })
}

/// What stands for an IPv6 address: group by group, depending on those before. A group keeps the
/// number of its digits, and zero stays, so that the text can be as long as before.
pub(crate) fn v6(all: Permutations, address: Ipv6Addr) -> Ipv6Addr {
    if address.is_unspecified() || address.is_loopback() {
        return address;
    }
    let octets = address.octets();
    if let Some(inner) = embedded(octets) {
        let mut new = octets;
        if let Some(place) = new.last_chunk_mut() {
            *place = v4(all, inner).octets();
        }
        return new.into();
    }
    let mut new = [0; 8];
    for (at, (place, group)) in new.iter_mut().zip(address.segments()).enumerate() {
        let before = octets.get(..2 * at).unwrap_or_default();
        let range = match (at, group) {
            (0, _) => first_group(group),
            (_, 0) => (0, 0),
            (_, 1..=0xf) => (1, 0xf),
            (_, 0x10..=0xff) => (0x10, 0xff),
            (_, 0x100..=0xfff) => (0x100, 0xfff),
            (_, 0x1000..) => (0x1000, 0xffff),
        };
        *place = all.large(before, range, group);
    }
    new.into()
}

/// What the first group may become.
const fn first_group(group: u16) -> (u16, u16) {
    match group {
        // Global unicast, but for where documentation and tunnels have their place.
        0x2003..=0x3ffe => (0x2003, 0x3ffe),
        // Unique local (RFC 4193); the others stay.
        0xfc00..=0xfdff => (0xfc00, 0xfdff),
        other => (other, other),
    }
}

/// The IPv4 address in an IPv6 address that is mapped or translated (RFC 4291, RFC 6052).
fn embedded(octets: [u8; 16]) -> Option<Ipv4Addr> {
    const MAPPED: [u8; 12] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
    const TRANSLATED: [u8; 12] = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0];
    let (prefix, inner) = octets.split_last_chunk::<4>()?;
    (prefix == MAPPED || prefix == TRANSLATED).then(|| Ipv4Addr::from(*inner))
}

/// Puts the stand-in of a hardware address in its place: individual or of a group, globally unique
/// or local as before.
pub(crate) fn hardware(all: Permutations, address: &mut [u8]) {
    const KIND: u8 = 0x03;
    if address.iter().all(|byte| matches!(byte, 0 | 0xff)) {
        return;
    }
    let old = address.to_vec();
    let mut number = all.number(Purpose::Hardware, &old, 0);
    for (at, byte) in address.iter_mut().enumerate() {
        let kept = if at == 0 { *byte & KIND } else { 0 };
        let mask = if at == 0 { !KIND } else { 0xff };
        *byte = (number as u8 & mask) | kept;
        number >>= 8;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Key;

    fn all() -> Permutations {
        Permutations::new(Key::new(b"a secret for tests"))
    }

    /// What kinds an address is of, as far as the standard library tells.
    fn kinds(address: Ipv4Addr) -> [bool; 7] {
        [
            address.is_private(),
            address.is_loopback(),
            address.is_link_local(),
            address.is_documentation(),
            address.is_multicast(),
            address.is_unspecified() || address.is_broadcast(),
            address.octets()[0] == 100 && address.octets()[1] & 0xc0 == 64,
        ]
    }

    proptest! {
        #[test]
        fn stand_ins_are_as_long_and_of_the_same_kind(bits: u32) {
            for bits in [bits, bits & 0xfff | 0xac10_0000, bits & 0xffff | 0xc0a8_0000] {
                let old = Ipv4Addr::from_bits(bits);
                let new = v4(all(), old);
                prop_assert_eq!(old.to_string().len(), new.to_string().len());
                prop_assert_eq!(kinds(old), kinds(new), "{} {}", old, new);
            }
        }

        #[test]
        fn different_addresses_differ_where_they_did(one: u32, bit in 0_u32..32) {
            let other = Ipv4Addr::from_bits(one ^ 1 << bit);
            let one = Ipv4Addr::from_bits(one);
            let (new, new_other) = (v4(all(), one), v4(all(), other));
            prop_assert_ne!(new, new_other);
            let alike = |one: Ipv4Addr, other: Ipv4Addr| {
                let (one, other) = (one.octets(), other.octets());
                one.into_iter().zip(other).take_while(|(a, b)| a == b).count()
            };
            let is_plain = |it: Ipv4Addr| !it.is_broadcast() && !it.is_unspecified();
            if is_plain(one) && is_plain(other) {
                prop_assert_eq!(alike(one, other), alike(new, new_other));
            }
        }

        #[test]
        fn groups_keep_their_lengths(bits: u128) {
            let old = Ipv6Addr::from_bits(bits);
            let new = v6(all(), old);
            let lengths = |it: Ipv6Addr| it.segments().map(|group| format!("{group:x}").len());
            prop_assert_eq!(lengths(old), lengths(new));
            prop_assert_eq!(old.is_unique_local(), new.is_unique_local());
            prop_assert_eq!(old.is_unicast_link_local(), new.is_unicast_link_local());
            prop_assert_eq!(old.is_multicast(), new.is_multicast());
        }
    }

    #[test]
    fn addresses_in_addresses_have_the_same_stand_in() {
        let inner = Ipv4Addr::new(10, 77, 0, 10);
        let IpAddr::V6(mapped) = ip(all(), inner.to_ipv6_mapped().into()) else {
            panic!("of another version")
        };
        assert_eq!(mapped.to_ipv4_mapped(), Some(v4(all(), inner)));
        assert_ne!(v4(all(), inner), inner);
        for stays in ["0.0.0.0", "255.255.255.255", "::", "::1"] {
            let stays: IpAddr = stays.parse().unwrap();
            assert_eq!(ip(all(), stays), stays);
        }
    }

    #[test]
    fn hardware_addresses_keep_their_kind() {
        let mut local = [2, 0, 0, 0x12, 0x34, 0x56];
        let before = local;
        hardware(all(), &mut local);
        assert_eq!(local[0] & 3, 2);
        assert_ne!(local[1..], before[1..]);
        let mut everybody = [0xff; 6];
        hardware(all(), &mut everybody);
        assert_eq!(everybody, [0xff; 6]);
    }
}
