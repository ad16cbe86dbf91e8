//! `retry-without-new-cseq`: a repaired request kept the CSeq of the one that was refused.

use crate::annotation::{Role, Severity};
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::transaction::asks_for_repair;
use crate::words::host;

pub(super) static RULE: RetryWithoutNewCseq = RetryWithoutNewCseq;

static INFO: Info = Info {
    id: "retry-without-new-cseq",
    severity: Severity::Warning,
    summary: "a repaired request kept the CSeq of the one that was refused",
    page: include_str!("retry-without-new-cseq.md"),
    references: &["RFC 3261 §8.1.3.5", "RFC 3261 §22.2"],
};

pub(super) struct RetryWithoutNewCseq;

impl Rule for RetryWithoutNewCseq {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::RequestSent]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let Step::RequestSent {
            transaction: id, ..
        } = step
        else {
            return;
        };
        let world = cx.world();
        let Some(retry) = world.transaction(*id) else {
            return;
        };
        let call = world.call(retry.call);
        if !call.is_some_and(|call| call.repairs.may_hold(retry.cseq)) {
            return;
        }
        // A proxy that forks or recurses keeps the CSeq, rightly.
        if retry.client_is_proxy() || world.is_proxy(retry.client()) {
            return;
        }
        let refused = world.of_call(retry.call).find_map(|(other_id, other)| {
            let answer = other.outcome.as_ref()?;
            (other_id != *id
                && other.request.is_some()
                && other.cseq == retry.cseq
                && other.method == retry.method
                && (other.client(), other.server()) == (retry.client(), retry.server())
                && other.began().time < answer.at.time
                && answer.at.time <= retry.began().time
                && asks_for_repair(answer.code))
            .then_some((other, answer))
        });
        let Some((refused, answer)) = refused else {
            return;
        };
        let client = host(retry.client());
        let mut draft = Draft::new(
            Severity::Warning,
            retry.began().time,
            format!(
                "{client} sent the {} again after {} with the same CSeq {}",
                retry.method,
                code_label(answer.code),
                retry.cseq
            ),
        )
        .blame(retry.client(), Role::Client);
        draft.explanation = "A request that is sent again, repaired, is a new request and takes \
                             the next CSeq number. With the old one some servers take it for a \
                             copy or a loop of the first, and answer it as that, or with 482 or \
                             500."
            .to_owned();
        draft.help.push(format!(
            "let {client} raise CSeq by one for every new request"
        ));
        draft.evidence = vec![
            world.request_evidence(refused, ""),
            Some(world.response_evidence(refused, answer, "")),
            world.request_evidence(retry, "the same CSeq again"),
        ];
        cx.say_of(*id, 1, draft);
    }
}
