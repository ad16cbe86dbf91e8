//! ezk-sip-types: names told apart, values as slices of one shared buffer, typed on request.

use std::hint::black_box;

use bytes::Bytes;
use ezk_sip_types::header::typed::{CSeq, CallID, FromTo, Via};
use ezk_sip_types::msg::{Line, MessageLine, PullParser};
use ezk_sip_types::{Headers, Name};

use super::{Input, State};

/// Reads the start line, and collects the headers as its stack does.
pub(crate) fn scan(_: &mut State, input: &Input) -> usize {
    message(&input.bytes).map_or(0, |(_, headers)| usize::from(headers.contains(&Name::VIA)))
}

/// Reads the keys.
pub(crate) fn keys(_: &mut State, input: &Input) -> usize {
    read(&input.bytes).unwrap_or_default()
}

fn message(bytes: &Bytes) -> Option<(MessageLine, Headers)> {
    use ezk_sip_types::parse::Parse;

    let mut lines = PullParser::new(bytes, 0);
    let start = std::str::from_utf8(lines.next()?.ok()?).ok()?;
    let (_, start) = MessageLine::parse(bytes)(start).ok()?;
    let mut headers = Headers::new();
    for line in lines {
        let line = std::str::from_utf8(line.ok()?).ok()?;
        let (_, line) = Line::parse(bytes, line).ok()?;
        headers.insert(line.name, line.value);
    }
    Some((start, headers))
}

fn read(bytes: &Bytes) -> Option<usize> {
    let (start, headers) = message(bytes)?;
    let start = match &start {
        MessageLine::Request(line) => {
            black_box(&line.method);
            0
        }
        MessageLine::Response(line) => usize::from(line.code.into_u16()),
    };
    let via: Via = headers.get_named().ok()?;
    let cseq: CSeq = headers.get_named().ok()?;
    let call_id: CallID = headers.get_named().ok()?;
    let from: FromTo = headers.get(Name::FROM).ok()?;
    let to: FromTo = headers.get(Name::TO).ok()?;
    black_box((&cseq.method, &via.sent_by.host));
    Some(
        start
            + call_id.0.len()
            + cseq.cseq as usize
            + from.tag.map_or(0, |tag| tag.len())
            + to.tag.map_or(0, |tag| tag.len())
            + via
                .params
                .get_val("branch")
                .map_or(0, |branch| branch.len())
            + via.sent_by.port.map_or(0, usize::from),
    )
}
