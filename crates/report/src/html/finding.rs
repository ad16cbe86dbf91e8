//! A finding: what is wrong, the packets that prove it, why, and what to do.

use std::collections::BTreeSet;

use sipwhy_annotator::{Annotation, Evidence, Severity, Verdict, words};
use sipwhy_packet::clock::{day, time_of_day};

use super::marks::write_quote;
use super::markup::{Markup, id_of};
use super::scene::Scene;
use super::terms::Terms;
use crate::text::diagnostic::part_played;
use crate::text::held::{Finding, Group};

/// The findings of a call, below its name.
pub(super) fn write_group(
    out: &mut Markup,
    scene: &Scene<'_>,
    terms: &mut Terms,
    capture: Option<&str>,
    group: &Group,
) {
    let Some(first) = group.findings.first() else {
        return;
    };
    out.raw("<section class=\"group\">\n<h3>");
    if let Some(capture) = capture {
        out.raw("<span class=\"capture\">")
            .text(capture)
            .raw("</span> ");
    }
    let annotation = &first.last;
    let proof = annotation.evidence.first();
    let when = day(proof.map_or(annotation.time, |evidence| evidence.time));
    match &annotation.call {
        Some(call) => {
            let title = format!("Call {}: {} → {}", call.number, call.from, call.to);
            link(out, scene.id_of_call(call.number).as_deref(), &title);
            out.raw("</h3>\n<p class=\"faint\">");
            if let Some(leg) = &call.leg {
                out.raw("This is ").text(&leg.words()).raw(". ");
            }
            out.raw("Call-ID ").text(&call.call_id);
            out.raw(" · ").text(&when).raw(", times in UTC</p>\n");
        }
        None => {
            out.raw("Outside any call</h3>\n<p class=\"faint\">");
            out.text(&when).raw(", times in UTC</p>\n");
        }
    }
    for finding in &group.findings {
        write(out, scene, terms, finding, true);
    }
    out.raw("</section>\n");
}

fn write(out: &mut Markup, scene: &Scene<'_>, terms: &mut Terms, finding: &Finding, is_root: bool) {
    let annotation = &finding.last;
    let severity = annotation.severity.as_str();
    terms.rules.insert(annotation.rule);
    out.raw("<article class=\"finding ").raw(severity);
    out.raw("\" id=\"")
        .text(&scene.finding_id(annotation.finding));
    if is_root {
        let (mut severities, mut rules) = (BTreeSet::new(), BTreeSet::new());
        facts(finding, &mut severities, &mut rules);
        out.raw("\" data-severity=\"");
        out.words(severities.iter().map(|it| it.as_str()));
        out.raw("\" data-rule=\"").words(rules);
        let call = annotation.call.as_ref();
        let outcome = call.and_then(|call| scene.outcome(call.number));
        let outcome = outcome.map_or("", |it| it.as_str());
        out.raw("\" data-outcome=\"").raw(outcome);
    }
    let (begin, end) = if is_root {
        ("\">\n<h4>", "</h4>\n")
    } else {
        ("\">\n<h5>", "</h5>\n")
    };
    out.raw(begin).raw("<span class=\"badge ").raw(severity);
    out.raw("\">").raw(severity).raw("</span> ");
    out.text(&annotation.title).raw(end);
    out.raw("<p class=\"faint\"><a href=\"#rule-");
    out.text(&id_of(annotation.rule)).raw("\"><code>");
    out.text(annotation.rule).raw("</code></a> · ");
    if annotation.verdict != Verdict::Confirmed {
        out.raw(annotation.verdict.as_str()).raw(" · ");
    }
    out.text(&time_of_day(annotation.time)).raw("</p>\n");
    write_evidence(out, scene, annotation);
    write_reasons(out, finding);
    if !finding.consequences.is_empty() {
        write_consequences(out, scene, terms, finding);
    }
    out.raw("</article>\n");
}

/// The packets that prove it, with what decides in them.
fn write_evidence(out: &mut Markup, scene: &Scene<'_>, annotation: &Annotation) {
    if annotation.evidence.is_empty() {
        return;
    }
    out.raw("<ol class=\"evidence\">\n");
    let mut before: Option<&Evidence> = None;
    for evidence in &annotation.evidence {
        out.raw("<li><p class=\"where\">");
        let frame = scene.inputs.frame(evidence.frame);
        link(out, scene.id_of_frame(evidence.frame).as_deref(), &frame);
        out.raw(" <span>")
            .text(&time_of_day(evidence.time))
            .raw("</span>");
        if let Some(flow) = evidence.flow {
            out.raw(" <span>").show(flow.source).raw(" → ");
            out.show(flow.destination).raw(" ");
            out.show(flow.transport).raw("</span>");
        }
        if let Some(before) = before {
            let span = words::span(evidence.time.since(before.time));
            out.raw(" <span>").text(&span).raw(" later</span>");
        }
        out.raw("</p>");
        if !evidence.quote.is_empty() {
            out.raw("<pre>");
            for quoted in &evidence.quote {
                write_quote(out, quoted, annotation.severity);
            }
            out.raw("</pre>");
        }
        out.raw("</li>\n");
        before = Some(evidence);
    }
    out.raw("</ol>\n");
}

fn write_reasons(out: &mut Markup, finding: &Finding) {
    let annotation = &finding.last;
    out.raw("<dl class=\"reasons\">\n");
    for stage in &finding.earlier {
        let (time, severity) = (time_of_day(stage.time), stage.severity.as_str());
        out.fact("Was", &format!("{time} {severity}: {}", stage.title));
    }
    if !annotation.explanation.is_empty() {
        out.fact("Why", &annotation.explanation);
    }
    match annotation.help.as_slice() {
        [] => {}
        [only] => {
            out.fact("Fix", only);
        }
        several => {
            out.raw("<dt>Fix</dt><dd><ol>");
            for help in several {
                out.raw("<li>").text(help).raw("</li>");
            }
            out.raw("</ol></dd>\n");
        }
    }
    if let Some(responsible) = annotation.responsible {
        out.fact("Who", &part_played(responsible));
    }
    if let Some(root) = annotation.caused_by {
        out.fact("Due to", root.rule);
    }
    if !annotation.references.is_empty() {
        out.raw("<dt>See</dt><dd>");
        for (place, reference) in annotation.references.iter().enumerate() {
            if place > 0 {
                out.raw(" · ");
            }
            write_reference(out, reference);
        }
        out.raw("</dd>\n");
    }
    out.raw("</dl>\n");
}

fn write_consequences(out: &mut Markup, scene: &Scene<'_>, terms: &mut Terms, finding: &Finding) {
    out.raw("<details class=\"so\"><summary>");
    match finding.consequences.as_slice() {
        [only] => {
            out.raw("What came of it: ").text(&only.last.title);
        }
        several => {
            out.raw("What came of it: ").show(several.len());
            out.raw(" more findings");
        }
    }
    out.raw("</summary>\n");
    for consequence in &finding.consequences {
        write(out, scene, terms, consequence, false);
    }
    out.raw("</details>\n");
}

/// What a finding and its consequences can be found by.
fn facts<'a>(
    finding: &'a Finding,
    severities: &mut BTreeSet<Severity>,
    rules: &mut BTreeSet<&'a str>,
) {
    severities.insert(finding.last.severity);
    rules.insert(finding.last.rule);
    for consequence in &finding.consequences {
        facts(consequence, severities, rules);
    }
}

/// Text that leads to a part of the page, if it is there.
pub(super) fn link(out: &mut Markup, id: Option<&str>, text: &str) {
    match id {
        Some(id) => out
            .raw("<a href=\"#")
            .text(id)
            .raw("\">")
            .text(text)
            .raw("</a>"),
        None => out.text(text),
    };
}

/// `RFC 3261 §21.3.4`, be it a step of it, as a link to it; anything else as it is.
fn write_reference(out: &mut Markup, reference: &str) {
    let rest = reference.strip_prefix("RFC ").unwrap_or_default();
    let (number, section) = match rest.split_once(" §") {
        Some((number, section)) => (number, section.split(' ').next()),
        None => (rest, None),
    };
    let is_number = !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit());
    let is_of_section = |it: u8| it == b'.' || it.is_ascii_alphanumeric();
    if !is_number || !section.is_none_or(|it| it.bytes().all(is_of_section)) {
        out.text(reference);
        return;
    }
    out.raw("<a href=\"https://www.rfc-editor.org/rfc/rfc")
        .text(number);
    if let Some(section) = section {
        out.raw("#section-").text(section);
    }
    out.raw("\">").text(reference).raw("</a>");
}
