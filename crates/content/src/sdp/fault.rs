//! What can be wrong with a session description.

use std::ops::Range;

/// Something wrong with a session description, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// The bytes of the body that are wrong; an empty place where something is missing.
    pub span: Range<usize>,
    /// What is wrong.
    pub kind: FaultKind,
}

/// Kinds, each with what it is in words, where it is written, and whether receivers mind.
macro_rules! fault_kinds {
    ($($(#[$tolerated:ident])? $name:ident: $text:literal, $reference:literal;)+) => {
        /// What is wrong with a session description.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum FaultKind {
            $(#[doc = concat!($text, " (", $reference, ").")] $name,)+
        }

        impl FaultKind {
            /// Every kind there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// What is wrong, in words.
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// Where it is written.
            pub const fn reference(self) -> &'static str {
                match self { $(Self::$name => $reference,)+ }
            }

            /// Whether receivers take it as if it were right.
            pub const fn is_tolerated(self) -> bool {
                match self { $(Self::$name => fault_kinds!(@ $($tolerated)?),)+ }
            }
        }
    };
    (@ tolerated) => { true };
    (@) => { false };
}

fault_kinds! {
    Empty: "the body is empty", "RFC 8866 §5";
    Cut: "the end of the description is missing", "RFC 8866 §5";
    NotALine: "the line does not begin with a letter and an equals sign", "RFC 8866 §5";
    #[tolerated] EmptyLine: "the line is empty", "RFC 8866 §5";
    UnknownType: "no line begins with this letter", "RFC 8866 §5";
    SpaceAtEquals: "white space stands beside the equals sign", "RFC 8866 §5";
    ControlByte: "the line holds a NUL or a CR", "RFC 8866 §9";
    #[tolerated] BareLf: "the line ends with LF alone", "RFC 8866 §5";
    #[tolerated] NoLineEnd: "the last line has no line end", "RFC 8866 §9";
    OutOfOrder: "the line stands after one that it must come before", "RFC 8866 §5";
    Repeated: "the line may stand here once only", "RFC 8866 §5";

    MissingVersion: "the description does not begin with v=", "RFC 8866 §5.1";
    BadVersion: "the version is not 0", "RFC 8866 §5.1";
    MissingOrigin: "there is no o= line", "RFC 8866 §5.2";
    OriginTooShort: "the o= line has fewer than six fields", "RFC 8866 §5.2";
    OriginTooLong: "the o= line has more than six fields", "RFC 8866 §5.2";
    BadSessionId: "the session's number is no number of 64 bits", "RFC 3264 §5";
    BadSessionVersion: "the session's version is no number of 64 bits", "RFC 3264 §5";
    MissingName: "there is no s= line", "RFC 8866 §5.3";
    #[tolerated] EmptyName: "the s= line is empty", "RFC 8866 §5.3";
    MissingTiming: "there is no t= line", "RFC 8866 §5.9";
    BadTiming: "the t= line does not hold two numbers", "RFC 8866 §5.9";
    BadBandwidth: "the b= line does not hold a name, a colon and a number", "RFC 8866 §5.8";

    UnknownNetwork: "the network type is not IN", "RFC 8866 §5.2";
    UnknownAddressType: "the address type is neither IP4 nor IP6", "RFC 8866 §5.2";
    AddressFamilyMismatch: "the address is not of the type in front of it", "RFC 8866 §5.7";
    BadAddress: "this is neither an address nor a host's name", "RFC 8866 §9";
    #[tolerated] BracketedAddress: "an IPv6 address stands here without brackets", "RFC 8866 §9";
    BadConnection: "the c= line does not have three fields", "RFC 8866 §5.7";
    MissingConnection: "there is no c= line for this stream, here or at the session", "RFC 8866 §5.7";

    MediaTooShort: "the m= line has fewer than four fields", "RFC 8866 §5.14";
    BadPort: "the port is no number up to 65535", "RFC 8866 §5.14";
    BadPortCount: "the number of ports is no number above 0", "RFC 8866 §5.14";
    BadPayloadType: "the payload type is no number up to 127", "RFC 8866 §5.14";
    RepeatedPayloadType: "the payload type is listed twice", "RFC 8866 §5.14";
    BadMapping: "the rtpmap does not hold a payload type, a name and a clock rate", "RFC 8866 §6.6";
    #[tolerated] MappingWithoutRate: "the rtpmap has no clock rate, though the payload type has one of its own", "RFC 8866 §6.6";
    MappingWithoutFormat: "the rtpmap is for a payload type that the m= line does not list", "RFC 8866 §6.6";
    ParametersWithoutFormat: "the fmtp is for a format that the m= line does not list", "RFC 8866 §6.15";
    DynamicWithoutMapping: "no rtpmap says what this payload type is", "RFC 3551 §3";
    SeveralDirections: "a second direction contradicts the first", "RFC 8866 §6.7";
    BadPacketTime: "the packet time is no number of milliseconds", "RFC 8866 §6.4";
    BadFingerprint: "the fingerprint is no hash with its value", "RFC 8122 §5";
    BadCrypto: "the crypto line lacks a tag, a suite or a key", "RFC 4568 §4";
    BadCandidate: "the candidate lacks a field or has a bad number", "RFC 8839 §5.1";
    SecureWithoutKeys: "the stream is to be encrypted, and nothing says how keys are agreed", "RFC 4568 §5.1.1, RFC 5763 §5";
}
