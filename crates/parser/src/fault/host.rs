//! Hosts and ports, read strictly (`hostport`, RFC 3261 §25.1).

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::fault::piece::Piece;
use crate::fault::{FaultKind, Report};
use crate::lanes::find;
use crate::lexical::{decimal, is_space};

/// `host [ ":" port ]`. White space around the colon is the grammar's in a Via, and for the caller
/// to report elsewhere.
pub(crate) fn host_and_port(text: Piece<'_>, report: Report<'_>) {
    let text = text.trim();
    let (host, rest) = if text.bytes.first() == Some(&b'[') {
        let Some(close) = find(text.bytes, b']') else {
            report(text.fault(FaultKind::UnclosedBracket));
            return;
        };
        text.split(close + 1)
    } else if is_ipv6(text.bytes) {
        report(text.fault(FaultKind::BareIpv6));
        return;
    } else {
        text.split_while(|byte| byte != b':')
    };
    let host = host.trim_end();
    if let Some(space) = host.bytes.iter().position(|&byte| is_space(byte)) {
        let (name, more) = host.split(space);
        self::host(name, report);
        report(more.trim_start().fault(FaultKind::TextAfterHost));
    } else {
        self::host(host, report);
    }
    let rest = rest.trim_start();
    if rest.is_empty() {
        return;
    }
    match rest.strip(b':') {
        Some(port) => self::port(port.trim(), report),
        None => report(rest.fault(FaultKind::TextAfterHost)),
    }
}

/// A host without a port: a name, an IPv4 address, or an IPv6 reference.
pub(crate) fn host(text: Piece<'_>, report: Report<'_>) {
    if text.is_empty() {
        report(text.fault(FaultKind::HostMissing));
    } else if let Some(reference) = text.strip(b'[') {
        match reference.bytes.strip_suffix(b"]") {
            None => report(text.fault(FaultKind::UnclosedBracket)),
            Some(address) if is_ipv6(address) => {}
            Some(address) if memchr::memmem::find(address, b":::").is_some() => {
                report(text.fault(FaultKind::Ipv6TripleColon));
            }
            Some(_) => report(text.fault(FaultKind::BadIpv6)),
        }
    } else if is_ipv6(text.bytes) {
        report(text.fault(FaultKind::BareIpv6));
    } else if text
        .bytes
        .iter()
        .all(|byte| byte.is_ascii_digit() || *byte == b'.')
    {
        if !is_ipv4(text.bytes) {
            report(text.fault(FaultKind::BadIpv4));
        }
    } else {
        name(text, report);
    }
}

/// `hostname`: labels of letters, digits and inner hyphens, the last one beginning with a letter.
fn name(text: Piece<'_>, report: Report<'_>) {
    for run in text.runs(|byte| !byte.is_ascii_alphanumeric() && !b"-._".contains(&byte)) {
        report(run.fault(FaultKind::IllegalInHost));
    }
    for run in text.runs(|byte| byte == b'_') {
        report(run.fault(FaultKind::UnderscoreInHost));
    }
    // One dot may end the name.
    let text = match text.bytes.strip_suffix(b".") {
        Some(bytes) if !bytes.is_empty() => Piece { bytes, ..text },
        _ => text,
    };
    let mut last = None;
    for label in text.parts(b'.') {
        if label.is_empty() || label.bytes.starts_with(b"-") || label.bytes.ends_with(b"-") {
            report(label.fault(FaultKind::BadHostLabel));
        }
        last = Some(label);
    }
    if let Some(last) = last.filter(|label| label.bytes.first().is_some_and(u8::is_ascii_digit)) {
        report(last.fault(FaultKind::BadHostLabel));
    }
}

/// A port without its colon.
pub(crate) fn port(text: Piece<'_>, report: Report<'_>) {
    if text.is_empty() {
        report(text.fault(FaultKind::EmptyPort));
    } else if !text.bytes.iter().all(u8::is_ascii_digit) {
        report(text.fault(FaultKind::BadPort));
    } else if !is_port(text.bytes) {
        report(text.fault(FaultKind::PortTooLarge));
    }
}

/// Whether this is a number up to 65535.
pub(crate) fn is_port(text: &[u8]) -> bool {
    decimal(text).is_some_and(|port| u16::try_from(port).is_ok())
}

/// Whether this is an IPv4 address.
pub(crate) fn is_ipv4(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| text.parse::<Ipv4Addr>().is_ok())
}

/// Whether this is an IPv6 address without brackets.
pub(crate) fn is_ipv6(text: &[u8]) -> bool {
    // The longest has 45 bytes, so long input is cheap to turn down.
    text.len() <= 45 && std::str::from_utf8(text).is_ok_and(|text| text.parse::<Ipv6Addr>().is_ok())
}
