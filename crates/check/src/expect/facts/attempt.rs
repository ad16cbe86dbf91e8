//! What became of the request that began a call, and the way it took.

use std::net::IpAddr;

use sipwhy_annotator::{MethodName, Part, Transaction, TransactionId, World};
use sipwhy_parser::{Address, Message, Method, StartLine};
use sipwhy_pipeline::Observed;

use super::{Final, Outcome, short};

/// No request crosses more hops: the Max-Forwards it begins with (RFC 3261 §8.1.1.6).
const MOST_HOPS: usize = 70;
/// Branches of a fork that are followed, where the hop before is not in view.
const MOST_BRANCHES: usize = 64;

/// The newest try at a request outside of any dialog. A challenge or a redirection is followed by
/// the next try, which takes its place.
#[derive(Clone, Debug, Default)]
pub(super) struct Attempt {
    method: Option<MethodName>,
    cseq: u32,
    /// On the first hop in view. There are several where the capture shows only what a proxy
    /// forked.
    branches: Vec<TransactionId>,
    is_cancelled: bool,
    last: Option<Final>,
    route: Vec<IpAddr>,
}

impl Attempt {
    /// Takes in a message of the call.
    pub(super) fn add(&mut self, observed: &Observed<'_, '_>) {
        let Observed {
            message,
            captured,
            seen,
            world,
        } = observed;
        if seen.part != Part::New {
            return;
        }
        let Some(id) = seen.transaction else { return };
        let Some(transaction) = world.transaction(id) else {
            return;
        };
        match message.start_line() {
            StartLine::Request { .. } => self.add_request(message, id, transaction, world),
            StartLine::Status { code, reason, .. } if code >= 200 => {
                let text = format!("{code} {}", short(reason));
                let last = Final {
                    code,
                    label: text.trim_end().to_owned(),
                    frame: captured.last_frame,
                };
                self.add_final(last, id, transaction, world);
            }
            _ => {}
        }
    }

    fn add_request(
        &mut self,
        message: &Message<'_, '_>,
        id: TransactionId,
        transaction: &Transaction,
        world: &World,
    ) {
        let method = &transaction.method;
        if *method == MethodName::Known(Method::Cancel) {
            // A proxy that forked may cancel the other branches for itself.
            self.is_cancelled |= self.route.first() == Some(&transaction.client());
            return;
        }
        let is_within = message.to().and_then(Address::tag).is_some();
        let is_own = self.method.get_or_insert_with(|| method.clone()) == method;
        if !is_own || is_within {
            return;
        }
        if world.parent(transaction).is_some() {
            if self.last.is_none() {
                self.route = route(world, world.first_hop(transaction));
            }
            return;
        }
        if self.branches.is_empty() || transaction.cseq != self.cseq {
            *self = Self {
                method: self.method.take(),
                cseq: transaction.cseq,
                ..Self::default()
            };
        }
        if self.branches.len() < MOST_BRANCHES {
            self.branches.push(id);
        }
        if self.last.is_none() {
            self.route = route(world, transaction);
        }
    }

    fn add_final(
        &mut self,
        last: Final,
        id: TransactionId,
        transaction: &Transaction,
        world: &World,
    ) {
        if !self.branches.contains(&id) {
            return;
        }
        let is_success = |it: &Final| (200..300).contains(&it.code);
        // Whatever the other branches say: one success is the answer (RFC 3261 §16.7).
        if self.last.as_ref().is_some_and(is_success) && !is_success(&last) {
            return;
        }
        self.last = Some(last);
        self.route = route(world, transaction);
    }

    /// What became of it; `None` where it was not captured.
    pub(super) fn outcome(&self) -> Option<Outcome> {
        if self.branches.is_empty() {
            return None;
        }
        Some(match self.last.as_ref().map(|it| it.code) {
            Some(200..=299) => Outcome::Answered,
            Some(300..=399) => Outcome::Redirected,
            Some(401 | 407) => Outcome::Challenged,
            Some(487) => Outcome::Cancelled,
            Some(_) => Outcome::Failed,
            None if self.is_cancelled => Outcome::Cancelled,
            None => Outcome::Unanswered,
        })
    }

    /// The final response, and the hosts that the request went over.
    pub(super) fn into_end(self) -> (Option<Final>, Vec<IpAddr>) {
        (self.last, self.route)
    }

    /// Whether this message is on the first hop in view.
    pub(super) fn is_first_hop(observed: &Observed<'_, '_>) -> bool {
        observed
            .transaction()
            .is_none_or(|it| observed.world.parent(it).is_none())
    }
}

/// The hosts that a request went over, along the branch that gave the answer, or the newest.
fn route(world: &World, first: &Transaction) -> Vec<IpAddr> {
    let code = |it: &Transaction| it.outcome.as_ref().map(|answer| answer.code);
    let mut route = vec![first.client(), first.server()];
    let mut last = first;
    while route.len() < MOST_HOPS {
        let children: Vec<&Transaction> = world.children(last).map(|(_, child)| child).collect();
        let answered = children.iter().find(|it| code(it) == code(first));
        let answered = answered.filter(|_| code(first).is_some());
        let Some(next) = answered.or(children.last()) else {
            break;
        };
        route.push(next.server());
        last = next;
    }
    route
}
