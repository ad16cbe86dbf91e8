//! Whether a message is worth a look at its form, and what was said of forms already.

use std::collections::BTreeSet;
use std::net::IpAddr;

use sipwhy_packet::{Captured, Transport};
use sipwhy_parser::{Anomalies, HeaderName, Message, StartLine};

use crate::ends::Ends;
use crate::ids::CallId;
use crate::transaction::Transaction;

/// Faults of form that are remembered as told.
const MOST_TOLD: usize = 4096;

/// What the scanner flags only where something is broken.
const BROKEN: Anomalies = Anomalies::BARE_CR
    .union(Anomalies::BARE_LF)
    .union(Anomalies::NUL_BYTE)
    .union(Anomalies::CONTROL_BYTE)
    .union(Anomalies::MISSING_HEAD_END)
    .union(Anomalies::HEADER_WITHOUT_COLON)
    .union(Anomalies::BAD_HEADER_NAME)
    .union(Anomalies::STRAY_CONTINUATION)
    .union(Anomalies::CONTENT_LENGTH_MALFORMED)
    .union(Anomalies::CONTENT_LENGTH_TOO_LARGE)
    .union(Anomalies::CONTENT_LENGTH_TOO_SMALL)
    .union(Anomalies::DUPLICATE_HEADER)
    .union(Anomalies::UNKNOWN_VERSION)
    .union(Anomalies::MALFORMED_START_LINE)
    .union(Anomalies::START_LINE_SPACING);

/// Whether the Content-Length of a message in a datagram is not the length of its body. On a
/// stream nobody can tell: the next message begins where this one is said to end.
pub(crate) fn is_length_off(message: &Message<'_, '_>, captured: &Captured<'_>) -> bool {
    let is_off = Anomalies::CONTENT_LENGTH_TOO_LARGE.union(Anomalies::CONTENT_LENGTH_TOO_SMALL);
    captured.flow.transport == Transport::Udp
        && captured.missing == 0
        && message.anomalies().intersects(is_off)
}

/// Whether a message may be malformed: what the scanner knows of it, the headers that it must
/// have, and whether those that identify its transaction can be read. It has to cost next to
/// nothing, since every message is asked; the whole of it is read only when this says so.
/// `ends`: of a request. `transaction`: the one that it belongs to, if it belongs to one that is followed.
pub(crate) fn is_suspect(
    message: &Message<'_, '_>,
    ends: Option<&Ends<'_>>,
    captured: &Captured<'_>,
    transaction: Option<&Transaction>,
) -> bool {
    // The end of what was cut off cannot be held against anybody.
    if captured.missing > 0 {
        return false;
    }
    let has = |name| message.has(name);
    if message.anomalies().intersects(BROKEN)
        || !(has(HeaderName::CallId) && has(HeaderName::From) && has(HeaderName::To))
    {
        return true;
    }
    match (message.start_line(), ends) {
        // Whoever sent the request is asked; responses repeat what is in it.
        (StartLine::Request { method, .. }, Some(ends)) => {
            ends.cseq.is_none_or(|cseq| cseq.method != method)
                // What belongs to a transaction has a Via that could be read.
                || transaction.is_none() && message.top_via().is_none()
                // What a proxy passes on was looked at when it came.
                || transaction.is_none_or(|transaction| transaction.parent.is_none())
                    && (ends.from.is_none() || ends.to.is_none())
        }
        // And those that belong to a transaction have a Via and a CSeq that could be read.
        _ => transaction.is_none() && (!has(HeaderName::Via) || message.cseq().is_none()),
    }
}

/// What tells one fault from another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    /// This host's fault of this kind.
    By(IpAddr),
    /// The fault in these words, which a proxy passes on.
    InWords(String),
}

/// The faults that were told, for each call.
#[derive(Debug, Default)]
pub(crate) struct Malformed {
    told: BTreeSet<(Option<CallId>, &'static str, Told)>,
    /// Faults given up because there were too many.
    pub(crate) evicted: u64,
}

impl Malformed {
    /// Whether this is news: a check's first finding for this sender in this call, in words that
    /// were not said of another sender. What a proxy passes on is the fault of the first.
    pub(crate) fn is_news(
        &mut self,
        call: Option<CallId>,
        check: &'static str,
        sender: IpAddr,
        says: &str,
    ) -> bool {
        while self.told.len() >= MOST_TOLD {
            // The oldest call has the least key, or nearly so.
            self.told.pop_first();
            self.evicted += 1;
        }
        let is_first_of_sender = self.told.insert((call, check, Told::By(sender)));
        let words = Told::InWords(says.to_owned());
        let is_first_in_words = self.told.insert((call, check, words));
        is_first_of_sender && is_first_in_words
    }
}
