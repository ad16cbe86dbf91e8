//! The record of a finding.

use schemars::JsonSchema;
use serde::Serialize;

use sipwhy_annotator::{Annotation, Evidence, Joint, LegRef};

use crate::clock::rfc3339_nanos;
use crate::inputs::Inputs;

/// A finding, or a later stage of one.
#[derive(Serialize, JsonSchema)]
pub(crate) struct AnnotationRecord<'a> {
    /// The rule that found it; `sipwhy explain RULE` has its page.
    rule: &'static str,
    /// How much it matters: `error`, `warning` or `note`.
    severity: &'static str,
    /// How sure it is: `confirmed`, `inconclusive`, or `resolved` when a later packet ended it.
    verdict: &'static str,
    /// When it became true, in capture time: RFC 3339, nanoseconds, UTC.
    time: String,
    /// The finding it belongs to, from 1; the stages of one fault carry the same number.
    finding: u64,
    /// The number of the finding that explains this one, the root of both, where that had been
    /// said before.
    caused_by: Option<u64>,
    /// The numbers of findings said before that this one explains, and nothing had so far.
    #[serde(skip_serializing_if = "<[u64]>::is_empty")]
    explains: &'a [u64],
    /// The Call-ID it is about.
    call_id: Option<&'a str>,
    /// The call it is about.
    call: Option<CallName<'a>>,
    /// The fault in one line.
    title: &'a str,
    /// Why it is so, and what it means.
    explanation: &'a str,
    /// What to do, most likely remedy first.
    help: &'a [String],
    /// The hop to look at, when the packets single one out.
    responsible: Option<ResponsibleHop>,
    /// The packets that prove it, in capture order.
    evidence: Vec<EvidencePacket<'a>>,
    /// Where the rule of conduct is written down.
    references: &'static [&'static str],
}

/// What identifies a call.
#[derive(Serialize, JsonSchema)]
struct CallName<'a> {
    /// Its place in the order of first sightings, from 1.
    number: u64,
    /// The From URI.
    from: &'a str,
    /// The To URI.
    to: &'a str,
    /// Its place among the legs of a call over a back-to-back user agent, if it is known to be
    /// one.
    #[serde(skip_serializing_if = "Option::is_none")]
    leg: Option<Leg>,
}

/// A call's place among the legs that it is one of.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Leg {
    /// The number of the call that is the first leg.
    of: u64,
    /// Its place among the legs, from 1, in the order in which they were seen.
    number: u32,
    /// What joined it: `session-id`, `call-id-header`, `replaces`, `charging-vector`, `refer` or
    /// `guess`; null for the first leg.
    joined_by: Option<&'static str>,
}

impl Leg {
    pub(super) fn of(leg: LegRef) -> Self {
        Self {
            of: leg.of,
            number: leg.number,
            joined_by: leg.joint.map(Joint::as_str),
        }
    }
}

/// The hop that the packets single out.
#[derive(Serialize, JsonSchema)]
struct ResponsibleHop {
    /// Its IP address; for `path`, the far end.
    address: String,
    /// What part it plays: `client`, `server`, `proxy` or `path`.
    role: &'static str,
}

/// A packet that proves a finding.
#[derive(Serialize, JsonSchema)]
struct EvidencePacket<'a> {
    /// The frame's number in its file, from 1.
    frame: u64,
    /// The file, as it was named, or the interface.
    file: &'a str,
    /// The lines of it that matter, joined by line feeds; bytes that are not printable escaped.
    quote: String,
    /// When it was captured: RFC 3339, nanoseconds, UTC.
    time: String,
    /// The sending socket.
    source: Option<String>,
    /// The receiving socket.
    destination: Option<String>,
    /// What carried it: `UDP` or `TCP`.
    transport: Option<String>,
    /// The deciding places of the quote.
    marks: Vec<Mark<'a>>,
}

/// A deciding place.
#[derive(Serialize, JsonSchema)]
struct Mark<'a> {
    /// Where it begins in the quote, in bytes of its UTF-8 text.
    start: usize,
    /// Where it ends.
    end: usize,
    /// What it decides.
    label: &'a str,
}

pub(super) fn record<'a>(annotation: &'a Annotation, inputs: &'a Inputs) -> AnnotationRecord<'a> {
    let call = annotation.call.as_ref();
    AnnotationRecord {
        rule: annotation.rule,
        severity: annotation.severity.as_str(),
        verdict: annotation.verdict.as_str(),
        time: rfc3339_nanos(annotation.time),
        finding: annotation.finding,
        caused_by: annotation.caused_by.map(|root| root.finding),
        explains: &annotation.explains,
        call_id: call.map(|call| call.call_id.as_str()),
        call: call.map(|call| CallName {
            number: call.number,
            from: &call.from,
            to: &call.to,
            leg: call.leg.map(Leg::of),
        }),
        title: &annotation.title,
        explanation: &annotation.explanation,
        help: &annotation.help,
        responsible: annotation.responsible.map(|hop| ResponsibleHop {
            address: hop.address.to_string(),
            role: hop.role.as_str(),
        }),
        evidence: annotation
            .evidence
            .iter()
            .map(|evidence| packet(evidence, inputs))
            .collect(),
        references: annotation.references,
    }
}

fn packet<'a>(evidence: &'a Evidence, inputs: &'a Inputs) -> EvidencePacket<'a> {
    let mut quote = String::new();
    let mut marks = Vec::new();
    for line in &evidence.quote {
        if !quote.is_empty() {
            quote.push('\n');
        }
        if let Some((range, label)) = &line.mark {
            marks.push(Mark {
                start: quote.len() + range.start,
                end: quote.len() + range.end,
                label,
            });
        }
        quote.push_str(&line.text);
    }
    let flow = evidence.flow;
    EvidencePacket {
        frame: evidence.frame.number,
        file: inputs.name(evidence.frame),
        quote,
        time: rfc3339_nanos(evidence.time),
        source: flow.map(|flow| flow.source.to_string()),
        destination: flow.map(|flow| flow.destination.to_string()),
        transport: flow.map(|flow| flow.transport.to_string()),
        marks,
    }
}
