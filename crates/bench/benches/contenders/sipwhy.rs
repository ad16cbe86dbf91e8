//! This crate.

use std::hint::black_box;

use sipwhy_parser::{Address, Message, StartLine};

use super::{Input, State};

/// Finds and names all headers.
pub(crate) fn scan(state: &mut State, input: &Input) -> usize {
    let message = state.scanner.scan(&input.bytes);
    message.head().len()
}

/// Reads the keys.
pub(crate) fn keys(state: &mut State, input: &Input) -> usize {
    read(state.scanner.scan(&input.bytes)).unwrap_or_default()
}

fn read(message: Message<'_, '_>) -> Option<usize> {
    let length = |bytes: Option<&[u8]>| bytes.map_or(0, <[u8]>::len);
    let start = match message.start_line() {
        StartLine::Request { method, .. } => {
            black_box(method);
            0
        }
        StartLine::Status { code, .. } => usize::from(code),
        StartLine::Malformed(_) => return None,
    };
    let via = message.top_via()?;
    let cseq = message.cseq()?;
    black_box((cseq.method, via.host));
    Some(
        start
            + message.call_id()?.len()
            + cseq.number as usize
            + length(message.from().and_then(Address::tag))
            + length(message.to().and_then(Address::tag))
            + length(via.branch())
            + usize::from(via.port.unwrap_or_default()),
    )
}
