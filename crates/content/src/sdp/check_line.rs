//! What is wrong with the value of one line, whatever surrounds it.

use super::SdpLine;
use super::address;
use super::attribute::Attribute;
use super::check::Faults;
use super::codec::MapEntry;
use super::connection::Connection;
use super::fault::FaultKind;
use super::ice::Candidate;
use super::media_line::payload_type;
use super::origin::Origin;
use super::security::{Crypto, Fingerprint};
use super::static_payloads::static_payload;
use crate::piece::Piece;

pub(super) fn value(line: SdpLine<'_>, letter: u8, faults: &mut Faults) {
    let value = line.value();
    match letter {
        b'v' if value.trim().text() != b"0" => faults.add(value, FaultKind::BadVersion),
        b'o' => origin(value, faults),
        // A single space stands for no name (§5.3).
        b's' if value.is_empty() => faults.add(line.text(), FaultKind::EmptyName),
        b'c' => connection(value, faults),
        b't' => {
            let mut words = value.words();
            let is_right = words.by_ref().take(2).filter_map(Piece::number).count() == 2
                && words.next().is_none();
            if !is_right {
                faults.add(value, FaultKind::BadTiming);
            }
        }
        b'b' => {
            let is_right = value
                .split_once(b':')
                .is_some_and(|(name, number)| !name.is_empty() && number.trim().number().is_some());
            if !is_right {
                faults.add(value, FaultKind::BadBandwidth);
            }
        }
        _ => {}
    }
}

fn origin(value: Piece<'_>, faults: &mut Faults) {
    let origin = Origin::read(value);
    if origin.address.is_empty() {
        faults.add(value, FaultKind::OriginTooShort);
        return;
    }
    if !origin.rest.is_empty() {
        faults.add(origin.rest, FaultKind::OriginTooLong);
    }
    if origin.session_id.number().is_none() {
        faults.add(origin.session_id, FaultKind::BadSessionId);
    }
    if origin.version.number().is_none() {
        faults.add(origin.version, FaultKind::BadSessionVersion);
    }
    if let Some((place, kind)) = address::check(origin.network, origin.address_type, origin.address)
    {
        faults.add(place, kind);
    }
}

fn connection(value: Piece<'_>, faults: &mut Faults) {
    let connection = Connection::read(value);
    if connection.address.is_empty() || !connection.rest.is_empty() {
        faults.add(value, FaultKind::BadConnection);
        return;
    }
    if let Some((place, kind)) = address::check(
        connection.network,
        connection.address_type,
        connection.address,
    ) {
        faults.add(place, kind);
    }
}

/// Attributes that can be wrong by themselves.
pub(super) fn attribute(attribute: Attribute<'_>, faults: &mut Faults) {
    let (name, value) = (attribute.name, attribute.value_or_empty());
    let kind = if name.is("rtpmap") {
        mapping(value)
    } else if name.is("ptime") || name.is("maxptime") {
        (!is_time(value.trim())).then_some(FaultKind::BadPacketTime)
    } else if name.is("fingerprint") {
        Fingerprint::read(value)
            .is_none()
            .then_some(FaultKind::BadFingerprint)
    } else if name.is("crypto") {
        Crypto::read(value)
            .is_none()
            .then_some(FaultKind::BadCrypto)
    } else if name.is("candidate") {
        Candidate::read(value)
            .is_none()
            .then_some(FaultKind::BadCandidate)
    } else {
        None
    };
    if let Some(kind) = kind {
        faults.add(if value.is_empty() { name } else { value }, kind);
    }
}

fn mapping(value: Piece<'_>) -> Option<FaultKind> {
    let entry = MapEntry::read(value);
    let is_static = payload_type(entry.payload_type)
        .and_then(static_payload)
        .is_some();
    if entry.payload_type.number().is_none() || entry.name.is_empty() {
        Some(FaultKind::BadMapping)
    } else if entry.clock_rate.is_empty() && entry.channels.is_none() && is_static {
        // Messages that RFC 4475 calls valid have it (`a=rtpmap:31 LPC`).
        Some(FaultKind::MappingWithoutRate)
    } else {
        let is_right = entry.clock_rate.number().is_some_and(|rate| rate > 0)
            && entry
                .channels
                .is_none_or(|channels| channels.number().is_some());
        (!is_right).then_some(FaultKind::BadMapping)
    }
}

/// Milliseconds, with a fraction or not.
fn is_time(value: Piece<'_>) -> bool {
    match value.split_once(b'.') {
        Some((whole, fraction)) => whole.number().is_some() && fraction.number().is_some(),
        None => value.number().is_some(),
    }
}

/// Whether it says how keys are agreed.
pub(super) fn gives_keys(attribute: Attribute<'_>) -> bool {
    // (`tls-id` and `zrtp-hash` go with keys that the media themselves agree.)
    ["fingerprint", "crypto", "key-mgmt", "zrtp-hash"]
        .iter()
        .any(|name| attribute.name.is(name))
}
