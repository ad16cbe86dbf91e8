//! Words for what a message is to its transaction, and for a message itself.

use sipwhy_annotator::Part;
use sipwhy_parser::{Message, StartLine, printable};

/// The word used in every output.
pub(crate) const fn word(part: Part) -> &'static str {
    match part {
        Part::New => "new",
        Part::Retransmission => "retransmission",
        Part::Copy => "copy",
        Part::Stray => "stray",
        Part::Unmatched => "unmatched",
    }
}

/// A message in a few words: `INVITE sip:bob@example.com`, `305 Use Proxy`, or the line that is
/// neither.
pub(crate) fn headline(message: &Message<'_, '_>) -> String {
    match message.start_line() {
        StartLine::Request { method, uri, .. } => {
            format!("{} {}", printable(method.as_bytes()), printable(uri))
        }
        StartLine::Status { code, reason, .. } => {
            let text = format!("{code} {}", printable(reason));
            text.trim_end().to_owned()
        }
        StartLine::Malformed(line) => printable(line).into_owned(),
    }
}

/// The method that a message is about: its own, or for a response the one that CSeq names.
pub(crate) fn method(message: &Message<'_, '_>) -> Option<String> {
    let method = message
        .method()
        .or_else(|| message.cseq().map(|cseq| cseq.method))?;
    Some(printable(method.as_bytes()).into_owned())
}
