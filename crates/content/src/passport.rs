//! PASSporTs: who says that a caller is who they claim to be (RFC 8225), with the claims of
//! SHAKEN (RFC 8588) and of diversions (RFC 8946).
//!
//! A token is a header, a payload and a signature, each in base64url with a dot between them. It
//! stands in the `Identity` header field (RFC 8224 §4). The signature is not verified: that takes
//! a certificate, which the packets do not hold.

mod check;
mod claims;
mod fault;

use std::ops::Range;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Map, Value};
use sipwhy_parser::Params;

pub use claims::{Attestation, Identity};
pub use fault::{PassportFault, PassportFaultKind};

use crate::piece::Piece;

/// The longest part of a token that is decoded: some hundred bytes are usual.
pub const MAX_PART: usize = 64 * 1024;

/// A token, decoded as far as it goes.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Passport {
    /// `alg`: the algorithm of the signature.
    pub algorithm: Option<String>,
    /// `typ`: `passport`.
    pub kind: Option<String>,
    /// `ppt`: which further claims there are, such as `shaken`.
    pub extension: Option<String>,
    /// `x5u`: where the certificate is.
    pub certificate: Option<String>,
    /// `attest`: how sure the signer is.
    pub attestation: Option<Attestation>,
    /// `orig`: who calls.
    pub origin: Vec<Identity>,
    /// `dest`: who is called.
    pub destination: Vec<Identity>,
    /// `div`: from whom the call was diverted.
    pub diverted: Vec<Identity>,
    /// `iat`: when it was signed, in seconds since 1970.
    pub issued_at: Option<u64>,
    /// `origid`: the signer's own name for where the call came from.
    pub origin_id: Option<String>,
    /// Header and payload are left out: the receiver makes them from the message (RFC 8225 §7).
    pub is_compact: bool,
    /// What is wrong with it.
    pub faults: Vec<PassportFault>,
}

impl Passport {
    /// Decodes a token alone.
    pub fn of_token(token: &[u8]) -> Self {
        let mut passport = Self::default();
        passport.read_token(Piece::whole(token));
        passport
    }

    /// Decodes the value of an `Identity` header field: a token, and parameters that have to say
    /// the same (RFC 8224 §4.1).
    pub fn of_identity(value: &[u8]) -> Self {
        let mut passport = Self::default();
        let whole = Piece::whole(value);
        let (token, params) = match whole.split_once(b';') {
            Some((token, params)) => (token, Some(params)),
            None => (whole, None),
        };
        passport.read_token(token.trim());
        match params {
            Some(params) => {
                check::parameters(&mut passport, params.span(), Params::new(params.text()));
            }
            None if passport.is_compact => {}
            None => passport.fault(whole.span(), PassportFaultKind::NoInfo),
        }
        passport
    }

    fn read_token(&mut self, token: Piece<'_>) {
        let parts = token.split_once(b'.').and_then(|(header, rest)| {
            let (payload, signature) = rest.split_once(b'.')?;
            Some((header, payload, signature))
        });
        let Some((header, payload, signature)) = parts else {
            self.fault(token.span(), PassportFaultKind::NotThreeParts);
            return;
        };
        if signature.is_empty() || base64(signature).is_none() {
            self.fault(signature.span(), PassportFaultKind::BadSignature);
        }
        if header.is_empty() && payload.is_empty() {
            self.is_compact = true;
            return;
        }
        if let Some(header_claims) = self.object(header) {
            self.read_header(&header_claims);
            check::header(self, header.span());
        }
        if let Some(claims) = self.object(payload) {
            self.read_payload(&claims);
            check::payload(self, &claims, payload.span());
        }
    }

    fn fault(&mut self, span: Range<usize>, kind: PassportFaultKind) {
        self.faults.push(PassportFault { span, kind });
    }

    /// The JSON object in one part.
    fn object(&mut self, part: Piece<'_>) -> Option<Map<String, Value>> {
        let Some(json) = base64(part) else {
            self.fault(part.span(), PassportFaultKind::BadBase64);
            return None;
        };
        // It goes no deeper than 128 levels.
        match serde_json::from_slice(&json) {
            Ok(Value::Object(object)) => Some(object),
            _ => {
                self.fault(part.span(), PassportFaultKind::BadJson);
                None
            }
        }
    }

    fn read_header(&mut self, header: &Map<String, Value>) {
        self.algorithm = string(header, "alg");
        self.kind = string(header, "typ");
        self.extension = string(header, "ppt");
        self.certificate = string(header, "x5u");
    }

    fn read_payload(&mut self, payload: &Map<String, Value>) {
        self.attestation = string(payload, "attest").and_then(|level| Attestation::read(&level));
        self.origin = Identity::all(payload.get("orig"));
        self.destination = Identity::all(payload.get("dest"));
        self.diverted = Identity::all(payload.get("div"));
        self.issued_at = payload.get("iat").and_then(Value::as_u64);
        self.origin_id = string(payload, "origid");
    }
}

/// The bytes that `part` stands for, padded or not.
fn base64(part: Piece<'_>) -> Option<Vec<u8>> {
    if part.len() > MAX_PART {
        return None;
    }
    let text = std::str::from_utf8(part.text()).ok()?;
    Base64UrlUnpadded::decode_vec(text.trim_end_matches('=')).ok()
}

fn string(object: &Map<String, Value>, name: &str) -> Option<String> {
    Some(object.get(name)?.as_str()?.to_owned())
}
