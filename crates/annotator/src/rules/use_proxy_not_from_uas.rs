//! `use-proxy-not-from-uas`: a proxy made a 305 of its own.

use crate::annotation::{Evidence, Role, Severity};
use crate::redirect::Redirect;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::transaction::Transaction;
use crate::words::host;
use crate::world::World;

pub(super) static RULE: UseProxyNotFromUas = UseProxyNotFromUas;

static INFO: Info = Info {
    id: "use-proxy-not-from-uas",
    severity: Severity::Warning,
    summary: "a proxy generated a 305, which only a UAS may do",
    page: include_str!("use-proxy-not-from-uas.md"),
    references: &["RFC 3261 §21.3.4"],
};

pub(super) struct UseProxyNotFromUas;

impl Rule for UseProxyNotFromUas {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Redirected]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let Step::Redirected(id) = step else { return };
        let world = cx.world();
        let Some(redirect) = world.redirect(*id) else {
            return;
        };
        if redirect.code != 305 || redirect.relayed_from.is_some() {
            return;
        }
        let subject = redirect.transaction;
        let Some(draft) = world
            .transaction(subject)
            .and_then(|ended| passed_on(world, ended))
            .map(|onward| describe(world, redirect, onward))
        else {
            return;
        };
        cx.say_of(subject, 1, draft);
    }
}

/// A request of this call that the 305's sender passed on, which shows it to be a proxy here. The
/// 305 is its own only if no answer that it may have passed back is missing.
fn passed_on<'w>(world: &'w World, ended: &'w Transaction) -> Option<&'w Transaction> {
    let branches: Vec<&Transaction> = world.children(ended).map(|(_, child)| child).collect();
    if !branches.is_empty() {
        let all_answered = branches.iter().all(|branch| {
            branch
                .outcome
                .as_ref()
                .is_some_and(|answer| answer.code != 305)
        });
        return branches.first().copied().filter(|_| all_answered);
    }
    // This request itself went nowhere, but another of the same call may have.
    world
        .of_call(ended.call)
        .filter(|(_, other)| other.client() == ended.server())
        .map(|(_, other)| other)
        .find(|other| came_through(world, other, ended))
}

/// Whether `onward` was made by passing on a request that had reached the same host.
fn came_through(world: &World, onward: &Transaction, ended: &Transaction) -> bool {
    world
        .parent(onward)
        .is_some_and(|parent| parent.server() == ended.server())
}

fn describe(world: &World, redirect: &Redirect, onward: &Transaction) -> Draft {
    let proxy = host(redirect.server());
    let mut draft = Draft::new(
        Severity::Warning,
        redirect.at.time,
        format!("{proxy} is a proxy on this call, and generated a 305 of its own"),
    )
    .blame(redirect.server(), Role::Proxy)
    .help(format!(
        "on {proxy}, route the request through the other proxy itself, or let the user agent \
         server behind it send the 305"
    ))
    .help("where a proxy must redirect, 302 is the code that it may use");
    draft.explanation = format!(
        "RFC 3261 §21.3.4 lets only a user agent server generate 305. {proxy} had passed a \
         request of this call on to {}, and none of the answers it got back is a 305, so this one \
         is its own.",
        host(onward.server())
    );
    let answer: Option<Evidence> = onward
        .outcome
        .as_ref()
        .map(|answer| world.response_evidence(onward, answer, "what came back"));
    draft.evidence = vec![
        world.request_evidence(onward, "passed on as proxies do"),
        answer,
        Some(world.redirect_evidence(redirect, "generated here")),
    ];
    draft
}
