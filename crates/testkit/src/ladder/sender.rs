//! From steps to messages and packets.

use std::net::SocketAddrV4;

use super::hosts::End;
use super::step::{Action, Fragments, Options, Relation, STATUS};
use crate::dns;
use crate::message::SipMessage;
use crate::recording::Recording;

/// Where name servers listen.
const DNS_PORT: u16 = 53;

/// Remembers what was sent.
#[derive(Debug, Default)]
pub(crate) struct Sender {
    sent: Vec<Sent>,
    branches: u32,
    calls: u32,
}

/// A message that was sent.
#[derive(Clone, Debug)]
struct Sent {
    label: Option<String>,
    message: SipMessage,
    from: SocketAddrV4,
    to: SocketAddrV4,
    is_tcp: bool,
    is_response: bool,
    /// The IP packet.
    packet: Vec<u8>,
    /// Of a request, the newest response to it.
    answer: Option<SipMessage>,
}

impl Sender {
    /// Sends what a step says.
    pub(crate) fn act(
        &mut self,
        recording: &mut Recording,
        from: End<'_>,
        to: End<'_>,
        action: &Action<'_>,
        beneath: (&[(&str, &str)], &[&str]),
    ) -> Result<(), String> {
        match action {
            Action::Request {
                method,
                uri,
                relation,
                options,
            } => {
                let mut message = self.request(from, to, method, *uri, *relation, options)?;
                let is_tcp = options.is_tcp || self.inherits_tcp(*relation)?;
                put_in(&mut message, from, beneath);
                self.send(
                    recording,
                    (from.socket, to.socket),
                    message,
                    is_tcp,
                    options,
                )
            }
            Action::Response {
                code,
                reason,
                to: label,
                options,
            } => {
                let place = self.find(label)?;
                let request = &self.sent[place];
                let mut message = response(&request.message, from, *code, reason.as_deref());
                put_in(&mut message, from, beneath);
                let is_tcp = request.is_tcp || options.is_tcp;
                self.answer(recording, place, (from, to), message, is_tcp, options)
            }
            Action::Relay(label, options) => {
                let mut message = self.get(label)?.message.clone();
                message.remove_first("Via");
                put_in(&mut message, from, beneath);
                let via = message.header("Via").to_owned();
                let cseq = message.header("CSeq").to_owned();
                let answered = |it: &Sent| {
                    !it.is_response
                        && it.message.header("Via") == via
                        && it.message.header("CSeq") == cseq
                };
                let place = self
                    .sent
                    .iter()
                    .position(answered)
                    .ok_or_else(|| format!("there is no earlier hop to relay {label} to"))?;
                let is_tcp = self.sent[place].is_tcp;
                self.answer(recording, place, (from, to), message, is_tcp, options)
            }
            Action::Again(label) => {
                let sent = self.between(label, from, to)?.clone();
                let bytes = sent.message.to_bytes();
                let packet = recording.udp(sent.from, sent.to, &bytes);
                let place = self.find(label)?;
                self.sent[place].packet = packet;
                Ok(())
            }
            Action::Copy(label) => {
                let packet = &self.between(label, from, to)?.packet;
                recording.packet(packet);
                Ok(())
            }
            Action::Altered(label) => {
                let mut message = self.get(label)?.message.clone();
                put_in(&mut message, from, beneath);
                recording.udp(from.socket, to.socket, &message.to_bytes());
                Ok(())
            }
            Action::Icmp(icmp, label) => {
                let packet = &self.get(label)?.packet;
                recording.icmp(*from.socket.ip(), *to.socket.ip(), *icmp, packet);
                Ok(())
            }
            Action::Arp { is_reply } => {
                recording.arp(*from.socket.ip(), *to.socket.ip(), *is_reply);
                Ok(())
            }
            Action::Esp => {
                recording.esp(*from.socket.ip(), *to.socket.ip());
                Ok(())
            }
            Action::Ask(name) => {
                let server = SocketAddrV4::new(*to.socket.ip(), DNS_PORT);
                let client = SocketAddrV4::new(*from.socket.ip(), 53_000);
                recording.udp(client, server, &dns::query(name));
                Ok(())
            }
            Action::Answer(name, records) => {
                let server = SocketAddrV4::new(*from.socket.ip(), DNS_PORT);
                let client = SocketAddrV4::new(*to.socket.ip(), 53_000);
                recording.udp(server, client, &dns::answer(name, records));
                Ok(())
            }
            Action::Syn => {
                recording.syn(from.socket, to.socket);
                Ok(())
            }
            Action::Reset => {
                recording.reset(from.socket, to.socket);
                Ok(())
            }
        }
    }

    fn find(&self, label: &str) -> Result<usize, String> {
        self.sent
            .iter()
            .rposition(|sent| sent.label.as_deref() == Some(label))
            .ok_or_else(|| format!("nothing above is labelled {label}"))
    }

    fn get(&self, label: &str) -> Result<&Sent, String> {
        Ok(&self.sent[self.find(label)?])
    }

    /// A message sent before, between the hosts that the step names.
    fn between(&self, label: &str, from: End<'_>, to: End<'_>) -> Result<&Sent, String> {
        let sent = self.get(label)?;
        if sent.from.ip() == from.socket.ip() && sent.to.ip() == to.socket.ip() {
            Ok(sent)
        } else {
            Err(format!("{label} went from {} to {}", sent.from, sent.to))
        }
    }

    /// Within a transaction or dialog the transport stays.
    fn inherits_tcp(&self, relation: Relation<'_>) -> Result<bool, String> {
        match relation {
            Relation::In(label) | Relation::For(label) => Ok(self.get(label)?.is_tcp),
            _ => Ok(false),
        }
    }

    fn answer(
        &mut self,
        recording: &mut Recording,
        place: usize,
        (from, to): (End<'_>, End<'_>),
        message: SipMessage,
        is_tcp: bool,
        options: &Options<'_>,
    ) -> Result<(), String> {
        let request = &mut self.sent[place];
        request.answer = Some(message.clone());
        // Back the way the request came, unless the step says otherwise.
        let source = if from.socket.ip() == request.to.ip() && !from.names_port {
            request.to
        } else {
            from.socket
        };
        let target = if to.socket.ip() == request.from.ip() && !to.names_port {
            request.from
        } else {
            to.socket
        };
        self.send(recording, (source, target), message, is_tcp, options)?;
        if let Some(sent) = self.sent.last_mut() {
            sent.is_response = true;
        }
        Ok(())
    }

    fn send(
        &mut self,
        recording: &mut Recording,
        (from, to): (SocketAddrV4, SocketAddrV4),
        message: SipMessage,
        is_tcp: bool,
        options: &Options<'_>,
    ) -> Result<(), String> {
        let bytes = message.to_bytes();
        if options.fragments != Fragments::Whole {
            recording.udp_in_fragments(from, to, &bytes, options.fragments == Fragments::First);
        }
        let is_apart = options.is_unseen || options.fragments != Fragments::Whole;
        let packet = match (is_tcp, is_apart) {
            (false, false) => recording.udp(from, to, &bytes),
            (false, true) => recording.udp_packet(from, to, &bytes),
            (true, false) => recording.tcp(from, to, &bytes),
            (true, true) => Vec::new(),
        };
        if let Some(text) = options.cut_after
            && !recording.cut_after(text)
        {
            return Err(format!("the message does not hold {text:?}"));
        }
        self.sent.push(Sent {
            label: options.label.map(str::to_owned),
            message,
            from,
            to,
            is_tcp,
            is_response: false,
            packet,
            answer: None,
        });
        Ok(())
    }

    fn request(
        &mut self,
        from: End<'_>,
        to: End<'_>,
        method: &str,
        uri: Option<&str>,
        relation: Relation<'_>,
        options: &Options<'_>,
    ) -> Result<SipMessage, String> {
        let is_tcp = options.is_tcp || self.inherits_tcp(relation)?;
        match relation {
            Relation::New => Ok(self.first_request(from, to, method, uri, is_tcp)),
            Relation::Via(label) => {
                let mut message = self.get(label)?.message.clone();
                let uri = uri.unwrap_or(message.uri()).to_owned();
                message.start = format!("{method} {uri} SIP/2.0");
                let hops: u32 = message.header("Max-Forwards").parse().unwrap_or(70);
                message.set("Max-Forwards", hops.saturating_sub(1).to_string());
                message.remove("Route");
                message.push_front("Via", self.via(from, is_tcp));
                Ok(message)
            }
            Relation::RetryOf(label) => {
                let earlier = self.get(label)?.message.clone();
                let uri = uri.unwrap_or(earlier.uri());
                let cseq = earlier.cseq() + 1;
                let ends = (earlier.header("From"), earlier.header("To"));
                Ok(self.in_call(from, (method, uri, cseq), ends, &earlier, is_tcp))
            }
            Relation::In(label) => self.in_dialog(from, label, method, uri, is_tcp),
            Relation::For(label) => self.belonging(from, label, method, is_tcp),
        }
    }

    fn first_request(
        &mut self,
        from: End<'_>,
        to: End<'_>,
        method: &str,
        uri: Option<&str>,
        is_tcp: bool,
    ) -> SipMessage {
        self.calls += 1;
        let call = self.calls;
        let own = format!("<sip:{}@example.com>", from.name);
        let default = if method == "REGISTER" {
            "sip:example.com".to_owned()
        } else {
            format!("sip:{}@example.com", to.name)
        };
        let uri = uri.unwrap_or(&default);
        let whom = if method == "REGISTER" {
            own.clone()
        } else {
            format!("<{}>", uri.split(';').next().unwrap_or(uri))
        };
        let mut call_id = SipMessage::new("");
        call_id.push("Call-ID", format!("call-{call}@{}", from.socket.ip()));
        let own = format!("{own};tag={}-{call}", from.name);
        self.in_call(from, (method, uri, 1), (&own, &whom), &call_id, is_tcp)
    }

    /// A request with the Call-ID of `earlier`.
    fn in_call(
        &mut self,
        from: End<'_>,
        (method, uri, cseq): (&str, &str, u32),
        (own, other): (&str, &str),
        earlier: &SipMessage,
        is_tcp: bool,
    ) -> SipMessage {
        let mut message = SipMessage::new(format!("{method} {uri} SIP/2.0"));
        message.push("Via", self.via(from, is_tcp));
        message.push("Max-Forwards", "70");
        message.push("From", own);
        message.push("To", other);
        message.push("Call-ID", earlier.header("Call-ID"));
        message.push("CSeq", format!("{cseq} {method}"));
        if matches!(
            method,
            "INVITE" | "REGISTER" | "SUBSCRIBE" | "REFER" | "UPDATE"
        ) {
            message.push("Contact", contact(from));
        }
        message
    }

    fn in_dialog(
        &mut self,
        from: End<'_>,
        label: &str,
        method: &str,
        uri: Option<&str>,
        is_tcp: bool,
    ) -> Result<SipMessage, String> {
        let first = self.get(label)?.clone();
        let answer = first
            .answer
            .as_ref()
            .ok_or_else(|| format!("{label} has no answer yet, so it began no dialog"))?;
        let (caller, callee) = (answer.header("From"), answer.header("To"));
        let is_caller = from.socket.ip() == first.from.ip();
        let (ends, target) = if is_caller {
            ((caller, callee), answer.header("Contact"))
        } else {
            ((callee, caller), first.message.header("Contact"))
        };
        let target = uri.unwrap_or(target.trim_matches(['<', '>']));
        let of_call = |it: &&Sent| {
            !it.is_response
                && it.message.header("Call-ID") == first.message.header("Call-ID")
                && it.message.header("From") == ends.0
        };
        let newest = self
            .sent
            .iter()
            .filter(of_call)
            .map(|it| it.message.cseq())
            .max();
        let cseq = newest.unwrap_or(0) + 1;
        let message = first.message.clone();
        let route = route_set(answer, is_caller);
        let mut message = self.in_call(from, (method, target, cseq), ends, &message, is_tcp);
        for route in route {
            message.push("Route", route);
        }
        Ok(message)
    }

    /// An ACK or CANCEL.
    fn belonging(
        &mut self,
        from: End<'_>,
        label: &str,
        method: &str,
        is_tcp: bool,
    ) -> Result<SipMessage, String> {
        let request = self.get(label)?.clone();
        let answer = request.answer.as_ref();
        let (mut to, mut uri) = (request.message.header("To"), request.message.uri());
        let mut route: Vec<String> = request.message.all("Route").map(str::to_owned).collect();
        let mut via = request.message.header("Via").to_owned();
        match (method, answer) {
            ("CANCEL", _) => {}
            ("ACK", Some(answer)) => {
                to = answer.header("To");
                if answer.start.starts_with("SIP/2.0 2") {
                    // A transaction of its own, straight to the other end (RFC 3261 §13.2.2.4).
                    via = self.via(from, is_tcp);
                    uri = answer.header("Contact").trim_matches(['<', '>']);
                    if !answer.header("Record-Route").is_empty() {
                        route = route_set(answer, true);
                    }
                }
            }
            ("ACK", None) => return Err(format!("{label} has no answer to acknowledge")),
            _ => return Err("only ACK and CANCEL are sent for a request".to_owned()),
        }
        let cseq = request.message.cseq();
        let mut message = SipMessage::new(format!("{method} {uri} SIP/2.0"));
        message.push("Via", via);
        message.push("Max-Forwards", "70");
        message.push("From", request.message.header("From"));
        message.push("To", to);
        message.push("Call-ID", request.message.header("Call-ID"));
        message.push("CSeq", format!("{cseq} {method}"));
        for route in route {
            message.push("Route", route);
        }
        Ok(message)
    }

    fn via(&mut self, from: End<'_>, is_tcp: bool) -> String {
        self.branches += 1;
        let transport = if is_tcp { "TCP" } else { "UDP" };
        let (socket, branch) = (from.socket, self.branches);
        format!("SIP/2.0/{transport} {socket};branch=z9hG4bK-{branch}")
    }
}

/// The response of `from` to a request (RFC 3261 §8.2.6).
fn response(request: &SipMessage, from: End<'_>, code: u16, reason: Option<&str>) -> SipMessage {
    let reason = reason.unwrap_or_else(|| usual_reason(code));
    let mut message = SipMessage::new(format!("SIP/2.0 {code} {reason}"));
    for via in request.all("Via") {
        message.push("Via", via);
    }
    if code < 300 {
        for route in request.all("Record-Route") {
            message.push("Record-Route", route);
        }
    }
    message.push("From", request.header("From"));
    let to = request.header("To");
    if code > 100 && !to.contains(";tag=") {
        message.push("To", format!("{to};tag={}", from.name));
    } else {
        message.push("To", to);
    }
    message.push("Call-ID", request.header("Call-ID"));
    message.push("CSeq", request.header("CSeq"));
    if code == 100 && !request.header("Timestamp").is_empty() {
        message.push("Timestamp", request.header("Timestamp"));
    }
    if (101..300).contains(&code) && request.method() == "INVITE" {
        message.push("Contact", contact(from));
    }
    message
}

fn contact(from: End<'_>) -> String {
    format!("<sip:{}@{}>", from.name, from.socket)
}

/// Puts the lines beneath a step in place of the message's own: its headers and its session
/// description, to which the sender's usual first lines are added where they are missing, or the
/// status line that it reports (RFC 3420).
fn put_in(message: &mut SipMessage, from: End<'_>, (headers, sdp): (&[(&str, &str)], &[&str])) {
    if let [status] = sdp
        && status.starts_with(STATUS)
    {
        message.body = format!("{status}\r\n");
        message.set("Content-Type", "message/sipfrag;version=2.0");
    } else if !sdp.is_empty() {
        let address = from.socket.ip();
        let streams = sdp.iter().position(|line| line.starts_with("m="));
        let session = &sdp[..streams.unwrap_or(sdp.len())];
        let usual = [
            "v=0".to_owned(),
            format!("o=- 1 1 IN IP4 {address}"),
            "s=-".to_owned(),
            format!("c=IN IP4 {address}"),
            "t=0 0".to_owned(),
        ];
        message.body.clear();
        for line in &usual {
            let own = session.iter().find(|own| own[..2] == line[..2]);
            message.body.push_str(own.unwrap_or(&line.as_str()));
            message.body.push_str("\r\n");
        }
        let is_usual = |own: &str| usual.iter().any(|line| own[..2] == line[..2]);
        let more = session.iter().filter(|own| !is_usual(own));
        for line in more.chain(&sdp[session.len()..]) {
            message.body.push_str(line);
            message.body.push_str("\r\n");
        }
        message.set("Content-Type", "application/sdp");
    }
    for (name, _) in headers {
        message.remove(name);
    }
    for (name, value) in headers {
        if *value != "-" {
            message.push(name, written_out(value));
        }
    }
}

/// The route set of the caller or the callee (RFC 3261 §12.1), as the answer gives it.
fn route_set(answer: &SipMessage, is_caller: bool) -> Vec<String> {
    let mut routes: Vec<String> = answer.all("Record-Route").map(str::to_owned).collect();
    if is_caller {
        routes.reverse();
    }
    routes
}

/// A value as a ladder gives it; `900*x` stands for 900 times the letter.
fn written_out(value: &str) -> String {
    match value.split_once('*') {
        Some((count, letter)) if letter.len() == 1 => count
            .parse()
            .map_or_else(|_| value.to_owned(), |count| letter.repeat(count)),
        _ => value.to_owned(),
    }
}

/// The reason phrases of RFC 3261 §21, as far as ladders use them.
const fn usual_reason(code: u16) -> &'static str {
    match code {
        100 => "Trying",
        180 => "Ringing",
        181 => "Call Is Being Forwarded",
        182 => "Queued",
        183 => "Session Progress",
        200 => "OK",
        202 => "Accepted",
        300 => "Multiple Choices",
        301 => "Moved Permanently",
        302 => "Moved Temporarily",
        305 => "Use Proxy",
        380 => "Alternative Service",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        480 => "Temporarily Unavailable",
        481 => "Call/Transaction Does Not Exist",
        483 => "Too Many Hops",
        486 => "Busy Here",
        487 => "Request Terminated",
        488 => "Not Acceptable Here",
        491 => "Request Pending",
        500 => "Server Internal Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Server Time-out",
        600 => "Busy Everywhere",
        603 => "Decline",
        604 => "Does Not Exist Anywhere",
        606 => "Not Acceptable",
        _ => "Unknown",
    }
}
