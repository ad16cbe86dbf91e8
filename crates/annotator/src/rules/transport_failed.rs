//! `transport-failed`: what should have carried a request did not.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use sipwhy_packet::{Flow, UnreachableReason};

use crate::annotation::{Role, Severity};
use crate::config::TIMEOUT;
use crate::ids::TransactionId;
use crate::moment::Moment;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::transaction::Transaction;
use crate::vantage::{FailureKind, alert_name};
use crate::words::{destination, host, span};
use crate::world::World;

pub(super) static RULE: TransportFailed = TransportFailed;

static INFO: Info = Info {
    id: "transport-failed",
    severity: Severity::Error,
    summary: "TCP, TLS or the network turned down what should have carried a request",
    page: include_str!("transport-failed.md"),
    references: &["RFC 3261 §18.4", "RFC 3261 §8.1.3.1", "RFC 5246 §7.2"],
};

const GIVEN_UP: u8 = 1;
/// A client that goes on after an ICMP error repeats its request after T1, 500 ms; one that has
/// not done so by now took the error for final.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) struct TransportFailed;

impl Rule for TransportFailed {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Undelivered, StepKind::CaptureEnded]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            Step::Undelivered { flow, kind, at } => match kind {
                FailureKind::Refused | FailureKind::Unanswered | FailureKind::Alert(_) => {
                    say_of_session(flow, *kind, *at, cx);
                }
                FailureKind::Unreachable(reason, _) => unreachable(flow, *kind, *reason, *at, cx),
                // A request that waits on the connection has until its timeout for another way.
                FailureKind::Reset | FailureKind::Incomplete => {}
            },
            Step::CaptureEnded(id) => capture_ended(*id, cx),
            _ => {}
        }
    }

    fn on_deadline(&self, subject: TransactionId, _stage: u8, cx: &mut Context<'_>) {
        if let Some(transaction) = cx.transaction(subject)
            && transaction.retransmissions == 0
        {
            say_of_request(subject, cx);
        }
    }
}

fn unreachable(
    flow: &Flow,
    kind: FailureKind,
    reason: UnreachableReason,
    at: Moment,
    cx: &mut Context<'_>,
) {
    if let Some((id, transaction)) = cx.world().unanswered_on(flow) {
        if transaction.retransmissions == 0 {
            let due = transaction.began().time + PATIENCE;
            cx.set_deadline(due.max(at.time), id, GIVEN_UP);
        }
    } else if flow.transport.is_reliable() && reason != UnreachableReason::TooBig {
        // Finding out how large packets may be is what "too big" is for.
        say_of_session(flow, kind, at, cx);
    }
}

/// The capture ends before anything else can tell what became of the request.
fn capture_ended(id: TransactionId, cx: &mut Context<'_>) {
    let now = cx.world().now;
    let is_open = cx.transaction(id).is_some_and(|transaction| {
        transaction.retransmissions <= 1 && now < transaction.began().time + TIMEOUT
    });
    if is_open && cx.said(id).is_none() {
        say_of_request(id, cx);
    }
}

/// A request that was never answered, and what was said of its packet.
fn say_of_request(id: TransactionId, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(transaction) = world.transaction(id) else {
        return;
    };
    let Some(failure) = world
        .vantage
        .failure(&transaction.flow, transaction.began().time)
    else {
        return;
    };
    if transaction.first_response.is_some() || transaction.request.is_none() {
        return;
    }
    let kind = failure.kind;
    let (client, server) = (transaction.client(), transaction.server());
    let method = &transaction.method;
    let mut draft = Draft::new(
        Severity::Error,
        world.now,
        format!(
            "the {method} from {} did not get to {}: {}",
            host(client),
            host(server),
            cause(kind)
        ),
    );
    draft.explanation = format!(
        "{}, {} after the {method} went to {}. No response came. For the client this counts as 503 \
         Service Unavailable.",
        told(kind, server),
        span(failure.first.time.since(transaction.began().time)),
        destination(&transaction.flow),
    );
    if !transaction.flow.transport.is_reliable() && transaction.retransmissions == 0 {
        draft
            .explanation
            .push_str(" It did not send the request again.");
    }
    finish(&mut draft, &transaction.flow, kind);
    draft.evidence = request_evidence(world, transaction);
    cx.say_of(id, GIVEN_UP, draft);
}

fn request_evidence(
    world: &World,
    transaction: &Transaction,
) -> Vec<Option<crate::annotation::Evidence>> {
    vec![
        world.request_evidence(transaction, "not delivered"),
        world.repeat_evidence(transaction),
        world.failure_evidence(transaction),
    ]
}

/// A connection or TLS session that did not come about, so that no request was sent.
fn say_of_session(flow: &Flow, kind: FailureKind, at: Moment, cx: &mut Context<'_>) {
    // Whoever is a client there has a new port each time.
    let other = match kind {
        FailureKind::Alert(_) => SocketAddr::new(flow.destination.ip(), 0),
        _ => flow.destination,
    };
    if !cx.is_news_of(flow.source.ip(), other) {
        return;
    }
    let world = cx.world();
    let (one, other) = (flow.source.ip(), flow.destination.ip());
    let (session, end) = if matches!(kind, FailureKind::Alert(_)) {
        ("TLS session", host(other))
    } else {
        ("connection", flow.destination.to_string())
    };
    let mut draft = Draft::new(
        Severity::Error,
        at.time,
        format!(
            "no {session} between {} and {end}: {}",
            host(one),
            cause(kind)
        ),
    );
    draft.explanation = match kind {
        FailureKind::Unanswered => format!(
            "{} asked {} for a connection four times, over some 7 s, and nothing came back: no \
             acceptance, no refusal. No request can be sent over it.",
            host(one),
            flow.destination
        ),
        FailureKind::Alert(alert) => format!(
            "{} ended the TLS session with {} by the fatal alert {} ({}): {}. No request can be \
             sent over it.",
            host(other),
            host(one),
            alert_name(alert),
            alert.description,
            alert_words(alert.description)
        ),
        _ => format!(
            "{}. No request can be sent to {} over {}.",
            told(kind, other),
            flow.destination,
            flow.transport
        ),
    };
    finish(&mut draft, flow, kind);
    let way = match kind {
        FailureKind::Unanswered => Some(*flow),
        FailureKind::Unreachable(..) => None,
        _ => Some(flow.reversed()),
    };
    draft.evidence = vec![Some(world.said_evidence(at, way, kind.words()))];
    cx.say(draft);
}

/// Adds whom to look at and what to do.
fn finish(draft: &mut Draft, flow: &Flow, kind: FailureKind) {
    let server = flow.destination;
    let (role, help) = match kind {
        FailureKind::Refused | FailureKind::Unreachable(UnreachableReason::Port, _) => (
            Some(Role::Server),
            format!(
                "make sure that the service runs and listens on {server} over {}, and that no \
                 firewall rejects it",
                flow.transport
            ),
        ),
        FailureKind::Reset => (
            Some(Role::Server),
            format!(
                "look at {server} for why it gave up the connection: a crash, a limit, a \
                 message it could not read"
            ),
        ),
        FailureKind::Alert(_) => (
            None,
            "compare the certificate with what the other side trusts and expects: issuer, names, \
             dates, versions and ciphers"
                .to_owned(),
        ),
        FailureKind::Unreachable(UnreachableReason::TooBig, _) => (
            Some(Role::Path),
            "send the request over TCP, or make it smaller (RFC 3261 §18.1.1)".to_owned(),
        ),
        FailureKind::Unreachable(..) | FailureKind::Unanswered | FailureKind::Incomplete => (
            Some(Role::Path),
            format!("look at the path to {server}: routes, firewalls, whether the host is up"),
        ),
    };
    draft.help.push(help);
    if let Some(role) = role {
        draft.responsible = Some(crate::annotation::Responsible {
            address: server.ip(),
            role,
        });
    }
}

/// A failure in a few words.
fn cause(kind: FailureKind) -> String {
    match kind {
        FailureKind::Refused => "refused".to_owned(),
        FailureKind::Reset => "the connection was reset".to_owned(),
        FailureKind::Unanswered => "nothing answers".to_owned(),
        FailureKind::Alert(alert) => format!("alert {}", alert_name(alert)),
        FailureKind::Unreachable(..) => {
            let words = kind.words();
            let says = words.split_once(": ").map(|(_, says)| says.to_owned());
            says.unwrap_or(words)
        }
        FailureKind::Incomplete => "fragments are missing".to_owned(),
    }
}

/// A failure as a sentence.
fn told(kind: FailureKind, server: IpAddr) -> String {
    match kind {
        FailureKind::Unreachable(_, reporter) => {
            format!("{} says by ICMP: {}", host(reporter), cause(kind))
        }
        FailureKind::Refused => format!("{} refused the connection", host(server)),
        FailureKind::Reset => format!("{} reset the connection", host(server)),
        FailureKind::Unanswered | FailureKind::Alert(_) | FailureKind::Incomplete => kind.words(),
    }
}

/// What the alerts mean that are met most (RFC 8446 §6.2).
const fn alert_words(description: u8) -> &'static str {
    match description {
        40 | 71 => "the two sides have no version, cipher or group in common",
        70 => "the other side's version of TLS is not supported",
        42..=46 => "the other side's certificate was not accepted",
        48 => "the certificate's issuer is not known or not trusted",
        116 => "a client certificate is asked for, and none was sent",
        112 => "the name that was asked for is not known",
        120 => "the two sides have no application protocol in common",
        49 => "the certificate is valid, and its owner may not enter",
        50 | 10 | 47 => "what the other side sent is no proper TLS",
        20 | 51 => "what the other side sent does not verify",
        _ => "the handshake, or the session, cannot go on",
    }
}
