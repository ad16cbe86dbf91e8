//! What the body is, and what a sender accepts: Content-Type and its kin (RFC 3261 §20.1 to §20.3,
//! §20.11 to §20.15, §20.24).

use super::Parameterized;
use super::strict::{list, list_or_nothing, number, single, token, with_any_params, with_params};
use crate::Params;
use crate::fault::piece::Piece;
use crate::fault::{FaultKind, Report};
use crate::lanes::find;
use crate::lexical::{cut, decimal, is_token, trim};

/// A media type or range, such as `multipart/mixed;boundary=x` or `application/*`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MediaType<'a> {
    /// The type: `application`, `*`.
    pub kind: &'a [u8],
    /// The subtype: `sdp`, `*`.
    pub subtype: &'a [u8],
    /// The parameters.
    pub params: Params<'a>,
}

impl<'a> MediaType<'a> {
    /// Reads one Content-Type value, or one value of an Accept list. `None` when type or subtype
    /// is no token.
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let Parameterized { value, params } = Parameterized::parse(value)?;
        let slash = find(value, b'/')?;
        let kind = trim(cut(value, 0..slash));
        let subtype = trim(cut(value, slash + 1..value.len()));
        (is_token(kind) && is_token(subtype)).then_some(Self {
            kind,
            subtype,
            params,
        })
    }

    /// Whether it is this type and subtype, in any case.
    pub fn is(self, kind: &str, subtype: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind.as_bytes())
            && self.subtype.eq_ignore_ascii_case(subtype.as_bytes())
    }

    /// What separates the parts of a multipart body (RFC 2046 §5.1.1).
    pub fn boundary(self) -> Option<&'a [u8]> {
        self.params
            .get("boundary")
            .filter(|boundary| !boundary.is_empty())
    }
}

/// A MIME-Version value (RFC 3261 §20.24): `1.0`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct MimeVersion {
    /// The number in front of the dot.
    pub major: u32,
    /// The number behind it.
    pub minor: u32,
}

impl MimeVersion {
    /// Reads the value. `None` for anything but two numbers around a dot.
    pub fn parse(value: &[u8]) -> Option<Self> {
        let value = trim(value);
        let dot = find(value, b'.')?;
        Some(Self {
            major: decimal(cut(value, 0..dot))?,
            minor: decimal(cut(value, dot + 1..value.len()))?,
        })
    }
}

fn media_type(text: Piece<'_>, report: Report<'_>) {
    let Some((kind, subtype)) = text.split_at(b'/') else {
        report(text.fault(FaultKind::BadMediaType));
        return;
    };
    if !is_token(kind.trim().bytes) || !is_token(subtype.trim().bytes) {
        report(text.fault(FaultKind::BadMediaType));
    }
}

/// Content-Type. A wildcard is a token like any other, and yet names no type.
pub(super) fn content_type(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |element, report| {
        let mut boundary = false;
        let mut is_multipart = false;
        with_params(
            element,
            report,
            &mut |text, report| {
                media_type(text, report);
                is_multipart = text
                    .bytes
                    .get(..10)
                    .is_some_and(|start| start.eq_ignore_ascii_case(b"multipart/"));
                if text.bytes.contains(&b'*') {
                    report(text.fault(FaultKind::BadMediaType));
                }
            },
            &mut |param, report| {
                boundary |= param.is("boundary");
                if param.value.is_none() {
                    report(param.whole.fault(FaultKind::EmptyParamValue));
                }
            },
        );
        if is_multipart && !boundary {
            report(element.fault(FaultKind::BoundaryMissing));
        }
    });
}

/// Accept, which may be empty.
pub(super) fn accept(value: &[u8], report: Report<'_>) {
    list_or_nothing(value, report, &mut |element, report| {
        with_any_params(element, report, &mut media_type);
    });
}

/// `1*8ALPHA *( "-" 1*8ALPHA )`, digits too since RFC 4646.
fn language_tag(text: Piece<'_>, report: Report<'_>) {
    let is_right = text.parts(b'-').all(|part| {
        (1..=8).contains(&part.bytes.len()) && part.bytes.iter().all(u8::is_ascii_alphanumeric)
    });
    if !is_right {
        report(text.fault(FaultKind::BadLanguage));
    }
}

/// Accept-Language, which may be empty.
pub(super) fn accept_language(value: &[u8], report: Report<'_>) {
    list_or_nothing(value, report, &mut |element, report| {
        with_any_params(element, report, &mut |text, report| {
            if text.bytes != b"*" {
                language_tag(text, report);
            }
        });
    });
}

/// Content-Language.
pub(super) fn content_language(value: &[u8], report: Report<'_>) {
    list(value, report, &mut language_tag);
}

/// Content-Disposition.
pub(super) fn content_disposition(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |element, report| {
        with_params(element, report, &mut token, &mut |param, report| {
            if param.is("handling") && !param.value.is_some_and(|value| is_token(value.bytes)) {
                report(param.value_or_whole().fault(FaultKind::NotAToken));
            }
        });
    });
}

/// Content-Length.
pub(super) fn content_length(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |text, report| {
        number(text, 0, u32::MAX, report);
    });
}

/// Content-ID (RFC 8262): `<left@right>`.
pub(super) fn content_id(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |text, report| {
        let inside = text
            .bytes
            .strip_prefix(b"<")
            .and_then(|rest| rest.strip_suffix(b">"));
        let is_right = inside.is_some_and(|id| {
            let at = id.iter().position(|&byte| byte == b'@');
            let is_part = |part: &[u8]| {
                !part.is_empty()
                    && part
                        .iter()
                        .all(|byte| byte.is_ascii_graphic() && !b"<>@".contains(byte))
            };
            at.and_then(|at| id.split_at_checked(at))
                .is_some_and(|(left, right)| is_part(left) && right.get(1..).is_some_and(is_part))
        });
        if !is_right {
            report(text.fault(FaultKind::BadContentId));
        }
    });
}

/// MIME-Version.
pub(super) fn mime_version(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |text, report| {
        if MimeVersion::parse(text.bytes).is_none() {
            report(text.fault(FaultKind::BadMimeVersion));
        }
    });
}
