//! Playing the network: sessions begin, run side by side and end, and every message is written
//! at its time. Only what is in progress is held in memory.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, Write};

use crate::call;
use crate::exchange;
use crate::media::Media;
use crate::mix::Scenario;
use crate::pcap::PcapWriter;
use crate::people::{People, Transport};
use crate::render::{Hop, Renderer};
use crate::rng::Rng;
use crate::script::{Session, What, Writer};
use crate::tcp::{self, Connections};
use crate::truth::Truth;
use crate::wire::{self, Flow};

/// 2026-01-05 09:00:00 UTC in microseconds: a Monday morning.
const START: u64 = 1_767_603_600_000_000;

/// How much is to be written.
#[derive(Debug, Clone, Copy)]
pub enum Amount {
    /// No session begins once this many messages are written or planned.
    Messages(u64),
    /// The same for bytes of the file.
    Bytes(u64),
}

/// What to generate.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// How much.
    pub amount: Amount,
    /// The same seed gives the same bytes.
    pub seed: u64,
    /// What carries SIP.
    pub transport: Transport,
    /// Calls that begin in a second.
    pub rate: f64,
    /// How many subscribers there are.
    pub subscribers: usize,
    /// The share of voice (RTP) in all bytes, from 0 to below 1.
    pub media: f64,
}

/// What happens next; at equal times in the order in which it was arranged.
type Event = Reverse<(u64, u64, Happening)>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Happening {
    Arrival(Kind),
    Step(usize),
    Flush(tcp::Direction),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Call,
    Register,
    Options,
    Message,
}

struct World<W> {
    plan: Plan,
    people: People,
    rng: Rng,
    out: PcapWriter<W>,
    truth: Truth,
    events: BinaryHeap<Event>,
    arranged: u64,
    sessions: Vec<Option<Session>>,
    vacant: Vec<usize>,
    in_progress: usize,
    /// Messages of all sessions that have begun, sent or not.
    planned: u64,
    begun: u64,
    next_to_register: usize,
    connections: Connections,
    renderer: Renderer,
    media: Media,
    ip_id: u16,
}

/// What was generated.
#[derive(Debug)]
pub struct Generated<W> {
    /// What the capture holds.
    pub truth: Truth,
    /// Where it was written.
    pub out: W,
    /// The key log that decrypts it; empty where nothing is encrypted.
    pub key_log: String,
}

/// Writes a capture and says what is in it.
pub fn generate<W: Write>(plan: Plan, out: W) -> io::Result<Generated<W>> {
    let mut rng = Rng::new(plan.seed);
    let people = People::new(plan.transport, plan.subscribers, &mut rng);
    let media = Media::new(plan.media, &mut Rng::new(plan.seed));
    let mut world = World {
        plan,
        people,
        rng,
        out: PcapWriter::new(out)?,
        truth: Truth::new(plan.seed, plan.transport),
        events: BinaryHeap::new(),
        arranged: 0,
        sessions: Vec::new(),
        vacant: Vec::new(),
        in_progress: 0,
        planned: 0,
        begun: 0,
        next_to_register: 0,
        connections: Connections::new(plan.transport, plan.seed),
        renderer: Renderer::default(),
        media,
        ip_id: 0,
    };
    for kind in [Kind::Call, Kind::Register, Kind::Options, Kind::Message] {
        world.arrange(START, Happening::Arrival(kind));
    }
    world.run()?;
    let World {
        out,
        mut truth,
        connections,
        ..
    } = world;
    truth.frames = out.frames;
    truth.bytes = out.bytes;
    truth.seconds = (out.clock() - START) / 1_000_000;
    Ok(Generated {
        truth,
        out: out.finish()?,
        key_log: connections.into_key_log(),
    })
}

impl<W: Write> World<W> {
    fn run(&mut self) -> io::Result<()> {
        while let Some(Reverse((now, _, happening))) = self.events.pop() {
            match happening {
                Happening::Arrival(kind) => self.arrive(kind, now),
                Happening::Step(slot) => self.step(slot, now)?,
                Happening::Flush(direction) => self.connections.flush(
                    direction,
                    now,
                    &self.people,
                    &mut self.out,
                    &mut self.rng,
                )?,
            }
        }
        Ok(())
    }

    fn arrange(&mut self, at: u64, happening: Happening) {
        self.arranged += 1;
        self.events.push(Reverse((at, self.arranged, happening)));
    }

    fn enough(&self) -> bool {
        match self.plan.amount {
            Amount::Messages(most) => self.planned >= most,
            Amount::Bytes(most) => {
                let sent = self.truth.sip_messages;
                // Before the first messages a guess must do; it is far from the end then.
                let each = self.out.bytes.checked_div(sent).unwrap_or(700);
                self.out.bytes + (self.planned - sent) * each >= most
            }
        }
    }

    fn arrive(&mut self, kind: Kind, now: u64) {
        let mut wait = self.rng.exponential(1e6 / self.per_second(kind));
        if self.enough() {
            // Calls in progress go on to their end. A few keep-alives stay, so that the
            // capture's clock passes the time that proves a silent call stuck.
            if self.in_progress == 0 || kind != Kind::Options {
                return;
            }
            wait += 2e6;
        }
        self.begin(kind, now);
        self.arrange(now + 1 + wait as u64, Happening::Arrival(kind));
    }

    fn per_second(&self, kind: Kind) -> f64 {
        match kind {
            Kind::Call => self.plan.rate,
            Kind::Register => self.people.subscribers.len() as f64 / REGISTRATION_INTERVAL,
            Kind::Options => self.plan.rate * 0.5,
            Kind::Message => self.plan.rate * 0.05,
        }
    }

    fn begin(&mut self, kind: Kind, now: u64) {
        let serial = self.begun;
        self.begun += 1;
        let everyone = self.people.subscribers.len();
        let (mut caller, mut identity) = (self.rng.below(everyone as u64) as usize, serial);
        let other = 1 + self.rng.below(everyone as u64 - 1) as usize;
        if kind == Kind::Register {
            caller = self.next_to_register;
            self.next_to_register = (caller + 1) % everyone;
            // Beyond every serial: a phone keeps one Call-ID for all its registrations.
            identity = (1 << 48) + caller as u64;
        }
        let mut writer = Writer {
            rng: &mut self.rng,
            session: Session {
                serial: serial.wrapping_add(self.plan.seed << 40),
                identity,
                caller,
                callee: (caller + other) % everyone,
                transactions: Vec::with_capacity(4),
                steps: Vec::with_capacity(16),
                taken: 0,
                expires: EXPIRES,
            },
            now,
            // A reply must not leave before the segment that brought its cause.
            least_gap: match self.plan.transport {
                Transport::Udp => 0,
                Transport::Tcp | Transport::Tls => tcp::LONGEST_WAIT + 500,
            },
        };
        match kind {
            Kind::Call => {
                let scenario = Scenario::choose(self.truth.calls, writer.rng);
                call::write(scenario, self.plan.transport, &mut writer);
                self.truth.calls += 1;
                *self.truth.scenarios.entry(scenario.name()).or_default() += 1;
                if scenario.is_planted_fault() {
                    *self.truth.planted.entry(scenario.name()).or_default() += 1;
                }
            }
            Kind::Register => {
                let subscriber = &mut self.people.subscribers[caller];
                subscriber.registration = exchange::register(&mut writer, subscriber.registration);
            }
            Kind::Options => exchange::options(&mut writer),
            Kind::Message => exchange::message(&mut writer),
        }
        let session = writer.finish();
        self.planned += session
            .steps
            .iter()
            .filter(|step| step.message.is_some())
            .count() as u64;
        self.admit(session, kind);
    }

    fn admit(&mut self, session: Session, kind: Kind) {
        let Some(first) = session.steps.first().map(|step| step.at) else {
            return;
        };
        let slot = self.vacant.pop().unwrap_or(self.sessions.len());
        if slot == self.sessions.len() {
            self.sessions.push(None);
        }
        self.sessions[slot] = Some(session);
        self.arrange(first, Happening::Step(slot));
        // Keep-alives do not count: they would keep one another going for ever.
        if kind != Kind::Options {
            self.in_progress += 1;
            self.truth.most_in_progress = self.truth.most_in_progress.max(self.in_progress);
        }
    }

    fn step(&mut self, slot: usize, now: u64) -> io::Result<()> {
        let Some(mut session) = self.sessions[slot].take() else {
            return Ok(());
        };
        let step = session.steps[session.taken];
        session.taken += 1;
        if let Some(message) = step.message {
            let hop = self.renderer.render(&self.people, &session, message)?;
            let method = session.transactions[usize::from(message.transaction)].method;
            self.count(message.what, method.name());
            self.transmit(hop, now)?;
            self.media.catch_up(now, &mut self.out)?;
        }
        if let Some(next) = session.steps.get(session.taken) {
            let at = next.at;
            self.sessions[slot] = Some(session);
            self.arrange(at, Happening::Step(slot));
        } else {
            self.vacant.push(slot);
            let options = session.transactions.first().map(|first| first.method)
                == Some(crate::script::Method::Options);
            if !options {
                self.in_progress -= 1;
            }
        }
        Ok(())
    }

    fn count(&mut self, what: What, method: &'static str) {
        let truth = &mut self.truth;
        truth.sip_messages += 1;
        match what {
            What::Request => *truth.requests.entry(method).or_default() += 1,
            What::HopAck => *truth.requests.entry("ACK").or_default() += 1,
            What::Cancel => *truth.requests.entry("CANCEL").or_default() += 1,
            What::CancelDone => *truth.responses.entry(200).or_default() += 1,
            What::Response(status) => *truth.responses.entry(status).or_default() += 1,
        }
    }

    fn transmit(&mut self, hop: Hop, now: u64) -> io::Result<()> {
        let text = &self.renderer.text;
        match self.plan.transport {
            Transport::Udp => {
                if text.len() > wire::MAX_DATAGRAM {
                    let size = text.len();
                    return Err(io::Error::other(format!(
                        "a message of {size} bytes is too long"
                    )));
                }
                let [from, to] = [hop.from, hop.to].map(|host| self.people.hosts[host]);
                let flow = Flow {
                    from: (from.address, from.port),
                    to: (to.address, to.port),
                };
                self.ip_id = self.ip_id.wrapping_add(1);
                self.out
                    .frame(now, &wire::udp(flow, self.ip_id, text), text)
            }
            Transport::Tcp | Transport::Tls => {
                let direction = (hop.from, hop.to);
                let (people, out, rng) = (&self.people, &mut self.out, &mut self.rng);
                if self
                    .connections
                    .queue(direction, text, now, people, out, rng)?
                {
                    let at = now + 1 + self.rng.below(tcp::LONGEST_WAIT);
                    self.arrange(at, Happening::Flush(direction));
                }
                Ok(())
            }
        }
    }
}

/// Seconds from one registration of a phone to the next.
const REGISTRATION_INTERVAL: f64 = 150.0;
/// What the registrar grants, in seconds: so much that no registration lapses while the last
/// calls, for which nobody registers any more, come to their end.
const EXPIRES: u32 = 400;
