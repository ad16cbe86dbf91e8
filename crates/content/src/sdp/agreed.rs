//! An answer beside its offer: what both sides agreed on (RFC 3264 §6).

use super::answer_fault::{AnswerFault, AnswerFaultKind as Kind};
use super::codec::Codec;
use super::direction::Direction;
use super::session::Session;
use super::stream::Stream;
use crate::piece::Piece;

/// What came of an offer and its answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Agreement<'a> {
    /// The streams, by their place in both descriptions, as many as the offer has.
    pub streams: Vec<Agreed<'a>>,
    /// What is wrong with the answer.
    pub faults: Vec<AnswerFault>,
}

/// What came of one offered stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Agreed<'a> {
    /// What it is: `audio`, `video`, …
    pub media: Piece<'a>,
    /// What came of it.
    pub outcome: Outcome,
    /// The codecs that both have, in the answer's order.
    pub codecs: Vec<CommonCodec<'a>>,
    /// Which way media can flow, as seen by the side that made the offer. Hold by the address
    /// `0.0.0.0` counts.
    pub direction: Direction,
}

/// What came of a stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Both want it.
    Accepted,
    /// The answer has port 0.
    Rejected,
    /// The offer had port 0 already.
    NotOffered,
    /// The answer has no such line.
    Missing,
    /// The answer has something else at its place, or no codec in common.
    Mismatched,
    /// The end of a description was not captured: not to be told.
    Unknown,
}

/// A codec that stands in both.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CommonCodec<'a> {
    /// As offered.
    pub offered: Codec<'a>,
    /// As answered.
    pub answered: Codec<'a>,
}

/// Lays an answer beside its offer.
pub fn agreed<'a>(offer: &Session<'a>, answer: &Session<'a>) -> Agreement<'a> {
    let mut faults = Faults {
        stream: None,
        found: Vec::new(),
    };
    let is_cut = offer.is_cut || answer.is_cut;
    if offer.stream_count() != answer.stream_count() && !is_cut {
        let place = answer.streams.get(offer.streams.len());
        faults.add(place.map(|stream| stream.line), Kind::StreamCount);
    }
    if let (Some(offered), Some(answered)) = (offer.timing, answer.timing)
        && offered.trim().text() != answered.trim().text()
    {
        faults.add(Some(answered), Kind::Timing);
    }
    let mut streams = Vec::new();
    for (place, offered) in offer.streams.iter().enumerate() {
        faults.stream = Some(place);
        streams.push(match answer.streams.get(place) {
            Some(answered) => stream(offered, answered, is_cut, &mut faults),
            None => Agreed {
                media: offered.media.media,
                outcome: if is_cut {
                    Outcome::Unknown
                } else {
                    Outcome::Missing
                },
                codecs: Vec::new(),
                direction: Direction::Inactive,
            },
        });
    }
    Agreement {
        streams,
        faults: faults.found,
    }
}

struct Faults {
    stream: Option<usize>,
    found: Vec<AnswerFault>,
}

impl Faults {
    fn add(&mut self, place: Option<Piece<'_>>, kind: Kind) {
        self.found.push(AnswerFault {
            stream: self.stream,
            span: place.unwrap_or_default().span(),
            kind,
        });
    }
}

fn stream<'a>(
    offer: &Stream<'a>,
    answer: &Stream<'a>,
    is_cut: bool,
    faults: &mut Faults,
) -> Agreed<'a> {
    let mut agreed = Agreed {
        media: offer.media.media,
        outcome: Outcome::Accepted,
        codecs: Vec::new(),
        direction: Direction::Inactive,
    };
    if !answer.media.media.is_same(offer.media.media) {
        faults.add(Some(answer.media.media), Kind::Media);
        agreed.outcome = Outcome::Mismatched;
        return agreed;
    }
    if offer.is_rejected() {
        if !answer.is_rejected() {
            faults.add(Some(answer.media.port), Kind::RevivesStream);
        }
        agreed.outcome = Outcome::NotOffered;
        return agreed;
    }
    if answer.is_rejected() {
        agreed.outcome = Outcome::Rejected;
        return agreed;
    }
    if !answer.media.protocol.is_same(offer.media.protocol) {
        faults.add(Some(answer.media.protocol), Kind::Protocol);
        agreed.outcome = Outcome::Mismatched;
        return agreed;
    }
    if is_cut {
        // Attributes may be missing: codecs, direction and keys cannot be told.
        agreed.outcome = Outcome::Unknown;
        return agreed;
    }
    agreed.direction = direction(offer, answer, faults);
    if offer.media.is_rtp() {
        agreed.codecs = codecs(offer, answer, faults);
        if agreed.codecs.is_empty() {
            faults.add(Some(answer.media.formats), Kind::NoCommonCodec);
            agreed.outcome = Outcome::Mismatched;
        } else if offer.codecs.iter().any(Codec::carries_media)
            && !agreed
                .codecs
                .iter()
                .any(|codec| codec.offered.carries_media())
        {
            faults.add(Some(answer.media.formats), Kind::NoCommonMediaCodec);
        }
    }
    keys(offer, answer, faults);
    if answer.has_rtcp_mux && !offer.has_rtcp_mux {
        faults.add(Some(answer.line), Kind::RtcpMuxNotOffered);
    }
    if let (Some(offered), Some(answered)) = (offer.mid, answer.mid)
        && offered.text() != answered.text()
    {
        faults.add(Some(answered), Kind::Mid);
    }
    agreed
}

fn direction(offer: &Stream<'_>, answer: &Stream<'_>, faults: &mut Faults) -> Direction {
    if !offer.direction.allows_answer(answer.direction) {
        faults.add(Some(answer.line), Kind::Direction);
    }
    let (mut sends, mut receives) = (
        offer.direction.sends() && answer.direction.receives(),
        offer.direction.receives() && answer.direction.sends(),
    );
    sends &= !answer.is_held_by_address();
    receives &= !offer.is_held_by_address();
    Direction::from_flows(sends, receives)
}

/// The codecs in common, at most as many as there are payload types.
fn codecs<'a>(
    offer: &Stream<'a>,
    answer: &Stream<'a>,
    faults: &mut Faults,
) -> Vec<CommonCodec<'a>> {
    let mut common = Vec::new();
    for &answered in &answer.codecs {
        let same = |codec: &&Codec<'a>| codec.is_same(&answered);
        // One codec may be offered more than once, with other parameters each.
        let offered = offer
            .codecs
            .iter()
            .filter(same)
            .find(|codec| codec.payload_type == answered.payload_type)
            .or_else(|| offer.codecs.iter().find(same));
        match offered {
            None => faults.add(Some(answered.format), Kind::CodecNotOffered),
            Some(&offered) => {
                if offered.payload_type != answered.payload_type {
                    faults.add(Some(answered.format), Kind::PayloadTypeChanged);
                }
                common.push(CommonCodec { offered, answered });
            }
        }
    }
    common
}

fn keys(offer: &Stream<'_>, answer: &Stream<'_>, faults: &mut Faults) {
    match (offer.fingerprint, answer.fingerprint) {
        // Keys by DTLS and in the description may both be offered: one is chosen.
        (Some(_), None) if answer.crypto.is_empty() => {
            faults.add(Some(answer.line), Kind::FingerprintMissing);
        }
        (Some(_), Some(_)) => setup(offer, answer, faults),
        _ => {}
    }
    if answer.crypto.is_empty() {
        let needs_crypto = offer.media.is_secure_rtp()
            && !offer.crypto.is_empty()
            && answer.fingerprint.is_none()
            && offer.fingerprint.is_none();
        if needs_crypto {
            faults.add(Some(answer.line), Kind::CryptoMissing);
        }
        return;
    }
    // One line is the answer; it has the tag of the one it takes.
    let Some(answered) = answer.crypto.first() else {
        return;
    };
    let tag = answered.tag.number();
    match offer
        .crypto
        .iter()
        .find(|offered| offered.tag.number() == tag)
    {
        None => faults.add(Some(answered.tag), Kind::CryptoNotOffered),
        Some(offered) if !offered.suite.is_same(answered.suite) => {
            faults.add(Some(answered.suite), Kind::CryptoSuiteChanged);
        }
        Some(_) => {}
    }
}

fn setup(offer: &Stream<'_>, answer: &Stream<'_>, faults: &mut Faults) {
    let (Some(offered), Some(answered)) = (offer.setup, answer.setup) else {
        return;
    };
    let allowed: &[&str] = if offered.is("actpass") {
        &["active", "passive", "holdconn"]
    } else if offered.is("active") {
        &["passive", "holdconn"]
    } else if offered.is("passive") {
        &["active", "holdconn"]
    } else {
        &["holdconn"]
    };
    if !allowed.iter().any(|role| answered.is(role)) {
        faults.add(Some(answered), Kind::Setup);
    }
}
