//! What a session description offers or answers: streams, codecs, direction.

use sipwhy_content::Content;
use sipwhy_content::sdp::{Sdp, Stream};
use sipwhy_parser::{HeaderName, Message};

use crate::value::{Element, Value, lower, text};

/// Codecs of a stream that are named.
const MOST_CODECS: usize = 32;

/// The streams of the description that a message carries. Ports, addresses and payload types are
/// left out: they are another's in each recording.
pub(crate) fn streams(message: &Message<'_, '_>) -> Option<Value> {
    let sdp = description(message)?;
    Value::list(sdp.session().streams.iter().map(stream))
}

fn description<'a>(message: &Message<'_, 'a>) -> Option<Sdp<'a>> {
    let content = Content::of(message.value(HeaderName::ContentType), message.body());
    match content {
        Content::Sdp(sdp) => Some(sdp),
        Content::Multipart(parts) => parts.parts().find_map(|part| match part.content() {
            Content::Sdp(sdp) => Some(sdp),
            _ => None,
        }),
        _ => None,
    }
}

fn stream(stream: &Stream<'_>) -> Element {
    let mut words = lower(stream.media.media.text());
    if stream.is_rejected() {
        words.push_str(" rejected");
        return Element::with(words, None, String::new());
    }
    let protocol = text(stream.media.protocol.text());
    words.push_str(&format!(" {protocol} {}", stream.direction.name()));
    if stream.is_held_by_address() {
        words.push_str(" held by 0.0.0.0");
    }
    if stream.fingerprint.is_some() {
        words.push_str(" with DTLS");
    }
    if !stream.crypto.is_empty() {
        words.push_str(" with a=crypto");
    }
    let codecs: Vec<String> = stream
        .codecs
        .iter()
        .take(MOST_CODECS)
        .map(|codec| match (codec.name, codec.clock_rate) {
            (Some(name), Some(rate)) => format!("{}/{rate}", text(name)),
            (Some(name), None) => text(name),
            (None, _) => format!("payload {}", codec.payload_type),
        })
        .collect();
    if !codecs.is_empty() {
        words.push_str(&format!(" ({})", codecs.join(" ")));
    }
    Element::with(words, None, String::new())
}
