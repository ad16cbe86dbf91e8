//! `keepalive-dead`: somebody who used to answer OPTIONS answers them no more.

use crate::annotation::{Role, Severity, Verdict};
use crate::config::TIMEOUT;
use crate::follow::is_keep_alive;
use crate::ids::TransactionId;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::words::{host, span, times};

pub(super) static RULE: KeepaliveDead = KeepaliveDead;

static INFO: Info = Info {
    id: "keepalive-dead",
    severity: Severity::Warning,
    summary: "OPTIONS keep-alives that used to be answered are answered no more",
    page: include_str!("keepalive-dead.md"),
    references: &["RFC 3261 §11", "RFC 3261 §17.1.2.2"],
};

const DEAD: u8 = 1;
/// So many answers make a question a keep-alive.
const ANSWERS: u32 = 2;

pub(super) struct KeepaliveDead;

impl Rule for KeepaliveDead {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::OptionsSent]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let Step::RequestSent {
            transaction: id, ..
        } = step
        else {
            return;
        };
        let Some(transaction) = cx.transaction(*id) else {
            return;
        };
        if !is_keep_alive(transaction) {
            return;
        }
        let Some(known) = cx.world().keepalives.of(transaction) else {
            return;
        };
        // One may be lost. Of the second on, the wait is for its own timeout.
        if known.second == Some(*id) && known.answered >= ANSWERS {
            let due = transaction.began().time + TIMEOUT;
            cx.set_deadline(due, *id, DEAD);
        }
    }

    fn on_deadline(&self, subject: TransactionId, _stage: u8, cx: &mut Context<'_>) {
        let world = cx.world();
        let Some(transaction) = world.transaction(subject) else {
            return;
        };
        let Some(known) = world.keepalives.of(transaction) else {
            return;
        };
        if known.second != Some(subject) || transaction.first_response.is_some() {
            return;
        }
        let (client, server) = (transaction.client(), transaction.server());
        let silence = world.now.since(known.newest_answer.time);
        let mut draft = Draft::new(
            Severity::Warning,
            world.now,
            format!(
                "{} no longer answers the OPTIONS of {}",
                host(server),
                host(client)
            ),
        )
        .blame(server, Role::Path);
        draft.explanation = format!(
            "It had answered {}, the last time {} ago. {} requests since then were not answered, \
             and the second of them has timed out. Whoever asks so usually takes the other for \
             dead now, and sends it no calls.",
            times(known.answered),
            span(silence),
            known.asked_since
        );
        if let Some(failure) = world
            .vantage
            .failure(&transaction.flow, transaction.began().time)
        {
            draft
                .explanation
                .push_str(&format!(" The network says: {}.", failure.kind.words()));
        }
        if let Some(loss) = world.losses.touching(client, known.newest_answer.time) {
            draft.verdict = Verdict::Inconclusive;
            draft.explanation.push_str(&format!(
                " But {}, so answers may have been missed.",
                loss.words()
            ));
        }
        draft.help = vec![
            format!(
                "check that the service on {} runs and is not overloaded",
                host(server)
            ),
            format!("check the path and the firewalls between {client} and {server}"),
        ];
        let answered = world.said_evidence(
            known.newest_answer,
            Some(transaction.flow.reversed()),
            "the newest answer to an OPTIONS".to_owned(),
        );
        draft.evidence = vec![
            Some(answered),
            world.request_evidence(transaction, "not answered"),
            world.repeat_evidence(transaction),
            world.failure_evidence(transaction),
        ];
        cx.say_of(subject, DEAD, draft);
    }
}
