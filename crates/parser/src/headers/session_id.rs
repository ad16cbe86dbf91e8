//! The Session-ID header (RFC 7989 §5), and its older form (RFC 7329).

use super::Parameterized;
use super::strict::{single, with_params};
use crate::Params;
use crate::fault::piece::Piece;
use crate::fault::{FaultKind, Report};

/// A Session-ID value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionId<'a> {
    /// The UUID of who sent the message: 32 hexadecimal digits.
    pub local: &'a [u8],
    /// The UUID of the other end as the sender knows it; `None` in the older form, which has one
    /// identifier for both.
    pub remote: Option<&'a [u8]>,
    /// All parameters.
    pub params: Params<'a>,
}

impl<'a> SessionId<'a> {
    /// Reads the value. `None` when it does not begin with 32 hexadecimal digits.
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let Parameterized { value, params } = Parameterized::parse(value)?;
        is_uuid(value).then(|| Self {
            local: value,
            remote: params.get("remote").filter(|remote| is_uuid(remote)),
            params,
        })
    }

    /// Whether the sender does not know the other end yet: the nil UUID (RFC 7989 §5).
    pub fn is_remote_unknown(self) -> bool {
        self.remote
            .is_some_and(|remote| remote.iter().all(|&digit| digit == b'0'))
    }
}

/// 32 hexadecimal digits, in any case as receivers take them.
fn is_uuid(text: &[u8]) -> bool {
    text.len() == 32 && text.iter().all(u8::is_ascii_hexdigit)
}

/// 32 lower-case digits (RFC 7989 §5).
fn uuid(text: Piece<'_>, report: Report<'_>) {
    if !is_uuid(text.bytes) {
        report(text.fault(FaultKind::BadSessionId));
    } else if text.bytes.iter().any(u8::is_ascii_uppercase) {
        report(text.fault(FaultKind::UpperCaseSessionId));
    }
}

/// Session-ID.
pub(super) fn faults(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |element, report| {
        with_params(element, report, &mut uuid, &mut |param, report| {
            if param.is("remote") {
                uuid(param.value_or_whole(), report);
            }
        });
    });
}
