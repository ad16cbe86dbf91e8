//! `use-proxy-unusable`: a 305 that nobody can obey.

use crate::annotation::{Role, Severity};
use crate::redirect::{Fault, Redirect};
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::words::host;
use crate::world::World;

pub(super) static RULE: UseProxyUnusable = UseProxyUnusable;

static INFO: Info = Info {
    id: "use-proxy-unusable",
    severity: Severity::Error,
    summary: "a 305 names no proxy that could be used",
    page: include_str!("use-proxy-unusable.md"),
    references: &["RFC 3261 §21.3.4", "RFC 3261 §8.1.3.4", "RFC 3261 §20.10"],
};

pub(super) struct UseProxyUnusable;

impl Rule for UseProxyUnusable {
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
        // Where a proxy merely passed it on, the hop it came from has been told of already.
        if redirect.code != 305 || redirect.relayed_from.is_some() {
            return;
        }
        let Some(draft) = redirect
            .fault
            .as_ref()
            .and_then(|fault| describe(world, redirect, fault))
        else {
            return;
        };
        let subject = redirect.transaction;
        cx.say_of(subject, 1, draft);
    }
}

fn describe(world: &World, redirect: &Redirect, fault: &Fault) -> Option<Draft> {
    let server = host(redirect.server());
    let client = host(redirect.client());
    let method = &redirect.method;
    let targets = redirect.target_list();
    let (title, why, label) = match fault {
        Fault::NoContact => (
            format!(
                "the 305 from {server} has no Contact, so {client} cannot know which proxy to use"
            ),
            format!(
                "A 305 gives the proxy in its Contact; without one there is nowhere to send the \
                 {method}, and the client can only fail."
            ),
            "",
        ),
        Fault::Unreadable => (
            format!("the 305 from {server} has a Contact that is no SIP URI"),
            format!(
                "The Contact must hold the proxy's SIP or SIPS URI. What stands there cannot be \
                 read as one, so the {method} cannot be repeated."
            ),
            "no SIP or SIPS URI",
        ),
        Fault::NamesSender => (
            format!("the 305 from {server} names {server} itself: a loop"),
            format!(
                "The Contact {targets} is the very address that the {method} went to. A client \
                 that obeys gets the same 305 again."
            ),
            "the sender of this 305",
        ),
        Fault::Downgrade => (
            format!("the 305 from {server} asks for plain sip where the request was for sips"),
            format!(
                "The {method} was for a sips URI, which must be carried over TLS on every hop. \
                 The Contact {targets} would give that up, so a client must not follow it."
            ),
            "not sips",
        ),
        Fault::CutOff | Fault::OtherScheme => return None,
    };
    let mut draft = Draft::new(Severity::Error, redirect.at.time, title)
        .blame(redirect.server(), Role::Server)
        .help(format!(
            "on {server}, put the URI of the proxy into the Contact of its 305, for example \
             Contact: <sip:proxy.example.com;lr>"
        ))
        .help(format!(
            "or let {server} proxy the request itself instead of redirecting it"
        ));
    draft.explanation = why;
    draft.evidence = vec![
        world
            .transaction(redirect.transaction)
            .and_then(|ended| world.request_evidence(ended, "")),
        Some(world.redirect_evidence(redirect, label)),
    ];
    Some(draft)
}
