//! The messages of two calls beside each other.

use sipwhy_flow::Message;

use crate::align::{Step, align, shared};
use crate::compare::Options;
use crate::facts::Facts;
use crate::hosts::Cast;
use crate::ignore;
use crate::messages::Messages;
use crate::model::{Row, Seen};
use crate::recording::Call;
use crate::tolerance::Tolerance;

/// The messages of two calls beside each other.
pub(crate) struct Rows {
    pub(crate) cast: Cast,
    pub(crate) rows: Vec<Row>,
    /// Messages that were too many.
    pub(crate) left_out: usize,
}

/// Lays the messages of two calls beside each other, and compares those of both.
pub(crate) fn rows(good: &Call, bad: &Call, options: &Options) -> Rows {
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
