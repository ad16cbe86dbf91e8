//! `trying-forwarded`: a proxy passed on a 100 that was meant for itself alone.

use std::num::NonZeroU64;

use sipwhy_parser::{HeaderName, Message};

use crate::annotation::{Evidence, Role, Severity};
use crate::ids::TransactionId;
use crate::moment::Moment;
use crate::quote;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::transaction::{Transaction, TryingMarks};
use crate::words::host;
use crate::world::World;

pub(super) static RULE: TryingForwarded = TryingForwarded;

static INFO: Info = Info {
    id: "trying-forwarded",
    severity: Severity::Warning,
    summary: "a proxy passed a 100 Trying of a later hop back to the caller",
    page: include_str!("trying-forwarded.md"),
    references: &["RFC 3261 §16.7 step 5", "RFC 3261 §21.1.1"],
};

pub(super) struct TryingForwarded;

impl Rule for TryingForwarded {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Trying]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let Step::Trying {
            transaction: id,
            at,
            marks,
            message,
        } = step
        else {
            return;
        };
        if cx.said(*id).is_none()
            && let Some(draft) = judge(cx.world(), *id, *at, marks, message)
        {
            cx.say_of(*id, 1, draft);
        }
    }
}

fn judge(
    world: &World,
    id: TransactionId,
    at: Moment,
    marks: &TryingMarks,
    message: &Message<'_, '_>,
) -> Option<Draft> {
    let transaction = world.transaction(id)?;
    let (child, header) = world
        .children(transaction)
        .filter(|(_, child)| {
            child
                .trying
                .as_ref()
                .is_some_and(|it| it.at.time <= at.time)
        })
        .find_map(|(_, child)| {
            Some((
                child,
                repeated(transaction, at, marks, &child.trying_marks)?,
            ))
        })?;
    let (proxy, writer) = (transaction.server(), child.server());
    let name = header.as_str();
    let mut draft = Draft::new(
        Severity::Warning,
        at.time,
        format!(
            "{} passed on the 100 Trying of {}",
            host(proxy),
            host(writer)
        ),
    )
    .blame(proxy, Role::Proxy);
    draft.explanation = format!(
        "100 Trying goes from one hop to the hop before it and no further; a proxy sends its own. \
         This one repeats the {name} that {writer} wrote into its 100, after {proxy} had received \
         it. The caller's side now takes a distant hop's word for the next hop's."
    );
    draft.help.push(format!(
        "on {proxy}, answer INVITEs with a 100 of its own and drop those that come back (handle \
         the call statefully)"
    ));
    let lines = message.header(header).map_or_else(Vec::new, |line| {
        vec![
            quote::plain(message.start_line_bytes()),
            quote::header(message, &line, &format!("written by {writer}")),
        ]
    });
    draft.evidence = vec![
        child
            .trying
            .as_ref()
            .map(|it| world.response_evidence(child, it, "")),
        Some(Evidence {
            frame: at.frame(),
            time: at.time,
            flow: Some(transaction.flow.reversed()),
            quote: lines,
        }),
    ];
    Some(draft)
}

/// The header of a 100 that only the hop further down can have written.
fn repeated(
    transaction: &Transaction,
    at: Moment,
    marks: &TryingMarks,
    written: &TryingMarks,
) -> Option<HeaderName> {
    let same = |one: Option<NonZeroU64>, other: Option<NonZeroU64>| one.is_some() && one == other;
    // In a dialog the tag is the request's own, and every hop repeats it.
    if !transaction.in_dialog && same(marks.to_tag, written.to_tag) {
        return Some(HeaderName::To);
    }
    if same(marks.delay, written.delay) {
        return Some(HeaderName::Timestamp);
    }
    // Two proxies of one make write the same name. Only where this one has already signed a 100
    // of the same request otherwise is the name another's.
    let own = transaction.trying.as_ref().filter(|first| first.at != at)?;
    let signed_otherwise = transaction.trying_marks.server != marks.server;
    (own.code == 100 && signed_otherwise && same(marks.server, written.server))
        .then_some(HeaderName::Server)
}
