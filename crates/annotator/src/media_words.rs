//! Pieces of sentences about media.

use sipwhy_content::sdp::{Codec, Session, Stream};
use sipwhy_parser::printable;

/// Codecs named of one stream; the rest is counted.
const MOST_CODECS: usize = 12;
/// Streams named of one description.
const MOST_STREAMS: usize = 4;

/// `audio (PCMA/8000, telephone-event/8000) and video (H264/90000)`.
pub(crate) fn streams(session: &Session<'_>) -> String {
    let named: Vec<String> = session
        .streams
        .iter()
        .filter(|stream| !stream.is_rejected())
        .take(MOST_STREAMS)
        .map(|stream| format!("{} ({})", printable(&stream.media.media), formats(stream)))
        .collect();
    if named.is_empty() {
        "nothing".to_owned()
    } else {
        named.join(" and ")
    }
}

/// The codecs of a stream, or its formats where it has no payload types.
pub(crate) fn formats(stream: &Stream<'_>) -> String {
    if stream.codecs.is_empty() {
        return printable(&stream.media.formats).into();
    }
    let named: Vec<String> = stream.codecs.iter().take(MOST_CODECS).map(codec).collect();
    match stream.codecs.len().saturating_sub(MOST_CODECS) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

/// `PCMA/8000`, or `payload type 97` where nothing names it.
pub(crate) fn codec(codec: &Codec<'_>) -> String {
    match (codec.name, codec.clock_rate) {
        (Some(name), Some(rate)) => format!("{}/{rate}", printable(name)),
        (Some(name), None) => printable(name).into(),
        (None, _) => format!("payload type {}", codec.payload_type),
    }
}
