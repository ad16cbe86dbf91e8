//! A redirection that was answered by going somewhere else.

use crate::annotation::Role;
use crate::redirect::{Conduct, Judgement, Redirect, Went};
use crate::rules::redirection::Family;
use crate::rules::{Context, Draft, Step, code_label};
use crate::transaction::Transaction;
use crate::words::{destination, host, span};
use crate::world::World;

/// Tells of a retry that went elsewhere than a redirection of this family says.
pub(in crate::rules) fn on_step(step: &Step<'_, '_>, family: Family, cx: &mut Context<'_>) {
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
    let (Some(redirect), Some(request)) = (world.redirect(*id), world.transaction(*retry)) else {
        return;
    };
    // A server in between asks redirect servers in calls of their own, and then goes its own way:
    // under another Call-ID a request is a retry to a proxy that must be used, or none.
    let is_same_call = world
        .call(request.call)
        .is_some_and(|call| call.number == redirect.call.number);
    if !family.tells_of_conduct(redirect) || (family == Family::Elsewhere && !is_same_call) {
        return;
    }
    let draft = describe(world, redirect, request, *went, family);
    cx.say_of(*retry, 1, draft);
}

fn describe(
    world: &World,
    redirect: &Redirect,
    retry: &Transaction,
    went: Went,
    family: Family,
) -> Draft {
    let code = redirect.code;
    let (place, right_way) = (family.place(), family.right_way());
    let method = &retry.method;
    let (client, server) = (host(redirect.client()), host(redirect.server()));
    let targets = redirect.target_list();
    let to = destination(&retry.flow);
    let after = span(retry.began().time.since(redirect.at.time));
    let title = match went {
        Went::Back => {
            format!("{client} sent the {method} back to {server}, not {right_way} the {code} named")
        }
        Went::Elsewhere => format!(
            "{client} sent the {method} to {}, not {right_way} the {code} named",
            host(retry.server())
        ),
        Went::OtherPort => format!(
            "{client} sent the {method} to port {} of {place} the {code} named, which is the wrong \
             port",
            retry.flow.destination.port()
        ),
        Went::OtherTransport => format!(
            "{client} sent the {method} to {place} the {code} named over {}, which is the wrong \
             transport",
            retry.flow.transport
        ),
        Went::Misrouted { hop, .. } => format!(
            "{} did not pass the {method} on to {place} the {code} named",
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
        Went::Misrouted { .. } => format!("names {place}"),
    };
    let who = match went {
        Went::Misrouted { hop, .. } => (hop, Role::Proxy),
        _ => (redirect.client(), Role::Client),
    };
    let mut draft = Draft::new(family.severity(), retry.began().time, title).blame(who.0, who.1);
    draft.explanation = format!(
        "{} is a redirection: {} ({targets}). The {method} that followed, {after} later, went to \
         {to}{}",
        code_label(code),
        family.demand(),
        match onward {
            Some(onward) => {
                format!(
                    ", and from there to {}, which is not {place} named.",
                    destination(&onward.flow)
                )
            }
            None => format!("; the difference is {}.", difference(went, family)),
        }
    );
    if world.may_be_relayed_unseen(redirect) && !matches!(went, Went::Misrouted { .. }) {
        draft.responsible = None;
        draft.explanation.push_str(&format!(
            " {client} is a proxy, and the leg before it is not in view: it may have passed the \
             {code} back, and the client behind it may be the one that ignored it."
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
        Went::Back | Went::Elsewhere => family.obedience(&client, &server, &targets),
    };
    draft.call = Some(redirect.call.clone());
    draft.evidence = vec![
        Some(world.redirect_evidence(redirect, family.label())),
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

const fn difference(went: Went, family: Family) -> &'static str {
    match went {
        // The same server may well know the other user.
        Went::Back if matches!(family, Family::Elsewhere) => "the URI or the host",
        Went::OtherPort => "the port",
        Went::OtherTransport => "the transport",
        Went::Back | Went::Elsewhere | Went::Misrouted { .. } => "the host",
    }
}
