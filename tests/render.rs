//! Everything a capture led to as plain text, for snapshots and comparisons.

use std::fmt::Write as _;

use sipwhy_annotator::Annotation;

use crate::replay::Replay;

/// Every annotation and every count, in full.
#[must_use]
pub fn render(replay: &Replay) -> String {
    let mut text = String::new();
    for annotation in &replay.annotations {
        // Writing to a string cannot fail.
        let _ = annotate(&mut text, annotation);
    }
    let summary = &replay.summary;
    let _ = writeln!(
        text,
        "{} messages {:?} {:?}, calls {}",
        summary.messages,
        summary.requests(),
        summary.responses(),
        summary.annotator.calls,
    );
    if let Some(damage) = &replay.damage {
        let _ = writeln!(text, "{damage}");
    }
    text
}

fn annotate(text: &mut String, said: &Annotation) -> std::fmt::Result {
    let (severity, verdict) = (said.severity.as_str(), said.verdict.as_str());
    let (rule, number) = (said.rule, said.finding);
    writeln!(
        text,
        "{severity}[{rule}] {verdict}, finding {number}: {}",
        said.title
    )?;
    if let Some(call) = &said.call {
        writeln!(
            text,
            "  call {} from {} to {}",
            call.number, call.from, call.to
        )?;
    }
    if let Some(blamed) = &said.responsible {
        writeln!(
            text,
            "  responsible: {} ({})",
            blamed.address,
            blamed.role.as_str()
        )?;
    }
    writeln!(text, "  why: {}", said.explanation)?;
    for help in &said.help {
        writeln!(text, "  fix: {help}")?;
    }
    for evidence in &said.evidence {
        let flow = evidence.flow.map_or_else(String::new, |flow| {
            format!(
                " {} -> {} {}",
                flow.source, flow.destination, flow.transport
            )
        });
        writeln!(text, "  frame {}{flow}", evidence.frame.number)?;
        for line in &evidence.quote {
            writeln!(text, "    {}", line.text)?;
            if let Some((place, label)) = &line.mark {
                let marked = line.text.get(place.clone()).unwrap_or_default();
                writeln!(text, "      [{marked}] {label}")?;
            }
        }
    }
    writeln!(text, "  see: {}\n", said.references.join(", "))
}
