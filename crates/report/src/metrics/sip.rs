//! Messages, calls and what was found.

use sipwhy_annotator::RULES;
use sipwhy_pipeline::Counts;

use super::exposition::Exposition;

pub(super) fn write(counts: &Counts<'_>, out: &mut Exposition) {
    let (summary, engine, open) = (counts.summary, &counts.annotator, counts.open);
    let mut requests = out.counter("sipwhy_requests_total", "SIP requests, by method.");
    for (method, count) in summary.requests_of_known() {
        requests.sample(&[("method", method)], count);
    }
    let mut responses = out.counter("sipwhy_responses_total", "SIP responses, by status code.");
    for (code, count) in summary.responses() {
        let code = match code {
            0 => "other".to_owned(),
            code => code.to_string(),
        };
        responses.sample(&[("code", &code)], count);
    }
    for (name, help, count) in [
        (
            "sipwhy_malformed_messages_total",
            "Messages whose first line is neither a request's nor a response's.",
            summary.malformed,
        ),
        (
            "sipwhy_message_copies_total",
            "Messages captured at a second place as well.",
            engine.copies,
        ),
        (
            "sipwhy_unmatched_messages_total",
            "Messages that belong to no transaction in view.",
            engine.unmatched,
        ),
        (
            "sipwhy_transactions_total",
            "Transactions, one for each request on each hop.",
            engine.transactions,
        ),
        (
            "sipwhy_calls_total",
            "Calls: Call-IDs with at least one INVITE.",
            engine.calls,
        ),
    ] {
        out.counter(name, help).sample(&[], count);
    }
    let help = "Requests and final responses that were sent again.";
    let mut again = out.counter("sipwhy_retransmissions_total", help);
    again.sample(&[("of", "request")], engine.request_retransmissions);
    again.sample(&[("of", "response")], engine.response_retransmissions);

    let help = "Transactions that wait for their final response.";
    let mut waiting = out.gauge("sipwhy_transactions_open", help);
    waiting.sample(&[], open.transactions);
    let help = "Dialogs that a 2xx to an INVITE began and no BYE has ended: calls in progress.";
    out.gauge("sipwhy_dialogs_open", help)
        .sample(&[], open.dialogs);

    let help = "Findings, by rule; those of several stages once.";
    let mut findings = out.counter("sipwhy_findings_total", help);
    for rule in RULES {
        // From the start, so that the first one is an increase.
        let count = summary.annotations.get(rule.info().id).unwrap_or(&0);
        findings.sample(&[("rule", rule.info().id)], count);
    }
    let help = "Annotations, by rule and severity: a finding, and each later stage of one.";
    let mut told = out.counter("sipwhy_annotations_total", help);
    for ((rule, severity), count) in &summary.told {
        let labels = [("rule", *rule), ("severity", severity.as_str())];
        told.sample(&labels, count);
    }
}
