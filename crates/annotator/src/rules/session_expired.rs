//! `session-expired`: a call was ended because its session was not refreshed.

use std::net::IpAddr;
use std::time::Duration;

use sipwhy_parser::{HeaderName, Message, Reason, printable};

use crate::annotation::{Evidence, Role, Severity, Verdict};
use crate::config::TIMEOUT;
use crate::ids::TransactionId;
use crate::quote;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::session_timer::{Refresh, SessionTimer};
use crate::transaction::Transaction;
use crate::words::{capitalized, host, span, with_article};
use crate::world::World;

pub(super) static RULE: SessionExpired = SessionExpired;

static INFO: Info = Info {
    id: "session-expired",
    severity: Severity::Error,
    summary: "a call was ended because its session was not refreshed in time",
    page: include_str!("session-expired.md"),
    references: &["RFC 4028 §7.4", "RFC 4028 §9", "RFC 4028 §10"],
};

const TOLD: u8 = 1;

pub(super) struct SessionExpired;

impl Rule for SessionExpired {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn caused_by(&self) -> &'static [&'static str] {
        &[
            "in-dialog-rejected",
            "route-set-ignored",
            "transport-failed",
            "no-response",
        ]
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::TimedRelease]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let Step::TimedRelease {
            transaction,
            timer,
            by_caller,
            message,
        } = step
        else {
            return;
        };
        let draft = judge(*transaction, timer, *by_caller, message, cx.world());
        if let Some(draft) = draft {
            cx.say_of(*transaction, TOLD, draft);
        }
    }
}

/// What became of the newest try to refresh a session, if it came to nothing.
#[derive(Clone, Copy)]
enum Lack {
    /// There was none.
    Untried,
    /// It was so late that its answer may yet have come, or was not captured.
    Open(Refresh),
    /// It was refused.
    Refused(Refresh, u16, IpAddr),
    /// It was not answered.
    Unanswered(Refresh),
}

fn judge(
    id: TransactionId,
    timer: &SessionTimer,
    by_caller: bool,
    message: &Message<'_, '_>,
    world: &World,
) -> Option<Draft> {
    let bye = world.transaction(id)?;
    let now = bye.began().time;
    let slack = world.config.thresholds.session_slack;
    let (age, due) = (timer.age(now), timer.release_due());
    let is_refreshers = timer.is_callers == Some(by_caller);
    let lack = lack(timer, now.since(timer.agreed.time), slack);
    let reason = message.reasons().find(names_a_cause);
    let is_at_end = age + slack >= due && age <= timer.interval + slack;
    // Whoever does not refresh waits for it until the end; whoever does gives up with the try.
    let ends_session = match lack {
        Lack::Untried | Lack::Open(_) => is_at_end && !is_refreshers,
        Lack::Refused(tried, 408 | 481, _) | Lack::Unanswered(tried) => {
            is_at_end || tried.by_caller == by_caller && is_given_up(&tried, now, slack, timer)
        }
        Lack::Refused(..) => is_at_end,
    };
    let says_otherwise = reason.is_some_and(|reason| !is_of_timer(&reason));
    if !ends_session || says_otherwise {
        return None;
    }
    let near = |moment: Duration| age.abs_diff(moment) <= slack;
    let is_on_time = near(due) || near(timer.interval) || reason.is_some();
    let mut draft = describe(world, bye, timer, lack);
    if let Some(doubt) = doubt(world, bye, timer, lack, is_on_time) {
        draft.verdict = Verdict::Inconclusive;
        draft.severity = Severity::Warning;
        draft.explanation.push_str(&format!(" But {doubt}."));
    }
    let mut sent = world.request_evidence(bye, "");
    if let (Some(reason), Some(line)) = (reason, message.header(HeaderName::Reason)) {
        draft.explanation.push_str(&format!(
            " Its BYE says so: {}.",
            quote::shorten(&printable(reason.text.unwrap_or(line.value)))
        ));
        if let Some(sent) = &mut sent {
            let line = quote::header(message, &line, "why it hung up");
            sent.quote.push(line);
        }
    }
    draft.evidence.push(sent);
    Some(draft)
}

/// What became of the try to refresh by whoever has to, or by anybody where that is not said.
fn lack(timer: &SessionTimer, age: Duration, slack: Duration) -> Lack {
    let tried = timer.tried.filter(|tried| {
        timer
            .is_callers
            .is_none_or(|is_callers| is_callers == tried.by_caller)
    });
    let Some(tried) = tried else {
        return Lack::Untried;
    };
    let waited = age.saturating_sub(tried.at.time.since(timer.agreed.time));
    match tried.refusal {
        Some((answer, server)) => Lack::Refused(tried, answer.code, server),
        None if waited + slack >= TIMEOUT => Lack::Unanswered(tried),
        None => Lack::Open(tried),
    }
}

/// Whether a try that was lost made its sender hang up at once (RFC 4028 §10): one that was due by
/// then, and no other change of the call.
fn is_given_up(
    tried: &Refresh,
    now: sipwhy_packet::Timestamp,
    slack: Duration,
    timer: &SessionTimer,
) -> bool {
    let lost = tried
        .refusal
        .map_or(tried.at.time + TIMEOUT, |(answer, _)| answer.at.time);
    timer.age(tried.at.time) + slack >= timer.interval / 2 && now.since(lost) <= slack
}

/// Whether a Reason names a cause, and not only a protocol.
fn names_a_cause(reason: &Reason<'_>) -> bool {
    reason.cause.is_some() || reason.text.is_some()
}

/// Whether a Reason may stand for a session that ran out: 408, recovery on timer expiry (ITU-T
/// Q.850 cause 102), or words to that effect.
fn is_of_timer(reason: &Reason<'_>) -> bool {
    let is = |name: &str| reason.protocol.eq_ignore_ascii_case(name.as_bytes());
    let text = reason.text.unwrap_or_default().to_ascii_lowercase();
    let says = |word: &[u8]| text.windows(word.len()).any(|part| part == word);
    is("Q.850") && reason.cause == Some(102)
        || is("SIP") && matches!(reason.cause, Some(408 | 481))
        || says(b"timer")
        || says(b"session") && (says(b"expire") || says(b"timeout") || says(b"timed out"))
}

fn describe(world: &World, bye: &Transaction, timer: &SessionTimer, lack: Lack) -> Draft {
    let now = bye.began().time;
    let quitter = host(bye.client());
    let refresher = timer.is_callers.map(|is_callers| timer.host_of(is_callers));
    let title = match (lack, refresher) {
        (Lack::Untried | Lack::Open(_), Some(refresher)) => format!(
            "the session expired: {} did not refresh it, and {quitter} hung up",
            host(refresher)
        ),
        (Lack::Untried | Lack::Open(_), None) => {
            format!("the session expired: nobody refreshed it, and {quitter} hung up")
        }
        (Lack::Refused(_, code, server), _) => format!(
            "the session expired: {} refused to refresh it with {}",
            host(server),
            code_label(code)
        ),
        (Lack::Unanswered(tried), _) => format!(
            "the session expired: {} did not answer the {} that was to refresh it",
            host(tried.flow.destination.ip()),
            tried.method()
        ),
    };
    let mut draft = Draft::new(Severity::Error, world.now.max(now), title);
    let role = |address: IpAddr, role: Role| {
        if world.is_proxy(address) {
            Role::Proxy
        } else {
            role
        }
    };
    let blamed = match lack {
        Lack::Untried | Lack::Open(_) => {
            refresher.map(|address| (address, role(address, Role::Client)))
        }
        Lack::Refused(_, _, server) => Some((server, role(server, Role::Server))),
        Lack::Unanswered(tried) => Some((tried.flow.destination.ip(), Role::Path)),
    };
    if let Some((address, role)) = blamed {
        draft = draft.blame(address, role);
    }
    draft.explanation = explain(timer, lack, refresher, now, &quitter);
    draft.help = remedies(timer, lack, refresher);
    draft.evidence = vec![Some(timer.evidence())];
    if let Lack::Refused(tried, ..) | Lack::Unanswered(tried) | Lack::Open(tried) = lack {
        draft.evidence.extend(refresh_evidence(world, &tried));
    }
    draft
}

fn explain(
    timer: &SessionTimer,
    lack: Lack,
    refresher: Option<IpAddr>,
    now: sipwhy_packet::Timestamp,
    quitter: &str,
) -> String {
    let interval = timer.interval.as_secs();
    let who = match refresher {
        Some(refresher) => format!("which {} had to refresh in that time", host(refresher)),
        None => "and not on who was to refresh it".to_owned(),
    };
    let age = span(timer.age(now));
    let mut text = format!("The two had agreed on a session of {interval} s, {who}.");
    text.push_str(&match lack {
        Lack::Untried | Lack::Open(_) => format!(
            " Since then no INVITE or UPDATE succeeded, and {age} after the agreement {quitter} \
             sent its BYE. Who waits for a refresh in vain hangs up after {} s of {interval} \
             (RFC 4028 §10).",
            timer.release_due().as_secs()
        ),
        Lack::Refused(tried, code, _) => format!(
            " The {} that was to refresh it was refused with {code}, {} after the agreement, and \
             {quitter} sent its BYE {} later.",
            tried.method(),
            span(timer.age(tried.at.time)),
            span(now.since(tried.at.time))
        ),
        Lack::Unanswered(tried) => format!(
            " {} that was to refresh it, {} after the agreement, was not answered, and {quitter} \
             sent its BYE {} later.",
            capitalized(&with_article(tried.method())),
            span(timer.age(tried.at.time)),
            span(now.since(tried.at.time))
        ),
    });
    text
}

fn remedies(timer: &SessionTimer, lack: Lack, refresher: Option<IpAddr>) -> Vec<String> {
    let half = timer.interval.as_secs() / 2;
    match (lack, refresher) {
        (Lack::Untried | Lack::Open(_), Some(refresher)) => vec![
            format!(
                "see why {} sends no re-INVITE or UPDATE after about {half} s: it took the part of \
                 the refresher (the parameter refresher of Session-Expires)",
                host(refresher)
            ),
            "or let the other side refresh, or do without session timers".to_owned(),
        ],
        (Lack::Untried | Lack::Open(_), None) => vec![
            "have whoever answers say who refreshes: RFC 4028 §9 wants refresher in the 2xx"
                .to_owned(),
        ],
        (Lack::Refused(_, code, server), _) => vec![
            format!(
                "see in the log of {} why it refused the refresh",
                host(server)
            ),
            format!("sipwhy explain {code} tells more about the code"),
        ],
        (Lack::Unanswered(tried), _) => vec![
            format!(
                "check the way to {} within a call: Contact, Record-Route, NAT bindings that ran \
                 out since the call began",
                host(tried.flow.destination.ip())
            ),
            "try a refresh by re-INVITE where UPDATE gets no answer".to_owned(),
        ],
    }
}

/// The try to refresh, and the answer that refused it.
fn refresh_evidence(world: &World, tried: &Refresh) -> Vec<Option<Evidence>> {
    let request = world.transaction(tried.transaction);
    let sent = request.and_then(|request| world.request_evidence(request, "was to refresh"));
    let sent = sent.unwrap_or_else(|| {
        world.said_evidence(tried.at, Some(tried.flow), tried.method().to_owned())
    });
    let refused = tried.refusal.map(|(answer, _)| {
        let flow = Some(tried.flow.reversed());
        world.said_evidence(
            answer.at,
            flow,
            format!("SIP/2.0 {}", code_label(answer.code)),
        )
    });
    vec![Some(sent), refused]
}

/// Why the capture cannot tell for certain.
fn doubt(
    world: &World,
    bye: &Transaction,
    timer: &SessionTimer,
    lack: Lack,
    is_on_time: bool,
) -> Option<String> {
    let quitter = bye.client();
    let loss = world.losses.touching(quitter, timer.agreed.time);
    if let Some(loss) = loss {
        return Some(format!(
            "{}, so a refresh may have been missed",
            loss.words()
        ));
    }
    if !world.vantage.sees_arrivals_at(quitter) {
        return Some(format!(
            "the capture shows no packet at all that went to {}: it may see one direction only",
            host(quitter)
        ));
    }
    if let Lack::Open(tried) = lack {
        return Some(format!(
            "{} had been sent {} before, and its answer is not in the capture",
            with_article(tried.method()),
            span(bye.began().time.since(tried.at.time))
        ));
    }
    if timer.is_callers.is_none() {
        return Some(
            "the 2xx does not say who refreshes, so that some other cause is possible".to_owned(),
        );
    }
    (matches!(lack, Lack::Untried) && !is_on_time).then(|| {
        "it did not come at one of the two moments at which devices do so, so that a person may \
         have hung up"
            .to_owned()
    })
}
