//! What the decoder tells of the frames it was given.

use std::net::IpAddr;

use sipwhy_parser::Message;

use sipwhy_tls::Alert as TlsAlert;

use crate::seen::Seen;
use crate::{Flow, FrameId, Timestamp};

/// One thing learnt from the frames so far.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A SIP message, scanned, and how it was found.
    Message(Message<'a, 'a>, Captured<'a>),
    /// A DNS message (UDP port 53), undecoded.
    Dns(Datagram<'a>),
    /// An ICMP error about a datagram or segment of a SIP flow.
    Unreachable(Unreachable),
    /// A step in the life of a TCP connection or SCTP association to a SIP port.
    Tcp(TcpStep),
    /// An ARP request or reply, or an IPv6 neighbour solicitation or advertisement.
    Neighbour(Neighbour),
    /// Something on a SIP flow that was lost to the capture.
    Gap(Gap),
}

impl Event<'_> {
    /// Something is missing, as `seen` shows.
    pub(crate) const fn gap(flow: Option<Flow>, kind: GapKind, seen: Seen) -> Self {
        Self::Gap(Gap {
            flow,
            kind,
            time: seen.time,
            frame: seen.frame,
        })
    }
}

/// A SIP message as it was found on the wire.
#[derive(Clone, Copy, Debug)]
pub struct Captured<'a> {
    /// From the first byte of the start line to the last byte of the body that was captured.
    pub bytes: &'a [u8],
    /// Who sent it to whom.
    pub flow: Flow,
    /// When the frame that completed it was captured.
    pub time: Timestamp,
    /// The frame that holds its first byte.
    pub first_frame: FrameId,
    /// The frame that completed it.
    pub last_frame: FrameId,
    /// What marks the datagram, to tell a copy from a retransmission; `None` on a stream, where
    /// copies have been dropped already.
    pub mark: Option<DatagramMark>,
    /// Bytes of the message that the snap length or a hole in the stream cut off; 0 when whole.
    /// On a stream, 1 when some are missing and the Content-Length that tells how many is too.
    pub missing: u32,
}

/// What two sightings of one datagram have in common and two transmissions of one message seldom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatagramMark {
    /// IPv4 identification; 0 for IPv6 without a fragment header.
    pub ip_id: u32,
    /// The UDP checksum as captured.
    pub checksum: u16,
    /// Length of the UDP payload in bytes.
    pub len: u16,
}

/// A datagram that is not SIP but tells of the network.
#[derive(Clone, Copy, Debug)]
pub struct Datagram<'a> {
    /// The UDP payload.
    pub payload: &'a [u8],
    /// Who sent it to whom.
    pub flow: Flow,
    /// When it was captured.
    pub time: Timestamp,
    /// In which frame.
    pub frame: FrameId,
}

/// An ICMP error (destination unreachable, time exceeded, packet too big).
#[derive(Clone, Copy, Debug)]
pub struct Unreachable {
    /// Who sent the error.
    pub reporter: IpAddr,
    /// The flow of the packet that could not be delivered, as quoted in the error.
    pub flow: Flow,
    /// Why, by ICMP type and code.
    pub reason: UnreachableReason,
    /// When it was captured.
    pub time: Timestamp,
    /// In which frame.
    pub frame: FrameId,
}

/// Why a packet could not be delivered (RFC 792, RFC 4443 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnreachableReason {
    /// No route to the network.
    Network,
    /// The host does not answer.
    Host,
    /// Nothing listens on the port, or the protocol is unknown.
    Port,
    /// A filter forbids it.
    Prohibited,
    /// Fragmentation needed, or packet too big.
    TooBig,
    /// The hop limit ran out.
    TimeExceeded,
    /// Any other code.
    Other,
}

/// A step in the life of a TCP connection, or of an SCTP association: INIT, INIT ACK, ABORT and
/// SHUTDOWN do what SYN, SYN with ACK, RST and FIN do.
#[derive(Clone, Copy, Debug)]
pub struct TcpStep {
    /// The direction in which the segment went.
    pub flow: Flow,
    /// What the segment did.
    pub kind: TcpStepKind,
    /// When it was captured.
    pub time: Timestamp,
    /// In which frame.
    pub frame: FrameId,
}

/// What a TCP segment did to its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TcpStepKind {
    /// SYN: the source asks for a connection. Repeats are told too.
    Connect,
    /// SYN and ACK: the source accepts the connection.
    Accept,
    /// RST in answer to a SYN: the source refuses the connection.
    Refuse,
    /// RST on an open connection, or one whose start was not seen.
    Reset,
    /// FIN: the source has no more to send.
    Close,
    /// A TLS alert other than `close_notify`: the source says what is wrong.
    Alert(TlsAlert),
}

/// A host looked for a neighbour, or a neighbour answered (RFC 826, RFC 4861).
#[derive(Clone, Copy, Debug)]
pub struct Neighbour {
    /// Who asks; on a reply, the address that is answered for.
    pub sender: IpAddr,
    /// The address asked for; on a reply, who is answered.
    pub target: IpAddr,
    /// Whether this is the answer.
    pub is_reply: bool,
    /// When it was captured.
    pub time: Timestamp,
    /// In which frame.
    pub frame: FrameId,
}

/// Something that was on the wire and is not in the capture, or cannot be read there.
#[derive(Clone, Copy, Debug)]
pub struct Gap {
    /// Where; `None` when the loss cannot be told to belong to a flow.
    pub flow: Option<Flow>,
    /// What was lost.
    pub kind: GapKind,
    /// When the frame was captured that shows the loss.
    pub time: Timestamp,
    /// The frame that shows it: the one behind a hole, the last fragment that did come.
    pub frame: FrameId,
}

/// How packets came to be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GapKind {
    /// The kernel or the interface dropped frames; how many.
    Dropped(u64),
    /// Nothing was captured for a while: the interface had gone.
    Away,
    /// Bytes of a TCP stream or SCTP association that were never captured; how many at least.
    StreamHole(u32),
    /// A datagram or user message whose fragments did not all arrive in time.
    FragmentsMissing,
    /// A bound of the decoder was reached and data given up.
    BoundReached,
    /// Something that may hold SIP was captured and cannot be read: it is encrypted, or of a kind
    /// that is not decoded. The ports of the flow are 0 where they are not known.
    Undecoded,
}
