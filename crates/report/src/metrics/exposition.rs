//! Prometheus' text format, version 0.0.4:
//! <https://prometheus.io/docs/instrumenting/exposition_formats/>.

use std::fmt::{Display, Write as _};

/// Text that grows metric by metric.
#[derive(Debug, Default)]
pub(super) struct Exposition(String);

/// One metric, whose samples follow.
pub(super) struct Family<'e> {
    text: &'e mut String,
    name: &'static str,
}

/// A label and its value.
pub(super) type Label<'l> = (&'static str, &'l str);

impl Exposition {
    /// What only grows.
    pub(super) fn counter(&mut self, name: &'static str, help: &str) -> Family<'_> {
        self.family(name, "counter", help)
    }

    /// What rises and falls.
    pub(super) fn gauge(&mut self, name: &'static str, help: &str) -> Family<'_> {
        self.family(name, "gauge", help)
    }

    /// How values are distributed.
    pub(super) fn histogram(&mut self, name: &'static str, help: &str) -> Family<'_> {
        self.family(name, "histogram", help)
    }

    fn family(&mut self, name: &'static str, kind: &str, help: &str) -> Family<'_> {
        // Writing to a String cannot fail.
        let _ = write!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
        Family {
            text: &mut self.0,
            name,
        }
    }

    pub(super) fn into_text(self) -> String {
        self.0
    }
}

impl Family<'_> {
    /// A sample, with labels or none.
    pub(super) fn sample(&mut self, labels: &[Label<'_>], value: impl Display) {
        self.line("", labels, value);
    }

    /// The samples of a histogram: how many are within each bound, their sum, and how many there
    /// are.
    pub(super) fn distribution(
        &mut self,
        labels: &[Label<'_>],
        within: impl Iterator<Item = (String, u64)>,
        (sum, count): (f64, u64),
    ) {
        let last = std::iter::once(("+Inf".to_owned(), count));
        for (bound, within) in within.chain(last) {
            let labels = [labels, &[("le", bound.as_str())]].concat();
            self.line("_bucket", &labels, within);
        }
        self.line("_sum", labels, sum);
        self.line("_count", labels, count);
    }

    fn line(&mut self, part: &str, labels: &[Label<'_>], value: impl Display) {
        let text = &mut *self.text;
        text.push_str(self.name);
        text.push_str(part);
        for (place, (label, value)) in labels.iter().enumerate() {
            text.push(if place == 0 { '{' } else { ',' });
            let _ = write!(text, "{label}=\"");
            for c in value.chars() {
                match c {
                    '"' | '\\' => text.extend(['\\', c]),
                    '\n' => text.push_str("\\n"),
                    c => text.push(c),
                }
            }
            text.push('"');
        }
        if !labels.is_empty() {
            text.push('}');
        }
        let _ = writeln!(text, " {value}");
    }
}
