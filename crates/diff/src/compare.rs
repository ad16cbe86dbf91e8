//! Compares two recordings.

use std::collections::BTreeMap;
use std::time::Duration;

use sipwhy_annotator::words::count;
use sipwhy_check::{Finding, stable_uri};
use sipwhy_flow::{Flow, Kind, Message};
use sipwhy_packet::Timestamp;

use crate::align::{Key, Step, align, shared};
use crate::facts::Facts;
use crate::figures;
use crate::findings;
use crate::first;
use crate::hosts::Cast;
use crate::ignore::{self, Ignore};
use crate::model::{CallName, Comparison, FindingPair, PairedCall, Row, Seen, SideSummary};
use crate::pairs::{Signature, pair};
use crate::recording::{Call, Recording};
use crate::resemblance::{Shape, label};
use crate::tolerance::Tolerance;

/// Messages of one call that are compared, legs taken together: beyond, the time that it takes
/// would grow faster than the call.
const MOST_MESSAGES: usize = 4096;

/// What is compared, and how strictly.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// When two times differ.
    pub tolerance: Tolerance,
    /// What is not compared.
    pub ignore: Vec<Ignore>,
}

/// Compares two recordings.
#[must_use]
pub fn compare(good: &Recording, bad: &Recording, options: &Options) -> Comparison {
    let signatures = |recording: &Recording| -> Vec<Signature> {
        recording
            .calls
            .iter()
            .map(|it| signature(&it.flow))
            .collect()
    };
    let pairs = pair(&signatures(good), &signatures(bad));
    let both = pairs.both.iter();
    let both = both.filter_map(|(one, other)| good.calls.get(*one).zip(bad.calls.get(*other)));
    let both: Vec<(&Call, &Call)> = both.collect();
    let found = Found::of(good, bad, &both, options);
    let mut findings = found.within.into_iter();
    let mut too_long = 0;
    let calls = both.iter().map(|(one, other)| {
        let rows = rows(one, other, options);
        too_long += rows.left_out;
        let has_timings = !ignore::has(&options.ignore, "timings");
        let figures = figures::differences(&one.figures, &other.figures, options.tolerance);
        PairedCall {
            good: CallName::of(&one.flow),
            bad: CallName::of(&other.flow),
            hosts: rows.cast.hosts(&one.flow.hosts, &other.flow.hosts),
            rows: rows.rows,
            figures: if has_timings { figures } else { Vec::new() },
            findings: findings.next().unwrap_or_default(),
        }
    });
    let calls = calls.collect();
    let names = |recording: &Recording, places: &[usize]| -> Vec<CallName> {
        let calls = places
            .iter()
            .filter_map(|place| recording.calls.get(*place));
        calls.map(|call| CallName::of(&call.flow)).collect()
    };
    let [only_good, only_bad] = &pairs.only;
    let summary = |recording: &Recording| SideSummary {
        messages: recording.messages,
        calls: recording.calls.len(),
    };
    let mut comparison = Comparison {
        good: summary(good),
        bad: summary(bad),
        tolerance: options.tolerance,
        calls,
        only_good: names(good, only_good),
        only_bad: names(bad, only_bad),
        findings: found.outside,
        first: None,
        not_compared: not_compared(good, bad, too_long),
    };
    comparison.first = first::choose(&comparison);
    comparison
}

/// What is known of a call before it is looked into.
fn signature(flow: &Flow) -> Signature {
    let name = CallName::of(flow);
    Signature {
        method: name.method,
        from: user(&name.from),
        to: user(&name.to),
        shape: Shape::of(flow),
    }
}

/// The user or number of a URI; nothing, where it names but a host.
fn user(uri: &str) -> String {
    let stable = stable_uri(uri);
    let rest = stable.split_once(':').map_or(stable.as_str(), |it| it.1);
    match rest.split_once('@') {
        Some((user, _)) => user.to_owned(),
        None if stable.starts_with("sip") => String::new(),
        None => rest.to_owned(),
    }
}

/// Findings, by where they belong.
#[derive(Default)]
struct Found {
    /// For each pair of calls.
    within: Vec<Vec<FindingPair>>,
    outside: Vec<FindingPair>,
}

impl Found {
    fn of(good: &Recording, bad: &Recording, both: &[(&Call, &Call)], options: &Options) -> Self {
        if ignore::has(&options.ignore, "findings") {
            return Self::default();
        }
        let ones = by_pair(&good.findings, both.iter().map(|it| it.0));
        let others = by_pair(&bad.findings, both.iter().map(|it| it.1));
        let of = |place: Option<usize>| {
            let both = (ones.get(&place), others.get(&place));
            (
                both.0.cloned().unwrap_or_default(),
                both.1.cloned().unwrap_or_default(),
            )
        };
        let within = (0..both.len()).map(|place| {
            let (ones, others) = of(Some(place));
            findings::within(&ones, &others)
        });
        let (ones, others) = of(None);
        Self {
            within: within.collect(),
            outside: findings::outside(&ones, &others),
        }
    }
}

/// Findings by the pair of calls that they belong to, if to one.
type Sorted<'a> = BTreeMap<Option<usize>, Vec<&'a Finding>>;

fn by_pair<'a>(findings: &'a [Finding], calls: impl Iterator<Item = &'a Call>) -> Sorted<'a> {
    let mut places = BTreeMap::new();
    for (place, call) in calls.enumerate() {
        places.extend(call.flow.legs.iter().map(|leg| (leg.number, place)));
    }
    let mut found = Sorted::new();
    for finding in findings {
        let call = finding.last.call.as_ref();
        let place = call.and_then(|call| places.get(&call.number)).copied();
        found.entry(place).or_default().push(finding);
    }
    found
}

/// The messages of two calls beside each other.
struct Rows {
    cast: Cast,
    rows: Vec<Row>,
    /// Messages that were too many.
    left_out: usize,
}

fn rows(good: &Call, bad: &Call, options: &Options) -> Rows {
    let (ones, others) = (Messages::of(&good.flow), Messages::of(&bad.flow));
    // The more messages find a counterpart, the more likely the hosts are the right ones; of
    // several such ways the first.
    let mut best: Option<(usize, Cast, Vec<Step>)> = None;
    for cast in Cast::candidates(&good.flow.hosts, &bad.flow.hosts) {
        if best.as_ref().is_some_and(|(_, known, _)| *known == cast) {
            continue;
        }
        let steps = align(
            &ones.keys(|host| cast.of_good(host)),
            // Hosts without a counterpart are nobody of the other recording.
            &others.keys(|host| cast.of_bad(host)),
        );
        let shared = shared(&steps);
        if best.as_ref().is_none_or(|(most, ..)| shared > *most) {
            best = Some((shared, cast, steps));
        }
    }
    let (cast, steps) = best
        .map(|(_, cast, steps)| (cast, steps))
        .unwrap_or_default();
    let comparer = Comparer {
        good,
        bad,
        ones: &ones,
        others: &others,
        cast: &cast,
        options,
    };
    let rows = steps.into_iter().filter_map(|step| comparer.row(step));
    let rows = rows.collect();
    Rows {
        cast,
        rows,
        left_out: ones.left_out + others.left_out,
    }
}

/// The messages of a call, as they are compared.
struct Messages<'a> {
    all: Vec<&'a Message>,
    labels: Vec<String>,
    seen: Vec<Seen>,
    left_out: usize,
}

impl<'a> Messages<'a> {
    fn of(flow: &'a Flow) -> Self {
        let all: Vec<&Message> = flow.messages().take(MOST_MESSAGES).collect();
        let mut requests = Requests::default();
        let mut refusals = Refusals::default();
        let seen = all
            .iter()
            .map(|it| seen(it, flow, requests.answered_by(it)));
        Self {
            seen: seen.collect(),
            labels: all.iter().map(|it| refusals.label(it)).collect(),
            left_out: flow.messages().count() - all.len(),
            all,
        }
    }

    fn keys(&self, host: impl Fn(usize) -> usize) -> Vec<Key> {
        let all = self.all.iter().zip(&self.labels);
        let keys = all.map(|(message, label)| Key {
            from: host(message.from),
            to: host(message.to),
            label: label.clone(),
        });
        keys.collect()
    }
}

fn seen(message: &Message, flow: &Flow, answers: Option<Duration>) -> Seen {
    let method = message.cseq.as_ref().map(|(_, method)| method.clone());
    Seen {
        frame: message.frame,
        time: message.time,
        since: message.since(flow.began),
        label: message.label.clone(),
        title: message.title(),
        again: message.again.count,
        answers: method.zip(answers),
    }
}

/// When requests were first sent, by leg, client, server, and CSeq.
#[derive(Default)]
struct Requests<'a>(BTreeMap<(usize, usize, usize, u32, &'a str), Timestamp>);

impl<'a> Requests<'a> {
    /// How long after its request a response came, if it is one. A request is taken note of.
    fn answered_by(&mut self, message: &'a Message) -> Option<Duration> {
        let (number, method) = message.cseq.as_ref()?;
        let of = |client, server| (message.leg, client, server, *number, method.as_str());
        if message.kind == Kind::Request {
            if message.label == *method {
                self.0.insert(of(message.from, message.to), message.time);
            }
            return None;
        }
        let sent = self.0.get(&of(message.to, message.from))?;
        Some(message.time.since(*sent))
    }
}

/// With which codes INVITE requests were refused, by leg, client, server, and number of CSeq.
#[derive(Default)]
struct Refusals(BTreeMap<(usize, usize, usize, u32), String>);

impl Refusals {
    /// What a message is; of an ACK to a refusal also to which: the ACK to a 2xx is another
    /// message (RFC 3261 §17.1.1.3). Refusals are taken note of.
    fn label(&mut self, message: &Message) -> String {
        let label = label(message);
        let Some((number, _)) = &message.cseq else {
            return label;
        };
        let of = |client, server| (message.leg, client, server, *number);
        let is_refusal = matches!(message.kind, Kind::Redirection | Kind::Failure);
        if label == "ACK" {
            let refused = self.0.get(&of(message.from, message.to));
            return refused.map_or(label, |code| format!("ACK {code}"));
        }
        if is_refusal && label.ends_with(" INVITE") {
            self.0.insert(of(message.to, message.from), label.clone());
        }
        label
    }
}

/// Two calls, on their way to rows.
struct Comparer<'a> {
    good: &'a Call,
    bad: &'a Call,
    ones: &'a Messages<'a>,
    others: &'a Messages<'a>,
    cast: &'a Cast,
    options: &'a Options,
}

impl Comparer<'_> {
    fn row(&self, step: Step) -> Option<Row> {
        let (one, other, moved) = match step {
            Step::Both { one, other, moved } => (Some(one), Some(other), moved),
            Step::One(one) => (Some(one), None, false),
            Step::Other(other) => (None, Some(other), false),
        };
        let one = one.and_then(|at| self.ones.all.get(at).zip(self.ones.seen.get(at)));
        let other = other.and_then(|at| self.others.all.get(at).zip(self.others.seen.get(at)));
        let (from, to) = match (one, other) {
            (Some((it, _)), _) => (self.cast.of_good(it.from), self.cast.of_good(it.to)),
            (None, Some((it, _))) => (self.cast.of_bad(it.from), self.cast.of_bad(it.to)),
            (None, None) => return None,
        };
        let mut row = Row {
            from,
            to,
            good: one.map(|it| it.1.clone()),
            bad: other.map(|it| it.1.clone()),
            is_moved: moved && !ignore::has(&self.options.ignore, "order"),
            is_delayed: false,
            is_repeated: false,
            fields: Vec::new(),
        };
        if let (Some((one, good)), Some((other, bad))) = (one, other) {
            self.compare(&mut row, (one, good), (other, bad));
        }
        Some(row)
    }

    fn compare(&self, row: &mut Row, one: (&Message, &Seen), other: (&Message, &Seen)) {
        let tolerance = self.options.tolerance;
        if !ignore::has(&self.options.ignore, "timings") {
            let times = one.1.answers.as_ref().zip(other.1.answers.as_ref());
            row.is_delayed =
                times.is_some_and(|(one, other)| tolerance.tells_apart(one.1, other.1));
            row.is_repeated = Tolerance::tells_sendings_apart(one.1.again, other.1.again);
        }
        let facts: Option<(&Facts, &Facts)> = self
            .good
            .facts
            .get(&one.0.number)
            .zip(self.bad.facts.get(&other.0.number));
        if let Some((own, theirs)) = facts {
            row.fields = own.differences(
                &self.cast.good_names(&self.good.flow.hosts),
                theirs,
                &self.cast.bad_names(&self.bad.flow.hosts),
                |field| ignore::compares(&self.options.ignore, field),
            );
        }
    }
}

/// What was not compared, in a sentence each.
fn not_compared(good: &Recording, bad: &Recording, too_long: usize) -> Vec<String> {
    let mut sentences = Vec::new();
    for (recording, side) in [(good, "good"), (bad, "bad")] {
        let left = recording.left_out;
        for (number, noun, why) in [
            (
                left.calls,
                "call",
                "there are too many; filters choose which",
            ),
            (left.messages, "message", "its call is too long"),
            (left.unplaced, "message", "it belongs to no call in view"),
            (
                recording.unlisted,
                "finding",
                "there are too many; filters choose which",
            ),
        ] {
            if number > 0 {
                let number = usize::try_from(number).unwrap_or(usize::MAX);
                let is = if number == 1 { "is" } else { "are" };
                let what = count(number, noun);
                let why = if number == 1 {
                    why.to_owned()
                } else {
                    why.replace("its call is", "their calls are")
                        .replace("it belongs", "they belong")
                };
                sentences.push(format!("{what} of {side} {is} not compared: {why}"));
            }
        }
        if recording.without_headers > 0 {
            let number = usize::try_from(recording.without_headers).unwrap_or(usize::MAX);
            let what = count(number, "message");
            sentences.push(format!(
                "the headers of {what} of {side} are not compared: there are too many"
            ));
        }
    }
    if too_long > 0 {
        let what = count(too_long, "message");
        sentences.push(format!(
            "{what} not compared: of one call no more than {MOST_MESSAGES} are"
        ));
    }
    sentences
}
