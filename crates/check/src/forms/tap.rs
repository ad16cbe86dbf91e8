//! The Test Anything Protocol, version 14: a test point for each capture, and for each expectation.

use std::io::{self, Write};

use serde_json::Value;

use super::{side_by_side, words};
use crate::expect::Expected;
use crate::result::{CaptureResult, Checked};

pub(crate) fn write(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    let captures = checked.captures.iter();
    let points = captures.map(|it| usize::from(!it.is_missing) + it.expectations.len());
    writeln!(out, "TAP version 14\n1..{}", points.sum::<usize>())?;
    let mut numbers = 1_usize..;
    let mut next = || numbers.next().unwrap_or_default();
    for capture in &checked.captures {
        if !capture.is_missing {
            point(next(), capture, out)?;
        }
        for expected in &capture.expectations {
            expectation(next(), capture, expected, out)?;
        }
    }
    Ok(())
}

fn point(number: usize, capture: &CaptureResult, out: &mut dyn Write) -> io::Result<()> {
    let is_ok = !capture.fails && capture.unreadable.is_empty();
    let word = if is_ok { "ok" } else { "not ok" };
    write!(out, "{word} {number} - {}", escaped(&capture.name))?;
    if capture.is_empty() {
        write!(out, " # SKIP no SIP messages in it")?;
    }
    writeln!(out)?;
    if is_ok {
        return Ok(());
    }
    writeln!(out, "  ---")?;
    writeln!(out, "  message: {}", quoted(&words::verdict(capture)))?;
    if !capture.unreadable.is_empty() {
        writeln!(out, "  unreadable:")?;
        for fault in &capture.unreadable {
            writeln!(out, "    - {}", quoted(fault))?;
        }
    }
    if capture.told().next().is_some() {
        writeln!(out, "  findings:")?;
    }
    for finding in capture.told() {
        let packets = words::packets(capture, finding);
        for (key, value) in [
            ("- rule", finding.last.rule),
            ("  severity", finding.severity.as_str()),
            ("  title", &words::title(finding)),
            ("  packets", &packets),
        ] {
            writeln!(out, "    {key}: {}", quoted(value))?;
        }
    }
    writeln!(out, "  ...")
}

fn expectation(
    number: usize,
    capture: &CaptureResult,
    expected: &Expected,
    out: &mut dyn Write,
) -> io::Result<()> {
    let word = if expected.is_met { "ok" } else { "not ok" };
    let (name, about) = (escaped(&capture.name), escaped(&expected.name));
    writeln!(out, "{word} {number} - {name}: {about}")?;
    if expected.is_met {
        return Ok(());
    }
    writeln!(out, "  ---")?;
    writeln!(out, "  message: {}", quoted(&expected.summary))?;
    let place = side_by_side::place(expected);
    writeln!(out, "  stated_in: {}\n  rows:", quoted(&place))?;
    for row in &expected.rows {
        let frame = row.frame.map(|frame| capture.inputs.frame(frame));
        for (key, value) in [
            ("- expected", row.expected.as_deref()),
            ("  found", row.found.as_deref()),
            ("  packet", frame.as_deref()),
        ] {
            writeln!(
                out,
                "    {key}: {}",
                value.map_or("null".to_owned(), quoted)
            )?;
        }
        writeln!(out, "      agrees: {}", row.agrees)?;
    }
    writeln!(out, "  ...")
}

/// A description, in which `#` would begin a directive.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('#', "\\#")
}

/// A text as YAML's double-quoted scalar, for which JSON's is good.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
