//! A captured frame, as a capture file or an interface hands it over.

use crate::Timestamp;

/// Which frame: its file's place in the list of inputs and its number there, from 1, as tshark
/// and Wireshark count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameId {
    /// Index of the input in the order given, from 0. A live interface is input 0.
    pub file: u16,
    /// The frame's number within that input, from 1.
    pub number: u64,
}

/// A frame as captured.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// Which frame this is.
    pub id: FrameId,
    /// When it was captured.
    pub time: Timestamp,
    /// What its first byte is the start of.
    pub link_type: LinkType,
    /// The bytes kept; at most the snap length.
    pub data: &'a [u8],
    /// How long the frame was on the wire, in bytes; more than `data.len()` when it was cut.
    pub original_len: u32,
}

/// A link type by its number in pcap and pcapng files
/// (<https://www.tcpdump.org/linktypes.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkType(pub u16);

impl LinkType {
    /// BSD loopback: a 4-byte address family in the byte order of the capturing host.
    pub const NULL: Self = Self(0);
    /// Ethernet.
    pub const ETHERNET: Self = Self(1);
    /// PPP, with or without its address and control field.
    pub const PPP: Self = Self(9);
    /// Raw IP, as some systems number it.
    pub const RAW_BSD: Self = Self(12);
    /// Raw IP, as OpenBSD numbers it.
    pub const RAW_OPENBSD: Self = Self(14);
    /// PPP in HDLC-like framing, or Cisco's.
    pub const PPP_HDLC: Self = Self(50);
    /// PPP over Ethernet, from its own header on.
    pub const PPP_ETHER: Self = Self(51);
    /// Raw IP; the version is in the first nibble.
    pub const RAW: Self = Self(101);
    /// Cisco's HDLC framing.
    pub const CISCO_HDLC: Self = Self(104);
    /// 802.11.
    pub const IEEE802_11: Self = Self(105);
    /// OpenBSD loopback: as [`LinkType::NULL`], in network byte order.
    pub const LOOP: Self = Self(108);
    /// Linux cooked capture, version 1.
    pub const LINUX_SLL: Self = Self(113);
    /// 802.11 behind a radiotap header.
    pub const IEEE802_11_RADIOTAP: Self = Self(127);
    /// PPP in HDLC-like framing, with the direction in place of the address.
    pub const PPP_PPPD: Self = Self(166);
    /// Any link type behind a header of per-packet information.
    pub const PPI: Self = Self(192);
    /// PPP behind a byte for the direction.
    pub const PPP_WITH_DIRECTION: Self = Self(204);
    /// Raw IPv4.
    pub const IPV4: Self = Self(228);
    /// Raw IPv6.
    pub const IPV6: Self = Self(229);
    /// Linux cooked capture, version 2.
    pub const LINUX_SLL2: Self = Self(276);
    /// A HEP packet as it came to a listener, without headers below it. Not of the registry, which
    /// has no number for it; no capture file can hold it.
    pub const HEP: Self = Self(u16::MAX);
}
