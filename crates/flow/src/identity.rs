//! What two sendings of one message on one hop have in common.

use sipwhy_parser::{Address, HeaderName, Message, StartLine};

/// Bytes of each part that count; no honest one is longer.
const MOST: usize = 128;

/// What two sendings of one message on one hop have in common, and no other message has: method
/// or code, CSeq, the topmost Via with its branch (RFC 3261 §17), the To tag, which tells the
/// answers of forks apart, and RSeq (RFC 3262).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Identity(Box<[u8]>);

impl Identity {
    pub(crate) fn of(message: &Message<'_, '_>) -> Self {
        let mut all = Vec::with_capacity(96);
        let mut add = |part: &[u8]| {
            let part = part.get(..MOST).unwrap_or(part);
            all.extend_from_slice(part);
            all.push(b'\n');
        };
        match message.start_line() {
            StartLine::Request { method, .. } => add(method.as_bytes()),
            StartLine::Status { code, .. } => add(&code.to_be_bytes()),
            StartLine::Malformed(line) => add(line),
        }
        if let Some(cseq) = message.cseq() {
            add(&cseq.number.to_be_bytes());
            add(cseq.method.as_bytes());
        }
        for name in [HeaderName::Via, HeaderName::RSeq] {
            add(message.value(name).unwrap_or_default());
        }
        add(message.to().and_then(Address::tag).unwrap_or_default());
        Self(all.into())
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}
