//! How grave each fault of a value is where receivers read the header, what it is called, and how
//! they react.

use sipwhy_parser::FaultKind;

use crate::Severity;
use crate::Severity::{Error, Note, Warning};

const REJECT: &str =
    "Strict parsers answer 400, or drop a response; lenient ones read what they can.";
const UNREADABLE: &str =
    "Receivers cannot tell where the value ends: servers answer 400, responses are dropped.";
const UNROUTABLE: &str =
    "Nothing can be sent there: servers answer 400, 416 or 404, and responses get lost.";
const MISROUTED: &str =
    "Receivers ignore what they cannot read, and then send to another place than was meant.";
const UNMATCHED: &str = "Receivers match messages by it; a bad one is matched to nothing.";
const NUMBER: &str = "Strict parsers answer 400; others take 0, or a number that was not meant.";
const UNAUTHENTIC: &str =
    "The other side cannot make or check the digest: a server challenges again, a client gives up.";
const TOLERATED: &str = "Receivers are to accept it, and nearly all do.";
const LENIENT: &str = "Most receivers pass over it; strict parsers answer 400.";

/// Severity, title and how receivers react.
pub(super) const fn describe(kind: FaultKind) -> (Severity, &'static str, &'static str) {
    match kind {
        FaultKind::EmptyValue => (Error, "no value", REJECT),
        FaultKind::EmptyElement => (Error, "an empty element in its list", REJECT),
        FaultKind::UnclosedQuote => (Error, "a quote that never closes", UNREADABLE),
        FaultKind::ControlInQuotes => (Warning, "a control character in quotes", LENIENT),
        FaultKind::OddSpace => (Note, "unusual white space", TOLERATED),

        FaultKind::EmptyParam => (Warning, "an empty parameter", LENIENT),
        FaultKind::ParamWithoutName => (Error, "a parameter without a name", REJECT),
        FaultKind::BadParamName => (Warning, "a parameter with an illegal name", LENIENT),
        FaultKind::EmptyParamValue => (Warning, "a parameter without the value it needs", LENIENT),
        FaultKind::BadParamValue => (Warning, "a parameter with an illegal value", LENIENT),
        FaultKind::DuplicateParam => (
            Warning,
            "a parameter twice",
            "Some receivers take the first, some the last; strict ones answer 400.",
        ),

        FaultKind::HostMissing => (Error, "no host", UNROUTABLE),
        FaultKind::IllegalInHost => (Error, "an illegal character in a host name", UNROUTABLE),
        FaultKind::UnderscoreInHost => (Note, "an underscore in a host name", TOLERATED),
        FaultKind::BadHostLabel => (Warning, "a host name with a malformed part", UNROUTABLE),
        FaultKind::BadIpv4 => (
            Warning,
            "what looks like an IPv4 address and is none",
            UNROUTABLE,
        ),
        FaultKind::BadIpv6 => (Error, "brackets around what is no IPv6 address", UNROUTABLE),
        FaultKind::Ipv6TripleColon => (
            Warning,
            "three colons in an IPv6 address",
            "RFC 3261's grammar lets it through by mistake (corrected by RFC 5954); lenient \
             receivers read two colons, the others answer 400.",
        ),
        FaultKind::BareIpv6 => (
            Error,
            "an IPv6 address without brackets",
            "Receivers take what follows the first colon for a port and answer 400.",
        ),
        FaultKind::UnclosedBracket => (Error, "a square bracket that never closes", UNREADABLE),
        FaultKind::TextAfterHost => (Error, "something other than a port behind the host", REJECT),
        FaultKind::EmptyPort => (Warning, "a colon without a port", LENIENT),
        FaultKind::BadPort => (Error, "a port that is not a number", UNROUTABLE),
        FaultKind::PortTooLarge => (Error, "a port beyond 65535", UNROUTABLE),

        FaultKind::EmptyUri => (Error, "an empty URI", UNROUTABLE),
        FaultKind::SchemeMissing => (Error, "a URI without a scheme", UNROUTABLE),
        FaultKind::BadScheme => (Error, "a URI with an illegal scheme", UNROUTABLE),
        FaultKind::SpaceInUri => (Error, "white space inside a URI", REJECT),
        FaultKind::IllegalInUri => (Error, "an illegal character in a URI", REJECT),
        FaultKind::BadEscape => (
            Warning,
            "a percent sign without two hexadecimal digits",
            "Some receivers take it as it stands, others answer 400; the two see different users.",
        ),
        FaultKind::EmptyUser => (Error, "an at sign without a user before it", REJECT),
        FaultKind::IllegalInUser => (
            Warning,
            "a character in the user that must be escaped",
            LENIENT,
        ),
        FaultKind::PasswordInUri => (
            Warning,
            "a password in a URI",
            "Receivers mostly ignore it, and every hop can read it.",
        ),
        FaultKind::IllegalInPassword => (
            Warning,
            "a character in the password that must be escaped",
            LENIENT,
        ),
        FaultKind::IllegalInUriParam => (
            Warning,
            "a character in a URI parameter that must be escaped",
            LENIENT,
        ),
        FaultKind::FlagWithValue => (Note, "a value where a flag has none", TOLERATED),
        FaultKind::BadTransportParam => (
            Error,
            "a transport that this URI cannot have",
            "transport=tls is obsolete and mostly taken; with udp in a SIPS URI the request cannot \
             be sent as the URI asks.",
        ),
        FaultKind::BadMethodParam => (Warning, "a method parameter that is no method", LENIENT),
        FaultKind::BadMaddr => (Error, "a maddr that is no host", MISROUTED),
        FaultKind::BadTtl => (Warning, "a ttl that is not 0 to 255", LENIENT),
        FaultKind::BadUriHeader => (Warning, "a malformed header in a URI", LENIENT),
        FaultKind::IllegalInUriHeader => (
            Warning,
            "a character in a URI's headers that must be escaped",
            LENIENT,
        ),
        FaultKind::BadNumber => (Warning, "a malformed telephone number", UNROUTABLE),
        FaultKind::PhoneContextMissing => (
            Note,
            "a local telephone number without phone-context",
            "Receivers take it in their own dial plan, which may not be the sender's.",
        ),
        FaultKind::BadPhoneContext => (Warning, "a malformed phone-context", LENIENT),
        FaultKind::BadUrnNamespace => (Warning, "a URN without a proper namespace", UNROUTABLE),
        FaultKind::EmptyUrnName => (Warning, "a URN without a name", UNROUTABLE),

        FaultKind::UnquotedDisplayName => (
            Error,
            "a display name that needs quotes",
            "A comma in it makes two values of one: servers answer 400, or take the first part \
             for the address.",
        ),
        FaultKind::UnclosedAngle => (Error, "an angle bracket that never closes", UNREADABLE),
        FaultKind::UnopenedAngle => (
            Error,
            "a closing angle bracket that none opened",
            UNREADABLE,
        ),
        FaultKind::AngleMissing => (
            Error,
            "a display name without angle brackets behind it",
            REJECT,
        ),
        FaultKind::BracketsRequired => (
            Error,
            "a URI with a comma or question mark that is not in angle brackets",
            "Receivers differ on what belongs to the URI; strict ones answer 400.",
        ),
        FaultKind::UriParamOutside => (
            Warning,
            "a parameter of the URI outside of angle brackets",
            "It belongs to the header there and is lost for the URI: later requests take another \
             transport or way than was meant.",
        ),
        FaultKind::TextAfterAddress => (
            Error,
            "something other than parameters behind the address",
            REJECT,
        ),
        FaultKind::BadTag => (Error, "a tag that is empty or no token", UNMATCHED),
        FaultKind::BadQ => (Warning, "a q that is not between 0 and 1", LENIENT),
        FaultKind::BadExpires => (
            Error,
            "an expires that is no number of seconds below 2^32",
            "Registrars take a time of their own for it, or answer 400.",
        ),
        FaultKind::StarNotAlone => (Error, "a * beside other values", REJECT),

        FaultKind::MalformedProtocol => (Error, "no protocol, version and transport", UNROUTABLE),
        FaultKind::UnknownProtocol => (Error, "a protocol other than SIP", UNROUTABLE),
        FaultKind::UnknownProtocolVersion => (
            Error,
            "a version other than 2.0",
            "Receivers answer 505 or 400, or cannot tell how to send the response.",
        ),
        FaultKind::BadTransport => (Error, "no transport", UNROUTABLE),
        FaultKind::UnknownTransport => (
            Note,
            "a transport that no RFC defines",
            "Receivers that do not have to send the response that way pass it on.",
        ),
        FaultKind::CommentInVia => (Warning, "a comment, which RFC 2543 had", LENIENT),
        FaultKind::BranchMissing => (
            Warning,
            "no branch",
            "Receivers fall back on the matching of RFC 2543, by Call-ID, CSeq, tags and Via; some \
             reject the request.",
        ),
        FaultKind::BranchWithoutCookie => (
            Warning,
            "a branch that does not begin with z9hG4bK",
            "Receivers take the sender for one of RFC 2543 and match by Call-ID, CSeq and tags \
             instead; a few answer 400.",
        ),
        FaultKind::BranchOnlyCookie => (
            Error,
            "a branch that is nothing but the cookie",
            "The branch is to be unique for each transaction. Receivers that match by it take all \
             such requests for one, and answer the later ones with the response to the first.",
        ),
        FaultKind::BadBranch => (Error, "a branch that is no token", UNMATCHED),
        FaultKind::BadReceived => (Warning, "a received that is no address", MISROUTED),
        FaultKind::ReceivedInBrackets => (Note, "a received in brackets", TOLERATED),
        FaultKind::BadRport => (Warning, "an rport that is no port", MISROUTED),

        FaultKind::NotAToken => (Warning, "something other than a token", REJECT),
        FaultKind::NotANumber => (Error, "something other than a number", NUMBER),
        FaultKind::NumberOutOfRange => (
            Error,
            "a number out of range",
            "It runs over: receivers read another number, or answer 400.",
        ),
        FaultKind::NotABoolean => (Warning, "something other than true or false", LENIENT),
        FaultKind::NotHex => (Warning, "something other than hexadecimal digits", LENIENT),
        FaultKind::NotUtf8 => (Warning, "bytes that are not UTF-8", LENIENT),
        FaultKind::QuotesMissing => (Warning, "a value without its quotes", LENIENT),
        FaultKind::QuotesUnwanted => (
            Note,
            "quotes where there must be none",
            "Nearly all receivers take them off; a few take them for a part of the value.",
        ),
        FaultKind::UnclosedComment => (Warning, "a comment that never closes", LENIENT),
        FaultKind::TextAfterValue => (Warning, "more than its value", LENIENT),
        FaultKind::StarMissing => (Warning, "no * before its features", LENIENT),

        FaultKind::AuthSchemeMissing => (Error, "no authentication scheme", UNAUTHENTIC),
        FaultKind::AuthParamsMissing => (Error, "a scheme without parameters", UNAUTHENTIC),
        FaultKind::SeveralCredentials => (Error, "credentials for two schemes", UNAUTHENTIC),
        FaultKind::CommaMissing => (Error, "no comma between two parameters", UNAUTHENTIC),
        FaultKind::RealmMissing => (Error, "no realm", UNAUTHENTIC),
        FaultKind::NonceMissing => (Error, "no nonce", UNAUTHENTIC),
        FaultKind::UsernameMissing => (Error, "no username", UNAUTHENTIC),
        FaultKind::DigestUriMissing => (Error, "no uri", UNAUTHENTIC),
        FaultKind::ResponseMissing => (Error, "no response", UNAUTHENTIC),
        FaultKind::CnonceMissing => (Error, "qop without cnonce", UNAUTHENTIC),
        FaultKind::NonceCountMissing => (Error, "qop without nc", UNAUTHENTIC),
        FaultKind::QopMissing => (Warning, "what goes with qop, and no qop", UNAUTHENTIC),
        FaultKind::BadDigest => (Warning, "a digest that is none", UNAUTHENTIC),
        FaultKind::BadNonceCount => (
            Warning,
            "an nc that is not eight hexadecimal digits",
            UNAUTHENTIC,
        ),
        FaultKind::UnknownAlgorithm => (Warning, "an unknown digest algorithm", UNAUTHENTIC),
        FaultKind::BadBearerToken => (Error, "a malformed bearer token", UNAUTHENTIC),

        FaultKind::SequenceMissing => (Error, "no CSeq number of the response", UNMATCHED),
        FaultKind::MethodMissing => (Error, "no method", UNMATCHED),
        FaultKind::BadCallId => (Warning, "an at sign with nothing beside it", LENIENT),
        FaultKind::IllegalInCallId => (
            Warning,
            "a character that no Call-ID may hold",
            "Most receivers compare it as it stands; those that cut it there see another call.",
        ),
        FaultKind::DialogTagMissing => (Error, "only one of its two tags", UNMATCHED),
        FaultKind::IntervalTooShort => (
            Warning,
            "an interval below 90 seconds",
            "Servers answer 422 Session Interval Too Small, or raise it to 90 seconds.",
        ),
        FaultKind::BadRefresher => (Warning, "a refresher that is neither uac nor uas", LENIENT),
        FaultKind::BadTimestamp => (Note, "a malformed time", TOLERATED),
        FaultKind::BadDate => (Warning, "a malformed date", LENIENT),
        FaultKind::DateNotGmt => (
            Error,
            "a date in another time zone than GMT",
            "Receivers take it for GMT and set their clocks wrong, ignore it, or answer 400.",
        ),
        FaultKind::WrongWeekday => (Note, "a date with another weekday", TOLERATED),
        FaultKind::BadEventType => (
            Error,
            "a malformed event",
            "Receivers answer 489 Bad Event, or 400.",
        ),

        FaultKind::BadMediaType => (
            Error,
            "something other than type/subtype",
            "Receivers answer 415 Unsupported Media Type or 400, or ignore the body.",
        ),
        FaultKind::BoundaryMissing => (
            Error,
            "a multipart type without a boundary",
            "Nothing says where the parts begin: receivers answer 400 or 415, or see no SDP.",
        ),
        FaultKind::BadLanguage => (Note, "a malformed language", TOLERATED),
        FaultKind::BadMimeVersion => (Note, "a malformed version", TOLERATED),
        FaultKind::BadProduct => (Note, "a malformed product", TOLERATED),
        FaultKind::OldIdentity => (
            Note,
            "an Identity of RFC 4474",
            "Verifiers of today do not check it, and take the caller for unverified.",
        ),
        FaultKind::UpperCaseSessionId => (Note, "a Session-ID in upper case", TOLERATED),
        _ => (
            Warning,
            "a value that its grammar does not have",
            "Receivers that act on this header ignore it or answer 400.",
        ),
    }
}
