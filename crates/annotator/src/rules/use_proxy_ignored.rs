//! `use-proxy-ignored`: a 305 named a proxy, and the client sent the request somewhere else.

use crate::annotation::{Role, Severity};
use crate::redirect::{Conduct, Judgement, Redirect, Went};
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::transaction::Transaction;
use crate::words::{destination, host, span};
use crate::world::World;

pub(super) static RULE: UseProxyIgnored = UseProxyIgnored;

static INFO: Info = Info {
    id: "use-proxy-ignored",
    severity: Severity::Error,
    summary: "a 305 named a proxy, and the client sent the request somewhere else",
    page: include_str!("use-proxy-ignored.md"),
    references: &["RFC 3261 §21.3.4", "RFC 3261 §8.1.3.4", "RFC 3263 §4"],
};

pub(super) struct UseProxyIgnored;

impl Rule for UseProxyIgnored {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Retried]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let Step::Retried(
            id,
            Judgement {
                retry,
                conduct: Conduct::Ignored(went),
            },
        ) = step
        else {
            return;
        };
        let world = cx.world();
        let (Some(redirect), Some(request)) = (world.redirect(*id), world.transaction(*retry))
        else {
            return;
        };
        if redirect.code != 305 {
            return;
        }
        let draft = describe(world, redirect, request, *went);
        cx.say_of(*retry, 1, draft);
    }
}

fn describe(world: &World, redirect: &Redirect, retry: &Transaction, went: Went) -> Draft {
    let method = &retry.method;
    let (client, server) = (host(redirect.client()), host(redirect.server()));
    let targets = redirect.target_list();
    let to = destination(&retry.flow);
    let after = span(retry.began().time.since(redirect.at.time));
    let title = match went {
        Went::Back => {
            format!(
                "{client} sent the {method} back to {server}, not through the proxy the 305 named"
            )
        }
        Went::Elsewhere => format!(
            "{client} sent the {method} to {}, not through the proxy the 305 named",
            host(retry.server())
        ),
        Went::OtherPort => format!(
            "{client} sent the {method} to port {} of the proxy the 305 named, which is the wrong \
             port",
            retry.flow.destination.port()
        ),
        Went::OtherTransport => format!(
            "{client} sent the {method} to the proxy the 305 named over {}, which is the wrong \
             transport",
            retry.flow.transport
        ),
        Went::Misrouted { hop, .. } => format!(
            "{} did not pass the {method} on to the proxy the 305 named",
            host(hop)
        ),
    };
    let onward = match went {
        Went::Misrouted { transaction, .. } => world.transaction(transaction),
        _ => None,
    };
    let label = match went {
        Went::Back => format!("went to {to} again"),
        Went::Elsewhere | Went::OtherPort | Went::OtherTransport => format!("went to {to}"),
        Went::Misrouted { .. } => "names the proxy".to_owned(),
    };
    let who = match went {
        Went::Misrouted { hop, .. } => (hop, Role::Proxy),
        _ => (redirect.client(), Role::Client),
    };
    let mut draft = Draft::new(Severity::Error, retry.began().time, title).blame(who.0, who.1);
    draft.explanation = format!(
        "305 Use Proxy is a redirection: the resource can be reached only through the proxy in \
         its Contact ({targets}). The {method} that followed, {after} later, went to {to}{}",
        match onward {
            Some(onward) => {
                format!(
                    ", and from there to {}, which is not that proxy.",
                    destination(&onward.flow)
                )
            }
            None => format!("; the difference is {}.", difference(went)),
        }
    );
    if world.may_be_relayed_unseen(redirect) && !matches!(went, Went::Misrouted { .. }) {
        draft.responsible = None;
        draft.explanation.push_str(&format!(
            " {client} is a proxy, and the leg before it is not in view: it may have passed the \
             305 back, and the client behind it may be the one that ignored it."
        ));
    }
    if redirect.targets.len() > 1 {
        draft
            .explanation
            .push_str(" Any of the Contacts listed would have been right.");
    }
    draft.help = match went {
        Went::Misrouted { hop, .. } => vec![format!(
            "on {hop}, route the request by its Request-URI or Route, to {targets}"
        )],
        Went::OtherPort | Went::OtherTransport => vec![format!(
            "on {client}, honour the port and transport of the Contact: {targets}"
        )],
        Went::Back | Went::Elsewhere => vec![
            format!(
                "on {client}, set {targets} as outbound proxy, or let it follow 3xx responses for \
                 this account"
            ),
            format!(
                "or on {server}, if clients cannot follow a 305, let it proxy the request itself"
            ),
        ],
    };
    draft.call = Some(redirect.call.clone());
    draft.evidence = vec![
        Some(world.redirect_evidence(redirect, "every retry must go through this proxy")),
        world.request_evidence(retry, &label),
        onward.and_then(|onward| {
            world.request_evidence(onward, &format!("went to {}", destination(&onward.flow)))
        }),
    ];
    draft.evidence.extend(world.name_evidence(redirect));
    let origin = redirect
        .relayed_from
        .and_then(|origin| world.redirect(origin));
    draft
        .evidence
        .push(origin.map(|origin| world.redirect_evidence(origin, "")));
    draft
}

const fn difference(went: Went) -> &'static str {
    match went {
        Went::OtherPort => "the port",
        Went::OtherTransport => "the transport",
        Went::Back | Went::Elsewhere | Went::Misrouted { .. } => "the host",
    }
}
