//! Headers for people to read: Reason (RFC 3326), Warning (RFC 3261 §20.43), Server and User-Agent
//! (§20.35, §20.41), and free text. [`Reason`](crate::Reason) and [`Warning`](crate::Warning)
//! decode the first two.

use super::strict::{
    list, number, param_number, quoted, single, split_comment, split_word, token, with_params,
};
use crate::fault::host;
use crate::fault::piece::Piece;
use crate::fault::{FaultKind, Report};
use crate::lexical::{is_space, is_token};

/// Reason.
pub(super) fn reason(value: &[u8], report: Report<'_>) {
    list(value, report, &mut |element, report| {
        with_params(element, report, &mut token, &mut |param, report| {
            if param.is("cause") {
                param_number(param, 0, u32::MAX, report);
            } else if param.is("text") {
                let value = param.value_or_whole();
                if !value.bytes.starts_with(b"\"") {
                    report(value.fault(FaultKind::QuotesMissing));
                }
            }
        });
    });
}

/// Warning: `307 isi.edu "Session parameter 'foo' not understood"`.
pub(super) fn warning(value: &[u8], report: Report<'_>) {
    list(value, report, &mut |element, report| {
        let (code, rest) = split_word(element);
        let (agent, text) = split_word(rest);
        if code.bytes.len() != 3 {
            report(code.fault(FaultKind::BadWarnCode));
        } else {
            number(code, 100, 999, report);
        }
        if agent.is_empty() || agent.bytes.starts_with(b"\"") {
            report(code.fault(FaultKind::WarnAgentMissing));
            return;
        }
        // A pseudonym is a token, and most hosts are one too.
        if !is_token(agent.bytes) {
            host::host_and_port(agent, report);
        }
        quoted(if text.is_empty() { agent } else { text }, report);
    });
}

/// Server and User-Agent: products and comments with white space between them.
pub(super) fn products(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |whole, report| {
        let mut rest = whole;
        while !rest.is_empty() {
            rest = if rest.bytes.starts_with(b"(") {
                let Some((_, after)) = split_comment(rest) else {
                    report(rest.fault(FaultKind::UnclosedComment));
                    return;
                };
                after
            } else {
                let (product, after) = rest.split_while(|byte| !is_space(byte) && byte != b'(');
                let is_right = product.bytes == b"/"
                    || product
                        .parts(b'/')
                        .filter(|part| !is_token(part.bytes))
                        .count()
                        == 0
                        && product.parts(b'/').count() <= 2;
                if !is_right {
                    report(product.fault(FaultKind::BadProduct));
                }
                after
            };
            rest = rest.trim_start();
        }
    });
}

/// Subject and Organization: any text in UTF-8 (`TEXT-UTF8-TRIM`).
pub(super) fn text(value: &[u8], report: Report<'_>) {
    let whole = Piece::new(value);
    let mut at = 0;
    for chunk in value.utf8_chunks() {
        at += chunk.valid().len();
        let (_, rest) = whole.split(at);
        let (bad, _) = rest.split(chunk.invalid().len());
        if !bad.is_empty() {
            report(bad.fault(FaultKind::NotUtf8));
            // One is enough to know that the text is in another encoding.
            return;
        }
    }
}
