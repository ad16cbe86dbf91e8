//! rsipstack's own parser: every header an owned string, typed on
//! request, with shorter ways to tags and to CSeq, which are taken.

use std::hint::black_box;

use rsipstack::sip::prelude::*;
use rsipstack::sip::{Error, SipMessage};

use super::{Input, State};

/// Makes a message with untyped headers.
pub(crate) fn scan(_: &mut State, input: &Input) -> usize {
    SipMessage::try_from(&*input.bytes).map_or(0, |message| message.headers().iter().count())
}

/// Reads the keys.
pub(crate) fn keys(_: &mut State, input: &Input) -> usize {
    SipMessage::try_from(&*input.bytes)
        .and_then(|message| read(&message))
        .unwrap_or_default()
}

fn read(message: &SipMessage) -> Result<usize, Error> {
    let start = match message {
        SipMessage::Request(request) => {
            black_box(request.method());
            0
        }
        SipMessage::Response(response) => usize::from(response.status_code().code()),
    };
    let via = message.top_via_header()?.typed()?;
    let cseq = message.cseq_header()?;
    let sent_by = &via.uri.host_with_port;
    black_box((cseq.method()?, &sent_by.host));
    Ok(start
        + message.call_id_header()?.value().len()
        + cseq.seq()? as usize
        + message
            .from_header()?
            .tag()?
            .map_or(0, |tag| tag.value().len())
        + message
            .to_header()?
            .tag()?
            .map_or(0, |tag| tag.value().len())
        + via.branch().map_or(0, |branch| branch.value().len())
        + sent_by
            .port
            .as_ref()
            .map_or(0, |port| usize::from(port.value())))
}
