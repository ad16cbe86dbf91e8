//! One datagram in every encapsulation, written down byte by byte from the specifications.

use etherparse::PacketBuilder;
use sipwhy_packet::LinkType;

use crate::support::{request, socket, udp_packet};

pub(crate) const ALICE: &str = "10.0.0.1:5060";
pub(crate) const BOB: &str = "10.0.0.2:5060";
pub(crate) const ALICE_6: &str = "[2001:db8::1]:5060";
pub(crate) const BOB_6: &str = "[2001:db8::2]:5060";

const OUTER: [&str; 2] = ["192.0.2.1:0", "192.0.2.2:0"];
const OUTER_6: [&str; 2] = ["[2001:db8:ffff::1]:0", "[2001:db8:ffff::2]:0"];

/// A frame that carries the INVITE.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) link_type: LinkType,
    pub(crate) bytes: Vec<u8>,
    /// Whether it is between the addresses of version 6.
    pub(crate) is_v6: bool,
}

pub(crate) fn invite() -> String {
    request("INVITE", 1, 40)
}

/// The INVITE over UDP and IPv4, with right checksums.
pub(crate) fn inner() -> Vec<u8> {
    let mut packet = Vec::new();
    PacketBuilder::ipv4([10, 0, 0, 1], [10, 0, 0, 2], 64)
        .udp(5060, 5060)
        .write(&mut packet, invite().as_bytes())
        .unwrap();
    packet
}

pub(crate) fn inner_6() -> Vec<u8> {
    let mut packet = Vec::new();
    let last = |last| {
        let mut address = [0; 16];
        address[..4].copy_from_slice(&[0x20, 0x01, 0x0d, 0xb8]);
        address[15] = last;
        address
    };
    PacketBuilder::ipv6(last(1), last(2), 64)
        .udp(5060, 5060)
        .write(&mut packet, invite().as_bytes())
        .unwrap();
    packet
}

/// Bytes one after the other.
pub(crate) fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

/// An Ethernet frame. The addresses are those of real cards, which begin with zeros.
pub(crate) fn ethernet(ether_type: u16, payload: &[u8]) -> Vec<u8> {
    join(&[
        &[0x00, 0x1b, 0x21, 0x3c, 0x9d, 0xf8],
        &[0x00, 0x16, 0x3e, 0x5e, 0x6c, 0x00],
        &ether_type.to_be_bytes(),
        payload,
    ])
}

/// An IP packet between the ends of a tunnel.
pub(crate) fn outer(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let [source, destination] = OUTER.map(|text| socket(text).ip());
    with_checksum(crate::support::ip(source, destination, protocol, payload))
}

fn outer_6(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let [source, destination] = OUTER_6.map(|text| socket(text).ip());
    crate::support::ip(source, destination, protocol, payload)
}

/// Fills in the checksum of an IPv4 header of 20 bytes.
pub(crate) fn with_checksum(mut packet: Vec<u8>) -> Vec<u8> {
    packet[10..12].fill(0);
    let mut sum: u32 = packet[..20]
        .chunks(2)
        .map(|pair| u32::from(u16::from_be_bytes([pair[0], pair[1]])))
        .sum();
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    let sum = !(sum as u16);
    packet[10..12].copy_from_slice(&sum.to_be_bytes());
    packet
}

/// A datagram of a tunnel.
pub(crate) fn over_udp(port: u16, payload: &[u8]) -> Vec<u8> {
    let destination = format!("192.0.2.2:{port}");
    let mut packet = with_checksum(udp_packet("192.0.2.1:49999", &destination, payload));
    // No checksum, as tunnels do.
    packet[26..28].fill(0);
    packet
}

/// Every sample.
pub(crate) fn samples() -> Vec<Sample> {
    let mut all = on_links();
    all.extend(in_ethernet());
    all.extend(in_ip());
    all.extend(in_datagrams());
    all.extend(nested());
    all
}

fn sample(name: &str, link_type: LinkType, bytes: Vec<u8>) -> Sample {
    Sample {
        name: name.to_owned(),
        link_type,
        bytes,
        is_v6: false,
    }
}

fn sample_6(name: &str, link_type: LinkType, bytes: Vec<u8>) -> Sample {
    Sample {
        is_v6: true,
        ..sample(name, link_type, bytes)
    }
}

/// LLC and SNAP of an IP packet.
fn snap(packet: &[u8]) -> Vec<u8> {
    let ether_type = if packet[0] >> 4 == 4 {
        0x0800_u16
    } else {
        0x86dd
    };
    join(&[&[0xaa, 0xaa, 3, 0, 0, 0], &ether_type.to_be_bytes(), packet])
}

/// The header of an 802.11 frame of data, up to its sequence number.
fn wifi(kind: u8, flags: u8) -> Vec<u8> {
    join(&[
        &[kind, flags, 0x2c, 0],
        &[2, 0, 0, 0, 0, 1],
        &[2, 0, 0, 0, 0, 2],
        &[2, 0, 0, 0, 0, 3],
        &[0x40, 0x01],
    ])
}

/// A radiotap header with a time, flags and a rate; its list of fields goes on in further words.
fn radiotap(flags: u8, more_words: usize) -> Vec<u8> {
    let fields = |bits: u32, last: bool| (bits | if last { 0 } else { 1 << 31 }).to_le_bytes();
    let mut bytes = vec![0, 0, 0, 0];
    bytes.extend(fields(0b111, more_words == 0));
    for word in 1..=more_words {
        bytes.extend(fields(0, word == more_words));
    }
    bytes.resize(bytes.len().next_multiple_of(8) + 8, 7);
    bytes.extend([flags, 0x0c]);
    bytes[2] = u8::try_from(bytes.len()).unwrap();
    bytes
}

/// A frame of an aggregate, padded.
fn subframe(payload: &[u8]) -> Vec<u8> {
    let mut bytes = join(&[
        &[2, 0, 0, 0, 0, 4, 2, 0, 0, 0, 0, 5],
        &u16::try_from(payload.len()).unwrap().to_be_bytes(),
        payload,
    ]);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn on_links() -> Vec<Sample> {
    let (inner, inner_6) = (&inner()[..], &inner_6()[..]);
    let hdlc = [0xff, 3];
    let pppoe_length = u16::try_from(inner.len() + 2).unwrap().to_be_bytes();
    let raw = [12, 14, 101, 228].map(|number| {
        sample(
            &format!("raw IP {number}"),
            LinkType(number),
            inner.to_vec(),
        )
    });
    let mut all = raw.to_vec();
    all.push(sample_6("raw IP 229", LinkType(229), inner_6.to_vec()));
    all.extend([
        sample("null", LinkType(0), join(&[&[2, 0, 0, 0], inner])),
        sample_6("loop", LinkType(108), join(&[&[0, 0, 0, 24], inner_6])),
        sample(
            "cooked 1",
            LinkType(113),
            join(&[&[0, 0, 0, 1, 0, 6], &[0; 8], &[8, 0], inner]),
        ),
        sample(
            "cooked 1, 802.2",
            LinkType(113),
            join(&[&[0, 0, 0, 1, 0, 6], &[0; 8], &[0, 4], &snap(inner)]),
        ),
        sample(
            "cooked 1 of a GRE interface",
            LinkType(113),
            join(&[&[0, 0, 3, 10, 0, 4], &[0; 8], &[8, 0], inner]),
        ),
        sample(
            "cooked 2",
            LinkType(276),
            join(&[&[8, 0, 0, 0, 0, 0, 0, 2, 0, 1, 4, 6], &[0; 8], inner]),
        ),
        sample(
            "cooked 2, VLAN",
            LinkType(276),
            join(&[
                &[0x81, 0, 0, 0, 0, 0, 0, 2, 0, 1, 4, 6],
                &[0; 8],
                &[0, 7, 8, 0],
                inner,
            ]),
        ),
        sample("PPP", LinkType(9), join(&[&hdlc, &[0, 0x21], inner])),
        sample_6(
            "PPP without address",
            LinkType(9),
            join(&[&[0, 0x57], inner_6]),
        ),
        sample("PPP, short protocol", LinkType(9), join(&[&[0x21], inner])),
        sample(
            "PPP, multilink in one piece",
            LinkType(9),
            join(&[&hdlc, &[0, 0x3d, 0xc0, 0, 0, 9, 0x21], inner]),
        ),
        sample(
            "PPP in HDLC",
            LinkType(50),
            join(&[&hdlc, &[0, 0x21], inner]),
        ),
        sample(
            "PPP in HDLC, MPLS",
            LinkType(50),
            join(&[&hdlc, &[2, 0x81, 0, 1, 1, 64], inner]),
        ),
        sample(
            "Cisco HDLC on 50",
            LinkType(50),
            join(&[&[0x0f, 0, 8, 0], inner]),
        ),
        sample(
            "Cisco HDLC",
            LinkType(104),
            join(&[&[0x8f, 0, 8, 0], inner]),
        ),
        sample(
            "PPPoE link",
            LinkType(51),
            join(&[&[0x11, 0, 0, 7], &pppoe_length, &[0, 0x21], inner]),
        ),
        sample("pppd", LinkType(166), join(&[&[1, 3, 0, 0x21], inner])),
        sample(
            "PPP with direction",
            LinkType(204),
            join(&[&[1], &hdlc, &[0, 0x21], inner]),
        ),
        sample("802.11", LinkType(105), join(&[&wifi(8, 1), &snap(inner)])),
        sample_6(
            "802.11, quality",
            LinkType(105),
            join(&[&wifi(0x88, 2), &[0, 0], &snap(inner_6)]),
        ),
        sample(
            "802.11, four addresses, quality, high throughput",
            LinkType(105),
            join(&[
                &wifi(0x88, 0x83),
                &[2, 0, 0, 0, 0, 9],
                &[0, 0],
                &[0; 4],
                &snap(inner),
            ]),
        ),
        sample(
            "802.11, aggregate",
            LinkType(105),
            join(&[
                &wifi(0x88, 2),
                &[0x80, 0],
                &subframe(&snap(&outer(89, b"ospf"))),
                &subframe(&snap(inner)),
                &subframe(&snap(&outer(17, &[0; 8]))),
                // A check sequence.
                &[1, 2, 3, 4],
            ]),
        ),
        sample(
            "radiotap",
            LinkType(127),
            join(&[&radiotap(0, 0), &wifi(8, 1), &snap(inner)]),
        ),
        sample(
            "radiotap, check sequence, more lists of fields",
            LinkType(127),
            join(&[&radiotap(0x10, 2), &wifi(8, 1), &snap(inner), &[9; 4]]),
        ),
        sample(
            "radiotap, padded header",
            LinkType(127),
            join(&[
                &radiotap(0x20, 1),
                &wifi(0x88, 1),
                &[0, 0],
                &[0, 0],
                &snap(inner),
            ]),
        ),
        sample(
            "cooked 1 of a wireless monitor",
            LinkType(113),
            join(&[
                &[0, 0, 3, 0x23, 0, 6],
                &[0; 8],
                &[0, 4],
                &radiotap(0, 0),
                &wifi(8, 1),
                &snap(inner),
            ]),
        ),
        sample(
            "PPI",
            LinkType(192),
            join(&[
                &[0, 0, 12, 0, 105, 0, 0, 0],
                &[9; 4],
                &wifi(8, 1),
                &snap(inner),
            ]),
        ),
    ]);
    all
}

fn in_ethernet() -> Vec<Sample> {
    let (inner, inner_6) = (&inner()[..], &inner_6()[..]);
    let frame = &ethernet(0x0800, inner)[..];
    let in_802_3 = |payload: &[u8]| ethernet(u16::try_from(payload.len()).unwrap(), payload);
    let mut padded = in_802_3(&snap(inner));
    padded.extend([0xaa; 10]);
    let pppoe_length = u16::try_from(inner.len() + 2).unwrap().to_be_bytes();
    let each: Vec<(&str, Vec<u8>)> = vec![
        ("Ethernet", ethernet(0x0800, inner)),
        ("802.3, SNAP, padded", padded),
        ("802.3, LLC", in_802_3(&join(&[&[6, 6, 3], inner]))),
        (
            "802.3, bridge tunnel",
            in_802_3(&join(&[&[0xaa, 0xaa, 3, 0, 0, 0xf8, 8, 0], inner])),
        ),
        (
            "QinQ",
            ethernet(0x88a8, &join(&[&[0, 7, 0x81, 0, 0, 8, 8, 0], inner])),
        ),
        (
            "QinQ, 802.3",
            ethernet(
                0x9100,
                &join(&[
                    &[0, 7],
                    &u16::try_from(snap(inner).len()).unwrap().to_be_bytes(),
                    &snap(inner),
                ]),
            ),
        ),
        (
            "MACsec",
            ethernet(
                0x88e5,
                &join(&[&[0, 0, 0, 0, 0, 1], &[8, 0], inner, &[0x55; 16]]),
            ),
        ),
        (
            "MACsec with channel, VLAN",
            ethernet(
                0x88e5,
                &join(&[
                    &[0x20, 0, 0, 0, 0, 1],
                    &[2, 0, 0, 0, 0, 1, 0, 1],
                    &[0x81, 0, 0, 7, 8, 0],
                    inner,
                    &[0x55; 16],
                ]),
            ),
        ),
        (
            "MPLS",
            ethernet(0x8847, &join(&[&[0, 1, 0, 64, 0, 2, 1, 64], inner])),
        ),
        (
            "MPLS, Ethernet behind a control word",
            ethernet(0x8848, &join(&[&[0, 1, 1, 64], &[0; 4], frame])),
        ),
        (
            "MPLS, Ethernet",
            ethernet(0x8847, &join(&[&[0, 1, 1, 64], frame])),
        ),
        (
            "MPLS, Ethernet with an address like IPv4",
            ethernet(0x8847, &join(&[&[0, 1, 1, 64], &[0x48, 0x5b], &frame[2..]])),
        ),
        (
            "MPLS, Ethernet with an address like IPv6",
            ethernet(0x8847, &join(&[&[0, 1, 1, 64], &[0x60, 0x5b], &frame[2..]])),
        ),
        (
            "PPPoE",
            ethernet(
                0x8864,
                &join(&[&[0x11, 0, 0, 7], &pppoe_length, &[0, 0x21], inner, &[0; 6]]),
            ),
        ),
        (
            "backbone bridge",
            ethernet(0x88e7, &join(&[&[0, 0, 0x12, 0x34], frame])),
        ),
        (
            "VN-Tag",
            ethernet(0x8926, &join(&[&[0, 1, 0, 2, 8, 0], inner])),
        ),
        (
            "port extender",
            ethernet(0x893f, &join(&[&[0, 1, 0, 2, 0, 0, 8, 0], inner])),
        ),
        (
            "redundancy tag",
            ethernet(0xf1c1, &join(&[&[0, 0, 0, 9, 8, 0], inner])),
        ),
        (
            "NSH",
            ethernet(
                0x894f,
                &join(&[&[0x0f, 0xc6, 1, 3, 0, 0, 1, 255], &[7; 16], frame]),
            ),
        ),
    ];
    let mut all: Vec<Sample> = each
        .into_iter()
        .map(|(name, bytes)| sample(name, LinkType::ETHERNET, bytes))
        .collect();
    all.extend([
        sample_6(
            "Ethernet, IPv6",
            LinkType::ETHERNET,
            ethernet(0x86dd, inner_6),
        ),
        sample_6(
            "MPLS, IPv6",
            LinkType::ETHERNET,
            ethernet(0x8847, &join(&[&[0, 0, 0x21, 64], inner_6])),
        ),
    ]);
    all
}

fn in_ip() -> Vec<Sample> {
    let (inner, inner_6) = (&inner()[..], &inner_6()[..]);
    let frame = &ethernet(0x0800, inner)[..];
    let gre = |header: &[u8], payload: &[u8]| outer(47, &join(&[header, payload]));
    let udp = &inner[20..];
    let [alice, bob] = [ALICE, BOB].map(|text| socket(text).ip());
    let ppp = join(&[&[0xff, 3, 0, 0x21], inner]);
    let ppp_length = u16::try_from(ppp.len()).unwrap().to_be_bytes();
    let lite = join(&[&udp[..4], &[0, 8], &udp[6..]]);
    let each: Vec<(&str, Vec<u8>)> = vec![
        ("4in4", outer(4, inner)),
        ("4in6", outer_6(4, inner)),
        (
            "4in6 behind a limit",
            outer_6(60, &join(&[&[4, 0, 4, 1, 4, 1, 0, 0], inner])),
        ),
        ("4in4 as of old", outer(94, inner)),
        ("GRE", gre(&[0, 0, 8, 0], inner)),
        (
            "GRE, checksum, key, sequence",
            gre(
                &[0xb0, 0, 8, 0, 0x12, 0x34, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2],
                inner,
            ),
        ),
        ("GRE, key", gre(&[0x20, 0, 8, 0, 0, 0, 0, 1], inner)),
        ("GRE, Ethernet", gre(&[0, 0, 0x65, 0x58], frame)),
        ("NVGRE", gre(&[0x20, 0, 0x65, 0x58, 0, 0, 7, 0x9a], frame)),
        ("GRE, MPLS", gre(&[0, 0, 0x88, 0x47, 0, 1, 1, 64], inner)),
        ("GRE over IPv6", outer_6(47, &join(&[&[0, 0, 8, 0], inner]))),
        (
            "PPTP",
            gre(
                &join(&[&[0x30, 0x81, 0x88, 0x0b], &ppp_length, &[0, 7], &[0; 8]]),
                &ppp,
            ),
        ),
        (
            "PPTP, no acknowledgement",
            gre(
                &join(&[&[0x30, 0x01, 0x88, 0x0b], &ppp_length, &[0, 7], &[0; 4]]),
                &ppp,
            ),
        ),
        ("WCCP", gre(&[0, 0, 0x88, 0x3e, 0, 1, 0, 0], inner)),
        ("ERSPAN I", gre(&[0, 0, 0x88, 0xbe], frame)),
        (
            "ERSPAN II",
            gre(
                &[0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 7, 0, 9, 0, 0, 0, 3],
                frame,
            ),
        ),
        (
            "ERSPAN III",
            gre(
                &join(&[
                    &[0x10, 0, 0x22, 0xeb, 0, 0, 0, 1],
                    &[0x20, 7, 0, 9, 1, 2, 3, 4, 0, 0, 0, 0],
                ]),
                frame,
            ),
        ),
        (
            "ERSPAN III with subheader",
            gre(
                &join(&[
                    &[0x10, 0, 0x22, 0xeb, 0, 0, 0, 1],
                    &[0x20, 7, 0, 9, 1, 2, 3, 4, 0, 0, 0x80, 0x01],
                    &[0x0c, 0, 0, 0, 0, 0, 0, 0],
                ]),
                frame,
            ),
        ),
        (
            "ERSPAN III of IP",
            gre(
                &join(&[
                    &[0x10, 0, 0x22, 0xeb, 0, 0, 0, 1],
                    &[0x20, 7, 0, 9, 1, 2, 3, 4, 0, 0, 0x08, 0],
                ]),
                inner,
            ),
        ),
        ("EtherIP", outer(97, &join(&[&[0x30, 0], frame]))),
        (
            "L2TPv3 over IP",
            outer(115, &join(&[&[0, 0, 0, 7], &[0; 4], frame])),
        ),
        ("MPLS in IP", outer(137, &join(&[&[0, 1, 1, 64], inner]))),
        (
            "authenticated",
            with_checksum(crate::support::ip(
                alice,
                bob,
                51,
                &join(&[&[17, 4, 0, 0], &[0; 20], udp]),
            )),
        ),
        (
            "authenticated tunnel",
            outer(51, &join(&[&[4, 4, 0, 0], &[0; 20], inner])),
        ),
        (
            "UDP-Lite",
            with_checksum(crate::support::ip(alice, bob, 136, &lite)),
        ),
    ];
    let mut all: Vec<Sample> = each
        .into_iter()
        .map(|(name, bytes)| sample(name, LinkType::RAW, bytes))
        .collect();
    all.extend([
        sample_6("6in4", LinkType::RAW, outer(41, inner_6)),
        sample_6("6in6", LinkType::RAW, outer_6(41, inner_6)),
        sample_6(
            "GRE, IPv6",
            LinkType::RAW,
            gre(&[0, 0, 0x86, 0xdd], inner_6),
        ),
    ]);
    all
}

fn in_datagrams() -> Vec<Sample> {
    let (inner, inner_6) = (&inner()[..], &inner_6()[..]);
    let frame = &ethernet(0x0800, inner)[..];
    let udp = |port, header: &[u8], payload: &[u8]| over_udp(port, &join(&[header, payload]));
    // Flags and message; length of what follows the first 8 bytes.
    let gtp = |flags: u8, options: &[u8], payload: &[u8]| {
        let length = u16::try_from(options.len() + payload.len()).unwrap();
        let header = join(&[
            &[flags, 0xff],
            &length.to_be_bytes(),
            &[0, 0, 0, 7],
            options,
        ]);
        udp(2152, &header, payload)
    };
    let vxlan = [8, 0, 0, 0, 0, 0, 9, 0];
    let l2tp_length = u16::try_from(8 + 4 + inner.len()).unwrap().to_be_bytes();
    let mut from_port = udp(4789, &vxlan, frame);
    from_port[20..24].copy_from_slice(&[0x12, 0xb5, 0xc3, 0x4f]);
    let each: Vec<(&str, Vec<u8>)> = vec![
        ("VXLAN", udp(4789, &vxlan, frame)),
        ("VXLAN on Linux's port", udp(8472, &vxlan, frame)),
        ("VXLAN by its source port", from_port),
        (
            "VXLAN with a group",
            udp(4789, &[0x88, 0, 0, 5, 0, 0, 9, 0], frame),
        ),
        (
            "VXLAN-GPE, IPv4",
            udp(4790, &[0x0c, 0, 0, 1, 0, 0, 9, 0], inner),
        ),
        (
            "VXLAN-GPE, Ethernet",
            udp(4790, &[0x0c, 0, 0, 3, 0, 0, 9, 0], frame),
        ),
        (
            "VXLAN-GPE, NSH",
            udp(
                4790,
                &join(&[
                    &[0x0c, 0, 0, 4, 0, 0, 9, 0],
                    &[0x0f, 0xc2, 2, 1, 0, 0, 1, 255],
                ]),
                inner,
            ),
        ),
        ("GENEVE", udp(6081, &[0, 0, 0x65, 0x58, 0, 0, 9, 0], frame)),
        (
            "GENEVE with options, IPv4",
            udp(
                6081,
                &[2, 0x40, 8, 0, 0, 0, 9, 0, 1, 2, 0x80, 1, 9, 9, 9, 9],
                inner,
            ),
        ),
        ("GTP-U", gtp(0x30, &[], inner)),
        (
            "GTP-U with a sequence number",
            gtp(0x32, &[0, 9, 0, 0], inner),
        ),
        (
            "GTP-U with extension headers",
            gtp(0x34, &[0, 0, 0, 0x85, 1, 0x10, 1, 0x40, 1, 8, 9, 0], inner),
        ),
        ("GTP-U, Ethernet", gtp(0x30, &[], frame)),
        (
            "MPLS over UDP",
            udp(6635, &[0, 1, 0, 64, 0, 2, 1, 64], inner),
        ),
        (
            "L2TPv2",
            udp(
                1701,
                &join(&[&[0x40, 2], &l2tp_length, &[0, 1, 0, 2], &[0xff, 3, 0, 0x21]]),
                inner,
            ),
        ),
        (
            "L2TPv2, sequence and offset",
            udp(
                1701,
                &[0x0a, 2, 0, 1, 0, 2, 0, 3, 0, 4, 0, 2, 9, 9, 0x21],
                inner,
            ),
        ),
        (
            "L2TPv3",
            udp(1701, &[0, 3, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0], frame),
        ),
        ("TZSP", udp(37008, &[1, 0, 0, 1, 0, 10, 1, 0xc5, 1], frame)),
    ];
    let mut all: Vec<Sample> = each
        .into_iter()
        .map(|(name, bytes)| sample(name, LinkType::RAW, bytes))
        .collect();
    all.extend([
        sample_6("GTP-U, IPv6", LinkType::RAW, gtp(0x30, &[], inner_6)),
        sample_6(
            "VXLAN-GPE, IPv6",
            LinkType::RAW,
            udp(4790, &[0x0c, 0, 0, 2, 0, 0, 9, 0], inner_6),
        ),
    ]);
    all
}

/// One in the other.
fn nested() -> Vec<Sample> {
    let inner = &inner()[..];
    let gre = outer(47, &join(&[&[0, 0, 8, 0], inner]));
    let deep = ethernet(
        0x88a8,
        &join(&[
            &[0, 7, 0x81, 0, 0, 8, 0x88, 0x47],
            &[0, 1, 0, 64, 0, 2, 1, 64],
            &[0; 4],
            &ethernet(0x0800, &gre),
        ]),
    );
    let mobile = |payload: &[u8]| {
        let length = u16::try_from(payload.len()).unwrap().to_be_bytes();
        over_udp(
            2152,
            &join(&[&[0x30, 0xff], &length, &[0, 0, 0, 7], payload]),
        )
    };
    let cloud = over_udp(
        4789,
        &join(&[
            &[8, 0, 0, 0, 0, 0, 9, 0],
            &ethernet(0x8100, &join(&[&[0, 9, 8, 0], &mobile(inner)])),
        ]),
    );
    let mirrored = outer(
        47,
        &join(&[
            &[0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 7, 0, 9, 0, 0, 0, 3],
            &ethernet(0x0800, &cloud),
        ]),
    );
    vec![
        sample("QinQ, MPLS, Ethernet, GRE, IP", LinkType::ETHERNET, deep),
        sample(
            "ERSPAN, VXLAN, VLAN, GTP-U",
            LinkType::ETHERNET,
            ethernet(0x0800, &mirrored),
        ),
    ]
}

/// The addresses of a sample's message.
pub(crate) fn ends(sample: &Sample) -> (&'static str, &'static str) {
    if sample.is_v6 {
        (ALICE_6, BOB_6)
    } else {
        (ALICE, BOB)
    }
}
