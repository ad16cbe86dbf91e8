//! Addresses in `o=` and `c=` lines (RFC 8866 §5.7, §9).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::fault::FaultKind;
use crate::piece::Piece;

/// The address that `text` is, in brackets or not.
pub(super) fn ip(text: Piece<'_>) -> Option<IpAddr> {
    std::str::from_utf8(without_brackets(text).text())
        .ok()?
        .parse()
        .ok()
}

/// SIPp and others write IPv6 addresses here as they do in URIs.
fn without_brackets(text: Piece<'_>) -> Piece<'_> {
    match text.text() {
        [b'[', inner @ .., b']'] => text.split_at(1).1.split_at(inner.len()).0,
        _ => text,
    }
}

/// What is wrong with network type, address type and address, and at which of them.
pub(super) fn check<'a>(
    network: Piece<'a>,
    address_type: Piece<'a>,
    address: Piece<'a>,
) -> Option<(Piece<'a>, FaultKind)> {
    if !network.is("IN") {
        // Other networks (ATM, telephone numbers) have addresses of their own.
        let is_known = ["TN", "ATM", "PSTN"].iter().any(|known| network.is(known));
        return (!is_known).then_some((network, FaultKind::UnknownNetwork));
    }
    let is_ip4 = address_type.is("IP4");
    if !is_ip4 && !address_type.is("IP6") {
        return Some((address_type, FaultKind::UnknownAddressType));
    }
    match ip(address) {
        Some(found) if found.is_ipv4() != is_ip4 => {
            Some((address, FaultKind::AddressFamilyMismatch))
        }
        Some(_) if without_brackets(address) != address => {
            Some((address, FaultKind::BracketedAddress))
        }
        Some(_) => None,
        None if is_host_name(&address) => None,
        None => Some((address, FaultKind::BadAddress)),
    }
}

/// Letters, digits, hyphens and dots, and not only digits at the end as in a broken address.
fn is_host_name(text: &[u8]) -> bool {
    let last_label = text.rsplit(|&byte| byte == b'.').next();
    text.iter()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
        && last_label.is_some_and(|label| label.iter().any(u8::is_ascii_alphabetic))
}

/// The addresses by which a stream was put on hold before there was `a=sendonly` (RFC 2543).
pub(super) fn is_unspecified(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address == Ipv4Addr::UNSPECIFIED,
        IpAddr::V6(address) => address == Ipv6Addr::UNSPECIFIED,
    }
}
