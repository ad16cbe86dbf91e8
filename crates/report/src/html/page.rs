//! The page as a whole: one file that loads nothing and runs nothing but its own script.

use base64ct::{Base64, Encoding as _};
use sha2::{Digest as _, Sha256};
use sipwhy_flow::svg;

use super::expectations::Expectations;
use super::markup::Markup;
use super::overview::{self, Totals};
use super::part::Part;
use super::terms::Terms;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("page.js");

/// A page about these captures.
pub(super) fn page(parts: &[Part], expectations: &Expectations) -> String {
    let totals = Totals::of(parts);
    let style = format!("{}{STYLE}", svg::STYLE);
    let title = title(parts);
    let mut out = Markup::new();
    out.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    // Whatever got into the page against all care: no script but this one runs, nothing loads.
    out.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'sha256-");
    out.text(&digest(&style)).raw("'; script-src 'sha256-");
    out.text(&digest(SCRIPT))
        .raw("'; base-uri 'none'; form-action 'none'\">\n");
    out.raw("<meta name=\"referrer\" content=\"no-referrer\">\n");
    out.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out.raw("<meta name=\"color-scheme\" content=\"light dark\">\n");
    out.raw("<meta name=\"generator\" content=\"sipwhy ");
    out.raw(env!("CARGO_PKG_VERSION")).raw("\">\n<title>");
    out.text(&title)
        .raw(" · sipwhy</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>");
    out.drawn(&style).raw("</style>\n</head>\n<body>\n");
    out.raw("<a class=\"skip\" href=\"#findings\">Skip to the findings</a>\n");
    write_head(&mut out, &title, &totals);
    out.raw("<main>\n");
    overview::write(&mut out, parts, &totals, expectations);
    expectations.write(&mut out);
    write_body(&mut out, parts);
    out.raw("</main>\n<footer>Made by sipwhy ")
        .raw(env!("CARGO_PKG_VERSION"));
    out.raw(". This page holds what it shows; nothing is loaded from anywhere.</footer>\n<script>");
    out.raw(SCRIPT).raw("</script>\n</body>\n</html>\n");
    out.into_string()
}

/// The captures by their names, as far as a title has room.
fn title(parts: &[Part]) -> String {
    let inputs: Vec<&str> = match parts {
        [only] => only.inputs.iter().map(String::as_str).collect(),
        several => several.iter().filter_map(|it| it.name.as_deref()).collect(),
    };
    match inputs.as_slice() {
        [] => "SIP report".to_owned(),
        [only] => only.rsplit('/').next().unwrap_or(only).to_owned(),
        several => format!("{} captures", several.len()),
    }
}

/// The bar above, with the search where scripts run.
fn write_head(out: &mut Markup, title: &str, totals: &Totals) {
    out.raw("<header>\n<h1>")
        .text(title)
        .raw("</h1>\n<nav aria-label=\"Parts\">");
    out.raw("<a href=\"#summary\">Summary</a> <a href=\"#findings\">Findings</a> ");
    out.raw("<a href=\"#calls\">Calls</a> <a href=\"#timings\">Timings</a> ");
    out.raw("<a href=\"#terms\">Terms</a></nav>\n");
    out.raw("<form id=\"filter\" role=\"search\" hidden>\n");
    out.raw("<input id=\"query\" type=\"search\" placeholder=\"Search: number, address, Call-ID, header …\" aria-label=\"Search\" autocomplete=\"off\" spellcheck=\"false\">\n");
    out.raw("<select id=\"severity\" aria-label=\"Severity\"><option value=\"\">Any severity</option><option value=\"error\">Errors</option><option value=\"warning\">Warnings</option><option value=\"note\">Notes</option></select>\n");
    out.raw("<select id=\"rule\" aria-label=\"Rule\"><option value=\"\">Any rule</option>");
    for rule in totals.rules.keys() {
        out.raw("<option>").text(rule).raw("</option>");
    }
    out.raw("</select>\n<select id=\"outcome\" aria-label=\"Outcome\"><option value=\"\">Any outcome</option>");
    for outcome in totals.outcomes.keys() {
        out.raw("<option value=\"").raw(outcome.as_str()).raw("\">");
        out.raw(outcome.words()).raw("</option>");
    }
    out.raw("</select>\n<button id=\"unfold\" type=\"button\">Unfold all</button>\n");
    out.raw("<output id=\"shown\"></output>\n</form>\n</header>\n");
}

fn write_body(out: &mut Markup, parts: &[Part]) {
    let mut terms = Terms::default();
    parts.iter().for_each(|part| terms.merge(&part.terms));
    section(out, ("findings", "Findings"), parts, |part| &part.findings);
    section(out, ("calls", "Calls"), parts, |part| &part.ladders);
    section(out, ("timings", "Timings"), parts, |part| &part.timings);
    out.raw("<section id=\"terms\">\n<h2>What the terms mean</h2>\n");
    if terms.is_empty() {
        out.raw("<p class=\"none\">None.</p>\n");
    }
    terms.write(out);
    out.raw("</section>\n");
}

fn section(
    out: &mut Markup,
    (id, name): (&'static str, &'static str),
    parts: &[Part],
    of: impl Fn(&Part) -> &Markup,
) {
    out.raw("<section id=\"")
        .raw(id)
        .raw("\">\n<h2>")
        .raw(name)
        .raw("</h2>\n");
    let before = out.len();
    for part in parts {
        out.add(of(part));
    }
    if out.len() == before {
        out.raw("<p class=\"none\">None.</p>\n");
    }
    out.raw("</section>\n");
}

/// What a policy names a script or a style by.
fn digest(text: &str) -> String {
    Base64::encode_string(&Sha256::digest(text.as_bytes()))
}
