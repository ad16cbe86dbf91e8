//! What a capture does not hold proves nothing: of every recorded capture, parts are replayed that
//! begin late, show one direction or lack packets, and nothing may be said of them for certain
//! that the whole does not bear out.
#![allow(clippy::unwrap_used, reason = "helpers of tests may fail them")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::IpAddr;

use sipwhy_annotator::{Annotation, Severity, Verdict};
use sipwhy_pipeline::{Config, Observed, Observer, Pipeline};
use sipwhy_tests::{OwnedFrame, captures, frames, manifest};

/// Beginnings that are tried of one capture.
const CUTS: usize = 8;
/// Every so many SIP packets one is left out, beginning at each of the first so many.
const EVERY: [usize; 3] = [2, 3, 5];
/// A capture with more packets than this is one of floods and scans, of which two cuts tell as
/// much as eight.
const LARGE: usize = 1500;

/// What a part of a capture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// It begins late.
    BeginsLate,
    /// It lacks all packets from one host to another.
    OneDirection,
    /// It lacks packets, and says so.
    LossKnown,
    /// It lacks packets, and does not say so.
    LossUnknown,
}

/// What may be said of a part and not of the whole, and why.
const MAY: &[(&str, Kind, &str)] = &[
    (
        "transport-failed",
        Kind::BeginsLate,
        "the ICMP error is in view; with all repetitions in view too, no-response tells of it",
    ),
    ("transport-failed", Kind::LossKnown, "as above"),
    ("transport-failed", Kind::LossUnknown, "as above"),
    (
        "no-response",
        Kind::BeginsLate,
        "the CANCEL's repetitions are in view; with its INVITE, cancel-unanswered tells of them",
    ),
    (
        "no-response",
        Kind::OneDirection,
        "the INVITE was repeated to the end: its client got no answer; with the 100s in view, \
         stuck-on-trying tells of it",
    ),
    ("no-response", Kind::LossUnknown, "as above"),
    (
        "ack-missing",
        Kind::OneDirection,
        "the 200 was repeated; with all in view, forked-answers tells of it",
    ),
    (
        "ack-missing",
        Kind::LossUnknown,
        "the 200 was repeated; with the CANCEL in view, answered-after-cancel tells of it",
    ),
    (
        "use-proxy-abandoned",
        Kind::OneDirection,
        "the client's ARP is in view, and nothing else that went to the proxy",
    ),
    (
        "slow-post-dial-delay",
        Kind::LossUnknown,
        "nothing tells of the 180 that was left out",
    ),
    (
        "stuck-on-trying",
        Kind::LossUnknown,
        "nothing tells of the 180 that was left out",
    ),
    (
        "session-expired",
        Kind::LossUnknown,
        "nothing tells of the refresh that was left out",
    ),
    (
        "keepalive-dead",
        Kind::LossUnknown,
        "nothing tells of the responses that were left out",
    ),
    (
        "use-proxy-abandoned",
        Kind::LossUnknown,
        "nothing tells of the retry that was left out",
    ),
];

/// Rules that tell of a host and not of a call: which call is at hand when they speak depends on
/// where the capture begins.
const OF_HOSTS: &[&str] = &["password-guessing", "request-flood"];

/// What is said for certain of a call: rule and Call-ID, with how much it matters.
type Said = BTreeMap<(&'static str, String), (Severity, String)>;

/// What a capture led to, and where its SIP is.
#[derive(Default)]
struct Outcome {
    annotations: Vec<Annotation>,
    /// Each SIP packet's frames, and between whom it went.
    sip: Vec<(u64, u64, IpAddr, IpAddr)>,
}

impl Observer for Outcome {
    fn message(&mut self, observed: &Observed<'_, '_>) {
        let captured = observed.captured;
        let flow = captured.flow;
        self.sip.push((
            captured.first_frame.number,
            captured.last_frame.number,
            flow.source.ip(),
            flow.destination.ip(),
        ));
    }

    fn annotation(&mut self, said: &Annotation) {
        self.annotations.push(said.clone());
    }
}

/// Replays those frames that `keeps` has, and tells of the others where `tells` says so.
fn replay(frames: &[OwnedFrame], tells: bool, keeps: impl Fn(&OwnedFrame) -> bool) -> Outcome {
    let mut outcome = Outcome::default();
    let mut pipeline = Pipeline::new(Config::default());
    for frame in frames {
        if keeps(frame) {
            pipeline.frame(&frame.borrow(), &mut outcome);
        } else if tells {
            pipeline.dropped(1, frame.id, &mut outcome);
        }
    }
    pipeline.finish(&mut outcome);
    outcome
}

/// The warnings and errors that stand at the end: confirmed, or, of the whole, also those that
/// were resolved.
fn certain(annotations: &[Annotation], or_resolved: bool) -> Said {
    let mut last: BTreeMap<u64, (&Annotation, Severity)> = BTreeMap::new();
    for said in annotations {
        let place = last.entry(said.finding).or_insert((said, said.severity));
        *place = (said, place.1.max(said.severity));
    }
    let mut all = Said::new();
    for (said, severity) in last.values() {
        let counts = match said.verdict {
            Verdict::Confirmed => true,
            Verdict::Resolved => or_resolved,
            _ => false,
        };
        if counts && *severity >= Severity::Warning {
            let call = said.call.as_ref().map(|call| call.call_id.clone());
            let call = call.filter(|_| !OF_HOSTS.contains(&said.rule));
            let key = (said.rule, call.unwrap_or_default());
            let known = all.entry(key).or_insert((*severity, said.title.clone()));
            known.0 = known.0.max(*severity);
        }
    }
    all
}

/// Whether a frame goes from one address to another, by the two that stand side by side in every
/// IP header.
fn goes(frame: &OwnedFrame, from: IpAddr, to: IpAddr) -> bool {
    let (pair, reach) = match (from, to) {
        (IpAddr::V4(from), IpAddr::V4(to)) => ([from.octets(), to.octets()].concat(), 40),
        (IpAddr::V6(from), IpAddr::V6(to)) => ([from.octets(), to.octets()].concat(), 60),
        _ => return false,
    };
    let header = frame.data.get(..reach).unwrap_or(&frame.data);
    header.windows(pair.len()).any(|window| window == pair)
}

/// The parts of a capture: what each is, in words, and what was said of it.
fn parts(all: &[OwnedFrame], whole: &Outcome) -> Vec<(Kind, String, Outcome)> {
    let mut parts = Vec::new();
    let starts: BTreeSet<u64> = whole.sip.iter().map(|(first, ..)| *first).collect();
    let starts: Vec<u64> = starts.into_iter().collect();
    let is_large = all.len() > LARGE;
    let cuts = if is_large { 2 } else { CUTS };
    for cut in 1..=cuts {
        let place = (starts.len() * cut / (cuts + 1)).max(cut);
        let Some(first) = starts.get(place) else {
            continue;
        };
        let part = replay(all, false, |frame| frame.id.number >= *first);
        parts.push((Kind::BeginsLate, format!("from frame {first} on"), part));
    }
    let ways: BTreeSet<(IpAddr, IpAddr)> = whole
        .sip
        .iter()
        .map(|(_, _, from, to)| (*from, *to))
        .collect();
    for (from, to) in ways.into_iter().take(if is_large { 2 } else { 12 }) {
        let part = replay(all, false, |frame| !goes(frame, from, to));
        let what = format!("without what went from {from} to {to}");
        parts.push((Kind::OneDirection, what, part));
    }
    for every in EVERY {
        for first in 0..every.min(if is_large { 1 } else { every }) {
            let lost: BTreeSet<u64> = whole
                .sip
                .iter()
                .skip(first)
                .step_by(every)
                .flat_map(|(first, last, ..)| *first..=*last)
                .collect();
            for (kind, tells) in [(Kind::LossKnown, true), (Kind::LossUnknown, false)] {
                let part = replay(all, tells, |frame| !lost.contains(&frame.id.number));
                let what = format!("without one SIP packet of {every}, from number {first} on");
                parts.push((kind, what, part));
            }
        }
    }
    parts
}

#[test]
fn nothing_is_certain_of_a_part_that_the_whole_does_not_show() {
    let (mut faults, mut tried) = (String::new(), 0);
    let mut used = BTreeSet::new();
    for capture in manifest().unwrap() {
        let all = frames(captures().join(&capture.file)).unwrap();
        let whole = replay(&all, false, |_| true);
        let proven = certain(&whole.annotations, true);
        for (kind, what, part) in parts(&all, &whole) {
            tried += 1;
            for ((rule, call), (severity, title)) in certain(&part.annotations, false) {
                let proof = proven.get(&(rule, call));
                if proof.is_some_and(|(known, _)| *known >= severity) {
                    continue;
                }
                let excuse = MAY
                    .iter()
                    .position(|(may, when, _)| (*may, *when) == (rule, kind));
                match excuse {
                    Some(excuse) => {
                        used.insert(excuse);
                    }
                    None => {
                        let (file, severity) = (&capture.file, severity.as_str());
                        let _ = writeln!(
                            faults,
                            "{kind:?} {rule} {severity}: {title} [{file} {what}]"
                        );
                    }
                }
            }
        }
    }
    assert!(tried > 1000, "{tried} parts");
    assert!(faults.is_empty(), "\n{faults}");
    for (index, (rule, kind, why)) in MAY.iter().enumerate() {
        assert!(
            used.contains(&index),
            "{rule} {kind:?} ({why}) is needed no more"
        );
    }
}
