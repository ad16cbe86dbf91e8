//! Which lines are shown, and how.

use std::collections::VecDeque;

use sipwhy_report::{Filter, LineStyle, LoggedLine, show_foreign};

/// Bytes of the last lines that are held until the end of the log is reached.
const MOST_HELD: usize = 64 << 20;

/// Shows lines.
pub(super) struct Show {
    filter: Filter,
    style: LineStyle,
    colour: bool,
    /// Lines that are ready, with their ends.
    ready: String,
    /// What the filter asks for and no line can tell.
    fault: Option<String>,
}

impl Show {
    pub(super) const fn new(filter: Filter, style: LineStyle, colour: bool) -> Self {
        Self {
            filter,
            style,
            colour,
            ready: String::new(),
            fault: None,
        }
    }

    /// Whether every line is shown.
    pub(super) const fn is_everything(&self) -> bool {
        self.filter.is_everything()
    }

    /// Takes in a line. What is none of the log is shown as far as nothing is filtered.
    pub(super) fn line(&mut self, bytes: &[u8]) {
        if let Some(text) = self.shown(bytes) {
            self.ready.push_str(&text);
            self.ready.push('\n');
        }
    }

    fn shown(&mut self, bytes: &[u8]) -> Option<String> {
        match LoggedLine::read(bytes) {
            Some(line) => match self.filter.line(&line) {
                Ok(true) => Some(line.show(bytes, self.style, self.colour)),
                Ok(false) => None,
                Err(fault) => {
                    self.fault.get_or_insert(fault);
                    None
                }
            },
            None if self.is_everything() => Some(show_foreign(bytes, self.colour)),
            None => None,
        }
    }

    /// The lines that are ready, unless something is wrong.
    pub(super) fn take(&mut self) -> Result<String, String> {
        match self.fault.take() {
            Some(fault) => Err(fault),
            None => Ok(std::mem::take(&mut self.ready)),
        }
    }
}

/// The last of the lines that are shown.
pub(super) struct Last {
    count: usize,
    lines: VecDeque<String>,
    bytes: usize,
}

impl Last {
    pub(super) fn new(count: usize) -> Self {
        Self {
            count,
            lines: VecDeque::new(),
            bytes: 0,
        }
    }

    /// Takes in a line, for `show` to judge.
    pub(super) fn line(&mut self, show: &mut Show, bytes: &[u8]) {
        let Some(text) = show.shown(bytes) else {
            return;
        };
        self.bytes += text.len();
        self.lines.push_back(text);
        while self.lines.len() > self.count || self.bytes > MOST_HELD {
            let Some(gone) = self.lines.pop_front() else {
                break;
            };
            self.bytes -= gone.len();
        }
    }

    /// Makes those that are left ready.
    pub(super) fn end(self, show: &mut Show) {
        for line in self.lines {
            show.ready.push_str(&line);
            show.ready.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use sipwhy_report::Expression;

    use super::*;

    #[test]
    fn the_last_that_are_wanted_stay() {
        let filter = Filter::new(Some(Expression::parse("severity >= warning").unwrap()));
        let mut show = Show::new(filter, LineStyle::Same, false);
        let mut last = Last::new(2);
        for (second, kind) in ["error", "note", "warning", "msg", "error", "note"]
            .iter()
            .enumerate()
        {
            let line = format!("2026-11-22T17:19:0{second}Z {kind} call=1 : x");
            last.line(&mut show, line.as_bytes());
        }
        last.line(&mut show, b"no line of the log");
        last.end(&mut show);
        assert_eq!(
            show.take().unwrap(),
            "2026-11-22T17:19:02Z warning call=1 : x\n2026-11-22T17:19:04Z error call=1 : x\n"
        );
    }
}
