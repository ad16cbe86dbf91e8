//! What the RFCs say of each message, and what must be found in it.

/// Whether a message is right, by its RFC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Valid, however odd.
    Valid,
    /// Invalid: a receiver may refuse it.
    Invalid,
    /// Its form is right, and a receiver is to refuse its content or to handle it with care.
    Refused,
}

impl Verdict {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Refused => "well-formed",
        }
    }
}

/// A message, its verdict, and the findings that it must have with the bytes underlined. Errors
/// other than these are none.
pub(crate) struct Row {
    pub(crate) file: &'static str,
    pub(crate) section: &'static str,
    pub(crate) verdict: Verdict,
    pub(crate) says: &'static str,
    pub(crate) found: &'static [(&'static str, &'static str)],
}

macro_rules! rows {
    ($($file:literal $section:literal $verdict:ident $says:literal [$($found:expr),* $(,)?];)+) => {
        pub(crate) const VERDICTS: &[Row] = &[$(Row {
            file: $file,
            section: $section,
            verdict: Verdict::$verdict,
            says: $says,
            found: &[$($found),*],
        }),+];
    };
}

rows! {
    "rfc4475/wsinv.dat" "4475 §3.1.1.1" Valid "odd white space, folding, compact and mixed case" [];
    "rfc4475/intmeth.dat" "4475 §3.1.1.2" Valid "every character that the grammar allows" [];
    "rfc4475/esc01.dat" "4475 §3.1.1.3" Valid "escapes in URIs" [];
    "rfc4475/escnull.dat" "4475 §3.1.1.4" Valid "escaped NUL in URIs" [];
    "rfc4475/esc02.dat" "4475 §3.1.1.5" Valid "percent signs that escape nothing" [];
    "rfc4475/lwsdisp.dat" "4475 §3.1.1.6" Valid "no space between display name and bracket" [];
    "rfc4475/longreq.dat" "4475 §3.1.1.7" Valid "long values" [];
    "rfc4475/dblreq.dat" "4475 §3.1.1.8" Valid "another request behind it in the datagram" [];
    "rfc4475/semiuri.dat" "4475 §3.1.1.9" Valid "semicolons in the user part" [];
    "rfc4475/transports.dat" "4475 §3.1.1.10" Valid "known and unknown transports" [];
    "rfc4475/mpart01.dat" "4475 §3.1.1.11" Valid "a multipart body with binary parts" [];
    "rfc4475/unreason.dat" "4475 §3.1.1.12" Valid "a reason phrase in UTF-8" [];
    "rfc4475/noreason.dat" "4475 §3.1.1.13" Valid "an empty reason phrase" [];

    "rfc4475/badinv01.dat" "4475 §3.1.2.1" Invalid "extraneous separators"
        [("empty-element", ","), ("malformed-protocol", ","), ("empty-param", ";")];
    "rfc4475/clerr.dat" "4475 §3.1.2.2" Invalid "Content-Length larger than the message"
        [("content-length-too-large", "9999")];
    "rfc4475/ncl.dat" "4475 §3.1.2.3" Invalid "a negative Content-Length"
        [("content-length-malformed", "-999")];
    "rfc4475/scalar02.dat" "4475 §3.1.2.4" Invalid "numbers out of range" [
        ("number-out-of-range", "36893488147419103232"),
        ("number-out-of-range", "300"),
        ("number-out-of-range", "100000000000000000000000000000000000000000000000000000000000\
         00000000000000000000000000000000000000000"),
        ("bad-expires", "280297596632815"),
    ];
    "rfc4475/scalarlg.dat" "4475 §3.1.2.5" Invalid "numbers out of range in a response" [
        ("number-out-of-range", "9292394834772304023312"),
        ("number-out-of-range", "949302838503028349304023988"),
    ];
    "rfc4475/quotbal.dat" "4475 §3.1.2.6" Invalid "a quote that never closes"
        [("unclosed-quote", "\"Mr. J. User <sip:j.user@example.com>")];
    "rfc4475/ltgtruri.dat" "4475 §3.1.2.7" Invalid "angle brackets around the Request-URI"
        [("request-uri-in-brackets", "<sip:user@example.com>")];
    "rfc4475/lwsruri.dat" "4475 §3.1.2.8" Invalid "white space in the Request-URI"
        [("request-uri-space", " ")];
    "rfc4475/lwsstart.dat" "4475 §3.1.2.9" Invalid "two spaces between the parts of the request line"
        [("start-line-spacing", "  ")];
    "rfc4475/trws.dat" "4475 §3.1.2.10" Invalid "spaces at the end of the request line"
        [("start-line-spacing", "  ")];
    "rfc4475/escruri.dat" "4475 §3.1.2.11" Invalid "escaped headers in the Request-URI"
        [("request-uri-headers", "?Route=%3Csip:example.com%3E")];
    "rfc4475/baddate.dat" "4475 §3.1.2.12" Invalid "a time zone other than GMT in Date"
        [("date-not-gmt", "EST")];
    "rfc4475/regbadct.dat" "4475 §3.1.2.13" Invalid "a Contact that needs angle brackets" [(
        "brackets-required",
        "sip:user@example.com?Route=%3Csip:sip.example.com%3E"
    )];
    "rfc4475/badaspec.dat" "4475 §3.1.2.14" Invalid "spaces within angle brackets"
        [("space-in-uri", " ")];
    "rfc4475/baddn.dat" "4475 §3.1.2.15" Invalid "display names that need quotes"
        [("unquoted-display-name", ","), ("head-unfinished", "")];
    "rfc4475/badvers.dat" "4475 §3.1.2.16" Invalid "an unknown version"
        [("version-unknown", "SIP/7.0"), ("unknown-protocol-version", "7.0")];
    "rfc4475/mismatch01.dat" "4475 §3.1.2.17" Invalid "CSeq names another method"
        [("cseq-method-mismatch", "INVITE")];
    "rfc4475/mismatch02.dat" "4475 §3.1.2.18" Invalid "CSeq names another method than an unknown one"
        [("cseq-method-mismatch", "INVITE")];
    "rfc4475/bigcode.dat" "4475 §3.1.2.19" Invalid "a status code too large"
        [("status-code-malformed", "4294967301")];

    "rfc4475/badbranch.dat" "4475 §3.2.1" Refused "nothing behind the cookie of the branch"
        [("branch-only-cookie", "z9hG4bK")];

    "rfc4475/insuf.dat" "4475 §3.3.1" Refused "headers are missing: 400" [
        ("header-missing", "INVITE sip:user@example.com SIP/2.0"),
        ("contact-missing", "INVITE sip:user@example.com SIP/2.0"),
    ];
    "rfc4475/unkscm.dat" "4475 §3.3.2" Refused "an unknown scheme in the Request-URI: 416"
        [("request-uri-scheme", "nobodyKnowsThisScheme")];
    "rfc4475/novelsc.dat" "4475 §3.3.3" Refused "a scheme that is not for SIP: 416"
        [("request-uri-scheme", "soap.beep")];
    "rfc4475/unksm2.dat" "4475 §3.3.4" Refused "unknown schemes in From, To and Contact" [];
    "rfc4475/bext01.dat" "4475 §3.3.5" Refused "unknown extensions required: 420"
        [("option-tag-unknown", "nothingSupportsThis"), ("option-tag-unknown", "noProxiesSupportThis")];
    "rfc4475/invut.dat" "4475 §3.3.6" Refused "an unknown type of body: 415" [];
    "rfc4475/regaut01.dat" "4475 §3.3.7" Refused "an unknown scheme of authorization"
        [("authentication-scheme", "NoOneKnowsThisScheme")];
    "rfc4475/multi01.dat" "4475 §3.3.8" Refused "several values where one may be: 400" [
        ("header-repeated", "59 INVITE"),
        ("header-repeated", "multi01.98asdh@192.0.2.2"),
        ("header-repeated", "sip:other@example.net"),
        ("header-repeated", "sip:caller@example.net;tag=2923420123"),
        ("header-repeated", "5"),
    ];
    "rfc4475/mcl01.dat" "4475 §3.3.9" Refused "two Content-Lengths: 400"
        [("header-repeated", "5"), ("content-length-too-small", "13")];
    "rfc4475/bcast.dat" "4475 §3.3.10" Refused "a Via with a broadcast address"
        [("via-broadcast", "255.255.255.255")];
    "rfc4475/zeromf.dat" "4475 §3.3.11" Refused "Max-Forwards is 0: 483"
        [("max-forwards-spent", "0")];
    "rfc4475/cparam01.dat" "4475 §3.3.12" Refused "an unknown parameter of Contact" [];
    "rfc4475/cparam02.dat" "4475 §3.3.13" Refused "an unknown parameter of the Contact's URI" [];
    "rfc4475/regescrt.dat" "4475 §3.3.14" Refused "an escaped header in the Contact's URI" [];
    "rfc4475/sdp01.dat" "4475 §3.3.15" Refused "an Accept that no answer can meet: 406" [];

    "rfc4475/inv2543.dat" "4475 §3.4.1" Valid "an INVITE by RFC 2543" [];
    "rfc4475/test.dat" "not in the RFC" Invalid "no version, no Via, no CSeq, a line without a colon" [
        ("start-line-malformed", "INVITE sip:alan@jasomi.com"),
        ("header-missing", "INVITE sip:alan@jasomi.com"),
        ("header-without-colon", "Foobar roobar"),
        ("scheme-missing", "alan@jasomi.com"),
    ];

    "rfc5118/ipv6-good" "5118 §4.1" Valid "an IPv6 reference" [];
    "rfc5118/ipv6-bad" "5118 §4.2" Invalid "an IPv6 address without brackets"
        [("bare-ipv6", "2001:db8::10")];
    "rfc5118/port-ambiguous" "5118 §4.3" Valid "a port inside the brackets is none" [];
    "rfc5118/port-unambiguous" "5118 §4.4" Valid "a port behind the brackets" [];
    "rfc5118/via-received-param-no-delim" "5118 §4.5" Valid "received without brackets" [];
    "rfc5118/via-received-param-with-delim" "5118 §4.5" Valid "received with brackets, to be accepted" [];
    "rfc5118/ipv6-in-sdp" "5118 §4.6" Refused "IPv6 in SDP (its Content-Length counts LF line ends)"
        [("content-length-too-small", "241")];
    "rfc5118/mult-ip-in-header" "5118 §4.7" Valid "IPv4 and IPv6 in Via" [];
    "rfc5118/mult-ip-in-sdp" "5118 §4.8" Refused "IPv4 and IPv6 in SDP (its Content-Length counts LF line ends)"
        [("content-length-too-small", "181")];
    "rfc5118/ipv4-mapped-ipv6" "5118 §4.9" Refused "mapped addresses (its Content-Length counts LF line ends)"
        [("content-length-too-small", "236")];
    "rfc5118/ipv6-bug-abnf-3-colons" "5118 §4.10" Refused "three colons, to be accepted in a liberal way"
        [("ipv6-triple-colon", "[2001:db8:::192.0.2.1]")];
    "rfc5118/ipv6-correct-abnf-2-colons" "5118 §4.10" Valid "two colons" [];
}
