//! SIP messages, whole or as far as they were captured.

use std::ops::Range;

use sipwhy_parser::{HeaderName, Scanner, StartLine, looks_like_sip};

use crate::body::{self, Described};
use crate::passport;
use crate::permutation::Permutations;
use crate::sweep::{Keep, sweep};
use crate::values::{
    COUNTS, PROGRAMS, PROSE, TOKENS, addresses, credentials, hops, parameters, prose,
};

/// How messages may lie in messages, and parts in parts.
pub(crate) const MOST_LEVELS: usize = 4;

/// Replaces what the messages in a datagram, or in a piece of a stream, hold.
pub(crate) fn messages(all: Permutations, levels: usize, bytes: &mut [u8]) {
    let mut rest = bytes;
    loop {
        let length = whole(rest);
        let Some((first, after)) = rest.split_at_mut_checked(length) else {
            return;
        };
        message(all, levels, first);
        if first.is_empty() || !looks_like_sip(after) {
            return sweep(all, Keep::Nothing, after);
        }
        rest = after;
    }
}

/// How long the first message is.
fn whole(bytes: &[u8]) -> usize {
    Scanner::new().scan(bytes).whole().len()
}

/// A piece of a message.
enum Piece {
    Header(HeaderName),
    Name,
    Other,
}

fn message(all: Permutations, levels: usize, bytes: &mut [u8]) {
    let mut pieces: Vec<(Piece, Range<usize>)> = Vec::new();
    let mut described = Described::default();
    let mut scanner = Scanner::new();
    let scanned = scanner.scan(bytes);
    let start = scanned.start_line_span();
    let is_status = matches!(scanned.start_line(), StartLine::Status { .. });
    for header in scanned.headers() {
        let name_end = header.span.start + header.raw_name.len();
        let value = header.value_span.clone();
        match header.name {
            HeaderName::Other => pieces.push((Piece::Name, header.span.start..name_end)),
            HeaderName::ContentType => described.kind = header.value.to_vec(),
            HeaderName::ContentEncoding => described.is_encoded = true,
            _ => {}
        }
        // Between name and value there is a colon and space, unless the line is broken.
        pieces.push((Piece::Other, name_end..value.start));
        pieces.push((Piece::Header(header.name), value.clone()));
        pieces.push((Piece::Other, value.end..header.span.end));
    }
    let head = scanned.head().len();
    let body = head..head + scanned.body().len();
    let unindexed = scanned.unindexed().len();
    start_line(all, is_status, bytes.get_mut(start).unwrap_or_default());
    // They stand at the end of the head.
    let last = pieces.last().map_or(0, |(_, range)| range.end);
    pieces.push((Piece::Other, last..(last + unindexed).min(head)));
    for (piece, range) in pieces {
        let Some(text) = bytes.get_mut(range) else {
            continue;
        };
        match piece {
            Piece::Header(name) => header_value(all, name, text),
            Piece::Name => sweep(all, Keep::Protocol(3), text),
            Piece::Other => sweep(all, Keep::Nothing, text),
        }
    }
    if let Some(body) = bytes.get_mut(body) {
        body::body(all, levels, &described, body);
    }
}

/// The first line: of a response the version, the code and the ordinary words of the reason stay;
/// of a request the method, if it is known, and the version.
fn start_line(all: Permutations, is_status: bool, line: &mut [u8]) {
    if is_status {
        let mut words = line.splitn_mut(3, |byte| *byte == b' ');
        for keep in [TOKENS, TOKENS, PROSE] {
            sweep(all, keep, words.next().unwrap_or_default());
        }
        return;
    }
    let end = line.len()
        - line
            .iter()
            .rev()
            .take_while(|it| it.is_ascii_whitespace())
            .count();
    let Some(text) = line.get_mut(..end) else {
        return;
    };
    let first = text.iter().position(|byte| *byte == b' ').unwrap_or(end);
    let last = text.iter().rposition(|byte| *byte == b' ').unwrap_or(end);
    let has_version = text.get(last..).is_some_and(|it| it.starts_with(b" SIP/"));
    let last = if has_version { last } else { end };
    if let Some(method) = text.get_mut(..first) {
        sweep(all, Keep::Protocol(0), method);
    }
    if let Some(uri) = text.get_mut(first..last) {
        addresses(all, uri);
    }
    if let Some(version) = text.get_mut(last.max(first)..) {
        sweep(all, TOKENS, version);
    }
}

/// The value of a header field.
pub(crate) fn header_value(all: Permutations, name: HeaderName, value: &mut [u8]) {
    use HeaderName as H;
    match name {
        H::Via => hops(all, value),
        H::Authorization
        | H::ProxyAuthorization
        | H::WwwAuthenticate
        | H::ProxyAuthenticate
        | H::AuthenticationInfo
        | H::ProxyAuthenticationInfo => credentials(all, value),
        H::Identity => passport::identity(all, value),
        H::PChargingVector => parameters(all, value),
        H::UserAgent | H::Server => sweep(all, PROGRAMS, value),
        H::Warning | H::Reason | H::RetryAfter => prose(all, value),
        name if counts(name) => sweep(all, COUNTS, value),
        name if is_plain(name) => sweep(all, TOKENS, value),
        name if has_addresses(name) => addresses(all, value),
        // Call-ID and all that is not known.
        _ => sweep(all, Keep::Nothing, value),
    }
}

/// Whether a header holds numbers that count something.
const fn counts(name: HeaderName) -> bool {
    use HeaderName as H;
    matches!(
        name,
        H::ContentLength
            | H::CSeq
            | H::Date
            | H::Expires
            | H::FlowTimer
            | H::MaxBreadth
            | H::MaxForwards
            | H::MinExpires
            | H::MinSe
            | H::RAck
            | H::RSeq
            | H::SessionExpires
            | H::SubscriptionState
            | H::Timestamp
    )
}

/// Whether a header holds words of the protocols.
const fn is_plain(name: HeaderName) -> bool {
    use HeaderName as H;
    matches!(
        name,
        H::Accept
            | H::AcceptContact
            | H::AcceptEncoding
            | H::AcceptLanguage
            | H::AcceptResourcePriority
            | H::Allow
            | H::AllowEvents
            | H::AnswerMode
            | H::ContentDisposition
            | H::ContentEncoding
            | H::ContentLanguage
            | H::ContentType
            | H::Event
            | H::FeatureCaps
            | H::InfoPackage
            | H::MimeVersion
            | H::PAnswerState
            | H::PAssertedService
            | H::PEarlyMedia
            | H::PPreferredService
            | H::Priority
            | H::PrivAnswerMode
            | H::Privacy
            | H::ProxyRequire
            | H::RecvInfo
            | H::ReferSub
            | H::RejectContact
            | H::RequestDisposition
            | H::Require
            | H::ResourcePriority
            | H::SecurityClient
            | H::SecurityServer
            | H::SecurityVerify
            | H::Supported
            | H::SuppressIfMatch
            | H::Unsupported
    )
}

/// Whether a header holds addresses or parameters.
const fn has_addresses(name: HeaderName) -> bool {
    use HeaderName as H;
    matches!(
        name,
        H::AlertInfo
            | H::CallInfo
            | H::Contact
            | H::Diversion
            | H::ErrorInfo
            | H::From
            | H::Geolocation
            | H::HistoryInfo
            | H::IdentityInfo
            | H::Join
            | H::PAssertedIdentity
            | H::PAssociatedUri
            | H::Path
            | H::PCalledPartyId
            | H::PChargeInfo
            | H::PPreferredIdentity
            | H::PServedUser
            | H::RecordRoute
            | H::ReferredBy
            | H::ReferTo
            | H::RemotePartyId
            | H::Replaces
            | H::ReplyTo
            | H::Route
            | H::ServiceRoute
            | H::SessionId
            | H::TargetDialog
            | H::To
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Key;

    fn all() -> Permutations {
        Permutations::new(Key::new(b"a secret for tests"))
    }

    const INVITE: &str = "INVITE sip:bob@pbx.acme.com SIP/2.0\r\n\
        Via: SIP/2.0/UDP 10.77.0.10:5060;branch=z9hG4bKabcd123\r\n\
        f: \"Alice Smith\" <sip:alice@acme.com>;tag=88sja8x\r\n\
        To: <sip:bob@acme.com>\r\n\
        Call-ID: a84b4c76e66710@pc33.acme.com\r\n\
        CSeq: 314159 INVITE\r\n\
        Max-Forwards: 70\r\n\
        X-Customer: Carol Jones\r\n\
        Subject: lunch with\r\n dave\r\n\
        User-Agent: Asterisk PBX 16.2.1 (dora)\r\n\
        Content-Type: application/sdp\r\n\
        Content-Length: 60\r\n\r\n\
        v=0\r\no=emil 1 2 IN IP4 10.77.0.10\r\ns=fritzchen\r\nt=0 0\r\nm=x\r\n";

    fn redacted(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        messages(all(), MOST_LEVELS, &mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_message_keeps_its_form_and_no_names() {
        let new = redacted(INVITE);
        assert_eq!(new.len(), INVITE.len());
        for gone in [
            "bob",
            "acme",
            "10.77.0.10",
            "abcd123",
            "Alice",
            "Smith",
            "alice",
            "88sja8x",
            "pc33",
            "a84b4c76e66710",
            "Carol",
            "Jones",
            "lunch",
            "dave",
            "dora",
            "emil",
            "fritzchen",
            "Customer",
        ] {
            assert!(!new.contains(gone), "{gone} in {new}");
        }
        for kept in [
            "INVITE sip:",
            " SIP/2.0\r\nVia: SIP/2.0/UDP 10.",
            ":5060;branch=z9hG4bK",
            "\r\nf: \"",
            ">;tag=",
            "\r\nCSeq: 314159 INVITE\r\nMax-Forwards: 70\r\nX-",
            "\r\nUser-Agent: Asterisk PBX 16.2.1 (",
            "\r\nContent-Type: application/sdp\r\nContent-Length: 60\r\n\r\nv=0\r\no=",
            " 2 IN IP4 10.",
            "\r\nt=0 0\r\nm=",
        ] {
            assert!(new.contains(kept), "{kept} in {new}");
        }
    }

    #[test]
    fn several_messages_and_what_follows_them_are_replaced() {
        let three = format!(
            "{INVITE}SIP/2.0 486 Busy Here Bob 4711\r\nTo: Zacharias\r\n\
             Reason: Q.850;cause=17;text=\"busy 4712\"\r\nWarning: 399 10.77.0.10 \"user 4713\"\
             \r\n\r\nCarolus"
        );
        let new = redacted(&three);
        assert!(new.contains("SIP/2.0 486 Busy Here "), "{new}");
        assert!(
            new.contains("\r\nReason: Q.850;cause=17;text=\"busy "),
            "{new}"
        );
        assert!(new.contains("\r\nWarning: 399 10."), "{new}");
        for gone in [
            "Bob",
            "Zacharias",
            "Carolus",
            "4711",
            "4712",
            "4713",
            "10.77.0",
        ] {
            assert!(!new.contains(gone), "{gone}: {new}");
        }
    }

    /// Each of these would take minutes if the time grew with the square of the length.
    #[test]
    fn long_values_come_to_an_end() {
        for piece in [
            "1", "a", "a:", "4A:", "sip:", "%41", "+1-", "é", ";a=", "a.", "\"", "<",
        ] {
            let value = piece.repeat(60_000 / piece.len());
            let text = format!("OPTIONS sip:x SIP/2.0\r\nTo: {value}\r\nX: {value}\r\n\r\n");
            assert_eq!(redacted(&text).len(), text.len());
        }
    }

    proptest! {
        #[test]
        fn a_message_that_is_cut_anywhere_holds_no_name(cut in 0..INVITE.len()) {
            let new = redacted(&INVITE[..cut]);
            for gone in ["acme", "10.77.0.10", "Alice", "88sja8x", "Carol", "emil"] {
                prop_assert!(!new.contains(gone), "{} in {}", gone, new);
            }
        }

        #[test]
        fn any_bytes_do(bytes in prop::collection::vec(any::<u8>(), 0..120), at in 0..INVITE.len()) {
            let mut text = INVITE.as_bytes().to_vec();
            let at = at.min(text.len());
            text.splice(at..at, bytes);
            let length = text.len();
            messages(all(), MOST_LEVELS, &mut text);
            prop_assert_eq!(text.len(), length);
        }
    }
}
