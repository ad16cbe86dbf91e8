//! Telling a step of a session as the text of a SIP message.

use std::io::{self, Write};

use crate::names::Names;
use crate::people::{DOMAIN, PROXY_PROFILE, People, Profile, Subscriber, Transport};
use crate::script::{Credentials, Leg, Message, Method, Party, Session, Target, Transaction, What};

/// The hosts between which a message passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hop {
    /// The sending host.
    pub from: usize,
    /// The receiving host.
    pub to: usize,
}

/// Writes messages into a buffer that is used again and again.
#[derive(Debug, Default)]
pub struct Renderer {
    /// The last message written.
    pub text: Vec<u8>,
    body: Vec<u8>,
}

/// What is needed at every header of one message.
struct View<'a> {
    people: &'a People,
    session: &'a Session,
    message: Message,
    transaction: Transaction,
    profile: &'static Profile,
    names: &'static Names,
}

impl Renderer {
    /// Writes one message into [`Renderer::text`]; the same step always gives the same bytes.
    pub fn render(
        &mut self,
        people: &People,
        session: &Session,
        message: Message,
    ) -> io::Result<Hop> {
        let transaction = session.transactions[usize::from(message.transaction)];
        let profile = author(people, session, message, transaction);
        let names = Names::of(profile);
        let view = View {
            people,
            session,
            message,
            transaction,
            profile,
            names,
        };
        self.text.clear();
        self.body.clear();
        let content_type = view.body(&mut self.body)?;
        let out = &mut self.text;
        match message.what {
            What::Response(status) => view.response(out, status)?,
            What::CancelDone => view.response(out, 200)?,
            What::Request | What::HopAck | What::Cancel => view.request(out)?,
        }
        view.session_id(out)?;
        if let Some(kind) = content_type {
            write!(out, "{}: {kind}\r\n", names.content_type)?;
        }
        write!(out, "{}: {}\r\n\r\n", names.content_length, self.body.len())?;
        out.extend_from_slice(&self.body);
        Ok(view.hop())
    }
}

/// Whose words the message is in.
fn author(
    people: &People,
    session: &Session,
    message: Message,
    transaction: Transaction,
) -> &'static Profile {
    let party = match (message.what, message.leg) {
        (What::Request, _) => transaction.origin,
        (What::HopAck | What::Cancel, Leg::Near) => transaction.origin,
        (What::HopAck | What::Cancel, Leg::Far) => Party::Proxy,
        (What::Response(_) | What::CancelDone, _) => message.by,
    };
    match party {
        Party::Caller => people.subscribers[session.caller].profile,
        Party::Callee => people.subscribers[session.callee].profile,
        Party::Proxy => &PROXY_PROFILE,
    }
}

impl View<'_> {
    fn subscriber(&self, party: Party) -> &Subscriber {
        match party {
            Party::Caller | Party::Proxy => &self.people.subscribers[self.session.caller],
            Party::Callee => &self.people.subscribers[self.session.callee],
        }
    }

    /// The party at the far end.
    fn other(&self) -> Party {
        match self.transaction.origin {
            Party::Callee => Party::Caller,
            Party::Caller | Party::Proxy => Party::Callee,
        }
    }

    fn is_request(&self) -> bool {
        matches!(
            self.message.what,
            What::Request | What::HopAck | What::Cancel
        )
    }

    fn hop(&self) -> Hop {
        let proxy = self.transaction.proxy;
        let end = match self.message.leg {
            Leg::Near => self.subscriber(self.transaction.origin).host,
            Leg::Far => self.subscriber(self.other()).host,
        };
        // Requests enter the near leg and leave on the far one; responses the other way round.
        if self.is_request() == (self.message.leg == Leg::Near) {
            Hop {
                from: end,
                to: proxy,
            }
        } else {
            Hop {
                from: proxy,
                to: end,
            }
        }
    }

    fn request(&self, out: &mut Vec<u8>) -> io::Result<()> {
        let View {
            transaction,
            message,
            names,
            ..
        } = self;
        let method = self.method();
        write!(out, "{method} ")?;
        self.request_uri(out)?;
        write!(out, " SIP/2.0\r\n")?;
        self.vias(out)?;
        let hops = if message.leg == Leg::Near { 70 } else { 69 };
        write!(out, "Max-Forwards: {hops}\r\n")?;
        let routed =
            transaction.target == Target::Contact || transaction.proxy != crate::people::SERVER;
        if message.leg == Leg::Near && routed {
            write!(out, "Route: ")?;
            self.proxy_route(out)?;
        }
        let invite = method == "INVITE";
        if invite && message.leg == Leg::Far && !transaction.in_dialog {
            write!(out, "Record-Route: ")?;
            self.proxy_route(out)?;
        }
        self.parties(out)?;
        self.call_id_and_cseq(out, method)?;
        if matches!(method, "INVITE" | "REGISTER" | "OPTIONS") {
            write!(out, "{}: ", names.contact)?;
            self.contact(out, transaction.origin)?;
            if method == "REGISTER" {
                write!(out, ";expires={}", self.session.expires)?;
            }
            write!(out, "\r\n")?;
        }
        write!(out, "User-Agent: {}\r\n", self.profile.agent)?;
        if message.leg == Leg::Near
            && message.what == What::Request
            && transaction.method != Method::Ack
            && let Some(credentials) = transaction.credentials
        {
            self.credentials(out, method, credentials)?;
        }
        match method {
            "INVITE" => {
                self.abilities(out)?;
                write!(out, "{}", self.profile.extra)?;
                if message.leg == Leg::Far {
                    let caller = self.subscriber(transaction.origin);
                    let (name, user) = (caller.name, &caller.user);
                    write!(
                        out,
                        "P-Asserted-Identity: \"{name}\" <sip:{user}@{DOMAIN}>\r\n"
                    )?;
                }
            }
            "OPTIONS" => write!(out, "Accept: application/sdp\r\n")?,
            "REGISTER" => self.abilities(out)?,
            "BYE" => write!(
                out,
                "Reason: Q.850;cause=16;text=\"Normal call clearing\"\r\n"
            )?,
            "CANCEL" => write!(out, "Reason: SIP;cause=487;text=\"Request terminated\"\r\n")?,
            _ => {}
        }
        Ok(())
    }

    fn response(&self, out: &mut Vec<u8>, status: u16) -> io::Result<()> {
        let View {
            transaction,
            message,
            names,
            ..
        } = self;
        let method = self.method();
        write!(out, "SIP/2.0 {status} {}\r\n", reason(status))?;
        self.vias(out)?;
        let sets_up = method == "INVITE" && (101..300).contains(&status);
        if sets_up && !transaction.in_dialog {
            write!(out, "Record-Route: ")?;
            self.proxy_route(out)?;
        }
        self.parties(out)?;
        self.call_id_and_cseq(out, method)?;
        if sets_up {
            write!(out, "{}: ", names.contact)?;
            self.contact(out, message.by)?;
            write!(out, "\r\n")?;
        }
        let agent = self.profile.agent;
        match message.by {
            Party::Proxy => write!(out, "Server: {agent}\r\n")?,
            Party::Caller | Party::Callee => write!(out, "User-Agent: {agent}\r\n")?,
        }
        let (nonce, stale) = transaction.challenge;
        match (method, status) {
            ("INVITE" | "OPTIONS" | "MESSAGE", 200) => self.abilities(out)?,
            ("INVITE", 180) => write!(out, "Allow: {}\r\n", self.profile.allow)?,
            ("REGISTER", 200) => {
                write!(out, "{}: ", names.contact)?;
                self.contact(out, Party::Caller)?;
                write!(out, ";expires={}\r\n", self.session.expires)?;
            }
            (_, 302) => {
                write!(out, "Contact: ")?;
                self.contact(out, Party::Callee)?;
                write!(out, "\r\n")?;
            }
            (_, 305) => {
                let proxy = self.people.hosts[crate::people::OUTBOUND];
                let transport = match self.people.transport {
                    Transport::Udp => "udp",
                    Transport::Tcp => "tcp",
                    Transport::Tls => "tls",
                };
                let (address, port) = (proxy.address, proxy.port);
                write!(
                    out,
                    "Contact: <sip:{address}:{port};transport={transport}>\r\n"
                )?;
            }
            (_, 401 | 407) => {
                let header = if status == 401 {
                    "WWW-Authenticate"
                } else {
                    "Proxy-Authenticate"
                };
                let stale = if stale { ", stale=true" } else { "" };
                write!(
                    out,
                    "{header}: Digest realm=\"{DOMAIN}\", nonce=\"{:016x}{nonce:016x}\", \
                     algorithm=MD5, qop=\"auth\"{stale}\r\n",
                    crate::rng::mix(nonce, 3),
                )?;
            }
            (_, 404) => {
                let address = self.people.hosts[transaction.proxy].address;
                write!(out, "Warning: 399 {address} \"No such subscriber\"\r\n")?;
            }
            (_, 486) => write!(out, "Reason: Q.850;cause=17;text=\"User busy\"\r\n")?,
            _ => {}
        }
        Ok(())
    }

    /// The method that stands in the CSeq.
    fn method(&self) -> &'static str {
        match self.message.what {
            What::HopAck => "ACK",
            What::Cancel | What::CancelDone => "CANCEL",
            What::Request | What::Response(_) => self.transaction.method.name(),
        }
    }

    fn request_uri(&self, out: &mut Vec<u8>) -> io::Result<()> {
        match (self.transaction.target, self.message.leg) {
            (Target::Server, _) => write!(out, "sip:{DOMAIN}"),
            (Target::Record, Leg::Near) => {
                write!(out, "sip:{}@{DOMAIN}", self.subscriber(self.other()).user)
            }
            (Target::Record, Leg::Far) | (Target::Contact, _) => {
                self.contact_uri(out, self.other())
            }
        }
    }

    fn contact_uri(&self, out: &mut Vec<u8>, party: Party) -> io::Result<()> {
        let parameter = self.people.transport.uri_parameter();
        if party == Party::Proxy {
            let address = self.people.hosts[self.transaction.proxy].address;
            return write!(out, "sip:ping@{address}:5060{parameter}");
        }
        let subscriber = self.subscriber(party);
        let host = self.people.hosts[subscriber.host];
        write!(
            out,
            "sip:{}@{}:{}{parameter}",
            subscriber.user, host.address, host.port
        )
    }

    fn contact(&self, out: &mut Vec<u8>, party: Party) -> io::Result<()> {
        write!(out, "<")?;
        self.contact_uri(out, party)?;
        write!(out, ">")
    }

    fn proxy_route(&self, out: &mut Vec<u8>) -> io::Result<()> {
        let address = self.people.hosts[self.transaction.proxy].address;
        write!(
            out,
            "<sip:{address}{};lr>\r\n",
            self.people.transport.uri_parameter()
        )
    }

    /// The proxy's Via on the far leg, and that of the origin below it. CANCEL and the ACK of a
    /// failure begin anew at every hop.
    fn vias(&self, out: &mut Vec<u8>) -> io::Result<()> {
        let View {
            transaction,
            message,
            ..
        } = self;
        let name = self.names.via;
        let transport = self.people.transport.upper();
        let branch = |leg: u64| {
            let number = u64::from(message.transaction) * 2 + leg;
            self.session.secret(1000 + number)
        };
        let hop_by_hop = matches!(message.what, What::HopAck | What::Cancel | What::CancelDone);
        if message.leg == Leg::Far {
            let proxy = self.people.hosts[transaction.proxy];
            write!(
                out,
                "{name}: SIP/2.0/{transport} {}:{};branch=z9hG4bKe{:013x}.0\r\n",
                proxy.address,
                proxy.port,
                branch(1) >> 12
            )?;
            if hop_by_hop || transaction.origin == Party::Proxy {
                return Ok(());
            }
        }
        let host = self.people.hosts[self.subscriber(transaction.origin).host];
        let (address, port) = (host.address, host.port);
        write!(out, "{name}: SIP/2.0/{transport} {address}:{port}")?;
        if self.is_request() && message.leg == Leg::Near {
            write!(out, ";rport")?;
        } else {
            write!(out, ";rport={port};received={address}")?;
        }
        write!(out, ";branch=z9hG4bK{:016x}\r\n", branch(0))
    }

    fn parties(&self, out: &mut Vec<u8>) -> io::Result<()> {
        let View {
            transaction,
            message,
            names,
            ..
        } = self;
        let origin = transaction.origin;
        if origin == Party::Proxy {
            let tag = self.tag(Party::Proxy);
            write!(out, "{}: <sip:ping@{DOMAIN}>;tag={tag:x}\r\n", names.from)?;
        } else {
            let Subscriber { name, user, .. } = self.subscriber(origin);
            let tag = self.tag(origin);
            write!(
                out,
                "{}: \"{name}\" <sip:{user}@{DOMAIN}>;tag={tag:x}\r\n",
                names.from
            )?;
        }
        let to = match transaction.method {
            Method::Register => Party::Caller,
            _ => self.other(),
        };
        write!(out, "{}: <sip:", names.to)?;
        if transaction.method == Method::Options && transaction.target == Target::Server {
            write!(out, "{DOMAIN}>")?;
        } else {
            write!(out, "{}@{DOMAIN}>", self.subscriber(to).user)?;
        }
        let tag = match message.what {
            _ if transaction.in_dialog => Some(self.tag(self.other())),
            What::Request | What::Cancel | What::Response(100) => None,
            What::HopAck | What::Response(_) | What::CancelDone => Some(self.tag(message.by)),
        };
        if let Some(tag) = tag {
            write!(out, ";tag={tag:x}")?;
        }
        write!(out, "\r\n")
    }

    fn tag(&self, party: Party) -> u64 {
        match party {
            Party::Caller => self.session.secret(1) >> 8,
            Party::Callee => self.session.secret(2) >> 20,
            // Every answer of a proxy's own has a tag of its own.
            Party::Proxy => {
                self.session
                    .secret(10 + u64::from(self.message.transaction))
                    >> 30
            }
        }
    }

    fn call_id_and_cseq(&self, out: &mut Vec<u8>, method: &str) -> io::Result<()> {
        // The identity stands in it as it is: no two sessions can collide.
        let (secret, identity) = (self.session.identity_secret(4), self.session.identity);
        write!(out, "{}: {secret:016x}-{identity:x}", self.names.call_id)?;
        let caller = self.subscriber(Party::Caller);
        if caller.profile.host_in_call_id {
            write!(out, "@{}", self.people.hosts[caller.host].address)?;
        }
        write!(out, "\r\nCSeq: {} {method}\r\n", self.transaction.cseq)
    }

    /// The Session-ID of RFC 7989: the writing end's half first, zeros while the other is unknown.
    fn session_id(&self, out: &mut Vec<u8>) -> io::Result<()> {
        let View {
            transaction,
            message,
            ..
        } = self;
        if matches!(transaction.method, Method::Register | Method::Options) {
            return Ok(());
        }
        let half = |party: Party| {
            let secret = self.session.secret(30 + party as u64);
            (secret, crate::rng::mix(secret, 1))
        };
        let (origin, other) = (half(transaction.origin), half(self.other()));
        let (own, remote) = match message.what {
            _ if message.by == Party::Proxy => return Ok(()),
            What::Request | What::Cancel if !transaction.in_dialog => (origin, (0, 0)),
            What::Request | What::Cancel | What::HopAck => (origin, other),
            What::Response(_) | What::CancelDone => (other, origin),
        };
        let ((a, b), (c, d)) = (own, remote);
        write!(
            out,
            "Session-ID: {a:016x}{b:016x};remote={c:016x}{d:016x}\r\n"
        )
    }

    fn abilities(&self, out: &mut Vec<u8>) -> io::Result<()> {
        let Profile {
            allow, supported, ..
        } = self.profile;
        write!(
            out,
            "Allow: {allow}\r\n{}: {supported}\r\n",
            self.names.supported
        )
    }

    fn credentials(
        &self,
        out: &mut Vec<u8>,
        method: &str,
        credentials: Credentials,
    ) -> io::Result<()> {
        let header = if method == "REGISTER" {
            "Authorization"
        } else {
            "Proxy-Authorization"
        };
        let user = &self.subscriber(self.transaction.origin).user;
        let Credentials { nonce, uses } = credentials;
        write!(
            out,
            "{header}: Digest username=\"{user}\", realm=\"{DOMAIN}\", \
             nonce=\"{:016x}{nonce:016x}\", uri=\"",
            crate::rng::mix(nonce, 3)
        )?;
        self.request_uri(out)?;
        let proof = self.session.secret(500 + u64::from(self.transaction.cseq));
        write!(
            out,
            "\", response=\"{proof:016x}{:016x}\", algorithm=MD5, cnonce=\"{:08x}\", \
             qop=auth, nc={uses:08x}\r\n",
            crate::rng::mix(proof, 1),
            proof >> 32
        )
    }

    /// Writes the body, if there is one, and gives its type.
    fn body(&self, out: &mut Vec<u8>) -> io::Result<Option<&'static str>> {
        match (self.transaction.method, self.message.what) {
            (Method::Message, What::Request) => {
                let number = self.session.secret(6) % 10_000;
                write!(
                    out,
                    "Please call back extension {number:04}, it is about the delivery."
                )?;
                Ok(Some("text/plain"))
            }
            (Method::Invite, What::Request) => self.sdp(out, self.transaction.origin),
            (Method::Invite, What::Response(200)) => self.sdp(out, self.message.by),
            _ => Ok(None),
        }
    }

    fn sdp(&self, out: &mut Vec<u8>, party: Party) -> io::Result<Option<&'static str>> {
        let address = self.people.hosts[self.subscriber(party).host].address;
        let secret = self.session.secret(20 + party as u64);
        let port = 10_000 + (secret % 10_000) * 2;
        let origin = secret >> 33;
        // An answer takes the offer's codecs, so the offering side's list stands in both.
        let offered = self.subscriber(self.transaction.origin).profile.codecs;
        let (types, attributes) = offered;
        write!(
            out,
            "v=0\r\no=- {origin} {} IN IP4 {address}\r\ns=-\r\nc=IN IP4 {address}\r\nt=0 0\r\n\
             m=audio {port} RTP/AVP {types}\r\n{attributes}a=ptime:20\r\na=sendrecv\r\n",
            origin + u64::from(self.message.transaction)
        )?;
        Ok(Some("application/sdp"))
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        100 => "Trying",
        180 => "Ringing",
        200 => "OK",
        302 => "Moved Temporarily",
        305 => "Use Proxy",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        407 => "Proxy Authentication Required",
        480 => "Temporarily Unavailable",
        486 => "Busy Here",
        487 => "Request Terminated",
        503 => "Service Unavailable",
        _ => "Unknown",
    }
}
