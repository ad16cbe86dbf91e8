//! `late-first-response`: the first answer came only after the request had been repeated.

use std::time::Duration;

use crate::annotation::{Role, Severity};
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::words::{host, span, times};

pub(super) static RULE: LateFirstResponse = LateFirstResponse;

static INFO: Info = Info {
    id: "late-first-response",
    severity: Severity::Note,
    summary: "the first response came only after the request had been sent again",
    page: include_str!("late-first-response.md"),
    references: &["RFC 3261 §17.2.1", "RFC 3261 §17.1.1.2"],
};

/// A server that cannot answer an INVITE finally within this time sends a 100 (§17.2.1).
const OWN_TRYING: Duration = Duration::from_millis(200);

pub(super) struct LateFirstResponse;

impl Rule for LateFirstResponse {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::LateResponse]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let Step::LateResponse(id) = step else {
            return;
        };
        let world = cx.world();
        let Some(transaction) = world.transaction(*id) else {
            return;
        };
        let (Some(sent), Some(first)) = (transaction.request, transaction.first_response) else {
            return;
        };
        let answer = [
            &transaction.trying,
            &transaction.progress,
            &transaction.outcome,
        ]
        .into_iter()
        .flatten()
        .find(|answer| answer.at == first);
        let server = transaction.server();
        let waited = first.time.since(sent.time);
        let since_last = first.time.since(transaction.last_sent.time);
        let method = &transaction.method;
        let mut draft = Draft::new(
            Severity::Note,
            first.time,
            format!(
                "{} first answered the {method} after {}, when it had been sent {}",
                host(server),
                span(waited),
                times(transaction.retransmissions + 1)
            ),
        )
        .blame(server, Role::Server);
        draft.explanation = if since_last < OWN_TRYING {
            format!(
                "The answer came {} after the last sending, so either {server} was slow, or the \
                 earlier ones were lost on the way to it.",
                span(since_last)
            )
        } else {
            format!(
                "Both the {method} and its answer got through, but slowly: the path's round trip \
                 or {server} itself takes longer than T1 (500 ms)."
            )
        };
        if transaction.is_invite() {
            draft.explanation.push_str(
                " A server that has no final answer to an INVITE within 200 ms must send 100 \
                 Trying, so that the client stops repeating it.",
            );
            draft
                .help
                .push(format!("let {server} send 100 Trying at once"));
        }
        draft.help.push(format!(
            "check the load of {server} and the loss on the path to it"
        ));
        draft.evidence = vec![
            world.request_evidence(transaction, ""),
            world.repeat_evidence(transaction),
            answer.map(|answer| world.response_evidence(transaction, answer, "the first answer")),
        ];
        cx.say_of(*id, 1, draft);
    }
}
