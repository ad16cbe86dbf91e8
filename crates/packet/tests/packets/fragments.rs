//! IP fragments.

use std::time::Duration;

use crate::support::{ALICE, BOB, Run, Told, flow, fragments, request, udp_packet};
use proptest::prelude::*;
use sipwhy_packet::{Bound, Config, GapKind, Limits, LinkType, Transport, Undecoded};

const ALICE_6: &str = "[2001:db8::1]:5060";
const BOB_6: &str = "[2001:db8::2]:5060";

fn invite() -> String {
    request("INVITE", 1, 600)
}

/// The INVITE over both families, in fragments of `size` bytes.
fn both_families(size: usize) -> [Vec<Vec<u8>>; 2] {
    [(ALICE, BOB), (ALICE_6, BOB_6)].map(|(source, destination)| {
        fragments(
            &udp_packet(source, destination, invite().as_bytes()),
            7,
            size,
        )
    })
}

#[test]
fn every_order_of_four_fragments() {
    for parts in both_families(200) {
        assert_eq!(parts.len(), 4);
        for a in 0..4 {
            for b in (0..4).filter(|&b| b != a) {
                for c in (0..4).filter(|&c| c != a && c != b) {
                    let order = [a, b, c, 6 - a - b - c];
                    let mut run = Run::new(Config::default());
                    for part in order {
                        run.ip(&parts[part]);
                    }
                    assert_eq!(run.texts(), [&invite()], "{order:?}");
                    let first = order.iter().position(|&part| part == 0).unwrap() as u64 + 1;
                    let message = run.messages()[0];
                    assert_eq!((message.first, message.last), (first, 4), "{order:?}");
                    assert_eq!((message.ip_id, message.missing), (Some(7), 0));
                    assert_eq!(run.finish().told.len(), 1);
                }
            }
        }
    }
}

#[test]
fn datagrams_with_the_same_identification_and_other_addresses_do_not_mix() {
    let text = invite();
    let one = fragments(&udp_packet(ALICE, BOB, text.as_bytes()), 7, 400);
    let other = fragments(&udp_packet("192.0.2.3:5060", BOB, text.as_bytes()), 7, 400);
    let mut run = Run::new(Config::default());
    run.ip(&one[0]).ip(&other[1]).ip(&one[1]).ip(&other[0]);
    assert_eq!(run.texts(), [&text, &text]);
}

#[test]
fn an_identification_used_again_starts_a_new_datagram() {
    let text = invite();
    let stale = request("OPTIONS", 9, 600);
    let old = fragments(&udp_packet(ALICE, BOB, stale.as_bytes()), 7, 400);
    let new = fragments(&udp_packet(ALICE, BOB, text.as_bytes()), 7, 400);
    let mut run = Run::new(Config::default());
    run.ip(&old[0]).ip(&new[0]).ip(&new[1]);
    assert_eq!(run.gaps(), [GapKind::FragmentsMissing]);
    assert_eq!(run.texts(), [&text]);
}

#[test]
fn a_missing_fragment_is_told_when_its_time_is_over() {
    for parts in both_families(200) {
        for lost in 0..4 {
            let mut run = Run::new(Config::default());
            for (_, part) in parts.iter().enumerate().filter(|&(index, _)| index != lost) {
                run.ip(part);
            }
            run.wait(Duration::from_secs(29));
            assert_eq!(run.advance().told, []);
            run.wait(Duration::from_secs(2));
            run.advance();
            // Without the first fragment, nobody knows whose it was.
            let sip = if parts[0][0] >> 4 == 4 {
                flow(ALICE, BOB, Transport::Udp)
            } else {
                flow(ALICE_6, BOB_6, Transport::Udp)
            };
            let kind = GapKind::FragmentsMissing;
            let flow = (lost != 0).then_some(sip);
            assert_eq!(
                run.told,
                [Told::Gap {
                    kind,
                    flow,
                    frame: 3
                }]
            );
            let missed = run.decoder.counters().undecoded(Undecoded::FragmentMissing);
            assert_eq!(
                (missed.count, missed.first.map(|frame| frame.number)),
                (1, Some(1))
            );
            assert_eq!(run.decoder.held(), Default::default());
            run.finish();
            assert_eq!(run.told.len(), 1);
        }
    }
}

#[test]
fn the_end_of_the_capture_tells_of_what_is_open() {
    let mut run = Run::new(Config::default());
    run.ip(&both_families(200)[0][0]).finish();
    assert_eq!(run.gaps(), [GapKind::FragmentsMissing]);
}

#[test]
fn fragments_of_other_traffic_are_neither_held_nor_told() {
    let mut run = Run::new(Config::default());
    let video = udp_packet("192.0.2.1:4000", "192.0.2.2:4002", &[0x80; 3000]);
    let parts = fragments(&video, 7, 1000);
    run.ip(&parts[1]);
    assert_eq!(run.decoder.held().fragment_bytes, 1000);
    run.ip(&parts[0]);
    assert_eq!(run.decoder.held().fragment_bytes, 0);
    run.ip(&parts[2]);
    run.ip(&parts[3]);
    assert_eq!(run.decoder.held().fragment_datagrams, 0);
    run.ip(&parts[0]).finish();
    assert_eq!(run.told, []);
}

#[test]
fn cut_fragments_give_what_came_before_the_cut() {
    let text = invite();
    let parts = fragments(&udp_packet(ALICE, BOB, text.as_bytes()), 7, 400);
    let mut run = Run::new(Config::default());
    run.frame(LinkType::RAW, &parts[0][..320], 420)
        .ip(&parts[1]);
    assert_eq!(run.texts(), [&text[..320 - 28]]);
    assert_eq!(run.messages()[0].missing as usize, text.len() - (320 - 28));
}

#[test]
fn bounds_are_kept_and_counted() {
    let limits = Limits {
        fragment_datagrams: 3,
        fragment_bytes: 1000,
        fragments_per_datagram: 8,
        ..Limits::default()
    };
    let config = Config {
        limits,
        ..Config::default()
    };
    let packet = udp_packet(ALICE, BOB, invite().as_bytes());

    let mut run = Run::new(config.clone());
    for id in 0..10 {
        run.ip(&fragments(&packet, id, 200)[0]);
        assert!(run.decoder.held().fragment_datagrams <= 3);
    }
    let bound = Undecoded::BoundReached(Bound::FragmentDatagrams);
    assert_eq!(run.decoder.counters().undecoded(bound).count, 7);
    assert_eq!(run.gaps(), [GapKind::BoundReached; 7]);

    let mut run = Run::new(config.clone());
    for id in 0..3 {
        run.ip(&fragments(&packet, id, 400)[0]);
        assert!(run.decoder.held().fragment_bytes <= 1000);
    }
    let bound = Undecoded::BoundReached(Bound::FragmentBytes);
    assert_eq!(run.decoder.counters().undecoded(bound).count, 1);

    let mut run = Run::new(config);
    for part in &fragments(&packet, 1, 8)[..9] {
        run.ip(part);
    }
    let bound = Undecoded::BoundReached(Bound::FragmentsPerDatagram);
    assert_eq!(run.decoder.counters().undecoded(bound).count, 1);
    assert_eq!(run.decoder.held(), Default::default());
}

proptest! {
    /// Any order, duplicates, and fragments of other sizes among them: the message comes out whole.
    #[test]
    fn overlapping_and_repeated_fragments(
        choice in prop::collection::vec((0..3_usize, any::<prop::sample::Index>()), 0..40),
    ) {
        for family in 0..2 {
            let sizes = [[200, 128, 304]; 2].map(|sizes| sizes.map(|size| both_families(size)[family].clone()));
            let mut run = Run::new(Config::default());
            for (size, index) in &choice {
                let parts = &sizes[0][*size];
                run.ip(&parts[index.index(parts.len())]);
            }
            for part in &sizes[0][0] {
                run.ip(part);
            }
            prop_assert!(!run.texts().is_empty());
            for text in run.texts() {
                prop_assert_eq!(text, &invite());
            }
        }
    }
}
