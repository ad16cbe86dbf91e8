//! What a message is called at its arrow.

use sipwhy_content::Content;
use sipwhy_parser::{HeaderName, Message, StartLine, printable};

use crate::model::Kind;
use crate::wrap::shorten;

/// Columns of the longest label; what is longer is cut. The reason phrase is anybody's text.
const LONGEST: usize = 60;
/// Columns of the longest name of a body.
const LONGEST_BODY: usize = 40;
/// Bytes of a name that are looked at; more would not be shown in any case.
const LOOKED_AT: usize = 256;

/// What kind of message it is, and what it is called.
pub(crate) fn of(message: &Message<'_, '_>) -> (Kind, String) {
    match message.start_line() {
        StartLine::Request { method, .. } => (Kind::Request, short(method.as_bytes())),
        StartLine::Status { code, reason, .. } => {
            let kind = match code {
                100..=199 => Kind::Provisional,
                200..=299 => Kind::Success,
                300..=399 => Kind::Redirection,
                _ => Kind::Failure,
            };
            let label = format!("{code} {}", short(reason));
            (kind, shorten(label.trim_end(), LONGEST))
        }
        StartLine::Malformed(line) => (Kind::Malformed, short(line)),
    }
}

/// What it carries.
pub(crate) fn body(message: &Message<'_, '_>) -> Option<String> {
    if message.body().is_empty() {
        return None;
    }
    let content = Content::of(message.value(HeaderName::ContentType), message.body());
    Some(shorten(&content.name(), LONGEST_BODY))
}

/// The number and method of its CSeq.
pub(crate) fn cseq(message: &Message<'_, '_>) -> Option<(u32, String)> {
    let cseq = message.cseq()?;
    Some((cseq.number, short(cseq.method.as_bytes())))
}

/// A text from the wire, printable and short enough for an arrow.
pub(crate) fn short(bytes: &[u8]) -> String {
    let looked_at = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    shorten(&printable(looked_at), LONGEST)
}
