//! `media-security-mismatch`: one side encrypts its media, and the other cannot read them.

use sipwhy_content::sdp::{AnswerFaultKind as Kind, Outcome, Stream};
use sipwhy_parser::printable;

use crate::annotation::Severity;
use crate::negotiation::Exchange;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::words::host;

pub(super) static RULE: MediaSecurityMismatch = MediaSecurityMismatch;

static INFO: Info = Info {
    id: "media-security-mismatch",
    severity: Severity::Error,
    summary: "offer and answer do not agree on how media are encrypted, or lack the keys for it",
    page: include_str!("media-security-mismatch.md"),
    references: &[
        "RFC 3711",
        "RFC 4568 §5.1.2",
        "RFC 5763 §5",
        "RFC 8842 §5.3",
    ],
};

pub(super) struct MediaSecurityMismatch;

impl Rule for MediaSecurityMismatch {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Negotiated]
    }

    fn minds(&self, exchange: &Exchange<'_>) -> bool {
        mismatch(exchange).is_some()
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        if let Step::Negotiated(exchange) = step {
            judge(exchange, cx);
        }
    }
}

/// What does not go together, in which stream, and how bad it is.
struct Mismatch {
    place: usize,
    words: String,
    severity: Severity,
    /// Whether the offer is at fault, not the answer.
    is_offers: bool,
}

fn judge(exchange: &Exchange<'_>, cx: &mut Context<'_>) {
    let id = exchange.transaction;
    let Some(found) = mismatch(exchange).filter(|_| !cx.has_told(id)) else {
        return;
    };
    let side = if found.is_offers {
        &exchange.offer
    } else {
        &exchange.answer
    };
    let (sender, role) = side.sender();
    let (offerer, _) = exchange.offer.sender();
    let (answerer, _) = exchange.answer.sender();
    let mut draft = Draft::new(found.severity, exchange.answer.at.time, found.words)
        .blame(sender, role)
        .help("set both ends to the same: no SRTP, SRTP with SDES keys, or DTLS-SRTP")
        .help("or let a session border controller translate between the two");
    draft.explanation = format!(
        "Between {} and {} this stream is not encrypted in the same way at both ends. What one \
         sends is noise or nothing to the other: the call is up and silent, or one side hangs up.",
        host(offerer),
        host(answerer)
    );
    let line = |stream: Option<&Stream<'_>>| {
        stream
            .map(|stream| {
                crate::quote::marked(&stream.line, &stream.media.protocol, keying(stream))
            })
            .into_iter()
            .collect::<Vec<_>>()
    };
    draft.evidence = vec![
        exchange
            .offer
            .evidence(line(exchange.offer.session.streams.get(found.place))),
        exchange
            .answer
            .evidence(line(exchange.answer.session.streams.get(found.place))),
    ];
    cx.say_of(id, 1, draft);
}

/// How a stream gets its keys, in words.
fn keying(stream: &Stream<'_>) -> &'static str {
    match (
        stream.media.is_secure_rtp(),
        stream.fingerprint.is_some(),
        stream.crypto.is_empty(),
    ) {
        (false, ..) => "plain RTP",
        (true, true, true) => "SRTP with keys by DTLS",
        (true, true, false) => "SRTP with keys by DTLS or from here",
        (true, false, false) => "SRTP with the key given here",
        (true, false, true) => "SRTP without a key",
    }
}

fn mismatch(exchange: &Exchange<'_>) -> Option<Mismatch> {
    let offered = exchange.offer.session.streams.iter();
    let pairs = offered.zip(&exchange.answer.session.streams);
    for (place, (offered, answered)) in pairs.enumerate() {
        let outcome = exchange.agreement.streams.get(place)?.outcome;
        if matches!(outcome, Outcome::Rejected | Outcome::NotOffered) {
            continue;
        }
        if let Some(found) = in_stream(exchange, place, offered, answered) {
            return Some(found);
        }
    }
    None
}

fn in_stream(
    exchange: &Exchange<'_>,
    place: usize,
    offered: &Stream<'_>,
    answered: &Stream<'_>,
) -> Option<Mismatch> {
    if !offered.media.is_rtp() || !answered.media.is_rtp() {
        return None;
    }
    let (offerer, _) = exchange.offer.sender();
    let (answerer, _) = exchange.answer.sender();
    let error = |words: String| Mismatch {
        place,
        words,
        severity: Severity::Error,
        is_offers: false,
    };
    let is_secure = offered.media.is_secure_rtp();
    let by_dtls = |stream: &Stream<'_>| stream.media.protocol.begins_with("UDP/TLS/");
    if is_secure != answered.media.is_secure_rtp() || by_dtls(offered) != by_dtls(answered) {
        return Some(error(format!(
            "{} offers {}, and {} answers {}",
            host(offerer),
            printable(&offered.media.protocol),
            host(answerer),
            printable(&answered.media.protocol)
        )));
    }
    // Keys with a plain profile are opportunistic (RFC 8643): either side may leave them out.
    if !is_secure || !exchange.is_whole() {
        return None;
    }
    let is_keyless = |stream: &Stream<'_>| stream.crypto.is_empty() && stream.fingerprint.is_none();
    if is_keyless(offered) && !has_other_keys(exchange.offer.body) {
        return Some(Mismatch {
            place,
            words: format!(
                "{} offers {} without a key: neither crypto nor fingerprint",
                host(offerer),
                printable(&offered.media.protocol)
            ),
            severity: Severity::Error,
            is_offers: true,
        });
    }
    let fault = exchange.agreement.faults.iter().find(|fault| {
        fault.stream == Some(place)
            && matches!(
                fault.kind,
                Kind::CryptoMissing
                    | Kind::CryptoNotOffered
                    | Kind::CryptoSuiteChanged
                    | Kind::FingerprintMissing
                    | Kind::Setup
            )
    })?;
    if has_other_keys(exchange.answer.body) {
        return None;
    }
    Some(Mismatch {
        // Most do not mind who opens the connection, as long as one does.
        severity: if fault.kind == Kind::Setup {
            Severity::Warning
        } else {
            Severity::Error
        },
        ..error(format!(
            "{}'s answer does not fit the offered encryption: {}",
            host(answerer),
            fault.kind.text()
        ))
    })
}

/// Whether a description has keys of another kind: MIKEY (RFC 4567) or ZRTP (RFC 6189 §8).
fn has_other_keys(body: &[u8]) -> bool {
    body.split(|&byte| byte == b'\n')
        .any(|line| line.starts_with(b"a=key-mgmt:") || line.starts_with(b"a=zrtp-hash:"))
}
