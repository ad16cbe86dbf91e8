//! `forked-answers`: an INVITE was answered more than once, and an answer was left hanging.

use std::time::Duration;

use crate::annotation::{Evidence, Role, Severity, Verdict};
use crate::call::Dialog;
use crate::config::TIMEOUT;
use crate::ids::TransactionId;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::transaction::Transaction;
use crate::words::{count, host};
use crate::world::World;

pub(super) static RULE: ForkedAnswers = ForkedAnswers;

static INFO: Info = Info {
    id: "forked-answers",
    severity: Severity::Warning,
    summary: "more than one end answered an INVITE, and an answer was not acknowledged or released",
    page: include_str!("forked-answers.md"),
    references: &[
        "RFC 3261 §13.2.2.4",
        "RFC 3261 §16.7 step 5",
        "RFC 3261 §12.1",
    ],
};

/// A caller releases what it does not want at once; what goes on after this at the end of a
/// capture is worth a word.
const AT_ONCE: Duration = Duration::from_secs(4);

pub(super) struct ForkedAnswers;

impl Rule for ForkedAnswers {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::AnsweredAgain, StepKind::CaptureEnded]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            Step::AnsweredAgain(id) => answered_again(*id, cx),
            Step::CaptureEnded(id) => tell(*id, true, cx),
            _ => {}
        }
    }

    fn on_deadline(&self, subject: TransactionId, _stage: u8, cx: &mut Context<'_>) {
        tell(subject, false, cx);
    }
}

/// The dialogs that one INVITE began, by the first hop in view of the way it took.
fn dialogs<'w>(world: &'w World, first: &Transaction) -> Vec<(&'w Dialog, &'w Transaction)> {
    let Some(call) = world.call(first.call) else {
        return Vec::new();
    };
    let answered = call.dialogs.iter().filter_map(|dialog| {
        let hop = world.transaction(dialog.invite)?;
        (world.first_hop(hop).key == first.key).then_some((dialog, hop))
    });
    let answered: Vec<_> = answered.collect();
    // Where one was seen on the way of the other, it may be the same answer, its tag changed.
    let is_changed = answered.iter().any(|(_, one)| {
        let mut others = answered.iter();
        others.any(|(_, other)| world.is_above(one, other))
    });
    if is_changed { Vec::new() } else { answered }
}

fn answered_again(id: TransactionId, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(invite) = world.transaction(id) else {
        return;
    };
    let first = world.first_hop(invite);
    let Some(subject) = world.by_key(first.key) else {
        return;
    };
    if let [(earliest, _), (_, _)] = dialogs(world, first)[..] {
        // Until then more answers may come, and the caller may take its time (§13.2.2.4).
        let due = earliest.confirmed.time + TIMEOUT;
        cx.set_deadline(due, subject, 1);
    }
}

fn tell(id: TransactionId, capture_ended: bool, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(first) = world.transaction(id).filter(|it| it.is_invite()) else {
        return;
    };
    if cx.said(id).is_some() || first.in_dialog {
        return;
    }
    let all = dialogs(world, first);
    let Some((newest, _)) = all.get(1..).and_then(<[_]>::last) else {
        return;
    };
    let waited = world.now.since(newest.confirmed.time);
    if waited < AT_ONCE || (capture_ended && waited >= TIMEOUT) {
        return;
    }
    if let Some(draft) = describe(world, first, &all, capture_ended) {
        cx.say_of(id, 1, draft);
    }
}

/// What became of an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// No ACK reached its sender, which repeated it.
    Hanging,
    /// No ACK is in view, and none seems to be missed.
    Unknown,
    /// It was acknowledged, and the call goes on.
    Open,
    /// It was acknowledged, and the call was released.
    Released,
}

fn fate(dialog: &Dialog, hop: &Transaction, all: &[(&Dialog, &Transaction)]) -> Fate {
    // Where the answers of several were seen on one hop, each after the first counts there as a
    // repetition.
    let same_hop = all
        .iter()
        .filter(|(other, _)| other.invite == dialog.invite);
    let is_repeated = hop.outcome_repeats as usize >= same_hop.count();
    let has_arrived = dialog.is_acked_at(hop.server());
    match (dialog.acked, dialog.ended) {
        // A caller that takes it for the answer of the other end sends its ACK there.
        _ if is_repeated && !has_arrived => Fate::Hanging,
        (None, _) => Fate::Unknown,
        (Some(_), None) => Fate::Open,
        (Some(_), Some(_)) => Fate::Released,
    }
}

fn describe(
    world: &World,
    first: &Transaction,
    all: &[(&Dialog, &Transaction)],
    capture_ended: bool,
) -> Option<Draft> {
    let sees_acks = all.iter().any(|(dialog, _)| dialog.acked.is_some());
    let with = |wanted: Fate| {
        let mut found = all
            .iter()
            .filter(move |(dialog, hop)| fate(dialog, hop, all) == wanted);
        (found.next(), found.next())
    };
    let (unacknowledged, _) = with(Fate::Hanging);
    let (_, second_open) = with(Fate::Open);
    let unacknowledged = unacknowledged.filter(|_| sees_acks);
    let (hanging, hop) = unacknowledged.or(second_open)?;
    let caller = host(first.client());
    let callee = host(hop.server());
    let is_acked = unacknowledged.is_none();
    let title = if is_acked {
        format!(
            "{} answered one INVITE, and {caller} released none of them",
            count(all.len(), "end")
        )
    } else {
        format!("{caller} left the answer of {callee} hanging: it was never acknowledged")
    };
    let mut draft = Draft::new(Severity::Warning, world.now, title);
    draft.explanation = format!(
        "The INVITE was forked, and {} answered it with a 2xx, each in a dialog of its own. ",
        count(all.len(), "end")
    );
    draft.explanation.push_str(if is_acked {
        "The caller has to release with BYE what it does not use (RFC 3261 §13.2.2.4). Now each \
         of them has an open call, is engaged and charges for it, and only one is heard."
    } else {
        "The caller has to acknowledge each of them, and release with BYE what it does not use \
         (RFC 3261 §13.2.2.4). This end repeats its answer for 32 s and then gives up; whoever picked up there hears \
         nobody."
    });
    blame(first, all, is_acked, &mut draft);
    if capture_ended {
        draft.severity = Severity::Note;
        draft.verdict = Verdict::Inconclusive;
        draft.responsible = None;
        draft.explanation.push_str(
            " But the capture ends less than 32 s after the answers, so the caller may have done \
             it later.",
        );
    } else if let Some(loss) = world
        .losses
        .touching(first.client(), hanging.confirmed.time)
    {
        draft.severity = Severity::Note;
        draft.verdict = Verdict::Inconclusive;
        draft.responsible = None;
        let words = format!(" But {}, so it may have been done.", loss.words());
        draft.explanation.push_str(&words);
    }
    draft.evidence = vec![world.request_evidence(first, "")];
    for (dialog, hop) in all.iter().take(4) {
        let state = match fate(dialog, hop, all) {
            Fate::Hanging => "not acknowledged, and repeated",
            Fate::Unknown => "no ACK in view",
            Fate::Open => "acknowledged, not released",
            Fate::Released => "acknowledged and released",
        };
        let text = format!("a 2xx of {}: {state}", host(hop.server()));
        draft.evidence.push(Some(Evidence {
            flow: Some(hop.flow.reversed()),
            ..world.said_evidence(dialog.confirmed, None, text)
        }));
    }
    Some(draft)
}

/// Whose fault it is: of a proxy that kept the second answer to itself, or of the caller.
fn blame(first: &Transaction, all: &[(&Dialog, &Transaction)], is_acked: bool, draft: &mut Draft) {
    let caller = host(first.client());
    let proxy = first.server();
    let is_seen_below = all.iter().all(|(_, hop)| hop.key != first.key);
    if !is_acked && is_seen_below && first.outcome_repeats == 0 {
        draft.responsible = Some(crate::annotation::Responsible {
            address: proxy,
            role: Role::Proxy,
        });
        let words = format!(
            " {proxy} passed one 2xx on to {caller} and kept the other: a proxy has to pass on \
             every 2xx to an INVITE, whenever it comes (§16.7 step 5)."
        );
        draft.explanation.push_str(&words);
        draft
            .help
            .push(format!("let {proxy} pass on every 2xx of its branches"));
        return;
    }
    if first.vias == 1 {
        draft.responsible = Some(crate::annotation::Responsible {
            address: first.client(),
            role: Role::Client,
        });
    }
    draft.help = vec![
        format!("let {caller} send ACK to every 2xx, and BYE to all but one"),
        "let the forking proxy CANCEL its other branches as soon as one answers, so that this \
         happens seldom"
            .to_owned(),
    ];
}
