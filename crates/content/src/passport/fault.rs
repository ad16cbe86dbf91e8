//! What can be wrong with a PASSporT.

use std::ops::Range;

/// Something wrong with a PASSporT, and the part of it that it is in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PassportFault {
    /// The bytes of the token or of the header field's value.
    pub span: Range<usize>,
    /// What is wrong.
    pub kind: PassportFaultKind,
}

/// Kinds, each with what it is in words and where it is written.
macro_rules! kinds {
    ($($name:ident: $text:literal, $reference:literal;)+) => {
        /// What is wrong with a PASSporT.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum PassportFaultKind {
            $(#[doc = concat!($text, " (", $reference, ").")] $name,)+
        }

        impl PassportFaultKind {
            /// What is wrong, in words.
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// Where it is written.
            pub const fn reference(self) -> &'static str {
                match self { $(Self::$name => $reference,)+ }
            }
        }
    };
}

kinds! {
    NotThreeParts: "the token does not have three parts with dots between them", "RFC 8225 §6";
    BadBase64: "this part is no base64url, or too long", "RFC 8225 §6";
    BadJson: "this part is no JSON object", "RFC 8225 §6";
    BadSignature: "the signature is missing or no base64url", "RFC 8225 §6";
    BadKind: "the token's type is not passport", "RFC 8225 §4.1";
    NoAlgorithm: "the token does not tell its algorithm", "RFC 8225 §4.2";
    BadAlgorithm: "the algorithm is not ES256", "RFC 8225 §4.2";
    NoCertificate: "the token does not tell where its certificate is", "RFC 8225 §4.3";
    NoOrigin: "the token does not tell who calls", "RFC 8225 §5.2.1";
    SeveralOrigins: "the token names several callers", "RFC 8225 §5.2.1";
    NoDestination: "the token does not tell who is called", "RFC 8225 §5.2.1";
    NoTime: "the token does not tell when it was signed", "RFC 8225 §5.1.1";
    BadNumber: "a number is not written with digits alone", "RFC 8224 §8.3";
    NoAttestation: "a shaken token lacks the attestation", "RFC 8588 §4";
    BadAttestation: "the attestation is not A, B or C", "RFC 8588 §4";
    NoOriginId: "a shaken token lacks the origination identifier", "RFC 8588 §5";
    OriginIdNoUuid: "the origination identifier is no UUID", "RFC 8588 §5";
    NoDiverted: "a div token does not tell from whom the call was diverted", "RFC 8946 §3";
    NoInfo: "the header field has no info parameter", "RFC 8224 §4.1";
    InfoDiffers: "info names another certificate than the token", "RFC 8224 §4.1";
    AlgorithmDiffers: "alg is not the token's algorithm", "RFC 8224 §4.1";
    ExtensionDiffers: "ppt is not the token's", "RFC 8224 §4.1";
}
