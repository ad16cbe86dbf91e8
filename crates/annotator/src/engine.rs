//! The engine: messages and time in, annotations out.

use std::net::IpAddr;

use sipwhy_packet::{Captured, Datagram, Gap, GapKind, Neighbour, TcpStep, Timestamp, Unreachable};
use sipwhy_parser::{Message, Method, StartLine};

use crate::annotation::Annotation;
use crate::config::Config;
use crate::counters::Counters;
use crate::ended::Ended;
use crate::ends::Ends;
use crate::ids::{RedirectId, RuleIndex, TransactionId};
use crate::losses::Loss;
use crate::malformed::{is_length_off, is_suspect};
use crate::moment::Moment;
use crate::outbox::Outbox;
use crate::redirect::Progress;
use crate::rules::{Context, RULES, Step, StepKind};
use crate::timers::{Timer, Timers};
use crate::vantage::{FailureKind, is_in_fragments};
use crate::world::World;

/// Follows every transaction and call, and explains what it sees.
///
/// It does no I/O and holds no clock: every moment comes in with a message or through
/// [`Engine::handle_timeout`]. The same inputs give the same annotations, however they are
/// batched.
#[derive(Debug)]
pub struct Engine {
    pub(crate) world: World,
    pub(crate) timers: Timers,
    pub(crate) outbox: Outbox,
    pub(crate) counters: Counters,
    pub(crate) listeners: [Vec<RuleIndex>; StepKind::COUNT],
}

/// What a message turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The transaction it belongs to, when it belongs to one that is followed.
    pub transaction: Option<TransactionId>,
    /// What it is to that transaction.
    pub part: Part,
}

/// What a message is to its transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A request not seen before, or a response that says something new.
    New,
    /// The same message, sent again.
    Retransmission,
    /// The same packet, captured a second time.
    Copy,
    /// A response sent to an address that is not its client's.
    Stray,
    /// A message that belongs to no transaction in view.
    Unmatched,
}

impl Engine {
    /// An engine that has seen nothing yet.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let mut listeners = [const { Vec::new() }; StepKind::COUNT];
        for (index, rule) in (0_u8..).zip(RULES) {
            if !config.policy.is_on(rule.info().id) {
                continue;
            }
            for kind in rule.listens().iter().flat_map(|kind| kind.narrowed()) {
                let listeners: &mut Vec<RuleIndex> = &mut listeners[kind as usize];
                if !listeners.contains(&RuleIndex(index)) {
                    listeners.push(RuleIndex(index));
                }
            }
        }
        let outbox = Outbox::new(config.tells_ends);
        Self {
            world: World::new(config),
            timers: Timers::default(),
            outbox,
            counters: Counters::default(),
            listeners,
        }
    }

    /// All state, for outputs that describe a message in its place.
    #[must_use]
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// What was counted so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        Counters {
            hosts_refused: self.world.vantage.refused
                + self.world.told.evicted()
                + self.world.sources.evicted()
                + self.world.keepalives.evicted()
                + self.world.registrations.evicted()
                + self.world.pauses.evicted()
                + self.world.rates.evicted,
            names_refused: self.world.names.refused,
            peers_refused: self.world.timings.refused,
            credentials_refused: self.counters.credentials_refused
                + self.world.answering.overwritten,
            findings_forgotten: self.world.malformed.evicted + self.outbox.causes.evicted,
            leg_marks_evicted: self.world.legs.marks.evicted,
            redirects_evicted: self.world.redirects.evicted + self.world.moves.evicted(),
            ..self.counters
        }
    }

    /// Takes in a message. Deadlines before its time are met first.
    pub fn handle_message(&mut self, message: &Message<'_, '_>, captured: &Captured<'_>) -> Seen {
        self.handle_timeout(captured.time);
        self.world.began.get_or_insert(captured.time);
        self.world.vantage.sees_fragments |= is_in_fragments(captured);
        let (seen, ends) = self.follow_message(message, captured);
        let transaction = seen.transaction.and_then(|id| self.world.transaction(id));
        if matches!(seen.part, Part::New | Part::Unmatched)
            && is_suspect(message, ends.as_ref(), captured, transaction)
        {
            if is_length_off(message, captured) {
                self.step(&Step::LengthOff {
                    transaction: seen.transaction,
                    message,
                    captured,
                });
            }
            self.step(&Step::Suspect {
                transaction: seen.transaction,
                message,
                captured,
            });
        }
        seen
    }

    /// Finds the transaction of a message and takes its step. Of a request, what it says of its
    /// ends is handed back.
    fn follow_message<'a>(
        &mut self,
        message: &Message<'_, 'a>,
        captured: &Captured<'_>,
    ) -> (Seen, Option<Ends<'a>>) {
        match message.start_line() {
            StartLine::Request { method, uri, .. } => {
                let ends = Ends::of(message);
                let seen = match method {
                    Method::Ack => self.on_ack(message, &ends, captured),
                    _ => self.on_request(message, method, uri, &ends, captured),
                };
                (seen, Some(ends))
            }
            StartLine::Status { code, reason, .. } => {
                (self.on_response(message, code, reason, captured), None)
            }
            StartLine::Malformed(_) => (self.unmatched(message, captured), None),
        }
    }

    /// Takes in how far the capture has come. What is in its frames may still be held back, to be
    /// put together, so that no deadline is met by this.
    pub fn handle_frame_time(&mut self, newest: Timestamp) {
        self.world.newest_frame = newest;
    }

    /// Takes in a DNS message.
    pub fn handle_dns(&mut self, datagram: &Datagram<'_>) {
        self.handle_timeout(datagram.time);
        self.world.names.note(datagram, &mut self.world.vantage);
    }

    /// Takes in that a host is called `name`, as somebody knew who recorded the capture.
    pub fn handle_name(&mut self, address: IpAddr, name: &[u8]) {
        self.world.names.learn(address, name);
    }

    /// Takes in a step of a TCP connection to or from a SIP port.
    pub fn handle_tcp(&mut self, step: &TcpStep) {
        self.handle_timeout(step.time);
        if let Some((flow, kind)) = self.world.vantage.note_tcp(step) {
            let at = Moment::new(step.time, step.frame);
            self.step(&Step::Undelivered { flow, kind, at });
        }
    }

    /// Takes in an ARP or neighbour discovery message.
    pub fn handle_neighbour(&mut self, neighbour: &Neighbour) {
        self.handle_timeout(neighbour.time);
        self.world.vantage.note_neighbour(neighbour);
    }

    /// Takes in an ICMP error about a SIP packet.
    pub fn handle_unreachable(&mut self, unreachable: &Unreachable) {
        self.handle_timeout(unreachable.time);
        let kind = self.world.vantage.note_unreachable(unreachable);
        self.step(&Step::Undelivered {
            flow: unreachable.flow,
            kind,
            at: Moment::new(unreachable.time, unreachable.frame),
        });
    }

    /// Takes in that packets are missing.
    pub fn handle_gap(&mut self, gap: &Gap) {
        self.handle_timeout(gap.time);
        if gap.kind == GapKind::Dropped(0) {
            return;
        }
        let hosts = gap
            .flow
            .map(|flow| (flow.source.ip(), flow.destination.ip()));
        let is_unreadable = gap.kind == GapKind::Undecoded;
        let at = Moment::new(gap.time, gap.frame);
        if let (GapKind::FragmentsMissing, Some(flow)) = (gap.kind, gap.flow) {
            let kind = FailureKind::Incomplete;
            self.step(&Step::Undelivered { flow, kind, at });
        }
        self.world.losses.note(Loss::new(at, hosts, is_unreadable));
    }

    /// Lets capture time move on to `now`, and meets every deadline up to then. A `now` before
    /// the newest time known changes nothing.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        loop {
            let world = &self.world;
            let matters = |timer: &Timer| match timer {
                Timer::Rule { subject, .. } => world.standings.contains_key(*subject),
                Timer::Transaction(id) => world.fetch(*id),
                Timer::Redirect(id) => world.redirect(*id).is_some(),
                Timer::IdleCalls => true,
            };
            let Some((due, timer)) = self.timers.pop_due(now, matters) else {
                break;
            };
            self.world.now = self.world.now.max(due);
            self.on_timer(due, timer);
        }
        self.world.now = self.world.now.max(now);
    }

    /// When [`Engine::handle_timeout`] is next needed.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        self.timers.next_due()
    }

    /// Takes the next annotation.
    pub fn poll_annotation(&mut self) -> Option<Annotation> {
        self.outbox.pop()
    }

    /// Takes what is over next, where that is told ([`Config::tells_ends`]). The annotations are to
    /// be taken before.
    pub fn poll_ended(&mut self) -> Option<Ended> {
        self.outbox.ended.as_mut()?.pop_front()
    }

    /// The capture ends at `now`: what is still open stays open, it did not time out.
    pub fn finish(&mut self, now: Timestamp) {
        self.handle_timeout(now);
        let transactions: Vec<TransactionId> = {
            let mut open: Vec<_> = self
                .world
                .transactions
                .iter()
                .map(|(id, it)| (it.began(), id))
                .collect();
            open.sort_by_key(|(began, _)| (began.time, began.frame()));
            open.into_iter().map(|(_, id)| id).collect()
        };
        for id in transactions {
            self.settle_onward(id);
            self.measure_silence(id);
            self.step(&Step::CaptureEnded(id));
        }
        let mut redirects = self.world.redirects.ids();
        redirects.sort_by_key(|id| {
            self.world
                .redirect(*id)
                .map(|it| (it.at.time, it.at.frame()))
        });
        let wait = self.world.config.thresholds.redirect_abandoned;
        for id in redirects {
            // One that has waited for its whole time was told of then.
            let still_waits = self.world.redirect(id).is_some_and(|it| {
                it.state == Progress::Waiting && self.world.now < it.at.time + wait
            });
            if still_waits {
                self.step(&Step::CaptureEndedRedirected(id));
            }
        }
        if self.outbox.ended.is_some() {
            self.end_all(now);
        }
    }

    /// Tells every rule that listens.
    pub(crate) fn step(&mut self, step: &Step<'_, '_>) {
        for rule in &self.listeners[step.kind() as usize] {
            let mut cx = Context {
                world: &mut self.world,
                timers: &mut self.timers,
                outbox: &mut self.outbox,
                rule: *rule,
            };
            RULES[usize::from(rule.0)].on_step(step, &mut cx);
        }
    }

    fn on_timer(&mut self, due: Timestamp, timer: Timer) {
        match timer {
            Timer::Rule {
                rule,
                subject,
                stage,
            } => {
                let mut cx = Context {
                    world: &mut self.world,
                    timers: &mut self.timers,
                    outbox: &mut self.outbox,
                    rule,
                };
                RULES[usize::from(rule.0)].on_deadline(subject, stage, &mut cx);
            }
            Timer::Redirect(id) => self.on_redirect_timer(id),
            Timer::Transaction(id) => self.expire_transaction(id, due),
            Timer::IdleCalls => self.expire_calls(due),
        }
    }

    fn on_redirect_timer(&mut self, id: RedirectId) {
        let Some(redirect) = self.world.redirect(id) else {
            return;
        };
        let forget = redirect.at.time + self.world.config.thresholds.redirect_memory;
        if self.world.now >= forget {
            self.world.redirects.remove(id);
            return;
        }
        if redirect.state == Progress::Waiting {
            let due = redirect.at.time + self.world.config.thresholds.redirect_abandoned;
            if self.world.now < due {
                // It came again since, and counts from then.
                self.timers.set(due, Timer::Redirect(id));
                return;
            }
            self.step(&Step::RedirectSilent(id));
        }
        self.timers.set(forget, Timer::Redirect(id));
    }

    pub(crate) fn unmatched(&mut self, message: &Message<'_, '_>, captured: &Captured<'_>) -> Seen {
        self.counters.unmatched += 1;
        self.step(&Step::Unmatched { message, captured });
        Seen {
            transaction: None,
            part: Part::Unmatched,
        }
    }
}
