//! How calls go, while they are followed.

use sipwhy_annotator::{Call, Measured, Part};
use sipwhy_parser::Method;
use sipwhy_pipeline::Observed;

use super::outcome::Outcome;
use crate::json::timings::CallTimings;

/// How one call goes.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// The call that is the first leg of this one; itself, if it has no legs.
    pub(super) first_leg: u64,
    /// The figures of RFC 6076, as far as they are known.
    pub(super) timings: CallTimings,
    /// Its messages, each sighting counted.
    pub(super) messages: u64,
    /// Whether an INVITE is among them.
    is_call: bool,
    /// The newest final response that decides.
    code: Option<u16>,
}

impl Progress {
    pub(super) fn add(&mut self, call: &Call, observed: &Observed<'_, '_>) {
        let Observed {
            message,
            seen,
            world,
            ..
        } = observed;
        self.first_leg = call.leg.as_deref().map_or(call.number, |leg| leg.of);
        self.messages += 1;
        let cseq = message.cseq();
        let is_invite = message.method() == Some(Method::Invite)
            || cseq.is_some_and(|cseq| cseq.method == Method::Invite);
        if is_invite && !self.is_call {
            self.is_call = true;
            self.code = None;
        }
        let Some(code) = message.status().filter(|code| *code >= 200) else {
            return;
        };
        if seen.part == Part::New
            && let Some(ended) = observed.transaction()
            && let Some(measured) = Measured::of(world, ended)
        {
            self.timings.add(&measured);
        }
        // Once it was answered, a refused re-INVITE does not undo that.
        let is_answered = self.is_call && matches!(self.code, Some(200..=299));
        if is_invite == self.is_call && !is_answered {
            self.code = Some(code);
        }
    }

    pub(super) const fn outcome(&self) -> Outcome {
        Outcome::of(self.is_call, self.code)
    }

    pub(super) const fn code(&self) -> Option<u16> {
        self.code
    }
}
