//! The outline of a description: what it leaves out never changes an agreement, and what changes
//! an agreement is never left out.
#![allow(clippy::unwrap_used, reason = "helpers of tests may fail them")]

use std::net::IpAddr;

use proptest::prelude::*;
use sipwhy_content::sdp::{AnswerFaultKind, Direction, Outcome, Sdp, agreed};

fn outline(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let is_private = |address: IpAddr| match address {
        IpAddr::V4(address) => u8::from(address.is_private()),
        IpAddr::V6(_) => 2,
    };
    Sdp::new(text.as_bytes()).outline(is_private, &mut out);
    out
}

/// What came of an offer and its answer, without places in the texts.
type Judged = (Vec<AnswerFaultKind>, Vec<(Outcome, Direction, usize)>);

fn judged(offer: &str, answer: &str) -> Judged {
    let (offer, answer) = (Sdp::new(offer.as_bytes()), Sdp::new(answer.as_bytes()));
    let agreement = agreed(&offer.session(), &answer.session());
    let faults = agreement.faults.iter().map(|fault| fault.kind).collect();
    let streams = agreement
        .streams
        .iter()
        .map(|stream| (stream.outcome, stream.direction, stream.codecs.len()))
        .collect();
    (faults, streams)
}

/// Lines of one call beside the same lines of another; where the two are alike, nothing is left
/// out of them.
const LINES: &[(&str, &str)] = &[
    ("v=0", "v=0"),
    (
        "o=- 1 1 IN IP4 192.0.2.1",
        "o=alice 7 9 IN IP4 198.51.100.7",
    ),
    ("s=-", "s=Talk"),
    ("c=IN IP4 192.0.2.1", "c=IN IP4 203.0.113.200"),
    ("c=IN IP4 10.0.0.1", "c=IN IP4 192.168.7.7"),
    ("c=IN IP4 0.0.0.0", "c=IN IP4 0.0.0.0"),
    ("c=IN IP4 media.example.com", "c=IN IP4 media.example.com"),
    ("t=0 0", "t=0 0"),
    (
        "m=audio 4000 RTP/AVP 0 8 101",
        "m=audio 65000 RTP/AVP 0 8 101",
    ),
    ("m=audio 0 RTP/AVP 0", "m=audio 0 RTP/AVP 0"),
    ("m=audio 9 RTP/SAVP 8", "m=audio 12 RTP/SAVP 8"),
    ("m=video 7 RTP/AVP 31", "m=video 70 RTP/AVP 31"),
    ("m=audio 4000/2 RTP/AVP 0", "m=audio 4000/2 RTP/AVP 0"),
    (
        "a=rtpmap:101 telephone-event/8000",
        "a=rtpmap:101 telephone-event/8000",
    ),
    ("a=sendonly", "a=sendonly"),
    ("a=inactive", "a=inactive"),
    ("a=mid:1", "a=mid:1"),
    ("a=rtcp-mux", "a=rtcp-mux"),
    ("a=rtcp:4001", "a=rtcp:65001"),
    ("a=ice-ufrag:aaaa", "a=ice-ufrag:bbbb"),
    (
        "a=ice-pwd:cccccccccccccccccccccc",
        "a=ice-pwd:dddddddddddddddddddddd",
    ),
    (
        "a=candidate:1 1 UDP 1 192.0.2.1 8998 typ host",
        "a=candidate:2 1 UDP 9 192.0.2.9 4 typ host",
    ),
    ("a=ssrc:1 cname:x", "a=ssrc:2 cname:y"),
    (
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:aaaa",
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:bbbb",
    ),
    (
        "a=crypto:2 F8_128_HMAC_SHA1_80 inline:aaaa",
        "a=crypto:2 F8_128_HMAC_SHA1_80 inline:bbbb",
    ),
    (
        "a=crypto:2 F8_128_HMAC_SHA1_80",
        "a=crypto:2 F8_128_HMAC_SHA1_80",
    ),
    ("a=fingerprint:sha-256 19:E2", "a=fingerprint:sha-256 19:E2"),
    ("a=setup:active", "a=setup:active"),
    ("a=setup:passive", "a=setup:passive"),
    ("nonsense", "nonsense"),
];

fn text(lines: &[usize], second: bool) -> String {
    let line = |at: &usize| {
        let (one, two) = LINES[*at];
        format!("{}\r\n", if second { two } else { one })
    };
    lines.iter().map(line).collect()
}

proptest! {
    #[test]
    fn what_is_left_out_changes_no_agreement(
        offer in prop::collection::vec(0..LINES.len(), 0..14),
        answer in prop::collection::vec(0..LINES.len(), 0..14),
    ) {
        let one = (text(&offer, false), text(&answer, false));
        let two = (text(&offer, true), text(&answer, true));
        prop_assert_eq!(outline(&one.0), outline(&two.0));
        prop_assert_eq!(outline(&one.1), outline(&two.1));
        prop_assert_eq!(judged(&one.0, &one.1), judged(&two.0, &two.1));
    }

    #[test]
    fn descriptions_of_one_outline_agree_alike(
        offer in prop::collection::vec(0..LINES.len(), 0..10),
        answers in [
            prop::collection::vec(0..LINES.len(), 0..6),
            prop::collection::vec(0..LINES.len(), 0..6),
        ],
    ) {
        let offer = text(&offer, false);
        let answers = answers.map(|answer| text(&answer, false));
        if outline(&answers[0]) == outline(&answers[1]) {
            prop_assert_eq!(judged(&offer, &answers[0]), judged(&offer, &answers[1]));
        }
    }

    #[test]
    fn any_bytes_have_an_outline(body: Vec<u8>) {
        let mut out = Vec::new();
        Sdp::new(&body).outline(|_| 0, &mut out);
        Sdp::cut(&body).outline(|_| 0, &mut out);
    }
}

#[test]
fn what_matters_is_in_the_outline() {
    let usual = "v=0\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\na=sendrecv\r\n";
    for (from, to) in [
        ("4000", "0"),
        ("RTP/AVP 0", "RTP/AVP 8"),
        ("RTP/AVP", "RTP/SAVP"),
        ("audio", "video"),
        ("sendrecv", "sendonly"),
        ("192.0.2.1", "10.0.0.1"),
        ("192.0.2.1", "0.0.0.0"),
        ("t=0 0", "t=1 2"),
        ("a=sendrecv", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:a"),
    ] {
        let other = usual.replace(from, to);
        assert_ne!(other, usual);
        assert_ne!(outline(&other), outline(usual), "{from} -> {to}");
    }
    // A line that the end of the capture cut off is not read.
    let mut cut = Vec::new();
    Sdp::cut(b"t=0 0\r\nm=audio 40").outline(|_| 0, &mut cut);
    let mut without = Vec::new();
    Sdp::cut(b"t=0 0\r\n").outline(|_| 0, &mut without);
    assert_eq!(cut, without);
}
