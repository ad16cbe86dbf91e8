//! Via, read strictly (`via-parm`, RFC 3261 §25.1).

use crate::Via;
use crate::fault::host::{host, host_and_port, is_ipv4, is_ipv6, is_port};
use crate::fault::params::{Param, header_params, split_params};
use crate::fault::piece::Piece;
use crate::fault::{Fault, FaultKind, Report};
use crate::lexical::{decimal, is_space, is_token, unquote};

/// The transports that RFCs define: 3261 §20.42, 4168 (SCTP), 7118 (WebSocket), and DTLS, which
/// the registry of Via transports has too.
const TRANSPORTS: &[&str] = &[
    "UDP",
    "TCP",
    "TLS",
    "SCTP",
    "TLS-SCTP",
    "WS",
    "WSS",
    "DTLS",
    "DTLS-UDP",
    "DTLS-SCTP",
];

impl Via<'_> {
    /// Hands every fault of a Via header's value, a comma list, to `report`.
    pub fn faults(value: &[u8], report: &mut dyn FnMut(Fault)) {
        let whole = Piece::new(value);
        if whole.trim().is_empty() {
            report(whole.fault(FaultKind::EmptyValue));
            return;
        }
        for element in whole.elements(false) {
            if element.is_empty() {
                report(element.fault(FaultKind::EmptyElement));
            } else {
                via(element, report);
            }
        }
    }
}

fn via(element: Piece<'_>, report: Report<'_>) {
    let (main, params) = split_params(element);
    sent_protocol_and_by(main, report);
    let mut has_branch = false;
    if let Some(params) = params {
        header_params(params, report, &mut |param, report| {
            has_branch |= param.is("branch");
            parameter(param, report);
        });
    }
    if !has_branch {
        report(main.trim_end().fault(FaultKind::BranchMissing));
    }
}

/// `SIP/2.0/UDP host:port`.
fn sent_protocol_and_by(main: Piece<'_>, report: Report<'_>) {
    let parts = main
        .split_at(b'/')
        .and_then(|(name, rest)| Some((name, rest.split_at(b'/')?)));
    let Some((name, (version, rest))) = parts else {
        report(main.trim_end().fault(FaultKind::MalformedProtocol));
        return;
    };
    let (before_transport, rest) = rest.split_space();
    for space in [name, version].into_iter().filter_map(space_around) {
        report(space.fault(FaultKind::OddSpace));
    }
    if !before_transport.is_empty() {
        report(before_transport.fault(FaultKind::OddSpace));
    }
    let (name, version) = (name.trim(), version.trim());
    if !name.bytes.eq_ignore_ascii_case(b"SIP") {
        report(name.fault(FaultKind::UnknownProtocol));
    }
    if version.bytes != b"2.0" {
        report(version.fault(FaultKind::UnknownProtocolVersion));
    }
    let (transport, rest) = rest.split_while(|byte| !is_space(byte));
    if !is_token(transport.bytes) {
        report(transport.fault(FaultKind::BadTransport));
    } else if !TRANSPORTS
        .iter()
        .any(|known| transport.bytes.eq_ignore_ascii_case(known.as_bytes()))
    {
        report(transport.fault(FaultKind::UnknownTransport));
    }
    let (space, sent_by) = rest.split_space();
    if space.bytes.len() > 1 {
        report(space.fault(FaultKind::OddSpace));
    }
    let sent_by = match sent_by.split_at(b'(') {
        Some((sent_by, comment)) => {
            report(comment.fault(FaultKind::CommentInVia));
            sent_by
        }
        None => sent_by,
    };
    if sent_by.trim().is_empty() {
        report(main.trim_end().fault(FaultKind::HostMissing));
    } else {
        host_and_port(sent_by, report);
    }
}

/// The white space at an end of the piece.
fn space_around(piece: Piece<'_>) -> Option<Piece<'_>> {
    let (before, rest) = piece.split_space();
    let after = rest.split(rest.trim_end().bytes.len()).1;
    [before, after].into_iter().find(|space| !space.is_empty())
}

/// What Via's own parameters may hold.
fn parameter(param: Param<'_>, report: Report<'_>) {
    let value = param.value.unwrap_or(param.whole.split(0).0);
    let here = param.value_or_whole();
    if param.is("branch") {
        if let Some(kind) = branch(value.bytes) {
            report(here.fault(kind));
        }
    } else if param.is("received") {
        let inner = value
            .bytes
            .strip_prefix(b"[")
            .and_then(|rest| rest.strip_suffix(b"]"));
        if inner.is_some_and(is_ipv6) {
            report(here.fault(FaultKind::ReceivedInBrackets));
        } else if !is_ipv4(value.bytes) && !is_ipv6(value.bytes) {
            report(here.fault(FaultKind::BadReceived));
        }
    } else if param.is("rport") {
        // Without a value it asks for one.
        if param.value.is_some_and(|value| !is_port(value.bytes)) {
            report(here.fault(FaultKind::BadRport));
        }
    } else if param.is("ttl") {
        if decimal(value.bytes).is_none_or(|ttl| ttl > 255) {
            report(here.fault(FaultKind::BadTtl));
        }
    } else if param.is("maddr") {
        let mut is_bad = value.is_empty();
        host(value, &mut |_| is_bad = true);
        if is_bad {
            report(here.fault(FaultKind::BadMaddr));
        }
    }
}

fn branch(value: &[u8]) -> Option<FaultKind> {
    if !is_token(value) {
        // A quoted branch is not in the grammar either, and some compare it with its quotes.
        return Some(if unquote(value).is_empty() {
            FaultKind::BranchMissing
        } else {
            FaultKind::BadBranch
        });
    }
    let (cookie, rest) = value.split_at_checked(7).unwrap_or((value, &[]));
    if !cookie.eq_ignore_ascii_case(b"z9hG4bK") {
        Some(FaultKind::BranchWithoutCookie)
    } else if rest.is_empty() {
        Some(FaultKind::BranchOnlyCookie)
    } else {
        None
    }
}
