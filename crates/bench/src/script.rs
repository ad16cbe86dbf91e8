//! A session as a script: which message passes which leg, and when.

use crate::people::SERVER;
use crate::rng::{Rng, mix};

/// A request method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// INVITE.
    Invite,
    /// ACK of a 2xx: a transaction of its own.
    Ack,
    /// BYE.
    Bye,
    /// REGISTER.
    Register,
    /// OPTIONS.
    Options,
    /// MESSAGE.
    Message,
}

impl Method {
    /// As written on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Invite => "INVITE",
            Self::Ack => "ACK",
            Self::Bye => "BYE",
            Self::Register => "REGISTER",
            Self::Options => "OPTIONS",
            Self::Message => "MESSAGE",
        }
    }
}

/// Which of the two ends of a session, or the proxy between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// Who started the session.
    Caller,
    /// Whom it is for.
    Callee,
    /// The server between them.
    Proxy,
}

/// The hop that a message passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leg {
    /// Between the transaction's origin and the proxy.
    Near,
    /// Between the proxy and the other end.
    Far,
}

/// What a message is within its transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The request itself.
    Request,
    /// The ACK of a final response other than 2xx: same branch, hop by hop.
    HopAck,
    /// The CANCEL: same branch, hop by hop.
    Cancel,
    /// The 200 to the CANCEL.
    CancelDone,
    /// A response with this status.
    Response(u16),
}

/// Where the Request-URI points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// At an address of record, which the proxy resolves to the contact.
    Record,
    /// At the contact: within a dialog, or after a 302.
    Contact,
    /// At the registrar or proxy itself.
    Server,
}

/// Credentials in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credentials {
    /// The number from which the nonce is made.
    pub nonce: u64,
    /// How often the nonce was used, this time included.
    pub uses: u32,
}

/// One transaction.
#[derive(Debug, Clone, Copy)]
pub struct Transaction {
    /// Its method.
    pub method: Method,
    /// Its CSeq number.
    pub cseq: u32,
    /// Who sends the request.
    pub origin: Party,
    /// The host index of the proxy it passes.
    pub proxy: usize,
    /// Where the Request-URI points.
    pub target: Target,
    /// Whether it is sent within a dialog.
    pub in_dialog: bool,
    /// What the request carries for the proxy or the registrar.
    pub credentials: Option<Credentials>,
    /// The nonce with which the proxy or the registrar challenges it, and whether the old one
    /// was merely stale.
    pub challenge: (u64, bool),
}

/// One message on one leg.
#[derive(Debug, Clone, Copy)]
pub struct Message {
    /// Index of its transaction.
    pub transaction: u8,
    /// What it is.
    pub what: What,
    /// Where it passes.
    pub leg: Leg,
    /// Who wrote the response (or the response that a hop's ACK answers).
    pub by: Party,
}

/// A message at its time; without a message, only time passes.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Microseconds since the epoch.
    pub at: u64,
    /// What is sent.
    pub message: Option<Message>,
}

/// One call, registration or other exchange.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its number: everything random in its messages is derived from it.
    pub serial: u64,
    /// From this the Call-ID, the caller's tag and so on are made: the serial, or for
    /// registrations the subscriber, whose Call-ID stays.
    pub identity: u64,
    /// Index of the subscriber who starts it.
    pub caller: usize,
    /// Index of the subscriber whom it is for.
    pub callee: usize,
    /// Its transactions.
    pub transactions: Vec<Transaction>,
    /// Its messages in order of time.
    pub steps: Vec<Step>,
    /// How many steps have been taken.
    pub taken: usize,
    /// What a REGISTER asks for and gets, in seconds.
    pub expires: u32,
}

impl Session {
    /// Something of this session's own that looks random and is always the same.
    #[must_use]
    pub fn secret(&self, what: u64) -> u64 {
        mix(self.serial.wrapping_mul(0x1_0001), what)
    }

    /// As [`Session::secret`], but the same in every session of one identity.
    #[must_use]
    pub fn identity_secret(&self, what: u64) -> u64 {
        mix(self.identity.wrapping_mul(0x3_0001), what)
    }
}

/// Writes a session's script while its own clock goes forward.
#[derive(Debug)]
pub struct Writer<'a> {
    /// The dice.
    pub rng: &'a mut Rng,
    /// The session being written.
    pub session: Session,
    /// Where its clock stands, in microseconds since the epoch.
    pub now: u64,
    /// The least time between a message and what it causes.
    pub least_gap: u64,
}

impl Writer<'_> {
    /// Opens a transaction.
    pub fn open(&mut self, transaction: Transaction) -> u8 {
        self.session.transactions.push(transaction);
        (self.session.transactions.len() - 1) as u8
    }

    /// Opens a transaction outside a dialog that `Caller` starts and [`SERVER`] handles.
    pub fn open_first(&mut self, method: Method, cseq: u32) -> u8 {
        let challenge = (self.session.secret(100 + u64::from(cseq)), false);
        self.open(Transaction {
            method,
            cseq,
            origin: Party::Caller,
            proxy: SERVER,
            target: Target::Record,
            in_dialog: false,
            credentials: None,
            challenge,
        })
    }

    /// The transaction with this index.
    pub fn transaction(&mut self, index: u8) -> &mut Transaction {
        &mut self.session.transactions[usize::from(index)]
    }

    /// Lets a random time between two bounds in microseconds pass.
    pub fn wait(&mut self, low: u64, high: u64) {
        self.now += self.rng.range(low, high).max(self.least_gap);
    }

    /// Lets a message cross the network and be worked on.
    pub fn travel(&mut self) {
        self.wait(2_000, 25_000);
    }

    /// Lets the proxy work: it is close to the tap.
    pub fn relay(&mut self) {
        self.wait(200, 3_000);
    }

    /// Sends a message now.
    pub fn send(&mut self, transaction: u8, what: What, leg: Leg, by: Party) {
        self.send_at(self.now, transaction, what, leg, by);
    }

    /// Sends a message at a time of its own, for retransmissions.
    pub fn send_at(&mut self, at: u64, transaction: u8, what: What, leg: Leg, by: Party) {
        let message = Message {
            transaction,
            what,
            leg,
            by,
        };
        self.session.steps.push(Step {
            at,
            message: Some(message),
        });
    }

    /// Keeps the session in progress for some seconds without a message.
    pub fn hold(&mut self, seconds: u64) {
        self.session.steps.push(Step {
            at: self.now + seconds * 1_000_000,
            message: None,
        });
    }

    /// The request on its way through the proxy to the far end.
    pub fn request_through(&mut self, transaction: u8) {
        let origin = self.transaction(transaction).origin;
        self.send(transaction, What::Request, Leg::Near, origin);
        self.relay();
        self.send(transaction, What::Request, Leg::Far, origin);
    }

    /// A response on its way from the far end through the proxy.
    pub fn response_through(&mut self, transaction: u8, status: u16) {
        let by = match self.transaction(transaction).origin {
            Party::Callee => Party::Caller,
            _ => Party::Callee,
        };
        self.send(transaction, What::Response(status), Leg::Far, by);
        self.relay();
        self.send(transaction, What::Response(status), Leg::Near, by);
    }

    /// A final response from the proxy itself and the ACK to it.
    pub fn refused_by_proxy(&mut self, transaction: u8, status: u16) {
        self.send(transaction, What::Response(status), Leg::Near, Party::Proxy);
        self.travel();
        self.send(transaction, What::HopAck, Leg::Near, Party::Proxy);
    }

    /// Ends the script.
    #[must_use]
    pub fn finish(mut self) -> Session {
        // Retransmissions were written out of turn; the sort is stable, so causes stay first.
        self.session.steps.sort_by_key(|step| step.at);
        self.session
    }
}
