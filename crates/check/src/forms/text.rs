//! For people: the findings of each capture as `sipwhy read` shows them, and a line of totals.

use std::io::Write as _;

use sipwhy_flow::wrap::wrap;
use sipwhy_report::{Layout, Order, Output, Text};

use super::{side_by_side, words};
use crate::finding::Finding;
use crate::result::{CaptureResult, Checked};

/// Nothing at all is written when there is nothing to tell of.
pub(crate) fn write(checked: &Checked, output: &Output, layout: Layout) {
    let is_one_of_several = checked.captures.len() > 1;
    let mut out = output.clone();
    // An output never fails: it keeps the fault for those who ask.
    let mut put = |text: &str| {
        let _ = out.write_all(text.as_bytes());
    };
    let mut is_first = true;
    for capture in &checked.captures {
        let has_told = capture.told().next().is_some();
        let has_unmet = capture.unmet().next().is_some();
        if !has_told && !has_unmet && capture.unlisted == 0 {
            continue;
        }
        if !std::mem::take(&mut is_first) {
            put("\n");
        }
        if is_one_of_several {
            put(&heading(&capture.name, layout.colour));
        }
        findings(capture, output, layout);
        put(&expectations(capture, layout, has_told));
        if capture.unlisted > 0 {
            put(&format!(
                "\n{} more findings not listed\n",
                capture.unlisted
            ));
        }
    }
    if !is_first {
        put(&format!("\n{}.\n", words::totals(checked)));
    }
}

/// The findings told of a capture.
pub(super) fn findings(capture: &CaptureResult, output: &Output, layout: Layout) {
    let told = capture.told().map(|finding| finding.last.finding);
    let text = Text::new(
        output.clone(),
        capture.inputs.clone(),
        layout,
        Order::ByCall,
    );
    let mut text = text.only(told.collect());
    for stage in capture.findings.iter().flat_map(Finding::stages) {
        text.annotation(stage);
    }
    text.show_held();
}

/// Columns of `error[expectation]: `.
const HEAD_COLUMNS: usize = 20;
/// What the further lines of a title begin with.
const INDENT: &str = "  ";

/// What was expected and is not so, side by side with what was found.
pub(super) fn expectations(capture: &CaptureResult, layout: Layout, is_after: bool) -> String {
    let mut text = String::new();
    for expected in capture.unmet() {
        if is_after || !text.is_empty() {
            text.push('\n');
        }
        let head = match layout.colour {
            true => "\u{1b}[1;31merror[expectation]\u{1b}[0m",
            false => "error[expectation]",
        };
        let (title, place) = (side_by_side::title(expected), side_by_side::place(expected));
        let rest = layout.width.saturating_sub(INDENT.len());
        let first = layout.width.saturating_sub(HEAD_COLUMNS);
        let title = wrap(&title, first, rest).join(&format!("\n{INDENT}"));
        text.push_str(&format!("{head}: {title}\n  --> {place}\n"));
        for line in side_by_side::lines(capture, expected, layout.width) {
            text.push_str(&format!("    {line}\n"));
        }
    }
    text
}

fn heading(name: &str, has_colour: bool) -> String {
    match has_colour {
        true => format!("\u{1b}[1m═══ {name} ═══\u{1b}[0m\n"),
        false => format!("═══ {name} ═══\n"),
    }
}
