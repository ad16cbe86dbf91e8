//! Session timers: for how long a call was agreed to last, and who has to prolong it (RFC 4028).

use std::net::IpAddr;
use std::time::Duration;

use sipwhy_packet::{Flow, Timestamp};
use sipwhy_parser::headers::Refresher;
use sipwhy_parser::{HeaderName, Message};

use crate::annotation::{Evidence, QuotedLine};
use crate::ids::TransactionId;
use crate::moment::Moment;
use crate::quote;
use crate::transaction::{Received, Transaction};

/// Who has to refresh hangs up no later than this before the end (RFC 4028 §10).
const MARGIN: Duration = Duration::from_secs(32);
/// RFC 4028 §4 allows nothing below 90 s. What is far below tells a session that runs out from one
/// that a person ends no longer.
const LEAST: Duration = Duration::from_secs(30);

/// What the newest 2xx to an INVITE or UPDATE of a dialog says of its session.
#[derive(Debug)]
pub struct SessionTimer {
    /// How long the session lasts without a refresh.
    pub(crate) interval: Duration,
    /// Whether the calling side has to refresh it; `None` where the 2xx does not say.
    pub(crate) is_callers: Option<bool>,
    /// When the 2xx was seen, on the hop nearest to whom it went.
    pub(crate) agreed: Moment,
    pub(crate) flow: Flow,
    /// Its Session-Expires.
    pub(crate) line: QuotedLine,
    /// Its status line.
    pub(crate) status: QuotedLine,
    /// The number of the request that it answers.
    pub(crate) cseq: u32,
    /// Whether the calling side sent that request.
    pub(crate) is_asked_by_caller: bool,
    /// The calling side's host, as far as it is in view.
    pub(crate) caller: IpAddr,
    /// The called side's host, as far as it is in view.
    pub(crate) callee: IpAddr,
    /// The newest INVITE or UPDATE since, which prolongs the session if it succeeds.
    pub(crate) tried: Option<Refresh>,
}

/// A request that prolongs the session if it succeeds.
#[derive(Clone, Copy, Debug)]
pub struct Refresh {
    pub(crate) transaction: TransactionId,
    pub(crate) at: Moment,
    pub(crate) is_invite: bool,
    pub(crate) cseq: u32,
    pub(crate) by_caller: bool,
    pub(crate) flow: Flow,
    /// The answer that refused it, and who gave it.
    pub(crate) refusal: Option<(Received, IpAddr)>,
}

impl SessionTimer {
    /// What a 2xx says, to a request of the calling side or of the called side. `None` when the
    /// session does not run out.
    pub(crate) fn agreed(
        message: &Message<'_, '_>,
        request: &Transaction,
        is_asked_by_caller: bool,
        agreed: Moment,
    ) -> Option<Self> {
        let header = message.header(HeaderName::SessionExpires)?;
        let expires = message.session_expires()?;
        let interval = Duration::from_secs(expires.seconds.into());
        if interval < LEAST {
            return None;
        }
        let (client, server) = (request.client(), request.server());
        let (caller, callee) = if is_asked_by_caller {
            (client, server)
        } else {
            (server, client)
        };
        let is_callers = expires
            .refresher
            .map(|who| (who == Refresher::Uac) == is_asked_by_caller);
        Some(Self {
            interval,
            is_callers,
            agreed,
            flow: request.flow.reversed(),
            line: quote::header(message, &header, ""),
            status: quote::plain(message.start_line_bytes()),
            cseq: request.cseq,
            is_asked_by_caller,
            caller,
            callee,
            tried: None,
        })
    }

    /// Takes the place of what the same 2xx said on the hop before: that one was nearer to whoever
    /// answered.
    pub(crate) fn follow(&mut self, earlier: &Self) {
        let is_same =
            (self.cseq, self.is_asked_by_caller) == (earlier.cseq, earlier.is_asked_by_caller);
        if is_same && self.is_asked_by_caller {
            self.callee = earlier.callee;
        } else if is_same {
            self.caller = earlier.caller;
        }
    }

    /// When whoever does not refresh hangs up, after the agreement: the lesser of 32 s and a third
    /// of the interval before its end (RFC 4028 §10).
    pub(crate) fn release_due(&self) -> Duration {
        self.interval - MARGIN.min(self.interval / 3)
    }

    /// The host of one side.
    pub(crate) const fn host_of(&self, is_caller: bool) -> IpAddr {
        if is_caller { self.caller } else { self.callee }
    }

    /// How long after the agreement it is.
    pub(crate) fn age(&self, now: Timestamp) -> Duration {
        now.since(self.agreed.time)
    }

    pub(crate) fn evidence(&self) -> Evidence {
        Evidence {
            frame: self.agreed.frame(),
            time: self.agreed.time,
            flow: Some(self.flow),
            quote: vec![self.status.clone(), self.line.clone()],
        }
    }
}

impl Refresh {
    pub(crate) const fn method(&self) -> &'static str {
        if self.is_invite { "INVITE" } else { "UPDATE" }
    }
}
