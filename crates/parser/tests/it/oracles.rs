//! What others read in the same bytes. Decision record 0002 lists where they cannot follow.

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
enum Gap {
    No,
    Refuses,
    Misreads,
}

fn gap(theirs: Option<&Keys>, right: &Keys) -> Gap {
    match theirs {
        None => Gap::Refuses,
        Some(keys) if keys == right => Gap::No,
        Some(_) => Gap::Misreads,
    }
}

/// The table of decision record 0002. When an oracle learns to read one of these, it says so
/// here, and the record is to follow.
#[test]
fn known_gaps() {
    use Gap::{Misreads, No, Refuses};

    let plain = "INVITE sip:a@b.example SIP/2.0\r\n\
        Via: SIP/2.0/UDP h.example;branch=z9hG4bK1\r\n\
        From: <sip:a@b.example>;tag=1\r\n\
        To: <sip:c@d.example>\r\n\
        Call-ID: x@y\r\n\
        CSeq: 1 INVITE\r\n\
        Subject: z\r\n\
        Content-Length: 0\r\n\r\n";
    // What is changed in the plain message; then rsip, rsip through our view, ezk-sip-types.
    let changes = [
        ("", "", No, No, No),
        ("\r\n", "\n", Refuses, No, No),
        ("INVITE sip:a", "\r\nINVITE sip:a", Refuses, No, Refuses),
        ("Subject: z", "Subject: z\r\n z", Refuses, No, No),
        ("Subject:", "Subject :", Refuses, No, No),
        ("Subject: z", "no header", Refuses, No, Refuses),
        ("Call-ID", "i", Refuses, No, No),
        (
            "sip:a@b.example SIP",
            "sip:[2001:db8::1] SIP",
            Refuses,
            Refuses,
            No,
        ),
        (
            "sip:a@b.example SIP",
            "tel:+4930123456 SIP",
            Refuses,
            Refuses,
            Refuses,
        ),
        (
            "sip:a@b.example SIP",
            "urn:service:sos SIP",
            Refuses,
            Refuses,
            Refuses,
        ),
        ("INVITE", "NEWMETHOD", Refuses, Refuses, No),
        ("SIP/2.0/UDP h", "SIP / 2.0 / UDP h", Refuses, Refuses, No),
        ("h.example", "[2001:db8::9]:5060", Refuses, Refuses, No),
        (";branch=", "; branch =", Misreads, Misreads, No),
        (
            "From: ",
            "From: \"A \\\"x\\\" <y>\" ",
            Refuses,
            Refuses,
            Refuses,
        ),
        (">;tag=1", "> ; tag = 1", Refuses, Refuses, No),
        (";tag=1", ";TAG=1", No, No, Misreads),
    ];
    for (from, to, rsip, view, ezk) in changes {
        let text = if from.is_empty() {
            plain.to_owned()
        } else {
            plain.replace(from, to)
        };
        let mut scanner = Scanner::new();
        let message = scanner.scan(text.as_bytes());
        let keys = ours(message);
        assert_eq!((keys.call_id.as_str(), keys.cseq.0), ("x@y", 1), "{to}");
        assert_eq!(keys.from_tag.as_deref(), Some("1"), "{to}");
        assert_eq!(keys.branch.as_deref(), Some("z9hG4bK1"), "{to}");
        let raw = rsip::SipMessage::try_from(text.as_bytes()).and_then(|message| rsips(&message));
        assert_eq!(gap(raw.ok().as_ref(), &keys), rsip, "rsip on {to}");
        let viewed = to_rsip(&message).and_then(|message| rsips(&message));
        assert_eq!(gap(viewed.ok().as_ref(), &keys), view, "our view on {to}");
        assert_eq!(
            gap(ezks(text.as_bytes()).as_ref(), &keys),
            ezk,
            "ezk-sip-types on {to}"
        );
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
