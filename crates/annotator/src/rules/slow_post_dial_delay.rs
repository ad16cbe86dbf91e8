//! `slow-post-dial-delay`: the caller waited long for the first sign of the far end.

use std::net::IpAddr;
use std::time::Duration;

use crate::annotation::{Role, Severity, Verdict};
use crate::ids::TransactionId;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::transaction::{Received, Transaction};
use crate::words::{span, times};
use crate::world::World;

pub(super) static RULE: SlowPostDialDelay = SlowPostDialDelay;

static INFO: Info = Info {
    id: "slow-post-dial-delay",
    severity: Severity::Warning,
    summary: "the first ringing, answer or failure came only after 8 s",
    page: include_str!("slow-post-dial-delay.md"),
    references: &["RFC 6076 §4.3", "ITU-T E.721 §3", "RFC 3261 §17.2.1"],
};

/// Hops beyond the first that are shown as evidence.
const HOPS_SHOWN: usize = 8;

pub(super) struct SlowPostDialDelay;

impl Rule for SlowPostDialDelay {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Progressed, StepKind::Ended]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let (Step::Progressed(id)
        | Step::Ended {
            transaction: id, ..
        }) = step
        else {
            return;
        };
        signalled(*id, cx);
    }
}

/// The first response that tells the caller something: any but 100 (RFC 6076 §4.3).
fn first_sign(transaction: &Transaction) -> Option<&Received> {
    transaction
        .progress
        .as_ref()
        .or(transaction.outcome.as_ref())
}

fn signalled(id: TransactionId, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(invite) = world.transaction(id) else {
        return;
    };
    let (Some(sent), Some(sign)) = (invite.request, first_sign(invite)) else {
        return;
    };
    let waited = sign.at.time.since(sent.time);
    if waited <= world.config.thresholds.slow_post_dial
        || !invite.is_invite()
        || invite.in_dialog
        || invite.cancelled.is_some()
        || world.parent(invite).is_some()
        // After ringing, the end says nothing new of the wait.
        || (invite.progress.is_some() && invite.outcome.is_some())
        // What asks for another try is no sign of the far end.
        || matches!(sign.code, 300..=399 | 401 | 402 | 407)
        // What was stuck on 100 is told of already, with the whole wait.
        || is_told_as_stuck(cx, invite)
    {
        return;
    }
    let draft = describe(cx.world(), invite, sign, waited);
    cx.say_of(id, 1, draft);
}

fn is_told_as_stuck(cx: &Context<'_>, invite: &Transaction) -> bool {
    let is_told = |hop: &Transaction| cx.is_told_by("stuck-on-trying", hop);
    let world = cx.world();
    is_told(invite)
        || world
            .children(invite)
            .any(|(_, child)| is_told(world.last_hop(child, |next| is_told(next))))
}

fn describe(world: &World, invite: &Transaction, sign: &Received, waited: Duration) -> Draft {
    let what = match sign.code {
        180 => "rang".to_owned(),
        101..=199 => format!("made progress ({})", code_label(sign.code)),
        200..=299 => "was answered".to_owned(),
        code => format!("failed with {}", code_label(code)),
    };
    let limit = span(world.config.thresholds.slow_post_dial);
    let mut draft = Draft::new(
        Severity::Warning,
        sign.at.time,
        format!("the call {what} only after {}", span(waited)),
    );
    let (slow, role, why) = slowest(world, invite, waited);
    draft = draft.blame(slow, role);
    draft.explanation = format!(
        "From the INVITE to the first response that tells the caller anything it took {}; ITU-T \
         E.721 asks for at most {limit}. {why}",
        span(waited)
    );
    if invite.trying.is_none() {
        draft.explanation.push_str(&format!(
            " No 100 Trying came in all that time{}: a server that has nothing better to say \
             within 200 ms must send one.",
            match invite.retransmissions {
                0 => String::new(),
                again => format!(", and the INVITE was sent {}", times(again + 1)),
            }
        ));
        draft
            .help
            .push(format!("let {} send 100 Trying at once", invite.server()));
    }
    draft.help.push(format!(
        "find out what took {slow} so long: routing, DNS, a database, or a next hop it waited for"
    ));
    draft.evidence = vec![
        world.request_evidence(invite, ""),
        world.repeat_evidence(invite),
        Some(world.response_evidence(invite, sign, "the first sign of the far end")),
    ];
    let hops = std::iter::successors(Some(invite), |hop| Some(world.children(hop).next()?.1));
    for hop in hops.skip(1).take(HOPS_SHOWN) {
        draft.evidence.push(world.request_evidence(hop, ""));
        let sign = first_sign(hop).map(|sign| world.response_evidence(hop, sign, ""));
        draft.evidence.push(sign);
    }
    if let Some(loss) = world.losses.touching(invite.client(), invite.began().time) {
        draft.severity = Severity::Note;
        draft.verdict = Verdict::Inconclusive;
        draft.responsible = None;
        draft.explanation.push_str(&format!(
            " But {}, so an earlier sign may have been missed.",
            loss.words()
        ));
    }
    draft
}

/// The hop that took most of the time, as far down as the capture shows.
fn slowest(world: &World, invite: &Transaction, waited: Duration) -> (IpAddr, Role, String) {
    let half = waited / 2;
    let took = |hop: &Transaction| {
        first_sign(hop).map_or(Duration::ZERO, |sign| sign.at.time.since(hop.began().time))
    };
    let last = world.last_hop(invite, |child| took(child) >= half);
    let hop = last.server();
    let Some((_, next)) = world.children(last).next() else {
        let why = format!(
            "{hop} is the last hop in view, and took {}.",
            span(took(last))
        );
        return (hop, Role::Server, why);
    };
    let held = next.began().time.since(last.began().time);
    if held >= half {
        let why = format!(
            "{hop} passed the INVITE on only {} after it came.",
            span(held)
        );
        return (hop, Role::Proxy, why);
    }
    if first_sign(next).is_none() {
        let why = format!(
            "{hop} waited for {}, which gave no answer but 100, if any.",
            next.server()
        );
        return (next.server(), Role::Path, why);
    }
    let why = format!("{hop} had its answer from {} sooner.", next.server());
    (hop, Role::Proxy, why)
}
