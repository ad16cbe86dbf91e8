//! How much the decoder may hold. Nothing that comes from the wire grows without one of these.

use std::time::Duration;

/// The bounds of a [`Decoder`](crate::Decoder). When one is reached, the oldest is given up and
/// counted under [`Bound`]; decoding goes on.
///
/// Byte bounds count the payload held. They may be overshot by one frame while it is worked on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Layers taken off a frame, one inside the other: tags, labels, and the headers of tunnels
    /// and of what is in them. Default: 32.
    pub encapsulations: usize,
    /// IPv6 extension headers before the transport layer. Default: 16.
    pub ipv6_extensions: usize,
    /// Datagrams waiting for fragments. Default: 4096.
    pub fragment_datagrams: usize,
    /// Fragments of one datagram. Default: 256, enough for 64 KiB over links of 296 bytes.
    pub fragments_per_datagram: usize,
    /// Bytes held in fragments, all datagrams together. Default: 16 MiB.
    pub fragment_bytes: usize,
    /// How long a datagram waits for its other fragments, in capture time from the first one
    /// seen. RFC 8200 §4.5 says 60 s, most hosts 30 s. Default: 30 s.
    pub fragment_age: Duration,
    /// TCP connections followed. Default: 65 536.
    pub connections: usize,
    /// How long a silent TCP connection or SCTP association is remembered, in capture time. One
    /// that speaks again later is taken up in mid-stream. Default: 10 min.
    pub connection_idle: Duration,
    /// Bytes held of all TCP streams together. Default: 64 MiB.
    pub stream_bytes: usize,
    /// Bytes held in one direction of one connection beyond a missing segment. Default: 256 KiB.
    pub early_bytes: usize,
    /// Segments held in one direction of one connection beyond a missing one. Default: 256.
    pub early_segments: usize,
    /// How long a missing segment or SCTP chunk is waited for, in capture time from the first one
    /// beyond it; and the key of a TLS session, from the end of its connection. Default: 3 s, by
    /// when TCP itself has repeated it (RFC 6298).
    pub hole_wait: Duration,
    /// Bytes of the body of a SIP message on a stream. A larger Content-Length is not believed.
    /// The head is bounded by [`sipwhy_parser::framing::MAX_HEAD`]. Default: 256 KiB.
    pub body_bytes: usize,
    /// SCTP associations followed. Default: 16 384.
    pub associations: usize,
    /// Bytes held in one direction of one association, of messages that are not complete yet.
    /// Default: 256 KiB.
    pub association_bytes: usize,
    /// Chunks held in one direction of one association. Default: 256.
    pub association_chunks: usize,
    /// Bytes held of all associations together. Default: 16 MiB.
    pub sctp_bytes: usize,
    /// Bytes of a HEP packet's payload once it is decompressed. Default: 512 KiB.
    pub inflated_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            encapsulations: 32,
            ipv6_extensions: 16,
            fragment_datagrams: 4096,
            fragments_per_datagram: 256,
            fragment_bytes: 16 << 20,
            fragment_age: Duration::from_secs(30),
            connections: 65_536,
            connection_idle: Duration::from_secs(600),
            stream_bytes: 64 << 20,
            early_bytes: 256 << 10,
            early_segments: 256,
            hole_wait: Duration::from_secs(3),
            body_bytes: 256 << 10,
            associations: 16_384,
            association_bytes: 256 << 10,
            association_chunks: 256,
            sctp_bytes: 16 << 20,
            inflated_bytes: 512 << 10,
        }
    }
}

/// Which of the [`Limits`] was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bound {
    /// [`Limits::encapsulations`].
    Encapsulations,
    /// [`Limits::ipv6_extensions`].
    Ipv6Extensions,
    /// [`Limits::fragment_datagrams`].
    FragmentDatagrams,
    /// [`Limits::fragments_per_datagram`].
    FragmentsPerDatagram,
    /// [`Limits::fragment_bytes`].
    FragmentBytes,
    /// [`Limits::connections`].
    Connections,
    /// [`Limits::stream_bytes`].
    StreamBytes,
    /// [`Limits::early_bytes`].
    EarlyBytes,
    /// [`Limits::early_segments`].
    EarlySegments,
    /// [`Limits::associations`].
    Associations,
    /// [`Limits::association_bytes`].
    AssociationBytes,
    /// [`Limits::association_chunks`].
    AssociationChunks,
    /// [`Limits::sctp_bytes`].
    SctpBytes,
    /// [`Limits::inflated_bytes`].
    InflatedBytes,
    /// [`Limits::body_bytes`], and the bound on heads, of a message whose frames say its length.
    MessageBytes,
}
