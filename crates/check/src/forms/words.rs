//! Sentences that several formats share.

use sipwhy_annotator::{Severity, Verdict, words::count};

use crate::finding::Finding;
use crate::judge::Threshold;
use crate::result::{CaptureResult, Checked};

/// The severities, gravest first.
pub(super) const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

/// `2 errors, 1 note`, of the findings told; empty when there are none.
pub(super) fn tally<'a>(findings: impl Iterator<Item = &'a Finding>) -> String {
    let mut counts = [0; SEVERITIES.len()];
    for finding in findings {
        for (place, severity) in counts.iter_mut().zip(SEVERITIES) {
            *place += usize::from(finding.severity == severity);
        }
    }
    let kinds = counts.into_iter().zip(SEVERITIES);
    let kinds = kinds.filter(|(number, _)| *number > 0);
    let words: Vec<String> = kinds
        .map(|(number, it)| count(number, it.as_str()))
        .collect();
    words.join(", ")
}

/// What is told of a capture in a few words: `2 errors`, or that it could not be read.
pub(super) fn verdict(capture: &CaptureResult) -> String {
    let mut parts = Vec::new();
    let tally = tally(capture.told());
    if !tally.is_empty() {
        parts.push(tally);
    }
    let unmet = capture.unmet().count();
    if unmet > 0 {
        parts.push(format!("{} not met", count(unmet, "expectation")));
    }
    if capture.unlisted > 0 {
        parts.push(format!("{} more not listed", capture.unlisted));
    }
    if !capture.unreadable.is_empty() {
        parts.push("not read to its end".to_owned());
    }
    parts.join(", ")
}

/// One line of totals: `2 errors in 1 of 3 captures (12 SIP messages, 4 calls)`.
pub(super) fn totals(checked: &Checked) -> String {
    let captures = &checked.captures;
    let with =
        |is_it: &dyn Fn(&CaptureResult) -> bool| captures.iter().filter(|it| is_it(it)).count();
    let mut found = tally(captures.iter().flat_map(CaptureResult::told));
    let unmet = captures.iter().flat_map(CaptureResult::unmet).count();
    if unmet > 0 {
        let comma = if found.is_empty() { "" } else { ", " };
        let unmet = count(unmet, "expectation");
        found.push_str(&format!("{comma}{unmet} not met"));
    }
    let in_how_many = with(&|it| it.told().next().is_some() || it.unmet().next().is_some());
    let mut line = match found.is_empty() {
        true => "nothing to tell of".to_owned(),
        false => format!("{found} in {in_how_many} of"),
    };
    let messages: u64 = captures.iter().map(|it| it.messages).sum();
    let calls: u64 = captures.iter().map(|it| it.calls).sum();
    line.push_str(&format!(
        " {} ({}, {})",
        count(captures.len(), "capture"),
        number(messages, "SIP message"),
        number(calls, "call"),
    ));
    let known = captures
        .iter()
        .flat_map(|it| &it.findings)
        .filter(|it| it.is_known)
        .count();
    let unlisted: u64 = captures.iter().map(|it| it.unlisted).sum();
    let unread = with(&|it| !it.unreadable.is_empty());
    let gone: u64 = captures
        .iter()
        .flat_map(|it| &it.gone)
        .map(|it| it.count)
        .sum();
    for (number, words) in [
        (known as u64, "known"),
        (gone, "gone"),
        (unlisted, "not listed"),
    ] {
        if number > 0 {
            line.push_str(&format!(", {number} {words}"));
        }
    }
    if unread > 0 {
        line.push_str(&format!(
            ", {} not read to the end",
            count(unread, "capture")
        ));
    }
    line
}

fn number(count_of: u64, noun: &str) -> String {
    count(usize::try_from(count_of).unwrap_or(usize::MAX), noun)
}

/// The title, with the verdict where it is not plain.
pub(super) fn title(finding: &Finding) -> String {
    match finding.last.verdict {
        Verdict::Confirmed => finding.last.title.clone(),
        other => format!("({}) {}", other.as_str(), finding.last.title),
    }
}

/// The packets that prove it: `call.pcap:4, call.pcap:9`.
pub(super) fn packets(capture: &CaptureResult, finding: &Finding) -> String {
    let evidence = finding.last.evidence.iter();
    let frames: Vec<String> = evidence.map(|it| capture.inputs.frame(it.frame)).collect();
    frames.join(", ")
}

/// Everything but the title, a line each.
pub(super) fn details(capture: &CaptureResult, finding: &Finding) -> Vec<String> {
    let annotation = &finding.last;
    let mut lines = Vec::new();
    if let Some(call) = &annotation.call {
        lines.push(format!(
            "call: {} → {}, Call-ID {}",
            call.from, call.to, call.call_id
        ));
    }
    let packets = packets(capture, finding);
    if !packets.is_empty() {
        lines.push(format!("packets: {packets}"));
    }
    if !annotation.explanation.is_empty() {
        lines.push(format!("why: {}", annotation.explanation));
    }
    lines.extend(annotation.help.iter().map(|help| format!("fix: {help}")));
    if let Some(hop) = annotation.responsible {
        lines.push(format!("who: {} ({})", hop.address, hop.role.as_str()));
    }
    let mut see = annotation.references.to_vec();
    let page = format!("sipwhy explain {}", annotation.rule);
    see.push(&page);
    lines.push(format!("see: {}", see.join(" · ")));
    lines
}

/// What fails, in words, for systems that show no more than that.
pub(super) fn rule_of_failure(threshold: Threshold) -> String {
    match threshold.0 {
        Some(severity) => format!("--fail-on {}", severity.as_str()),
        None => "--fail-on never".to_owned(),
    }
}
