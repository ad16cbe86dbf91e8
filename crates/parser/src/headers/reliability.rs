//! Numbers that tie requests together: CSeq (RFC 3261 §20.16), RAck and RSeq (RFC 3262 §7).

use super::strict::{number, single, split_word, token};
use crate::Method;
use crate::fault::piece::Piece;
use crate::fault::{FaultKind, Report};
use crate::lexical::{decimal, is_token, split_word as split_bytes};

/// A RAck value: which provisional response a PRACK acknowledges.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct RAck<'a> {
    /// The RSeq of the response.
    pub response: u32,
    /// The CSeq number of the response.
    pub number: u32,
    /// The CSeq method of the response.
    pub method: Method<'a>,
}

impl<'a> RAck<'a> {
    /// Reads `response-num CSeq-num method`. `None` when one is missing or malformed, or when
    /// more follows.
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let (response, rest) = split_bytes(value);
        let (number, rest) = split_bytes(rest);
        let (method, rest) = split_bytes(rest);
        if !is_token(method) || !rest.is_empty() {
            return None;
        }
        Some(Self {
            response: decimal(response)?,
            number: decimal(number)?,
            method: Method::from_bytes(method),
        })
    }
}

/// Sequence numbers are below 2^31 (RFC 3261 §8.1.1.5).
const GREATEST: u32 = (1 << 31) - 1;

/// CSeq.
pub(super) fn cseq(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |whole, report| {
        numbered_method(whole, report);
    });
}

/// RAck.
pub(super) fn rack(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |whole, report| {
        let (response, rest) = split_word(whole);
        number(response, 0, u32::MAX, report);
        if rest.is_empty() {
            report(response.fault(FaultKind::SequenceMissing));
        } else {
            numbered_method(rest, report);
        }
    });
}

/// RSeq: 1 to 2^32 - 1 (RFC 3262 §7.1); a first one is below 2^31, which no value shows.
pub(super) fn rseq(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |text, report| {
        number(text, 1, u32::MAX, report);
    });
}

fn numbered_method(text: Piece<'_>, report: Report<'_>) {
    let (sequence, rest) = split_word(text);
    number(sequence, 0, GREATEST, report);
    let (method, rest) = split_word(rest);
    if method.is_empty() {
        report(sequence.fault(FaultKind::MethodMissing));
    } else {
        token(method, report);
    }
    if !rest.is_empty() {
        report(rest.fault(FaultKind::TextAfterValue));
    }
}
