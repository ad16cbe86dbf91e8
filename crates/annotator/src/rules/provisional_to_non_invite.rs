//! `provisional-to-non-invite`: a provisional response where none may be sent.

use std::time::Duration;

use sipwhy_parser::Message;

use crate::annotation::{Role, Severity};
use crate::ids::TransactionId;
use crate::moment::Moment;
use crate::quote;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::transaction::Transaction;
use crate::words::{host, span, with_article};

pub(super) static RULE: ProvisionalToNonInvite = ProvisionalToNonInvite;

static INFO: Info = Info {
    id: "provisional-to-non-invite",
    severity: Severity::Note,
    summary: "a provisional response to a request other than INVITE that must not be sent, or not yet",
    page: include_str!("provisional-to-non-invite.md"),
    references: &["RFC 4320 §4.1", "RFC 3261 §17.1.2.2"],
};

/// Timer E fires after 0.5, 1 and 2 s, and is set to T2 (4 s) then (RFC 3261 §17.1.2.2).
const TIMER_E_AT_T2: Duration = Duration::from_millis(3500);

pub(super) struct ProvisionalToNonInvite;

impl Rule for ProvisionalToNonInvite {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Trying, StepKind::Provisional]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            Step::Trying {
                transaction,
                at,
                message,
                ..
            } => judge(*transaction, 100, *at, message, cx),
            Step::Provisional {
                transaction,
                code,
                at,
                message,
            } => judge(*transaction, *code, *at, message, cx),
            _ => {}
        }
    }
}

fn judge(
    id: TransactionId,
    code: u16,
    at: Moment,
    message: &Message<'_, '_>,
    cx: &mut Context<'_>,
) {
    let world = cx.world();
    let Some(request) = world.transaction(id).filter(|it| !it.is_invite()) else {
        return;
    };
    let passed_back = world.children(request).any(|(_, child)| {
        let same = |answer: &crate::transaction::Received| answer.code == code;
        child.progress.as_ref().is_some_and(same)
    });
    let Some(sent) = request.request.filter(|_| !passed_back) else {
        return;
    };
    let waited = at.time.since(sent.time);
    let too_soon = !request.flow.transport.is_reliable() && waited < TIMER_E_AT_T2;
    if (code == 100 && !too_soon) || cx.said(id).is_some() {
        return;
    }
    let mut draft = describe(request, code, at, waited);
    let answer = crate::annotation::Evidence {
        frame: at.frame(),
        time: at.time,
        flow: Some(request.flow.reversed()),
        quote: vec![quote::marked(
            message.start_line_bytes(),
            message.start_line_bytes(),
            if code == 100 {
                "too soon"
            } else {
                "not allowed"
            },
        )],
    };
    draft.evidence = vec![world.request_evidence(request, ""), Some(answer)];
    cx.say_of(id, 1, draft);
}

fn describe(request: &Transaction, code: u16, at: Moment, waited: Duration) -> Draft {
    let server = host(request.server());
    let method = request.method.to_string();
    let label = code_label(code);
    let mut draft = Draft::new(
        Severity::Note,
        at.time,
        format!(
            "{server} answered {} with {label}, {}",
            with_article(&method),
            if code == 100 {
                "which it must not do that soon"
            } else {
                "which is for INVITE alone"
            }
        ),
    )
    .blame(request.server(), Role::Server);
    draft.explanation = if code == 100 {
        format!(
            "The 100 came {} after the {method}. Over {} it may be sent only once Timer E has \
             reached T2 ({}): a 100 makes the client slow its repetitions down, so a lost final \
             response is asked for again only after 4 s.",
            span(waited),
            request.flow.transport,
            span(TIMER_E_AT_T2)
        )
    } else {
        format!(
            "A request other than INVITE is to be answered finally at once; the only provisional \
             response there is for it is 100. {label} means nothing to the client, which merely \
             slows its repetitions down."
        )
    };
    draft.help.push(format!(
        "on {server}, send no provisional response to {method}; answer it finally, within 32 s"
    ));
    draft
}
