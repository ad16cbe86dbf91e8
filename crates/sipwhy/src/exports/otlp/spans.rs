//! Calls, transactions and findings as spans and their events.

use sipwhy_annotator::{Annotation, EndedCall, EndedTransaction, Severity, State, Transaction};
use sipwhy_packet::{Flow, Timestamp, Transport};
use sipwhy_parser::printable;

use super::ids::{span_id, trace_id};
use super::model::{Attributes, CLIENT, Event, INTERNAL, Link, Span, Status};

/// What identifies a span among all.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) trace: String,
    pub(super) span: String,
}

impl Place {
    /// The span of a call that began then.
    pub(super) fn of_call(instance: &str, call_id: &[u8], began: Timestamp) -> Self {
        Self {
            trace: trace_id(call_id),
            span: span_id(instance, call_id, began, b"call"),
        }
    }
}

/// What is gathered of a call until it is over.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// When the last was heard of it.
    pub(super) newest: Timestamp,
    /// What was found.
    pub(super) events: Vec<Event>,
    /// Those for which there was no room.
    pub(super) dropped: u32,
    /// The first error among them.
    pub(super) error: Option<String>,
}

/// The span of a call. It belongs to no other span: probes see it side by side.
pub(super) fn call(
    instance: &str,
    ended: &EndedCall,
    gathered: Gathered,
    link: Option<Place>,
) -> Span {
    let call = &*ended.call;
    let place = Place::of_call(instance, call.call_id(), call.began.time);
    let mut attributes = Attributes::default();
    attributes.text("sip.call_id", text(call.call_id()));
    attributes.text("sip.from", text(call.from()));
    attributes.text("sip.to", text(call.to()));
    attributes.number("sipwhy.call", call.number);
    if let Some(leg) = &call.leg {
        attributes.number("sipwhy.leg", leg.number);
    }
    attributes.flag("sipwhy.cut_off", ended.cut_off.is_some());
    let links = link.map(|first| {
        let mut attributes = Attributes::default();
        if let Some(joint) = call.leg.as_ref().and_then(|leg| leg.joint) {
            attributes.text("sipwhy.joined_by", joint.as_str());
        }
        Link {
            trace_id: first.trace,
            span_id: first.span,
            attributes,
        }
    });
    Span {
        trace_id: place.trace,
        span_id: place.span,
        parent_span_id: None,
        name: if call.invited { "call" } else { "exchange" }.to_owned(),
        kind: INTERNAL,
        start_time_unix_nano: call.began.time,
        end_time_unix_nano: ended.cut_off.unwrap_or(call.newest).max(gathered.newest),
        attributes,
        events: gathered.events,
        dropped_events_count: gathered.dropped,
        links: links.into_iter().collect(),
        status: gathered.error.map(Status::error).unwrap_or_default(),
    }
}

/// The span of a transaction on one hop, within that of its call.
pub(super) fn transaction(instance: &str, ended: &EndedTransaction) -> Span {
    let it = &*ended.transaction;
    let began = it.began().time;
    let call = Place::of_call(instance, &ended.call_id, ended.call_began);
    let method = it.method.to_string();
    let what = format!("{method} {} {:?}", it.cseq, it.flow);
    let mut attributes = Attributes::default();
    attributes.text("sip.method", method.as_str());
    attributes.text("sip.call_id", text(&ended.call_id));
    attributes.number("sip.cseq", it.cseq);
    if !it.uri.is_empty() {
        attributes.text("sip.request_uri", text(&it.uri));
    }
    if let Some(outcome) = it.outcome {
        attributes.number("sip.status_code", outcome.code);
    }
    attributes.number("sip.retransmissions", it.retransmissions);
    attributes.number("sipwhy.call", ended.call);
    attributes.flag("sipwhy.cut_off", ended.cut_off.is_some());
    hop(&mut attributes, it.flow);
    Span {
        trace_id: call.trace,
        span_id: span_id(instance, &ended.call_id, began, what.as_bytes()),
        parent_span_id: Some(call.span),
        name: method,
        kind: CLIENT,
        start_time_unix_nano: began,
        end_time_unix_nano: ended.cut_off.unwrap_or_else(|| newest(it)).max(began),
        attributes,
        events: Vec::new(),
        dropped_events_count: 0,
        links: Vec::new(),
        status: status(ended),
    }
}

/// When the last was heard of a transaction that matters to its client.
fn newest(it: &Transaction) -> Timestamp {
    let answers = [it.outcome, it.progress, it.trying];
    let answer = answers
        .into_iter()
        .flatten()
        .map(|answer| answer.at.time)
        .next();
    answer.unwrap_or(it.last_sent.time)
}

/// A refusal is an error, but for a challenge, which is to be answered, and so is silence.
fn status(ended: &EndedTransaction) -> Status {
    let it = &*ended.transaction;
    match it.outcome {
        Some(outcome) if outcome.code >= 400 && !matches!(outcome.code, 401 | 407) => {
            Status::error(outcome.code.to_string())
        }
        None if ended.cut_off.is_none() && it.state == State::Calling => {
            Status::error("no response".to_owned())
        }
        None if ended.cut_off.is_none() => Status::error("no final response".to_owned()),
        _ => Status::default(),
    }
}

/// Who asked whom, and over what: OpenTelemetry's names for that.
fn hop(attributes: &mut Attributes, flow: Flow) {
    attributes.text("client.address", flow.source.ip().to_string());
    attributes.number("client.port", flow.source.port());
    attributes.text("server.address", flow.destination.ip().to_string());
    attributes.number("server.port", flow.destination.port());
    attributes.text("network.protocol.name", "sip");
    let transport = match flow.transport {
        Transport::Udp => "udp",
        Transport::Sctp => "sctp",
        Transport::Tcp | Transport::Tls | Transport::Ws | Transport::Wss => "tcp",
    };
    attributes.text("network.transport", transport);
    let family = if flow.source.is_ipv4() {
        "ipv4"
    } else {
        "ipv6"
    };
    attributes.text("network.type", family);
    attributes.text("sip.transport", flow.transport.to_string());
}

/// A finding, as an event of the span of its call.
pub(super) fn event(annotation: &Annotation) -> Event {
    let mut attributes = Attributes::default();
    attributes.text("sipwhy.severity", annotation.severity.as_str());
    attributes.text("sipwhy.verdict", annotation.verdict.as_str());
    attributes.number("sipwhy.finding", annotation.finding);
    attributes.text("sipwhy.title", annotation.title.as_str());
    attributes.text("sipwhy.explanation", annotation.explanation.as_str());
    if let Some(help) = annotation.help.first() {
        attributes.text("sipwhy.help", help.as_str());
    }
    if let Some(hop) = annotation.responsible {
        attributes.text("sipwhy.responsible.address", hop.address.to_string());
        attributes.text("sipwhy.responsible.role", hop.role.as_str());
    }
    Event {
        time_unix_nano: annotation.time,
        name: annotation.rule,
        attributes,
    }
}

/// A finding about a call whose span was sent: a span of its own below that.
pub(super) fn late(instance: &str, call: &Place, annotation: &Annotation) -> Span {
    let what = format!("{} {}", annotation.rule, annotation.finding);
    Span {
        trace_id: call.trace.clone(),
        span_id: span_id(
            instance,
            call.span.as_bytes(),
            annotation.time,
            what.as_bytes(),
        ),
        parent_span_id: Some(call.span.clone()),
        name: annotation.rule.to_owned(),
        kind: INTERNAL,
        start_time_unix_nano: annotation.time,
        end_time_unix_nano: annotation.time,
        attributes: Attributes::default(),
        events: vec![event(annotation)],
        dropped_events_count: 0,
        links: Vec::new(),
        status: error_of(annotation).map(Status::error).unwrap_or_default(),
    }
}

/// What is wrong, of an error.
pub(super) fn error_of(annotation: &Annotation) -> Option<String> {
    (annotation.severity == Severity::Error).then(|| annotation.title.clone())
}

fn text(bytes: &[u8]) -> String {
    printable(bytes).into_owned()
}
