//! `subscription-failed`: a subscription was refused, ended by its notifier, or lost.

use std::time::Duration;

use sipwhy_parser::{HeaderName, Message, Method, headers::SubscriptionStatus, printable};

use crate::annotation::{Role, Severity, Verdict};
use crate::auth::{generator, rejected};
use crate::config::TIMEOUT;
use crate::ids::TransactionId;
use crate::method::MethodName;
use crate::quote;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::transaction::{Received, Transaction};
use crate::words::{host, span, times};
use crate::world::World;

pub(super) static RULE: SubscriptionFailed = SubscriptionFailed;

static INFO: Info = Info {
    id: "subscription-failed",
    severity: Severity::Warning,
    summary: "a subscription was refused, ended by its notifier, or lost",
    page: include_str!("subscription-failed.md"),
    references: &[
        "RFC 6665 §4.1.2",
        "RFC 6665 §4.1.3",
        "RFC 6665 §4.2.2",
        "RFC 6665 §8.3.2",
    ],
};

const REFUSED: u8 = 1;
const UNANSWERED: u8 = 2;
/// Clients that repair a request and try again do so at once.
const REPAIR: Duration = Duration::from_secs(4);

pub(super) struct SubscriptionFailed;

impl Rule for SubscriptionFailed {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn caused_by(&self) -> &'static [&'static str] {
        &["credentials-rejected", "transport-failed", "no-response"]
    }

    fn listens(&self) -> &'static [StepKind] {
        &[
            StepKind::OtherSent,
            StepKind::RequestRepeated,
            StepKind::Refused,
            StepKind::CaptureEnded,
        ]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            Step::RequestSent {
                transaction: id,
                method: Method::Notify,
                message,
            } => notified(*id, message, cx),
            Step::RequestSent {
                transaction: id,
                method: Method::Subscribe,
                message,
            } => subscribed(*id, message, cx),
            Step::RequestRepeated(id) => {
                let due = cx.transaction(*id).and_then(|notify| {
                    let is_of_dialog = is(notify, Method::Notify) && notify.in_dialog;
                    (is_of_dialog && notify.retransmissions == 1)
                        .then(|| notify.began().time + TIMEOUT)
                });
                if let Some(due) = due {
                    cx.set_deadline(due, *id, UNANSWERED);
                }
            }
            Step::Ended {
                transaction: id, ..
            } => ended(*id, cx),
            Step::CaptureEnded(id) => tell_refusal(*id, cx),
            _ => {}
        }
    }

    fn on_deadline(&self, subject: TransactionId, stage: u8, cx: &mut Context<'_>) {
        if stage == UNANSWERED {
            tell_unanswered(subject, cx);
        } else {
            tell_refusal(subject, cx);
        }
    }
}

fn is(transaction: &Transaction, method: Method<'static>) -> bool {
    transaction.method == MethodName::Known(method)
}

/// Keeps the line by which a SUBSCRIBE ends its subscription, or asks for one look alone
/// (RFC 6665 §4.1.2.3, §4.4.3).
fn subscribed(id: TransactionId, message: &Message<'_, '_>, cx: &mut Context<'_>) {
    if let Some(expires) = message.header(HeaderName::Expires)
        && expires.value.iter().all(|&byte| byte == b'0')
    {
        cx.keep_lines(id, vec![quote::header(message, &expires, "")]);
    }
}

/// Whether what ends now was to end: the subscriber itself asked for it, in view.
fn is_unsubscribed(world: &World, notify: &Transaction) -> bool {
    world
        .of_call(notify.call)
        .any(|(_, other)| is(other, Method::Subscribe) && !other.kept_lines().is_empty())
}

/// Whether a NOTIFY belongs to a call that was hung up: most devices forget with it that they
/// wanted to hear what becomes of a transfer.
fn is_after_call(world: &World, notify: &Transaction) -> bool {
    let call = world.call(notify.call);
    call.is_some_and(|call| call.dialogs.iter().any(|dialog| dialog.ended.is_some()))
}

/// A NOTIFY began: one that ends the subscription says why.
fn notified(id: TransactionId, message: &Message<'_, '_>, cx: &mut Context<'_>) {
    let Some(state) = message.subscription_state() else {
        return;
    };
    if state.status != SubscriptionStatus::Terminated {
        return;
    }
    let lines: Vec<_> = [HeaderName::Event, HeaderName::SubscriptionState]
        .into_iter()
        .filter_map(|name| message.header(name))
        .map(|header| quote::header(message, &header, ""))
        .collect();
    // Nothing more is due, whatever becomes of this NOTIFY.
    cx.keep_lines(id, lines.clone());
    let world = cx.world();
    let Some(notify) = world.transaction(id) else {
        return;
    };
    // What a transfer came to is told by the body of its last NOTIFY (RFC 3515 §2.4.5).
    let event = message.header(HeaderName::Event).map(|event| event.value);
    let is_of_transfer = event.is_some_and(|event| {
        let package = event.split(|&byte| byte == b';').next();
        package.is_some_and(|it| it.trim_ascii().eq_ignore_ascii_case(b"refer"))
    });
    if is_of_transfer || world.parent(notify).is_some() {
        return;
    }
    let Some(reason) = state.reason().map(<[u8]>::to_ascii_lowercase) else {
        return;
    };
    let is_unsubscribed = is_unsubscribed(world, notify);
    let notifier = host(notify.client());
    let (severity, words, help) = match &reason[..] {
        b"rejected" => (
            Severity::Warning,
            "The notifier's policy, or the one who is watched, does not allow it. Subscribing again \
             is of no use.",
            "allow the subscriber to watch this resource, in the notifier's policy",
        ),
        b"noresource" if !is_unsubscribed => (
            Severity::Warning,
            "What was watched does not exist any more. Subscribing again is of no use.",
            "check that the resource that the SUBSCRIBE names exists at the notifier",
        ),
        b"giveup" if !is_unsubscribed => (
            Severity::Warning,
            "The notifier could not obtain authorization in time. The subscriber may try again.",
            "have the one who is watched answer the question whether others may watch",
        ),
        b"probation" if !is_unsubscribed => (
            Severity::Warning,
            "The subscriber is to try again at a later time, after Retry-After where there is one.",
            "look at the notifier for overload or maintenance at that time",
        ),
        b"timeout" if !is_unsubscribed => (
            Severity::Note,
            "It was not refreshed before it expired. From now on the subscriber hears of no change.",
            "look whether the subscriber still runs, and whether its refreshing SUBSCRIBE reached \
             the notifier",
        ),
        // It was to end; or the subscriber is asked to subscribe anew, or need not (§4.1.3).
        _ => return,
    };
    let mut draft = Draft::new(
        severity,
        world.now.max(notify.began().time),
        format!(
            "{notifier} ended the subscription of {}: {}",
            host(notify.server()),
            printable(&reason)
        ),
    )
    .blame(
        if reason == b"timeout" {
            notify.server()
        } else {
            notify.client()
        },
        if reason == b"timeout" {
            Role::Client
        } else {
            Role::Server
        },
    )
    .help(help);
    draft.explanation = words.to_owned();
    let mut proof = world.request_evidence(notify, "");
    if let Some(proof) = &mut proof {
        proof.quote.extend(lines);
    }
    draft.evidence = vec![proof];
    cx.say_of(id, REFUSED, draft);
}

/// The answer that refused a SUBSCRIBE, or a NOTIFY as one of no subscription, at the first hop
/// in view. Challenges, redirections and credentials that were turned down have rules of their own.
fn refusal<'w>(world: &'w World, transaction: &'w Transaction) -> Option<&'w Received> {
    let is_notify = is(transaction, Method::Notify);
    if !is_notify && !is(transaction, Method::Subscribe) {
        return None;
    }
    let answer = transaction.outcome.as_ref()?;
    // The subscription is over then: nobody misses it.
    let was_to_end = transaction.in_dialog && !transaction.kept_lines().is_empty();
    let tells = if is_notify {
        matches!(answer.code, 481 | 489)
    } else {
        answer.code >= 400 && !matches!(answer.code, 401 | 407)
    };
    (tells
        && !was_to_end
        && !(is_notify && is_after_call(world, transaction))
        && transaction.request.is_some()
        && world.parent(transaction).is_none()
        && rejected(world, transaction).is_none())
    .then_some(answer)
}

fn ended(id: TransactionId, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(answer) = world
        .transaction(id)
        .and_then(|transaction| refusal(world, transaction))
    else {
        return;
    };
    let due = answer.at.time + REPAIR;
    if matches!(
        answer.code,
        413 | 415 | 416 | 420 | 421 | 423 | 494 | 500 | 503
    ) {
        cx.set_deadline(due, id, REFUSED);
    } else {
        tell_refusal(id, cx);
    }
}

fn tell_refusal(id: TransactionId, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(request) = world.transaction(id) else {
        return;
    };
    let Some(answer) = refusal(world, request) else {
        return;
    };
    let is_followed = world.of_call(request.call).any(|(other_id, other)| {
        other_id != id
            && is(request, Method::Subscribe)
            && other.method == request.method
            && other.client() == request.client()
            && other.began().time >= answer.at.time
    });
    if cx.said(id).is_some()
        || is_followed
        || is(request, Method::Notify) && is_unsubscribed(world, request)
    {
        return;
    }
    let source = generator(world, request);
    let (client, server) = (host(request.client()), host(source.server()));
    let brief = sipwhy_catalogue::brief(answer.code);
    let code = code_label(answer.code);
    let is_notify = is(request, Method::Notify);
    let title = match (is_notify, request.in_dialog) {
        (true, _) => format!("{server} refused the NOTIFY of {client} with {code}: {brief}"),
        (false, true) => {
            format!("{server} refused to refresh the subscription of {client}: {code}")
        }
        (false, false) => format!("the subscription of {client} was refused with {code}: {brief}"),
    };
    let mut draft = Draft::new(Severity::Warning, world.now.max(answer.at.time), title)
        .blame(source.server(), Role::Server);
    let after = span(answer.at.time.since(request.began().time));
    draft.explanation = match (is_notify, answer.code) {
        (true, 489) => format!(
            "For {server} the event package of this NOTIFY is none that it takes, so what {client} \
             has to say is lost."
        ),
        (true, _) => format!(
            "For {server} there is no such subscription, and {client} has to remove it (RFC 6665 \
             §4.2.2). If {server} still wants it, it has to subscribe anew."
        ),
        (false, 481) => format!(
            "{server} does not know the subscription that was to be refreshed: it restarted, or \
             ended it before. {client} hears of no change until it subscribes anew (RFC 6665 \
             §4.1.2.2)."
        ),
        (false, _) => format!(
            "{server} refused it, {after} after the SUBSCRIBE, and no other of this Call-ID \
             followed. {client} does not hear of what it wanted to watch."
        ),
    };
    if let Some(entry) = sipwhy_catalogue::code(answer.code) {
        draft.help.push(entry.fix.to_owned());
    }
    draft.evidence = vec![
        world.request_evidence(request, ""),
        Some(world.response_evidence(request, answer, "refused")),
    ];
    if !std::ptr::eq(source, request) {
        let first = source.outcome.as_ref();
        draft
            .evidence
            .push(first.map(|first| world.response_evidence(source, first, "generated here")));
    }
    cx.say_of(id, REFUSED, draft);
}

/// A NOTIFY has timed out: its notifier removes the subscription (RFC 6665 §4.2.2).
fn tell_unanswered(id: TransactionId, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(notify) = world.transaction(id) else {
        return;
    };
    let is_passed_on = world.children(notify).next().is_some();
    if notify.first_response.is_some()
        || is_passed_on
        || !notify.kept_lines().is_empty()
        || is_unsubscribed(world, notify)
        || is_after_call(world, notify)
    {
        return;
    }
    let (notifier, subscriber) = (notify.client(), notify.server());
    let mut draft = Draft::new(
        Severity::Warning,
        world.now,
        format!(
            "{} never answered the NOTIFY of {}: the subscription is lost",
            host(subscriber),
            host(notifier)
        ),
    )
    .blame(subscriber, Role::Path);
    draft.explanation = format!(
        "It was sent {} within {}. The notifier removes the subscription then (RFC 6665 §4.2.2), \
         and the subscriber, if it lives, hears of no change until it subscribes anew.",
        times(notify.retransmissions + 1),
        span(TIMEOUT)
    );
    if let Some(loss) = world.losses.touching(notifier, notify.began().time) {
        draft.verdict = Verdict::Inconclusive;
        draft.explanation.push_str(&format!(
            " But {}, so an answer may have been missed.",
            loss.words()
        ));
    } else if !world.vantage.sees_arrivals_at(notifier) {
        draft.verdict = Verdict::Inconclusive;
        draft.severity = Severity::Note;
        draft.explanation.push_str(&format!(
            " But the capture shows no packet at all that went to {notifier}: it may see one \
             direction only."
        ));
    }
    draft.help = vec![
        format!(
            "check that {} runs and listens at the address in its Contact",
            host(subscriber)
        ),
        format!("check the path and the NAT bindings between {notifier} and {subscriber}"),
    ];
    draft.evidence = vec![
        world.request_evidence(notify, "not answered"),
        world.repeat_evidence(notify),
        world.failure_evidence(notify),
    ];
    cx.say_of(id, UNANSWERED, draft);
}
