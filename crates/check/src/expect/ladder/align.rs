//! An expected ladder and the messages that there were, side by side.

use super::{Entry, Step, Times};

/// What may be missing and is costs this little, so that of two ways with as many differences the
/// one is taken that leaves less out.
const LEFT_OUT: u32 = 1;
/// More than all that may be missing in a ladder together.
const DIFFERENCE: u32 = 1 << 16;
/// What a line of one side costs that has nothing on the other.
const LONE: u32 = 2 * DIFFERENCE;
/// What two of one kind cost that stand beside each other and differ: as little as one alone, for
/// one took the place of the other.
const UNLIKE: u32 = 2 * DIFFERENCE;
/// The same of two that are not even of one kind: less than both alone.
const UNRELATED: u32 = 3 * DIFFERENCE;

/// An entry and a message that stand beside each other; one of them may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair<'x> {
    pub(crate) entry: Option<&'x Entry>,
    pub(crate) step: Option<&'x Step>,
    /// Whether this is as it should be.
    pub(crate) agrees: bool,
}

/// Lays a ladder beside the messages with as few differences as there can be: none, if and only if
/// the messages are as expected. It takes as many steps as the product of both lengths, which both
/// have a bound.
pub(crate) fn align<'x>(
    entries: &'x [Entry],
    steps: &'x [&'x Step],
    is: &dyn Fn(&Entry, &Step) -> bool,
) -> Vec<Pair<'x>> {
    let costs = Costs::new(entries, steps, is);
    let (mut row, mut column) = (entries.len(), steps.len());
    let mut pairs = Vec::new();
    // Back from the end, each time over what the cost came from.
    while row > 0 || column > 0 {
        let entry = row.checked_sub(1).and_then(|place| entries.get(place));
        let step = column.checked_sub(1).and_then(|place| steps.get(place));
        let step = step.copied();
        let here = costs.at(row, column);
        let (pair, rows, columns) = costs.way_back(entry, step, row, column, here, is);
        pairs.extend(pair);
        row = row.saturating_sub(rows);
        column = column.saturating_sub(columns);
    }
    pairs.reverse();
    pairs
}

/// The least cost of laying the first so many entries beside the first so many messages.
struct Costs {
    width: usize,
    all: Vec<u32>,
}

impl Costs {
    fn new(entries: &[Entry], steps: &[&Step], is: &dyn Fn(&Entry, &Step) -> bool) -> Self {
        let width = steps.len() + 1;
        let mut costs = Self {
            width,
            all: Vec::with_capacity(width * (entries.len() + 1)),
        };
        for row in 0..=entries.len() {
            let entry = row.checked_sub(1).and_then(|place| entries.get(place));
            for column in 0..width {
                let step = column.checked_sub(1).and_then(|place| steps.get(place));
                let cost = costs.least(entry, step.copied(), row, column, is);
                costs.all.push(cost);
            }
        }
        costs
    }

    fn at(&self, row: usize, column: usize) -> u32 {
        let place = row * self.width + column;
        self.all.get(place).copied().unwrap_or(u32::MAX / 2)
    }

    fn least(
        &self,
        entry: Option<&Entry>,
        step: Option<&Step>,
        row: usize,
        column: usize,
        is: &dyn Fn(&Entry, &Step) -> bool,
    ) -> u32 {
        let without_entry = entry.map(|entry| self.at(row - 1, column) + lone(entry));
        let without_step = step.map(|_| self.at(row, column - 1) + LONE);
        let both = entry.zip(step).map(|(entry, step)| match is(entry, step) {
            true if entry.times == Times::Any => self.at(row, column - 1),
            true => self.at(row - 1, column - 1),
            false => self.at(row - 1, column - 1) + unlike(entry, step),
        });
        let ways = [without_entry, without_step, both];
        ways.into_iter().flatten().min().unwrap_or(0)
    }

    /// The last pair of the cheapest way here, and how many entries and messages it takes.
    fn way_back<'x>(
        &self,
        entry: Option<&'x Entry>,
        step: Option<&'x Step>,
        row: usize,
        column: usize,
        here: u32,
        is: &dyn Fn(&Entry, &Step) -> bool,
    ) -> (Option<Pair<'x>>, usize, usize) {
        if let (Some(entry), Some(step)) = (entry, step) {
            let is_it = is(entry, step);
            let pair = Pair {
                entry: Some(entry),
                step: Some(step),
                agrees: is_it,
            };
            let before = self.at(row - 1, column - 1);
            let is_any = entry.times == Times::Any;
            if is_it && !is_any && before == here {
                return (Some(pair), 1, 1);
            }
            // What may be anything hides what is wrong: it gets no more than it must.
            let is_needless = is_any && self.at(row - 1, column) == here;
            if is_it && is_any && !is_needless && self.at(row, column - 1) == here {
                return (Some(pair), 0, 1);
            }
            if !is_it && before + unlike(entry, step) == here {
                return (Some(pair), 1, 1);
            }
        }
        if let Some(entry) = entry
            && self.at(row - 1, column) + lone(entry) == here
        {
            let agrees = entry.times.may_lack();
            let pair = Pair {
                entry: Some(entry),
                step: None,
                agrees,
            };
            // What may be missing and is missing is nothing to show.
            return ((!agrees).then_some(pair), 1, 0);
        }
        let pair = Pair {
            entry: None,
            step,
            agrees: false,
        };
        (Some(pair), usize::from(step.is_none()), 1)
    }
}

fn unlike(entry: &Entry, step: &Step) -> u32 {
    match entry.is_like(step) {
        true => UNLIKE,
        false => UNRELATED,
    }
}

const fn lone(entry: &Entry) -> u32 {
    match entry.times {
        Times::Once => LONE,
        Times::Maybe => LEFT_OUT,
        Times::Any => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Ladder;
    use super::super::tests::step;
    use super::*;

    /// The two sides as text, `!` where they differ.
    fn aligned(ladder: &[&str], messages: &[&str]) -> String {
        let ladder = Ladder::read(ladder).unwrap();
        let steps: Vec<Step> = (1..).zip(messages).map(|(at, it)| step(at, it)).collect();
        let steps: Vec<&Step> = steps.iter().collect();
        let pairs = align(&ladder.entries, &steps, &|entry, step| {
            entry.is(step, &|name, host| name == host)
        });
        let lines = pairs.iter().map(|pair| {
            let entry = pair.entry.map_or("-", |it| it.text.as_str());
            let step = pair.step.map_or("-", |it| it.label.as_str());
            let sign = if pair.agrees { "=" } else { "!" };
            format!("{entry}{sign}{step}")
        });
        lines.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_as_expected_has_no_difference() {
        let call = ["INVITE", "100", "180", "200", "ACK", "BYE", "200 BYE"];
        for ladder in [
            &["INVITE", "100?", "180", "200", "ACK", "BYE", "200"][..],
            &["INVITE", "...", "200", "ACK", "BYE", "200"],
            &["INVITE", "1xx*", "200 INVITE", "ACK", "BYE", "200 BYE"],
            &["INVITE", "1xx+", "200", "..."],
            &["...", "BYE", "*"],
            &[
                "INVITE", "100?", "181?", "180|183", "2xx", "ACK", "BYE", "200",
            ],
            &["..."],
        ] {
            let shown = aligned(ladder, &call);
            assert!(!shown.contains('!'), "{shown}");
            assert_eq!(shown.matches('=').count(), call.len(), "{shown}");
        }
        assert_eq!(aligned(&["100?", "..."], &[]), "");
    }

    #[test]
    fn a_difference_stands_where_it_is() {
        for (ladder, messages, shown) in [
            (
                &["INVITE", "180", "200"][..],
                &["INVITE", "200"][..],
                "INVITE=INVITE 180!- 200=200",
            ),
            (
                &["INVITE", "180", "200", "ACK"],
                &["INVITE", "180", "486", "ACK"],
                "INVITE=INVITE 180=180 200!486 ACK=ACK",
            ),
            (
                &["INVITE", "200"],
                &["INVITE", "180", "200", "INFO"],
                "INVITE=INVITE -!180 200=200 -!INFO",
            ),
            (
                &["INVITE", "100?", "180", "200", "..."],
                &["INVITE", "100", "486", "ACK"],
                "INVITE=INVITE 100?=100 180!- 200!486 ...=ACK",
            ),
            (&["180+"], &[], "180+!-"),
            (&["INVITE"], &[], "INVITE!-"),
            (&[], &["INVITE"], "-!INVITE"),
        ] {
            assert_eq!(aligned(ladder, messages), shown);
        }
    }
}
