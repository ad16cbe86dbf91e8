//! `transfer-failed`: a transfer was refused, came to nothing, or nobody told what became of it.

use std::time::Duration;

use sipwhy_parser::Message;

use crate::annotation::{Evidence, Role, Severity, Verdict};
use crate::auth::generator;
use crate::call::Call;
use crate::config::TIMEOUT;
use crate::failure::origin;
use crate::ids::TransactionId;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::transaction::Transaction;
use crate::transfer::{Outcome, Report, Transfer, carried_out, is_declined, released};
use crate::words::{host, span};
use crate::world::World;

pub(super) static RULE: TransferFailed = TransferFailed;

static INFO: Info = Info {
    id: "transfer-failed",
    severity: Severity::Warning,
    summary: "a transfer was refused, came to nothing, or nobody told what became of it",
    page: include_str!("transfer-failed.md"),
    references: &[
        "RFC 3515 §2.4",
        "RFC 5589 §6",
        "RFC 6665 §4.1.2.4",
        "RFC 4488 §4",
    ],
};

const REFUSED: u8 = 1;
const FAILED: u8 = 2;
/// Its reports ended without an end.
const UNTOLD: u8 = 3;
/// No report came at all.
const UNREPORTED: u8 = 4;
/// No report came for long.
const PENDING: u8 = 5;
const SUCCEEDED: u8 = 6;
/// Clients that repair a request and try again do so at once; `call-failed` waits for as long.
const REPAIR: Duration = Duration::from_secs(4);

pub(super) struct TransferFailed;

impl Rule for TransferFailed {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn caused_by(&self) -> &'static [&'static str] {
        &[
            "in-dialog-rejected",
            "redirect-unusable",
            "redirect-loop",
            "redirect-ignored",
            "redirect-abandoned",
            "credentials-rejected",
            "challenge-unanswered",
            "call-failed",
            "transport-failed",
            "no-response",
        ]
    }

    fn listens(&self) -> &'static [StepKind] {
        &[
            StepKind::EventfulAccept,
            StepKind::EventfulRefusal,
            StepKind::TransferReported,
            StepKind::CaptureEnded,
        ]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            Step::Ended {
                transaction,
                code,
                message,
                ..
            } => answered(*transaction, *code, message, cx),
            Step::TransferReported {
                refer: Some(refer),
                report,
                ..
            } => reported(*refer, report, cx),
            Step::TransferReported {
                refer: None,
                notify,
                report,
            } => reported_alone(*notify, report, cx),
            Step::CaptureEnded(id) => capture_ended(*id, cx),
            _ => {}
        }
    }

    fn on_deadline(&self, subject: TransactionId, stage: u8, cx: &mut Context<'_>) {
        match stage {
            REFUSED => tell_refused(subject, cx),
            FAILED => tell_failed(subject, cx),
            stage => tell_open(subject, stage, cx),
        }
    }
}

/// Whether an answer asks for another attempt, which may have to wait for a person.
const fn waits_for_next(code: u16) -> bool {
    matches!(code, 300..=399 | 401 | 407)
}

/// Whether a client may repair its request and try again at once.
const fn is_repairable(code: u16) -> bool {
    matches!(
        code,
        413 | 415 | 416 | 420 | 421 | 422 | 484 | 488 | 491 | 494 | 500 | 503
    )
}

/// A REFER has its final answer.
fn answered(id: TransactionId, code: u16, message: &Message<'_, '_>, cx: &mut Context<'_>) {
    let Some(refer) = cx.transaction(id) else {
        return;
    };
    let (Some(transfer), Some(answer)) = (refer.transfer(), &refer.outcome) else {
        return;
    };
    let at = answer.at.time;
    let wait = match code {
        ..300 if transfer.newest.is_some() => return,
        ..300 if !transfer.wants_reports || is_declined(message) => return,
        // Timer N: the first NOTIFY is due at once.
        ..300 => return cx.set_deadline(at + TIMEOUT, id, UNREPORTED),
        _ if waits_for_next(code) => cx.world().config.thresholds.next_attempt,
        _ if is_repairable(code) => REPAIR,
        _ => return tell_refused(id, cx),
    };
    cx.set_deadline(at + wait, id, REFUSED);
}

/// A NOTIFY told of a transfer whose REFER is in view.
fn reported(id: TransactionId, report: &Report, cx: &mut Context<'_>) {
    let at = report.at.time;
    match report.outcome() {
        Outcome::Pending => {
            let wait = cx.world().config.thresholds.transfer_pending;
            cx.set_deadline(at + wait, id, PENDING);
        }
        // A BYE may be on its way, which explains that no more comes.
        Outcome::Untold => cx.set_deadline(at + REPAIR, id, UNTOLD),
        Outcome::Succeeded => resolve(id, report, cx),
        Outcome::Failed(_) if waits_for_call(id, cx) => {
            // What the new call failed for is told first, as the root of this.
            cx.set_deadline(at + REPAIR + TIMEOUT / 64, id, FAILED);
        }
        Outcome::Failed(_) => tell_failed(id, cx),
    }
}

/// Whether `call-failed` is yet to tell why the new call failed.
fn waits_for_call(id: TransactionId, cx: &Context<'_>) -> bool {
    let world = cx.world();
    let made = world.transaction(id).and_then(|it| carried_out(world, it));
    made.is_some_and(|(_, invite)| {
        let code = invite.outcome.as_ref().map(|answer| answer.code);
        code.is_some_and(is_repairable) && !cx.is_told_of_call(invite.call, &["call-failed"])
    })
}

fn capture_ended(id: TransactionId, cx: &mut Context<'_>) {
    let Some(refer) = cx.transaction(id) else {
        return;
    };
    let Some(transfer) = refer.transfer() else {
        return;
    };
    match (&refer.outcome, &transfer.newest) {
        // A challenge at the very end may yet be answered.
        (Some(answer), _) if waits_for_next(answer.code) => {}
        (Some(answer), _) if answer.code >= 300 => tell_refused(id, cx),
        (_, Some(report)) => match report.outcome() {
            Outcome::Failed(_) => tell_failed(id, cx),
            Outcome::Untold => tell_open(id, UNTOLD, cx),
            Outcome::Pending | Outcome::Succeeded => {}
        },
        _ => {}
    }
}

/// Whether whoever sent a REFER sent another one after the answer to it.
fn is_followed(world: &World, id: TransactionId, refer: &Transaction) -> bool {
    let answered = refer.outcome.as_ref().map(|answer| answer.at.time);
    world.of_call(refer.call).any(|(other_id, other)| {
        other_id != id
            && other.method == refer.method
            && other.client() == refer.client()
            && Some(other.began().time) >= answered
    })
}

fn tell_refused(id: TransactionId, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(refer) = world.transaction(id) else {
        return;
    };
    let (Some(transfer), Some(answer)) = (refer.transfer(), &refer.outcome) else {
        return;
    };
    if cx.said(id).is_some() || is_followed(world, id, refer) {
        return;
    }
    let source = generator(world, refer);
    let (asker, refuser) = (host(refer.client()), host(source.server()));
    let (code, brief) = (answer.code, sipwhy_catalogue::brief(answer.code));
    let mut draft = Draft::new(
        Severity::Warning,
        world.now.max(answer.at.time),
        format!(
            "{refuser} refused the transfer with {}: {brief}",
            code_label(code)
        ),
    )
    .blame(source.server(), role_of(world, source));
    draft.explanation = format!(
        "{asker} asked by REFER that {} be called, and was refused {} later. {}",
        transfer.target,
        span(answer.at.time.since(refer.began().time)),
        if code == 481 {
            "For the one who refused it there is no such call any more."
        } else {
            "Nobody was called, and the call between the two goes on as it was."
        }
    );
    add_remedies(&mut draft, code);
    draft.evidence = vec![
        asked(world, refer, transfer),
        Some(world.response_evidence(refer, answer, "refused")),
    ];
    if !std::ptr::eq(source, refer) {
        let first = source.outcome.as_ref();
        let proof = first.map(|first| world.response_evidence(source, first, "generated here"));
        draft.evidence.push(proof);
    }
    cx.say_of(id, REFUSED, draft);
}

/// The newest report says that the new call came to nothing.
fn tell_failed(id: TransactionId, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(refer) = world.transaction(id) else {
        return;
    };
    let Some((transfer, report)) = refer
        .transfer()
        .and_then(|transfer| Some((transfer, transfer.newest.as_ref()?)))
    else {
        return;
    };
    let Outcome::Failed(code) = report.outcome() else {
        return;
    };
    if cx.said(id).is_some_and(|said| said.stage == FAILED) {
        return;
    }
    let made = carried_out(world, refer);
    let mut draft = failure(world, report, code);
    let reporter = host(report.flow.source.ip());
    draft.explanation = format!(
        "{} asked by REFER that {} be called{}; {} later {reporter} reported the {code}.",
        host(refer.client()),
        transfer.target,
        if transfer.replaces {
            ", in place of a call to there"
        } else {
            ""
        },
        span(report.at.time.since(refer.began().time)),
    );
    if transfer.replaces && code == 481 {
        draft.explanation.push_str(
            " The call whose place was to be taken was over, or is held by another device \
             (RFC 3891 §3).",
        );
    }
    if released(world, refer).is_some_and(|at| at.time <= report.at.time) {
        draft.explanation.push_str(
            " One side of the call from which it was transferred had hung up by then, so whoever \
             was transferred is left with nobody.",
        );
    }
    draft.evidence = vec![asked(world, refer, transfer), Some(report.evidence())];
    match made {
        Some((call, invite)) => blame_call(world, &mut draft, call, invite),
        None => draft.explanation.push_str(
            " The new call is not in the capture, so it does not show whose code that is.",
        ),
    }
    cx.say_of(id, FAILED, draft);
}

/// A report of a failure, of a REFER from before the capture.
fn reported_alone(id: TransactionId, report: &Report, cx: &mut Context<'_>) {
    let (Outcome::Failed(code), Some(notify)) = (report.outcome(), cx.transaction(id)) else {
        return;
    };
    if cx.is_told_of_call(notify.call, &[INFO.id]) {
        return;
    }
    let mut draft = failure(cx.world(), report, code);
    draft.explanation = format!(
        "{} reported that to {}, whose REFER is not in the capture.",
        host(report.flow.source.ip()),
        host(report.flow.destination.ip())
    );
    draft.evidence = vec![Some(report.evidence())];
    cx.say_of(id, FAILED, draft);
}

fn failure(world: &World, report: &Report, code: u16) -> Draft {
    // The person who was transferred, or to whom, gave up.
    let severity = if code == 487 {
        Severity::Note
    } else {
        Severity::Warning
    };
    let brief = sipwhy_catalogue::brief(code);
    let mut draft = Draft::new(
        severity,
        world.now.max(report.at.time),
        format!("the transfer failed with {}: {brief}", code_label(code)),
    );
    add_remedies(&mut draft, code);
    draft
}

/// Tells where the new call failed.
fn blame_call(world: &World, draft: &mut Draft, call: &Call, invite: &Transaction) {
    let maker = host(invite.client());
    let number = call.number;
    draft.legs = vec![number];
    draft
        .evidence
        .push(world.request_evidence(invite, "the new call"));
    let Some(answer) = invite.outcome.as_ref() else {
        let server = invite.server();
        draft.responsible = None;
        draft.explanation.push_str(&format!(
            " The INVITE of {maker} (call {number}) got no final answer from {}.",
            host(server)
        ));
        return;
    };
    let source = origin(world, invite, answer.code);
    draft.explanation.push_str(&format!(
        " The INVITE of {maker} (call {number}) got {} from {}.",
        code_label(answer.code),
        host(source.server())
    ));
    if answer.code >= 300 {
        *draft = draft.clone().blame(source.server(), role_of(world, source));
        draft
            .evidence
            .push(Some(world.response_evidence(invite, answer, "")));
    }
}

/// Nobody told what became of a transfer: the reports ended early, or did not come.
fn tell_open(id: TransactionId, stage: u8, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(refer) = world.transaction(id) else {
        return;
    };
    let Some(transfer) = refer.transfer() else {
        return;
    };
    if cx.said(id).is_some() || released(world, refer).is_some() {
        return;
    }
    let newest = transfer.newest.as_ref();
    let wait = world.config.thresholds.transfer_pending;
    let is_due = match (stage, newest) {
        (UNREPORTED, newest) => newest.is_none(),
        (UNTOLD, Some(report)) => report.outcome() == Outcome::Untold,
        (PENDING, Some(report)) => {
            report.outcome() == Outcome::Pending && report.at.time + wait <= world.now
        }
        _ => false,
    };
    let made = carried_out(world, refer);
    let failed = made.filter(|(_, invite)| {
        let answer = invite.outcome.as_ref();
        answer.is_some_and(|answer| answer.code >= 300)
    });
    // The new call is up, or on its way.
    if !is_due || made.is_some() && failed.is_none() {
        return;
    }
    let source = generator(world, refer);
    let accepter = host(source.server());
    let (title, why) = open_words(stage, refer, newest, &accepter);
    let mut draft = Draft::new(Severity::Warning, world.now, title)
        .blame(source.server(), role_of(world, source));
    draft.explanation = format!(
        "{} asked by REFER that {} be called. {why}",
        host(refer.client()),
        transfer.target
    );
    draft.evidence = vec![asked(world, refer, transfer), newest.map(Report::evidence)];
    if let Some(answer) = &refer.outcome {
        let proof = world.response_evidence(refer, answer, "accepted");
        draft.evidence.push(Some(proof));
    }
    match failed {
        Some((call, invite)) => blame_call(world, &mut draft, call, invite),
        None => weigh(world, &mut draft, refer, stage),
    }
    draft.help = vec![
        format!("look at the log of {accepter} for what became of the new call"),
        "let the one who transfers hang up when the transfer was accepted, if the other side \
         never reports"
            .to_owned(),
    ];
    cx.say_of(id, stage, draft);
}

/// The title, and what there is to know, of a transfer whose end was not told.
fn open_words(
    stage: u8,
    refer: &Transaction,
    newest: Option<&Report>,
    accepter: &str,
) -> (String, String) {
    let told = newest.and_then(|report| report.code).map(code_label);
    match stage {
        UNREPORTED => (
            format!("{accepter} accepted the transfer and told nothing of it"),
            format!(
                "{accepter} accepted that, and has to send a NOTIFY at once (RFC 3515 §2.4.4); \
                 none came within {}. So {} does not know whether it may hang up.",
                span(TIMEOUT),
                host(refer.client())
            ),
        ),
        UNTOLD => (
            match told {
                Some(told) => format!("{accepter} ended its reports of the transfer at {told}"),
                None => format!("{accepter} ended its reports of the transfer without an outcome"),
            },
            format!(
                "Its last NOTIFY ends the subscription, and does not say whether the new call was \
                 answered. So {} does not know whether it may hang up.",
                host(refer.client())
            ),
        ),
        _ => (
            format!(
                "nothing was told of the transfer since {}",
                told.as_deref().unwrap_or("its last report")
            ),
            "No INVITE is pending for that long: Timer C of a proxy ends it after 3 minutes \
             (RFC 3261 §16.6 step 11)."
                .to_owned(),
        ),
    }
}

/// How much the silence about a transfer proves.
fn weigh(world: &World, draft: &mut Draft, refer: &Transaction, stage: u8) {
    let asker = refer.client();
    let loss = world.losses.touching(asker, refer.began().time);
    let doubt = if let Some(loss) = loss {
        format!("{}, so a NOTIFY may have been missed", loss.words())
    } else if stage != UNREPORTED {
        "the new call is not in the capture, and may have succeeded".to_owned()
    } else if !refer.in_dialog {
        "the REFER was sent outside of a call, so NOTIFYs may take another way than it did"
            .to_owned()
    } else {
        return;
    };
    draft.verdict = Verdict::Inconclusive;
    draft.explanation.push_str(&format!(" But {doubt}."));
}

/// A transfer of which nothing had been told has succeeded after all.
fn resolve(id: TransactionId, report: &Report, cx: &mut Context<'_>) {
    let Some(said) = cx.said(id).filter(|said| said.stage != SUCCEEDED) else {
        return;
    };
    let world = cx.world();
    let Some((refer, transfer)) = world
        .transaction(id)
        .and_then(|refer| Some((refer, refer.transfer()?)))
    else {
        return;
    };
    let took = span(report.at.time.since(refer.began().time));
    let mut draft = Draft::new(
        said.worst,
        report.at.time,
        format!("the transfer succeeded, as was told {took} after the REFER"),
    );
    draft.verdict = Verdict::Resolved;
    draft.responsible = said.responsible;
    draft.evidence = vec![asked(world, refer, transfer), Some(report.evidence())];
    cx.say_of(id, SUCCEEDED, draft);
}

fn add_remedies(draft: &mut Draft, code: u16) {
    if let Some(entry) = sipwhy_catalogue::code(code) {
        draft.help.push(entry.fix.to_owned());
    }
    draft
        .help
        .push(format!("sipwhy explain {code} tells more about the code"));
}

/// The REFER, with whom it asks for.
fn asked(world: &World, refer: &Transaction, transfer: &Transfer) -> Option<Evidence> {
    let mut proof = world.request_evidence(refer, "")?;
    proof.quote.push(transfer.asked.clone());
    Some(proof)
}

fn role_of(world: &World, source: &Transaction) -> Role {
    if world.is_proxy(source.server()) {
        Role::Proxy
    } else {
        Role::Server
    }
}
