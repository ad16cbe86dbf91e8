//! A key that comes after what it opens.

use std::time::Duration;

use sipwhy_packet::{Config, LinkType, Ports, TlsReason, Transport, Undecoded};

use crate::support::Run;

const CAPTURE: &[u8] = include_bytes!("../../../../captures/encapsulated/tls-1.3.pcap");
const KEY_LOG: &[u8] = include_bytes!("../../../../captures/encapsulated/tls-1.3.keylog");

/// The frames of the capture (pcap: a header of 24 bytes, then 16 bytes before each frame).
fn frames() -> Vec<&'static [u8]> {
    let mut rest = &CAPTURE[24..];
    let mut frames = Vec::new();
    while let Some((header, after)) = rest.split_first_chunk::<16>() {
        let len = u32::from_le_bytes(header[8..12].try_into().unwrap()) as usize;
        let (frame, next) = after.split_at(len);
        frames.push(frame);
        rest = next;
    }
    frames
}

fn played() -> Run {
    let mut run = Run::new(Config {
        ports: Ports::any(),
        ..Config::default()
    });
    for frame in frames() {
        run.frame(LinkType::ETHERNET, frame, frame.len());
    }
    run
}

#[test]
fn what_waits_is_told_when_time_moves_on_even_after_the_connections_end() {
    let mut run = played();
    assert!(run.messages().is_empty());
    assert_eq!(run.decoder.secrets(KEY_LOG).bad_lines, 0);
    assert!(
        run.decoder
            .next_timeout()
            .is_some_and(|due| due <= run.now())
    );
    run.advance();
    assert_eq!(run.messages().len(), 7);
    let is_tls = |transport| transport == Transport::Tls;
    assert!(
        run.messages()
            .iter()
            .all(|told| is_tls(told.flow.transport))
    );
    assert_eq!(run.decoder.held().stream_bytes, 0);
    let counters = run.decoder.counters();
    let lost = counters.undecoded(Undecoded::Tls(TlsReason::NoKey));
    assert_eq!(lost.count, 0);
}

#[test]
fn a_key_that_does_not_come_is_not_waited_for_long() {
    let mut run = played();
    run.wait(Duration::from_secs(4));
    run.advance();
    assert_eq!(run.decoder.held().stream_bytes, 0);
    let counters = run.decoder.counters();
    assert!(counters.undecoded(Undecoded::Tls(TlsReason::NoKey)).count > 0);
    assert!(!run.gaps().is_empty());
    run.decoder.secrets(KEY_LOG);
    run.advance();
    assert!(run.messages().is_empty());
}
