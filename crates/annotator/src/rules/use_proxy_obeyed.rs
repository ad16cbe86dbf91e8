//! `use-proxy-obeyed`: a 305 named a proxy, and the retry went there.

use crate::annotation::{Evidence, Role, Severity, Verdict};
use crate::config::TIMEOUT;
use crate::ids::{RedirectId, TransactionId};
use crate::redirect::{Conduct, How, Judgement, Redirect, Unclear};
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::transaction::Transaction;
use crate::words::{destination, host, span};
use crate::world::World;

pub(super) static RULE: UseProxyObeyed = UseProxyObeyed;

static INFO: Info = Info {
    id: "use-proxy-obeyed",
    severity: Severity::Note,
    summary: "a 305 named a proxy, and the client sent the request there",
    page: include_str!("use-proxy-obeyed.md"),
    references: &["RFC 3261 §21.3.4", "RFC 3261 §8.1.3.4", "RFC 3263 §4"],
};

/// The retry was seen to reach the proxy, or not to be judged; its outcome is awaited.
const WAITING: u8 = 1;

pub(super) struct UseProxyObeyed;

impl Rule for UseProxyObeyed {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[
            StepKind::Retried,
            StepKind::EventfulEnd,
            StepKind::CaptureEnded,
        ]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            Step::Retried(id, judgement) => retried(*id, judgement, cx),
            Step::Ended { transaction, .. } | Step::CaptureEnded(transaction) => {
                tell(*transaction, cx);
            }
            _ => {}
        }
    }

    fn on_deadline(&self, subject: TransactionId, stage: u8, cx: &mut Context<'_>) {
        if stage == WAITING {
            tell(subject, cx);
        }
    }
}

fn retried(id: RedirectId, judgement: &Judgement, cx: &mut Context<'_>) {
    let world = cx.world();
    let (Some(redirect), Some(request)) = (world.redirect(id), world.transaction(judgement.retry))
    else {
        return;
    };
    if redirect.code != 305 {
        return;
    }
    match &judgement.conduct {
        Conduct::Ignored(_) => {}
        Conduct::Unclear(unclear) => {
            let draft = describe_unclear(world, redirect, request, unclear);
            cx.say_of(judgement.retry, WAITING, draft);
        }
        Conduct::Obeyed(_) => {
            // The outcome belongs to the finding, so it waits for the proxy's answer, but no
            // longer than a transaction may take.
            let due = request.began().time + TIMEOUT;
            let is_over = !request.is_pending();
            cx.set_deadline(due, judgement.retry, WAITING);
            if is_over {
                tell(judgement.retry, cx);
            }
        }
    }
}

/// Tells of an obedient retry once its outcome is known.
fn tell(retry: TransactionId, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(request) = world.transaction(retry) else {
        return;
    };
    let Some(redirect) = request.follows.and_then(|id| world.redirect(id)) else {
        return;
    };
    if redirect.code != 305 || cx.said(retry).is_some() {
        return;
    }
    let Some(Conduct::Obeyed(how)) = redirect.conduct else {
        return;
    };
    let draft = describe(world, redirect, request, how);
    cx.say_of(retry, WAITING, draft);
}

fn describe(world: &World, redirect: &Redirect, retry: &Transaction, how: How) -> Draft {
    let method = &retry.method;
    let client = host(redirect.client());
    let after = span(retry.began().time.since(redirect.at.time));
    let (outcome, end) = outcome(world, retry);
    let mut draft = Draft::new(
        Severity::Note,
        end,
        format!("{client} followed the 305 in {after}; {outcome}"),
    )
    .blame(redirect.client(), client_role(redirect));
    let manner = match how {
        How::RequestUri => "It put the Contact into the Request-URI.".to_owned(),
        How::Route => "It kept the Request-URI and named the proxy in a Route header.".to_owned(),
        How::NextHop => "It kept the Request-URI and used the proxy as its next hop.".to_owned(),
        How::Through(hop) => format!(
            "It named the proxy and sent the request to its own outbound proxy {hop}, which \
             passed it on there."
        ),
    };
    let same_call = world
        .call(retry.call)
        .is_some_and(|call| call.number == redirect.call.number);
    draft.explanation = format!(
        "The 305 asked for the {method} to go through {}, and it did: {}. {manner}{}{}",
        redirect.target_list(),
        match how {
            How::Through(_) => "by way of its outbound proxy".to_owned(),
            _ => format!("to {}", destination(&retry.flow)),
        },
        if same_call {
            ""
        } else {
            " The retry has a new Call-ID, which RFC 3261 §8.1.3.4 allows though it recommends \
             keeping the old one."
        },
        if redirect.targets.len() > 1 {
            " RFC 3261 speaks of one proxy; of a list any may be chosen."
        } else {
            ""
        }
    );
    draft.call = Some(redirect.call.clone());
    draft.evidence = vec![
        Some(world.redirect_evidence(redirect, "the proxy to use")),
        world.request_evidence(retry, &format!("went to {}", destination(&retry.flow))),
        answer_evidence(world, retry),
    ];
    draft.evidence.extend(world.name_evidence(redirect));
    let origin = redirect
        .relayed_from
        .and_then(|origin| world.redirect(origin));
    draft
        .evidence
        .push(origin.map(|origin| world.redirect_evidence(origin, "")));
    if let How::Through(_) = how {
        let onward = world.children(retry).map(|(_, onward)| onward);
        draft.evidence.extend(onward.map(|onward| {
            world.request_evidence(onward, &format!("went to {}", destination(&onward.flow)))
        }));
    }
    draft
}

fn client_role(redirect: &Redirect) -> Role {
    if redirect.client_is_proxy {
        Role::Proxy
    } else {
        Role::Client
    }
}

/// How the retry ended, and when that was known.
fn outcome(world: &World, retry: &Transaction) -> (String, sipwhy_packet::Timestamp) {
    match (&retry.outcome, &retry.progress) {
        (Some(answer), _) => {
            let label = super::code_label(answer.code);
            let words = match answer.code {
                200..=299 => format!("the {} through the proxy succeeded ({label})", retry.method),
                401 | 407 => format!("the proxy asks for credentials ({label})"),
                300..=399 => format!("the proxy redirects in turn ({label})"),
                _ => format!("the {} through the proxy failed with {label}", retry.method),
            };
            (words, answer.at.time)
        }
        (None, Some(progress)) => (
            format!("it has got as far as {}", super::code_label(progress.code)),
            world.now,
        ),
        (None, None) if retry.first_response.is_some() => (
            "the proxy has answered nothing but 100 Trying so far".to_owned(),
            world.now,
        ),
        (None, None) => ("the proxy has not answered so far".to_owned(), world.now),
    }
}

fn answer_evidence(world: &World, retry: &Transaction) -> Option<Evidence> {
    let answer = retry.outcome.as_ref().or(retry.progress.as_ref())?;
    Some(world.response_evidence(retry, answer, ""))
}

fn describe_unclear(
    world: &World,
    redirect: &Redirect,
    retry: &Transaction,
    unclear: &Unclear,
) -> Draft {
    let client = host(redirect.client());
    let method = &retry.method;
    let after = span(retry.began().time.since(redirect.at.time));
    let mut draft = Draft::new(
        Severity::Note,
        retry.began().time,
        format!(
            "{client} sent the {method} again {after} after the 305; whether through the \
                 named proxy cannot be told"
        ),
    );
    draft.verdict = Verdict::Inconclusive;
    let to = destination(&retry.flow);
    draft.explanation = match unclear {
        Unclear::NameUnknown(name) => format!(
            "The Contact names the proxy as {name}, and no DNS answer in the capture tells its \
             address. The {method} went to {to}, which may be that proxy or not."
        ),
        Unclear::OnwardUnseen(hop) => format!(
            "The retry names the proxy but went to {to}, which may pass it on there as an \
             outbound proxy does. What {hop} sent on is not in view."
        ),
        Unclear::ContactCut => format!(
            "The capture cut the 305 off before the end of its Contact, so where the {method} \
             should have gone is unknown. It went to {to}."
        ),
    };
    draft.help.push(match unclear {
        Unclear::NameUnknown(name) => {
            format!("capture DNS as well (port 53), or look {name} up and compare with {to}")
        }
        Unclear::OnwardUnseen(hop) => format!("capture on {hop} too"),
        Unclear::ContactCut => "capture with a larger snap length (--snaplen)".to_owned(),
    });
    draft.call = Some(redirect.call.clone());
    draft.evidence = vec![
        Some(world.redirect_evidence(redirect, "the proxy to use")),
        world.request_evidence(retry, &format!("went to {to}")),
    ];
    draft
}
