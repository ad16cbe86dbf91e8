//! `in-dialog-rejected`: a request within a call was refused as if there were no such call.

use sipwhy_parser::Method;

use crate::annotation::{Role, Severity};
use crate::method::MethodName;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::transaction::{Received, Transaction};
use crate::words::{host, span};
use crate::world::World;

pub(super) static RULE: InDialogRejected = InDialogRejected;

static INFO: Info = Info {
    id: "in-dialog-rejected",
    severity: Severity::Error,
    summary: "a request within a call was refused as if the call did not exist",
    page: include_str!("in-dialog-rejected.md"),
    references: &["RFC 3261 §12.2.1.2", "RFC 5057 §5.1", "RFC 3261 §12.2.2"],
};

const TOLD: u8 = 1;

pub(super) struct InDialogRejected;

impl Rule for InDialogRejected {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn caused_by(&self) -> &'static [&'static str] {
        &["ack-missing", "route-set-ignored", "cseq-out-of-order"]
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Refused]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let Step::Ended {
            transaction: id, ..
        } = step
        else {
            return;
        };
        let world = cx.world();
        let Some(request) = world.transaction(*id) else {
            return;
        };
        let Some(answer) = request.outcome.as_ref() else {
            return;
        };
        if !matches!(answer.code, 408 | 481) || !concerns(world, request) {
            return;
        }
        let draft = describe(world, request, answer);
        cx.say_of(*id, TOLD, draft);
    }
}

/// Whether it is a request of a call, at the first hop in view, that the other end should know.
fn concerns(world: &World, request: &Transaction) -> bool {
    let is_of_call = match &request.method {
        MethodName::Invite => true,
        MethodName::Known(method) => matches!(
            method,
            Method::Bye | Method::Update | Method::Info | Method::Refer
        ),
        MethodName::Other(_) => false,
    };
    is_of_call
        && request.in_dialog
        && request.request.is_some()
        && world.parent(request).is_none()
        && request.cancelled.is_none()
        && !is_over(world, request)
}

/// Whether another BYE ended the call, or may have: of the other end, which crossed this one, or
/// of the same one before. A 481 is right then.
fn is_over(world: &World, request: &Transaction) -> bool {
    let answered = request.outcome.as_ref().map(|answer| answer.at.time);
    let began = request.began().time;
    let ended_before = world.call(request.call).is_some_and(|call| {
        let mut dialogs = call.dialogs.iter();
        let all = dialogs.all(|dialog| dialog.ended.is_some_and(|at| at.time < began));
        !call.dialogs.is_empty() && all
    });
    ended_before
        || world.of_call(request.call).any(|(_, other)| {
            other.method == MethodName::Known(Method::Bye)
                && other.began() != request.began()
                && world.first_hop(other).began() != request.began()
                && Some(other.began().time) <= answered
        })
}

fn describe(world: &World, request: &Transaction, answer: &Received) -> Draft {
    let source = origin(world, request, answer.code);
    let generator = source.server();
    let is_bye = request.method == MethodName::Known(Method::Bye);
    let severity = if is_bye {
        Severity::Warning
    } else {
        Severity::Error
    };
    let method = &request.method;
    let label = code_label(answer.code);
    let mut draft = Draft::new(
        severity,
        answer.at.time,
        format!(
            "{} refused the {method} of {} within a call: {label}",
            host(generator),
            host(request.client())
        ),
    )
    .blame(
        generator,
        if world.is_proxy(generator) {
            Role::Proxy
        } else {
            Role::Server
        },
    );
    draft.explanation = match (answer.code, is_bye) {
        (481, true) => format!(
            "For {} there is no such call any more: it ended it before, restarted, or never had \
             it. So the two ends do not agree on when the call ended.",
            host(generator)
        ),
        (481, false) => format!(
            "For {} there is no such call. RFC 5057 §5.1 has the sender of the {method} give the \
             whole call up, so it ends here even if both talk.",
            host(generator)
        ),
        (_, true) => format!(
            "{} had no answer to the BYE from further down within its time. The call is over for \
             the one who hung up; the other side may not know.",
            host(generator)
        ),
        (_, false) => format!(
            "{} had no answer to the {method} within its time: the far end is gone or out of \
             reach. The sender has to give the call up (RFC 3261 §12.2.1.2).",
            host(generator)
        ),
    };
    let silent = world
        .children(source)
        .map(|(_, child)| child)
        .find(|child| child.outcome.is_none());
    if let Some(silent) = silent {
        draft.explanation.push_str(&format!(
            " It had passed the {method} on to {}, which gave no final answer.",
            host(silent.server())
        ));
    }
    if let Some(call) = world.call(request.call)
        && let Some(dialog) = call.dialogs.iter().find(|dialog| dialog.acked.is_some())
    {
        draft.explanation.push_str(&format!(
            " The call had been answered {} before.",
            span(answer.at.time.since(dialog.confirmed.time))
        ));
    }
    draft.help = vec![
        format!(
            "look at {generator} whether it restarted, failed over, or ended the call at that time"
        ),
        "make sure that the request went to the instance that holds the call: Contact, \
         Record-Route, and load balancing by Call-ID"
            .to_owned(),
        format!("sipwhy explain {} tells more about the code", answer.code),
    ];
    draft.evidence = vec![
        world.request_evidence(request, ""),
        Some(world.response_evidence(
            request,
            answer,
            "the call is unknown there, or out of reach",
        )),
        silent.and_then(|silent| world.request_evidence(silent, "not answered")),
    ];
    if let Some(first) = source.outcome.as_ref()
        && !std::ptr::eq(source, request)
    {
        let proof = world.response_evidence(source, first, "generated here");
        draft.evidence.push(Some(proof));
    }
    draft
}

/// Follows the answer down to the hop that generated it.
fn origin<'w>(world: &'w World, first: &'w Transaction, code: u16) -> &'w Transaction {
    let mut current = first;
    // Ends: a child has one Via more than its parent.
    while let Some((_, next)) = world.children(current).find(|(_, child)| {
        child.vias > current.vias && child.outcome.as_ref().is_some_and(|it| it.code == code)
    }) {
        current = next;
    }
    current
}
