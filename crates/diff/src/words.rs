//! The first difference, and others, in sentences.

use sipwhy_annotator::words::{span, times};
use sipwhy_packet::FrameId;
use sipwhy_report::Inputs;

use crate::first::{First, Kind};
use crate::model::{
    CallName, Comparison, FieldDifference, FindingPair, FindingSeen, PairedCall, Row, Said, Seen,
    Side, Status,
};

/// How frames of both recordings are named.
#[derive(Clone, Debug)]
pub struct Frames(Inputs);

impl Frames {
    /// Of recordings of these names.
    #[must_use]
    pub fn of(good: &str, bad: &str) -> Self {
        Self(Inputs::new([good, bad]))
    }

    /// The name of a recording, as it was given.
    #[must_use]
    pub fn file(&self, side: Side) -> &str {
        self.0.name(of_side(side, FrameId { file: 0, number: 0 }))
    }

    /// `good.pcap:3`.
    #[must_use]
    pub fn name(&self, side: Side, frame: FrameId) -> String {
        self.0.frame(of_side(side, frame))
    }
}

/// Each recording is one file of its own; for names they are the files of one list.
const fn of_side(side: Side, frame: FrameId) -> FrameId {
    let file = match side {
        Side::Good => 0,
        Side::Bad => 1,
    };
    FrameId { file, ..frame }
}

/// The first difference in a sentence.
pub(crate) fn first(first: First, comparison: &Comparison, frames: &Frames) -> Option<String> {
    let call = first.call.and_then(|place| comparison.calls.get(place));
    let row = |place: usize| call.and_then(|call| call.rows.get(place));
    let findings = call.map_or(&comparison.findings, |call| &call.findings);
    match first.kind {
        Kind::Message(place) => message(call?, place, frames),
        Kind::Order(place) => order(call?, row(place)?, frames),
        Kind::Field(at, place) => {
            let (row, field) = (row(at)?, row(at)?.fields.get(place)?);
            let both = both_frames(row, frames);
            Some(format!(
                "in {} ({both}), {}",
                row.seen()?.label,
                of_field(field)
            ))
        }
        Kind::Call(side, place) => {
            let list = match side {
                Side::Good => &comparison.only_good,
                Side::Bad => &comparison.only_bad,
            };
            Some(lone_call(list.get(place)?, side, frames))
        }
        Kind::Finding(place) => Some(finding(findings.get(place)?)),
        Kind::Delay(place) | Kind::Repeated(place) => {
            let row = row(place)?;
            let said = timing(row).first().cloned()?;
            Some(format!(
                "{} ({}) {said}",
                row.seen()?.label,
                both_frames(row, frames)
            ))
        }
        Kind::Figure(place) => {
            let figure = call?.figures.get(place)?;
            Some(figure_words(figure.name, figure.good, figure.bad))
        }
    }
}

fn message(call: &PairedCall, place: usize, frames: &Frames) -> Option<String> {
    let (before, rest) = call.rows.split_at_checked(place)?;
    let is_shared = |row: &&Row| row.good.is_some() && row.bad.is_some();
    let after = before.iter().rev().find(is_shared).and_then(|row| {
        Some(format!(
            "after {} ({})",
            row.seen()?.label,
            both_frames(row, frames)
        ))
    });
    let run = || rest.iter().take_while(|row| !is_shared(row));
    let good = run().find(|row| row.good.is_some());
    let bad = run().find(|row| row.bad.is_some());
    let goes_on = run().count() < rest.len();
    let good = good.and_then(|row| hop(call, row, Side::Good, frames));
    let bad = bad.and_then(|row| hop(call, row, Side::Bad, frames));
    let (has, what, lacks) = match (good, bad) {
        (Some(good), Some(bad)) => {
            return Some(match after {
                Some(after) => format!(
                    "{after}, the good recording goes on with {good}, the bad one with {bad}"
                ),
                None => format!("the good recording begins with {good}, the bad one with {bad}"),
            });
        }
        (Some(good), None) => ("good", good, "bad"),
        (None, Some(bad)) => ("bad", bad, "good"),
        (None, None) => return None,
    };
    let after = after.unwrap_or_else(|| "at the beginning".to_owned());
    Some(match goes_on {
        true => format!("{after}, the {has} recording has {what}, which the {lacks} one lacks"),
        false => format!(
            "{after}, the {has} recording goes on with {what}; the {lacks} one has nothing more"
        ),
    })
}

fn order(call: &PairedCall, row: &Row, frames: &Frames) -> Option<String> {
    let bad = row.bad.as_ref()?;
    let what = hop(call, row, Side::Good, frames)?;
    let neighbour = |before: bool| {
        let mut rows: Vec<&Seen> = call
            .rows
            .iter()
            .filter_map(|row| row.bad.as_ref())
            .collect();
        rows.sort_by_key(|seen| (seen.time, seen.frame));
        let at = rows.iter().position(|seen| *seen == bad)?;
        let beside = if before { at.checked_sub(1)? } else { at + 1 };
        rows.get(beside).map(|seen| seen.label.clone())
    };
    let place = match (neighbour(true), neighbour(false)) {
        (Some(before), _) => format!("after {before}"),
        (None, Some(next)) => format!("before {next}"),
        (None, None) => "alone".to_owned(),
    };
    let frame = frames.name(Side::Bad, bad.frame);
    Some(format!(
        "{what} comes in another order in the bad recording: {place} ({frame})"
    ))
}

/// `180 Ringing from 10.0.0.9 to 10.0.0.5 (good.pcap:3)`.
fn hop(call: &PairedCall, row: &Row, side: Side, frames: &Frames) -> Option<String> {
    let seen = match side {
        Side::Good => row.good.as_ref()?,
        Side::Bad => row.bad.as_ref()?,
    };
    let host = |place: usize| {
        let pair = call.hosts.get(place)?;
        let host = match side {
            Side::Good => pair.good.as_ref(),
            Side::Bad => pair.bad.as_ref(),
        };
        host.map(sipwhy_flow::Host::socket)
    };
    let ends = match (host(row.from), host(row.to)) {
        (Some(from), Some(to)) => format!(" from {from} to {to}"),
        _ => String::new(),
    };
    Some(format!(
        "{}{ends} ({})",
        seen.label,
        frames.name(side, seen.frame)
    ))
}

/// `good.pcap:3, bad.pcap:4`.
pub(crate) fn both_frames(row: &Row, frames: &Frames) -> String {
    let good = row
        .good
        .as_ref()
        .map(|seen| frames.name(Side::Good, seen.frame));
    let bad = row
        .bad
        .as_ref()
        .map(|seen| frames.name(Side::Bad, seen.frame));
    let both: Vec<String> = good.into_iter().chain(bad).collect();
    both.join(", ")
}

/// `Server: only in good: Kamailio`.
pub(crate) fn of_field(field: &FieldDifference) -> String {
    let name = field.field;
    match (&field.good, &field.bad) {
        (Some(good), Some(bad)) => format!("{name}: {good} in good, {bad} in bad"),
        (Some(good), None) => format!("{name}: {good} in good alone"),
        (None, Some(bad)) => format!("{name}: {bad} in bad alone"),
        (None, None) => format!("{name} differs"),
    }
}

/// What is to be said of the time before a message, and how often it was sent.
pub(crate) fn timing(row: &Row) -> Vec<String> {
    let (Some(good), Some(bad)) = (&row.good, &row.bad) else {
        return Vec::new();
    };
    let mut said = Vec::new();
    if row.is_delayed
        && let (Some((method, one)), Some((_, other))) = (&good.answers, &bad.answers)
    {
        let (one, other) = (span(*one), span(*other));
        said.push(format!(
            "came {one} after its {method} in good, {other} in bad"
        ));
    }
    if row.is_repeated {
        let sent = |seen: &Seen| times(seen.again.saturating_add(1));
        said.push(format!(
            "was sent {} in good, {} in bad",
            sent(good),
            sent(bad)
        ));
    }
    said
}

/// `session request delay (SRD): 120 ms in good, 3.2 s in bad`.
pub(crate) fn figure_words(name: &str, good: Said, bad: Said) -> String {
    format!(
        "{name}: {} in good, {} in bad",
        span(good.time),
        span(bad.time)
    )
}

/// A call that the other recording does not have.
pub(crate) fn lone_call(call: &CallName, side: Side, frames: &Frames) -> String {
    let CallName {
        method, from, to, ..
    } = call;
    let frame = call.frame.map(|frame| frames.name(side, frame));
    let other = match side {
        Side::Good => "bad",
        Side::Bad => "good",
    };
    let (side, frame) = (side.as_str(), frame.unwrap_or_default());
    let number = call.number;
    format!(
        "call {number} of the {side} recording, {method} from {from} to {to} ({frame}), is not in \
         the {other} one"
    )
}

/// `new: error[stuck-on-trying] …`.
fn finding(pair: &FindingPair) -> String {
    let seen = pair.seen();
    let title = seen.map_or("", |seen| seen.title.as_str());
    let tag = seen.map(|seen| tag(pair.rule, seen)).unwrap_or_default();
    let place = finding_frames(pair);
    let how = match pair.status {
        Status::New => "the bad recording alone has",
        Status::Gone => "the good recording alone has",
        Status::Changed => "the bad recording has it otherwise:",
        Status::Same => "both have",
    };
    format!("{how} {tag}: {title}{place}")
}

/// `warning[call-failed]`, with the verdict where it is not plain.
pub(crate) fn tag(rule: &str, seen: &FindingSeen) -> String {
    let verdict = match seen.verdict {
        sipwhy_annotator::Verdict::Confirmed => String::new(),
        other => format!(" ({})", other.as_str()),
    };
    format!("{}[{rule}]{verdict}", seen.severity.as_str())
}

/// ` (good 3, 9; bad 4)`: the frames that prove it.
pub(crate) fn finding_frames(pair: &FindingPair) -> String {
    let of = |seen: &Option<FindingSeen>, side: Side| {
        let seen = seen.as_ref().filter(|it| !it.frames.is_empty())?;
        let numbers = seen.frames.iter().map(|frame| frame.number.to_string());
        let numbers: Vec<String> = numbers.collect();
        Some(format!("{} {}", side.as_str(), numbers.join(", ")))
    };
    let both = [of(&pair.good, Side::Good), of(&pair.bad, Side::Bad)];
    let both: Vec<String> = both.into_iter().flatten().collect();
    match both.is_empty() {
        true => String::new(),
        false => format!(" (frames: {})", both.join("; ")),
    }
}
