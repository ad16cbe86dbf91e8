//! Where the message ends: the empty line after the headers, and Content-Length.

use sipwhy_parser::{Anomalies, HeaderName, looks_like_sip};

use crate::check::checks;
use crate::linter::{Linter, count, quote, value_of};
use crate::{Severity, Transport};

checks! {
    HEAD_UNFINISHED: Error "head-unfinished",
        "no empty line ends the headers",
        "RFC 3261 §7",
        "On a stream receivers wait for more until they time out; a datagram is dropped or \
         answered with 400.";
    LENGTH_MISSING: Note "content-length-missing",
        "no Content-Length",
        "RFC 3261 §18.3, §20.14",
        "In a datagram the body then reaches to its end. On a stream nothing says where the \
         message ends: receivers answer 400 or close the connection.";
    LENGTH_MALFORMED: Error "content-length-malformed",
        "a Content-Length that is not a number",
        "RFC 3261 §20.14, §25.1",
        "Servers answer 400; on a stream they close the connection, since they cannot tell where \
         the next message begins.";
    LENGTH_TOO_LARGE: Error "content-length-too-large",
        "Content-Length counts more bytes than there are",
        "RFC 3261 §18.3",
        "Over UDP servers answer 400 or drop the message; over a stream they wait for the rest and \
         take the next message for it.";
    LENGTH_TOO_SMALL: Note "content-length-too-small",
        "bytes follow the body that Content-Length counts",
        "RFC 3261 §18.3",
        "Over UDP they are ignored, so a body counted too short is cut; over a stream they are \
         taken for the next message.";
}

pub(super) fn look(linter: &mut Linter<'_, '_>) {
    let anomalies = linter.message.anomalies();
    if anomalies.contains(Anomalies::MISSING_HEAD_END) && !linter.setting.is_cut {
        let end = linter.message.head().len();
        linter.find(
            &HEAD_UNFINISHED,
            end..end,
            "the message ends among its headers",
        );
    }
    if anomalies.contains(Anomalies::CONTENT_LENGTH_MISSING)
        && linter.message.unindexed().is_empty()
    {
        let (severity, says) = match linter.setting.transport {
            Transport::Stream => (Severity::Error, "on a stream every message needs one"),
            _ => (
                Severity::Note,
                "the body reaches to the end of the datagram",
            ),
        };
        linter.find_as(&LENGTH_MISSING, severity, linter.start_line(), says);
    }
    let Some(header) = linter.header(HeaderName::ContentLength) else {
        return;
    };
    let value = value_of(&header);
    if anomalies.contains(Anomalies::CONTENT_LENGTH_MALFORMED) {
        let says = format!("Content-Length is {}", quote(header.value));
        linter.find(&LENGTH_MALFORMED, value, says);
    } else if anomalies.contains(Anomalies::CONTENT_LENGTH_TOO_LARGE) && !linter.setting.is_cut {
        if linter.is_stream() {
            // The stream had more to come.
            return;
        }
        let there = linter.message.body().len();
        let says = format!(
            "Content-Length is {}, and {} after the headers",
            quote(header.value),
            match there {
                0 => "nothing follows".to_owned(),
                1 => "1 byte follows".to_owned(),
                _ => format!("{there} bytes follow"),
            }
        );
        linter.find(&LENGTH_TOO_LARGE, value, says);
    } else if anomalies.contains(Anomalies::CONTENT_LENGTH_TOO_SMALL) {
        too_small(linter, value);
    }
}

/// More follows: line ends, which are usual, another message, or the rest of the body.
fn too_small(linter: &mut Linter<'_, '_>, value: std::ops::Range<usize>) {
    let trailing = linter.message.trailing();
    if trailing
        .iter()
        .all(|it| matches!(it, b'\r' | b'\n' | b' ' | b'\t' | 0))
    {
        return;
    }
    let (severity, says) = if looks_like_sip(trailing) {
        (
            Severity::Note,
            "another message follows the body".to_owned(),
        )
    } else {
        let more = count(trailing.len(), "byte");
        (
            Severity::Error,
            format!("{more} follow the body that it counts"),
        )
    };
    let first = trailing
        .split(|&it| it == b'\n')
        .find(|line| !line.trim_ascii().is_empty());
    let place = linter.span_of(first.unwrap_or(trailing).trim_ascii_end());
    let other = (place, "not counted".to_owned());
    linter.find_two(&LENGTH_TOO_SMALL, severity, value, says, other);
}
