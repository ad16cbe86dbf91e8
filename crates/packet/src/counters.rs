//! What was seen, and what of it was not decoded and why.

use std::collections::BTreeMap;

use crate::{Bound, FrameId, LinkType};

/// What the decoder has seen so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Frames handed in.
    pub frames: u64,
    /// Bytes of those frames on the wire.
    pub bytes: u64,
    /// Frames that the snap length cut.
    pub cut_frames: u64,
    /// Frames that are none of our business: other ports, protocols that carry no SIP.
    pub other_frames: u64,
    /// IP fragments of datagrams that may be SIP.
    pub fragments: u64,
    /// Datagrams put together from fragments.
    pub reassembled: u64,
    /// UDP datagrams from or to a SIP port, or found to be SIP by content.
    pub datagrams: u64,
    /// TCP segments from or to a SIP port, or of a connection found to be SIP by content.
    pub segments: u64,
    /// Of those, segments that brought nothing new: repeated, or seen twice.
    pub repeated_segments: u64,
    /// Of those, segments that came before one they follow.
    pub early_segments: u64,
    /// TCP connections followed.
    pub connections: u64,
    /// SCTP packets of associations followed.
    pub sctp_packets: u64,
    /// Of those, packets whose checksum is wrong; they are read all the same.
    pub bad_sctp_checksums: u64,
    /// DATA chunks that brought nothing new: repeated, or seen twice.
    pub repeated_chunks: u64,
    /// SCTP associations followed.
    pub associations: u64,
    /// SIP messages found in UDP datagrams.
    pub datagram_messages: u64,
    /// SIP messages found in TCP streams, and in what they carry.
    pub stream_messages: u64,
    /// SIP messages found in SCTP associations.
    pub association_messages: u64,
    /// SIP messages of any kind of which a part is missing.
    pub cut_messages: u64,
    /// HEP packets.
    pub hep: u64,
    /// SIP messages found in HEP packets.
    pub hep_messages: u64,
    /// DNS messages.
    pub dns: u64,
    /// ICMP errors about SIP flows.
    pub unreachable: u64,
    /// ARP packets and IPv6 neighbour solicitations and advertisements.
    pub neighbours: u64,
    undecoded: BTreeMap<Undecoded, Tally>,
}

impl Counters {
    /// How often something was not decoded, for one reason.
    #[must_use]
    pub fn undecoded(&self, reason: Undecoded) -> Tally {
        self.undecoded.get(&reason).copied().unwrap_or_default()
    }

    /// Every reason for which something was not decoded, in a fixed order.
    pub fn all_undecoded(&self) -> impl Iterator<Item = (Undecoded, Tally)> + '_ {
        self.undecoded
            .iter()
            .map(|(&reason, &tally)| (reason, tally))
    }

    /// Counts what was not decoded.
    pub(crate) fn miss(&mut self, reason: Undecoded, bytes: usize, frame: FrameId) {
        let tally = self.undecoded.entry(reason).or_default();
        tally.count += 1;
        tally.bytes += bytes as u64;
        tally.first.get_or_insert(frame);
    }
}

/// How often, and where first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many times; what is counted depends on the [`Undecoded`] reason.
    pub count: u64,
    /// How many bytes it was about, as far as they are known.
    pub bytes: u64,
    /// The first frame it was about.
    pub first: Option<FrameId>,
}

/// Why something was not decoded as SIP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Undecoded {
    /// Frames of a link type that the decoder does not know.
    UnknownLinkType(LinkType),
    /// Frames that carry neither IP nor ARP.
    NotIp,
    /// Packets of an IP protocol that may carry SIP and that the decoder does not know (tunnels,
    /// IPsec), by its number.
    UnknownProtocol(u8),
    /// Frames that the snap length cut within their headers, or within a start line.
    Truncated,
    /// Packets whose headers contradict themselves.
    BadHeader,
    /// Datagrams, any of which may be SIP, given up because a fragment did not come.
    FragmentMissing,
    /// Datagrams on a SIP port, or stretches of a stream, that are not SIP.
    NotSip,
    /// Keep-alives on a SIP port (RFC 5626 §3.5, and what else clients send to hold a NAT open).
    KeepAlive,
    /// Stretches of a stream before the first start line, in a connection joined in mid-stream.
    MidStream,
    /// Holes in a stream; the bytes are those never captured.
    StreamHole,
    /// Stretches of a stream between a hole and the next start line.
    AfterHole,
    /// Runs of SCTP chunks that were never captured.
    ChunksMissing,
    /// User messages of SCTP that are encrypted (DTLS or TLS), and pieces of TLS streams that were
    /// not decrypted.
    Encrypted,
    /// HEP packets that carry something else than SIP (reports of RTCP, logs), by the protocol type
    /// they give.
    HepNotSip(u8),
    /// Compressed payloads of HEP packets that cannot be decompressed.
    BadCompression,
    /// Messages compressed with reference to bytes that were not captured, or not as RFC 7692
    /// says.
    Compressed,
    /// Data given up because one of the limits was reached.
    BoundReached(Bound),
}
