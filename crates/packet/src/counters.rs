//! What was seen, and what of it was not decoded and why.

use std::collections::BTreeMap;

use sipwhy_tls::Reason;

use crate::tls::TlsSessions;
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
    /// Packets with SIP in them whose checksums are not right: the IPv4 header's, or that of UDP or
    /// TCP where all of the packet was captured. They are decoded all the same: where the network
    /// card fills checksums in, what a host captures of its own packets has none yet.
    pub wrong_checksums: Tally,
    /// TLS sessions.
    pub tls: TlsSessions,
    undecoded: BTreeMap<Undecoded, Tally>,
    /// Different EtherTypes among the reasons.
    ether_types: usize,
}

/// How many unknown EtherTypes are counted one by one. Random bytes have any of them.
const ETHER_TYPES: usize = 32;

/// What the others are counted under: a number that is reserved (RFC 1701).
pub(crate) const OTHER_ETHER_TYPES: u16 = 0xffff;

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
        let reason = self.bounded(reason);
        let tally = self.undecoded.entry(reason).or_default();
        tally.add(bytes, frame);
    }

    /// The reason, unless it would be one of too many.
    fn bounded(&mut self, reason: Undecoded) -> Undecoded {
        if matches!(reason, Undecoded::UnknownEtherType(_)) && !self.undecoded.contains_key(&reason)
        {
            if self.ether_types >= ETHER_TYPES {
                return Undecoded::UnknownEtherType(OTHER_ETHER_TYPES);
            }
            self.ether_types += 1;
        }
        reason
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

impl Tally {
    pub(crate) fn add(&mut self, bytes: usize, frame: FrameId) {
        self.count += 1;
        self.bytes += bytes as u64;
        self.first.get_or_insert(frame);
    }
}

/// What encrypts packets below SIP and TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encryption {
    /// MACsec (IEEE 802.1AE).
    MacSec,
    /// WPA and its kin, on an 802.11 link.
    Wifi,
    /// IPsec's ESP (RFC 4303), over IP or UDP.
    Ipsec,
    /// PPP's encryption, or its compression, which is announced alike.
    Ppp,
}

/// Why something was not decoded as SIP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Undecoded {
    /// Frames of a link type that the decoder does not know.
    UnknownLinkType(LinkType),
    /// Frames that carry neither IP nor ARP.
    NotIp,
    /// Frames with an EtherType that the decoder does not know, and which may be that of a tag or
    /// tunnel; 0xffff for what is beyond the first few numbers.
    UnknownEtherType(u16),
    /// PPP frames that may carry SIP in a way that the decoder does not know, by their protocol.
    UnknownPppProtocol(u16),
    /// Packets of an IP protocol that may carry SIP and that the decoder does not know (tunnels,
    /// compression), by its number.
    UnknownProtocol(u8),
    /// Packets encrypted below SIP, to which there is no key.
    EncryptedBelow(Encryption),
    /// Pieces of packets that a link layer cut up, as 802.11 and multilink PPP do. They are not
    /// put together.
    LinkFragment,
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
    /// User messages of SCTP that are encrypted (DTLS or TLS).
    Encrypted,
    /// Records of TLS that could not be decrypted.
    Tls(Reason),
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

impl Undecoded {
    /// Whether there may be SIP in such packets, of any host that sends them. What else there is
    /// on a network (other EtherTypes, damaged headers) hardly ever holds any.
    pub(crate) const fn hides_sip(self) -> bool {
        matches!(
            self,
            Self::EncryptedBelow(_) | Self::UnknownProtocol(_) | Self::LinkFragment
        )
    }
}
