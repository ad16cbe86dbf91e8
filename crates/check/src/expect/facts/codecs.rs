//! The codecs that offer and answer agreed on (RFC 3264).

use std::collections::BTreeMap;

use sipwhy_annotator::Part;
use sipwhy_content::sdp::{Agreement, Codec, Outcome, Sdp, Session, agreed};
use sipwhy_content::{Content, Multipart};
use sipwhy_packet::FrameId;
use sipwhy_parser::{HeaderName, Message, Method, StartLine};
use sipwhy_pipeline::Observed;

use super::{Codecs, short};

/// The longest offer that is kept until its answer, in bytes.
const MOST_OFFER: usize = 16 << 10;
/// Parts of a body of several that are looked at.
const MOST_PARTS: usize = 16;

/// The offer that waits for its answer, and what came of those before.
#[derive(Clone, Debug, Default)]
pub(super) struct Negotiated {
    offer: Option<Offer>,
    agreed: Codecs,
}

#[derive(Clone, Debug)]
struct Offer {
    body: Box<[u8]>,
    cseq: u32,
    /// Whether a response made it, so that the ACK or PRACK carries the answer.
    is_by_response: bool,
}

impl Negotiated {
    /// Takes in a message on the caller's own hop.
    pub(super) fn add(&mut self, observed: &Observed<'_, '_>) {
        let message = observed.message;
        if matches!(observed.seen.part, Part::Retransmission | Part::Copy) {
            return;
        }
        let (Some(cseq), Some(sdp)) = (message.cseq(), description(&message)) else {
            return;
        };
        let frame = observed.captured.last_frame;
        match message.start_line() {
            StartLine::Request { method, .. } => match method {
                Method::Invite | Method::Update => self.keep(sdp, cseq.number, false),
                Method::Ack | Method::Prack => {
                    if let Some(offer) = self.offer.take_if(|it| it.is_by_response) {
                        self.agree(&offer, sdp, frame);
                    }
                }
                _ => {}
            },
            StartLine::Status {
                code: 101..=299, ..
            } => {
                // The same answer may come in several responses (RFC 3261 §13.2.1).
                let offer = self.offer.clone();
                match offer.filter(|it| !it.is_by_response && it.cseq == cseq.number) {
                    Some(offer) => self.agree(&offer, sdp, frame),
                    None => self.keep(sdp, cseq.number, true),
                }
            }
            _ => {}
        }
    }

    /// What was agreed on last.
    pub(super) fn into_agreed(self) -> Codecs {
        self.agreed
    }

    fn keep(&mut self, sdp: Sdp<'_>, cseq: u32, is_by_response: bool) {
        let body = sdp.body();
        self.offer = (body.len() <= MOST_OFFER).then(|| Offer {
            body: body.into(),
            cseq,
            is_by_response,
        });
    }

    fn agree(&mut self, offer: &Offer, answer: Sdp<'_>, frame: FrameId) {
        let (offer, answer) = (Sdp::new(&offer.body).session(), answer.session());
        self.agreed = Codecs {
            by_media: names(&agreed(&offer, &answer), &answer),
            answered: Some(frame),
        };
    }
}

/// The codec of each kind of stream that both want: the answer's first that carries media. Of
/// several streams of one kind the first counts.
fn names(agreement: &Agreement<'_>, answer: &Session<'_>) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for (place, stream) in agreement.streams.iter().enumerate() {
        if stream.outcome != Outcome::Accepted {
            continue;
        }
        let codecs = stream.codecs.iter().map(|it| it.answered);
        let codec = codecs.clone().find(Codec::carries_media);
        let name = match codec.or(codecs.clone().next()) {
            Some(codec) => codec_name(&codec),
            // Fax and messages have formats and no codecs.
            None => match answer.streams.get(place) {
                Some(stream) => short(stream.media.formats.text()),
                None => continue,
            },
        };
        let media = short(stream.media.text()).to_ascii_lowercase();
        names.entry(media).or_insert(name);
    }
    names
}

/// `PCMA/8000`, or the payload type where it has no name.
fn codec_name(codec: &Codec<'_>) -> String {
    let Some(name) = codec.name else {
        return codec.payload_type.to_string();
    };
    let name = short(name);
    match codec.clock_rate {
        Some(rate) if codec.channels > 1 => format!("{name}/{rate}/{}", codec.channels),
        Some(rate) => format!("{name}/{rate}"),
        None => name,
    }
}

/// The session description that a message carries.
fn description<'a>(message: &Message<'_, 'a>) -> Option<Sdp<'a>> {
    match Content::of(message.value(HeaderName::ContentType), message.body()) {
        Content::Sdp(sdp) => Some(sdp),
        Content::Multipart(multipart) => in_parts(&multipart),
        _ => None,
    }
}

fn in_parts<'a>(multipart: &Multipart<'a>) -> Option<Sdp<'a>> {
    let parts = multipart.parts().take(MOST_PARTS);
    parts.map(|part| part.content()).find_map(|it| match it {
        Content::Sdp(sdp) => Some(sdp),
        _ => None,
    })
}
