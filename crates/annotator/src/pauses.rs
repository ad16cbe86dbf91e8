//! Which servers asked which clients to be left alone, and until when (RFC 3261 §20.33).

use std::time::Duration;

use sipwhy_packet::{Flow, Timestamp};

use crate::bounded::Bounded;
use crate::config::HashSeed;
use crate::ids::CallId;
use crate::moment::Moment;

/// A client's socket, a server's, and what the server refused there.
type Subject = (Flow, Refused);

/// What is not to be asked for again so soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Refused {
    /// Anything: the server is overloaded (503, §21.5.4).
    All,
    /// The same request (480, 486, 500), by the hash of its method and Request-URI.
    Request(u64),
}

/// The time that a server asked for.
#[derive(Clone, Copy, Debug)]
pub struct Pause {
    /// When it asked, the last time.
    pub at: Moment,
    /// For how many seconds.
    pub seconds: u32,
    /// By which response.
    pub code: u16,
    /// How many requests came too soon.
    pub early: u32,
    /// The call of the first of them.
    pub(crate) call: Option<CallId>,
    /// The number under which they are told of.
    pub(crate) finding: Option<u64>,
}

impl Pause {
    /// A pause that begins now.
    pub(crate) const fn new(at: Moment, seconds: u32, code: u16) -> Self {
        Self {
            at,
            seconds,
            code,
            early: 0,
            call: None,
            finding: None,
        }
    }

    fn until(&self) -> Timestamp {
        self.at.time + Duration::from_secs(self.seconds.into())
    }

    /// Whether a request sent at `now` ignores it. `under_way`: one sent this soon after may have
    /// been on its way already. Seconds are whole, so that the last one is not judged.
    fn holds(&self, now: Timestamp, under_way: Duration) -> bool {
        now > self.at.time + under_way && now + Duration::from_secs(1) < self.until()
    }
}

/// The pauses of all pairs of sockets.
#[derive(Debug)]
pub(crate) struct Pauses {
    known: Bounded<Subject, Pause>,
    /// When the last of them ends.
    until: Timestamp,
}

impl Pauses {
    pub(crate) fn new(limit: usize, seed: HashSeed) -> Self {
        Self {
            known: Bounded::new(limit, seed),
            until: Timestamp::ZERO,
        }
    }

    /// How many were given up because the table was full.
    pub(crate) const fn evicted(&self) -> u64 {
        self.known.evicted
    }

    /// Whether there may be one: no table is looked at where there is none, as nearly always.
    pub(crate) fn may_hold(&self, now: Timestamp) -> bool {
        now < self.until
    }

    /// A server asked for one. Where it had asked before and that is not over, it is the same.
    pub(crate) fn begin(&mut self, flow: Flow, refused: Refused, pause: Pause) {
        self.until = self.until.max(pause.until());
        match self.known.get_mut(&(flow, refused)) {
            Some(known) if pause.at.time < known.until() => {
                known.at = pause.at;
                known.seconds = pause.seconds;
                known.code = pause.code;
            }
            Some(known) => *known = pause,
            None => self.known.enter((flow, refused), pause),
        }
    }

    /// The pause that a request sent now ignores: that of the server, or else that of `same`.
    pub(crate) fn ignored(
        &mut self,
        flow: Flow,
        same: Refused,
        now: Timestamp,
        under_way: Duration,
    ) -> Option<&mut Pause> {
        let subject = [(flow, Refused::All), (flow, same)]
            .into_iter()
            .find(|subject| {
                let pause = self.known.get(subject);
                pause.is_some_and(|pause| pause.holds(now, under_way))
            })?;
        self.known.get_mut(&subject)
    }
}
