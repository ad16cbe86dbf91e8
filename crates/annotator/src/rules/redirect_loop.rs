//! `redirect-loop`: a redirection leads back to where the request has been.

use crate::annotation::{Evidence, Role, Severity};
use crate::ids::RedirectId;
use crate::names::Names;
use crate::redirect::{Fault, Redirect};
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::target::Target;
use crate::words::{count, host};
use crate::world::World;

pub(super) static RULE: RedirectLoop = RedirectLoop;

static INFO: Info = Info {
    id: "redirect-loop",
    severity: Severity::Error,
    summary: "redirections lead back to a place that had been tried",
    page: include_str!("redirect-loop.md"),
    references: &["RFC 3261 §8.1.3.4", "RFC 3261 §8.3", "RFC 3261 §16.5"],
};

/// Redirections looked back at. A call that was sent on more often has other troubles.
const MOST: usize = 16;

pub(super) struct RedirectLoop;

impl Rule for RedirectLoop {
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
        // What names its own sender is told of as unusable.
        if redirect.targets.is_empty() || redirect.fault == Some(Fault::NamesSender) {
            return;
        }
        let chain = chain(world, redirect);
        let was_tried = |target: &Target| {
            let mut tried = chain.iter();
            tried.any(|earlier| has_gone_to(earlier, target, &world.names))
        };
        if chain.is_empty() || !redirect.targets.iter().all(was_tried) {
            return;
        }
        let draft = describe(world, redirect, &chain);
        let subject = redirect.transaction;
        cx.say_of(subject, 1, draft);
    }
}

/// The redirections that led to the redirected request, newest first.
fn chain<'w>(world: &'w World, redirect: &'w Redirect) -> Vec<&'w Redirect> {
    let before = |id: Option<RedirectId>| world.redirect(id?);
    let first = before(redirect.follows);
    std::iter::successors(first, |earlier| before(earlier.follows))
        .take(MOST)
        .collect()
}

/// Whether a redirected request had gone to `target` before it was redirected.
fn has_gone_to(earlier: &Redirect, target: &Target, names: &Names) -> bool {
    let by_name = target.is_named_by(&earlier.uri) && target.has_user(&earlier.uri);
    by_name || earlier.goes_to(target, &earlier.flow, &earlier.uri, names)
}

fn describe(world: &World, redirect: &Redirect, chain: &[&Redirect]) -> Draft {
    let (server, client) = (host(redirect.server()), host(redirect.client()));
    let (code, method) = (redirect.code, &redirect.method);
    let targets = redirect.target_list();
    let mut draft = Draft::new(
        Severity::Error,
        redirect.at.time,
        format!("the {code} from {server} sends the {method} back to {targets}: a loop"),
    );
    draft.explanation = format!(
        "{client} was redirected {} before that, and has tried {targets} already. Whoever follows \
         goes round in circles until something gives up; a client must not try a URI twice.",
        match chain.len() {
            1 => "once".to_owned(),
            more => count(more, "time"),
        }
    );
    if chain.iter().all(|it| it.server() == redirect.server()) {
        draft = draft.blame(redirect.server(), Role::Server);
        draft.help.push(format!(
            "on {server}, mend the forwarding of the users named"
        ));
    } else {
        draft.explanation.push_str(
            " Each of these servers says that the user is at another's, so which of them is wrong \
             cannot be told from here.",
        );
        draft.help.push(
            "decide which of the servers has the user, and mend the other's entry".to_owned(),
        );
    }
    draft.call = Some(redirect.call.clone());
    let shown = chain.iter().rev().map(|earlier| -> Option<Evidence> {
        Some(world.redirect_evidence(earlier, "tried then"))
    });
    draft.evidence = shown.collect();
    draft.evidence.push(
        world
            .transaction(redirect.transaction)
            .and_then(|ended| world.request_evidence(ended, "")),
    );
    draft
        .evidence
        .push(Some(world.redirect_evidence(redirect, "has been tried")));
    draft
}
