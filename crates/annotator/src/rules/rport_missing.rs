//! `rport-missing`: a request came through NAT and does not ask for its answers to come back the
//! same way.

use std::net::SocketAddr;

use sipwhy_parser::{HeaderName, Message, Via, printable};

use crate::annotation::{Evidence, Role, Severity};
use crate::ids::TransactionId;
use crate::privacy::private_kind;
use crate::quote;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::words::{host, times};

pub(super) static RULE: RportMissing = RportMissing;

static INFO: Info = Info {
    id: "rport-missing",
    severity: Severity::Note,
    summary: "a request came through NAT without rport, so its answers go to another port",
    page: include_str!("rport-missing.md"),
    references: &["RFC 3581 §3", "RFC 3581 §4", "RFC 3261 §18.2.2"],
};

const MISSING: u8 = 1;
const UNSEEN: u8 = 2;
/// An answer may be lost by accident. The second that has to be repeated is none, and with the
/// third `final-response-unseen` speaks, which this explains.
const REPEATS: u32 = 2;

pub(super) struct RportMissing;

impl Rule for RportMissing {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::AnswersElsewhere, StepKind::FinalRepeated]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            Step::AnswersElsewhere {
                transaction: id,
                message,
            } => sent(*id, message, cx),
            Step::FinalRepeated {
                transaction: id,
                code,
                message,
                ..
            } => repeated(*id, *code, message, cx),
            _ => {}
        }
    }
}

/// A request whose Via names a private address that it did not come from.
fn sent(id: TransactionId, message: &Message<'_, '_>, cx: &mut Context<'_>) {
    let Some((via, flow)) = message.top_via().zip(cx.transaction(id).map(|it| it.flow)) else {
        return;
    };
    let Some(named) = via.ip().filter(|named| *named != flow.source.ip()) else {
        return;
    };
    // One that names a public address is behind a NAT that it was told of, or sends from one of
    // several addresses.
    let Some(kind) = private_kind(named) else {
        return;
    };
    if !cx.is_news_of(flow.source.ip(), flow.destination) {
        return;
    }
    let Some(transaction) = cx.transaction(id) else {
        return;
    };
    let client = flow.source.ip();
    let mut draft = Draft::new(
        Severity::Note,
        transaction.began().time,
        format!(
            "{} sends from another address than its Via names, without rport",
            host(client)
        ),
    )
    .blame(client, Role::Client);
    draft.explanation = format!(
        "The Via of its {} names {}, {kind}; it came from {}, so through NAT, or from a host with \
         several addresses.{} A host that knows nothing of its NAT has to add rport to its Via, so \
         that answers come back by the way that the NAT keeps open for it. It is told once of the \
         two hosts.",
        transaction.method,
        sent_by(&via),
        flow.source,
        consequence(&via, flow.source)
    );
    draft.help = vec![
        format!("let {} add rport to its Via (RFC 3581)", host(client)),
        format!(
            "or let {} answer as if it had (Kamailio force_rport(), Asterisk force_rport=yes)",
            host(flow.destination.ip())
        ),
    ];
    let evidence = cx.world().request_evidence(transaction, "");
    draft.evidence = vec![evidence.map(|it| with_via(it, message, &flow.source))];
    cx.say_of(id, MISSING, draft);
}

fn consequence(via: &Via<'_>, source: SocketAddr) -> String {
    let port = via.port.unwrap_or(5060);
    if port == source.port() {
        format!(
            " Answers go to port {port} there, and arrive only because the NAT has left the port \
             as it was, which it need not do the next time."
        )
    } else {
        format!(
            " Answers have to go to port {port} there, where the NAT knows of nobody, unless the \
             server does as if rport had been asked for."
        )
    }
}

/// An answer that was sent again, to another port than the one that the request came from.
fn repeated(id: TransactionId, code: u16, message: &Message<'_, '_>, cx: &mut Context<'_>) {
    let Some(request) = cx.transaction(id).filter(|it| it.answers_elsewhere) else {
        return;
    };
    let Some(answer) = &request.outcome else {
        return;
    };
    let went_back = request.is_answered_where_it_came_from();
    let is_accept = request.is_invite() && code < 300;
    let is_asked_for = request.is_invite() || request.last_sent.time > answer.at.time;
    if went_back
        || is_accept
        || !is_asked_for
        || request.outcome_repeats < REPEATS
        || request.acked.is_some()
        || request.request.is_none()
        || cx.said(id).is_some_and(|said| said.stage == UNSEEN)
    {
        return;
    }
    let Some(via) = message.top_via() else {
        return;
    };
    let (client, server) = (request.client(), request.server());
    let port = via.port.unwrap_or(5060);
    let mut draft = Draft::new(
        Severity::Warning,
        cx.world().now,
        format!(
            "{} asks without rport, and the {} does not get through to it",
            host(client),
            code_label(answer.code)
        ),
    )
    .blame(client, Role::Client);
    draft.explanation = format!(
        "Its {} came from {}, and its Via names {} without rport. So {} answered to port {port}, \
         {} by now, and nothing shows that an answer arrived. A NAT or a firewall lets in only \
         what comes to the port that the request was sent from.",
        request.method,
        request.flow.source,
        sent_by(&via),
        host(server),
        times(request.outcome_repeats + 1)
    );
    draft.help = vec![
        format!("let {} add rport to its Via (RFC 3581)", host(client)),
        format!(
            "or let {} answer as if it had (Kamailio force_rport(), Asterisk force_rport=yes)",
            host(server)
        ),
        format!(
            "if {} really listens at port {port}, open the way to it",
            host(client)
        ),
    ];
    let label = format!("sent {}", times(request.outcome_repeats + 1));
    let evidence = cx.world().response_evidence(request, answer, &label);
    let source = request.flow.source;
    draft.evidence = vec![
        cx.world().request_evidence(request, ""),
        Some(with_via(evidence, message, &source)),
    ];
    cx.say_of(id, UNSEEN, draft);
}

fn sent_by(via: &Via<'_>) -> String {
    printable(via.sent_by).into_owned()
}

fn with_via(mut evidence: Evidence, message: &Message<'_, '_>, source: &SocketAddr) -> Evidence {
    if let Some(line) = message.header(HeaderName::Via) {
        let label = format!("the request came from {source}, and there is no rport");
        evidence.quote.push(quote::header(message, &line, &label));
    }
    evidence
}
