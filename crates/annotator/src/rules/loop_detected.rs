//! `loop-detected`: a request goes in a circle, or a proxy hides that it does.

use std::net::IpAddr;

use sipwhy_parser::Method;

use crate::annotation::{Role, Severity};
use crate::ids::TransactionId;
use crate::method::MethodName;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::transaction::{Received, Transaction};
use crate::words::{count, host};
use crate::world::World;

pub(super) static RULE: LoopDetected = LoopDetected;

static INFO: Info = Info {
    id: "loop-detected",
    severity: Severity::Error,
    summary: "a request goes in a circle, or was refused because it seemed to",
    page: include_str!("loop-detected.md"),
    references: &[
        "RFC 3261 §16.3",
        "RFC 3261 §16.6 step 3",
        "RFC 3261 §8.2.2.2",
        "RFC 5393 §4",
    ],
};

/// Fewer hops than any client should begin with: it begins with 70 (RFC 3261 §8.1.1.6).
const FEW_HOPS: u8 = 10;
/// Hosts of a circle that are named.
const MOST_NAMED: usize = 6;

pub(super) struct LoopDetected;

impl Rule for LoopDetected {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Refused, StepKind::CameBack, StepKind::HopsKept]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            Step::Ended {
                transaction,
                code: 482 | 483,
                ..
            } => refused(*transaction, cx),
            Step::CameBack { transaction, first } => came_back(*transaction, *first, cx),
            Step::HopsKept(transaction) => hops_kept(*transaction, cx),
            _ => {}
        }
    }
}

/// The same request went the same way again.
fn came_back(id: TransactionId, first: TransactionId, cx: &mut Context<'_>) {
    if cx.has_told(id) {
        return;
    }
    let world = cx.world();
    let (Some(request), Some(first)) = (world.transaction(id), world.transaction(first)) else {
        return;
    };
    let (client, server) = (request.client(), request.server());
    let method = &request.method;
    let circle = circle(world, request, first);
    let mut draft = Draft::new(
        Severity::Error,
        request.began().time,
        format!(
            "the {method} goes in a circle: {} sent it to {} once more",
            host(client),
            host(server)
        ),
    );
    draft.explanation = format!(
        "It is the same request with the same Request-URI, and {} more on top than at its first \
         visit. Nothing changes from round to round, so it goes on until Max-Forwards is used up \
         or one of the hosts notices.",
        count(usize::from(request.vias - first.vias), "Via value")
    );
    let names: Vec<String> = circle.iter().map(|it| host(*it)).collect();
    if names.len() > 1 {
        let words = format!(" The circle: {}.", names.join(", "));
        draft.explanation.push_str(&words);
    }
    if let Some(left) = request.max_forwards {
        let words = format!(" Max-Forwards is {left} now.");
        draft.explanation.push_str(&words);
    }
    // Of two or more, each may be the one that is wrong.
    if client == server {
        draft = draft.blame(server, Role::Proxy);
    }
    draft.help = vec![
        format!(
            "look on {} where this Request-URI is routed to, and why that leads back to where it \
             came from",
            names.join(" and ")
        ),
        "list every own name and address on each proxy, and answer numbers that nobody has with 404"
            .to_owned(),
    ];
    draft.evidence = vec![
        world.request_evidence(first, "the first time"),
        world.request_evidence(request, "again, unchanged"),
    ];
    cx.say_of(id, 1, draft);
}

/// The hosts that the request has been to between its two visits.
fn circle(world: &World, request: &Transaction, first: &Transaction) -> Vec<IpAddr> {
    let mut hosts = vec![request.client()];
    let mut current = request;
    // Ends: a parent has fewer Via values than its child.
    while let Some(parent) = world.parent(current)
        && parent.vias < current.vias
        && parent.vias > first.vias
        && hosts.len() < MOST_NAMED
    {
        hosts.push(parent.client());
        current = parent;
    }
    if !hosts.contains(&request.server()) {
        hosts.push(request.server());
    }
    hosts.sort_unstable();
    hosts.dedup();
    hosts
}

/// A proxy passed on a request with as many hops to go as it came with.
fn hops_kept(id: TransactionId, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(child) = world.transaction(id) else {
        return;
    };
    let Some(parent) = world.parent(child) else {
        return;
    };
    let (Some(before), Some(after)) = (parent.max_forwards, child.max_forwards) else {
        return;
    };
    let proxy = child.client();
    let title = if after == before {
        format!("{proxy} passes requests on without lowering Max-Forwards")
    } else {
        format!("{proxy} raises Max-Forwards in what it passes on: from {before} to {after}")
    };
    let mut draft = Draft::new(Severity::Warning, child.began().time, title)
        .blame(proxy, Role::Proxy)
        .help(format!(
            "let {proxy} lower Max-Forwards by one in every request that it passes on"
        ));
    draft.explanation = format!(
        "The {} came with Max-Forwards {before} and left with {after}. Every proxy has to take one \
         off (RFC 3261 §16.6 step 3): it is what ends a request that goes in a circle.",
        child.method
    );
    draft.call = world.call_ref(child.call);
    draft.evidence = vec![
        world.request_evidence(parent, &format!("Max-Forwards: {before}")),
        world.request_evidence(child, &format!("Max-Forwards: {after}")),
    ];
    let server = parent.flow.destination;
    if cx.is_news_of(proxy, server) {
        cx.say(draft);
    }
}

/// A server says that a request went in a circle, or had too few hops.
fn refused(id: TransactionId, cx: &mut Context<'_>) {
    if cx.has_told(id) {
        return;
    }
    let world = cx.world();
    let Some(request) = world.transaction(id).filter(|it| it.request.is_some()) else {
        return;
    };
    let Some(answer) = request.outcome.as_ref() else {
        return;
    };
    let first = world.first_hop(request);
    let began_with = first.max_forwards.filter(|_| first.vias == 1);
    let has_few = began_with.is_some_and(|hops| hops < FEW_HOPS);
    // With a small number, OPTIONS asks how far it is or who is on the way (RFC 3261 §11); with 0,
    // any request asks whether the next hop is alive.
    let is_options = request.method == MethodName::Known(Method::Options);
    let is_probe = began_with == Some(0) || is_options && has_few;
    if is_probe {
        return;
    }
    let draft = match (answer.code, merged(world, request)) {
        (482, Some(other)) => describe_merged(world, request, answer, other),
        (483, _) if has_few => describe_few(world, request, answer, first),
        _ => describe_refused(world, request, answer),
    };
    cx.say_of(id, 1, draft);
}

/// Another copy of the request at the same server, which came by another way.
fn merged<'w>(world: &'w World, request: &Transaction) -> Option<&'w Transaction> {
    let mut others = world.of_call(request.call).map(|(_, other)| other);
    others.find(|other| {
        other.server() == request.server()
            && other.cseq == request.cseq
            && other.method == request.method
            && other.key != request.key
            && other.began().time <= request.began().time
            && !world.is_above(other, request)
    })
}

fn describe_merged(
    world: &World,
    request: &Transaction,
    answer: &Received,
    other: &Transaction,
) -> Draft {
    let server = host(request.server());
    let method = &request.method;
    let mut draft = Draft::new(
        Severity::Note,
        answer.at.time,
        format!("two copies of one {method} met at {server}, which refused one of them (482)"),
    )
    .help(
        "remove the second registration or the second route to that device, if the 482 is what \
         the caller gets",
    );
    draft.explanation = format!(
        "A proxy forked the {method}, and two of its branches lead to {server}. It serves the copy \
         that came first and answers the other with 482 (RFC 3261 §8.2.2.2). That is harmless as \
         long as the first goes on; it is no circle."
    );
    draft.evidence = vec![
        world.request_evidence(other, "the first copy"),
        world.request_evidence(request, "the second copy"),
        Some(world.response_evidence(request, answer, "")),
    ];
    draft
}

fn describe_few(
    world: &World,
    request: &Transaction,
    answer: &Received,
    first: &Transaction,
) -> Draft {
    let hops = first.max_forwards.unwrap_or_default();
    let mut draft = Draft::new(
        Severity::Error,
        answer.at.time,
        format!(
            "the {} of {} ran out of hops: it began with Max-Forwards {hops}",
            request.method,
            first.client()
        ),
    )
    .blame(first.client(), Role::Client)
    .help(format!(
        "let {} begin with Max-Forwards 70 (RFC 3261 §8.1.1.6)",
        first.client()
    ));
    draft.explanation = format!(
        "Every proxy takes one off. At {} nothing was left, and it answered {}.",
        host(request.server()),
        code_label(answer.code)
    );
    draft.evidence = vec![
        world.request_evidence(first, &format!("Max-Forwards: {hops}")),
        Some(world.response_evidence(request, answer, "")),
    ];
    draft
}

fn describe_refused(world: &World, request: &Transaction, answer: &Received) -> Draft {
    let server = host(request.server());
    let method = &request.method;
    let (title, why) = if answer.code == 483 {
        (
            format!("the {method} used up its hops before it arrived: {server} answered 483"),
            "Max-Forwards had come down to 0. A request begins with 70, which no straight way \
             uses up, so it went in a circle, most of which the capture does not show.",
        )
    } else {
        (
            format!("{server} says that the {method} came back to it (482)"),
            "It found itself in the Via headers of the request, or had the same request before by \
             another way. The capture does not show that way.",
        )
    };
    let mut draft = Draft::new(Severity::Error, answer.at.time, title);
    draft.explanation = format!(
        "{why} It had {} when it came to {server}.",
        count(usize::from(request.vias), "Via value")
    );
    draft.help = vec![
        format!(
            "read the Via headers of the {method} as {server} got it (frame {}), from the bottom \
             up: the hosts that are named again and again are the circle",
            request.began().frame().number
        ),
        "break the circle at one of them: two each take the other for the destination of this \
         Request-URI"
            .to_owned(),
    ];
    draft.evidence = vec![
        world.request_evidence(request, ""),
        Some(world.response_evidence(request, answer, "")),
    ];
    draft
}
