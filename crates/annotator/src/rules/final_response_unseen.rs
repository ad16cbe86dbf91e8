//! `final-response-unseen`: an answer is repeated because it does not reach its client.

use std::net::IpAddr;

use sipwhy_parser::Message;

use crate::annotation::{Evidence, Role, Severity, Verdict};
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::transaction::{AckApart, Received, Transaction};
use crate::words::{host, times};
use crate::world::World;

pub(super) static RULE: FinalResponseUnseen = FinalResponseUnseen;

static INFO: Info = Info {
    id: "final-response-unseen",
    severity: Severity::Warning,
    summary: "a request was answered, but the answer does not reach the one who asked",
    page: include_str!("final-response-unseen.md"),
    references: &[
        "RFC 3261 §17.1.1.3",
        "RFC 3261 §17.2.1",
        "RFC 3261 §18.2.2",
        "RFC 3581 §4",
    ],
};

const TOLD: u8 = 1;
/// One answer is lost now and then. The third that does not get through is no accident.
const REPEATS: u32 = 3;

pub(super) struct FinalResponseUnseen;

impl Rule for FinalResponseUnseen {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn caused_by(&self) -> &'static [&'static str] {
        &["rport-missing"]
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::FinalRepeated]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let Step::FinalRepeated {
            transaction: id,
            code,
            message,
            ..
        } = step
        else {
            return;
        };
        let world = cx.world();
        let Some(request) = world.transaction(*id) else {
            return;
        };
        let Some(answer) = request.outcome.as_ref() else {
            return;
        };
        // A 2xx to an INVITE is repeated end to end, for want of its own ACK.
        let is_accept = request.is_invite() && *code < 300;
        if is_accept
            || request.outcome_repeats < REPEATS
            || request.acked.is_some()
            || cx.said(*id).is_some()
            || !is_asked_for(request, answer)
        {
            return;
        }
        let apart = request.notes.as_ref().and_then(|it| it.ack_apart.as_ref());
        let draft = match apart {
            Some(ack) => describe_apart(world, request, answer, ack),
            None => describe(world, request, answer, message),
        };
        cx.say_of(*id, TOLD, draft);
    }
}

/// Whether it shows that the client has no answer: no ACK to a failed INVITE, or the request came
/// again after the answer.
fn is_asked_for(request: &Transaction, answer: &Received) -> bool {
    request.is_invite() || request.last_sent.time > answer.at.time
}

fn describe(
    world: &World,
    request: &Transaction,
    answer: &Received,
    message: &Message<'_, '_>,
) -> Draft {
    let (client, server) = (request.client(), request.server());
    let method = &request.method;
    let mut draft = Draft::new(
        Severity::Warning,
        world.now,
        format!(
            "the {} that {} sends does not reach {}",
            code_label(answer.code),
            host(server),
            host(client)
        ),
    )
    .blame(client, Role::Path);
    draft.explanation = if request.is_invite() {
        format!(
            "{server} sent it {} and no ACK came, which {client} would send for each one that \
             arrives.",
            times(request.outcome_repeats + 1)
        )
    } else {
        format!(
            "{client} asked again after the answer had been sent, and {server} sent it {}.",
            times(request.outcome_repeats + 1)
        )
    };
    explain_way(message, request, &mut draft);
    if request.last_sent.time > answer.at.time && request.is_invite() {
        draft.explanation.push_str(&format!(
            " {client} still repeats its {method}, so it has no answer."
        ));
    }
    if request.request.is_none() {
        draft.verdict = Verdict::Inconclusive;
        draft.severity = Severity::Note;
        draft.responsible = None;
        draft.explanation.push_str(&format!(
            " But the capture shows nothing that {client} sends: the ACK may merely be out of \
             sight."
        ));
    } else if let Some(loss) = world.losses.touching(client, answer.at.time) {
        draft.verdict = Verdict::Inconclusive;
        draft.explanation.push_str(&format!(
            " But {}, so an ACK may have been missed.",
            loss.words()
        ));
    }
    draft.help.push(format!(
        "check firewalls and NAT between {server} and {client} for the way back"
    ));
    draft.help.push(format!(
        "capture at {client}: see whether the answer arrives, and at which port"
    ));
    draft.evidence = vec![
        world.request_evidence(request, ""),
        world.repeat_evidence(request),
        Some(world.response_evidence(
            request,
            answer,
            &format!("sent {}", times(request.outcome_repeats + 1)),
        )),
    ];
    draft
}

/// The client did get the answer, and its ACK is of no use to the server.
fn describe_apart(
    world: &World,
    request: &Transaction,
    answer: &Received,
    ack: &AckApart,
) -> Draft {
    let (client, server) = (request.client(), request.server());
    let sent = times(request.outcome_repeats + 1);
    let mut draft = Draft::new(
        Severity::Warning,
        world.now,
        format!(
            "{} acknowledges the {} under another branch, so {} goes on sending it",
            host(client),
            code_label(answer.code),
            host(server)
        ),
    )
    .blame(client, Role::Client)
    .help(format!(
        "update {client}, or report it: its ACK to a 3xx to 6xx has to carry the topmost Via of \
         the INVITE unchanged"
    ))
    .help(format!(
        "if a device between {client} and {server} writes the Via, let it treat ACK and INVITE alike"
    ));
    draft.explanation = format!(
        "An ACK to an INVITE that failed belongs to the INVITE's own transaction, and its branch \
         says so. The one that {client} sent has another: to {server} it is an ACK to \
         something else, so it sent the answer {sent}."
    );
    draft.evidence = vec![
        world.request_evidence(request, ""),
        Some(world.response_evidence(request, answer, &format!("sent {sent}"))),
        Some(Evidence {
            frame: ack.at.frame(),
            time: ack.at.time,
            flow: Some(request.flow),
            quote: ack.quote.clone(),
        }),
    ];
    draft
}

/// Compares where the answer went with where the request came from and with what its Via says.
fn explain_way(message: &Message<'_, '_>, request: &Transaction, draft: &mut Draft) {
    let Some(via) = message.top_via() else {
        return;
    };
    let source = request.flow.source;
    let named: Option<IpAddr> = via.ip();
    let port = via.port.unwrap_or(5060);
    let went_back = request.is_answered_where_it_came_from();
    if !went_back
        && via.rport().is_none()
        && (named.is_some_and(|it| it != source.ip()) || port != source.port())
    {
        draft.explanation.push_str(&format!(
            " The Via of the request names {}:{port}, but it came from {source}, and without \
             rport the answer has to go to the port in the Via: through a NAT that is a closed \
             door.",
            sipwhy_parser::printable(via.host)
        ));
        draft.help.insert(
            0,
            format!(
                "let {} add rport to its Via (RFC 3581), or let {} answer as if it had \
                 (Kamailio force_rport(), Asterisk force_rport=yes)",
                request.client(),
                request.server()
            ),
        );
    } else {
        draft.explanation.push_str(&format!(
            " The answer goes to {source}, where the request came from, as it should."
        ));
    }
}
