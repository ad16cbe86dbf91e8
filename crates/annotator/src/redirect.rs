//! Redirections and what became of them.
//!
//! A 3xx names where the request should go instead. [`Redirect`] keeps the target set of one and
//! tells the requests that answer it: the same client, the same method, and either the same
//! Call-ID or, since RFC 3261 §8.1.3.4 allows a new one, the same From, To and Request-URI soon
//! after.

use std::net::IpAddr;

use sipwhy_packet::Flow;
use sipwhy_parser::{Address, ContactItem, HeaderName, Message, Method, Uri};

use crate::annotation::{CallRef, QuotedLine};
use crate::call::Call;
use crate::config::Thresholds;
use crate::ends::Ends;
use crate::ids::{RedirectId, TransactionId};
use crate::key::Key;
use crate::method::MethodName;
use crate::moment::Moment;
use crate::moves::Move;
use crate::names::Names;
use crate::quote;
use crate::target::{Difference, Reach, Target};
use crate::transaction::{ShortText, Transaction};

/// A Contact lists at most this many targets; more are not looked at.
const TARGETS: usize = 32;

/// A 3xx that reached a client.
#[derive(Debug)]
pub struct Redirect {
    /// The transaction it ended.
    pub transaction: TransactionId,
    /// The call it belongs to.
    pub call: CallRef,
    call_key: Key,
    /// 300 to 399.
    pub code: u16,
    /// The method of the redirected request.
    pub method: MethodName,
    /// When the 3xx was seen.
    pub at: Moment,
    /// From the client to the server that redirected it.
    pub flow: Flow,
    /// When the redirected request was first sent; `None` when it was not captured.
    pub request: Option<Moment>,
    /// Its Request-URI.
    pub uri: ShortText,
    from: Box<[u8]>,
    to: Box<[u8]>,
    in_dialog: bool,
    /// Whether the client is a proxy: the request had more than one Via.
    pub client_is_proxy: bool,
    parent: Option<TransactionId>,
    /// The proxies or places that the Contact names.
    pub targets: Vec<Target>,
    /// Whether it carries an Identity, as the answer of a signing service does.
    pub has_identity: bool,
    /// The redirection before it, which the redirected request answered.
    pub follows: Option<RedirectId>,
    /// The same news of an earlier call, which the caller should have remembered.
    pub forgotten: Option<Box<Move>>,
    /// Why the Contact cannot be followed.
    pub fault: Option<Fault>,
    /// The same redirection one hop further down, when the server merely passed it on.
    pub relayed_from: Option<RedirectId>,
    /// What became of it.
    pub state: Progress,
    /// What the retry did, once it was judged.
    pub conduct: Option<Conduct>,
    /// The status line and the Contact, quoted.
    pub quote: Vec<QuotedLine>,
}

/// Why a Contact cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is none.
    NoContact,
    /// None of its values is a SIP or SIPS URI.
    Unreadable,
    /// Its values are URIs of other schemes, such as `tel` or `mailto`. A 305 names a proxy, and
    /// needs a SIP URI.
    OtherScheme,
    /// It names the server that sent the redirection.
    NamesSender,
    /// The request went to a `sips` URI, and every target is plain `sip`.
    Downgrade,
    /// The capture cut the message before the Contact's end; the wire may have held all of it.
    CutOff,
}

/// What became of a redirection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing yet.
    Waiting,
    /// The client is a proxy and passed it on to its own client.
    Relayed,
    /// A retry that names the target went to the old next hop; where that sends it decides.
    Through(TransactionId),
    /// A retry was judged.
    Judged,
}

/// A retry and how it stands to the redirection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The request that followed.
    pub retry: TransactionId,
    /// What it did.
    pub conduct: Conduct,
}

/// What a retry did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conduct {
    /// It went to a target.
    Obeyed(How),
    /// It went somewhere else.
    Ignored(Went),
    /// The packets cannot tell.
    Unclear(Unclear),
}

/// How a retry reached a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The Contact became the Request-URI.
    RequestUri,
    /// The Request-URI stayed, and a Route names the target.
    Route,
    /// The Request-URI stayed, and the target is merely the next hop, as an outbound proxy is.
    NextHop,
    /// The client's own next hop passed it on to the target.
    Through(IpAddr),
}

/// Where a retry went instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Went {
    /// To the server that had sent the redirection.
    Back,
    /// To a third host.
    Elsewhere,
    /// To the target's host, at another port.
    OtherPort,
    /// To the target's host and port, over another transport.
    OtherTransport,
    /// To the client's own next hop, which passed it on to a host that is no target.
    Misrouted {
        /// That next hop.
        hop: IpAddr,
        /// Where it sent the request.
        transaction: TransactionId,
    },
}

/// Why conduct cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unclear {
    /// The Contact is a host name, and no DNS answer in the capture tells its address.
    NameUnknown(String),
    /// The retry names the target but went to another hop, whose onward side is not in view.
    OnwardUnseen(IpAddr),
    /// The capture cut the Contact off.
    ContactCut,
}

impl Redirect {
    /// Reads a 3xx and the transaction it ends.
    pub(crate) fn read(
        message: &Message<'_, '_>,
        missing: u32,
        ended: (TransactionId, &Transaction),
        call: (&Call, CallRef),
        code: u16,
        at: Moment,
    ) -> Self {
        let (id, transaction) = ended;
        let (call, call_ref) = call;
        let mut targets = Vec::new();
        let mut listed = 0_usize;
        let mut other_scheme = false;
        for contact in message.contacts().take(TARGETS) {
            listed += 1;
            if let ContactItem::Address(address) = contact {
                targets.extend(Target::parse(address.uri));
                other_scheme |= address.parsed_uri().is_some_and(|uri| !uri.is_sip());
            }
        }
        let last_is_contact = message
            .headers()
            .last()
            .is_none_or(|header| header.name == HeaderName::Contact);
        let head_is_cut = missing > 0 && message.head().len() == message.bytes().len();
        let fault = if head_is_cut && (listed == 0 || last_is_contact) {
            targets.clear();
            Some(Fault::CutOff)
        } else if listed == 0 {
            Some(Fault::NoContact)
        } else if targets.is_empty() && other_scheme && code != 305 {
            Some(Fault::OtherScheme)
        } else if targets.is_empty() {
            Some(Fault::Unreadable)
        // From a `sips` URI a client may follow any but a 305 to a `sip` one, if it tells its user
        // (RFC 3261 §8.1.3.4).
        } else if code == 305
            && is_secure(&transaction.uri)
            && targets.iter().all(|target| !target.secure)
        {
            Some(Fault::Downgrade)
        } else {
            None
        };
        Self {
            transaction: id,
            call: call_ref,
            call_key: call.key,
            code,
            method: transaction.method.clone(),
            at,
            flow: transaction.flow,
            request: transaction.request,
            uri: transaction.uri.clone(),
            from: said_of(message.from())
                .unwrap_or_else(|| call.from())
                .into(),
            to: said_of(message.to()).unwrap_or_else(|| call.to()).into(),
            in_dialog: transaction.in_dialog,
            client_is_proxy: transaction.client_is_proxy(),
            parent: transaction.parent,
            targets,
            has_identity: message.header(HeaderName::Identity).is_some(),
            follows: transaction.follows,
            forgotten: None,
            fault,
            relayed_from: None,
            state: Progress::Waiting,
            conduct: None,
            quote: quote::redirection(message),
        }
    }

    /// Whether every target is the server that sent the redirection.
    pub(crate) fn names_sender(&self, sender: &Flow, names: &Names) -> bool {
        !self.targets.is_empty()
            && self
                .targets
                .iter()
                .all(|target| self.goes_to(target, sender, &self.uri, names))
    }

    /// Whether `flow` leads to one of the targets.
    pub(crate) fn is_reached_by(&self, flow: &Flow, names: &Names) -> bool {
        let mut targets = self.targets.iter();
        targets.any(|target| target.reached_by(flow, names) == Reach::Yes)
    }

    /// Whether a request for `uri` that went by `flow` went to `target`. At one server there are
    /// many users, but a proxy is the same for all.
    pub(crate) fn goes_to(&self, target: &Target, flow: &Flow, uri: &[u8], names: &Names) -> bool {
        target.reached_by(flow, names) == Reach::Yes && (self.code == 305 || target.has_user(uri))
    }

    /// The host that was redirected.
    #[must_use]
    pub fn client(&self) -> IpAddr {
        self.flow.source.ip()
    }

    /// The host that sent the redirection.
    #[must_use]
    pub fn server(&self) -> IpAddr {
        self.flow.destination.ip()
    }

    /// Whether a retry is still expected to be judged.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.state, Progress::Waiting) && matches!(self.fault, None | Some(Fault::CutOff))
    }

    /// The targets in one line, for people.
    #[must_use]
    pub fn target_list(&self) -> String {
        let texts: Vec<&str> = self
            .targets
            .iter()
            .map(|target| target.text.as_str())
            .collect();
        texts.join(", ")
    }

    /// Whether `request`, with these ends, repeats the redirected request.
    pub(crate) fn is_retry(
        &self,
        request: &Transaction,
        (call, ends): (&Call, &Ends<'_>),
        thresholds: &Thresholds,
    ) -> bool {
        let from = said_of(ends.from).unwrap_or_else(|| call.from());
        let to = said_of(ends.to).unwrap_or_else(|| call.to());
        if request.method != self.method
            || request.in_dialog != self.in_dialog
            || request.client() != self.client()
        {
            return false;
        }
        let waited = request.began().time.since(self.at.time);
        let names_target = self
            .targets
            .iter()
            .any(|target| target.is_named_by(&request.uri));
        let same_uri = request.uri == self.uri;
        if call.key == self.call_key {
            // A proxy may go on to the next of its own targets: that is no answer to this one.
            let same_errand = !self.client_is_proxy
                || (request.parent == self.parent && (same_uri || names_target));
            return same_errand
                && !self.is_of_another_user(to)
                && waited <= thresholds.redirect_memory;
        }
        // Who asks a redirect server on the way goes on in a call of its own, for the same number.
        let same_user = || {
            let is_named = |target: &Target| target.has_user(&request.uri);
            has_user(&self.uri) && self.targets.iter().any(is_named)
        };
        if self.code != 305 && waited <= thresholds.redirect_new_call && same_user() {
            return true;
        }
        // As it was, or made from a target: at one host there are many users, and a call to another
        // of them is no retry.
        let is_made_from = |uri: &[u8], old: &[u8]| {
            let is_user =
                |target: &Target| target.has_user(uri) || is_same_user(uri, old) == Some(true);
            let mut targets = self.targets.iter();
            uri == old || targets.any(|target| target.is_named_by(uri) && is_user(target))
        };
        from == &*self.from
            && is_made_from(to, &self.to)
            && is_made_from(&request.uri, &self.uri)
            && waited <= thresholds.redirect_new_call
    }

    /// Whether a REGISTER under the same Call-ID with this To is of another user: the lines of one
    /// phone may share one (RFC 3261 §10.2). Under that of a call there is one call.
    fn is_of_another_user(&self, to: &[u8]) -> bool {
        let mut targets = self.targets.iter();
        self.method == MethodName::Known(Method::Register)
            && is_same_user(to, &self.to) == Some(false)
            && !targets.any(|target| target.has_user(to))
    }

    /// Judges a retry by where it went. `route` is its topmost Route URI.
    pub(crate) fn judge(
        &self,
        retry: (TransactionId, &Transaction),
        route: Option<&[u8]>,
        names: &Names,
    ) -> Option<Conduct> {
        let (_, request) = retry;
        if self.fault == Some(Fault::CutOff) {
            return Some(Conduct::Unclear(Unclear::ContactCut));
        }
        let same_place = (request.flow.destination, request.flow.transport)
            == (self.flow.destination, self.flow.transport);
        if self.code != 305 && same_place && request.uri == self.uri {
            return Some(Conduct::Ignored(Went::Back)); // It changed nothing.
        }
        let reaches: Vec<Reach> = self
            .targets
            .iter()
            .map(|target| target.reached_by(&request.flow, names))
            .collect();
        let named = |uri: &[u8]| self.targets.iter().any(|target| target.is_named_by(uri));
        let in_route = route.is_some_and(named);
        let in_uri = named(&request.uri);
        if reaches.contains(&Reach::Yes) {
            return Some(Conduct::Obeyed(if in_uri {
                How::RequestUri
            } else if in_route {
                How::Route
            } else {
                How::NextHop
            }));
        }
        if reaches.contains(&Reach::No(Difference::Transport)) {
            return Some(Conduct::Ignored(Went::OtherTransport));
        }
        if reaches.contains(&Reach::No(Difference::Port)) {
            return Some(Conduct::Ignored(Went::OtherPort));
        }
        if let Some(unknown) = reaches
            .iter()
            .position(|reach| *reach == Reach::NameUnknown)
        {
            let name = String::from_utf8_lossy(&self.targets[unknown].host).into_owned();
            let name = sipwhy_parser::printable(name.as_bytes()).into();
            return Some(Conduct::Unclear(Unclear::NameUnknown(name)));
        }
        if in_uri || in_route {
            return None; // Where the next hop sends it decides.
        }
        let took_user = |target: &Target| target.has_user(&request.uri);
        if self.code != 305 && request.uri != self.uri && self.targets.iter().any(took_user) {
            // The number was taken over, and routed onwards by other means.
            return Some(Conduct::Unclear(Unclear::OnwardUnseen(request.server())));
        }
        let went_back = request.server() == self.server();
        Some(Conduct::Ignored(if went_back {
            Went::Back
        } else {
            Went::Elsewhere
        }))
    }

    /// Judges the request that the client's own next hop made of the retry.
    pub(crate) fn judge_onward(
        &self,
        hop: IpAddr,
        onward: (TransactionId, &Transaction),
        names: &Names,
    ) -> Conduct {
        let (transaction, request) = onward;
        let mut reaches = self
            .targets
            .iter()
            .map(|target| target.reached_by(&request.flow, names));
        if reaches.any(|reach| reach == Reach::Yes) {
            return Conduct::Obeyed(How::Through(hop));
        }
        let unknown = self
            .targets
            .iter()
            .find(|target| target.sockets(names).is_empty());
        match unknown {
            Some(target) => {
                let name = sipwhy_parser::printable(&target.host).into();
                Conduct::Unclear(Unclear::NameUnknown(name))
            }
            None => Conduct::Ignored(Went::Misrouted { hop, transaction }),
        }
    }
}

/// The URI of From or To.
fn said_of(end: Option<Address<'_>>) -> Option<&[u8]> {
    end.map(|address| address.uri)
}

fn has_user(uri: &[u8]) -> bool {
    Uri::parse(uri).is_some_and(|uri| uri.user.is_some())
}

/// Whether two URIs are of one user; `None` where one cannot be read.
fn is_same_user(one: &[u8], other: &[u8]) -> Option<bool> {
    Some(Uri::parse(one)?.user == Uri::parse(other)?.user)
}

fn is_secure(uri: &[u8]) -> bool {
    uri.get(..5)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"sips:"))
}
