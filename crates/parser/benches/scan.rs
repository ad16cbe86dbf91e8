//! What a message costs: scanning alone, scanning with the keys that every message is looked up
//! by, with all that following its transaction asks, and the same through rsip, in one run on one
//! machine.
//!
//! `cargo bench -p sipwhy-parser` prints the median of interleaved rounds. Other parsers stand
//! beside this one in `crates/bench/benches`.

mod messages;

use std::hint::black_box;
use std::time::{Duration, Instant};

use rsip::message::HeadersExt;
use rsip::prelude::*;
use sipwhy_parser::{
    Address, Framing, HeaderName, Message, Method, Progress, Scanner, StartLine, Via, frame,
    looks_like_sip,
};

/// What every message is looked up by; a sum, so that nothing is optimised away.
fn keys(message: Message<'_, '_>) -> usize {
    let via = message.top_via();
    let length = |bytes: Option<&[u8]>| bytes.map_or(0, <[u8]>::len);
    length(via.and_then(Via::branch))
        + length(via.map(|via| via.sent_by))
        + length(message.call_id())
        + length(message.from().and_then(Address::tag))
        + length(message.to().and_then(Address::tag))
        + message.cseq().map_or(0, |cseq| cseq.number as usize)
}

/// What following a transaction asks of a message; a sum as well.
fn following(message: Message<'_, '_>) -> usize {
    let length = |bytes: Option<&[u8]>| bytes.map_or(0, <[u8]>::len);
    let mark = |via: Via<'_>| {
        length(via.branch())
            + via.host.len()
            + via.port.map_or(0, usize::from)
            + usize::from(via.has_magic_cookie())
    };
    let cseq = message.cseq();
    let number = cseq.map_or(0, |cseq| cseq.number as usize);
    let top = message
        .top_via()
        .map_or(0, |via| mark(via) + length(via.received()));
    match message.start_line() {
        StartLine::Request { uri, .. } => {
            let uris =
                length(message.from().map(|from| from.uri)) + length(message.to().map(|to| to.uri));
            let credentials = [HeaderName::Authorization, HeaderName::ProxyAuthorization];
            let credentials = credentials.map(|name| length(message.value(name)));
            let vias: usize = message.vias().map(mark).sum();
            let in_dialog = length(message.to().and_then(Address::tag));
            let call = length(message.call_id());
            uri.len() + top + vias + number + uris + in_dialog + call + credentials[0]
        }
        StartLine::Status { code: 100, .. } => {
            let server = length(message.value(HeaderName::Server));
            top + number + server + length(message.value(HeaderName::Timestamp))
        }
        StartLine::Status { code, .. } => {
            let is_invite = cseq.is_some_and(|cseq| cseq.method == Method::Invite);
            if code / 100 == 2 && is_invite {
                let from = length(message.from().and_then(Address::tag));
                from + length(message.to().and_then(Address::tag)) + top + number
            } else {
                top + number
            }
        }
        StartLine::Malformed(line) => line.len(),
    }
}

fn rsip_keys(message: &rsip::SipMessage) -> Result<usize, rsip::Error> {
    let via = message.via_header()?.typed()?;
    let from = message.from_header()?.typed()?;
    let to = message.to_header()?.typed()?;
    Ok(via.branch().map_or(0, |branch| branch.value().len())
        + via.sent_by().to_string().len()
        + message.call_id_header()?.value().len()
        + from.tag().map_or(0, |tag| tag.value().len())
        + to.tag().map_or(0, |tag| tag.value().len())
        + message.cseq_header()?.typed()?.seq as usize)
}

/// Nanoseconds per call, averaged over many.
fn time(repeats: u32, mut work: impl FnMut()) -> f64 {
    let started = Instant::now();
    for _ in 0..repeats {
        work();
    }
    let elapsed: Duration = started.elapsed();
    elapsed.as_secs_f64() * 1e9 / f64::from(repeats)
}

fn main() {
    // `cargo test --all-targets` runs this as well, without `--bench`; once is enough then.
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let rounds_wanted = if is_bench { 41 } else { 1 };
    for (name, text) in messages::ALL {
        let bytes = text.as_bytes();
        let mut scanner = Scanner::new();
        let headers = scanner.scan(bytes).headers().count();
        println!("{name}: {} bytes, {headers} headers", bytes.len());
        assert!(
            scanner.scan(bytes).anomalies().is_empty(),
            "a bench of healthy messages"
        );

        let labels = [
            "memchr alone",
            "looks_like_sip",
            "frame",
            "scan",
            "scan, keys",
            "scan, following",
            "rsip",
            "rsip, keys",
        ];
        let mut rounds: Vec<Vec<f64>> = vec![Vec::new(); labels.len()];
        for _ in 0..rounds_wanted {
            let figures = [
                time(4000, || {
                    black_box(memchr::memchr_iter(b'\n', black_box(bytes)).count());
                }),
                time(4000, || {
                    black_box(looks_like_sip(black_box(bytes)));
                }),
                time(4000, || {
                    let mut progress = Progress::default();
                    let framing = frame(black_box(bytes), &mut progress, 65_536);
                    assert!(matches!(framing, Framing::Message { .. }));
                }),
                time(4000, || {
                    black_box(scanner.scan(black_box(bytes)).status());
                }),
                time(4000, || {
                    black_box(keys(scanner.scan(black_box(bytes))));
                }),
                time(4000, || {
                    black_box(following(scanner.scan(black_box(bytes))));
                }),
                time(1000, || {
                    black_box(rsip::SipMessage::try_from(black_box(bytes)).is_ok());
                }),
                time(1000, || {
                    let message = rsip::SipMessage::try_from(black_box(bytes));
                    assert!(message.and_then(|message| rsip_keys(&message)).is_ok());
                }),
            ];
            for (round, figure) in rounds.iter_mut().zip(figures) {
                round.push(figure);
            }
        }
        let medians = rounds.into_iter().map(|mut round| {
            round.sort_by(f64::total_cmp);
            round.get(round.len() / 2).copied().unwrap_or_default()
        });
        let medians: Vec<f64> = medians.collect();
        let scan = medians.get(3).copied().unwrap_or(1.0);
        for (label, median) in labels.iter().zip(medians) {
            println!(
                "  {label:15} {median:8.0} ns  {:6.2} times scan",
                median / scan
            );
        }
    }
}
