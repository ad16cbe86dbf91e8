//! Lifelines, and the arrows between them.

use super::columns::fit;
use super::{Ink, Line};
use crate::wrap::{columns, shorten};

/// Lifelines beside each other.
pub(super) struct Lifelines {
    count: usize,
    /// Columns before the first.
    before: usize,
    /// From one to the next.
    gap: usize,
    /// Columns behind the last.
    after: usize,
}

impl Lifelines {
    pub(super) const fn new(count: usize, before: usize, gap: usize, after: usize) -> Self {
        Self {
            count,
            before,
            gap,
            after,
        }
    }

    /// The column of one of them.
    const fn at(&self, place: usize) -> usize {
        self.before + place * self.gap
    }

    /// Columns of all.
    pub(super) const fn width(&self) -> usize {
        self.at(self.count.saturating_sub(1)) + 1 + self.after
    }

    /// Names over them, each in the middle as far as there is room, shortened to what there is.
    pub(super) fn names(&self, names: impl Iterator<Item = String>) -> String {
        let mut text = String::new();
        let mut used = 0;
        for (place, name) in names.enumerate() {
            // Half a gap on either side is its own, and at the sides what is left there.
            let middle = self.at(place);
            let half = (self.gap - 1) / 2;
            let left = if place == 0 { self.before } else { half };
            let is_last = place + 1 == self.count;
            let right = if is_last { self.after } else { half };
            let name = fit(&name, left.min(right) * 2 + 1);
            let start = middle.saturating_sub(columns(&name) / 2).max(used);
            text.push_str(&" ".repeat(start - used));
            used = start + columns(&name);
            text.push_str(&name);
        }
        text
    }

    /// All of them, with nothing between.
    pub(super) fn idle(&self) -> String {
        let mut text = " ".repeat(self.before);
        for place in 0..self.count {
            let gap = if place == 0 { 0 } else { self.gap - 1 };
            text.push_str(&" ".repeat(gap));
            text.push('┊');
        }
        text
    }

    /// Columns for a label on the arrow from one to another.
    pub(super) const fn room(&self, from: usize, to: usize) -> usize {
        match from.abs_diff(to) {
            // Beside the lifeline, up to the next.
            0 if from + 1 < self.count => self.gap.saturating_sub(3),
            0 => self.after.saturating_sub(1),
            // One column is the head's.
            hops => (hops * self.gap).saturating_sub(2),
        }
    }

    /// An arrow from one to another with a label on it, behind what is on the line.
    pub(super) fn arrow(&self, line: Line, from: usize, to: usize, label: &str) -> Line {
        if from == to {
            return self.arrow_to_itself(line, from, label);
        }
        let (left, right) = (from.min(to), from.max(to));
        let is_rightward = from < to;
        let before = self.stretch(0, self.at(left), ' ', '│') + "│";
        let after = self.stretch(self.at(right) + 1, self.width(), ' ', '│');
        let (start, end) = (self.at(left) + 1, self.at(right));
        let (start, end) = if is_rightward {
            (start, end - 1)
        } else {
            (start + 1, end)
        };
        let room = end - start;
        let label = shorten(label, room);
        let padded = match room - columns(&label) {
            _ if label.is_empty() => String::new(),
            0 | 1 => label,
            _ => format!(" {label} "),
        };
        let middle = start + (room - columns(&padded)) / 2;
        let shaft = |from, to| self.stretch(from, to, '─', '┼');
        let line = line.with(Ink::Lines, before + if is_rightward { "" } else { "◀" });
        let line = line.with(Ink::Lines, shaft(start, middle));
        let beyond = middle + columns(&padded);
        let line = line.with(Ink::Plain, padded);
        let head = if is_rightward { "▶" } else { "" };
        line.with(Ink::Lines, shaft(beyond, end) + head + "│" + &after)
    }

    /// A message that a host sends to itself: its label stands beside its lifeline.
    fn arrow_to_itself(&self, line: Line, place: usize, label: &str) -> Line {
        let at = self.at(place);
        let line = line.with(Ink::Lines, self.stretch(0, at, ' ', '│') + "↩");
        let next = if place + 1 == self.count {
            self.width()
        } else {
            at + self.gap
        };
        let room = next.saturating_sub(at + 2);
        let label = shorten(label, room);
        let beyond = at + 1 + columns(&label) + usize::from(room > 0);
        let label = if room > 0 {
            format!(" {label}")
        } else {
            String::new()
        };
        let rest = self.stretch(beyond.min(next), self.width(), ' ', '│');
        line.with(Ink::Plain, label).with(Ink::Lines, rest)
    }

    /// The columns from `from` to before `to`, filled, with what stands where a lifeline is.
    fn stretch(&self, from: usize, to: usize, fill: char, crossing: char) -> String {
        let is_lifeline = |column: usize| {
            let behind = column.checked_sub(self.before);
            behind.is_some_and(|it| it.is_multiple_of(self.gap) && it / self.gap < self.count)
        };
        let columns = from..to;
        let characters = columns.map(|it| if is_lifeline(it) { crossing } else { fill });
        characters.collect()
    }
}
