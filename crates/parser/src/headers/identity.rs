//! The Identity header (RFC 8224 §4), with the forms that came before (RFC 4474).

use super::strict::{bracketed_uri, single};
use crate::fault::params::{Param, header_params};
use crate::fault::piece::Piece;
use crate::fault::{FaultKind, Report};
use crate::lanes::{find, find3};
use crate::lexical::{cut, quoted_end, trim, trim_end, unquote};
use crate::list::List;

/// One Identity value: a signed token, and how to verify it. The token itself is not decoded here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Identity<'a> {
    /// The PASSporT: `header.claims.signature`, or `..signature` where the receiver makes the
    /// rest from the request (RFC 8225 §7). Without its quotes in the form of RFC 4474.
    pub token: &'a [u8],
    params: &'a [u8],
}

impl<'a> Identity<'a> {
    /// Reads one value. `None` when nothing stands in front of its parameters.
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let (token, params) = match semicolon(value) {
            Some(at) => (cut(value, 0..at), cut(value, at + 1..value.len())),
            None => (value, &[][..]),
        };
        let token = unquote(trim(token));
        (!token.is_empty()).then_some(Self { token, params })
    }

    /// The values of one header's list, in order.
    pub fn list(value: &'a [u8]) -> impl Iterator<Item = Self> {
        List::addresses(value, false).filter_map(|item| Self::parse(item.value))
    }

    /// Whether header and claims were left out of the token.
    pub fn is_compact(self) -> bool {
        self.token.starts_with(b"..")
    }

    /// Header, claims and signature, each in base64url; the first two are empty in the compact
    /// form. `None` for anything but three parts.
    pub fn parts(self) -> Option<[&'a [u8]; 3]> {
        let mut parts = self.token.split(|&byte| byte == b'.');
        let found = [parts.next()?, parts.next()?, parts.next()?];
        parts.next().is_none().then_some(found)
    }

    /// Where the signer's certificate is, without angle brackets or quotes.
    pub fn info(self) -> Option<&'a [u8]> {
        let info = unquote(self.param("info")?);
        Some(match info {
            [b'<', inside @ .., b'>'] => trim(inside),
            _ => info,
        })
    }

    /// How it is signed, such as `ES256`.
    pub fn alg(self) -> Option<&'a [u8]> {
        self.param("alg").map(unquote)
    }

    /// What kind of PASSporT it is, such as `shaken`; without quotes, which many senders add.
    pub fn ppt(self) -> Option<&'a [u8]> {
        self.param("ppt").map(unquote)
    }

    /// A parameter's value with whatever quotes or brackets it has.
    fn param(self, name: &str) -> Option<&'a [u8]> {
        let mut rest = Some(self.params);
        while let Some(here) = rest {
            let end = semicolon(here);
            rest = end.and_then(|end| here.get(end + 1..));
            let param = cut(here, 0..end.unwrap_or(here.len()));
            if let Some(equals) = find(param, b'=')
                && trim(cut(param, 0..equals)).eq_ignore_ascii_case(name.as_bytes())
            {
                return Some(trim(cut(param, equals + 1..param.len())));
            }
        }
        None
    }
}

/// The first semicolon outside quotes and angle brackets; what never closes takes the rest.
fn semicolon(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let found = at + find3(bytes.get(at..)?, b';', b'"', b'<')?;
        at = match bytes.get(found) {
            Some(b';') => return Some(found),
            Some(b'"') => quoted_end(bytes, found)?,
            _ => found + find(bytes.get(found..)?, b'>')? + 1,
        };
    }
}

/// Identity. One header has one value (RFC 8224 §4); the list is only for what senders write.
pub(super) fn faults(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |whole, report| {
        for element in whole.elements(true) {
            if element.is_empty() {
                report(element.fault(FaultKind::EmptyElement));
            } else {
                identity(element, report);
            }
        }
    });
}

fn identity(element: Piece<'_>, report: Report<'_>) {
    let end = semicolon(element.bytes).unwrap_or(element.bytes.len());
    let (token, rest) = element.split(end);
    let token = token.trim_end();
    let is_old = is_old_digest(token.bytes);
    if is_old {
        report(token.fault(FaultKind::OldIdentity));
    } else if !is_passport(token.bytes) {
        report(token.fault(FaultKind::BadPassport));
    }
    // Where the certificate of the old form is, Identity-Info says.
    let mut has_info = is_old;
    let mut rest = rest.strip(b';');
    while let Some(here) = rest {
        let end = semicolon(here.bytes).unwrap_or(here.bytes.len());
        let (text, after) = here.split(end);
        rest = after.strip(b';');
        let param = Param::read(text);
        if !param.is("info") {
            // Only info has brackets; the others are as everywhere.
            header_params(text, report, &mut |param, report| {
                let value = param.value_or_whole();
                if (param.is("alg") || param.is("ppt")) && value.bytes.starts_with(b"\"") {
                    report(value.fault(FaultKind::QuotesUnwanted));
                }
            });
            continue;
        }
        has_info = true;
        bracketed_uri(param.value_or_whole().trim(), report);
    }
    if !has_info {
        report(token.fault(FaultKind::IdentityInfoMissing));
    }
}

/// The signature alone, in base64: of RFC 4474 in quotes, of its drafts without.
fn is_old_digest(token: &[u8]) -> bool {
    let digest = unquote(token);
    digest.len() > 1
        && digest
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+/= \t\r\n".contains(byte))
}

/// Three parts of base64url, of which only the first two may be empty, and only together.
fn is_passport(token: &[u8]) -> bool {
    let is_base64url = |part: &[u8]| {
        part.iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte))
    };
    let mut parts = trim_end(token).split(|&byte| byte == b'.');
    let (Some(header), Some(claims), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    [header, claims, signature]
        .iter()
        .all(|part| is_base64url(part))
        && header.is_empty() == claims.is_empty()
        && !signature.is_empty()
}
