//! `datagram-too-large`: a request over UDP that is larger than UDP carries safely.

use std::net::SocketAddr;
use std::time::Duration;

use sipwhy_packet::{Captured, Flow, Timestamp};

use crate::annotation::{Role, Severity, Verdict};
use crate::ids::TransactionId;
use crate::moment::Moment;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::vantage::{FailureKind, MOST_OVER_UDP, is_in_fragments, size};
use crate::words::{host, with_article};

pub(super) static RULE: DatagramTooLarge = DatagramTooLarge;

static INFO: Info = Info {
    id: "datagram-too-large",
    severity: Severity::Warning,
    summary: "a request over UDP is too large, so that it was or will be cut into fragments",
    page: include_str!("datagram-too-large.md"),
    references: &["RFC 3261 §18.1.1", "RFC 8900 §3"],
};

/// What fits into one packet of 1500 bytes beside the headers of IPv4 and UDP.
const ONE_PACKET: usize = 1472;

/// How long a receiver waits for fragments (RFC 791 §3.2, RFC 8200 §4.5: up to 60 s; most take 30).
const REASSEMBLY: Duration = Duration::from_secs(30);
/// Fragments of one datagram follow each other at once.
const TOGETHER: Duration = Duration::from_secs(1);

pub(super) struct DatagramTooLarge;

impl Rule for DatagramTooLarge {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::LargeRequest, StepKind::Undelivered]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            Step::LargeRequest {
                transaction,
                captured,
            } => large(*transaction, captured, cx),
            Step::Undelivered {
                flow,
                kind: FailureKind::Incomplete,
                at,
            } => incomplete(flow, *at, cx),
            _ => {}
        }
    }
}

fn large(id: TransactionId, captured: &Captured<'_>, cx: &mut Context<'_>) {
    let Some(transaction) = cx.transaction(id) else {
        return;
    };
    let (client, server) = (transaction.client(), transaction.server());
    // What a host sends to itself goes over its loopback, which carries 64 KiB in one packet.
    if client == server {
        return;
    }
    // The calls of one host look alike, and so do their sizes.
    if !cx.is_news_of(client, SocketAddr::new(server, 1)) {
        return;
    }
    let Some(transaction) = cx.transaction(id) else {
        return;
    };
    let size = size(captured);
    let in_fragments = is_in_fragments(captured);
    let is_over = in_fragments || size > ONE_PACKET;
    let severity = if is_over {
        Severity::Warning
    } else {
        Severity::Note
    };
    let method = transaction.method.to_string();
    let mut draft = Draft::new(
        severity,
        captured.time,
        format!(
            "{} sent {} of {size} bytes over UDP to {}",
            host(client),
            with_article(&method),
            host(server)
        ),
    )
    .blame(client, Role::Client);
    draft.explanation = format!(
        "Beyond {MOST_OVER_UDP} bytes a request must go over TCP, unless the path is known to carry it in one \
         packet."
    );
    draft.explanation.push_str(&if in_fragments {
        format!(
            " It was cut into fragments (frames {} to {}), which all came by here. Firewalls and \
             NATs on the way often drop fragments, and one that is lost loses the whole request.",
            captured.first_frame.number, captured.last_frame.number
        )
    } else if is_over {
        " Here it came by in one packet; a path of 1500 bytes per packet will cut it into \
         fragments, which firewalls and NATs often drop."
            .to_owned()
    } else {
        " It still fits into one packet of 1500 bytes; a tunnel on the way, or one more proxy \
         that adds its headers, and it does not."
            .to_owned()
    });
    draft
        .explanation
        .push_str(" Further large requests between these two are not told.");
    draft.help = help(client);
    draft.evidence = vec![world_evidence(cx, id, size)];
    cx.say_of(id, 1, draft);
}

fn world_evidence(
    cx: &Context<'_>,
    id: TransactionId,
    size: usize,
) -> Option<crate::annotation::Evidence> {
    let transaction = cx.transaction(id)?;
    let label = format!("{size} bytes");
    cx.world().request_evidence(transaction, &label)
}

fn help(client: std::net::IpAddr) -> Vec<String> {
    vec![
        format!("let {} send large requests over TCP or TLS", host(client)),
        "make the message smaller: fewer codecs and candidates in the SDP, compact header names, \
         fewer headers"
            .to_owned(),
    ]
}

fn incomplete(flow: &Flow, at: Moment, cx: &mut Context<'_>) {
    let (client, server) = (flow.source.ip(), flow.destination.ip());
    let world = cx.world();
    let since = at
        .time
        .as_nanos()
        .saturating_sub(REASSEMBLY.as_nanos() as u64);
    let since = Timestamp::from_nanos(since);
    if world.newest_frame < at.time + TOGETHER {
        // The capture ends: they may be on their way.
        return;
    }
    if !cx.is_news_of(client, SocketAddr::new(server, 2)) {
        return;
    }
    let world = cx.world();
    let loss = world.losses.touching(client, since);
    let mut draft = Draft::new(
        Severity::Error,
        at.time,
        format!(
            "a datagram from {} to {} never became whole: fragments of it are missing",
            host(client),
            host(server)
        ),
    )
    .blame(server, Role::Path);
    draft.explanation = "It was cut into fragments, and not all of them came by here within 30 s. \
                         A receiver gives up such a datagram, so its message counts as lost."
        .to_owned();
    if let Some(loss) = loss {
        draft.verdict = Verdict::Inconclusive;
        draft.severity = Severity::Note;
        draft.explanation.push_str(&format!(
            " But {}, so they may have been there.",
            loss.words()
        ));
    } else if !world.vantage.sees_fragments {
        draft.verdict = Verdict::Inconclusive;
        draft.severity = Severity::Note;
        draft.explanation.push_str(
            " But the capture shows no datagram in fragments that is whole: a capture filter on \
             ports hides every fragment but the first, since the others carry no port.",
        );
        draft
            .help
            .push("capture with the filter \"udp port 5060 or ip[6:2] & 0x1fff != 0\"".to_owned());
    }
    draft.help.extend(help(client));
    draft.help.push(format!(
        "let firewalls and NATs on the way to {} pass fragments",
        host(server)
    ));
    let text = FailureKind::Incomplete.words();
    draft.evidence = vec![Some(world.said_evidence(at, Some(*flow), text))];
    cx.say(draft);
}
