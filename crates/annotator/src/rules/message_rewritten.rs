//! `message-rewritten`: something between two SIP hosts changed a message, and left traces.

use std::net::IpAddr;

use sipwhy_content::sdp::{Connection, Origin, Sdp};
use sipwhy_packet::Captured;
use sipwhy_parser::{ContactItem, HeaderName, Message};

use crate::annotation::{Evidence, QuotedLine, Role, Severity};
use crate::described::Described;
use crate::ids::TransactionId;
use crate::quote;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::words::host;

pub(super) static RULE: MessageRewritten = MessageRewritten;

static INFO: Info = Info {
    id: "message-rewritten",
    severity: Severity::Warning,
    summary: "a message was changed in part on its way, as the SIP ALG of a router does",
    page: include_str!("message-rewritten.md"),
    references: &[
        "RFC 3261 §20.14",
        "RFC 3261 §18.3",
        "RFC 2663 §2.9",
        "RFC 4787 §7",
    ],
};

const ADVICE: &str = "switch off the SIP ALG (SIP helper, SIP fixup) of the router or firewall on \
                      the way, and let the server deal with NAT";

const ONE_OF_SEVERAL: &str = "one of its sender's addresses";

pub(super) struct MessageRewritten;

impl Rule for MessageRewritten {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::LengthOff, StepKind::Translated]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            Step::LengthOff {
                transaction,
                message,
                captured,
            } => by_length(*transaction, message, captured, cx),
            Step::Translated {
                transaction,
                message,
                captured,
            } => by_comparison(*transaction, message, captured, cx),
            _ => {}
        }
    }
}

/// An address that the sender of a message gives as its own, and the line that it stands in.
struct Own {
    place: &'static str,
    address: IpAddr,
    line: QuotedLine,
}

/// The Content-Length does not fit, and the sender has several addresses: one of them was put in
/// after the length was counted.
fn by_length(
    id: Option<TransactionId>,
    message: &Message<'_, '_>,
    captured: &Captured<'_>,
    cx: &mut Context<'_>,
) {
    let Described::Sdp(sdp) = Described::by(message, captured) else {
        return;
    };
    let own = addresses(message, sdp);
    let Some((first, other)) = own.first().and_then(|first| {
        let other = own.iter().find(|own| own.address != first.address)?;
        Some((first, other))
    }) else {
        return;
    };
    let flow = captured.flow;
    if !cx.is_news_of(flow.source.ip(), flow.destination) {
        return;
    }
    let says = message.content_length().unwrap_or_default();
    let follow = message.body().len() + message.trailing().len();
    let what = message
        .method()
        .map_or_else(|| "answer".to_owned(), |method| method.to_string());
    let mut draft = Draft::new(
        Severity::Warning,
        captured.time,
        format!(
            "something on the way from {} rewrote its {what}, and not all of it",
            host(flow.source.ip())
        ),
    )
    .blame(flow.source.ip(), Role::Path);
    draft.explanation = format!(
        "Its Content-Length says {says}, and {follow} bytes follow; and its sender has several \
         addresses: {} in {}, {} in {}. Who writes a message counts its body and has one address. \
         So one of them was put in afterwards, and the length not counted anew.",
        first.address, first.place, other.address, other.place
    );
    draft.help = vec![
        ADVICE.to_owned(),
        format!(
            "capture at {} itself, to see what it sends",
            host(flow.source.ip())
        ),
    ];
    let mut lines = vec![quote::plain(message.start_line_bytes())];
    if let Some(length) = message.header(HeaderName::ContentLength) {
        lines.push(quote::header(message, &length, &format!("{follow} follow")));
    }
    lines.extend([first.line.clone(), other.line.clone()]);
    draft.evidence = vec![Some(evidence(captured, lines))];
    match id {
        Some(id) => cx.say_of(id, 1, draft),
        None => cx.say(draft),
    }
}

/// The addresses that the sender of a message gives as its own.
fn addresses(message: &Message<'_, '_>, sdp: Sdp<'_>) -> Vec<Own> {
    let mut own = Vec::new();
    let mut add = |place, address: Option<IpAddr>, line: Option<QuotedLine>| {
        if let (Some(address), Some(line)) = (address.filter(|it| !it.is_unspecified()), line) {
            own.push(Own {
                place,
                address,
                line,
            });
        }
    };
    let quoted = |name| {
        let header = message.header(name)?;
        Some(quote::header(message, &header, ONE_OF_SEVERAL))
    };
    // The topmost Via of a request is its sender's, of a response it is not.
    if message.method().is_some() {
        let via = message.top_via().and_then(sipwhy_parser::Via::ip);
        add("Via", via, quoted(HeaderName::Via));
    }
    let contact = message
        .contacts()
        .next()
        .and_then(ContactItem::address)
        .and_then(|contact| contact.parsed_uri()?.ip());
    add("Contact", contact, quoted(HeaderName::Contact));
    let (body, session) = (sdp.body(), sdp.session());
    let origin = session.origin.and_then(Origin::ip);
    add("o= of its SDP", origin, line_of(body, b"o="));
    let connection = session.connection.and_then(Connection::ip);
    add("c= of its SDP", connection, line_of(body, b"c="));
    own
}

/// The same request on both sides of a NAT, and its session description is another.
fn by_comparison(
    id: TransactionId,
    message: &Message<'_, '_>,
    captured: &Captured<'_>,
    cx: &mut Context<'_>,
) {
    let world = cx.world();
    let Some(transaction) = world.transaction(id) else {
        return;
    };
    let offer = transaction.negotiation().and_then(|it| it.offer.as_ref());
    let Some(before) = offer.filter(|offer| !offer.is_cut) else {
        return;
    };
    let Described::Sdp(sdp) = Described::by(message, captured) else {
        return;
    };
    if sdp.is_cut() {
        return;
    }
    let after = sdp.body();
    if *before.body == *after || cx.said(id).is_some() {
        return;
    }
    let (inner, outer) = (transaction.client(), captured.flow.source.ip());
    let (Some(old), Some(new)) = (changed(&before.body, after), changed(after, &before.body))
    else {
        return;
    };
    let mut draft = Draft::new(
        Severity::Warning,
        captured.time,
        format!(
            "a router on the way rewrote the session description in the {} of {}",
            transaction.method,
            host(inner)
        ),
    )
    .blame(outer, Role::Path);
    draft.explanation = format!(
        "The capture has the request twice, as {} sent it and as it left {}. No SIP hop is between \
         them: the Via is the same. But the description is another: that is the SIP ALG of the \
         router, and where it changes the description and not the Via, it does half of it.",
        host(inner),
        host(outer)
    );
    draft.help = vec![ADVICE.to_owned()];
    let mut sent = world.request_evidence(transaction, "");
    if let Some(sent) = &mut sent {
        sent.quote.push(labelled(old, "as it was sent"));
    }
    let start = quote::plain(message.start_line_bytes());
    let lines = vec![start, labelled(new, "as it came through")];
    draft.evidence = vec![sent, Some(evidence(captured, lines))];
    cx.say_of(id, 1, draft);
}

/// The first line of `one` that `other` does not have.
fn changed<'x>(one: &'x [u8], other: &[u8]) -> Option<&'x [u8]> {
    let lines = |text: &'x [u8]| {
        text.split(|byte| *byte == b'\n')
            .map(<[u8]>::trim_ascii_end)
    };
    let mut others = other
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii_end);
    lines(one).find(|line| others.next() != Some(line))
}

fn labelled(line: &[u8], label: &str) -> QuotedLine {
    quote::marked(line, line, label)
}

/// The first line of a description that begins so.
fn line_of(body: &[u8], start: &[u8]) -> Option<QuotedLine> {
    let mut lines = body.split(|byte| *byte == b'\n');
    let line = lines.find(|line| line.starts_with(start))?;
    Some(labelled(line.trim_ascii_end(), ONE_OF_SEVERAL))
}

fn evidence(captured: &Captured<'_>, quote: Vec<QuotedLine>) -> Evidence {
    Evidence {
        frame: captured.last_frame,
        time: captured.time,
        flow: Some(captured.flow),
        quote,
    }
}
