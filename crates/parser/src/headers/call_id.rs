//! Call-ID and the headers that point at another call: Replaces (RFC 3891), Join (RFC 3911),
//! Target-Dialog (RFC 4538), In-Reply-To (RFC 3261 §20.21).

use super::Parameterized;
use super::strict::{list, single, with_params};
use crate::Params;
use crate::fault::piece::Piece;
use crate::fault::{FaultKind, Report};
use crate::lexical::is_token_byte;

/// A dialog, as Replaces, Join and Target-Dialog name it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DialogRef<'a> {
    /// The Call-ID.
    pub call_id: &'a [u8],
    /// The parameters.
    pub params: Params<'a>,
}

impl<'a> DialogRef<'a> {
    /// Reads the value. `None` when it has no Call-ID.
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let Parameterized { value, params } = Parameterized::parse(value)?;
        Some(Self {
            call_id: value,
            params,
        })
    }

    /// The tag of the party that the header is sent to: `to-tag` of Replaces and Join, or
    /// `local-tag` of Target-Dialog, which is seen from its receiver (RFC 4538 §7).
    pub fn to_tag(self) -> Option<&'a [u8]> {
        self.first_of("to-tag", "local-tag")
    }

    /// The tag of the other party: `from-tag`, or `remote-tag` of Target-Dialog.
    pub fn from_tag(self) -> Option<&'a [u8]> {
        self.first_of("from-tag", "remote-tag")
    }

    /// Whether only an early dialog may be replaced (RFC 3891 §6.1).
    pub fn is_early_only(self) -> bool {
        self.params.contains("early-only")
    }

    fn first_of(self, name: &str, other: &str) -> Option<&'a [u8]> {
        let tag = self.params.get(name).or_else(|| self.params.get(other));
        tag.filter(|tag| !tag.is_empty())
    }
}

/// The two parts of a Call-ID around its at sign; the second is `None` without one.
pub fn call_id_parts(call_id: &[u8]) -> (&[u8], Option<&[u8]>) {
    match call_id.iter().position(|&byte| byte == b'@') {
        Some(at) => match call_id.split_at_checked(at) {
            Some((word, [_, host @ ..])) => (word, Some(host)),
            _ => (call_id, None),
        },
        None => (call_id, None),
    }
}

/// A byte of `word` (RFC 3261 §25.1).
fn is_word_byte(byte: u8) -> bool {
    is_token_byte(byte) || b"()<>:\\\"/[]?{}".contains(&byte)
}

/// `word [ "@" word ]`.
pub(super) fn call_id(text: Piece<'_>, report: Report<'_>) {
    if text.is_empty() {
        report(text.fault(FaultKind::EmptyValue));
        return;
    }
    let mut parts = 0;
    for part in text.parts(b'@') {
        parts += 1;
        if part.is_empty() || parts == 3 {
            report(text.fault(FaultKind::BadCallId));
            return;
        }
        if let Some(run) = part.runs(|byte| !is_word_byte(byte)).next() {
            report(run.fault(FaultKind::IllegalInCallId));
        }
    }
}

/// Call-ID.
pub(super) fn call_id_faults(value: &[u8], report: Report<'_>) {
    single(value, report, &mut call_id);
}

/// In-Reply-To.
pub(super) fn in_reply_to(value: &[u8], report: Report<'_>) {
    list(value, report, &mut call_id);
}

/// Replaces and Join, which want `to-tag` and `from-tag`, and Target-Dialog, which wants
/// `local-tag` and `remote-tag`.
pub(super) fn dialog(value: &[u8], tags: [&str; 2], report: Report<'_>) {
    single(value, report, &mut |element, report| {
        let mut found = [false; 2];
        with_params(element, report, &mut call_id, &mut |param, report| {
            for (name, found) in tags.iter().zip(&mut found) {
                if param.is(name) {
                    *found = true;
                }
            }
            if param.is("early-only") && param.value.is_some() {
                report(param.whole.fault(FaultKind::FlagWithValue));
            }
        });
        if found.contains(&false) {
            report(element.fault(FaultKind::DialogTagMissing));
        }
    });
}
