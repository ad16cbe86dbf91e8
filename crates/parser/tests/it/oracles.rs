//! What others read in the same messages, and where they cannot follow. Single values are compared
//! in `witnesses`.

use bytes::Bytes;
use ezk_sip_types::Headers;
use ezk_sip_types::header::typed as ezk;
use ezk_sip_types::msg::{Line, MessageLine, PullParser};
use proptest::prelude::*;
use rsip::headers::ToTypedHeader;
use rsip::message::HeadersExt;
use rsip::prelude::*;
use sipwhy_parser::{Message, Scanner, to_rsip};

use crate::generated::{Style, Told, style, told};

/// The facts that a transaction is found by, in one shape for all who tell them.
#[derive(Debug, PartialEq, Eq)]
struct Keys {
    method: Option<String>,
    code: Option<u16>,
    call_id: String,
    cseq: (u32, String),
    from_tag: Option<String>,
    to_tag: Option<String>,
    branch: Option<String>,
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn expected(told: &Told) -> Keys {
    Keys {
        method: told.method.map(str::to_owned),
        code: told.code,
        call_id: told.call_id.clone(),
        cseq: (told.cseq, told.cseq_method.to_owned()),
        from_tag: Some(told.from_tag.clone()),
        to_tag: told.to_tag.clone(),
        branch: told.vias.first().map(|via| via.2.clone()),
    }
}

fn ours(message: Message<'_, '_>) -> Keys {
    let cseq = message.cseq().unwrap();
    Keys {
        method: message.method().map(|method| method.to_string()),
        code: message.status(),
        call_id: text(message.call_id().unwrap()),
        cseq: (cseq.number, cseq.method.to_string()),
        from_tag: message.from().unwrap().tag().map(text),
        to_tag: message.to().unwrap().tag().map(text),
        branch: message.top_via().unwrap().branch().map(text),
    }
}

fn rsips(message: &rsip::SipMessage) -> Result<Keys, rsip::Error> {
    let (method, code) = match message {
        rsip::SipMessage::Request(request) => (Some(request.method().to_string()), None),
        rsip::SipMessage::Response(response) => (None, Some(response.status_code().code())),
    };
    let cseq = message.cseq_header()?.typed()?;
    Ok(Keys {
        method,
        code,
        call_id: message.call_id_header()?.value().to_owned(),
        cseq: (cseq.seq, cseq.method.to_string()),
        from_tag: message
            .from_header()?
            .typed()?
            .tag()
            .map(ToString::to_string),
        to_tag: message.to_header()?.typed()?.tag().map(ToString::to_string),
        branch: message
            .via_header()?
            .typed()?
            .branch()
            .map(ToString::to_string),
    })
}

/// `None` where ezk-sip-types does not read the message.
fn ezks(bytes: &[u8]) -> Option<Keys> {
    let source = Bytes::copy_from_slice(bytes);
    let mut lines = PullParser::new(&source, 0);
    let start: MessageLine = std::str::from_utf8(lines.next()?.ok()?)
        .ok()?
        .parse()
        .ok()?;
    let mut headers = Headers::new();
    for line in lines {
        let line = std::str::from_utf8(line.ok()?).ok()?;
        let (_, line) = Line::parse(&source, line).ok()?;
        headers.insert(line.name, line.value);
    }
    let cseq: ezk::CSeq = headers.get_named().ok()?;
    let call_id: ezk::CallID = headers.get_named().ok()?;
    let from: ezk::FromTo = headers.get(ezk_sip_types::Name::FROM).ok()?;
    let to: ezk::FromTo = headers.get(ezk_sip_types::Name::TO).ok()?;
    let via: ezk::Via = headers.get_named().ok()?;
    Some(Keys {
        method: start.request_method().map(ToString::to_string),
        code: match start {
            MessageLine::Response(ref line) => Some(line.code.into_u16()),
            MessageLine::Request(_) => None,
        },
        call_id: call_id.0.to_string(),
        cseq: (cseq.cseq, cseq.method.to_string()),
        from_tag: from.tag.map(|tag| tag.to_string()),
        to_tag: to.tag.map(|tag| tag.to_string()),
        branch: via.params.get_val("branch").map(ToString::to_string),
    })
}

/// How an oracle falls short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    No,
    Refuses,
    Misreads(&'static str),
}

impl Gap {
    /// As `docs/witnesses.md` has it.
    pub(crate) fn cell(self) -> String {
        match self {
            Self::No => "reads it".to_owned(),
            Self::Refuses => "refuses it".to_owned(),
            Self::Misreads(how) => format!("**{how}**"),
        }
    }
}

/// What the oracles make of the plain message after one change.
pub(crate) struct Change {
    pub(crate) says: &'static str,
    from: &'static str,
    to: &'static str,
    pub(crate) rsip: Gap,
    /// rsip given our tidied copy.
    pub(crate) view: Gap,
    pub(crate) ezk: Gap,
    pub(crate) section: &'static str,
}

const PLAIN: &str = "INVITE sip:a@b.example SIP/2.0\r\n\
    Via: SIP/2.0/UDP h.example;branch=z9hG4bK1\r\n\
    From: <sip:a@b.example>;tag=1\r\n\
    To: <sip:c@d.example>\r\n\
    Call-ID: x@y\r\n\
    CSeq: 1 INVITE\r\n\
    Subject: z\r\n\
    Content-Length: 0\r\n\r\n";

const fn change(
    says: &'static str,
    (from, to): (&'static str, &'static str),
    [rsip, view, ezk]: [Gap; 3],
    section: &'static str,
) -> Change {
    Change {
        says,
        from,
        to,
        rsip,
        view,
        ezk,
        section,
    }
}

/// All that is known; `docs/witnesses.md` shows it.
pub(crate) const GAPS: &[Change] = {
    use Gap::{Misreads, No, Refuses};
    &[
        change(
            "LF line ends",
            ("\r\n", "\n"),
            [Refuses, No, No],
            "against RFC 3261 §7, yet sent",
        ),
        change(
            "an empty line in front",
            ("INVITE sip:a", "\r\nINVITE sip:a"),
            [Refuses, No, Refuses],
            "RFC 3261 §7.5",
        ),
        change(
            "a folded header",
            ("Subject: z", "Subject: z\r\n z"),
            [Refuses, No, No],
            "RFC 3261 §7.3.1",
        ),
        change(
            "white space before a colon",
            ("Subject:", "Subject :"),
            [Refuses, No, No],
            "RFC 3261 §7.3.1, §25.1 (HCOLON)",
        ),
        change(
            "a line without a colon",
            ("Subject: z", "no header"),
            [Refuses, No, Refuses],
            "against RFC 3261 §7.3; the rest is as it was",
        ),
        change(
            "a compact name",
            ("Call-ID", "i"),
            [Refuses, No, No],
            "RFC 3261 §7.3.3",
        ),
        change(
            "IPv6 address in the Request-URI",
            ("sip:a@b.example SIP", "sip:[2001:db8::1] SIP"),
            [Refuses, Refuses, No],
            "RFC 3261 §25.1 (IPv6reference)",
        ),
        change(
            "`tel:` as Request-URI",
            ("sip:a@b.example SIP", "tel:+4930123456 SIP"),
            [Refuses, Refuses, Refuses],
            "RFC 3261 §8.1.1.1; RFC 3966",
        ),
        change(
            "`urn:` as Request-URI",
            ("sip:a@b.example SIP", "urn:service:sos SIP"),
            [Refuses, Refuses, Refuses],
            "RFC 5031 §3",
        ),
        change(
            "a method that is new",
            ("INVITE", "NEWMETHOD"),
            [Refuses, Refuses, No],
            "RFC 3261 §25.1 (extension-method)",
        ),
        change(
            "Via: `SIP / 2.0 / UDP`",
            ("SIP/2.0/UDP h", "SIP / 2.0 / UDP h"),
            [Refuses, Refuses, No],
            "RFC 3261 §25.1 (SLASH)",
        ),
        change(
            "Via: IPv6 address as sent-by",
            ("h.example", "[2001:db8::9]:5060"),
            [Refuses, Refuses, No],
            "RFC 3261 §25.1 (IPv6reference)",
        ),
        change(
            "Via: `; branch =`",
            (";branch=", "; branch ="),
            [
                Misreads("loses the branch"),
                Misreads("loses the branch"),
                No,
            ],
            "RFC 3261 §25.1 (SEMI, EQUAL)",
        ),
        change(
            "a display name with escaped quotes",
            ("From: ", "From: \"A \\\"x\\\" <y>\" "),
            [Refuses, Refuses, Refuses],
            "RFC 3261 §25.1 (quoted-pair)",
        ),
        change(
            "From: `; tag = 1`",
            (">;tag=1", "> ; tag = 1"),
            [Refuses, Refuses, No],
            "RFC 3261 §25.1 (SEMI, EQUAL)",
        ),
        change(
            "From: `;TAG=1`",
            (";tag=1", ";TAG=1"),
            [No, No, Misreads("loses the tag")],
            "RFC 3261 §7.3.1",
        ),
    ]
};

/// Whether an oracle falls as short as the row says, and no shorter.
fn assert_gap(theirs: Option<&Keys>, right: &Keys, gap: Gap, what: &str) {
    let is_so = match (theirs, gap) {
        (None, Gap::Refuses) => true,
        (Some(keys), Gap::No) => keys == right,
        (Some(keys), Gap::Misreads(_)) => keys != right,
        _ => false,
    };
    assert!(is_so, "{what}: {theirs:?} is not {gap:?}");
}

/// When an oracle learns to read one of these, it says so here.
#[test]
fn known_gaps() {
    for change in GAPS {
        let text = PLAIN.replace(change.from, change.to);
        assert_ne!(text, PLAIN, "{}", change.says);
        let mut scanner = Scanner::new();
        let message = scanner.scan(text.as_bytes());
        let keys = ours(message);
        let says = change.says;
        assert_eq!((keys.call_id.as_str(), keys.cseq.0), ("x@y", 1), "{says}");
        assert_eq!(keys.from_tag.as_deref(), Some("1"), "{says}");
        assert_eq!(keys.branch.as_deref(), Some("z9hG4bK1"), "{says}");
        let raw = rsip::SipMessage::try_from(text.as_bytes()).and_then(|message| rsips(&message));
        assert_gap(raw.ok().as_ref(), &keys, change.rsip, says);
        let viewed = to_rsip(&message).and_then(|message| rsips(&message));
        assert_gap(viewed.ok().as_ref(), &keys, change.view, says);
        assert_gap(ezks(text.as_bytes()).as_ref(), &keys, change.ezk, says);
    }
}

proptest! {
    #[test]
    fn we_read_what_was_written(told in told(), style in style()) {
        let bytes = told.written(style);
        let mut scanner = Scanner::new();
        let message = scanner.scan(&bytes);
        prop_assert_eq!(ours(message), expected(&told));
        prop_assert_eq!(message.body(), told.body.as_bytes());
        prop_assert_eq!(message.vias().count(), told.vias.len());
        for (via, (host, port, _)) in message.vias().zip(&told.vias) {
            prop_assert_eq!(via.host, host.as_bytes());
            prop_assert_eq!(via.port, *port);
        }
        prop_assert!(message.contacts().all(|contact| contact.address().is_some()));
    }

    #[test]
    fn rsip_agrees_on_plainly_written_messages(told in told()) {
        let bytes = told.written(Style::default());
        let theirs = rsip::SipMessage::try_from(&bytes[..]).and_then(|message| rsips(&message));
        prop_assert_eq!(theirs.ok(), Some(expected(&told)));
    }

    #[test]
    fn rsip_agrees_through_our_view_of_any_message(told in told(), style in style()) {
        let bytes = told.written(style);
        let mut scanner = Scanner::new();
        let message = scanner.scan(&bytes);
        let theirs = to_rsip(&message).and_then(|message| rsips(&message));
        prop_assert_eq!(theirs.ok(), Some(ours(message)));
    }

    #[test]
    fn ezk_agrees(told in told(), style in style()) {
        let bytes = told.written(style);
        let mut scanner = Scanner::new();
        prop_assert_eq!(ezks(&bytes), Some(ours(scanner.scan(&bytes))));
    }
}
