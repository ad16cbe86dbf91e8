//! What a page of HTML shows beside the findings: what was expected and is not so.

use sipwhy_report::{HtmlUnmet, HtmlUnmetRow};

use super::side_by_side;
use crate::expect::{Expected, Row};
use crate::result::CaptureResult;

impl CaptureResult {
    /// What was expected and is not so, for a page of HTML.
    pub fn unmet_of_page(&self) -> impl Iterator<Item = HtmlUnmet> {
        self.unmet().map(|expected| self.shown(expected))
    }

    fn shown(&self, expected: &Expected) -> HtmlUnmet {
        let row = |row: &Row| HtmlUnmetRow {
            expected: side_by_side::left(row).to_owned(),
            found: side_by_side::right(row).to_owned(),
            packet: row
                .frame
                .map(|frame| self.inputs.frame(frame))
                .unwrap_or_default(),
            agrees: row.agrees,
        };
        HtmlUnmet {
            capture: self.name.clone(),
            title: side_by_side::title(expected),
            place: side_by_side::place(expected),
            rows: expected.rows.iter().map(row).collect(),
        }
    }
}
