//! Tunnels over IP: GRE, ERSPAN, VXLAN, GENEVE, GTP-U.

use sipwhy_packet::LinkType;

use super::outer::{IPV4, ether_type, frame, in_ipv4, in_ipv6, in_udp};
use super::{Encapsulation, Way};
use crate::wire;

const GRE: u8 = 47;
const ETHERNET: u16 = 0x6558;
const ERSPAN: u16 = 0x88be;
const ERSPAN_3: u16 = 0x22eb;

/// GRE flags (RFC 2784, RFC 2890).
const CHECKSUM: u16 = 0x8000;
const KEY: u16 = 0x2000;
const SEQUENCE: u16 = 0x1000;

const VXLAN: u16 = 4789;
const VXLAN_GPE: u16 = 4790;
const GENEVE: u16 = 6081;
const GTP_U: u16 = 2152;

const fn way(name: &'static str, wrap: fn(&[u8]) -> Vec<u8>) -> Encapsulation {
    Encapsulation::new(name, LinkType::ETHERNET, Way::Packet(wrap))
}

pub(super) static WAYS: &[Encapsulation] = &[
    way("GRE", |packet| gre(0, IPV4, packet)),
    way("GRE with checksum", |packet| gre(CHECKSUM, IPV4, packet)),
    way("GRE with key", |packet| gre(KEY, IPV4, packet)),
    way("GRE with sequence number", |packet| {
        gre(SEQUENCE, IPV4, packet)
    }),
    way("GRE with checksum, key and sequence number", |packet| {
        gre(CHECKSUM | KEY | SEQUENCE, IPV4, packet)
    }),
    Encapsulation::new(
        "GRE with IPv6 within, over IPv6",
        LinkType::ETHERNET,
        Way::Packet6(|packet| in_ipv6(GRE, &gre_header(0, ether_type(packet), packet))),
    ),
    way("GRE, Ethernet within", |packet| {
        gre(KEY, ETHERNET, &frame(packet))
    }),
    way("ERSPAN type I", |packet| gre(0, ERSPAN, &frame(packet))),
    way("ERSPAN type II", |packet| {
        // Version 1 and VLAN, class and session, port index.
        let header = [0x10, 5, 0, 7, 0, 0, 0, 3];
        gre(
            SEQUENCE,
            ERSPAN,
            &[&header, frame(packet).as_slice()].concat(),
        )
    }),
    way("ERSPAN type III", |packet| {
        // Version 2 and VLAN, class and session, time, security group, hardware and direction.
        let header = [0x20, 5, 0, 7, 0, 0, 0, 1, 0, 0, 0, 0x18];
        gre(
            SEQUENCE,
            ERSPAN_3,
            &[&header, frame(packet).as_slice()].concat(),
        )
    }),
    way("ERSPAN type III with a platform's sub-header", |packet| {
        // The last bit tells of a sub-header; platform 1, as no more is known of it here.
        let header = [
            0x20, 5, 0, 7, 0, 0, 0, 1, 0, 0, 0, 0x19, 0x04, 0, 0, 0, 0, 0, 0, 0,
        ];
        gre(
            SEQUENCE,
            ERSPAN_3,
            &[&header, frame(packet).as_slice()].concat(),
        )
    }),
    way("VXLAN", |packet| {
        in_udp(
            VXLAN,
            &[&[8, 0, 0, 0, 0, 0, 7, 0], frame(packet).as_slice()].concat(),
        )
    }),
    way("VXLAN-GPE, IP within", |packet| {
        in_udp(VXLAN_GPE, &[&[0x0c, 0, 0, 1, 0, 0, 7, 0], packet].concat())
    }),
    way("VXLAN-GPE, Ethernet within", |packet| {
        let header = [0x0c, 0, 0, 3, 0, 0, 7, 0];
        in_udp(VXLAN_GPE, &[&header, frame(packet).as_slice()].concat())
    }),
    way("GENEVE", |packet| geneve(&[], ETHERNET, &frame(packet))),
    way("GENEVE with options", |packet| {
        let options = [0xff, 0xff, 1, 1, 1, 2, 3, 4, 0xff, 0xff, 2, 0];
        geneve(&options, ETHERNET, &frame(packet))
    }),
    way("GENEVE, IP within", |packet| geneve(&[], IPV4, packet)),
    way("GTP-U", |packet| gtp(0x30, &[], packet)),
    way("GTP-U with a sequence number", |packet| {
        gtp(0x32, &[0, 1, 0, 0], packet)
    }),
    way("GTP-U with an extension header", |packet| {
        // A PDU session container (3GPP TS 38.415), an octet counting words before and the type
        // of the next header, none, behind it.
        gtp(0x34, &[0, 0, 0, 0x85, 1, 0x10, 1, 0], packet)
    }),
    way("VLAN in VXLAN in GRE", |packet| {
        let mut inner = frame(packet);
        inner.splice(12..12, [0x81, 0, 0, 5]);
        let vxlan = in_udp(
            VXLAN,
            &[&[8, 0, 0, 0, 0, 0, 7, 0], inner.as_slice()].concat(),
        );
        gre(0, ETHERNET, &vxlan)
    }),
];

fn gre(flags: u16, protocol: u16, payload: &[u8]) -> Vec<u8> {
    in_ipv4(GRE, &gre_header(flags, protocol, payload))
}

fn gre_header(flags: u16, protocol: u16, payload: &[u8]) -> Vec<u8> {
    let mut packet = flags.to_be_bytes().to_vec();
    packet.extend(protocol.to_be_bytes());
    if flags & CHECKSUM != 0 {
        packet.extend([0; 4]);
    }
    if flags & KEY != 0 {
        packet.extend(7_u32.to_be_bytes());
    }
    if flags & SEQUENCE != 0 {
        packet.extend(1_u32.to_be_bytes());
    }
    packet.extend(payload);
    if flags & CHECKSUM != 0 {
        let sum = wire::checksum(&[&packet]);
        packet[4..6].copy_from_slice(&sum.to_be_bytes());
    }
    packet
}

/// RFC 8926 §3.4.
fn geneve(options: &[u8], protocol: u16, payload: &[u8]) -> Vec<u8> {
    let words = u8::try_from(options.len() / 4).unwrap_or(0);
    let protocol = protocol.to_be_bytes();
    let parts = [
        &[words, 0],
        protocol.as_slice(),
        &[0, 0, 7, 0],
        options,
        payload,
    ];
    in_udp(GENEVE, &parts.concat())
}

/// 3GPP TS 29.281 §5.1: flags, T-PDU, length behind the eighth octet, tunnel; then what the flags
/// announce.
fn gtp(flags: u8, more: &[u8], packet: &[u8]) -> Vec<u8> {
    let length = wire::length(more.len() + packet.len()).to_be_bytes();
    let parts = [
        &[flags, 0xff],
        length.as_slice(),
        &[0, 0, 0, 7],
        more,
        packet,
    ];
    in_udp(GTP_U, &parts.concat())
}
