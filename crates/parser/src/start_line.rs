//! The first line of a message.

use memchr::memrchr;

use crate::lanes::{find, find3};
use crate::lexical::{decimal, is_space, is_token, leading_digits, split_word, trim, trim_end};
use crate::{Anomalies, Method};

/// The first line of a message (RFC 3261 §7.1, §7.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StartLine<'a> {
    /// A request line.
    Request {
        /// The method.
        method: Method<'a>,
        /// The Request-URI as written; whatever stands between method and version, so a broken
        /// one may hold spaces or angle brackets.
        uri: &'a [u8],
        /// The version as written, usually `SIP/2.0`.
        version: &'a [u8],
    },
    /// A status line.
    Status {
        /// The status code, 100 to 999.
        code: u16,
        /// The reason phrase, possibly empty.
        reason: &'a [u8],
        /// The version as written, usually `SIP/2.0`.
        version: &'a [u8],
    },
    /// Neither; the line without its line end.
    Malformed(&'a [u8]),
}

impl<'a> StartLine<'a> {
    /// Reads a start line, given without its line end. Never fails: what is neither a request
    /// line nor a status line is [`StartLine::Malformed`].
    pub fn parse(line: &'a [u8]) -> Self {
        Self::parse_flagged(line).0
    }

    pub(crate) fn parse_flagged(line: &'a [u8]) -> (Self, Anomalies) {
        if let Some(status) = Self::usual_status(line) {
            return (status, Anomalies::NONE);
        }
        let parsed = if is_version(line) {
            Self::status(line)
        } else {
            Self::request(line)
        };
        let (parsed, spacing) = parsed.unwrap_or((Self::Malformed(line), false));
        let mut anomalies = Anomalies::NONE;
        match parsed {
            Self::Malformed(_) => anomalies |= Anomalies::MALFORMED_START_LINE,
            Self::Request { version, .. } | Self::Status { version, .. } => {
                if version != b"SIP/2.0" && !version.eq_ignore_ascii_case(b"SIP/2.0") {
                    anomalies |= Anomalies::UNKNOWN_VERSION;
                }
            }
        }
        if spacing {
            anomalies |= Anomalies::START_LINE_SPACING;
        }
        (parsed, anomalies)
    }

    /// Reads a status line as nearly all are written: this version, single spaces, and a reason.
    #[inline]
    fn usual_status(line: &'a [u8]) -> Option<Self> {
        let (version, rest) = line.split_at_checked(7)?;
        let [b' ', code @ .., b' '] = rest.first_chunk::<5>()? else {
            return None;
        };
        let reason = rest.get(5..)?;
        if version != b"SIP/2.0" || *reason.first()? <= b' ' || *reason.last()? <= b' ' {
            return None;
        }
        let code = u16::try_from(decimal(code)?).ok()?;
        (code >= 100).then_some(Self::Status {
            code,
            reason,
            version,
        })
    }

    fn status(line: &'a [u8]) -> Option<(Self, bool)> {
        let (version, rest) = split_word(line);
        let (digits, after) = leading_digits(rest);
        let code = u16::try_from(decimal(digits)?).ok()?;
        if digits.len() != 3 || code < 100 {
            return None;
        }
        let reason = match after {
            [] => after,
            [b' ' | b'\t', reason @ ..] => reason,
            _ => return None,
        };
        // One space after the version, and the code right behind it.
        let spacing =
            line.get(version.len()) != Some(&b' ') || line.len() != version.len() + 1 + rest.len();
        Some((
            Self::Status {
                code,
                reason: trim(reason),
                version,
            },
            spacing,
        ))
    }

    fn request(line: &'a [u8]) -> Option<(Self, bool)> {
        let exact = request_parts(line);
        let (method, uri, version) = exact.or_else(|| spaced_request_parts(line))?;
        let name = method;
        let method = Method::from_bytes(name);
        if !(method.is_known() || is_token(name)) || uri.is_empty() || !is_version(version) {
            return None;
        }
        let request = Self::Request {
            method,
            uri,
            version,
        };
        Some((request, exact.is_none()))
    }
}

type RequestParts<'a> = (&'a [u8], &'a [u8], &'a [u8]);

/// Method, URI and version with one space between them and no other white space.
fn request_parts(line: &[u8]) -> Option<RequestParts<'_>> {
    let first = find(line, b' ')?;
    let last = if line.ends_with(b" SIP/2.0") {
        line.len() - b" SIP/2.0".len()
    } else {
        memrchr(b' ', line)?
    };
    let (uri, version) = (line.get(first + 1..last)?, line.get(last + 1..)?);
    let is_exact =
        find3(uri, b' ', b'\t', b'\r').is_none() && !version.iter().any(|&byte| is_space(byte));
    is_exact.then_some((line.get(..first)?, uri, version))
}

/// The first word, the last word, and whatever stands between them.
fn spaced_request_parts(line: &[u8]) -> Option<RequestParts<'_>> {
    let (method, rest) = split_word(line);
    let text = trim_end(rest);
    let space = text.iter().rposition(|&byte| is_space(byte))?;
    Some((method, trim_end(text.get(..space)?), text.get(space + 1..)?))
}

/// Whether the bytes begin as a version does: `SIP/` and a digit, in any case (§7.1).
pub(crate) fn is_version(bytes: &[u8]) -> bool {
    matches!(bytes.split_at_checked(4), Some((name, [digit, ..]))
        if name.eq_ignore_ascii_case(b"SIP/") && digit.is_ascii_digit())
}
