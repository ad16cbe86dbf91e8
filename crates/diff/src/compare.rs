//! Compares two recordings.

use sipwhy_check::stable_uri;
use sipwhy_flow::Flow;

use crate::figures;
use crate::findings::Found;
use crate::first;
use crate::ignore::{self, Ignore};
use crate::left_out::not_compared;
use crate::model::{CallName, Comparison, PairedCall, SideSummary};
use crate::pairs::{Signature, pair};
use crate::recording::{Call, Recording};
use crate::resemblance::Shape;
use crate::rows::rows;
use crate::tolerance::Tolerance;

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
    let found = match ignore::has(&options.ignore, "findings") {
        true => Found::default(),
        false => Found::of(good, bad, &both),
    };
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
