//! `enumeration`: one socket asks for one user after the other.

use std::time::Duration;

use crate::annotation::{Role, Severity};
use crate::ids::TransactionId;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::sources::Source;
use crate::words::{host, span};
use crate::world::World;

pub(super) static RULE: Enumeration = Enumeration;

static INFO: Info = Info {
    id: "enumeration",
    severity: Severity::Warning,
    summary: "one source asks for many users in vain, to learn which exist",
    page: include_str!("enumeration.md"),
    references: &["RFC 3261 §26.1", "RFC 3261 §21.4.5"],
};

const PROBES: u8 = 1;
/// Who was challenged and means to answer does so within this time.
const SECOND_THOUGHTS: Duration = Duration::from_secs(5);

pub(super) struct Enumeration;

impl Rule for Enumeration {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Doubted, StepKind::CaptureEnded]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            Step::Doubted {
                transaction: id, ..
            } => {
                let world = cx.world();
                if probes(world, *id).is_some() {
                    cx.set_deadline(cx.world().now + SECOND_THOUGHTS, *id, PROBES);
                }
            }
            Step::CaptureEnded(id) => say(*id, cx),
            _ => {}
        }
    }

    fn on_deadline(&self, subject: TransactionId, _stage: u8, cx: &mut Context<'_>) {
        say(subject, cx);
    }
}

/// What is known of the sender of a refused request, if it has asked for many users in vain.
fn probes(world: &World, id: TransactionId) -> Option<&Source> {
    let transaction = world.transaction(id)?;
    let code = transaction.outcome.as_ref()?.code;
    let is_refused = matches!(code, 401 | 403 | 404 | 407) && !transaction.has_credentials;
    let known = world.sources.get(transaction.flow.source)?;
    let is_many = known.probed() >= world.config.thresholds.probed_users;
    (is_refused && is_many && known.credentialed == 0 && known.is_in_vain(known.probed()))
        .then_some(known)
}

fn say(id: TransactionId, cx: &mut Context<'_>) {
    let world = cx.world();
    if world.sources.is_empty() || probes(world, id).is_none() {
        return;
    }
    let Some((client, source)) = world
        .transaction(id)
        .map(|transaction| (transaction.client(), transaction.flow.source))
    else {
        return;
    };
    if !cx.is_news_of(client, source) {
        return;
    }
    let world = cx.world();
    let (Some(transaction), Some(known)) = (world.transaction(id), probes(world, id)) else {
        return;
    };
    let Some(outcome) = &transaction.outcome else {
        return;
    };
    let mut draft = Draft::new(
        Severity::Warning,
        world.now,
        format!("{source} probes for users: {} so far", known.probed()),
    )
    .blame(client, Role::Client);
    draft.explanation = format!(
        "Within {} it asked {} for {} users, one after the other, and was refused each time, by \
         401, 403, 404 or 407. It answered no challenge: it wants to learn from the answers which \
         users exist. Passwords are tried next.",
        span(world.now.since(known.since.time)),
        host(transaction.server()),
        known.probed()
    );
    draft.help = vec![
        format!("drop what {} sends, unless the test is your own", host(client)),
        "answer alike for users that exist and for those that do not (alwaysauthreject in Asterisk)"
            .to_owned(),
    ];
    let first = "the first of its requests that was refused".to_owned();
    draft.evidence = vec![
        Some(world.said_evidence(known.since, Some(transaction.flow.reversed()), first)),
        world.request_evidence(transaction, "one of many users"),
        Some(world.response_evidence(transaction, outcome, "refused")),
    ];
    cx.say_of(id, PROBES, draft);
}
