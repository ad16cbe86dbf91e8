//! For people: the findings of each capture as `sipwhy read` shows them, and a line of totals.

use std::io::Write as _;

use sipwhy_report::{Layout, Order, Output, Text};

use super::words;
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
        if !has_told && capture.unlisted == 0 {
            continue;
        }
        if !std::mem::take(&mut is_first) {
            put("\n");
        }
        if is_one_of_several {
            put(&heading(&capture.name, layout.colour));
        }
        findings(capture, output, layout);
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

fn heading(name: &str, has_colour: bool) -> String {
    match has_colour {
        true => format!("\u{1b}[1m═══ {name} ═══\u{1b}[0m\n"),
        false => format!("═══ {name} ═══\n"),
    }
}
