//! SIP in every encapsulation, and what only looks like one.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;
use sipwhy_packet::{
    Bound, Config, Encryption, GapKind, Limits, LinkType, Ports, Transport, Undecoded,
};

use crate::samples::{
    ALICE, BOB, ends, ethernet, inner, inner_6, invite, join, outer, over_udp, samples,
    with_checksum,
};
use crate::support::{Run, flow, fragments, ip, request, socket, udp, udp_packet};

fn run() -> Run {
    Run::new(Config::default())
}

fn count(run: &Run, reason: Undecoded) -> u64 {
    run.decoder.counters().undecoded(reason).count
}

#[test]
fn every_encapsulation_gives_the_message_within() {
    let samples = samples();
    let names: BTreeSet<&str> = samples.iter().map(|sample| &*sample.name).collect();
    assert_eq!(names.len(), samples.len());
    for sample in samples {
        for ports in [Ports::default(), Ports::any()] {
            let mut run = Run::new(Config {
                ports,
                ..Config::default()
            });
            run.frame(sample.link_type, &sample.bytes, sample.bytes.len());
            assert_eq!(run.texts(), [invite()], "{}", sample.name);
            let (source, destination) = ends(&sample);
            let message = run.messages()[0].clone();
            let expected = flow(source, destination, Transport::Udp);
            assert_eq!(message.flow, expected, "{}", sample.name);
            assert_eq!(message.missing, 0, "{}", sample.name);
            let counters = run.decoder.counters();
            assert_eq!(counters.all_undecoded().count(), 0, "{}", sample.name);
            assert_eq!(counters.wrong_checksums.count, 0, "{}", sample.name);
        }
    }
}

/// Cut anywhere, a frame gives nothing, or a part of the message and how much of it is missing.
/// What gives nothing is counted.
#[test]
fn every_encapsulation_cut_at_every_byte() {
    let invite = invite();
    for sample in samples() {
        // What is behind the message: padding, check values, further frames.
        let end = sample
            .bytes
            .windows(invite.len())
            .position(|window| window == invite.as_bytes())
            .unwrap()
            + invite.len();
        for kept in 0..sample.bytes.len() {
            let mut run = run();
            run.frame(sample.link_type, &sample.bytes[..kept], sample.bytes.len());
            let name = &sample.name;
            match run.messages()[..] {
                [] => {
                    let counters = run.decoder.counters();
                    let undecoded: u64 =
                        counters.all_undecoded().map(|(_, tally)| tally.count).sum();
                    assert!(
                        undecoded + counters.other_frames > 0,
                        "{name} cut at {kept}"
                    );
                    assert!(kept < end, "{name} cut at {kept}");
                }
                [message] => {
                    assert!(invite.starts_with(&message.text), "{name} cut at {kept}");
                    let missing = if name == "UDP-Lite" {
                        message.missing as usize
                    } else {
                        end.saturating_sub(kept)
                    };
                    assert_eq!(message.missing as usize, missing, "{name} cut at {kept}");
                    let (source, destination) = ends(&sample);
                    let expected = flow(source, destination, Transport::Udp);
                    assert_eq!(message.flow, expected, "{name} cut at {kept}");
                }
                _ => panic!("{name} cut at {kept}"),
            }
        }
    }
}

#[test]
fn tunnels_nest_up_to_the_bound() {
    let limits = Limits {
        encapsulations: 7,
        ..Limits::default()
    };
    // The link is one, and each GRE tunnel two: the protocol and its header.
    for (tunnels, found) in [(0, 1), (1, 1), (3, 1), (4, 0), (60, 0)] {
        let mut packet = inner();
        for _ in 0..tunnels {
            packet = outer(47, &join(&[&[0, 0, 8, 0], &packet]));
        }
        let mut run = Run::new(Config {
            limits: limits.clone(),
            ..Config::default()
        });
        run.ip(&packet);
        assert_eq!(run.messages().len(), found, "{tunnels}");
        let bound = Undecoded::BoundReached(Bound::Encapsulations);
        assert_eq!(count(&run, bound), 1 - found as u64, "{tunnels}");
    }
}

/// Every tunnel that needs no other layer, as deep as a packet can be: the bound holds in all.
#[test]
fn no_layer_is_free() {
    let bound = Undecoded::BoundReached(Bound::Encapsulations);
    let deep: [(LinkType, u16, &[u8]); 7] = [
        (LinkType::ETHERNET, 0x8100, &[0, 7, 0x81, 0]),
        (LinkType::ETHERNET, 0x8847, &[0, 1, 0, 64]),
        (LinkType::ETHERNET, 0x88e5, &[0, 0, 0, 0, 0, 1, 0x88, 0xe5]),
        (
            LinkType::ETHERNET,
            0x894f,
            &[0x0f, 0xc2, 2, 4, 0, 0, 1, 255],
        ),
        (
            LinkType::ETHERNET,
            0x6558,
            &[2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x65, 0x58],
        ),
        (LinkType::ETHERNET, 0x880b, &[0, 0x3d, 0xc0, 0, 0, 9]),
        (LinkType::PPI, 0, &[0, 0, 8, 0, 192, 0, 0, 0]),
    ];
    for (link_type, ether_type, header) in deep {
        let layers = header.repeat(1000);
        let frame = if link_type == LinkType::ETHERNET {
            ethernet(ether_type, &layers)
        } else {
            layers
        };
        let mut run = run();
        run.frame(link_type, &frame, frame.len());
        assert_eq!(count(&run, bound), 1, "{ether_type:04x}");
    }
}

#[test]
fn what_is_no_tunnel_is_handled_as_ever() {
    let invite = invite();
    for port in [1701, 2152, 4500, 4789, 4790, 6081, 6635, 8472, 37008] {
        let (alice, bob) = (format!("10.0.0.1:{port}"), format!("10.0.0.2:{port}"));
        // SIP on the port of a tunnel, by the port and by content.
        for ports in [port.to_string().parse().unwrap(), Ports::any()] {
            let mut run = Run::new(Config {
                ports,
                ..Config::default()
            });
            run.ip(&udp_packet(&alice, &bob, invite.as_bytes()));
            assert_eq!(run.texts(), [&invite], "{port}");
        }
        // SIP between 5060 and such a port.
        let mut run = run();
        run.ip(&udp_packet(&alice, BOB, invite.as_bytes()));
        assert_eq!(run.texts(), [&invite], "{port}");
        // DNS from it, media, STUN, and SIP that is not looked for.
        let dns =
            b"\x30\xff\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03sip\x03org\x00\x00\x01\x00\x01";
        run.ip(&udp_packet(&alice, "10.0.0.53:53", dns));
        assert_eq!(run.decoder.counters().dns, 1, "{port}");
        let rtp = [
            &[0x80, 0, 0x12, 0x34, 0, 0, 0, 1, 1, 2, 3, 4][..],
            &[0x7f; 161],
        ]
        .concat();
        let stun = b"\x00\x01\x00\x00\x21\x12\xa4\x42abcdefghijkl";
        for payload in [&rtp[..], stun, invite.as_bytes(), b"", b"\xff"] {
            run.ip(&udp_packet(&alice, &bob, payload));
        }
        assert_eq!(run.decoder.counters().other_frames, 5, "{port}");
        assert_eq!(run.decoder.counters().all_undecoded().count(), 0, "{port}");
        assert_eq!(run.messages().len(), 1, "{port}");
    }
}

#[test]
fn what_cannot_be_read_is_counted_by_reason() {
    let wifi = |flags: u8, sequence: u8| {
        let mut frame = vec![8, flags];
        frame.extend([0; 20]);
        frame.extend([sequence, 0]);
        frame.extend([0xaa, 0xaa, 3, 0, 0, 0, 8, 0]);
        frame.extend(inner());
        frame
    };
    let secured = |flags: u8| ethernet(0x88e5, &[&[flags, 0, 0, 0, 0, 1][..], &[7; 60]].concat());
    let raw = LinkType::RAW;
    let esp = [&[0x12, 0x34, 0x56, 0x78, 0, 0, 0, 1][..], &[7; 64]].concat();
    let key_exchange = [&[0; 4][..], &[7; 64]].concat();
    let cases: Vec<(LinkType, Vec<u8>, Undecoded)> = vec![
        (
            LinkType::ETHERNET,
            secured(0x0c),
            Undecoded::EncryptedBelow(Encryption::MacSec),
        ),
        (
            LinkType::ETHERNET,
            secured(0x2c),
            Undecoded::EncryptedBelow(Encryption::MacSec),
        ),
        (
            LinkType::ETHERNET,
            secured(0x04),
            Undecoded::EncryptedBelow(Encryption::MacSec),
        ),
        (LinkType::ETHERNET, secured(0x80), Undecoded::BadHeader),
        (
            LinkType::IEEE802_11,
            wifi(0x41, 0),
            Undecoded::EncryptedBelow(Encryption::Wifi),
        ),
        (LinkType::IEEE802_11, wifi(0x05, 0), Undecoded::LinkFragment),
        (LinkType::IEEE802_11, wifi(0x01, 1), Undecoded::LinkFragment),
        (
            LinkType::PPP,
            vec![0xff, 3, 0, 0x3d, 0x80, 0, 0, 1, 0x21],
            Undecoded::LinkFragment,
        ),
        (
            LinkType::PPP,
            vec![0xff, 3, 0, 0xfd, 1, 2],
            Undecoded::EncryptedBelow(Encryption::Ppp),
        ),
        (
            LinkType::PPP,
            vec![0xff, 3, 0, 0x53, 1, 2],
            Undecoded::EncryptedBelow(Encryption::Ppp),
        ),
        (
            LinkType::PPP,
            vec![0xff, 3, 0, 0x2f, 1, 2],
            Undecoded::UnknownPppProtocol(0x2f),
        ),
        (
            LinkType::PPP,
            vec![0xff, 3, 0xc0, 0x21, 1, 2],
            Undecoded::NotIp,
        ),
        (
            LinkType::ETHERNET,
            ethernet(0x8863, &[0x11, 9, 0, 0, 0, 0]),
            Undecoded::NotIp,
        ),
        (
            LinkType::ETHERNET,
            ethernet(0x22f3, &[0; 60]),
            Undecoded::UnknownEtherType(0x22f3),
        ),
        (
            raw,
            outer(50, &esp),
            Undecoded::EncryptedBelow(Encryption::Ipsec),
        ),
        (
            raw,
            over_udp(4500, &esp),
            Undecoded::EncryptedBelow(Encryption::Ipsec),
        ),
        (
            raw,
            outer(47, &[0, 2, 8, 0]),
            Undecoded::UnknownProtocol(47),
        ),
        (
            raw,
            outer(47, &[0x40, 0, 8, 0, 0, 0, 0, 0]),
            Undecoded::UnknownProtocol(47),
        ),
        (
            raw,
            outer(47, &[0x20, 0x81, 0x88, 0x0b, 0, 0, 0, 7, 0, 0, 0, 1]),
            Undecoded::NotIp,
        ),
        (
            raw,
            outer(108, &[4, 0, 0, 1]),
            Undecoded::UnknownProtocol(108),
        ),
        (raw, outer(97, &[0x20, 0, 1]), Undecoded::BadHeader),
    ];
    for (number, (link_type, frame, reason)) in cases.into_iter().enumerate() {
        let mut run = run();
        run.frame(link_type, &frame, frame.len());
        let counted: Vec<_> = run.decoder.counters().all_undecoded().collect();
        assert_eq!(counted.len(), 1, "{number}: {counted:?}");
        assert_eq!(counted[0].0, reason, "{number}");
        // What may be SIP counts as missing, so that nothing is concluded from its absence.
        let may_be_sip = matches!(
            reason,
            Undecoded::EncryptedBelow(_) | Undecoded::UnknownProtocol(_) | Undecoded::LinkFragment
        );
        let gaps = [GapKind::Undecoded];
        assert_eq!(run.gaps(), gaps[..usize::from(may_be_sip)], "{number}");
        assert_eq!(run.told.len(), usize::from(may_be_sip), "{number}");
    }
    let mut run = run();
    run.ip(&over_udp(4500, &key_exchange));
    assert_eq!(run.decoder.counters().other_frames, 1);
}

#[test]
fn unknown_ether_types_are_counted_one_by_one_up_to_a_bound() {
    let mut run = run();
    for number in 0..100 {
        let frame = ethernet(0xa000 + number, &[0; 40]);
        for _ in 0..2 {
            run.frame(LinkType::ETHERNET, &frame, frame.len());
        }
    }
    assert_eq!(count(&run, Undecoded::UnknownEtherType(0xa000)), 2);
    assert_eq!(run.decoder.counters().all_undecoded().count(), 33);
    assert_eq!(count(&run, Undecoded::UnknownEtherType(0xffff)), 136);
}

#[test]
fn aggregated_frames_are_frames_each() {
    let (one, other) = (request("INVITE", 1, 100), request("INVITE", 2, 101));
    let mut frame = vec![0x88, 2];
    frame.extend([0; 22]);
    frame.extend([0x80, 0]);
    for message in [&one, &other] {
        let packet = udp_packet(ALICE, BOB, message.as_bytes());
        frame.extend([0; 12]);
        frame.extend(u16::try_from(packet.len() + 8).unwrap().to_be_bytes());
        frame.extend([0xaa, 0xaa, 3, 0, 0, 0, 8, 0]);
        frame.extend(packet);
        // Its header is of 26 bytes, but padding counts from the first subframe.
        frame.resize(26 + (frame.len() - 26).next_multiple_of(4), 0);
    }
    let mut run = run();
    run.frame(LinkType::IEEE802_11, &frame, frame.len());
    assert_eq!(run.texts(), [one, other]);
}

/// A VXLAN datagram in a network, between two ends.
fn vxlan(ends: [&str; 2], network: u8, packet: &[u8]) -> Vec<u8> {
    let payload = join(&[&[8, 0, 0, 0, 0, 0, network, 0], &ethernet(0x0800, packet)]);
    udp_packet(
        &format!("{}:50000", ends[0]),
        &format!("{}:4789", ends[1]),
        &payload,
    )
}

#[test]
fn fragments_inside_and_outside_of_tunnels() {
    let whole = outer(47, &join(&[&[0, 0, 8, 0], &inner()]));
    for size in [16, 64, 200] {
        // The tunnel carries fragments.
        let mut run = run();
        let parts = fragments(&inner(), 7, size);
        for part in &parts {
            run.ip(&outer(47, &join(&[&[0, 0, 8, 0], part])));
        }
        assert_eq!(run.texts(), [invite()], "{size}");
        let message = run.messages()[0].clone();
        assert_eq!(message.flow, flow(ALICE, BOB, Transport::Udp));
        assert_eq!((message.first, message.last), (1, parts.len() as u64));

        // The tunnel is fragmented, and comes backwards.
        for whole in [&whole, &vxlan(["192.0.2.1", "192.0.2.2"], 1, &inner())] {
            let mut run = self::run();
            let parts = fragments(whole, 7, size);
            for part in parts.iter().rev() {
                run.ip(part);
            }
            assert_eq!(run.texts(), [invite()], "{size}");
            let message = run.messages()[0].clone();
            assert_eq!(message.last, parts.len() as u64);
            assert_eq!(run.finish().gaps(), []);
        }

        // Both.
        let mut run = self::run();
        let mut frames = 0;
        for part in fragments(&inner_6(), 7, size) {
            for part in fragments(&outer(41, &part), frames, size) {
                run.ip(&part);
                frames += 1;
            }
        }
        assert_eq!(run.texts(), [invite()], "{size}");
        let message = run.messages()[0].clone();
        assert_eq!((message.first, message.last), (1, u64::from(frames)));
        assert_eq!(run.decoder.held(), Default::default());
    }
}

/// What a tunnel carries may be SIP: that a fragment of it did not come is told.
#[test]
fn lost_fragments_of_tunnels_are_gaps() {
    for (whole, told) in [
        (outer(47, &join(&[&[0, 0, 8, 0], &inner()])), 1),
        (vxlan(["192.0.2.1", "192.0.2.2"], 1, &inner()), 1),
        (outer(50, &inner()), 0),
        (outer(89, &inner()), 0),
    ] {
        let mut run = run();
        run.ip(&fragments(&whole, 7, 64)[0]);
        run.wait(Duration::from_secs(31));
        run.advance();
        assert_eq!(run.gaps(), vec![GapKind::FragmentsMissing; told]);
    }
}

/// The same addresses and identification in several networks at once: each has its own datagram.
#[test]
fn fragments_of_different_networks_are_not_mixed() {
    let tagged =
        |number: u8, packet: &[u8]| ethernet(0x8100, &join(&[&[0x20, number, 8, 0], packet]));
    let between: [[&str; 2]; 2] = [["192.0.2.1", "192.0.2.2"], ["192.0.2.1", "192.0.2.3"]];
    type Wrap<'a> = Box<dyn Fn(u8, &[u8]) -> Vec<u8> + 'a>;
    let networks: Vec<Wrap<'_>> = vec![
        Box::new(tagged),
        Box::new(|number, packet| ethernet(0x0800, &vxlan(between[0], number, packet))),
        Box::new(|number, packet| {
            ethernet(0x0800, &vxlan(between[usize::from(number)], 1, packet))
        }),
        Box::new(|number, packet| {
            let key = join(&[&[0x20, 0, 8, 0, 0, 0, 0, number], packet]);
            ethernet(0x0800, &outer(47, &key))
        }),
    ];
    for (index, wrap) in networks.iter().enumerate() {
        let texts = [request("INVITE", 1, 400), request("INVITE", 2, 400)];
        let parts = texts
            .each_ref()
            .map(|text| fragments(&udp_packet(ALICE, BOB, text.as_bytes()), 7, 64));
        let mut run = run();
        for (one, other) in parts[0].iter().zip(&parts[1]) {
            for (number, part) in [(0, one), (1, other)] {
                let frame = wrap(number, part);
                run.frame(LinkType::ETHERNET, &frame, frame.len());
            }
        }
        assert_eq!(run.texts(), texts, "{index}");
        assert_eq!(run.finish().gaps(), [], "{index}");
    }
}

#[test]
fn icmp_errors_inside_of_tunnels() {
    let mut icmp = vec![3, 3, 0, 0, 0, 0, 0, 0];
    icmp.extend(&inner()[..28]);
    let (bob, alice) = (socket(BOB).ip(), socket(ALICE).ip());
    let error = ip(bob, alice, 1, &icmp);
    let mut run = run();
    run.ip(&error);
    run.ip(&outer(47, &join(&[&[0, 0, 8, 0], &error])));
    assert_eq!(run.told.len(), 2);
    assert_eq!(run.told[0], run.told[1]);
}

#[test]
fn wrong_checksums_are_counted_and_change_nothing() {
    let right = [inner(), inner_6()];
    let mut odd = udp(5060, 5060, format!("{}\n", invite()).as_bytes());
    odd[6..8].fill(0);
    let (alice, bob) = (socket(ALICE).ip(), socket(BOB).ip());
    let without = with_checksum(ip(alice, bob, 17, &odd));
    let mut run = run();
    for packet in right.iter().chain([&without]) {
        run.ip(packet);
    }
    assert_eq!(run.messages().len(), 3);
    assert_eq!(run.decoder.counters().wrong_checksums.count, 0);
    // Any byte of the addresses, the ports or the message.
    for (at, packet) in [
        (8, 0),
        (15, 0),
        (41, 0),
        (180, 0),
        (23, 1),
        (61, 1),
        (200, 1),
    ]
    .map(|(at, index)| (at, right[index].clone()))
    {
        let mut packet = packet;
        packet[at] ^= 0x20;
        let before = run.decoder.counters().wrong_checksums.count;
        run.ip(&packet);
        assert_eq!(
            run.decoder.counters().wrong_checksums.count,
            before + 1,
            "{at}"
        );
    }
    assert_eq!(run.messages().len(), 10);
    let wrong = run.decoder.counters().wrong_checksums;
    assert_eq!(wrong.first.map(|frame| frame.number), Some(4));
    // Part of it was not captured: nothing can be said.
    let cut = &right[0][..200];
    run.frame(LinkType::RAW, cut, right[0].len());
    assert_eq!(run.decoder.counters().wrong_checksums, wrong);
    // Not SIP: nobody asks.
    run.ip(&udp_packet("10.0.0.1:4000", "10.0.0.2:4000", b"media"));
    assert_eq!(run.decoder.counters().wrong_checksums, wrong);
}

proptest! {
    /// Samples one in the other, cut and with bytes changed: no panic, the same again, and nothing
    /// held but fragments.
    #[test]
    fn mutated_samples(
        choice in prop::collection::vec(
            (
                any::<prop::sample::Index>(),
                prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
                prop::option::of(any::<prop::sample::Index>()),
            ),
            1..40),
        any_port: bool,
    ) {
        let samples = samples();
        let config = Config {
            ports: if any_port { Ports::any() } else { Ports::default() },
            ..Config::default()
        };
        let runs = [(); 2].map(|()| {
            let mut run = Run::new(config.clone());
            for (index, changes, cut) in &choice {
                let sample = &samples[index.index(samples.len())];
                let mut bytes = sample.bytes.clone();
                for (at, value) in changes {
                    // Headers are what matters.
                    let at = at.index(bytes.len().min(120));
                    bytes[at] = *value;
                }
                if let Some(cut) = cut {
                    bytes.truncate(cut.index(sample.bytes.len()));
                }
                run.frame(sample.link_type, &bytes, sample.bytes.len());
            }
            run.finish();
            run
        });
        let [one, other] = runs;
        prop_assert_eq!(&one.told, &other.told);
        prop_assert_eq!(one.decoder.counters(), other.decoder.counters());
        prop_assert!(one.messages().len() <= choice.len());
        prop_assert_eq!(one.decoder.held().fragment_datagrams, 0);
    }
}
