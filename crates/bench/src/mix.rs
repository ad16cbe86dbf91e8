//! The mix of traffic: which kinds of call there are, and how often each happens.

use crate::rng::Rng;

/// What becomes of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scenario {
    /// Rings, is answered, and one side hangs up.
    Answered,
    /// Challenged with 407, repeated with credentials, then as [`Scenario::Answered`].
    Authenticated,
    /// Answered, with a re-INVITE (hold, codec change) before the end.
    Reinvited,
    /// 486 from the called phone.
    Busy,
    /// 404 from the proxy.
    NotFound,
    /// 480 from the called phone.
    Unavailable,
    /// 503 from the proxy.
    Overloaded,
    /// The caller cancels while it rings: 487.
    Cancelled,
    /// Rings for a minute; the proxy gives up with 480.
    NoAnswer,
    /// Answered, but the 100 was late and the INVITE was sent twice (UDP only).
    InviteRepeated,
    /// Answered, but the first ACK was lost before the tap and the 200 came twice.
    AnswerRepeated,
    /// 302 from the server; the caller follows it and is answered.
    Moved,
    /// 305; the caller goes through the proxy it names and is answered.
    UseProxyObeyed,
    /// 305; the caller sends the INVITE to the same server again and is refused.
    UseProxyIgnored,
    /// 305, ACK, and nothing more.
    UseProxyAbandoned,
    /// 100 from the proxy, which never passes the INVITE on.
    StuckNotForwarded,
    /// 100 from the proxy; the next hop never answers.
    StuckNextHopSilent,
    /// 100 from the proxy and from the phone, and nothing more.
    StuckChain,
    /// As [`Scenario::StuckNotForwarded`], until the caller cancels after more than 32 s.
    StuckCancelled,
}

/// Each scenario with its weight. Together about 10,000; the faults are a small share, as they
/// are on a network that someone looks after.
pub const WEIGHTS: &[(Scenario, u64)] = &[
    (Scenario::Answered, 4900),
    (Scenario::Authenticated, 2000),
    (Scenario::Reinvited, 700),
    (Scenario::Busy, 600),
    (Scenario::NotFound, 250),
    (Scenario::Unavailable, 250),
    (Scenario::Overloaded, 80),
    (Scenario::Cancelled, 650),
    (Scenario::NoAnswer, 300),
    (Scenario::InviteRepeated, 60),
    (Scenario::AnswerRepeated, 40),
    (Scenario::Moved, 60),
    (Scenario::UseProxyObeyed, 30),
    (Scenario::UseProxyIgnored, 15),
    (Scenario::UseProxyAbandoned, 10),
    (Scenario::StuckNotForwarded, 15),
    (Scenario::StuckNextHopSilent, 15),
    (Scenario::StuckChain, 15),
    (Scenario::StuckCancelled, 10),
];

impl Scenario {
    /// The scenario of call number `serial`. The first calls go through the whole list, so that
    /// even a small capture holds each kind; all others are drawn by weight.
    #[must_use]
    pub fn choose(serial: u64, rng: &mut Rng) -> Self {
        if let Some((scenario, _)) = usize::try_from(serial).ok().and_then(|at| WEIGHTS.get(at)) {
            return *scenario;
        }
        let total = WEIGHTS.iter().map(|(_, weight)| weight).sum();
        let mut left = rng.below(total);
        for (scenario, weight) in WEIGHTS {
            if left < *weight {
                return *scenario;
            }
            left -= weight;
        }
        Self::Answered
    }

    /// The name under which the truth line counts it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Authenticated => "authenticated",
            Self::Reinvited => "reinvited",
            Self::Busy => "busy",
            Self::NotFound => "not-found",
            Self::Unavailable => "unavailable",
            Self::Overloaded => "overloaded",
            Self::Cancelled => "cancelled",
            Self::NoAnswer => "no-answer",
            Self::InviteRepeated => "invite-repeated",
            Self::AnswerRepeated => "answer-repeated",
            Self::Moved => "moved",
            Self::UseProxyObeyed => "use-proxy-obeyed",
            Self::UseProxyIgnored => "use-proxy-ignored",
            Self::UseProxyAbandoned => "use-proxy-abandoned",
            Self::StuckNotForwarded => "stuck-not-forwarded",
            Self::StuckNextHopSilent => "stuck-next-hop-silent",
            Self::StuckChain => "stuck-chain",
            Self::StuckCancelled => "stuck-cancelled",
        }
    }

    /// True for what an analyzer must find fault with beyond a plain failed call.
    #[must_use]
    pub fn is_planted_fault(self) -> bool {
        matches!(
            self,
            Self::UseProxyIgnored
                | Self::UseProxyAbandoned
                | Self::StuckNotForwarded
                | Self::StuckNextHopSilent
                | Self::StuckChain
                | Self::StuckCancelled
        )
    }
}
