//! The record of a message.

use schemars::JsonSchema;
use serde::Serialize;

use sipwhy_parser::printable;
use sipwhy_pipeline::Observed;

use crate::clock::rfc3339_nanos;
use crate::inputs::Inputs;
use crate::part;

/// A SIP message. Everything quoted from it is printable: other bytes are escaped.
#[derive(Serialize, JsonSchema)]
pub(crate) struct MessageRecord {
    /// When the frame that completed it was captured: RFC 3339, nanoseconds, UTC.
    time: String,
    /// The number of that frame in its file, from 1.
    frame: u64,
    /// The number of the frame that holds its first byte.
    first_frame: u64,
    /// The file, as it was named, or the interface.
    file: String,
    /// The sending socket.
    source: String,
    /// The receiving socket.
    destination: String,
    /// What carried it: `UDP` or `TCP`.
    transport: String,
    /// Its first line.
    start_line: String,
    /// The status code of a response.
    code: Option<u16>,
    /// The reason phrase of a response.
    reason: Option<String>,
    /// The method of a request, or the one that the response answers.
    method: Option<String>,
    /// The number in CSeq.
    cseq: Option<u32>,
    /// Its Call-ID.
    call_id: Option<String>,
    /// The call's place in the order of first sightings, from 1.
    call: Option<u64>,
    /// The From URI.
    from: Option<String>,
    /// The To URI.
    to: Option<String>,
    /// Its length in bytes, as far as it was captured.
    bytes: usize,
    /// Bytes of it that are missing.
    missing: u32,
    /// What it is to its transaction: `new`, `retransmission`, `copy`, `stray` or `unmatched`.
    part: &'static str,
    /// What it means in its place.
    meaning: String,
}

pub(super) fn record(
    observed: &Observed<'_, '_>,
    call: Option<u64>,
    inputs: &Inputs,
) -> MessageRecord {
    let Observed {
        message,
        captured,
        seen,
        world,
    } = observed;
    let text = |bytes: &[u8]| printable(bytes).into_owned();
    let reason = match message.start_line() {
        sipwhy_parser::StartLine::Status { reason, .. } => Some(text(reason)),
        _ => None,
    };
    MessageRecord {
        time: rfc3339_nanos(captured.time),
        frame: captured.last_frame.number,
        first_frame: captured.first_frame.number,
        file: inputs.name(captured.last_frame).to_owned(),
        source: captured.flow.source.to_string(),
        destination: captured.flow.destination.to_string(),
        transport: captured.flow.transport.to_string(),
        start_line: text(message.start_line_bytes()),
        code: message.status(),
        reason,
        method: part::method(message),
        cseq: message.cseq().map(|cseq| cseq.number),
        call_id: message.call_id().map(text),
        call,
        from: message.from().map(|address| text(address.uri)),
        to: message.to().map(|address| text(address.uri)),
        bytes: captured.bytes.len(),
        missing: captured.missing,
        part: part::word(seen.part),
        meaning: sipwhy_annotator::meaning(world, seen, message),
    }
}
