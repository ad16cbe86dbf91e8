//! The Test Anything Protocol, version 14: a test point for each capture.

use std::io::{self, Write};

use serde_json::Value;

use super::words;
use crate::result::{CaptureResult, Checked};

pub(crate) fn write(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "TAP version 14\n1..{}", checked.captures.len())?;
    for (number, capture) in (1_usize..).zip(&checked.captures) {
        point(number, capture, out)?;
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

/// A description, in which `#` would begin a directive.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('#', "\\#")
}

/// A text as YAML's double-quoted scalar, for which JSON's is good.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
