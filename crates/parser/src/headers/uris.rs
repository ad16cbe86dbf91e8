//! Lists of URIs in angle brackets: Alert-Info, Call-Info, Error-Info (RFC 3261 §20.4, §20.9,
//! §20.18), Geolocation (RFC 6442) and Identity-Info (RFC 4474).

use super::strict::{
    bracket_list, bracketed_uri, number, single, token, with_any_params, with_params,
};
use crate::Params;
use crate::fault::params::header_params;
use crate::fault::piece::Piece;
use crate::fault::{FaultKind, Report};
use crate::lanes::find;
use crate::lexical::{cut, trim, trim_start};
use crate::list::List;

/// A URI in angle brackets with parameters, such as `<https://example.com/a.png>;purpose=icon`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UriItem<'a> {
    /// The URI without its brackets.
    pub uri: &'a [u8],
    /// The parameters.
    pub params: Params<'a>,
}

impl<'a> UriItem<'a> {
    /// Reads one value. `None` when it does not begin with a URI in angle brackets, or when
    /// anything but parameters follows.
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let inside = trim(value).strip_prefix(b"<")?;
        let close = find(inside, b'>')?;
        let uri = trim(cut(inside, 0..close));
        let params = match trim_start(cut(inside, close + 1..inside.len())) {
            [] => Params::default(),
            [b';', params @ ..] => Params::new(params),
            _ => return None,
        };
        (!uri.is_empty()).then_some(Self { uri, params })
    }

    /// The values of one header's list, in order; malformed ones are left out.
    pub fn list(value: &'a [u8]) -> impl Iterator<Item = Self> {
        List::addresses(value, false).filter_map(|item| Self::parse(item.value))
    }

    /// What the URI of Call-Info is for: `icon`, `info`, `card`, ...
    pub fn purpose(self) -> Option<&'a [u8]> {
        self.params.get("purpose")
    }
}

fn uri_item(element: Piece<'_>, report: Report<'_>) {
    // A URI may hold semicolons, so its bracket comes first.
    let close = find(element.bytes, b'>').map_or(0, |at| at + 1);
    let (front, rest) = element.split(close);
    let end = find(rest.bytes, b';').unwrap_or(rest.bytes.len());
    bracketed_uri(element.split(front.bytes.len() + end).0.trim(), report);
    if let Some(params) = rest.split(end).1.strip(b';') {
        header_params(params, report, &mut |_, _| ());
    }
}

/// A list of URIs.
pub(super) fn uris(value: &[u8], report: Report<'_>) {
    bracket_list(value, report, &mut uri_item);
}

/// Identity-Info: one URI.
pub(super) fn one_uri(value: &[u8], report: Report<'_>) {
    single(value, report, &mut uri_item);
}

/// Geolocation-Routing (RFC 6442 §4.2).
pub(super) fn geolocation_routing(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |element, report| {
        with_any_params(element, report, &mut token);
    });
}

/// Geolocation-Error (RFC 6442 §4.3): a code of three digits.
pub(super) fn geolocation_error(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |element, report| {
        with_params(
            element,
            report,
            &mut |code, report| {
                if code.bytes.len() == 3 {
                    number(code, 100, 999, report);
                } else {
                    report(code.fault(FaultKind::BadGeolocationError));
                }
            },
            &mut |param, report| {
                let value = param.value_or_whole();
                if param.is("code") && !value.bytes.starts_with(b"\"") {
                    report(value.fault(FaultKind::QuotesMissing));
                }
            },
        );
    });
}
