//! What the captures held and what came of the calls, at a glance.

use std::collections::BTreeMap;

use sipwhy_annotator::Severity;

use super::expectations::Expectations;
use super::markup::{Markup, id_of};
use super::outcome::Outcome;
use super::part::{ByRule, BySeverity, Part, words};

/// The sums over all captures.
#[derive(Debug, Default)]
pub(super) struct Totals {
    messages: u64,
    calls: u64,
    severities: BySeverity,
    pub(super) rules: ByRule,
    pub(super) outcomes: BTreeMap<Outcome, u64>,
}

impl Totals {
    pub(super) fn of(parts: &[Part]) -> Self {
        let mut totals = Self::default();
        for part in parts {
            totals.messages += part.messages;
            totals.calls += part.calls;
            for (severity, count) in &part.severities {
                *totals.severities.entry(*severity).or_default() += count;
            }
            for (rule, (severity, count)) in &part.rules {
                let (gravest, all) = totals.rules.entry(rule).or_insert((*severity, 0));
                *gravest = (*severity).max(*gravest);
                *all += count;
            }
            for (outcome, count) in &part.outcomes {
                *totals.outcomes.entry(*outcome).or_default() += count;
            }
        }
        totals
    }

    /// A sentence for all.
    fn headline(&self, captures: usize) -> String {
        match words(&self.severities).as_str() {
            "" => format!("Nothing wrong in {captures} captures."),
            found => format!("{found} in {captures} captures."),
        }
    }
}

/// The summary.
pub(super) fn write(
    out: &mut Markup,
    parts: &[Part],
    totals: &Totals,
    expectations: &Expectations,
) {
    out.raw("<section id=\"summary\">\n<h2>Summary</h2>\n");
    let headline = match parts {
        [only] => only.headline.clone(),
        several => totals.headline(several.len()),
    };
    out.paragraph("headline", &headline);
    if expectations.count() > 0 {
        out.raw("<p class=\"headline\"><a href=\"#expectations\">")
            .text(&expectations.words())
            .raw("</a>.</p>\n");
    }
    write_tiles(out, totals);
    out.raw("<div class=\"columns\">\n");
    write_outcomes(out, totals);
    write_rules(out, totals);
    out.raw("</div>\n");
    match parts {
        [only] => write_points(out, only),
        several => {
            out.raw("<h3>Captures</h3>\n<ul class=\"captures\">\n");
            for part in several {
                out.raw("<li><details><summary><b>");
                out.text(part.name.as_deref().unwrap_or_default());
                out.raw("</b> ").text(&part.headline).raw("</summary>\n");
                write_points(out, part);
                out.raw("</details></li>\n");
            }
            out.raw("</ul>\n");
        }
    }
    out.raw("</section>\n");
}

fn write_tiles(out: &mut Markup, totals: &Totals) {
    let of = |severity| totals.severities.get(&severity).copied().unwrap_or(0);
    out.raw("<dl class=\"tiles\">\n");
    for (name, class, count) in [
        ("Errors", "error", of(Severity::Error)),
        ("Warnings", "warning", of(Severity::Warning)),
        ("Notes", "note", of(Severity::Note)),
        ("Calls", "plain", totals.calls),
        ("Messages", "plain", totals.messages),
    ] {
        let class = if count == 0 { "plain" } else { class };
        out.raw("<div class=\"").raw(class).raw("\"><dt>").raw(name);
        out.raw("</dt><dd>").show(count).raw("</dd></div>\n");
    }
    out.raw("</dl>\n");
}

fn write_outcomes(out: &mut Markup, totals: &Totals) {
    if totals.outcomes.is_empty() {
        return;
    }
    out.raw("<table><caption>What came of the calls</caption>\n");
    out.raw("<thead><tr><th scope=\"col\">Outcome</th><th scope=\"col\" class=\"number\">Calls</th></tr></thead>\n<tbody>\n");
    for (outcome, count) in &totals.outcomes {
        out.raw("<tr><th scope=\"row\"><span class=\"badge ")
            .raw(outcome.as_str());
        out.raw("\">").raw(outcome.words()).raw("</span></th>");
        out.raw("<td class=\"number\">")
            .show(count)
            .raw("</td></tr>\n");
    }
    out.raw("</tbody></table>\n");
}

fn write_rules(out: &mut Markup, totals: &Totals) {
    if totals.rules.is_empty() {
        return;
    }
    let mut rules: Vec<_> = totals.rules.iter().collect();
    rules.sort_by_key(|(rule, (severity, count))| (std::cmp::Reverse((*severity, *count)), *rule));
    let beyond = rules.split_off(rules.len().min(MOST_RULES));
    out.raw("<div>\n<table><caption>Findings by rule</caption>\n");
    out.raw("<thead><tr><th scope=\"col\">Rule</th><th scope=\"col\" class=\"number\">Findings</th></tr></thead>\n<tbody>\n");
    write_rows(out, &rules);
    out.raw("</tbody></table>\n");
    if !beyond.is_empty() {
        out.raw("<details><summary>and ").show(beyond.len());
        out.raw(" more rules</summary>\n<table><tbody>\n");
        write_rows(out, &beyond);
        out.raw("</tbody></table></details>\n");
    }
    out.raw("</div>\n");
}

fn write_rows(out: &mut Markup, rules: &[(&&'static str, &(Severity, u64))]) {
    for (rule, (severity, count)) in rules {
        out.raw("<tr><th scope=\"row\"><span class=\"badge ")
            .raw(severity.as_str());
        out.raw("\">")
            .raw(severity.as_str())
            .raw("</span> <a href=\"#rule-");
        out.text(&id_of(rule))
            .raw("\">")
            .text(rule)
            .raw("</a></th>");
        out.raw("<td class=\"number\">")
            .show(count)
            .raw("</td></tr>\n");
    }
}

/// Rules that are named at once; those beyond are folded up.
const MOST_RULES: usize = 12;

/// What else there is to know of a capture, and what is not shown of it.
fn write_points(out: &mut Markup, part: &Part) {
    out.raw("<dl class=\"facts\">\n");
    for (name, text) in &part.points {
        out.fact(&capital(name), text);
    }
    for sentence in part.left_out.sentences() {
        out.fact("Left out", &sentence);
    }
    out.raw("</dl>\n");
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
