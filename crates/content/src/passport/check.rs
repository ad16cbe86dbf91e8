//! What is wrong with a PASSporT whose parts could be decoded.

use std::ops::Range;

use serde_json::{Map, Value};
use sipwhy_parser::Params;

use super::fault::PassportFaultKind as Kind;
use super::{Identity, Passport};

/// The header (RFC 8225 §4).
pub(super) fn header(passport: &mut Passport, span: Range<usize>) {
    let mut add = |is_wrong, kind| {
        if is_wrong {
            passport.faults.push(super::PassportFault {
                span: span.clone(),
                kind,
            });
        }
    };
    add(passport.kind.as_deref() != Some("passport"), Kind::BadKind);
    match passport.algorithm.as_deref() {
        None => add(true, Kind::NoAlgorithm),
        Some(algorithm) => add(algorithm != "ES256", Kind::BadAlgorithm),
    }
    add(passport.certificate.is_none(), Kind::NoCertificate);
}

/// The payload (RFC 8225 §5), with what the extension asks for.
pub(super) fn payload(passport: &mut Passport, claims: &Map<String, Value>, span: Range<usize>) {
    let is_shaken = passport.extension.as_deref() == Some("shaken");
    let is_div = passport.extension.as_deref() == Some("div");
    let has = |name: &str| claims.contains_key(name);
    let wrong = [
        (passport.origin.is_empty(), Kind::NoOrigin),
        (passport.origin.len() > 1, Kind::SeveralOrigins),
        (passport.destination.is_empty(), Kind::NoDestination),
        (passport.issued_at.is_none(), Kind::NoTime),
        (
            has("attest") && passport.attestation.is_none(),
            Kind::BadAttestation,
        ),
        (is_shaken && !has("attest"), Kind::NoAttestation),
        (is_shaken && passport.origin_id.is_none(), Kind::NoOriginId),
        (
            passport.origin_id.as_deref().is_some_and(|id| !is_uuid(id)),
            Kind::OriginIdNoUuid,
        ),
        (is_div && passport.diverted.is_empty(), Kind::NoDiverted),
        (
            [&passport.origin, &passport.destination, &passport.diverted]
                .into_iter()
                .flatten()
                .any(|identity| !is_canonical(identity)),
            Kind::BadNumber,
        ),
    ];
    for (_, kind) in wrong.into_iter().filter(|(is_wrong, _)| *is_wrong) {
        passport.fault(span.clone(), kind);
    }
}

/// The parameters beside the token (RFC 8224 §4.1), which are to say what the header says.
pub(super) fn parameters(passport: &mut Passport, span: Range<usize>, params: Params<'_>) {
    let text = |name: &str| params.get(name).map(String::from_utf8_lossy);
    let info = text("info");
    let Some(info) = info.as_deref() else {
        passport.fault(span, Kind::NoInfo);
        return;
    };
    let uri = info.trim();
    let uri = uri
        .strip_prefix('<')
        .and_then(|uri| uri.split_once('>'))
        .map_or(uri, |(uri, _)| uri);
    let differs = |own: &Option<String>, told: Option<&str>| match (own.as_deref(), told) {
        (Some(own), Some(told)) => own != told,
        _ => false,
    };
    let wrong = [
        (differs(&passport.certificate, Some(uri)), Kind::InfoDiffers),
        (
            differs(&passport.algorithm, text("alg").as_deref()),
            Kind::AlgorithmDiffers,
        ),
        (
            differs(&passport.extension, text("ppt").as_deref()),
            Kind::ExtensionDiffers,
        ),
    ];
    for (_, kind) in wrong.into_iter().filter(|(is_wrong, _)| *is_wrong) {
        passport.fault(span.clone(), kind);
    }
}

/// Eight, four, four, four and twelve hexadecimal digits (RFC 8588 §5).
fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12])
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// Numbers are written without `+` and separators (RFC 8224 §8.3).
fn is_canonical(identity: &Identity) -> bool {
    match identity {
        Identity::Number(number) => {
            !number.is_empty()
                && number
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || matches!(byte, b'*' | b'#'))
        }
        Identity::Uri(_) => true,
    }
}
