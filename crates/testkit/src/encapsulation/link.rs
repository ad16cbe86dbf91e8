//! Link layers, and what stands between a link layer and IP.

use sipwhy_packet::LinkType;

use super::outer::{STATIONS, ether_type, ethernet, frame};
use super::{Encapsulation, Way};

/// <https://www.tcpdump.org/linktypes.html>
const PPP: LinkType = LinkType(9);
const PPP_HDLC: LinkType = LinkType(50);
const PPP_ETHER: LinkType = LinkType(51);
const IEEE802_11: LinkType = LinkType(105);
const IEEE802_11_RADIOTAP: LinkType = LinkType(127);

const fn on(link_type: LinkType, name: &'static str, wrap: fn(&[u8]) -> Vec<u8>) -> Encapsulation {
    Encapsulation::new(name, link_type, Way::Packet(wrap))
}

const fn on_ethernet(name: &'static str, wrap: fn(&[u8]) -> Vec<u8>) -> Encapsulation {
    on(LinkType::ETHERNET, name, wrap)
}

pub(super) static WAYS: &[Encapsulation] = &[
    on_ethernet("Ethernet", frame),
    on_ethernet("Ethernet, with a trailer", |packet| {
        [&frame(packet), [0xee; 4].as_slice()].concat()
    }),
    on_ethernet("802.1Q", |packet| tagged(&[0x8100], packet)),
    on_ethernet("802.1ad (QinQ)", |packet| tagged(&[0x88a8, 0x8100], packet)),
    on_ethernet("QinQ by the old number 0x9100", |packet| {
        tagged(&[0x9100, 0x8100], packet)
    }),
    on_ethernet("VLAN tags four deep", |packet| {
        tagged(&[0x88a8, 0x88a8, 0x8100, 0x8100], packet)
    }),
    on_ethernet("MACsec, integrity only", |packet| {
        macsec(&[0x00, 0], &[], packet)
    }),
    on_ethernet("MACsec, integrity only, with SCI", |packet| {
        macsec(&[0x20, 0], &[2, 0, 0, 0, 0, 1, 0, 1], packet)
    }),
    on_ethernet("PPPoE", |packet| ethernet(0x8864, &pppoe(packet))),
    on(PPP_ETHER, "PPPoE without Ethernet (link type 51)", pppoe),
    on(PPP, "PPP", |packet| [&ppp(packet), packet].concat()),
    on(PPP_HDLC, "PPP in HDLC framing", |packet| {
        [&[0xff, 0x03], ppp(packet).as_slice(), packet].concat()
    }),
    on_ethernet("MPLS, one label", |packet| mpls(&[16], packet)),
    on_ethernet("MPLS, two labels", |packet| mpls(&[16, 17], packet)),
    on_ethernet("MPLS, three labels", |packet| mpls(&[16, 17, 18], packet)),
    on_ethernet("MPLS pseudowire (Ethernet, with control word)", |packet| {
        mpls(&[16], &[[0; 4].as_slice(), &frame(packet)].concat())
    })
    .decode("mpls.label==16,pwethcw"),
    on_ethernet(
        "MPLS pseudowire (Ethernet, without control word)",
        |packet| mpls(&[16], &frame(packet)),
    )
    .decode("mpls.label==16,pwethnocw"),
    // https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html
    on(LinkType::LINUX_SLL, "Linux cooked v1", |packet| {
        let header = [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0];
        [&header, ether_type(packet).to_be_bytes().as_slice(), packet].concat()
    }),
    // https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html
    on(LinkType::LINUX_SLL2, "Linux cooked v2", |packet| {
        let rest = [0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0];
        [ether_type(packet).to_be_bytes().as_slice(), &rest, packet].concat()
    }),
    on(LinkType::NULL, "NULL, little-endian", |packet| {
        [&[2, 0, 0, 0], packet].concat()
    }),
    on(LinkType::NULL, "NULL, big-endian", |packet| {
        [&[0, 0, 0, 2], packet].concat()
    }),
    on(LinkType::LOOP, "LOOP", |packet| {
        [&[0, 0, 0, 2], packet].concat()
    }),
    on(LinkType::RAW_BSD, "raw IP (link type 12)", <[u8]>::to_vec),
    on(
        LinkType::RAW_OPENBSD,
        "raw IP (link type 14)",
        <[u8]>::to_vec,
    ),
    on(LinkType::RAW, "raw IP (link type 101)", <[u8]>::to_vec),
    on(LinkType::IPV4, "raw IPv4 (link type 228)", <[u8]>::to_vec),
    Encapsulation::new(
        "raw IPv6 (link type 229)",
        LinkType::IPV6,
        Way::Packet6(<[u8]>::to_vec),
    ),
    on(IEEE802_11, "802.11", |packet| wireless(Qos::No, packet)),
    on(IEEE802_11_RADIOTAP, "802.11 with radiotap", |packet| {
        [
            &[0, 0, 8, 0, 0, 0, 0, 0],
            wireless(Qos::No, packet).as_slice(),
        ]
        .concat()
    }),
    on(
        IEEE802_11_RADIOTAP,
        "802.11 with QoS, radiotap and FCS",
        |packet| {
            // TSFT and flags are present; the flags say that an FCS ends the frame.
            let header = [0, 0, 17, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10];
            let frame = wireless(Qos::Yes, packet);
            [&header, frame.as_slice(), &crc32(&frame).to_le_bytes()].concat()
        },
    ),
];

/// VLAN tags, the outermost first.
fn tagged(tags: &[u16], packet: &[u8]) -> Vec<u8> {
    let mut frame = STATIONS.to_vec();
    for (vlan, tag) in (5_u16..).zip(tags) {
        frame.extend(tag.to_be_bytes());
        frame.extend(vlan.to_be_bytes());
    }
    frame.extend(ether_type(packet).to_be_bytes());
    frame.extend(packet);
    frame
}

/// IEEE 802.1AE: TCI and short length, packet number, SCI if any, data, ICV.
fn macsec(tci: &[u8; 2], sci: &[u8], packet: &[u8]) -> Vec<u8> {
    let number = 1_u32.to_be_bytes();
    let inner = ether_type(packet).to_be_bytes();
    let parts = [tci.as_slice(), &number, sci, &inner, packet, &[0xcc; 16]];
    ethernet(0x88e5, &parts.concat())
}

/// RFC 2516: a session's header, its length, and PPP.
fn pppoe(packet: &[u8]) -> Vec<u8> {
    let length = crate::wire::length(packet.len() + 2).to_be_bytes();
    [&[0x11, 0, 0, 7], length.as_slice(), &ppp(packet), packet].concat()
}

/// The PPP protocol number of an IP packet.
fn ppp(packet: &[u8]) -> Vec<u8> {
    let number: u16 = if packet[0] >> 4 == 6 { 0x0057 } else { 0x0021 };
    number.to_be_bytes().to_vec()
}

/// RFC 3032: a label, three bits of traffic class, bottom of stack, time to live.
fn mpls(labels: &[u32], payload: &[u8]) -> Vec<u8> {
    let mut stack = Vec::new();
    for (place, label) in labels.iter().enumerate() {
        let bottom = u32::from(place + 1 == labels.len());
        stack.extend((label << 12 | bottom << 8 | 64).to_be_bytes());
    }
    stack.extend(payload);
    ethernet(0x8847, &stack)
}

#[derive(Clone, Copy)]
enum Qos {
    Yes,
    No,
}

/// IEEE 802.11 §9.3.2: a data frame to a station, with LLC and SNAP.
fn wireless(qos: Qos, packet: &[u8]) -> Vec<u8> {
    let (control, more): (u8, &[u8]) = match qos {
        Qos::Yes => (0x88, &[0, 0]),
        Qos::No => (0x08, &[]),
    };
    let mut frame = vec![control, 0x02, 0, 0];
    // Receiver, access point, source.
    frame.extend(STATIONS);
    frame.extend([2, 0, 0, 0, 0, 3]);
    frame.extend([0x10, 0]);
    frame.extend(more);
    frame.extend([0xaa, 0xaa, 0x03, 0, 0, 0]);
    frame.extend(ether_type(packet).to_be_bytes());
    frame.extend(packet);
    frame
}

/// The frame check sequence (IEEE 802.3 §3.2.9).
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 * (crc & 1));
        }
    }
    !crc
}
