//! The record of a call.

use schemars::JsonSchema;
use serde::Serialize;

use sipwhy_annotator::{Call, LegRef, Measured, Part};
use sipwhy_parser::{Method, printable};
use sipwhy_pipeline::Observed;

use super::annotation::Leg;
use super::timings::CallTimings;
use crate::clock::rfc3339_nanos;
use crate::part;

/// A call, or another exchange under one Call-ID, as far as it was captured.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CallRecord {
    /// Its place in the order of first sightings, from 1.
    number: u64,
    /// Its Call-ID.
    call_id: String,
    /// The From URI.
    from: String,
    /// The To URI.
    to: String,
    /// The method of its first message.
    method: Option<String>,
    /// When its first message was captured: RFC 3339, nanoseconds, UTC.
    began: String,
    /// When its newest message was captured.
    newest: String,
    /// The file of its first message, as it was named, or the interface.
    file: String,
    /// The frame of its first message.
    first_frame: u64,
    /// The frame of its newest message.
    last_frame: u64,
    /// Its messages, each sighting counted.
    messages: u64,
    /// Those among them that were sent again.
    retransmissions: u64,
    /// The newest final response to an INVITE of it, or to any request if it has none.
    final_code: Option<u16>,
    /// Its place among the legs of a call over a back-to-back user agent, if it is known to be
    /// one.
    #[serde(skip_serializing_if = "Option::is_none")]
    leg: Option<Leg>,
    /// The figures of RFC 6076, as far as they are known.
    #[serde(skip_serializing_if = "CallTimings::is_empty")]
    timings: CallTimings,
    #[serde(skip)]
    answers_invite: bool,
}

impl CallRecord {
    pub(super) fn new(call: &Call, file: &str) -> Self {
        let text = |bytes: &[u8]| printable(bytes).into_owned();
        let began = rfc3339_nanos(call.began.time);
        Self {
            number: call.number,
            call_id: text(call.call_id()),
            from: text(call.from()),
            to: text(call.to()),
            method: None,
            newest: began.clone(),
            began,
            file: file.to_owned(),
            first_frame: call.began.frame().number,
            last_frame: call.began.frame().number,
            messages: 0,
            retransmissions: 0,
            final_code: None,
            leg: None,
            timings: CallTimings::default(),
            answers_invite: false,
        }
    }

    pub(super) fn add(&mut self, call: &Call, observed: &Observed<'_, '_>) {
        if self.leg.is_none() {
            self.leg = call.leg.as_deref().map(|leg| Leg::of(LegRef::of(leg)));
        }
        let Observed {
            message,
            captured,
            seen,
            world,
        } = observed;
        if self.messages == 0 {
            self.method = part::method(message);
        }
        self.messages += 1;
        self.retransmissions += u64::from(seen.part == Part::Retransmission);
        self.newest = rfc3339_nanos(captured.time);
        self.last_frame = captured.last_frame.number;
        let Some(code) = message.status().filter(|code| *code >= 200) else {
            return;
        };
        if seen.part == Part::New
            && let Some(ended) = seen.transaction.and_then(|id| world.transaction(id))
            && let Some(measured) = Measured::of(world, ended)
        {
            self.timings.add(&measured);
        }
        let is_invite = message
            .cseq()
            .is_some_and(|cseq| cseq.method == Method::Invite);
        if is_invite || !self.answers_invite {
            self.final_code = Some(code);
            self.answers_invite |= is_invite;
        }
    }
}
