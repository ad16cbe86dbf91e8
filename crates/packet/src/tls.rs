//! What was seen of TLS, whether it could be decrypted or not.

use std::collections::BTreeMap;

use sipwhy_tls::{Alert, Facts, Reason, Way};

use crate::{Flow, FrameId};

/// How many sessions are told apart; more are only counted.
const SESSIONS: usize = 256;

/// A TLS session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsSession {
    /// Its first frame.
    pub first: FrameId,
    /// From whom to whom that frame went.
    flow: Flow,
    /// Whether one of its ports is one that carries SIP.
    is_expected: bool,
    /// What its handshake says.
    pub facts: Facts,
    /// What one side said was wrong, the last time, and from whom to whom.
    pub alert: Option<(Flow, Alert)>,
    /// Bytes of plaintext.
    pub decrypted: u64,
    /// Bytes of ciphertext that could not be decrypted.
    pub undecrypted: u64,
    /// Why the first of them could not.
    pub reason: Option<Reason>,
}

impl TlsSession {
    /// From the client to the server, as far as it is known who is which.
    #[must_use]
    pub fn flow(&self) -> Flow {
        match self.facts.client {
            Some(Way::Backward) => self.flow.reversed(),
            Some(Way::Forward) | None => self.flow,
        }
    }

    /// Whether there is SIP in it as far as can be told: by its port, or because its ends agreed
    /// on that (RFC 7301).
    #[must_use]
    pub fn is_sip(&self) -> bool {
        let protocol = self.facts.alpn.as_deref();
        self.is_expected || protocol.is_some_and(|protocol| protocol.eq_ignore_ascii_case("sip"))
    }
}

/// The sessions of a capture, in the order of their first frames.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsSessions {
    sessions: BTreeMap<(FrameId, Flow), TlsSession>,
    /// Pieces of sessions beyond the first 256.
    pub beyond: u64,
}

impl TlsSessions {
    /// All that are told apart.
    pub fn iter(&self) -> impl Iterator<Item = &TlsSession> {
        self.sessions.values()
    }

    /// The session that began in this frame with this flow; a new one where there is room.
    pub(crate) fn of(
        &mut self,
        first: FrameId,
        flow: Flow,
        is_expected: bool,
    ) -> Option<&mut TlsSession> {
        let id = (first, flow);
        if self.sessions.len() >= SESSIONS && !self.sessions.contains_key(&id) {
            self.beyond += 1;
            return None;
        }
        let session = self.sessions.entry(id).or_insert_with(|| TlsSession {
            first,
            flow,
            is_expected,
            facts: Facts::default(),
            alert: None,
            decrypted: 0,
            undecrypted: 0,
            reason: None,
        });
        Some(session)
    }
}
