//! `private-media-address`: a host on a public address wants its media at a private one.

use std::net::IpAddr;

use sipwhy_content::sdp::{Outcome, Stream};

use crate::annotation::Severity;
use crate::negotiation::{Exchange, Side};
use crate::privacy::private_kind;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::words::host;

pub(super) static RULE: PrivateMediaAddress = PrivateMediaAddress;

static INFO: Info = Info {
    id: "private-media-address",
    severity: Severity::Warning,
    summary: "SDP from a public address names a private one for the media",
    page: include_str!("private-media-address.md"),
    references: &["RFC 1918 §3", "RFC 6598 §1", "RFC 8445 §2"],
};

pub(super) struct PrivateMediaAddress;

impl Rule for PrivateMediaAddress {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Negotiated]
    }

    fn minds(&self, exchange: &Exchange<'_>) -> bool {
        let sides = [&exchange.offer, &exchange.answer];
        sides
            .into_iter()
            .any(|side| private_stream(exchange, side).is_some())
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        if let Step::Negotiated(exchange) = step {
            judge(exchange, cx);
        }
    }
}

fn judge(exchange: &Exchange<'_>, cx: &mut Context<'_>) {
    let id = exchange.transaction;
    let world = cx.world();
    let Some(transaction) = world.transaction(id).filter(|it| !it.in_dialog) else {
        return;
    };
    // What matters is the description that reaches its receiver: of the offer, on the last hop in
    // view, of the answer, on the first. (Of a late offer it is the other way round.)
    let is_late = matches!(exchange.offer.carrier, crate::Carrier::Response(_));
    let is_first = world.parent(transaction).is_none();
    let is_last = world.children(transaction).next().is_none();
    let (offer_arrives, answer_arrives) = if is_late {
        (is_first, is_last)
    } else {
        (is_last, is_first)
    };
    let offer = private_stream(exchange, &exchange.offer);
    let answer = private_stream(exchange, &exchange.answer);
    if answer.is_some() && !answer_arrives {
        // It may be passed back as it is: then the exchange is shown again on the hop before.
        cx.look_again(id);
    }
    let offer = offer.filter(|_| offer_arrives);
    let answer = answer.filter(|_| answer_arrives);
    let (side, (stream, address)) = match (offer, answer) {
        (Some(found), _) => (&exchange.offer, found),
        (None, Some(found)) => (&exchange.answer, found),
        (None, None) => return,
    };
    if cx.has_told(id) {
        return;
    }
    let (sender, role) = side.sender();
    let receiver = host(side.flow.destination.ip());
    let title = format!(
        "{} asks for media at {address}, which is private: {receiver} cannot send there",
        host(sender)
    );
    let mut draft = Draft::new(Severity::Warning, exchange.answer.at.time, title)
        .blame(sender, role)
        .help("let the client learn its public address (STUN, ICE), or the proxy beside it relay the media")
        .help("switch off a SIP ALG that rewrites one part of the message and not the other");
    draft.explanation = format!(
        "The SIP message came from the public address {}, its SDP names {address}. Audio to that \
         side is lost, unless {receiver} sends to where that side's own packets come from, as \
         session border controllers and many PBXs can. Neither end offers ICE to both.",
        host(sender)
    );
    let line = stream.connection.and_then(|connection| {
        side.line_at(
            connection.address.span(),
            "private, not to be reached from outside",
        )
    });
    draft.evidence = vec![side.evidence(line.into_iter().collect())];
    if !std::ptr::eq(side, &exchange.answer) {
        draft.evidence.push(
            exchange
                .answer
                .evidence(exchange.answer.stream_lines("accepted")),
        );
    }
    cx.say_of(id, 1, draft);
}

/// The first stream in use that its sender, on a public address, wants at a private one.
fn private_stream<'e, 'x>(
    exchange: &Exchange<'x>,
    side: &'e Side<'x>,
) -> Option<(&'e Stream<'x>, IpAddr)> {
    if private_kind(side.flow.source.ip()).is_some() {
        return None;
    }
    let has_ice = |session: &sipwhy_content::sdp::Session<'_>, place: usize| {
        let stream = session.streams.get(place);
        stream.is_some_and(|stream| stream.ice.is_offered())
    };
    side.session
        .streams
        .iter()
        .enumerate()
        .find_map(|(place, stream)| {
            let outcome = exchange.agreement.streams.get(place)?.outcome;
            let by_ice =
                has_ice(&exchange.offer.session, place) && has_ice(&exchange.answer.session, place);
            let address = stream.connection?.ip()?;
            let is_used = matches!(outcome, Outcome::Accepted | Outcome::Unknown)
                && stream.direction.receives();
            (is_used && !by_ice && private_kind(address).is_some()).then_some((stream, address))
        })
}
