//! `private-contact`: a Contact that the other side cannot reach.

use sipwhy_packet::Transport;
use sipwhy_parser::{ContactItem, HeaderName, Message};

use crate::annotation::{QuotedLine, Role, Severity};
use crate::ids::TransactionId;
use crate::privacy::private_kind;
use crate::quote;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::words::host;

pub(super) static RULE: PrivateContact = PrivateContact;

static INFO: Info = Info {
    id: "private-contact",
    severity: Severity::Warning,
    summary: "a Contact from a public address names a private one, where nothing can be sent",
    page: include_str!("private-contact.md"),
    references: &["RFC 3261 §8.1.1.8", "RFC 3261 §12.1.1", "RFC 5626 §1"],
};

const TOLD: u8 = 1;

pub(super) struct PrivateContact;

impl Rule for PrivateContact {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Ended]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let Step::Ended {
            transaction,
            message,
            ..
        } = step
        else {
            return;
        };
        judge(*transaction, message, cx);
    }
}

fn judge(id: TransactionId, message: &Message<'_, '_>, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(invite) = world.transaction(id).filter(|it| it.is_invite()) else {
        return;
    };
    let Some(answer) = invite.outcome.as_ref().filter(|it| it.code < 300) else {
        return;
    };
    let server = invite.server();
    if private_kind(server).is_some() || invite.in_dialog || !is_datagram(invite.flow.transport) {
        return;
    }
    // The proxy that Record-Routed takes the requests of the dialog, and may well reach it.
    if message.header(HeaderName::RecordRoute).is_some() {
        return;
    }
    let Some((kind, line)) = private(message) else {
        return;
    };
    let mut draft = Draft::new(
        Severity::Warning,
        answer.at.time,
        format!(
            "{} answers from a public address and gives {kind} in its Contact",
            host(server)
        ),
    )
    .blame(server, Role::Server);
    draft.explanation = format!(
        "The answer has no Record-Route, so the ACK, the BYE and all other requests of the call \
         go straight to that Contact. It means nothing outside of its own network: {} cannot \
         reach it there, and the call is in danger of ending after 32 s.",
        host(invite.client())
    );
    draft.help = vec![
        format!("let {server} give its public address in Contact"),
        "let the proxy beside the callee write the address that it saw into Contact, or \
         Record-Route"
            .to_owned(),
    ];
    let mut proof = world.response_evidence(invite, answer, "");
    proof.quote.push(line);
    draft.evidence = vec![Some(proof)];
    cx.say_of(id, TOLD, draft);
}

/// On a stream requests come back over the connection that is there (RFC 5923, RFC 5626).
const fn is_datagram(transport: Transport) -> bool {
    !transport.is_reliable()
}

/// The private address that a Contact names, as its kind and its line. A flow that is kept open on
/// purpose says so with `ob` (RFC 5626 §4.3).
fn private(message: &Message<'_, '_>) -> Option<(&'static str, QuotedLine)> {
    let contact = message.contacts().next().and_then(ContactItem::address)?;
    let uri = contact.parsed_uri()?;
    if uri.params.contains("ob") || uri.maddr().is_some() {
        return None;
    }
    let kind = private_kind(uri.ip()?)?;
    let header = message.header(HeaderName::Contact)?;
    let label = format!("{kind}, out of reach from outside");
    Some((kind, quote::header(message, &header, &label)))
}
