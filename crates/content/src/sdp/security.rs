//! How media are encrypted: DTLS-SRTP (RFC 5763, RFC 8122) and SDES (RFC 4568).

use crate::piece::Piece;

/// The hash of the certificate that the writer will show: `a=fingerprint` (RFC 8122 §5).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fingerprint<'a> {
    /// Such as `sha-256`.
    pub hash: Piece<'a>,
    /// Bytes in hexadecimal with colons between them.
    pub value: Piece<'a>,
}

impl<'a> Fingerprint<'a> {
    /// `None` where one of both is missing, or the second is no hexadecimal with colons.
    pub(super) fn read(value: Piece<'a>) -> Option<Self> {
        let (hash, value) = value.first_word();
        let value = value.trim();
        let is_hex = !value.is_empty()
            && value
                .split(|&byte| byte == b':')
                .all(|byte| byte.len() == 2 && byte.iter().all(u8::is_ascii_hexdigit));
        (is_hex && !hash.is_empty()).then_some(Self { hash, value })
    }
}

/// One way to encrypt that the writer offers or takes: `a=crypto` (RFC 4568 §4). The key stands
/// in the description for everybody to read; it is not given out here, so that it gets into no
/// report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Crypto<'a> {
    /// The number by which an answer refers to an offered line.
    pub tag: Piece<'a>,
    /// Such as `AES_CM_128_HMAC_SHA1_80`.
    pub suite: Piece<'a>,
}

impl<'a> Crypto<'a> {
    /// `None` where tag, suite or key is missing.
    pub(super) fn read(value: Piece<'a>) -> Option<Self> {
        let (tag, rest) = value.first_word();
        let (suite, keys) = rest.first_word();
        let is_whole = tag.number().is_some() && !suite.is_empty() && keys.begins_with("inline:");
        is_whole.then_some(Self { tag, suite })
    }
}
