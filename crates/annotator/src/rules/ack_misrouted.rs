//! `ack-misrouted`: the ACK to an answer was sent elsewhere than the answer says.

use crate::annotation::{Evidence, Role, Severity};
use crate::call::{Dialog, HopAck};
use crate::config::T1;
use crate::course::Course;
use crate::names::Names;
use crate::quote;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::target::{Difference, Reach};
use crate::transaction::Transaction;
use crate::words::{destination, host, times};
use crate::world::World;

pub(super) static RULE: AckMisrouted = AckMisrouted;

static INFO: Info = Info {
    id: "ack-misrouted",
    severity: Severity::Error,
    summary: "the ACK to an answer went elsewhere than the answer says, and the answer is repeated",
    page: include_str!("ack-misrouted.md"),
    references: &[
        "RFC 3261 §13.2.2.4",
        "RFC 3261 §12.2.1.1",
        "RFC 3261 §12.1.2",
    ],
};

pub(super) struct AckMisrouted;

impl Rule for AckMisrouted {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn caused_by(&self) -> &'static [&'static str] {
        &["route-set-ignored"]
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::FinalRepeated]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let Step::FinalRepeated {
            transaction: id,
            code: code @ 200..=299,
            at,
            message,
        } = step
        else {
            return;
        };
        let world = cx.world();
        let Some(invite) = world.transaction(*id).filter(|invite| {
            invite.is_invite()
                && invite.vias == 1
                && !invite.in_dialog
                && invite.request.is_some()
                && invite.cancelled.is_none()
        }) else {
            return;
        };
        // Where more than one end answered, `forked-answers` tells what became of each.
        let is_alone = world
            .call(invite.call)
            .is_some_and(|call| call.dialogs.len() == 1);
        let Some(dialog) = world.dialog_of(invite.call, message).filter(|_| is_alone) else {
            return;
        };
        let Some((ack, fault)) = astray(world, invite, dialog) else {
            return;
        };
        // One that crossed the answer, or was lost once, shows in less.
        if at.time.since(ack.at.time) < T1 || cx.said(*id).is_some() {
            return;
        }
        let Some(draft) = describe(world, invite, ack, fault, (*code, at.time)) else {
            return;
        };
        cx.say_of(*id, 1, draft);
    }
}

/// Where an ACK and the answer differ.
#[derive(Clone, Copy)]
enum Fault {
    /// It went to another place.
    Place(Difference),
    /// Its Request-URI names another.
    RequestUri,
}

/// The caller's first ACK to this answer, where it and all others went astray.
fn astray<'w>(
    world: &World,
    invite: &Transaction,
    dialog: &'w Dialog,
) -> Option<(&'w HopAck, Fault)> {
    let course = invite.course()?;
    let callee = world.transaction(dialog.invite)?.server();
    // What has arrived is repeated for another reason.
    if dialog.is_acked_at(callee) {
        return None;
    }
    let sent_by_caller = |ack: &&HopAck| ack.flow.source.ip() == invite.client();
    let mut first = None;
    for ack in dialog.acks.iter().filter(sent_by_caller) {
        let fault = fault_of(course, ack, &world.names)?;
        first.get_or_insert((ack, fault));
    }
    first
}

fn fault_of(course: &Course, ack: &HopAck, names: &Names) -> Option<Fault> {
    match course.next_hop()?.reached_by(&ack.flow, names) {
        Reach::No(difference) => return Some(Fault::Place(difference)),
        Reach::NameUnknown => return None,
        Reach::Yes => {}
    }
    // To a strict router the Request-URI is the router's own.
    let wanted = match &course.route {
        Some(router) if course.is_strict => router,
        _ => course.contact.as_ref()?,
    };
    (!wanted.is_named_by(&ack.uri)).then_some(Fault::RequestUri)
}

fn describe(
    world: &World,
    invite: &Transaction,
    ack: &HopAck,
    fault: Fault,
    (code, now): (u16, sipwhy_packet::Timestamp),
) -> Option<Draft> {
    let course = invite.course()?;
    let next = course.next_hop()?;
    let header = course.header_name();
    let client = host(invite.client());
    let answer = code_label(code);
    let uri = quote::shorten(&sipwhy_parser::printable(&ack.uri));
    let (title, why, label) = match fault {
        Fault::Place(difference) => (
            format!(
                "{client} sent its ACK to {}, but the answer leads to {}",
                destination(&ack.flow),
                next.text
            ),
            format!(
                "The {header} of the {answer} says where the ACK has to go, and it went to {}.",
                match difference {
                    Difference::Host => "another host",
                    Difference::Port => "the right host, at another port",
                    Difference::Transport => "the right host, over another transport",
                }
            ),
            "where the ACK has to go",
        ),
        Fault::RequestUri => {
            let contact = course.contact.as_ref().map_or("", |contact| &contact.text);
            (
                format!(
                    "{client} sent its ACK with {uri} as Request-URI, which is not the Contact"
                ),
                format!(
                    "The Request-URI of an ACK to a 2xx is the Contact of the {answer}, {contact}. \
                     With another, the proxies on the way do not find the far end, or send it \
                     somewhere else."
                ),
                "the way, but the Request-URI is wrong",
            )
        }
    };
    let mut draft = Draft::new(Severity::Error, now, title).blame(invite.client(), Role::Client);
    draft.explanation = format!(
        "{why} The {answer} was repeated {} and still is, so the ACK does not arrive. After 32 s \
         the callee ends the call.",
        times(invite.outcome_repeats)
    );
    draft.help = vec![
        format!(
            "let {client} build the ACK as any request within the call: Request-URI from Contact, \
             Route from Record-Route (RFC 3261 §13.2.2.4)"
        ),
        format!(
            "if {client} does so, look what rewrites Contact or Record-Route between the two \
             (SIP ALG, a proxy's NAT handling)"
        ),
    ];
    let first = invite.outcome.as_ref()?;
    let mut proof = world.response_evidence(invite, first, "");
    proof.quote.extend(course.line(label));
    let line = [b"ACK ", &ack.uri[..], b" SIP/2.0"].concat();
    let quoted = match fault {
        Fault::RequestUri => quote::marked(&line, line.get(4..4 + ack.uri.len())?, "not Contact"),
        Fault::Place(_) => quote::plain(&line),
    };
    let sent = Evidence {
        frame: ack.at.frame(),
        time: ack.at.time,
        flow: Some(ack.flow),
        quote: vec![quoted],
    };
    draft.evidence = vec![Some(proof), Some(sent)];
    Some(draft)
}
