//! Tells what a body is, from `Content-Type`, and where that is missing, from the body itself.

use sipwhy_parser::printable;

use crate::cpim::Cpim;
use crate::dtmf::Dtmf;
use crate::isup::{Isup, Qsig};
use crate::media_type::MediaType;
use crate::message_summary::MessageSummary;
use crate::multipart::{MAX_DEPTH, Multipart};
use crate::sdp::Sdp;
use crate::sipfrag::SipFrag;
use crate::xml::{Xml, XmlKind};

/// A body, by what it is.
#[derive(Clone, Debug)]
pub enum Content<'a> {
    /// There is none.
    Empty,
    /// A session description.
    Sdp(Sdp<'a>),
    /// Several bodies.
    Multipart(Multipart<'a>),
    /// A piece of a SIP message.
    SipFrag(SipFrag<'a>),
    /// A whole SIP message.
    Sip(&'a [u8]),
    /// A key that was pressed.
    Dtmf(Dtmf<'a>),
    /// What a mailbox holds.
    MessageSummary(MessageSummary<'a>),
    /// An instant message with its sender.
    Cpim(Cpim<'a>),
    /// A document in XML.
    Xml(Xml<'a>),
    /// Telephone signalling.
    Isup(Isup<'a>),
    /// Signalling between private exchanges.
    Qsig(Qsig<'a>),
    /// JSON, not read.
    Json(&'a [u8]),
    /// Text.
    Text(&'a [u8]),
    /// What is only known by its type, and what nothing is known of.
    Other(Option<MediaType<'a>>, &'a [u8]),
}

impl<'a> Content<'a> {
    /// What `body` is. `content_type` is the value of `Content-Type`.
    pub fn of(content_type: Option<&'a [u8]>, body: &'a [u8]) -> Self {
        Self::at_depth(content_type, body, 0)
    }

    /// The same for a body that is `depth` bodies deep.
    pub(crate) fn at_depth(content_type: Option<&'a [u8]>, body: &'a [u8], depth: u8) -> Self {
        if body.is_empty() {
            return Self::Empty;
        }
        if content_type == Some(b"application/sdp") {
            // What nearly every body of a call is.
            return Self::Sdp(Sdp::new(body));
        }
        let media_type = content_type.and_then(MediaType::read);
        if depth > MAX_DEPTH {
            return Self::Other(media_type, body);
        }
        match media_type {
            Some(media_type) => Self::of_type(media_type, body, depth),
            None => Self::recognised(body, depth),
        }
    }

    fn of_type(media_type: MediaType<'a>, body: &'a [u8], depth: u8) -> Self {
        if media_type.is("application/sdp") {
            Self::Sdp(Sdp::new(body))
        } else if media_type.is_kind("multipart") {
            Self::Multipart(Multipart::new(Some(media_type), body, depth))
        } else if media_type.is("message/sipfrag") {
            Self::SipFrag(SipFrag::read(body))
        } else if media_type.is("message/sip") {
            Self::Sip(body)
        } else if media_type.is("application/dtmf-relay") {
            Self::Dtmf(Dtmf::read_relay(body))
        } else if media_type.is("application/dtmf") {
            Self::Dtmf(Dtmf::read_plain(body))
        } else if media_type.is("application/simple-message-summary") {
            Self::MessageSummary(MessageSummary::read(body))
        } else if media_type.is("message/cpim") {
            Self::Cpim(Cpim::new(body, depth))
        } else if media_type.is("application/isup") {
            Self::Isup(Isup(body))
        } else if media_type.is("application/qsig") {
            Self::Qsig(Qsig(body))
        } else if let Some(kind) = XmlKind::of_subtype(media_type.subtype) {
            Self::Xml(Xml::new(kind, body))
        } else if media_type.is("application/xml")
            || media_type.is("text/xml")
            || media_type.ends_with("+xml")
        {
            Self::Xml(Xml::by_root(body))
        } else if media_type.is("application/json") || media_type.ends_with("+json") {
            Self::Json(body)
        } else if media_type.is_kind("text") {
            Self::Text(body)
        } else {
            Self::Other(Some(media_type), body)
        }
    }

    /// What a body without a type looks like.
    fn recognised(body: &'a [u8], depth: u8) -> Self {
        let text = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
        let text = text.trim_ascii_start();
        let begins = |word: &str| {
            text.get(..word.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
        };
        if begins("v=0\r") || begins("v=0\n") {
            return Self::Sdp(Sdp::new(body));
        }
        if begins("SIP/2.0 ") {
            return Self::SipFrag(SipFrag::read(body));
        }
        if begins("Messages-Waiting:") {
            return Self::MessageSummary(MessageSummary::read(body));
        }
        if begins("Signal=") {
            return Self::Dtmf(Dtmf::read_relay(body));
        }
        if begins("--") {
            let multipart = Multipart::new(None, body, depth);
            // One boundary may be a line of hyphens in a text; parts have two.
            if multipart.parts().nth(1).is_some() || multipart.is_closed() {
                return Self::Multipart(multipart);
            }
        }
        if begins("<") {
            let xml = Xml::by_root(body);
            if xml.root().is_some() {
                return Self::Xml(xml);
            }
        }
        match std::str::from_utf8(body) {
            Ok(_) if begins("{") || begins("[") => Self::Json(body),
            Ok(text) if !text.chars().any(is_binary) => Self::Text(body),
            _ => Self::Other(None, body),
        }
    }

    /// What it is, for people; safe for a terminal.
    pub fn name(&self) -> String {
        match self {
            Self::Empty => "no body".to_owned(),
            Self::Sdp(_) => "SDP".to_owned(),
            Self::Multipart(multipart) if multipart.subtype.is_empty() => "multipart".to_owned(),
            Self::Multipart(multipart) => {
                let subtype = printable(multipart.subtype).to_ascii_lowercase();
                format!("multipart/{subtype}")
            }
            Self::SipFrag(fragment) => match fragment.status() {
                Some((code, reason)) => {
                    let status = format!("SIP fragment ({code} {}", printable(&reason));
                    status.trim_end().to_owned() + ")"
                }
                None => "SIP fragment".to_owned(),
            },
            Self::Sip(_) => "SIP message".to_owned(),
            Self::Dtmf(dtmf) => match dtmf.key() {
                Some('!') => "DTMF relay (hook flash)".to_owned(),
                Some(key) => format!("DTMF relay (digit {key})"),
                None => "DTMF relay".to_owned(),
            },
            Self::MessageSummary(summary) => match summary.is_waiting {
                Some(true) => "message summary (messages waiting)".to_owned(),
                Some(false) => "message summary (none waiting)".to_owned(),
                None => "message summary".to_owned(),
            },
            Self::Cpim(_) => "CPIM message".to_owned(),
            Self::Xml(xml) => xml.name(),
            Self::Isup(isup) => with_message("ISUP", isup.message()),
            Self::Qsig(qsig) => with_message("QSIG", qsig.message()),
            Self::Json(_) => "JSON".to_owned(),
            Self::Text(_) => "text".to_owned(),
            Self::Other(Some(media_type), _) => known_name(media_type),
            Self::Other(None, _) => "binary data".to_owned(),
        }
    }
}

fn with_message(name: &str, message: Option<&str>) -> String {
    match message {
        Some(message) => format!("{name} {message}"),
        None => name.to_owned(),
    }
}

/// Names for types that are not read.
fn known_name(media_type: &MediaType<'_>) -> String {
    const NAMES: &[(&str, &str)] = &[
        ("application/vnd.3gpp.sms", "SMS over IP"),
        ("application/vnd.3gpp.ussd", "USSD"),
        ("application/hook-flash", "hook flash"),
        ("application/pkcs7-mime", "S/MIME"),
        ("application/pkcs7-signature", "S/MIME signature"),
        ("application/octet-stream", "binary data"),
        ("message/http", "HTTP message"),
        ("message/rfc822", "mail message"),
        ("message/external-body", "reference to a body elsewhere"),
    ];
    NAMES
        .iter()
        .find(|(known, _)| media_type.is(known))
        .map_or_else(|| media_type.name(), |(_, name)| (*name).to_owned())
}

/// Characters that no text holds.
fn is_binary(character: char) -> bool {
    character.is_ascii_control() && !matches!(character, '\t' | '\r' | '\n')
}
