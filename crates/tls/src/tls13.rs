//! Reading one direction of a TLS 1.3 session, from its first encrypted record on.

use crate::derive::next_secret;
use crate::key_log::{ClientRandom, KeyLog, Secret, Traffic};
use crate::opened::Opened;
use crate::opener::{Opener, Unsealed};
use crate::record::Record;
use crate::sequence::Sequence;
use crate::suite::Suite;
use crate::{Limits, Reason};

/// How many secrets beyond the one in use are tried on a record that follows lost ones.
const SECRETS_AHEAD: usize = 2;

/// More records than one side's part of a handshake takes.
const HANDSHAKE_RECORDS: u64 = 32;

/// One direction.
#[derive(Debug)]
pub(crate) struct Tls13 {
    suite: Suite,
    client_random: ClientRandom,
    of_client: bool,
    phase: Phase,
    /// Those of the phase.
    keys: Option<Keys>,
    sequence: Sequence,
    /// The same under the keys that follow these, should they be in use already.
    next_sequence: Sequence,
    /// Early data may stand before what the handshake's keys protect.
    may_be_early: bool,
}

/// What is protected with different secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Handshake,
    Application,
}

struct Keys {
    secret: Secret,
    opener: Opener,
}

impl Tls13 {
    pub(crate) const fn new(
        suite: Suite,
        client_random: ClientRandom,
        of_client: bool,
        may_be_early: bool,
    ) -> Self {
        Self {
            suite,
            client_random,
            of_client,
            phase: Phase::Handshake,
            keys: None,
            sequence: Sequence::START,
            next_sequence: Sequence::START,
            may_be_early,
        }
    }

    /// Opens a record into `text`.
    pub(crate) fn open(
        &mut self,
        record: Record<'_>,
        log: &KeyLog,
        limits: &Limits,
        text: &mut Vec<u8>,
    ) -> Opened {
        if self.keys.is_none() {
            self.find(log);
        }
        let Some(Keys { secret, opener }) = &mut self.keys else {
            return Opened::Wait;
        };
        if let Some(unsealed) = opener.open(self.sequence.next(), record, text) {
            self.sequence.found(self.sequence.next());
            self.may_be_early = false;
            return unsealed.into();
        }
        if self.may_be_early {
            return Opened::Failed(Reason::EarlyData);
        }
        // Records were lost, and with them perhaps what tells that other keys come now.
        let guesses = limits.guesses;
        if let Some((number, unsealed)) = guess(opener, self.sequence, guesses, record, text) {
            self.sequence.found(number);
            return unsealed.into();
        }
        let mut next = match self.phase {
            Phase::Handshake => self.secret_of(Phase::Application, log),
            Phase::Application => next_secret(self.suite.hash, secret),
        };
        for _ in 0..SECRETS_AHEAD {
            let Some(mut keys) = next.and_then(|secret| self.make(secret)) else {
                break;
            };
            if let Some((number, unsealed)) =
                guess(&mut keys.opener, self.next_sequence, guesses, record, text)
            {
                self.begin(Phase::Application, Some(keys));
                self.sequence.found(number);
                return unsealed.into();
            }
            next = next_secret(self.suite.hash, &keys.secret);
        }
        self.sequence.missed();
        self.next_sequence.missed();
        Opened::Failed(Reason::BadRecord)
    }

    /// The handshake is at its end.
    pub(crate) fn finished(&mut self) {
        if self.phase == Phase::Handshake {
            self.begin(Phase::Application, None);
        }
    }

    /// New keys come with the next record (RFC 8446 §4.6.3).
    pub(crate) fn update(&mut self) {
        if self.phase == Phase::Application
            && let Some(keys) = &self.keys
            && let Some(secret) = next_secret(self.suite.hash, &keys.secret)
            && let Some(keys) = self.make(secret)
        {
            self.begin(Phase::Application, Some(keys));
        }
    }

    /// Takes note that a record was given up before there was a key for it.
    pub(crate) fn passed(&mut self) {
        self.sequence.passed();
        if self.phase == Phase::Handshake {
            // A few of those that passed may have been the last of the handshake.
            let passed = self.sequence.next();
            self.next_sequence = Sequence::from(passed.saturating_sub(HANDSHAKE_RECORDS));
        }
        self.may_be_early = false;
    }

    /// Takes note that records were lost.
    pub(crate) fn lost(&mut self) {
        self.may_be_early = false;
    }

    fn begin(&mut self, phase: Phase, keys: Option<Keys>) {
        self.phase = phase;
        self.keys = keys;
        self.sequence = Sequence::START;
        self.next_sequence = Sequence::START;
    }

    fn find(&mut self, log: &KeyLog) {
        // The secrets of the handshake are logged first. A log with none of them has been put
        // together by hand, and the handshake stays closed.
        for phase in [self.phase, Phase::Application] {
            if let Some(secret) = self.secret_of(phase, log) {
                if self.phase != phase {
                    self.phase = phase;
                    self.sequence = std::mem::replace(&mut self.next_sequence, Sequence::START);
                }
                self.keys = self.make(secret);
                return;
            }
        }
    }

    fn secret_of(&self, phase: Phase, log: &KeyLog) -> Option<Secret> {
        let secrets = log.find(&self.client_random)?;
        let Traffic {
            handshake,
            application,
        } = if self.of_client {
            &secrets.client
        } else {
            &secrets.server
        };
        match phase {
            Phase::Handshake => handshake.clone(),
            Phase::Application => application.clone(),
        }
    }

    fn make(&self, secret: Secret) -> Option<Keys> {
        let opener = Opener::tls13(self.suite, &secret)?;
        Some(Keys { secret, opener })
    }
}

impl std::fmt::Debug for Keys {
    /// Shows no secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.opener.fmt(f)
    }
}

/// Finds the number under which a record opens.
fn guess(
    opener: &mut Opener,
    sequence: Sequence,
    allowed: u32,
    record: Record<'_>,
    text: &mut Vec<u8>,
) -> Option<(u64, Unsealed)> {
    sequence
        .guesses(allowed)
        .find_map(|guess| Some((guess, opener.open(guess, record, text)?)))
}
