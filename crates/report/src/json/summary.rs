//! The record of what a capture held.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use sipwhy_packet::TlsSession;
use sipwhy_pipeline::Summary;

use super::record::VERSION;
use super::timings::{self, PeerRecord};
use crate::clock::rfc3339_nanos;
use crate::ending::Ending;
use crate::inputs::Inputs;
use crate::{losses, tls};

/// What the capture held, and what of it could not be told.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SummaryRecord {
    /// The version of the schema that all records follow.
    schema: u32,
    /// The version of sipwhy.
    version: &'static str,
    /// Frames read.
    frames: u64,
    /// SIP messages found.
    sip_messages: u64,
    /// Those among them that are second sightings of a packet, captured at two places.
    copies: u64,
    /// Those among them whose start line is neither a request's nor a status line.
    malformed: u64,
    /// Requests by method.
    requests: BTreeMap<String, u64>,
    /// Responses by status code; codes beyond 699 under `other`.
    responses: BTreeMap<String, u64>,
    /// Calls: Call-IDs with at least one INVITE.
    calls: u64,
    /// Findings by rule; the stages of one finding count once.
    annotations: BTreeMap<&'static str, u64>,
    /// Findings that a filter kept back; they are not counted in `annotations`.
    #[serde(skip_serializing_if = "is_none")]
    filtered: u64,
    /// When the first message was captured: RFC 3339, nanoseconds, UTC.
    first_time: Option<String>,
    /// When the newest frame was captured.
    last_time: Option<String>,
    /// The inputs, in the order given.
    inputs: Vec<Input>,
    /// What was not decoded, by reason.
    not_decoded: Vec<NotDecoded>,
    /// TLS sessions with SIP in them, as far as that is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tls: Vec<Tls>,
    /// Frames that a live capture lost, by reason.
    dropped: BTreeMap<&'static str, u64>,
    /// Packets of media that a live capture left out when the analysis was behind, so as not to lose
    /// signalling. No finding depends on them.
    #[serde(skip_serializing_if = "is_none")]
    media_shed: u64,
    /// Lines of this log that could not be written; only with `live --log`.
    #[serde(skip_serializing_if = "is_none")]
    lines_lost: u64,
    /// What was sent to collectors; only with `--hep-out` and its like.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    exports: Vec<ExportRecord>,
    /// What was cut off: `frames` by the snap length, `messages` of which a part is missing.
    truncated: BTreeMap<&'static str, u64>,
    /// Packets with SIP whose IPv4, UDP or TCP checksum is wrong. They are read all the same: most
    /// often the network card of the capturing host was to fill the checksum in.
    wrong_checksums: WrongChecksums,
    /// Response times and the figures of RFC 6076, by the host that was asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    timings: Vec<PeerRecord>,
    /// The bounds of the analysis that were reached, and how often.
    bounds_reached: BTreeMap<&'static str, u64>,
}

const fn is_none(count: &u64) -> bool {
    *count == 0
}

/// An input.
#[derive(Serialize, JsonSchema)]
struct Input {
    /// The file, as it was named, or the interface.
    file: String,
    /// Frames read from it.
    frames: u64,
    /// Why it was not read to its end, if it was not.
    fault: Option<String>,
}

/// What was sent to a collector.
#[derive(Serialize, JsonSchema)]
struct ExportRecord {
    /// The collector.
    to: String,
    /// The form: `hep` or `otlp`.
    form: &'static str,
    /// Pieces that were sent, as far as is known.
    sent: u64,
    /// Pieces that were not, since the collector was away or too slow.
    lost: u64,
    /// Pieces that are longer than the form allows.
    too_long: u64,
}

/// Packets with a wrong checksum.
#[derive(Serialize, JsonSchema)]
struct WrongChecksums {
    /// How many.
    count: u64,
    /// The first of their frames.
    first_frame: Option<u64>,
    /// The file of that frame.
    file: Option<String>,
}

/// Something that was not decoded.
#[derive(Serialize, JsonSchema)]
struct NotDecoded {
    /// Why, as a stable word, with the number in question after a colon.
    reason: String,
    /// How many times.
    count: u64,
    /// How many bytes it was about, as far as they are known.
    bytes: u64,
    /// The first frame it was about.
    first_frame: Option<u64>,
    /// The file of that frame.
    file: Option<String>,
}

/// A TLS session.
#[derive(Serialize, JsonSchema)]
struct Tls {
    /// The client's address and port, as far as it is known who is which.
    client: String,
    /// The server's.
    server: String,
    /// Its first frame.
    first_frame: u64,
    /// The file of that frame.
    file: String,
    /// The version of the protocol, such as `TLS 1.3`.
    version: Option<String>,
    /// The cipher suite, by IANA's name.
    cipher_suite: Option<String>,
    /// The name of the server that the client asked for.
    server_name: Option<String>,
    /// The protocol agreed upon inside it.
    alpn: Option<String>,
    /// Whom the server's certificate names.
    certificate_subject: Option<String>,
    /// Whether it took up an earlier session; null where that is unknown.
    resumed: Option<bool>,
    /// The alert that one side sent, the last one other than the usual end.
    alert: Option<String>,
    /// Bytes of plaintext.
    decrypted_bytes: u64,
    /// Bytes of ciphertext that could not be decrypted.
    undecrypted_bytes: u64,
}

fn tls_record(session: &TlsSession, inputs: &Inputs) -> Tls {
    let flow = session.flow();
    let facts = &session.facts;
    Tls {
        client: flow.source.to_string(),
        server: flow.destination.to_string(),
        first_frame: session.first.number,
        file: inputs.name(session.first).to_owned(),
        version: facts.version.map(|version| version.to_string()),
        cipher_suite: facts.cipher_suite.map(|suite| suite.to_string()),
        server_name: facts.server_name.as_deref().map(tls::shown),
        alpn: facts.alpn.as_deref().map(tls::shown),
        certificate_subject: facts
            .server_certificate
            .as_ref()
            .map(|certificate| tls::shown(&certificate.subject)),
        resumed: facts.resumed,
        alert: session.alert.as_ref().map(|(_, alert)| {
            let name = alert.name().map(str::to_owned);
            name.unwrap_or_else(|| alert.description.to_string())
        }),
        decrypted_bytes: session.decrypted,
        undecrypted_bytes: session.undecrypted,
    }
}

pub(super) fn record(summary: &Summary, ending: &Ending, inputs: &Inputs) -> SummaryRecord {
    let responses = summary.responses().into_iter();
    let wrong = summary.packet.wrong_checksums;
    let not_decoded = losses::losses(summary)
        .into_iter()
        .map(|loss| NotDecoded {
            reason: loss.reason,
            count: loss.count,
            bytes: loss.bytes,
            first_frame: loss.first.map(|frame| frame.number),
            file: loss.first.map(|frame| inputs.name(frame).to_owned()),
        })
        .collect();
    SummaryRecord {
        schema: VERSION,
        version: env!("CARGO_PKG_VERSION"),
        frames: summary.packet.frames,
        sip_messages: summary.messages,
        copies: summary.annotator.copies,
        malformed: summary.malformed,
        requests: summary.requests(),
        responses: responses
            .map(|(code, count)| match code {
                0 => ("other".to_owned(), count),
                code => (code.to_string(), count),
            })
            .collect(),
        calls: summary.annotator.calls,
        annotations: summary.annotations.clone(),
        filtered: summary.filtered,
        first_time: summary.first.map(rfc3339_nanos),
        last_time: (summary.packet.frames > 0).then(|| rfc3339_nanos(summary.newest)),
        inputs: ending
            .inputs
            .iter()
            .map(|input| Input {
                file: input.name.clone(),
                frames: input.frames,
                fault: input.fault.clone(),
            })
            .collect(),
        not_decoded,
        tls: tls::sessions(summary)
            .map(|session| tls_record(session, inputs))
            .collect(),
        dropped: ending.dropped.by_reason().into(),
        media_shed: ending.media_shed,
        lines_lost: ending.lines_lost,
        exports: ending
            .exports
            .iter()
            .map(|export| ExportRecord {
                to: export.to.clone(),
                form: export.form,
                sent: export.sent,
                lost: export.lost,
                too_long: export.too_long,
            })
            .collect(),
        truncated: [
            ("frames", summary.packet.cut_frames),
            ("messages", summary.packet.cut_messages),
        ]
        .into(),
        wrong_checksums: WrongChecksums {
            count: wrong.count,
            first_frame: wrong.first.map(|frame| frame.number),
            file: wrong.first.map(|frame| inputs.name(frame).to_owned()),
        },
        timings: timings::records(&summary.timings),
        bounds_reached: losses::bounds(summary)
            .into_iter()
            .map(|(word, _, count)| (word, count))
            .collect(),
    }
}
