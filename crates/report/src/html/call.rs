//! A call: how it went, its ladder, and its messages.

use std::collections::BTreeSet;

use sipwhy_annotator::Severity;
use sipwhy_flow::Flow;
use sipwhy_flow::svg::Inlay;
use sipwhy_packet::clock::{day, time_of_day};

use super::markup::Markup;
use super::message;
use super::outcome::Outcome;
use super::progress::Progress;
use super::scene::{Scene, number};
use super::terms::{Terms, label_of};

/// A call, folded up or not.
pub(super) fn write(
    out: &mut Markup,
    scene: &Scene<'_>,
    terms: &mut Terms,
    inlay: &mut Inlay<'_>,
    (capture, flow): (Option<&str>, &Flow),
    is_open: bool,
) {
    let notes = || flow.messages().flat_map(|message| &message.notes);
    let severities: BTreeSet<Severity> = notes().map(|note| note.severity).collect();
    let rules: BTreeSet<&str> = notes().map(|note| note.rule).collect();
    let outcomes: BTreeSet<Outcome> = flow
        .legs
        .iter()
        .filter_map(|leg| scene.outcome(leg.number))
        .collect();
    out.raw("<article class=\"call\" id=\"")
        .text(&scene.call_id(number(flow)));
    out.raw("\" data-severity=\"");
    out.words(severities.iter().map(|it| it.as_str()));
    out.raw("\" data-rule=\"").words(rules);
    out.raw("\" data-outcome=\"");
    out.words(outcomes.iter().map(|it| it.as_str()));
    out.raw(if is_open {
        "\">\n<details open>"
    } else {
        "\">\n<details>"
    });
    out.raw("<summary><h3>");
    if let Some(capture) = capture {
        out.raw("<span class=\"capture\">")
            .text(capture)
            .raw("</span> ");
    }
    out.text(&flow.title()).raw("</h3> ");
    for outcome in &outcomes {
        out.raw("<span class=\"badge ")
            .raw(outcome.as_str())
            .raw("\">");
        out.raw(outcome.words()).raw("</span> ");
    }
    for severity in severities.iter().rev() {
        let count = notes().filter(|note| note.severity == *severity).count();
        out.raw("<span class=\"badge ")
            .raw(severity.as_str())
            .raw("\">");
        out.show(count).raw(" ").raw(severity.as_str());
        out.raw(if count == 1 { "</span> " } else { "s</span> " });
    }
    out.raw("</summary>\n");
    write_facts(out, scene, flow);
    for note in flow.remarks() {
        out.paragraph("faint", &format!("{note}."));
    }
    for sentence in flow.left_out.sentences() {
        out.paragraph("faint", &format!("{sentence}."));
    }
    out.raw("<div class=\"ladder\" tabindex=\"0\" role=\"region\" aria-label=\"Ladder of call ");
    out.show(number(flow))
        .raw("\">\n")
        .drawn(&inlay.draw(flow))
        .raw("</div>\n");
    out.raw("<h4>Messages</h4>\n");
    for each in flow.messages() {
        message::write(out, scene, terms, flow, each);
    }
    out.raw("</details>\n</article>\n");
}

fn write_facts(out: &mut Markup, scene: &Scene<'_>, flow: &Flow) {
    out.raw("<dl class=\"facts\">\n");
    let began = format!("{} {} UTC", day(flow.began), time_of_day(flow.began));
    out.fact("Began", &began);
    for (name, leg) in flow.leg_names().iter().zip(&flow.legs) {
        match name.strip_prefix("Call-ID ") {
            Some(call_id) => out.fact("Call-ID", call_id),
            None => out.fact("Leg", name),
        };
        if let Some(progress) = scene.progress.get(&leg.number) {
            write_progress(out, progress);
        }
    }
    out.raw("</dl>\n");
}

fn write_progress(out: &mut Markup, progress: &Progress) {
    let outcome = progress.outcome().words();
    let outcome = match progress.code() {
        Some(number) => {
            format!("{outcome}, {}", label_of(number))
        }
        None => outcome.to_owned(),
    };
    out.fact("Outcome", &outcome);
    let timings = &progress.timings;
    for (name, millis) in [
        ("Registration request delay (RRD)", timings.rrd_ms),
        ("Session request delay (SRD)", timings.srd_ms),
        ("Session disconnect delay (SDD)", timings.sdd_ms),
        ("Session duration time (SDT)", timings.sdt_ms),
    ] {
        if let Some(millis) = millis {
            out.fact(name, &span(millis));
        }
    }
    if let Some(hops) = timings.hops {
        out.fact("Hops of the INVITE", &hops.to_string());
    }
}

/// Milliseconds as people read them.
fn span(millis: f64) -> String {
    let span = std::time::Duration::try_from_secs_f64(millis / 1e3).unwrap_or_default();
    crate::text::timings::brief(span)
}
