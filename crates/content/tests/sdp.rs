//! Session descriptions of the RFCs and of real stacks, and such that are nearly right.
#![allow(clippy::unwrap_used, reason = "helpers of tests may fail them")]

use std::path::Path;

use proptest::prelude::*;
use sipwhy_content::sdp::{
    AnswerFaultKind, Direction, Fault, FaultKind, MAX_FAULTS, Outcome, Sdp, Session, agreed,
};

/// RFC 8866 §5, with an address of one host for the second stream.
const RFC_8866: &str = "v=0\r\no=jdoe 3724394400 3724394405 IN IP4 198.51.100.1\r\n\
    s=Call to John Smith\r\ni=SDP Offer #1\r\nu=http://www.jdoe.example.com/home.html\r\n\
    e=Jane Doe <jane@jdoe.example.com>\r\np=+1 617 555-6011\r\nc=IN IP4 198.51.100.1\r\n\
    t=0 0\r\nm=audio 49170 RTP/AVP 0\r\nm=audio 49180 RTP/AVP 0\r\n\
    m=video 51372 RTP/AVP 99\r\nc=IN IP6 2001:db8::2\r\na=rtpmap:99 h263-1998/90000\r\n";

/// By linphone, in `captures/call-linphone.pcap`.
const LINPHONE: &str = "v=0\r\no=alice 2188 1877 IN IP4 10.77.0.10\r\ns=Talk\r\n\
    c=IN IP4 10.77.0.10\r\nt=0 0\r\n\
    a=rtcp-xr:rcvr-rtt=all:10000 stat-summary=loss,dup,jitt,TTL voip-metrics\r\n\
    m=audio 7078 RTP/AVP 96 97 98 0 8 18 99 100 101\r\na=rtpmap:96 opus/48000/2\r\n\
    a=fmtp:96 useinbandfec=1\r\na=rtpmap:97 speex/16000\r\na=fmtp:97 vbr=on\r\n\
    a=rtpmap:98 speex/8000\r\na=fmtp:98 vbr=on\r\na=fmtp:18 annexb=yes\r\n\
    a=rtpmap:99 telephone-event/48000\r\na=rtpmap:100 telephone-event/16000\r\n\
    a=rtpmap:101 telephone-event/8000\r\na=rtcp-fb:* trr-int 5000\r\na=rtcp-fb:* ccm tmmbr\r\n";

/// A browser's, shortened: ICE, DTLS, a bundle.
const WEBRTC: &str = "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n\
    a=group:BUNDLE 0 1\r\na=fingerprint:sha-256 19:E2:1C:3B\r\na=ice-lite\r\n\
    m=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n\
    a=ice-ufrag:8hhY\r\na=ice-pwd:asd88fgpdd777uzjYhagZg\r\n\
    a=candidate:1 1 UDP 2130706431 203.0.113.141 8998 typ host\r\n\
    a=candidate:2 1 UDP 1694498815 b1c2.local 5000 typ srflx raddr 10.0.0.1 rport 8998\r\n\
    a=setup:actpass\r\na=mid:0\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n\
    a=fmtp:111 minptime=10;useinbandfec=1\r\na=maxptime:120\r\n\
    m=video 0 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=bundle-only\r\na=mid:1\r\n\
    a=rtpmap:96 VP8/90000\r\n";

const AUDIO: &str = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n";

fn session(body: &str) -> Session<'_> {
    Sdp::new(body.as_bytes()).session()
}

/// Each fault with the bytes it points at.
fn faults(body: &str) -> Vec<(FaultKind, &str)> {
    Sdp::new(body.as_bytes())
        .faults()
        .into_iter()
        .map(|Fault { span, kind }| (kind, body.get(span).unwrap()))
        .collect()
}

fn with_audio(lines: &str) -> String {
    format!("{AUDIO}{lines}")
}

#[test]
fn descriptions_of_the_rfcs_and_of_real_stacks_have_no_fault() {
    for body in [RFC_8866, LINPHONE, WEBRTC] {
        assert_eq!(faults(body), [], "{body}");
    }
}

#[test]
fn recorded_calls_have_none_that_receivers_mind() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../captures");
    let mut found = 0;
    for name in [
        "call-authenticated",
        "call-baresip-with-media",
        "call-direct",
        "call-ipv6",
        "call-linphone",
        "call-proxied",
        "call-tcp-proxied",
    ] {
        let bytes = std::fs::read(folder.join(name).with_extension("pcap")).unwrap();
        let mut rest = &bytes[..];
        while let Some(at) = rest.windows(5).position(|bytes| bytes == b"v=0\r\n") {
            rest = &rest[at..];
            let length = body_length(rest);
            let (body, after) = rest.split_at(length);
            let text = body.escape_ascii();
            let bad: Vec<_> = Sdp::new(body)
                .faults()
                .into_iter()
                .filter(|fault| !fault.kind.is_tolerated())
                .collect();
            assert_eq!(bad, [], "{name}: {text}");
            let session = Sdp::new(body).session();
            assert_eq!(session.streams.len(), 1, "{name}: {text}");
            let codecs = &session.streams[0].codecs;
            assert!(codecs.iter().any(|codec| codec.is_named("PCMA")), "{text}");
            assert!(session.streams[0].telephone_event().is_some(), "{text}");
            found += 1;
            rest = after;
        }
    }
    assert!(found > 20, "{found}");
}

/// How far lines go on that begin with a letter and `=`.
fn body_length(bytes: &[u8]) -> usize {
    let mut length = 0;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        if !(line.get(1) == Some(&b'=') && line.ends_with(b"\r\n")) {
            break;
        }
        length += line.len();
    }
    length
}

#[test]
fn codecs_have_their_names_and_parameters() {
    let session = session(LINPHONE);
    let stream = &session.streams[0];
    assert!(stream.media.media.is("audio"));
    assert_eq!(stream.port(), Some(7078));
    let address = stream.connection.unwrap().ip().unwrap();
    assert_eq!(address.to_string(), "10.77.0.10");
    let named: Vec<_> = stream
        .codecs
        .iter()
        .map(|codec| {
            let name = std::str::from_utf8(codec.name.unwrap()).unwrap();
            (
                codec.payload_type,
                name,
                codec.clock_rate.unwrap(),
                codec.channels,
            )
        })
        .collect();
    assert_eq!(
        named,
        [
            (96, "opus", 48000, 2),
            (97, "speex", 16000, 1),
            (98, "speex", 8000, 1),
            (0, "PCMU", 8000, 1),
            (8, "PCMA", 8000, 1),
            (18, "G729", 8000, 1),
            (99, "telephone-event", 48000, 1),
            (100, "telephone-event", 16000, 1),
            (101, "telephone-event", 8000, 1),
        ]
    );
    let annexb = stream.codecs[5].parameter("annexb").unwrap();
    assert_eq!(annexb.text(), b"yes");
    assert_eq!(stream.codecs[5].parameter("annexa"), None);
    assert_eq!(stream.telephone_event().unwrap().payload_type, 99);
}

#[test]
fn what_the_session_says_holds_for_each_stream_that_says_nothing() {
    let body = with_audio(
        "a=sendonly\r\na=setup:active\r\nm=audio 1000 RTP/AVP 0\r\na=ptime:20\r\n\
         m=audio 1002 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\na=recvonly\r\n",
    );
    let session = session(&body);
    let [first, second] = &session.streams[..] else {
        panic!("two streams");
    };
    assert_eq!(first.direction, Direction::SendOnly);
    assert_eq!(first.ptime, Some(20));
    assert!(first.setup.unwrap().is("active"));
    assert!(first.is_held() && !first.is_held_by_address());
    assert_eq!(second.direction, Direction::RecvOnly);
    assert!(second.is_held_by_address() && second.is_held());
    assert_eq!(faults(&body), []);
}

#[test]
fn ice_dtls_and_bundles() {
    let session = session(WEBRTC);
    let [audio, video] = &session.streams[..] else {
        panic!("two streams");
    };
    assert!(session.is_ice_lite && audio.ice.is_lite && audio.ice.is_offered());
    assert!(audio.ice.ufrag.unwrap().is("8hhY"));
    let [host, srflx] = &audio.ice.candidates[..] else {
        panic!("two candidates");
    };
    assert_eq!(host.ip().unwrap().to_string(), "203.0.113.141");
    assert_eq!((host.port, host.kind.text()), (8998, &b"host"[..]));
    assert_eq!((srflx.ip(), srflx.kind.text()), (None, &b"srflx"[..]));
    assert!(video.ice.candidates.is_empty());
    assert!(video.fingerprint.unwrap().hash.is("sha-256"));
    assert!(audio.setup.unwrap().is("actpass"));
    assert!(audio.has_rtcp_mux && audio.is_bundled && video.is_bundled);
    assert_eq!(audio.rtcp.unwrap().port, 9);
    assert_eq!(audio.max_ptime, Some(120));
    // It goes over the first one's port.
    assert_eq!(video.port(), Some(0));
    assert!(!video.is_rejected());
}

#[test]
fn keys_are_not_given_out() {
    let body = with_audio(
        "m=audio 1000 RTP/SAVP 0\r\n\
         a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^20\r\n",
    );
    let session = session(&body);
    let crypto = session.streams[0].crypto[0];
    assert!(crypto.suite.is("AES_CM_128_HMAC_SHA1_80"));
    assert_eq!(crypto.tag.number(), Some(1));
    assert!(!format!("{session:?}").contains("d0Rmdmcm"));
    assert_eq!(faults(&body), []);
}

#[test]
fn fax_and_messages() {
    let body = with_audio(
        "m=image 4000 udptl t38\r\na=T38FaxVersion:0\r\na=T38MaxBitRate:14400\r\n\
         a=T38FaxFillBitRemoval:0\r\na=T38FaxRateManagement:transferredTCF\r\n\
         a=T38FaxMaxDatagram:238\r\na=T38FaxUdpEC:t38UDPRedundancy\r\n\
         m=message 7654 TCP/MSRP *\r\na=accept-types:message/cpim text/plain\r\n\
         a=path:msrp://alicepc.example.com:7654/jshA7weztas;tcp\r\n",
    );
    assert_eq!(faults(&body), []);
    let session = session(&body);
    let fax = session.streams[0].t38.unwrap();
    assert_eq!(
        (fax.version, fax.max_bit_rate, fax.max_datagram),
        (Some(0), Some(14400), Some(238))
    );
    assert!(!fax.removes_fill_bits);
    assert!(fax.error_correction.unwrap().is("t38UDPRedundancy"));
    assert!(session.streams[0].codecs.is_empty() && session.streams[0].msrp.is_none());
    let messages = session.streams[1].msrp.unwrap();
    assert!(
        messages
            .path
            .unwrap()
            .begins_with("msrp://alicepc.example.com")
    );
    assert!(messages.accept_types.unwrap().is("message/cpim text/plain"));
}

#[test]
fn faults_point_at_the_bytes() {
    use FaultKind::*;
    let m = "m=audio 1000 RTP/AVP 0\r\n";
    let cases: &[(String, &[(FaultKind, &str)])] = &[
        (String::new(), &[(Empty, "")]),
        (
            "hello\r\n".into(),
            &[
                (MissingVersion, "hello"),
                (NotALine, "hello"),
                (MissingOrigin, ""),
                (MissingName, ""),
                (MissingTiming, ""),
            ],
        ),
        (AUDIO.replace("v=0", "v=1"), &[(BadVersion, "1")]),
        (
            AUDIO.replace("o=- 1 1 IN IP4 192.0.2.1\r\n", ""),
            &[(MissingOrigin, "")],
        ),
        (AUDIO.replace("s=-\r\n", ""), &[(MissingName, "")]),
        (AUDIO.replace("s=-", "s="), &[(EmptyName, "s=")]),
        (AUDIO.replace("s=-", "s= "), &[]),
        (AUDIO.replace("t=0 0\r\n", ""), &[(MissingTiming, "")]),
        (AUDIO.replace("t=0 0", "t=0"), &[(BadTiming, "0")]),
        (
            AUDIO.replace("o=- 1 1 IN", "o=- one 1 IN"),
            &[(BadSessionId, "one")],
        ),
        (
            AUDIO.replace("o=- 1 1 IN", "o=- 1 -1 IN"),
            &[(BadSessionVersion, "-1")],
        ),
        (
            AUDIO.replace("o=- 1 1 IN", "o=A B 1 1 IN"),
            &[
                (BadSessionId, "B"),
                (UnknownNetwork, "1"),
                (OriginTooLong, "192.0.2.1"),
            ],
        ),
        (
            AUDIO.replace("o=- 1 1 IN", "o=1 1 IN"),
            &[(OriginTooShort, "1 1 IN IP4 192.0.2.1")],
        ),
        (
            AUDIO.replace("c=IN IP4 192.0.2.1", "c=IN IP6 192.0.2.1"),
            &[(AddressFamilyMismatch, "192.0.2.1")],
        ),
        (
            AUDIO.replace("c=IN IP4 192.0.2.1", "c=IN IP4 2001:db8::1"),
            &[(AddressFamilyMismatch, "2001:db8::1")],
        ),
        (
            AUDIO.replace("c=IN IP4 192.0.2.1", "c=IN IP4 192.0.2.256"),
            &[(BadAddress, "192.0.2.256")],
        ),
        (
            AUDIO.replace("c=IN IP4 192.0.2.1", "c=IN IP4 224.2.36.42/127"),
            &[],
        ),
        (
            AUDIO.replace("c=IN IP4 192.0.2.1", "c=IN IP4 pc.example.com"),
            &[],
        ),
        (
            AUDIO.replace("c=IN IP4 192.0.2.1", "c=IN IP4"),
            &[(BadConnection, "IN IP4")],
        ),
        (
            AUDIO.replace("c=IN IP4 192.0.2.1", "c=IN IP6 [2001:db8::1]"),
            &[(BracketedAddress, "[2001:db8::1]")],
        ),
        (
            AUDIO.replace("c=IN IP4 192.0.2.1\r\n", "") + m,
            &[(MissingConnection, "m=audio 1000 RTP/AVP 0")],
        ),
        (
            AUDIO.replace("c=IN IP4 192.0.2.1\r\n", "") + "m=audio 0 RTP/AVP 0\r\n",
            &[],
        ),
        (
            with_audio(m) + "c=IN IP4 192.0.2.2\r\ni=x\r\n",
            &[(OutOfOrder, "i=x")],
        ),
        (with_audio(m) + "t=0 0\r\n", &[(OutOfOrder, "t=0 0")]),
        (with_audio(m) + "x=0 0\r\n", &[(UnknownType, "x=0 0")]),
        (with_audio(m) + "a =x\r\n", &[(SpaceAtEquals, "a =x")]),
        (with_audio(m) + "a= x\r\n", &[(SpaceAtEquals, " ")]),
        (with_audio(m) + "a=x\n", &[(BareLf, "a=x")]),
        (with_audio(m) + "a=x", &[(NoLineEnd, "a=x")]),
        (with_audio(m) + "\r\n", &[(EmptyLine, "")]),
        (with_audio(m) + "a=x\0y\r\n", &[(ControlByte, "a=x\0y")]),
        (
            with_audio(m) + "a=sendonly\r\na=recvonly\r\n",
            &[(SeveralDirections, "a=recvonly")],
        ),
        (
            with_audio(m) + "a=ptime:soon\r\n",
            &[(BadPacketTime, "soon")],
        ),
        (with_audio(m) + "b=AS:\r\n", &[(BadBandwidth, "AS:")]),
        (
            with_audio(m) + "a=rtpmap:101 telephone-event/8000\r\n",
            &[(MappingWithoutFormat, "101")],
        ),
        (
            with_audio(m) + "a=fmtp:101 0-15\r\n",
            &[(ParametersWithoutFormat, "101")],
        ),
        (
            with_audio(m) + "a=rtpmap:0 PCMU\r\na=rtpmap:0 PCMU/x\r\n",
            &[(MappingWithoutRate, "0 PCMU"), (BadMapping, "0 PCMU/x")],
        ),
        (
            with_audio("m=audio 1000 RTP/AVP 96 0\r\n"),
            &[(DynamicWithoutMapping, "96")],
        ),
        (
            with_audio("m=audio 1000 RTP/AVP 0 0\r\n"),
            &[(RepeatedPayloadType, "0")],
        ),
        (
            with_audio("m=audio 1000 RTP/AVP 128\r\n"),
            &[(BadPayloadType, "128")],
        ),
        (
            with_audio("m=audio 65536 RTP/AVP 0\r\n"),
            &[(BadPort, "65536")],
        ),
        (
            with_audio("m=audio 65535/0 RTP/AVP 0\r\n"),
            &[(BadPortCount, "0")],
        ),
        (
            with_audio("m=audio 1000 RTP/AVP\r\n"),
            &[(MediaTooShort, "m=audio 1000 RTP/AVP")],
        ),
        (
            with_audio("m=audio 1000 RTP/SAVP 0\r\n"),
            &[(SecureWithoutKeys, "RTP/SAVP")],
        ),
        (
            with_audio("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"),
            &[],
        ),
        (
            with_audio("a=crypto:1 AES inline:x\r\nm=audio 1000 RTP/SAVP 0\r\n"),
            &[],
        ),
        (
            with_audio(m) + "a=crypto:1 AES\r\n",
            &[(BadCrypto, "1 AES")],
        ),
        (
            with_audio(m) + "a=fingerprint:sha-1 4A:A\r\n",
            &[(BadFingerprint, "sha-1 4A:A")],
        ),
        (
            with_audio(m) + "a=candidate:1 1 UDP\r\n",
            &[(BadCandidate, "1 1 UDP")],
        ),
        (
            AUDIO.replace("s=-\r\n", "s=-\r\ns=again\r\n"),
            &[(Repeated, "s=again")],
        ),
    ];
    for (body, expected) in cases {
        assert_eq!(faults(body), *expected, "{body}");
    }
}

/// `mult-ip-in-sdp` of RFC 5118 §4.10, a valid message: its name is empty, as RFC 2327 allowed.
#[test]
fn what_was_right_once_is_tolerated() {
    let body = "v=0\r\no=bob 280744730 28977631 IN IP4 host.example.com\r\ns=\r\nt=0 0\r\n\
        m=audio 22334 RTP/AVP 0\r\nc=IN IP4 192.0.2.1\r\nm=video 6024 RTP/AVP 107\r\n\
        c=IN IP6 2001:db8::1\r\na=rtpmap:107 H263-1998/90000\r\n";
    assert_eq!(faults(body), [(FaultKind::EmptyName, "s=")]);
    assert!(FaultKind::EmptyName.is_tolerated());
    let tolerated = FaultKind::ALL.iter().filter(|kind| kind.is_tolerated());
    assert_eq!(tolerated.count(), 6);
}

#[test]
fn what_is_cut_off_is_not_missed() {
    let body = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nm=audio 10";
    let sdp = Sdp::cut(body.as_bytes());
    let kinds: Vec<_> = sdp.faults().into_iter().map(|fault| fault.kind).collect();
    assert_eq!(kinds, [FaultKind::Cut]);
    assert!(sdp.session().streams.is_empty() && sdp.session().is_cut);
}

/// What an answer to `offer` gives: outcome, direction and names of the codecs, and the faults.
fn answered(offer: &str, answer: &str) -> (Vec<String>, Vec<(AnswerFaultKind, String)>) {
    let (offer, answer) = (with_audio(offer), with_audio(answer));
    let agreement = agreed(&session(&offer), &session(&answer));
    let streams = agreement.streams.iter().map(|stream| {
        let names = stream
            .codecs
            .iter()
            .map(|codec| String::from_utf8_lossy(codec.offered.name.unwrap()).into_owned());
        let names = names.collect::<Vec<_>>().join(",");
        format!("{:?} {} {names}", stream.outcome, stream.direction.name())
    });
    let faults = agreement.faults.iter().map(|fault| {
        (
            fault.kind,
            answer.get(fault.span.clone()).unwrap().to_owned(),
        )
    });
    (streams.collect(), faults.collect())
}

#[test]
fn an_answer_beside_its_offer() {
    use AnswerFaultKind::*;
    let offer = "m=audio 1000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n";
    /// Offer, answer, what came of each stream, faults with the bytes they point at.
    type Case<'a> = (
        &'a str,
        &'a str,
        &'a [&'a str],
        &'a [(AnswerFaultKind, &'a str)],
    );
    let cases: &[Case<'_>] = &[
        (
            offer,
            "m=audio 2 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n",
            &["Accepted sendrecv PCMA,telephone-event"],
            &[],
        ),
        (
            offer,
            "m=audio 0 RTP/AVP 0\r\n",
            &["Rejected inactive "],
            &[],
        ),
        (offer, "", &["Missing inactive "], &[(StreamCount, "")]),
        (
            offer,
            "m=audio 2 RTP/AVP 0\r\nm=video 3 RTP/AVP 31\r\n",
            &["Accepted sendrecv PCMU"],
            &[(StreamCount, "m=video 3 RTP/AVP 31")],
        ),
        (
            offer,
            "m=video 2 RTP/AVP 31\r\n",
            &["Mismatched inactive "],
            &[(Media, "video")],
        ),
        (
            offer,
            "m=audio 2 RTP/SAVP 0\r\n",
            &["Mismatched inactive "],
            &[(Protocol, "RTP/SAVP")],
        ),
        (
            offer,
            "m=audio 2 RTP/AVP 9\r\n",
            &["Mismatched sendrecv "],
            &[(CodecNotOffered, "9"), (NoCommonCodec, "9")],
        ),
        (
            offer,
            "m=audio 2 RTP/AVP 0 9\r\n",
            &["Accepted sendrecv PCMU"],
            &[(CodecNotOffered, "9")],
        ),
        (
            offer,
            "m=audio 2 RTP/AVP 101\r\na=rtpmap:101 Telephone-Event/8000\r\n",
            &["Accepted sendrecv telephone-event"],
            &[(NoCommonMediaCodec, "101")],
        ),
        (
            offer,
            "m=audio 2 RTP/AVP 0 96\r\na=rtpmap:96 telephone-event/8000\r\n",
            &["Accepted sendrecv PCMU,telephone-event"],
            &[(PayloadTypeChanged, "96")],
        ),
        (
            "m=audio 1 RTP/AVP 0\r\na=sendonly\r\n",
            "m=audio 2 RTP/AVP 0\r\na=recvonly\r\n",
            &["Accepted sendonly PCMU"],
            &[],
        ),
        (
            "m=audio 1 RTP/AVP 0\r\na=sendonly\r\n",
            "m=audio 2 RTP/AVP 0\r\n",
            &["Accepted sendonly PCMU"],
            &[(Direction, "m=audio 2 RTP/AVP 0")],
        ),
        (
            "m=audio 1 RTP/AVP 0\r\na=recvonly\r\n",
            "m=audio 2 RTP/AVP 0\r\na=inactive\r\n",
            &["Accepted inactive PCMU"],
            &[],
        ),
        (
            "m=audio 1 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\n",
            "m=audio 2 RTP/AVP 0\r\n",
            &["Accepted sendonly PCMU"],
            &[],
        ),
        (
            "m=audio 0 RTP/AVP 0\r\n",
            "m=audio 0 RTP/AVP 0\r\n",
            &["NotOffered inactive "],
            &[],
        ),
        (
            "m=audio 0 RTP/AVP 0\r\n",
            "m=audio 2 RTP/AVP 0\r\n",
            &["NotOffered inactive "],
            &[(RevivesStream, "2")],
        ),
        (
            "m=audio 1 RTP/SAVP 0\r\na=crypto:1 AES_256 inline:x\r\na=crypto:2 AES_CM inline:y\r\n",
            "m=audio 2 RTP/SAVP 0\r\na=crypto:2 AES_CM inline:z\r\n",
            &["Accepted sendrecv PCMU"],
            &[],
        ),
        (
            "m=audio 1 RTP/SAVP 0\r\na=crypto:1 AES_CM inline:x\r\n",
            "m=audio 2 RTP/SAVP 0\r\na=crypto:1 AES_256 inline:z\r\n",
            &["Accepted sendrecv PCMU"],
            &[(CryptoSuiteChanged, "AES_256")],
        ),
        (
            "m=audio 1 RTP/SAVP 0\r\na=crypto:1 AES_CM inline:x\r\n",
            "m=audio 2 RTP/SAVP 0\r\na=crypto:3 AES_CM inline:z\r\n",
            &["Accepted sendrecv PCMU"],
            &[(CryptoNotOffered, "3")],
        ),
        (
            "m=audio 1 RTP/SAVP 0\r\na=crypto:1 AES_CM inline:x\r\n",
            "m=audio 2 RTP/SAVP 0\r\n",
            &["Accepted sendrecv PCMU"],
            &[(CryptoMissing, "m=audio 2 RTP/SAVP 0")],
        ),
        (
            "a=setup:actpass\r\na=fingerprint:sha-1 AA:BB\r\nm=audio 1 UDP/TLS/RTP/SAVP 0\r\n",
            "a=setup:actpass\r\na=fingerprint:sha-1 AA:BB\r\nm=audio 2 UDP/TLS/RTP/SAVP 0\r\n",
            &["Accepted sendrecv PCMU"],
            &[(Setup, "actpass")],
        ),
        (
            "a=fingerprint:sha-1 AA:BB\r\nm=audio 1 UDP/TLS/RTP/SAVP 0\r\n",
            "m=audio 2 UDP/TLS/RTP/SAVP 0\r\n",
            &["Accepted sendrecv PCMU"],
            &[(FingerprintMissing, "m=audio 2 UDP/TLS/RTP/SAVP 0")],
        ),
        (
            "m=audio 1 RTP/AVP 0\r\na=mid:a\r\n",
            "m=audio 2 RTP/AVP 0\r\na=rtcp-mux\r\na=mid:b\r\n",
            &["Accepted sendrecv PCMU"],
            &[(RtcpMuxNotOffered, "m=audio 2 RTP/AVP 0"), (Mid, "b")],
        ),
        (
            "m=audio 1 RTP/AVP 18\r\na=rtpmap:18 G729/8000\r\n",
            "m=audio 2 RTP/AVP 18\r\na=rtpmap:18 G729A/8000\r\n",
            &["Accepted sendrecv G729"],
            &[],
        ),
        (
            "m=audio 1 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2\r\n",
            "m=audio 2 RTP/AVP 96\r\na=rtpmap:96 speex/8000\r\n",
            &["Mismatched sendrecv "],
            &[(CodecNotOffered, "96"), (NoCommonCodec, "96")],
        ),
        (
            "m=image 1 udptl t38\r\n",
            "m=image 2 udptl t38\r\n",
            &["Accepted sendrecv "],
            &[],
        ),
    ];
    for (offer, answer, streams, faults) in cases {
        let found = answered(offer, answer);
        let expected: Vec<_> = faults
            .iter()
            .map(|(kind, text)| (*kind, (*text).to_owned()))
            .collect();
        assert_eq!(found.0, *streams, "{offer}{answer}");
        assert_eq!(found.1, expected, "{offer}{answer}");
    }
}

#[test]
fn a_cut_answer_is_not_blamed() {
    let offer = with_audio("m=audio 1 RTP/AVP 0\r\nm=video 3 RTP/AVP 31\r\n");
    let answer = with_audio("m=audio 2 RTP/AVP 96\r\na=rtp");
    let agreement = agreed(&session(&offer), &Sdp::cut(answer.as_bytes()).session());
    let outcomes: Vec<_> = agreement
        .streams
        .iter()
        .map(|stream| stream.outcome)
        .collect();
    assert_eq!(outcomes, [Outcome::Unknown, Outcome::Unknown]);
    assert_eq!(agreement.faults, []);
}

/// The body again, from its lines; and that all spans lie in it.
fn check_any(body: &[u8]) {
    let mut printed = Vec::new();
    for line in Sdp::new(body).lines() {
        assert_eq!(line.text().span().start, printed.len());
        printed.extend_from_slice(&line.text());
        printed.extend_from_slice(line.0.end.bytes());
    }
    assert_eq!(printed, body);
    for sdp in [Sdp::new(body), Sdp::cut(body)] {
        let faults = sdp.faults();
        assert!(faults.len() <= MAX_FAULTS);
        for fault in faults {
            assert!(body.get(fault.span).is_some());
        }
        let session = sdp.session();
        let agreement = agreed(&session, &session);
        assert_eq!(agreement.streams.len(), session.streams.len());
    }
}

proptest! {
    #[test]
    fn any_bytes(body: Vec<u8>) {
        check_any(&body);
    }

    #[test]
    fn any_lines(lines in prop::collection::vec(
        "[vosiuepcbtrzkam] ?=(IN|IP4|IP6|[0-9a-f.:/]{0,12}|audio|RTP/AVP|rtpmap:|fmtp:|crypto:| ){0,8}\r?\n?", 0..20)) {
        check_any(lines.concat().as_bytes());
    }

    #[test]
    fn one_byte_changed(at in 0..WEBRTC.len(), byte: u8) {
        let mut body = WEBRTC.as_bytes().to_vec();
        body[at] = byte;
        check_any(&body);
    }

    #[test]
    fn cut_anywhere(at in 0..WEBRTC.len()) {
        let kinds = Sdp::cut(&WEBRTC.as_bytes()[..at]).faults();
        prop_assert_eq!(kinds.iter().map(|fault| fault.kind).collect::<Vec<_>>(), [FaultKind::Cut]);
    }
}

#[test]
fn the_most_of_everything() {
    for unit in [
        "a=\r\n",
        "m=\n",
        "a=candidate:1 1 UDP 1 a 1 typ host\n",
        "a=rtpmap:96 x/1\n",
        "\n",
        "\0",
        "m=audio 1 RTP/AVP 1\na=mid:x\n",
    ] {
        check_any(unit.repeat(65536 / unit.len()).as_bytes());
    }
    let formats = "m=audio 1 RTP/AVP ".to_owned() + &"1 ".repeat(32_000);
    check_any(formats.as_bytes());
    let group =
        "a=group:BUNDLE ".to_owned() + &"1 ".repeat(32_000) + "\n" + &"m=a\na=mid:1\n".repeat(200);
    check_any(group.as_bytes());
    let session = Sdp::new(group.as_bytes()).session();
    assert_eq!(session.stream_count(), 200);
    assert!(session.more_streams > 0);
}
