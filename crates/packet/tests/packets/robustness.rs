//! No bytes panic, and what is held stays within its bounds.

use std::time::Duration;

use proptest::prelude::*;
use sipwhy_packet::{Config, Limits, LinkType, Ports};

use crate::support::{
    ACK, ALICE, BOB, FIN, RST, Run, SYN, call, fragments, request, tcp_packet, udp_packet,
};

const LINK_TYPES: [LinkType; 10] = [
    LinkType::ETHERNET,
    LinkType::LINUX_SLL,
    LinkType::LINUX_SLL2,
    LinkType::NULL,
    LinkType::LOOP,
    LinkType::RAW,
    LinkType::RAW_BSD,
    LinkType::RAW_OPENBSD,
    LinkType::IPV4,
    LinkType::IPV6,
];

fn tight() -> Limits {
    Limits {
        fragment_datagrams: 4,
        fragment_bytes: 2000,
        fragments_per_datagram: 6,
        connections: 4,
        stream_bytes: 3000,
        early_bytes: 1000,
        early_segments: 4,
        body_bytes: 1000,
        ..Limits::default()
    }
}

fn assert_within(run: &Run, limits: &Limits) {
    let held = run.decoder.held();
    assert!(
        held.fragment_datagrams <= limits.fragment_datagrams,
        "{held:?}"
    );
    assert!(held.fragment_bytes <= limits.fragment_bytes, "{held:?}");
    assert!(held.connections <= limits.connections, "{held:?}");
    assert!(held.stream_bytes <= limits.stream_bytes, "{held:?}");
}

/// An IP packet behind the header of a link type.
fn link(link_type: LinkType, packet: &[u8]) -> Vec<u8> {
    let is_v4 = packet[0] >> 4 == 4;
    let ether_type = if is_v4 { [0x08, 0x00] } else { [0x86, 0xdd] };
    let mut frame = match link_type {
        LinkType::ETHERNET => [&[0; 12][..], &[0x81, 0, 0, 7], &ether_type].concat(),
        LinkType::LINUX_SLL => [&[0; 14][..], &ether_type].concat(),
        LinkType::LINUX_SLL2 => [&ether_type[..], &[0; 18]].concat(),
        LinkType::NULL | LinkType::LOOP => vec![0, 0, 0, if is_v4 { 2 } else { 24 }],
        _ => Vec::new(),
    };
    frame.extend(packet);
    frame
}

/// Raw IP packets of a call over UDP, in fragments and over TCP, and of what else there is.
fn packets() -> Vec<Vec<u8>> {
    let mut packets = Vec::new();
    let mut seq = 1000;
    let client = "192.0.2.1:4000";
    packets.push(tcp_packet(client, BOB, seq - 1, SYN, b""));
    for message in call() {
        packets.push(udp_packet(ALICE, BOB, message.as_bytes()));
        for part in message.as_bytes().chunks(100) {
            packets.push(tcp_packet(client, BOB, seq, ACK, part));
            seq += u32::try_from(part.len()).unwrap();
        }
    }
    packets.push(tcp_packet(client, BOB, seq, FIN | ACK, b""));
    packets.push(tcp_packet(BOB, client, 1, RST, b""));
    let six = udp_packet(
        "[2001:db8::1]:5060",
        "[2001:db8::2]:5060",
        call()[0].as_bytes(),
    );
    packets.extend(fragments(&six, 9, 64));
    packets.extend(fragments(&packets[1].clone(), 9, 64));
    let mut icmp = vec![3, 3, 0, 0, 0, 0, 0, 0];
    icmp.extend(&packets[1]);
    packets.push(crate::support::ip(
        [192, 0, 2, 9].into(),
        [192, 0, 2, 1].into(),
        1,
        &icmp,
    ));
    packets
}

proptest! {
    #[test]
    fn random_bytes(
        frames in prop::collection::vec(
            (0..LINK_TYPES.len(), prop::collection::vec(any::<u8>(), 0..200)), 0..20),
    ) {
        let mut run = Run::new(Config { ports: Ports::any(), ..Config::default() });
        for (link_type, bytes) in &frames {
            run.frame(LINK_TYPES[*link_type], bytes, bytes.len());
        }
        run.finish();
        prop_assert_eq!(run.decoder.counters().frames, frames.len() as u64);
    }

    /// Frames of every link type shuffled, left out, repeated, cut and with bytes changed.
    #[test]
    fn mutated_packets(
        any_port: bool,
        choice in prop::collection::vec(
            (
                (any::<prop::sample::Index>(), 0..LINK_TYPES.len()),
                prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
                prop::option::of(any::<prop::sample::Index>()),
                0_u64..2000,
            ),
            0..80),
    ) {
        let limits = tight();
        let ports = if any_port { Ports::any() } else { Ports::default() };
        let config = Config { limits: limits.clone(), ports, ..Config::default() };
        let packets = packets();
        let runs = [(); 2].map(|()| {
            let mut run = Run::new(config.clone());
            for ((packet, link_type), changes, cut, wait) in &choice {
                let link_type = LINK_TYPES[*link_type];
                let mut packet = link(link_type, &packets[packet.index(packets.len())]);
                let whole = packet.len();
                for (at, value) in changes {
                    let at = at.index(packet.len());
                    packet[at] = *value;
                }
                if let Some(cut) = cut {
                    packet.truncate(cut.index(whole));
                }
                run.wait(Duration::from_millis(*wait));
                run.frame(link_type, &packet, whole);
                assert_within(&run, &limits);
            }
            run.finish();
            run
        });
        let [one, other] = runs;
        prop_assert_eq!(&one.told, &other.told);
        prop_assert_eq!(one.decoder.counters(), other.decoder.counters());
        prop_assert_eq!(one.decoder.held(), Default::default());
    }
}

/// A thousand connections, each with more than it may hold: the order in which they are given up
/// depends on nothing but the frames.
#[test]
fn the_same_frames_tell_the_same_events() {
    let runs = [(); 2].map(|()| {
        let limits = Limits {
            connections: 100,
            stream_bytes: 20_000,
            connection_idle: Duration::from_secs(1),
            hole_wait: Duration::from_millis(300),
            ..Limits::default()
        };
        let mut run = Run::new(Config {
            limits: limits.clone(),
            ..Config::default()
        });
        for round in 0..3_u32 {
            for client in 0..1000_u32 {
                let source = format!("10.0.{}.{}:4000", client % 7, client % 251);
                let message = request("INVITE", client, 400);
                let part = &message.as_bytes()[..300];
                let seq = 1 + round * 400 + client % 3 * 100;
                run.ip(&tcp_packet(&source, BOB, seq, ACK, part));
                assert_within(&run, &limits);
            }
        }
        run.finish();
        run
    });
    let [one, other] = runs;
    assert!(one.told.len() > 1000);
    assert_eq!(one.told, other.told);
    assert_eq!(one.decoder.counters(), other.decoder.counters());
}
