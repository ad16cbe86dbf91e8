//! What of a message is compared, field by field.
//!
//! What names one call only is left out: tags, branches, Call-IDs, numbers of CSeq, nonces, ports,
//! dates, the session numbers of SDP. Of addresses it counts whose they are.

use std::net::IpAddr;

use sipwhy_parser::headers::{Algorithm, Auth, Refresher};
use sipwhy_parser::{ContactItem, HeaderName, StartLine, Uri};
use sipwhy_pipeline::Observed;

use crate::media;
use crate::value::{Element, Value, lower, text};

/// How much a difference matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    /// It may change what happens next.
    Decides,
    /// It tells who is there, and seldom more.
    Tells,
}

/// Something that is compared.
pub(crate) struct Field {
    /// What it is called: a header by its name.
    pub(crate) name: &'static str,
    pub(crate) weight: Weight,
    read: fn(&Observed<'_, '_>) -> Option<Value>,
}

impl Field {
    /// What a message says of it, if anything.
    pub(crate) fn of(&self, observed: &Observed<'_, '_>) -> Option<Value> {
        (self.read)(observed)
    }
}

const fn decides(name: &'static str, read: fn(&Observed<'_, '_>) -> Option<Value>) -> Field {
    Field {
        name,
        weight: Weight::Decides,
        read,
    }
}

const fn tells(name: &'static str, read: fn(&Observed<'_, '_>) -> Option<Value>) -> Field {
    Field {
        name,
        weight: Weight::Tells,
        read,
    }
}

/// Everything that is compared, in the order in which it is told.
pub(crate) static FIELDS: [Field; 29] = [
    decides("transport", |it| {
        Some(Value::of(it.captured.flow.transport.to_string().as_bytes()))
    }),
    decides("Request-URI", request_uri),
    decides("Contact", contact),
    decides("Route", |it| route(it, HeaderName::Route)),
    decides("Record-Route", |it| route(it, HeaderName::RecordRoute)),
    decides("Require", |it| options(it, HeaderName::Require)),
    decides("Proxy-Require", |it| options(it, HeaderName::ProxyRequire)),
    decides("Unsupported", |it| options(it, HeaderName::Unsupported)),
    decides("WWW-Authenticate", |it| {
        challenges(it, HeaderName::WwwAuthenticate)
    }),
    decides("Proxy-Authenticate", |it| {
        challenges(it, HeaderName::ProxyAuthenticate)
    }),
    decides("Authorization", |it| {
        credentials(it, HeaderName::Authorization)
    }),
    decides("Proxy-Authorization", |it| {
        credentials(it, HeaderName::ProxyAuthorization)
    }),
    decides("Session-Expires", session_expires),
    decides("Min-SE", |it| seconds(it, HeaderName::MinSe)),
    decides("Expires", |it| seconds(it, HeaderName::Expires)),
    decides("Retry-After", |it| {
        let found = it.message.retry_after()?;
        Some(Value::of(found.seconds.to_string().as_bytes()))
    }),
    decides("Reason", reason),
    decides("Warning", warning),
    decides("Event", |it| {
        Some(Value::of(lower(it.message.event()?.package).as_bytes()))
    }),
    decides("Subscription-State", |it| {
        let value = it.message.value(HeaderName::SubscriptionState)?;
        let state = value.split(|byte| *byte == b';').next()?;
        Some(Value::of(lower(state.trim_ascii()).as_bytes()))
    }),
    decides("Privacy", |it| options(it, HeaderName::Privacy)),
    decides("Content-Type", content_type),
    decides("SDP", |it| media::streams(&it.message)),
    tells("Supported", |it| options(it, HeaderName::Supported)),
    tells("Allow", |it| {
        let tokens = it.message.tokens(HeaderName::Allow);
        Value::set(tokens.map(text))
    }),
    tells("reason phrase", reason_phrase),
    tells("User-Agent", |it| named(it, HeaderName::UserAgent)),
    tells("Server", |it| named(it, HeaderName::Server)),
    tells("header fields", other_headers),
];

fn request_uri(it: &Observed<'_, '_>) -> Option<Value> {
    let uri = it.message.request_uri()?;
    // Within a dialog it is the Contact of the peer, whose user part may be a name for this once.
    let is_first = it.message.to()?.tag().is_none();
    Some(Value::List(vec![place(uri, is_first)]))
}

/// Where a URI leads: scheme, user if it is asked for, host, and transport.
fn place(uri: &[u8], with_user: bool) -> Element {
    let Some(parsed) = Uri::parse(uri).filter(|it| !it.host.is_empty()) else {
        return Element::text(uri);
    };
    let scheme = uri.split(|byte| *byte == b':').next().unwrap_or_default();
    let mut before = format!("{}:", lower(scheme));
    if let Some(user) = parsed.user_name().filter(|_| with_user) {
        before.push_str(&text(user));
        before.push('@');
    }
    let address: Option<IpAddr> = parsed.ip();
    if address.is_none() {
        before.push_str(&lower(parsed.host));
    }
    // UDP is what a numeric address means without it (RFC 3263 §4.1).
    let is_meant = |name: &&[u8]| address.is_none() || !name.eq_ignore_ascii_case(b"udp");
    let transport = parsed.transport().filter(is_meant);
    let after = transport.map(|name| format!(";transport={}", lower(name)));
    Element::with(before, address, after.unwrap_or_default())
}

fn contact(it: &Observed<'_, '_>) -> Option<Value> {
    Value::list(it.message.contacts().map(|item| match item {
        ContactItem::Star => Element::text(b"*"),
        ContactItem::Address(address) => place(address.uri, false),
        ContactItem::Malformed(_) => Element::text(b"malformed"),
    }))
}

fn route(it: &Observed<'_, '_>, name: HeaderName) -> Option<Value> {
    Value::list(it.message.addresses(name).map(|hop| place(hop.uri, false)))
}

fn options(it: &Observed<'_, '_>, name: HeaderName) -> Option<Value> {
    Value::set(it.message.tokens(name).map(lower))
}

fn challenges(it: &Observed<'_, '_>, name: HeaderName) -> Option<Value> {
    Value::list(it.message.challenges(name).map(scheme))
}

fn credentials(it: &Observed<'_, '_>, name: HeaderName) -> Option<Value> {
    Value::list(it.message.credentials(name).map(scheme))
}

/// What a challenge or credentials go by, without realm, nonce and response.
fn scheme(auth: Auth<'_>) -> Element {
    let mut words = text(auth.scheme);
    if auth.is_digest() {
        let algorithm = match auth.algorithm() {
            Algorithm::Md5 => "MD5".to_owned(),
            _ => text(auth.params.get("algorithm").unwrap_or_default()),
        };
        words = format!("{words} {algorithm}");
        let qop: Vec<String> = auth.qop().take(4).map(lower).collect();
        if !qop.is_empty() {
            words.push_str(&format!(" qop={}", qop.join("/")));
        }
        if auth.is_stale() {
            words.push_str(" stale");
        }
    }
    Element::with(words, None, String::new())
}

fn session_expires(it: &Observed<'_, '_>) -> Option<Value> {
    let found = it.message.session_expires()?;
    let refresher = match found.refresher {
        Some(Refresher::Uac) => ";refresher=uac",
        Some(Refresher::Uas) => ";refresher=uas",
        None => "",
    };
    Some(Value::of(
        format!("{}{refresher}", found.seconds).as_bytes(),
    ))
}

fn seconds(it: &Observed<'_, '_>, name: HeaderName) -> Option<Value> {
    let seconds = it.message.seconds(name)?;
    Some(Value::of(seconds.to_string().as_bytes()))
}

fn reason(it: &Observed<'_, '_>) -> Option<Value> {
    Value::list(it.message.reasons().map(|reason| {
        let cause = reason.cause.map(|cause| format!(";cause={cause}"));
        let words = text(reason.protocol) + &cause.unwrap_or_default();
        Element::with(words, None, String::new())
    }))
}

fn warning(it: &Observed<'_, '_>) -> Option<Value> {
    Value::list(it.message.warnings().map(|warning| {
        let words = format!("{} \"{}\"", warning.code, text(warning.text));
        Element::with(words, None, String::new())
    }))
}

fn content_type(it: &Observed<'_, '_>) -> Option<Value> {
    let found = it.message.content_type()?;
    let words = format!("{}/{}", lower(found.kind), lower(found.subtype));
    Some(Value::of(words.as_bytes()))
}

fn reason_phrase(it: &Observed<'_, '_>) -> Option<Value> {
    match it.message.start_line() {
        StartLine::Status { reason, .. } => Some(Value::of(reason)),
        _ => None,
    }
}

fn named(it: &Observed<'_, '_>, name: HeaderName) -> Option<Value> {
    it.message.value(name).map(Value::of)
}

/// The names of the headers that are not looked into.
fn other_headers(it: &Observed<'_, '_>) -> Option<Value> {
    let headers = it.message.headers().filter(|header| !header.is_malformed());
    let names = headers.map(|header| match header.name.as_str() {
        "" => lower(header.raw_name),
        known => known.to_owned(),
    });
    Value::set(names.filter(|name| !is_looked_into(name)))
}

/// Whether a header says nothing by being there: it always is, or what it says is compared.
fn is_looked_into(name: &str) -> bool {
    const IN_EVERY_MESSAGE: [&str; 8] = [
        "Via",
        "From",
        "To",
        "Call-ID",
        "CSeq",
        "Max-Forwards",
        "Content-Length",
        "Date",
    ];
    IN_EVERY_MESSAGE.contains(&name) || FIELDS.iter().any(|field| field.name == name)
}
