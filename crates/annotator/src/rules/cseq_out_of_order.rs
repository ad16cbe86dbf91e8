//! `cseq-out-of-order`: a request within a call is numbered lower than one before it.

use std::time::Duration;

use sipwhy_parser::Method;

use crate::annotation::{Role, Severity, Verdict};
use crate::config::TIMEOUT;
use crate::dialog_ends::Numbered;
use crate::ids::TransactionId;
use crate::method::MethodName;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::transaction::Transaction;
use crate::words::{host, span};
use crate::world::World;

pub(super) static RULE: CseqOutOfOrder = CseqOutOfOrder;

static INFO: Info = Info {
    id: "cseq-out-of-order",
    severity: Severity::Warning,
    summary: "a request within a call is numbered lower than one that its sender sent before",
    page: include_str!("cseq-out-of-order.md"),
    references: &[
        "RFC 3261 §12.2.1.1",
        "RFC 3261 §12.2.2",
        "RFC 3261 §8.1.1.5",
    ],
};

/// Two requests so close may have changed places on the way.
const OVERTAKEN: Duration = Duration::from_millis(500);

pub(super) struct CseqOutOfOrder;

impl Rule for CseqOutOfOrder {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::OutOfOrder]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let Step::OutOfOrder {
            transaction: id,
            newest,
        } = step
        else {
            return;
        };
        if let Some(draft) = describe(cx.world(), *id, newest) {
            cx.say_of(*id, 1, draft);
        }
    }
}

fn describe(world: &World, id: TransactionId, newest: &Numbered) -> Option<Draft> {
    let request = world.transaction(id)?;
    let client = host(request.client());
    let (method, cseq) = (&request.method, request.cseq);
    let gap = span(request.began().time.since(newest.at.time));
    let is_again = cseq == newest.cseq;
    let title = if is_again {
        format!("{client} used CSeq {cseq} a second time in a call, for its {method}")
    } else {
        format!(
            "{client} sent a {method} with CSeq {cseq} after one with CSeq {}",
            newest.cseq
        )
    };
    let mut draft = Draft::new(Severity::Warning, request.began().time, title);
    let before = if newest.begins {
        "the INVITE that began the call"
    } else {
        "a request"
    };
    draft.explanation = format!(
        "Within a call each side counts its requests up (RFC 3261 §12.2.1.1). {client} had sent \
         {before} with CSeq {} {gap} before. ",
        newest.cseq
    );
    draft.explanation.push_str(if is_again {
        "A number that was used before makes the request look out of order or like a copy of the \
         other, and the far end may drop it or refuse it with 500 (§12.2.2)."
    } else {
        "The far end has to refuse what is numbered lower than the last, with 500 (§12.2.2). Where \
         it does, what this request was to do does not happen; some take it all the same."
    });
    match doubt(request, newest) {
        Some(doubt) => {
            draft.severity = Severity::Note;
            draft.verdict = Verdict::Inconclusive;
            draft.explanation.push_str(doubt);
        }
        None => draft = draft.blame(request.client(), Role::Client),
    }
    draft.help = vec![format!(
        "let {client} take the next number for every new request of a call, also after a failover \
         or when more than one of its processes serves the call"
    )];
    let earlier = world.transaction(newest.transaction);
    let earlier = earlier.and_then(|earlier| {
        let mut proof = world.request_evidence(earlier, "")?;
        proof.quote.push(number(earlier.cseq, &earlier.method, ""));
        Some(proof)
    });
    let earlier = earlier.unwrap_or_else(|| {
        let text = format!("a request with CSeq {}", newest.cseq);
        world.said_evidence(newest.at, None, text)
    });
    let label = if is_again {
        "the same number again"
    } else {
        "lower than before"
    };
    let proof = world.request_evidence(request, "").map(|mut proof| {
        proof.quote.push(number(cseq, method, label));
        proof
    });
    draft.evidence = vec![Some(earlier), proof];
    Some(draft)
}

/// The CSeq line of a request, its number underlined.
fn number(cseq: u32, method: &MethodName, label: &str) -> crate::annotation::QuotedLine {
    let digits = cseq.to_string();
    let line = format!("CSeq: {digits} {method}");
    let start = "CSeq: ".len();
    crate::annotation::QuotedLine {
        text: line,
        mark: (!label.is_empty()).then(|| (start..start + digits.len(), label.to_owned())),
    }
}

/// Why it may have been sent in its order all the same.
fn doubt(request: &Transaction, newest: &Numbered) -> Option<&'static str> {
    if newest.begins {
        return None;
    }
    let gap = request.began().time.since(newest.at.time);
    if gap < OVERTAKEN {
        return Some(
            " But the two came so close to each other that one may have overtaken the other \
             before it was captured.",
        );
    }
    // BYE and INVITE are not sent while others of their sender are in the air.
    let stands_alone = matches!(
        request.method,
        MethodName::Invite | MethodName::Known(Method::Bye)
    );
    let is_used = request.cseq == newest.cseq;
    (!stands_alone && !is_used && gap < TIMEOUT).then_some(
        " But it may be the repetition of a request whose first sending the capture does not hold.",
    )
}
