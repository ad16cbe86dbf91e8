//! All state, as rules see it: they read it and never change it.

use std::collections::VecDeque;
use std::hint::black_box;
use std::net::IpAddr;
use std::sync::Arc;

use sipwhy_packet::{Flow, Timestamp};
use sipwhy_parser::{Address, Message, Method, printable};
use slotmap::{SecondaryMap, SlotMap};

use crate::annotation::{CallRef, Evidence, LegRef, QuotedLine};
use crate::auth::Answering;
use crate::call::{Call, Dialog};
use crate::config::Config;
use crate::ids::{CallId, RedirectId, TransactionId};
use crate::index::{Index, Keyed};
use crate::keepalives::KeepAlives;
use crate::key::{Key, KeyMaker};
use crate::legs::Legs;
use crate::losses::Losses;
use crate::malformed::Malformed;
use crate::method::MethodName;
use crate::moment::Moment;
use crate::moves::Moves;
use crate::names::Names;
use crate::network::Network;
use crate::open::Open;
use crate::outlines::Outlines;
use crate::pauses::Pauses;
use crate::quote;
use crate::rates::Rates;
use crate::redirect::Redirect;
use crate::redirects::Redirects;
use crate::registrations::Registrations;
use crate::sources::Sources;
use crate::timings::Timings;
use crate::told::Told;
use crate::transaction::{Received, Standing, Transaction};
use crate::vantage::{Attempt, Vantage};
use crate::words::{ordinal, times};

/// No request crosses more hops: the Max-Forwards it begins with (RFC 3261 §8.1.1.6).
const MOST_HOPS: usize = 70;

/// Everything the engine remembers.
#[derive(Debug)]
pub struct World {
    /// Thresholds and bounds.
    pub config: Config,
    /// The capture's time as far as it is known.
    pub now: Timestamp,
    /// What the capture has in view of each host.
    pub vantage: Vantage,
    /// What the DNS said.
    pub names: Names,
    /// Who asks whom whether they are alive.
    pub keepalives: KeepAlives,
    /// Who was refused what.
    pub sources: Sources,
    /// How long answers took, and how sessions fared.
    pub timings: Timings,
    /// The time of the newest frame, which may hold what was not handed in yet.
    pub newest_frame: Timestamp,
    /// The first message's time.
    pub began: Option<Timestamp>,
    /// Where packets are known to be missing.
    pub losses: Losses,
    pub(crate) keys: KeyMaker,
    pub(crate) transactions: SlotMap<TransactionId, Transaction>,
    pub(crate) standings: SecondaryMap<TransactionId, Standing>,
    pub(crate) by_key: Index<TransactionId>,
    pub(crate) oldest_transactions: VecDeque<TransactionId>,
    pub(crate) calls: SlotMap<CallId, Call>,
    pub(crate) by_call_id: Index<CallId>,
    pub(crate) oldest_calls: VecDeque<CallId>,
    pub(crate) calls_seen: u64,
    /// Whether a deadline is set to forget the calls that nothing is heard of.
    pub(crate) idle_timer: bool,
    pub(crate) redirects: Redirects,
    pub(crate) moves: Moves,
    pub(crate) registrations: Registrations,
    pub(crate) pauses: Pauses,
    pub(crate) legs: Legs,
    pub(crate) malformed: Malformed,
    pub(crate) answering: Answering,
    pub(crate) told: Told,
    pub(crate) rates: Rates,
    /// Of which every offer held has a copy: see [`crate::Limits::offers`].
    pub(crate) offers: Arc<()>,
    pub(crate) outlines: Outlines,
    /// Transactions that wait for their final response.
    pub(crate) pending: usize,
    /// Dialogs that have not ended.
    pub(crate) dialogs: usize,
}

impl World {
    pub(crate) fn new(config: Config) -> Self {
        let seed = config.hash_seed;
        Self {
            now: Timestamp::ZERO,
            vantage: Vantage::new(config.limits.hosts, seed),
            names: Names::new(config.limits.names, seed),
            keepalives: KeepAlives::new(config.limits.hosts, seed),
            sources: Sources::new(config.limits.hosts, seed),
            timings: Timings::new(config.limits.peers, seed),
            newest_frame: Timestamp::ZERO,
            began: None,
            told: Told::new(config.limits.hosts, seed),
            rates: Rates::default(),
            losses: Losses::new(config.limits.gaps),
            keys: KeyMaker::new(seed),
            transactions: SlotMap::with_key(),
            standings: SecondaryMap::new(),
            by_key: Index::default(),
            oldest_transactions: VecDeque::new(),
            calls: SlotMap::with_key(),
            by_call_id: Index::default(),
            oldest_calls: VecDeque::new(),
            calls_seen: 0,
            idle_timer: false,
            redirects: Redirects::new(&config.limits, seed),
            moves: Moves::new(config.limits.redirects, seed),
            registrations: Registrations::new(config.limits.hosts, seed),
            pauses: Pauses::new(config.limits.hosts, seed),
            legs: Legs::new(config.limits.leg_marks),
            malformed: Malformed::default(),
            answering: Answering::new(seed),
            offers: Arc::new(()),
            outlines: Outlines::default(),
            pending: 0,
            dialogs: 0,
            config,
        }
    }

    /// How much is going on at the moment.
    #[must_use]
    pub fn open(&self) -> Open {
        Open {
            transactions_held: self.transactions.len(),
            transactions: self.pending,
            calls_held: self.calls.len(),
            dialogs: self.dialogs,
        }
    }

    /// The transaction, while it is remembered.
    #[must_use]
    pub fn transaction(&self, id: TransactionId) -> Option<&Transaction> {
        self.transactions.get(id)
    }

    /// The call, while it is remembered.
    #[must_use]
    pub fn call(&self, id: CallId) -> Option<&Call> {
        self.calls.get(id)
    }

    /// The transaction of this key.
    pub(crate) fn by_key(&self, key: Key) -> Option<TransactionId> {
        self.by_key.get(&self.transactions, key)
    }

    /// The call of this Call-ID.
    pub(crate) fn by_call_id(&self, key: Key) -> Option<CallId> {
        self.by_call_id.get(&self.calls, key)
    }

    /// The dialog that a message belongs to, by the tags of its ends.
    #[must_use]
    pub fn dialog_of(&self, call: CallId, message: &Message<'_, '_>) -> Option<&Dialog> {
        let short = |tag: Option<&[u8]>| self.keys.short(tag.unwrap_or_default());
        let from = short(message.from().and_then(Address::tag));
        let to = short(message.to().and_then(Address::tag));
        self.call(call)?.dialog(from, to)
    }

    /// The dialogs that a 2xx seen first on this INVITE's hop confirmed.
    pub fn dialogs_of<'w>(
        &'w self,
        id: TransactionId,
        invite: &Transaction,
    ) -> impl Iterator<Item = &'w Dialog> {
        let dialogs = self.calls.get(invite.call).map(|call| &call.dialogs[..]);
        dialogs
            .unwrap_or_default()
            .iter()
            .filter(move |dialog| dialog.invite == id)
    }

    /// The first hop in view of the way that this request took.
    #[must_use]
    pub fn first_hop<'w>(&'w self, transaction: &'w Transaction) -> &'w Transaction {
        let mut current = transaction;
        // Ends: a parent has one Via less than its child.
        while let Some(parent) = self.parent(current)
            && parent.vias < current.vias
        {
            current = parent;
        }
        current
    }

    /// Whether `one` is a hop on the way that `other` took before its own.
    pub(crate) fn is_above(&self, one: &Transaction, other: &Transaction) -> bool {
        let mut current = other;
        // Ends: a parent has one Via less than its child.
        while let Some(parent) = self.parent(current)
            && parent.vias < current.vias
        {
            if parent.key == one.key {
                return true;
            }
            current = parent;
        }
        false
    }

    /// The redirection, while it is remembered.
    #[must_use]
    pub fn redirect(&self, id: RedirectId) -> Option<&Redirect> {
        self.redirects.get(id)
    }

    /// The newest request between these sockets that still waits for a first response. Only the
    /// newest of all transactions are searched, so that this takes no time worth mentioning.
    pub(crate) fn unanswered_on(&self, flow: &Flow) -> Option<(TransactionId, &Transaction)> {
        const SEARCHED: usize = 256;
        let newest = self.oldest_transactions.iter().rev().take(SEARCHED);
        newest
            .filter_map(|id| Some((*id, self.transactions.get(*id)?)))
            .find(|(_, transaction)| {
                transaction.flow == *flow
                    && transaction.request.is_some()
                    && transaction.first_response.is_none()
            })
    }

    /// Whether a transaction is remembered. What forgetting it will touch is looked at, so that it
    /// is near to the processor by then: looks at many transactions, one after the other, do not
    /// wait for each other's memory as forgetting them one by one does.
    pub(crate) fn fetch(&self, id: TransactionId) -> bool {
        if let Some(transaction) = self.transactions.get(id) {
            black_box(transaction.follows);
            black_box(self.by_key(transaction.key()));
            black_box(
                self.calls
                    .get(transaction.call)
                    .map(|call| call.transactions.len()),
            );
            return true;
        }
        false
    }

    /// Whether 100 is the newest response to a request and its client still waits.
    #[must_use]
    pub fn is_trying(&self, id: TransactionId) -> bool {
        let standing = self.standings.get(id);
        standing.is_some_and(|standing| standing.is_trying)
    }

    /// The transactions that the server of this one began on its behalf, in order.
    pub fn children<'w>(
        &'w self,
        transaction: &'w Transaction,
    ) -> impl Iterator<Item = (TransactionId, &'w Transaction)> {
        transaction
            .children
            .iter()
            .filter_map(|id| Some((*id, self.transactions.get(*id)?)))
    }

    /// The other transactions under the same Call-ID, this one included, in order.
    pub fn of_call(&self, id: CallId) -> impl Iterator<Item = (TransactionId, &Transaction)> {
        let ids = self
            .calls
            .get(id)
            .map(|call| call.transactions.as_slice())
            .unwrap_or_default();
        ids.iter()
            .filter_map(|id| Some((*id, self.transactions.get(*id)?)))
    }

    /// The transaction of the hop before, whose server passed this one on, where it is in view.
    #[must_use]
    pub fn parent(&self, transaction: &Transaction) -> Option<&Transaction> {
        transaction
            .parent
            .and_then(|parent| self.transactions.get(parent))
    }

    /// Follows a request down from hop to hop, for as long as one of those that were passed on is
    /// as `is_next` says: the last such hop, which may be the first.
    pub fn last_hop<'w>(
        &'w self,
        first: &'w Transaction,
        is_next: impl Fn(&Transaction) -> bool,
    ) -> &'w Transaction {
        let mut current = first;
        for _ in 0..MOST_HOPS {
            match self.children(current).find(|(_, child)| is_next(child)) {
                Some((_, next)) => current = next,
                None => break,
            }
        }
        current
    }

    /// The INVITE that a CANCEL is for, on the same hop.
    #[must_use]
    pub fn cancelled_by(&self, cancel: &Transaction) -> Option<(TransactionId, &Transaction)> {
        self.of_call(cancel.call).find(|(_, invite)| {
            invite.is_invite()
                && invite.cancelled.is_some()
                && invite.cancelled == cancel.request
                && invite.flow == cancel.flow
        })
    }

    /// The CANCEL of an INVITE, on the same hop.
    #[must_use]
    pub fn cancel_of(&self, invite: &Transaction) -> Option<(TransactionId, &Transaction)> {
        self.of_call(invite.call).find(|(_, cancel)| {
            cancel.method == MethodName::Known(Method::Cancel)
                && invite.cancelled.is_some()
                && invite.cancelled == cancel.request
                && invite.flow == cancel.flow
        })
    }

    /// Whether the client that was redirected is a proxy whose own client is not in view: it may
    /// have passed the redirection back there.
    #[must_use]
    pub fn may_be_relayed_unseen(&self, redirect: &Redirect) -> bool {
        let ended = self.transaction(redirect.transaction);
        redirect.client_is_proxy && ended.and_then(|ended| self.parent(ended)).is_none()
    }

    /// Whether `host` is known to be a proxy, or was shown to be one: it passed on a request, both
    /// sides in view.
    #[must_use]
    pub fn is_proxy(&self, host: IpAddr) -> bool {
        let is_known = |proxies: &[Network]| proxies.iter().any(|known| known.contains(host));
        self.vantage.forwarded_by(host) > 0 || is_known(&self.config.proxies)
    }

    /// Whether the user trusts `host`, as one of the same trust domain.
    #[must_use]
    pub fn is_trusted(&self, host: IpAddr) -> bool {
        let mut trusted = self.config.trusted.iter();
        trusted.any(|network| network.contains(host))
    }

    /// What identifies a call in an annotation.
    #[must_use]
    pub fn call_ref(&self, id: CallId) -> Option<CallRef> {
        let call = self.calls.get(id)?;
        Some(CallRef {
            number: call.number,
            leg: call.leg.as_deref().map(LegRef::of),
            call_id: printable(call.call_id()).into(),
            from: printable(call.from()).into(),
            to: printable(call.to()).into(),
        })
    }

    /// The first sending of a transaction's request as evidence; `label` goes under the
    /// Request-URI when it is not empty.
    #[must_use]
    pub fn request_evidence(&self, transaction: &Transaction, label: &str) -> Option<Evidence> {
        let sent = transaction.request?;
        let method = transaction.method.to_string();
        let line = [method.as_bytes(), b" ", &transaction.uri[..], b" SIP/2.0"].concat();
        let from = method.len() + 1;
        let quoted = if label.is_empty() {
            quote::plain(&line)
        } else {
            quote::marked(&line, &line[from..from + transaction.uri.len()], label)
        };
        Some(Evidence {
            frame: sent.frame(),
            time: sent.time,
            flow: Some(transaction.flow),
            quote: vec![quoted],
        })
    }

    /// The CANCEL of an INVITE as evidence.
    #[must_use]
    pub fn cancel_evidence(&self, invite: &Transaction, label: &str) -> Option<Evidence> {
        let text = format!("CANCEL {} SIP/2.0", printable(&invite.uri));
        let mark = (!label.is_empty()).then(|| (0..text.len(), label.to_owned()));
        let at = invite.cancelled?;
        Some(Evidence {
            frame: at.frame(),
            time: at.time,
            flow: Some(invite.flow),
            quote: vec![QuotedLine { text, mark }],
        })
    }

    /// The newest sending of a transaction's request as evidence, when it was sent again.
    #[must_use]
    pub fn repeat_evidence(&self, transaction: &Transaction) -> Option<Evidence> {
        if transaction.retransmissions == 0 {
            return None;
        }
        let label = format!("sent {}", times(transaction.retransmissions + 1));
        let first = self.request_evidence(transaction, &label)?;
        let (time, frame) = (transaction.last_sent.time, transaction.last_sent.frame());
        Some(Evidence {
            frame,
            time,
            ..first
        })
    }

    /// What stands in a frame that is no SIP message, as evidence.
    #[must_use]
    pub fn said_evidence(&self, at: Moment, flow: Option<Flow>, text: String) -> Evidence {
        let quote = vec![QuotedLine { text, mark: None }];
        Evidence {
            frame: at.frame(),
            time: at.time,
            flow,
            quote,
        }
    }

    /// The DNS answers that tell the address of a redirection's targets, as evidence.
    pub fn name_evidence<'w>(
        &'w self,
        redirect: &'w Redirect,
    ) -> impl Iterator<Item = Option<Evidence>> + 'w {
        redirect
            .targets
            .iter()
            .filter(|target| target.address.is_none())
            .map(|target| {
                let at = self.names.learnt(&target.host)?;
                let addresses: Vec<String> = target
                    .sockets(&self.names)
                    .iter()
                    .map(ToString::to_string)
                    .collect();
                let text = format!(
                    "DNS: {} is {}",
                    printable(&target.host),
                    addresses.join(", ")
                );
                Some(self.said_evidence(at, None, text))
            })
    }

    /// What the network said of a packet it did not deliver, as evidence.
    #[must_use]
    pub fn failure_evidence(&self, transaction: &Transaction) -> Option<Evidence> {
        let failure = self
            .vantage
            .failure(&transaction.flow, transaction.began().time)?;
        Some(self.said_evidence(failure.first, None, failure.kind.words()))
    }

    /// The tries of an attempt below SIP, the first and the newest, as evidence.
    #[must_use]
    pub fn attempt_evidence(&self, attempt: &Attempt) -> [Option<Evidence>; 2] {
        let text = attempt.kind.words();
        let newest = (attempt.tries > 1).then(|| {
            let text = format!("{text}, for the {} time", ordinal(attempt.tries));
            self.said_evidence(attempt.newest, None, text)
        });
        [Some(self.said_evidence(attempt.first, None, text)), newest]
    }

    /// A response of a transaction as evidence; `label` goes under the status line when it is not
    /// empty.
    #[must_use]
    pub fn response_evidence(
        &self,
        transaction: &Transaction,
        response: &Received,
        label: &str,
    ) -> Evidence {
        let usual = sipwhy_catalogue::code(response.code).map_or("", |code| code.name);
        let reason = transaction.reason(response).unwrap_or(usual);
        let text = format!("SIP/2.0 {} {reason}", response.code);
        let mark = (!label.is_empty()).then(|| (8..text.len(), label.to_owned()));
        Evidence {
            frame: response.at.frame(),
            time: response.at.time,
            flow: Some(transaction.flow.reversed()),
            quote: vec![QuotedLine { text, mark }],
        }
    }

    /// A redirection as evidence, `label` under its Contact.
    #[must_use]
    pub fn redirect_evidence(&self, redirect: &Redirect, label: &str) -> Evidence {
        let mut quote = redirect.quote.clone();
        for line in &mut quote {
            if let Some((_, text)) = &mut line.mark {
                label.clone_into(text);
            }
        }
        Evidence {
            frame: redirect.at.frame(),
            time: redirect.at.time,
            flow: Some(redirect.flow.reversed()),
            quote,
        }
    }
}
