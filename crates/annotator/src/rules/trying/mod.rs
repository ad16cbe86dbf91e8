//! Where an INVITE that got 100 Trying came to a stop.

use std::net::IpAddr;

use sipwhy_packet::Timestamp;

use crate::annotation::{Evidence, Responsible, Role, Verdict};
use crate::config::T1;
use crate::transaction::{State, Transaction};
use crate::vantage::{Attempt, AttemptEnd, AttemptKind};
use crate::words::{count, host, times};
use crate::world::World;

/// Where a stuck call got to.
pub(in crate::rules) enum Place<'w> {
    /// This hop has the INVITE, and the capture, which shows what it passes on, shows nothing.
    NotPassedOn(IpAddr),
    /// This hop tried to reach another and failed below SIP.
    CannotReach(IpAddr, &'w Attempt),
    /// The INVITE went on, and its receiver never answered.
    NoAnswer(&'w Transaction),
    /// The receiver of the last INVITE in view answered 100 as well. How many hops that is.
    LastHop(&'w Transaction, usize),
    /// A hop was given more than a 100 and did not pass it on.
    HeldBack(&'w Transaction),
    /// Only the first hop is in view.
    Unknown(IpAddr),
    /// The same, and its answers do not reach the client.
    Unheard(&'w Transaction),
}

/// Whether a client still repeats its INVITE although the capture shows a 100 to it: it stops at
/// the first response that it gets, and until then waits twice as long each time, T1 at first (RFC
/// 3261 §17.1.1.2).
fn is_unheard(invite: &Transaction, now: Timestamp) -> bool {
    let Some(trying) = &invite.trying else {
        return false;
    };
    let newest = invite.last_sent.time;
    let next = newest + newest.since(invite.began().time) + T1;
    invite.retransmissions > 1 && newest.since(trying.at.time) > 2 * T1 && now < next
}

/// Follows the INVITE from hop to hop to where it came to a stop.
pub(in crate::rules) fn locate<'w>(
    world: &'w World,
    first: &'w Transaction,
) -> (Place<'w>, Vec<&'w Transaction>) {
    let mut hops = vec![first];
    let mut current = first;
    // The chain is as long as the Via stack, which is bounded by the message's length; no
    // transaction is its own ancestor, since each hop adds a Via.
    loop {
        let hop = current.server();
        let branches: Vec<&Transaction> = world
            .children(current)
            .map(|(_, child)| child)
            .filter(|it| it.is_invite())
            .collect();
        if let Some(ahead) = branches
            .iter()
            .find(|it| it.progress.is_some() || !it.is_pending())
        {
            let all_over = branches.iter().all(|it| !it.is_pending());
            if ahead.progress.is_some() || all_over {
                hops.push(ahead);
                return (Place::HeldBack(ahead), hops);
            }
        }
        // Of several branches the one that got furthest: it has an answer at least.
        let pending = || branches.iter().filter(|it| it.is_pending());
        let next = pending()
            .find(|it| it.state == State::Proceeding)
            .or_else(|| pending().next());
        let Some(next) = next.copied() else {
            let since = current.began().time;
            let place = match world
                .vantage
                .attempts(hop, since)
                .find(|it| it.has_failed())
            {
                Some(attempt) => Place::CannotReach(hop, attempt),
                None if world.vantage.forwarded_by(hop) > 0 => Place::NotPassedOn(hop),
                None if hops.len() > 1 => Place::LastHop(current, hops.len()),
                None if is_unheard(current, world.now) => Place::Unheard(current),
                None => Place::Unknown(hop),
            };
            return (place, hops);
        };
        hops.push(next);
        if next.first_response.is_none() {
            return (Place::NoAnswer(next), hops);
        }
        current = next;
    }
}

/// The words for a place.
pub(in crate::rules) struct Words {
    pub(in crate::rules) title: String,
    pub(in crate::rules) reason: String,
    pub(in crate::rules) help: Vec<String>,
    pub(in crate::rules) responsible: Option<Responsible>,
    pub(in crate::rules) verdict: Verdict,
}

/// What to say of a place.
pub(in crate::rules) fn words_for(world: &World, place: &Place<'_>) -> Words {
    let blame = |address, role| Some(Responsible { address, role });
    let confirmed = Verdict::Confirmed;
    match place {
        Place::NotPassedOn(hop) => Words {
            title: format!("{} has the INVITE and passed it on to nobody", host(*hop)),
            reason: format!(
                "The capture shows what {hop} passes on ({} so far), and this INVITE is not \
                 among it.",
                count(
                    usize::try_from(world.vantage.forwarded_by(*hop)).unwrap_or(0),
                    "request"
                )
            ),
            help: vec![
                format!("on {hop}, check the routing for this number and the log for this Call-ID"),
                format!(
                    "check whether {hop} is overloaded, or waits for its DNS, database or \
                         another script step"
                ),
            ],
            responsible: blame(*hop, Role::Proxy),
            verdict: confirmed,
        },
        Place::CannotReach(hop, attempt) => cannot_reach(*hop, attempt),
        Place::NoAnswer(next) => no_answer(world, next),
        Place::LastHop(last, hops) => Words {
            title: format!(
                "{}, the last of {}, has the INVITE and has said nothing since its own 100",
                host(last.server()),
                count(*hops, "hop")
            ),
            reason: format!(
                "Every hop up to {} passed the INVITE on and got a 100 back; beyond it the \
                 capture shows nothing.",
                last.server()
            ),
            help: vec![
                format!(
                    "on {}, look up this Call-ID: does it ring its user, or pass the call on?",
                    last.server()
                ),
                format!(
                    "if {} is a proxy, capture on its far side too",
                    last.server()
                ),
            ],
            responsible: blame(last.server(), Role::Server),
            verdict: confirmed,
        },
        Place::HeldBack(ahead) => {
            let got = ahead.progress.as_ref().or(ahead.outcome.as_ref());
            let code = got.map_or(0, |response| response.code);
            Words {
                title: format!(
                    "{} got a {code} from {} and did not pass it back",
                    host(ahead.client()),
                    host(ahead.server())
                ),
                reason: format!(
                    "The answer reached {} and stopped there, so this is no silence of the far \
                     side.",
                    ahead.client()
                ),
                help: vec![format!(
                    "on {}, check why the {code} was not relayed: a reply route that drops it, or \
                     further branches it still waits for",
                    ahead.client()
                )],
                responsible: blame(ahead.client(), Role::Proxy),
                verdict: confirmed,
            }
        }
        Place::Unheard(invite) => unheard(invite),
        Place::Unknown(hop) => Words {
            title: format!(
                "what {} did with the INVITE is not in this capture",
                host(*hop)
            ),
            reason: format!(
                "Only the leg to {hop} was captured, so whether it passed the INVITE on, and who \
                 stayed silent, cannot be told from here."
            ),
            help: vec![
                format!("capture on {hop}, both sides of it, and look again"),
                format!(
                    "on {hop}, look up this Call-ID: routing, DNS, and reachability of the \
                         next hop are the usual causes"
                ),
            ],
            responsible: None,
            verdict: Verdict::Inconclusive,
        },
    }
}

fn unheard(invite: &Transaction) -> Words {
    let (client, server) = (invite.client(), invite.server());
    let sent = times(invite.retransmissions + 1);
    Words {
        title: format!(
            "the 100 does not reach {}, which goes on repeating its INVITE",
            host(client)
        ),
        reason: format!(
            "{client} sent the INVITE {sent}, though a client stops at the first response that it \
             gets. So nothing that {server} sends arrives, ringing and answer as little as the 100."
        ),
        help: vec![
            format!("check firewalls and NAT between {server} and {client} for the way back"),
            format!("capture at {client}: see whether the 100 arrives, and at which port"),
        ],
        responsible: Some(Responsible {
            address: client,
            role: Role::Path,
        }),
        verdict: Verdict::Confirmed,
    }
}

fn cannot_reach(hop: IpAddr, attempt: &Attempt) -> Words {
    let refused = attempt.end == AttemptEnd::Refused;
    let tries = times(attempt.tries);
    let (title, help) = match &attempt.kind {
        AttemptKind::Neighbour(target) => (
            format!(
                "{} cannot pass the INVITE on: nobody answers for {target} on its network",
                host(hop)
            ),
            format!(
                "check that {target} is up, and that {hop} is to reach it directly and not \
                     through a gateway"
            ),
        ),
        AttemptKind::Connect(target) if refused => (
            format!(
                "{} cannot pass the INVITE on: {target} refuses its TCP connection",
                host(hop)
            ),
            format!("check that SIP over TCP is enabled on {target}, or route the call over UDP"),
        ),
        AttemptKind::Connect(target) => (
            format!(
                "{} cannot pass the INVITE on: {target} does not answer its TCP connection",
                host(hop)
            ),
            format!("check the path and firewalls from {hop} to {target}"),
        ),
        AttemptKind::Lookup(name) if refused => (
            format!(
                "{} cannot pass the INVITE on: the DNS has no address for {name}",
                host(hop)
            ),
            format!("correct the name {name} in the routing of {hop}, or add it to the DNS"),
        ),
        AttemptKind::Lookup(name) => (
            format!("{} waits for the DNS to resolve {name}", host(hop)),
            format!("check the resolver that {hop} uses, or cache the name there"),
        ),
    };
    Words {
        title,
        reason: format!(
            "{hop} began to reach the next hop after it had the INVITE (frame {}, {tries} seen) \
             and had no success, so no INVITE went out.",
            attempt.first.frame().number
        ),
        help: vec![help],
        responsible: Some(match attempt.kind {
            AttemptKind::Neighbour(address) => Responsible {
                address,
                role: Role::Path,
            },
            AttemptKind::Connect(socket) => Responsible {
                address: socket.ip(),
                role: Role::Path,
            },
            AttemptKind::Lookup(_) => Responsible {
                address: hop,
                role: Role::Proxy,
            },
        }),
        verdict: Verdict::Confirmed,
    }
}

fn no_answer(world: &World, next: &Transaction) -> Words {
    let (from, to) = (next.client(), next.server());
    let failure = world.vantage.failure(&next.flow, next.began().time);
    let mut reason = format!(
        "{from} passed the INVITE on to {} ({} in all), and no response came back.",
        next.flow.destination,
        times(next.retransmissions + 1)
    );
    if let Some(failure) = failure {
        reason.push_str(&format!(
            " Frame {} says: {}.",
            failure.first.frame().number,
            failure.kind.words()
        ));
    }
    if let Some(stray) = &next.stray {
        reason.push_str(&format!(
            " {to} did answer, but to {} (frame {}), which is not where the request came from.",
            stray.flow.destination,
            stray.received.at.frame().number
        ));
    }
    Words {
        title: format!(
            "{} never answered the INVITE that {} passed on",
            host(to),
            host(from)
        ),
        reason,
        help: vec![
            format!(
                "check that {} is up and listens there over {}",
                next.flow.destination, next.flow.transport
            ),
            format!("check the path from {from} to {to}, firewalls on the way included"),
            format!("let {from} give up sooner and try another target (its Timer B or failover)"),
        ],
        responsible: Some(Responsible {
            address: to,
            role: Role::Path,
        }),
        verdict: Verdict::Confirmed,
    }
}

/// The packets that show how far it got.
pub(in crate::rules) fn evidence(
    world: &World,
    hops: &[&Transaction],
    place: &Place<'_>,
) -> Vec<Option<Evidence>> {
    let mut proof = Vec::new();
    for (number, hop) in hops.iter().enumerate() {
        proof.push(world.request_evidence(hop, ""));
        if let Some(trying) = &hop.trying {
            let label = if number == 0 {
                "nothing followed"
            } else {
                "nothing followed here either"
            };
            proof.push(Some(world.response_evidence(hop, trying, label)));
        }
        if let Some(progress) = hop.progress.as_ref().or(hop.outcome.as_ref()) {
            proof.push(Some(world.response_evidence(
                hop,
                progress,
                "was not passed back",
            )));
        }
    }
    match place {
        Place::NoAnswer(next) => {
            proof.push(world.repeat_evidence(next));
            proof.push(world.failure_evidence(next));
        }
        Place::CannotReach(_, attempt) => proof.extend(world.attempt_evidence(attempt)),
        Place::Unheard(invite) => proof.push(world.repeat_evidence(invite)),
        _ => {}
    }
    proof
}
