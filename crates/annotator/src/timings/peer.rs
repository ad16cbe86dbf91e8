//! What became of the requests to one host.

use std::net::IpAddr;
use std::time::Duration;

use super::{End, Measured, Series};

/// A host that requests were sent to.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Its address.
    pub address: IpAddr,
    /// How long it took to give the first response, whichever, to each request on its hop.
    pub response_time: Series,
    /// Requests on its hop that nothing answered within 64·T1 (RFC 3261 timers B and F).
    pub unanswered: u64,
    /// Registrations asked of it.
    pub registrations: Registrations,
    /// Sessions asked of it.
    pub sessions: Sessions,
}

/// Registrations that were asked of a host (RFC 6076 §4.1, §4.2).
#[derive(Clone, Debug, Default)]
pub struct Registrations {
    /// RRD: from the first REGISTER to the 2xx, challenges included.
    pub delay: Series,
    /// REGISTER requests that were challenged, 401, 402 or 407.
    pub challenged: u64,
    /// REGISTER requests that were refused or redirected.
    pub refused: u64,
    /// REGISTER requests that nothing answered.
    pub unanswered: u64,
}

/// Sessions that were asked of a host, and what became of them (RFC 6076 §4.3 to §4.9). An INVITE
/// that begins a session counts once, at the first hop in view, when it is answered finally, or
/// when the time for that is over.
#[derive(Clone, Debug, Default)]
pub struct Sessions {
    /// INVITE requests that were challenged, 401, 402 or 407; what follows is the same attempt.
    pub challenged: u64,
    /// INVITE requests that were redirected.
    pub redirected: u64,
    /// Those that were answered with 2xx.
    pub established: u64,
    /// Those that a user, or the want of one, ended: 480, 486, 600, 603.
    pub declined: u64,
    /// Those that failed for overload or the like: 408, 500, 503, 504, or no answer at all, which
    /// its client takes for 408 (RFC 3261 §8.1.3.1).
    pub ineffective: u64,
    /// Those that the caller gave up: 487.
    pub cancelled: u64,
    /// Those that failed otherwise.
    pub failed: u64,
    /// Established ones whose BYE was answered with 2xx.
    pub completed: u64,
    /// Established ones whose BYE was refused or not answered.
    pub incomplete: u64,
    /// SRD of those established (§4.3.1).
    pub request_delay: Series,
    /// SRD of those that failed (§4.3.2).
    pub failed_request_delay: Series,
    /// SDD of those whose BYE was answered with 2xx (§4.4), at the host that it was sent to.
    pub disconnect_delay: Series,
    /// SDD of those whose BYE was refused or not answered.
    pub failed_disconnect_delay: Series,
    /// SDT of those completed (§4.5.1).
    pub duration: Series,
    /// SDT of those whose BYE was refused or not answered (§4.5.2).
    pub failed_duration: Series,
    /// Hops that an INVITE crossed, as far as it was seen: of how many INVITE requests, the sum of
    /// their hops, and the most.
    pub hops: (u64, u64, u16),
}

/// Part of a whole in percent; `None` of nothing.
fn percent(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 * 100.0 / whole as f64)
}

impl Peer {
    pub(super) fn new(address: IpAddr) -> Self {
        Self {
            address,
            response_time: Series::default(),
            unanswered: 0,
            registrations: Registrations::default(),
            sessions: Sessions::default(),
        }
    }

    pub(crate) fn note(&mut self, measured: &Measured) {
        match *measured {
            Measured::Registration { end, delay } => self.registrations.note(end, delay),
            Measured::Session { end, delay, hops } => self.sessions.note_request(end, delay, hops),
            Measured::Disconnect { end, delay, .. } => self.sessions.note_disconnect(end, delay),
        }
    }
}

impl Registrations {
    fn note(&mut self, end: End, delay: Duration) {
        match end {
            End::Success => self.delay.add(delay),
            End::Challenge => self.challenged += 1,
            End::Redirection | End::Failure(_) => self.refused += 1,
            End::Silence => self.unanswered += 1,
        }
    }

    /// REGISTER requests, those that were challenged left out.
    #[must_use]
    pub const fn attempts(&self) -> u64 {
        self.delay.count() + self.refused + self.unanswered
    }

    /// IRA in percent (§4.2).
    #[must_use]
    pub fn ineffective(&self) -> Option<f64> {
        percent(self.refused + self.unanswered, self.attempts())
    }
}

impl Sessions {
    fn note_request(&mut self, end: End, delay: Duration, hops: u16) {
        self.count(end);
        match end {
            End::Success => self.request_delay.add(delay),
            End::Failure(_) => self.failed_request_delay.add(delay),
            // The same INVITE comes again with credentials, and counts then.
            End::Challenge => return,
            End::Redirection | End::Silence => {}
        }
        let (requests, sum, most) = &mut self.hops;
        *requests += 1;
        *sum += u64::from(hops);
        *most = hops.max(*most);
    }

    fn note_disconnect(&mut self, end: End, delay: Duration) {
        match end {
            End::Success => self.disconnect_delay.add(delay),
            End::Challenge => {}
            _ => self.failed_disconnect_delay.add(delay),
        }
    }

    pub(crate) fn note_duration(&mut self, end: End, duration: Duration) {
        if end == End::Success {
            self.completed += 1;
            self.duration.add(duration);
        } else {
            self.incomplete += 1;
            self.failed_duration.add(duration);
        }
    }

    const fn count(&mut self, end: End) {
        let counter = match end {
            End::Success => &mut self.established,
            End::Challenge => &mut self.challenged,
            End::Redirection => &mut self.redirected,
            End::Failure(480 | 486 | 600 | 603) => &mut self.declined,
            End::Failure(408 | 500 | 503 | 504) | End::Silence => &mut self.ineffective,
            End::Failure(487) => &mut self.cancelled,
            End::Failure(_) => &mut self.failed,
        };
        *counter += 1;
    }

    /// Session requests: INVITE requests that begin a session, those that were challenged left
    /// out.
    #[must_use]
    pub const fn attempts(&self) -> u64 {
        self.redirected
            + self.established
            + self.declined
            + self.ineffective
            + self.cancelled
            + self.failed
    }

    /// Whether there were any, or one ended here.
    #[must_use]
    pub const fn is_any(&self) -> bool {
        let ends = self.disconnect_delay.count() + self.failed_disconnect_delay.count();
        self.attempts() + self.challenged + ends > 0
    }

    /// Established ones whose end was not seen.
    #[must_use]
    pub const fn open(&self) -> u64 {
        self.established
            .saturating_sub(self.completed + self.incomplete)
    }

    /// SER in percent (§4.6).
    #[must_use]
    pub fn establishment_ratio(&self) -> Option<f64> {
        percent(self.established, self.attempts() - self.redirected)
    }

    /// SEER in percent (§4.7).
    #[must_use]
    pub fn effectiveness_ratio(&self) -> Option<f64> {
        let effective = self.established + self.declined;
        percent(effective, self.attempts() - self.redirected)
    }

    /// ISA in percent (§4.8).
    #[must_use]
    pub fn ineffective_attempts(&self) -> Option<f64> {
        percent(self.ineffective, self.attempts())
    }

    /// SCR in percent (§4.9), of the sessions whose fate is known.
    #[must_use]
    pub fn completion_ratio(&self) -> Option<f64> {
        percent(self.completed, self.attempts().saturating_sub(self.open()))
    }

    /// The mean number of hops that an INVITE crossed.
    #[must_use]
    pub fn mean_hops(&self) -> Option<f64> {
        let (count, sum, _) = self.hops;
        percent(sum, count).map(|percent| percent / 100.0)
    }
}
