//! A session: both directions of one connection.

use crate::held::HeldRecord;
use crate::hello::{ClientHello, ServerHello, alpn_of_encrypted_extensions};
use crate::lane::{Lane, Stage};
use crate::messages::{Message, kind};
use crate::opened::Opened;
use crate::opener::Ingredients;
use crate::output::Span;
use crate::record::{Piece, Record, content};
use crate::tls12::Tls12;
use crate::tls13::Tls13;
use crate::way::Ways;
use crate::{Alert, Certificate, Facts, KeyLog, Limits, Output, Reason, Version, Way};

/// Both directions of one connection that speaks TLS.
///
/// `M` is a mark that the caller gives to bytes and gets back with what they turned out to be:
/// the frame and the time they were captured in.
///
/// Bytes are handed in as they stand in each direction; which of the two is ahead of the other
/// does not matter. Everything comes out in order within its direction.
#[derive(Debug)]
pub struct Session<M> {
    limits: Limits,
    facts: Facts,
    client: Option<ClientHello>,
    server: Option<ServerHello>,
    lanes: Ways<Lane<M>>,
    /// How many records have been held so far.
    places: u64,
}

/// Whether a record could be dealt with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    Done,
    /// It has to be held, since something is missing.
    Wait(Reason),
}

impl<M: Copy> Session<M> {
    /// A session of which nothing is known yet.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            facts: Facts::default(),
            client: None,
            server: None,
            lanes: Ways::default(),
            places: 0,
        }
    }

    /// What is known so far.
    #[must_use]
    pub const fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Bytes held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.lanes.both().map(Lane::bytes).sum()
    }

    /// Whether records are held until their key comes, so that [`retry`](Self::retry) may help.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.lanes.both().any(|lane| !lane.held.is_empty())
    }

    /// Takes in the bytes that come next in one direction.
    pub fn feed(
        &mut self,
        way: Way,
        bytes: &[u8],
        mark: M,
        keys: &KeyLog,
        sink: &mut impl FnMut(Output<'_, M>),
    ) {
        let mut records = std::mem::take(&mut self.lanes.get_mut(way).records);
        records.feed(bytes, mark, &mut |piece| match piece {
            Piece::Record(record, span) => self.take(way, record, span, keys, sink),
            Piece::Lost {
                bytes,
                reason,
                span,
            } => self.lose(way, bytes, reason, span, sink),
        });
        self.lanes.get_mut(way).records = records;
    }

    /// Takes note that `len` bytes of one direction never come; `None` if it is unknown how many,
    /// as where the capture begins in mid-stream.
    pub fn hole(&mut self, way: Way, len: Option<u64>, sink: &mut impl FnMut(Output<'_, M>)) {
        let lane = self.lanes.get_mut(way);
        if lane.held.is_empty() {
            lane.lose();
        } else {
            lane.hole_after_held = true;
        }
        let mut records = std::mem::take(&mut lane.records);
        records.hole(len, &mut |piece| {
            if let Piece::Lost {
                bytes,
                reason,
                span,
            } = piece
            {
                self.lose(way, bytes, reason, span, sink);
            }
        });
        self.lanes.get_mut(way).records = records;
    }

    /// Decrypts what was held until its key came. To be called when the key log has grown.
    pub fn retry(&mut self, keys: &KeyLog, sink: &mut impl FnMut(Output<'_, M>)) {
        self.take_held(keys, sink);
    }

    /// Gives up what is held of one direction; no more comes, or there is no room for it.
    pub fn end(&mut self, way: Way, sink: &mut impl FnMut(Output<'_, M>)) {
        while let Some(held) = self.lanes.get_mut(way).held.pop() {
            self.give_up(way, &held, sink);
        }
        let mut records = std::mem::take(&mut self.lanes.get_mut(way).records);
        records.give_up(Reason::Hole, &mut |piece| {
            if let Piece::Lost {
                bytes,
                reason,
                span,
            } = piece
            {
                self.lose(way, bytes, reason, span, sink);
            }
        });
        self.lanes.get_mut(way).messages.lose();
    }

    /// Deals with the next record, or holds it.
    fn take(
        &mut self,
        way: Way,
        record: Record<'_>,
        span: Span<M>,
        keys: &KeyLog,
        sink: &mut impl FnMut(Output<'_, M>),
    ) {
        if self.lanes.get(way).held.is_empty() {
            match self.read(way, record, span, keys, sink) {
                Progress::Done => return self.take_held(keys, sink),
                Progress::Wait(reason) => self.lanes.get_mut(way).waits_for = reason,
            }
        }
        self.places += 1;
        let lane = self.lanes.get_mut(way);
        let after_hole = std::mem::take(&mut lane.hole_after_held);
        lane.held
            .push(HeldRecord::new(self.places, record, span, after_hole));
        while let Some(oldest) = self.lanes.get_mut(way).held.pop_beyond(&self.limits) {
            self.give_up(way, &oldest, sink);
        }
    }

    /// Deals with the records held, the oldest of both directions first, as far as that goes now.
    fn take_held(&mut self, keys: &KeyLog, sink: &mut impl FnMut(Output<'_, M>)) {
        while self.is_waiting() {
            let place = |way| {
                let place: Option<u64> = self.lanes.get(way).held.first_place();
                place.unwrap_or(u64::MAX)
            };
            let first = if place(Way::Forward) < place(Way::Backward) {
                Way::Forward
            } else {
                Way::Backward
            };
            // The younger may be what the older waits for.
            if !self.take_oldest(first, keys, sink) && !self.take_oldest(first.other(), keys, sink)
            {
                break;
            }
        }
    }

    /// Deals with the oldest record held of one direction, and says whether that went.
    fn take_oldest(
        &mut self,
        way: Way,
        keys: &KeyLog,
        sink: &mut impl FnMut(Output<'_, M>),
    ) -> bool {
        let Some(mut held) = self.lanes.get_mut(way).held.pop() else {
            return false;
        };
        if std::mem::take(&mut held.after_hole) {
            self.lanes.get_mut(way).lose();
        }
        match self.read(way, held.record(), held.span, keys, sink) {
            Progress::Done => true,
            Progress::Wait(reason) => {
                let lane = self.lanes.get_mut(way);
                lane.waits_for = reason;
                lane.held.put_back(held);
                false
            }
        }
    }

    fn give_up(&mut self, way: Way, held: &HeldRecord<M>, sink: &mut impl FnMut(Output<'_, M>)) {
        let lane = self.lanes.get_mut(way);
        lane.pass();
        let reason = lane.waits_for;
        unread(way, held.record(), reason, held.span, sink);
    }

    /// Tells of bytes of which no record could be made.
    fn lose(
        &mut self,
        way: Way,
        bytes: usize,
        reason: Reason,
        seen: Span<M>,
        sink: &mut impl FnMut(Output<'_, M>),
    ) {
        self.lanes.get_mut(way).has_lost = true;
        let is_unknown = self.client.is_none() && self.server.is_none();
        let reason = if is_unknown && reason == Reason::Hole {
            Reason::MidStream
        } else {
            reason
        };
        sink(Output::Undecrypted {
            way,
            bytes,
            reason,
            seen,
        });
    }

    /// Reads a record as its direction's stage wants it.
    fn read(
        &mut self,
        way: Way,
        record: Record<'_>,
        span: Span<M>,
        keys: &KeyLog,
        sink: &mut impl FnMut(Output<'_, M>),
    ) -> Progress {
        if let Stage::Clear = self.lanes.get(way).stage {
            match self.leave_clear(way, record) {
                Progress::Done => {}
                wait @ Progress::Wait(_) => return wait,
            }
        }
        let mut text = Vec::new();
        let lane = self.lanes.get_mut(way);
        let opened = match &mut lane.stage {
            Stage::Tls12(tls) => tls.open(record, keys, &self.limits, &mut text),
            Stage::Tls13(tls) if record.header.content == content::APPLICATION_DATA => {
                tls.open(record, keys, &self.limits, &mut text)
            }
            Stage::Clear | Stage::Tls13(_) => {
                let kind = record.header.content;
                self.read_content(way, kind, record.payload, false, span, sink);
                return Progress::Done;
            }
            Stage::GivenUp(reason) => Opened::Failed(*reason),
        };
        match opened {
            Opened::Content(kind) => {
                lane.failures = 0;
                self.read_content(way, kind, &text, true, span, sink);
            }
            Opened::Failed(reason) => {
                if reason == Reason::BadRecord {
                    lane.failures += 1;
                    lane.messages.lose();
                    if lane.failures >= self.limits.failures {
                        lane.stage = Stage::GivenUp(reason);
                    }
                }
                unread(way, record, reason, span, sink);
            }
            Opened::Wait => return Progress::Wait(Reason::NoKey),
        }
        Progress::Done
    }

    /// Goes to the stage in which `record` can be read, if it is encrypted while the records before
    /// it were not.
    fn leave_clear(&mut self, way: Way, record: Record<'_>) -> Progress {
        let is_encrypted = match record.header.content {
            content::APPLICATION_DATA => true,
            content::CHANGE_CIPHER_SPEC => false,
            _ => return Progress::Done,
        };
        let is_tls13 = self
            .facts
            .version
            .is_some_and(|version| version >= Version::TLS_1_3);
        if !is_encrypted && is_tls13 {
            // There it is for middleboxes alone (RFC 8446 §D.4).
            return Progress::Done;
        }
        let stage = match (&self.client, &self.server) {
            (None, None) => Stage::GivenUp(Reason::MidStream),
            // Not for a hello that comes behind it, or that was lost.
            (Some(_), None) if !is_encrypted && self.facts.client != Some(way) => {
                return Progress::Done;
            }
            (None, Some(_)) | (Some(_), None) => return Progress::Wait(Reason::MidStream),
            (Some(client), Some(server)) if server.version >= Version::TLS_1_3 => {
                let of_client = self.facts.client == Some(way);
                match server.cipher_suite.suite() {
                    Some(suite) if server.cipher_suite.is_tls13() => {
                        let may_be_early = of_client && client.early_data;
                        Stage::Tls13(Box::new(Tls13::new(
                            suite,
                            client.random,
                            of_client,
                            may_be_early,
                        )))
                    }
                    _ => Stage::GivenUp(Reason::UnsupportedCipher),
                }
            }
            // The change of cipher is read as what it is, in clear. If it was lost, what it
            // changed to is what the hellos said.
            (Some(_), Some(_)) if !is_encrypted => return Progress::Done,
            (Some(_), Some(_)) => self.after_change(way),
        };
        self.lanes.get_mut(way).stage = stage;
        Progress::Done
    }

    /// How records are to be read after a change of cipher.
    fn after_change(&self, way: Way) -> Stage {
        let (Some(client), Some(server)) = (&self.client, &self.server) else {
            return Stage::GivenUp(Reason::MidStream);
        };
        let is_known = (Version::TLS_1_0..=Version::TLS_1_2).contains(&server.version);
        match server.cipher_suite.suite() {
            Some(suite) if is_known && !server.cipher_suite.is_tls13() => {
                let ingredients = Ingredients {
                    version: server.version,
                    suite,
                    client_random: client.random,
                    server_random: server.random,
                    encrypt_then_mac: server.encrypt_then_mac,
                };
                let of_client = self.facts.client == Some(way);
                Stage::Tls12(Box::new(Tls12::new(ingredients, of_client)))
            }
            _ => Stage::GivenUp(Reason::UnsupportedCipher),
        }
    }

    /// Reads what a record holds; `is_proven` if it was decrypted.
    fn read_content(
        &mut self,
        way: Way,
        kind: u8,
        bytes: &[u8],
        is_proven: bool,
        seen: Span<M>,
        sink: &mut impl FnMut(Output<'_, M>),
    ) {
        match kind {
            content::APPLICATION_DATA if is_proven && !bytes.is_empty() => {
                sink(Output::Plaintext { way, bytes, seen });
            }
            content::HANDSHAKE => {
                let limit = self.limits.handshake_bytes;
                let messages = self.lanes.get_mut(way).messages.feed(bytes, limit);
                for message in messages {
                    self.read_message(way, &message, is_proven, sink);
                }
            }
            content::ALERT => {
                let alert = match *bytes {
                    [level, description] => Some(Alert { level, description }),
                    _ => None,
                };
                sink(Output::Alert { way, alert, seen });
            }
            content::CHANGE_CIPHER_SPEC => self.change_cipher(way, sink),
            _ => {}
        }
    }

    /// The direction's next records are encrypted as was agreed, before TLS 1.3.
    fn change_cipher(&mut self, way: Way, sink: &mut impl FnMut(Output<'_, M>)) {
        if self
            .server
            .as_ref()
            .is_none_or(|server| server.version >= Version::TLS_1_3)
        {
            return;
        }
        let stage = self.after_change(way);
        let lane = self.lanes.get_mut(way);
        lane.stage = stage;
        lane.messages.lose();
        // In a handshake that takes up an earlier session the server comes to this before it has
        // said that its hello is done (RFC 5246 §7.3).
        if !lane.has_lost && self.facts.client == Some(way.other()) && self.facts.resumed.is_none()
        {
            self.facts.resumed = Some(true);
            sink(Output::Learnt(&self.facts));
        }
    }

    fn read_message(
        &mut self,
        way: Way,
        message: &Message,
        is_proven: bool,
        sink: &mut impl FnMut(Output<'_, M>),
    ) {
        let body = &*message.body;
        let has_learnt = match message.kind {
            kind::CLIENT_HELLO => self.read_client_hello(way, body),
            kind::SERVER_HELLO => self.read_server_hello(way, body),
            kind::ENCRYPTED_EXTENSIONS if is_proven => {
                self.facts.alpn = alpn_of_encrypted_extensions(body);
                self.facts.alpn.is_some()
            }
            kind::CERTIFICATE => {
                let version = self.facts.version.unwrap_or(Version::TLS_1_2);
                let certificate = Certificate::of_message(body, version);
                let has_learnt = certificate.is_some();
                if self.facts.client == Some(way) {
                    self.facts.client_certificate = certificate;
                } else {
                    self.facts.server_certificate = certificate;
                }
                has_learnt
            }
            kind::SERVER_HELLO_DONE => {
                let has_learnt = self.facts.resumed.is_none();
                self.facts.resumed.get_or_insert(false);
                has_learnt
            }
            kind::FINISHED if is_proven => {
                if let Stage::Tls13(tls) = &mut self.lanes.get_mut(way).stage {
                    tls.finished();
                }
                false
            }
            kind::KEY_UPDATE if is_proven => {
                if let Stage::Tls13(tls) = &mut self.lanes.get_mut(way).stage {
                    tls.update();
                }
                false
            }
            _ => false,
        };
        if has_learnt {
            sink(Output::Learnt(&self.facts));
        }
    }

    /// Says whether it tells anything new.
    fn read_client_hello(&mut self, way: Way, body: &[u8]) -> bool {
        let Some(hello) = ClientHello::parse(body) else {
            return false;
        };
        let facts = &mut self.facts;
        let is_new = facts.client != Some(way) || facts.server_name != hello.server_name;
        facts.client = Some(way);
        facts.server_name.clone_from(&hello.server_name);
        self.client = Some(hello);
        is_new
    }

    /// Says whether it tells anything new.
    fn read_server_hello(&mut self, way: Way, body: &[u8]) -> bool {
        let Some(hello) = ServerHello::parse(body) else {
            return false;
        };
        let facts = &mut self.facts;
        facts.client = Some(way.other());
        facts.version = Some(hello.version);
        facts.cipher_suite = Some(hello.cipher_suite);
        if hello.is_retry() {
            facts.retried = true;
            return true;
        }
        if hello.version >= Version::TLS_1_3 {
            facts.resumed = Some(hello.pre_shared_key);
        } else {
            facts.alpn.clone_from(&hello.alpn);
        }
        self.server = Some(hello);
        true
    }
}

/// Tells of a record that is not decrypted, if it matters to anybody.
fn unread<M: Copy>(
    way: Way,
    record: Record<'_>,
    reason: Reason,
    seen: Span<M>,
    sink: &mut impl FnMut(Output<'_, M>),
) {
    match record.header.content {
        content::APPLICATION_DATA => sink(Output::Undecrypted {
            way,
            bytes: record.payload.len(),
            reason,
            seen,
        }),
        content::ALERT => sink(Output::Alert {
            way,
            alert: None,
            seen,
        }),
        _ => {}
    }
}
