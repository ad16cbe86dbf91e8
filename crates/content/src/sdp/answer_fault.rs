//! What can be wrong with an answer, seen beside its offer.

use std::ops::Range;

/// Something wrong with an answer, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AnswerFault {
    /// The stream, counted from 0; `None` where it is about the whole.
    pub stream: Option<usize>,
    /// The bytes of the answer; empty where they are missing.
    pub span: Range<usize>,
    /// What is wrong.
    pub kind: AnswerFaultKind,
}

/// What is wrong with an answer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AnswerFaultKind {
    /// It has more or fewer `m=` lines than the offer.
    StreamCount,
    /// The `t=` line is not the offer's.
    Timing,
    /// The stream is of another kind than the one offered at its place.
    Media,
    /// The protocol is not the one offered.
    Protocol,
    /// The offer had port 0 here, and the answer has another.
    RevivesStream,
    /// The direction leaves no room for what the offer said.
    Direction,
    /// Of the codecs none was offered.
    NoCommonCodec,
    /// Digits or comfort noise are all that both have in common.
    NoCommonMediaCodec,
    /// A codec was not offered: it may be listed, and cannot be used (yet).
    CodecNotOffered,
    /// A codec has another payload type than in the offer.
    PayloadTypeChanged,
    /// The crypto line is none of those offered.
    CryptoNotOffered,
    /// The crypto line has the tag of one that was offered, and another suite.
    CryptoSuiteChanged,
    /// The stream is to be encrypted by SDES, and the answer has no key.
    CryptoMissing,
    /// The fingerprint for DTLS is missing, though one was offered.
    FingerprintMissing,
    /// The role in opening the connection does not go with the offered one.
    Setup,
    /// RTCP was not offered on the same port.
    RtcpMuxNotOffered,
    /// The stream's name is not the one it has in the offer.
    Mid,
}

impl AnswerFaultKind {
    /// What is wrong, in words.
    pub const fn text(self) -> &'static str {
        match self {
            Self::StreamCount => "the answer has not as many m= lines as the offer",
            Self::Timing => "the t= line is not that of the offer",
            Self::Media => "the stream is of another kind than the one offered at its place",
            Self::Protocol => "the protocol is not the one offered",
            Self::RevivesStream => "the offer had port 0 here, and the answer has another",
            Self::Direction => "the offered direction leaves no room for this one",
            Self::NoCommonCodec => "none of these codecs was offered",
            Self::NoCommonMediaCodec => "digits or comfort noise are all that both have in common",
            Self::CodecNotOffered => "this codec was not offered, so that it cannot be used",
            Self::PayloadTypeChanged => "this codec has another payload type in the offer",
            Self::CryptoNotOffered => "no crypto line with this tag was offered",
            Self::CryptoSuiteChanged => "the offered crypto line of this tag has another suite",
            Self::CryptoMissing => "the answer has no key for this stream",
            Self::FingerprintMissing => "the answer has no fingerprint for this stream",
            Self::Setup => "this role does not go with the offered one",
            Self::RtcpMuxNotOffered => "RTCP was not offered on the port of RTP",
            Self::Mid => "the stream has another name in the offer",
        }
    }

    /// Where it is written.
    pub const fn reference(self) -> &'static str {
        match self {
            Self::StreamCount | Self::Timing | Self::Protocol | Self::RevivesStream => {
                "RFC 3264 §6"
            }
            Self::Media
            | Self::Direction
            | Self::NoCommonCodec
            | Self::NoCommonMediaCodec
            | Self::CodecNotOffered
            | Self::PayloadTypeChanged => "RFC 3264 §6.1",
            Self::CryptoNotOffered | Self::CryptoSuiteChanged | Self::CryptoMissing => {
                "RFC 4568 §5.1.2"
            }
            Self::FingerprintMissing | Self::Setup => "RFC 8842 §5.3",
            Self::RtcpMuxNotOffered => "RFC 8035 §3",
            Self::Mid => "RFC 5888 §9.1",
        }
    }

    /// Whether it is allowed, or done so often that receivers take it.
    pub const fn is_tolerated(self) -> bool {
        matches!(
            self,
            Self::Timing | Self::CodecNotOffered | Self::PayloadTypeChanged
        )
    }
}
