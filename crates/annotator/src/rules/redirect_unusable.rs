//! `redirect-unusable`: a redirection that leads nowhere.

use crate::annotation::{Role, Severity};
use crate::redirect::{Fault, Redirect};
use crate::rules::redirection::Family;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::words::host;
use crate::world::World;

pub(super) static RULE: RedirectUnusable = RedirectUnusable;

static INFO: Info = Info {
    id: "redirect-unusable",
    severity: Severity::Warning,
    summary: "a redirection names no place that could be tried",
    page: include_str!("redirect-unusable.md"),
    references: &["RFC 3261 §21.3", "RFC 3261 §8.3", "RFC 3261 §20.10"],
};

pub(super) struct RedirectUnusable;

impl Rule for RedirectUnusable {
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
        if !Family::Elsewhere.tells_of_conduct(redirect) || redirect.relayed_from.is_some() {
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
    let (server, client) = (host(redirect.server()), host(redirect.client()));
    let (code, method) = (redirect.code, &redirect.method);
    let (title, why, label) = match fault {
        // 300 and 380 may tell of the choices in their body (§21.3.1, §21.3.5).
        Fault::NoContact if !matches!(code, 301 | 302) => return None,
        Fault::NoContact => (
            format!("the {code} from {server} has no Contact, so {client} cannot know where to go"),
            format!(
                "{} says that the user is at another address, and that is to be in its Contact. \
                 Without one the {method} can only fail.",
                code_label(code)
            ),
            "",
        ),
        Fault::Unreadable => (
            format!("the {code} from {server} has a Contact that is no URI"),
            format!(
                "The Contact must hold the address to try instead. What stands there cannot be \
                 read as a URI, so the {method} cannot be sent anywhere."
            ),
            "no URI",
        ),
        Fault::NamesSender => (
            format!("the {code} from {server} names the very URI that was asked for: a loop"),
            format!(
                "The Contact {} is the user and the server that the {method} was for. A client \
                 that follows gets the same {code} again; a server must not redirect a request \
                 to its own Request-URI.",
                redirect.target_list()
            ),
            "where the request had gone",
        ),
        Fault::CutOff | Fault::OtherScheme | Fault::Downgrade => return None,
    };
    let mut draft = Draft::new(Severity::Warning, redirect.at.time, title)
        .blame(redirect.server(), Role::Server)
        .help(format!(
            "on {server}, put the address at which the user is to be found into the Contact of \
             its {code}, or answer 404 or 480 if there is none"
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
