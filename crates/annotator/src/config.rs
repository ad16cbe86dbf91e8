//! Thresholds and bounds, with the defaults the rule pages name.

use std::time::Duration;

use crate::network::Network;
use crate::number_ranges::NumberPrefix;
use crate::policy::Policy;

pub(crate) use crate::thresholds::Thresholds;

/// RFC 3261's estimate of the round-trip time (§17.1.1.1).
pub const T1: Duration = Duration::from_millis(500);
/// 64·T1: Timers B, F, H and, for UDP, D (RFC 3261 table 4).
pub const TIMEOUT: Duration = Duration::from_secs(32);

/// What the engine is told before the first message.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// When a wait becomes a finding.
    pub thresholds: Thresholds,
    /// What is to be said of what is found.
    pub policy: Policy,
    /// Hosts that belong to the same trust domain (RFC 3325 §2.4), such as the user's own.
    pub trusted: Vec<Network>,
    /// Hosts known to be proxies, beside those that the capture shows to be.
    pub proxies: Vec<Network>,
    /// Numbers that are costly to call, beside those that are so all over the world.
    pub watched_numbers: Vec<NumberPrefix>,
    /// How much the engine may remember.
    pub limits: Limits,
    /// Keys of the hash functions, so that senders cannot choose colliding keys. Results do not
    /// depend on them.
    pub hash_seed: HashSeed,
    /// Whether transactions and calls are handed out when they are over
    /// ([`Engine::poll_ended`](crate::Engine::poll_ended)).
    pub tells_ends: bool,
}

/// Two 64-bit keys for `SipHash`. A live capture takes them from the system's random source.
#[derive(Clone, Copy, Debug, Default)]
pub struct HashSeed(pub u64, pub u64);

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
    /// Hosts of which response times and RFC 6076's figures are kept.
    pub peers: usize,
    /// Redirections waiting to be obeyed.
    pub redirects: usize,
    /// What identifies the legs of calls, such as Session-IDs.
    pub leg_marks: usize,
    /// Children kept of one forked transaction, dialogs and legs of one call, and ACKs of one
    /// dialog.
    pub branches: usize,
    /// Transactions kept under one Call-ID; more are followed, but not joined to the call.
    pub per_call: usize,
    /// Bytes kept of a Request-URI, a Call-ID, a From or a To URI.
    pub text: usize,
    /// Bytes of the longest session description that is kept until its answer comes.
    pub offer: usize,
    /// Offers kept at once.
    pub offers: usize,
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
            peers: 4096,
            redirects: 65_536,
            leg_marks: 65_536,
            branches: 64,
            per_call: 256,
            text: 1024,
            offer: 8192,
            offers: 32_768,
            gaps: 256,
        }
    }
}
