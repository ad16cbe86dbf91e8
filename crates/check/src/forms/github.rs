//! Workflow commands of GitHub Actions, which become annotations of the run.

use std::io::{self, Write};

use sipwhy_annotator::Severity;

use super::{side_by_side, words};
use crate::result::Checked;

/// Columns of an expectation beside what was found.
const WIDTH: usize = 80;

pub(crate) fn write(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    for capture in &checked.captures {
        for fault in &capture.unreadable {
            command(
                out,
                "error",
                &capture.name,
                None,
                "not read to its end",
                fault,
            )?;
        }
        for finding in capture.findings.iter().filter(|it| !it.is_known) {
            let name = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "notice",
            };
            let mut lines = vec![words::title(finding)];
            lines.extend(words::details(capture, finding));
            let file = capture.file(finding);
            command(out, name, file, None, finding.last.rule, &lines.join("\n"))?;
        }
        for expected in capture.unmet() {
            let mut lines = vec![format!(
                "{}: {}",
                capture.name,
                side_by_side::title(expected)
            )];
            lines.extend(side_by_side::lines(capture, expected, WIDTH));
            let (file, line) = (&expected.file, Some(expected.line));
            command(out, "error", file, line, "expectation", &lines.join("\n"))?;
        }
    }
    Ok(())
}

fn command(
    out: &mut dyn Write,
    name: &str,
    file: &str,
    line: Option<usize>,
    title: &str,
    message: &str,
) -> io::Result<()> {
    let (file, title) = (property(file), property(title));
    let line = line.map_or_else(String::new, |line| format!(",line={line}"));
    let message = data(message);
    writeln!(out, "::{name} file={file}{line},title={title}::{message}")
}

/// What follows the second pair of colons: a line end would end the command.
fn data(text: &str) -> String {
    // The percent sign first, or the escapes themselves would be escaped.
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property's value, which colons and commas would end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_a_command_or_begins_another() {
        let mut out = Vec::new();
        let hostile = "a,line=9::x\r\n::set-output name=x::%0A";
        command(&mut out, "error", hostile, None, hostile, hostile).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert_eq!(
            out,
            "::error file=a%2Cline=9%3A%3Ax%0D%0A%3A%3Aset-output name=x%3A%3A%250A,\
             title=a%2Cline=9%3A%3Ax%0D%0A%3A%3Aset-output name=x%3A%3A%250A::\
             a,line=9::x%0D%0A::set-output name=x::%250A\n"
        );
    }
}
