//! One frame in, messages and annotations out: the decoder, the scanner and the engine joined.
//!
//! Like its parts it does no I/O and holds no clock. `sipwhy read` feeds it a file, `sipwhy live`
//! an interface; both get the same annotations for the same frames, however they are batched.

mod summary;

use std::net::IpAddr;

use sipwhy_annotator::{Annotation, Call, Ended, Engine, Open, Seen, Timings, Transaction, World};
use sipwhy_packet::{Captured, Decoder, Event, Frame, FrameId, Gap, GapKind, Held, Timestamp};
use sipwhy_parser::{Message, Scanner, looks_like_sip, skip_line_ends};

pub use sipwhy_tls::Added as AddedSecrets;
pub use summary::{MethodCount, Summary};

/// How the parts are set up.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Ports and bounds of the decoder.
    pub packet: sipwhy_packet::Config,
    /// Thresholds and bounds of the engine.
    pub annotator: sipwhy_annotator::Config,
}

/// Told of everything the pipeline finds, in order.
pub trait Observer {
    /// A SIP message was taken in. The world already knows it.
    fn message(&mut self, _message: &Observed<'_, '_>) {}

    /// An annotation was made: before the message that came later, after the one that caused it.
    fn annotation(&mut self, annotation: &Annotation);

    /// A transaction or call is over. Told only where the engine was asked to
    /// ([`tells_ends`](sipwhy_annotator::Config::tells_ends)).
    fn ended(&mut self, _ended: &Ended) {}
}

/// A message in its place.
#[derive(Clone, Copy)]
pub struct Observed<'s, 'a> {
    /// The message.
    pub message: Message<'s, 'a>,
    /// Where it was captured.
    pub captured: &'s Captured<'a>,
    /// What it is to its transaction.
    pub seen: Seen,
    /// All state, this message included.
    pub world: &'s World,
}

impl<'s> Observed<'s, '_> {
    /// The transaction that it belongs to, if one is known.
    #[must_use]
    pub fn transaction(&self) -> Option<&'s Transaction> {
        self.world.transaction(self.seen.transaction?)
    }

    /// The call that it belongs to, if one is known.
    #[must_use]
    pub fn call(&self) -> Option<&'s Call> {
        self.world.call(self.transaction()?.call)
    }
}

/// The way from frames to annotations.
#[derive(Debug)]
pub struct Pipeline {
    decoder: Decoder,
    analysis: Analysis,
}

/// What a pipeline counted and holds, without a copy of it: for those who ask while it goes on.
#[derive(Clone, Copy, Debug)]
pub struct Counts<'p> {
    /// Messages and annotations. What stands beside it here is not in it.
    pub summary: &'p Summary,
    /// What the decoder counted.
    pub packet: &'p sipwhy_packet::Counters,
    /// What the decoder holds.
    pub held: Held,
    /// What the engine counted.
    pub annotator: sipwhy_annotator::Counters,
    /// What the engine follows.
    pub open: Open,
    /// How long answers took, and how sessions fared.
    pub timings: &'p Timings,
    /// The bounds on what the engine follows.
    pub limits: &'p sipwhy_annotator::Limits,
    /// The bounds on what the decoder holds.
    pub packet_limits: &'p sipwhy_packet::Limits,
    /// When the newest frame was captured.
    pub newest: Timestamp,
}

/// Everything behind the decoder.
#[derive(Debug)]
struct Analysis {
    engine: Engine,
    summary: Summary,
    newest: Timestamp,
}

impl Pipeline {
    /// A pipeline that has seen nothing yet.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            decoder: Decoder::new(config.packet),
            analysis: Analysis {
                engine: Engine::new(config.annotator),
                summary: Summary::default(),
                newest: Timestamp::ZERO,
            },
        }
    }

    /// Takes in the next frame.
    pub fn frame(&mut self, frame: &Frame<'_>, observer: &mut impl Observer) {
        let analysis = &mut self.analysis;
        analysis.newest = analysis.newest.max(frame.time);
        analysis.engine.handle_frame_time(analysis.newest);
        self.decoder
            .decode(frame, &mut |event| analysis.event(&event, observer));
        // Every frame moves capture time on, whatever it carries: it is what proves a silence.
        analysis.advance(self.decoder.settled(frame.time), observer);
    }

    /// Lets time move on without a frame, as on an idle interface. Everything captured before
    /// `now` must have been handed in.
    pub fn tick(&mut self, now: Timestamp, observer: &mut impl Observer) {
        let analysis = &mut self.analysis;
        analysis.newest = analysis.newest.max(now);
        analysis.engine.handle_frame_time(analysis.newest);
        self.decoder
            .advance(now, &mut |event| analysis.event(&event, observer));
        analysis.advance(self.decoder.settled(now), observer);
    }

    /// Takes in lines of a TLS key log. They may come at any time, also after the frames that they
    /// are for.
    pub fn secrets(&mut self, key_log: &[u8]) -> AddedSecrets {
        self.decoder.secrets(key_log)
    }

    /// Takes in that a host is called `name`, as a capture file says beside its frames.
    pub fn name(&mut self, address: IpAddr, name: &[u8]) {
        self.analysis.engine.handle_name(address, name);
    }

    /// Tells that `count` frames before `frame` were dropped and never handed in.
    pub fn dropped(&mut self, count: u64, frame: FrameId, observer: &mut impl Observer) {
        self.analysis.summary.dropped += count;
        self.gap(GapKind::Dropped(count), frame, observer);
    }

    /// Tells that nothing was captured for a while after `frame`, and nobody knows what passed.
    pub fn was_away(&mut self, frame: FrameId, observer: &mut impl Observer) {
        self.gap(GapKind::Away, frame, observer);
    }

    /// Tells of something missing that no flow is known of.
    fn gap(&mut self, kind: GapKind, frame: FrameId, observer: &mut impl Observer) {
        let gap = Gap {
            flow: None,
            kind,
            time: self.analysis.newest,
            frame,
        };
        self.analysis.event(&Event::Gap(gap), observer);
    }

    /// The capture ends.
    pub fn finish(&mut self, observer: &mut impl Observer) {
        let analysis = &mut self.analysis;
        self.decoder
            .finish(&mut |event| analysis.event(&event, observer));
        analysis
            .engine
            .finish(self.decoder.settled(analysis.newest));
        analysis.drain(observer);
    }

    /// When [`Pipeline::tick`] is next needed.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Timestamp> {
        Timestamp::earliest(
            self.decoder.next_timeout(),
            self.analysis.engine.poll_timeout(),
        )
    }

    /// What was counted so far and is held now.
    #[must_use]
    pub fn counts(&self) -> Counts<'_> {
        let engine = &self.analysis.engine;
        let world = engine.world();
        Counts {
            summary: &self.analysis.summary,
            packet: self.decoder.counters(),
            held: self.decoder.held(),
            annotator: engine.counters(),
            open: world.open(),
            timings: &world.timings,
            limits: &world.config.limits,
            packet_limits: &self.decoder.config().limits,
            newest: self.analysis.newest,
        }
    }

    /// What was counted so far.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut summary = self.analysis.summary.clone();
        summary.packet = self.decoder.counters().clone();
        summary.annotator = self.analysis.engine.counters();
        summary.timings = self.analysis.engine.world().timings.clone();
        summary.newest = self.analysis.newest;
        summary
    }
}

impl Analysis {
    fn event(&mut self, event: &Event<'_>, observer: &mut impl Observer) {
        match event {
            Event::Message(message, captured) => self.message(*message, captured, observer),
            Event::Dns(datagram) => self.engine.handle_dns(datagram),
            Event::Unreachable(unreachable) => self.engine.handle_unreachable(unreachable),
            Event::Tcp(step) => self.engine.handle_tcp(step),
            Event::Neighbour(neighbour) => self.engine.handle_neighbour(neighbour),
            Event::Gap(gap) => self.engine.handle_gap(gap),
        }
        self.drain(observer);
    }

    fn message(
        &mut self,
        message: Message<'_, '_>,
        captured: &Captured<'_>,
        observer: &mut impl Observer,
    ) {
        // Deadlines first, so that what they say stands before the message that came later.
        self.advance(captured.time, observer);
        if following(message).is_some() {
            self.messages(captured, observer);
        } else {
            self.take_in(message, captured, observer);
        }
    }

    /// Takes in messages that came as one.
    #[cold]
    fn messages(&mut self, captured: &Captured<'_>, observer: &mut impl Observer) {
        let mut scanner = Scanner::new();
        let mut rest = Some(*captured);
        while let Some(mut captured) = rest {
            let mut message = scanner.scan(captured.bytes);
            rest = following(message).map(|bytes| Captured { bytes, ..captured });
            if rest.is_some() {
                captured.bytes = message.whole();
                captured.missing = 0;
                message = scanner.scan(captured.bytes);
            }
            self.take_in(message, &captured, observer);
        }
    }

    fn take_in(
        &mut self,
        message: Message<'_, '_>,
        captured: &Captured<'_>,
        observer: &mut impl Observer,
    ) {
        self.summary.count(&message, captured.time);
        let seen = self.engine.handle_message(&message, captured);
        observer.message(&Observed {
            message,
            captured,
            seen,
            world: self.engine.world(),
        });
    }

    fn advance(&mut self, now: Timestamp, observer: &mut impl Observer) {
        if self.engine.poll_timeout().is_some_and(|due| due <= now) {
            self.engine.handle_timeout(now);
            self.drain(observer);
        }
    }

    fn drain(&mut self, observer: &mut impl Observer) {
        while let Some(annotation) = self.engine.poll_annotation() {
            self.summary.annotate(&annotation);
            observer.annotation(&annotation);
        }
        while let Some(ended) = self.engine.poll_ended() {
            observer.ended(&ended);
        }
    }
}

/// The message that follows the body of this one. What follows it is to be ignored (RFC 3261
/// §18.3). But some senders put several messages into one datagram, and receivers that take them
/// all.
fn following<'a>(message: Message<'_, 'a>) -> Option<&'a [u8]> {
    let next = message.trailing();
    (!next.is_empty() && looks_like_sip(next)).then(|| skip_line_ends(next))
}
