//! One datagram in every link layer.

use crate::support::{ALICE, BOB, Run, Told, flow, ip, request, socket, udp_packet};
use etherparse::PacketBuilder;
use sipwhy_packet::{Config, GapKind, LinkType, Transport, Undecoded};

const MAC: [u8; 6] = [2, 0, 0, 0, 0, 1];

fn invite() -> String {
    request("INVITE", 1, 40)
}

/// That the frame holds the INVITE from Alice to Bob, whole.
fn assert_invite(link_type: LinkType, frame: &[u8]) {
    let mut run = Run::new(Config::default());
    run.frame(link_type, frame, frame.len());
    let told = run.messages();
    assert_eq!(run.texts(), [invite()], "{link_type:?}");
    assert_eq!(
        told[0].flow,
        flow(ALICE, BOB, Transport::Udp),
        "{link_type:?}"
    );
    assert_eq!((told[0].first, told[0].last, told[0].missing), (1, 1, 0));
}

fn headed(header: &[u8]) -> Vec<u8> {
    [header, &udp_packet(ALICE, BOB, invite().as_bytes())].concat()
}

#[test]
fn ethernet_with_any_encapsulations() {
    let invite = invite();
    let mut frame = Vec::new();
    PacketBuilder::ethernet2(MAC, MAC)
        .ipv4([192, 0, 2, 1], [192, 0, 2, 2], 64)
        .udp(5060, 5060)
        .write(&mut frame, invite.as_bytes())
        .unwrap();
    assert_invite(LinkType::ETHERNET, &frame);

    for tags in 1..=8 {
        let mut header = vec![0; 12];
        for tag in 0..tags {
            header.extend(if tag == 0 { [0x88, 0xa8] } else { [0x81, 0x00] });
            header.extend([0, 100]);
        }
        header.extend([0x08, 0x00]);
        assert_invite(LinkType::ETHERNET, &headed(&header));
    }
}

#[test]
fn linux_cooked_captures() {
    let mut version_1 = vec![0, 4, 0, 1, 0, 6];
    version_1.extend([0; 8]);
    version_1.extend([0x08, 0x00]);
    assert_invite(LinkType::LINUX_SLL, &headed(&version_1));

    let mut version_2 = vec![0x08, 0x00, 0, 0, 0, 0, 0, 2, 0, 1, 4, 6];
    version_2.extend([0; 8]);
    assert_invite(LinkType::LINUX_SLL2, &headed(&version_2));
}

#[test]
fn raw_ip_and_loopback() {
    for link_type in [
        LinkType::RAW,
        LinkType::RAW_BSD,
        LinkType::RAW_OPENBSD,
        LinkType::IPV4,
    ] {
        assert_invite(link_type, &headed(&[]));
    }
    assert_invite(LinkType::NULL, &headed(&[2, 0, 0, 0]));
    assert_invite(LinkType::NULL, &headed(&[0, 0, 0, 2]));
    assert_invite(LinkType::LOOP, &headed(&[0, 0, 0, 2]));
}

#[test]
fn ipv6_with_extension_headers() {
    let invite = invite();
    let (alice, bob) = ("[2001:db8::1]:5060", "[2001:db8::2]:5060");
    let plain = udp_packet(alice, bob, invite.as_bytes());
    // Hop-by-hop options, routing, destination options of 16 bytes, and a fragment header of a
    // datagram in one piece.
    let extensions = [
        &[43_u8, 0, 1, 4, 0, 0, 0, 0][..],
        &[60, 0, 0, 0, 0, 0, 0, 0],
        &[44, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        &[17, 0, 0, 0, 0, 0, 0, 9],
    ]
    .concat();
    let mut extended = plain[..40].to_vec();
    extended[6] = 0;
    let length = u16::try_from(plain.len() - 40 + extensions.len()).unwrap();
    extended[4..6].copy_from_slice(&length.to_be_bytes());
    extended.extend(&extensions);
    extended.extend(&plain[40..]);
    for (packet, ip_id) in [(plain, 0), (extended, 9)] {
        let mut run = Run::new(Config::default());
        run.frame(LinkType::IPV6, &packet, packet.len());
        assert_eq!(run.texts(), [&invite]);
        assert_eq!(run.messages()[0].flow, flow(alice, bob, Transport::Udp));
        assert_eq!(run.messages()[0].ip_id, Some(ip_id));
    }
}

#[test]
fn ethernet_padding_is_no_part_of_the_message() {
    let mut header = vec![0; 12];
    header.extend([0x08, 0x00]);
    let mut frame = headed(&header);
    frame.extend([0; 20]);
    assert_invite(LinkType::ETHERNET, &frame);
}

#[test]
fn what_the_snap_length_cut_off_is_counted() {
    let invite = invite();
    let packet = udp_packet(ALICE, BOB, invite.as_bytes());
    let mut run = Run::new(Config::default());
    for kept in (28 + 40)..packet.len() {
        run.told.clear();
        run.frame(LinkType::RAW, &packet[..kept], packet.len());
        assert_eq!(run.texts(), [&invite[..kept - 28]]);
        assert_eq!(run.messages()[0].missing as usize, packet.len() - kept);
    }
    // Cut within the headers.
    run.told.clear();
    for kept in 0..28 {
        run.frame(LinkType::RAW, &packet[..kept], packet.len());
    }
    assert_eq!(run.told, []);
    assert_eq!(
        run.decoder.counters().undecoded(Undecoded::Truncated).count,
        28
    );
}

#[test]
fn address_resolution_is_told() {
    let mut run = Run::new(Config::default());
    let mut frame = vec![0; 12];
    frame.extend([0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 1]);
    frame.extend([
        2, 0, 0, 0, 0, 1, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 192, 0, 2, 2,
    ]);
    run.frame(LinkType::ETHERNET, &frame, frame.len());
    frame[21] = 2;
    run.frame(LinkType::ETHERNET, &frame, frame.len());

    let (asker, target, group) = (
        "[2001:db8::1]:0",
        "2001:db8::2".parse::<std::net::Ipv6Addr>().unwrap(),
        "[ff02::1]:0",
    );
    for (kind, source, destination) in [(135, asker, group), (136, "[2001:db8::2]:0", asker)] {
        let mut icmp = vec![kind, 0, 0, 0, 0, 0, 0, 0];
        icmp.extend(target.octets());
        let (source, destination) = (socket(source), socket(destination));
        run.ip(&ip(source.ip(), destination.ip(), 58, &icmp));
    }
    let told = |sender: &str, target: &str, is_reply| Told::Neighbour {
        sender: sender.parse().unwrap(),
        target: target.parse().unwrap(),
        is_reply,
    };
    assert_eq!(
        run.told,
        [
            told("192.0.2.1", "192.0.2.2", false),
            told("192.0.2.1", "192.0.2.2", true),
            told("2001:db8::1", "2001:db8::2", false),
            told("2001:db8::2", "2001:db8::1", true),
        ]
    );
}

#[test]
fn frames_that_are_not_ours_are_counted() {
    let mut run = Run::new(Config::default());
    run.frame(LinkType(147), &[0; 10], 10);
    let mut lldp = vec![0; 12];
    lldp.extend([0x88, 0xcc, 1, 2, 3]);
    run.frame(LinkType::ETHERNET, &lldp, lldp.len());
    run.ip(&udp_packet("192.0.2.1:4000", "192.0.2.2:4002", b"rtp"));
    run.ip(&ip(
        [192, 0, 2, 1].into(),
        [192, 0, 2, 2].into(),
        47,
        &[0, 2, 8, 0],
    ));
    run.ip(&ip(
        [192, 0, 2, 1].into(),
        [192, 0, 2, 2].into(),
        89,
        b"ospf",
    ));
    // The cut GRE header may have had SIP behind it.
    assert_eq!(run.gaps(), [GapKind::Undecoded]);
    assert_eq!(run.told.len(), 1);
    let counters = run.decoder.counters();
    assert_eq!(counters.frames, 5);
    assert_eq!(counters.other_frames, 2);
    assert_eq!(counters.undecoded(Undecoded::UnknownProtocol(47)).count, 1);
    let unknown = counters.undecoded(Undecoded::UnknownLinkType(LinkType(147)));
    assert_eq!((unknown.count, unknown.bytes), (1, 10));
    assert_eq!(
        counters
            .undecoded(Undecoded::NotIp)
            .first
            .map(|frame| frame.number),
        Some(2)
    );
}
