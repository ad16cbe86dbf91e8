//! Whether two URIs are the same: RFC 3261 §19.1.4 for SIP and SIPS, RFC 3966 §4 for tel, RFC 8141
//! §3 for URNs.

use crate::uri::escape::{Unit, units};
use crate::uri::number::digits;
use crate::{Params, PhoneNumber, Scheme, Uri};

/// Parameters or headers beyond which order counts: every one is looked up among the other URI's,
/// and hostile URIs have thousands.
const MOST: usize = 64;

/// Parameters that must be in both URIs or in neither. Of a transport §19.1.4 says so only for
/// the default one; with any other the URIs lead to different places all the more.
const DECISIVE: &[&[u8]] = &[b"user", b"ttl", b"method", b"maddr", b"transport"];

#[derive(Clone, Copy)]
enum Case {
    Counts,
    Ignored,
}

impl Uri<'_> {
    /// Whether both URIs are equivalent by the rules of their scheme (RFC 3261 §19.1.4, RFC 3966
    /// §4, RFC 8141 §3).
    ///
    /// Symmetric, but for SIP and SIPS not transitive: a parameter that only one of two URIs has
    /// is ignored, and one that both have must match. So this is no `==`.
    pub fn is_equivalent(self, other: Uri<'_>) -> bool {
        match (self.scheme, other.scheme) {
            (Scheme::Sip, Scheme::Sip) | (Scheme::Sips, Scheme::Sips) => {
                is_same_party(self, other)
                    && are_params_alike(self.params, other.params)
                    && are_headers_alike(self.headers, other.headers)
            }
            (Scheme::Im, Scheme::Im) | (Scheme::Pres, Scheme::Pres) => {
                is_same_party(self, other) && are_headers_alike(self.headers, other.headers)
            }
            (Scheme::Tel, Scheme::Tel) => match (self.phone_number(), other.phone_number()) {
                (Some(one), Some(two)) => is_same_number(one, two),
                _ => false,
            },
            (Scheme::Urn, Scheme::Urn) => is_same_urn(self, other),
            (Scheme::Other(one), Scheme::Other(two)) => {
                one.eq_ignore_ascii_case(two) && is_same(self.rest, other.rest, Case::Counts)
            }
            _ => false,
        }
    }
}

/// Characters other than reserved ones are equivalent to their escapes (§19.1.4).
fn is_same(one: &[u8], two: &[u8], case: Case) -> bool {
    let plain = |unit| {
        let unit = match unit {
            Unit::Escaped(byte) if !b";/?:@&=+$,".contains(&byte) => Unit::Plain(byte),
            unit => unit,
        };
        match (unit, case) {
            (Unit::Plain(byte), Case::Ignored) => Unit::Plain(byte.to_ascii_lowercase()),
            _ => unit,
        }
    };
    units(one).map(plain).eq(units(two).map(plain))
}

fn is_same_option(one: Option<&[u8]>, two: Option<&[u8]>, case: Case) -> bool {
    match (one, two) {
        (Some(one), Some(two)) => is_same(one, two, case),
        (one, two) => one.is_none() && two.is_none(),
    }
}

/// User, password, host and port: a component that is left out does not match one that is there,
/// its default value included.
fn is_same_party(one: Uri<'_>, two: Uri<'_>) -> bool {
    let is_same_host = match (one.ip(), two.ip()) {
        // However it is written (RFC 5954 §4.2).
        (Some(one), Some(two)) => one == two,
        _ => one.host.eq_ignore_ascii_case(two.host),
    };
    is_same_host
        && one.port == two.port
        && is_same_option(one.user, two.user, Case::Counts)
        && is_same_option(one.password, two.password, Case::Counts)
}

fn are_params_alike(one: Params<'_>, two: Params<'_>) -> bool {
    if one.iter().nth(MOST).is_some() || two.iter().nth(MOST).is_some() {
        return is_same(one.raw(), two.raw(), Case::Ignored);
    }
    let matches = |(name, value), others: Params<'_>| {
        let mut is_there = false;
        for (other, found) in others {
            if is_same(name, other, Case::Ignored) {
                is_there = true;
                if is_same_option(value, found, Case::Ignored) {
                    return true;
                }
            }
        }
        let is_decisive = || {
            DECISIVE
                .iter()
                .any(|known| is_same(name, known, Case::Ignored))
        };
        !is_there && !is_decisive()
    };
    one.iter().all(|param| matches(param, two)) && two.iter().all(|param| matches(param, one))
}

/// Headers are never ignored: each must be in both as often.
fn are_headers_alike(one: &[u8], two: &[u8]) -> bool {
    let pieces = |text| <[u8]>::split(text, |byte| *byte == b'&');
    if pieces(one).nth(MOST).is_some() || pieces(two).nth(MOST).is_some() {
        return is_same(one, two, Case::Ignored);
    }
    let count = |header, among| {
        pieces(among)
            .filter(|other| is_same(header, other, Case::Ignored))
            .count()
    };
    pieces(one).count() == pieces(two).count()
        && pieces(one).all(|header| count(header, one) == count(header, two))
}

/// Digit by digit without the separators, and with the same parameters in any order.
fn is_same_number(one: PhoneNumber<'_>, two: PhoneNumber<'_>) -> bool {
    if !one.digits().eq(two.digits()) {
        return false;
    }
    let (params, others) = (one.params, two.params);
    if params.iter().nth(MOST).is_some() || others.iter().nth(MOST).is_some() {
        return is_same(params.raw(), others.raw(), Case::Ignored);
    }
    let has_same = |(name, value): (&[u8], Option<&[u8]>), others: Params<'_>| {
        others.iter().any(|(other, found)| {
            if !is_same(name, other, Case::Ignored) {
                return false;
            }
            match (value, found) {
                (Some(value), Some(found)) if is_numeric(name, value, found) => {
                    digits(value).eq(digits(found))
                }
                _ => is_same_option(value, found, Case::Ignored),
            }
        })
    };
    params.iter().all(|param| has_same(param, others))
        && others.iter().all(|param| has_same(param, params))
}

/// Whether this parameter of a telephone number is a number itself.
fn is_numeric(name: &[u8], one: &[u8], two: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"ext")
        || (name.eq_ignore_ascii_case(b"phone-context")
            && one.starts_with(b"+")
            && two.starts_with(b"+"))
}

/// The namespace in any case, and the name as written; for services (RFC 5031 §4.2) in any case
/// too. What follows a question mark or a number sign does not count.
fn is_same_urn(one: Uri<'_>, two: Uri<'_>) -> bool {
    let (Some(one), Some(two)) = (one.urn(), two.urn()) else {
        // No URN: only what is written the same is the same.
        return one.rest == two.rest;
    };
    let case = if one.0.eq_ignore_ascii_case(b"service") {
        Case::Ignored
    } else {
        Case::Counts
    };
    one.0.eq_ignore_ascii_case(two.0) && is_same(one.1, two.1, case)
}
