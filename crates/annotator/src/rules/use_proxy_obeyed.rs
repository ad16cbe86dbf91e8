//! `use-proxy-obeyed`: a 305 named a proxy, and the retry went there.

use std::net::IpAddr;

use sipwhy_packet::Timestamp;

use crate::annotation::{Evidence, Role, Severity, Verdict};
use crate::config::TIMEOUT;
use crate::ids::{RedirectId, TransactionId};
use crate::index::Keyed as _;
use crate::redirect::{Conduct, How, Judgement, Redirect, Unclear};
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
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

/// The retry was seen to reach the proxy, or not to be judged; what comes of it may not be known.
const WAITING: u8 = 1;
/// It succeeded in the end.
const SUCCEEDED: u8 = 2;

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
            Step::Ended { transaction, .. } => has_ended(*transaction, cx),
            Step::CaptureEnded(transaction) => tell_once(*transaction, cx),
            _ => {}
        }
    }

    fn on_deadline(&self, subject: TransactionId, stage: u8, cx: &mut Context<'_>) {
        if stage == WAITING {
            tell_once(subject, cx);
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
                has_ended(judgement.retry, cx);
            }
        }
    }
}

/// The tries at what a redirection named: the first, which was judged, and the newest.
struct Tries<'w> {
    redirect: &'w Redirect,
    how: How,
    subject: TransactionId,
    first: &'w Transaction,
    newest: &'w Transaction,
}

impl<'w> Tries<'w> {
    /// Those that `tried` is one of, if they obeyed a 305.
    fn of(world: &'w World, tried: TransactionId) -> Option<Self> {
        let itself = world.transaction(tried)?;
        let id = itself.follows?;
        let redirect = world.redirect(id).filter(|it| it.code == 305)?;
        let Some(Conduct::Obeyed(how)) = redirect.conduct else {
            return None;
        };
        let all = world.of_call(itself.call);
        let mut tries = all.filter(|(_, other)| other.follows == Some(id));
        let (subject, first) = tries.next().unwrap_or((tried, itself));
        let newest = tries.last().map_or(first, |(_, newest)| newest);
        Some(Self {
            redirect,
            how,
            subject,
            first,
            newest,
        })
    }

    /// What to say of them, with the stage that it is.
    fn finding(&self, world: &World) -> (TransactionId, u8, Draft) {
        let answer = self.newest.outcome.as_ref();
        let stage = match answer.is_some_and(|it| it.code < 300) {
            true => SUCCEEDED,
            false => WAITING,
        };
        (self.subject, stage, describe(world, self))
    }

    /// Whether the newest is another than the first.
    fn are_several(&self) -> bool {
        self.first.key() != self.newest.key()
    }

    /// Where the newest went, if not to the proxy of the first.
    fn next_proxy(&self) -> Option<IpAddr> {
        let is_next = self.newest.flow.destination != self.first.flow.destination;
        is_next.then(|| self.newest.server())
    }
}

/// A try has its final answer. If that asks for credentials, the next one is awaited.
fn has_ended(tried: TransactionId, cx: &mut Context<'_>) {
    let Some(tries) = Tries::of(cx.world(), tried) else {
        return;
    };
    let answer = tries.newest.outcome.as_ref().map(|it| it.code);
    let is_known = answer.is_some_and(|code| !matches!(code, 401 | 407));
    let said = cx.said(tries.subject);
    if is_known && said.is_none_or(|said| said.stage < SUCCEEDED) {
        let (subject, stage, draft) = tries.finding(cx.world());
        cx.say_of(subject, stage, draft);
    }
}

/// Tells how it stands, if nothing was told so far.
fn tell_once(tried: TransactionId, cx: &mut Context<'_>) {
    let tries = Tries::of(cx.world(), tried);
    if let Some(tries) = tries.filter(|tries| cx.said(tries.subject).is_none()) {
        let (subject, stage, draft) = tries.finding(cx.world());
        cx.say_of(subject, stage, draft);
    }
}

fn describe(world: &World, tries: &Tries<'_>) -> Draft {
    let Tries {
        redirect,
        how,
        first: retry,
        newest,
        ..
    } = *tries;
    let method = &retry.method;
    let client = host(redirect.client());
    let after = span(retry.began().time.since(redirect.at.time));
    let (outcome, end) = outcome(world, tries);
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
    if tries.are_several() {
        draft.explanation.push_str(&further(tries));
    }
    draft.call = Some(redirect.call.clone());
    draft.evidence = vec![
        Some(world.redirect_evidence(redirect, "the proxy to use")),
        world.request_evidence(retry, &format!("went to {}", destination(&retry.flow))),
        answer_evidence(world, retry),
    ];
    if tries.are_several() {
        let label = format!("went to {}", destination(&newest.flow));
        draft.evidence.push(world.request_evidence(newest, &label));
        draft.evidence.push(answer_evidence(world, newest));
    }
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

/// What led from the first try to the newest.
fn further(tries: &Tries<'_>) -> String {
    let answer = tries.first.outcome.as_ref().map(|it| code_label(it.code));
    match (tries.next_proxy(), answer) {
        (None, Some(answer)) => {
            format!(" The proxy answered {answer} first, and the request came again.")
        }
        (None, None) => " The proxy gave no answer at first, and the request came again.".into(),
        (Some(next), Some(answer)) => {
            format!(" The proxy answered {answer}, and {next} was tried next.")
        }
        (Some(next), None) => format!(" The proxy gave no answer, and {next} was tried next."),
    }
}

/// How the newest try ended, and when that was known.
fn outcome(world: &World, tries: &Tries<'_>) -> (String, Timestamp) {
    let newest = tries.newest;
    let method = &newest.method;
    let proxy = tries
        .next_proxy()
        .map_or_else(|| "the proxy".to_owned(), |next| next.to_string());
    match (&newest.outcome, &newest.progress) {
        (Some(answer), _) => {
            let label = code_label(answer.code);
            let words = match answer.code {
                200..=299 => format!("the {method} through {proxy} succeeded ({label})"),
                // Until now, that is.
                401 | 407 => return (format!("{proxy} asks for credentials ({label})"), world.now),
                300..=399 => format!("{proxy} redirects in turn ({label})"),
                _ => format!("the {method} through {proxy} failed with {label}"),
            };
            (words, answer.at.time)
        }
        (None, Some(progress)) => (
            format!("it has got as far as {}", code_label(progress.code)),
            world.now,
        ),
        (None, None) if newest.first_response.is_some() => (
            format!("{proxy} has answered nothing but 100 Trying so far"),
            world.now,
        ),
        (None, None) => (format!("{proxy} has not answered so far"), world.now),
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
