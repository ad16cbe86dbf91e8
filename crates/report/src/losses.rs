//! What was not decoded, in words, and the bounds that were reached.

use sipwhy_packet::{Bound, Encryption, FrameId, TlsReason as Reason, Undecoded};
use sipwhy_pipeline::Summary;

/// Something that was not decoded, and why.
#[derive(Clone, Debug)]
pub struct Loss {
    /// The reason, as a stable word: `unknown-link-type:147`.
    pub reason: String,
    /// The reason, as people read it after a count.
    pub words: String,
    /// How many times; of what, the words say.
    pub count: u64,
    /// How many bytes it was about, as far as they are known.
    pub bytes: u64,
    /// The first frame it was about.
    pub first: Option<FrameId>,
    /// Whether it is what any healthy capture has, such as keep-alives.
    pub is_usual: bool,
}

/// Everything that was not decoded, in a fixed order.
#[must_use]
pub fn losses(summary: &Summary) -> Vec<Loss> {
    undecoded(&summary.packet)
}

/// The same, of a decoder at work.
pub(crate) fn undecoded(packet: &sipwhy_packet::Counters) -> Vec<Loss> {
    let each = packet.all_undecoded();
    each.map(|(reason, tally)| Loss {
        reason: word(reason),
        words: words(reason),
        count: tally.count,
        bytes: tally.bytes,
        first: tally.first,
        is_usual: matches!(reason, Undecoded::KeepAlive | Undecoded::NotIp),
    })
    .collect()
}

fn word(reason: Undecoded) -> String {
    match reason {
        Undecoded::UnknownLinkType(link) => format!("unknown-link-type:{}", link.0),
        Undecoded::NotIp => "not-ip".to_owned(),
        Undecoded::UnknownEtherType(number) => format!("unknown-ether-type:{number:04x}"),
        Undecoded::UnknownPppProtocol(number) => format!("unknown-ppp-protocol:{number:04x}"),
        Undecoded::UnknownProtocol(number) => format!("unknown-protocol:{number}"),
        Undecoded::EncryptedBelow(kind) => format!("encrypted:{}", encryption_word(kind)),
        Undecoded::LinkFragment => "link-fragment".to_owned(),
        Undecoded::Truncated => "truncated".to_owned(),
        Undecoded::BadHeader => "bad-header".to_owned(),
        Undecoded::FragmentMissing => "fragment-missing".to_owned(),
        Undecoded::NotSip => "not-sip".to_owned(),
        Undecoded::KeepAlive => "keep-alive".to_owned(),
        Undecoded::MidStream => "mid-stream".to_owned(),
        Undecoded::StreamHole => "stream-hole".to_owned(),
        Undecoded::AfterHole => "after-hole".to_owned(),
        Undecoded::ChunksMissing => "chunks-missing".to_owned(),
        Undecoded::Encrypted => "encrypted".to_owned(),
        Undecoded::Tls(reason) => format!("tls:{}", tls_word(reason)),
        Undecoded::HepNotSip(kind) => format!("hep-not-sip:{kind}"),
        Undecoded::BadCompression => "bad-compression".to_owned(),
        Undecoded::Compressed => "compressed".to_owned(),
        Undecoded::BoundReached(bound) => format!("bound-reached:{}", bound_word(bound)),
    }
}

fn words(reason: Undecoded) -> String {
    match reason {
        Undecoded::UnknownLinkType(link) => format!("frames of the unknown link type {}", link.0),
        Undecoded::NotIp => "frames that carry no IP".to_owned(),
        Undecoded::UnknownEtherType(0xffff) => "frames of other unknown EtherTypes".to_owned(),
        Undecoded::UnknownEtherType(number) => {
            format!("frames of the unknown EtherType 0x{number:04x}")
        }
        Undecoded::UnknownPppProtocol(number) => {
            format!("frames of the unknown PPP protocol 0x{number:04x}")
        }
        Undecoded::UnknownProtocol(number) => {
            format!("packets of the unknown IP protocol {number}")
        }
        Undecoded::EncryptedBelow(kind) => {
            format!("packets encrypted by {}", encryption_words(kind))
        }
        Undecoded::LinkFragment => "pieces of packets that the link layer cut up".to_owned(),
        Undecoded::Truncated => "frames cut within their headers by the snap length".to_owned(),
        Undecoded::BadHeader => "packets whose headers contradict themselves".to_owned(),
        Undecoded::FragmentMissing => "datagrams of which a fragment is missing".to_owned(),
        Undecoded::NotSip => "pieces on a SIP port that are not SIP".to_owned(),
        Undecoded::KeepAlive => "keep-alives".to_owned(),
        Undecoded::MidStream => "stretches before the first message of a stream".to_owned(),
        Undecoded::StreamHole => "holes in TCP streams".to_owned(),
        Undecoded::AfterHole => "stretches of TCP streams after a hole".to_owned(),
        Undecoded::ChunksMissing => "runs of SCTP chunks that were not captured".to_owned(),
        Undecoded::Encrypted => "encrypted messages of SCTP".to_owned(),
        Undecoded::Tls(reason) => format!("TLS records not decrypted: {}", tls_words(reason)),
        Undecoded::HepNotSip(kind) => format!("HEP packets of protocol type {kind}, not SIP"),
        Undecoded::BadCompression => {
            "compressed HEP payloads that cannot be decompressed".to_owned()
        }
        Undecoded::Compressed => {
            "WebSocket messages compressed against bytes that are missing".to_owned()
        }
        Undecoded::BoundReached(bound) => {
            format!(
                "pieces given up: the bound on {} was reached",
                bound_words(bound)
            )
        }
    }
}

const fn encryption_word(kind: Encryption) -> &'static str {
    match kind {
        Encryption::MacSec => "macsec",
        Encryption::Wifi => "wifi",
        Encryption::Ipsec => "ipsec",
        Encryption::Ppp => "ppp",
    }
}

const fn encryption_words(kind: Encryption) -> &'static str {
    match kind {
        Encryption::MacSec => "MACsec",
        Encryption::Wifi => "the wireless network",
        Encryption::Ipsec => "IPsec",
        Encryption::Ppp => "PPP, or compressed",
    }
}

const fn tls_word(reason: Reason) -> &'static str {
    match reason {
        Reason::NoKey => "no-key",
        Reason::UnsupportedCipher => "unsupported-cipher",
        Reason::BadRecord => "bad-record",
        Reason::MidStream => "mid-stream",
        Reason::Hole => "hole",
        Reason::EarlyData => "early-data",
        Reason::BoundReached => "bound-reached",
    }
}

/// Why a record of TLS could not be decrypted.
pub(crate) const fn tls_words(reason: Reason) -> &'static str {
    match reason {
        Reason::NoKey => "the key log has no key for them",
        Reason::UnsupportedCipher => "their cipher is not known here",
        Reason::BadRecord => "the key in the key log does not open them",
        Reason::MidStream => "the capture begins after the handshake",
        Reason::Hole => "a part of them was not captured",
        Reason::EarlyData => "they were sent before the handshake's end",
        Reason::BoundReached => "too much had to be held for them",
    }
}

const fn bound_word(bound: Bound) -> &'static str {
    match bound {
        Bound::Encapsulations => "encapsulations",
        Bound::Ipv6Extensions => "ipv6-extensions",
        Bound::FragmentDatagrams => "fragment-datagrams",
        Bound::FragmentsPerDatagram => "fragments-per-datagram",
        Bound::FragmentBytes => "fragment-bytes",
        Bound::Connections => "connections",
        Bound::StreamBytes => "stream-bytes",
        Bound::EarlyBytes => "early-bytes",
        Bound::EarlySegments => "early-segments",
        Bound::Associations => "associations",
        Bound::AssociationBytes => "association-bytes",
        Bound::AssociationChunks => "association-chunks",
        Bound::SctpBytes => "sctp-bytes",
        Bound::InflatedBytes => "inflated-bytes",
        Bound::MessageBytes => "message-bytes",
    }
}

const fn bound_words(bound: Bound) -> &'static str {
    match bound {
        Bound::Encapsulations => "layers one inside the other",
        Bound::Ipv6Extensions => "IPv6 extension headers",
        Bound::FragmentDatagrams => "datagrams waiting for fragments",
        Bound::FragmentsPerDatagram => "fragments of a datagram",
        Bound::FragmentBytes => "bytes held in fragments",
        Bound::Connections => "TCP connections followed",
        Bound::StreamBytes => "bytes held of TCP streams",
        Bound::EarlyBytes => "bytes held beyond a missing TCP segment",
        Bound::EarlySegments => "segments held beyond a missing one",
        Bound::Associations => "SCTP associations followed",
        Bound::AssociationBytes => "bytes held of an SCTP association",
        Bound::AssociationChunks => "chunks held of an SCTP association",
        Bound::SctpBytes => "bytes held of all SCTP associations",
        Bound::InflatedBytes => "bytes of a decompressed HEP payload",
        Bound::MessageBytes => "bytes of a message",
    }
}

/// Bounds of the analysis that were reached: a stable word, words for people, and how often.
/// Only those reached at all.
pub(crate) fn bounds(summary: &Summary) -> Vec<(&'static str, &'static str, u64)> {
    let all = all_bounds(&summary.annotator);
    all.into_iter().filter(|(_, _, count)| *count > 0).collect()
}

/// All bounds of an engine, with how often each was reached.
pub(crate) fn all_bounds(
    counted: &sipwhy_annotator::Counters,
) -> Vec<(&'static str, &'static str, u64)> {
    [
        (
            "transactions",
            "transactions forgotten early, too many at once",
            counted.transactions_evicted,
        ),
        (
            "calls",
            "calls forgotten early, too many at once",
            counted.calls_evicted,
        ),
        (
            "branches",
            "forks not chained to their request, too many of one",
            counted.branches_refused,
        ),
        (
            "credentials",
            "challenges or credentials not kept, too many",
            counted.credentials_refused,
        ),
        (
            "findings",
            "findings not remembered as told, too many",
            counted.findings_forgotten,
        ),
        (
            "offers",
            "offers not kept for their answers, too long or too many",
            counted.offers_refused,
        ),
        (
            "redirects",
            "redirections given up, too many at once",
            counted.redirects_evicted,
        ),
        (
            "hosts",
            "hosts not kept in view, too many",
            counted.hosts_refused,
        ),
        (
            "names",
            "host names not remembered, too many",
            counted.names_refused,
        ),
        (
            "legs",
            "marks of legs forgotten, too many at once",
            counted.leg_marks_evicted,
        ),
        (
            "peers",
            "requests left out of the timings, too many hosts",
            counted.peers_refused,
        ),
    ]
    .into()
}
