//! `toll-fraud-suspect`: somebody who searched for users or passwords calls what is costly.

use sipwhy_parser::Method;

use crate::annotation::{Role, Severity};
use crate::ids::TransactionId;
use crate::number_ranges::{Costly, costly};
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::transaction::Transaction;
use crate::words::{count, host};
use crate::world::World;

pub(super) static RULE: TollFraudSuspect = TollFraudSuspect;

static INFO: Info = Info {
    id: "toll-fraud-suspect",
    severity: Severity::Warning,
    summary: "a source that probed for users or guessed passwords calls a costly number",
    page: include_str!("toll-fraud-suspect.md"),
    references: &["ITU-T E.164", "ITU-T E.156", "RFC 3261 §26.1"],
};

const TRIED: u8 = 1;
const ANSWERED: u8 = 2;

pub(super) struct TollFraudSuspect;

impl Rule for TollFraudSuspect {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::OtherSent, StepKind::Doubted]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let (Step::RequestSent {
            transaction: id,
            method: Method::Invite,
            ..
        }
        | Step::Doubted {
            transaction: id, ..
        }) = step
        else {
            return;
        };
        let world = cx.world();
        let Some(transaction) = world.transaction(*id) else {
            return;
        };
        let code = transaction.outcome.as_ref().map_or(0, |answer| answer.code);
        // A proxy's client told of itself on the hop before.
        if !transaction.is_invite()
            || transaction.in_dialog
            || transaction.vias != 1
            || code >= 300
            || world.sources.is_empty()
        {
            return;
        }
        let Some(found) = suspect(world, transaction) else {
            return;
        };
        if code >= 200 {
            let draft = answered(world, transaction, &found);
            cx.say_of(*id, ANSWERED, draft);
        } else {
            tried(*id, &found, cx);
        }
    }
}

/// A costly number that is called, and what its caller did before.
struct Suspicion {
    called: Costly,
    deeds: String,
}

fn suspect(world: &World, transaction: &Transaction) -> Option<Suspicion> {
    // A look at the number costs less than one into the table, and there are few of these.
    let called = costly(&transaction.uri, &world.config.watched_numbers)?;
    let known = world.sources.get(transaction.flow.source)?;
    let probed = known.most_probed();
    let deeds = if known.has_guessed() {
        "tried passwords".to_owned()
    } else if probed >= world.config.thresholds.probed_users {
        format!("asked for {} in vain", count(probed, "user"))
    } else {
        return None;
    };
    Some(Suspicion { called, deeds })
}

/// A call that is made. It is told once of a socket: who does this tries many numbers.
fn tried(id: TransactionId, found: &Suspicion, cx: &mut Context<'_>) {
    let Some(flow) = cx.transaction(id).map(|it| it.flow) else {
        return;
    };
    if !cx.is_news_of(flow.source.ip(), flow.source) {
        return;
    }
    let Some(transaction) = cx.transaction(id) else {
        return;
    };
    let mut draft = Draft::new(
        Severity::Warning,
        transaction.began().time,
        format!(
            "{} calls {}, after it {}",
            flow.source, found.called.number, found.deeds
        ),
    );
    draft.explanation = format!(
        "{} Further tries of this socket are not told, unless one is answered.",
        why(found)
    );
    cx.say_of(id, TRIED, complete(cx.world(), transaction, draft));
}

fn answered(world: &World, transaction: &Transaction, found: &Suspicion) -> Draft {
    let source = transaction.flow.source;
    let answer = transaction.outcome.as_ref();
    let mut draft = Draft::new(
        Severity::Error,
        answer.map_or(world.now, |answer| answer.at.time),
        format!(
            "{source} got through to {}, after it {}",
            found.called.number, found.deeds
        ),
    );
    draft.explanation = format!("{} This call was answered, and is charged.", why(found));
    let mut draft = complete(world, transaction, draft);
    let proof = answer.map(|answer| world.response_evidence(transaction, answer, "answered"));
    draft.evidence.push(proof);
    draft.help.insert(
        0,
        "end the call, and look for more of them in the records that are charged by".to_owned(),
    );
    draft
}

fn why(found: &Suspicion) -> String {
    format!(
        "{} is {}. Calls there cost many times what others do, and part of it goes to whoever \
         arranged for the call: that is what servers are broken into for.",
        found.called.number, found.called.what
    )
}

fn complete(world: &World, transaction: &Transaction, mut draft: Draft) -> Draft {
    let client = transaction.client();
    draft = draft.blame(client, Role::Client);
    draft.help = vec![
        format!("drop what {} sends", host(client)),
        "let no user call such numbers who need not, and none without credentials".to_owned(),
        "look for account-compromised: if it was told, change that user's password".to_owned(),
    ];
    draft.evidence = vec![world.request_evidence(transaction, "a costly number")];
    draft
}
