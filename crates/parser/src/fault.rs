//! What is wrong with a value, and where: the vocabulary that every strict reading shares.
//!
//! Beside each tolerant decoder (`Via::parse`, ...) stands a strict one (`Via::faults`, ...) that
//! names every departure from the grammar and from the RFCs' musts. It hands each to a closure, in
//! the order in which they are found, allocates nothing, and takes time linear in the value.

use std::fmt;
use std::ops::Range;

mod address;
pub(crate) mod host;
pub(crate) mod params;
pub(crate) mod piece;
mod tel;
pub(crate) mod uri;
mod via;

/// One departure from the grammar, or from a must.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Fault {
    /// The bytes it concerns, as offsets in the value given. Never empty unless the value is:
    /// where something is missing, what stands in front of the gap is named.
    pub span: Range<usize>,
    /// What is wrong.
    pub kind: FaultKind,
}

macro_rules! fault_kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident $name:literal $reference:literal,)+) => {
        /// What may be wrong with a value. How bad it is depends on the header and on the reader,
        /// so that is for them to say.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        #[non_exhaustive]
        pub enum FaultKind {
            $($(#[doc = $doc])+ $kind,)+
        }

        impl FaultKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// Its name in kebab-case, such as `unclosed-quote`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }

            /// The section that it departs from.
            pub const fn reference(self) -> &'static str {
                match self {
                    $(Self::$kind => $reference,)+
                }
            }
        }
    };
}

// Kinds are grouped by what they concern; a new one goes to its group's end.
fault_kinds! {
    /// The value is empty where the grammar wants something.
    EmptyValue "empty-value" "RFC 3261 §7.3.1",
    /// A comma list with nothing between two commas, or at an end.
    EmptyElement "empty-element" "RFC 3261 §7.3.1",
    /// A quoted string that never closes.
    UnclosedQuote "unclosed-quote" "RFC 3261 §25.1",
    /// A quoted string with a control byte, or an escaped CR or LF, inside.
    ControlInQuotes "control-in-quotes" "RFC 3261 §25.1",
    /// White space that the grammar allows and hardly anyone writes, as around the slashes of
    /// `SIP / 2.0 / UDP`.
    OddSpace "odd-space" "RFC 3261 §25.1",

    /// Two semicolons with nothing between them, or one at the end.
    EmptyParam "empty-param" "RFC 3261 §25.1",
    /// A parameter that begins with its equals sign.
    ParamWithoutName "param-without-name" "RFC 3261 §25.1",
    /// A parameter's name with a byte that its grammar does not have.
    BadParamName "bad-param-name" "RFC 3261 §25.1",
    /// An equals sign with no value behind it.
    EmptyParamValue "empty-param-value" "RFC 3261 §25.1",
    /// A parameter's value that is no token, host or quoted string.
    BadParamValue "bad-param-value" "RFC 3261 §25.1",
    /// A parameter's name that was there before.
    DuplicateParam "duplicate-param" "RFC 3261 §7.3.1",

    /// No host where one must stand.
    HostMissing "host-missing" "RFC 3261 §25.1",
    /// A byte in a host name that is no letter, digit, hyphen or dot.
    IllegalInHost "illegal-in-host" "RFC 3261 §25.1",
    /// An underscore in a host name: common in private DNS, and not in the grammar.
    UnderscoreInHost "underscore-in-host" "RFC 3261 §25.1",
    /// A label that is empty, that begins or ends with a hyphen, or a last one that begins with a
    /// digit.
    BadHostLabel "bad-host-label" "RFC 3261 §25.1",
    /// Digits and dots that are no IPv4 address.
    BadIpv4 "bad-ipv4" "RFC 3261 §25.1",
    /// Brackets around what is no IPv6 address.
    BadIpv6 "bad-ipv6" "RFC 3261 §25.1",
    /// Three colons in an IPv6 address, which RFC 3261's grammar lets through by mistake.
    Ipv6TripleColon "ipv6-triple-colon" "RFC 5118 §4.10",
    /// An IPv6 address without brackets.
    BareIpv6 "bare-ipv6" "RFC 3261 §19.1.1",
    /// An IPv6 reference whose bracket never closes.
    UnclosedBracket "unclosed-bracket" "RFC 3261 §25.1",
    /// Something other than a port behind the host.
    TextAfterHost "text-after-host" "RFC 3261 §25.1",
    /// A colon with no port behind it.
    EmptyPort "empty-port" "RFC 3261 §25.1",
    /// A port that is not all digits.
    BadPort "bad-port" "RFC 3261 §25.1",
    /// A port beyond 65535.
    PortTooLarge "port-too-large" "RFC 3261 §18.2.2",

    /// No URI where one must stand, as in `<>`.
    EmptyUri "empty-uri" "RFC 3261 §25.1",
    /// A URI without a scheme: no colon, or nothing in front of it.
    SchemeMissing "scheme-missing" "RFC 3261 §19.1.1",
    /// A scheme that does not begin with a letter, or with a byte in it that no scheme has.
    BadScheme "bad-scheme" "RFC 3986 §3.1",
    /// A space, a tab or a fold inside a URI.
    SpaceInUri "space-in-uri" "RFC 3261 §25.1",
    /// A byte that may stand nowhere in a URI unescaped: a control, a quote, an angle bracket.
    IllegalInUri "illegal-in-uri" "RFC 3986 §2",
    /// A percent sign without two hexadecimal digits behind it.
    BadEscape "bad-escape" "RFC 3261 §25.1",
    /// An at sign with no user in front of it.
    EmptyUser "empty-user" "RFC 3261 §19.1.1",
    /// A byte in the user part that must be escaped there.
    IllegalInUser "illegal-in-user" "RFC 3261 §25.1",
    /// A password in the URI, for every hop to read.
    PasswordInUri "password-in-uri" "RFC 3261 §19.1.1",
    /// A byte in the password that must be escaped there.
    IllegalInPassword "illegal-in-password" "RFC 3261 §25.1",
    /// A byte in a URI parameter that must be escaped there.
    IllegalInUriParam "illegal-in-uri-param" "RFC 3261 §25.1",
    /// A flag such as `lr` with a value.
    FlagWithValue "flag-with-value" "RFC 3261 §25.1",
    /// A transport that says nothing: empty, no token, `tls`, or `udp` in a SIPS URI.
    BadTransportParam "bad-transport-param" "RFC 3261 §26.2.2",
    /// A method parameter that is no token.
    BadMethodParam "bad-method-param" "RFC 3261 §25.1",
    /// A maddr that is no host.
    BadMaddr "bad-maddr" "RFC 3261 §25.1",
    /// A ttl that is no number from 0 to 255.
    BadTtl "bad-ttl" "RFC 3261 §25.1",
    /// A header of a URI without an equals sign or without a name.
    BadUriHeader "bad-uri-header" "RFC 3261 §25.1",
    /// A byte in a URI's headers that must be escaped there.
    IllegalInUriHeader "illegal-in-uri-header" "RFC 3261 §25.1",
    /// A telephone number with a byte that is no digit and no visual separator, or without a
    /// digit.
    BadNumber "bad-number" "RFC 3966 §3",
    /// A number that is not global and does not say where it is valid.
    PhoneContextMissing "phone-context-missing" "RFC 3966 §5.1.5",
    /// A phone-context that is neither a domain name nor the beginning of a global number.
    BadPhoneContext "bad-phone-context" "RFC 3966 §5.1.5",
    /// A `urn:` without a namespace of two to 32 letters, digits and hyphens.
    BadUrnNamespace "bad-urn-namespace" "RFC 8141 §2",
    /// A `urn:` with nothing behind its namespace.
    EmptyUrnName "empty-urn-name" "RFC 8141 §2",

    /// A display name without quotes that holds more than tokens and spaces.
    UnquotedDisplayName "unquoted-display-name" "RFC 3261 §20.10",
    /// An angle bracket that never closes.
    UnclosedAngle "unclosed-angle" "RFC 3261 §25.1",
    /// A closing angle bracket that none opened.
    UnopenedAngle "unopened-angle" "RFC 3261 §25.1",
    /// A display name whose URI is not in angle brackets.
    AngleMissing "angle-missing" "RFC 3261 §20.10",
    /// A URI with a comma or a question mark that is not in angle brackets.
    BracketsRequired "brackets-required" "RFC 3261 §20.10",
    /// A URI's parameter behind a URI without angle brackets, where it is the header's.
    UriParamOutside "uri-param-outside" "RFC 3261 §20.10",
    /// Anything but parameters behind an address.
    TextAfterAddress "text-after-address" "RFC 3261 §25.1",
    /// A tag that is empty or no token.
    BadTag "bad-tag" "RFC 3261 §25.1",
    /// A q that is not between 0 and 1, or has more than three decimals.
    BadQ "bad-q" "RFC 3261 §25.1",
    /// An expires that is no number of seconds.
    BadExpires "bad-expires" "RFC 3261 §25.1",
    /// The `*` of a Contact with parameters, or together with addresses.
    StarNotAlone "star-not-alone" "RFC 3261 §10.2.2",

    /// A Via without the two slashes of its protocol.
    MalformedProtocol "malformed-protocol" "RFC 3261 §20.42",
    /// A Via whose protocol is not `SIP`.
    UnknownProtocol "unknown-protocol" "RFC 3261 §20.42",
    /// A Via whose protocol version is not `2.0`.
    UnknownProtocolVersion "unknown-protocol-version" "RFC 3261 §20.42",
    /// A Via's transport that is missing or no token.
    BadTransport "bad-transport" "RFC 3261 §25.1",
    /// A Via's transport that no RFC defines.
    UnknownTransport "unknown-transport" "RFC 3261 §20.42",
    /// A comment in a Via, which RFC 2543 had.
    CommentInVia "comment-in-via" "RFC 3261 §25.1",
    /// A Via without a branch, as RFC 2543 let it be.
    BranchMissing "branch-missing" "RFC 3261 §8.1.1.7",
    /// A branch that does not begin with `z9hG4bK`.
    BranchWithoutCookie "branch-without-cookie" "RFC 3261 §8.1.1.7",
    /// A branch that is `z9hG4bK` and nothing else, and so identifies nothing.
    BranchOnlyCookie "branch-only-cookie" "RFC 3261 §8.1.1.7",
    /// A branch that is no token.
    BadBranch "bad-branch" "RFC 3261 §25.1",
    /// A received that is no address.
    BadReceived "bad-received" "RFC 3261 §25.1",
    /// A received with brackets around its IPv6 address, which the grammar does not have.
    ReceivedInBrackets "received-in-brackets" "RFC 5118 §4.5",
    /// An rport that is no port.
    BadRport "bad-rport" "RFC 3581 §3",

    /// Something other than the token that must stand there.
    NotAToken "not-a-token" "RFC 3261 §25.1",
    /// Something other than the decimal number that must stand there.
    NotANumber "not-a-number" "RFC 3261 §25.1",
    /// A number beyond what its header can hold.
    NumberOutOfRange "number-out-of-range" "RFC 3261 §25.1",
    /// Something other than `true` or `false`.
    NotABoolean "not-a-boolean" "RFC 3261 §25.1",
    /// Something other than pairs of hexadecimal digits.
    NotHex "not-hex" "RFC 7433 §4",
    /// Text in another encoding than UTF-8.
    NotUtf8 "not-utf8" "RFC 3261 §25.1",
    /// A value without the quotes that it must have.
    QuotesMissing "quotes-missing" "RFC 3261 §25.1",
    /// A value with quotes that it must not have.
    QuotesUnwanted "quotes-unwanted" "RFC 3261 §25.1",
    /// A comment that never closes.
    UnclosedComment "unclosed-comment" "RFC 3261 §25.1",
    /// More behind a value than its header holds.
    TextAfterValue "text-after-value" "RFC 3261 §25.1",
    /// Something other than the `*` that features stand behind.
    StarMissing "star-missing" "RFC 3841 §9",

    /// Parameters of a challenge or of credentials with no scheme in front of them.
    AuthSchemeMissing "auth-scheme-missing" "RFC 3261 §25.1",
    /// A scheme with no parameters behind it.
    AuthParamsMissing "auth-params-missing" "RFC 3261 §25.1",
    /// Credentials for two schemes in one header.
    SeveralCredentials "several-credentials" "RFC 3261 §7.3.1",
    /// Two parameters with no comma between them.
    CommaMissing "comma-missing" "RFC 3261 §25.1",
    /// A digest without a realm.
    RealmMissing "realm-missing" "RFC 7616 §3.3",
    /// A digest without a nonce.
    NonceMissing "nonce-missing" "RFC 7616 §3.3",
    /// Digest credentials without a user name.
    UsernameMissing "username-missing" "RFC 7616 §3.4",
    /// Digest credentials without the URI that they were made for.
    DigestUriMissing "digest-uri-missing" "RFC 7616 §3.4",
    /// Digest credentials without the digest.
    ResponseMissing "response-missing" "RFC 7616 §3.4",
    /// Digest credentials with a qop and no cnonce.
    CnonceMissing "cnonce-missing" "RFC 3261 §22.4",
    /// Digest credentials with a qop and no count of the nonce's uses.
    NonceCountMissing "nonce-count-missing" "RFC 3261 §22.4",
    /// Digest credentials with what only a qop brings, and no qop.
    QopMissing "qop-missing" "RFC 2617 §3.2.2",
    /// A digest of the wrong length for its algorithm, or not in lower-case hexadecimal.
    BadDigest "bad-digest" "RFC 7616 §3.4",
    /// A count of the nonce's uses that is not eight lower-case hexadecimal digits.
    BadNonceCount "bad-nonce-count" "RFC 7616 §3.4",
    /// A digest algorithm that no RFC defines for SIP.
    UnknownAlgorithm "unknown-algorithm" "RFC 8760 §2.1",
    /// Bearer credentials that are no single token.
    BadBearerToken "bad-bearer-token" "RFC 6750 §2.1",

    /// A RAck without the CSeq number of the response.
    SequenceMissing "sequence-missing" "RFC 3262 §7.2",
    /// A CSeq or a RAck without a method.
    MethodMissing "method-missing" "RFC 3261 §20.16",
    /// A Call-ID with nothing on one side of its at sign, or with two of them.
    BadCallId "bad-call-id" "RFC 3261 §25.1",
    /// A byte that no Call-ID may hold.
    IllegalInCallId "illegal-in-call-id" "RFC 3261 §25.1",
    /// A Replaces, Join or Target-Dialog without one of its two tags.
    DialogTagMissing "dialog-tag-missing" "RFC 3891 §6.1",
    /// A session interval below 90 seconds.
    IntervalTooShort "interval-too-short" "RFC 4028 §4",
    /// A refresher that is neither `uac` nor `uas`.
    BadRefresher "bad-refresher" "RFC 4028 §4",
    /// A time or a delay that is no decimal number of seconds.
    BadTimestamp "bad-timestamp" "RFC 3261 §20.38",
    /// A date in another form than `Sat, 13 Nov 2010 23:29:00 GMT`, or of a day or time that is
    /// none.
    BadDate "bad-date" "RFC 3261 §20.17",
    /// A date in another time zone than GMT.
    DateNotGmt "date-not-gmt" "RFC 3261 §20.17",
    /// A date whose weekday is another one.
    WrongWeekday "wrong-weekday" "RFC 3261 §20.17",
    /// An event package that is no token, or has an empty part.
    BadEventType "bad-event-type" "RFC 6665 §8.4",

    /// Something other than two tokens around a slash, or a wildcard where one type is a must.
    BadMediaType "bad-media-type" "RFC 3261 §20.15",
    /// A multipart type without the boundary of its parts.
    BoundaryMissing "boundary-missing" "RFC 2046 §5.1.1",
    /// Something other than a language tag.
    BadLanguage "bad-language" "RFC 3261 §25.1",
    /// Something other than `<left@right>`.
    BadContentId "bad-content-id" "RFC 8262",
    /// Something other than two numbers around a dot.
    BadMimeVersion "bad-mime-version" "RFC 3261 §20.24",
    /// A warn-code that has not three digits.
    BadWarnCode "bad-warn-code" "RFC 3261 §20.43",
    /// A Warning that does not say who warns.
    WarnAgentMissing "warn-agent-missing" "RFC 3261 §20.43",
    /// A product that is no token with a version behind a slash.
    BadProduct "bad-product" "RFC 3261 §25.1",

    /// Privacy that asks for none and for some.
    PrivacyNoneNotAlone "privacy-none-not-alone" "RFC 3323 §4.2",
    /// Something other than two tokens around a dot.
    BadResourcePriority "bad-resource-priority" "RFC 4412 §3.1",
    /// An entry of History-Info without an index.
    IndexMissing "index-missing" "RFC 7044 §10.3",
    /// An index that is not numbers with dots between them.
    BadIndex "bad-index" "RFC 7044 §5",
    /// A counter of Diversion that is not one or two digits.
    BadCounter "bad-counter" "RFC 5806",
    /// An Identity in the form that RFC 8224 took the place of.
    OldIdentity "old-identity" "RFC 8224 §4",
    /// An Identity that is not three parts of base64url with dots between them.
    BadPassport "bad-passport" "RFC 8224 §4",
    /// An Identity that does not say where the certificate is.
    IdentityInfoMissing "identity-info-missing" "RFC 8224 §4",
    /// A Session-ID that is not 32 hexadecimal digits.
    BadSessionId "bad-session-id" "RFC 7989 §5",
    /// A Session-ID in upper case.
    UpperCaseSessionId "upper-case-session-id" "RFC 7989 §5",
    /// A Geolocation-Error whose code has not three digits.
    BadGeolocationError "bad-geolocation-error" "RFC 6442 §4.3",
    /// A P-Charging-Vector without its identifier.
    IcidMissing "icid-missing" "RFC 7315 §5.6",
    /// A service that does not begin with `urn:urn-7:`.
    BadServiceId "bad-service-id" "RFC 6050 §4.2",
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Where the faults go.
pub(crate) type Report<'r> = &'r mut dyn FnMut(Fault);
