//! Thresholds and bounds, with the defaults the rule pages name.

use std::time::Duration;

/// RFC 3261's estimate of the round-trip time (§17.1.1.1).
pub const T1: Duration = Duration::from_millis(500);
/// 64·T1: Timers B, F, H and, for UDP, D (RFC 3261 table 4).
pub const TIMEOUT: Duration = Duration::from_secs(32);

/// What the engine is told before the first message.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// When a wait becomes a finding.
    pub thresholds: Thresholds,
    /// How much the engine may remember.
    pub limits: Limits,
    /// Keys of the hash functions, so that senders cannot choose colliding keys. Results do not
    /// depend on them.
    pub hash_seed: HashSeed,
}

/// Two 64-bit keys for `SipHash`. A live capture takes them from the system's random source.
#[derive(Clone, Copy, Debug, Default)]
pub struct HashSeed(pub u64, pub u64);

/// When a wait becomes a finding. All in capture time.
#[derive(Clone, Debug)]
pub struct Thresholds {
    /// `stuck-on-trying` as a warning: the upper end of ITU-T E.721's targets for the delay after
    /// dialling.
    pub stuck_warning: Duration,
    /// `stuck-on-trying` as an error: 64·T1.
    pub stuck_error: Duration,
    /// The last word on a stuck call: Timer C of a proxy (RFC 3261 §16.6 step 11).
    pub stuck_timer_c: Duration,
    /// `slow-post-dial-delay`: the upper end of ITU-T E.721's targets for the delay after dialling.
    pub slow_post_dial: Duration,
    /// `ringing-unanswered` as a note: a phone that rings for a minute is not picked up.
    pub ringing_note: Duration,
    /// `ringing-unanswered` as a warning: Timer C of a proxy (RFC 3261 §16.6 step 11).
    pub ringing_warning: Duration,
    /// Silence after a redirection before it counts as abandoned.
    pub redirect_abandoned: Duration,
    /// How long a retry with a new Call-ID is still taken for an answer to a redirection.
    pub redirect_new_call: Duration,
    /// How long after a redirection a retry within the same Call-ID is judged.
    pub redirect_memory: Duration,
    /// How long after a challenge or redirection the next attempt of a call may come before the
    /// call counts as failed.
    pub next_attempt: Duration,
    /// Two sightings of one datagram at most this far apart are copies, not transmissions.
    pub copy_window: Duration,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            stuck_warning: Duration::from_secs(8),
            stuck_error: TIMEOUT,
            stuck_timer_c: Duration::from_secs(180),
            slow_post_dial: Duration::from_secs(8),
            ringing_note: Duration::from_secs(60),
            ringing_warning: Duration::from_secs(180),
            redirect_abandoned: Duration::from_secs(10),
            redirect_new_call: Duration::from_secs(10),
            redirect_memory: Duration::from_secs(300),
            next_attempt: TIMEOUT,
            copy_window: Duration::from_millis(10),
        }
    }
}

/// How much the engine may remember. When a bound is reached the oldest entry is given up and
/// counted in [`crate::Counters`]; nothing is ever refused or grown past its bound.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Transactions followed at once.
    pub transactions: usize,
    /// Calls followed at once.
    pub calls: usize,
    /// An INVITE that was answered provisionally and never finally is forgotten after this long.
    pub pending_invite: Duration,
    /// An answered call without any message is forgotten after this long.
    pub idle_call: Duration,
    /// Hosts whose traffic is kept in view.
    pub hosts: usize,
    /// Host names whose addresses are remembered.
    pub names: usize,
    /// Redirections waiting to be obeyed.
    pub redirects: usize,
    /// Children kept of one forked transaction, dialogs of one call, and ACKs of one dialog.
    pub branches: usize,
    /// Transactions kept under one Call-ID; more are followed, but not joined to the call.
    pub per_call: usize,
    /// Bytes kept of a Request-URI, a Call-ID, a From or a To URI.
    pub text: usize,
    /// Places of loss remembered; older ones are merged.
    pub gaps: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            transactions: 1_000_000,
            calls: 1_000_000,
            pending_invite: Duration::from_secs(3600),
            idle_call: Duration::from_secs(12 * 3600),
            hosts: 65_536,
            names: 16_384,
            redirects: 65_536,
            branches: 64,
            per_call: 256,
            text: 1024,
            gaps: 256,
        }
    }
}
