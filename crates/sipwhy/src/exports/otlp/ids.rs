//! The identifiers of traces and spans.

use sha2::{Digest as _, Sha256};
use sipwhy_packet::Timestamp;

/// What identifies the trace of a Call-ID, as OTLP writes it: 16 bytes in hexadecimal. Whoever sees
/// the call gives it the same, wherever that is.
pub(super) fn trace_id(call_id: &[u8]) -> String {
    hex(&digest(&[b"sip trace", call_id]), 16)
}

/// What identifies a span of a Call-ID: 8 bytes in hexadecimal. Another probe gives it another; the
/// same one gives it the same, however often it reads a capture.
pub(super) fn span_id(instance: &str, call_id: &[u8], began: Timestamp, what: &[u8]) -> String {
    let began = began.as_nanos().to_be_bytes();
    hex(&digest(&[instance.as_bytes(), call_id, &began, what]), 8)
}

/// A hash of the parts, with their lengths, so that they cannot be taken for others.
fn digest(parts: &[&[u8]]) -> impl AsRef<[u8]> + use<> {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize()
}

fn hex(bytes: &impl AsRef<[u8]>, count: usize) -> String {
    let bytes = bytes.as_ref().iter().take(count);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probes_agree_on_traces_and_not_on_spans() {
        let at = Timestamp::from_nanos(7);
        assert_eq!(trace_id(b"one").len(), 32);
        assert_ne!(trace_id(b"one"), trace_id(b"two"));
        let span = span_id("probe", b"one", at, b"call");
        assert_eq!(
            (span.len(), &span),
            (16, &span_id("probe", b"one", at, b"call"))
        );
        assert_ne!(span, span_id("other", b"one", at, b"call"));
        assert_ne!(span, span_id("probe", b"one", at, b"calm"));
        assert_ne!(span_id("ab", b"c", at, b""), span_id("a", b"bc", at, b""));
    }
}
