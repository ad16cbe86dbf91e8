//! A summary in Markdown, such as for `$GITHUB_STEP_SUMMARY`.

use std::io::{self, Write};

use super::{side_by_side, words};
use crate::expect::Expected;
use crate::result::{CaptureResult, Checked};

/// Bytes of findings written at most: GitHub refuses summaries beyond 1 MiB.
const MOST_BYTES: usize = 900 << 10;

pub(crate) fn write(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    let failed = checked
        .captures
        .iter()
        .filter(|it| it.has_failed() || !it.unreadable.is_empty());
    let failed = failed.count();
    let all = checked.captures.len();
    let mut text = match failed {
        0 => "## sipwhy: all is well\n\n".to_owned(),
        _ => format!("## sipwhy: {failed} of {all} captures failed\n\n"),
    };
    text.push_str(&format!("{}.\n", escaped(&words::totals(checked))));
    table(checked, &mut text);
    for capture in &checked.captures {
        if text.len() > MOST_BYTES {
            text.push_str("\nThere are more findings than a summary holds.\n");
            break;
        }
        section(capture, &mut text);
    }
    out.write_all(text.as_bytes())
}

/// The captures that something is to be said of.
fn table(checked: &Checked, text: &mut String) {
    let worth = |capture: &&CaptureResult| {
        capture.told().next().is_some()
            || capture.unmet().next().is_some()
            || capture.unlisted > 0
            || !capture.unreadable.is_empty()
            || !capture.gone.is_empty()
    };
    let mut is_first = true;
    for capture in checked.captures.iter().filter(worth) {
        if text.len() > MOST_BYTES / 2 {
            break;
        }
        if std::mem::take(&mut is_first) {
            text.push_str("\n| Capture | SIP messages | Calls | Found | Result |\n");
            text.push_str("|---|--:|--:|---|---|\n");
        }
        let result = match (capture.unreadable.is_empty(), capture.has_failed()) {
            (false, _) => "not read to its end",
            (true, true) => "failed",
            (true, false) => "passed",
        };
        let found = match words::verdict(capture) {
            found if found.is_empty() => "–".to_owned(),
            found => found,
        };
        text.push_str(&format!(
            "| {} | {} | {} | {} | {result} |\n",
            escaped(&capture.name),
            capture.messages,
            capture.calls,
            escaped(&found),
        ));
    }
}

fn section(capture: &CaptureResult, text: &mut String) {
    let has_told = capture.told().next().is_some();
    let has_unmet = capture.unmet().next().is_some();
    if !has_told && !has_unmet && capture.unreadable.is_empty() && capture.gone.is_empty() {
        return;
    }
    text.push_str(&format!("\n### {}\n", escaped(&capture.name)));
    for fault in &capture.unreadable {
        text.push_str(&format!("\n**not read to its end**: {}\n", escaped(fault)));
    }
    for finding in capture.told() {
        if text.len() > MOST_BYTES {
            return;
        }
        text.push_str(&format!(
            "\n**{}** `{}`: {}\n\n",
            finding.severity.as_str(),
            finding.last.rule,
            escaped(&words::title(finding)),
        ));
        for line in words::details(capture, finding) {
            text.push_str(&format!("- {}\n", escaped(&line)));
        }
    }
    for expected in capture.unmet() {
        if text.len() > MOST_BYTES {
            return;
        }
        expectation(capture, expected, text);
    }
    for gone in &capture.gone {
        text.push_str(&format!(
            "\nGone, though the baseline has it: {}\n",
            escaped(&gone.subject.words())
        ));
    }
}

/// What was expected, in a table beside what was found.
fn expectation(capture: &CaptureResult, expected: &Expected, text: &mut String) {
    text.push_str(&format!(
        "\n**not as expected**: {} ({})\n\n| Expected | | Found | Packet |\n|---|---|---|---|\n",
        escaped(&side_by_side::title(expected)),
        escaped(&side_by_side::place(expected)),
    ));
    for row in &expected.rows {
        let frame = row.frame.map(|frame| capture.inputs.frame(frame));
        text.push_str(&format!(
            "| {} | {} | {} | {} |\n",
            escaped(side_by_side::left(row)),
            if row.agrees { "" } else { "≠" },
            escaped(side_by_side::right(row)),
            escaped(&frame.unwrap_or_default()),
        ));
    }
}

/// Text that means nothing in Markdown: any ASCII punctuation may have a backslash before it
/// (`CommonMark` 0.31 §2.4), and then it is no markup, no HTML and no link.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        // These mean something only together with others, which are escaped.
        let is_plain = matches!(character, ',' | ';' | '?' | '%' | '\'' | '"' | '/' | ')');
        if character.is_ascii_punctuation() && !is_plain {
            out.push('\\');
        }
        out.push(if character == '\n' { ' ' } else { character });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn markup_is_no_markup() {
        assert_eq!(
            escaped("<script> [x](http://y) a|b `c` www.z\n- 1."),
            "\\<script\\> \\[x\\]\\(http\\://y) a\\|b \\`c\\` www\\.z \\- 1\\."
        );
    }
}
