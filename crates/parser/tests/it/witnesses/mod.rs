//! What three parsers read in the same header value: this crate, rsip and ezk-sip-types.
//!
//! Each reading is put into one notation ([`Reading`]), so that they can be compared. Values that
//! all read are compared by the thousand in `agreement`; what they disagree on stands in
//! `docs/witnesses.md`, which `table` makes and holds to the truth.

mod agreement;
mod ezk;
mod ours;
mod rsips;
mod table;

use std::fmt::Write as _;

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    RequestUri,
    Via,
    From,
    Contact,
    Route,
    RecordRoute,
    CSeq,
    MaxForwards,
    Expires,
    RetryAfter,
    Allow,
    Supported,
    Warning,
    ContentType,
    Challenge,
    Credentials,
    Replaces,
    SessionExpires,
    RAck,
    SubscriptionState,
}

impl Kind {
    /// The header's name; empty for the Request-URI.
    pub(crate) fn header(self) -> &'static str {
        match self {
            Self::RequestUri => "",
            Self::Via => "Via",
            Self::From => "From",
            Self::Contact => "Contact",
            Self::Route => "Route",
            Self::RecordRoute => "Record-Route",
            Self::CSeq => "CSeq",
            Self::MaxForwards => "Max-Forwards",
            Self::Expires => "Expires",
            Self::RetryAfter => "Retry-After",
            Self::Allow => "Allow",
            Self::Supported => "Supported",
            Self::Warning => "Warning",
            Self::ContentType => "Content-Type",
            Self::Challenge => "WWW-Authenticate",
            Self::Credentials => "Authorization",
            Self::Replaces => "Replaces",
            Self::SessionExpires => "Session-Expires",
            Self::RAck => "RAck",
            Self::SubscriptionState => "Subscription-State",
        }
    }

    /// A request with the value in its place, since parsers part ways over whole messages too.
    pub(crate) fn message(self, value: &str) -> String {
        match self {
            Self::RequestUri => format!("OPTIONS {value} SIP/2.0\r\n\r\n"),
            _ => format!(
                "OPTIONS sip:a.example SIP/2.0\r\n{}: {value}\r\n\r\n",
                self.header()
            ),
        }
    }
}

/// What a parser makes of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// It refuses the value, or the message for it.
    Refused,
    /// It has no type for it.
    Untyped,
    /// The values in order.
    Values(Vec<String>),
}

impl Reading {
    fn of(values: Option<Vec<String>>) -> Self {
        values.map_or(Self::Refused, Self::Values)
    }

    /// As it stands in the table.
    fn cell(&self) -> String {
        match self {
            Self::Refused => "refuses it".to_owned(),
            Self::Untyped => "has no type for it".to_owned(),
            Self::Values(values) if values.is_empty() => "nothing".to_owned(),
            Self::Values(values) => values
                .iter()
                .map(|value| code(value))
                .collect::<Vec<_>>()
                .join(" "),
        }
    }
}

/// Text as code in a table of Markdown.
fn code(text: &str) -> String {
    let text = text.replace('\r', "\\r").replace('\n', "\\n");
    format!("`` {} ``", text.replace('|', "\\|"))
}

/// One value in the notation that readings are compared in: the named parts that are there.
#[derive(Default)]
struct Parts(String);

impl Parts {
    fn part(mut self, name: &str, value: Option<impl AsRef<str>>) -> Self {
        if let Some(value) = value {
            let space = if self.0.is_empty() { "" } else { " " };
            let _ = write!(self.0, "{space}{name}={}", value.as_ref());
        }
        self
    }

    /// Parameters, in the order of their names, since theirs means nothing (RFC 3261 §7.3.1). Names
    /// are in lower case, as they compare, and so is a transport.
    fn params<N, V>(mut self, params: impl IntoIterator<Item = (N, Option<V>)>) -> Self
    where
        N: AsRef<str>,
        V: AsRef<str>,
    {
        let mut params: Vec<(String, Option<V>)> = params
            .into_iter()
            .map(|(name, value)| (name.as_ref().to_ascii_lowercase(), value))
            .collect();
        params.sort_by(|one, other| one.0.cmp(&other.0));
        for (name, value) in params {
            let _ = write!(self.0, ";{name}");
            if let Some(value) = value {
                let value = value.as_ref();
                let value = if name == "transport" {
                    value.to_ascii_lowercase()
                } else {
                    value.to_owned()
                };
                let _ = write!(self.0, "={value}");
            }
        }
        self
    }

    fn done(self) -> String {
        self.0
    }
}

/// A challenge of Digest.
fn challenge(realm: &str, nonce: &str, opaque: Option<&str>, is_stale: bool) -> String {
    Parts::default()
        .part("realm", Some(realm))
        .part("nonce", Some(nonce))
        .part("opaque", opaque)
        .part("stale", is_stale.then_some("true"))
        .done()
}

/// Credentials of Digest.
fn credentials(username: &str, realm: &str, nonce: &str, uri: &str, response: &str) -> String {
    Parts::default()
        .part("username", Some(username))
        .part("realm", Some(realm))
        .part("nonce", Some(nonce))
        .part("uri", Some(uri))
        .part("response", Some(response))
        .done()
}

/// A host as it compares: addresses in their shortest form, names in lower case.
fn host(text: &str) -> String {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<std::net::IpAddr>()
        .map_or_else(|_| text.to_ascii_lowercase(), |address| address.to_string())
}
