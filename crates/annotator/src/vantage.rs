//! What the capture has in view of each host: which directions it sees, whether it sees a host's
//! onward side, and whom the host tried to reach without a SIP message getting out.
//!
//! Absence proves something only where presence would have been seen.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use sipwhy_packet::{
    Captured, Flow, Neighbour, TcpStep, TcpStepKind, Timestamp, TlsAlert, Unreachable,
    UnreachableReason,
};

use crate::config::HashSeed;
use crate::key::{Seeded, SeededMap};
use crate::moment::Moment;

/// How many attempts are remembered of one host; older ones are given up.
const ATTEMPTS: usize = 8;

/// Tries further apart are attempts of their own. TCP doubles its wait from 1 s on.
const SAME_ATTEMPT: Duration = Duration::from_secs(40);
/// A SYN sent this often was not answered for some 7 s: TCP asks again after 1, 2 and 4 s (RFC 6298
/// §2, §5.7).
const HOPELESS_TRIES: u32 = 4;
/// The level of a TLS alert that ends the session (RFC 5246 §7.2, RFC 8446 §6).
const FATAL: u8 = 2;
/// ARP is tried again after a second; a later request for the same address is a new one.
const SAME_SOLICITATION: Duration = Duration::from_secs(3);

/// All hosts seen.
#[derive(Debug)]
pub struct Vantage {
    hosts: SeededMap<u128, Host>,
    /// The newest failure to deliver from a host to a socket.
    failures: SeededMap<(IpAddr, SocketAddr), Failure>,
    /// Some of those known to receive, each in the one place that its address gives it: nearly
    /// every message goes to one of few hosts, and needs no look-up then. 0 where there is none.
    receivers: [u128; 64],
    /// Whether a datagram in fragments was seen whole: then a filter on ports does not hide the
    /// later fragments, which carry none.
    pub sees_fragments: bool,
    limit: usize,
    /// Hosts not taken in because the table was full.
    pub(crate) refused: u64,
}

/// A packet that the network or the far end turned down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// How.
    pub kind: FailureKind,
    /// The first time.
    pub first: Moment,
    /// The newest time.
    pub newest: Moment,
}

/// How a packet was turned down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// An ICMP error came from this host.
    Unreachable(UnreachableReason, IpAddr),
    /// The connection was reset.
    Reset,
    /// The connection was refused.
    Refused,
    /// The connection was asked for again and again, and nothing came back.
    Unanswered,
    /// The far end refused the TLS session.
    Alert(TlsAlert),
    /// Fragments of a datagram are missing.
    Incomplete,
}

impl FailureKind {
    /// What the packet that said so says.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Unreachable(reason, reporter) => {
                format!("ICMP from {reporter}: {}", reason_words(*reason))
            }
            Self::Reset => "TCP: the connection was reset".to_owned(),
            Self::Refused => "TCP: the connection was refused".to_owned(),
            Self::Unanswered => "TCP: the connection was asked for again".to_owned(),
            Self::Alert(alert) => format!("TLS: fatal alert {}", alert_name(*alert)),
            Self::Incomplete => "IP: not all fragments of the datagram are here".to_owned(),
        }
    }
}

/// An alert by its name in the registry, or by its number.
pub(crate) fn alert_name(alert: TlsAlert) -> String {
    alert
        .name()
        .map_or_else(|| alert.description.to_string(), str::to_owned)
}

/// From this size on a request must not go over UDP unless the path is known to carry it (RFC
/// 3261 §18.1.1).
pub(crate) const MOST_OVER_UDP: usize = 1300;

/// The bytes of a message, as sent.
pub(crate) const fn size(captured: &Captured<'_>) -> usize {
    captured.bytes.len() + captured.missing as usize
}

/// Whether a message came in a UDP datagram that was cut into fragments.
pub(crate) fn is_in_fragments(captured: &Captured<'_>) -> bool {
    captured.mark.is_some() && captured.first_frame != captured.last_frame
}

/// An ICMP reason in words.
const fn reason_words(reason: UnreachableReason) -> &'static str {
    match reason {
        UnreachableReason::Network => "no route to the network",
        UnreachableReason::Host => "the host does not answer",
        UnreachableReason::Port => "nothing listens on the port",
        UnreachableReason::Prohibited => "a filter forbids it",
        UnreachableReason::TooBig => "the packet is too big for the path",
        UnreachableReason::TimeExceeded => "the hop limit ran out, as in a routing loop",
        UnreachableReason::Other => "destination unreachable",
    }
}

/// What was seen of one host.
#[derive(Debug, Default)]
pub(crate) struct Host {
    /// Whether it received any message, from anyone.
    receives: bool,
    /// Transactions it began on behalf of a request it had received, seen on both sides.
    forwarded: u64,
    attempts: Vec<Attempt>,
}

/// A host's attempt to reach another below SIP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// What it tried.
    pub kind: AttemptKind,
    /// The first try.
    pub first: Moment,
    /// The newest try.
    pub newest: Moment,
    /// How many tries were seen.
    pub tries: u32,
    /// What came of it.
    pub end: AttemptEnd,
}

/// What a host tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptKind {
    /// It asked for the hardware address of a neighbour (ARP, neighbour discovery).
    Neighbour(IpAddr),
    /// It asked for a TCP connection.
    Connect(SocketAddr),
    /// It asked for a host name.
    Lookup(String),
}

impl AttemptKind {
    /// What was asked.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Neighbour(address) => format!("who has {address}?"),
            Self::Connect(socket) => format!("TCP: asks {socket} for a connection"),
            Self::Lookup(name) => format!("DNS: asks for {name}"),
        }
    }

    /// How far apart two tries of one attempt may be.
    const fn patience(&self) -> Duration {
        match self {
            Self::Neighbour(_) => SAME_SOLICITATION,
            Self::Connect(_) | Self::Lookup(_) => SAME_ATTEMPT,
        }
    }
}

impl Attempt {
    /// Whether it shows that the host did not get through. Answers go to the asker alone and may
    /// be out of view where the question, which went to all, is not; but who has an answer does
    /// not ask again.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        match self.end {
            AttemptEnd::Answered => false,
            AttemptEnd::Refused => true,
            AttemptEnd::Unanswered => matches!(self.kind, AttemptKind::Lookup(_)) || self.tries > 1,
        }
    }
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptEnd {
    /// Nothing was seen.
    Unanswered,
    /// It succeeded.
    Answered,
    /// It was turned down: RST to a SYN, or an error from the DNS.
    Refused,
}

impl Vantage {
    pub(crate) fn new(limit: usize, seed: HashSeed) -> Self {
        Self {
            hosts: SeededMap::with_hasher(Seeded(seed)),
            failures: SeededMap::with_hasher(Seeded(seed)),
            receivers: [0; 64],
            sees_fragments: false,
            limit,
            refused: 0,
        }
    }

    pub(crate) fn note_unreachable(&mut self, unreachable: &Unreachable) -> FailureKind {
        let kind = FailureKind::Unreachable(unreachable.reason, unreachable.reporter);
        let at = Moment::new(unreachable.time, unreachable.frame);
        self.note_failure(&unreachable.flow, kind, at);
        kind
    }

    fn note_failure(&mut self, flow: &Flow, kind: FailureKind, at: Moment) {
        let key = (flow.source.ip(), flow.destination);
        if self.failures.len() >= self.limit && !self.failures.contains_key(&key) {
            self.refused += 1;
            return;
        }
        let failure = Failure {
            kind,
            first: at,
            newest: at,
        };
        self.failures
            .entry(key)
            .and_modify(|known| {
                *known = Failure {
                    first: known.first,
                    ..failure
                }
            })
            .or_insert(failure);
    }

    /// Whether a packet of `flow` was turned down since `since`.
    #[must_use]
    pub fn failure(&self, flow: &Flow, since: Timestamp) -> Option<&Failure> {
        self.failures
            .get(&(flow.source.ip(), flow.destination))
            .filter(|failure| failure.newest.time >= since)
    }

    fn host_mut(&mut self, address: IpAddr) -> Option<&mut Host> {
        let key = bits(address);
        if self.hosts.len() >= self.limit && !self.hosts.contains_key(&key) {
            self.refused += 1;
            return None;
        }
        Some(self.hosts.entry(key).or_default())
    }

    /// A message reached `receiver`.
    pub(crate) fn note_received(&mut self, receiver: IpAddr) {
        let address = bits(receiver);
        let folded = address as u64 ^ (address >> 64) as u64;
        let place = (folded.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58) as usize;
        if self.receivers[place] == address {
            return;
        }
        if let Some(host) = self.host_mut(receiver) {
            host.receives = true;
            self.receivers[place] = address;
        }
    }

    /// `proxy` passed on a request whose arrival there was seen as well.
    pub(crate) fn note_forwarded(&mut self, proxy: IpAddr) {
        if let Some(host) = self.host_mut(proxy) {
            host.forwarded += 1;
        }
    }

    /// Whether packets that reach `host` are in view.
    #[must_use]
    pub fn sees_arrivals_at(&self, host: IpAddr) -> bool {
        self.hosts
            .get(&bits(host))
            .is_some_and(|host| host.receives)
    }

    /// How many requests `host` was seen to pass on, with both sides in view.
    #[must_use]
    pub fn forwarded_by(&self, host: IpAddr) -> u64 {
        self.hosts.get(&bits(host)).map_or(0, |host| host.forwarded)
    }

    /// The attempts of `host` since `since`, oldest first.
    pub fn attempts(&self, host: IpAddr, since: Timestamp) -> impl Iterator<Item = &Attempt> {
        self.hosts
            .get(&bits(host))
            .into_iter()
            .flat_map(|host| &host.attempts)
            .filter(move |attempt| attempt.first.time >= since)
    }

    pub(crate) fn note_neighbour(&mut self, neighbour: &Neighbour) {
        let at = Moment::new(neighbour.time, neighbour.frame);
        if neighbour.is_reply {
            let kind = AttemptKind::Neighbour(neighbour.sender);
            self.end_attempt(neighbour.target, &kind, AttemptEnd::Answered);
        } else {
            self.note_attempt(
                neighbour.sender,
                AttemptKind::Neighbour(neighbour.target),
                at,
            );
        }
    }

    /// Takes in a step of a connection. Says what was turned down by it, and how.
    pub(crate) fn note_tcp(&mut self, step: &TcpStep) -> Option<(Flow, FailureKind)> {
        let at = Moment::new(step.time, step.frame);
        let (asker, target) = (step.flow.destination.ip(), step.flow.source);
        match step.kind {
            TcpStepKind::Connect => {
                let kind = AttemptKind::Connect(step.flow.destination);
                let host = step.flow.source.ip();
                if self.note_attempt(host, kind, at) == HOPELESS_TRIES {
                    return Some((step.flow, FailureKind::Unanswered));
                }
            }
            TcpStepKind::Accept => {
                self.note_received(asker);
                self.end_attempt(asker, &AttemptKind::Connect(target), AttemptEnd::Answered);
            }
            TcpStepKind::Refuse => {
                self.end_attempt(asker, &AttemptKind::Connect(target), AttemptEnd::Refused);
                return Some(self.turned_down(step, FailureKind::Refused, at));
            }
            TcpStepKind::Reset => {
                return Some(self.turned_down(step, FailureKind::Reset, at));
            }
            TcpStepKind::Alert(alert) if alert.level == FATAL => {
                return Some(self.turned_down(step, FailureKind::Alert(alert), at));
            }
            TcpStepKind::Alert(_) | TcpStepKind::Close => {}
        }
        None
    }

    /// Notes that the sender of `step` turned down what the other end sends.
    fn turned_down(
        &mut self,
        step: &TcpStep,
        kind: FailureKind,
        at: Moment,
    ) -> (Flow, FailureKind) {
        let flow = step.flow.reversed();
        self.note_failure(&flow, kind, at);
        (flow, kind)
    }

    /// Says the how manieth try it is.
    pub(crate) fn note_attempt(&mut self, host: IpAddr, kind: AttemptKind, at: Moment) -> u32 {
        self.host_mut(host).map_or(0, |host| host.begin(kind, at))
    }

    pub(crate) fn end_attempt(&mut self, host: IpAddr, kind: &AttemptKind, end: AttemptEnd) {
        if let Some(host) = self.hosts.get_mut(&bits(host)) {
            host.end(kind, end);
        }
    }
}

/// An address as one number, which hashes in one piece.
pub(crate) const fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

impl Host {
    fn begin(&mut self, kind: AttemptKind, at: Moment) -> u32 {
        let open = |attempt: &&mut Attempt| {
            attempt.kind == kind
                && attempt.end == AttemptEnd::Unanswered
                && at.time.since(attempt.newest.time) <= kind.patience()
        };
        if let Some(attempt) = self.attempts.iter_mut().rev().find(open) {
            attempt.tries += 1;
            attempt.newest = at;
            return attempt.tries;
        }
        if self.attempts.len() == ATTEMPTS {
            self.attempts.remove(0);
        }
        let end = AttemptEnd::Unanswered;
        self.attempts.push(Attempt {
            kind,
            first: at,
            newest: at,
            tries: 1,
            end,
        });
        1
    }

    fn end(&mut self, kind: &AttemptKind, end: AttemptEnd) {
        let open =
            |attempt: &&mut Attempt| attempt.kind == *kind && attempt.end == AttemptEnd::Unanswered;
        for attempt in self.attempts.iter_mut().filter(open) {
            attempt.end = end;
        }
    }
}
