//! The messages of both calls below each other, as `diff -u` shows lines.

use std::collections::BTreeSet;

use sipwhy_annotator::Severity;
use sipwhy_annotator::words::count;
use sipwhy_flow::text::{Ink, Line};
use sipwhy_flow::wrap::shorten;

use super::{And as _, Page, line};
use crate::model::{PairedCall, Row, Seen};
use crate::words;

/// What only the good recording has.
pub(super) const GONE: Ink = Ink::Severity(Severity::Error);
/// What only the bad one has.
pub(super) const NEW: Ink = Ink::Severity(Severity::Note);
/// What both have otherwise.
const OTHERWISE: Ink = Ink::Severity(Severity::Warning);
/// Messages that are the same are shown so many before and after one that is not.
const AROUND: usize = 3;

/// What the messages above say otherwise: hop by hop it is told once.
type Told<'r> = BTreeSet<(&'static str, Option<&'r str>, Option<&'r str>)>;

/// The width of columns.
struct Columns {
    frame: usize,
    hop: usize,
}

impl Page<'_> {
    pub(super) fn ladder(&mut self, call: &PairedCall) {
        self.lines.push(Line::default());
        let rows = &call.rows;
        if rows.iter().all(Row::is_same) {
            let words = format!("All of its {} are the same", count(rows.len(), "message"));
            self.say(Ink::Plain, &words, 2);
            return;
        }
        let digits = |seen: Option<&Seen>| seen.map_or(0, |it| it.frame.number.to_string().len());
        let widths = rows
            .iter()
            .flat_map(|row| [digits(row.good.as_ref()), digits(row.bad.as_ref())]);
        let host = call.hosts.len().to_string().len();
        let columns = Columns {
            frame: widths.max().unwrap_or(0).max(4),
            hop: 2 * host + 3,
        };
        let width = columns.frame;
        let head = format!(
            "    {:>width$} {:>width$}  {:<hop$}  message",
            "good",
            "bad",
            "hop",
            hop = columns.hop
        );
        self.lines.push(line(Ink::Faint, head));
        let is_near = |place: usize| {
            let from = place.saturating_sub(AROUND);
            let around = rows.iter().skip(from).take(place - from + AROUND + 1);
            around.into_iter().any(|row| !row.is_same())
        };
        let mut hidden = 0;
        let mut told = Told::new();
        for (place, row) in rows.iter().enumerate() {
            if is_near(place) {
                self.hidden(&mut hidden);
                self.row(row, &columns, &mut told);
            } else {
                hidden += 1;
            }
        }
        self.hidden(&mut hidden);
        self.legend(rows);
    }

    /// What the signs mean that stand in front of rows.
    fn legend(&mut self, rows: &[Row]) {
        let has = |of: fn(&Row) -> bool| rows.iter().any(of);
        let signs = [
            ("- in good alone", has(|row| row.bad.is_none())),
            ("+ in bad alone", has(|row| row.good.is_none())),
            ("~ in both, and not the same", has(is_otherwise)),
            ("> in another order in bad", has(|row| row.is_moved)),
        ];
        let signs = signs.iter().filter(|it| it.1);
        let legend: Vec<&str> = signs.map(|(words, _)| *words).collect();
        if !legend.is_empty() {
            self.say(Ink::Faint, &legend.join(" · "), 4);
        }
    }

    fn hidden(&mut self, hidden: &mut usize) {
        let words = match std::mem::take(hidden) {
            0 => return,
            1 => "… 1 message that is the same".to_owned(),
            more => format!("… {more} messages that are the same"),
        };
        self.say(Ink::Faint, &words, 4);
    }

    fn row<'r>(&mut self, row: &'r Row, columns: &Columns, told: &mut Told<'r>) {
        let Some(seen) = row.seen() else { return };
        let (sign, ink) = match (&row.good, &row.bad) {
            (_, None) => ("-", GONE),
            (None, _) => ("+", NEW),
            _ if row.is_moved => (">", OTHERWISE),
            _ if is_otherwise(row) => ("~", OTHERWISE),
            _ => (" ", Ink::Plain),
        };
        let frame = |seen: &Option<Seen>| {
            let number = seen.as_ref().map(|it| it.frame.number.to_string());
            number.unwrap_or_default()
        };
        let digits = (columns.hop - 3) / 2;
        let hop = format!("{:>digits$} → {:<digits$}", row.from + 1, row.to + 1);
        let width = columns.frame;
        let frames = format!(
            "{:>width$} {:>width$}  {hop}  ",
            frame(&row.good),
            frame(&row.bad)
        );
        let lead = 4 + 2 * width + 1 + 2 + columns.hop + 2;
        let room = self.width.saturating_sub(lead).max(8);
        let times = match seen.again {
            0 => String::new(),
            again => format!(" ×{}", again.saturating_add(1)),
        };
        let title = shorten(&format!("{}{times}", seen.title), room);
        self.lines.push(
            line(ink, format!("  {sign} "))
                .and(Ink::Faint, frames)
                .and(ink, title),
        );
        let mut said = Vec::new();
        let mut as_above = Vec::new();
        for field in &row.fields {
            if told.insert((field.field, field.good.as_deref(), field.bad.as_deref())) {
                said.push(words::of_field(field));
            } else {
                as_above.push(field.field);
            }
        }
        if !as_above.is_empty() {
            said.push(format!("as above: {}", as_above.join(", ")));
        }
        said.extend(words::timing(row));
        for words in said {
            self.say(Ink::Plain, &words, lead.min(self.width / 2));
        }
    }
}

/// Whether both have it, and not the same.
fn is_otherwise(row: &Row) -> bool {
    row.good.is_some() && row.bad.is_some() && !row.is_same() && !row.is_moved
}
